"""The ring around what the keyboard is on: 2 px wide, 2 px away, over all, so that nothing jumps."""

from __future__ import annotations

from PySide6.QtCore import QObject, QRectF, Qt
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QFocusFrame,
    QProxyStyle,
    QStyle,
    QStyleOption,
    QWidget,
)

from app.ui.theme import Theming

_AWAY = 2
_WIDE = 2


class RingStyle(QProxyStyle):
    """The style of the ring alone; no other widget pays for its detour through Python."""

    def __init__(self, theming: Theming) -> None:
        super().__init__("Fusion")
        self._theming = theming

    def pixelMetric(
        self,
        metric: QStyle.PixelMetric,
        option: QStyleOption | None = None,
        widget: QWidget | None = None,
    ) -> int:
        if metric in (QStyle.PixelMetric.PM_FocusFrameHMargin, QStyle.PixelMetric.PM_FocusFrameVMargin):
            return _AWAY + _WIDE
        return super().pixelMetric(metric, option, widget)

    def drawControl(
        self,
        element: QStyle.ControlElement,
        option: QStyleOption,
        painter: QPainter,
        widget: QWidget | None = None,
    ) -> None:
        if element is not QStyle.ControlElement.CE_FocusFrame:
            super().drawControl(element, option, painter, widget)
            return
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self._theming.color("focus"), _WIDE))
        rect = widget.rect() if widget else painter.viewport()
        painter.drawRoundedRect(QRectF(rect).adjusted(1, 1, -1, -1), 8, 8)
        painter.restore()


class FocusRing(QObject):
    """Puts the ring around the button or box that a key brought the focus to. Fields have their own line."""

    def __init__(self, app: QApplication, theming: Theming) -> None:
        super().__init__()
        self._style = RingStyle(theming)
        self._frame: QFocusFrame | None = None
        app.focusChanged.connect(self.moved)

    def moved(self, _old: QWidget | None, new: QWidget | None) -> None:
        """The focus went from one widget to another."""
        if self._frame is not None:
            self._frame.deleteLater()
            self._frame = None
        if isinstance(new, QAbstractButton) and _by_key(new):
            self._frame = QFocusFrame()
            self._frame.setStyle(self._style)
            self._frame.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
            self._frame.setWidget(new)


def _by_key(widget: QWidget) -> bool:
    was_key = widget.window().testAttribute(Qt.WidgetAttribute.WA_KeyboardFocusChange)
    return was_key and QApplication.mouseButtons() == Qt.MouseButton.NoButton
