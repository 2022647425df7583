"""``entry.schedule``: when its rounds are, on the wall clock of the workspace, and which were missed."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from app.engine.plan import PlanNode
from app.engine.rounds import missed_rounds, next_round
from tests.unit.engine.build import BERLIN, node, plan_of


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def entry(start: str = "2026-03-02T09:00:00+01:00", repeat: str = "") -> PlanNode:
    settings: dict[str, Any] = {"start": start, **({"repeat": repeat} if repeat else {})}
    return plan_of([node("start", "entry.schedule", **settings)]).nodes["start"]


def after(one: PlanNode, since: str) -> str | None:
    moment = next_round(one, at(since), BERLIN)
    return moment.astimezone(BERLIN).isoformat() if moment else None


def test_once_is_once() -> None:
    assert after(entry(), "2026-03-02T07:59:59+00:00") == "2026-03-02T09:00:00+01:00"
    assert after(entry(), "2026-03-02T08:00:00+00:00") is None
    assert after(entry("tomorrow"), "2026-03-02T08:00:00+00:00") is None


def test_the_first_time_is_the_one_that_is_named_whatever_the_rule_says() -> None:
    """A Monday, and then on Thursdays."""
    thursdays = entry(repeat="FREQ=WEEKLY;BYDAY=TH")
    assert after(thursdays, "2026-01-01T00:00:00+00:00") == "2026-03-02T09:00:00+01:00"
    assert after(thursdays, "2026-03-02T08:00:00+00:00") == "2026-03-05T09:00:00+01:00"
    assert after(thursdays, "2026-03-05T08:00:00+00:00") == "2026-03-12T09:00:00+01:00"


def test_nine_o_clock_stays_nine_o_clock_over_a_change_of_the_clock() -> None:
    """Rule 13."""
    daily = entry(repeat="FREQ=DAILY")
    assert after(daily, "2026-03-28T12:00:00+00:00") == "2026-03-29T09:00:00+02:00"
    assert after(daily, "2026-10-24T12:00:00+00:00") == "2026-10-25T09:00:00+01:00"


def test_a_time_in_the_gap_moves_forward_and_one_in_the_double_hour_comes_once() -> None:
    nightly = entry("2026-03-02T02:30:00+01:00", "FREQ=DAILY")
    assert after(nightly, "2026-03-28T12:00:00+00:00") == "2026-03-29T03:30:00+02:00"
    assert after(nightly, "2026-03-29T01:30:00+00:00") == "2026-03-30T02:30:00+02:00"
    assert after(nightly, "2026-10-24T12:00:00+00:00") == "2026-10-25T02:30:00+02:00"
    assert after(nightly, "2026-10-25T00:30:00+00:00") == "2026-10-26T02:30:00+01:00"
    hourly = entry("2026-03-29T00:30:00+01:00", "FREQ=HOURLY")
    found = missed_rounds(hourly, at("2026-03-28T23:30:00+00:00"), at("2026-03-29T02:00:00+00:00"), BERLIN)
    assert [one.astimezone(BERLIN).strftime("%H:%M") for one in found] == ["01:30", "03:30"]


def test_rounds_end_when_their_rule_ends() -> None:
    twice = entry(repeat="FREQ=DAILY;COUNT=2")
    assert after(twice, "2026-03-02T08:00:00+00:00") == "2026-03-03T09:00:00+01:00"
    assert after(twice, "2026-03-03T08:00:00+00:00") is None


def test_what_was_missed_is_told_in_order() -> None:
    daily = entry(repeat="FREQ=DAILY")
    due = at("2026-03-03T08:00:00+00:00")
    assert missed_rounds(daily, due, at("2026-03-04T07:59:00+00:00"), BERLIN) == []
    found = missed_rounds(daily, due, at("2026-03-06T08:00:00+00:00"), BERLIN)
    assert [one.day for one in found] == [4, 5, 6]
    assert missed_rounds(entry(), at("2026-03-02T08:00:00+00:00"), at("2027-01-01T00:00:00Z"), BERLIN) == []
