from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.model.durations import parse_duration, say_duration
from app.ui.durations import Amount, amount, read, words


@pytest.mark.parametrize(
    ("typed", "iso"),
    [
        ("90 min", "PT1H30M"),
        ("1,5 h", "PT1H30M"),
        ("1.5 days", "P1DT12H"),
        ("1 h 30 min", "PT1H30M"),
        ("30m", "PT30M"),
        ("36 hours", "PT36H"),
        ("14 days", "P2W"),
        ("1 mo", "P1M"),
        ("1 month 3 days", "P1M3D"),
        ("2 Tage", "P2D"),
        ("3 Stunden", "PT3H"),
        ("3日", "P3D"),
        ("2 時間", "PT2H"),
        ("2 дня", "P2D"),
        ("pt30m", "PT30M"),
        (" 20 s ", "PT20S"),
        ("0", "PT0M"),
    ],
)
def test_a_time_is_understood_as_people_write_it(typed: str, iso: str) -> None:
    assert read(typed) == iso


def test_a_bare_number_counts_in_the_unit_beside_it() -> None:
    assert read("3", "hour") == "PT3H"
    assert read("3", "week") == "P3W"


@pytest.mark.parametrize(
    "typed", ["", "half", "1 hop", "soon 3 days", "3 days later", "1.5 months", "P", "-1 day", "999999 days"]
)
def test_what_is_no_time_is_refused_with_a_sentence(typed: str) -> None:
    with pytest.raises(ValueError, match=r"[Ww]rite"):
        read(typed)


@pytest.mark.parametrize(
    ("iso", "shown"),
    [
        ("PT30M", Amount(30, "minute")),
        ("PT1H30M", Amount(90, "minute")),
        ("P7D", Amount(1, "week")),
        ("P2M", Amount(2, "month")),
        ("PT20S", Amount(20, "second")),
        ("PT0M", Amount(0, "minute")),
        ("P1DT2H", None),
        ("nonsense", None),
    ],
)
def test_a_duration_is_one_number_and_one_unit_where_it_can_be(iso: str, shown: Amount | None) -> None:
    assert amount(iso) == shown


def test_what_cannot_be_read_is_shown_as_it_stands() -> None:
    assert words("P1D") == "1 day"
    assert words("some day") == "some day"


@given(st.integers(0, 99), st.integers(0, 300), st.integers(0, 100_000))
def test_what_is_shown_reads_back_as_the_same_length(months: int, days: int, seconds: int) -> None:
    iso = f"P{months}M{days}DT{seconds}S"
    assert parse_duration(read(say_duration(iso))) == parse_duration(iso)
