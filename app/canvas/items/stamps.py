"""Small things on nodes: people chip, paused chip, problem badge, tiles and icons at whole device pixels."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter, QPixmap

from app.canvas.geometry import CAPTION
from app.canvas.items.text import Line, lay_line, middle
from app.canvas.look import Look
from app.canvas.style import TILE_MARGIN

STRONG: Final = (11, 600)
BADGE: Final = (12, 600)


class Chip:
    """A round-ended chip with an icon and a word, its right end at a place."""

    def __init__(
        self,
        look: Look,
        icon: str,
        text: str,
        right: float,
        center: float,
        colors: tuple[str, str, str, str],
        opens: str = "",
    ) -> None:
        """``opens``: what its number counts, as in ``CountKey``; empty for a chip without a number."""
        fill, line, sign, ink = colors
        self.opens = opens
        self._look = look
        size = look.px(CAPTION[0])
        height = size + 9.0
        width = look.style.measure(text, size, STRONG[1]) + size + 15
        self.area = QRectF(right - width, center - height / 2, width, height)
        self._pen, self._brush = look.style.pen(line), look.style.brush(fill)
        self._icon, self._sign, self._size = icon, look.style.theme.colors[sign], float(size)
        self._icon_at = QPointF(self.area.x() + 6, center - size / 2)
        self._line = lay_line(look, text, STRONG, ink, self.area.x() + 9 + size, middle(look, STRONG, center))

    def paint(self, painter: QPainter, origin: QPointF) -> None:
        radius = self.area.height() / 2
        painter.setPen(self._pen)
        painter.setBrush(self._brush)
        painter.drawRoundedRect(self.area, radius, radius)
        paint_icon(self._look, painter, self._icon, self._sign, self._icon_at, self._size, origin)
        self._line.paint(painter)


class Badge:
    """The red disc of a problem; an amber one for warnings."""

    def __init__(self, look: Look, text: str, center: QPointF, *, severe: bool) -> None:
        style = look.style
        self._center = center
        self._radius = radius = max(10.0, 8 / look.zoom)
        self.area = QRectF(center.x() - radius, center.y() - radius, 2 * radius, 2 * radius)
        self._pen = style.pen("canvas", 2)
        self._brush = style.brush("danger" if severe else "warn-fill")
        ink = "on-danger" if severe else "ink" if style.theme.name == "light" else "on-danger"
        self._line: Line = lay_line(
            look, text, BADGE, ink, center.x(), middle(look, BADGE, center.y()), align=0.5
        )

    def paint(self, painter: QPainter) -> None:
        painter.setPen(self._pen)
        painter.setBrush(self._brush)
        painter.drawEllipse(self._center, self._radius, self._radius)
        self._line.paint(painter)


def paint_icon(
    look: Look, painter: QPainter, name: str, color: str, at: QPointF, size: float, origin: QPointF
) -> None:
    """An icon of ``size`` units at ``at`` of an item that stands at ``origin`` of the scene."""
    if look.vector:
        look.style.icons.paint(painter, name, color, QRectF(at.x(), at.y(), size, size))
        return
    pixmap = look.style.icons.pixmap(name, color, size, look.scale)
    _blit(look, painter, pixmap, at, origin)


def paint_tile(
    look: Look,
    painter: QPainter,
    category: str,
    icon: str,
    square: QRectF,
    origin: QPointF,
    *,
    off: bool = False,
) -> None:
    """The tile of a category with its icon."""
    if look.vector:
        look.style.paint_tile(painter, category, icon, square, off=off)
        return
    pixmap = look.style.tile(category, icon, square.width(), look.scale, off=off)
    _blit(look, painter, pixmap, square.topLeft() - QPointF(TILE_MARGIN, TILE_MARGIN), origin)


def _blit(look: Look, painter: QPainter, pixmap: QPixmap, at: QPointF, origin: QPointF) -> None:
    """Moves the pixmap by less than a device pixel so that none of its pixels is blended with the next."""
    scale = look.scale
    x, y = (origin.x() + at.x()) * scale, (origin.y() + at.y()) * scale
    source = QRectF(0, 0, pixmap.width(), pixmap.height())
    target = QRectF(
        at.x() + (round(x) - x) / scale,
        at.y() + (round(y) - y) / scale,
        pixmap.width() / scale,
        pixmap.height() / scale,
    )
    painter.drawPixmap(target, pixmap, source)
