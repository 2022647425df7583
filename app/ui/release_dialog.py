"""Letting everything go on: each group that the brake took back is sent after all, or dropped."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QFrame, QScrollArea, QWidget

from app.model.desk import HeldGroup
from app.ui.held_words import messages
from app.ui.segmented import Segmented
from app.ui.theme import Theming
from app.ui.widgets import Button, CutLabel, column, label, line, part, row
from app.ui.words import number, tr

_WIDTH: Final = 640
_MOST: Final = 6
_ROW: Final = 61
_CHOICES: Final = 240
_REVOKED: Final = "revoked"
_SEND, _DROP = "send", "drop"


class ReleaseDialog(QDialog):
    """One row a group; the button says the sum. “Not yet” leaves everything stopped."""

    def __init__(self, theming: Theming, groups: Sequence[HeldGroup], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Let everything go on"))
        self.setMinimumWidth(_WIDTH)
        self.choices = {group: self._choice(group) for group in groups}
        about = tr("Each message is asked for consent and time once more as it goes out.")
        if not groups:
            about = tr("Nothing was taken back. Messages leave this machine again from now on.")
        title = label(tr("Let everything go on"), "page-title")
        body = column(title, label(about, "secondary", wrap=True), gap=8)
        body.setContentsMargins(32, 28, 32, 16)
        if groups:
            body.addSpacing(8)
            body.addWidget(self._list(), 1)
        self.not_yet = Button(theming, tr("Not yet"), kind="large")
        self.not_yet.clicked.connect(self.reject)
        self.go = Button(theming, "", "play", "large-primary", color="on-accent")
        self.go.clicked.connect(self.accept)
        foot = part(QWidget(), "dialog-foot")
        foot.setLayout(row(None, self.not_yet, self.go, margins=(32, 14, 32, 14)))
        self.setLayout(column(body, foot, gap=0))
        self._say()
        self.not_yet.setFocus()

    def dropped(self) -> tuple[HeldGroup, ...]:
        """The groups that nobody gets."""
        return tuple(group for group, choice in self.choices.items() if choice.value == _DROP)

    def _choice(self, group: HeldGroup) -> Segmented:
        name = tr("{messages} of “{flow}”").format(messages=messages(group), flow=group.flow)
        made = Segmented(((_SEND, tr("Send")), (_DROP, tr("Drop"))), name)
        made.setFixedWidth(_CHOICES)
        count = number(group.count)
        again = group.reason == _REVOKED
        made.parts[_SEND].say((tr("{count} go again") if again else tr("{count} go out")).format(count=count))
        made.parts[_DROP].say(tr("{count} get none").format(count=count))
        made.chosen.connect(self._say)
        return made

    def _list(self) -> QWidget:
        inside = part(QWidget(), "clear")
        rows = column(gap=0)
        for group, choice in self.choices.items():
            about = messages(group)
            if group.reason == _REVOKED:
                about = tr("{messages}, revoked by the provider").format(messages=about)
            told = column(CutLabel(group.flow, "strong"), CutLabel(about, "small"), gap=2)
            shown = row(told, choice, margins=(0, 10, 4, 10), gap=16)
            shown.setStretch(0, 1)
            rows.addWidget(line())
            rows.addLayout(shown)
        rows.addStretch(1)
        inside.setLayout(rows)
        area = QScrollArea()
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setMinimumHeight(min(len(self.choices), _MOST) * _ROW + 4)
        area.setWidget(inside)
        return area

    def _say(self) -> None:
        dropped = set(self.dropped())
        out = sum(group.count for group in self.choices if group not in dropped)
        gone = sum(group.count for group in dropped)
        if out and gone:
            words = tr("Go on, send {count} and drop {dropped}")
        elif gone:
            words = tr("Go on and drop {dropped}")
        else:
            words = tr("Go on and send {count}") if out else tr("Go on")
        self.go.setText(words.format(count=number(out), dropped=number(gone)))
