"""Rules 7 to 11: later reactions, withdrawing, goals, exits, unsubscribing, bounces, open outlets."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from app.engine import decide
from app.engine.walk import Walk
from app.model.journey import OPEN_STATES, JourneyState, MessageState
from app.model.people import Actor
from tests.unit.engine.build import (
    MANUAL,
    NOW,
    again,
    at_letter,
    begun,
    counted,
    due,
    event,
    hear,
    in_state,
    later,
    letter,
    lines,
    node,
    person,
    place,
    plan_of,
    plan_with_ends,
    react,
    reaction,
    sent,
    the_message,
)

GOAL: dict[str, Any] = {"goal": {"events": ["order_completed"]}}


def towards_goal(middle: Any = None, **settings: Any) -> Walk:
    return begun(plan_with_ends(middle or letter(), **{**GOAL, **settings}))


# --- rule 7 ---


def test_a_later_reaction_moves_nothing_and_is_stored_and_counted() -> None:
    """Rule 7."""
    walk = react(sent(at_letter()), "clicked")
    assert place(walk) == "to-sent"
    assert the_message(walk).reactions == {"clicked"}
    assert counted(walk, "reaction:clicked") == 1
    assert {key.node for key in walk.changes.counts} == {"letter"}


def test_a_click_on_the_first_letter_does_not_answer_the_second() -> None:
    """Rule 7: a reaction moves a journey only while it stands at the step that sent the message."""
    nodes = [MANUAL, letter("one"), letter("two", reactions=["clicked"], timeout="P1D")]
    walk = sent(begun(plan_of(nodes, "start.entered > one", "one.sent > two")))
    first = next(iter(walk.facts.messages))
    walk = sent(walk)
    assert place(hear(walk, event("clicked", message_id=first))) == "two"
    assert place(react(walk, "clicked")) == "clicked!"


def test_a_reaction_to_what_is_still_on_the_wire_of_an_earlier_step_waits_for_its_receipt() -> None:
    """Rules 5 and 7."""
    walk = react(in_state(sent(at_letter()), MessageState.SENDING), "clicked")
    assert (place(walk), the_message(walk).state) == ("to-sent", MessageState.SENDING)


def test_a_reaction_after_the_end_is_stored_and_wakes_nobody() -> None:
    """Rule 7, R23: a late event never wakes a finished run."""
    walk = again(sent(at_letter()), NOW)
    walk.end("stopped")
    walk = react(walk, "clicked")
    assert place(walk) == "stopped!"
    assert the_message(walk).reactions == {"clicked"}
    assert place(react(walk, "unsubscribed")) == "stopped!"
    assert place(hear(walk, event("order_completed"))) == "stopped!"


# --- rule 8 ---


@pytest.mark.parametrize("state", sorted(OPEN_STATES))
def test_leaving_withdraws_what_is_not_sent_yet(state: MessageState) -> None:
    """Rule 8."""
    walk = in_state(towards_goal(), state)
    message_id = the_message(walk).id
    walk = hear(walk, event("order_completed"))
    withdrawn = walk.facts.messages[message_id]
    assert (withdrawn.state, withdrawn.reason) == (MessageState.CANCELLED, "withdrawn")
    assert counted(walk, "message:cancelled") == 1
    assert counted(walk, f"message:{state}") == -1


@pytest.mark.parametrize("state", [MessageState.SENT, MessageState.FAILED, MessageState.CANCELLED])
def test_leaving_does_not_touch_what_is_done(state: MessageState) -> None:
    """Rule 8."""
    walk = hear(in_state(towards_goal(), state), event("order_completed"))
    assert the_message(walk).state is state


def test_what_is_on_the_wire_is_finished_and_named_in_the_journal() -> None:
    """Rule 8."""
    walk = hear(in_state(towards_goal(), MessageState.SENDING), event("order_completed"))
    assert (place(walk), the_message(walk).state) == ("goal!", MessageState.SENDING)
    assert lines(walk, "finishing")[0].data == {"message": the_message(walk).id}
    walk = again(walk, NOW)
    decide.send_ok(walk, the_message(walk), NOW)
    assert (place(walk), the_message(walk).state) == ("goal!", MessageState.SENT)


def test_a_popup_that_was_not_shown_in_time_is_withdrawn() -> None:
    """Rule 8."""
    walk = due(begun(plan_with_ends(node("popup", "popup", headline="Hi", timeout="P1D"))))
    assert the_message(walk).state is MessageState.CANCELLED


def test_the_dispatcher_withdraws_a_message_whose_journey_has_gone_on() -> None:
    """Rule 8."""
    walk = again(at_letter(), NOW)
    decide.withdraw(walk, the_message(walk))
    assert the_message(walk).state is MessageState.CANCELLED


# --- rule 9 ---


@pytest.mark.parametrize(
    "middle", [letter(), node("pause", "delay", for_="P1D"), node("w", "wait", events=["x"])]
)
def test_the_goal_event_is_success_wherever_the_journey_is(middle: Any) -> None:
    """Rule 9."""
    walk = hear(towards_goal(middle), event("order_completed"))
    assert (place(walk), walk.journey.state) == ("goal!", JourneyState.DONE)
    assert (counted(walk, "end:goal"), counted(walk, "here")) == (1, -1)
    assert lines(walk, "ended")[0].data == {"event": "order_completed"}


def test_the_goal_may_ask_the_events_fields() -> None:
    """Rule 9."""
    goal = {"events": ["order_completed"], "where": {"field": "total", "more_than": 10}}
    walk = towards_goal(goal=goal)
    assert place(hear(walk, event("order_completed", properties={"total": 5}))) == "letter"
    assert place(hear(walk, event("order_completed", properties={"total": 50}))) == "goal!"


def test_an_exit_ends_without_success_where_its_condition_holds() -> None:
    """Rule 9."""
    exits = [{"event": "asked_offer"}, {"event": "left", "where": {"entry": "kind", "is": "trial"}}]
    plan = plan_with_ends(letter(), exits=exits)
    assert place(hear(begun(plan), event("asked_offer"))) == "exit!"
    assert place(hear(begun(plan, entry={"kind": "trial"}), event("left"))) == "exit!"
    assert place(hear(begun(plan, entry={"kind": "full"}), event("left"))) == "letter"


@pytest.mark.parametrize(
    ("properties", "key", "stands"),
    [
        ({"basket_id": "b1"}, "b1", "goal!"),
        ({"basket_id": "b2"}, "b1", "letter"),
        ({}, "b1", "goal!"),
        ({"basket_id": None}, "b1", "goal!"),
        ({"basket_id": 17}, "17", "goal!"),
        ({"basket_id": "b2"}, "", "goal!"),
    ],
)
def test_a_goal_event_ends_the_journey_of_its_key_and_without_one_all(
    properties: dict[str, Any], key: str, stands: str
) -> None:
    """Rule 9: rather stop than nag."""
    walk = begun(plan_with_ends(letter(), key="basket_id", **GOAL), key=key)
    assert place(hear(walk, event("order_completed", properties=properties))) == stands


def test_a_machine_reaches_no_goal() -> None:
    """Promise 9."""
    walk = sent(begun(plan_with_ends(letter(), goal={"events": ["clicked"]})))
    assert place(react(walk, "clicked", Actor.MACHINE)) == "to-sent"
    assert place(react(walk, "clicked", Actor.HUMAN)) == "goal!"


def test_a_reaction_can_be_the_goal_after_it_has_moved_the_journey() -> None:
    """Rules 4 and 9."""
    walk = sent(begun(plan_with_ends(letter(reactions=["clicked"]), goal={"events": ["clicked"]})))
    walk = react(walk, "clicked")
    assert place(walk) == "goal!"
    assert counted(walk, "out:clicked") == 1


def test_arriving_at_a_goal_node_is_success_too_and_at_an_end_it_ends() -> None:
    """Rule 9."""
    assert place(begun(plan_of([MANUAL, node("won", "goal")], "start.entered > won"))) == "goal!"
    assert place(begun(plan_of([MANUAL, node("over", "end")], "start.entered > over"))) == "end!"


def test_imported_history_counts_for_goals() -> None:
    """Rules 2 and 9."""
    assert place(hear(towards_goal(), event("order_completed", later(days=-9), history=True))) == "goal!"


def test_a_parked_journey_can_only_be_ended() -> None:
    """Rule 9: wherever the journey is."""
    walk = again(towards_goal(node("w", "wait", events=["x"], timeout="P1D")), NOW)
    walk.park("ValueError")
    assert hear(walk, event("x")).journey.state is JourneyState.PARKED
    assert place(hear(walk, event("order_completed"))) == "goal!"


def test_a_receipt_or_reaction_settles_the_message_of_a_parked_journey_and_moves_nothing() -> None:
    """Rule 9: it needs a person."""
    walk = again(at_letter(reactions=["clicked"]), NOW)
    walk.park("ValueError")
    walk = react(sent(walk), "clicked")
    assert (place(walk), walk.journey.state) == ("letter", JourneyState.PARKED)
    assert the_message(walk).state is MessageState.SENT


# --- rule 10 ---


@pytest.mark.parametrize("name", ["unsubscribed", "complained"])
def test_an_unsubscribe_or_complaint_ends_the_journey_whose_message_it_answers(name: str) -> None:
    """Rule 10."""
    standing = sent(at_letter(reactions=["clicked"]))
    assert place(react(standing, name)) == f"{name}!"
    gone_on = sent(at_letter())
    assert place(react(gone_on, name)) == f"{name}!"


def test_unsubscribing_proves_that_an_unknown_letter_arrived() -> None:
    """Rules 5 and 10."""
    walk = react(in_state(at_letter(), MessageState.UNKNOWN), "unsubscribed")
    assert (place(walk), the_message(walk).state) == ("unsubscribed!", MessageState.SENT)


def test_an_unsubscribe_for_another_message_leaves_the_journey() -> None:
    """Rule 10."""
    assert place(hear(sent(at_letter()), event("unsubscribed", message_id=99))) == "to-sent"


def closed(walk: Walk, **consents: bool) -> Walk:
    walk = again(walk, NOW)
    walk.facts.contact = person(consents=consents)
    decide.lose_consent(walk)
    return walk


def test_what_is_queued_on_a_closed_channel_leaves_by_failed_at_once() -> None:
    """Rule 10: both cancel what is queued in the same transaction."""
    walk = closed(at_letter(), email=False)
    assert (place(walk), the_message(walk).reason) == ("to-failed", "no-consent")
    assert counted(walk, "failed:no-consent") == 1


@pytest.mark.parametrize(
    "walk",
    [
        at_letter(purpose="transactional", reason="your order"),
        begun(plan_with_ends(node("popup", "popup", headline="Hi", timeout="P1D"))),
        in_state(at_letter(), MessageState.SENDING),
        begun(plan_with_ends(node("pause", "delay", for_="P1D"))),
    ],
    ids=["service message", "popup", "on the wire", "no message"],
)
def test_closing_a_channel_leaves_everything_else_alone(walk: Walk) -> None:
    """Rules 10 and 12."""
    assert place(closed(walk, email=False)) == place(walk)


def test_an_open_channel_and_an_ended_journey_lose_nothing() -> None:
    """Rule 10."""
    assert place(closed(at_letter(), email=True)) == "letter"
    assert place(closed(at_letter())) == "letter"  # never asked: policy refuses it when it is sent
    walk = in_state(at_letter(), MessageState.SENDING)
    walk.end("stopped")
    walk.put(replace(the_message(walk), state=MessageState.UNKNOWN))
    assert place(closed(walk, email=False)) == "stopped!"


@pytest.mark.parametrize(("ticked", "way"), [(["clicked"], "to-failed"), (["bounced"], "to-bounced")])
def test_a_hard_bounce_leaves_by_bounced_where_ticked_else_by_failed(ticked: list[str], way: str) -> None:
    """Rule 10."""
    walk = in_state(sent(at_letter(reactions=ticked)), MessageState.SENT)
    walk = react(walk, "bounced", Actor.MACHINE, hard=True)
    assert place(walk) == way
    assert (the_message(walk).state, the_message(walk).reason) == (MessageState.FAILED, "hard")
    assert [(one.kind, one.value, one.reason) for one in walk.changes.suppressed] == [
        ("email", "eva@example.org", "hard")
    ]


def test_a_check_sees_that_a_bounced_letter_failed_hard() -> None:
    """Section 5: failed has a stored reason that check can branch on."""
    walk = in_state(sent(at_letter(reactions=["clicked"])), MessageState.SENT)
    assert react(walk, "bounced", hard=True).facts.failure("letter") == "hard"


def test_a_later_hard_bounce_only_suppresses_the_address() -> None:
    """Rule 10."""
    gone_on = in_state(sent(at_letter()), MessageState.SENT)
    walk = react(gone_on, "bounced", hard=True)
    assert (place(walk), the_message(walk).state) == ("to-sent", MessageState.SENT)
    assert len(walk.changes.suppressed) == 1
    over = again(gone_on, NOW)
    over.end("stopped")
    walk = react(over, "bounced", hard=True)
    assert (place(walk), len(walk.changes.suppressed)) == ("stopped!", 1)


def test_a_soft_bounce_moves_and_suppresses_nothing() -> None:
    """Rule 10."""
    walk = react(sent(at_letter(reactions=["bounced"])), "bounced")
    assert (place(walk), walk.changes.suppressed) == ("letter", [])


def test_a_bounce_of_what_has_no_address_suppresses_nothing() -> None:
    """Rule 10."""
    popup = begun(plan_with_ends(node("popup", "popup", headline="Hi", timeout="P1D")))
    assert react(popup, "bounced", hard=True).changes.suppressed == []
    assert react(at_letter(), "bounced", hard=True).changes.suppressed == []


# --- rule 11 ---


def test_an_outlet_without_an_edge_ends_the_journey_with_its_name_as_reason() -> None:
    """Rule 11."""
    walk = due(sent(begun(plan_of([MANUAL, letter(reactions=["clicked"])], "start.entered > letter"))))
    assert (place(walk), walk.journey.due_at) == ("timeout!", None)
    assert counted(walk, "end:timeout") == 1
    assert place(begun(plan_of([MANUAL]))) == "entered!"


def test_what_was_not_sent_leaves_by_failed_with_its_reason() -> None:
    """Section 5: failed."""
    walk = again(at_letter(), NOW)
    decide.send_failed(walk, the_message(walk), "gave-up", "4.7.1")
    assert place(walk) == "to-failed"
    assert lines(walk, "failed")[0].data["detail"] == "4.7.1"
    gone_on = again(sent(at_letter()), NOW)
    decide.send_failed(gone_on, the_message(gone_on), "hard")
    assert place(gone_on) == "to-sent"
    assert reaction(gone_on, "x").message_id == the_message(gone_on).id
