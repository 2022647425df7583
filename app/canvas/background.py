"""The dotted paper behind the drawing."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QPointF, QRect
from PySide6.QtGui import QPainter, QPixmap

from app.canvas.style import Style

_LEAST_GAP = 7.0
_MOST_DOTS = 8
_TILE = 512.0
"""Small tiles are slow to lay."""


class Paper:
    """Fills a view. The dots are one pixmap per theme and zoom, tiled by whole device pixels."""

    def __init__(self) -> None:
        self._key: tuple[int, float] = (-1, 0.0)
        self._tile = QPixmap()

    def paint(
        self, painter: QPainter, parts: Iterable[QRect], origin: QPointF, style: Style, scale: float
    ) -> None:
        """``parts`` and ``origin`` (of the scene) in device pixels; ``scale`` device pixels a scene unit."""
        if style.m.dots * scale < _LEAST_GAP:
            for part in parts:
                painter.fillRect(part, style.brush("canvas"))
            return
        key = (style.number, round(scale, 4))
        if key != self._key:
            self._key, self._tile = key, _dots(style, scale)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, on=False)
        for part in parts:
            self._lay(painter, part, round(origin.x()), round(origin.y()))

    def _lay(self, painter: QPainter, part: QRect, left: int, top: int) -> None:
        """Inside one rectangle, and unsmoothed, tiles are copied; Qt's own tiling blends each pixel."""
        tile, side = self._tile, self._tile.width()
        first, highest = part.x() - (part.x() - left) % side, part.y() - (part.y() - top) % side
        painter.setClipRect(part)
        for y in range(highest, part.y() + part.height(), side):
            for x in range(first, part.x() + part.width(), side):
                painter.drawPixmap(x, y, tile)


def _dots(style: Style, scale: float) -> QPixmap:
    """So many dots that the tile's side is nearly a whole number of pixels."""
    gap = style.m.dots * scale
    count = min(range(1, _MOST_DOTS + 1), key=lambda n: (round(abs(n * gap - round(n * gap)) / n, 3), n))
    side = round(count * gap)
    tile = QPixmap(side, side)
    tile.fill(style.color("canvas"))
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
    large = QPixmap(side * max(1, round(_TILE / side)), side * max(1, round(_TILE / side)))
    painter.begin(large)
    painter.drawTiledPixmap(large.rect(), tile)
    painter.end()
    return large
