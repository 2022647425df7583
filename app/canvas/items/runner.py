"""The dot that runs along an edge when somebody walked it. UI.md section 4, motion."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QElapsedTimer, QObject, QRectF, Qt, QTimer
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QGraphicsItem, QGraphicsScene, QStyleOptionGraphicsItem, QWidget

from app.canvas.edits import EdgeKey
from app.canvas.items.edge import EdgeItem
from app.canvas.look import Look

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

    def __init__(self, scene: QGraphicsScene, look: Look) -> None:
        super().__init__(scene)
        self._scene = scene
        self._look = look
        self.is_still = False
        self._running: dict[EdgeKey, tuple[EdgeItem, DotItem | None, int]] = {}
        self._clock = QElapsedTimer()
        self._clock.start()
        self._timer = QTimer(self)
        self._timer.setInterval(_FRAME_MS)
        self._timer.timeout.connect(self._tick)

    def start(self, edge: EdgeItem) -> None:
        """Lets a dot run along this edge, unless one does or too many do."""
        if edge.key in self._running or len(self._running) >= MOST or edge.path.isEmpty():
            return
        dot = None
        if self.is_still:
            edge.set_state(lit=True)
        else:
            dot = DotItem(self._look)
            dot.setPos(edge.path.pointAtPercent(0))
            self._scene.addItem(dot)
        self._running[edge.key] = (edge, dot, self._clock.elapsed())
        self._timer.start()

    def stop(self, key: EdgeKey) -> None:
        """Takes the dot of one edge away."""
        edge, dot, _ = self._running.pop(key, (None, None, 0))
        if dot is not None:
            self._scene.removeItem(dot)
        if edge is not None:
            edge.set_state(lit=False)
        if not self._running:
            self._timer.stop()

    def stop_all(self) -> None:
        for key in list(self._running):
            self.stop(key)

    @property
    def running(self) -> tuple[EdgeKey, ...]:
        """The edges along which something runs now."""
        return tuple(self._running)

    def _tick(self) -> None:
        now, pulse = self._clock.elapsed(), self._look.style.m.pulse
        for key, (edge, dot, since) in list(self._running.items()):
            share = (now - since) / pulse
            if share >= 1:
                self.stop(key)
            elif dot is not None:
                dot.setPos(edge.path.pointAtPercent(share))
