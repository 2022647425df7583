"""The demo without a display: a crowd of visitors, weeks of their lives in a minute."""

from __future__ import annotations

import io
import sys
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import inf
from typing import TYPE_CHECKING, Any, Final

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from app.bootstrap.demo.audit import faults
from app.bootstrap.demo.crowd import Crowd
from app.bootstrap.demo.people import crowd as make_crowd
from app.bootstrap.demo.world import API_TOKEN, START, demo_world, publish_stories
from app.bootstrap.listener import listening
from app.bootstrap.outcome import Outcome
from app.bootstrap.practice import Practice, catching
from app.bootstrap.results import results, results_text
from app.support.clock import StandingClock
from app.support.net import Client

if TYPE_CHECKING:
    from argparse import Namespace

    from app.bootstrap.workspace import Workspace
    from app.engine.engine import Engine

_DAYS: Final = 24.0
"""How long the longest way through the stories takes; only the bar needs to know."""


def play(chosen: Namespace) -> Outcome:
    """Plays the crowd and counts everything again; 1 when an edge was not walked or a number is off."""
    clock = StandingClock(START)
    people = make_crowd(chosen.visitors, chosen.seed)
    with demo_world(people, clock) as workspace, workspace.engine_lock(), catching(workspace) as practice:
        publish_stories(workspace)
        with listening(workspace, wait_seconds=_NO_WAIT) as site:
            crowd = Crowd(people, Client(["127.0.0.1"]), site.url, API_TOKEN, chosen.seed)
            Play(workspace, practice, crowd, clock).run()
        document = results(workspace)
        wrong = faults(workspace, document, crowd, practice.caught(0))
    document["faults"] = wrong
    return Outcome(_verdict(document, wrong), document, _table(document, wrong), 1 if wrong else 0)


_NO_WAIT: Final = 0.002


@dataclass
class Play:
    """The clock stands while anything is in flight, and jumps when all is quiet."""

    workspace: Workspace
    practice: Practice
    crowd: Crowd
    clock: StandingClock
    seen: int = 0
    """Caught messages that the crowd has had already."""

    def run(self, days: float = inf) -> None:
        """Plays until nobody acts any more and nothing is due, or so many days are over."""
        engine = self.workspace.engine()
        self._doors()
        engine.start()
        self.crowd.begin(self.clock.now())
        try:
            with _bar() as progress:
                task = progress.add_task("", total=_DAYS, day=1)
                gone = 0.0
                while gone < days and self._step(engine):
                    gone = (self.clock.now() - START) / timedelta(days=1)
                    progress.update(task, completed=min(gone, _DAYS), day=int(gone) + 1)
                progress.update(task, completed=_DAYS)
        finally:
            engine.close()

    def _doors(self) -> None:
        """Mailboxes and phones that do not work say so at the door of the catcher."""
        by_address, catcher = self.crowd.by_address, self.practice.catcher

        def refuses_mail(address: str) -> bool:
            visitor = by_address.get(address)
            dies = visitor.person.manner.mailbox_dies_after if visitor else None
            return visitor is not None and dies is not None and visitor.letters >= dies

        def refuses_sms(phone: str) -> bool:
            visitor = by_address.get(phone)
            return visitor is not None and visitor.person.manner.phone_is_dead

        catcher.refuses_mail, catcher.refuses_sms = refuses_mail, refuses_sms

    def _step(self, engine: Engine) -> bool:
        """All that is due or arrives now, then the jump to the next moment; False when none is left."""
        engine.until_idle()
        for caught in self.practice.caught(self.seen):
            self.seen += 1
            self.crowd.receive(caught, self.clock.now())
        moment = self._next(engine)
        if moment is None:
            return False
        self.clock.jump(moment)
        self.crowd.act(moment)
        return True

    def _next(self, engine: Engine) -> datetime | None:
        moments = [moment for moment in (engine.next_due(), self.crowd.next_at()) if moment is not None]
        return min(moments, default=None)


def _bar() -> Progress:
    return Progress(
        TextColumn("Day {task.fields[day]}"),
        BarColumn(),
        TimeElapsedColumn(),
        console=Console(file=sys.stderr),
        transient=True,
    )


def _verdict(document: dict[str, Any], wrong: list[str]) -> str:
    if wrong:
        return f"The demo does not add up: {wrong[0]}"
    letters = document["messages"]["email"]["sent"]
    journeys = document["journeys"]["entered"]
    return f"All ways were walked: {journeys} journeys, {letters} letters, every number adds up."


def _table(document: dict[str, Any], wrong: list[str]) -> str:
    table = Table("Flow", "From", "By", "To", "People")
    for edge in document["edges"]:
        table.add_row(edge["flow"], edge["from"], edge["outlet"], edge["to"], str(edge["count"]))
    paper = io.StringIO()
    Console(file=paper, width=110).print(table)
    return "\n".join([paper.getvalue(), results_text(document), *wrong])
