"""The rubber band: what it touches is selected at once."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt

from app.canvas.gestures.base import Gesture, Stage
from app.canvas.items.wire import BandItem
from app.canvas.selection import Parts


class Band(Gesture):
    """Selects by drawing a rectangle; Ctrl or Shift adds to what is selected."""

    def __init__(self, stage: Stage) -> None:
        super().__init__(stage)
        self._start = QPointF()
        self._before = Parts()
        self._item = BandItem(stage.scene.look)

    def begin(self, at: QPointF) -> None:
        self._start = at
        self._before = self.stage.selection.parts
        self.stage.scene.addItem(self._item)
        self.move(at)

    def move(self, at: QPointF) -> None:
        area = QRectF(self._start, at).normalized()
        self._item.show_area(area)
        adds = self.keys & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
        touched = self.stage.scene.parts_within(area)
        self.stage.selection.set(self._before | touched if adds else touched)

    def end(self, at: QPointF) -> None:
        self.move(at)
        self.stage.scene.removeItem(self._item)

    def cancel(self) -> None:
        self.stage.scene.removeItem(self._item)
        self.stage.selection.set(self._before)
