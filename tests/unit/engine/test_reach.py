"""Rule 18: reach is an ordered list of rungs; with it rules 4, 5, 6, 8, 10 at a node of many messages."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from app.engine import decide
from app.engine.plan import Plan
from app.engine.walk import Walk
from app.model.journey import JourneyState, Message, MessageState
from app.model.kinds import FAILED_REASONS
from app.model.people import Actor
from tests.unit.engine.build import (
    MANUAL,
    NOW,
    again,
    begun,
    counted,
    due,
    event,
    hear,
    later,
    lines,
    node,
    person,
    place,
    plan_of,
    plan_with_ends,
    the_message,
)

POPUP = {"kind": "popup", "settings": {"headline": "Hi"}, "try_for": "P2D"}
EMAIL = {"kind": "email", "settings": {"subject": "Hello", "body": "Text"}, "try_for": "P1D"}
SMS = {"kind": "sms", "settings": {"text": "Hello"}, "try_for": "PT12H"}


def reach(*rungs: dict[str, Any], **settings: Any) -> Plan:
    given = {"rungs": list(rungs or (POPUP, EMAIL, SMS)), "reactions": ["opened", "clicked"], **settings}
    return plan_with_ends(node("r", "reach", **given))


def at_reach(*rungs: dict[str, Any], **settings: Any) -> Walk:
    return begun(reach(*rungs, **settings))


def messages(walk: Walk) -> list[tuple[int, str, str]]:
    return [(one.rung, one.channel, one.state) for one in walk.facts.messages.values()]


def accepted(walk: Walk) -> Walk:
    """The channel has taken the newest message."""
    walk = again(walk, walk.now)
    decide.send_ok(walk, the_message(walk), walk.now, "p")
    return walk


def refused(walk: Walk, reason: str) -> Walk:
    """The newest message was not sent and will not be."""
    walk = again(walk, walk.now)
    decide.send_failed(walk, the_message(walk), reason)
    return walk


def reacted(walk: Walk, to: Message, name: str, actor: Actor = Actor.UNKNOWN, **properties: Any) -> Walk:
    return hear(walk, event(name, walk.now, properties, message_id=to.id, actor=actor))


def test_the_first_rung_is_a_message_of_its_own() -> None:
    """Rule 6: its wait is written with it; rule 5: on the page the time runs from queueing."""
    walk = at_reach(purpose="transactional", reason="r", priority="low", late_after="PT3H")
    message = the_message(walk)
    assert messages(walk) == [(0, "popup", "queued")]
    assert (message.node, message.step, message.purpose, message.priority) == ("r", 1, "transactional", 0)
    assert message.late_at is None
    assert walk.journey.due_at == later(days=2)
    assert lines(walk, "queued")[0].data == {"message": message.id, "channel": "popup", "rung": 0}


def test_a_rung_that_nobody_answered_is_left_for_the_next() -> None:
    """Rules 8 and 18: the popup is withdrawn; the letter is due at the moment it was left."""
    walk = due(at_reach(), later(days=3))
    assert messages(walk) == [(0, "popup", "cancelled"), (1, "email", "queued")]
    letter = the_message(walk)
    assert (place(walk), walk.journey.step, letter.step) == ("r", 1, 1)
    assert (letter.due_at, letter.late_at, walk.journey.due_at) == (later(days=2), later(days=3), None)
    assert lines(walk, "rung-left")[0].data["reason"] == "timeout"
    assert lines(walk, "left") == []


def test_the_time_of_a_rung_that_is_sent_runs_from_then() -> None:
    """Rule 5."""
    walk = accepted(due(at_reach(), later(days=3)))
    assert walk.journey.due_at == later(days=4)
    walk = due(walk)
    assert messages(walk)[1:] == [(1, "email", "sent"), (2, "sms", "queued")]
    walk = accepted(walk)
    assert walk.journey.due_at == later(days=4, hours=12)


def test_after_the_last_rung_the_time_is_out() -> None:
    walk = due(accepted(at_reach(SMS)))
    assert place(walk) == "to-timeout"
    walk = due(at_reach(POPUP))
    assert (place(walk), messages(walk)) == ("to-timeout", [(0, "popup", "cancelled")])


@pytest.mark.parametrize("reason", sorted(FAILED_REASONS.keys() - {"late"}))
def test_a_rung_that_cannot_be_sent_is_left_at_once(reason: str) -> None:
    walk = refused(at_reach(EMAIL, SMS), reason)
    assert messages(walk) == [(0, "email", "failed"), (1, "sms", "queued")]
    assert (place(walk), the_message(walk).due_at) == ("r", NOW)
    assert counted(walk, f"failed:{reason}") == 1


def test_when_no_rung_could_be_sent_it_leaves_by_failed() -> None:
    walk = refused(refused(at_reach(EMAIL, SMS), "hard"), "no-consent")
    assert place(walk) == "to-failed"
    assert lines(walk, "left")[-1].data == {"reason": "no-consent"}
    assert walk.facts.failure("r") == "no-consent"
    assert (walk.facts.failure("r#0"), walk.facts.failure("r#7")) == ("hard", "")


def test_a_popup_that_nobody_saw_was_not_sent() -> None:
    walk = refused(due(at_reach(POPUP, SMS)), "no-address")
    assert place(walk) == "to-failed"


def test_when_an_earlier_rung_was_sent_nobody_answered() -> None:
    walk = refused(due(accepted(at_reach(EMAIL, SMS))), "no-address")
    assert place(walk) == "to-timeout"
    assert walk.facts.failure("r") == ""
    assert walk.facts.failure("r#1") == "no-address"


def test_what_is_too_late_is_so_for_all_rungs() -> None:
    """Rule 12: a person has dropped it, or its last moment is over; no SMS goes out after that."""
    assert place(refused(at_reach(EMAIL, SMS), "late")) == "to-failed"
    walk = at_reach(EMAIL, SMS, before="2026-03-02T12:00:00+00:00")
    assert walk.journey.due_at == later(hours=2)
    assert place(due(walk)) == "to-failed"


def test_a_last_moment_ends_the_wait_for_a_page_too() -> None:
    """Rule 12; what has been shown by then waits on for its own time."""
    walk = at_reach(POPUP, SMS, before="2026-03-02T12:00:00+00:00")
    assert walk.journey.due_at == later(hours=2)
    assert place(due(walk)) == "to-failed"
    assert accepted(walk).journey.due_at == later(days=2)


def test_a_reaction_leaves_and_says_which_rung_worked() -> None:
    walk = accepted(due(at_reach(), later(days=2)))
    letter = the_message(walk)
    walk = reacted(walk, letter, "clicked")
    assert place(walk) == "to-clicked"
    assert lines(walk, "left")[-1].data == {"rung": 1, "message": letter.id}
    assert counted(walk, "rung:1") == 1
    assert walk.facts.reactions("r") == walk.facts.reactions("r#1") == {"clicked", "opened", "delivered"}
    assert walk.facts.reactions("r#0") == walk.facts.reactions("r#x") == frozenset()


def test_a_reaction_to_an_earlier_rung_still_moves_it() -> None:
    """Rule 7: it stands at the step that sent that message; rule 8: the later rung is withdrawn."""
    walk = due(accepted(at_reach(EMAIL, SMS)))
    letter = next(iter(walk.facts.messages.values()))
    walk = reacted(walk, letter, "clicked")
    assert (place(walk), messages(walk)[-1]) == ("to-clicked", (1, "sms", "cancelled"))
    assert lines(walk, "left")[-1].data["rung"] == 0


def test_a_popup_that_was_left_can_still_be_clicked() -> None:
    """A browser may show what was withdrawn a second ago."""
    walk = due(at_reach(POPUP, SMS))
    popup = next(iter(walk.facts.messages.values()))
    walk = reacted(walk, popup, "clicked")
    assert place(walk) == "to-clicked"
    assert walk.facts.messages[popup.id].state is MessageState.CANCELLED


def test_what_was_noted_leaves_when_the_rung_is_over() -> None:
    """Rule 4: read but did not click; no further rung is tried."""
    walk = accepted(at_reach(EMAIL, SMS))
    walk = reacted(walk, the_message(walk), "opened")
    assert (place(walk), walk.journey.noted) == ("r", "opened")
    walk = due(walk)
    assert (place(walk), len(messages(walk))) == ("to-opened", 1)
    assert lines(walk, "left")[-1].data["rung"] == 0


def test_only_people_count_where_the_node_says_so() -> None:
    walk = accepted(at_reach(EMAIL, SMS, reactions=["opened"], human_only=True))
    walk = reacted(reacted(walk, the_message(walk), "opened"), the_message(walk), "opened", Actor.MACHINE)
    assert place(walk) == "r"
    assert place(reacted(walk, the_message(walk), "opened", Actor.HUMAN)) == "to-opened"


def test_a_machine_that_opened_has_answered_nothing() -> None:
    """Rule 4: it is neither noted nor named as the rung that worked."""
    walk = accepted(at_reach(EMAIL, SMS))
    walk = reacted(walk, the_message(walk), "opened", Actor.MACHINE)
    walk = reacted(due(walk), next(iter(walk.facts.messages.values())), "opened")
    assert walk.journey.noted == "opened"
    walk = due(replace_due(walk))
    assert lines(walk, "left")[-1].data["rung"] == 0


def replace_due(walk: Walk) -> Walk:
    walk.journey = replace(walk.journey, due_at=later(days=5))
    return walk


def test_none_ticked_it_leaves_when_a_rung_is_sent() -> None:
    walk = accepted(refused(at_reach(EMAIL, SMS, reactions=[]), "no-address"))
    assert place(walk) == "to-sent"
    assert lines(walk, "left")[-1].data["rung"] == 1
    assert place(refused(refused(at_reach(EMAIL, SMS, reactions=[]), "hard"), "hard")) == "to-failed"


def test_none_ticked_a_page_that_is_never_visited_is_left() -> None:
    """A last rung that waits on the page has a time-out of its own, as a popup has."""
    walk = due(at_reach(POPUP, SMS, reactions=[]))
    assert messages(walk)[-1] == (1, "sms", "queued")
    assert place(due(at_reach(POPUP, reactions=[]))) == "to-timeout"


def test_a_hard_bounce_is_a_rung_that_cannot_be_sent() -> None:
    """Rules 10 and 18; where `bounced` is ticked it leaves by that."""
    walk = accepted(at_reach(EMAIL, SMS))
    bounced = reacted(walk, the_message(walk), "bounced", hard=True)
    assert messages(bounced) == [(0, "email", "failed"), (1, "sms", "queued")]
    walk = accepted(at_reach(EMAIL, SMS, reactions=["bounced"]))
    assert place(reacted(walk, the_message(walk), "bounced", hard=True)) == "to-bounced"


def test_a_bounce_of_an_earlier_rung_only_suppresses() -> None:
    """Rule 10: later."""
    walk = due(accepted(at_reach(EMAIL, SMS)))
    letter = replace(next(iter(walk.facts.messages.values())), address="eva@example.org")
    walk.facts.messages[letter.id] = letter
    walk = reacted(walk, letter, "bounced", hard=True)
    assert (place(walk), messages(walk)[-1]) == ("r", (1, "sms", "queued"))
    assert [one.value for one in walk.changes.suppressed] == ["eva@example.org"]


@pytest.mark.parametrize("name", ["unsubscribed", "complained"])
def test_an_unsubscribe_from_any_rung_ends_the_journey(name: str) -> None:
    """Rule 10."""
    walk = due(accepted(at_reach(EMAIL, SMS)))
    walk = reacted(walk, next(iter(walk.facts.messages.values())), name)
    assert (place(walk), messages(walk)[-1]) == (f"{name}!", (1, "sms", "cancelled"))


def test_a_goal_withdraws_the_rung() -> None:
    """Rules 8 and 9."""
    walk = begun(
        plan_of([MANUAL, node("r", "reach", rungs=[SMS])], "start.entered > r", goal={"events": ["o"]})
    )
    walk = hear(walk, event("o"))
    assert (place(walk), messages(walk)) == ("goal!", [(0, "sms", "cancelled")])


def test_a_consent_taken_back_leaves_the_rung_for_the_next() -> None:
    """Rules 10 and 18: the person may still be reached another way."""
    walk = again(at_reach(EMAIL, SMS, topic="offers"), NOW)
    walk.facts.contact = person(consents={"email": True, "email/offers": False, "sms": True})
    decide.lose_consent(walk)
    assert messages(walk) == [(0, "email", "failed"), (1, "sms", "queued")]


def test_a_held_rung_keeps_the_journey_and_its_clock() -> None:
    """Rule 5."""
    walk = again(at_reach(EMAIL, SMS), NOW)
    decide.send_held(walk, the_message(walk), "late")
    assert (walk.journey.state, walk.journey.due_at) == (JourneyState.HELD, None)
    unknown = again(at_reach(EMAIL, SMS), NOW)
    decide.send_held(unknown, the_message(unknown), "unknown", MessageState.UNKNOWN)
    walk = reacted(unknown, the_message(unknown), "delivered")
    assert (the_message(walk).state, walk.journey.due_at) == (MessageState.SENT, later(days=1))


def test_an_event_after_any_rung_was_sent_counts() -> None:
    """Section 5: any event of that contact after the message was sent."""
    walk = due(accepted(at_reach(EMAIL, SMS, reactions=["quiz_done"])))
    assert place(hear(walk, event("quiz_done", later(hours=-1)))) == "r"
    assert place(hear(walk, event("quiz_done", later(hours=1)), walk.now)) == "to-quiz_done"
    assert place(hear(at_reach(EMAIL, reactions=["quiz_done"]), event("quiz_done"))) == "r"


def test_what_the_reach_says_for_all_stands_in_each_rung() -> None:
    plan = reach(EMAIL, SMS, topic="offers", priority="high", purpose="transactional")
    assert [rung.setting("topic") for rung in plan.nodes["r"].rungs] == ["offers", "offers"]
    assert [rung.setting("priority") for rung in plan.nodes["r"].rungs] == ["high", "high"]
    assert [rung.node.id for rung in plan.nodes["r"].rungs] == ["r#0", "r#1"]


def test_a_reach_without_rungs_is_left_at_once() -> None:
    """It cannot be published; the decider stays total."""
    assert place(at_reach(reactions=[], rungs=[])) == "to-failed"
