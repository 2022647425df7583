"""``entry.date``: which moment a date of a person names, in their zone, once and every year (rule 13)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.engine.dates import next_moment, rule_of
from tests.unit.engine.build import BERLIN, node, plan_of

NEW_YORK = ZoneInfo("America/New_York")
HOUR = timedelta(hours=1)
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


def when(
    value: object, after: str | datetime = LONG_AGO, zone: ZoneInfo = BERLIN, **settings: Any
) -> str | None:
    """On the wall clock of the zone."""
    plan = plan_of([node("start", "entry.date", property="date", **settings)])
    since = datetime.fromisoformat(after) if isinstance(after, str) else after
    moment = next_moment(rule_of(plan.nodes["start"]), value, since, zone)
    if moment is None:
        return None
    assert moment.tzinfo is UTC
    assert moment > since
    return moment.astimezone(zone).isoformat(timespec="minutes")


def test_a_day_alone_begins_at_nine_unless_a_time_is_named() -> None:
    assert when("2026-12-24") == "2026-12-24T09:00+01:00"
    assert when("2026-12-24", time="18:30") == "2026-12-24T18:30+01:00"
    assert when("2026-12-24", zone=NEW_YORK) == "2026-12-24T09:00-05:00"


def test_a_date_with_a_time_of_its_own_keeps_it_unless_another_is_named() -> None:
    assert when("2026-12-24T15:45") == "2026-12-24T15:45+01:00"
    assert when("2026-12-24T15:45:00+01:00", zone=NEW_YORK) == "2026-12-24T09:45-05:00"
    assert when("2026-12-24T23:30:00Z") == "2026-12-25T00:30+01:00"
    assert when("2026-12-24T15:45", time="08:00") == "2026-12-24T08:00+01:00"


def test_days_before_and_after_are_steps_of_the_calendar() -> None:
    """Rule 13: the same wall time over a change of the clock."""
    assert when("2026-04-01", side="before", offset="P3D") == "2026-03-29T09:00+02:00"
    assert when("2026-04-01", side="before", offset="P4D") == "2026-03-28T09:00+01:00"
    assert when("2026-03-28", side="after", offset="P1D") == "2026-03-29T09:00+02:00"
    assert when("2026-03-31", side="before", offset="P1M") == "2026-02-28T09:00+01:00"
    assert when("2026-03-31", side="on", offset="P1M") == "2026-03-31T09:00+02:00"


def test_hours_are_exact_and_a_named_time_counts_on_the_day_where_they_lead() -> None:
    assert when("2026-12-24T15:45", side="before", offset="PT2H") == "2026-12-24T13:45+01:00"
    assert when("2026-12-24T01:00", side="before", offset="PT2H", time="10:00") == "2026-12-23T10:00+01:00"


def test_a_wall_time_that_is_not_there_moves_forward_and_a_double_one_is_the_first() -> None:
    assert when("2026-03-29", time="02:30") == "2026-03-29T03:30+02:00"
    assert when("2026-10-25", time="02:30") == "2026-10-25T02:30+02:00"


def test_a_moment_that_has_passed_never_comes() -> None:
    """Rule 2."""
    assert when("2026-12-24", "2026-12-24T07:59:59+00:00") == "2026-12-24T09:00+01:00"
    assert when("2026-12-24", "2026-12-24T08:00:00+00:00") is None


def test_a_birthday_comes_back() -> None:
    assert when("1980-05-17", "2026-05-17T06:59:00+00:00", yearly=True) == "2026-05-17T09:00+02:00"
    assert when("1980-05-17", "2026-05-17T07:00:00+00:00", yearly=True) == "2027-05-17T09:00+02:00"
    assert when("1980-01-01", "2026-12-30T12:00:00+00:00", yearly=True, side="before", offset="P3D") == (
        "2027-12-29T09:00+01:00"
    )
    assert when("1980-12-31", "2026-01-02T12:00:00+00:00", yearly=True, side="after", offset="P3D") == (
        "2026-01-03T09:00+01:00"
    )
    assert when("1604-05-31", "2026-01-01T00:00:00+00:00", yearly=True) == "2026-05-31T09:00+02:00"


def test_who_was_born_on_a_leap_day_is_not_forgotten_in_common_years() -> None:
    after = "2026-01-01T00:00:00+00:00"
    assert when("2000-02-29", after, yearly=True) == "2026-02-28T09:00+01:00"
    assert when("2000-02-29", "2027-12-01T00:00:00+00:00", yearly=True) == "2028-02-29T09:00+01:00"
    assert when("2000-02-29", after, yearly=True, side="after", offset="P1D") == "2026-03-01T09:00+01:00"


def test_what_comes_every_year_does_not_come_before_it_has_been() -> None:
    assert when("2029-05-17", "2026-01-01T00:00:00+00:00", yearly=True) == "2029-05-17T09:00+02:00"


@pytest.mark.parametrize("value", [None, 17, "", "soon", "2026-13-01", "17.05.2026", ["2026-05-17"]])
def test_what_is_no_date_names_no_moment(value: object) -> None:
    assert when(value) is None
    assert when(value, yearly=True) is None


@pytest.mark.parametrize(
    ("value", "settings"),
    [
        ("9999-12-31", {"side": "after", "offset": "P1D"}),
        ("0001-01-01", {"side": "before", "offset": "P1D"}),
        ("0001-01-01T00:00:00+14:00", {}),
        ("2026-05-17", {"side": "before", "offset": "P999Y9999M", "yearly": True}),
        ("2026-05-17", {"side": "after", "offset": "P99999DT999999H", "yearly": True, "time": "09:00"}),
    ],
)
def test_what_no_calendar_has_breaks_nothing(value: str, settings: dict[str, Any]) -> None:
    when(value, **settings)


@given(
    day=st.dates(date(1930, 1, 1), date(2040, 12, 31)),
    after=st.integers(0, 30 * 365 * 24).map(lambda hours: datetime(2020, 1, 1, tzinfo=UTC) + hours * HOUR),
    side=st.sampled_from(["before", "on", "after"]),
    offset=st.sampled_from(["P1D", "P2W", "P1M", "P1Y", "P18M", "PT30H"]),
    time=st.sampled_from([None, "00:00", "02:30", "23:59"]),
)
def test_every_year_has_its_moment(
    day: Any, after: datetime, side: str, offset: str, time: str | None
) -> None:
    """Whatever is named, the next one is at most a year and some days away, or in the first year."""
    settings: dict[str, Any] = {"side": side, "offset": offset, **({"time": time} if time else {})}
    found = when(day.isoformat(), after, yearly=True, **settings)
    assert found is not None
    begin = max(after, datetime(day.year, 1, 1, tzinfo=UTC))
    assert (datetime.fromisoformat(found) - begin).days <= 366 + 366 + 190
    again = when(day.isoformat(), datetime.fromisoformat(found).astimezone(UTC), yearly=True, **settings)
    assert again is not None
    assert 363 <= (datetime.fromisoformat(again) - datetime.fromisoformat(found)).days <= 368
