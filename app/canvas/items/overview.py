"""The whole drawing in one item, for zooms at which no text can be read: blocks, lines, problem dots."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPen, QPolygonF, QTransform
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from app.canvas.drawing import Drawing
from app.canvas.edits import EdgeKey
from app.canvas.facts import Facts
from app.canvas.geometry import Rect
from app.canvas.items.blocks import Blocks, Key, key_of
from app.canvas.look import Look

Z: Final = 1.0
_ROOM: Final = 200.0
_DOT_PX: Final = 5.0


class OverviewItem(QGraphicsItem):
    """All nodes and edges, painted in device pixels. It reads the drawing and makes no item for a part."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self.look = look
        self._bounds = QRectF()
        self._pixmaps = Blocks(look)
        self._blocks: dict[str, tuple[float, float, float, float, Key]] = {}
        """(left, top, right, bottom, key) by node."""
        self._lines = QPainterPath()
        self._loose: frozenset[EdgeKey] = frozenset()
        """Edges that follow a gesture: their lines are made anew at every step."""
        self._loose_lines = QPainterPath()
        self._bad: frozenset[str] = frozenset()
        self._selected: frozenset[str] = frozenset()
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemUsesExtendedStyleOption)
        self.setZValue(Z)

    # --- what the scene tells ---------------------------------------------------------------------------

    def refresh(self, drawing: Drawing) -> None:
        """Takes over all places and ways."""
        self._blocks = {}
        self._take_blocks(drawing, drawing.faces)
        self._loose, self._loose_lines = frozenset(), QPainterPath()
        self._lines = _lines(drawing, drawing.routes)
        self._take_bounds(drawing)
        self.update()

    def follow(self, drawing: Drawing, names: Iterable[str], keys: Collection[EdgeKey]) -> None:
        """Takes over the places of a few nodes and the ways of their edges, for the time of a gesture."""
        self._take_blocks(drawing, names)
        if not self._loose.issuperset(keys):
            self._loose = self._loose.union(keys)
            self._lines = _lines(drawing, [key for key in drawing.routes if key not in self._loose])
        self._loose_lines = _lines(drawing, self._loose)
        self._take_bounds(drawing)
        self.update()

    def forget(self) -> None:
        """Keeps nothing while it is not seen."""
        self._blocks, self._pixmaps = {}, Blocks(self.look)
        self._lines, self._loose_lines, self._loose = QPainterPath(), QPainterPath(), frozenset()

    def show_facts(self, drawing: Drawing, facts: Facts) -> None:
        """Marks the nodes that have problems."""
        bad = frozenset(map(drawing.shown.box, facts.by_node))
        if bad != self._bad:
            self._bad = bad
            self.update()

    def set_selected(self, names: Iterable[str]) -> None:
        self._selected = frozenset(names)
        self.update()

    # --- painting ---------------------------------------------------------------------------------------

    def boundingRect(self) -> QRectF:
        return self._bounds

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, _widget: QWidget | None = None
    ) -> None:
        transform, scale = painter.worldTransform(), self.look.scale
        ratio = scale / self.look.zoom
        origin = transform.map(QPointF(0, 0)) * ratio
        left, top = round(origin.x()), round(origin.y())
        self._pixmaps.at_scale()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
        painter.setTransform(QTransform(scale / ratio, 0, 0, scale / ratio, left / ratio, top / ratio))
        pen = QPen(self.look.style.color("edge"), ratio)
        pen.setCosmetic(True)
        painter.setBrush(self.look.style.no_brush)
        painter.setPen(pen)
        painter.drawPath(self._lines)
        painter.drawPath(self._loose_lines)
        painter.setTransform(QTransform.fromScale(1 / ratio, 1 / ratio))
        self._paint_blocks(painter, option.exposedRect, left, top)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setTransform(transform)
        self._paint_marks(painter)

    def _paint_blocks(self, painter: QPainter, exposed: QRectF, left: int, top: int) -> None:
        west, north, east, south = exposed.x(), exposed.y(), exposed.right(), exposed.bottom()
        scale, pixmap, draw = self.look.scale, self._pixmaps.pixmap, painter.drawPixmap
        for x1, y1, x2, y2, key in self._blocks.values():
            if x1 < east and y1 < south and x2 > west and y2 > north:
                across, down = round(x1 * scale), round(y1 * scale)
                block = pixmap(key, round(x2 * scale) - across, round(y2 * scale) - down)
                draw(left + across, top + down, block)

    def _paint_marks(self, painter: QPainter) -> None:
        style, zoom = self.look.style, self.look.zoom
        painter.setBrush(style.no_brush)
        painter.setPen(QPen(style.color("focus"), 2 / zoom))
        gap = 3 / zoom
        for area in self._areas(self._selected):
            painter.drawRoundedRect(area.adjusted(-gap, -gap, gap, gap), 6 / zoom, 6 / zoom)
        painter.setPen(style.no_pen)
        painter.setBrush(style.brush("danger"))
        for area in self._areas(self._bad):
            painter.drawEllipse(area.topLeft(), _DOT_PX / zoom, _DOT_PX / zoom)

    def _areas(self, names: Iterable[str]) -> list[QRectF]:
        blocks = [self._blocks[name] for name in names if name in self._blocks]
        return [QRectF(left, top, right - left, bottom - top) for left, top, right, bottom, _ in blocks]

    # --- inside -----------------------------------------------------------------------------------------

    def _take_blocks(self, drawing: Drawing, names: Iterable[str]) -> None:
        for name in names:
            if (face := drawing.faces.get(name)) is not None:
                x, y = drawing.places[name]
                body: Rect = drawing.boxes[name].body
                left, top = x + body.x, y + body.y
                block = (left, top, left + body.width, top + body.height, key_of(face))
                self._blocks[name] = block

    def _take_bounds(self, drawing: Drawing) -> None:
        extent = drawing.extent()
        bounds = QRectF()
        if extent is not None:
            grown = extent.grown(_ROOM)
            bounds = QRectF(grown.x, grown.y, grown.width, grown.height)
        if bounds != self._bounds:
            self.prepareGeometryChange()
            self._bounds = bounds


def _lines(drawing: Drawing, keys: Iterable[EdgeKey]) -> QPainterPath:
    path = QPainterPath()
    for key in keys:
        if (route := drawing.routes.get(key)) is not None:
            path.addPolygon(QPolygonF([QPointF(x, y) for x, y in route.points]))
    return path
