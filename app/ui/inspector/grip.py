"""The handle by which a row of a list is put elsewhere: dragged, or moved with Up and Down."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QPointF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QToolButton

from app.ui.theme import Theming
from app.ui.words import tr

_SIZE: Final = QSize(20, 24)
_STEPS: Final = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}
_DOTS: Final = tuple((x, y) for y in (7.0, 12.0, 17.0) for x in (7.5, 12.5))


class Grip(QToolButton):
    """Six dots.

    Signals:
        stepped: one place up (-1) or down (1), by key.
        pulled: the pointer that holds it is at this height of the screen.
        dropped: it was let go after it had been pulled.
    """

    stepped = Signal(int)
    pulled = Signal(int)
    dropped = Signal()

    def __init__(self, theming: Theming) -> None:
        super().__init__()
        self._theming = theming
        self._is_pulled = False
        self.setProperty("role", "grip")
        self.setFixedSize(_SIZE)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.OpenHandCursor)
        self.setToolTip(tr("Drag to another place, or press Up and Down"))
        self.setAccessibleName(tr("Move"))
        self.setAccessibleDescription(tr("Up and Down move it"))
        theming.changed.connect(self.update)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theming.color("ink-2" if self.underMouse() or self.hasFocus() else "control"))
        for x, y in _DOTS:
            painter.drawEllipse(QPointF(x, y), 1.4, 1.4)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = _STEPS.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
            return
        self.stepped.emit(step)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.setCursor(Qt.CursorShape.ClosedHandCursor)
        event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._is_pulled = True
            self.pulled.emit(round(event.globalPosition().y()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self.setCursor(Qt.CursorShape.OpenHandCursor)
        if self._is_pulled:
            self._is_pulled = False
            self.dropped.emit()
        event.accept()
