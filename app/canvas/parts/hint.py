"""The empty canvas teaches its first gesture."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from app.canvas.style import Style
from app.canvas.words import tr

_NODE = QRectF(1, 1, 160, 56)


class EmptyHint(QWidget):
    """A dashed start node and one sentence; the mouse goes through it."""

    def __init__(self, style: Style, parent: QWidget) -> None:
        super().__init__(parent)
        self.look = style
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFixedSize(self.sizeHint())
        self.setAccessibleName(self.words)

    @property
    def words(self) -> str:
        return tr("Who should get it? Drag a start here, or press Tab.")

    def set_style(self, style: Style) -> None:
        self.look = style
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(max(170, round(self.look.measure(self.words, 13, 400)) + 4), 96)

    def paintEvent(self, _event: QPaintEvent) -> None:
        style = self.look
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(style.pen("control", 1, (5.0, 4.0)))
        painter.setBrush(style.no_brush)
        painter.drawRoundedRect(_NODE.adjusted(0.5, 0.5, -0.5, -0.5), 10, 10)
        style.paint_tile(painter, "entry", "entry-event", QRectF(11, 15, 28, 28))
        painter.setPen(style.pen("ink-3"))
        painter.setFont(style.font(14, 600))
        painter.drawText(QPointF(47, 34), tr("Start"))
        painter.setBrush(style.brush("edge"))
        painter.setPen(style.pen("canvas", 2))
        painter.drawEllipse(QPointF(161, 29), 5, 5)
        painter.setPen(style.pen("ink-2"))
        painter.setFont(style.font(13))
        painter.drawText(QPointF(1, 84), self.words)
