from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.model.conditions import faults
from app.ui.inspector.condition_rows import OPERATORS, OTHER, SUBJECTS, Row, condition_of, rows_of

LEAVES: list[dict[str, Any]] = [
    {"property": "city", "is": "Köln"},
    {"property": "age", "more_than": 17},
    {"entry": "total", "less_than": 50.5},
    {"field": "url", "contains": "/sale"},
    {"property": "phone", "known": True},
    {"property": "phone", "known": False},
    {"tag": "vip"},
    {"not": {"tag": "vip"}},
    {"consent": "sms"},
    {"not": {"consent": "email"}},
    {"event": "order_completed"},
    {"event": "order_completed", "since": "ever"},
    {"event": "order_completed", "since": "entry"},
    {"not": {"event": "order_completed", "since": "ever"}},
    {"event": "viewed", "since": "ever", "where": {"field": "page", "is": "/a"}},
    {"message": "letter1", "reaction": "opened"},
    {"not": {"message": "letter1", "reaction": "clicked"}},
    {"message": "letter1", "failed": True},
    {"message": "letter1", "failed": ["no-address", "hard"]},
]


@pytest.mark.parametrize("leaf", LEAVES)
def test_a_question_comes_back_from_its_row_as_it_was(leaf: dict[str, Any]) -> None:
    mode, rows = rows_of(leaf)
    assert rows[0].subject != OTHER
    assert condition_of(mode, rows) == leaf


@given(st.sampled_from(["all", "any"]), st.lists(st.sampled_from(LEAVES), min_size=2, max_size=5))
def test_a_group_comes_back_from_its_rows(mode: str, leaves: list[dict[str, Any]]) -> None:
    condition = {mode: leaves}
    assert condition_of(*rows_of(condition)) == condition


@pytest.mark.parametrize(
    "condition",
    [
        {"any": [{"all": [{"tag": "a"}, {"tag": "b"}]}, {"tag": "c"}]},
        {"not": {"any": [{"tag": "a"}, {"tag": "b"}]}},
        {"message": "letter1", "failed": "hard"},
        {"property": "city", "is": "Köln", "colour": "blue"},
        {"tag": "vip", "later": 1},
    ],
)
def test_what_the_form_cannot_show_is_kept_as_it_stands(condition: dict[str, Any]) -> None:
    mode, rows = rows_of(condition)
    assert any(row.subject == OTHER for row in rows)
    assert condition_of(mode, rows) == condition


def test_no_condition_has_no_rows_and_a_row_without_a_name_is_no_condition() -> None:
    assert rows_of(None) == ("all", [])
    assert condition_of("all", [Row("tag", "", "yes")]) is None
    assert condition_of("any", [Row("tag", "", "yes"), Row("tag", "vip", "yes")]) == {"tag": "vip"}


@pytest.mark.parametrize("subject", SUBJECTS)
def test_every_question_that_the_form_can_ask_is_one_that_can_be_asked(subject: str) -> None:
    for operator in OPERATORS[subject]:
        row = Row(subject, "name", operator, "opened" if subject == "message" else "7")
        made = condition_of("all", [row])
        assert list(faults(made)) == []
        assert condition_of(*rows_of(made)) == made
