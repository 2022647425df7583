"""R16 and R17 with a store: a machine that sleeps, and a wall clock that somebody sets."""

from __future__ import annotations

from datetime import time, timedelta

import pytest

from app.engine import life, page
from app.engine.context import Context
from app.engine.engine import Engine
from app.engine.watch import CLOCK, SEEN, Found
from app.model.journey import MessageState
from app.model.rules import Rate, Rules, Window
from app.support.clock import StandingClock
from tests.engine.flows import answered, one_letter
from tests.engine.world import NOON, Recorder, World
from tests.figures import Figures
from tests.unit.engine.build import MANUAL, flow_of, node


def doubt(world: World) -> dict[str, object] | None:
    with world.store.transaction() as tx:
        found = tx.machine(CLOCK)
    assert found is None or isinstance(found, dict)
    return found


def running(world: World) -> None:
    """The engine has looked at the clocks and noted the moment."""
    world.work()
    world.engine.lease.beat(world.context.watch.note)


# --- R16: somebody sets the clock ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("step", "asks"),
    [
        (timedelta(hours=1), True),
        (timedelta(days=1), True),
        (timedelta(minutes=9), False),
        (timedelta(hours=-1), True),
        (timedelta(days=-1), True),
        (timedelta(seconds=-3), False),
    ],
)
def test_when_the_wall_clock_is_set_sending_pauses_and_asks(
    world: World, step: timedelta, asks: bool, figures: Figures
) -> None:
    """R16: nothing is sent, and nothing is decided by that clock."""
    world.publish(answered("opened"))
    eva, bob = world.people_with_mail(2)
    world.enter(eva)
    running(world)
    world.enter(bob)
    world.clock.set(world.now + step)
    world.work()
    figures("R16", step=str(step), asks=asks, sent=len(world.email.sent))
    assert (doubt(world) is not None) is asks
    assert len(world.email.sent) == (1 if asks or step < timedelta(0) else 2)
    assert world.place(eva) == "letter"
    assert life.answer_clock(world.context) is asks
    world.wait(seconds=max(-step.total_seconds(), 0))
    assert len({one.message_id for one in world.email.sent}) == len(world.email.sent) == 2
    assert (world.place(eva) == "to-timeout") is (step >= timedelta(days=1))


def test_events_are_stored_and_move_people_while_the_clock_is_in_doubt(world: World) -> None:
    """Promise 1: what happens does not wait."""
    world.publish(answered("clicked"))
    eva = world.person("eva@example.org")
    world.enter(eva)
    running(world)
    world.clock.set(world.now + timedelta(days=2))
    world.work()
    world.react(world.message(eva), "clicked")
    assert world.place(eva) == "to-clicked"


def test_a_clock_that_is_set_right_again_asks_no_more(world: World) -> None:
    """R16: in however many steps, and whatever time has passed meanwhile."""
    world.publish(one_letter())
    world.enter(*world.people_with_mail(1))
    running(world)
    world.clock.set(world.now + timedelta(days=1))
    world.work()
    world.clock.jump(world.now + timedelta(hours=2))
    world.work()
    world.clock.set(world.now - timedelta(hours=20))
    world.work()
    assert doubt(world) is not None
    world.clock.set(world.now - timedelta(hours=4, seconds=2))
    world.work()
    assert doubt(world) is None
    assert world.now == NOON + timedelta(hours=2, seconds=-2)


def test_a_doubt_lasts_over_a_restart(world: World) -> None:
    world.publish(one_letter())
    running(world)
    world.clock.set(world.now + timedelta(days=1))
    world.work()
    world.enter(*world.people_with_mail(1))
    world.context.watch = type(world.context.watch)(world.context)
    world.restart()
    world.work()
    assert world.email.sent == []
    assert doubt(world) is not None
    world.clock.set(world.now - timedelta(days=1))
    world.work()
    assert doubt(world) is None
    world.wait(days=1)
    assert len(world.email.sent) == 1


def test_nothing_goes_out_in_the_moment_between_the_step_and_the_look(world: World) -> None:
    """R16: a sender is quicker than whoever watches."""
    world.publish(one_letter())
    world.enter(*world.people_with_mail(1))
    world.context.watch.look()
    world.clock.set(world.now + timedelta(hours=1))
    assert world.engine.dispatchers[0].round() == 0
    assert world.email.sent == []
    assert doubt(world) is None
    world.work()
    assert doubt(world) is not None


def test_in_doubt_nothing_is_shown_on_the_page(world: World) -> None:
    world.publish(flow_of([MANUAL, node("p", "popup", headline="Hi", timeout="P1D")], "start.entered > p"))
    eva = world.person(visitor="v1")
    world.enter(eva)
    running(world)
    world.clock.set(world.now + timedelta(hours=1))
    world.work()
    with world.context.session() as session:
        assert page.waiting(session, session.tx.page_messages(eva)) == []
    assert not world.show(world.message(eva))
    life.answer_clock(world.context)
    assert world.show(world.message(eva))


def test_nobody_is_asked_and_nothing_answered_while_the_clock_is_well(world: World) -> None:
    running(world)
    assert not life.answer_clock(world.context)
    assert world.context.watch.look() is Found.WELL


def begun_at(world: World, **wrong: float) -> Engine:
    """The machine was off, and comes back with its clock so far from where it was."""
    clock = StandingClock(world.now + timedelta(**wrong))
    context = Context(world.store, clock, world.ids, world.context.zone, "next", built=world.context.built)
    engine = Engine(context, [Recorder("email")], "next", gone=lambda _: True)
    engine.start()
    return engine


@pytest.mark.parametrize(
    ("wrong", "asks"),
    [
        ({"days": -3650}, True),
        ({"days": 3650}, True),
        ({"minutes": -1}, True),
        ({"days": 30}, False),
        ({"days": 360}, False),
    ],
)
def test_a_clock_that_is_wrong_when_the_machine_starts_is_found_out(
    world: World, wrong: dict[str, float], asks: bool, figures: Figures
) -> None:
    """R16: by ten years at boot; an office that was closed for a while is none."""
    running(world)
    engine = begun_at(world, **wrong)
    figures("R16", at_boot=str(wrong), asks=asks)
    assert (doubt(world) is not None) is asks
    with world.store.transaction() as tx:
        seen = tx.machine(SEEN)
    assert (seen == world.now.isoformat()) is asks, "a clock that is in doubt is not noted as seen"
    if asks:
        # The network tells the time a moment later.
        clock = engine.context.clock
        assert isinstance(clock, StandingClock)
        clock.set(world.now + timedelta(hours=1))
        engine.work()
        assert doubt(world) is None


def test_a_clock_before_the_program_was_made_is_found_out_in_a_new_workspace(world: World) -> None:
    """R16: nothing was ever seen there."""
    world.context.built = NOON - timedelta(days=10)
    begun_at(world, days=-3650)
    assert doubt(world) is not None
    begun_at(world)
    assert doubt(world) is None, "it was right at the next start"


def test_there_is_no_end_of_time_in_2038(world: World) -> None:
    """R16: waits over the end of 32 bits of seconds."""
    world.clock.jump(NOON.replace(year=2038, month=1, day=18))
    world.publish(one_letter())
    eva = world.person("eva@example.org")
    world.enter(eva)
    world.wait(days=3)
    assert world.place(eva) == "end!"
    assert world.journey(eva).due_at is None


# --- R17: the machine sleeps --------------------------------------------------------------------------


@pytest.mark.parametrize("hours", [8, 72])
def test_after_a_sleep_what_is_overdue_is_held_or_goes_out_at_the_set_rate(
    world: World, hours: int, figures: Figures
) -> None:
    """R17: no burst, no advertisement later than its limit, nothing twice, nobody forgotten."""
    world.context.rules = Rules(rates={"email": (Rate(8, 900),)})
    nodes = [MANUAL, node("wait", "delay", for_="PT2H"), *one_letter().nodes[1:]]
    lines = ["start.entered > wait", "wait.next > letter", "letter.sent > hour", "hour.next > over"]
    world.publish(flow_of(nodes, *lines))
    world.enter(*world.people_with_mail(40))
    running(world)
    asleep_at = world.now
    world.clock.doze(asleep_at + timedelta(hours=hours))
    world.work()
    assert world.email.closed, "connections of before the sleep are thrown away"
    assert doubt(world) is None
    late = hours > 26
    held = [one for one in world.messages() if one.state is MessageState.HELD]
    sent = [len(world.email.sent)]
    for _ in range(6):
        world.wait(minutes=15)
        sent.append(len(world.email.sent) - sum(sent))
    figures("R17", slept_hours=hours, most_in_15_minutes=max(sent), held_late=len(held), sent=sum(sent))
    assert max(sent) <= 8
    assert len(held) == (40 if late else 0)
    assert sum(sent) == (0 if late else 40)
    assert {one.reason for one in held} <= {"late"}
    assert len({one.message_id for one in world.email.sent}) == len(world.email.sent)


def test_quiet_hours_are_kept_by_who_wakes_up_in_them(world: World) -> None:
    """R17."""
    world.context.rules = Rules(windows={"email": Window(time(8), time(20))})
    world.publish(one_letter())
    world.enter(*world.people_with_mail(3))
    world.clock.doze(NOON + timedelta(hours=9))
    world.work()
    assert world.email.sent == [], "ten at night in Berlin"
    world.wait(hours=12)
    assert len(world.email.sent) == 3


def test_a_sleep_is_noticed_at_the_first_look_after_it(world: World, figures: Figures) -> None:
    """R17: within ten seconds; the running engine looks every second at least."""
    running(world)
    world.clock.doze(world.now + timedelta(hours=8))
    assert world.context.watch.look() is Found.AWAY
    assert world.context.watch.look() is Found.WELL
    figures("R17", noticed_by_look=1)


def test_who_was_frozen_throws_its_connections_away_too(world: World) -> None:
    """R17: stopped by the system with the machine awake."""
    seconds = [0.0]
    world.context.steady = lambda: seconds[0]
    world.context.watch = type(world.context.watch)(world.context)
    world.engine.lease.beat()
    running(world)
    world.email.closed = False
    seconds[0] += 61
    world.engine.lease.beat()
    world.work()
    assert world.email.closed
