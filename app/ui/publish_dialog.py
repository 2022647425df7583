"""What publishing would do, and then one button that says it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QDialog, QFrame, QScrollArea, QVBoxLayout, QWidget

from app.canvas.words import node_title
from app.model.desk import FirstReach
from app.model.flow import EMPTY, Flow, Node, Problem
from app.model.kinds import kind_of
from app.model.ports import FlowInfo
from app.model.shifts import Impact
from app.ui.answer import Answer
from app.ui.first_send import FirstSend
from app.ui.impact_table import ImpactTable, Sums
from app.ui.shares_bar import SharesBar
from app.ui.theme import Theming
from app.ui.widgets import Button, Picture, column, label, part, row
from app.ui.words import number, people, said, tr

_WIDE: Final = 920
_NARROW: Final = 680
_AROUND: Final = 24
"""Left of the window around the dialog at least."""
_MARGIN: Final = 32
_LEAST: Final = 320


@dataclass(frozen=True, slots=True)
class Outlook:
    """What is known before publishing."""

    flow: Flow
    info: FlowInfo | None
    warnings: tuple[Problem, ...]
    first_messages: tuple[tuple[Node, timedelta], ...]
    """The messages that none comes before, with the earliest time since the start, soonest first."""
    practice: bool
    unchanged: bool = False
    """Whether the draft is the newest version already."""
    impact: Impact | None = None
    """What it means for the people inside; None where it was never published."""
    follows: Mapping[str, str] = EMPTY
    """By node that is gone: where its people would have gone on in the new version."""
    names: Mapping[tuple[int, str], str] = EMPTY
    """By version and node: what a sentence calls it, such as “The wait after Letter 1”."""
    reach: FirstReach | None = None
    """How many get the first message soon."""
    today: int = 0
    """So many are in its segments and dates already, and come in only if somebody says so."""

    @property
    def version(self) -> int:
        """The number the new version will have."""
        return self.impact.number if self.impact else (self.info.version if self.info else 0) + 1

    @property
    def inside(self) -> int:
        """People in older versions."""
        return self.info.inside if self.info else 0


class PublishDialog(QDialog):
    """The button repeats the consequence; “Not yet” changes nothing.

    Signals:
        moves_changed: something else is chosen for the people inside; carries the moves.
    """

    moves_changed = Signal(object)

    def __init__(self, theming: Theming, outlook: Outlook, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Publish version {number}").format(number=outlook.version))
        self._theming = theming
        self._outlook = outlook
        impact = outlook.impact
        has_table = impact is not None and not impact.texts_only and impact.inside > 0
        self.table: ImpactTable | None = None
        if impact is not None and has_table:
            self.table = ImpactTable(theming, impact, outlook.flow, outlook.follows, outlook.names)
        self.bar = SharesBar(theming, 3)
        self.first = FirstSend(theming, outlook.reach, outlook.today)
        self.first.changed.connect(self._show_sums)
        self._at_once = _Lines(theming)
        self.not_yet = Button(theming, tr("Not yet"), kind="large")
        self.not_yet.clicked.connect(self.reject)
        self.publish = Button(theming, "", "publish", "large-primary", color="on-accent")
        self.publish.setDefault(True)
        self.publish.clicked.connect(self.accept)
        self._area = self._made_area(self._made_body())
        self._foot = self._made_foot()
        self.setLayout(column(self._area, self._foot, gap=0))
        self._fit(parent)
        if self.table is not None:
            self.table.changed.connect(self._changed)
        self._show_sums()
        self.publish.setFocus()

    def answer(self) -> Answer:
        """What was chosen."""
        moves = self.table.moves() if self.table is not None else ()
        return Answer(moves, self.first.typed, self.first.hold_after, self.first.also_today)

    def show_impact(self, impact: Impact) -> None:
        """What was chosen, looked at more closely."""
        if self.table is not None:
            self.table.show_impact(impact)
            self._show_sums()
            self._grow_soon()

    def _changed(self) -> None:
        self._show_sums()
        self._grow_soon()
        if self.table is not None and self.table.unfinished is None:
            self.moves_changed.emit(self.table.moves())

    def _show_sums(self) -> None:
        sums = self.table.sums() if self.table is not None else Sums()
        older = tr("an older version")
        if self._outlook.info is not None:
            older = tr("version {number}").format(number=self._outlook.info.version)
        version = tr("version {number}").format(number=self._outlook.version)
        self.bar.show_parts(
            [
                (sums.finish, tr("finish on {version}").format(version=older), "line-strong"),
                (sums.move, tr("move to {version}").format(version=version), "accent"),
                (sums.leave, tr("leave the flow"), "warn-fill"),
            ]
        )
        self.publish.setText(button_words(self._outlook.version, sums))
        self._at_once.show_lines(self._first_lines(sums), "clock", "ink-3")
        lacks = self._lacks()
        self.publish.setEnabled(not lacks)
        self.publish.setToolTip(lacks)

    def _lacks(self) -> str:
        """What has to be said first; empty when nothing."""
        unfinished = self.table.unfinished if self.table is not None else None
        if unfinished is not None:
            return tr("Say where the people at {name} go on").format(name=unfinished.name)
        return self.first.lacks

    def _first_lines(self, sums: Sums) -> list[str]:
        lines = []
        if sums.at_once:
            words = tr("{people} who move have waited long enough and go on at once.")
            lines.append(words.format(people=people(sums.at_once)))
        return [*lines, *first_lines(self._outlook)]

    def _made_body(self) -> QWidget:
        outlook = self._outlook
        title = label(tr("Publish version {number}").format(number=outlook.version), "page-title")
        body = column(title, label(people_sentence(outlook), "secondary", wrap=True), gap=4)
        if self.table is not None:
            body.addSpacing(12)
            body.addWidget(self.bar)
            body.addSpacing(8)
            body.addWidget(self.table)
        body.addSpacing(12)
        body.addWidget(self.first)
        body.addSpacing(4)
        body.addLayout(self._cards())
        if outlook.practice:
            body.addSpacing(12)
            body.addWidget(self._practice())
        body.addStretch(1)
        body.setContentsMargins(_MARGIN, 28, _MARGIN, 20)
        inside = part(QWidget(), "clear")
        inside.setLayout(body)
        return inside

    def _cards(self) -> QVBoxLayout:
        rules = self._outlook.impact.rules if self._outlook.impact else ()
        first = self._card(tr("What goes out first"), self._at_once)
        cards = row(first, self._checked(self._outlook.warnings), gap=16)
        cards.setStretch(0, 1)
        cards.setStretch(1, 1)
        whole = column(cards, gap=12)
        if rules:
            lines = _Lines(self._theming)
            lines.show_lines(rules, "settings", "ink-3")
            whole.addWidget(self._card(tr("Different for the whole flow"), lines))
        return whole

    def _made_area(self, inside: QWidget) -> _Area:
        area = _Area()
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(inside)
        return area

    def _made_foot(self) -> QWidget:
        foot = part(QWidget(), "dialog-foot")
        back = label(tr("You can take this back for ten minutes."), "secondary")
        sign = Picture(self._theming, "undo", "ink-3")
        if self._outlook.version < 2:
            back.hide()
            sign.hide()
        box = row(sign, back, None, self.not_yet, self.publish, margins=(_MARGIN, 14, _MARGIN, 14), gap=8)
        foot.setLayout(box)
        return foot

    def _fit(self, parent: QWidget | None) -> None:
        """As large as it needs; never larger than the window behind it."""
        width = _WIDE if self.table is not None else _NARROW
        self.setMinimumWidth(width)
        room = parent.height() - 2 * _AROUND if parent is not None else _WIDE
        self.setMaximumHeight(max(_LEAST, room))
        # Qt itself opens a dialog no higher than two thirds of the screen.
        self.resize(width, min(max(_LEAST, room), self._area.wanted(width) + self._foot.sizeHint().height()))

    def _grow_soon(self) -> None:
        """Once the new lines have their places."""
        QTimer.singleShot(0, self, self._grow)

    def _grow(self) -> None:
        """More is told than before: it is seen without scrolling where the window behind has room."""
        wanted = self._area.wanted(self.width()) + self._foot.sizeHint().height()
        if wanted > self.height():
            self.resize(self.width(), min(self.maximumHeight(), wanted))

    def _checked(self, warnings: Sequence[Problem]) -> QWidget:
        lines = _Lines(self._theming)
        if warnings:
            lines.show_lines([problem.message for problem in warnings[:4]], "problem", "warn")
        else:
            lines.show_lines([tr("No problems in the draft")], "ok", "ok")
        return self._card(tr("Checked"), lines)

    def _card(self, heading: str, lines: QWidget) -> QWidget:
        card = part(QWidget(), "part")
        box = column(label(heading, "strong"), lines, None, margins=(16, 12, 16, 14), gap=6)
        card.setLayout(box)
        return card

    def _practice(self) -> QWidget:
        note = part(QWidget(), "practice-note")
        text = label(
            tr("Practice mode is on. Every message lands on this machine and nowhere else."), wrap=True
        )
        box = row(Picture(self._theming, "lock", "practice"), text, margins=(12, 10, 12, 10))
        box.setStretch(1, 1)
        note.setLayout(box)
        return note


class _Area(QScrollArea):
    """As high as what is inside, as far as there is room."""

    def wanted(self, width: int) -> int:
        """How high all of it is at this width."""
        inside = self.widget()
        if inside is None:
            return 0
        inside.ensurePolished()
        high = inside.heightForWidth(width) if inside.hasHeightForWidth() else 0
        return max(high, inside.sizeHint().height())


class _Lines(QWidget):
    """Sentences with one sign before each."""

    def __init__(self, theming: Theming) -> None:
        super().__init__()
        self._theming = theming
        self._shown: tuple[object, ...] = ()
        self._box = column(gap=6)
        self.setLayout(self._box)

    def show_lines(self, lines: Sequence[str], icon: str, color: str) -> None:
        """Shows these."""
        if self._shown == (*lines, icon, color):
            return
        self._shown = (*lines, icon, color)
        while (item := self._box.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for text in lines:
            holder = QWidget()
            sign = Picture(self._theming, icon, color)
            words = row(sign, label(text, "secondary", wrap=True))
            words.setAlignment(sign, Qt.AlignmentFlag.AlignTop)
            words.setStretch(1, 1)
            holder.setLayout(words)
            self._box.addWidget(holder)


def button_words(version: int, sums: Sums) -> str:
    """The consequence, on the button."""
    if sums.move and sums.leave:
        words = tr("Publish, move {move}, let {leave} leave")
        return words.format(move=number(sums.move), leave=number(sums.leave))
    if sums.move:
        return tr("Publish and move {count}").format(count=number(sums.move))
    if sums.leave:
        return tr("Publish and let {count} leave").format(count=number(sums.leave))
    return tr("Publish version {number}").format(number=version)


def people_sentence(outlook: Outlook) -> str:
    """Who is met by it."""
    if outlook.version == 1:
        return tr(
            "It goes live. Who does something from now on can come in; what happened before starts nothing."
        )
    start = tr("New people start on version {number} from now on.").format(number=outlook.version)
    impact = outlook.impact
    inside = impact.inside if impact else outlook.inside
    if not inside:
        return f"{start} {tr('Nobody is inside an older one.')}"
    if impact is not None and impact.texts_only:
        only = tr("Only texts are different: {people} inside get the new ones at once.")
        return f"{start} {only.format(people=people(inside))}"
    if impact is not None and impact.affected:
        where = tr("{people} are inside an older one; {count} of them stand where you changed something.")
        return f"{start} {where.format(people=people(inside), count=number(impact.affected))}"
    stay = tr("{people} finish on the version they began with.").format(people=people(inside))
    return f"{start} {stay}"


def first_lines(outlook: Outlook) -> list[str]:
    """The first messages of a new journey, each with its earliest time."""
    lines = []
    for node, after in outlook.first_messages[:3]:
        kind = kind_of(node)
        title = node_title(node)
        what = f"{title} ({said(kind.title)})" if kind and said(kind.title) != title else title
        lines.append(tr("{message}: {time}").format(message=what, time=_after(after)))
    return lines or [tr("This flow sends no message.")]


def _after(after: timedelta) -> str:
    minutes = round(after.total_seconds() / 60)
    if minutes < 1:
        return tr("at once")
    if minutes < 120:
        return tr("{count} min after the start").format(count=number(minutes))
    if minutes < 2 * 1_440:
        return tr("{count} h after the start").format(count=number(round(minutes / 60)))
    return tr("{count} days after the start").format(count=number(round(minutes / 1_440)))
