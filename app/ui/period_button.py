"""Of which time the numbers on the canvas are."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu

from app.model.standing import Period
from app.ui.theme import Theming
from app.ui.widgets import Button
from app.ui.words import tr


class PeriodButton(Button):
    """Says the period; a click offers the others. Hidden while the flow was never published."""

    chosen = Signal(object)

    def __init__(self, theming: Theming) -> None:
        super().__init__(theming, "", "clock", "quiet")
        self.period = Period.ALL
        self._version = 0
        self._menu = QMenu(self)
        group = QActionGroup(self)
        self.actions_: dict[Period, QAction] = {}
        for period in Period:
            action = QAction(self)
            action.setCheckable(True)
            action.triggered.connect(lambda _on=False, one=period: self._choose(one))
            group.addAction(action)
            self._menu.addAction(action)
            self.actions_[period] = action
        self.setMenu(self._menu)
        self.setToolTip(tr("Of which time the numbers are"))
        self._say()

    def show_period(self, period: Period) -> None:
        """Another period."""
        self.period = period
        self._say()

    def show_version(self, number: int) -> None:
        """The newest version; 0: there is none, and no number either."""
        self._version = number
        self._say()

    def _choose(self, period: Period) -> None:
        if period is not self.period:
            self.show_period(period)
            self.chosen.emit(period)

    def _say(self) -> None:
        words = {
            Period.ALL: tr("All time"),
            Period.TODAY: tr("Today"),
            Period.WEEK: tr("Last 7 days"),
            Period.MONTH: tr("Last 30 days"),
            Period.VERSION: tr("Since version {number}").format(number=self._version),
        }
        for period, action in self.actions_.items():
            action.setText(words[period])
            action.setChecked(period is self.period)
        self.setText(words[self.period])
        self.setAccessibleName(tr("Period: {words}").format(words=words[self.period]))
        self.setVisible(self._version > 0)
