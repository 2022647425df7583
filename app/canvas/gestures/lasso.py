"""The lasso: what a free line goes round is selected at once."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPolygonF

from app.canvas.geometry import Rect
from app.canvas.gestures.base import Gesture, Stage
from app.canvas.items.wire import LassoItem
from app.canvas.selection import Parts

_STEP = 4.0
_ADDING = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier


class Lasso(Gesture):
    """Selects by a line drawn around; Ctrl or Shift adds to what is selected."""

    cursor = Qt.CursorShape.CrossCursor

    def __init__(self, stage: Stage) -> None:
        super().__init__(stage)
        self._line = QPolygonF()
        self._before = Parts()
        self._item = LassoItem(stage.scene.look)

    def begin(self, at: QPointF) -> None:
        self._before = self.stage.selection.parts
        self.stage.scene.addItem(self._item)
        self._line.append(at)

    def move(self, at: QPointF) -> None:
        way = at - self._line.last()
        if max(abs(way.x()), abs(way.y())) * self.stage.scene.look.zoom < _STEP:
            return
        self._line.append(at)
        self._item.show_line(self._line)
        touched = self._touched()
        self.stage.selection.set(self._before | touched if self.keys & _ADDING else touched)

    def end(self, at: QPointF) -> None:
        self.move(at)
        self.stage.scene.removeItem(self._item)

    def cancel(self) -> None:
        self.stage.scene.removeItem(self._item)
        self.stage.selection.set(self._before)

    def _touched(self) -> Parts:
        drawing = self.stage.scene.drawing
        found = self.stage.scene.parts_within(self._line.boundingRect())
        notes = {note.id: note for note in drawing.notes if note.id in found.notes}
        return Parts(
            nodes=frozenset(name for name in found.nodes if self._catches(drawing.body(name))),
            notes=frozenset(
                name
                for name, note in notes.items()
                if self._catches(Rect(note.x, note.y, note.width, note.height))
            ),
        )

    def _catches(self, body: Rect) -> bool:
        """Whether the line goes round the middle or a corner of the body, or runs through it."""
        area = QRectF(body.x, body.y, body.width, body.height)
        places = (
            area.center(),
            area.topLeft(),
            area.topRight(),
            area.bottomLeft(),
            area.bottomRight(),
        )
        inside = Qt.FillRule.OddEvenFill
        return any(self._line.containsPoint(place, inside) for place in places) or any(
            area.contains(self._line.at(number)) for number in range(self._line.count())
        )
