"""The small parts that every screen is made of. Their looks are in ``resources/style/window.qss``."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPixmap, QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QLayout,
    QLineEdit,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.ui.theme import Theming
from app.ui.words import tr

_Widget = TypeVar("_Widget", bound=QWidget)
_ICON = 18
_ROOM = 3


def part(widget: _Widget, role: str) -> _Widget:
    """The widget, painted as this part of the style sheet."""
    widget.setProperty("role", role)
    widget.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
    return widget


def repaint(widget: QWidget) -> None:
    """Looks the style sheet up again after a property changed."""
    widget.style().unpolish(widget)
    widget.style().polish(widget)


def label(text: str = "", role: str = "", *, wrap: bool = False) -> QLabel:
    """A plain text; never markup, whatever a flow is called."""
    made = QLabel(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setWordWrap(wrap)
    made.setProperty("role", role)
    return made


def row(
    *parts: QWidget | QLayout | int | None, margins: tuple[int, int, int, int] = (0, 0, 0, 0), gap: int = 8
) -> QHBoxLayout:
    """Widgets side by side; a number is empty space, None takes what is left."""
    return _fill(QHBoxLayout(), parts, margins, gap)


def column(
    *parts: QWidget | QLayout | int | None, margins: tuple[int, int, int, int] = (0, 0, 0, 0), gap: int = 8
) -> QVBoxLayout:
    """Widgets below each other; a number is empty space, None takes what is left."""
    return _fill(QVBoxLayout(), parts, margins, gap)


_Box = TypeVar("_Box", QHBoxLayout, QVBoxLayout)


def _fill(
    box: _Box, parts: tuple[QWidget | QLayout | int | None, ...], margins: tuple[int, int, int, int], gap: int
) -> _Box:
    box.setContentsMargins(*margins)
    box.setSpacing(gap)
    for item in parts:
        if item is None:
            box.addStretch(1)
        elif isinstance(item, int):
            box.addSpacing(item)
        elif isinstance(item, QLayout):
            box.addLayout(item)
        else:
            box.addWidget(item)
    return box


def line(*, vertical: bool = False) -> QFrame:
    """A hairline between two parts."""
    made = QFrame()
    made.setProperty("role", "line")
    if vertical:
        made.setFixedSize(1, 20)
    else:
        made.setFixedHeight(1)
    return made


class Button(QPushButton):
    """A button with words and perhaps an icon; ``kind`` is one of the style sheet's."""

    def __init__(
        self, theming: Theming, text: str, icon: str = "", kind: str = "", *, color: str = ""
    ) -> None:
        super().__init__(text)
        self._theming = theming
        self._icon = icon
        self._color = color or {"primary": "on-accent", "danger": "danger", "quiet": "ink-2"}.get(kind, "ink")
        self.setProperty("kind", kind)
        self.setIconSize(QSize(_ICON + _ROOM, _ICON))
        theming.changed.connect(self._dress)
        self._dress()

    def set_icon(self, name: str) -> None:
        """Another icon."""
        self._icon = name
        self._dress()

    def _dress(self) -> None:
        if self._icon:
            self.setIcon(self._theming.icon(self._icon, self._color, _ICON, _ROOM))


class IconButton(QToolButton):
    """A button of 32 px with an icon alone; its words are the tooltip and the accessible name."""

    def __init__(
        self, theming: Theming, icon: str, words: str, *, size: int = 20, color: str = "ink-2"
    ) -> None:
        super().__init__()
        self._theming = theming
        self._icon = icon
        self._size = size
        self._color = color
        self.setIconSize(QSize(size, size))
        self.setToolTip(words)
        self.setAccessibleName(words)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        theming.changed.connect(self._dress)
        self._dress()

    def set_icon(self, name: str) -> None:
        """Another icon."""
        self._icon = name
        self._dress()

    def _dress(self) -> None:
        self.setIcon(self._theming.icon(self._icon, self._color, self._size))


class Picture(QWidget):
    """One icon, not pressable."""

    def __init__(self, theming: Theming, name: str, color: str = "ink-2", size: int = 16) -> None:
        super().__init__()
        self._theming = theming
        self._name = name
        self._color = color
        self.setFixedSize(size, size)
        theming.changed.connect(self.update)

    def set_look(self, name: str, color: str) -> None:
        """Another icon or colour."""
        self._name = name
        self._color = color
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        color = self._theming.theme.colors[self._color]
        painter.drawPixmap(
            0, 0, self._theming.icons.pixmap(self._name, color, self.width(), self.devicePixelRatioF())
        )


class SearchField(QLineEdit):
    """A field with a magnifying glass."""

    def __init__(self, theming: Theming, words: str) -> None:
        super().__init__()
        part(self, "search")
        self.setPlaceholderText(words)
        self.setAccessibleName(words)
        self.setClearButtonEnabled(True)
        for button in self.findChildren(QToolButton):
            button.setAccessibleName(tr("Clear"))
        self._glass = Picture(theming, "search", "ink-3")
        self._glass.setParent(self)
        self.setTextMargins(22, 0, 0, 0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._glass.move(9, (self.height() - self._glass.height()) // 2)


class Drawn(QWidget):
    """A picture made by a function for the theme that is on: ``draw(scale) -> QPixmap``."""

    def __init__(self, theming: Theming, draw: Callable[[float], QPixmap], size: int) -> None:
        super().__init__()
        self._draw = draw
        self.setFixedSize(size, size)
        theming.changed.connect(self.update)

    def set_draw(self, draw: Callable[[float], QPixmap]) -> None:
        """Another picture."""
        self._draw = draw
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        QPainter(self).drawPixmap(0, 0, self._draw(self.devicePixelRatioF()))


class Dot(QWidget):
    """A filled dot of 8 px in a token's colour."""

    def __init__(self, theming: Theming, color: str = "ok") -> None:
        super().__init__()
        self._theming = theming
        self._color = color
        self.setFixedSize(8, 8)
        theming.changed.connect(self.update)

    def set_color(self, color: str) -> None:
        """Another token."""
        self._color = color
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theming.color(self._color))
        painter.drawEllipse(self.rect())


class Chip(QLabel):
    """A rounded word, hidden while it says nothing. Meanings: plain, well, soon, broken, practice."""

    def __init__(self, text: str = "", meaning: str = "plain") -> None:
        super().__init__()
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setProperty("chip", meaning)
        self.setText(text)
        if not text:
            self.hide()

    def say(self, text: str, meaning: str = "plain") -> None:
        """Another word and meaning."""
        self.setText(text)
        self.setVisible(bool(text))
        if self.property("chip") != meaning:
            self.setProperty("chip", meaning)
            repaint(self)


class CutLabel(QLabel):
    """One line that is cut with “…” where it does not fit; the tooltip has all of it."""

    def __init__(self, text: str = "", role: str = "") -> None:
        super().__init__()
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setProperty("role", role)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._full = text
        self._cut()

    @property
    def full(self) -> str:
        """The whole text."""
        return self._full

    def say(self, text: str) -> None:
        """Another text."""
        self._full = text
        self.updateGeometry()
        self._cut()

    def sizeHint(self) -> QSize:
        return QSize(self.fontMetrics().horizontalAdvance(self._full) + 2, super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        return QSize(24, super().sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._cut()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.FontChange:
            self._cut()

    def _cut(self) -> None:
        shown = self.fontMetrics().elidedText(self._full, Qt.TextElideMode.ElideRight, max(24, self.width()))
        if shown != self.text():
            self.setText(shown)
        self.setToolTip(self._full if shown != self._full else "")
        self.setAccessibleName(self._full)


class ClickRow(QWidget):
    """A row that opens something when it is clicked, or by Enter or Space."""

    clicked = Signal()

    def __init__(self, role: str = "row") -> None:
        super().__init__()
        part(self, role)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self.clicked.emit()
        super().mouseReleaseEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.clicked.emit()
            return
        super().keyPressEvent(event)
