"""Rules 7 to 10 and R23 with a store: what stops a journey, and what no longer moves it."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from app.engine.ingest import Intake
from app.model.journey import Message, MessageState
from app.model.people import Actor, Consent
from tests.engine.flows import answered, basket, by_event, one_letter
from tests.engine.world import NOON, World, later
from tests.figures import Figures
from tests.unit.engine.build import MANUAL, flow_of, letter, node

GOAL: dict[str, Any] = {"goal": {"events": ["order"]}, "exits": [{"event": "asked_offer"}]}


def waiting(world: World, *reactions: str, flow: dict[str, Any] | None = None) -> int:
    """One person whose letter is sent and waits for these."""
    world.publish(answered(*reactions, flow=flow or GOAL))
    eva = world.person("eva@example.org", "+4915112345678")
    world.enter(eva)
    world.work()
    return eva


def test_first_come_first_out(world: World) -> None:
    """Rule 4."""
    eva = waiting(world, "clicked", "replied")
    world.react(world.message(eva), "replied")
    world.react(world.message(eva), "clicked")
    assert world.place(eva) == "to-replied"
    assert world.message(eva).reactions == {"replied", "clicked"}
    assert world.count("out:replied") == 1


def test_a_note_leaves_when_the_time_is_out(world: World) -> None:
    """Rule 4: read but did not click."""
    eva = waiting(world, "opened", "clicked")
    world.react(world.message(eva), "opened")
    assert (world.place(eva), world.journey(eva).noted) == ("letter", "opened")
    world.wait(days=1)
    assert world.place(eva) == "to-opened"


def test_a_click_after_the_time_out_moves_nothing_and_is_counted(world: World) -> None:
    """Rule 7: a receipt or reaction after the journey went on."""
    eva = waiting(world, "clicked")
    world.wait(days=1)
    assert world.place(eva) == "to-timeout"
    world.react(world.message(eva), "clicked")
    assert world.place(eva) == "to-timeout"
    assert world.count("reaction:clicked") == 1
    assert world.journal(eva)[-1].what == "reaction"


@pytest.mark.parametrize("order", list(itertools.permutations(["delivered", "opened", "clicked"])))
def test_reactions_in_any_order_doubled_and_late_make_the_same_sums(
    world: World, figures: Figures, order: tuple[str, ...]
) -> None:
    """R23."""
    eva = waiting(world, "clicked")
    message = world.message(eva)
    for name in (*order, *reversed(order)):
        world.happens(name, message_id=message.id, source_id=f"esp:{name}", at=later(days=-30))
    counted = sum(world.count(f"reaction:{name}") for name in order)
    figures("R23", told=2 * len(order), days_late=30, counted=counted)
    assert world.place(eva) == "to-clicked"
    assert world.message(eva).reactions == {"delivered", "opened", "clicked"}
    assert [world.count(f"reaction:{name}") for name in order] == [1, 1, 1]
    assert world.journey(eva).arrived_at == NOON


def test_a_reaction_to_an_unknown_message_is_only_counted(world: World) -> None:
    """R23, R25: forged or of another workspace."""
    assert world.happens("opened", message_id=424242) is Intake.COUNTED
    assert world.journeys() == []


def test_a_late_event_never_wakes_a_finished_journey(world: World) -> None:
    """R23."""
    eva = waiting(world, "clicked")
    world.happens("order", eva)
    for name in ("clicked", "bounced", "complained"):
        world.react(world.message(eva), name)
    world.happens("order", eva)
    assert [one.end_reason for one in world.journeys(eva)] == ["goal"]
    assert world.count("end:goal") == 1


@pytest.mark.parametrize(("name", "reason"), [("order", "goal"), ("asked_offer", "exit")])
def test_a_goal_or_exit_ends_and_withdraws_in_the_same_transaction(
    world: World, name: str, reason: str
) -> None:
    """Rules 8 and 9."""
    world.publish(answered("clicked", flow=GOAL))
    eva = world.person("eva@example.org")
    world.enter(eva)
    world.happens(name, eva)
    assert (world.place(eva), world.message(eva).state) == (f"{reason}!", "cancelled")
    world.wait(days=3)
    assert world.email.sent == []


def test_a_goal_without_the_key_ends_all_journeys_of_that_flow_and_no_others(world: World) -> None:
    """Rule 9."""
    world.publish(replaced(basket(), "Basket"))
    world.publish(one_letter())
    eva, bob = world.person("eva@example.org"), world.person("bob@example.org")
    for key, who in (("b1", eva), ("b2", eva), ("b1", bob)):
        world.happens("basket_added", who, properties={"basket_id": key})
    world.enter(eva)
    world.wait(minutes=30)
    world.happens("order_completed", eva)
    ends = [(one.key, one.end_reason) for one in world.journeys(eva)]
    assert sorted(ends) == [("", ""), ("b1", "goal"), ("b2", "goal")]
    assert world.place(bob) == "letter1"


# --- rule 10 ---


def two_flows(world: World) -> tuple[int, Message]:
    """Eva got a letter of one flow, and letters and an SMS of others are queued."""
    eva = waiting(world, "clicked")
    sms = flow_of([MANUAL, node("sms", "sms", text="Hi")], "start.entered > sms")
    world.publish(replaced(one_letter(), "Queued"))
    world.publish(replaced(one_letter(purpose="transactional", reason="your order"), "Service"))
    world.publish(replaced(sms, "By SMS"))
    for name in ("Queued", "Service", "By SMS"):
        world.enter(eva, flow=name)
    return eva, world.messages(eva)[0]


def replaced(flow: Any, name: str) -> Any:
    from dataclasses import replace

    return replace(flow, name=name)


def states(world: World, eva: int) -> list[str]:
    return [f"{one.state} {one.reason}".strip() for one in world.messages(eva)]


def test_an_unsubscribe_ends_its_journey_and_closes_its_channel(world: World) -> None:
    """Rule 10."""
    eva, message = two_flows(world)
    world.react(message, "unsubscribed", Actor.HUMAN)
    assert states(world, eva) == ["sent", "failed no-consent", "queued", "queued"]
    assert [one.end_reason for one in world.journeys(eva)] == ["unsubscribed", "end", "", ""]
    assert world.contact(eva).consents == {"email": False, "sms": True}
    world.work()
    assert states(world, eva) == ["sent", "failed no-consent", "sent", "sent"]


def test_a_complaint_closes_all_marketing(world: World) -> None:
    """Rule 10."""
    eva, message = two_flows(world)
    world.react(message, "complained")
    assert states(world, eva) == ["sent", "failed no-consent", "queued", "failed no-consent"]
    assert not any(world.contact(eva).consents.values())
    assert set(world.contact(eva).consents) >= {"email", "sms", "rcs", "telegram", "whatsapp"}


def test_an_unsubscribe_counts_whatever_the_senders_clock_says(world: World) -> None:
    """R23 and R26: effective for the next send after the commit."""
    eva, message = two_flows(world)
    world.happens("unsubscribed", message_id=message.id, at=later(days=-400))
    assert world.contact(eva).consents["email"] is False


def test_an_agreement_from_the_future_does_not_outlive_an_unsubscribe(world: World) -> None:
    """R23 and R26: the clock of whoever sent the form was forty days ahead."""
    eva, message = two_flows(world)
    ahead = Consent("email", given=True, at=later(days=40), source="form", text="Yes, write to me")
    world.happens("form_sent", eva, consents=(ahead,))
    world.sleep(minutes=1)
    world.react(message, "unsubscribed")
    assert world.contact(eva).consents["email"] is False


def test_what_is_said_after_an_agreement_from_the_future_counts(world: World) -> None:
    """R23: whatever way it is said."""
    eva, _ = two_flows(world)
    for given, at in ((True, later(days=40)), (False, later(minutes=1))):
        world.sleep(minutes=1)
        said = Consent("email", given=given, at=at, source="form", text="Write to me")
        world.happens("form_sent", eva, consents=(said,))
    assert world.contact(eva).consents["email"] is False


@pytest.mark.parametrize("name", ["unsubscribed", "complained"])
def test_an_unsubscribe_counts_though_our_own_clock_was_set_back(world: World, name: str) -> None:
    """R16 and R26: by our clock the person agreed after they left."""
    eva, message = two_flows(world)
    yes = Consent("email", given=True, at=world.now, source="form", text="Yes, write to me")
    world.happens("form_sent", eva, consents=(yes,))
    world.clock.set(later(days=-1))
    world.react(message, name)
    assert world.contact(eva).consents["email"] is False


def test_who_agrees_again_after_unsubscribing_gets_letters_again(world: World) -> None:
    """Section 2: the newest consent counts."""
    eva = waiting(world, "clicked")
    world.react(world.message(eva), "unsubscribed")
    world.sleep(hours=1)
    yes = Consent("email", given=True, at=world.now, source="form", text="Yes, write to me")
    world.happens("form_sent", eva, consents=(yes,))
    assert world.contact(eva).consents["email"] is True


def test_an_unsubscribe_after_the_end_still_closes_the_channel(world: World) -> None:
    """Rule 10."""
    eva = waiting(world, "clicked")
    world.happens("order", eva)
    world.react(world.message(eva), "unsubscribed")
    assert world.contact(eva).consents["email"] is False
    assert world.place(eva) == "goal!"


def test_an_unsubscribe_of_an_unknown_message_closes_nothing(world: World) -> None:
    """R29."""
    eva = waiting(world, "clicked")
    world.happens("unsubscribed", eva, message_id=424242)
    world.happens("unsubscribed", eva)
    assert world.contact(eva).consents["email"] is True


@pytest.mark.parametrize(("ticked", "place"), [("clicked", "to-failed"), ("bounced", "to-bounced")])
def test_a_hard_bounce_leaves_and_suppresses(world: World, ticked: str, place: str) -> None:
    """Rule 10."""
    eva = waiting(world, ticked)
    world.react(world.message(eva), "bounced", Actor.MACHINE, hard=True)
    assert (world.place(eva), world.contact(eva).suppressed) == (place, frozenset({"email"}))
    assert (world.message(eva).state, world.message(eva).reason) == ("failed", "hard")


def test_a_soft_bounce_is_only_noted(world: World) -> None:
    """Rule 10."""
    eva = waiting(world, "bounced")
    world.react(world.message(eva), "bounced")
    assert (world.place(eva), world.contact(eva).suppressed) == ("letter", frozenset())


def test_a_late_hard_bounce_only_suppresses(world: World) -> None:
    """Rule 10."""
    eva = waiting(world, "clicked")
    world.react(world.message(eva), "clicked")
    world.react(world.message(eva), "bounced", hard=True)
    assert (world.place(eva), world.contact(eva).suppressed) == ("to-clicked", frozenset({"email"}))
    assert world.message(eva).state is MessageState.SENT


# --- waits ---


def test_a_wait_asks_what_was_stored_before_it(world: World) -> None:
    """Rule 6: nothing comes too early."""
    nodes = [
        MANUAL,
        letter(),
        node("pause", "delay", for_="PT2H"),
        node("w", "wait", events=["order"], timeout="P1D"),
        node("yes", "goal"),
        node("no", "end"),
    ]
    lines = [
        "start.entered > letter",
        "letter.sent > pause",
        "pause.next > w",
        "w.happened > yes",
        "w.timeout > no",
    ]
    world.publish(flow_of(nodes, *lines))
    eva, bob, ann = world.people_with_mail(3)
    world.enter(eva, bob, ann)
    world.wait(hours=1)
    world.happens("order", eva)
    world.wait(hours=2)
    assert (world.place(eva), world.place(bob)) == ("goal!", "w")
    world.happens("order", bob)
    assert world.place(bob) == "goal!"
    world.wait(days=1)
    assert world.place(ann) == "end!"


def test_any_event_of_the_contact_can_be_a_way_out(world: World) -> None:
    """Section 5."""
    eva = waiting(world, "visit_started")
    world.happens("visit_started", eva)
    assert world.place(eva) == "to-visit_started"


def test_two_flows_hear_the_same_event(world: World) -> None:
    """Section 4: waking the journeys that wait for it."""
    world.publish(by_event())
    world.publish(replaced(by_event(exits=[{"event": "left"}]), "Second"))
    eva = world.person("eva@example.org")
    world.happens("signed_up", eva)
    assert len(world.journeys(eva)) == 2
    world.happens("left", eva)
    assert sorted(one.end_reason for one in world.journeys(eva)) == ["", "exit"]


def test_a_check_sees_what_a_form_has_just_written(world: World) -> None:
    """Section 4: what an event brings along is written before anyone decides."""
    nodes = [
        node("start", "entry.event", events=["form"]),
        node("c", "check", ways=[{"name": "eva", "when": {"property": "first_name", "is": "eva"}}]),
        node("s", "set", properties={"stage": 1}, add_tags=["warm"]),
        node("d", "delay", for_="P1D"),
    ]
    world.publish(flow_of(nodes, "start.entered > c", "c.eva > s", "s.next > d"))
    eva = world.person("eva@example.org")
    yes = Consent("email", given=True, at=NOON, source="form")
    world.happens("form", eva, updates={"first_name": "Eva"}, consents=(yes,))
    assert world.place(eva) == "d"
    assert world.contact(eva).properties == {"first_name": "Eva", "stage": 1}
    assert world.contact(eva).tags == {"warm"}


def test_erased_means_nothing_starts(world: World) -> None:
    """R38: an event that names a contact who is gone."""
    world.publish(by_event())
    from app.model.people import Address

    eva, browser = world.person("eva@example.org"), world.person(visitor="v1")
    world.happens("x", addresses=(Address("email", "eva@example.org"), Address("visitor", "v1")))
    world.happens("signed_up", max(eva, browser))
    assert world.journeys() == []
