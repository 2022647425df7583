"""How many people get the first message soon: shown, typed where they are many, held after some."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QLocale, Signal
from PySide6.QtWidgets import QCheckBox, QLineEdit, QWidget

from app.model.desk import FirstReach
from app.ui.inspector.editor import mark_bad
from app.ui.theme import Theming
from app.ui.widgets import Picture, column, label, part, row
from app.ui.words import number, people, tr

FIRST: Final = 50
"""So many get it before the others are held, where that is ticked."""
_CLOSE: Final = 10
"""A number may differ by a tenth from what is shown: people come and go while it is read."""


class FirstSend(QWidget):
    """Hidden where nobody gets anything soon and nobody waits.

    Signals:
        changed: something else was typed or ticked.
    """

    changed = Signal()

    def __init__(self, theming: Theming, reach: FirstReach | None, today: int = 0) -> None:
        """``today``: so many are in its segments and dates already, and come in only by a tick (rule 2)."""
        super().__init__()
        self._reach = reach
        self.line = QLineEdit()
        self.line.setFixedWidth(96)
        self.line.setAccessibleName(tr("The number of people"))
        self.line.textEdited.connect(self._typed)
        self.hold = QCheckBox(tr("First {count}, then hold").format(count=number(FIRST)))
        self.hold.setToolTip(tr("The others wait until you have looked at what came of the first"))
        self.hold.toggled.connect(self.changed)
        self.today = QCheckBox(_today_words(today))
        self.today.toggled.connect(self.changed)
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
        inside.addWidget(self.today)
        card.setLayout(inside)
        self.setLayout(column(card))
        if not self.has_to_be_typed:
            holder.hide()
        if reach is None or reach.day <= FIRST:
            self.hold.hide()
        if not today:
            self.today.hide()
        if not (today or (reach is not None and reach.day)):
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
    def also_today(self) -> bool:
        """Whether those come in too who are in it today."""
        return self.today.isChecked()

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


def _reach_words(reach: FirstReach | None) -> str:
    if reach is None or not reach.day:
        return tr("Nobody gets its first message within a day.")
    if reach.hour == reach.day:
        return tr("{people} get its first message within an hour.").format(people=people(reach.hour))
    words = tr("{people} get its first message within an hour, {count} within a day.")
    return words.format(people=people(reach.hour), count=number(reach.day))


def _today_words(count: int) -> str:
    if count == 1:
        return tr("Also the 1 person who is in it today")
    return tr("Also the {count} people who are in it today").format(count=number(count))
