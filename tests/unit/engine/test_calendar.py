"""Rule 13 and R15: wall times of the contact, also where the clocks change."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.engine.calendar import next_wall_time, parse_time, read_moment, zone_of
from app.model.durations import Duration, parse_duration
from app.model.kinds import WEEKDAYS
from tests.unit.engine.build import BERLIN

ZONES = sorted(
    name for name in available_timezones() if "/" in name and not name.startswith(("posix", "right"))
)
YEAR = datetime(2026, 1, 1, tzinfo=UTC)

zones = st.sampled_from(ZONES).map(ZoneInfo)
moments = st.integers(0, 2 * 366 * 24 * 60).map(lambda minutes: YEAR + timedelta(minutes=minutes))
times = st.builds(time, st.integers(0, 23), st.integers(0, 59))
weekdays = st.frozensets(st.sampled_from(WEEKDAYS), max_size=7)


def berlin(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN).astimezone(UTC)


@given(moments, times, weekdays, zones)
def test_the_next_wall_time_is_the_first_that_fits(
    base: datetime, at: time, days: frozenset[str], zone: ZoneInfo
) -> None:
    """Rule 13, R15."""
    moment = next_wall_time(base, at, days, zone)
    assert moment.tzinfo is UTC
    assert base <= moment <= base + timedelta(days=8, hours=3)
    wall = moment.astimezone(zone)
    missing = datetime.combine(wall.date(), at, tzinfo=zone).astimezone(UTC).astimezone(zone).time() != at
    assert wall.time() == at or missing
    if not missing:
        assert not days or WEEKDAYS[wall.weekday()] in days
    assert next_wall_time(moment, at, days, zone) == moment


@given(moments, times, zones)
def test_a_daily_time_comes_every_day_once(base: datetime, at: time, zone: ZoneInfo) -> None:
    """R15: no step lost, none twice."""
    moment = next_wall_time(base, at, (), zone)
    seen = []
    for _ in range(10):
        seen.append(moment.astimezone(zone).date())
        moment = next_wall_time(moment + timedelta(minutes=1), at, (), zone)
    gaps = {later - earlier for earlier, later in pairwise(seen)}
    assert gaps == {timedelta(days=1)}


@given(moments, st.frozensets(st.sampled_from(WEEKDAYS), min_size=1), zones)
def test_a_weekday_alone_counts_from_its_start(base: datetime, days: frozenset[str], zone: ZoneInfo) -> None:
    """Rule 13."""
    moment = next_wall_time(base, None, days, zone)
    assert WEEKDAYS[moment.astimezone(zone).weekday()] in days
    if WEEKDAYS[base.astimezone(zone).weekday()] in days:
        assert moment == base
    else:
        assert base < moment <= base + timedelta(days=7)


@given(moments, zones, st.sampled_from(["PT1H", "P1D", "P1W", "P1M", "P1DT2H"]))
def test_a_wait_ends_after_it_began_and_a_day_keeps_its_wall_time(
    base: datetime, zone: ZoneInfo, length: str
) -> None:
    """Rule 13, R15."""
    ends = parse_duration(length).after(base, zone)
    assert ends > base
    if length == "P1D":
        before, after = base.astimezone(zone), ends.astimezone(zone)
        real = datetime.combine(before.date() + timedelta(days=1), before.time(), tzinfo=zone).astimezone(UTC)
        assert ends == real
        assert (after.date() - before.date()).days == 1


def test_a_time_in_the_spring_gap_moves_forward() -> None:
    """R15: 02:30 does not exist in Berlin on 29 March 2026."""
    moment = next_wall_time(berlin("2026-03-29T00:30"), time(2, 30), (), BERLIN)
    assert moment == berlin("2026-03-29T03:30")


def test_in_the_double_hour_it_happens_once() -> None:
    """R15: 02:30 comes twice in Berlin on 25 October 2026; the first is meant."""
    first = next_wall_time(berlin("2026-10-25T00:30"), time(2, 30), (), BERLIN)
    assert first == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    following = next_wall_time(first + timedelta(seconds=1), time(2, 30), (), BERLIN)
    assert following == berlin("2026-10-26T02:30")


def test_weekdays_that_do_not_exist_still_give_a_moment() -> None:
    """Such a setting cannot be published; the decider is total all the same."""
    base = berlin("2026-03-02T10:00")
    assert next_wall_time(base, None, ["someday"], BERLIN) == berlin("2026-03-10T00:00")


@pytest.mark.parametrize(
    ("value", "meant"),
    [
        ("2026-03-05", berlin("2026-03-05T00:00")),
        (" 2026-03-05T14:30 ", berlin("2026-03-05T14:30")),
        ("2026-03-05T14:30:00Z", datetime(2026, 3, 5, 14, 30, tzinfo=UTC)),
        ("2026-03-29T02:30", berlin("2026-03-29T03:30")),
        ("5. March", None),
        ("", None),
        (20260305, None),
        (None, None),
        (date(2026, 3, 5), None),
    ],
)
def test_a_stored_date_is_read_in_the_contacts_zone_or_not_at_all(
    value: object, meant: datetime | None
) -> None:
    """Rule 13."""
    assert read_moment(value, BERLIN) == meant


@pytest.mark.parametrize(
    "text", ["0001-01-01", "9999-12-31", "9999-12-31T23:59:59+14:00", "0001-01-31T00:00Z"]
)
@given(zones)
def test_for_ever_and_never_can_be_counted_from(text: str, zone: ZoneInfo) -> None:
    """Rule 13: shops write “no end” as the year 9999."""
    moment = read_moment(text, zone)
    assert moment is not None
    assert next_wall_time(moment, time(9), ["mon"], zone) >= moment


def test_an_unknown_zone_is_the_workspaces() -> None:
    """Rule 13, R18."""
    for name in ("", "Europe/Atlantis", "../../etc/passwd", "/etc", "Europe", "x" * 5000, "a\0b"):
        assert zone_of(name, BERLIN) is BERLIN
    assert zone_of("Asia/Tokyo", BERLIN) == ZoneInfo("Asia/Tokyo")


def test_a_time_of_day_is_hours_and_minutes() -> None:
    """Section 5: until."""
    assert parse_time("09:30") == time(9, 30)
    with pytest.raises(ValueError, match="Invalid"):
        parse_time("half past")


@given(st.integers(0, 30), st.integers(0, 800), st.integers(0, 400_000))
def test_a_duration_is_written_as_it_is_read(months: int, days: int, seconds: int) -> None:
    length = Duration(months, days, seconds)
    assert parse_duration(length.iso()) == length
