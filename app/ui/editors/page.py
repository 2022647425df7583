"""The page on which a message is written: its bar above, the editor of its kind below."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, Protocol

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QInputDialog, QLineEdit, QStackedWidget, QWidget

from app.canvas.document import CanvasDocument
from app.canvas.words import node_title
from app.model.errors import WorldError
from app.model.ports import Desk, Person, Preview
from app.ui.editors.browser import letter_page, popup_page, show_page
from app.ui.editors.editing import Editing
from app.ui.editors.letter_editor import LetterEditor
from app.ui.editors.person_popup import PersonPopup
from app.ui.editors.popup_editor import PopupEditor
from app.ui.editors.sms_editor import SmsEditor
from app.ui.editors.written import EDITED, SENT
from app.ui.operations import Operations
from app.ui.theme import Theming
from app.ui.widgets import Button, CutLabel, IconButton, column, label, line, part, row
from app.ui.words import tr

_MORE: Final = {QKeySequence.StandardKey.Redo: (QKeySequence("Ctrl+Shift+Z"), QKeySequence("Ctrl+Y"))}
"""What people try, whatever their desktop's own keys are."""


class _Editor(Protocol):
    def open(self) -> None: ...
    def show_node(self) -> None: ...
    def show_preview(self, preview: Preview) -> None: ...
    def focus_first(self) -> None: ...


class EditorPage(QWidget):
    """``done`` leads back to the canvas, ``said`` is a line for the toast, ``failed`` one for the notice."""

    done = Signal()
    said = Signal(str)
    failed = Signal(str)

    def __init__(
        self,
        theming: Theming,
        desk: Desk,
        operations: Operations,
        document: CanvasDocument,
        fields: Callable[[], Sequence[str]],
    ) -> None:
        super().__init__()
        self._theming, self._names = theming, fields
        self.editing = Editing(desk, operations, document)
        self.letter = LetterEditor(theming, self.editing)
        self.sms = SmsEditor(theming, self.editing)
        self.popup = PopupEditor(theming, self.editing)
        self._editors: dict[str, tuple[QWidget, _Editor]] = {
            "email": (self.letter, self.letter),
            "sms": (self.sms, self.sms),
            "task": (self.sms, self.sms),
            "popup": (self.popup, self.popup),
        }
        self._stack = QStackedWidget()
        for one in (self.letter, self.sms, self.popup):
            self._stack.addWidget(one)
        self.people: PersonPopup | None = None
        self._make_bar()
        self.setLayout(column(self._bar, self._stack, gap=0))
        self._connect()

    def open(self, node_id: str) -> bool:
        """Edits this node; False for one that has no editor."""
        node = self.editing.find(node_id)
        if node is None or node.kind not in EDITED:
            return False
        self.editing.open(node_id, self._names())
        widget, editor = self._editors[node.kind]
        self._stack.setCurrentWidget(widget)
        self._show_head()
        self.browse.setVisible(node.kind in ("email", "popup"))
        self.browse.setText(
            tr("Show it in the browser") if node.kind == "popup" else tr("Preview in the browser")
        )
        self.test.setVisible(node.kind in SENT)
        editor.open()
        self.editing.refresh()
        return True

    def focus_first(self) -> None:
        """Puts the cursor where one begins to write."""
        if self._editor is not None:
            self._editor.focus_first()

    def leave(self) -> None:
        """Goes back to the canvas."""
        self.editing.close()
        self.done.emit()

    def send_to_me(self) -> None:
        """Asks for my address, remembers it, and sends the message there as the person would get it."""
        is_mail = self.editing.node.kind == "email"
        person = self.editing.person.name if self.editing.person else tr("somebody without a name")
        asked = tr("Your e-mail address") if is_mail else tr("Your phone number, with + and the country code")
        words = tr("{asked}. You get it as {person} would.").format(asked=asked, person=person)
        address, good = QInputDialog.getText(
            self, tr("Send me a test"), words, QLineEdit.EchoMode.Normal, self.editing.me
        )
        if good and address.strip():
            self.send_to(address.strip())

    def send_of(self, node_id: str) -> None:
        """The same for a node whose editor is not open, as the person chosen the last time."""
        node = self.editing.flow.by_id.get(node_id)
        if node is None or node.kind not in SENT:
            self.said.emit(tr("This is shown on a page, not sent. Open it and look at it in the browser"))
            return
        self.editing.open(node_id, self._names())
        self.editing.person_changed.connect(self._ask_to_send, Qt.ConnectionType.SingleShotConnection)

    def _ask_to_send(self) -> None:
        self.send_to_me()
        if not self.isVisible():
            self.editing.close()

    def send_to(self, address: str) -> None:
        """Sends the message to this address of mine."""
        self.test.setEnabled(False)

        def sent() -> None:
            self.test.setEnabled(True)
            self.said.emit(tr("Sent to {address}. It counts nowhere").format(address=address))

        def refused(sentence: str) -> None:
            self.test.setEnabled(True)
            self.failed.emit(sentence)

        self.editing.send_to_me(address, sent, refused)

    def show_in_browser(self) -> None:
        """The message as the person gets it, in the system's browser."""
        preview = self.editing.preview
        if preview.problem or not preview.content:
            self.failed.emit(preview.problem or tr("It is still being made. Try again in a moment"))
            return
        try:
            show_page(self.page_of(preview), self.editing.node.kind)
        except WorldError as error:
            self.failed.emit(error.sentence)

    def page_of(self, preview: Preview) -> str:
        """The page that the browser shows."""
        content = preview.content
        if self.editing.node.kind == "popup":
            return popup_page(content)
        return letter_page(str(content.get("subject", "")), preview.sender[0], str(content.get("html", "")))

    @property
    def _editor(self) -> _Editor | None:
        found = self._editors.get(self.editing.node.kind)
        return found[1] if found else None

    def _make_bar(self) -> None:
        theming = self._theming
        self.back = IconButton(theming, "left", tr("Back to the flow"))
        self.title = CutLabel(role="title")
        self.flow_name = CutLabel(role="secondary")
        self.undo = IconButton(theming, "undo", tr("Undo"))
        self.redo = IconButton(theming, "redo", tr("Redo"))
        self.person = Button(theming, tr("Nobody in particular"), "contacts")
        self.browse = Button(theming, tr("Preview in the browser"), "desktop")
        self.test = Button(theming, tr("Send me a test"), "send")
        self.finish = Button(theming, tr("Done"), kind="primary")
        self._bar = part(QWidget(), "page-bar")
        self._bar.setFixedHeight(48)
        inside = row(
            self.back, self.title, self.flow_name, None, self.undo, self.redo, line(vertical=True),
            label(tr("Shown as"), "secondary"), self.person, self.browse, self.test, self.finish,
            margins=(12, 0, 20, 0),
        )  # fmt: skip
        self._bar.setLayout(inside)

    def _connect(self) -> None:
        stack = self.editing.document.undo_stack
        for button, act, keys in (
            (self.undo, stack.undo, QKeySequence.StandardKey.Undo),
            (self.redo, stack.redo, QKeySequence.StandardKey.Redo),
        ):
            button.clicked.connect(act)
            self._key(keys, act)
        self._key(QKeySequence(Qt.Key.Key_Escape), self.leave)
        stack.canUndoChanged.connect(self.undo.setEnabled)
        stack.canRedoChanged.connect(self.redo.setEnabled)
        self.back.clicked.connect(self.leave)
        self.finish.clicked.connect(self.leave)
        self.browse.clicked.connect(self.show_in_browser)
        self.test.clicked.connect(self.send_to_me)
        self.person.clicked.connect(self._choose_person)
        self.editing.changed.connect(self._changed)
        self.editing.previewed.connect(self._previewed)
        self.editing.person_changed.connect(self._show_head)
        self.editing.gone.connect(self.done)

    def _key(self, keys: QKeySequence | QKeySequence.StandardKey, act: Callable[[], None]) -> None:
        action = QAction(self)
        if isinstance(keys, QKeySequence):
            action.setShortcut(keys)
        else:
            known = [*QKeySequence.keyBindings(keys), *_MORE.get(keys, ())]
            action.setShortcuts(list({one.toString(): one for one in known}.values()))
        action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        action.triggered.connect(act)
        self.addAction(action)

    def _changed(self) -> None:
        self._show_head()
        if self._editor is not None:
            self._editor.show_node()

    def _previewed(self, preview: Preview) -> None:
        if self._editor is not None:
            self._editor.show_preview(preview)

    def _show_head(self) -> None:
        self.title.say(node_title(self.editing.node))
        self.flow_name.say(self.editing.flow.name)
        person = self.editing.person
        self.person.setText(person.name if person else tr("Nobody in particular"))
        stack = self.editing.document.undo_stack
        self.undo.setEnabled(stack.canUndo())
        self.redo.setEnabled(stack.canRedo())

    def _choose_person(self) -> None:
        self.people = PersonPopup(self._theming, self.editing.people, self.editing.find_people)
        self.people.chosen.connect(self._show_as)
        self.people.open_at(self.person.mapToGlobal(QPoint(0, self.person.height() + 4)))

    def _show_as(self, person: Person | None) -> None:
        self.editing.show_as(person)
