"""Moving by arrows: seen at once, kept by Enter as one step of undo, put back by Esc."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

from app.canvas.commands import Move
from app.canvas.gestures.keys import ENTER, KeyMode
from app.canvas.selection import Parts
from app.canvas.walk import Way
from app.canvas.words import tr

if TYPE_CHECKING:
    from app.canvas.widget import Canvas

_FAR = 8
ARROWS = {
    Qt.Key.Key_Left: Way.LEFT,
    Qt.Key.Key_Right: Way.RIGHT,
    Qt.Key.Key_Up: Way.UP,
    Qt.Key.Key_Down: Way.DOWN,
}


class MoveByKeys(KeyMode):
    """Shows the parts where they would be."""

    def __init__(self, canvas: Canvas, parts: Parts) -> None:
        super().__init__(canvas)
        self._parts = parts
        self._way = (0.0, 0.0)
        canvas.scene.settle()

    @property
    def words(self) -> str:
        return tr("Arrows move it by 8, with Shift by 64, Enter keeps it here, Esc puts it back")

    def press(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key in ARROWS:
            is_far = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            self._shift(*ARROWS[key].value, _FAR if is_far else 1)
        elif key is Qt.Key.Key_Escape:
            self.canvas.keys.leave()
        elif key in ENTER or key is Qt.Key.Key_M:
            self._keep()

    def leave(self) -> None:
        self.canvas.scene.preview_papers(self._parts, 0, 0)
        self.canvas.scene.end_preview(put_back=True)
        self.canvas.focus.keep()

    def _shift(self, across: int, down: int, far: int) -> None:
        grid = self.canvas.style_.m.grid * far
        self._way = (self._way[0] + across * grid, self._way[1] + down * grid)
        scene, flow = self.canvas.scene, self.canvas.document.flow
        nodes = [flow.by_id[name] for name in self._parts.nodes]
        scene.preview_places({node.id: (node.x + self._way[0], node.y + self._way[1]) for node in nodes})
        scene.preview_papers(self._parts, *self._way)
        self.canvas.focus.keep()
        self.canvas.focus.scroll_to()

    def _keep(self) -> None:
        canvas, parts = self.canvas, self._parts
        if self._way == (0.0, 0.0):
            canvas.keys.leave()
            return
        canvas.keys.done()
        canvas.scene.end_preview(put_back=False)
        canvas.document.do(Move(canvas.document, self._way, parts.nodes, parts.notes, parts.frames))
