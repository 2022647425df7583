"""The ring around the tile of a message with a reply window. UI.md section 5 "Window ring"."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from app.canvas.faces import Face
from app.canvas.items.stamps import paint_tile
from app.canvas.look import Look
from app.canvas.words import tr

if TYPE_CHECKING:
    from app.flows.windows import Ring

TEXT_X: Final = 52.0
_CENTER: Final = QPointF(24, 28)
_RADIUS: Final = 20.0
_WIDE: Final = 4.0
_TILE: Final = QRectF(12, 16, 24, 24)
_DOTTED: Final = 15.0
_DOTS: Final = (0.1, 1.35)
_DAY: Final = timedelta(days=1)
_HOUR: Final = timedelta(hours=1)


def paint_window_ring(look: Look, painter: QPainter, ring: Ring, face: Face, origin: QPointF) -> None:
    """Track, arc and the smaller tile inside; the arc is the longest time as a share of the window."""
    colors = look.style.theme.colors
    room = _WIDE / 2
    area = QRectF(
        _CENTER.x() - _RADIUS + room, _CENTER.y() - _RADIUS + room, 2 * _RADIUS - _WIDE, 2 * _RADIUS - _WIDE
    )
    painter.setBrush(look.style.no_brush)
    painter.setPen(_pen(colors["surface-3"]))
    painter.drawEllipse(area)
    first = _DOTTED if ring.unknown else 0.0
    if ring.unknown:
        painter.setPen(_dots(colors["ink-3"]))
        _arc(painter, area, 0, _DOTTED)
    turn = (360 - first) * min(1.0, ring.share)
    if turn > 0:
        painter.setPen(_pen(colors[ring_color(ring)]))
        _arc(painter, area, first, turn)
    paint_tile(look, painter, face.category, face.icon, _TILE, origin, off=not face.known)


def ring_color(ring: Ring) -> str:
    """The token of the arc: well, soon or broken."""
    if ring.leaves:
        return "danger"
    return "warn-fill" if ring.is_close else "ok"


def ring_words(ring: Ring) -> str:
    """“Day 1 to 5 of 30”, “Up to day 36”; hours for a window of a day."""
    unit = _HOUR if ring.window <= _DAY else _DAY
    most, least = round(ring.window / unit), ring.shortest // unit
    is_hours = unit is _HOUR
    if ring.longest is None:
        return tr("No last hour") if is_hours else tr("No last day")
    last = -(-ring.longest // unit)
    if ring.leaves:
        words = tr("Up to hour {last}") if is_hours else tr("Up to day {last}")
    elif least == last:
        words = tr("Hour {last} of {most}") if is_hours else tr("Day {last} of {most}")
    else:
        words = tr("Hour {first} to {last} of {most}") if is_hours else tr("Day {first} to {last} of {most}")
    return words.format(first=least, last=last, most=most)


def ring_sentence(ring: Ring) -> str:
    """What the ring says, for the tooltip."""
    told = ring_words(ring) + tr(" since the person last wrote.")
    if not ring.unknown:
        return told
    return told + " " + tr("The time before the start is asked for each person when it is sent.")


def _arc(painter: QPainter, area: QRectF, first: float, turn: float) -> None:
    """Clockwise from 12 o'clock; Qt counts sixteenths of a degree the other way, from 3 o'clock."""
    painter.drawArc(area, round((90 - first) * 16), round(-turn * 16))


def _pen(color: str) -> QPen:
    return QPen(QColor(color), _WIDE, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap)


def _dots(color: str) -> QPen:
    pen = _pen(color)
    pen.setWidthF(_WIDE / 2)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    pen.setDashPattern(list(_DOTS))
    return pen
