"""The zoom control."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QPropertyAnimation, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.canvas.actions import CanvasActions
from app.canvas.parts.card import Card, FlatButton
from app.canvas.style import Style


class ZoomControl(Card):
    """Less, how large, more, and fit."""

    def __init__(self, style: Style, actions: CanvasActions, parent: QWidget) -> None:
        super().__init__(style, parent)
        self._less = FlatButton(style, "minus", actions["zoom-out"], 32, self)
        self._size = FlatButton(style, "", actions["zoom-whole"], 44, self)
        self._more = FlatButton(style, "plus", actions["zoom-in"], 32, self)
        self._fit = FlatButton(style, "fit", actions["fit"], 32, self)
        row = QHBoxLayout(self)
        row.setContentsMargins(1, 1, 1, 1)
        row.setSpacing(0)
        for button in (self._less, self._size, self._more, self._fit):
            row.addWidget(button)
        row.insertSpacing(3, 3)
        self._nudge = QPropertyAnimation(self, b"pos", self)
        self.setFixedSize(self.sizeHint())

    def show_zoom(self, zoom: float) -> None:
        """Says the zoom in percent."""
        self._size.setText(f"{round(zoom * 100)}\N{NO-BREAK SPACE}%")
        self._size.update()

    def nudge(self) -> None:
        """4 px and back: it goes no further."""
        if self._nudge.state() is QPropertyAnimation.State.Running:
            return
        here = self.pos()
        self._nudge.setDuration(self.look.m.quick)
        self._nudge.setStartValue(here)
        self._nudge.setKeyValueAt(0.5, here + QPoint(4, 0))
        self._nudge.setEndValue(here)
        self._nudge.start()

    def set_style(self, style: Style) -> None:
        super().set_style(style)
        for button in (self._less, self._size, self._more, self._fit):
            button.set_style(style)

    def sizeHint(self) -> QSize:
        return QSize(32 + 44 + 32 + 3 + 32 + 2, 32)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        self.paint_ground(painter)
        painter.setPen(self.look.pen("line"))
        x = self._fit.x() - 2
        painter.drawLine(x, 7, x, self.height() - 8)
