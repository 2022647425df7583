"""``entry.date``: rules 1, 2, 13 and 21 over the twin and SQLite."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

import pytest

from app.model.flow import Flow
from app.model.journey import FlowState
from app.model.people import Address, Event
from tests.engine.world import NOON, World, later
from tests.unit.engine.build import flow_of, letter, node

BIRTHDAY: Final[dict[str, Any]] = {"property": "born", "yearly": True}


def dated(flow: dict[str, Any] | None = None, **settings: Any) -> Flow:
    """A letter for whoever has a date."""
    nodes = [node("start", "entry.date", **{"property": "date", **settings}), letter(), node("over", "end")]
    return flow_of(nodes, "start.entered > letter", "letter.sent > over", **(flow or {}))


def waits(world: World) -> dict[int, datetime | None]:
    """By contact: the moment that is waited for."""
    with world.store.transaction() as tx:
        return {one.contact_id: one.due_at for one in tx.dated_of(world.people)}


def someone(world: World, name: str, **properties: Any) -> int:
    contact = world.person(f"{name}@example.org")
    world.edit(contact, **properties)
    return contact


def test_people_come_in_at_the_moment_that_their_date_names(world: World) -> None:
    """Rule 13: days before, at nine on their own wall clock."""
    eva = someone(world, "eva", date="2026-03-12")
    world.publish(dated(side="before", offset="P3D"))
    world.work()
    assert waits(world) == {eva: datetime.fromisoformat("2026-03-09T09:00+01:00")}
    world.wait(days=6, hours=19)
    assert world.journeys() == []
    world.wait(hours=2)
    (journey,) = world.journeys(eva)
    assert journey.started_at == datetime.fromisoformat("2026-03-09T09:00+01:00")
    assert (journey.cause, world.place(eva)) == ("date", "end!")
    assert waits(world) == {}


def test_a_moment_that_passed_before_the_publishing_never_comes(world: World) -> None:
    """Rule 2: noon is 13:00 in Berlin."""
    eva, bob = someone(world, "eva", date="2026-03-02T12:59"), someone(world, "bob", date="2026-03-02T13:01")
    world.publish(dated())
    world.wait(days=1)
    assert (world.place(eva), world.place(bob)) == ("", "end!")


def test_those_whose_moment_was_today_come_in_when_the_author_says_so(world: World) -> None:
    """Rule 2."""
    yesterday, today = someone(world, "a", date="2026-03-01T23:59"), someone(world, "b", date="2026-03-02")
    midnight, tomorrow = someone(world, "c", date="2026-03-02T00:00"), someone(world, "d", date="2026-03-03")
    assert world.count_today(dated()) == 2
    world.publish(dated(), also_today=True)
    world.work()
    assert [world.place(one) for one in (yesterday, today, midnight, tomorrow)] == ["", "end!", "end!", ""]
    assert world.journey(today).started_at == datetime.fromisoformat("2026-03-02T09:00+01:00")
    world.wait(days=1)
    assert world.place(tomorrow) == "end!"


def test_a_late_machine_lets_in_at_the_moment_that_the_rule_names(world: World) -> None:
    """Rule 2; what is too late is held."""
    eva = someone(world, "eva", date="2026-03-05")
    world.publish(dated())
    world.work()
    world.sleep(days=9)
    world.work()
    assert world.journey(eva).started_at == datetime.fromisoformat("2026-03-05T09:00+01:00")
    assert [one.reason for one in world.messages(eva)] == ["late"]


def test_a_date_that_changes_moves_what_waits_for_it(world: World) -> None:
    world.publish(dated(side="before", offset="P1D"))
    eva = someone(world, "eva", date="2026-03-10")
    world.work()
    assert waits(world) == {eva: datetime.fromisoformat("2026-03-09T09:00+01:00")}
    world.edit(eva, date="2026-03-20")
    world.work()
    assert waits(world) == {eva: datetime.fromisoformat("2026-03-19T09:00+01:00")}
    world.edit(eva, date=None)
    world.work()
    assert waits(world) == {}
    world.edit(eva, date="2026-03-03")
    world.work()
    assert waits(world) == {}, "its moment has passed before it was known"


def test_another_date_after_the_first_has_come_is_another_entry(world: World) -> None:
    """Rule 1: ``reentry`` decides."""
    eva = someone(world, "eva", date="2026-03-04")
    world.publish(dated({"reentry": {"after": "P1D"}}))
    world.wait(days=3)
    for _ in range(3):
        world.edit(eva, city="Bonn")
        world.wait(days=1)
    assert len(world.journeys(eva)) == 1
    world.edit(eva, date="2026-03-14")
    world.wait(days=9)
    assert len(world.journeys(eva)) == 2


def test_what_changed_while_the_machine_was_off_counts_before_the_moment_and_not_after_it(
    world: World,
) -> None:
    """A date that was put off in time lets nobody in; one that was put off when it had come does."""
    early, late = someone(world, "early", date="2026-03-05"), someone(world, "late", date="2026-03-05")
    world.publish(dated({"reentry": {"after": "P1D"}}))
    world.work()
    world.sleep(days=1)
    world.edit(early, date="2026-03-20")
    world.sleep(days=4)
    world.edit(late, date="2026-03-20")
    world.sleep(days=1)
    world.work()
    assert (world.place(early), world.journey(late).started_at.day) == ("", 5)
    twentieth = datetime.fromisoformat("2026-03-20T09:00+01:00")
    assert waits(world) == {early: twentieth, late: twentieth}


def test_a_birthday_comes_every_year_and_the_leap_day_too(world: World) -> None:
    eva = someone(world, "eva", born="2000-02-29")
    world.publish(dated({"reentry": {"after": "P1D"}}, **BIRTHDAY))
    world.wait(days=1)
    assert waits(world) == {eva: datetime.fromisoformat("2027-02-28T09:00+01:00")}
    world.wait(days=365)
    assert waits(world) == {eva: datetime.fromisoformat("2028-02-29T09:00+01:00")}
    assert len(world.journeys(eva)) == 1


def test_years_that_the_machine_was_off_make_no_burst(world: World) -> None:
    eva = someone(world, "eva", born="1980-04-01")
    world.publish(dated({"reentry": {"after": "P1D"}}, **BIRTHDAY))
    world.work()
    world.sleep(days=3 * 365)
    world.work()
    assert [one.started_at.year for one in world.journeys(eva)] == [2026]
    assert waits(world) == {eva: datetime.fromisoformat("2029-04-01T09:00+02:00")}


def test_a_paused_flow_refuses_and_waits_for_the_next_year(world: World) -> None:
    """Rule 21."""
    eva = someone(world, "eva", born="1980-03-03")
    flow = world.publish(dated(**BIRTHDAY))
    world.set_state(flow, FlowState.PAUSED)
    world.wait(days=2)
    assert (world.place(eva), world.count("refused:paused")) == ("", 1)
    assert waits(world) == {eva: datetime.fromisoformat("2027-03-03T09:00+01:00")}


def test_a_goal_before_the_date_does_not_disarm_it(world: World) -> None:
    eva = someone(world, "eva", date="2026-03-04")
    world.publish(dated({"goal": {"events": ["order_completed"]}}))
    world.happens("order_completed", eva)
    world.wait(days=3)
    assert world.place(eva) == "end!"


def test_a_zone_that_becomes_known_moves_the_wall_clock(world: World) -> None:
    """Rule 13."""
    eva, bob = world.person(visitor="b"), world.person("bob@example.org")
    world.edit(eva, date="2026-03-10")
    world.publish(dated())
    world.work()
    with world.context.session("ingest") as session:
        session.tx.merge_contacts(bob, eva, world.now)
        session.look_again(bob)
    world.work()
    assert waits(world) == {bob: datetime.fromisoformat("2026-03-10T09:00+01:00")}


def test_a_new_version_that_keeps_the_entry_keeps_what_waits(world: World) -> None:
    eva, bob = someone(world, "eva", date="2026-03-10"), someone(world, "bob", date="2026-03-02T12:00")
    world.publish(dated())
    world.work()
    world.publish(dated({"reentry": {"after": "P1D"}}))
    world.work()
    assert set(waits(world)) == {eva}
    world.publish(dated(side="before", offset="P1D"))
    world.work()
    assert waits(world) == {eva: datetime.fromisoformat("2026-03-09T09:00+01:00")}
    world.publish(flow_of([node("start", "entry.manual"), node("over", "end")], "start.entered > over"))
    world.wait(days=9)
    assert (world.journeys(), waits(world), world.place(bob)) == ([], {}, "")


def test_a_flow_that_was_stopped_takes_dates_from_when_it_goes_on(world: World) -> None:
    """Rule 2."""
    eva, bob = someone(world, "eva", date="2026-03-04"), someone(world, "bob", date="2026-03-08")
    flow = world.publish(dated())
    world.work()
    world.set_state(flow, FlowState.STOPPED)
    world.wait(days=3)
    world.set_state(flow, FlowState.LIVE)
    world.wait(days=9)
    assert (world.place(eva), world.place(bob)) == ("", "end!")


def test_everybody_is_written_down_in_batches_and_a_crash_goes_on_where_it_stopped(world: World) -> None:
    """R2; while a flow still goes through everybody nobody comes in by it, and nobody is forgotten."""
    world.context.batch = 2
    people = [someone(world, f"p{n}", date=f"2026-03-02T13:0{n}") for n in range(1, 8)]
    world.publish(dated({"reentry": {"after": "PT0S"}}))
    from app.engine.tick import tick

    tick(world.context)
    assert len(waits(world)) == 2
    world.sleep(minutes=2)
    tick(world.context)
    assert world.journeys() == []
    world.edit(people[0], city="Bonn")
    world.wait(minutes=10)
    assert [len(world.journeys(one)) for one in people] == [1] * 7
    assert {one.started_at for one in world.journeys()} == {later(minutes=n) for n in range(1, 8)}


def test_a_form_may_bring_the_date(world: World) -> None:
    world.publish(dated(side="before", offset="PT1H"))
    eva = world.person("eva@example.org")
    world.take(
        Event(
            "submitted",
            NOON,
            "form-1",
            addresses=(Address("email", "eva@example.org"),),
            updates={"date": "2026-03-02T15:00:00+01:00"},
        )
    )
    world.work()
    assert waits(world) == {eva: later(hours=1)}


@pytest.mark.parametrize("value", ["", "soon", 17, None])
def test_what_is_no_date_waits_for_nothing(world: World, value: object) -> None:
    someone(world, "eva", date=value)
    world.publish(dated())
    world.work()
    assert (waits(world), world.next_due()) == ({}, None)


def test_many_dates_of_one_moment_come_in_batches(world: World) -> None:
    world.context.batch = 3
    people = [someone(world, f"p{n}", date="2026-03-03") for n in range(8)]
    world.publish(dated())
    world.wait(days=1)
    assert [world.place(one) for one in people] == ["end!"] * 8


def test_a_date_that_was_put_off_is_not_missed_when_there_is_much_to_look_at(world: World) -> None:
    """Whoever comes in is looked at before, even when others are due longer."""
    world.context.batch = 1
    eva, bob = someone(world, "eva", date="2026-03-05"), someone(world, "bob", date="2026-03-05")
    world.publish(dated())
    world.work()
    world.sleep(days=1)
    for one in (eva, bob):
        world.edit(one, date="2026-03-20")
    world.sleep(days=4)
    world.work()
    assert world.journeys() == []
    assert len(waits(world)) == 2
