"""What every painter uses: pens, brushes, fonts and tile pixmaps, made once per theme."""

from __future__ import annotations

import itertools
import math
from functools import lru_cache
from pathlib import Path
from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import (
    QBrush,
    QColor,
    QFont,
    QFontDatabase,
    QFontMetricsF,
    QPainter,
    QPainterPath,
    QPen,
    QPixmap,
    QPolygonF,
)

from app.canvas.icons import Icons
from app.canvas.theme import CanvasTheme

TILE_MARGIN: Final = 2.0
"""Room around a tile in its pixmap, for the corners that reach beyond its square."""

_POLYGONS: Final = {
    "arrow-tag": ((-0.86, -0.82), (0.38, -0.82), (1, 0), (0.38, 0.82), (-0.86, 0.82)),
    "diamond": ((0, -1.06), (1.06, 0), (0, 1.06), (-1.06, 0)),
    "hexagon": ((-0.52, -0.92), (0.52, -0.92), (1.04, 0), (0.52, 0.92), (-0.52, 0.92), (-1.04, 0)),
    "octagon": (
        (-0.42, -0.98),
        (0.42, -0.98),
        (0.98, -0.42),
        (0.98, 0.42),
        (0.42, 0.98),
        (-0.42, 0.98),
        (-0.98, 0.42),
        (-0.98, -0.42),
    ),
}
_KEPT_WIDTHS: Final = 4_096
_NUMBERS: Final = itertools.count()
_ICON_SHARE: Final = {"diamond": 0.54, "arrow-tag": 0.56}
_WEIGHTS: Final = {400: QFont.Weight.Normal, 500: QFont.Weight.Medium, 600: QFont.Weight.DemiBold}


def load_fonts(folder: Path) -> tuple[str, ...]:
    """Makes the shipped typefaces known to the running program; answers their family names."""
    families: list[str] = []
    for file in sorted(folder.glob("*.otf")):
        number = QFontDatabase.addApplicationFont(str(file))
        if number >= 0:
            families.extend(QFontDatabase.applicationFontFamilies(number))
    return tuple(dict.fromkeys(families))


class Style:
    """A theme made into Qt's objects. Painters ask for them and make none themselves."""

    def __init__(self, theme: CanvasTheme, icons: Icons) -> None:
        self.number = next(_NUMBERS)
        self.theme = theme
        self.m = theme.measures
        self.icons = icons
        self._pens: dict[tuple[str, float, tuple[float, ...]], QPen] = {}
        self._brushes: dict[str, QBrush] = {}
        self._fonts: dict[tuple[int, int], QFont] = {}
        self._metrics: dict[tuple[int, int], QFontMetricsF] = {}
        self._widths: dict[tuple[str, int, int], float] = {}
        self._tiles: dict[tuple[str, str, float, float, bool], QPixmap] = {}
        self.no_pen = QPen(Qt.PenStyle.NoPen)
        self.no_brush = QBrush(Qt.BrushStyle.NoBrush)

    def color(self, name: str) -> QColor:
        return QColor(self.theme.colors[name])

    def pen(self, name: str, width: float = 1, dash: tuple[float, ...] = ()) -> QPen:
        """A round-ended line; ``dash`` in scene units."""
        key = (name, width, dash)
        found = self._pens.get(key)
        if found is None:
            found = QPen(self.color(name), width)
            found.setCapStyle(Qt.PenCapStyle.FlatCap if dash else Qt.PenCapStyle.RoundCap)
            found.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
            if dash:
                found.setDashPattern([length / width for length in dash])
            self._pens[key] = found
        return found

    def brush(self, name: str, alpha: float = 1) -> QBrush:
        key = name if alpha == 1 else f"{name}/{alpha}"
        found = self._brushes.get(key)
        if found is None:
            color = self.color(name)
            color.setAlphaF(alpha)
            found = self._brushes[key] = QBrush(color)
        return found

    def font(self, px: int, weight: int = 400) -> QFont:
        """A font of ``px`` scene units with figures of one width."""
        key = (px, weight)
        found = self._fonts.get(key)
        if found is None:
            found = QFont(list(self.theme.families))
            found.setPixelSize(px)
            found.setWeight(_WEIGHTS[weight])
            found.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
            # Letters with coloured edges would look different in what is kept as a pixmap.
            found.setStyleStrategy(QFont.StyleStrategy.NoSubpixelAntialias)
            found.setFeature(QFont.Tag("tnum"), 1)
            self._fonts[key] = found
        return found

    def metrics(self, px: int, weight: int = 400) -> QFontMetricsF:
        key = (px, weight)
        found = self._metrics.get(key)
        if found is None:
            found = self._metrics[key] = QFontMetricsF(self.font(px, weight))
        return found

    def measure(self, text: str, px: int, weight: int) -> float:
        """Width of a text at 100 %, in scene units."""
        key = (text, px, weight)
        found = self._widths.get(key)
        if found is None:
            if len(self._widths) >= _KEPT_WIDTHS:
                self._widths.clear()
            found = self._widths[key] = self.metrics(px, weight).horizontalAdvance(text)
        return found

    def floor(self, px: int, zoom: float) -> int:
        """The font size that keeps ``px`` at 100 % and never falls below the floor on screen."""
        return max(px, math.ceil(self.m.floor / zoom - 0.05))

    def tile(self, category: str, icon: str, size: float, scale: float, *, off: bool = False) -> QPixmap:
        """The tile of a category with its icon, on a pixmap ``TILE_MARGIN`` larger on each side."""
        key = (category, icon, size, round(scale, 4), off)
        found = self._tiles.get(key)
        if found is None:
            if len(self._tiles) > 512:
                self._tiles.clear()
            found = self._tiles[key] = self._made_tile(category, icon, size, scale, off=off)
        return found

    def paint_tile(
        self, painter: QPainter, category: str, icon: str, square: QRectF, *, off: bool = False
    ) -> None:
        """Draws a tile as lines into ``square``."""
        shape = self.theme.tiles.get(category, "hexagon")
        soft = "surface-3" if off else f"{category}-soft"
        painter.setPen(self.pen(soft, 1.5))
        painter.setBrush(self.brush(soft))
        painter.drawPath(tile_path(shape, square))
        side = square.width() * _ICON_SHARE.get(shape, 0.62)
        shift = -square.width() * 0.05 if shape == "arrow-tag" else 0.0
        center = square.center()
        target = QRectF(center.x() - side / 2 + shift, center.y() - side / 2, side, side)
        color = self.theme.colors["ink-3" if off else category]
        self.icons.paint(painter, icon, color, target)

    def _made_tile(self, category: str, icon: str, size: float, scale: float, *, off: bool) -> QPixmap:
        side = max(1, round((size + 2 * TILE_MARGIN) * scale))
        pixmap = QPixmap(side, side)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.scale(scale, scale)
        self.paint_tile(painter, category, icon, QRectF(TILE_MARGIN, TILE_MARGIN, size, size), off=off)
        painter.end()
        pixmap.setDevicePixelRatio(scale)
        return pixmap


def tile_path(shape: str, square: QRectF) -> QPainterPath:
    """The outline of a tile in ``square``; its corners may reach 3 % beyond it."""
    path = QPainterPath()
    center, radius = square.center(), square.width() / 2
    if shape == "circle":
        path.addEllipse(center, radius * 0.98, radius * 0.98)
    elif shape == "rounded-square":
        path.addRoundedRect(square.adjusted(0.5, 0.5, -0.5, -0.5), radius / 2, radius / 2)
    else:
        corners = _unit_corners(shape)
        path.addPolygon(
            QPolygonF([QPointF(center.x() + x * radius, center.y() + y * radius) for x, y in corners])
        )
        path.closeSubpath()
    return path


@lru_cache(maxsize=16)
def _unit_corners(shape: str) -> tuple[tuple[float, float], ...]:
    return tuple((float(x), float(y)) for x, y in _POLYGONS.get(shape, _POLYGONS["hexagon"]))
