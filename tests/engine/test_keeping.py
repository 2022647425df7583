"""Keep small: what is over is pressed together and dropped by the tick, and costs nothing beyond that."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from app.engine import shifts
from app.engine.keeping import KEEPING
from app.engine.tick import tick
from app.model.durations import parse_duration
from app.model.rules import Keep, Rules
from app.model.shifts import Choice
from app.store.database import SqlStore, open_store
from app.store.session import Session
from tests.engine.flows import by_event, one_letter
from tests.engine.world import AnyStore, World
from tests.figures import Figures
from tests.unit.engine.build import MANUAL, flow_of, letter, node


def through(world: World, number: int = 3) -> list[int]:
    """So many people come through a letter and an hour to the end."""
    people = [world.person(f"p{n}-{world.ids.new()}@example.org") for n in range(number)]
    world.enter(*people)
    world.wait(hours=2)
    return people


def in_archive(store: AnyStore) -> int:
    if isinstance(store, SqlStore):
        with store.reading() as session:
            return int(session.connection.exec_driver_sql("SELECT count(*) FROM archive").scalar_one())
    return len(store._state.archive)


def remembered(world: World) -> Any:
    with world.store.transaction() as tx:
        return tx.machine(KEEPING)


def test_the_tick_presses_what_ended_long_ago_and_everything_can_be_read(world: World) -> None:
    world.publish(one_letter())
    first = through(world)
    before = world.journal(first[0])
    world.wait(days=89)
    assert in_archive(world.store) == 0
    last = through(world, 1)
    world.wait(days=2)
    assert in_archive(world.store) == 3
    assert world.journal(first[0]) == before
    assert world.count("end:end") == 4
    assert world.journal(last[0])


def test_how_long_is_kept_is_a_setting(world: World) -> None:
    world.publish(one_letter())
    keep = Keep(parse_duration("P7D"), parse_duration("P1M"))
    world.context.rules = Rules(keep=keep)
    people = through(world)
    world.wait(days=8)
    assert in_archive(world.store) == 3
    world.wait(days=30)
    assert in_archive(world.store) == 0
    assert world.journal(people[0]) == []
    assert world.count("end:end") == 3, "the number stays"
    assert world.messages(people[0])[0].content == {}


def test_batches_leave_room_for_what_is_due(world: World) -> None:
    world.publish(one_letter())
    world.context.rules = Rules(keep=Keep(parse_duration("P1D")))
    through(world, 5)
    world.context.batch = 2
    world.sleep(days=3)
    with world.store.transaction() as tx:
        assert tx.shelve(world.now - timedelta(days=1), 0) == 0
    assert tick(world.context, world.engine.lease) == 2
    assert in_archive(world.store) == 2
    world.work()
    assert in_archive(world.store) == 5


def test_old_events_go_and_those_that_a_flow_may_ask_for_stay(world: World) -> None:
    ever = {"event": "order_completed", "since": "ever"}
    nodes = [
        MANUAL,
        node("check", "check", ways=[{"name": "bought", "when": ever}]),
        node("won", "end"),
        letter(),
        node("over", "end"),
    ]
    ways = ("start.entered > check", "check.bought > won", "check.else > letter", "letter.sent > over")
    world.publish(flow_of(nodes, *ways, "letter.failed > over"))
    world.context.rules = Rules(keep=Keep(all=parse_duration("P3M")))
    buyer = world.person("buyer@example.org")
    for name in ("order_completed", "page_viewed"):
        world.happens(name, buyer)
    world.wait(days=120)
    with world.store.transaction() as tx:
        events = tx.events_of([buyer], ["order_completed", "page_viewed"])[buyer]
    assert [one.name for one in events] == ["order_completed"]
    world.enter(buyer)
    assert world.place(buyer) == "end!"
    assert world.journey(buyer).node == "won"


def test_what_nobody_asks_for_any_more_goes_in_the_next_month(world: World) -> None:
    ever = {"event": "page_viewed", "since": "ever"}
    asks = [MANUAL, node("check", "check", ways=[{"name": "x", "when": ever}]), node("over", "end")]
    ways = ("start.entered > check", "check.x > over", "check.else > over")
    world.publish(flow_of(asks, *ways))
    world.context.rules = Rules(keep=Keep(all=parse_duration("P1M")))
    somebody = world.person("a@example.org")
    world.happens("page_viewed", somebody)
    world.wait(days=50)
    with world.store.transaction() as tx:
        assert tx.events_of([somebody], ["page_viewed"])
    world.publish(one_letter())
    world.wait(days=32)
    with world.store.transaction() as tx:
        assert tx.events_of([somebody], ["page_viewed"]) == {}


def test_the_day_has_one_round(world: World) -> None:
    world.publish(by_event())
    for number in range(5):
        world.happens("signed_up", world.person(f"p{number}@example.org"))
    world.context.rules = Rules(keep=Keep(all=parse_duration("P1D")))
    world.context.batch = 2
    world.wait(days=3)
    day = world.now.date().isoformat()
    known = remembered(world)
    assert known["day"] == day
    world.wait(hours=2)
    assert remembered(world) == known


def test_what_taking_back_needs_is_dropped_when_it_is_too_late_for_that(world: World) -> None:
    nodes = [MANUAL, node("wait", "delay", for_="P9D"), node("over", "end")]
    ways = ("start.entered > wait", "wait.next > over")
    world.publish(flow_of(nodes, *ways))
    world.enter(world.person("a@example.org"))
    longer = flow_of([nodes[0], node("wait", "delay", for_="P30D"), nodes[2]], *ways)
    shift = world.change(longer, ("wait", Choice.MOVE))
    world.carry_out(shift)
    with world.store.transaction() as tx:
        assert len(tx.shifted(shift.id, 0, 9)) == 1
    world.wait(hours=2)
    with world.store.transaction() as tx:
        assert tx.shifted(shift.id, 0, 9) == []
    assert shifts.carry_on(world.context) == 0


# --- a finished contact costs nothing per tick ---------------------------------------------------------


@contextmanager
def counted(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[tuple[str, int]]]:
    """Every statement with the rows that it gave."""
    told: list[tuple[str, int]] = []
    rows_of, many = Session.rows, Session.many

    def rows(self: Session, query: Any, *values: object) -> Any:
        found = rows_of(self, query, *values)
        told.append((self.words.sql(query), len(found)))
        return found

    def row(self: Session, query: Any, *values: object) -> Any:
        return next(iter(rows(self, query, *values)), None)

    def many_(self: Session, query: Any, values: Any) -> int:
        told.append((self.words.sql(query), len(values)))
        return many(self, query, values)

    with monkeypatch.context() as patch:
        patch.setattr(Session, "rows", rows)
        patch.setattr(Session, "row", row)
        patch.setattr(Session, "many", many_)
        yield told


@pytest.mark.parametrize("pressed", [False, True])
def test_a_finished_contact_costs_nothing_per_tick(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, figures: Figures, *, pressed: bool
) -> None:
    """The same statements with the same number of rows, whether 5 or 205 people have come through."""
    store = open_store(tmp_path / "w.db")
    world = World(store)
    world.engine.start()
    world.publish(one_letter())
    told: list[list[tuple[str, int]]] = []
    for number in (5, 200):
        through(world, number)
        world.wait(days=100 if pressed else 5)
        world.work()
        with counted(monkeypatch) as statements:
            tick(world.context, world.engine.lease)
            world.engine.next_due()
        told.append(list(statements))
    figures("show 1", statements=len(told[1]), rows=sum(count for _, count in told[1]), finished=205)
    assert told[0] == told[1]
    assert len(told[0]) > 5
    world.check()
    store.close()


def test_the_round_of_the_day_does_not_depend_on_who_has_finished(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = open_store(tmp_path / "w.db")
    world = World(store)
    world.engine.start()
    world.publish(one_letter())
    told = []
    for number in (5, 100):
        through(world, number)
        world.wait(days=100)
        world.clock.jump(world.now + timedelta(days=1))
        with counted(monkeypatch) as statements:
            world.work()
        told.append(sum(count for _, count in statements))
    assert told[0] == told[1]
    store.close()


def test_a_flow_that_was_played_for_long_can_be_recounted(tmp_path: Path) -> None:
    """``doctor --recount`` is equal before and after."""
    store = open_store(tmp_path / "w.db")
    world = World(store)
    world.engine.start()
    flow = one_letter()
    world.publish(flow)
    through(world, 20)
    world.wait(days=100)
    world.publish(flow.with_node(replace(flow.by_id["hour"], settings={"for": "PT30M"})))
    through(world, 7)
    counts = store.numbers.counts("A flow")
    assert in_archive(store) == 20
    assert store.numbers.recount(dry=True) == []
    store.numbers.recount()
    assert store.numbers.counts("A flow") == counts
    store.close()
