"""A white card with a line, and flat buttons for it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QAction, QEnterEvent, QFocusEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QWidget

from app.canvas.style import Style

RADIUS = 8.0


class Card(QWidget):
    """The ground of a sibling widget over the paper."""

    def __init__(self, style: Style, parent: QWidget) -> None:
        super().__init__(parent)
        self.look = style
        self.setAttribute(Qt.WidgetAttribute.WA_NoMousePropagation)
        self.setCursor(Qt.CursorShape.ArrowCursor)

    def set_style(self, style: Style) -> None:
        """Paints in another theme."""
        self.look = style
        self.update()

    def paint_ground(self, painter: QPainter) -> None:
        """Fills the card."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(self.look.pen("line"))
        painter.setBrush(self.look.brush("surface"))
        area = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.drawRoundedRect(area, RADIUS, RADIUS)


class FlatButton(QAbstractButton):
    """An icon or a short text that does what an action does."""

    def __init__(self, style: Style, icon: str, action: QAction, width: int, parent: QWidget) -> None:
        super().__init__(parent)
        self.look = style
        self._icon = icon
        self._width = width
        self._hovered = False
        self._rings = False
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setToolTip(action.toolTip())
        self.setAccessibleName(action.text().replace("&", ""))
        self.clicked.connect(action.trigger)

    def set_style(self, style: Style) -> None:
        self.look = style
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(self._width, 30)

    def enterEvent(self, event: QEnterEvent) -> None:
        self._hovered = True
        self.update()
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self._hovered = False
        self.update()
        super().leaveEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        # A click needs no ring, a key does.
        self._rings = event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason)
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._rings = False
        super().focusOutEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(self.rect()).adjusted(2, 2, -2, -2)
        if self._hovered or self.isDown():
            painter.setPen(self.look.no_pen)
            painter.setBrush(self.look.brush("surface-3" if self.isDown() else "surface-2"))
            painter.drawRoundedRect(area, 6, 6)
        if self._icon:
            pixmap = self.look.icons.pixmap(
                self._icon, self.look.theme.colors["ink-2"], 16, self.devicePixelRatioF()
            )
            painter.drawPixmap(QPointF(int(self.width() / 2 - 8), int(self.height() / 2 - 8)), pixmap)
        else:
            painter.setPen(self.look.pen("ink"))
            painter.setFont(self.look.font(12))
            painter.drawText(area, Qt.AlignmentFlag.AlignCenter, self.text())
        if self._rings:
            painter.setPen(self.look.pen("focus", 2))
            painter.setBrush(self.look.no_brush)
            painter.drawRoundedRect(area, 6, 6)
