"""What had gone out before everything was stopped: said at once, so that people can be told."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QFrame, QScrollArea, QWidget

from app.model.desk import Braked
from app.model.kinds import KINDS
from app.ui.halt_words import braked_words
from app.ui.theme import Theming
from app.ui.widgets import Button, CutLabel, column, label, line, part, row
from app.ui.words import clock, said, tr

_WIDTH: Final = 640
_HEIGHT: Final = 480
_MOST: Final = 200
_TIME: Final = 72


class GoneOutDialog(QDialog):
    """One line a message, the newest first."""

    def __init__(self, theming: Theming, done: Braked, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Everything is stopped"))
        self.setMinimumWidth(_WIDTH)
        body = column(
            label(tr("Everything is stopped"), "page-title"),
            label(braked_words(done), "secondary", wrap=True),
            margins=(32, 28, 32, 16),
            gap=8,
        )
        if done.gone_out:
            body.addSpacing(8)
            body.addWidget(self._list(done), 1)
            self.resize(_WIDTH, _HEIGHT)
        self.close_ = Button(theming, tr("Understood"), kind="large-primary")
        self.close_.clicked.connect(self.accept)
        foot = part(QWidget(), "dialog-foot")
        foot.setLayout(row(None, self.close_, margins=(32, 14, 32, 14)))
        self.setLayout(column(body, foot, gap=0))
        self.close_.setFocus()

    @staticmethod
    def _list(done: Braked) -> QScrollArea:
        inside = part(QWidget(), "clear")
        rows = column(gap=0)
        for one in done.gone_out[:_MOST]:
            kind = KINDS.get(one.channel)
            time = label(clock(one.at, one.at) if one.at else "", "small")
            time.setFixedWidth(_TIME)
            about = CutLabel(
                tr("{channel}, {flow}").format(
                    channel=said(kind.title) if kind else one.channel, flow=one.flow
                ),
                "small",
            )
            shown = row(time, CutLabel(one.address), about, margins=(0, 8, 8, 8), gap=12)
            shown.setStretch(1, 1)
            shown.setStretch(2, 1)
            rows.addWidget(line())
            rows.addLayout(shown)
        if len(done.gone_out) > _MOST:
            rows.addWidget(label(tr("The newest {count} are shown.").format(count=_MOST), "hint"))
        rows.addStretch(1)
        inside.setLayout(rows)
        area = QScrollArea()
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(inside)
        return area
