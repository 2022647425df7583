"""The brake with a store: everything stops at once, over restarts, and each journey is decided on."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import timedelta
from typing import Any

import pytest

from app.engine import braking, life, page
from app.engine.engine import Engine
from app.engine.halts import BRAKE
from app.model.journey import FlowState, JourneyState, Message, MessageState, Result
from tests.engine.flows import answered, one_letter
from tests.engine.world import Recorder, World
from tests.unit.engine.build import MANUAL, flow_of, node


def is_on(world: World) -> bool:
    with world.store.transaction() as tx:
        return tx.machine(BRAKE) is not None


def states(world: World) -> set[tuple[MessageState, str]]:
    return {(one.state, one.reason) for one in world.messages()}


def crowd(world: World, number: int = 7) -> list[int]:
    people = world.people_with_mail(number)
    world.enter(*people)
    return people


def test_everything_stops_at_once_and_what_is_queued_is_taken_back(world: World) -> None:
    world.publish(one_letter())
    world.context.batch = 3
    people = crowd(world)
    done = braking.brake(world.context)
    assert (done.cancelled, done.on_the_wire, done.revoked, list(done.accepted)) == (7, 0, 0, [])
    assert states(world) == {(MessageState.CANCELLED, "brake")}
    assert {one.state for one in world.journeys()} == {JourneyState.HELD}
    world.wait(days=2)
    assert world.email.sent == []
    assert [line.what for line in world.journal(people[0])][-1] == "taken-back"


def test_the_rest_of_a_batch_that_is_on_the_wire_stays_here(world: World) -> None:
    """At once: four are claimed together, and one of them has gone."""
    world.publish(one_letter())
    crowd(world)
    told: list[braking.Braked] = []

    def pull() -> None:
        if not told:
            told.append(braking.brake(world.context))

    world.email.between = pull
    world.work()
    assert len(world.email.sent) == 1
    assert (told[0].cancelled, told[0].on_the_wire) == (3, 4)
    assert states(world) == {(MessageState.SENT, ""), (MessageState.CANCELLED, "brake")}


def test_it_stays_on_over_a_restart_and_holds_what_comes_meanwhile(world: World) -> None:
    world.publish(one_letter())
    crowd(world, 2)
    braking.brake(world.context)
    world.context.braked.clear()
    world.engine = Engine(world.context, world.engine.channels, "next", gone=lambda _: True)
    world.engine.start()
    late = world.person("late@example.org")
    world.enter(late)
    world.work()
    assert is_on(world)
    assert world.email.sent == []
    assert (world.message(late).reason, world.journey(late).state) == ("brake", JourneyState.HELD)


def test_nothing_is_decided_by_the_clock_and_events_are_heard(world: World) -> None:
    world.publish(answered("clicked"))
    eva, bob = crowd(world, 2)
    world.work()
    braking.brake(world.context)
    world.wait(days=3)
    assert world.place(eva) == "letter"
    world.react(world.message(bob), "clicked")
    assert world.place(bob) == "to-clicked"
    braking.release_brake(world.context, send=True)
    world.work()
    assert world.place(eva) == "to-timeout"


def test_paused_flows_and_tries_to_come_are_taken_back_too(world: World) -> None:
    flow = world.publish(one_letter())
    eva, bob = crowd(world, 2)
    world.email.will(Result.RETRY, "later")
    world.work()
    world.enter(*world.people_with_mail(0))
    world.set_state(flow, FlowState.PAUSED)
    assert braking.brake(world.context).cancelled == 1
    assert world.message(eva).reason == "brake"
    assert world.message(bob).state is MessageState.SENT


@pytest.mark.parametrize("send", [True, False])
def test_what_was_taken_back_goes_out_after_all_or_is_dropped(world: World, send: bool) -> None:
    world.publish(one_letter())
    world.context.batch = 2
    people = crowd(world, 5)
    braking.brake(world.context)
    world.sleep(days=3)
    assert braking.release_brake(world.context, send=send) == 5
    assert not is_on(world)
    world.work()
    assert {world.place(one) for one in people} == {"hour" if send else "end!"}
    assert states(world) == {(MessageState.SENT, "")} if send else {(MessageState.FAILED, "late")}
    assert len(world.email.sent) == (5 if send else 0)


def test_each_journey_may_be_decided_on_its_own(world: World) -> None:
    world.publish(one_letter())
    people = crowd(world, 4)
    braking.brake(world.context)
    other = [world.message(people[1]).id, world.message(people[2]).id]
    braking.release_brake(world.context, send=False, but=other)
    world.work()
    assert [world.place(one) for one in people] == ["end!", "hour", "hour", "end!"]


def test_whose_journey_has_ended_meanwhile_gets_nothing(world: World) -> None:
    """Rule 9: a goal counts, brake or not."""
    drawing = one_letter()
    settings = {"goal": {"events": ["order_completed"]}}
    world.publish(type(drawing)(drawing.name, drawing.nodes, drawing.edges, settings=settings))
    eva, bob = crowd(world, 2)
    braking.brake(world.context)
    world.happens("order_completed", eva)
    braking.release_brake(world.context, send=True)
    world.work()
    assert (world.place(eva), world.message(eva).reason) == ("goal!", "withdrawn")
    assert world.place(bob) == "hour"
    assert len(world.email.sent) == 1


def test_popups_and_calls_vanish_and_come_again_with_their_whole_time(world: World) -> None:
    world.publish(flow_of([MANUAL, node("p", "popup", headline="Hi", timeout="P1D")], "start.entered > p"))
    eva = world.person(visitor="v1")
    world.enter(eva)
    world.wait(hours=20)
    braking.brake(world.context)
    assert not world.show(world.message(eva))
    with world.context.session() as session:
        assert page.waiting(session, session.tx.page_messages(eva)) == []
    world.wait(days=5)
    braking.release_brake(world.context, send=True)
    world.wait(hours=23)
    assert world.place(eva) == "p"
    assert world.show(world.message(eva))


def test_what_tells_the_owner_something_waits_and_is_not_taken_back(world: World) -> None:
    world.publish(flow_of([MANUAL, node("n", "notify", text="Look")], "start.entered > n"))
    eva = world.person("eva@example.org")
    world.enter(eva)
    assert braking.brake(world.context).cancelled == 0
    assert world.message(eva).state is MessageState.QUEUED


class Revoking(Recorder):
    """A channel that can take back every second message."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.asked: list[int] = []

    def revoke(self, sent: Sequence[Message]) -> Collection[int]:
        self.asked = [one.id for one in sent]
        assert all(one.provider_id for one in sent)
        return self.asked[::2]


def test_a_channel_that_can_revoke_is_asked_and_the_rest_is_told(world: World) -> None:
    email = Revoking("email")
    world.engine = Engine(world.context, [email, world.sms], "next", gone=lambda _: True)
    world.engine.start()
    world.publish(answered("opened"))
    crowd(world, 2)
    world.work()
    world.sleep(hours=2)
    people = [world.person(f"q{n}@example.org") for n in range(4)]
    world.enter(*people)
    world.work()
    done = braking.brake(world.context, world.engine.channels)
    assert len(email.asked) == 4, "those of the last hour"
    assert (done.revoked, len(done.accepted)) == (2, 2)
    assert states(world) == {(MessageState.SENT, ""), (MessageState.CANCELLED, "revoked")}
    again = {one.id for one in world.messages() if one.reason == "revoked"}
    braking.release_brake(world.context, send=True)
    world.work()
    assert {one.message_id for one in email.sent[-2:]} == again


def test_who_was_killed_over_it_is_succeeded_by_the_engine(world: World) -> None:
    """R2: taking back, and letting go."""
    world.publish(one_letter())
    world.context.batch = 2
    people = crowd(world, 5)
    with world.context.session("brake") as session:
        session.changes.machine[BRAKE] = {"since": world.now.isoformat()}
    world.work()
    assert states(world) == {(MessageState.CANCELLED, "brake")}
    with world.context.session("brake") as session:
        kept: dict[str, Any] = session.tx.machine(BRAKE)
        release = {"send": True, "but": [], "after": 0}
        session.changes.machine[BRAKE] = {**kept, "release": release}
    world.work()
    world.work()
    assert not is_on(world)
    assert {world.place(one) for one in people} == {"hour"}


def test_pulling_it_twice_changes_nothing_and_releasing_what_is_not_on_neither(world: World) -> None:
    world.publish(one_letter())
    crowd(world, 1)
    first = braking.brake(world.context)
    world.sleep(hours=1)
    again = braking.brake(world.context)
    assert (again.since, again.cancelled) == (first.since, 0)
    assert braking.release_brake(world.context, send=False) == 1
    assert braking.release_brake(world.context, send=False) == 0
    assert world.now - first.since == timedelta(hours=1)


def test_a_person_may_stop_a_flow_under_the_brake(world: World) -> None:
    flow = world.publish(one_letter())
    crowd(world, 2)
    braking.brake(world.context)
    life.stop_journeys(world.context, flow.id)
    braking.release_brake(world.context, send=True)
    world.work()
    assert world.email.sent == []
