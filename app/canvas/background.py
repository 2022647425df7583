"""The dotted paper behind the drawing."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QPainter, QPixmap

from app.canvas.style import Style

_LEAST_GAP = 7.0
_MOST_DOTS = 8


class Paper:
    """Fills a view. The dots are one pixmap per theme and zoom, tiled by whole device pixels."""

    def __init__(self) -> None:
        self._key: tuple[int, float] = (-1, 0.0)
        self._tile = QPixmap()

    def paint(self, painter: QPainter, area: QRectF, origin: QPointF, style: Style, scale: float) -> None:
        """``area`` and ``origin`` (of the scene) in device pixels; ``scale`` device pixels a scene unit."""
        painter.fillRect(area, style.brush("canvas"))
        if style.m.dots * scale < _LEAST_GAP:
            return
        key = (style.number, round(scale, 4))
        if key != self._key:
            self._key, self._tile = key, _dots(style, scale)
        brush = QBrush(self._tile)
        painter.setBrushOrigin(QPointF(round(origin.x()), round(origin.y())))
        painter.fillRect(area, brush)
        painter.setBrushOrigin(QPointF())


def _dots(style: Style, scale: float) -> QPixmap:
    """So many dots that the tile's side is nearly a whole number of pixels."""
    gap = style.m.dots * scale
    count = min(range(1, _MOST_DOTS + 1), key=lambda n: (round(abs(n * gap - round(n * gap)) / n, 3), n))
    side = round(count * gap)
    tile = QPixmap(side, side)
    tile.fill(Qt.GlobalColor.transparent)
    painter = QPainter(tile)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(style.no_pen)
    painter.setBrush(style.brush("canvas-dot"))
    radius = max(0.8, min(1.25, scale))
    for row in range(count):
        for column in range(count):
            center = QPointF(round(column * gap) + radius, round(row * gap) + radius)
            painter.drawEllipse(center, radius, radius)
    painter.end()
    return tile
