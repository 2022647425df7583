"""The head of a page: its title, one sentence, and its buttons."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLayout, QScrollArea, QVBoxLayout, QWidget

from app.ui.theme import Theming
from app.ui.widgets import Button, Picture, column, label, part, row

WIDEST = 1_080


class PageHead(QWidget):
    """The sentence comes before the numbers."""

    def __init__(self, title: str, *buttons: QWidget) -> None:
        super().__init__()
        self.title = label(title, "page-title")
        self.sentence = label(role="secondary", wrap=True)
        words = column(self.title, self.sentence, gap=2)
        self.setLayout(row(words, *buttons))
        box = self.layout()
        if isinstance(box, QHBoxLayout):
            box.setStretch(0, 1)

    def say(self, sentence: str) -> None:
        """What the page has to say first."""
        self.sentence.setText(sentence)


def scrolling(*parts: QWidget | QLayout | int | None) -> QScrollArea:
    """A page that scrolls, its contents in the middle and never wider than can be read."""
    inside = QWidget()
    inside.setLayout(column(*parts, gap=16))
    inside.setMaximumWidth(WIDEST)
    holder = part(QWidget(), "page")
    box = QHBoxLayout(holder)
    box.setContentsMargins(32, 28, 32, 32)
    box.addStretch(1)
    box.addWidget(inside, 100)
    box.addStretch(1)
    area = QScrollArea()
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setWidgetResizable(True)
    area.setWidget(holder)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    return area


class Empty(QWidget):
    """What a page without contents teaches: a drawing, a sentence, perhaps a button."""

    def __init__(self, theming: Theming, icon: str, sentence: str, button: Button | None = None) -> None:
        super().__init__()
        words = label(sentence, "secondary", wrap=True)
        words.setAlignment(Qt.AlignmentFlag.AlignCenter)
        words.setMaximumWidth(420)
        box = QVBoxLayout(self)
        box.setContentsMargins(24, 40, 24, 40)
        box.setSpacing(14)
        for widget in (Picture(theming, icon, "ink-3", 40), words, button):
            if widget is not None:
                box.addWidget(widget, 0, Qt.AlignmentFlag.AlignHCenter)


def clear(box: QLayout) -> None:
    """Takes everything out of a layout."""
    while (item := box.takeAt(0)) is not None:
        widget = item.widget()
        if widget is not None:
            widget.hide()
            widget.deleteLater()
