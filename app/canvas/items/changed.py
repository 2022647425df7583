"""How a part is painted that came, went or changed between two versions. UI.md sections 5 and 6."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter

from app.canvas.facts import Change, Changed
from app.canvas.items.stamps import Chip
from app.canvas.look import Level

if TYPE_CHECKING:
    from app.canvas.items.edge import EdgeItem
    from app.canvas.items.node import NodeItem

_AWAY: Final = 4.0
_DASHES: Final[Mapping[Changed, tuple[float, ...]]] = {
    Changed.ADDED: (),
    Changed.REMOVED: (6.0, 4.0),
    Changed.CHANGED: (2.0, 3.0),
}
_COLORS: Final[Mapping[Changed, tuple[str, str]]] = {
    Changed.ADDED: ("ok", "ok-soft"),
    Changed.REMOVED: ("danger", "danger-soft"),
    Changed.CHANGED: ("accent-text", "accent-soft"),
}
_ICONS: Final[Mapping[Changed, str]] = {
    Changed.ADDED: "plus",
    Changed.REMOVED: "minus",
    Changed.CHANGED: "edit",
}
_SIGN: Final = 9.0


def paint_node_change(item: NodeItem, painter: QPainter, change: Change | None) -> None:
    """A ring around the node, dotted, dashed or whole, and a chip with what it was."""
    if change is None:
        return
    style, body = item.look.style, item.box.body
    color, soft = _COLORS[change.sort]
    area = QRectF(body.x, body.y, body.width, body.height).adjusted(-_AWAY, -_AWAY, _AWAY, _AWAY)
    radius = min(14.0, area.height() / 2)
    painter.setBrush(style.no_brush)
    painter.setPen(style.pen(color, 2, _DASHES[change.sort]))
    painter.drawRoundedRect(area, radius, radius)
    if change.words and item.look.level is Level.ALL:
        chip = _chip(item, change, (soft, color, color, color))
        chip.paint(painter, item.at)


def _chip(item: NodeItem, change: Change, colors: tuple[str, str, str, str]) -> Chip:
    body, icon = item.box.body, _ICONS[change.sort]
    chip = Chip(item.look, icon, change.words, body.x + body.width - 8, body.y - 2, colors)
    if chip.area.width() <= body.width - 16:
        return chip
    right = body.x + (body.width + chip.area.width()) / 2
    return Chip(item.look, icon, change.words, right, body.y - 2, colors)


def paint_edge_change(item: EdgeItem, painter: QPainter, sort: Changed | None) -> None:
    """A plus on a new edge, a minus on one that is gone, in a disc on the line."""
    if sort is None or item.route.spot is None or item.look.level is Level.OVERVIEW:
        return
    style = item.look.style
    color, _soft = _COLORS[sort]
    middle = item.path.pointAtPercent(item.path.percentAtLength(item.path.length() / 2))
    painter.setPen(style.pen("canvas", 2))
    painter.setBrush(style.brush(color))
    painter.drawEllipse(middle, _SIGN, _SIGN)
    painter.setPen(style.pen("canvas", 2))
    painter.drawLine(middle - QPointF(4, 0), middle + QPointF(4, 0))
    if sort is Changed.ADDED:
        painter.drawLine(middle - QPointF(0, 4), middle + QPointF(0, 4))
