"""The hand: turns mouse and keys into gestures, and lets at most one be under way."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QPointF, Qt, QTimer, Signal
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent, QKeyEvent, QMouseEvent

from app.canvas.gestures.base import Gesture, Stage
from app.canvas.gestures.drop import MIME, DropKind
from app.canvas.gestures.pan import Pan
from app.canvas.hits import Hit, Target, hit
from app.canvas.hover import Hover
from app.canvas.lines import middle_of

if TYPE_CHECKING:
    from app.canvas.adding import Spot

_SLOP: Final = 4.0
_BORDER: Final = 24.0
_FASTEST: Final = 12.0
_FRAME_MS: Final = 16
_LEFT = Qt.MouseButton.LeftButton
_ADDING = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
_HELD: Final = {
    Qt.Key.Key_Shift: Qt.KeyboardModifier.ShiftModifier,
    Qt.Key.Key_Control: Qt.KeyboardModifier.ControlModifier,
    Qt.Key.Key_Alt: Qt.KeyboardModifier.AltModifier,
}


class Hand(QObject):
    """One hand for one view of one scene.

    Signals:
        opened: a node was double-clicked; carries its id.
    """

    opened = Signal(str)

    def __init__(self, stage: Stage) -> None:
        super().__init__(stage.scene)
        self.stage = stage
        self._document = stage.document
        self._scene = stage.scene
        self._selection = stage.selection
        self._hover = Hover(stage.scene)
        self.gesture: Gesture | None = None
        self._pressed: tuple[QPointF, Hit] | None = None
        self._at = QPointF()
        self._keys = Qt.KeyboardModifier.NoModifier
        self._space = False
        self._tool: Callable[[Stage], Gesture] | None = None
        """What the next drag does instead of what it would."""
        self.has_panned = False
        """Whether Space held the paper since it was pressed, and was not only tapped."""
        self._scroller = QTimer(self)
        self._scroller.setInterval(_FRAME_MS)
        self._scroller.timeout.connect(self._scroll)
        stage.selection.changed.connect(self._hover.refresh)
        stage.scene.arranged.connect(self._hover.refresh)
        stage.view.viewed.connect(self._hover.refresh)

    # --- mouse ------------------------------------------------------------------------------------------

    def press(self, event: QMouseEvent) -> None:
        self._note(event.position(), event.modifiers())
        if self.gesture is not None:
            return
        self.stage.view.setFocus(Qt.FocusReason.MouseFocusReason)
        self._scene.settle()
        at = self.stage.view.to_scene(event.position())
        if event.button() is Qt.MouseButton.MiddleButton or (event.button() is _LEFT and self._space):
            self.has_panned = True
            self._begin(Pan(self.stage), at)
        elif event.button() is _LEFT:
            found = Hit() if self._tool else self._hover.find(at)
            self._pressed = (event.position(), found)
            self._select_on_press(found, event.modifiers())
        elif event.button() is Qt.MouseButton.RightButton:
            self._select_on_press(hit(self._scene, at), Qt.KeyboardModifier.NoModifier)

    def move(self, event: QMouseEvent) -> None:
        self._note(event.position(), event.modifiers())
        at = self.stage.view.to_scene(event.position())
        if self.gesture is not None:
            self._move_to(at)
            self._watch_border()
        elif self._pressed is not None:
            self._start_if_dragged(event)
        else:
            self._hover.over(self._hover.find(at))
            self._show_cursor()

    def release(self, event: QMouseEvent) -> None:
        self._note(event.position(), event.modifiers())
        pressed, self._pressed = self._pressed, None
        if self.gesture is not None:
            gesture, self.gesture = self.gesture, None
            self._scroller.stop()
            gesture.keys = event.modifiers()
            gesture.end(self.stage.view.to_scene(event.position()))
            self._show_cursor()
            self._hover.refresh()
        elif pressed is not None and event.button() is _LEFT:
            self._click(pressed[1], event)

    def double_click(self, event: QMouseEvent) -> None:
        found = self._hover.find(self.stage.view.to_scene(event.position()))
        if event.button() is not _LEFT:
            return
        if found.target in (Target.NOTE, Target.FRAME) or found.name in self._scene.drawing.shown.owner:
            self.stage.view.paper_opened.emit(found)
        elif found.target in (Target.NODE, Target.PORT, Target.INLET):
            self.opened.emit(found.name)
        elif found.target is Target.NOTHING:
            self._ask(self.stage.view.to_scene(event.position()))

    def take_up(self, tool: Callable[[Stage], Gesture] | None) -> None:
        """The next drag makes this gesture, until it did or Esc is pressed; None puts the tool away."""
        self._tool = tool
        self._show_cursor()
        self.stage.view.tool_changed.emit(tool is not None)

    def leave(self) -> None:
        if self.gesture is None:
            self._hover.over(Hit())

    def tip(self, at: QPointF) -> str:
        """The words for the tooltip at a place of the viewport."""
        return self._hover.words(self._hover.find(self.stage.view.to_scene(at)), self._document)

    # --- drag and drop ----------------------------------------------------------------------------------

    def drag_enter(self, event: QDragEnterEvent) -> None:
        if not event.mimeData().hasFormat(MIME) or self.gesture is not None:
            event.ignore()
            return
        kind = bytes(event.mimeData().data(MIME).data()).decode("utf-8", "replace")
        self._scene.settle()
        self._begin(DropKind(self.stage, kind), self.stage.view.to_scene(event.position()))
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()

    def drag_move(self, event: QDragMoveEvent) -> None:
        if not isinstance(self.gesture, DropKind):
            event.ignore()
            return
        self._note(event.position(), event.modifiers())
        self._move_to(self.stage.view.to_scene(event.position()))
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()

    def drag_leave(self) -> None:
        if isinstance(self.gesture, DropKind):
            self.cancel()

    def drop(self, event: QDropEvent) -> None:
        gesture, self.gesture = self.gesture, None
        if not isinstance(gesture, DropKind):
            event.ignore()
            return
        gesture.end(self.stage.view.to_scene(event.position()))
        self.stage.view.setFocus(Qt.FocusReason.OtherFocusReason)
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()

    # --- keys -------------------------------------------------------------------------------------------

    def key(self, event: QKeyEvent) -> bool:
        """Whether the key meant something here."""
        key = Qt.Key(event.key())
        if key is Qt.Key.Key_Escape:
            return self.escape()
        if key is Qt.Key.Key_Space:
            self.has_panned = self.has_panned and event.isAutoRepeat()
            self._space = True
            self._show_cursor()
            return True
        if key in _HELD and self.gesture is not None:
            return self._hold(self._keys | _HELD[key])
        return self._type(event)

    def show_handles(self) -> None:
        """Shows the handles of edges as things stand now."""
        self._hover.refresh()

    def follow(self) -> None:
        """The paper moved below a pointer that stays."""
        self._move_to(self.stage.view.to_scene(self._at))

    def key_up(self, event: QKeyEvent) -> bool:
        if Qt.Key(event.key()) in _HELD and self.gesture is not None:
            return self._hold(self._keys & ~_HELD[Qt.Key(event.key())])
        if Qt.Key(event.key()) is Qt.Key.Key_Space and not event.isAutoRepeat():
            self._space = False
            self._show_cursor()
            return True
        return False

    def lose_focus(self) -> None:
        self._space = False

    def escape(self) -> bool:
        """Ends what is under way: the gesture, else the way that is lit, else the selection."""
        if self.gesture is not None:
            self.cancel()
        elif self._tool is not None:
            self.take_up(None)
        elif self._document.facts.way:
            self._document.set_way(())
        elif self._selection.parts:
            self._selection.clear()
        else:
            return False
        return True

    def cancel(self) -> None:
        """Ends the gesture as if it had not begun."""
        gesture, self.gesture = self.gesture, None
        self._pressed = None
        self._scroller.stop()
        if gesture is not None:
            gesture.cancel()
            self._hover.refresh()
        self._show_cursor()

    def spot(self) -> Spot:
        """Where keys add: behind the only selected node, on the only selected edge, at the pointer."""
        from app.canvas.adding import Spot, spot_behind, spot_on

        parts, drawing = self._selection.parts, self._scene.drawing
        drawn = [name for name in parts.nodes if name in drawing.boxes]
        if len(drawn) == 1:
            return spot_behind(drawing, drawn[0])
        if len(parts.edges) == 1 and (key := next(iter(parts.edges))) in drawing.routes:
            return spot_on(drawing, key, middle_of(drawing.routes[key].points))
        view = self.stage.view
        at = view.to_scene(self._at) if view.underMouse() else view.seen.center()
        at = at if view.pointer_place is None else view.pointer_place
        return Spot(at.x(), at.y())

    # --- inside -----------------------------------------------------------------------------------------

    def _ask(self, at: QPointF, typed: str = "") -> None:
        from app.canvas.adding import Spot

        self.stage.view.add_wanted.emit(Spot(at.x(), at.y()), typed)

    def _type(self, event: QKeyEvent) -> bool:
        """A letter typed on the paper begins a search for what to add."""
        held = event.modifiers() & ~(Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier)
        text = event.text()
        # AltGr is Ctrl and Alt on some systems and makes letters too.
        if self.gesture is not None or not text.isprintable() or not text.strip() or _is_command(held):
            return False
        self.stage.view.add_wanted.emit(self.spot(), text)
        return True

    def _begin(self, gesture: Gesture, at: QPointF) -> None:
        self._hover.over(Hit())
        self.gesture = gesture
        gesture.keys = self._keys
        gesture.begin(at)
        self._hover.refresh()
        self._show_cursor()

    def _hold(self, keys: Qt.KeyboardModifier) -> bool:
        """A key was pressed or let go in the middle of a gesture: what it means is shown at once."""
        self._keys = keys
        self._move_to(self.stage.view.to_scene(self._at))
        return True

    def _start_if_dragged(self, event: QMouseEvent) -> None:
        if self._pressed is None:
            return
        from app.canvas.gestures.choosing import gesture_for  # not needed for the first picture

        start, found = self._pressed
        way = event.position() - start
        if max(abs(way.x()), abs(way.y())) < _SLOP:
            return
        self._pressed = None
        at = self.stage.view.to_scene(start)
        tool = self._tool
        if tool is not None:
            self.take_up(None)
        self._begin(tool(self.stage) if tool else gesture_for(self.stage, found, at, self._keys), at)
        self._move_to(self.stage.view.to_scene(event.position()))

    def _move_to(self, at: QPointF) -> None:
        if self.gesture is not None:
            self.gesture.keys = self._keys
            self.gesture.move(at)

    def _select_on_press(self, found: Hit, keys: Qt.KeyboardModifier) -> None:
        """What is grabbed is selected at once, so that it can be dragged."""
        if found.parts and not keys & _ADDING and not found.is_in(self._selection.parts):
            self._selection.set(found.parts)

    def _click(self, found: Hit, event: QMouseEvent) -> None:
        if found.target is Target.PLUS and found.edge is not None:
            from app.canvas.adding import spot_on

            at = self.stage.view.to_scene(event.position())
            spot = spot_on(self._scene.drawing, found.edge, (at.x(), at.y()))
            self.stage.view.add_wanted.emit(spot, "")
        else:
            self._select_on_click(found, event.modifiers())
            if found.chip and not event.modifiers() & _ADDING:
                self.stage.view.counted.emit(found.edge[0] if found.edge else found.name, found.chip)

    def _select_on_click(self, found: Hit, keys: Qt.KeyboardModifier) -> None:
        if self._tool is not None:
            self.take_up(None)
        elif keys & _ADDING:
            self._selection.toggle(found.parts)
        else:
            self._selection.set(found.parts)

    def _note(self, at: QPointF, keys: Qt.KeyboardModifier) -> None:
        self._at, self._keys = at, keys

    def _show_cursor(self) -> None:
        viewport = self.stage.view.viewport()
        if self.gesture is not None:
            viewport.setCursor(self.gesture.cursor)
            return
        from app.canvas.gestures.paper import grip_at  # with it come all papers, not for the first picture

        if self._space:
            viewport.setCursor(Qt.CursorShape.OpenHandCursor)
        elif self._tool is not None:
            viewport.setCursor(Qt.CursorShape.CrossCursor)
        elif grip := grip_at(self._scene, self.stage.view.to_scene(self._at), self._hover.hit):
            viewport.setCursor(grip.cursor)
        elif self._hover.hit.target in (Target.PORT, Target.INLET, Target.HANDLE):
            viewport.setCursor(Qt.CursorShape.CrossCursor)
        elif self._hover.hit.target is Target.PLUS:
            viewport.setCursor(Qt.CursorShape.PointingHandCursor)
        else:
            viewport.unsetCursor()

    def _watch_border(self) -> None:
        if self.gesture is not None and self.gesture.scrolls and self._push() != (0.0, 0.0):
            if not self._scroller.isActive():
                self._scroller.start()
        else:
            self._scroller.stop()

    def _push(self) -> tuple[float, float]:
        """How far the view scrolls in one frame because the pointer is near its border."""
        size = self.stage.view.viewport().size()
        return _inward(self._at.x(), size.width()), _inward(self._at.y(), size.height())

    def _scroll(self) -> None:
        push = self._push()
        if self.gesture is None or push == (0.0, 0.0):
            self._scroller.stop()
            return
        self.stage.view.pan(*push)
        self._move_to(self.stage.view.to_scene(self._at))


def _is_command(held: Qt.KeyboardModifier) -> bool:
    """Whether keys are held that make a letter a command."""
    both = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
    return bool(held & (both | Qt.KeyboardModifier.MetaModifier)) and held & both != both


def _inward(at: float, size: float) -> float:
    if at < _BORDER:
        return min(_FASTEST, (_BORDER - at) / 2)
    if at > size - _BORDER:
        return -min(_FASTEST, (at - size + _BORDER) / 2)
    return 0.0
