"""Times that come again: which rules can be kept, and when they come next."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from app.flows.repeats import fault_of, next_time

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=HOURLY",
        "FREQ=HOURLY;INTERVAL=6",
        "FREQ=HOURLY;BYDAY=MO;BYHOUR=9,10",
        "FREQ=DAILY;COUNT=10",
        "FREQ=DAILY;BYHOUR=9,21",
        "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TH;WKST=SU",
        "FREQ=MONTHLY;BYDAY=-1FR",
        "FREQ=MONTHLY;INTERVAL=6;BYMONTHDAY=31",
        "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29",
        "FREQ=YEARLY;BYYEARDAY=-1;UNTIL=20301231",
        "FREQ=YEARLY;BYWEEKNO=53;UNTIL=20301231T120000Z",
        "FREQ=DAILY;UNTIL=20301231T120000",
    ],
)
def test_a_rule_that_comes_can_be_kept(rule: str) -> None:
    assert fault_of(rule) == ""


@pytest.mark.parametrize(
    ("rule", "clause"),
    [
        (5, "is no rule"),
        ("", "is no rule"),
        ("FREQ=DAILY;" * 20, "is no rule"),
        ("freq=daily", "is no rule"),
        ("FREQ=DAILY\nEXRULE:FREQ=DAILY", "is no rule"),
        ("BYDAY=MO", "does not say how often"),
        ("FREQ=FORTNIGHTLY", "does not say how often"),
        ("FREQ=MINUTELY", "comes more often than once an hour"),
        ("FREQ=SECONDLY;COUNT=1", "comes more often than once an hour"),
        ("FREQ=HOURLY;BYMINUTE=0,30", "comes more often than once an hour"),
        ("FREQ=DAILY;BYSECOND=0", "comes more often than once an hour"),
        ("FREQ=DAILY;INTERVAL=0", "cannot be read at INTERVAL"),
        ("FREQ=YEARLY;INTERVAL=11", "cannot be read at INTERVAL"),
        ("FREQ=DAILY;INTERVAL=1,2", "cannot be read at INTERVAL"),
        ("FREQ=DAILY;COUNT=10001", "cannot be read at COUNT"),
        ("FREQ=DAILY;COUNT=MO", "cannot be read at COUNT"),
        ("FREQ=DAILY;BYHOUR=24", "cannot be read at BYHOUR"),
        ("FREQ=DAILY;BYMONTH=-1", "cannot be read at BYMONTH"),
        ("FREQ=DAILY;BYMONTHDAY=0", "cannot be read at BYMONTHDAY"),
        ("FREQ=WEEKLY;BYDAY=XX", "cannot be read at BYDAY"),
        ("FREQ=WEEKLY;WKST=3", "cannot be read at WKST"),
        ("FREQ=DAILY;UNTIL=20301301", "cannot be read at UNTIL"),
        ("FREQ=DAILY;UNTIL=tomorrow", "is no rule"),
        ("FREQ=DAILY;UNTIL=20301231T250000", "cannot be read at UNTIL"),
        ("FREQ=DAILY;BYEASTER=0", "cannot be read at BYEASTER"),
        ("FREQ=DAILY;INTERVAL=7;BYDAY=MO", "counts steps and names days as well"),
        ("FREQ=HOURLY;INTERVAL=2;BYHOUR=3", "counts steps and names days as well"),
        ("FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", "never comes"),
        ("FREQ=HOURLY;BYMONTH=2;BYMONTHDAY=30", "never comes"),
        ("FREQ=MONTHLY;BYDAY=6MO", "never comes"),
        ("FREQ=YEARLY;BYDAY=0MO", "never comes"),
    ],
)
def test_a_rule_that_cannot_be_kept_is_told_why(rule: object, clause: str) -> None:
    assert fault_of(rule).startswith(clause)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def test_it_comes_at_the_same_time_of_day_over_a_clock_change() -> None:
    first = at("2026-10-24T09:00:00+02:00")
    second = next_time("FREQ=DAILY", first, first, BERLIN)
    assert second == at("2026-10-25T09:00:00+01:00")
    assert second is not None
    assert second.tzinfo is UTC


def test_a_double_hour_comes_once() -> None:
    first = at("2026-10-25T01:30:00+02:00")
    found = [first]
    for _ in range(3):
        found.append(next_time("FREQ=HOURLY", first, found[-1], BERLIN) or first)
    assert [one.astimezone(UTC).hour for one in found] == [23, 0, 2, 3]


def test_it_is_over_after_its_last_time() -> None:
    first = at("2026-11-02T09:00:00+01:00")
    rule = "FREQ=WEEKLY;UNTIL=20261109"
    second = next_time(rule, first, first, BERLIN)
    assert second == at("2026-11-09T09:00:00+01:00")
    assert next_time(rule, first, at("2026-11-09T09:00:00+01:00"), BERLIN) is None
    assert next_time("FREQ=WEEKLY;UNTIL=20261109T080000Z", first, first, BERLIN) == second
    assert next_time("FREQ=WEEKLY;UNTIL=20261109T075959Z", first, first, BERLIN) is None
    assert next_time("FREQ=DAILY;COUNT=1", first, first, BERLIN) is None


def test_where_the_clock_is_set_back_a_rule_may_have_shown_its_last_time_already() -> None:
    """In the second 2:30 of the night the only 2:30 of the rule is over, and none comes after it."""
    first = at("2026-10-25T02:30:00+02:00")
    second = at("2026-10-25T02:10:00+01:00")
    assert next_time("FREQ=DAILY;COUNT=1", first, second, BERLIN) is None
