"""Lines of text, laid out once and painted often."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QFont, QPainter, QPen, QStaticText

from app.canvas.look import Look


@dataclass(slots=True)
class Line:
    """One laid-out line. ``at`` is the top left corner of its text."""

    text: QStaticText
    font: QFont
    pen: QPen
    at: QPointF
    width: float
    is_cut: bool = False

    def paint(self, painter: QPainter) -> None:
        painter.setFont(self.font)
        painter.setPen(self.pen)
        painter.drawStaticText(self.at, self.text)


def lay_line(
    look: Look,
    text: str,
    role: tuple[int, int],
    color: str,
    x: float,
    baseline: float,
    room: float = 10_000,
    *,
    align: float = 0,
) -> Line:
    """Lays ``text`` on a baseline, cut at ``room``. ``align``: 0 from ``x``, 0.5 around it, 1 up to it."""
    px = look.px(role[0])
    metrics = look.style.metrics(px, role[1])
    shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, room + 0.5)
    width = metrics.horizontalAdvance(shown)
    static = QStaticText(shown)
    static.setTextFormat(Qt.TextFormat.PlainText)
    static.setPerformanceHint(QStaticText.PerformanceHint.AggressiveCaching)
    return Line(
        static,
        look.style.font(px, role[1]),
        look.style.pen(color),
        QPointF(x - width * align, baseline - metrics.ascent()),
        width,
        shown != text,
    )


def middle(look: Look, role: tuple[int, int], center: float) -> float:
    """The baseline that puts figures and capitals in the middle of ``center``."""
    return center + look.px(role[0]) * 0.36
