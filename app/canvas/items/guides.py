"""The lines on which a moved part comes to stand with others, and their distances."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
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
        self._lines: list[QRectF] = []
        """Level and upright: to fill them takes a tenth of what drawing lines does."""
        self._labels: list[tuple[Line, QRectF]] = []
        self._sparse = Sparse(self)
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)
        self.setZValue(_Z)

    def show_guides(self, guides: tuple[Guide, ...]) -> None:
        """Shows these lines and no others."""
        if guides == self.guides:
            return
        self.guides = guides
        self._lines = [line for guide in guides for line in self._lines_of(guide)]
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
        style = self.look.style
        for line in self._lines:
            painter.fillRect(line, style.brush("accent-text"))
        for words, area in self._labels:
            painter.fillRect(area, style.brush("canvas"))
            words.paint(painter)

    def _lines_of(self, guide: Guide) -> list[QRectF]:
        (x1, y1), (x2, y2), half, tick = guide.start, guide.end, 0.5 / self.look.zoom, _TICK / self.look.zoom
        is_level = y1 == y2
        lines = [QRectF(x1, y1, x2 - x1, 0) if is_level else QRectF(x1, y1, 0, y2 - y1)]
        if guide.words:
            dx, dy = (0.0, tick) if is_level else (tick, 0.0)
            lines += [QRectF(x - dx, y - dy, 2 * dx, 2 * dy) for x, y in (guide.start, guide.end)]
        return [line.adjusted(-half, -half, half, half) for line in lines]

    def _label(self, guide: Guide) -> tuple[Line, QRectF]:
        look = self.look
        x, y = (guide.start[0] + guide.end[0]) / 2, (guide.start[1] + guide.end[1]) / 2
        height = look.px(PILL[0]) + 4.0
        if guide.start[1] == guide.end[1]:
            y += (height / 2 + _TICK) if guide.end[0] - guide.start[0] < 3 * height else 0
        line = lay_line(look, guide.words, PILL, "accent-text", x, middle(look, PILL, y), align=0.5)
        width = line.width + 6
        return line, QRectF(x - width / 2, y - height / 2, width, height)
