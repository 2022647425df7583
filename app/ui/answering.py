"""Tells when the window has begun to answer: a flow is painted, and a kind carried over it has its ghost."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QMimeData, QObject, QPoint, Qt, QTimer
from PySide6.QtGui import QDragEnterEvent
from PySide6.QtWidgets import QApplication

from app.ui.swift import new_application

if TYPE_CHECKING:
    from app.canvas.view import CanvasView

_AT = QPoint(300, 300)


class Answering(QObject):
    """Watches the canvas of the application, which it makes. Keep it as long as ``then`` is waited for.

    It imports nothing of the canvas before the window does: what it measures is not changed by it.
    """

    def __init__(self, then: Callable[[], None]) -> None:
        app = new_application()
        super().__init__(app)
        self._app, self._then = app, then
        QTimer.singleShot(0, self._watch)

    def _watch(self) -> None:
        """Begins when events are first handled, so that building the window pays nothing for it.

        It sees those of the canvas alone: for an event of whatever else Qt would load what that is.
        """
        from app.ui.main_window import MainWindow

        for window in self._app.topLevelWidgets():
            if isinstance(window, MainWindow):
                window.flow.canvas.view.viewport().installEventFilter(self)
                window.update()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Paint:
            from app.canvas.view import CanvasView

            view = watched.parent()
            if isinstance(view, CanvasView) and self._is_drawn(view):
                QTimer.singleShot(0, lambda: self._carry(view))
        return False

    @staticmethod
    def _is_drawn(view: CanvasView) -> bool:
        from app.canvas.scene import CanvasScene

        scene = view.scene()
        return isinstance(scene, CanvasScene) and bool(scene.drawing.boxes)

    def _carry(self, view: CanvasView) -> None:
        from app.canvas.gestures.drop import MIME

        data = QMimeData()
        data.setData(MIME, b"email")
        left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
        event = QDragEnterEvent(_AT, Qt.DropAction.CopyAction, data, left, none)
        QApplication.sendEvent(view.viewport(), event)
        if event.isAccepted():
            self._then()
