from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from app.flows.ways import sentence, steps_of, waits_for
from app.model.flow import Flow
from app.model.journey import JournalLine, Journey, JourneyState, Message, MessageState
from app.model.standing import WayStep
from tests.unit.flows.making import node, template

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)
FLOW = template("abandoned-basket")
JOURNEY = Journey(1, 1, 1, 1, "", JourneyState.WAITING, "letter1", 2, NOON, NOON + timedelta(minutes=5))


def at(hours: int) -> datetime:
    return NOON + timedelta(hours=hours)


def line(node_id: str, what: str, outlet: str = "", hours: int = 0, **data: Any) -> JournalLine:
    return JournalLine(1, 1, 1, 1, at(hours), node_id, what, outlet, data)


def told(
    journey: Journey, lines: list[JournalLine], flow: Flow = FLOW, message: Message | None = None
) -> str:
    return sentence(flow, journey, lines, message, lambda moment: f"{moment:%H:%M}")


def done(node_id: str, reason: str) -> Journey:
    return replace(JOURNEY, state=JourneyState.DONE, node=node_id, end_reason=reason)


def test_the_steps_are_those_that_were_left_and_the_place_of_now() -> None:
    lines = [line("start", "started"), line("start", "left", "entered"), line("letter1", "queued")]
    assert steps_of(JOURNEY, lines) == (
        WayStep("start", "entered", NOON, {}),
        WayStep("letter1", "", JOURNEY.arrived_at),
    )


def test_a_way_that_is_over_stops_where_it_ended() -> None:
    lines = [line("start", "left", "entered"), line("letter1", "ended", "goal", 1, event="order_completed")]
    last = steps_of(done("letter1", "goal"), lines)[-1]
    assert (last.node, last.outlet, last.at) == ("letter1", "", at(1))
    open_end = [line("letter1", "left", "failed", 1, reason="capped"), line("letter1", "ended", "failed", 1)]
    assert [step.outlet for step in steps_of(done("letter1", "failed"), open_end)] == ["failed"]


@pytest.mark.parametrize(
    ("journey", "lines", "wanted"),
    [
        (
            replace(JOURNEY, due_at=at(24)),
            [],
            "Is at Letter 1 since 12:05 and waits for opened or clicked. Goes on without it at 12:00.",
        ),
        (
            replace(JOURNEY, node="hour", due_at=at(1)),
            [],
            "Is at For a time since 12:05. Goes on at 13:00.",
        ),
        (
            replace(JOURNEY, state=JourneyState.PARKED),
            [line("letter1", "parked", reason="KeyError")],
            "Stands still at Letter 1: this step broke (KeyError) and waits for a person.",
        ),
        (
            done("letter1", "goal"),
            [line("letter1", "ended", "goal", event="order_completed")],
            "Reached the goal at Letter 1: they completed an order.",
        ),
        (
            done("letter1", "offer_requested"),
            [line("letter1", "ended", "offer_requested", event="offer_requested")],
            "Left at Letter 1, because they asked for an offer.",
        ),
        (done("sms", "stopped"), [], "The flow was stopped while they were at SMS."),
        (done("sms", "unsubscribed"), [], "They asked for no more messages at SMS."),
        (
            done("sms", "failed"),
            [line("sms", "left", "failed", reason="no-consent"), line("sms", "ended", "failed")],
            (
                "Stopped at SMS: “failed” leads nowhere. The message was not sent: no consent. "
                "With consent to sms it would have gone out."
            ),
        ),
        (
            done("letter1", "timeout"),
            [line("letter1", "left", "timeout"), line("letter1", "ended", "timeout")],
            "Stopped at Letter 1: “timeout” leads nowhere. They did not open or click within 1 day.",
        ),
        (
            done("done", "end"),
            [
                line("reachable", "left", "else", saw={"consent sms": None, "property phone": "1"}),
                line("done", "ended", "end"),
            ],
            (
                "Came to the end at All said. At “May we text?” no way was true. "
                "It saw consent sms: not known, property phone: 1."
            ),
        ),
        (replace(JOURNEY, node="gone"), [], "Is at “gone” since 12:05."),
    ],
)
def test_where_a_person_stands_or_stopped_is_one_sentence(
    journey: Journey, lines: list[JournalLine], wanted: str
) -> None:
    assert told(journey, lines) == wanted


def test_a_message_that_is_held_says_why_and_who_decides() -> None:
    held = Message(
        1, 1, 2, 1, 1, 1, "letter1", "email", "marketing", MessageState.HELD, NOON, NOON, reason="late"
    )
    journey = replace(JOURNEY, state=JourneyState.HELD)
    assert told(journey, [], message=held) == (
        "Held at Letter 1: too late. A person decides whether it goes out."
    )


def test_what_people_wait_for_is_said_of_each_kind() -> None:
    assert waits_for(FLOW.by_id["letter1"]) == "opened or clicked"
    assert waits_for(FLOW.by_id["letter3"]) == "sending"
    assert waits_for(FLOW.by_id["hour"]) == "the time"
    assert waits_for(node("call", "task")) == "the call"
    assert waits_for(node("wait", "wait", events=["order_completed"])) == "them to complete an order"
    assert waits_for(node("strange", "fax")) == ""
    assert waits_for(None) == ""
