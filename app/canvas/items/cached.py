"""What looks the same from frame to frame, kept as a pixmap: pixel for pixel the original."""

from __future__ import annotations

from collections.abc import Callable
from math import ceil, floor

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QPainter, QPixmap, QTransform

from app.canvas.look import Exposed, Look

_SMOOTH = QPainter.RenderHint.SmoothPixmapTransform
_HINTS = QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing | _SMOOTH


class Picture:
    """One painted thing at one size and one place within a device pixel.

    The first time at a size it is painted as it is: most sizes of a pinch are seen only once.
    """

    __slots__ = ("_key", "_pixmap")

    def __init__(self) -> None:
        self._key: tuple[float, float, float] | None = None
        self._pixmap: QPixmap | None = None

    def forget(self) -> None:
        """What is painted changes."""
        self._key = self._pixmap = None

    def paint(
        self, painter: QPainter, look: Look, area: QRectF, original: Callable[[QPainter], None]
    ) -> None:
        """Paints ``area`` of ``original``."""
        world, ratio = painter.worldTransform(), look.scale / look.zoom
        scale = world.m11() * ratio
        x, y = (world.dx() + area.x() * world.m11()) * ratio, (world.dy() + area.y() * world.m22()) * ratio
        left, top = floor(x), floor(y)
        key = (scale, round(x - left, 3), round(y - top, 3))
        if key != self._key:
            self._key, self._pixmap = key, None
            original(painter)
            return
        if self._pixmap is None:
            self._pixmap = _made(area, scale, x - left, y - top, original)
        painter.setWorldTransform(QTransform.fromScale(1 / ratio, 1 / ratio))
        # It lies on whole device pixels: without smoothing Qt copies it row by row.
        hints = painter.renderHints()
        painter.setRenderHint(_SMOOTH, on=False)
        _lay(painter, self._pixmap, left, top, look.exposed)
        painter.setRenderHints(hints)
        painter.setWorldTransform(world)


def _lay(painter: QPainter, pixmap: QPixmap, left: int, top: int, exposed: Exposed | None) -> None:
    """Part by part: inside one rectangle a pixmap is laid many times faster than inside a region."""
    if exposed is None:
        painter.drawPixmap(left, top, pixmap)
        return
    area = QRect(left, top, pixmap.width(), pixmap.height())
    for part in exposed.rects:
        if part.intersects(area):
            painter.setClipRect(part)
            painter.drawPixmap(left, top, pixmap)
    painter.setClipping(False)


def _made(
    area: QRectF, scale: float, across: float, down: float, original: Callable[[QPainter], None]
) -> QPixmap:
    pixmap = QPixmap(ceil(area.width() * scale + across), ceil(area.height() * scale + down))
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHints(_HINTS)
    painter.translate(across, down)
    painter.scale(scale, scale)
    painter.translate(-area.x(), -area.y())
    original(painter)
    painter.end()
    return pixmap
