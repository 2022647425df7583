"""Blocks of the overview as pixmaps: made once for each size, colour and icon, drawn many times."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPen, QPixmap

from app.canvas.faces import Face, Shape
from app.canvas.look import Look

_ROUND: Final = (Shape.BEAD, Shape.END)
_ICON_PX: Final = 14.0
_RADIUS_PX: Final = 4.0

Key = tuple[str, str, bool]
"""(colour, icon, whether its ends are round)."""


def key_of(face: Face) -> Key:
    """What tells blocks of one size from each other."""
    return face.hue or face.category, face.icon, face.shape in _ROUND


class Blocks:
    """The pixmaps of one zoom and theme."""

    def __init__(self, look: Look) -> None:
        self._look = look
        self._made: dict[tuple[Key, int, int], QPixmap] = {}
        self._for: tuple[int, float] = (-1, 0.0)

    def at_scale(self) -> None:
        """Forgets what was made for another zoom or theme. Call it before a picture is painted."""
        now = (self._look.style.number, self._look.scale)
        if now != self._for:
            self._for = now
            self._made.clear()

    def pixmap(self, key: Key, width: int, height: int) -> QPixmap:
        """A block of this size in device pixels, with a line of half a pixel around it."""
        found = self._made.get((key, width, height))
        if found is None:
            found = self._made[key, width, height] = self._drawn(key, max(2, width), max(2, height))
        return found

    def _drawn(self, key: Key, width: int, height: int) -> QPixmap:
        color, icon, is_round = key
        look = self._look
        ratio = look.scale / look.zoom
        pixmap = QPixmap(width + 1, height + 1)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(look.style.color(color), 1))
        painter.setBrush(look.style.brush(color if is_round else f"{color}-soft"))
        area = QRectF(0.5, 0.5, width, height)
        corner = height / 2 if is_round else _RADIUS_PX * ratio
        painter.drawRoundedRect(area, corner, corner)
        size = _ICON_PX * ratio
        if not is_round and width > size * 1.5 and height > size:
            sign = look.style.icons.pixmap(icon, look.style.theme.colors[color], _ICON_PX, ratio)
            side = sign.width()
            painter.drawPixmap((width + 1 - side) // 2, (height + 1 - side) // 2, side, side, sign)
        painter.end()
        return pixmap
