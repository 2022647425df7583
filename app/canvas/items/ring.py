"""The ring around the part that has the keyboard focus; dashed where that part is not selected."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from app.canvas.items.edge import rounded
from app.canvas.look import Look
from app.canvas.router import Point

_AWAY: Final = 3.0
_DASH: Final = (5.0, 3.0)
_LINE: Final = 9.0


class RingItem(QGraphicsItem):
    """One for each scene; it shows nothing until it is told where."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self.look = look
        self._path = QPainterPath()
        self._bounds = QRectF()
        self._is_line = False
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)
        self.setZValue(15)
        self.hide()

    def show_area(self, area: QRectF, radius: float) -> None:
        """Rings a body."""
        path = QPainterPath()
        path.addRoundedRect(area.adjusted(-_AWAY, -_AWAY, _AWAY, _AWAY), radius + _AWAY, radius + _AWAY)
        self._take(path, is_line=False)

    def show_line(self, points: tuple[Point, ...]) -> None:
        """Rings an edge along its whole way."""
        self._take(rounded(points, self.look.style.m.corner, 0), is_line=True)

    def boundingRect(self) -> QRectF:
        return self._bounds

    def paint(
        self, painter: QPainter, _option: QStyleOptionGraphicsItem, _widget: QWidget | None = None
    ) -> None:
        style, zoom = self.look.style, min(1.0, self.look.zoom)
        painter.setBrush(style.no_brush)
        if self._is_line:
            painter.setPen(style.pen("accent-soft", _LINE / zoom))
            painter.drawPath(self._path)
        dash = tuple(length / zoom for length in _DASH)
        painter.setPen(style.pen("focus", 2 / zoom, dash))
        painter.drawPath(self._path)

    def _take(self, path: QPainterPath, *, is_line: bool) -> None:
        self.prepareGeometryChange()
        self._path, self._is_line = path, is_line
        grown = 2 * _LINE / min(1.0, self.look.zoom)
        self._bounds = path.boundingRect().adjusted(-grown, -grown, grown, grown)
        self.show()
        self.update()
