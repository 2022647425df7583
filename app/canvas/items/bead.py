"""A wait: a bead on the line. With a second outlet its body grows a row."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter

from app.canvas.geometry import BEAD, PILL, PILL_HEIGHT, PILL_INSET, PILL_PAD
from app.canvas.items.node import STRIPE, NodeItem
from app.canvas.items.stamps import paint_icon
from app.canvas.items.text import lay_line, middle
from app.canvas.look import Level

_RADIUS = 16.0


class BeadItem(NodeItem):
    """A capsule with the time or the event."""

    _has_icon = True

    def lay(self) -> None:
        look, box, m = self.look, self.box, self.look.style.m
        width, base = box.body.width, middle(look, BEAD, m.inlet_y)
        line = lay_line(look, self.face.title, BEAD, "wait", 30, base, width - 36)
        self._has_icon = not line.is_cut
        if line.is_cut:
            # The time says more than the hourglass; the capsule tells a wait without it.
            line = lay_line(look, self.face.title, BEAD, "wait", width / 2, base, width - 12, align=0.5)
        self.lines = [line]
        self.pills = []
        if look.level is Level.ALL:
            for row, port in zip(self.face.rows[1:], box.ports[1:], strict=True):
                right = box.body.width - PILL_INSET - PILL_PAD
                base = middle(look, PILL, port.y)
                line = lay_line(look, row.label, PILL, "wait", right, base, right - 16, align=1)
                height = max(PILL_HEIGHT, look.px(PILL[0]) + 6.0)
                area = QRectF(
                    right - line.width - PILL_PAD, port.y - height / 2, line.width + 2 * PILL_PAD, height
                )
                self.pills.append((area, "node", line))
        self.lay_stamps(box.body.width + 2, box.body.y - 6 if not self.pills else box.body.y - 4)

    def paint_ring(self, painter: QPainter) -> None:
        if not self.is_selected:
            return
        style, body = self.look.style, self._body()
        painter.setBrush(style.no_brush)
        painter.setPen(style.pen("accent-soft", 6))
        painter.drawRoundedRect(body.adjusted(-4, -4, 4, 4), _RADIUS + 4, _RADIUS + 4)
        painter.setPen(style.pen("focus", 2))
        painter.drawRoundedRect(body.adjusted(-3, -3, 3, 3), _RADIUS + 3, _RADIUS + 3)

    def paint_body(self, painter: QPainter) -> None:
        style, m = self.look.style, self.look.style.m
        if self.mark.severe and not self.is_selected:
            painter.setPen(style.pen("danger"))
        else:
            painter.setPen(style.pen("wait" if self.is_hovered else "wait-soft"))
        painter.setBrush(style.brush("wait-soft"))
        body = self._body().adjusted(0.5, 0.5, -0.5, -0.5)
        painter.drawRoundedRect(body, _RADIUS - 0.5, _RADIUS - 0.5)
        if self._has_icon:
            color, at = style.theme.colors["wait"], QPointF(10, m.inlet_y - 8)
            paint_icon(self.look, painter, self.face.icon, color, at, 16, self.at)
        for line in self.lines:
            line.paint(painter)
        self.paint_stripe(painter, QRectF(_RADIUS, body.y() + 26, body.width() - 2 * _RADIUS, STRIPE - 1))
        self.paint_pills(painter)

    def paint_ports(self, painter: QPainter) -> None:
        if self.invites:
            self._paint_inlet(painter, QPointF(0, self.look.style.m.inlet_y))
        style, m = self.look.style, self.look.style.m
        painter.setPen(style.pen("canvas", 2))
        painter.setBrush(style.brush("edge"))
        for port in self.box.ports:
            if port.outlet in self.hot_ports:
                self._paint_plus(painter, QPointF(port.x, port.y))
            elif self.is_hovered or self.is_selected or len(self.box.ports) > 1:
                painter.setPen(style.pen("canvas", 2))
                painter.setBrush(style.brush("edge"))
                painter.drawEllipse(QPointF(port.x, port.y), m.port, m.port)
