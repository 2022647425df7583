"""What publishing would do, and then one button that says it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from PySide6.QtWidgets import QDialog, QWidget

from app.canvas.words import node_title
from app.model.flow import Flow, Node, Problem
from app.model.kinds import kind_of
from app.model.ports import FlowInfo
from app.ui.theme import Theming
from app.ui.widgets import Button, Picture, column, label, part, row
from app.ui.words import number, people, said, tr


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

    @property
    def version(self) -> int:
        """The number the new version will have."""
        return (self.info.version if self.info else 0) + 1

    @property
    def inside(self) -> int:
        """People in older versions."""
        return self.info.inside if self.info else 0


class PublishDialog(QDialog):
    """The button repeats the consequence; “Not yet” changes nothing."""

    def __init__(self, theming: Theming, outlook: Outlook, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Publish version {number}").format(number=outlook.version))
        self.setMinimumWidth(620)
        self._theming = theming
        title = label(tr("Publish version {number}").format(number=outlook.version), "page-title")
        sentence = label(people_sentence(outlook), "secondary", wrap=True)
        first = self._card(tr("What goes out first"), first_lines(outlook), "clock", "ink-3")
        checked = self._checked(outlook.warnings)
        cards = row(first, checked, gap=16)
        cards.setStretch(0, 1)
        cards.setStretch(1, 1)
        body = column(title, sentence, 8, cards, gap=4)
        if outlook.practice:
            body.addSpacing(12)
            body.addWidget(self._practice())
        body.setContentsMargins(32, 28, 32, 24)
        self.not_yet = Button(theming, tr("Not yet"), kind="large")
        self.not_yet.clicked.connect(self.reject)
        words = tr("Publish version {number}").format(number=outlook.version)
        self.publish = Button(theming, words, "publish", "large-primary", color="on-accent")
        self.publish.setDefault(True)
        self.publish.clicked.connect(self.accept)
        foot = part(QWidget(), "dialog-foot")
        foot.setLayout(row(None, self.not_yet, self.publish, margins=(32, 14, 32, 14), gap=8))
        self.setLayout(column(body, foot, gap=0))
        self.publish.setFocus()

    def _checked(self, warnings: Sequence[Problem]) -> QWidget:
        if not warnings:
            return self._card(tr("Checked"), [tr("No problems in the draft")], "ok", "ok")
        return self._card(tr("Checked"), [problem.message for problem in warnings[:4]], "problem", "warn")

    def _card(self, heading: str, lines: Sequence[str], icon: str, color: str) -> QWidget:
        card = part(QWidget(), "part")
        box = column(label(heading, "strong"), margins=(16, 12, 16, 14), gap=6)
        for text in lines:
            words = row(Picture(self._theming, icon, color), label(text, "secondary", wrap=True))
            words.setStretch(1, 1)
            box.addLayout(words)
        box.addStretch(1)
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


def people_sentence(outlook: Outlook) -> str:
    """Who is met by it."""
    start = tr("New people start on version {number} from now on.").format(number=outlook.version)
    if outlook.version == 1:
        return tr(
            "It goes live. Who does something from now on can come in; what happened before starts nothing."
        )
    if not outlook.inside:
        return f"{start} {tr('Nobody is inside an older one.')}"
    stay = tr("{people} finish on the version they began with. Changed texts reach them at once.")
    return f"{start} {stay.format(people=people(outlook.inside))}"


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
