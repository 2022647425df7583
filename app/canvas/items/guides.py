"""The lines on which a moved part comes to stand with others, and their distances."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from app.canvas.geometry import PILL
from app.canvas.guides import Guide
from app.canvas.items.sparse import EVERYWHERE, Sparse
from app.canvas.items.text import Line, lay_line, middle
from app.canvas.look import Look
from app.canvas.space import grown, span_of

_Z = 18.0
_TICK = 4.0


class GuidesItem(QGraphicsItem):
    """Accent lines of 1 px; a distance is a line between two ticks with its number."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self.look = look
        self.guides: tuple[Guide, ...] = ()
        self._labels: list[tuple[Line, QRectF]] = []
        self._sparse = Sparse(self)
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)
        self.setZValue(_Z)

    def show_guides(self, guides: tuple[Guide, ...]) -> None:
        """Shows these lines and no others."""
        if guides == self.guides:
            return
        self.guides = guides
        self._labels = [self._label(guide) for guide in guides if guide.words]
        room = (_TICK + 2) / self.look.zoom
        parts = {span_of((guide.start, guide.end)) for guide in guides}
        labels = {(area.left(), area.top(), area.right(), area.bottom()) for _, area in self._labels}
        self._sparse.show(frozenset(grown(part, room) for part in parts | labels))

    def boundingRect(self) -> QRectF:
        return EVERYWHERE

    def paint(
        self, painter: QPainter, _option: QStyleOptionGraphicsItem, _widget: QWidget | None = None
    ) -> None:
        style, zoom = self.look.style, self.look.zoom
        painter.setPen(style.pen("accent-text", 1 / zoom))
        for guide in self.guides:
            start, end = QPointF(*guide.start), QPointF(*guide.end)
            painter.drawLine(start, end)
            if guide.words:
                tick = _TICK / zoom
                across = QPointF(0, tick) if start.y() == end.y() else QPointF(tick, 0)
                painter.drawLine(start - across, start + across)
                painter.drawLine(end - across, end + across)
        for line, area in self._labels:
            painter.fillRect(area, style.brush("canvas"))
            line.paint(painter)

    def _label(self, guide: Guide) -> tuple[Line, QRectF]:
        look = self.look
        x, y = (guide.start[0] + guide.end[0]) / 2, (guide.start[1] + guide.end[1]) / 2
        height = look.px(PILL[0]) + 4.0
        if guide.start[1] == guide.end[1]:
            y += (height / 2 + _TICK) if guide.end[0] - guide.start[0] < 3 * height else 0
        line = lay_line(look, guide.words, PILL, "accent-text", x, middle(look, PILL, y), align=0.5)
        width = line.width + 6
        return line, QRectF(x - width / 2, y - height / 2, width, height)
