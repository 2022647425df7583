"""Whatever happens in whatever order: who is kept as a member is who the rule holds for when everybody is
asked anew, and whoever has a date to come waits for it. Over the twin and over SQLite, with equal results."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from app.engine.calendar import zone_of
from app.engine.dates import next_moment, rule_of
from app.engine.doors import DATE, doors
from app.engine.looking import facts_about
from app.model.conditions import holds
from app.model.flow import Flow
from app.model.journey import FlowState, LiveFlow
from app.model.people import Actor, Address, Consent
from app.store.database import SqlStore
from app.store.memory import MemoryStore
from tests.engine.test_any_order import EVERYTHING, NIGHTLY, PHASES, empty_database
from tests.engine.world import World
from tests.unit.engine.build import flow_of, node

SPANS: Final = ["PT2H", "P1D", "P3D", "P1M", "ever"]
LEAVES: Final = st.one_of(
    st.sampled_from(
        [
            {"tag": "vip"},
            {"property": "city", "is": "Bonn"},
            {"property": "email", "known": True},
            {"property": "total", "more_than": 5},
            {"consent": "email"},
        ]
    ),
    st.builds(
        lambda name, since, times, where: {
            "event": name,
            "since": since,
            "times": times,
            **({"where": {"field": "n", "more_than": 3}} if where else {}),
        },
        st.sampled_from(["bought", "seen"]),
        st.sampled_from(SPANS),
        st.integers(1, 3),
        st.booleans(),
    ),
)
RULES: Final = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        inner.map(lambda one: {"not": one}),
        st.lists(inner, min_size=1, max_size=3).map(lambda some: {"all": some}),
        st.lists(inner, min_size=1, max_size=3).map(lambda some: {"any": some}),
    ),
    max_leaves=4,
)
SEGMENTS: Final = ["One", "Two"]
WHO: Final = st.integers(0, 9)
DATES: Final = st.sampled_from([None, "2026-03-04", "2026-03-02T14:00", "2024-02-29", "1999-03-03", "never"])


def joining(segment: str, version: int) -> Flow:
    """In and out again; every version is another one."""
    nodes = [node("start", "entry.segment", segment=segment), node("over", "end")]
    flow = flow_of(nodes, "start.entered > over", reentry={"after": "PT0S"}, fresh=f"PT{version + 1}H")
    return replace(flow, name=f"Joins {segment}")


def dated(version: int) -> Flow:
    """Two dates; another version asks for another day."""
    nodes = [
        node("once", "entry.date", property="date", side="before", offset=f"P{version % 3}D"),
        node("yearly", "entry.date", property="date", yearly=True),
        node("over", "end"),
    ]
    flow = flow_of(nodes, "once.entered > over", "yearly.entered > over", reentry={"after": "PT0S"})
    return replace(flow, name="Dates")


class AnyMembership(RuleBasedStateMachine):
    """One life of a small workspace, lived in every world alike."""

    def __init__(self) -> None:
        super().__init__()
        self.worlds = [World(MemoryStore(), batch=2)]
        self.number = 0

    @initialize(first=RULES, second=RULES)
    def begin(self, first: Any, second: Any) -> None:
        for world in self.worlds:
            world.engine.start()
            for name, asked in zip(SEGMENTS, (first, second), strict=True):
                world.segment(name, asked)
                world.publish(joining(name, 0), world.now)
            world.publish(dated(0), world.now)

    def who(self, world: World, which: int) -> int | None:
        """One of the contacts that are not erased, by its place."""
        with world.store.transaction() as tx:
            people = tx.everybody(0, 99)
        return people[which % len(people)] if people else None

    # what happens

    @rule(known=st.booleans(), vip=st.booleans())
    def somebody_is_new(self, *, known: bool, vip: bool) -> None:
        self.number += 1
        email = f"{self.number}@example.org" if known else ""
        for world in self.worlds:
            world.person(email, visitor=f"w{self.number}", tags=["vip"] if vip else [], agrees=())

    @rule(
        which=WHO,
        name=st.sampled_from(["bought", "seen", "other"]),
        hours=st.sampled_from([0, 0, 0, 0.5, 3, 30, 800, -1]),
        n=st.integers(1, 6),
        history=st.booleans(),
        actor=st.sampled_from(list(Actor)),
        city=st.sampled_from(["", "", "Bonn", "Köln"]),
    )
    def something_happens(
        self, which: int, name: str, hours: float, n: int, actor: Actor, city: str, *, history: bool
    ) -> None:
        for world in self.worlds:
            world.happens(
                name,
                self.who(world, which),
                world.now - timedelta(hours=hours),
                {"n": n},
                history=history,
                actor=actor,
                updates={"city": city} if city else {},
                addresses=(Address("visitor", "v1"),),
            )

    @rule(which=WHO, browser=st.sampled_from(["v1", "w1", "w2", "w3"]))
    def two_may_become_one(self, which: int, browser: str) -> None:
        for world in self.worlds:
            contact_id = self.who(world, which)
            email = world.contact(contact_id).addresses.get("email") if contact_id else None
            with world.store.transaction() as tx:
                known = tx.find_contacts([Address("visitor", browser)])
            if email and known:
                found = (Address("visitor", browser), Address("email", email))
                world.happens("seen", None, addresses=found)

    @rule(which=WHO, total=st.sampled_from([None, 3, 8]), vip=st.booleans(), date=DATES)
    def somebody_is_changed(self, which: int, total: int | None, date: str | None, *, vip: bool) -> None:
        for world in self.worlds:
            contact_id = self.who(world, which)
            if contact_id:
                world.edit(contact_id, tags=["vip"] if vip else [], total=total, date=date)

    @rule(which=WHO, given=st.booleans())
    def somebody_agrees(self, which: int, *, given: bool) -> None:
        for world in self.worlds:
            contact_id = self.who(world, which)
            with world.context.session("ingest") as session:
                if contact_id:
                    one = Consent("email", given=given, at=world.now, source="hand")
                    session.changes.consents.append((contact_id, one))

    # what people do

    @rule(name=st.sampled_from(SEGMENTS), asked=RULES)
    def a_rule_is_edited(self, name: str, asked: Any) -> None:
        for world in self.worlds:
            world.segment(name, asked)

    @rule(name=st.sampled_from(SEGMENTS), other=st.sampled_from(SEGMENTS), also_today=st.booleans())
    def a_flow_is_published_again(self, name: str, other: str, *, also_today: bool) -> None:
        self.number += 1
        flow = replace(joining(other, self.number), name=f"Joins {name}")
        for world in self.worlds:
            world.publish(flow, world.now, also_today=also_today)
            world.publish(dated(self.number), world.now, also_today=also_today)

    @rule(
        name=st.sampled_from([*(f"Joins {one}" for one in SEGMENTS), "Dates"]),
        state=st.sampled_from([FlowState.LIVE, FlowState.PAUSED, FlowState.CLOSED, FlowState.STOPPED]),
    )
    def a_flow_is_paused_stopped_or_resumed(self, name: str, state: FlowState) -> None:
        for world in self.worlds:
            world.set_state(self.flow(world, name), state)

    def flow(self, world: World, name: str) -> LiveFlow:
        if isinstance(world.store, SqlStore):
            return world.store.flows.find(name)
        return next(one for one in world.published if one.name == name)

    # time

    @rule(hours=st.sampled_from([0.1, 1, 2, 13, 24, 72, 744]))
    def time_passes(self, hours: float) -> None:
        for world in self.worlds:
            world.wait(hours=hours)

    @rule(hours=st.sampled_from([0.1, 1, 2, 13, 24, 72, 744]))
    def the_machine_is_off(self, hours: float) -> None:
        for world in self.worlds:
            world.sleep(hours=hours)

    @rule()
    def the_engine_works(self) -> None:
        for world in self.worlds:
            world.work()

    @rule()
    def the_engine_starts_again(self) -> None:
        for world in self.worlds:
            world.engine.start()

    # what must hold

    @invariant()
    def who_is_kept_is_who_the_rule_holds_for(self) -> None:
        for world in self.worlds:
            check_members(world)

    @invariant()
    def whoever_has_a_date_to_come_waits_for_it(self) -> None:
        for world in self.worlds:
            check_dates(world)

    def teardown(self) -> None:
        for world in self.worlds:
            world.work()
            check_members(world)
            check_dates(world)
            world.check()


def check_members(world: World) -> None:
    """Everybody is asked anew, once nothing is left to look at."""
    with world.context.session("ingest") as session:
        tx = session.tx
        if tx.due_rechecks(world.now, 1):
            return
        rules = session.watched_rules()
        people = facts_about(tx, tx.everybody(0, 99), rules.values(), world.now)
        for segment_id, asked in rules.items():
            if session.watched.segments[segment_id].is_ready:
                expected = sorted(id_ for id_, facts in people.items() if holds(asked, facts))
                assert list(tx.members(segment_id, 0, 99)) == expected, (asked, world.now)


def check_dates(world: World) -> None:
    """The next moment of each, once nothing is due."""
    with world.context.session("ingest") as session:
        tx = session.tx
        busy = any(row.due_at is not None and row.due_at <= world.now for row in tx.schedules())
        if busy or tx.due_rechecks(world.now, 1) or tx.due_dated(world.now, 1):
            return
        people = tx.contacts(tx.everybody(0, 99))
        rows = {(one.flow_id, one.node, one.contact_id): one.due_at for one in tx.dated_of(list(people))}
        for door in doors(session, DATE):
            asked = rule_of(door.node)
            for id_, one in people.items():
                zone = zone_of(one.zone, session.zone)
                expected = next_moment(asked, one.properties.get(asked.property), world.now, zone)
                assert rows.get((*door.name, id_)) == expected, (door.name, one.properties)


class SameOverSql(AnyMembership):
    """The same life over SQLite has the same members and lets the same people in."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="chainwright-any-membership-"))
        self.worlds.append(World(empty_database(self.folder), batch=2))

    @invariant()
    def both_have_the_same_rows(self) -> None:
        twin, sql = self.worlds
        assert _rows(twin) == _rows(sql)
        assert twin.journeys() == sql.journeys()
        assert twin.counters() == sql.counters()

    def teardown(self) -> None:
        try:
            super().teardown()
        finally:
            store = self.worlds[1].store
            assert isinstance(store, SqlStore)
            store.close()
            shutil.rmtree(self.folder)


def _rows(world: World) -> list[Any]:
    with world.store.transaction() as tx:
        people = list(tx.everybody(0, 99))
        return [
            tx.segments(),
            tx.memberships(people),
            tx.rechecks_of(people),
            tx.dated_of(people),
            tx.schedules(),
            tx.machine("watched"),
            tx.next_due(),
        ]


TestAnyMembershipOverTheTwin = AnyMembership.TestCase
TestAnyMembershipOverTheTwin.settings = settings(
    max_examples=1_000 if NIGHTLY else 100,
    stateful_step_count=40,
    phases=PHASES,
    suppress_health_check=EVERYTHING,
)
TestAnyMembershipOverBoth = SameOverSql.TestCase
TestAnyMembershipOverBoth.settings = settings(
    max_examples=200 if NIGHTLY else 10,
    stateful_step_count=40 if NIGHTLY else 20,
    suppress_health_check=EVERYTHING,
)
