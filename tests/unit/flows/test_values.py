"""What may stand in a setting, type by type, and what is said about everything else."""

from __future__ import annotations

from typing import Any

import pytest

from app.flows.checks.values import complaint
from app.model.kinds import Setting, SettingType

CHOICES = (("a", "A"), ("b", "B"))
TAG = {"tag": "regular"}
T = SettingType

GOOD: list[tuple[SettingType, Any]] = [
    (T.LINE, "one line"),
    (T.TEXT, "two\nlines"),
    (T.LIQUID_LINE, "{{ a }}"),
    (T.LIQUID_TEXT, "{{ a }}\n"),
    (T.NUMBER, 3),
    (T.NUMBER, 3.5),
    (T.FLAG, False),
    (T.CHOICE, "a"),
    (T.CHOICES, ["a", "b"]),
    (T.DURATION, "PT0S"),
    (T.DURATION, "P9Y"),
    (T.TIME, "00:00"),
    (T.TIME, "23:59"),
    (T.MOMENT, "2026-12-24T18:00:00+01:00"),
    (T.MOMENT, "2026-12-24T17:00:00Z"),
    (T.MOMENT, "property:appointment"),
    (T.MOMENT, "entry:starts_at"),
    (T.EVENT, "order_completed"),
    (T.EVENTS, ("a", "b")),
    (T.REACTIONS, ["opened", "came_in"]),
    (T.CONDITION, TAG),
    (T.WAYS, [{"name": "yes", "when": TAG}, {"name": "no", "when": {"not": TAG}}]),
    (T.PROPERTY, "birthday"),
    (T.PROPERTIES, {"size": "L", "count": 3, "rate": 0.5, "vip": True, "old": None}),
    (T.TAGS, ["regular"]),
    (T.URL, "https://shop.example/{{ event.id }}"),
    (T.URL, "{{ event.basket_url }}"),
    (T.LINES, ["/basket"]),
    (T.SEGMENT, "Regulars"),
    (T.FLOW, "Welcome"),
    (T.ARMS, [{"name": "a", "weight": 1}, {"name": "b", "weight": 0.5}, {"name": "c", "weight": 0}]),
    (T.RUNGS, [{"kind": "popup", "settings": {"headline": "Hi"}, "try_for": "P1D"}, {"kind": "sms"}]),
    (T.REPEAT, "FREQ=WEEKLY;BYDAY=MO,-1FR;COUNT=10"),
]

BAD: list[tuple[SettingType, Any, str]] = [
    (T.LINE, "two\nlines", "has more than one line"),
    (T.LINE, 5, "is not a text"),
    (T.TEXT, ["a"], "is not a text"),
    (T.TEXT, "x" * 201, "is 201 characters long, and 200 is the most"),
    (T.LIQUID_LINE, "a\r\nb", "has more than one line"),
    (T.LIQUID_TEXT, {}, "is not a text"),
    (T.NUMBER, True, "is not a number"),
    (T.NUMBER, float("nan"), "is not a number"),
    (T.NUMBER, "5", "is not a number"),
    (T.NUMBER, 0, "is less than 1"),
    (T.NUMBER, 10.5, "is more than 10"),
    (T.FLAG, 1, "is neither yes nor no"),
    (T.CHOICE, "c", "is none of a, b"),
    (T.CHOICE, ["a"], "is none of a, b"),
    (T.CHOICES, "a", "is not a list"),
    (T.CHOICES, ["a", "c"], "is none of a, b"),
    (T.DURATION, "1 day", "is not a length of time such as PT30M or P1D"),
    (T.DURATION, 5, "is not a length of time such as PT30M or P1D"),
    (T.DURATION, "P11Y", "is longer than ten years"),
    (T.TIME, "24:00", "is not a time of day such as 09:30"),
    (T.TIME, 930, "is not a time of day such as 09:30"),
    (T.MOMENT, "2026-12-24T18:00:00", "is neither a moment"),
    (T.MOMENT, "soon", "is neither a moment"),
    (T.MOMENT, 5, "is neither a moment"),
    (T.MOMENT, "property:", "is neither a moment"),
    (T.EVENT, "", "is not a name"),
    (T.EVENT, "x" * 101, "has a name of more than 100 characters"),
    (T.EVENTS, "a", "is not a list"),
    (T.EVENTS, ["a", 5], "is not a name"),
    (T.EVENTS, ["a"] * 201, "has more than 200 entries"),
    (T.REACTIONS, [None], "is not a name"),
    (T.REACTIONS, ["opened", "timeout"], "holds “timeout”, which is no reaction"),
    (T.CONDITION, "yes", "cannot be asked: a condition is missing"),
    (T.CONDITION, {"all": []}, "cannot be asked: a group of conditions is empty"),
    (T.WAYS, {"name": "yes"}, "is not a list of ways"),
    (T.WAYS, ["yes"], "is not a list of ways"),
    (T.WAYS, [{"when": TAG}], "has a way without a name"),
    (T.WAYS, [{"name": ["yes"], "when": TAG}], "has a way without a name"),
    (T.WAYS, [{"name": "yes", "when": TAG}] * 2, "has two ways called “yes”"),
    (T.WAYS, [{"name": "else", "when": TAG}], "has a way called “else”"),
    (T.WAYS, [{"name": "yes"}], "has a way “yes” that cannot be asked"),
    (T.WAYS, [{"name": str(n), "when": TAG} for n in range(201)], "has more than 200 ways"),
    (T.PROPERTY, 5, "is not a name"),
    (T.PROPERTIES, ["a"], "is not a list of fields"),
    (T.PROPERTIES, {" ": 1}, "has a field without a proper name"),
    (T.PROPERTIES, {"a": [1]}, "sets “a” to something that is no text, number, yes or no"),
    (T.TAGS, [""], "is not a name"),
    (T.URL, "javascript:alert(1)", "does not begin with https://"),
    (T.URL, "shop.example", "does not begin with https://"),
    (T.URL, 5, "is not a text"),
    (T.LINES, "/basket", "is not a list"),
    (T.SEGMENT, 5, "is not a name"),
    (T.FLOW, "x" * 101, "has a name of more than 100 characters"),
    (T.ARMS, "a", "is not a list of ways"),
    (T.ARMS, ["a"], "is not a list of ways"),
    (T.ARMS, [{"weight": 1}], "has a way without a name"),
    (T.ARMS, [{"name": "a", "weight": 1}] * 2, "has two ways called “a”"),
    (T.ARMS, [{"name": "hold-out", "weight": 1}], "has a way called “hold-out”, which is the name for those"),
    (T.ARMS, [{"name": "a"}], "has a way “a” whose weight is not a number from 0 to 1,000,000"),
    (T.ARMS, [{"name": "a", "weight": True}], "has a way “a” whose weight"),
    (T.ARMS, [{"name": "a", "weight": float("nan")}], "has a way “a” whose weight"),
    (T.ARMS, [{"name": "a", "weight": -1}], "has a way “a” whose weight"),
    (T.ARMS, [{"name": "a", "weight": 0}], "has no way that anybody takes"),
    (T.RUNGS, "sms", "is not a list of ways to try"),
    (T.RUNGS, ["sms"], "is not a list of ways to try"),
    (T.RUNGS, [{"kind": "sms"}] * 11, "has more than 10 ways"),
    (T.RUNGS, [{"kind": "task"}], "has a way 1 that is none of popup, email"),
    (T.RUNGS, [{"kind": "sms", "settings": "x"}], "has a way 1 without proper settings"),
    (
        T.RUNGS,
        [{"kind": "sms"}, {"kind": "sms", "try_for": "soon"}],
        "has a way 2 whose time is not a length",
    ),
    (T.RUNGS, [{"kind": "sms", "try_for": "PT0S"}], "has a way 1 whose time is no time at all"),
    (T.REPEAT, "every day", "is no rule such as FREQ=WEEKLY;BYDAY=MO"),
]


def setting(type_: SettingType) -> Setting:
    return Setting("some", type_, "Some", choices=CHOICES, minimum=1, maximum=10)


@pytest.mark.parametrize(("type_", "value"), GOOD)
def test_a_sound_value_is_not_complained_about(type_: SettingType, value: Any) -> None:
    assert complaint(setting(type_), value) == ""


@pytest.mark.parametrize(("type_", "value", "clause"), BAD)
def test_an_unsound_value_is_told_what_is_wrong(type_: SettingType, value: Any, clause: str) -> None:
    assert complaint(setting(type_), value).startswith(clause)


def test_every_type_of_setting_is_judged() -> None:
    assert {type_ for type_, _ in GOOD} == {type_ for type_, *_ in BAD} == set(SettingType)


def test_a_number_without_limits_may_be_any() -> None:
    assert complaint(Setting("some", T.NUMBER, "Some"), -1e9) == ""


def test_a_time_out_must_last() -> None:
    assert complaint(Setting("timeout", T.DURATION, "Some"), "PT0S") == "is no time at all"
