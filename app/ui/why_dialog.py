"""Why somebody got what they got, and why not what they did not: their journeys, the newest first."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from PySide6.QtCore import QDateTime, QLocale, Qt
from PySide6.QtWidgets import QDialog, QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from app.model.why import Story, Told, Tone, written
from app.ui.moments import short_moment
from app.ui.theme import Theming
from app.ui.widgets import Button, Picture, column, label, line, part, row
from app.ui.words import said, tr

_WIDTH: Final = 720
_HEIGHT: Final = 560
_TIME: Final = 96
_SIGNS: Final = {
    Tone.PLAIN: ("right", "ink-3"),
    Tone.SENT: ("send", "ok"),
    Tone.SILENCE: ("blocked", "danger"),
    Tone.WAITS: ("clock", "warn"),
    Tone.OVER: ("ok", "ink-2"),
}


class WhyDialog(QDialog):
    """Line under line with its moment; what reached the person, what did not, what is waited for."""

    def __init__(
        self,
        theming: Theming,
        name: str,
        stories: Sequence[Story],
        now: datetime | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._theming = theming
        self._now = now
        self.setWindowTitle(tr("Why"))
        self.setMinimumWidth(_WIDTH)
        self.resize(_WIDTH, _HEIGHT)
        about = tr("What {name} got, did not get, and why").format(name=name)
        body = column(label(about, "page-title", wrap=True), margins=(32, 28, 32, 0), gap=8)
        body.addWidget(self._list(stories), 1)
        self.close_ = Button(theming, tr("Close"), kind="large")
        self.close_.clicked.connect(self.accept)
        foot = part(QWidget(), "dialog-foot")
        foot.setLayout(row(None, self.close_, margins=(32, 14, 32, 14)))
        self.setLayout(column(body, foot, gap=0))
        self.close_.setFocus()

    def _list(self, stories: Sequence[Story]) -> QScrollArea:
        inside = part(QWidget(), "clear")
        rows = column(gap=0, margins=(0, 8, 16, 16))
        for story in reversed(stories):
            self._add(rows, story)
        if not stories:
            rows.addWidget(label(tr("Nothing was ever decided about them."), "secondary", wrap=True))
        rows.addStretch(1)
        inside.setLayout(rows)
        area = QScrollArea()
        area.setAccessibleName(tr("Why, line by line"))
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(inside)
        return area

    def _add(self, rows: QVBoxLayout, story: Story) -> None:
        head = label(written(story.head, _whole_moment, said), "strong", wrap=True)
        head.setContentsMargins(0, 16, 0, 8)
        rows.addWidget(head)
        for told in story.lines:
            rows.addWidget(line())
            rows.addLayout(self._line(told))

    def _line(self, told: Told) -> QHBoxLayout:
        moment = tr("now") if told.holds_now else short_moment(told.at, self._now)
        time = label(moment, "small")
        time.setFixedWidth(_TIME)
        time.setToolTip(_whole_moment(told.at))
        sentence = label(written(told.saying, _whole_moment, said), wrap=True)
        sentence.setAccessibleName(f"{moment}: {sentence.text()}")
        sign = Picture(self._theming, *_SIGNS[told.tone])
        shown = row(time, sign, sentence, margins=(0, 8, 0, 8), gap=12)
        shown.setStretch(2, 1)
        for one in (time, sign):
            shown.setAlignment(one, Qt.AlignmentFlag.AlignTop)
        return shown


def _whole_moment(moment: datetime) -> str:
    """“3 March 2026, 14:35”, in the reader's language."""
    local = QDateTime.fromSecsSinceEpoch(int(moment.timestamp())).toLocalTime()
    return QLocale().toString(local, "d MMMM yyyy, HH:mm")
