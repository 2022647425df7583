"""An end: an octagon with its name below."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter

from app.canvas.geometry import CAPTION
from app.canvas.items.node import STRIPE, NodeItem
from app.canvas.items.stamps import paint_tile
from app.canvas.items.text import lay_line

_ROOM = 112.0


class EndItem(NodeItem):
    """Goal or end."""

    def lay(self) -> None:
        look, box = self.look, self.box
        self.lines = []
        if self.face.title:
            size = look.px(CAPTION[0])
            base = box.body.bottom + 2 + size
            middle = box.body.width / 2
            self.lines = [lay_line(look, self.face.title, CAPTION, "ink-3", middle, base, _ROOM, align=0.5)]
        self.pills = []
        self.lay_stamps(box.body.width + 8, box.body.y - 4)

    def paint_ring(self, painter: QPainter) -> None:
        if self.is_selected:
            style = self.look.style
            center = QPointF(*self.box.body.center)
            painter.setBrush(style.no_brush)
            painter.setPen(style.pen("accent-soft", 6))
            painter.drawEllipse(center, 20, 20)
            painter.setPen(style.pen("focus", 2))
            painter.drawEllipse(center, 19, 19)

    def paint_body(self, painter: QPainter) -> None:
        body = self.box.body
        square = QRectF(body.x, body.y, body.width, body.height)
        paint_tile(self.look, painter, "end", self.face.icon, square, self.at)
        self.paint_stripe(painter, QRectF(body.x + 9, body.y + body.height - 6, body.width - 18, STRIPE - 1))
        for line in self.lines:
            line.paint(painter)

    def paint_ports(self, painter: QPainter) -> None:
        if self.invites and self.box.inlet is not None:
            self._paint_inlet(painter, QPointF(*self.box.inlet))

    def _picture_area(self) -> QRectF:
        return self.boundingRect()

    def boundingRect(self) -> QRectF:
        # The name below is wider than the octagon.
        side = (_ROOM - self.box.body.width) / 2
        return super().boundingRect().adjusted(-side, 0, side, 12)
