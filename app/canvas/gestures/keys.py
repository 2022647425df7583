"""What keys mean on the paper: first the mode that is under way, then the commands of the paper."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence

from app.canvas.words import tr

if TYPE_CHECKING:
    from app.canvas.deeds.base import Deed
    from app.canvas.widget import Canvas

_MODIFIERS: Final = frozenset(
    (Qt.Key.Key_Shift, Qt.Key.Key_Control, Qt.Key.Key_Alt, Qt.Key.Key_AltGr, Qt.Key.Key_Meta)
)
ENTER: Final = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_COMMANDING: Final = (
    Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier
)
_TABS: Final = (Qt.Key.Key_Tab, Qt.Key.Key_Backtab)
BY_KEYS: Final = (
    Qt.FocusReason.TabFocusReason,
    Qt.FocusReason.BacktabFocusReason,
    Qt.FocusReason.ShortcutFocusReason,
)


class KeyMode(ABC):
    """Some keys with a meaning of their own, until Enter keeps what they did or Esc leaves no trace."""

    def __init__(self, canvas: Canvas) -> None:
        self.canvas = canvas

    @property
    @abstractmethod
    def words(self) -> str:
        """One line that says what the keys do now."""

    @abstractmethod
    def press(self, event: QKeyEvent) -> None:
        """A key came."""

    @abstractmethod
    def leave(self) -> None:
        """Ends the mode: everything as before."""


class Keys(QObject):
    """The keyboard of one canvas.

    Signals:
        told: what the keys do now, in one line; empty when there is nothing to say.
    """

    told = Signal(str)

    def __init__(self, canvas: Canvas) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self.mode: KeyMode | None = None
        self._is_held = False
        canvas.focus.changed.connect(self.tell)
        canvas.view.installEventFilter(self)

    @property
    def words(self) -> str:
        """The line that is told now."""
        if self.mode is not None:
            return self.mode.words
        focus = self._canvas.focus
        if not (focus.is_shown and focus.part.parts and self._canvas.view.hasFocus()):
            return ""
        if focus.part.edge is not None:
            return tr("Left and Right go to its ends, Enter leads it elsewhere, Del removes it, F1 all keys")
        if focus.node:
            return tr("Arrows walk, Enter opens, Tab adds behind, C connects, M moves, F1 all keys")
        return tr("Arrows walk, Enter opens, M moves, Del removes it, F1 all keys")

    def press(self, event: QKeyEvent) -> bool:
        """Whether the key meant something here."""
        key = Qt.Key(event.key())
        if self._canvas.view.hand.gesture is not None or key in _MODIFIERS:
            return False
        if self.mode is not None:
            self.mode.press(event)
            self.tell()
            return True
        if key is Qt.Key.Key_Space and not event.modifiers():
            self._is_held = self._is_held or not event.isAutoRepeat()
            return False
        deed = self._meant(event)
        if deed is None:
            return False
        deed.run(self._canvas)
        self.tell()
        return True

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """What a key means here goes before the shortcuts of canvas and window."""
        if not isinstance(event, QKeyEvent):
            return False
        if event.type() is QEvent.Type.KeyPress:
            # Qt would take Tab for a way to the next widget.
            return self.mode is not None and event.key() in _TABS and self.press(event)
        if event.type() is not QEvent.Type.ShortcutOverride:
            return False
        is_ours = self._takes(event)
        if is_ours:
            event.accept()
        return is_ours

    def release(self, event: QKeyEvent) -> None:
        """Space selects when it is let go, where it did not hold the paper to pan meanwhile."""
        if Qt.Key(event.key()) is not Qt.Key.Key_Space or event.isAutoRepeat():
            return
        is_tap = self._is_held and not self._canvas.view.hand.has_panned
        self._is_held = False
        if is_tap and self.mode is None:
            self._canvas.run("select-focused")
            self.tell()

    def begin(self, mode: KeyMode) -> None:
        """Enters a mode; one that was under way ends without a trace."""
        self.leave()
        self.mode = mode
        self.tell()

    def done(self) -> None:
        """The mode kept what it did, or has left."""
        self.mode = None
        self.tell()

    def leave(self) -> None:
        """Ends the mode that is under way, if any, without a trace."""
        mode, self.mode = self.mode, None
        if mode is not None:
            mode.leave()
            self.tell()

    def mouse(self) -> None:
        """A button was pressed: the hand takes over."""
        self.leave()
        self._canvas.focus.hide()
        self.tell()

    def arrive(self, reason: Qt.FocusReason) -> None:
        """The keyboard comes to the canvas."""
        if reason in BY_KEYS:
            self._canvas.focus.appear()
        else:
            self._canvas.focus.show_ring()
        self.tell()

    def go(self, reason: Qt.FocusReason) -> None:
        """The keyboard goes elsewhere; a menu or a list over the canvas gives it back."""
        self._is_held = False
        if reason is not Qt.FocusReason.PopupFocusReason:
            self.leave()
        self._canvas.focus.show_ring()
        self.tell()

    def tell(self) -> None:
        """Says the line anew."""
        self.told.emit(self.words)

    def _takes(self, event: QKeyEvent) -> bool:
        if self.mode is not None:
            return not event.modifiers() & _COMMANDING
        return self._meant(event) is not None

    def _meant(self, event: QKeyEvent) -> Deed | None:
        pad = Qt.KeyboardModifier.KeypadModifier
        pressed = QKeySequence((event.modifiers() & ~pad).value | event.key())
        found = self._canvas.actions_.on_paper.get(pressed.toString(), ())
        return next((deed for deed in found if deed.ready(self._canvas)), None)
