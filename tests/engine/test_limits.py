"""Rule 22, R22 and R27 with a store: ceilings hold and let go, rates are never exceeded, an outage is caught
up with."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from app.engine import limits
from app.engine.dispatch import Dispatcher
from app.engine.life import answer_clock, stop_journeys
from app.model.journey import FlowState, JourneyState, Message, MessageState, Result
from app.model.ports import Outgoing, Prepared
from app.model.rules import Rate, Rules, WarmUp
from tests.engine.flows import one_letter
from tests.engine.world import NOON, Recorder, World, later
from tests.figures import Figures

MIDNIGHT = datetime(2026, 3, 2, 23, 0, tzinfo=UTC)
"""In Berlin."""


def started(world: World, number: int, rules: Rules, **settings: Any) -> list[int]:
    world.context.rules = rules
    people = world.people_with_mail(number)
    world.publish(one_letter(**settings))
    world.enter(*people)
    return people


def states(world: World) -> Counter[str]:
    return Counter(f"{one.state} {one.reason}".strip() for one in world.messages())


def addresses(channel: Recorder) -> list[str]:
    return [one.address for one in channel.sent]


def in_order(number: int, first: int = 0) -> list[str]:
    return [f"p{n}@example.org" for n in range(first, number)]


# --- the ceiling of a day -------------------------------------------------------------------------------


def ceiling(most: int) -> Rules:
    return Rules(ceilings={"email": most})


def test_reaching_the_ceiling_holds_and_the_turn_of_the_day_lets_go_in_order(world: World) -> None:
    """Rule 22: never dropped, and no later for it."""
    people = started(world, 12, ceiling(5), late_after="PT2H")
    world.work()
    assert states(world) == {"sent": 5, "held ceiling": 7}
    assert {world.journey(one).state for one in people[5:]} == {JourneyState.HELD}
    assert world.next_due() == later(hours=1)
    world.wait(hours=1)
    assert world.next_due() == MIDNIGHT
    world.wait(hours=11)
    assert (addresses(world.email), states(world)["held ceiling"]) == (in_order(10), 2)
    world.wait(hours=24)
    assert addresses(world.email) == in_order(12)
    assert [one.sent_at for one in world.messages()[-2:]] == [MIDNIGHT + timedelta(days=1)] * 2
    assert world.journeys()[-1].state is JourneyState.DONE
    assert world.engine.dispatchers[0].allowance.holds_until is None


def test_raising_the_ceiling_lets_go_at_once(world: World) -> None:
    """Rule 22: until its owner raises it."""
    started(world, 9, ceiling(2))
    world.work()
    world.context.rules = ceiling(6)
    world.work()
    assert (addresses(world.email), states(world)["held ceiling"]) == (in_order(6), 3)
    world.context.rules = ceiling(0)
    world.work()
    assert addresses(world.email) == in_order(9)


def test_another_engine_counts_on_where_one_has_stopped(world: World) -> None:
    """Rule 22: across restarts."""
    started(world, 9, ceiling(3))
    world.work()
    world.restart()
    world.work()
    assert states(world) == {"sent": 3, "held ceiling": 6}
    assert world.next_due() == later(hours=1)
    world.wait(hours=24)
    assert states(world) == {"sent": 6, "held ceiling": 3}


def test_what_was_off_over_midnight_is_let_go_at_the_start(world: World) -> None:
    started(world, 5, ceiling(3))
    world.work()
    world.sleep(days=3)
    world.restart()
    world.work()
    assert addresses(world.email) == in_order(5)


def test_a_thousand_held_rows_are_let_go_batch_by_batch(world: World) -> None:
    world.context.batch = 4
    started(world, 12, ceiling(1))
    world.work()
    world.context.rules = ceiling(11)
    world.work()
    assert (addresses(world.email), states(world)["held ceiling"]) == (in_order(11), 1)
    assert world.next_due() is not None


def test_a_ceiling_that_changes_while_it_lets_go_is_the_one_that_counts(world: World) -> None:
    world.context.batch = 2
    started(world, 9, ceiling(1))
    world.work()
    world.context.rules = ceiling(8)
    world.engine.dispatchers[0].round(lambda: True)
    world.engine.dispatchers[0]._commit(claim=True)
    world.context.rules = ceiling(4)
    world.work()
    assert states(world)["sent"] <= 4


def test_what_was_not_sent_gives_the_day_its_room_back(world: World) -> None:
    started(world, 4, ceiling(2))
    world.email.will(Result.HARD, "550")
    world.email.will(Result.RETRY, "451")
    world.work()
    assert states(world) == {"failed hard": 1, "retry 451": 1, "sent": 2}
    world.wait(minutes=6)
    assert states(world)["held ceiling"] == 1


def test_who_agrees_no_more_is_not_let_go(world: World) -> None:
    """Promise 5: policy is asked again."""
    people = started(world, 3, ceiling(1))
    world.work()
    world.react(world.message(people[0]), "opened")
    world.happens("complained", people[1])
    assert states(world) == {"sent": 1, "failed no-consent": 1, "held ceiling": 1}
    world.wait(hours=24)
    assert addresses(world.email) == ["p0@example.org", "p2@example.org"]


def test_a_held_one_whose_journey_ended_is_gone(world: World) -> None:
    """Rule 9."""
    world.context.rules = ceiling(1)
    people = world.people_with_mail(2)
    world.publish(one_letter())
    world.enter(*people)
    world.work()
    flow = world.live_flows()[0]
    world.set_state(flow, FlowState.STOPPED)
    stop_journeys(world.context, flow.id)
    world.wait(hours=24)
    assert len(world.email.sent) == 1


def test_each_channel_has_a_ceiling_of_its_own(world: World) -> None:
    started(world, 3, Rules(ceilings={"email": 1, "sms": 1}))
    world.work()
    assert states(world) == {"sent": 1, "held ceiling": 2}


# --- rates ----------------------------------------------------------------------------------------------


def rate(*rates: Rate, **more: Any) -> Rules:
    return Rules(rates={"email": rates}, **more)


def most_in_any(moments: Sequence[datetime], seconds: int) -> int:
    """The most that lie in any window of so many seconds."""
    found, lately = 0, deque[datetime]()
    for one in sorted(moments):
        lately.append(one)
        while one - lately[0] >= timedelta(seconds=seconds):
            lately.popleft()
        found = max(found, len(lately))
    return found


def sent_at(world: World) -> list[datetime]:
    return [one.sent_at for one in world.messages() if one.sent_at is not None]


def test_a_rate_that_is_used_up_leaves_the_rows_as_they_are(world: World) -> None:
    """R22: no row is touched while nothing may go out."""
    started(world, 50, rate(Rate(3, 60)))
    world.work()
    assert len(world.email.sent) == 3
    assert {(one.state, one.reason, one.next_try_at) for one in world.messages()[3:]} == {
        ("queued", "", None)
    }
    dispatcher = world.engine.dispatchers[0]
    assert dispatcher.round() == 0
    assert dispatcher.allowance.rests_until is not None
    assert timedelta(minutes=1) <= dispatcher.allowance.rests_until - NOON <= timedelta(seconds=60.6)
    world.wait(minutes=20)
    assert addresses(world.email) == in_order(50)
    assert most_in_any(sent_at(world), 60) == 3
    assert dispatcher.allowance.rests_until is None


def test_what_waits_for_a_rate_is_not_late_and_the_store_knows_since_when_it_waits(world: World) -> None:
    """Rule 12: the owner's own limit makes nothing late; also across a restart."""
    started(world, 12, rate(Rate(1, 3600)), late_after="PT2H")
    world.wait(hours=5, minutes=30)
    with world.store.transaction() as tx:
        kept = tx.machine("limited:email")
    assert kept is not None
    assert datetime.fromisoformat(kept["since"]) == NOON
    world.restart()
    world.wait(hours=12)
    assert states(world) == {"sent": 12}
    with world.store.transaction() as tx:
        assert tx.machine("limited:email") is None


def test_what_the_machine_was_off_for_still_makes_late(world: World) -> None:
    """Promise 4."""
    started(world, 12, rate(Rate(1, 3600)), late_after="PT2H")
    world.wait(hours=3)
    world.clock.doze(later(hours=10))
    world.work()
    assert states(world) == {"sent": 3, "held late": 9}


def test_an_engine_that_comes_back_after_long_begins_anew(world: World) -> None:
    started(world, 12, rate(Rate(1, 3600)), late_after="PT2H")
    world.wait(hours=3)
    world.clock.doze(later(hours=10))
    world.restart()
    world.work()
    assert states(world)["held late"] == 9


def test_a_channel_that_is_paused_is_no_limit(world: World) -> None:
    """Rule 12: a server that refuses us does make late."""
    started(world, 12, rate(Rate(1, 3600)), late_after="PT4H")
    world.wait(hours=2)
    for _ in range(60):
        world.email.will(Result.RETRY, "535", stop_channel=True)
    world.wait(hours=7)
    assert states(world)["held late"] >= 8


def test_what_matters_most_goes_first_and_flows_take_turns(world: World) -> None:
    """Section 4: also from one claim to the next."""
    world.context.rules = rate(Rate(1, 60))
    eva = world.people_with_mail(3)
    for name, more in (("A", {}), ("B", {}), ("C", {"priority": "high"})):
        world.publish(replace(one_letter(**more), name=name))
        world.enter(*eva, flow=name)
    world.wait(minutes=12)
    flows = [next(m.flow_id for m in world.messages() if m.id == one.message_id) for one in world.email.sent]
    assert flows == [3, 3, 3, 1, 2, 1, 2, 1, 2]


def test_a_clock_that_is_set_frees_nothing_early(world: World) -> None:
    """R16 and R22: forward by less than is asked about, and back with the answer that the clock is right."""
    started(world, 30, rate(Rate(3, 600)))
    world.work()
    world.clock.set(later(minutes=9))
    for minutes in (9, 11, 18):
        world.clock.jump(later(minutes=minutes))
        world.work()
        assert len(world.email.sent) == 3
    world.clock.jump(later(minutes=19, seconds=7))
    world.work()
    assert len(world.email.sent) == 6
    world.clock.set(NOON - timedelta(hours=2))
    world.work()
    answer_clock(world.context)
    world.work()
    assert len(world.email.sent) == 6


def test_old_slots_are_swept(world: World) -> None:
    started(world, 40, rate(Rate(3, 60)))
    world.wait(minutes=15)
    with world.store.transaction() as tx:
        slots = tx.slots("rate:email:60", 0)
    assert len(world.email.sent) == 40
    assert len(slots) <= 12
    assert sum(used for _, used in slots) < 15


def test_a_rate_that_is_raised_is_noticed_within_a_minute(world: World) -> None:
    started(world, 20, rate(Rate(1, 86_400)))
    world.work()
    world.context.rules = rate(Rate(10, 86_400))
    world.work()
    assert len(world.email.sent) == 1
    world.clock.jump(later(minutes=1))
    world.work()
    assert len(world.email.sent) == 10


class Slow(Recorder):
    """A channel on which each message takes its time."""

    def __init__(self, world: World, seconds: float) -> None:
        super().__init__("email")
        self.world, self.seconds = world, seconds

    def prepare(self, outgoing: Outgoing) -> Prepared:
        self.world.clock.jump(self.world.now + timedelta(seconds=self.seconds))
        return super().prepare(outgoing)


def use_two_senders(world: World, minutes: int, seconds_each: float, restart_every: int) -> None:
    """Two processes send for one store, one of them new now and then."""
    channel = Slow(world, seconds_each)
    senders = [Dispatcher(world.context, channel) for _ in range(2)]
    end, turn = world.now + timedelta(minutes=minutes), 0
    while world.now < end:
        if turn % restart_every == restart_every - 1:
            senders[turn % 2] = Dispatcher(world.context, channel)
        senders[turn % 2].round()
        turn += 1
        rests = [one.allowance.rests_until for one in senders]
        if all(one is not None and one > world.now for one in rests):
            world.clock.jump(min(one for one in rests if one is not None))


@pytest.mark.parametrize(
    ("minutes", "people"),
    [
        pytest.param(1_500, 1_100, id="a day"),
        pytest.param(10_000, 3_700, id="10000 minutes", marks=pytest.mark.nightly),
    ],
)
def test_two_processes_and_restarts_exceed_no_window_and_use_what_there_is(
    world: World, figures: Figures, minutes: int, people: int
) -> None:
    """R22: 30 a minute and 500 a day."""
    started(world, people, rate(Rate(30, 60), Rate(500, 86_400)), purpose="transactional", reason="order")
    use_two_senders(world, minutes, 0.05, restart_every=7)
    moments = sent_at(world)
    possible = 500 * -(-minutes // 1440)
    figures(
        "R22",
        minutes=minutes,
        processes=2,
        sent=len(moments),
        most_in_any_minute=most_in_any(moments, 60),
        most_in_any_day=most_in_any(moments, 86_400),
        used_percent=round(100 * len(moments) / possible, 1),
    )
    assert most_in_any(moments, 60) <= 30
    assert most_in_any(moments, 86_400) <= 500
    assert len(moments) >= 0.95 * possible


# --- receivers and warm-up ------------------------------------------------------------------------------


def mailing(**more: Any) -> Rules:
    return Rules(sending_domain="shop.example", **more)


def test_a_receivers_limit_puts_its_own_off_until_tomorrow(world: World) -> None:
    world.context.rules = mailing(domains={"gmail": 2})
    people = [world.person(f"p{n}@{'gmail.com' if n % 2 else 'example.org'}") for n in range(8)]
    world.publish(one_letter())
    world.enter(*people)
    world.work()
    assert states(world) == {"sent": 6, "queued day-limit": 2}
    late = [one.next_try_at for one in world.messages() if one.reason == "day-limit"]
    assert late == [MIDNIGHT] * 2
    world.wait(hours=12)
    assert states(world) == {"sent": 8}
    with world.store.transaction() as tx:
        today = limits.day_of(NOON, world.context.zone)
        assert (tx.used("to:gmail:shop.example", today), tx.used("to:other:shop.example", today)) == (4, 4)


def test_a_new_domain_warms_up(world: World) -> None:
    started(world, 30, mailing(warm_up=WarmUp(date(2026, 3, 2), 4, 2.0)))
    sent = []
    for _ in range(4):
        world.work()
        sent.append(len(world.email.sent))
        world.wait(hours=24)
    assert sent == [4, 12, 28, 30]


def test_what_serves_the_person_counts_for_who_comes_after_it_in_the_same_claim(world: World) -> None:
    """R22: the receiver's limit of the day is never exceeded by advertising."""
    world.context.rules = Rules(sending_domain="shop.example", domains={"gmail": 2})
    people = [world.person(email=f"g{n}@gmail.com") for n in range(4)]
    for name, more in (("Bill", {"purpose": "transactional", "reason": "your order"}), ("News", {})):
        world.publish(replace(one_letter(**more), name=name))
    world.enter(people[0], flow="Bill")
    world.enter(*people[1:], flow="News")
    world.work()
    assert len(world.email.sent) == 2
    assert world.email.sent[0].address == "g0@gmail.com"


def test_a_service_message_waits_for_no_receiver(world: World) -> None:
    rules = mailing(warm_up=WarmUp(date(2026, 3, 2), 1), domains={"other": 1})
    started(world, 5, rules, purpose="transactional", reason="your order")
    world.work()
    assert states(world) == {"sent": 5}


# --- R27 ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "due",
    [
        pytest.param(600, id="600"),
        pytest.param(20_000, id="20000", marks=[pytest.mark.nightly, pytest.mark.timeout(1200)]),
    ],
)
def test_after_an_outage_of_six_hours_what_is_due_goes_out_at_the_set_rate(
    world: World, figures: Figures, due: int
) -> None:
    """R27: oldest first within priority, what is late by then is held, and the reports are right."""
    hourly = due // 10
    world.context.rules = rate(Rate(hourly, 3600))
    shares = {"Important": due // 20, "Hurried": due // 10}
    shares["Plain"] = due - sum(shares.values())
    rules = {"Important": {"priority": "high"}, "Hurried": {"late_after": "PT5H"}, "Plain": {}}
    for name, settings in rules.items():
        world.publish(replace(one_letter(**settings), name=name))
    for _ in range(due):
        world.email.will(Result.RETRY, "421", stop_channel=True)
    people = world.people_with_mail(due)
    for name, share in shares.items():
        world.enter(*people[:share], flow=name)
        people = people[share:]
    world.wait(hours=6)
    assert sent_at(world) == []
    world.email.answers.clear()
    world.wait(hours=12)
    moments = sent_at(world)
    figures("R27", due=due, outage_hours=6, sent=len(moments), held_late=shares["Hurried"], rate=hourly)
    assert states(world) == {"sent": due - shares["Hurried"], "held late": shares["Hurried"]}
    assert most_in_any(moments, 3600) <= hourly
    hours = (moments[-1] - later(hours=6)) / timedelta(hours=1) if moments else 0
    assert hours <= len(moments) / hourly * 1.05 + 1 / 6
    sent = sorted((one for one in world.messages() if one.sent_at), key=_when)
    assert [one.flow_id for one in sent[: shares["Important"]]] == [1] * shares["Important"]
    for flow in (1, 3):
        own = [one.id for one in sent if one.flow_id == flow]
        assert own == sorted(own)
    assert world.count("message:sent") == len(moments)


def _when(one: Message) -> tuple[datetime, int]:
    assert one.sent_at is not None
    return (one.sent_at, one.id)


def test_of_what_was_tried_before_an_outage_none_is_lost(world: World) -> None:
    """R27: rows that were refused one by one come back at their next try."""
    people = started(world, 20, rate(Rate(5, 60)))
    for _ in range(20):
        world.email.will(Result.RETRY, "451")
    world.wait(hours=3)
    assert states(world) == {"sent": 20}
    assert {world.place(one) for one in people} <= {"hour", "end!"}


def test_a_dispatcher_of_its_own_looks_at_what_was_used(world: World) -> None:
    """R22: the numbers are in the store, not in the process."""
    started(world, 9, rate(Rate(4, 3600)))
    Dispatcher(world.context, world.email).round()
    Dispatcher(world.context, world.email).round()
    assert len(world.email.sent) == 4
    assert states(world)[MessageState.QUEUED] == 5


def test_a_clock_that_was_set_while_no_engine_ran_frees_nothing_early_either(world: World) -> None:
    """R16 and R22: the process that comes next knows what the one before it had looked at."""
    started(world, 30, rate(Rate(3, 600)))
    world.work()
    world.clock.set(later(minutes=9))
    world.restart()
    for minutes in (9, 11, 18):
        world.clock.jump(later(minutes=minutes))
        world.work()
        assert len(world.email.sent) == 3
    world.restart()
    world.clock.jump(later(minutes=18, seconds=50))
    world.work()
    assert len(world.email.sent) == 3
    world.clock.jump(later(minutes=19, seconds=7))
    world.work()
    assert len(world.email.sent) == 6
