"""What a person's hand does on a canvas, by real events at real places."""

from __future__ import annotations

from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QKeyEvent,
    QMouseEvent,
    QWheelEvent,
)
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.canvas.gestures.drop import MIME
from app.canvas.widget import Canvas

LEFT, MIDDLE, NO_BUTTON = Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton, Qt.MouseButton.NoButton
NO_KEYS = Qt.KeyboardModifier.NoModifier
STEPS = 6


class Fingers:
    """Places are scene units; every gesture goes through the viewport's own event handlers."""

    def __init__(self, canvas: Canvas) -> None:
        self.canvas = canvas

    # --- places -----------------------------------------------------------------------------------------

    def head(self, name: str) -> tuple[float, float]:
        """A place on a node where nothing but the node is."""
        body = self.canvas.scene.drawing.body(name)
        return body.x + min(20, body.width / 2), body.y + min(28, body.height / 2)

    def port(self, name: str, outlet: str) -> tuple[float, float]:
        found = self.canvas.scene.drawing.port(name, outlet)
        assert found is not None
        return found

    def inlet(self, name: str) -> tuple[float, float]:
        found = self.canvas.scene.drawing.inlet(name)
        assert found is not None
        return found

    # --- mouse ------------------------------------------------------------------------------------------

    def press(
        self, at: tuple[float, float], button: Qt.MouseButton = LEFT, keys: Qt.KeyboardModifier = NO_KEYS
    ) -> None:
        self._mouse(QMouseEvent.Type.MouseMove, at, NO_BUTTON, NO_BUTTON, keys)
        self._mouse(QMouseEvent.Type.MouseButtonPress, at, button, button, keys)

    def move(
        self, at: tuple[float, float], button: Qt.MouseButton = LEFT, keys: Qt.KeyboardModifier = NO_KEYS
    ) -> None:
        self._mouse(QMouseEvent.Type.MouseMove, at, NO_BUTTON, button, keys)

    def release(
        self, at: tuple[float, float], button: Qt.MouseButton = LEFT, keys: Qt.KeyboardModifier = NO_KEYS
    ) -> None:
        self._mouse(QMouseEvent.Type.MouseButtonRelease, at, button, NO_BUTTON, keys)
        QApplication.processEvents()

    def drag(
        self,
        start: tuple[float, float],
        end: tuple[float, float],
        button: Qt.MouseButton = LEFT,
        keys: Qt.KeyboardModifier = NO_KEYS,
        *,
        let_go: bool = True,
    ) -> None:
        """Presses, moves in several steps and lets go."""
        self.press(start, button, keys)
        for step in range(1, STEPS + 1):
            share = step / STEPS
            self.move(
                (start[0] + (end[0] - start[0]) * share, start[1] + (end[1] - start[1]) * share), button, keys
            )
        if let_go:
            self.release(end, button, keys)

    def click(self, at: tuple[float, float], keys: Qt.KeyboardModifier = NO_KEYS) -> None:
        self.press(at, LEFT, keys)
        self.release(at, LEFT, keys)

    def double_click(self, at: tuple[float, float]) -> None:
        self.click(at)
        self._mouse(QMouseEvent.Type.MouseButtonDblClick, at, LEFT, LEFT, NO_KEYS)
        self.release(at)

    def hover(self, at: tuple[float, float]) -> None:
        self._mouse(QMouseEvent.Type.MouseMove, at, NO_BUTTON, NO_BUTTON, NO_KEYS)

    def wheel(self, at: tuple[float, float], dx: int, dy: int, keys: Qt.KeyboardModifier = NO_KEYS) -> None:
        place = self._at(at)
        viewport = self.canvas.view.viewport()
        event = QWheelEvent(
            place,
            QPointF(viewport.mapToGlobal(place.toPoint())),
            QPoint(),
            QPoint(dx, dy),
            NO_BUTTON,
            keys,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        QApplication.sendEvent(viewport, event)

    # --- from the palette -------------------------------------------------------------------------------

    def carry(self, kind: str, *way: tuple[float, float], drop: bool = True) -> bool:
        """Drags a kind in from outside along ``way`` and drops it; whether the canvas took it."""
        data = QMimeData()
        data.setData(MIME, kind.encode())
        return self.carry_data(data, *way, drop=drop)

    def carry_data(self, data: QMimeData, *way: tuple[float, float], drop: bool = True) -> bool:
        viewport = self.canvas.view.viewport()
        copy = Qt.DropAction.CopyAction
        enter = QDragEnterEvent(self._at(way[0]).toPoint(), copy, data, LEFT, NO_KEYS)
        QApplication.sendEvent(viewport, enter)
        if not enter.isAccepted():
            return False
        for place in way:
            QApplication.sendEvent(
                viewport, QDragMoveEvent(self._at(place).toPoint(), copy, data, LEFT, NO_KEYS)
            )
        if not drop:
            return True
        event = QDropEvent(self._at(way[-1]), copy, data, LEFT, NO_KEYS)
        QApplication.sendEvent(viewport, event)
        QApplication.processEvents()
        return event.isAccepted()

    def leave(self) -> None:
        QApplication.sendEvent(self.canvas.view.viewport(), QDragLeaveEvent())

    # --- keys -------------------------------------------------------------------------------------------

    def key(self, key: Qt.Key, keys: Qt.KeyboardModifier = NO_KEYS) -> None:
        QTest.keyClick(self.canvas.view, key, keys)
        QApplication.processEvents()

    def hold(self, key: Qt.Key) -> None:
        QApplication.sendEvent(self.canvas.view, QKeyEvent(QKeyEvent.Type.KeyPress, key.value, NO_KEYS))

    def let_go(self, key: Qt.Key) -> None:
        QApplication.sendEvent(self.canvas.view, QKeyEvent(QKeyEvent.Type.KeyRelease, key.value, NO_KEYS))

    def _at(self, at: tuple[float, float]) -> QPointF:
        return self.canvas.view.to_screen(QPointF(*at))

    def _mouse(
        self,
        what: QMouseEvent.Type,
        at: tuple[float, float],
        button: Qt.MouseButton,
        buttons: Qt.MouseButton,
        keys: Qt.KeyboardModifier,
    ) -> None:
        place = self._at(at)
        viewport = self.canvas.view.viewport()
        there = QPointF(viewport.mapToGlobal(place))
        QApplication.sendEvent(viewport, QMouseEvent(what, place, there, button, buttons, keys))
