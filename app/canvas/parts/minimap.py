"""The minimap: the whole drawing, and the part that is seen."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QWidget

from app.canvas.drawing import Drawing
from app.canvas.faces import Shape
from app.canvas.parts.card import Card
from app.canvas.style import Style

_WIDTH, _HEIGHT = 168, 104
_INSET = 8.0
_LARGEST = 0.16
"""No drawing is shown larger than this: a short flow keeps its proportions."""


class Minimap(Card):
    """Click or drag to look there.

    Signals:
        asked: show this place of the scene in the middle.
    """

    asked = Signal(QPointF)

    def __init__(self, style: Style, parent: QWidget) -> None:
        super().__init__(style, parent)
        self._seen = QRectF()
        self._blocks: list[tuple[float, float, float, float, str]] = []
        """(left, top, width, height, category) of each node."""
        self._extent = QRectF()
        self._picture = QPixmap()
        self._drawn: tuple[object, ...] = ()
        self.setFixedSize(_WIDTH, _HEIGHT)

    def show_drawing(self, drawing: Drawing) -> None:
        """Takes over the places of all nodes."""
        self._blocks = []
        for name, face in drawing.faces.items():
            (x, y), body = drawing.places[name], drawing.boxes[name].body
            is_body = face.shape is Shape.BODY or face.shape is Shape.BOX
            height = max(body.height, 24) if is_body else body.height
            self._blocks.append((x + body.x, y + body.y, body.width, height, face.category))
        extent = drawing.extent(drawing.boxes) if drawing.boxes else None
        self._extent = QRectF() if extent is None else QRectF(extent.x, extent.y, extent.width, extent.height)
        self._drawn = ()
        self.update()

    def show_seen(self, seen: QRectF) -> None:
        """Frames the part of the scene in view."""
        if seen != self._seen:
            self._seen = seen
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(_WIDTH, _HEIGHT)

    def to_scene(self, at: QPointF) -> QPointF:
        """The place of the scene under a place of the minimap."""
        scale, shift = self._mapping()
        return (at - shift) / scale

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        self.paint_ground(painter)
        if self._extent.isEmpty():
            return
        scale, shift = self._mapping()
        key = (self.look.number, scale, shift.x(), shift.y(), self.devicePixelRatioF())
        if key != self._drawn:
            self._drawn, self._picture = key, self._made(scale, shift)
        painter.drawPixmap(0, 0, self._picture)
        seen = QRectF(self._seen.topLeft() * scale + shift, self._seen.size() * scale)
        inside = QRectF(self.rect()).adjusted(5.5, 4.5, -5.5, -4.5)
        painter.setBrush(self.look.no_brush)
        painter.setPen(self.look.pen("accent-text", 1.5))
        painter.drawRoundedRect(seen.intersected(inside), 3, 3)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton and not self._extent.isEmpty():
            self.asked.emit(self.to_scene(event.position()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton and not self._extent.isEmpty():
            self.asked.emit(self.to_scene(event.position()))

    def _mapping(self) -> tuple[float, QPointF]:
        """(scale, shift) that bring the drawing into the card."""
        area = self._extent.adjusted(-40, -40, 40, 40)
        room = QRectF(self.rect()).adjusted(_INSET, _INSET, -_INSET, -_INSET)
        scale = min(room.width() / area.width(), room.height() / area.height(), _LARGEST)
        return scale, room.center() - area.center() * scale

    def _made(self, scale: float, shift: QPointF) -> QPixmap:
        ratio = self.devicePixelRatioF()
        picture = QPixmap(self.size() * ratio)
        picture.setDevicePixelRatio(ratio)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(self.look.no_pen)
        across, down, before = shift.x(), shift.y(), ""
        for x, y, width, height, category in self._blocks:
            if category != before:
                painter.setBrush(self.look.brush(category))
                before = category
            size = max(3.0, width * scale), max(3.0, height * scale)
            painter.drawRoundedRect(QRectF(x * scale + across, y * scale + down, *size), 1.5, 1.5)
        painter.end()
        return picture
