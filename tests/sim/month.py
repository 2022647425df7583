"""R12: one seed is one shop of a hundred people for one month, and every invariant after each step.

``python -m tests.sim.month SEED [SEED ...]`` plays seeds again, ``--lean`` with less in a month, ``--sqlite``
over a database. The same seed is the same month.
"""

from __future__ import annotations

import heapq
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from app.engine import segment_life
from app.model.journey import Journey, JourneyState, MessageState
from app.store.database import open_store
from app.store.memory import MemoryStore
from tests.sim import drawings
from tests.sim.books import OVER
from tests.sim.drawings import BY_HAND, Drawer, story
from tests.sim.manners import rules_of
from tests.sim.office import Office
from tests.sim.people import crowd
from tests.sim.shop import AnyStore, Shop
from tests.sim.street import Street
from tests.sim.wires import QUIET, Wire

DAYS: Final = 30
AFTER: Final = 120
"""Days in which everybody comes to an end, because nothing is drawn that takes longer."""
LOOKS: Final = timedelta(days=3)
"""So often all rows are looked at."""
BEGINS: Final = (
    datetime(2026, 3, 2, 12, tzinfo=UTC),
    datetime(2026, 10, 9, 6, tzinfo=UTC),
    datetime(2027, 12, 20, 18, tzinfo=UTC),
    datetime(2028, 2, 20, 0, tzinfo=UTC),
)
"""With the clock changes of spring and autumn, the turn of a year, and a leap day."""
_DAY: Final = timedelta(days=1)


class Violation(AssertionError):
    """An invariant does not hold."""


@dataclass(frozen=True, slots=True)
class Size:
    """How much happens in a month."""

    people: int = 100
    visits: int = 6
    """Of each of them, on the average."""
    flows: int = 3
    """Drawn by chance, beside the two stories and one by hand."""


FULL: Final = Size()
LEAN: Final = Size(visits=2, flows=1)


@dataclass(frozen=True, slots=True)
class Told:
    """What became of a month."""

    seed: int
    seconds: float
    steps: int
    commits: int
    checked: int
    events: int
    journeys: int
    messages: int
    sent: int
    lives: int
    """Processes that it took."""
    takeovers: int
    """How often one that stood still was replaced by another."""
    doubled: int
    orders: int
    """Journeys whose basket was ordered."""
    timeouts: int
    """Waits that were seen to end exactly when they should."""
    killed: Counter[str]
    """Gaps at which the process has died."""
    kinds: Counter[str]
    ends: Counter[str]
    states: Counter[str]


class Month:
    """One seed's month."""

    def __init__(self, seed: int, store: AnyStore, size: Size = FULL) -> None:
        self.seed, self.size = seed, size
        dice = random.Random(f"{seed} shop")
        begin = BEGINS[seed % len(BEGINS)]
        self.shop = Shop(store, seed, begin, rules_of(dice, begin))
        self.segments = drawings.segments(dice)
        self.drawer = Drawer(dice, begin, self.segments, {"By hand": BY_HAND})
        self.drawn = [*map(story, drawings.STORIES), BY_HAND]
        self.drawn += [self.drawer.draw(f"Flow {number}") for number in range(size.flows)]
        self._connect()
        self.shop.boot()
        rows = list(crowd(dice, begin, size.people))
        self.people = [self.shop.take_in(row) for row in rows]
        for name, rule in self.segments.items():
            segment_life.save_segment(self.shop.context, name, rule)
        for flow in self.drawn:
            self.shop.publish(flow, also_today=dice.random() < 0.5)
        self.street = Street(self.shop, self.people, size.visits)
        self.office = Office(self.shop, self.drawer, self.street)
        self.steps = 0
        self._looked = begin

    def _connect(self) -> None:
        """The channels that its flows need, and the one of the desk."""
        kinds = {one.kind for flow in self.drawn for one in flow.nodes}
        kinds |= {
            rung["kind"]
            for flow in self.drawn
            for one in flow.nodes
            for rung in one.settings.get("rungs", ())
        }
        names = [name for name in drawings.CHANNELS if name in kinds | {"email", "notice"}]
        for name in names:
            self.shop.wires.append(Wire(name, self.shop, in_flight=self.shop.dice.choice([1, 4, 9])))

    # --- time ---

    def play(self) -> Told:
        """The whole month, and after it until everybody has come to an end."""
        begun = time.monotonic()
        self._until(self.shop.begin + _DAY * DAYS)
        self._wind_down()
        return self._told(time.monotonic() - begun)

    def _until(self, end: datetime) -> None:
        shop = self.shop
        while shop.true < end:
            act = shop.agenda[0][0] if shop.agenda else end
            due = self.engine_due()
            self._go_to(min(act, due or end, end))
            self.step()

    def engine_due(self) -> datetime | None:
        """When the engine has something to do next, in true time."""
        due = self.shop.guarded(self.shop.engine.next_due)
        if not isinstance(due, datetime):
            return self.shop.true if due else None
        return due - self.shop.off

    def _go_to(self, moment: datetime) -> None:
        shop = self.shop
        if moment > shop.true:
            shop.clock.jump(shop.now + (moment - shop.true))

    def step(self) -> None:
        """One act of the world, or none, and then the engine until it is at rest."""
        shop = self.shop
        if shop.agenda and shop.agenda[0][0] <= shop.true:
            heapq.heappop(shop.agenda)[2]()
        shop.work()
        self.steps += 1
        if shop.true - self._looked >= LOOKS:
            self._looked = shop.true
            shop.auditor.check_all()
        self._demand()

    def _demand(self) -> None:
        if self.shop.auditor.wrong:
            wrong = "\n".join(self.shop.auditor.wrong[:5])
            raise Violation(
                f"seed {self.seed}, step {self.steps}, {self.shop.true.isoformat()}:\n{wrong}\n"
                f"again: python -m tests.sim.month {self.seed}{' --lean' * (self.size == LEAN)}"
            )

    def _wind_down(self) -> None:
        """Nothing goes wrong any more, nobody comes, and whatever is held is decided."""
        shop = self.shop
        for wire in shop.wires:
            wire.mood = QUIET
        shop.agenda.clear()
        shop.arrives = shop.meanwhile = lambda _message_id: None
        shop.let_rules(replace(shop.rules, ceilings={}, rates={}, domains={}, warm_up=None))
        self.office.puts_everything_right()
        end = shop.true + _DAY * AFTER
        while shop.true < end and (self._inside() or shop.true < shop.begin + _DAY * (DAYS + 1)):
            shop.at(shop.true + _DAY, self.office.decides_everything)
            self._until(shop.true + _DAY)
        shop.auditor.check_all()
        shop.auditor.wrong += [f"everybody_comes_to_an_end: {one}" for one in self._inside()]
        self._demand()

    def _inside(self) -> list[Journey]:
        """Who has not come to an end, and is not parked for somebody to look at."""
        over = {*OVER, JourneyState.PARKED}
        return [one for one in self.shop.auditor.books.journeys.values() if one.state not in over]

    def _told(self, seconds: float) -> Told:
        shop = self.shop
        books, auditor = shop.auditor.books, shop.auditor
        messages = list(books.messages.values())
        return Told(
            self.seed,
            seconds,
            self.steps,
            auditor.commits,
            auditor.checked,
            self.street.events,
            len(books.journeys),
            len(messages),
            sum(one.state is MessageState.SENT for one in messages),
            shop.lives,
            shop.takeovers,
            sum(times - 1 for times in auditor.arrived.values()),
            auditor.orders.number,
            auditor.orders.timeouts,
            shop.gaps.killed,
            Counter(one.kind for flow in self.drawn for one in flow.nodes),
            Counter(one.end_reason for one in books.journeys.values()),
            Counter(f"{one.state} {one.reason}".strip() for one in messages),
        )


@contextmanager
def month(seed: int, size: Size = FULL, *, sqlite: bool = False) -> Iterator[Month]:
    """A month that has not begun, over the twin or over SQLite."""
    if not sqlite:
        yield Month(seed, MemoryStore(), size)
        return
    with tempfile.TemporaryDirectory(prefix="chainwright-month-") as folder:
        store = open_store(Path(folder) / "w.db")
        try:
            yield Month(seed, store, size)
        finally:
            store.close()


def main(arguments: list[str]) -> int:
    """Plays the seeds that are named."""
    size = LEAN if "--lean" in arguments else FULL
    for seed in [int(one) for one in arguments if not one.startswith("-")]:
        with month(seed, size, sqlite="--sqlite" in arguments) as made:
            print(made.play())
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
