"""The day ruler above the view."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QLineF, QPointF, QSize, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from app.canvas.style import Style

if TYPE_CHECKING:
    from app.canvas.ruler import Tick

HEIGHT = 28
_WORDS = (11, 500)
_GAP = 10.0


class RulerBar(QWidget):
    """Marks that follow the view sideways.

    Signals:
        hovered: ids of the nodes of the mark under the pointer, as a tuple.
    """

    hovered = Signal(object)

    def __init__(self, style: Style, parent: QWidget) -> None:
        super().__init__(parent)
        self.look = style
        self._ticks: list[Tick] = []
        self._zoom = 1.0
        self._left = 0.0
        self._under: Tick | None = None
        self.setFixedHeight(HEIGHT)
        self.setMouseTracking(True)

    def set_style(self, style: Style) -> None:
        self.look = style
        self.update()

    def show_ticks(self, ticks: list[Tick]) -> None:
        if ticks != self._ticks:
            self._ticks = ticks
            self.update()

    def show_view(self, left: float, zoom: float) -> None:
        """``left``: the scene's place at the left border."""
        if (left, zoom) != (self._left, self._zoom):
            self._left, self._zoom = left, zoom
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(200, HEIGHT)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        at = event.position().x()
        before = [tick for tick, x, width in self._shown() if x <= at <= x + width + 8]
        self._set_under(before[-1] if before else None)

    def leaveEvent(self, event: QEvent) -> None:
        self._set_under(None)
        super().leaveEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), self.look.brush("bar"))
        painter.setPen(self.look.pen("line"))
        painter.drawLine(QLineF(0, HEIGHT - 0.5, self.width(), HEIGHT - 0.5))
        painter.setFont(self.look.font(*_WORDS))
        for tick, x, _width in self._shown():
            painter.setPen(self.look.pen("line-strong"))
            painter.drawLine(QLineF(round(x) + 0.5, 18, round(x) + 0.5, HEIGHT))
            painter.setPen(self.look.pen("ink" if tick is self._under else "ink-3"))
            painter.drawText(QPointF(round(x) + 6, 18.5), tick.words)

    def _shown(self) -> list[tuple[Tick, float, float]]:
        """(mark, x, width of its words) of the marks that have room."""
        shown: list[tuple[Tick, float, float]] = []
        free = -1e9
        for tick in self._ticks:
            x = (tick.x - self._left) * self._zoom
            width = self.look.measure(tick.words, *_WORDS)
            if x >= free:
                shown.append((tick, x, width))
                free = x + width + _GAP
        return shown

    def _set_under(self, tick: Tick | None) -> None:
        if tick is not self._under:
            self._under = tick
            self.setToolTip(tick.exact if tick else "")
            self.update()
            self.hovered.emit(tick.nodes if tick else ())
