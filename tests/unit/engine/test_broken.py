"""Promise 6 and R21: what breaks is parked with all it did undone; what led to it stays written."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from app.engine import decide
from app.engine.plan import Plan
from app.engine.walk import Walk
from app.model.journey import JourneyState, MessageState
from tests.unit.engine.build import (
    MANUAL,
    NOW,
    again,
    at_letter,
    begun,
    counted,
    event,
    hear,
    later,
    letter,
    lines,
    node,
    place,
    plan_of,
    sent,
    the_message,
)

NO_QUESTION: dict[str, Any] = {"nothing": 1}
"""A condition that cannot be published: asking it raises ValueError."""
BREAKS = node("bad", "check", ways=[{"name": "a", "when": NO_QUESTION}])


def leading_to_bad(*middle: str, **settings: Any) -> Plan:
    nodes = [
        MANUAL,
        letter(**settings),
        node("d", "delay", for_="P1D"),
        node("s", "set", add_tags=["x"]),
        BREAKS,
    ]
    return plan_of(nodes, *middle, "s.next > bad")


@pytest.fixture
def broken(expect_log: Callable[[str], None]) -> None:
    expect_log("cannot go on")


def assert_parked(walk: Walk, where: str) -> None:
    assert (place(walk), walk.journey.state) == (where, JourneyState.PARKED)
    assert lines(walk, "parked")[-1].data == {"reason": "ValueError"}
    assert counted(walk, "here") == (1 if walk.new else 0)
    assert counted(walk, "parked") == 1
    assert walk.changes.contacts == []
    assert not [name for name, by in walk.changes.counts.items() if name.name.startswith("out:") and by]


@pytest.mark.usefixtures("broken")
def test_a_journey_that_breaks_on_its_way_is_parked_where_it_stood() -> None:
    """R21."""
    walk = again(begun(leading_to_bad("start.entered > d", "d.next > s")), later(days=1))
    decide.come_due(walk)
    assert_parked(walk, "d")
    assert not walk.facts.has_tag("x")
    walk.finish()
    assert [new.state for new, _ in walk.changes.moved] == [JourneyState.PARKED]


@pytest.mark.usefixtures("broken")
def test_a_journey_that_breaks_at_its_start_is_parked_at_its_entry() -> None:
    """R21."""
    walk = begun(leading_to_bad("start.entered > s"))
    assert_parked(walk, "start")
    walk.finish()
    assert len(walk.changes.started) == 1


@pytest.mark.usefixtures("broken")
def test_a_letter_that_was_sent_stays_sent_when_what_follows_breaks() -> None:
    """Promise 3."""
    walk = sent(begun(leading_to_bad("start.entered > letter", "letter.sent > s")))
    assert_parked(walk, "letter")
    assert the_message(walk).state is MessageState.SENT
    assert [one.state for one in walk.changes.messages] == [MessageState.SENT]
    assert (counted(walk, "message:sent"), counted(walk, "message:queued")) == (1, -1)


@pytest.mark.usefixtures("broken")
def test_what_was_withdrawn_on_the_way_stands_again() -> None:
    """R21: the row is as it was, also where it had been noted in the same transaction."""
    plan = leading_to_bad("start.entered > letter", "letter.x > s", reactions=["clicked", "x"])
    walk = sent(begun(plan))
    walk = hear(walk, event("x", message_id=the_message(walk).id))
    assert_parked(walk, "letter")
    assert the_message(walk).reactions == {"x"}
    assert [one.reactions for one in walk.changes.messages] == [{"x"}]


@pytest.mark.usefixtures("broken")
def test_a_goal_that_cannot_be_asked_parks_the_journey() -> None:
    """R21."""
    goal = {"events": ["order"], "where": NO_QUESTION}
    walk = begun(plan_of([MANUAL, letter()], "start.entered > letter", goal=goal))
    assert_parked(hear(walk, event("order")), "letter")


@pytest.mark.usefixtures("broken")
def test_a_node_that_has_gone_parks_the_journey() -> None:
    """Section 2: parked."""
    walk = begun(plan_of([MANUAL, node("d", "delay", for_="P1D")], "start.entered > d"))
    other = again(walk, later(days=1))
    other.plan = plan_of([MANUAL])
    decide.come_due(other)
    assert other.journey.state is JourneyState.PARKED
    assert lines(other, "parked")[0].data == {"reason": "KeyError"}


@pytest.mark.usefixtures("broken")
def test_something_else_can_be_done_than_parking() -> None:
    """R21: a letter whose text cannot be made is held."""
    walk = again(at_letter(), NOW)
    seen: list[str] = []

    def breaks() -> None:
        walk.withdraw()
        raise OSError

    walk.attempt(breaks, seen.append)
    assert seen == ["OSError"]
    assert (place(walk), the_message(walk).state) == ("letter", MessageState.QUEUED)
    assert walk.journey.state is JourneyState.WAITING
