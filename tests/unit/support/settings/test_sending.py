from __future__ import annotations

from datetime import date, time

import pytest

from app.model.errors import UserError
from app.model.rules import ALL_DAYS, Rate, Window
from app.support import settings
from app.support.feasts import public_holidays
from app.support.settings.sending import CHANNELS, RECEIVERS, WINDOWS, business_of, rates_of, window_of


def put(*assignments: str) -> dict[str, settings.Json]:
    return settings.assign({}, [settings.read_assignment(text) for text in assignments])


def test_hours_are_read_as_people_write_them() -> None:
    assert window_of("08:00-21:00") == Window(time(8), time(21))
    assert window_of("Mon-Sat 09:00 - 20:00") == Window(time(9), time(20), frozenset(range(6)))
    assert window_of("sat-mon,wed 09:00-20:00") == Window(time(9), time(20), frozenset({5, 6, 0, 2}))
    assert window_of("00:00-24:00") == Window(time(0), time.max, ALL_DAYS)
    assert window_of(" Always ") is None


@pytest.mark.parametrize(
    "text",
    ["", "8-21", "21:00-08:00", "09:00-09:00", "25:00-26:00", "foo 09:00-20:00", "mon-foo 09:00-20:00"],
)
def test_hours_that_mean_nothing_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="has to"):
        window_of(text)


def test_rates_are_read_as_people_write_them() -> None:
    assert rates_of("30/min, 500/day") == (Rate(30, 60), Rate(500, 86_400))
    assert rates_of("5 / s,2/H") == (Rate(5, 1), Rate(2, 3600))
    for text in ("", "30", "30/year", "0/min", "30/min 500/day", "-1/min"):
        with pytest.raises(ValueError, match="has to be numbers"):
            rates_of(text)


def test_business_hours_are_read_by_weekday() -> None:
    found = business_of("mon-fri 09:00-18:00; sat 10:00-14:00")
    assert found[0] == found[4] == Window(time(9), time(18))
    assert (found[5], 6 in found) == (Window(time(10), time(14)), False)
    with pytest.raises(ValueError, match="mon-fri"):
        business_of("always")


def test_what_is_set_by_channel_or_receiver_is_one_entry_of_a_table() -> None:
    values = put(
        "sending.window.email=07:00-22:00",
        "sending.window.sms=always",
        "sending.ceiling.email=5000",
        "sending.rate.sms=1/s",
        "sending.daily.gmail=4000",
        "sending.cap=0",
        "sending.cap_within=P1D",
        "sending.holidays=de-by",
        "sending.closed=2026-12-24, 2026-12-31",
        "sending.business=mon-fri 08:00-17:00",
        "sending.warm_up_since=2026-11-02",
        "sending.warm_up_factor=1.3",
    )
    assert values["sending.ceiling"] == {"email": 5000}
    assert values["sending.closed"] == ["2026-12-24", "2026-12-31"]
    sending = settings.load(values).sending
    assert sending.window == {"email": "07:00-22:00", "sms": "always"}
    assert (sending.cap, sending.holidays, sending.daily) == (0, "DE-BY", {"gmail": 4000})
    assert sending.closed == (date(2026, 12, 24), date(2026, 12, 31))
    assert sending.warm_up_since == date(2026, 11, 2)
    again = settings.assign(values, [settings.read_assignment("sending.window.sms=")])
    assert again["sending.window"] == {"email": "07:00-22:00"}


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("sending.window.email=8-21", "sending.window.email has to be hours such as 08:00-21:00"),
        ("sending.window.fax=08:00-21:00", "sending.window.fax is no channel; there are"),
        ("sending.ceiling.popup=5", "is no channel"),
        ("sending.ceiling.email=many", "sending.ceiling.email has to be a whole number."),
        ("sending.ceiling.email=-1", "has to be at least 0."),
        ("sending.rate.email=fast", "sending.rate.email has to be numbers such as 30/min, 500/day."),
        ("sending.daily.aol=5", "sending.daily.aol is no receiver; there are gmail"),
        ("sending.cap_within=week", "length of time such as P7D"),
        ("sending.holidays=Germany", "such as DE or DE-BY"),
        ("sending.closed=tomorrow", "such as 2026-12-24"),
        ("sending.business=always", "mon-fri 09:00-18:00"),
        ("sending.warm_up_since=soon", "such as 2026-12-24"),
        ("sending.warm_up_factor=fast", "has to be a number"),
        ("sending.windows=x", "Did you mean sending.window"),
    ],
)
def test_what_cannot_be_meant_is_said_in_a_sentence(text: str, sentence: str) -> None:
    with pytest.raises(UserError) as caught:
        put(text)
    assert sentence in caught.value.sentence


def test_people_are_written_to_by_these_channels() -> None:
    assert {"email", "sms", "rcs", "telegram", "whatsapp"} <= set(CHANNELS)
    assert {"popup", "task", "notice", "webhook"} & set(CHANNELS) == set()
    assert (WINDOWS["email"], WINDOWS["sms"]) == ("08:00-21:00", "09:00-20:00")
    from app.engine import limits

    assert set(RECEIVERS) == {*limits.RECEIVERS, limits.OTHERS}


def test_public_holidays_come_from_a_table_where_there_is_one() -> None:
    """R18: a missing table is known as such."""
    days = public_holidays("DE-BY", (2026, 2027))
    assert days is not None
    assert {date(2026, 1, 6), date(2026, 12, 25), date(2027, 1, 1)} <= days
    assert date(2026, 1, 6) not in (public_holidays("de", (2026,)) or ())
    assert public_holidays("ZZ", (2026,)) is None
    assert public_holidays("DE-QQ", (2026,)) is None
