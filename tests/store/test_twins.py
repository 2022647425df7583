"""Whatever is done to both, the twin in memory and the database answer the same."""

from __future__ import annotations

import shutil
import tempfile
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import cache, partial
from pathlib import Path
from typing import Any, TypeVar

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from app.model.journey import (
    Arming,
    Changes,
    ContactChange,
    CountKey,
    FlowState,
    JournalLine,
    Journey,
    JourneyState,
    Message,
    MessageState,
    Suppression,
)
from app.model.people import Actor, Address, Consent
from app.model.ports import Transaction
from app.model.segments import Dated, Member, Schedule, Segment
from app.store.database import SqlStore, open_store
from app.store.errors import NotUniqueError
from app.store.memory import MemoryStore
from tests.store.world import NOON, AnyStore, a_journey, a_message, an_event, publish, set_state

CONTACTS = range(1, 6)
KEYS = st.sampled_from(["", "a", "b"])
CHANNELS = ["email", "sms", "popup", "task"]
ADDRESSES = [Address(kind, value) for kind in ("email", "phone") for value in ("1", "2", "3")]
FLOWS = ("Basket", "Popup")
MOMENTS = st.integers(-3, 3).map(lambda minutes: NOON + timedelta(minutes=minutes))
VALUES = st.none() | st.integers() | st.text(max_size=3) | st.lists(st.booleans(), max_size=2)

MEMORY_DISK = Path("/dev/shm")
"""Thousands of commits: what they cost is the disk, and it is not the disk that is tested here."""


@cache
def _template() -> bytes:
    """An empty workspace's bytes."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "workspace.db"
        open_store(path).close()
        return path.read_bytes()


def _sql_store(folder: Path) -> SqlStore:
    path = folder / "workspace.db"
    path.write_bytes(_template())
    return open_store(path)


class Twins(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(
            tempfile.mkdtemp(prefix="chainwright-twin-", dir=MEMORY_DISK if MEMORY_DISK.is_dir() else None)
        )
        self.memory, self.sql = MemoryStore(), _sql_store(self.folder)
        self.journeys: dict[int, Journey] = {}
        self.messages: dict[int, Message] = {}
        self.number = 100

    def teardown(self) -> None:
        self.sql.close()
        shutil.rmtree(self.folder)

    def both(self, work: Callable[[Any], Any], *, undo: bool = False) -> Any:
        """Does it to both; what they answer, or how they refuse, is the same."""
        first, second = (_outcome(store, work, undo=undo) for store in (self.memory, self.sql))
        assert first == second
        return first

    def write(self, *, undo: bool = False, **changes: Any) -> Any:
        return self.both(lambda transaction: list(transaction.write(Changes(**changes))), undo=undo)

    def new_id(self) -> int:
        self.number += 1
        return self.number

    @initialize()
    def begin(self) -> None:
        self.flows = [publish(self.memory, name) for name in FLOWS]
        assert [publish(self.sql, name) for name in FLOWS] == self.flows
        for contact_id in CONTACTS:
            self.both(partial(_add_contact, contact_id))

    # people

    @rule(contact=st.sampled_from(CONTACTS), address=st.sampled_from(ADDRESSES))
    def add_address(self, contact: int, address: Address) -> None:
        self.both(lambda t: t.add_address(contact, address, NOON))

    @rule(keep=st.sampled_from(CONTACTS), gone=st.sampled_from(CONTACTS))
    def merge(self, keep: int, gone: int) -> None:
        if keep != gone and self.both(lambda t: t.merge_contacts(keep, gone, NOON)) is None:
            self.journeys = {id_: _handed_over(one, keep, gone) for id_, one in self.journeys.items()}
            self.messages = {id_: _handed_over(one, keep, gone) for id_, one in self.messages.items()}

    @rule(
        contact=st.sampled_from(CONTACTS),
        values=st.dictionaries(st.sampled_from("xyz"), VALUES),
        add=st.frozensets(st.sampled_from("pq")),
        remove=st.frozensets(st.sampled_from("pq")),
        undo=st.booleans(),
    )
    def change_contact(
        self, contact: int, values: dict[str, Any], add: frozenset[str], remove: frozenset[str], *, undo: bool
    ) -> None:
        self.write(contacts=[ContactChange(contact, values, add, remove)], undo=undo)

    @rule(
        contact=st.sampled_from(CONTACTS),
        channel=st.sampled_from(CHANNELS[:2]),
        given=st.booleans(),
        at=MOMENTS,
        undo=st.booleans(),
    )
    def consent(self, contact: int, channel: str, at: Any, *, given: bool, undo: bool) -> None:
        self.write(consents=[(contact, Consent(channel, given, at, "form", proof={"a": 1}))], undo=undo)

    @rule(address=st.sampled_from(ADDRESSES))
    def suppress(self, address: Address) -> None:
        self.write(suppressed=[Suppression(address.kind, address.value, "hard", NOON)])

    @rule(
        contact=st.none() | st.sampled_from(CONTACTS),
        source=st.integers(1, 12),
        name=st.sampled_from(["bought", "seen"]),
        at=MOMENTS,
        undo=st.booleans(),
    )
    def happen(self, contact: int | None, source: int, name: str, at: Any, *, undo: bool) -> None:
        event = an_event(name, f"s{source}", at, properties={"n": [source]}, actor=Actor.HUMAN)
        id_ = self.new_id()
        self.both(lambda t: t.add_event(id_, event, contact, NOON), undo=undo)

    # journeys

    @rule(
        flow=st.sampled_from([0, 1]),
        contact=st.sampled_from(CONTACTS),
        key=KEYS,
        state=st.sampled_from(list(JourneyState)),
        at=MOMENTS,
        due=st.none() | MOMENTS,
        undo=st.booleans(),
    )
    def start(
        self, flow: int, contact: int, key: str, state: JourneyState, at: Any, due: Any, *, undo: bool
    ) -> None:
        new = a_journey(
            self.flows[flow], self.new_id(), contact, key=key, state=state, started_at=at, due_at=due
        )
        if self.write(started=[new], undo=undo) == []:
            self.journeys[new.id] = new

    @rule(
        data=st.data(),
        state=st.sampled_from(list(JourneyState)),
        due=st.none() | MOMENTS,
        stale=st.sampled_from([0, 0, 0, 1]),
        undo=st.booleans(),
    )
    def move(self, data: st.DataObject, state: JourneyState, due: Any, stale: int, *, undo: bool) -> None:
        if not self.journeys:
            return
        old = self.journeys[data.draw(st.sampled_from(sorted(self.journeys)))]
        new = replace(old, state=state, due_at=due, step=old.step + 1, node="next", noted="opened", key="?")
        lines = [JournalLine(old.id, old.contact_id, old.flow_id, old.step, NOON, "next", "arrived")]
        message = a_message(new, self.new_id(), state=MessageState.HELD)
        lost = self.write(moved=[(new, old.step + stale)], journal=lines, queued=[message], undo=undo)
        if lost == []:
            self.journeys[old.id] = replace(new, key=old.key)
            self.messages[message.id] = message

    @rule(flow=st.sampled_from([0, 1]), contact=st.sampled_from(CONTACTS), key=KEYS, at=MOMENTS)
    def arm(self, flow: int, contact: int, key: str, at: Any) -> None:
        self.write(armed=[Arming(self.flows[flow].id, contact, key, "start", at, {"at": str(at)})])

    @rule(flow=st.sampled_from([0, 1]), contact=st.sampled_from(CONTACTS), key=KEYS, undo=st.booleans())
    def disarm(self, flow: int, contact: int, key: str, *, undo: bool) -> None:
        self.write(disarmed=[(self.flows[flow].id, contact, key)], undo=undo)

    @rule(flow=st.sampled_from([0, 1]), state=st.sampled_from(list(FlowState)[1:]))
    def change_flow(self, flow: int, state: FlowState) -> None:
        for store in (self.memory, self.sql):
            set_state(store, self.flows[flow], state)

    # messages

    @rule(
        data=st.data(),
        channel=st.sampled_from(CHANNELS),
        state=st.sampled_from(list(MessageState)),
        due=MOMENTS,
        retry=st.none() | MOMENTS,
    )
    def queue(self, data: st.DataObject, channel: str, state: MessageState, due: Any, retry: Any) -> None:
        if not self.journeys:
            return
        journey = self.journeys[data.draw(st.sampled_from(sorted(self.journeys)))]
        new = a_message(
            journey,
            self.new_id(),
            channel=channel,
            state=state,
            due_at=due,
            created_at=due,
            next_try_at=retry,
        )
        if self.write(queued=[new]) == []:
            self.messages[new.id] = new

    @rule(
        data=st.data(),
        state=st.sampled_from(list(MessageState)),
        retry=st.none() | MOMENTS,
        reactions=st.frozensets(st.sampled_from(["opened", "clicked", "machine:opened", "closed"])),
        undo=st.booleans(),
    )
    def change_message(
        self, data: st.DataObject, state: MessageState, retry: Any, reactions: frozenset[str], *, undo: bool
    ) -> None:
        if not self.messages:
            return
        old = self.messages[data.draw(st.sampled_from(sorted(self.messages)))]
        new = replace(old, state=state, next_try_at=retry, reactions=reactions, content={"subject": "ü"})
        if self.write(messages=[new], undo=undo) == []:
            self.messages[old.id] = replace(new, reactions=old.reactions | reactions)

    # what is over

    @rule(data=st.data(), at=MOMENTS)
    def finish(self, data: st.DataObject, at: Any) -> None:
        if not self.journeys:
            return
        old = self.journeys[data.draw(st.sampled_from(sorted(self.journeys)))]
        new = replace(old, state=JourneyState.DONE, step=old.step + 1, ended_at=at, end_reason="end")
        if self.write(moved=[(new, old.step)]) == []:
            self.journeys[old.id] = new

    @rule(before=MOMENTS, limit=st.integers(1, 3), undo=st.booleans())
    def press(self, before: Any, limit: int, *, undo: bool) -> None:
        self.both(lambda t: t.shelve(before, limit), undo=undo)
        self.both(lambda t: t.oldest_open())

    @rule(before=MOMENTS, kept=st.sampled_from([{}, {"opened": None}, {"opened": NOON}]), undo=st.booleans())
    def drop(self, before: Any, kept: Any, *, undo: bool) -> None:
        self.both(lambda t: t.drop_archives(before + timedelta(days=1), 2), undo=undo)
        self.both(lambda t: t.drop_events(before, kept, 0, 3), undo=undo)
        self.both(lambda t: t.drop_texts(before, 0, 3), undo=undo)
        self.both(lambda t: t.drop_refused(before, 3), undo=undo)

    # segments and what waits

    @rule(
        contact=st.sampled_from(CONTACTS),
        segment=st.sampled_from([1, 2]),
        at=st.none() | MOMENTS,
        undo=st.booleans(),
    )
    def join(self, contact: int, segment: int, at: Any, *, undo: bool) -> None:
        self.write(members=[Member(segment, contact, at)], undo=undo)

    @rule(contact=st.sampled_from(CONTACTS), at=st.none() | MOMENTS, undo=st.booleans())
    def look_again(self, contact: int, at: Any, *, undo: bool) -> None:
        self.write(rechecks={contact: at}, undo=undo)

    @rule(contact=st.sampled_from(CONTACTS), at=st.none() | MOMENTS, undo=st.booleans())
    def date(self, contact: int, at: Any, *, undo: bool) -> None:
        self.write(
            dated=[Dated(1, "d", contact, at)],
            seen={contact: at},
            schedules=[Schedule(1, "s", at)],
            undo=undo,
        )

    @rule(contact=st.sampled_from(CONTACTS), at=MOMENTS)
    def hear(self, contact: int, at: Any) -> None:
        self.write(words=[(contact, "sms", at)])

    @rule(segment=st.sampled_from([1, 2]), name=st.none() | st.sampled_from("ab"), undo=st.booleans())
    def rename_segment(self, segment: int, name: str | None, *, undo: bool) -> None:
        new = None if name is None else Segment(segment, name, {"tag": name})
        self.write(segments={segment: new}, undo=undo)

    @rule(contact=st.sampled_from(CONTACTS))
    def forget(self, contact: int) -> None:
        with self.memory.transaction() as transaction:
            one = transaction.contacts([contact])[contact]
        if one.erased or one.consents:
            return  # the numbers of consents that are gone are given again by some databases
        self.both(lambda t: t.forget([contact], NOON))
        with self.memory.transaction() as transaction:
            self.journeys = dict(transaction.journeys(list(self.journeys)))

    @rule(owner=st.sampled_from("ab"), at=MOMENTS, drop=st.booleans(), seen=st.booleans())
    def lease(self, owner: str, at: Any, *, drop: bool, seen: bool) -> None:
        self.both(lambda t: t.take_lease(owner, at, 60, t.lease() if seen else None))
        self.both(lambda t: (t.lease(), t.keeps_lease(owner, t.lease().fence)))
        if drop:
            self.both(lambda t: t.drop_lease(owner))

    @rule(by=st.integers(-2, 2), hour=st.integers(1, 2), undo=st.booleans())
    def count(self, by: int, hour: int, *, undo: bool) -> None:
        self.write(counts=Counter({CountKey(1, 1, "start", "here", hour): by}), undo=undo)

    # what is asked

    @invariant()
    def all_answers_are_the_same(self) -> None:
        self.both(_everything)

    @invariant()
    def no_change_was_lost(self) -> None:
        with self.memory.transaction() as transaction:
            kept = transaction.journeys(list(self.journeys))
        assert kept == self.journeys


T = TypeVar("T", Journey, Message)


def _handed_over(one: T, keep: int, gone: int) -> T:
    return replace(one, contact_id=keep) if one.contact_id == gone else one


def _add_contact(contact_id: int, transaction: Transaction) -> None:
    transaction.add_contact(contact_id, (), NOON)


class _Undone(Exception):
    pass


def _outcome(store: AnyStore, work: Callable[[Any], Any], *, undo: bool) -> Any:
    try:
        with store.transaction() as transaction:
            answer = work(transaction)
            _undo_if(undo)
    except (_Undone, NotUniqueError, KeyError) as error:
        return type(error).__name__
    return answer


def _undo_if(undo: bool) -> None:
    if undo:
        raise _Undone


def _everything(transaction: Transaction) -> list[Any]:
    """Everything that the port can be asked about so small a world."""
    journeys = [id_ for contact in CONTACTS for id_ in (one.id for one in transaction.open_journeys(contact))]
    flows = (1, 2)
    answers: list[Any] = [
        transaction.live_flows(),
        transaction.next_due(),
        transaction.contacts(CONTACTS),
        transaction.find_contacts(ADDRESSES),
        [transaction.last_said(contact) for contact in CONTACTS if contact in transaction.contacts(CONTACTS)],
        transaction.events_of(list(CONTACTS), ["bought", "seen"]),
        transaction.messages_of(journeys),
        [transaction.open_journeys(contact) for contact in CONTACTS],
        [transaction.armings_of(contact) for contact in CONTACTS],
        [transaction.page_messages(contact) for contact in CONTACTS],
        [transaction.open_messages(contact, channel) for contact in CONTACTS for channel in ("", "email")],
        [transaction.open_journeys_of_flow(flow, 3) for flow in flows],
        [transaction.messages_in(state, 4) for state in MessageState],
        [
            transaction.newest_journey(flow, contact, key)
            for flow in flows
            for contact in CONTACTS
            for key in ("", "a")
        ],
        transaction.segments(),
        transaction.schedules(),
        transaction.memberships(list(CONTACTS)),
        transaction.rechecks_of(list(CONTACTS)),
        transaction.dated_of(list(CONTACTS)),
        transaction.last_words(list(CONTACTS)),
        transaction.everybody(1, 3),
        [transaction.members(segment, 1, 3) for segment in (1, 2)],
        [transaction.members(segment, 0, 3, NOON) for segment in (1, 2)],
    ]
    for minutes in (-1, 1):
        now = NOON + timedelta(minutes=minutes)
        answers.append(transaction.due_journeys(now, 4))
        answers.append(transaction.due_armings(now, 4))
        answers.append(list(transaction.due_rechecks(now, 4).items()))
        answers.append(transaction.due_dated(now, 4))
        answers.append(transaction.quiet_anonymous(now, 4))
        answers.append(transaction.ready_messages(CHANNELS, now, 4))
    return answers


@pytest.mark.timeout(600)
def test_the_twin_and_the_database_cannot_be_told_apart() -> None:
    examples = settings().max_examples // 5
    run_state_machine_as_test(Twins, settings=settings(max_examples=examples, stateful_step_count=30))
