"""One line of what needs a person: what happened, since when or why, and buttons with verbs."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from app.ui.theme import Theming
from app.ui.widgets import Button, Picture, column, label, part, row

_ICON: Final = 20


class NeedRow(QWidget):
    """52 px high at least; ``color`` is a token, its soft ground lies behind the icon."""

    def __init__(self, theming: Theming, icon: str, color: str, words: str, about: str = "") -> None:
        super().__init__()
        part(self, "card")
        self.words, self.about = words, about
        self.setAccessibleName(f"{words} {about}".strip())
        sign = part(QWidget(), f"icon-{color}")
        sign.setFixedSize(32, 32)
        inside = row(Picture(theming, icon, color, _ICON), margins=(6, 6, 6, 6))
        sign.setLayout(inside)
        told = column(label(words, "strong", wrap=True), gap=2)
        if about:
            told.addWidget(label(about, "small", wrap=True))
        self._theming = theming
        self._box = row(sign, told, margins=(16, 10, 16, 10), gap=12)
        self._box.setStretch(1, 1)
        self._box.setAlignment(sign, Qt.AlignmentFlag.AlignTop)
        self.buttons: dict[str, Button] = {}
        self.setLayout(self._box)

    def add(self, words: str, icon: str = "", kind: str = "") -> Button:
        """One more button, to the right."""
        made = Button(self._theming, words, icon, kind)
        self.buttons[words] = made
        self._box.addWidget(made)
        return made
