"""The dot that runs along an edge when somebody walked it. UI.md section 4, motion."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QElapsedTimer, QObject, QRectF, Qt, QTimer
from PySide6.QtGui import QPainter, QPainterPath
from PySide6.QtWidgets import QGraphicsItem, QGraphicsScene, QStyleOptionGraphicsItem, QWidget

from app.canvas.edits import EdgeKey
from app.canvas.items.edge import rounded
from app.canvas.look import Look
from app.canvas.router import Point

MOST: Final = 12
_FRAME_MS: Final = 16
_RADIUS: Final = 4.0


class DotItem(QGraphicsItem):
    """One running dot."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)
        self.setZValue(-5)

    def boundingRect(self) -> QRectF:
        return QRectF(-_RADIUS - 3, -_RADIUS - 3, 2 * _RADIUS + 6, 2 * _RADIUS + 6)

    def paint(
        self, painter: QPainter, _option: QStyleOptionGraphicsItem, _widget: QWidget | None = None
    ) -> None:
        style = self._look.style
        painter.setPen(style.pen("canvas", 2))
        painter.setBrush(style.brush("accent"))
        painter.drawEllipse(QRectF(-_RADIUS, -_RADIUS, 2 * _RADIUS, 2 * _RADIUS))


class Runners(QObject):
    """At most ``MOST`` dots, one an edge, each for ``pulse`` ms; else the edge only lights up."""

    def __init__(self, scene: QGraphicsScene, look: Look, dress: Callable[[EdgeKey], None]) -> None:
        """``dress``: an edge is lit, or no longer; see ``lights``."""
        super().__init__(scene)
        self._scene = scene
        self._look = look
        self._dress = dress
        self.is_still = False
        self._running: dict[EdgeKey, tuple[QPainterPath, DotItem | None, int]] = {}
        self._clock = QElapsedTimer()
        self._clock.start()
        self._timer = QTimer(self)
        self._timer.setInterval(_FRAME_MS)
        self._timer.timeout.connect(self._tick)

    def start(self, key: EdgeKey, points: tuple[Point, ...]) -> None:
        """Lets a dot run along this edge, unless one does or too many do."""
        if key in self._running or len(self._running) >= MOST or len(points) < 2:
            return
        path, dot = rounded(points, self._look.style.m.corner), None
        if not self.is_still:
            dot = DotItem(self._look)
            dot.setPos(path.pointAtPercent(0))
            self._scene.addItem(dot)
        self._running[key] = (path, dot, self._clock.elapsed())
        self._dress(key)
        self._timer.start()

    def stop(self, key: EdgeKey) -> None:
        """Takes the dot of one edge away."""
        if key not in self._running:
            return
        _, dot, _ = self._running.pop(key)
        if dot is not None:
            self._scene.removeItem(dot)
        self._dress(key)
        if not self._running:
            self._timer.stop()

    def stop_all(self) -> None:
        for key in list(self._running):
            self.stop(key)

    @property
    def running(self) -> tuple[EdgeKey, ...]:
        """The edges along which something runs now."""
        return tuple(self._running)

    def lights(self, key: EdgeKey) -> bool:
        """Whether an edge is lit in place of a running dot."""
        return key in self._running and self._running[key][1] is None

    def _tick(self) -> None:
        now, pulse = self._clock.elapsed(), self._look.style.m.pulse
        for key, (path, dot, since) in list(self._running.items()):
            share = (now - since) / pulse
            if share >= 1:
                self.stop(key)
            elif dot is not None:
                dot.setPos(path.pointAtPercent(share))
