"""R20 and R21 with a store: channels that fail, flows that break, and single bad contacts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from app.engine import life
from app.engine.breaker import FIRST_PAUSE, Breaker
from app.flows.codec import write_flow
from app.model.flow import Flow
from app.model.journey import FlowState, JourneyState, LiveFlow, MessageState, Result
from app.store.database import SqlStore
from tests.engine.flows import one_letter
from tests.engine.world import World
from tests.figures import Figures
from tests.unit.engine.build import MANUAL, flow_of, letter, node

BREAKS: dict[str, Any] = {"nothing": 1}
BAD = node("bad", "check", ways=[{"name": "x", "when": BREAKS}])


def state(world: World, flow: LiveFlow) -> FlowState:
    with world.store.transaction() as tx:
        return next(one.state for one in tx.live_flows() if one.id == flow.id)


def why(world: World, flow: LiveFlow) -> Any:
    with world.store.transaction() as tx:
        return tx.machine(f"paused:{flow.id}")


def texts(name: str = "Texts") -> Flow:
    nodes = [MANUAL, node("sms", "sms", text="Hi"), node("over", "end")]
    return replace(flow_of(nodes, "start.entered > sms", "sms.sent > over"), name=name)


# --- channels -----------------------------------------------------------------------------------------


def test_a_channel_that_fails_again_and_again_is_left_alone_and_then_tried(
    world: World, figures: Figures
) -> None:
    """R20: 20 failures open the breaker; one message at a time finds out when it works again."""
    world.publish(one_letter())
    world.enter(*world.people_with_mail(60))
    world.email.will(Result.RETRY, "unreachable", times=1000)
    world.work()
    opened_after = len(world.email.sent)
    assert 20 <= opened_after <= 20 + world.email.in_flight
    sender = world.engine.dispatchers[0]
    assert sender.rests_until(world.now) is not None
    world.clock.jump(world.now + timedelta(seconds=FIRST_PAUSE))
    world.work()
    assert len(world.email.sent) == opened_after + 1, "one tries"
    world.email.answers.clear()
    world.clock.jump(world.now + timedelta(seconds=2 * FIRST_PAUSE))
    world.work()
    assert sender.breaker.is_closed
    world.wait(hours=2)
    figures("R20", failures_until_open=opened_after, sent_in_the_end=60)
    assert {one.state for one in world.messages()} == {MessageState.SENT}
    assert max(one.attempts for one in world.messages()) <= 2


def test_a_rest_that_is_all_but_over_ends_at_a_moment_that_is_still_to_come(world: World) -> None:
    """R20: else the engine would ask again and again in one moment, and wait for none."""
    sender = world.engine.dispatchers[0]
    sender.breaker = Breaker(opened=1, until=world.clock.passed() + 1e-9)
    rests = sender.rests_until(world.now)
    assert rests is not None
    assert rests > world.now


def test_while_one_channel_rests_the_others_send_all_they_have(world: World, figures: Figures) -> None:
    """R20: others keep their speed; here, all of it in the same turn."""
    world.publish(one_letter())
    world.publish(texts())
    people = [world.person(f"p{n}@example.org", f"+4915112345{n:03}") for n in range(100)]
    world.enter(*people)
    world.enter(*people, flow="Texts")
    world.email.will(Result.RETRY, "time-out", times=1000)
    world.work()
    figures("R20", others_sent=len(world.sms.sent), others_had=100)
    assert len(world.sms.sent) == 100


@pytest.mark.parametrize(("result", "more"), [(Result.HARD, {}), (Result.RETRY, {"about_one": True})])
def test_what_is_said_of_single_addresses_says_nothing_of_the_channel(
    world: World, result: Result, more: dict[str, bool]
) -> None:
    world.publish(one_letter())
    world.enter(*world.people_with_mail(15))
    world.email.will(result, "greylisted", times=15, **more)
    world.work()
    assert world.engine.dispatchers[0].breaker.is_closed
    assert len(world.email.sent) == 15


# --- flows --------------------------------------------------------------------------------------------


def test_an_error_flood_in_one_flow_pauses_that_flow_with_its_reason(world: World, figures: Figures) -> None:
    """R20: at 20 errors; other flows are not touched."""
    bad, good = world.publish(one_letter()), world.publish(texts())
    people = [world.person(f"p{n}@example.org", f"+4915112345{n:03}") for n in range(60)]
    world.enter(*people)
    world.enter(*people, flow="Texts")
    world.email.will(Result.HARD, "policy 5.7.1", times=1000)
    world.work()
    figures("R20", errors_until_pause=len(world.email.sent))
    assert 20 <= len(world.email.sent) <= 20 + world.email.in_flight
    assert (state(world, bad), why(world, bad)) == (FlowState.PAUSED, "errors: hard")
    assert (state(world, good), why(world, good)) == (FlowState.LIVE, None)
    assert len(world.sms.sent) == 60
    world.set_state(bad, FlowState.LIVE)
    assert why(world, bad) is None, "resuming clears the reason"
    world.email.answers.clear()
    world.work()
    assert len(world.email.sent) == 60


def test_errors_that_are_few_among_many_pause_nothing(world: World) -> None:
    """R20: 5 % of 500."""
    flow = world.publish(one_letter())
    world.enter(*world.people_with_mail(540))
    for number in range(540):
        world.email.will(Result.HARD if number > 500 and number % 25 == 0 else Result.SENT)
    world.work()
    assert state(world, flow) is FlowState.LIVE


def test_a_text_that_can_be_made_for_nobody_pauses_its_flow_after_twenty(world: World) -> None:
    """R20, R21: and no render error is tried twice."""
    flow = world.publish(one_letter())
    people = [world.person(f"p{n}@example.org", name="bad text") for n in range(50)]
    world.enter(*people)
    world.work()
    assert (state(world, flow), why(world, flow)) == (FlowState.PAUSED, "errors: bad-text")
    failed = [one for one in world.messages() if one.state is MessageState.FAILED]
    assert len(failed) == 20
    assert {one.attempts for one in world.messages()} == {0}


@pytest.mark.parametrize("batch", [7, 500])
def test_a_flow_that_breaks_in_its_deciders_pauses_itself_and_stands_still(
    world: World, expect_log: Callable[[str], None], batch: int, figures: Figures
) -> None:
    """R20, promise 6: the others go on; what is left of it is due when it goes on."""
    expect_log("cannot go on")
    nodes = [
        MANUAL,
        node("d", "delay", for_="PT1H"),
        node("bad", "check", ways=[{"name": "x", "when": BREAKS}]),
    ]
    bad = world.publish(flow_of(nodes, "start.entered > d", "d.next > bad"))
    good = world.publish(texts())
    world.context.batch = batch
    people = [world.person(f"p{n}@example.org", f"+4915112345{n:03}") for n in range(60)]
    world.enter(*people)
    world.wait(hours=1)
    parked = [one for one in world.journeys() if one.state is JourneyState.PARKED]
    figures("R20", parked_until_pause=len(parked))
    assert len(parked) == 20
    assert (state(world, bad), why(world, bad)) == (FlowState.PAUSED, "broken: ValueError")
    world.enter(*people, flow="Texts")
    world.work()
    assert len(world.sms.sent) == 60
    assert world.next_due() is None, "it is not looked at again and again"
    assert state(world, good) is FlowState.LIVE
    mended = flow_of([*nodes[:2], node("bad", "end")], "start.entered > d", "d.next > bad")
    mend(world, bad, mended)
    world.set_state(bad, FlowState.LIVE)
    assert life.try_parked(world.context, bad.id) == 20
    world.work()
    own = [one for one in world.journeys() if one.flow_id == bad.id]
    assert {one.end_reason for one in own} == {"end"}


def mend(world: World, flow: LiveFlow, drawing: Flow) -> None:
    """The flow's owner publishes what was wrong anew, for everybody who is inside."""
    with world.store.transaction() as tx:
        old = tx.version(flow.version_id)
    document = write_flow(drawing)
    if isinstance(world.store, SqlStore):
        world.store.flows.publish(flow.name, document, hash_="mended", shape_hash=old.hash, now=world.now)
    else:
        new = replace(old, hash="mended", document=document)
        world.store.publish(flow.name, new, flow.published_at)


# --- what is parked goes on ---------------------------------------------------------------------------


def test_what_broke_after_it_was_sent_goes_on_by_the_way_it_wanted_to_take(
    world: World, expect_log: Callable[[str], None]
) -> None:
    """R21: “fix” never sends again what was sent."""
    expect_log("cannot go on")
    nodes = [
        MANUAL,
        letter(),
        node("bad", "check", ways=[{"name": "x", "when": BREAKS}]),
        node("over", "end"),
    ]
    flow = world.publish(flow_of(nodes, "start.entered > letter", "letter.sent > bad", "bad.else > over"))
    eva = world.person("eva@example.org")
    world.enter(eva)
    world.work()
    assert (world.place(eva), world.journey(eva).state) == ("letter", JourneyState.PARKED)
    assert life.try_parked(world.context, flow.id) == 1
    assert world.journey(eva).state is JourneyState.PARKED, "nothing was mended"
    mend(
        world, flow, flow_of([*nodes[:2], node("bad", "end")], "start.entered > letter", "letter.sent > bad")
    )
    assert life.try_parked(world.context, flow.id) == 1
    assert (world.place(eva), len(world.email.sent)) == ("end!", 1)
    assert [line.what for line in world.journal(eva)].count("tried-again") == 2


def test_what_broke_while_it_waited_waits_on_until_its_moment(
    world: World, expect_log: Callable[[str], None]
) -> None:
    expect_log("cannot go on")
    nodes = [MANUAL, node("d", "delay", for_="P1D"), node("over", "end")]
    exits = [{"event": "left", "where": BREAKS}]
    flow = world.publish(flow_of(nodes, "start.entered > d", "d.next > over", exits=exits))
    eva = world.person("eva@example.org")
    world.enter(eva)
    world.wait(hours=1)
    world.happens("left", eva)
    assert world.journey(eva).state is JourneyState.PARKED
    life.try_parked(world.context, flow.id)
    assert (world.journey(eva).state, world.place(eva)) == (JourneyState.WAITING, "d")
    world.wait(hours=22)
    assert world.place(eva) == "d"
    world.wait(hours=1)
    assert world.place(eva) == "end!"


def test_what_broke_while_it_was_held_is_held_again(world: World, expect_log: Callable[[str], None]) -> None:
    expect_log("cannot go on")
    drawing = one_letter()
    exits = {"exits": [{"event": "left", "where": BREAKS}]}
    flow = world.publish(replace(drawing, settings=exits))
    eva = world.person("eva@example.org")
    world.enter(eva)
    world.sleep(hours=30)
    world.work()
    assert world.journey(eva).state is JourneyState.HELD
    world.happens("left", eva)
    assert world.journey(eva).state is JourneyState.PARKED
    life.try_parked(world.context, flow.id)
    assert world.journey(eva).state is JourneyState.HELD
    life.decide_held(world.context, world.message(eva).id, send=True)
    world.work()
    assert len(world.email.sent) == 1


def test_only_what_is_parked_is_tried(world: World) -> None:
    flow = world.publish(one_letter())
    world.enter(*world.people_with_mail(3))
    assert life.try_parked(world.context, flow.id) == 0
