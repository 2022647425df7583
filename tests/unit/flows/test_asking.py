"""Conditions in words: events in a time range, times, topics, segments, and messages with their ways."""

from __future__ import annotations

from typing import Any

import pytest

from app.flows.asking import condition_words
from tests.unit.flows.making import chain, letter
from tests.unit.flows.test_codes import CARD, SMS, reach

FLOW = chain(letter("one"), reach(CARD, SMS))
VIP = {"tag": "vip"}


@pytest.mark.parametrize(
    ("condition", "told"),
    [
        (VIP, "have the tag “vip”"),
        ({"not": VIP}, "not have the tag “vip”"),
        ({"segment": "Regulars"}, "are in the segment “Regulars”"),
        ({"consent": "sms"}, "agreed to SMS"),
        ({"consent": "email", "topic": "offers"}, "agreed to E-mail about “offers”"),
        ({"property": "city", "is": "Kyoto"}, "“city” is “Kyoto”"),
        ({"property": "age", "more_than": 18}, "“age” is more than 18"),
        ({"entry": "total", "less_than": 5}, "“total” of the start is less than 5"),
        ({"property": "phone", "known": True}, "“phone” is known"),
        ({"property": "phone", "known": False}, "“phone” is not known"),
        ({"event": "order_completed"}, "completed an order since the start"),
        ({"event": "order_completed", "since": "ever"}, "completed an order"),
        (
            {"event": "order_completed", "since": "P30D", "times": 2},
            "completed an order 2 times in the last 30 days",
        ),
        (
            {"event": "quiz", "since": "P1W", "where": {"field": "score", "more_than": 5}},
            "had “quiz” in the last 1 week, where “score” of it is more than 5",
        ),
        ({"message": "one", "reaction": "opened"}, "opened One"),
        ({"message": "one", "failed": True}, "could not get One"),
        ({"message": "one", "failed": "hard"}, "could not get One (the address does not work)"),
        (
            {"message": "ring#1", "failed": ["hard", "capped"]},
            "could not get “Way 2 of Ring (SMS)” (the address ",
        ),
        ({"message": "gone", "reaction": "clicked"}, "clicked in “gone”"),
        (
            {"all": [VIP, {"any": [{"segment": "A"}, {"segment": "B"}]}]},
            "(are in the segment “A” or are in the",
        ),
        ({"any": [VIP]}, "have the tag “vip”"),
    ],
)
def test_a_condition_is_said_as_people_would(condition: dict[str, Any], told: str) -> None:
    assert told in condition_words(condition, FLOW)


@pytest.mark.parametrize("condition", [None, "vip", {}, {"all": []}, {"event": "x", "since": "soon"}])
def test_what_cannot_be_asked_is_not_said(condition: object) -> None:
    assert condition_words(condition) == ""
