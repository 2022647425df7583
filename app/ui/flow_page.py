"""The page of one flow: palette, canvas with its problems, inspector, and the bar above them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QObject, QPointF, QSettings, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QBoxLayout, QMenu, QSplitter, QWidget

from app.canvas.changes import Delta
from app.canvas.commands import ChangeFlow
from app.canvas.widget import Canvas
from app.ui.editors.written import EDITED, SENT
from app.ui.last import Look
from app.ui.page_bar import PageBar
from app.ui.palette import Palette
from app.ui.session import Session
from app.ui.theme import Theming
from app.ui.widgets import column, part, row
from app.ui.words import tr

if TYPE_CHECKING:
    from app.model.flow import Problem
    from app.model.ports import FlowInfo
    from app.ui.find_bar import FindBar
    from app.ui.history_panel import HistoryPanel
    from app.ui.inspector.panel import Inspector
    from app.ui.known import Known
    from app.ui.people_list import PeopleList
    from app.ui.problems import ProblemsBar

PALETTE: Final = 168
PALETTE_WIDE: Final = 200
PALETTE_STRIP: Final = 48
STRIP_BELOW: Final = 1360
WIDE_ABOVE: Final = 1680
DRAWER_BELOW: Final = 1200
INSPECTOR: Final = 296
INSPECTOR_LEAST: Final = 264
INSPECTOR_MOST: Final = 440
_CANVAS_LEAST: Final = 560


class FlowPage(QWidget):
    """Everything about the open flow. The inspector is beside the canvas, or a drawer over its edge."""

    said = Signal(str)
    undoable = Signal(str)
    """What the last step took away, in words."""
    send_asked = Signal(str)
    """The message of this node is to be sent to whoever asks."""
    edit_asked = Signal(str)
    """The message of this node is to be written in its editor."""

    inspector: Inspector
    people: PeopleList
    problems: ProblemsBar
    history: HistoryPanel
    finding: FindBar

    def __init__(self, theming: Theming, session: Session, known: Known, menu: QMenu) -> None:
        super().__init__()
        self._theming = theming
        self._session = session
        self._info: FlowInfo | None = None
        self._known = known
        self.canvas = Canvas(theming.theme, theming.icons, document=session.document, bare=True)
        self.canvas.setMinimumWidth(_CANVAS_LEAST)
        self.palette_ = Palette(theming)
        self.bar = PageBar(theming, menu)
        self.beside: QWidget = part(QWidget(), "inspector")
        """Beside the canvas: the inspector, or its empty place as long as that is not built."""
        self._middle = QWidget()
        self._middle.setLayout(column(self.canvas, gap=0))
        self._split = self._made_split()
        self._below = row(self.palette_, self._split, gap=0)
        self._below.setStretch(1, 1)
        box = column(self.bar, gap=0)
        box.addLayout(self._below, 1)
        self.setLayout(box)
        self._is_drawer: bool | None = None
        self._wants_fit = False
        self._look: Look | None = None
        self._is_whole = False
        self._theming.changed.connect(self._dress)
        self.palette_.kind_chosen.connect(self._add_kind)
        self._session.opened.connect(self._opened)

    def complete(self) -> None:
        """Builds what the first picture does without: inspector, problems, people, history, find."""
        from app.ui.find_bar import FindBar
        from app.ui.history_panel import HistoryPanel
        from app.ui.inspector.panel import Inspector
        from app.ui.people_list import PeopleList
        from app.ui.problems import ProblemsBar

        self.canvas.complete()
        self.inspector = Inspector(self._theming, self._known)
        self.people = PeopleList(self._theming)
        self.problems = ProblemsBar(self._theming)
        self.history = HistoryPanel(self._theming, self._session.keeper.recorder)
        self.history.hide()
        self.finding = FindBar(self._theming, self.canvas)
        self._add_tools()
        self._take_in()
        self._is_whole = True
        self._connect()
        self.inspector.open(self._session.document)
        self._selected(self.canvas.selected)

    def _take_in(self) -> None:
        """Gives the parts their places, without a jump of what stands already."""
        middle = self._middle.layout()
        if isinstance(middle, QBoxLayout):
            middle.insertWidget(0, self.finding)
            middle.addWidget(self.people)
            middle.addWidget(self.problems)
        self._below.insertWidget(1, self.history)
        empty, sizes = self.beside, self._split.sizes()
        self.beside = self.inspector
        if self._is_drawer:
            self.inspector.setParent(self)
            self.inspector.hide()
        else:
            self._split.replaceWidget(1, self.inspector)
            self._limit(self.inspector)
            self.inspector.show()
            self._split.setSizes(sizes)
        empty.deleteLater()

    def show_as(self, look: Look | None) -> None:
        """Looks at the drawing as somebody did before, once there is room; None: at all of it."""
        self._look = look
        self.bar.state.say("", "plain")  # how it stands is not known yet

    def look(self) -> Look:
        """What of the drawing is in view now."""
        middle = self.canvas.view.seen.center()
        return Look(middle.x(), middle.y(), self.canvas.view.zoom)

    def show_info(self, info: FlowInfo | None) -> None:
        """How the flow stands in the workspace."""
        from app.model.journey import FlowState  # not needed for the first picture

        was = self._info.state if self._info else None
        self._info = info
        self.bar.show_info(info, dirty=self._session.dirty)
        paused = info is not None and info.state is FlowState.PAUSED
        if paused and was is not FlowState.PAUSED:
            self.canvas.set_paused(tr("paused"))
        elif not paused:
            self.canvas.set_paused(None)

    def show_problem(self, problem: Problem) -> None:
        """Brings the node of a problem into view, with the cursor in its field."""
        node_id = problem.nodes[0] if problem.nodes else ""
        if node_id:
            self.canvas.reveal(node_id)
        else:
            self.canvas.selection.clear()
        self.open_inspector()
        self.inspector.focus_setting(node_id, problem.setting)

    def open_inspector(self, node_id: str | None = None) -> None:
        """Shows the inspector where it is a drawer; of this node, when one is named."""
        if node_id is not None:
            self.inspector.show_node(node_id)
        if self._is_drawer:
            self.inspector.show()
            self._place_drawer()
            self.inspector.raise_()

    def show_settings(self) -> None:
        """The inspector of the flow itself."""
        self.canvas.selection.clear()
        self.open_inspector("")

    def toggle_history(self) -> None:
        """Shows the steps of undo beside the canvas, or puts them away."""
        self.history.setVisible(not self.history.isVisible())
        if self.history.isVisible():
            self.history.take_focus()
        else:
            self.canvas.setFocus(Qt.FocusReason.OtherFocusReason)

    def _go_to_step(self, done: int) -> None:
        self.canvas.view.put_down()
        self.canvas.scene.settle()
        self._session.document.undo_stack.setIndex(done)

    def fit(self) -> None:
        """Shows the whole drawing, in the room that the problems leave."""
        self._settle_layout()
        self.canvas.fit()

    def _add_tools(self) -> None:
        actions = self.canvas.actions_
        more = QMenu(self)
        more.addActions([actions["duplicate"], actions["copy"], actions["zoom-selection"]])
        more.addSeparator()
        self._send = more.addAction(tr("Send this to me"), self._ask_to_send)
        more.aboutToShow.connect(lambda: self._send.setVisible(self._sendable() != ""))
        more.addAction(actions["delete"])
        self.inspector.set_menu(more)
        for name in ("undo", "redo", "tidy"):
            self.bar.add_action(actions[name], name)

    def _sendable(self) -> str:
        """The node in the inspector, where it is a message that can be sent to whoever writes it."""
        node = self._session.document.flow.by_id.get(self.inspector.node_id)
        return node.id if node is not None and node.kind in SENT else ""

    def _ask_to_send(self) -> None:
        if self._sendable():
            self.send_asked.emit(self._sendable())

    def _made_split(self) -> QSplitter:
        split = QSplitter(Qt.Orientation.Horizontal)
        split.setHandleWidth(1)
        split.setChildrenCollapsible(False)
        split.addWidget(self._middle)
        split.addWidget(self.beside)
        split.setStretchFactor(0, 1)
        split.splitterMoved.connect(self._remember)
        self._limit(self.beside)
        return split

    @staticmethod
    def _limit(beside: QWidget) -> None:
        beside.setMinimumWidth(INSPECTOR_LEAST)
        beside.setMaximumWidth(INSPECTOR_MOST)

    def _connect(self) -> None:
        document = self._session.document
        self.history.chosen.connect(self._go_to_step)
        self.history.closed.connect(self.toggle_history)
        self.canvas.selection_changed.connect(self._selected)
        self.canvas.open_requested.connect(self._open_node)
        self.canvas.settings_requested.connect(self._show_settings_of)
        self.canvas.said.connect(self.said)
        self.canvas.undoable.connect(self.undoable)
        self.problems.problem_chosen.connect(self.show_problem)
        self.bar.settings_asked.connect(self.show_settings)
        self.bar.renamed.connect(lambda name: document.do(ChangeFlow(document, name=name)))
        document.changed.connect(self._changed)
        document.facts_changed.connect(self._show_problems)
        self._session.dirty_changed.connect(lambda dirty: self.bar.show_info(self._info, dirty=dirty))
        self.inspector.edit_asked.connect(self.edit_asked)
        self.inspector.installEventFilter(self)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._fit_once()

    def _fit_once(self) -> None:
        if self._wants_fit and self.isVisible():
            self._wants_fit = False
            # Once palette and inspector have taken their room.
            QTimer.singleShot(0, self._look_at_last if self._look else self.fit)

    def _look_at_last(self) -> None:
        look, self._look = self._look, None
        if look is None:
            return
        self._settle_layout()
        self.canvas.view.set_zoom(look.zoom)
        self.canvas.view.show_middle(QPointF(look.x, look.y))

    def _settle_layout(self) -> None:
        layout = self._middle.layout()
        if layout is not None:
            layout.activate()

    def _dress(self) -> None:
        self.canvas.set_theme(self._theming.theme)

    def _opened(self) -> None:
        self.bar.name.show_name(self._session.document.flow.name)
        if self._session.goes_on:
            return
        self._info = None
        self._wants_fit = True
        self._fit_once()
        if not self._is_whole:
            return
        self.problems.toggle(opened=False)
        self.canvas.selection.clear()
        self.inspector.open(self._session.document)
        self._show_problems()

    def _changed(self, delta: Delta) -> None:
        if delta.header:
            self.bar.name.show_name(self._session.document.flow.name)

    def _show_problems(self) -> None:
        document = self._session.document
        self.problems.show_problems(document.facts.problems, document.flow)

    def _add_kind(self, kind: str) -> None:
        self.canvas.add_kind(kind)
        self.canvas.setFocus(Qt.FocusReason.OtherFocusReason)

    def _selected(self, ids: tuple[str, ...]) -> None:
        self.inspector.show_node(ids[0] if len(ids) == 1 else "")

    def _open_node(self, node_id: str) -> None:
        node = self._session.document.flow.by_id.get(node_id)
        folded = bool(self._is_drawer) and self.inspector.isHidden()
        if node is not None and node.kind in EDITED and not folded:
            self.edit_asked.emit(node_id)
            return
        self.open_inspector(node_id)
        if self.canvas.focus.is_shown:
            self.inspector.focus_first()
        else:
            self.inspector.focus_title()

    def _show_settings_of(self, node_id: str) -> None:
        self.open_inspector(node_id)
        self.inspector.focus_first()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fold()

    def _fold(self) -> None:
        width = self.width()
        self.palette_.set_narrow(width < STRIP_BELOW)
        wide = PALETTE_WIDE if width > WIDE_ABOVE else PALETTE
        self.palette_.setFixedWidth(PALETTE_STRIP if width < STRIP_BELOW else wide)
        self.bar.set_compact(compact=width < DRAWER_BELOW)
        self._set_drawer(drawer=width < DRAWER_BELOW)
        if self._is_drawer:
            self._place_drawer()

    def _set_drawer(self, *, drawer: bool) -> None:
        if drawer is self._is_drawer:
            return
        self._is_drawer = drawer
        if drawer:
            self.beside.setParent(self)
            self.beside.hide()
        else:
            self._split.addWidget(self.beside)
            self.beside.show()
            self._split.setSizes([self.width(), inspector_width()])

    def _place_drawer(self) -> None:
        top = self.bar.height()
        width = inspector_width()
        self.beside.setGeometry(self.width() - width, top, width, self.height() - top)

    def _remember(self) -> None:
        if not self._is_drawer:
            QSettings().setValue("inspector/width", self.beside.width())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        # Before a key is pressed it asks whether it is a shortcut: that is no press yet.
        if (
            watched is self.inspector
            and isinstance(event, QKeyEvent)
            and event.type() is QEvent.Type.KeyPress
            and event.key() == Qt.Key.Key_Escape
        ):
            event.accept()
            self.close_drawer()
            self.canvas.setFocus(Qt.FocusReason.OtherFocusReason)
            return True
        return super().eventFilter(watched, event)

    def close_drawer(self) -> None:
        """Puts the drawer away; beside the canvas the inspector stays."""
        if self._is_drawer:
            self.inspector.hide()


def inspector_width() -> int:
    """The width it had last, within its limits."""
    kept = QSettings().value("inspector/width", INSPECTOR)
    width = int(kept) if isinstance(kept, (int, str)) and str(kept).isdigit() else INSPECTOR
    return min(INSPECTOR_MOST, max(INSPECTOR_LEAST, width))
