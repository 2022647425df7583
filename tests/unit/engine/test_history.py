"""Rules 2 and 3: what starts a journey, what does not, and quiet time."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from app.engine import entry as entries
from app.engine.facts import Facts
from app.engine.plan import Plan
from app.model.journey import FlowState, LiveFlow
from app.model.people import Event
from tests.unit.engine.build import BERLIN, NOW, event, later, live, node, person, plan_of, stored

BASKET = node("basket", "entry.event", events=["basket_added", "basket_changed"], quiet_for="PT30M")
PLAIN = plan_of([node("basket", "entry.event", events=["basket_added"])])
KEYED = plan_of([BASKET], key="basket_id")
RICH = plan_of(
    [node("basket", "entry.event", events=["basket_added"], where={"field": "total", "more_than": 50})]
)


def found(plan: Plan, heard: Event, flow: LiveFlow | None = None, now: datetime = NOW) -> list[entries.Entry]:
    return entries.entries_for(plan, flow or live(), heard, Facts(person(), {}, NOW), now)


def refused(plan: Plan, heard: Event, **more: Any) -> list[str]:
    return [entry.refused for entry in found(plan, heard, **more)]


def test_an_event_that_an_entry_names_starts_a_journey() -> None:
    """Rule 2."""
    assert refused(PLAIN, event("basket_added")) == [""]
    assert refused(PLAIN, event("page_view")) == []


def test_imported_history_starts_nothing() -> None:
    """Rule 2."""
    assert refused(PLAIN, event("basket_added", history=True)) == []


def test_an_event_from_before_the_publishing_starts_nothing() -> None:
    """Rule 2."""
    flow = live(published_at=NOW)
    assert refused(PLAIN, event("basket_added", NOW), flow=flow) == []
    assert refused(PLAIN, event("basket_added", later(seconds=1)), flow=flow, now=later(seconds=1)) == [""]


@pytest.mark.parametrize(("minutes", "reason"), [(60, ""), (61, "not-fresh")])
def test_an_event_is_fresh_for_an_hour_unless_the_flow_says_otherwise(minutes: int, reason: str) -> None:
    """Rule 2."""
    assert refused(PLAIN, event("basket_added", NOW), now=later(minutes=minutes)) == [reason]


def test_a_flow_may_take_events_of_the_last_day() -> None:
    """Rule 2: for polled sources."""
    daily = plan_of([node("basket", "entry.event", events=["basket_added"])], fresh="P1D")
    assert refused(daily, event("basket_added"), now=later(hours=24)) == [""]
    assert refused(daily, event("basket_added"), now=later(hours=25)) == ["not-fresh"]


def test_an_entry_event_without_the_flows_key_is_refused_and_shown() -> None:
    """Rule 3."""
    assert refused(KEYED, event("basket_added")) == ["no-key"]
    assert refused(KEYED, event("basket_added", properties={"basket_id": ""})) == ["no-key"]
    assert [entry.key for entry in found(KEYED, event("basket_added", properties={"basket_id": 0}))] == ["0"]


@pytest.mark.parametrize("state", [FlowState.PAUSED, FlowState.CLOSED])
def test_a_paused_or_closed_flow_takes_nobody(state: FlowState) -> None:
    """Rule 21."""
    assert refused(PLAIN, event("basket_added"), flow=live(state)) == ["paused"]


def test_an_entry_asks_the_fields_of_the_event() -> None:
    """Section 5: entry.event with conditions."""
    assert refused(RICH, event("basket_added", properties={"total": 80})) == [""]
    assert refused(RICH, event("basket_added", properties={"total": 8})) == []


def test_quiet_time_counts_from_the_last_event_whose_fields_become_the_journeys() -> None:
    """Rule 3."""
    heard = event("basket_changed", later(minutes=-3), {"basket_id": "b1", "total": 9})
    (entry,) = found(KEYED, heard)
    armed = entries.arming(KEYED, entry, 11, heard, heard.at, BERLIN)
    assert armed.due_at == later(minutes=27)
    assert (armed.flow_id, armed.contact_id, armed.key, armed.node) == (3, 11, "b1", "basket")
    assert armed.entry == {"basket_id": "b1", "total": 9}


def test_without_a_quiet_time_the_arming_is_due_at_once() -> None:
    """Rule 3."""
    heard = event("basket_added")
    (entry,) = found(PLAIN, heard)
    assert entries.arming(PLAIN, entry, 11, heard, NOW, BERLIN).due_at == NOW


@pytest.mark.parametrize(
    ("properties", "ends"), [({"basket_id": "b1"}, "goal"), ({"basket_id": "b2"}, ""), ({}, "goal")]
)
def test_a_goal_event_of_this_key_or_of_none_ends_the_quiet(properties: dict[str, str], ends: str) -> None:
    """Rules 3 and 9."""
    plan = plan_of([BASKET], key="basket_id", goal={"events": ["order_completed"]})
    facts = Facts(person(), {}, NOW)
    assert entries.ended_by(plan, stored("order_completed", properties=properties), "b1", facts) == ends
    assert entries.ended_by(plan, stored("other", properties=properties), "b1", facts) == ""


def test_an_exit_ends_only_where_its_condition_holds() -> None:
    """Rule 9."""
    exits = [{"event": "basket_cleared", "where": {"field": "by", "is": "shop"}}]
    plan = plan_of([BASKET], exits=exits)
    facts = Facts(person(), {}, NOW)
    assert entries.ended_by(plan, event("basket_cleared", properties={"by": "shop"}), "", facts) == "exit"
    assert entries.ended_by(plan, event("basket_cleared", properties={"by": "me"}), "", facts) == ""


def test_a_flow_without_a_key_has_one_journey_per_contact() -> None:
    """Rule 1."""
    assert entries.key_of(PLAIN, event("basket_added", properties={"basket_id": "b1"})) == ""
    assert timedelta(hours=1) == PLAIN.fresh.shortest()
