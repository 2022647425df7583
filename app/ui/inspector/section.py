"""A part of the form that is folded away until it is wanted, and notes between fields."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from app.ui.theme import Theming
from app.ui.widgets import ClickRow, CutLabel, Picture, column, label, part, row
from app.ui.words import tr


class Fold(QWidget):
    """A heading with a summary on the right; a click shows what is below it."""

    def __init__(self, theming: Theming, heading: str, inside: Sequence[QWidget]) -> None:
        super().__init__()
        self._heading = heading
        self._arrow = Picture(theming, "right", "ink-3")
        self._summary = CutLabel(role="small")
        self._summary.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.head = ClickRow("clear")
        self.head.setAccessibleName(heading)
        self.head.setLayout(row(label(heading, "strong"), None, self._summary, self._arrow, gap=8))
        self.head.clicked.connect(self.toggle)
        self._body = QWidget()
        self._body.setLayout(column(*inside, gap=14))
        self._body.hide()
        self.setLayout(column(self.head, self._body, gap=12))

    def say(self, summary: str) -> None:
        """What the folded part says of itself."""
        self._summary.say(summary)
        self.head.setAccessibleName(tr("{heading}: {summary}").format(heading=self._heading, summary=summary))

    def open(self) -> None:
        """Shows what is inside."""
        self._body.show()
        self._arrow.set_look("down", "ink-3")

    def toggle(self) -> None:
        """Shows or hides what is inside."""
        if self._body.isHidden():
            self.open()
        else:
            self._body.hide()
            self._arrow.set_look("right", "ink-3")


def warning(theming: Theming, text: str) -> QWidget:
    """An amber note."""
    note = part(QWidget(), "warn")
    words = label(text, wrap=True)
    sign = Picture(theming, "info", "warn")
    inside = row(sign, words, margins=(8, 8, 8, 8))
    inside.setAlignment(sign, Qt.AlignmentFlag.AlignTop)
    inside.setStretch(1, 1)
    note.setLayout(inside)
    return note
