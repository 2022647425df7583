"""Two to four choices side by side, each with its consequence in small words below it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QPushButton, QSizePolicy, QWidget

from app.ui.widgets import CutLabel, column, label, repaint, row

_HEIGHT: Final = 40


class Segment(QPushButton):
    """One of them."""

    def __init__(self, words: str, place: str) -> None:
        super().__init__()
        self.setCheckable(True)
        self.setProperty("kind", "choice")
        self.setProperty("place", place)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(_HEIGHT)
        self._words = words
        self._about = CutLabel(role="choice-about")
        head = label(words, "choice")
        self._shown = (head, self._about)
        self.toggled.connect(self._dress)
        for shown in self._shown:
            shown.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            shown.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        box = column(None, head, self._about, None, margins=(4, 0, 4, 0), gap=0)
        self.setLayout(box)
        self.setAccessibleName(words)

    @property
    def about(self) -> str:
        """What it would do."""
        return self._about.full

    def say(self, about: str) -> None:
        """What it would do."""
        self._about.say(about)
        self.setToolTip(about)
        self.setAccessibleName(f"{self._words}: {about}" if about else self._words)

    def _dress(self, on: bool) -> None:
        # The style sheet does not look at the state of what a label lies on.
        for shown in self._shown:
            shown.setProperty("on", on)
            repaint(shown)

    def sizeHint(self) -> QSize:
        return QSize(110, _HEIGHT)


class Segmented(QWidget):
    """One of them is chosen, by a click or the arrow keys.

    Signals:
        chosen: another one is; carries its name.
    """

    chosen = Signal(str)

    def __init__(self, choices: Sequence[tuple[str, str]], name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.parts: dict[str, Segment] = {}
        group = QButtonGroup(self)
        last = len(choices) - 1
        for number, (value, words) in enumerate(choices):
            place = "first" if not number else "last" if number == last else "middle"
            part = self.parts[value] = Segment(words, place)
            group.addButton(part)
            part.toggled.connect(lambda on, one=value: self.chosen.emit(one) if on else None)
        self.setLayout(row(*self.parts.values(), gap=0))
        first = next(iter(self.parts.values()), None)
        if first is not None:
            first.setChecked(True)
            self.setFocusProxy(first)

    @property
    def value(self) -> str:
        """The one that is chosen."""
        return next((value for value, part in self.parts.items() if part.isChecked()), "")

    def choose(self, value: str) -> None:
        """Chooses this one."""
        self.parts[value].setChecked(True)
