"""What a gesture shows while it lasts: the pulled wire, the words at the pointer, the rubber band."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPolygonF
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from app.canvas.items.edge import arrow, rounded
from app.canvas.items.stamps import paint_icon
from app.canvas.items.text import Line, lay_line, middle
from app.canvas.look import Look

Z = 20.0
_WORDS = (12, 500)


class WireItem(QGraphicsItem):
    """The line from a port to the pointer."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self.look = look
        self._path = QPainterPath()
        self._end = QPointF()
        self._is_bad = False
        self._is_snapped = False
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)
        self.setZValue(Z)

    def show_way(self, start: QPointF, end: QPointF, *, bad: bool, snapped: bool) -> None:
        """Draws the line to ``end``."""
        self.prepareGeometryChange()
        lane = max((start.x() + end.x()) / 2, start.x() + 16)
        points = (
            (start.x(), start.y()),
            (lane, start.y()),
            (lane, end.y()),
            (end.x(), end.y()),
        )
        self._path = rounded(points, self.look.style.m.corner, 8 if snapped else 0)
        self._end, self._is_bad, self._is_snapped = end, bad, snapped
        self.update()

    def boundingRect(self) -> QRectF:
        end = QRectF(self._end.x() - 12, self._end.y() - 12, 40, 24)
        return self._path.boundingRect().united(end).adjusted(-6, -6, 6, 6)

    def paint(
        self, painter: QPainter, _option: QStyleOptionGraphicsItem, _widget: QWidget | None = None
    ) -> None:
        style = self.look.style
        color = "danger" if self._is_bad else "accent-text"
        painter.setBrush(style.no_brush)
        painter.setPen(style.pen(color, style.m.edge, (6.0, 4.0)))
        painter.drawPath(self._path)
        if self._is_snapped:
            painter.setPen(style.no_pen)
            painter.setBrush(style.brush(color))
            painter.drawPolygon(arrow((self._end.x(), self._end.y())))
        if self._is_bad:
            sign = style.theme.colors["danger"]
            paint_icon(self.look, painter, "blocked", sign, self._end + QPointF(6, -8), 16, QPointF())


class DotItem(QGraphicsItem):
    """Where a wire would end in the empty, or a part would be put."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self.look = look
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)
        self.setZValue(Z)

    def show_at(self, at: QPointF) -> None:
        """Puts the dot there."""
        self.setPos(at)

    def boundingRect(self) -> QRectF:
        reach = 10 / self.look.zoom
        return QRectF(-reach, -reach, 2 * reach, 2 * reach)

    def paint(
        self, painter: QPainter, _option: QStyleOptionGraphicsItem, _widget: QWidget | None = None
    ) -> None:
        style, zoom = self.look.style, self.look.zoom
        painter.setPen(style.no_pen)
        painter.setBrush(style.brush("accent-text", 0.2))
        painter.drawEllipse(QPointF(), 9 / zoom, 9 / zoom)
        painter.setBrush(style.brush("accent-text"))
        painter.drawEllipse(QPointF(), 4 / zoom, 4 / zoom)


class HintItem(QGraphicsItem):
    """One sentence beside the pointer."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self.look = look
        self.words = ""
        self._line: Line | None = None
        self._paper = QRectF()
        self._is_bad = False
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)
        self.setZValue(Z + 1)

    def show_words(self, at: QPointF, words: str, *, bad: bool) -> None:
        """Says ``words`` below and right of ``at``; empty words say nothing."""
        self.prepareGeometryChange()
        look = self.look
        self.words, self._is_bad = words, bad
        self._line, self._paper = None, QRectF()
        if words:
            left, center = at.x() + 20 / look.zoom, at.y() + 28 / look.zoom
            ink = "danger" if bad else "ink"
            self._line = lay_line(look, words, _WORDS, ink, left, middle(look, _WORDS, center))
            height = look.px(_WORDS[0]) + 14.0
            self._paper = QRectF(left - 8, center - height / 2, self._line.width + 16, height)
        self.update()

    def boundingRect(self) -> QRectF:
        return self._paper.adjusted(-2, -2, 2, 2)

    def paint(
        self, painter: QPainter, _option: QStyleOptionGraphicsItem, _widget: QWidget | None = None
    ) -> None:
        if self._line is None:
            return
        style = self.look.style
        painter.setPen(style.pen("danger" if self._is_bad else "line-strong"))
        painter.setBrush(style.brush("surface"))
        painter.drawRoundedRect(self._paper, 6, 6)
        self._line.paint(painter)


class LassoItem(QGraphicsItem):
    """The line of a lasso, closed on the shortest way."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self.look = look
        self._line = QPolygonF()
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)
        self.setZValue(Z)

    def show_line(self, line: QPolygonF) -> None:
        """Shows this line."""
        self.prepareGeometryChange()
        self._line = line
        self.update()

    def boundingRect(self) -> QRectF:
        room = 2 / self.look.zoom
        return self._line.boundingRect().adjusted(-room, -room, room, room)

    def paint(
        self, painter: QPainter, _option: QStyleOptionGraphicsItem, _widget: QWidget | None = None
    ) -> None:
        style = self.look.style
        painter.setPen(style.pen("accent-text", 1 / self.look.zoom))
        painter.setBrush(style.brush("accent-text", 0.08))
        painter.drawPolygon(self._line)


class BandItem(QGraphicsItem):
    """The rubber band."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self.look = look
        self._area = QRectF()
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)
        self.setZValue(Z)

    def show_area(self, area: QRectF) -> None:
        self.prepareGeometryChange()
        self._area = area
        self.update()

    def boundingRect(self) -> QRectF:
        return self._area.adjusted(-2, -2, 2, 2)

    def paint(
        self, painter: QPainter, _option: QStyleOptionGraphicsItem, _widget: QWidget | None = None
    ) -> None:
        style = self.look.style
        painter.setPen(style.pen("accent-text", 1 / self.look.zoom))
        painter.setBrush(style.brush("accent-text", 0.08))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
        painter.drawRect(self._area)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
