"""Rule 13 and the policy's hours of sending: zone first, then the hour, then the day, then the hour again."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from app.engine.windows import Hours, opening
from app.model.rules import Window

BERLIN, NEW_YORK, HONOLULU = (ZoneInfo(f"{name}") for name in ("Europe/Berlin", "America/New_York", "HST"))
SHOP = ZoneInfo("Europe/Moscow")
DAY = Hours(Window(time(8), time(21)))


def at(text: str, zone: ZoneInfo = BERLIN) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC)


def opens(now: datetime, hours: Hours = DAY, *zones: ZoneInfo) -> datetime:
    return opening(now, hours, zones or (BERLIN,), SHOP)


def test_it_is_open_from_its_first_minute_until_before_its_last() -> None:
    for text in ("2026-03-02T08:00", "2026-03-02T12:30", "2026-03-02T20:59:59"):
        assert opens(at(text)) == at(text)
    for text in ("2026-03-01T21:00", "2026-03-02T00:00", "2026-03-02T07:59:59"):
        assert opens(at(text)) == at("2026-03-02T08:00")


def test_days_on_which_it_stays_closed_are_passed_over() -> None:
    weekdays = Hours(Window(time(9), time(20), frozenset(range(5))), {date(2026, 3, 9)})
    assert opens(at("2026-03-06T20:00"), weekdays) == at("2026-03-10T09:00")
    assert opens(at("2026-03-07T12:00"), weekdays) == at("2026-03-10T09:00")
    assert opens(at("2026-03-09T12:00"), weekdays) == at("2026-03-10T09:00")


def test_of_several_candidates_the_strictest_counts() -> None:
    """Rule 13: open in all of them."""
    hours = Hours(Window(time(9), time(20)))
    noon_in_new_york = at("2026-03-02T12:00", NEW_YORK)
    assert opens(noon_in_new_york, hours, NEW_YORK) == noon_in_new_york
    assert opens(noon_in_new_york, hours, NEW_YORK, HONOLULU) == at("2026-03-02T09:00", HONOLULU)
    assert opens(at("2026-03-02T19:00", HONOLULU), hours, NEW_YORK, HONOLULU) == at(
        "2026-03-03T09:00", HONOLULU
    )


def test_where_no_hour_is_open_everywhere_the_shop_decides() -> None:
    hours = Hours(Window(time(10), time(18)))
    far = (ZoneInfo("Europe/Kaliningrad"), ZoneInfo("Asia/Kamchatka"))
    assert opens(at("2026-03-02T03:00", SHOP), hours, *far) == at("2026-03-02T10:00", SHOP)
    assert opens(at("2026-03-02T11:00", SHOP), hours, *far) == at("2026-03-02T11:00", SHOP)


def test_what_does_not_open_within_two_months_is_asked_again_then() -> None:
    never = Hours(Window(time(9), time(20), frozenset()))
    now = at("2026-03-02T12:00")
    assert opens(now, never) == now + timedelta(days=62)


def test_an_hour_in_the_gap_opens_behind_it() -> None:
    """Berlin's clock jumps from 02:00 to 03:00 on 29 March 2026."""
    early = Hours(Window(time(2, 30), time(21)))
    assert opens(at("2026-03-29T01:00"), early) == at("2026-03-29T03:00")
    assert opens(at("2026-03-29T03:10"), early) == at("2026-03-29T03:10")
    hidden = Hours(Window(time(2, 10), time(2, 50)))
    assert opens(at("2026-03-29T01:00"), hidden) == at("2026-03-30T02:10")


def test_a_double_hour_is_open_when_the_clock_says_so() -> None:
    """Berlin's clock goes back from 03:00 to 02:00 on 25 October 2026."""
    half = Hours(Window(time(2, 30), time(2, 45)))
    first = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert opens(first - timedelta(hours=1), half) == first
    assert opens(first + timedelta(minutes=20), half) == first + timedelta(hours=1)
    assert opens(first + timedelta(hours=2), half) == at("2026-10-26T02:30")


zones = st.lists(
    st.sampled_from(
        ["Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "Africa/Cairo", "UTC"]
    ).map(ZoneInfo),
    min_size=1,
    max_size=3,
)
moments = st.integers(0, 366 * 24 * 60).map(
    lambda minutes: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)
windows = st.tuples(st.integers(0, 14), st.integers(8, 9)).map(
    lambda hours: Window(time(hours[0]), time(hours[0] + hours[1]))
)


@given(moments, windows, zones)
def test_the_opening_is_the_first_moment_that_is_open_everywhere(
    now: datetime, window: Window, everywhere: list[ZoneInfo]
) -> None:
    hours = Hours(window)
    opens_at = opening(now, hours, everywhere, SHOP)
    minute = timedelta(minutes=1)
    looked = [now + minute * n for n in range(3 * 24 * 60)]
    together = (one for one in looked if all(hours.hold(one, zone) for zone in everywhere))
    first = next(together, None)
    if first is None:
        assert hours.hold(opens_at, SHOP)
    else:
        assert opens_at == first
