"""One simulated workspace: a store that outlives everything, and an engine that does not."""

from __future__ import annotations

import heapq
import random
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta, tzinfo
from functools import partial
from typing import Any, Final, cast
from zoneinfo import ZoneInfo

from app.engine import admission, shifts
from app.engine.calendar import zone_of
from app.engine.context import Context
from app.engine.engine import Engine
from app.engine.faults import Faults
from app.engine.lease import USUAL, LeaseLostError
from app.engine.plan import make_plan
from app.flows.codec import read_flow, write_flow
from app.flows.publish import content_hash, shape_hash
from app.model.flow import Flow
from app.model.journey import (
    Changes,
    ContactChange,
    FlowState,
    Journey,
    LiveFlow,
    Message,
    Suppression,
    Version,
)
from app.model.people import Contact, ContactRow
from app.model.ports import Store
from app.model.rules import Rules
from app.model.shifts import Group, Phase, Shift
from app.store.database import SqlStore
from app.store.memory import MemoryStore
from app.support.clock import StandingClock
from app.support.countries import countries
from app.support.ids import SequenceIds
from tests.sim import books as book
from tests.sim.auditor import Auditor
from tests.sim.books import Count, Drawn
from tests.sim.people import Whereabouts
from tests.sim.watching import WatchedStore
from tests.sim.wires import Wire

AnyStore = MemoryStore | SqlStore
BERLIN: Final = ZoneInfo("Europe/Berlin")
_MOST_TURNS: Final = 400
"""An engine that is not at rest after so many goes round in circles."""


class Killed(BaseException):
    """The process is gone. Nothing catches it but whoever starts the next one."""


class Gaps(Faults):
    """Ends the process at the gaps that chance has chosen: the next of some names, or the n-th of all."""

    def __init__(self) -> None:
        super().__init__()
        self.left = 0
        self.chosen: set[str] = set()
        self.killed: Counter[str] = Counter()
        """How often the process has died at each."""
        self.are_open = True

    def point(self, name: str) -> None:
        if not self.are_open:
            return
        is_chosen = name in self.chosen
        self.chosen.discard(name)
        if self.left:
            self.left -= 1
            is_chosen = is_chosen or not self.left
        if is_chosen:
            self.killed[name] += 1
            raise Killed(name)

    @contextmanager
    def closed(self) -> Iterator[None]:
        """Nothing dies meanwhile."""
        self.are_open = False
        try:
            yield
        finally:
            self.are_open = True


class Spinning(AssertionError):
    """The engine finds no rest."""


class Shop:
    """Everything of one workspace. Time is counted twice: ``clock`` as its machine tells it, ``true`` as it
    is."""

    def __init__(self, store: AnyStore, seed: int, begin: datetime, rules: Rules) -> None:
        self.store, self.begin, self.rules, self.zone = store, begin, rules, BERLIN
        self.dice = random.Random(f"{seed} world")
        self.clock, self.ids, self.gaps = StandingClock(begin), SequenceIds(1000), Gaps()
        self.where = Whereabouts(countries(), BERLIN)
        self._drawn: dict[tuple[int, str], Drawn] = {}
        self._versions: dict[int, Version] = {}
        self._shifts = 0
        """As a database numbers them, so that all else has the same numbers."""
        self.flows: dict[str, LiveFlow] = {}
        self.agenda: list[tuple[datetime, int, Callable[[], object]]] = []
        self._acts = self.lives = self.turns = self.takeovers = 0
        self._dead: set[str] = set()
        """Engines that are known to be gone."""
        self._frozen: Engine | None = None
        self.arrives: Callable[[int], object] = lambda _message_id: None
        """Told of each message that the other side has got."""
        self.meanwhile: Callable[[int], object] = lambda _message_id: None
        """What happens elsewhere while a channel sends."""
        self.auditor = Auditor(self)
        self.watched = cast("Store", WatchedStore(store, self.auditor))
        self.wires: list[Wire] = []
        self.steady = 0.0
        self.context: Context
        self.engine: Engine

    # --- time ---

    @property
    def now(self) -> datetime:
        """As the machine tells it."""
        return self.clock.now()

    @property
    def true(self) -> datetime:
        return self.begin + timedelta(seconds=self.clock.passed())

    @property
    def off(self) -> timedelta:
        """By so much the machine's clock is wrong."""
        return self.now - self.true

    def at(self, moment: datetime, act: Callable[[], object]) -> None:
        """Plans an act for a moment of the true time."""
        self._acts += 1
        heapq.heappush(self.agenda, (moment, self._acts, act))

    def soon(self, act: Callable[[], object], **parts: float) -> None:
        self.at(self.true + timedelta(**parts), act)

    # --- the process ---

    def boot(self) -> None:
        """A new process over the same store, and another one where it dies of its beginning; those before it
        are known to be gone."""
        self.gaps.left, self._frozen = 0, None
        while True:
            if self.lives:
                self._dead.add(self.engine.lease.owner)
            self._new_process()
            try:
                self.engine.start()
            except Killed:
                continue
            return

    def _new_process(self) -> None:
        self.lives += 1
        self.context = Context(
            self.watched,
            self.clock,
            self.ids,
            self.zone,
            f"process-{self.lives}",
            rules=self.rules,
            places=countries(),
            faults=self.gaps,
            steady=lambda: self.steady,
        )
        gone = self._dead.__contains__
        self.engine = Engine(self.context, self.wires, f"engine-{self.lives}", gone=gone)

    def freezes(self) -> None:
        """The process stands still in the middle of a batch. Another one, which has waited beside it, sees
        that, takes over and works; then the first one wakes and goes on as if nothing had been."""
        frozen = self.engine
        with self.gaps.closed():
            self._new_process()
            if self.engine.lease.take():
                self.auditor.wrong.append(
                    "one_engine_works: another one has taken the lease of one that lives"
                )
            self.steady += USUAL.lease + 1
            self.engine.start()
            self.engine.until_idle()
        self._frozen = frozen
        self.takeovers += 1

    def work(self) -> None:
        """Until nothing is due now. A process that is killed meanwhile is followed by the next one."""
        for _ in range(_MOST_TURNS):
            if not self.guarded(self.engine.work):
                self.auditor.rests()
                return
        raise Spinning(f"after {_MOST_TURNS} turns there is still something to do at {self.now}")

    def guarded(self, deed: Callable[..., Any], *about: Any, **how: Any) -> Any:
        """Does it, and starts the next process when this one dies of it; then it counts as much to do."""
        self.turns += 1
        try:
            return deed(*about, **how)
        except Killed:
            self.boot()
            return True
        except LeaseLostError:
            if self._frozen is None:
                raise
            self._wakes(self._frozen)
            return True

    def _wakes(self, frozen: Engine) -> None:
        """It sees that another one works, and tells what it has heard; unless it dies of that."""
        self._frozen = None
        with suppress(Killed):
            for one in frozen.dispatchers:
                one.hand_over()
        self._dead.add(frozen.lease.owner)

    def let_rules(self, rules: Rules) -> None:
        """The owner has changed the settings."""
        self.rules = self.context.rules = rules
        self.auditor.traffic.limit_by(rules, self.clock.passed())

    def rests(self, channel: str) -> bool:
        """Whether a channel sends nothing now for a reason that is known."""
        for one in self.engine.dispatchers:
            if one.channel.name == channel:
                return one.rests_until(self.now) is not None
        return True

    # --- people ---

    def take_in(self, row: ContactRow) -> int:
        """As an import does it."""
        contact_id = self.ids.new()
        changes = Changes(
            contacts=[ContactChange(contact_id, dict(row.properties), row.tags)],
            consents=[(contact_id, one) for one in row.consents],
            suppressed=[
                Suppression(one.kind, one.value, "import", self.now)
                for one in row.addresses
                if one.kind in row.suppress
            ],
        )
        with self.watched.transaction() as tx:
            tx.add_contact(contact_id, row.addresses, self.now)
            tx.write(changes)
        self._set_zone(contact_id, row)
        self.where.note(contact_id, row)
        return contact_id

    def _set_zone(self, contact_id: int, row: ContactRow) -> None:
        if isinstance(self.store, MemoryStore):
            people = self.store._state.people
            people.put(contact_id, replace(people[contact_id], zone=row.zone, language=row.language))
            self.store._state.undo.clear()
            return
        from sqlalchemy import update

        from app.store.tables import contact

        with self.store.writing() as session:
            told = update(contact).where(contact.c.id == contact_id)
            session.connection.execute(told.values(zone=row.zone, language=row.language))

    def contact(self, contact_id: int) -> Contact:
        with self.store.looking() as tx:
            return tx.contacts([contact_id])[contact_id]

    def zone_of(self, contact_id: int) -> tzinfo:
        return zone_of(self.where.profiles.get(contact_id, ""), self.zone)

    # --- flows ---

    def drawn(self, version_id: int) -> Drawn:
        """A version as it is now: a publish of other texts keeps its number."""
        version = self._versions[version_id]
        key = (version_id, version.hash)
        if key not in self._drawn:
            self._drawn[key] = Drawn.of(read_flow(version.document))
        return self._drawn[key]

    def publish(self, flow: Flow, groups: Sequence[Group] = (), *, also_today: bool = False) -> Shift | None:
        """As the program does it: prepares, freezes and moves those whom the owner chose."""
        document, hash_ = write_flow(flow), content_hash(flow)
        admission.prepare(self.context, make_plan(Version(0, 0, 1, "", document)))
        along = partial(admission.settle, self.context, also_today=also_today)
        if isinstance(self.store, SqlStore):
            made = self.store.flows.publish(
                flow.name,
                document,
                hash_=hash_,
                shape_hash=shape_hash(flow),
                now=self.now,
                choices=groups,
                along=along,
            )
            live, version, shift = made.flow, made.version, made.shift
        else:
            live, version, shift = self._publish_in_twin(self.store, flow, document, groups, along)
        self._versions[version.id] = version
        self.flows[flow.name] = live
        self.auditor.books.states[live.id] = live.state
        if shift is not None and shift.groups:
            shifts.carry_out(self.context, shift)
        self.context.wake.set()
        return shift

    def _publish_in_twin(
        self, store: MemoryStore, flow: Flow, document: str, groups: Sequence[Group], along: Any
    ) -> tuple[LiveFlow, Version, Shift | None]:
        before, hash_ = self.flows.get(flow.name), content_hash(flow)
        if before is None:
            number = len(self._versions) + 1
            version = Version(number, len(self.flows) + 1, 1, hash_, document)
            return store.publish(flow.name, version, self.now, along), version, None
        old = self._versions[before.version_id]
        same = shape_hash(self.drawn(old.id).flow) == shape_hash(flow)
        number = old.number + 1
        version = Version(old.id if same else len(self._versions) + 1, before.id, number, hash_, document)
        live = store.publish(flow.name, version, self.now, along)
        phase = Phase.MOVING if groups else Phase.DONE
        state = self.auditor.books.states[before.id]
        self._shifts += 1
        shift = Shift(
            self._shifts,
            before.id,
            self.now,
            "Ada",
            old.id,
            version.id,
            old.number,
            number,
            state,
            tuple(groups),
            phase,
        )
        with store.transaction() as tx:
            tx.write(Changes(shifts=[shift]))
        return live, version, shift

    def take_back(self, name: str, shift: Shift, old: Version) -> None:
        """Within ten minutes. ``old``: the version before it, as it was."""
        plan = make_plan(old)
        admission.prepare(self.context, plan)
        along = partial(admission.settle, self.context)
        if isinstance(self.store, SqlStore):
            self.store.flows.take_back(shift, hash_=old.hash, now=self.now, along=along)
        else:
            with self.store.transaction() as tx:
                tx.write(Changes(shifts=[replace(shift, phase=Phase.BACK, undone_at=self.now)]))
            self.store.publish(name, old, self.now, along)
        self._versions[old.id] = old
        self.flows[name] = replace(self.flows[name], version_id=old.id)
        shifts.take_back(self.context, replace(shift, phase=Phase.BACK))

    def version_of(self, name: str) -> Version:
        return self._versions[self.flows[name].version_id]

    def set_state(self, name: str, state: FlowState) -> None:
        live = self.flows[name]
        along = partial(admission.settle, self.context)
        if state is not FlowState.STOPPED:
            admission.prepare(self.context, make_plan(self._versions[live.version_id]))
        if isinstance(self.store, SqlStore):
            self.store.flows.set_state(name, state, now=self.now, along=along)
        else:
            self.store.set_state(live.id, state, self.now, along)
        self.auditor.books.states[live.id] = state
        for kept in (f"broken:{live.id}", f"paused:{live.id}"):
            self.auditor.books.machine.pop(kept, None)
        self.context.wake.set()

    def state_of(self, name: str) -> FlowState:
        return self.auditor.books.states[self.flows[name].id]

    # --- rows ---

    def journeys(self) -> Sequence[Journey]:
        if isinstance(self.store, MemoryStore):
            return self.store.all_journeys
        return [one for id_ in self._everybody() for one in self.store.people.journeys(id_)]

    def messages(self) -> Sequence[Message]:
        if isinstance(self.store, MemoryStore):
            return self.store.all_messages
        return [one for id_ in self._everybody() for one in self.store.people.messages(id_)]

    def _everybody(self) -> Sequence[int]:
        from sqlalchemy import select

        from app.store.tables import contact

        assert isinstance(self.store, SqlStore)
        with self.store.reading() as session:
            return session.connection.execute(select(contact.c.id)).scalars().all()

    def recount(self) -> Iterator[str]:
        """What counters say otherwise than rows and journal."""
        if isinstance(self.store, SqlStore):
            yield from map(str, self.store.numbers.recount(dry=True))
            return
        rows: Counter[Count] = Counter()
        for journey in self.store.all_journeys:
            book.counted(book.of_journey(journey), 1, rows)
        for message in self.store.all_messages:
            book.counted(book.of_message(message), 1, rows)
        for line in self.store.journal:
            for key, by in book.of_line(line) if line.what != "refused" else ():
                rows[key] += by
        kept: Counter[Count] = Counter()
        for at, count in self.store.counters.items():
            kept[at.flow_id, at.version_id, at.node, at.name] += count
        for count_key in rows.keys() | kept.keys():
            if count_key[3].startswith(("refused:", "rung:")):
                continue  # their lines lose their reason with a person who is forgotten
            if rows[count_key] != kept[count_key]:
                yield f"{count_key}: rows say {rows[count_key]}, counters {kept[count_key]}"


EPOCH: Final = datetime(2026, 1, 1, tzinfo=UTC)
