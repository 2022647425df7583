"""Tells when the window has begun to answer: a flow is painted, and a kind carried over it has its ghost."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QMimeData, QObject, QPoint, Qt, QTimer
from PySide6.QtGui import QDragEnterEvent
from PySide6.QtWidgets import QApplication

if TYPE_CHECKING:
    from app.canvas.view import CanvasView

_AT = QPoint(300, 300)


class Answering(QObject):
    """Watches the application, which it makes. Keep it as long as ``then`` is waited for.

    It imports nothing of the canvas before the window does: what it measures is not changed by it.
    """

    def __init__(self, then: Callable[[], None]) -> None:
        app = QApplication(sys.argv[:1])
        super().__init__(app)
        self._app, self._then = app, then
        QTimer.singleShot(0, self._watch)

    def _watch(self) -> None:
        """Begins when events are first handled, so that building the window pays nothing for it."""
        self._app.installEventFilter(self)
        for widget in self._app.topLevelWidgets():
            widget.update()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Paint:
            from app.canvas.scene import CanvasScene
            from app.canvas.view import CanvasView

            view = watched.parent()
            scene = view.scene() if isinstance(view, CanvasView) else None
            if isinstance(view, CanvasView) and isinstance(scene, CanvasScene) and scene.drawing.boxes:
                QTimer.singleShot(0, lambda: self._carry(view))
        return False

    def _carry(self, view: CanvasView) -> None:
        from app.canvas.gestures.drop import MIME

        data = QMimeData()
        data.setData(MIME, b"email")
        left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
        event = QDragEnterEvent(_AT, Qt.DropAction.CopyAction, data, left, none)
        QApplication.sendEvent(view.viewport(), event)
        if event.isAccepted():
            self._then()
