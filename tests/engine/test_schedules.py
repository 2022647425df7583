"""``entry.schedule``: rounds over a segment or everybody, once and repeating, over the twin and SQLite."""

from __future__ import annotations

from typing import Any

from app.engine import arrivals
from app.engine.tick import tick
from app.model.flow import Flow
from app.model.journey import FlowState, JournalLine
from app.model.segments import Schedule
from app.store.memory import MemoryStore
from tests.engine.world import World, later
from tests.unit.engine.build import flow_of, node

AGAIN: dict[str, Any] = {"reentry": {"after": "PT1H"}}


def scheduled(
    start: str = "2026-03-03T09:00:00+01:00", flow: dict[str, Any] = AGAIN, **settings: Any
) -> Flow:
    """At set times in and out again. It is Monday noon, 13:00 in Berlin."""
    nodes = [node("start", "entry.schedule", start=start, **settings), node("over", "end")]
    return flow_of(nodes, "start.entered > over", **flow)


def starts(world: World, contact: int) -> list[str]:
    """When the contact came in, as the clock on the wall of the shop shows it."""
    zone = world.context.zone
    return [one.started_at.astimezone(zone).strftime("%d %H:%M") for one in world.journeys(contact)]


def rows(world: World) -> list[Schedule]:
    with world.store.transaction() as tx:
        return list(tx.schedules())


def missed(world: World) -> list[JournalLine]:
    if isinstance(world.store, MemoryStore):
        lines = list(world.store.journal)
    else:
        lines = list(world.store.people.journal(0))
    return [line for line in lines if line.what == "missed"]


def test_once_for_everybody(world: World) -> None:
    people = world.people_with_mail(5)
    world.publish(scheduled())
    world.wait(hours=19)
    assert world.journeys() == []
    world.wait(hours=2)
    assert [starts(world, one) for one in people] == [["03 09:00"]] * 5
    assert {one.cause for one in world.journeys()} == {"schedule"}
    assert rows(world) == []
    world.wait(days=30)
    assert len(world.journeys()) == 5


def test_what_was_before_the_publishing_is_over(world: World) -> None:
    """Rule 2."""
    world.people_with_mail(2)
    world.publish(scheduled("2026-03-02T09:00:00+01:00"))
    assert rows(world) == []
    world.publish(scheduled("2026-03-02T09:00:00+01:00", repeat="FREQ=DAILY"))
    world.wait(days=1)
    assert {one.started_at for one in world.journeys()} == {later(hours=20)}


def test_again_and_again_for_those_who_are_in_the_segment_then(world: World) -> None:
    eva, bob, pia = world.people_with_mail(3)
    world.segment("VIP", {"tag": "vip"})
    world.publish(scheduled(segment="VIP", repeat="FREQ=WEEKLY;BYDAY=TU,TH"))
    world.edit(eva, tags=["vip"])
    world.wait(days=2)
    world.edit(bob, tags=["vip"])
    world.wait(days=5)
    assert (starts(world, eva), starts(world, bob)) == (["03 09:00", "05 09:00"], ["05 09:00"])
    assert starts(world, pia) == []
    assert world.next_due() == later(days=7, hours=20)


def test_the_shops_nine_o_clock_stays_nine_o_clock(world: World) -> None:
    """Rule 13: the clock changes on the 29th of March."""
    (eva,) = world.people_with_mail(1)
    world.publish(scheduled("2026-03-28T09:00:00+01:00", repeat="FREQ=DAILY;COUNT=3"))
    world.wait(days=40)
    assert starts(world, eva) == ["28 09:00", "29 09:00", "30 09:00"]
    assert rows(world) == []


def test_a_round_goes_through_many_in_batches_and_after_a_crash_on_where_it_stopped(world: World) -> None:
    """R2: how far a round has come is written with the people, so that nobody is let in twice for it."""
    world.context.batch = 3
    people = world.people_with_mail(10)
    world.publish(scheduled(flow={"reentry": {"after": "PT0S"}}))
    world.sleep(hours=20)
    tick(world.context)
    assert len(world.journeys()) == 3
    assert [row.after for row in rows(world)] == [people[2]]
    twin = World(world.store, batch=3, clock=world.clock, ids=world.ids)
    world.engine.close()
    twin.engine.start()
    twin.work()
    assert [starts(world, one) for one in people] == [["03 09:00"]] * 10
    twin.engine.close()


def test_of_the_rounds_that_the_machine_was_off_for_only_the_newest_is_run(world: World) -> None:
    """Promise 4: never a burst; the others stand in the journal."""
    (eva,) = world.people_with_mail(1)
    world.publish(scheduled(repeat="FREQ=DAILY"))
    world.work()
    world.sleep(days=5)
    world.work()
    assert starts(world, eva) == ["07 09:00"]
    (line,) = missed(world)
    assert (line.data["rounds"], line.data["reason"]) == (4, "off")
    assert (line.data["first"][:10], line.data["last"][:10]) == ("2026-03-03", "2026-03-06")
    assert (line.flow_id, line.node) == (1, "start")
    world.wait(days=1)
    assert starts(world, eva) == ["07 09:00", "08 09:00"]


def test_a_round_that_was_begun_is_ended_before_the_newest_one(world: World) -> None:
    world.context.batch = 2
    people = world.people_with_mail(3)
    world.publish(scheduled(repeat="FREQ=DAILY"))
    world.sleep(hours=20)
    tick(world.context)
    world.sleep(days=3)
    world.work()
    assert [starts(world, one) for one in people] == [["03 09:00", "06 09:00"]] * 3
    assert [line.data["rounds"] for line in missed(world)] == [2]


def test_a_paused_flow_misses_its_round(world: World) -> None:
    """Rule 21: pause stops entries."""
    (eva,) = world.people_with_mail(1)
    flow = world.publish(scheduled(repeat="FREQ=DAILY"))
    world.set_state(flow, FlowState.CLOSED)
    world.wait(days=1)
    assert [line.data["reason"] for line in missed(world)] == ["paused"]
    world.set_state(flow, FlowState.LIVE)
    world.wait(days=1)
    assert starts(world, eva) == ["04 09:00"]


def test_a_stopped_flow_has_no_rounds_until_it_goes_on(world: World) -> None:
    (eva,) = world.people_with_mail(1)
    flow = world.publish(scheduled(repeat="FREQ=DAILY"))
    world.set_state(flow, FlowState.STOPPED)
    assert rows(world) == []
    world.wait(days=3)
    world.set_state(flow, FlowState.LIVE)
    world.wait(days=1)
    assert starts(world, eva) == ["06 09:00"]


def test_a_new_version_goes_on_unless_the_times_are_others(world: World) -> None:
    """A segment may change between two rounds without a round being lost."""
    eva, bob = world.people_with_mail(2)
    world.segment("VIP", {"tag": "vip"})
    world.edit(bob, tags=["vip"])
    world.publish(scheduled(repeat="FREQ=DAILY"))
    (before,) = rows(world)
    world.publish(scheduled(repeat="FREQ=DAILY", segment="VIP"))
    assert rows(world) == [before]
    world.wait(days=1)
    assert (starts(world, eva), starts(world, bob)) == ([], ["03 09:00"])
    world.publish(scheduled("2026-03-03T18:00:00+01:00", segment="VIP"))
    world.wait(days=1)
    assert starts(world, bob) == ["03 09:00", "03 18:00"]
    world.publish(scheduled("2026-03-20T18:00:00+01:00"))
    world.publish(flow_of([node("hand", "entry.manual"), node("over", "end")], "hand.entered > over"))
    assert rows(world) == []


def test_a_round_waits_until_it_is_known_who_is_in_the_segment(world: World) -> None:
    """What happened before the round counts for it, however much there is to look at."""
    world.context.batch = 2
    people = world.people_with_mail(7)
    world.segment("VIP", {"tag": "vip"})
    world.publish(scheduled(segment="VIP"))
    world.work()
    for one in people[:5]:
        world.edit(one, tags=["vip"])
    world.sleep(days=1)
    world.work()
    assert [len(starts(world, one)) for one in people] == [1, 1, 1, 1, 1, 0, 0]


def test_a_round_without_its_segment_is_missed_and_says_so(world: World) -> None:
    world.people_with_mail(1)
    world.segment("VIP", {"tag": "vip"})
    world.publish(scheduled(segment="VIP"))
    with world.context.session("ingest") as session:
        session.changes.segments[session.segments["VIP"].id] = None
    world.wait(days=1)
    assert [line.data["reason"] for line in missed(world)] == ["no-segment"]
    assert (world.journeys(), rows(world)) == ([], [])


def test_what_belongs_to_no_flow_any_more_is_taken_away(world: World) -> None:
    with world.context.session("ingest") as session:
        session.changes.schedules.append(Schedule(77, "start", later(minutes=-1)))
    world.work()
    assert (rows(world), world.next_due()) == ([], None)


def test_a_visitor_may_be_among_everybody_and_an_erased_contact_is_not(world: World) -> None:
    eva, bob = world.person("eva@example.org"), world.person(visitor="browser")
    with world.context.session("ingest") as session:
        session.tx.merge_contacts(eva, bob, world.now)
    world.publish(scheduled())
    world.wait(days=1)
    assert [one.contact_id for one in world.journeys()] == [eva]


def test_only_so_many_as_the_flow_has_room_for(world: World) -> None:
    people = world.people_with_mail(4)
    nodes = [
        node("start", "entry.schedule", start="2026-03-03T09:00:00+01:00"),
        node("day", "delay", for_="P1D"),
    ]
    world.publish(flow_of(nodes, "start.entered > day", inside=2))
    world.wait(days=1)
    assert [world.place(one) for one in people] == ["day", "day", "", ""]
    assert world.count("refused:full") == 2


def test_a_round_that_somebody_else_has_ended_is_nobodys(world: World) -> None:
    with world.context.session("ingest") as session:
        assert arrivals.go_on(session, 9, (1, "start")) == 0
