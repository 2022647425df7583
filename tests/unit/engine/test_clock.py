"""Rule 5: when the time-out starts, and what a held or unknown message does to its journey."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.engine import decide
from app.engine.retry import next_try
from app.model.journey import JourneyState, MessageState, Receipt, Result
from app.model.people import Actor
from tests.unit.engine.build import (
    NOW,
    again,
    at_letter,
    begun,
    counted,
    due,
    hear,
    in_state,
    later,
    letter,
    lines,
    node,
    place,
    plan_with_ends,
    react,
    reaction,
    sent,
    the_message,
)

POPUP = plan_with_ends(node("popup", "popup", headline="Hi", reactions=["closed"], timeout="P1D"))


def test_the_clock_of_a_letter_starts_when_it_is_sent() -> None:
    """Rule 5."""
    walk = at_letter(reactions=["opened"], timeout="P1D")
    assert (walk.journey.state, walk.journey.due_at) == (JourneyState.WAITING, None)
    walk = sent(walk, later(minutes=7))
    assert walk.journey.due_at == later(days=1, minutes=7)
    assert the_message(walk).sent_at == later(minutes=7)
    assert the_message(walk).provider_id == "provider-1"
    (line,) = lines(walk, "sent")
    assert line.data == {"message": the_message(walk).id, "channel": "email"}


def test_a_reaction_that_moves_nothing_does_not_start_the_clock_again() -> None:
    """Rule 5."""
    walk = sent(at_letter(reactions=["clicked"], timeout="P1D"))
    walk = hear(walk, reaction(walk, "opened", later(hours=5)))
    assert walk.journey.due_at == later(days=1)
    assert lines(walk, "sent") == []
    assert the_message(walk).sent_at == NOW


def test_a_letter_nobody_waits_for_goes_on_when_it_is_sent() -> None:
    """Section 5: one outlet, sent."""
    assert place(sent(at_letter())) == "to-sent"


def test_the_clock_of_a_popup_starts_at_queueing() -> None:
    """Rule 5."""
    walk = begun(POPUP)
    assert walk.journey.due_at == later(days=1)
    assert sent(walk, later(hours=5)).journey.due_at == later(days=1)
    assert place(due(walk)) == "to-timeout"


def test_a_popup_queued_late_waits_its_whole_time() -> None:
    """Rule 5: while the machine was off nobody could have seen it."""
    walk = begun(POPUP, at=NOW, now=later(days=3))
    assert walk.journey.due_at == later(days=4)
    assert the_message(walk).due_at == NOW


def test_what_a_popup_was_shown_for_starts_no_second_clock() -> None:
    """Rule 5."""
    walk = sent(begun(POPUP), later(hours=2))
    assert (walk.journey.state, the_message(walk).state) == (JourneyState.WAITING, MessageState.SENT)
    assert place(react(walk, "closed")) == "to-closed"


def test_a_popup_without_reactions_goes_on_when_it_is_shown() -> None:
    """Rule 5."""
    walk = begun(plan_with_ends(node("popup", "popup", headline="Hi", timeout="P1D")))
    assert place(sent(walk)) == "to-sent"


@pytest.mark.parametrize("state", [MessageState.HELD, MessageState.UNKNOWN])
def test_a_held_or_unknown_message_keeps_the_journey_and_its_clock_has_not_started(
    state: MessageState,
) -> None:
    """Rule 5."""
    walk = again(at_letter(reactions=["opened"]), NOW)
    decide.send_held(walk, the_message(walk), "late", state)
    assert (place(walk), walk.journey.state, walk.journey.due_at) == ("letter", JourneyState.HELD, None)
    assert (the_message(walk).state, the_message(walk).reason) == (state, "late")
    assert len(lines(walk, str(state))) == 1


def test_a_message_of_an_earlier_step_that_is_held_holds_nobody() -> None:
    """Rule 7."""
    walk = sent(at_letter())
    walk = again(walk, NOW)
    decide.send_held(walk, the_message(walk), "interrupted", MessageState.UNKNOWN)
    assert (place(walk), walk.journey.state) == ("to-sent", JourneyState.WAITING)


@pytest.mark.parametrize(
    "state", [MessageState.UNKNOWN, MessageState.SENDING, MessageState.RETRY, MessageState.HELD]
)
@pytest.mark.parametrize("actor", Actor)
def test_any_reaction_makes_an_unsure_message_sent(state: MessageState, actor: Actor) -> None:
    """Rule 5: a receipt or reaction to an unknown message makes it sent."""
    walk = react(in_state(at_letter(reactions=["clicked"], timeout="P1D"), state), "opened", actor)
    assert (the_message(walk).state, the_message(walk).sent_at) == (MessageState.SENT, NOW)
    assert (walk.journey.state, walk.journey.due_at) == (JourneyState.WAITING, later(days=1))
    assert lines(walk, "sent")[0].data["known_by"] == "reaction"


def test_a_reaction_to_an_unknown_letter_that_nobody_waits_for_goes_on() -> None:
    """Rule 5: else the journey would stand there for ever."""
    walk = react(in_state(at_letter(), MessageState.UNKNOWN), "opened")
    assert place(walk) == "to-sent"


BEFORE = "2026-03-02T11:00:00Z"


@pytest.mark.parametrize("state", [MessageState.QUEUED, MessageState.RETRY])
def test_what_is_not_sent_at_its_last_moment_leaves_at_once(state: MessageState) -> None:
    """Rule 12: past before it leaves by failed, late."""
    walk = at_letter(before=BEFORE)
    assert walk.journey.due_at == later(hours=1)
    walk = due(in_state(walk, state))
    assert (place(walk), the_message(walk).reason) == ("to-failed", "late")


def test_what_is_on_the_wire_at_its_last_moment_waits_for_its_receipt() -> None:
    """Rules 8 and 12."""
    walk = due(in_state(at_letter(before=BEFORE, reactions=["clicked"]), MessageState.SENDING))
    assert (place(walk), walk.journey.due_at, the_message(walk).state) == ("letter", None, "sending")


def test_what_was_sent_before_its_last_moment_waits_for_reactions_as_always() -> None:
    """Rules 5 and 12."""
    walk = sent(at_letter(before=BEFORE, reactions=["clicked"], timeout="P1D"))
    assert walk.journey.due_at == later(days=1)
    assert place(due(walk)) == "to-timeout"


def test_a_receipt_after_the_reaction_changes_nothing() -> None:
    """Rule 5."""
    walk = react(in_state(at_letter(reactions=["clicked"]), MessageState.SENDING), "clicked")
    assert place(walk) == "to-clicked"
    walk = again(walk, later(minutes=1))
    decide.send_ok(walk, the_message(walk), walk.now)
    assert place(walk) == "to-clicked"


def test_a_message_tried_again_keeps_its_journey_waiting() -> None:
    """Section 2: retry."""
    walk = again(at_letter(reactions=["opened"]), NOW)
    decide.send_again(walk, the_message(walk), later(minutes=5), Receipt(1, Result.RETRY, "421"))
    message = the_message(walk)
    assert (message.state, message.attempts, message.next_try_at) == (MessageState.RETRY, 1, later(minutes=5))
    assert (place(walk), message.reason) == ("letter", "421")
    decide.send_again(walk, message, later(minutes=9), Receipt(1, Result.RETRY, "535", stop_channel=True))
    assert the_message(walk).attempts == 1


def test_counters_of_states_move_with_the_message() -> None:
    """Section 4: the row is the truth, counters are kept beside it."""
    walk = at_letter()
    assert counted(walk, "message:queued") == 1
    walk = sent(walk)
    assert (counted(walk, "message:queued"), counted(walk, "message:sent")) == (-1, 1)


def test_retries_are_pure_and_end() -> None:
    """R19."""
    assert next_try(1, NOW, NOW) == later(minutes=5)
    assert replace(Receipt(1, Result.SENT)).detail == ""
    assert letter().kind == "email"
