"""Space or the middle button: the paper follows the hand."""

from __future__ import annotations

from PySide6.QtCore import QPointF, Qt

from app.canvas.gestures.base import Gesture, Stage


class Pan(Gesture):
    """Moves the view so that the grabbed place stays under the pointer."""

    cursor = Qt.CursorShape.ClosedHandCursor
    scrolls = False

    def __init__(self, stage: Stage) -> None:
        super().__init__(stage)
        self._grabbed = QPointF()
        self._first = QPointF()

    def begin(self, at: QPointF) -> None:
        self._grabbed = at
        self._first = self.stage.view.seen.topLeft()

    def move(self, at: QPointF) -> None:
        way = (at - self._grabbed) * self.stage.view.zoom
        self.stage.view.pan(way.x(), way.y())

    def end(self, at: QPointF) -> None:
        self.move(at)

    def cancel(self) -> None:
        self.stage.view.show_from(self._first)
