"""How many people get the first message soon: shown, typed where they are many, held after some."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QLocale, Signal
from PySide6.QtWidgets import QCheckBox, QLineEdit, QWidget

from app.ui.inspector.editor import mark_bad
from app.ui.theme import Theming
from app.ui.widgets import Picture, column, label, part, row
from app.ui.words import number, people, tr

FIRST: Final = 50
"""So many get it before the others are held, where that is ticked."""
_CLOSE: Final = 10
"""A number may differ by a tenth from what is shown: people come and go while it is read."""


@dataclass(frozen=True, slots=True)
class Reach:
    """How many get a flow's first message within an hour and a day. ``typed``: that number is typed first."""

    hour: int
    day: int
    typed: bool = False


@dataclass(frozen=True, slots=True)
class Waiting:
    """People who are in a segment, or have a date, when it is published: they come in only by a tick."""

    node: str
    words: str
    """What they are in, such as “VIP”."""
    count: int


class FirstSend(QWidget):
    """Hidden where nobody gets anything soon and nobody waits.

    Signals:
        changed: something else was typed or ticked.
    """

    changed = Signal()

    def __init__(self, theming: Theming, reach: Reach | None, waiting: Sequence[Waiting]) -> None:
        super().__init__()
        self._reach = reach
        self.line = QLineEdit()
        self.line.setFixedWidth(96)
        self.line.setAccessibleName(tr("The number of people"))
        self.line.textEdited.connect(self._typed)
        self.hold = QCheckBox(tr("First {count}, then hold").format(count=number(FIRST)))
        self.hold.setToolTip(tr("The others wait until you have looked at what came of the first"))
        self.hold.toggled.connect(self.changed)
        self.joining = {one.node: QCheckBox(_joining_words(one)) for one in waiting if one.count}
        card = part(QWidget(), "part")
        inside = column(margins=(16, 12, 16, 12), gap=6)
        told = label(_reach_words(reach), "strong", wrap=True)
        head = row(Picture(theming, "send", "ink-2"), told)
        head.setStretch(1, 1)
        inside.addLayout(head)
        ask = row(label(tr("Type the number to publish:"), "secondary"), self.line, None)
        holder = QWidget()
        holder.setLayout(ask)
        inside.addWidget(holder)
        inside.addWidget(self.hold)
        for box in self.joining.values():
            box.toggled.connect(self.changed)
            inside.addWidget(box)
        card.setLayout(inside)
        self.setLayout(column(card))
        if not self.has_to_be_typed:
            holder.hide()
        if reach is None or reach.day <= FIRST:
            self.hold.hide()
        if not (self.joining or (reach is not None and reach.day)):
            self.hide()

    @property
    def has_to_be_typed(self) -> bool:
        """Whether so many get it that their number is typed first."""
        return self._reach is not None and self._reach.typed

    @property
    def typed(self) -> int | None:
        """The number that was typed; None as long as it is none."""
        value, good = QLocale().toInt(self.line.text().strip())
        if not good:
            value, good = QLocale.c().toInt(self.line.text().strip())
        return value if good else None

    @property
    def hold_after(self) -> int:
        """After so many the others are held; 0: they are not."""
        return FIRST if self.hold.isChecked() and not self.hold.isHidden() else 0

    @property
    def also(self) -> tuple[str, ...]:
        """Starts at which those come in too who are there already."""
        return tuple(node for node, box in self.joining.items() if box.isChecked())

    @property
    def lacks(self) -> str:
        """What has to be typed first; empty when nothing."""
        if not self.has_to_be_typed or self._reach is None or self._is_close():
            return ""
        return tr("Type {count}: so many people get its first message within a day").format(
            count=number(self._reach.day)
        )

    def _is_close(self) -> bool:
        typed, day = self.typed, self._reach.day if self._reach else 0
        return typed is not None and abs(typed - day) * _CLOSE <= day

    def _typed(self) -> None:
        mark_bad(self.line, bad=bool(self.line.text().strip()) and not self._is_close())
        self.changed.emit()


def _reach_words(reach: Reach | None) -> str:
    if reach is None or not reach.day:
        return tr("Nobody gets its first message within a day.")
    if reach.hour == reach.day:
        return tr("{people} get its first message within an hour.").format(people=people(reach.hour))
    words = tr("{people} get its first message within an hour, {count} within a day.")
    return words.format(people=people(reach.hour), count=number(reach.day))


def _joining_words(waiting: Waiting) -> str:
    if waiting.count == 1:
        return tr("Also the 1 person who is in {name} today").format(name=waiting.words)
    return tr("Also the {count} who are in {name} today").format(
        count=number(waiting.count), name=waiting.words
    )
