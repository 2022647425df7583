"""Section 5: until with business hours, alone and with days and times; rule 13: a wall clock is kept."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from app.engine.opening import is_open, next_open, open_moment
from app.model.rules import Rules, Window
from tests.unit.engine.build import BERLIN, NOW, begun, node, person, place, plan_with_ends

TOKYO = ZoneInfo("Asia/Tokyo")
NINE_TO_SIX = Window(time(9), time(18))
SHOP = Rules(business=dict.fromkeys(range(5), NINE_TO_SIX), holidays=frozenset({date(2026, 3, 3)}))
"""Monday to Friday; Tuesday is a holiday."""
TUESDAY_NIGHT = datetime(2026, 3, 3, 20, tzinfo=UTC)


def berlin(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN)


@pytest.mark.parametrize(
    ("moment", "opens"),
    [
        ("2026-03-02T11:00", "2026-03-02T11:00"),
        ("2026-03-02T08:59", "2026-03-02T09:00"),
        ("2026-03-02T18:00", "2026-03-04T09:00"),
        ("2026-03-06T18:30", "2026-03-09T09:00"),
    ],
)
def test_the_shop_opens_next_on_a_day_that_is_no_holiday(moment: str, opens: str) -> None:
    assert next_open(berlin(moment), SHOP, BERLIN) == berlin(opens)


def test_without_hours_only_holidays_are_closed() -> None:
    rules = Rules(holidays=SHOP.holidays)
    assert is_open(berlin("2026-03-01T03:00"), rules, BERLIN)
    assert next_open(berlin("2026-03-03T03:00"), rules, BERLIN) == berlin("2026-03-04T00:00")


def test_a_shop_that_never_opens_is_not_waited_for() -> None:
    always = frozenset(date(2026, 1, 1) + timedelta(days=n) for n in range(900))
    assert next_open(NOW, Rules(holidays=always), BERLIN) is None
    assert open_moment(NOW, None, ("mon",), BERLIN, Rules(holidays=always), BERLIN) is None
    assert place(until(Rules(holidays=always), business=True)) == "to-next"


def test_hours_inside_a_spring_gap_begin_after_it() -> None:
    """29 March 2026: from 2:00 to 3:00 in Berlin."""
    night = Rules(business={6: Window(time(2, 30), time(5))})
    assert next_open(berlin("2026-03-29T01:00"), night, BERLIN) == berlin("2026-03-29T03:30")
    gone = Rules(business={6: Window(time(2), time(2, 45))})
    assert next_open(berlin("2026-03-29T01:00"), gone, BERLIN) == berlin("2026-04-05T02:00")


def until(rules: Rules, at: datetime = NOW, zone: str = "", **settings: Any) -> Any:
    """A journey that came to an ``until`` at this moment."""
    return begun(
        plan_with_ends(node("u", "until", **settings)),
        at=at,
        rules=rules,
        zone=ZoneInfo(zone) if zone else BERLIN,
        contact=person(properties={"visit": "2026-03-01"}),
    )


@pytest.mark.parametrize(
    ("at", "settings", "due"),
    [
        # Closed: it waits for the opening; the holiday is closed all day.
        (TUESDAY_NIGHT, {"business": True}, "2026-03-04T09:00"),
        # The first such time of day at which the shop is open: not on the holiday.
        (NOW, {"business": True, "time": "10:00"}, "2026-03-04T10:00"),
        # The first opening on such a day: Tuesday is a holiday, so a week later.
        (TUESDAY_NIGHT, {"business": True, "weekdays": ["tue"]}, "2026-03-10T09:00"),
        (TUESDAY_NIGHT, {"business": True, "weekdays": ["mon"], "time": "09:30"}, "2026-03-09T09:30"),
        # Never open then: when the shop opens next, rather than never.
        (TUESDAY_NIGHT, {"business": True, "time": "22:00"}, "2026-03-04T09:00"),
        (TUESDAY_NIGHT, {"business": True, "weekdays": ["sun"]}, "2026-03-04T09:00"),
        # So long after the start, and then when the shop is open.
        (NOW, {"business": True, "since_entry": "PT20H"}, "2026-03-04T09:00"),
        # What has passed goes on at once, which is when the shop opens.
        (TUESDAY_NIGHT, {"business": True, "property": "visit", "time": "12:00"}, "2026-03-04T09:00"),
        (TUESDAY_NIGHT, {"business": True, "property": "unknown"}, "2026-03-04T09:00"),
    ],
)
def test_until_in_opening_hours(at: datetime, settings: dict[str, Any], due: str) -> None:
    walk = until(SHOP, at, **settings)
    assert (place(walk), walk.journey.due_at) == ("u", berlin(due))


def test_while_the_shop_is_open_it_goes_on_at_once() -> None:
    assert place(until(SHOP, business=True)) == "to-next"
    assert place(until(SHOP, business=True, weekdays=["mon"])) == "to-next"


def test_the_hours_are_those_of_the_shop_and_the_time_that_of_the_person() -> None:
    """At 17:30 in Tokyo it is 9:30 in Berlin, so the shop is open; at 10:00 there it is not."""
    walk = until(SHOP, zone="Asia/Tokyo", business=True, time="17:30")
    assert walk.journey.due_at == datetime(2026, 3, 4, 17, 30, tzinfo=TOKYO)
    walk = until(SHOP, TUESDAY_NIGHT, zone="Asia/Tokyo", business=True, weekdays=["thu"])
    assert walk.journey.due_at == datetime(2026, 3, 5, 0, 0, tzinfo=TOKYO)
