from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.model.conditions import faults
from app.ui.inspector.condition_rows import OPERATORS, OTHER, SUBJECTS, Group, Row, condition_of, tree_of

LEAVES: list[dict[str, Any]] = [
    {"property": "city", "is": "Köln"},
    {"property": "age", "more_than": 17},
    {"entry": "total", "less_than": 50.5},
    {"field": "url", "contains": "/sale"},
    {"property": "phone", "known": True},
    {"property": "phone", "known": False},
    {"tag": "vip"},
    {"not": {"tag": "vip"}},
    {"segment": "Stammkunden"},
    {"not": {"segment": "割引"}},
    {"consent": "sms"},
    {"consent": "email", "topic": "offers"},
    {"not": {"consent": "email", "topic": "offers"}},
    {"not": {"property": "city", "contains": "Köln"}},
    {"not": {"consent": "email"}},
    {"event": "order_completed"},
    {"event": "order_completed", "since": "ever"},
    {"event": "order_completed", "since": "entry"},
    {"not": {"event": "order_completed", "since": "ever"}},
    {"event": "order_completed", "since": "P30D"},
    {"event": "order_completed", "since": "P90D", "times": 3},
    {"event": "order_completed", "times": 1},
    {"not": {"event": "order_completed", "since": "ever", "times": 2}},
    {"event": "viewed", "since": "ever", "where": {"field": "page", "is": "/a"}},
    {"message": "letter1", "reaction": "opened"},
    {"not": {"message": "letter1", "reaction": "clicked"}},
    {"message": "letter1", "failed": True},
    {"message": "letter1", "failed": "hard"},
    {"message": "letter1", "failed": ["no-address", "hard"]},
    {"message": "reach1#0", "reaction": "clicked"},
]


conditions = st.recursive(
    st.sampled_from(LEAVES),
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=4).map(lambda parts: {"all": parts}),
        st.lists(inner, min_size=1, max_size=4).map(lambda parts: {"any": parts}),
        inner.map(lambda part: {"not": part}),
    ),
    max_leaves=12,
)
"""Every shape that the model allows."""


def rows_in(group: Group) -> list[Row]:
    inner = [rows_in(part) if isinstance(part, Group) else [part] for part in group.parts]
    return [row for rows in inner for row in rows]


@pytest.mark.parametrize("leaf", LEAVES)
def test_a_question_comes_back_from_its_row_as_it_was(leaf: dict[str, Any]) -> None:
    group = tree_of(leaf)
    assert [row.subject for row in rows_in(group)] != [OTHER]
    assert len(group.parts) == 1
    assert condition_of(group) == leaf


@given(conditions)
def test_every_condition_is_shown_as_questions_and_groups_and_comes_back_as_it_was(
    condition: dict[str, Any],
) -> None:
    assert list(faults(condition)) == []
    group = tree_of(condition)
    assert OTHER not in [row.subject for row in rows_in(group)]
    assert condition_of(group) == condition


@pytest.mark.parametrize(
    "condition",
    [
        {"property": "city", "is": "Köln", "colour": "blue"},
        {"tag": "vip", "later": 1},
        {"all": [{"tag": "a"}, 3]},
        {"any": []},
        {"not": 3},
        {"event": "order", "since": "yesterday"},
        {"event": "order", "times": "often"},
        {"message": "letter1"},
        {"moon": "full"},
    ],
)
def test_what_the_form_cannot_show_is_kept_as_it_stands(condition: dict[str, Any]) -> None:
    group = tree_of({"all": [condition, {"tag": "a"}]})
    assert [row.subject for row in rows_in(group)] == [OTHER, "tag"]
    assert condition_of(group) == {"all": [condition, {"tag": "a"}]}


def test_no_condition_has_no_parts_and_a_question_about_nothing_is_none() -> None:
    assert tree_of(None) == tree_of({}) == Group(alone=True)
    assert condition_of(Group(alone=True)) is None
    assert condition_of(Group("all", (Row("tag", "", "yes"),), alone=True)) is None
    assert condition_of(Group("any", (Group("all", ()), Row("tag", "vip", "yes")), alone=True)) == {
        "tag": "vip"
    }


def test_what_is_left_of_a_group_is_written_without_it() -> None:
    group = tree_of({"not": {"any": [{"tag": "a"}, {"tag": "b"}]}})
    assert group.mode == "none"
    assert condition_of(Group("none", group.parts[:1], group.alone)) == {"not": {"tag": "a"}}


@pytest.mark.parametrize("subject", SUBJECTS)
def test_every_question_that_the_form_can_ask_is_one_that_can_be_asked(subject: str) -> None:
    for operator in OPERATORS[subject]:
        row = Row(subject, "name", operator, "opened" if subject == "message" else "7")
        made = condition_of(Group("all", (row,), alone=True))
        assert list(faults(made)) == []
        assert condition_of(tree_of(made)) == made
