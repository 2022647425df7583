"""Dispatch with a store: policy, receipts, retries, unknown, held, broken parts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from app.engine import life
from app.engine.dispatch import Dispatcher, recover
from app.engine.tick import tick
from app.model.batch import Batch
from app.model.journey import (
    Changes,
    FlowState,
    JourneyState,
    MessageState,
    Receipt,
    Result,
    Suppression,
)
from app.model.people import Consent
from tests.engine.flows import answered, one_letter
from tests.engine.world import NOON, Recorder, World, later
from tests.figures import Figures
from tests.unit.engine.build import MANUAL, flow_of, letter, node


def started(world: World, *people: int) -> None:
    world.publish(one_letter())
    world.enter(*people)


def test_a_letter_is_fixed_before_it_goes_out_and_settled_after(world: World) -> None:
    """Section 4: out."""
    eva = world.person("eva@example.org")
    started(world, eva)
    seen: list[tuple[str, str, str]] = []

    def look() -> None:
        row = world.message(eva)
        seen.append((row.state, row.address, row.owner))
        assert row.content["subject"] == "Hello"

    world.email.during = look
    world.work()
    assert seen == [("sending", "eva@example.org", "lease-1")]
    row = world.message(eva)
    assert (row.state, row.owner, row.sent_at) == ("sent", "", NOON)
    assert row.provider_id == f"provider-{row.id}"
    assert world.place(eva) == "hour"


def test_only_a_few_are_in_flight_at_a_time(world: World) -> None:
    """Section 4: 4 by default."""
    started(world, *world.people_with_mail(10))
    sizes: list[int] = []
    world.email.during = lambda: sizes.append(
        sum(one.state is MessageState.SENDING for one in world.messages())
    )
    world.work()
    assert (max(sizes), len(world.email.sent)) == (4, 10)
    assert world.count("message:sent") == 10


@pytest.mark.parametrize(
    ("agrees", "email", "reason"),
    [
        ((), "eva@example.org", "no-consent"),
        (("sms",), "eva@example.org", "no-consent"),
        (("email",), "", "no-address"),
    ],
)
def test_no_consent_or_no_address_leaves_by_failed(
    world: World, agrees: tuple[str, ...], email: str, reason: str
) -> None:
    """Promise 5 and section 5."""
    eva = world.person(email, agrees=agrees)
    started(world, eva)
    world.work()
    assert (world.message(eva).state, world.message(eva).reason) == ("failed", reason)
    assert (world.place(eva), world.count(f"failed:{reason}"), world.email.sent) == ("end!", 1, [])


def test_consent_is_asked_when_it_is_sent_and_not_when_it_is_queued(world: World) -> None:
    """Promise 5."""
    eva, bob = world.person("eva@example.org"), world.person("bob@example.org", agrees=())
    started(world, eva, bob)
    with world.store.transaction() as tx:
        no = Consent("email", given=False, at=later(seconds=1), source="hand")
        yes = Consent("email", given=True, at=later(seconds=1), source="hand")
        tx.write(Changes(consents=[(eva, no), (bob, yes)]))
    world.work()
    assert [one.address for one in world.email.sent] == ["bob@example.org"]


def test_a_suppressed_address_gets_nothing(world: World) -> None:
    """Promise 5."""
    eva = world.person("eva@example.org")
    started(world, eva)
    with world.store.transaction() as tx:
        tx.write(Changes(suppressed=[Suppression("email", "eva@example.org", "complaint", NOON)]))
    world.work()
    assert world.message(eva).reason == "suppressed"


def test_what_is_late_is_held_and_not_fired_in_a_burst(world: World) -> None:
    """Promise 4 and rule 12: the machine slept for two days."""
    people = world.people_with_mail(5)
    started(world, *people)
    world.sleep(days=2)
    world.work()
    assert world.email.sent == []
    assert {one.state for one in world.messages()} == {MessageState.HELD}
    assert {one.state for one in world.journeys()} == {JourneyState.HELD}
    assert world.next_due() is None


def test_a_person_sends_or_drops_what_is_held(world: World) -> None:
    """Rule 12."""
    eva, bob = world.people_with_mail(2)
    started(world, eva, bob)
    world.sleep(days=2)
    world.work()
    assert life.decide_held(world.context, world.message(eva).id, send=True)
    assert life.decide_held(world.context, world.message(bob).id, send=False)
    world.work()
    assert [one.address for one in world.email.sent] == ["p0@example.org"]
    assert (world.place(eva), world.place(bob)) == ("hour", "end!")
    assert (world.message(bob).state, world.message(bob).reason) == ("failed", "late")
    assert not life.decide_held(world.context, world.message(eva).id, send=True)
    assert not life.decide_held(world.context, 424242, send=False)


def test_what_is_past_before_fails_at_once(world: World) -> None:
    """Rule 12."""
    world.publish(one_letter(before="2026-03-02T13:00:00Z"))
    eva = world.person("eva@example.org")
    world.enter(eva)
    world.sleep(minutes=61)
    world.work()
    assert (world.message(eva).state, world.message(eva).reason) == ("failed", "late")


def test_a_letter_that_is_tried_again_leaves_at_its_last_moment_and_not_at_the_next_try(world: World) -> None:
    """Rule 12: at once."""
    world.publish(one_letter(before="2026-03-02T13:00:00Z"))
    eva = world.person("eva@example.org")
    world.enter(eva)
    for _ in range(3):
        world.email.will(Result.RETRY, "451")
    world.work()
    (told,) = [line for line in world.journal(eva) if line.what == "retry"]
    due = world.message(eva).next_try_at
    assert due is not None
    assert told.data["until"] == due.isoformat()
    world.wait(minutes=59)
    assert (world.message(eva).state, world.place(eva)) == ("retry", "letter")
    world.wait(minutes=1)
    assert (world.message(eva).reason, world.place(eva)) == ("late", "end!")
    assert world.journey(eva).arrived_at == later(hours=1)


def test_a_letter_on_the_wire_at_its_last_moment_is_settled_by_its_receipt(world: World) -> None:
    """Rules 8 and 12."""
    world.publish(answered("clicked", before="2026-03-02T13:00:00Z"))
    eva = world.person("eva@example.org")
    world.enter(eva)

    def the_hour_strikes() -> None:
        world.sleep(hours=1)
        assert tick(world.context) == 1

    world.email.during = the_hour_strikes
    world.work()
    assert (world.message(eva).state, world.journey(eva).due_at) == ("sent", later(hours=25))


def test_what_a_person_releases_still_has_its_last_moment(world: World) -> None:
    """Rule 12."""
    flow = world.publish(one_letter(late_after="PT10M", before="2026-03-02T13:00:00Z"))
    eva = world.person("eva@example.org")
    world.enter(eva)
    world.sleep(minutes=11)
    world.work()
    assert world.message(eva).state is MessageState.HELD
    world.set_state(flow, FlowState.PAUSED)
    assert life.decide_held(world.context, world.message(eva).id, send=True)
    world.wait(hours=1)
    assert (world.message(eva).reason, world.place(eva)) == ("late", "end!")


def test_a_greylisted_letter_is_tried_again_until_it_goes_out(world: World) -> None:
    """R19."""
    eva = world.person("eva@example.org")
    started(world, eva)
    for _ in range(3):
        world.email.will(Result.RETRY, "451")
    world.wait(hours=3)
    assert len(world.email.sent) == 4
    assert (world.message(eva).state, world.message(eva).attempts) == ("sent", 3)
    assert world.message(eva).sent_at == later(minutes=5 + 15 + 60)


def test_after_three_days_it_is_given_up(world: World) -> None:
    """R19 and section 5."""
    world.publish(one_letter(late_after="P30D"))
    eva = world.person("eva@example.org")
    world.enter(eva)
    for _ in range(50):
        world.email.will(Result.RETRY, "451")
    world.wait(days=4)
    assert (world.message(eva).reason, world.place(eva)) == ("gave-up", "end!")
    assert 15 < len(world.email.sent) < 25


def test_a_hard_refusal_is_not_tried_again_and_a_bad_address_is_suppressed(world: World) -> None:
    """R19."""
    eva, bob = world.people_with_mail(2)
    started(world, eva, bob)
    world.email.will(Result.HARD, "550", bad_address=True)
    world.email.will(Result.HARD, "552")
    world.wait(days=1)
    assert [one.reason for one in world.messages()] == ["hard", "hard"]
    assert len(world.email.sent) == 2
    assert world.contact(eva).suppressed == {"email"}
    assert world.contact(bob).suppressed == frozenset()


def test_a_channel_that_refuses_us_altogether_pauses_and_nobody_loses_a_try(world: World) -> None:
    """R19: a bad login."""
    people = world.people_with_mail(6)
    started(world, *people)
    for _ in range(4):
        world.email.will(Result.RETRY, "535", stop_channel=True)
    world.work()
    assert len(world.email.sent) == 4
    assert world.engine.dispatchers[0].trouble == "535"
    world.wait(minutes=9)
    assert len(world.email.sent) == 4
    world.wait(minutes=1)
    assert len(world.email.sent) == 10
    assert {one.attempts for one in world.messages()} == {0}


def test_an_unknown_advertisement_is_held_and_listed(world: World) -> None:
    """Promise 3."""
    eva = world.person("eva@example.org")
    started(world, eva)
    world.email.will(Result.UNKNOWN, "no answer after the dot")
    world.wait(days=3)
    row = world.message(eva)
    assert (row.state, row.reason) == ("unknown", "no answer after the dot")
    assert (world.journey(eva).state, len(world.email.sent)) == (JourneyState.HELD, 1)
    with world.store.transaction() as tx:
        assert [one.id for one in tx.messages_in(MessageState.UNKNOWN, 10)] == [row.id]


def test_an_unknown_service_message_is_sent_again_but_not_at_once_nor_for_ever(world: World) -> None:
    """Promise 3: it must not be lost, and a server that hangs must not get a copy a second."""
    world.publish(one_letter(purpose="transactional", reason="your order"))
    eva = world.person("eva@example.org", agrees=())
    world.enter(eva)
    for _ in range(80):
        world.email.will(Result.UNKNOWN, "hang")
    world.work()
    assert len(world.email.sent) == 1
    world.wait(days=5)
    assert (world.message(eva).reason, world.place(eva)) == ("gave-up", "end!")
    assert len(world.email.sent) < 25


def test_an_unknown_sms_is_tried_again_because_its_id_is_the_key(world: World) -> None:
    """Promise 3."""
    world.publish(flow_of([MANUAL, node("sms", "sms", text="Hi")], "start.entered > sms"))
    eva = world.person(phone="+4915112345678")
    world.enter(eva)
    world.sms.will(Result.UNKNOWN, "timeout")
    world.wait(minutes=5)
    assert [one.message_id for one in world.sms.sent] == [world.message(eva).id] * 2
    assert world.message(eva).state is MessageState.SENT


def test_a_reaction_makes_an_unknown_letter_sent_and_moves_on(world: World) -> None:
    """Rule 5."""
    world.publish(answered("clicked"))
    eva = world.person("eva@example.org")
    world.enter(eva)
    world.email.will(Result.UNKNOWN, "hang")
    world.work()
    world.react(world.message(eva), "clicked")
    assert (world.place(eva), world.message(eva).state) == ("to-clicked", "sent")


def test_the_goal_closes_an_unknown_letter_and_nobody_can_send_it_again(world: World) -> None:
    """Rule 9."""
    world.publish(answered("clicked", flow={"goal": {"events": ["order"]}}))
    eva = world.person("eva@example.org")
    world.enter(eva)
    world.email.will(Result.UNKNOWN, "hang")
    world.work()
    world.happens("order", eva)
    assert world.message(eva).state is MessageState.CANCELLED
    assert not life.decide_held(world.context, world.message(eva).id, send=True)


def test_what_became_unknown_after_the_goal_is_never_sent_again(world: World) -> None:
    """Rule 9: it was on the wire when the order came and the line died."""
    world.publish(answered("clicked", flow={"goal": {"events": ["order"]}}))
    eva = world.person("eva@example.org")
    world.enter(eva)
    world.email.will(Result.UNKNOWN, "hang")
    world.email.during = lambda: world.happens("order", eva, source_id="order-1")
    world.work()
    assert (world.place(eva), world.message(eva).state) == ("goal!", "unknown")
    assert life.decide_held(world.context, world.message(eva).id, send=True)
    world.work()
    assert (world.place(eva), world.message(eva).state) == ("goal!", "cancelled")
    assert len(world.email.sent) == 1


@pytest.mark.parametrize("result", list(Result))
def test_a_receipt_after_the_goal_only_settles_the_letter(world: World, result: Result) -> None:
    """Rule 8: what is sending is finished; R23."""
    world.publish(answered("clicked", flow={"goal": {"events": ["order"]}}))
    eva = world.person("eva@example.org")
    world.enter(eva)
    world.email.will(result, "x")
    world.email.during = lambda: world.happens("order", eva, source_id="order-1")
    world.wait(days=2)
    assert world.place(eva) == "goal!"
    assert len(world.email.sent) == 1
    expected = {"sent": "sent", "hard": "failed", "unknown": "unknown", "retry": "cancelled"}
    assert world.message(eva).state == expected[result]


def test_an_order_after_the_letter_was_queued_still_stops_it(world: World, figures: Figures) -> None:
    """Rule 9, R23: bought after the letter was leased stops it while it is not yet sending."""
    world.publish(answered("clicked", flow={"goal": {"events": ["order"]}}))
    eva = world.person("eva@example.org")
    world.enter(eva)
    world.happens("order", eva)
    world.work()
    figures("R23", bought_while_queued=1, sent=len(world.email.sent))
    assert (world.place(eva), world.email.sent) == ("goal!", [])


# --- what breaks ---


def test_a_text_that_cannot_be_made_fails_and_is_not_tried_again(world: World) -> None:
    """R21."""
    people = [*world.people_with_mail(20), world.person("bad@example.org", name="bad text")]
    started(world, *people)
    world.wait(minutes=30)
    assert len(world.email.sent) == 20
    assert (world.message(people[-1]).reason, world.place(people[-1])) == ("bad-text", "end!")


def test_a_channel_that_trips_over_one_letter_holds_that_one(
    world: World, expect_log: Callable[[str], None]
) -> None:
    """R21: the others go out; a person can put it right and send it."""
    expect_log("cannot go on")
    bad = world.person("bad@example.org", name="bad bug")
    people = [bad, *world.people_with_mail(20)]
    started(world, *people)
    world.wait(minutes=30)
    assert len(world.email.sent) == 20
    assert (world.message(bad).state, world.message(bad).reason) == ("held", "broken: LookupError")
    assert world.journey(bad).state is JourneyState.HELD
    world.happens("renamed", bad, updates={"name": "Eva"})
    assert life.decide_held(world.context, world.message(bad).id, send=True)
    world.work()
    assert world.message(bad).state is MessageState.SENT


def test_a_channel_that_breaks_while_sending_leaves_unknowns(
    world: World, expect_log: Callable[[str], None]
) -> None:
    """Promise 3: nobody knows whether they went out."""
    expect_log("broke while it was sending")
    people = world.people_with_mail(2)
    started(world, *people)
    world.email.breaks = OSError("the plug-in is broken")
    world.work()
    assert [(one.state, one.reason) for one in world.messages()] == [("unknown", "channel-broke")] * 2


def test_receipts_survive_a_commit_that_failed(world: World) -> None:
    """Promise 1, R4: the disk was full when the answers came."""
    people = world.people_with_mail(6)
    started(world, *people)
    dispatcher = Dispatcher(world.context, world.email)
    real, failures = world.store.transaction, [True]

    def full():  # type: ignore[no-untyped-def]  # noqa: ANN202
        if failures.pop() if failures else False:
            raise OSError("disk full")
        return real()

    world.email.during = lambda: setattr(world.store, "transaction", full)
    with pytest.raises(OSError, match="disk full"):
        dispatcher.round()
    world.email.during = lambda: None
    assert [one.state for one in world.messages()].count(MessageState.SENDING) == 4
    dispatcher.round()
    assert {one.state for one in world.messages()} == {MessageState.SENT}
    assert len(world.email.sent) == 6


def test_a_channel_may_answer_about_letters_that_are_not_there(world: World) -> None:
    """R23: from an unknown message."""
    eva = world.person("eva@example.org")
    started(world, eva)
    real = world.email.send
    world.email.send = lambda batch: [*real(batch), Receipt(424242, Result.SENT)]  # type: ignore[method-assign]
    world.work()
    assert world.message(eva).state is MessageState.SENT


def test_sending_stops_when_it_is_told_to(world: World) -> None:
    """R42: work in hand is finished, nothing new begins."""
    started(world, *world.people_with_mail(20))
    dispatcher = Dispatcher(world.context, world.email)
    assert dispatcher.round(lambda: len(world.email.sent) >= 8) == 8
    states = [one.state for one in world.messages()]
    assert (states.count(MessageState.SENT), states.count(MessageState.QUEUED)) == (8, 12)


def test_a_turn_is_bounded_so_that_the_lease_can_be_kept(store: object) -> None:
    """Section 4."""
    world = World(store, batch=8)  # type: ignore[arg-type]
    started(world, *world.people_with_mail(20))
    dispatcher = Dispatcher(world.context, world.email)
    assert [dispatcher.round() for _ in range(4)] == [8, 8, 4, 0]
    world.check()


# --- recover ---


def killed_while_sending(world: World, flow_purpose: str = "marketing") -> int:
    world.publish(one_letter(purpose=flow_purpose, reason="your order"))
    eva = world.person("eva@example.org")
    world.enter(eva)
    world.email.breaks = KeyboardInterrupt()  # type: ignore[assignment]
    with pytest.raises(KeyboardInterrupt):
        world.work()
    world.email.breaks = None
    assert world.message(eva).state is MessageState.SENDING
    return eva


def test_after_a_kill_an_advertisement_in_the_very_act_is_held(world: World) -> None:
    """Promise 3."""
    eva = killed_while_sending(world)
    assert recover(world.context, [world.email]) == 1
    assert (world.message(eva).state, world.message(eva).reason) == ("unknown", "interrupted")
    world.wait(days=1)
    assert world.email.sent == []
    assert recover(world.context, [world.email]) == 0


def test_after_a_kill_a_service_message_is_sent_again_at_once(world: World) -> None:
    """Promise 3."""
    eva = killed_while_sending(world, "transactional")
    assert recover(world.context, [world.email]) == 1
    world.work()
    assert (world.message(eva).state, len(world.email.sent)) == ("sent", 1)


def test_after_a_kill_an_idempotent_channel_sends_again_at_once(world: World) -> None:
    """Promise 3."""
    eva = killed_while_sending(world)
    assert recover(world.context, [Recorder("email", idempotent=True)]) == 1
    world.work()
    assert world.message(eva).state is MessageState.SENT


def test_a_paused_flow_sends_nothing_and_what_is_on_the_wire_is_settled(world: World) -> None:
    """Rule 21."""
    flow = world.publish(answered("clicked"))
    people = world.people_with_mail(8)
    world.enter(*people)
    world.email.during = lambda: world.set_state(flow, FlowState.PAUSED)
    world.work()
    states = [one.state for one in world.messages()]
    assert (states.count(MessageState.SENT), states.count(MessageState.QUEUED)) == (4, 4)
    assert timedelta(days=1) > timedelta(0)


def test_every_letter_of_a_flow_with_two_letters_is_its_own_row(world: World) -> None:
    """Section 2: one row per message."""
    nodes = [MANUAL, letter("one"), letter("two")]
    world.publish(flow_of(nodes, "start.entered > one", "one.sent > two"))
    eva = world.person("eva@example.org")
    world.enter(eva)
    world.work()
    assert world.email.nodes == ["one", "two"]
    assert len({one.message_id for one in world.email.sent}) == 2


@pytest.mark.parametrize(
    ("first", "second", "state"),
    [
        (Result.SENT, Result.HARD, "sent"),
        (Result.SENT, Result.RETRY, "sent"),
        (Result.RETRY, Result.SENT, "sent"),
        (Result.HARD, Result.SENT, "sent"),
        (Result.UNKNOWN, Result.SENT, "sent"),
        (Result.RETRY, Result.UNKNOWN, "unknown"),
        (Result.HARD, Result.RETRY, "failed"),
        (Result.RETRY, Result.HARD, "retry"),
    ],
)
def test_a_channel_that_answers_twice_about_one_message_is_heard_once(
    world: World, first: Result, second: Result, state: str
) -> None:
    """R12: what may have gone out is not sent again, and nothing is decided twice."""
    eva = world.person("eva@example.org")
    started(world, eva)
    send = world.email.send

    def twice(batch: Batch) -> list[Receipt]:
        told = list(send(batch))
        return [*told, *(replace(one, result=second) for one in told)]

    world.email.will(first, "x")
    world.email.send = twice  # type: ignore[method-assign]
    world.work()
    assert world.message(eva).state == state
    assert len([one for one in world.journal(eva) if one.what in ("sent", "failed")]) <= 1
    assert len(world.email.sent) == 1


@pytest.mark.parametrize(("purpose", "state"), [("marketing", "unknown"), ("transactional", "retry")])
def test_a_message_whose_answer_is_left_out_may_have_gone_out(world: World, purpose: str, state: str) -> None:
    """Promise 3, R12: also when the next batch is on its way before anybody looks for it."""
    world.email.in_flight = 2
    reason = {"reason": "your order"} if purpose == "transactional" else {}
    nodes = [node("start", "entry.manual"), letter(purpose=purpose, **reason)]
    world.publish(flow_of(nodes, "start.entered > letter"))
    people = world.people_with_mail(5)
    send = world.email.send
    world.email.send = lambda batch: list(send(batch))[1:]  # type: ignore[method-assign]
    world.enter(*people)
    world.work()
    assert len(world.email.sent) == len({one.message_id for one in world.email.sent}) == len(people)
    states = [world.message(one).state for one in people]
    assert states == [state, "sent", state, "sent", state]
