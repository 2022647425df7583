"""What helps to understand a flow, joined: mending, windows, lists behind numbers, ways, periods."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Final

from PySide6.QtCore import QObject, Signal

from app.canvas.facts import Step
from app.canvas.words import event_words, node_title, outlet_words
from app.flows.fixes import Fix
from app.flows.sentences import about
from app.model.flow import Flow, Problem
from app.model.ports import Counts, Desk
from app.model.standing import Period, Standing, Way
from app.ui.flow_page import FlowPage
from app.ui.mending import Mender
from app.ui.moments import short_moment
from app.ui.numbers import Numbers, Snapshot
from app.ui.operations import Lane, Operations
from app.ui.session import Session
from app.ui.words import tr

_MOST: Final = 200
_Wish = tuple[str, Flow, Counts]
"""Node, drawing and numbers of a sentence."""


class Understanding(QObject):
    """Listens to the page of a flow and answers what it asks; nothing here draws.

    Signals:
        told: (name, stories, now): why a person got what they got.
    """

    told = Signal(str, tuple, object)

    def __init__(
        self, desk: Desk, operations: Operations, session: Session, page: FlowPage, numbers: Numbers
    ) -> None:
        super().__init__(page)
        self._desk = desk
        self._operations = operations
        self._session = session
        self._page = page
        self._numbers = numbers
        self._now: datetime | None = None
        self._counts: Counts | None = None
        self._telling = False
        self._told: _Wish | None = None
        self._words = ""
        self._to_tell = ""
        self._lit: Standing | None = None
        """Whose way was asked for last."""
        self.mender = Mender(session.document, operations, self)
        self._connect()

    def open_number(self, node_id: str, what: str) -> None:
        """Shows who is behind a number of a node, of the whole flow for an empty one."""
        if not self._session.name:
            self._page.said.emit(tr("Nobody is in a flow that was never published"))
            return
        people = self._page.people
        people.say_way("")
        self._page.canvas.walk(())
        people.ask(node_id, what, number_words(self._session.document.flow, node_id, what))
        self._read_people()

    def tell(self, node_id: str) -> None:
        """Says in the inspector who gets to a node; worked out in the background, the newest wish counts."""
        self._to_tell = node_id
        if self._telling:
            return
        wish = self._wish()
        if self._told is not None and _are_same(wish, self._told):
            self._page.inspector.show_sentence(node_id, self._words)
            return
        self._telling = True
        self._operations.run(
            lambda: about(wish[1], wish[0], wish[2]), partial(self._tell, wish), lane=Lane.FIX
        )

    def _tell(self, wish: _Wish, words: str) -> None:
        self._telling, self._told, self._words = False, wish, words
        self._page.inspector.show_sentence(wish[0], words)
        if not _are_same(wish, self._wish()):
            self.tell(self._to_tell)

    def _wish(self) -> _Wish:
        document = self._session.document
        return self._to_tell, document.flow, document.facts.counts

    def _connect(self) -> None:
        page, mender = self._page, self.mender
        for asking in (page.problems, page.inspector):
            asking.fixes_wanted.connect(mender.want)
            asking.fix_chosen.connect(mender.mend)
        mender.found.connect(self._show_fixes)
        mender.said.connect(page.said)
        page.canvas.counted.connect(self.open_number)
        page.inspector.counted.connect(self.open_number)
        page.inspector.sentence_wanted.connect(self.tell)
        page.people.chosen.connect(self._show_way)
        page.people.closed.connect(self._forget_way)
        page.people.back.clicked.connect(self._forget_way)
        page.people.why.clicked.connect(self._tell_why)
        page.bar.period_chosen.connect(self._choose_period)
        self._numbers.read.connect(self._read)
        self._session.opened.connect(self._opened)
        self._session.document.facts_changed.connect(self._facts_changed)

    def _show_fixes(self, problem: Problem, found: tuple[Fix, ...]) -> None:
        self._page.problems.show_fixes(problem, found)
        self._page.inspector.show_fixes(problem, found)

    def _opened(self) -> None:
        self._page.people.put_away()
        self._counts = None
        self._page.bar.show_period(Period.ALL)
        self._numbers.set_period(Period.ALL)

    def _choose_period(self, period: Period) -> None:
        # All numbers change at once: nobody walked, so nothing runs.
        self._session.document.set_counts(Counts())
        self._numbers.set_period(period)
        if self._page.people.is_open:
            self._read_people()

    def _read(self, read: Snapshot) -> None:
        self._now = read.status.clock
        if read.name == self._session.name and read.counts is not None and read.counts != self._counts:
            self._counts = read.counts
            if self._page.people.is_open:
                self._read_people()

    def _read_people(self) -> None:
        name, asked, period = self._session.name, self._page.people.asked, self._numbers.period
        self._operations.run(
            lambda: self._desk.standing(name, asked[0], asked[1], period, _MOST),
            partial(self._show_people, asked),
            lane=Lane.NUMBERS,
        )

    def _show_people(self, asked: tuple[str, str], rows: Sequence[Standing]) -> None:
        people = self._page.people
        if people.is_open and people.asked == asked:
            people.show_people(rows, self._session.document.flow, self._now, _MOST)

    def _show_way(self, one: Standing) -> None:
        name, self._lit = self._session.name, one
        self._operations.run(
            lambda: self._desk.way(name, one.contact_id, one.journey_id or None),
            self._light,
            failed=self._page.said.emit,
            lane=Lane.NUMBERS,
        )

    def _light(self, way: Way) -> None:
        if not self._page.people.is_open:
            return
        self._page.canvas.walk(steps_of(way, self._now))
        self._page.people.say_way(f"{way.name}: {way.sentence}")

    def _tell_why(self) -> None:
        one = self._lit
        if one is not None:
            self._operations.run(
                lambda: tuple(self._desk.why(one.contact_id)),
                lambda stories: self.told.emit(one.name, stories, self._now),
                failed=self._page.said.emit,
                lane=Lane.NUMBERS,
            )

    def _forget_way(self) -> None:
        self._page.canvas.walk(())
        self._page.people.say_way("")

    def _facts_changed(self) -> None:
        # Esc on the canvas ends the way: the line about it goes too.
        if not self._session.document.facts.way and self._page.people.way.full:
            self._page.people.say_way("")


def _are_same(one: _Wish, other: _Wish) -> bool:
    return one[0] == other[0] and one[1] is other[1] and one[2] is other[2]


def steps_of(way: Way, now: datetime | None) -> list[Step]:
    """The way as the canvas lights it, each edge with the moment at which it was walked."""
    return [Step(step.node, step.outlet, short_moment(step.at, now)) for step in way.steps]


def number_words(flow: Flow, node_id: str, what: str) -> str:
    """The title of the list behind a number: “Letter 1: here now”."""
    node = flow.by_id.get(node_id)
    head, _, rest = what.partition(":")
    if head == "here":
        words = tr("here now")
    elif head == "failed":
        words = tr("could not be sent")
    elif head == "out":
        outlet = outlet_words(node, rest) if node and rest else ""
        words = tr("left by “{outlet}”").format(outlet=outlet) if outlet else tr("went on")
    elif head == "end":
        words = tr("reached the goal") if rest == "goal" else tr("left here")
    else:
        words = {"entry": tr("came in"), "message": tr("sent")}.get(head, event_words(rest))
    return f"{node_title(node) if node else flow.name}: {words}"
