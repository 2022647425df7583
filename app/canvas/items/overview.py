"""The whole drawing in one item, for zooms at which no text can be read: blocks, lines, problem dots."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from app.canvas.drawing import Drawing
from app.canvas.faces import Shape
from app.canvas.facts import Facts
from app.canvas.items.stamps import paint_icon
from app.canvas.look import Look

Z = 1.0
_ICON_PX = 14.0
_RADIUS_PX = 4.0
_DOT_PX = 5.0


class OverviewItem(QGraphicsItem):
    """Blocks of all nodes. ``refresh`` after every change of the drawing while it is shown."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self.look = look
        self._bounds = QRectF()
        self._blocks: list[tuple[QRectF, str, str, Shape, str]] = []
        self._lines: list[QLineF] = []
        self._bad: set[str] = set()
        self._selected: frozenset[str] = frozenset()
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemUsesExtendedStyleOption)
        self.setZValue(Z)

    def refresh(self, drawing: Drawing, facts: Facts) -> None:
        """Takes over places and routes."""
        self.prepareGeometryChange()
        self._blocks = []
        for name, face in drawing.faces.items():
            body = drawing.body(name)
            area = QRectF(body.x, body.y, body.width, body.height)
            self._blocks.append((area, face.category, face.icon, face.shape, name))
        self._lines = [
            QLineF(*one, *other)
            for route in drawing.routes.values()
            for one, other in zip(route.points, route.points[1:], strict=False)
        ]
        self._bad = set(facts.by_node)
        extent = drawing.extent()
        self._bounds = QRectF()
        if extent is not None:
            grown = extent.grown(200)
            self._bounds = QRectF(grown.x, grown.y, grown.width, grown.height)
        self.update()

    def set_selected(self, names: Iterable[str]) -> None:
        self._selected = frozenset(names)
        self.update()

    def boundingRect(self) -> QRectF:
        return self._bounds

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, _widget: QWidget | None = None
    ) -> None:
        exposed: QRectF = option.exposedRect
        style, zoom = self.look.style, self.look.zoom
        line = QPen(style.color("edge"), 0)
        painter.setPen(line)
        painter.drawLines([one for one in self._lines if _is_near(one, exposed)])
        radius = _RADIUS_PX / zoom
        shown = [block for block in self._blocks if exposed.intersects(block[0])]
        pens = {name: QPen(style.color(name), 0) for name in {block[1] for block in shown}}
        for area, category, _icon, shape, _name in shown:
            painter.setPen(pens[category])
            painter.setBrush(style.brush(category if shape is not Shape.BODY else f"{category}-soft"))
            corner = radius if shape is Shape.BODY else area.height() / 2
            painter.drawRoundedRect(area, corner, corner)
        self._paint_icons(painter, shown)
        self._paint_marks(painter, shown)

    def _paint_icons(self, painter: QPainter, shown: list[tuple[QRectF, str, str, Shape, str]]) -> None:
        look = self.look
        size = _ICON_PX / look.zoom
        for area, category, icon, shape, _name in shown:
            if shape is Shape.BODY and area.width() > size * 1.5 and area.height() > size:
                at = area.center() - QPointF(size / 2, size / 2)
                paint_icon(look, painter, icon, look.style.theme.colors[category], at, size, QPointF())

    def _paint_marks(self, painter: QPainter, shown: list[tuple[QRectF, str, str, Shape, str]]) -> None:
        style, zoom = self.look.style, self.look.zoom
        painter.setBrush(style.no_brush)
        painter.setPen(QPen(style.color("focus"), 2 / zoom))
        for area, _category, _icon, _shape, name in shown:
            if name in self._selected:
                gap = 3 / zoom
                painter.drawRoundedRect(area.adjusted(-gap, -gap, gap, gap), 6 / zoom, 6 / zoom)
        painter.setPen(style.no_pen)
        painter.setBrush(style.brush("danger"))
        for area, _category, _icon, _shape, name in shown:
            if name in self._bad:
                painter.drawEllipse(area.topLeft(), _DOT_PX / zoom, _DOT_PX / zoom)


def _is_near(line: QLineF, area: QRectF) -> bool:
    return (
        min(line.x1(), line.x2()) <= area.right()
        and max(line.x1(), line.x2()) >= area.left()
        and min(line.y1(), line.y2()) <= area.bottom()
        and max(line.y1(), line.y2()) >= area.top()
    )
