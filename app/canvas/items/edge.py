"""An edge as an item: rounded right angles, arrow, count, and its styles. UI.md section 6."""

from __future__ import annotations

from enum import Enum
from itertools import pairwise

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPolygonF
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from app.canvas.edits import EdgeKey
from app.canvas.facts import Changed
from app.canvas.geometry import PILL
from app.canvas.items.changed import paint_edge_change
from app.canvas.items.sparse import EVERYWHERE, Sparse
from app.canvas.items.text import Line, lay_line, middle
from app.canvas.labels import LEFT, MIDDLE, Route, Spot
from app.canvas.look import Level, Look
from app.canvas.router import Point
from app.canvas.space import Span, grown, passes, span_of

Z = -10.0
_ARROW = 8.0
_HALF = 4.5
_MARGIN = 11.0
"""Signs, arrow and bridges reach at most this far beside the line."""
_TURN = 14.0
"""A segment bends otherwise so far before its end when the next one changes."""
_BESIDE = 6.0
_DASH = (6.0, 4.0)
_NOTHING: Span = (0.0, 0.0, 0.0, 0.0)


class EdgeStyle(Enum):
    """The lines of UI.md section 6: colour token, whether dashed, whether strong."""

    NORMAL = ("edge", False, False)
    FAILED = ("edge-failed", True, False)
    HOVER = ("edge-hover", False, True)
    SELECTED = ("focus", False, True)
    WALKED = ("edge-walked", False, True)
    ADDED = ("ok", False, True)
    REMOVED = ("danger", True, True)


class EdgeItem(QGraphicsItem):
    """One edge. Routed elsewhere, hit by geometry; here it is only painted."""

    def __init__(self, key: EdgeKey, look: Look, *, failed: bool = False, order: float = 0) -> None:
        """``order``: below 1, larger for edges that pass over others."""
        super().__init__()
        self.key = key
        self.look = look
        self.failed = failed
        self.route = Route(())
        self.count = 0
        self.words = ""
        self.is_selected = False
        self.is_hovered = False
        self.is_walked = False
        self.is_lit = False
        self.change: Changed | None = None
        self.path = QPainterPath()
        self._arrow = QPolygonF()
        self._bounds = QRectF()
        self._is_followed = False
        self._sparse = Sparse(self)
        self._label: Line | None = None
        self._label_area = QRectF()
        self._label_span = self._arrow_span = self._span = _NOTHING
        self._pen, self._brush = look.style.no_pen, look.style.no_brush
        self._text_key: tuple[object, ...] = ()
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)
        self._z = Z + order
        self.setZValue(self._z)

    def show_route(self, route: Route) -> None:
        """Takes another way."""
        if route == self.route and not self._is_followed:
            return
        self.prepareGeometryChange()
        self._is_followed = False
        self._take(route)
        self._bounds = self.path.boundingRect().united(self._arrow.boundingRect())
        if route.spot is not None:
            self._bounds = self._bounds.united(QRectF(route.spot.x - 44, route.spot.y - 12, 88, 24))
        self._bounds.adjust(-_MARGIN, -_MARGIN, _MARGIN, _MARGIN)

    def follow(self, route: Route) -> None:
        """Takes another way in a gesture, and only its lines are painted anew; ``show_route`` ends it."""
        if not self._is_followed:
            self.prepareGeometryChange()
            self._is_followed, self._bounds = True, EVERYWHERE
        self._take(route)
        parts = {grown(span_of(segment), _TURN) for segment in pairwise(route.points)}
        if route.spot is not None:
            x, y = route.spot.x, route.spot.y
            parts.add((x - 58, y - 12, x + 58, y + 12))
        self._sparse.show(frozenset(parts))

    def _take(self, route: Route) -> None:
        self.route = route
        self._span = grown(span_of(route.points), _MARGIN)
        self.path = rounded(route.points, self.look.style.m.corner, _ARROW)
        self._arrow = arrow(route.points[-1])
        self._arrow_span = grown((*route.points[-1], *route.points[-1]), _ARROW)
        self._text_key = ()

    def set_state(
        self,
        *,
        selected: bool | None = None,
        hovered: bool | None = None,
        walked: bool | None = None,
        lit: bool | None = None,
        failed: bool | None = None,
    ) -> None:
        """Changes how the line looks; what is None stays."""
        new = tuple(
            old if value is None else value
            for value, old in zip((selected, hovered, walked, lit, failed), self._state(), strict=True)
        )
        if new != self._state():
            self.is_selected, self.is_hovered, self.is_walked, self.is_lit, self.failed = new
            self.setZValue(self._z + 1 if any(new[:4]) else self._z)
            self._text_key = ()
            self.update()

    def set_change(self, change: Changed | None) -> None:
        """Shows that the edge came or went since another version."""
        if change is not self.change:
            self.change = change
            self._text_key = ()
            self.update()

    def set_count(self, count: int, words: str = "") -> None:
        """Shows how often the edge was walked, or ``words`` in its place."""
        if (count, words) != (self.count, self.words):
            self.count, self.words = count, words
            self._text_key = ()
            self.update()

    @property
    def line_style(self) -> EdgeStyle:
        if self.change is not None:
            return EdgeStyle.ADDED if self.change is Changed.ADDED else EdgeStyle.REMOVED
        if self.is_walked:
            return EdgeStyle.WALKED
        if self.is_selected:
            return EdgeStyle.SELECTED
        if self.is_lit:
            return EdgeStyle.WALKED
        if self.failed:
            return EdgeStyle.FAILED
        return EdgeStyle.HOVER if self.is_hovered else EdgeStyle.NORMAL

    def boundingRect(self) -> QRectF:
        return self._bounds

    def paint(
        self, painter: QPainter, _option: QStyleOptionGraphicsItem, _widget: QWidget | None = None
    ) -> None:
        if self._text_key != self.look.text_key:
            self._lay()
            self._text_key = self.look.text_key
        parts = self.look.exposed.spans if self.look.exposed is not None else None
        if parts is None or self._is_line_in(parts):
            self._paint_line(painter)
        if parts is None or _is_in(self._arrow_span, parts):
            painter.setPen(self.look.style.no_pen)
            painter.setBrush(self._brush)
            painter.drawPolygon(self._arrow)
        if self._label is not None and (parts is None or _is_in(self._label_span, parts)):
            painter.fillRect(self._label_area, self.look.style.brush("canvas"))
            self._label.paint(painter)
        paint_edge_change(self, painter, self.change)

    def _paint_line(self, painter: QPainter) -> None:
        style = self.look.style
        painter.setBrush(style.no_brush)
        for x, y, is_upright in self.route.bridges:
            painter.setPen(style.pen("canvas", style.m.bridge, (1000.0, 1.0)))
            reach = QPointF(0, 7) if is_upright else QPointF(7, 0)
            painter.drawLine(QPointF(x, y) - reach, QPointF(x, y) + reach)
        painter.setPen(self._pen)
        painter.drawPath(self.path)

    def _is_line_in(self, parts: tuple[Span, ...]) -> bool:
        """Whether its line runs through these parts: the bounds of a bent line are mostly empty."""
        x1, y1, x2, y2 = self._span
        for left, top, right, bottom in parts:
            if x1 < right and x2 > left and y1 < bottom and y2 > top:
                room = left - _MARGIN, top - _MARGIN, right + _MARGIN, bottom + _MARGIN
                if passes(self.route.points, *room):
                    return True
        return False

    def _lay(self) -> None:
        look, m = self.look, self.look.style.m
        color, dashed, strong = self.line_style.value
        width = m.edge_hover if strong or (self.is_hovered and self.failed) else m.edge
        self._pen = look.style.pen(color, width, _DASH if dashed else ())
        self._brush = look.style.brush(color)
        self._label, self._label_span = None, _NOTHING
        text = self.words or (f"{self.count:,}".replace(",", "\u202f") if self.count else "")
        if text and self.route.spot is not None and look.level is Level.ALL:
            self._lay_label(text, self.route.spot)

    def _lay_label(self, text: str, spot: Spot) -> None:
        look = self.look
        ink = {EdgeStyle.FAILED: "danger", EdgeStyle.WALKED: "accent-text"}.get(self.line_style, "ink-2")
        width = look.style.measure(text, look.px(PILL[0]), PILL[1])
        center = spot.x
        if spot.side != MIDDLE:
            center += (-1 if spot.side == LEFT else 1) * (width / 2 + _BESIDE)
        self._label = lay_line(look, text, PILL, ink, center, middle(look, PILL, spot.y), align=0.5)
        height = look.px(PILL[0]) + 4.0
        room = 8 if spot.side == MIDDLE else 2
        self._label_area = QRectF(center - (width + room) / 2, spot.y - height / 2, width + room, height)
        area = self._label_area
        self._label_span = (area.left(), area.top(), area.right(), area.bottom())

    def _state(self) -> tuple[bool, bool, bool, bool, bool]:
        return self.is_selected, self.is_hovered, self.is_walked, self.is_lit, self.failed


def _is_in(span: Span, parts: tuple[Span, ...]) -> bool:
    """Whether an area overlaps one of these parts."""
    x1, y1, x2, y2 = span
    return any(x1 < right and left < x2 and y1 < bottom and top < y2 for left, top, right, bottom in parts)


def rounded(points: tuple[Point, ...], corner: float, short: float = 0) -> QPainterPath:
    """A path through right angles with quarter curves; its last segment ends ``short`` before the end."""
    path = QPainterPath()
    x, y = points[0]
    path.moveTo(x, y)
    last = len(points) - 1
    for number in range(1, last):
        (x1, y1), (x2, y2), (x3, y3) = points[number - 1 : number + 2]
        into, out = abs(x2 - x1) + abs(y2 - y1) or 1.0, abs(x3 - x2) + abs(y3 - y2) or 1.0
        room = out - short if number + 1 == last and out > short else out / 2
        radius = min(corner, into if number == 1 else into / 2, room)
        before, behind = radius / into, radius / out
        path.lineTo(x2 + (x1 - x2) * before, y2 + (y1 - y2) * before)
        path.quadTo(x2, y2, x2 + (x3 - x2) * behind, y2 + (y3 - y2) * behind)
    (x1, y1), (x2, y2) = points[-2:]
    length = abs(x2 - x1) + abs(y2 - y1)
    share = min(short, length) / (length or 1)
    path.lineTo(x2 + (x1 - x2) * share, y2 + (y1 - y2) * share)
    return path


def arrow(tip: Point) -> QPolygonF:
    """The arrow that runs into an inlet from the left."""
    x, y = tip
    return QPolygonF([QPointF(x - _ARROW + 1, y - _HALF), QPointF(x, y), QPointF(x - _ARROW + 1, y + _HALF)])
