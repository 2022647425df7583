"""Rule 1: one place, one journey, and who may come again."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, timedelta

import pytest

from app.engine.entry import new_journey, refusal
from app.engine.plan import Plan
from app.model.journey import Journey, JourneyState
from app.store.folding import fold
from tests.unit.engine.build import (
    BERLIN,
    MANUAL,
    NOW,
    again,
    begun,
    counted,
    later,
    letter,
    lines,
    live,
    node,
    place,
    plan_of,
)

MAIL = plan_of([MANUAL, letter()], "start.entered > letter")
NEVER = MAIL
AFTER = plan_of([MANUAL, letter()], "start.entered > letter", reentry={"after": "P7D"})
RESTART = plan_of([MANUAL, letter()], "start.entered > letter", reentry="restart")


def earlier(state: JourneyState, started: timedelta = timedelta(days=1)) -> Journey:
    journey = new_journey(1, NEVER, NEVER.nodes["start"], 11, "", NOW - started)
    return replace(journey, state=state)


def test_a_journey_begins_at_its_entry_and_stands_at_exactly_one_node() -> None:
    """Rule 1."""
    walk = begun(MAIL)
    assert place(walk) == "letter"
    assert walk.journey.step == 1
    here = {key.node: by for key, by in walk.changes.counts.items() if key.name == "here" and by}
    assert here == {"letter": 1}
    assert [line.what for line in walk.changes.journal] == ["started", "left", "queued"]
    assert {key.node: by for key, by in walk.changes.counts.items() if key.name == "entry"} == {"start": 1}
    walk.finish()
    assert walk.changes.started == [walk.journey]
    assert walk.changes.moved == []


def test_every_visit_of_a_node_is_a_new_step_and_edges_that_meet_simply_continue() -> None:
    """Rule 1."""
    plan = plan_of(
        [MANUAL, node("tag", "set", add_tags=["a"]), node("tag2", "set", add_tags=["b"]), letter()],
        "start.entered > tag",
        "tag.next > tag2",
        "tag2.next > letter",
    )
    walk = begun(plan)
    assert (place(walk), walk.journey.step) == ("letter", 3)
    assert counted(walk, "out:next") == 2


def test_a_journey_that_did_not_change_writes_nothing() -> None:
    """Rule 1."""
    walk = again(begun(MAIL), NOW)
    walk.finish()
    assert walk.changes.is_empty


def test_a_move_names_the_step_it_must_still_have() -> None:
    """Rule 1: the compare-and-set."""
    walk = again(begun(MAIL), NOW)
    walk.end("stopped")
    walk.finish()
    assert [(new.step, was) for new, was in walk.changes.moved] == [(2, 1)]


@pytest.mark.parametrize("plan", [NEVER, AFTER, RESTART])
def test_who_was_never_in_may_enter(plan: Plan) -> None:
    """Rule 1."""
    assert refusal(plan, None, NOW, BERLIN, sent_any=False) == ""


@pytest.mark.parametrize(
    "state", [JourneyState.DUE, JourneyState.WAITING, JourneyState.HELD, JourneyState.PARKED]
)
@pytest.mark.parametrize(("plan", "sent_any"), [(NEVER, False), (AFTER, False), (RESTART, True)])
def test_who_is_inside_does_not_enter_again(plan: Plan, sent_any: bool, state: JourneyState) -> None:
    """Rule 1: one journey per flow, contact and key."""
    assert refusal(plan, earlier(state), NOW, BERLIN, sent_any=sent_any) == "inside"


def test_restart_takes_the_place_of_a_journey_that_has_sent_nothing() -> None:
    """Rule 1."""
    assert refusal(RESTART, earlier(JourneyState.WAITING), NOW, BERLIN, sent_any=False) == ""
    assert refusal(RESTART, earlier(JourneyState.DONE), NOW, BERLIN, sent_any=False) == ""
    assert refusal(RESTART, earlier(JourneyState.DONE), NOW, BERLIN, sent_any=True) == "before"


@pytest.mark.parametrize("state", [JourneyState.DONE, JourneyState.ERASED])
def test_never_means_once_in_a_life(state: JourneyState) -> None:
    """Rule 1."""
    assert refusal(NEVER, earlier(state, timedelta(days=900)), NOW, BERLIN, sent_any=True) == "before"


def test_after_counts_from_the_last_start_on_the_contacts_calendar() -> None:
    """Rules 1 and 13."""
    week_ago = earlier(JourneyState.DONE, timedelta(days=7))
    assert refusal(AFTER, week_ago, NOW, BERLIN, sent_any=True) == ""
    assert refusal(AFTER, week_ago, NOW - timedelta(seconds=1), BERLIN, sent_any=True) == "too-soon"
    # The last Sunday of March has 23 hours in Berlin: the same wall time comes an hour earlier.
    friday = replace(week_ago, started_at=NOW.replace(month=3, day=27))
    assert refusal(AFTER, friday, NOW.replace(month=4, day=3, hour=9), BERLIN, sent_any=True) == ""
    assert refusal(AFTER, friday, NOW.replace(month=4, day=3, hour=9), UTC, sent_any=True) == "too-soon"


def test_a_journey_keeps_what_started_it() -> None:
    """Rule 3: the event's properties are the journey's."""
    journey = new_journey(5, MAIL, MAIL.nodes["start"], 11, "b1", NOW, {"basket_id": "b1"})
    assert (journey.entry, journey.key, journey.started_at) == ({"basket_id": "b1"}, "b1", NOW)
    assert (journey.state, journey.step, journey.node) == (JourneyState.DUE, 0, "start")


def test_a_row_that_changes_twice_is_written_once() -> None:
    """Section 4: one row, one value per transaction, whether it was queued in it or read."""
    walk = begun(MAIL)
    (first,) = walk.changes.queued
    second, third = replace(first, id=2), replace(first, id=3)
    walk.facts.messages.update({2: second, 3: third})
    for message in (second, third, replace(second, reason="again"), replace(first, reason="again")):
        walk.put(message)
    folded = fold(walk.changes)
    assert [(one.id, one.reason) for one in folded.queued] == [(first.id, "again")]
    assert [(one.id, one.reason) for one in folded.messages] == [(2, "again"), (3, "")]


def test_the_plan_knows_where_people_are_put_in_by_hand() -> None:
    """Section 5: entry.manual."""
    assert MAIL.manual_entry() is MAIL.nodes["start"]
    assert plan_of([node("e", "entry.event", events=["x"])]).manual_entry() is None


def test_a_node_that_nothing_can_lead_to_parks_the_journey() -> None:
    """Section 2: parked is broken and needs a person."""
    walk = begun(plan_of([MANUAL, node("new", "entry.reply")], "start.entered > new"))
    assert (place(walk), walk.journey.state) == ("new", JourneyState.PARKED)
    assert walk.journey.due_at is None
    assert lines(walk, "parked")[0].data == {"reason": "kind-not-available"}
    assert live().state == "live"
    assert later() == NOW
