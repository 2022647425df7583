"""The page bar above the canvas: which flow, how it stands, and what can be done with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from app.model.standing import Period
from app.ui.name_field import NameField
from app.ui.period_button import PeriodButton
from app.ui.theme import Theming
from app.ui.widgets import Button, Chip, IconButton, line, part, row
from app.ui.words import state_chip, tr

if TYPE_CHECKING:
    from app.model.ports import FlowInfo

HEIGHT: Final = 48


class PageBar(QWidget):
    """48 px high. Publish… is never greyed out: with errors it opens the problems."""

    back_asked = Signal()
    renamed = Signal(str)
    settings_asked = Signal()
    publish_asked = Signal()
    pause_asked = Signal()
    resume_asked = Signal()
    period_chosen = Signal(object)

    def __init__(self, theming: Theming, menu: QMenu) -> None:
        super().__init__()
        part(self, "page-bar")
        self.setFixedHeight(HEIGHT)
        self._theming = theming
        self._info: FlowInfo | None = None
        self._compact = False
        self.tools: list[tuple[IconButton, QAction]] = []
        self.back = IconButton(theming, "left", tr("All flows (Alt Left)"))
        self.back.clicked.connect(self.back_asked)
        self.name = NameField()
        self.name.renamed.connect(self.renamed)
        self.state = Chip()
        self.draft = Chip()
        self.settings = IconButton(theming, "settings", tr("Settings of this flow"))
        self.settings.clicked.connect(self.settings_asked)
        self.pause = Button(theming, tr("Pause"), "pause", "quiet")
        self.pause.clicked.connect(self.pause_asked)
        self.resume = Button(theming, tr("Go on"), "play", "quiet")
        self.resume.clicked.connect(self.resume_asked)
        self.more = IconButton(theming, "more", tr("More"))
        self.more.setMenu(menu)
        self.period = PeriodButton(theming)
        self.period.chosen.connect(self.period_chosen)
        self.publish = Button(theming, tr("Publish…"), "publish", "primary")
        self.publish.clicked.connect(self.publish_asked)
        self._tools = row(gap=4)
        box = row(self.back, self.name, self.state, self.draft, None, margins=(12, 0, 12, 0))
        box.addLayout(self._tools)
        self._apart = line(vertical=True)
        for widget in (
            self._apart,
            self.period,
            line(vertical=True),
            self.settings,
            self.pause,
            self.resume,
            self.more,
            self.publish,
        ):
            box.addWidget(widget)
        self.setLayout(box)
        self.show_info(None, dirty=False)

    def add_action(self, action: QAction, icon: str) -> QToolButton:
        """A button of the canvas's action, with our icon and its own words and shortcut."""
        shortcut = action.shortcut().toString()
        words = (
            f"{action.text().replace('&', '')} ({shortcut})" if shortcut else action.text().replace("&", "")
        )
        button = IconButton(self._theming, icon, words)
        button.clicked.connect(action.trigger)
        button.setEnabled(action.isEnabled())
        action.enabledChanged.connect(button.setEnabled)
        self._tools.addWidget(button)
        self.tools.append((button, action))
        return button

    def show_info(self, info: FlowInfo | None, *, dirty: bool) -> None:
        """How the flow stands; None: it was never stored."""
        words, meaning = state_chip(info) if info else (tr("Never published"), "plain")
        self.state.say(words, meaning)
        changed = info is not None and info.version > 0 and (info.changed or dirty)
        self.draft.say(tr("Draft, changed") if changed else "", "plain")
        self._info = info
        self.period.show_version(info.version if info else 0)
        self._apart.setVisible(self.period.isVisibleTo(self))
        self._show_pause()

    def show_period(self, period: Period) -> None:
        """Of which time the numbers on the canvas are."""
        self.period.show_period(period)

    def set_compact(self, *, compact: bool) -> None:
        """Leaves pausing to the menu."""
        self._compact = compact
        self._show_pause()

    def _show_pause(self) -> None:
        if self._info is None or self._compact:
            self.pause.hide()
            self.resume.hide()
            return
        from app.model.journey import FlowState  # not needed for the first picture

        self.pause.setVisible(self._info.state is FlowState.LIVE)
        self.resume.setVisible(self._info.state in (FlowState.PAUSED, FlowState.CLOSED))
