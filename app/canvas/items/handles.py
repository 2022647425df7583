"""What an edge under the pointer can be taken hold of by: a round end at each side, a plus between them."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from app.canvas.items.stamps import paint_icon
from app.canvas.look import Look
from app.canvas.router import Point

_Z = 8.0
_ROUND = 5.0
_PLUS = 9.0


class HandlesItem(QGraphicsItem):
    """All handles that are shown now; the same size at any zoom."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self.look = look
        self.ends: tuple[Point, ...] = ()
        self.pluses: tuple[Point, ...] = ()
        self._bounds = QRectF()
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)
        self.setZValue(_Z)

    def show_at(self, ends: tuple[Point, ...], pluses: tuple[Point, ...]) -> None:
        """Shows handles and pluses there."""
        if (ends, pluses) == (self.ends, self.pluses):
            return
        self.prepareGeometryChange()
        self.ends, self.pluses = ends, pluses
        reach = 12 / self.look.zoom
        self._bounds = QRectF()
        for x, y in (*ends, *pluses):
            self._bounds |= QRectF(x - reach, y - reach, 2 * reach, 2 * reach)
        self.update()

    def boundingRect(self) -> QRectF:
        return self._bounds

    def paint(
        self, painter: QPainter, _option: QStyleOptionGraphicsItem, _widget: QWidget | None = None
    ) -> None:
        style, zoom = self.look.style, self.look.zoom
        painter.setBrush(style.brush("surface"))
        painter.setPen(style.pen("accent-text", 2 / zoom))
        for x, y in self.ends:
            painter.drawEllipse(QPointF(x, y), _ROUND / zoom, _ROUND / zoom)
        color = style.theme.colors["on-accent"]
        for x, y in self.pluses:
            painter.setPen(style.pen("canvas", 2 / zoom))
            painter.setBrush(style.brush("accent"))
            painter.drawEllipse(QPointF(x, y), _PLUS / zoom, _PLUS / zoom)
            size = 12 / zoom
            corner = QPointF(x - size / 2, y - size / 2)
            paint_icon(self.look, painter, "plus", color, corner, size, QPointF())
