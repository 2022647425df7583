from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.flows.recurring import DAYS, OFTEN, PLACES, Repeat, nth_of, parts_of, read, write
from app.flows.repeats import fault_of

ends: st.SearchStrategy[dict[str, object]] = st.one_of(
    st.just({}), st.integers(1, 500).map(lambda count: {"count": count}), st.just({"until": "20271224"})
)
days = st.lists(st.sampled_from(DAYS), unique=True).map(
    lambda some: tuple(day for day in DAYS if day in some)
)
months: st.SearchStrategy[dict[str, object]] = st.one_of(
    st.just({}),
    st.integers(-1, 28).map(lambda day: {"month_day": day}),
    st.tuples(st.sampled_from(PLACES), st.sampled_from(DAYS)).map(lambda nth: {"nth": nth}),
)


@st.composite
def repeats(draw: st.DrawFn) -> Repeat:
    often = draw(st.sampled_from(OFTEN))
    more: dict[str, object] = dict(draw(ends))
    if often == "WEEKLY":
        more["days"] = draw(days)
    if often == "MONTHLY":
        more |= draw(months)
    return Repeat(often, draw(st.integers(1, 10)), **more)  # type: ignore[arg-type]


@given(repeats())
def test_what_a_form_says_is_a_sound_rule_and_comes_back_as_it_was(repeat: Repeat) -> None:
    rule = write(repeat)
    assert fault_of(rule) == ""
    assert read(rule) == repeat


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=HOURLY;INTERVAL=3",
        "FREQ=YEARLY;BYMONTH=3,9",
        "FREQ=MONTHLY;BYDAY=MO;BYSETPOS=2",
        "FREQ=MONTHLY;BYMONTHDAY=1,15",
        "FREQ=MONTHLY;BYMONTHDAY=-3",
        "FREQ=MONTHLY;BYDAY=1MO,3MO",
        "FREQ=DAILY;BYDAY=MO,TU",
        "FREQ=WEEKLY;BYDAY=MO;UNTIL=20271224T120000Z",
        "FREQ=WEEKLY;COUNT=3;UNTIL=20271224",
        "FREQ=WEEKLY;WKST=SU",
    ],
)
def test_a_rule_that_says_more_than_the_form_is_not_taken_for_less(rule: str) -> None:
    assert fault_of(rule) == ""
    assert read(rule) is None
    assert parts_of(rule)


@pytest.mark.parametrize("rule", [None, 7, "", "every week", "FREQ=SECONDLY", "FREQ=WEEKLY;BYDAY=XX"])
def test_what_is_no_rule_has_no_parts(rule: object) -> None:
    assert read(rule) is None
    assert parts_of(rule) == {}


def test_a_weekday_may_say_which_one_of_the_month() -> None:
    assert [nth_of(day) for day in ("MO", "1MO", "-1FR", "+2SU")] == [
        (0, "MO"),
        (1, "MO"),
        (-1, "FR"),
        (2, "SU"),
    ]
