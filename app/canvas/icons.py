"""Line icons: SVG files whose ``currentColor`` is exchanged in the bytes, kept as pixmaps."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

_KEPT: Final = 1_024
"""Pixmaps kept before all are made anew; a slow pinch makes a set of them for every step."""
_UNKNOWN: Final = "help"


class Icons:
    """The icons of one folder. Use one object for all windows: it is the cache."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._sources: dict[str, bytes] = {}
        self._renderers: dict[tuple[str, str], QSvgRenderer] = {}
        self._pixmaps: dict[tuple[str, str, float, float], QPixmap] = {}

    def __len__(self) -> int:
        """How many pixmaps are kept."""
        return len(self._pixmaps)

    def pixmap(self, name: str, color: str, size: float, scale: float = 1) -> QPixmap:
        """A square of ``size`` units, sharp at ``scale`` device pixels a unit; unknown names give “?”."""
        key = (name, color, size, round(scale, 4))
        found = self._pixmaps.get(key)
        if found is None:
            if len(self._pixmaps) >= _KEPT:
                self._pixmaps.clear()
            found = self._pixmaps[key] = self._made(name, color, size, scale)
        return found

    def paint(self, painter: QPainter, name: str, color: str, target: QRectF) -> None:
        """Draws the icon as lines, for pictures that shall stay sharp at any size."""
        self._renderer(name, color).render(painter, target)

    def _made(self, name: str, color: str, size: float, scale: float) -> QPixmap:
        side = max(1, round(size * scale))
        pixmap = QPixmap(side, side)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._renderer(name, color).render(painter, QRectF(0, 0, side, side))
        painter.end()
        pixmap.setDevicePixelRatio(scale)
        return pixmap

    def _renderer(self, name: str, color: str) -> QSvgRenderer:
        key = (name, color)
        found = self._renderers.get(key)
        if found is None:
            source = self._source(name).replace(b"currentColor", color.encode("ascii"))
            found = self._renderers[key] = QSvgRenderer(QByteArray(source))
        return found

    def _source(self, name: str) -> bytes:
        if name not in self._sources:
            file = self._folder / f"{name}.svg"
            self._sources[name] = (file if file.is_file() else self._folder / f"{_UNKNOWN}.svg").read_bytes()
        return self._sources[name]
