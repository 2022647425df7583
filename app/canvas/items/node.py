"""A node as an item: its states, its texts and how a body with rows is painted. UI.md section 5."""

from __future__ import annotations

from itertools import pairwise
from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QGraphicsObject, QStyleOptionGraphicsItem, QWidget

from app.canvas.faces import Face, Row, Tone
from app.canvas.facts import Mark
from app.canvas.geometry import (
    PILL,
    PILL_HEIGHT,
    PILL_INSET,
    PILL_PAD,
    RUNG_X,
    SECOND,
    TEXT_X,
    TITLE,
    Box,
)
from app.canvas.items import window_ring
from app.canvas.items.cached import Picture
from app.canvas.items.changed import paint_node_change
from app.canvas.items.stamps import Badge, Chip, paint_icon, paint_tile
from app.canvas.items.text import Line, lay_line, middle
from app.canvas.look import Level, Look
from app.canvas.words import people, tr

_PORTS: Final = 8.0
"""Ports and the ring reach this far beyond the body."""
MARGIN: Final = 20.0
"""Ring, chip, badge and ports reach this far beyond the body."""
RUNG_ICON: Final = 16.0
STRIPE: Final = 4.0
"""How thick the stripe of a person's colour is."""
PEOPLE: Final = ("surface", "line-strong", "ink-2", "ink")
PAUSED: Final = ("warn-soft", "warn-soft", "warn", "warn")
FAILED: Final = ("danger-soft", "danger-soft", "danger", "danger")
DASHES: Final = (5.0, 4.0)
_LARGEST_SECOND: Final = 16
"""Two lines of larger letters would lie over one another."""
_PILLS: Final = {
    Tone.PLAIN: ("surface-3", "ink-2"),
    Tone.ASIDE: ("wait-soft", "wait"),
    Tone.TIMEOUT: ("wait-soft", "wait"),
    Tone.FAILED: ("danger-soft", "danger"),
}


class NodeItem(QGraphicsObject):
    """One node. The scene tells it what to show; it tells nobody anything."""

    def __init__(self, node_id: str, look: Look, face: Face, box: Box) -> None:
        super().__init__()
        self.node_id = node_id
        self.face = face
        self.box = box
        self.mark = Mark()
        self.look = look
        self.is_selected = False
        self.is_hovered = False
        self.hot_ports: frozenset[str] = frozenset()
        self.invites: bool | None = None
        """While a wire is pulled: whether it may end here; None: no wire is pulled, or it comes from here."""
        self.at = QPointF()
        self._text_key: tuple[object, ...] = ()
        self._bounds = self._bounds_of(box)
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)
        self.setZValue(0)
        self.lines: list[Line] = []
        self.pills: list[tuple[QRectF, str, Line]] = []
        self.ladder: list[Line] = []
        self.stamps: list[Chip] = []
        self.badge: Badge | None = None
        self._picture = Picture()
        self._rest_area = QRectF()

    # --- what the scene tells ---------------------------------------------------------------------------

    def show_face(self, face: Face, box: Box) -> None:
        """Shows another face."""
        if self._bounds_of(box) != self._bounds:
            self.prepareGeometryChange()
            self._bounds = self._bounds_of(box)
        self.face, self.box = face, box
        self._lay_anew()

    def set_mark(self, mark: Mark) -> None:
        """Shows other numbers and problems."""
        if mark != self.mark:
            self.mark = mark
            self._lay_anew()

    def place(self, x: float, y: float) -> None:
        self.at = QPointF(x, y)
        self.setPos(self.at)

    def set_selected(self, selected: bool) -> None:
        """Draws the ring or not."""
        if selected != self.is_selected:
            self.is_selected = selected
            self._picture.forget()
            self.update()

    def set_hover(self, hovered: bool, hot_ports: frozenset[str] = frozenset()) -> None:
        """Darkens the line; ``hot_ports`` show a plus."""
        if (hovered, hot_ports) != (self.is_hovered, self.hot_ports):
            self.is_hovered, self.hot_ports = hovered, hot_ports
            self.update()

    def invite(self, *, invites: bool | None) -> None:
        """Grows the inlet, or steps back, while a wire looks for its end."""
        if invites != self.invites:
            self.invites = invites
            self.update()

    # --- painting ---------------------------------------------------------------------------------------

    def boundingRect(self) -> QRectF:
        return self._bounds

    def paint(
        self, painter: QPainter, _option: QStyleOptionGraphicsItem, _widget: QWidget | None = None
    ) -> None:
        if self._text_key != self.look.text_key:
            self.lay()
            self._text_key = self.look.text_key
            self._picture.forget()
            self._rest_area = self._picture_area()
        if self._is_at_rest and not self.look.vector:
            self._picture.paint(painter, self.look, self._rest_area, self.paint_all)
        else:
            self.paint_all(painter)

    @property
    def _is_at_rest(self) -> bool:
        """Whether nothing is seen on it that will be gone in a moment."""
        passing = self.is_hovered or self.hot_ports or self.mark.change
        return not passing and self.invites is None

    def _picture_area(self) -> QRectF:
        """What is painted on while it is at rest."""
        area = self._body().adjusted(-_PORTS, -_PORTS, _PORTS, _PORTS)
        for stamp in [*self.stamps, self.badge]:
            if stamp is not None:
                area = area.united(stamp.area.adjusted(-1, -1, 1, 1))
        return area

    def paint_all(self, painter: QPainter) -> None:
        """Everything, from the ring to the badge."""
        self.paint_ring(painter)
        self.paint_body(painter)
        self.paint_ports(painter)
        if self.look.level is Level.ALL or self.is_hovered:
            for stamp in self.stamps:
                stamp.paint(painter, self.at)
        if self.badge is not None:
            self.badge.paint(painter)
        paint_node_change(self, painter, self.mark.change)

    def lay(self) -> None:
        """Lays out all texts at the size that the zoom asks for."""
        face, box, look = self.face, self.box, self.look
        is_title_only = look.level is not Level.ALL
        words, color = self._second_words()
        left = window_ring.TEXT_X if self.mark.ring else TEXT_X
        room = box.body.width - left - 8
        ink = "ink" if face.known else "ink-3"
        has_second = bool(words) and not is_title_only and look.px(SECOND[0]) <= _LARGEST_SECOND
        base = 24.5 if has_second else look.style.m.inlet_y + look.px(TITLE[0]) * 0.36
        self.lines = [
            lay_line(look, face.title, TITLE, ink, left, base, room),
        ]
        if has_second:
            self.lines.append(lay_line(look, words, SECOND, color, left, 42, room))
        self.ladder = [] if is_title_only else self._ladder()
        in_rows = box.in_rows and not is_title_only
        self.pills = [self._pill(number, row) for number, row in enumerate(face.rows)] if in_rows else []
        self.lay_stamps(box.body.width - 8, box.body.y)

    def lay_stamps(self, right: float, top: float) -> None:
        """Chips from right to left on the top edge, and the badge at the left corner."""
        mark = self.mark
        self.stamps = []
        if mark.here:
            self.stamps.append(Chip(self.look, "contacts", people(mark.here), right, top, PEOPLE, "here"))
            right = self.stamps[-1].area.left() - 4
        if mark.failed:
            self.stamps.append(Chip(self.look, "blocked", people(mark.failed), right, top, FAILED, "failed"))
            right = self.stamps[-1].area.left() - 4
        if mark.paused is not None and self.face.category in ("entry", "message"):
            self.stamps.append(Chip(self.look, "pause", tr("paused"), right, top, PAUSED))
        self.badge = None
        if mark.problems:
            text = "!" if mark.problems == 1 else str(min(mark.problems, 99))
            self.badge = Badge(self.look, text, QPointF(4, top + 2), severe=mark.severe)

    def paint_ring(self, painter: QPainter) -> None:
        """The ring of the selection, outside the body."""
        if not self.is_selected:
            return
        style, body = self.look.style, self._body()
        painter.setBrush(style.no_brush)
        painter.setPen(style.pen("accent-soft", 6))
        painter.drawRoundedRect(body.adjusted(-4, -4, 4, 4), 13, 13)
        painter.setPen(style.pen("focus", 2))
        painter.drawRoundedRect(body.adjusted(-3, -3, 3, 3), 13, 13)

    def paint_body(self, painter: QPainter) -> None:
        """Body, tile, title, second line and pills."""
        look, face, m = self.look, self.face, self.look.style.m
        body = self._body()
        painter.setPen(self.outline())
        painter.setBrush(look.style.brush("node" if face.known else "canvas"))
        painter.drawRoundedRect(body.adjusted(0.5, 0.5, -0.5, -0.5), m.radius, m.radius)
        if self.mark.ring is not None:
            window_ring.paint_window_ring(look, painter, self.mark.ring, face, self.at)
        else:
            square = QRectF(m.tile_inset, (m.header - m.tile) / 2, m.tile, m.tile)
            paint_tile(look, painter, face.category, face.icon, square, self.at, off=not face.known)
        self.paint_stripe(painter, QRectF(body.x() + 4, body.y() + 12, STRIPE, m.header - 24))
        self.paint_ladder(painter)
        if self.pills:
            below = self.box.ladder_end or m.header
            painter.setPen(look.style.pen("line"))
            painter.drawLine(QPointF(1, below + 0.5), QPointF(body.width() - 1, below + 0.5))
        for line in self.lines:
            line.paint(painter)
        self.paint_pills(painter)

    def paint_ladder(self, painter: QPainter) -> None:
        """The ways that are tried one after the other, their icons joined by a line."""
        if not self.ladder:
            return
        look, style, half = self.look, self.look.style, RUNG_ICON / 2
        painter.setPen(style.pen("line"))
        header = style.m.header + 0.5
        painter.drawLine(QPointF(1, header), QPointF(self.box.body.width - 1, header))
        painter.setPen(style.pen("line-strong", 1.5))
        for above, below in pairwise(self.box.rungs):
            painter.drawLine(QPointF(RUNG_X, above + half + 1), QPointF(RUNG_X, below - half - 1))
        color = style.theme.colors["message"]
        for rung, center in zip(self.face.rungs, self.box.rungs, strict=True):
            corner = QPointF(RUNG_X - half, center - half)
            paint_icon(look, painter, rung.icon, color, corner, RUNG_ICON, self.at)
        for line in self.ladder:
            line.paint(painter)

    def paint_stripe(self, painter: QPainter, area: QRectF) -> None:
        """The colour that a person gave the node: beside its tile, away from ring, line and badge."""
        if self.face.hue:
            painter.setPen(self.look.style.no_pen)
            painter.setBrush(self.look.style.brush(self.face.hue))
            painter.drawRoundedRect(area, STRIPE / 2, STRIPE / 2)

    def paint_pills(self, painter: QPainter) -> None:
        for area, fill, line in self.pills:
            painter.setPen(self.look.style.no_pen)
            painter.setBrush(self.look.style.brush(fill))
            painter.drawRoundedRect(area, area.height() / 2, area.height() / 2)
            line.paint(painter)

    def paint_ports(self, painter: QPainter) -> None:
        """Inlet and outlets, with the plus on the port under the pointer."""
        style, m = self.look.style, self.look.style.m
        if self.box.inlet is not None:
            self._paint_inlet(painter, QPointF(*self.box.inlet))
        painter.setPen(style.pen("canvas", 2))
        for row, port in zip(self.face.rows, self.box.ports, strict=True):
            painter.setBrush(style.brush("danger" if row.tone is Tone.FAILED else "edge"))
            painter.drawEllipse(QPointF(port.x, port.y), m.port, m.port)
        for port in self.box.ports:
            if port.outlet in self.hot_ports:
                self._paint_plus(painter, QPointF(port.x, port.y))

    def outline(self) -> object:
        """The pen of the body's line."""
        style, face, mark = self.look.style, self.face, self.mark
        dash = () if face.known and face.ready and not mark.missing_channel else DASHES
        if dash:
            return style.pen("control" if face.known else "node-line", 1, dash)
        if mark.severe and not self.is_selected:
            return style.pen("danger")
        return style.pen("node-line-hover" if self.is_hovered else "node-line")

    def _body(self) -> QRectF:
        body = self.box.body
        return QRectF(body.x, body.y, body.width, body.height)

    def _paint_inlet(self, painter: QPainter, center: QPointF) -> None:
        style = self.look.style
        if self.invites:
            painter.setPen(style.pen("focus", 2))
            painter.setBrush(style.brush("surface"))
            painter.drawEllipse(center, 7, 7)
        painter.setPen(style.no_pen)
        painter.setBrush(style.brush("focus" if self.invites else "edge"))
        painter.drawEllipse(center, style.m.inlet, style.m.inlet)

    def _paint_plus(self, painter: QPainter, center: QPointF) -> None:
        style = self.look.style
        painter.setPen(style.no_pen)
        painter.setBrush(style.brush("accent"))
        painter.drawEllipse(center, 9, 9)
        color = style.theme.colors["on-accent"]
        paint_icon(self.look, painter, "plus", color, center - QPointF(6, 6), 12, self.at)

    def _second_words(self) -> tuple[str, str]:
        mark = self.mark
        if mark.ring is not None:
            return window_ring.ring_words(mark.ring), "danger" if mark.ring.leaves else "ink-3"
        if mark.words and self.face.known:
            return _without_title(mark.words, self.face.title), "ink-3"
        if mark.paused and self.face.category in ("entry", "message"):
            return mark.paused, "warn"
        return self.face.second, "ink-3"

    def _ladder(self) -> list[Line]:
        """What each way is, and how many were reached by it, else for how long it is tried."""
        look, width, lines = self.look, self.box.body.width, []
        for place, (rung, center) in enumerate(zip(self.face.rungs, self.box.rungs, strict=True)):
            base = middle(look, SECOND, center)
            told = self.mark.worked
            note = tr("{share} %").format(share=told[place]) if place < len(told) else rung.length
            right = lay_line(look, note, SECOND, "ink-3", width - PILL_INSET, base, align=1)
            room = width - TEXT_X - PILL_INSET - (right.width + 8 if note else 0)
            lines += [lay_line(look, rung.words, SECOND, "ink-2", TEXT_X, base, room), right]
        return lines

    def _pill(self, number: int, row: Row) -> tuple[QRectF, str, Line]:
        look, right = self.look, self.box.body.width - PILL_INSET
        center = self.box.ports[number].y
        fill, ink = _PILLS[row.tone]
        room = self.box.body.width - 2 * PILL_INSET - 2 * PILL_PAD
        line = lay_line(
            look, row.label, PILL, ink, right - PILL_PAD, middle(look, PILL, center), room, align=1
        )
        height = max(PILL_HEIGHT, look.px(PILL[0]) + 6.0)
        width = line.width + 2 * PILL_PAD
        return QRectF(right - width, center - height / 2, width, height), fill, line

    def _lay_anew(self) -> None:
        self._text_key = ()
        self.update()

    @staticmethod
    def _bounds_of(box: Box) -> QRectF:
        area = box.body.grown(MARGIN)
        return QRectF(area.x, area.y, area.width, area.height)


def _without_title(words: str, title: str) -> str:
    """“Has no subject” for “Letter 1 has no subject”: the title stands above it already."""
    rest = words.removeprefix(title).strip()
    return words if rest == words or not title else rest[:1].upper() + rest[1:]
