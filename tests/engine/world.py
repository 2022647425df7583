"""A small workspace for tests of the engine: a store, a clock that stands, and channels that remember."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select, update

from app.engine import admission, braking, counting, life, page, segment_life, shifts
from app.engine.context import Context
from app.engine.engine import Engine
from app.engine.faults import Faults
from app.engine.ingest import Intake
from app.engine.plan import Plan, make_plan
from app.flows.codec import write_flow
from app.model.batch import Batch, stale
from app.model.errors import TextError
from app.model.flow import EMPTY, Flow
from app.model.journey import (
    Changes,
    ContactChange,
    FlowState,
    JournalLine,
    Journey,
    JourneyState,
    LiveFlow,
    Message,
    MessageState,
    Receipt,
    Result,
    Version,
)
from app.model.people import Actor, Address, Consent, Contact, Event
from app.model.ports import Along, Outgoing, Prepared
from app.model.segments import Segment
from app.model.shifts import Choice, Group, Phase, Shift, ShiftCount
from app.store.database import SqlStore
from app.store.memory import MemoryStore
from app.store.tables import contact, counter
from app.support.clock import StandingClock
from app.support.ids import SequenceIds

AnyStore = MemoryStore | SqlStore
NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
"""A Monday."""


def later(**parts: float) -> datetime:
    return NOON + timedelta(**parts)


class Recorder:
    """A channel that keeps what it was given and answers as it is told."""

    def __init__(self, name: str, *, idempotent: bool = False, in_flight: int = 4) -> None:
        self.name, self.idempotent, self.in_flight = name, idempotent, in_flight
        self.sent: list[Prepared] = []
        """All that went out, in order, also what was answered with an error."""
        self.answers: list[Receipt] = []
        """What it says to the next messages, whatever their id; afterwards all is well."""
        self.during: Callable[[], object] = lambda: None
        """What happens elsewhere while it sends."""
        self.between: Callable[[], object] = lambda: None
        """What happens elsewhere after each message of a batch."""
        self.breaks: Exception | None = None
        self.closed = False

    def will(self, result: Result, detail: str = "", times: int = 1, **more: Any) -> None:
        self.answers += [Receipt(0, result, detail, **more)] * times

    def prepare(self, outgoing: Outgoing) -> Prepared:
        name = outgoing.contact.properties.get("name")
        if name == "bad text":
            raise TextError("the field is not known")
        if name == "bad bug":
            raise LookupError(name)
        content = {"node": outgoing.node.id, "subject": outgoing.node.settings.get("subject", "")}
        return Prepared(outgoing.message_id, outgoing.address, content, outgoing.purpose)

    def send(self, batch: Batch) -> Sequence[Receipt]:
        self.during()
        if self.breaks is not None:
            raise self.breaks
        return [self._send(one) if batch.is_fresh() else stale(one.message_id) for one in batch]

    def _send(self, one: Prepared) -> Receipt:
        self.sent.append(one)
        self.between()
        return self._answer(one)

    def _answer(self, one: Prepared) -> Receipt:
        told = self.answers.pop(0) if self.answers else Receipt(0, Result.SENT)
        return Receipt(
            one.message_id,
            told.result,
            told.detail,
            f"provider-{one.message_id}",
            bad_address=told.bad_address,
            about_one=told.about_one,
            stop_channel=told.stop_channel,
        )

    def close(self) -> None:
        self.closed = True

    @property
    def nodes(self) -> list[str]:
        return [str(one.content["node"]) for one in self.sent]


class _Between(Faults):
    """Another deed at a gap than a fault."""

    def __init__(self, deed: Callable[[], object]) -> None:
        super().__init__()
        self._do = deed

    def point(self, name: str) -> None:
        if name == "ask-everybody.committed":
            self._do()


@dataclass
class World:
    """One workspace."""

    store: AnyStore
    batch: int = 500
    clock: StandingClock = field(default_factory=lambda: StandingClock(NOON))
    ids: SequenceIds = field(default_factory=lambda: SequenceIds(1000))
    people: list[int] = field(default_factory=list)
    restarts: int = 0

    def __post_init__(self) -> None:
        self.email, self.sms = Recorder("email"), Recorder("sms", idempotent=True)
        self.context = Context(
            self.store, self.clock, self.ids, ZoneInfo("Europe/Berlin"), "me", batch=self.batch
        )
        self.engine = Engine(self.context, [self.email, self.sms], "lease-1")
        self.events = self.versions = 0
        self.published: list[LiveFlow] = []

    # --- making it ---

    def connect(self, *channels: str) -> list[Recorder]:
        """More channels, of kinds that this release has none for."""
        made = [Recorder(name) for name in channels]
        self.engine.close()
        self.engine = Engine(self.context, [*self.engine.channels, *made], "lease-1")
        self.engine.start()
        return made

    def publish(
        self, flow: Flow, published_at: datetime = NOON - timedelta(days=30), *, also_today: bool = False
    ) -> LiveFlow:
        admission.prepare(self.context, self.plan_of(flow))
        return self.publish_prepared(flow, published_at, also_today=also_today)

    def publish_prepared(
        self, flow: Flow, published_at: datetime = NOON - timedelta(days=30), *, also_today: bool = False
    ) -> LiveFlow:
        document = write_flow(flow)
        digest = hashlib.sha256(document.encode()).hexdigest()
        along = self.along(also_today=also_today)
        if isinstance(self.store, SqlStore):
            published = self.store.flows.publish(
                flow.name, document, hash_=digest, shape_hash=digest, now=published_at, along=along
            )
            return published.flow
        known = {one.name: one.id for one in self.published}
        flow_id = known.setdefault(flow.name, len(known) + 1)
        self.versions += 1
        version = Version(self.versions, flow_id, 1, digest, document)
        made = self.store.publish(flow.name, version, published_at, along)
        self.published = [*(one for one in self.published if one.id != made.id), made]
        return made

    def change(self, flow: Flow, *choices: tuple[str, Choice] | tuple[str, Choice, str]) -> Shift:
        """Publishes another version over the one that is live; the choices are not carried out yet."""
        with self.store.transaction() as tx:
            before = next(one for one in tx.live_flows() if one.name == flow.name)
        groups = [Group(before.version_id, *one) for one in choices]
        admission.prepare(self.context, self.plan_of(flow))
        document = write_flow(flow)
        digest = hashlib.sha256(document.encode()).hexdigest()
        if isinstance(self.store, SqlStore):
            made = self.store.flows.publish(
                flow.name,
                document,
                hash_=digest,
                shape_hash=digest,
                now=self.now,
                choices=groups,
                along=self.along(),
            )
            assert made.shift is not None
            return made.shift
        return self._change_memory(
            self.store, before, Version(self.ids.new(), before.id, 2, digest, document), groups
        )

    def _change_memory(
        self, store: MemoryStore, before: LiveFlow, version: Version, groups: Sequence[Group]
    ) -> Shift:
        phase = Phase.MOVING if groups else Phase.DONE
        shift = Shift(
            version.id,
            before.id,
            self.now,
            "Ada",
            before.version_id,
            version.id,
            1,
            2,
            before.state,
            tuple(groups),
            phase,
        )
        store.publish(before.name, version, before.published_at, self.along())
        with store.transaction() as tx:
            tx.write(Changes(shifts=[shift]))
        return shift

    def carry_out(self, shift: Shift, *, dry: bool = False) -> Mapping[ShiftCount, int]:
        return shifts.carry_out(self.context, shift, dry=dry)

    def take_back(self, shift: Shift, *, dry: bool = False) -> Mapping[ShiftCount, int]:
        """Makes the version before it live again, and takes everybody back who can be."""
        if not dry:
            with self.context.session() as session:
                plan = session.plan(shift.before_id)
            admission.prepare(self.context, plan)
            if isinstance(self.store, SqlStore):
                self.store.flows.take_back(shift, hash_="", now=self.now, along=self.along())
            else:
                with self.store.transaction() as tx:
                    version = tx.version(shift.before_id)
                    tx.write(Changes(shifts=[replace(shift, phase=Phase.BACK, undone_at=self.now)]))
                self.store.publish("A flow", version, self.now - timedelta(days=30), self.along())
        return shifts.take_back(self.context, shift, dry=dry)

    def live_flows(self) -> Sequence[LiveFlow]:
        with self.store.transaction() as tx:
            return tx.live_flows()

    def set_state(self, flow: LiveFlow, state: FlowState) -> None:
        along = self.along()
        if state is not FlowState.STOPPED:
            admission.prepare(self.context, self.plan(flow))
        if isinstance(self.store, SqlStore):
            self.store.flows.set_state(flow.name, state, now=self.now, along=along)
        else:
            self.store.set_state(flow.id, state, self.now, along)

    def along(self, *, also_today: bool = False) -> Along:
        """What happens in the transaction that publishes."""
        return partial(admission.settle, self.context, also_today=also_today)

    def plan(self, flow: LiveFlow) -> Plan:
        with self.context.session() as session:
            return session.plan(flow.version_id)

    def plan_of(self, flow: Flow) -> Plan:
        """Of a drawing that is not published."""
        return make_plan(Version(0, 0, 1, "", write_flow(flow)))

    def count_today(self, flow: Flow) -> int:
        return counting.count_today(self.context, admission.new_doors(None, self.plan_of(flow)))

    def segments(self) -> Sequence[Segment]:
        with self.store.transaction() as tx:
            return tx.segments()

    def between_batches(self, deed: Callable[[], object]) -> None:
        """Does this whenever a batch of people has been asked, between two transactions."""
        self.context.faults = _Between(deed)

    def segment(self, name: str, rule: Mapping[str, Any]) -> None:
        segment_life.save_segment(self.context, name, rule)

    def edit(self, contact_id: int, *, tags: Sequence[str] = (), **properties: Any) -> None:
        """By hand, as the window does it."""
        with self.context.session("ingest") as session:
            session.changes.contacts.append(ContactChange(contact_id, properties, frozenset(tags)))

    def person(
        self,
        email: str = "",
        phone: str = "",
        visitor: str = "",
        *,
        agrees: Sequence[str] = ("email", "sms"),
        name: str = "",
        tags: Sequence[str] = (),
    ) -> int:
        """A contact; ``agrees`` names the channels."""
        found = {"email": email, "phone": phone, "visitor": visitor}
        contact_id = self.ids.new()
        with self.context.session("ingest") as session:
            session.add_contact(contact_id, [Address(kind, value) for kind, value in found.items() if value])
            consents = [
                (contact_id, Consent(one, given=True, at=self.now, source="import")) for one in agrees
            ]
            properties = {"name": name} if name else EMPTY
            change = ContactChange(contact_id, properties, frozenset(tags))
            session.changes.contacts.append(change)
            session.changes.consents += consents
        self.people.append(contact_id)
        return contact_id

    def in_zone(self, contact_id: int, zone: str) -> None:
        """Somebody writes this as the contact's zone."""
        if isinstance(self.store, SqlStore):
            with self.store.writing() as session:
                session.connection.execute(
                    update(contact).where(contact.c.id == contact_id).values(zone=zone)
                )
        else:
            people = self.store._state.people
            people.put(contact_id, replace(people[contact_id], zone=zone))

    def people_with_mail(self, number: int) -> list[int]:
        return [self.person(f"p{n}@example.org") for n in range(number)]

    # --- what happens ---

    @property
    def now(self) -> datetime:
        return self.clock.now()

    def take(self, event: Event) -> Intake:
        return life.ingest(self.context, event)

    def happens(
        self,
        name: str,
        contact_id: int | None = None,
        at: datetime | None = None,
        properties: Mapping[str, Any] = EMPTY,
        **more: Any,
    ) -> Intake:
        """An event of its own, now unless said otherwise."""
        self.events += 1
        source_id = more.pop("source_id", f"event-{self.events}")
        return self.take(
            Event(name, at or self.now, source_id, contact_id=contact_id, properties=properties, **more)
        )

    def react(self, message: Message, name: str, actor: Actor = Actor.UNKNOWN, **properties: Any) -> Intake:
        return self.happens(name, message_id=message.id, actor=actor, properties=properties)

    def enter(self, *contact_ids: int, flow: str = "A flow", **entry: Any) -> dict[int, str]:
        return life.enter(self.context, flow, list(contact_ids), entry)

    def work(self) -> None:
        """Until nothing is due now."""
        self.engine.until_idle()

    def wait(self, **parts: float) -> None:
        """So long later, with the machine running all the time."""
        until = self.now + timedelta(**parts)
        self.work()
        while (due := self.next_due()) is not None and due <= until:
            self.clock.jump(due)
            self.work()
        self.clock.jump(until)
        self.work()

    def sleep(self, **parts: float) -> None:
        """So long later, with the machine off."""
        self.clock.jump(self.now + timedelta(**parts))

    def restart(self) -> None:
        """The process was killed; a new one knows nothing of what the old one was told."""
        self.restarts += 1
        name = f"lease-{self.restarts + 1}"
        self.engine = Engine(self.context, self.engine.channels, name, gone=lambda _: True)
        self.engine.start()

    def next_due(self) -> datetime | None:
        """The next moment at which something can be done."""
        return self.engine.next_due()

    def show(self, message: Message) -> bool:
        return page.shown(self.context, message.id, {"headline": "Hi"})

    # --- looking at it ---

    def contact(self, contact_id: int) -> Contact:
        with self.store.transaction() as tx:
            return tx.contacts([contact_id])[contact_id]

    def journeys(self, contact_id: int | None = None) -> list[Journey]:
        """All, or one contact's, oldest first."""
        if isinstance(self.store, MemoryStore):
            found = list(self.store.all_journeys)
        else:
            owners = self.owners() if contact_id is None else [contact_id]
            found = [one for owner in owners for one in self.store.people.journeys(owner)]
        return sorted((one for one in found if contact_id in (None, one.contact_id)), key=lambda one: one.id)

    def messages(self, contact_id: int | None = None) -> list[Message]:
        if isinstance(self.store, MemoryStore):
            found = list(self.store.all_messages)
        else:
            owners = self.owners() if contact_id is None else [contact_id]
            found = [one for owner in owners for one in self.store.people.messages(owner)]
        return sorted((one for one in found if contact_id in (None, one.contact_id)), key=lambda one: one.id)

    def owners(self) -> Sequence[int]:
        """All contacts, those too who are erased."""
        assert isinstance(self.store, SqlStore)
        with self.store.reading() as session:
            return session.connection.execute(select(contact.c.id)).scalars().all()

    def journal(self, contact_id: int) -> list[JournalLine]:
        if isinstance(self.store, MemoryStore):
            return [line for line in self.store.journal if line.contact_id == contact_id]
        return list(self.store.people.journal(contact_id))

    def counters(self) -> Counter[tuple[int, int, str, str]]:
        """By flow, version, node and name, over all hours."""
        found: Counter[tuple[int, int, str, str]] = Counter()
        if isinstance(self.store, MemoryStore):
            for key, count in self.store.counters.items():
                found[key.flow_id, key.version_id, key.node, key.name] += count
        else:
            columns = (counter.c.flow_id, counter.c.version_id, counter.c.node, counter.c.name)
            with self.store.reading() as session:
                for flow_id, version_id, place, name, count in session.connection.execute(
                    select(*columns, counter.c.count)
                ):
                    found[flow_id, version_id, place, name] += count
        return Counter({key: count for key, count in found.items() if count})

    def count(self, name: str) -> int:
        return sum(count for key, count in self.counters().items() if key[3] == name)

    def journey(self, contact_id: int) -> Journey:
        """The contact's newest."""
        return self.journeys(contact_id)[-1]

    def message(self, contact_id: int) -> Message:
        return self.messages(contact_id)[-1]

    def place(self, contact_id: int) -> str:
        """Where the contact stands, or ``REASON!`` when the journey has ended, or nothing."""
        found = self.journeys(contact_id)
        if not found:
            return ""
        return f"{found[-1].end_reason}!" if found[-1].state is JourneyState.DONE else found[-1].node

    def check(self) -> None:
        """What must hold at every moment between two transactions."""
        check_one_place(self)
        check_nobody_is_forgotten(self)
        check_sums(self)


OPEN = frozenset(JourneyState) - {JourneyState.DONE, JourneyState.ERASED}


def check_one_place(world: World) -> None:
    """Rule 1: a contact is in one place per journey, and in one journey per flow and key."""
    inside = [(one.flow_id, one.contact_id, one.key) for one in world.journeys() if one.state in OPEN]
    assert len(inside) == len(set(inside))


def check_nobody_is_forgotten(world: World) -> None:
    """Every open journey waits for something that can come, or for a person."""
    messages = {one.id: one for one in world.messages()}
    for one in world.journeys():
        message = messages.get(one.message_id or 0)
        match one.state:
            case JourneyState.WAITING | JourneyState.DUE:
                to_come = message is not None and message.state in (
                    MessageState.QUEUED,
                    MessageState.RETRY,
                    MessageState.SENDING,
                )
                assert one.due_at is not None or to_come, one
            case JourneyState.HELD:
                assert message is not None, one
                taken_back = message.state is MessageState.CANCELLED and message.reason in braking.REASONS
                held = message.state in (MessageState.HELD, MessageState.UNKNOWN)
                assert held or taken_back, (one, message)
            case JourneyState.DONE:
                assert one.end_reason
                assert message is None or message.state not in (MessageState.QUEUED, MessageState.HELD)
            case _:
                pass


def check_sums(world: World) -> None:
    """The row is the truth; the counters beside it say the same."""
    rows: Counter[tuple[int, int, str, str]] = Counter()
    for journey in world.journeys():
        if journey.state in OPEN:
            rows[journey.flow_id, journey.version_id, journey.node, "here"] += 1
    for one in world.messages():
        key = (one.flow_id, one.version_id, one.node)
        rows[*key, f"message:{one.state}"] += 1
        if one.state is MessageState.FAILED:
            rows[*key, f"failed:{one.reason}"] += 1
        for name in one.reactions:
            rows[*key, name if name.startswith("machine:") else f"reaction:{name}"] += 1
    told = {"here", "message", "failed", "reaction", "machine"}
    kept = {key: count for key, count in world.counters().items() if key[3].split(":")[0] in told}
    assert kept == dict(rows)
    ends = Counter(f"end:{one.end_reason}" for one in world.journeys() if one.state is JourneyState.DONE)
    assert {name: world.count(name) for name in ends} == dict(ends)
    if isinstance(world.store, SqlStore):
        assert world.store.numbers.recount(dry=True) == []
