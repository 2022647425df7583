"""The inspector beside the canvas: of the selected node, or of the flow when nothing is selected."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QApplication, QFrame, QLineEdit, QMenu, QScrollArea, QVBoxLayout, QWidget

from app.canvas.changes import Delta
from app.canvas.commands import ChangeFlow, ChangeSettings, Rename
from app.canvas.document import CanvasDocument
from app.canvas.edits import UNSET
from app.canvas.words import node_title
from app.flows.fixes import Fix
from app.model.flow import Flow, Node, Problem
from app.model.kinds import Kind, kind_of
from app.ui.editors.written import EDITED
from app.ui.inspector.editor import Context
from app.ui.inspector.flow_form import FlowForm
from app.ui.inspector.node_form import NodeForm
from app.ui.inspector.numbers import Numbers, numbers_of, opens_of
from app.ui.inspector.tab_order import beside
from app.ui.inspector.trouble import Trouble
from app.ui.known import Known
from app.ui.theme import Theming
from app.ui.widgets import Button, Drawn, IconButton, column, label, part, row
from app.ui.words import people, said, tr

HEAD: Final = 56
_TILE: Final = 32


class Inspector(QWidget):
    """Edits go into the document as undo commands; the document's changes come back into the fields."""

    edit_asked = Signal(str)
    """The message of this node is to be written in its editor."""
    fixes_wanted = Signal(object)
    """How this problem can be mended is to be told by ``show_fixes``."""
    fix_chosen = Signal(object, object)
    """A problem, and the fix that shall be done."""
    sentence_wanted = Signal(str)
    """Who gets to this node and when is to be told by ``show_sentence``."""
    counted = Signal(str, str)
    """A number was clicked: the node and what it counts."""

    def __init__(self, theming: Theming, known: Known) -> None:
        super().__init__()
        part(self, "inspector")
        self.setAccessibleName(tr("Inspector"))
        self._theming = theming
        self._known = known
        self._document: CanvasDocument | None = None
        self._node_id = ""
        self._kind = ""
        self.form: NodeForm | FlowForm | None = None
        self.title = QLineEdit()
        self.title.setProperty("role", "name")
        self.title.setAccessibleName(tr("Title"))
        self.title.textEdited.connect(self._retitled)
        self._caption = label(role="caption")
        self._tile = Drawn(theming, self._draw_tile, _TILE)
        self.more = IconButton(theming, "more", tr("More"))
        self._about = label(role="secondary", wrap=True)
        self.numbers = Numbers()
        self.numbers.opened.connect(lambda what: self.counted.emit(self._node_id, what))
        self.trouble = Trouble(theming)
        self.trouble.chosen.connect(self.fix_chosen)
        self.write = Button(theming, tr("Open the letter"), "edit")
        self.write.hide()
        self._body = QVBoxLayout()
        self.setLayout(column(self._made_head(), self._made_area(), gap=0))
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self._seal)

    @property
    def node_id(self) -> str:
        """The node that is shown; empty for the flow itself."""
        return self._node_id

    def set_menu(self, menu: QMenu) -> None:
        """What the button with the three dots offers."""
        self.more.setMenu(menu)

    def open(self, document: CanvasDocument) -> None:
        """Edits this document from now on."""
        if self._document is not None:
            self._document.changed.disconnect(self._changed)
            self._document.facts_changed.disconnect(self._show)
        self._document = document
        document.changed.connect(self._changed)
        document.facts_changed.connect(self._show)
        self._drop_form()
        self.show_node("")

    def show_node(self, node_id: str) -> None:
        """Shows this node; the flow itself for an empty id or a node that is gone."""
        if self._document is None:
            return
        node = self._document.flow.by_id.get(node_id)
        kind = kind_of(node) if node else None
        wanted = (node.id if node else "", node.kind if node else "")
        if self.form is None or wanted != (self._node_id, self._kind):
            self._document.seal()
            self._drop_form()
            self._node_id, self._kind = wanted
            self._about.setText("" if node is None else _node_words(kind))
            self._make_form(kind, node)
        self._show()

    def focus_setting(self, node_id: str, path: str) -> None:
        """Shows the node (or the flow) with the cursor in the setting that a problem is about."""
        self.show_node(node_id)
        if self.form is not None:
            self.form.focus_setting(path)

    def focus_title(self) -> None:
        """Puts the cursor into the title."""
        self.title.setFocus(Qt.FocusReason.OtherFocusReason)
        self.title.selectAll()

    def focus_first(self) -> None:
        """Puts the cursor into the first field; into the title where there is none."""
        if self.form is None or not self.form.focus_setting(""):
            self.focus_title()

    def focusNextPrevChild(self, forward: bool) -> bool:
        here = QApplication.focusWidget()
        there = beside(self, here, 1 if forward else -1) if here is not None else None
        if there is None:
            return super().focusNextPrevChild(forward)
        there.setFocus(Qt.FocusReason.TabFocusReason if forward else Qt.FocusReason.BacktabFocusReason)
        self.area.ensureWidgetVisible(there)
        return True

    def _made_head(self) -> QWidget:
        head = part(QWidget(), "inspector-head")
        head.setFixedHeight(HEAD)
        words = column(self.title, row(self._caption, margins=(8, 0, 0, 0)), gap=0)
        box = row(self._tile, words, self.more, margins=(14, 4, 12, 4), gap=8)
        box.setStretch(1, 1)
        head.setLayout(box)
        return head

    def _made_area(self) -> QScrollArea:
        inside = part(QWidget(), "clear")
        self._body.setContentsMargins(16, 12, 16, 16)
        self._body.setSpacing(12)
        self._body.addWidget(self._about)
        self._body.addWidget(self.numbers)
        self._body.addWidget(self.trouble)
        self.write.clicked.connect(lambda: self.edit_asked.emit(self._node_id))
        self._body.addWidget(self.write)
        inside.setLayout(self._body)
        area = QScrollArea()
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidgetResizable(True)
        area.setWidget(inside)
        self.area = area
        return area

    def _drop_form(self) -> None:
        if self.form is not None:
            self._body.removeWidget(self.form)
            self.form.hide()
            self.form.deleteLater()
            self.form = None

    def _make_form(self, kind: Kind | None, node: Node | None) -> None:
        node_id = self._node_id
        context = Context(
            self._theming,
            self._flow,
            self._known,
            node_id,
            lambda number: self.edit_asked.emit(f"{node_id}#{number}"),
        )
        self._tile.update()
        self.more.setVisible(node is not None)
        if node is not None and kind is None:
            return
        form: NodeForm | FlowForm
        if kind is None:
            form = FlowForm(context)
            form.renamed.connect(self._flow_renamed)
            form.changed.connect(self._flow_changed)
        else:
            form = NodeForm(kind, context)
            form.changed.connect(self._setting_changed)
            for field in form.fields.values():
                field.fixes.chosen.connect(self.fix_chosen)
        self.form = form
        self.write.setVisible(node is not None and node.kind in EDITED)
        self.write.setText(_write_words(node.kind if node else ""))
        self._body.addWidget(form, 1)
        form.show()
        self.area.verticalScrollBar().setValue(0)

    def _flow(self) -> Flow:
        return self._document.flow if self._document else Flow("")

    def _changed(self, _delta: Delta) -> None:
        self.show_node(self._node_id)

    def _show(self) -> None:
        if self._document is None:
            return
        flow, facts = self._document.flow, self._document.facts
        node = flow.by_id.get(self._node_id)
        self.title.setReadOnly(node is None)
        if node is None:
            self._show_head(flow.name, tr("The whole flow"))
            self._about.setText(_flow_words(facts.counts.inside, facts.counts.entered, facts.counts.goals))
            self.numbers.show_numbers([])
            self.trouble.show_problems([one for one in facts.problems if not one.nodes and not one.setting])
            if isinstance(self.form, FlowForm):
                self.form.show_flow(flow, facts.problems)
            return
        self._show_node(node, facts.by_node.get(node.id, ()))

    def _show_node(self, node: Node, problems: Sequence[Problem]) -> None:
        kind = kind_of(node)
        counts = self._document.facts.counts if self._document else None
        # As it stands, not as it is shown elsewhere: a space just typed at its end must stay.
        self._show_head(node.title or node_title(node), said(kind.title) if kind else node.kind)
        self.sentence_wanted.emit(node.id)
        self._tile.update()
        if counts:
            self.numbers.show_numbers(numbers_of(node, counts), opens_of(node, counts))
        fields = self.form.fields if isinstance(self.form, NodeForm) else {}
        self.trouble.show_problems([one for one in problems if one.setting.partition(".")[0] not in fields])
        if isinstance(self.form, NodeForm):
            self.form.show_node(node, problems)
            if counts:
                names = {name: count for (one, name), count in counts.names.items() if one == node.id}
                walked = {name: count for (one, name), count in counts.edges.items() if one == node.id}
                self.form.show_counts({**walked, **names})
        for problem in problems:
            self.fixes_wanted.emit(problem)

    def show_sentence(self, node_id: str, words: str) -> None:
        """Who gets to this node and when, while it is the one that is shown."""
        if node_id == self._node_id and words:
            kind = kind_of(node) if (node := self._flow().by_id.get(node_id)) else None
            is_plan = kind is None or not kind.available
            self._about.setText(f"{words} {_node_words(kind)}" if is_plan else words)
            self._about.setToolTip(said(kind.help) if kind else "")

    def show_fixes(self, problem: Problem, found: Sequence[Fix]) -> None:
        """How a problem of the shown node is mended."""
        self.trouble.show_fixes(problem, found)
        if isinstance(self.form, NodeForm):
            for field in self.form.fields.values():
                if field.fixes.problem == problem:
                    field.fixes.show_fixes(found)

    def _show_head(self, title: str, caption: str) -> None:
        if self.title.text() != title and (self.title.text() or not self.title.hasFocus()):
            self.title.setText(title)
            self.title.setCursorPosition(0)
        self.title.setToolTip(title)
        self._caption.setText(caption)

    def _draw_tile(self, scale: float) -> QPixmap:
        node = self._flow().by_id.get(self._node_id)
        kind = kind_of(node) if node else None
        if node is None:
            return self._theming.icons.pixmap("flows", self._theming.theme.colors["ink-2"], _TILE, scale)
        return self._theming.tile(kind, _TILE, scale, off=kind is None or not kind.available)

    def _retitled(self, text: str) -> None:
        if self._document is not None and self._node_id:
            self._document.do(Rename(self._document, self._node_id, text))

    def _setting_changed(self, name: str, value: object) -> None:
        node = self._flow().by_id.get(self._node_id)
        if self._document is not None and node is not None:
            self._document.do(ChangeSettings(self._document, node.id, with_consequences(node, name, value)))

    def _flow_renamed(self, name: str) -> None:
        if self._document is not None:
            self._document.do(ChangeFlow(self._document, name=name))

    def _flow_changed(self, changes: object) -> None:
        if self._document is not None and isinstance(changes, dict):
            self._document.do(ChangeFlow(self._document, settings=changes))

    def _seal(self) -> None:
        if self._document is not None:
            self._document.seal()


def with_consequences(node: Node, name: str, value: object) -> dict[str, object]:
    """What changes with a setting: whoever waits for a reaction has to say for how long."""
    kind = kind_of(node)
    timeout = kind.setting("timeout") if kind else None
    waits = name == "reactions" and value is not UNSET
    if waits and timeout is not None and not node.settings.get("timeout"):
        return {name: value, "timeout": timeout.default}
    return {name: value}


def _write_words(kind: str) -> str:
    words = {"sms": tr("Open the SMS"), "popup": tr("Open the popup"), "task": tr("Open the text")}
    return words.get(kind, tr("Open the letter"))


def _flow_words(inside: int, entered: int, goals: int) -> str:
    if not entered:
        return tr("Select a node to change it. What stands here holds for the whole flow.")
    return tr("{entered} came in, {goals} reached the goal, {inside} inside now.").format(
        entered=people(entered), goals=people(goals), inside=people(inside)
    )


def _node_words(kind: Kind | None) -> str:
    """What a node of this kind is, until more is known of this one."""
    if kind is None:
        return tr("This node was made by a newer version. It is kept as it is and never run.")
    if not kind.available:
        return tr("{about} It can be drawn and saved, but not published yet.").format(about=said(kind.help))
    return said(kind.help)
