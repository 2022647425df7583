"""Any condition that the model allows is built and changed without a text."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt

from app.model.flow import Flow, Node
from app.ui.inspector.condition import ConditionEditor, GroupBox
from app.ui.inspector.condition_card import ConditionCard
from app.ui.inspector.grip import Grip
from app.ui.inspector.ways import WaysEditor
from tests.gui.ui.conftest import Opener
from tests.gui.ui.desk import MemoryDesk
from tests.gui.ui.forms import alone, of, said, steps
from tests.gui.ui.person import Person

NESTED: dict[str, Any] = {
    "all": [
        {"segment": "Stammkunden"},
        {
            "any": [
                {"consent": "email", "topic": "offers"},
                {"not": {"all": [{"tag": "冬"}, {"property": "city", "contains": "Düsseldorf"}]}},
            ]
        },
        {"event": "order", "since": "P30D", "times": 2, "where": {"field": "total", "more_than": 50}},
    ]
}


def asking(open_window: Opener, desk: MemoryDesk, when: object = None) -> Person:
    way = {"name": "way 1", **({"when": when} if when else {})}
    return alone(open_window, desk, "check", {"ways": [way]})


def builder(person: Person) -> ConditionEditor:
    return of(person, "ways", WaysEditor).cards[0].condition


def condition(person: Person) -> Any:
    return said(person, "ways")[0].get("when")


def card(editor: Any, place: int) -> ConditionCard:
    found = editor.rows[place]
    assert isinstance(found, ConditionCard)
    return found


def group(editor: Any, place: int) -> GroupBox:
    found = editor.rows[place]
    assert isinstance(found, GroupBox)
    return found


def added(person: Person, subject: str) -> ConditionCard:
    """One more question about this, at the end."""
    person.click(builder(person).add)
    person.settle()
    made = card(builder(person), -1)
    person.choose(made.subject, subject)
    return made


def test_questions_are_sentences_and_open_one_at_a_time(open_window: Opener, desk: MemoryDesk) -> None:
    person = asking(open_window, desk, NESTED)
    inner = group(builder(person), 1).editor
    none = group(inner, 1).editor
    words = [card(builder(person), 0), card(inner, 0), card(none, 0), card(none, 1), card(builder(person), 2)]
    assert [one.head.accessibleName() for one in words] == [
        "Is in Stammkunden",
        "Agreed to E-mail about offers",
        "Has the tag 冬",
        "City contains Düsseldorf",
        "Order happened at least 2 times in the last 30 days, only if Total is more than 50",
    ]
    assert none.mode.currentText() == "Not all of these hold"
    person.click(words[0].head)
    person.click(words[2].head)
    assert [one.is_open for one in words] == [False, False, True, False, False]
    assert words[2].name.hasFocus()
    assert steps(person) == 0
    assert condition(person) == NESTED


def test_one_question_deep_inside_is_changed_and_all_else_stays(
    open_window: Opener, desk: MemoryDesk
) -> None:
    person = asking(open_window, desk, NESTED)
    tag = card(group(group(builder(person), 1).editor, 1).editor, 0)
    person.click(tag.head)
    person.type_into(tag.name, "夏")
    wanted = {"all": [NESTED["all"][0], {"any": [NESTED["all"][1]["any"][0], None]}, NESTED["all"][2]]}
    wanted["all"][1]["any"][1] = {
        "not": {"all": [{"tag": "夏"}, {"property": "city", "contains": "Düsseldorf"}]}
    }
    assert condition(person) == wanted
    assert steps(person) == 1


def test_a_question_is_opened_and_left_by_keys(open_window: Opener, desk: MemoryDesk) -> None:
    person = asking(open_window, desk, {"all": [{"tag": "a"}, {"tag": "b"}]})
    card(builder(person), 0).head.setFocus()
    person.key(Qt.Key.Key_Return)
    assert card(builder(person), 0).name.hasFocus()


def test_a_segment_is_picked(open_window: Opener, desk: MemoryDesk) -> None:
    person = asking(open_window, desk, {"segment": "Stammkunden"})
    made = card(builder(person), 0)
    person.click(made.head)
    assert made.segment.currentText() == "Stammkunden (not there)"
    person.choose(made.operator, "no")
    assert condition(person) == {"not": {"segment": "Stammkunden"}}
    assert made.head.accessibleName() != ""


def test_consent_may_be_asked_of_a_topic(open_window: Opener, desk: MemoryDesk) -> None:
    person = asking(open_window, desk)
    made = added(person, "consent")
    assert condition(person) == {"consent": "email"}
    person.choose(made.pick, "sms")
    person.type_into(made.topic, "offers")
    person.choose(made.operator, "no")
    assert condition(person) == {"not": {"consent": "sms", "topic": "offers"}}


def test_an_event_is_counted_over_the_last_days(open_window: Opener, desk: MemoryDesk) -> None:
    person = asking(open_window, desk)
    made = added(person, "event")
    person.type_into(made.name, "order")
    assert condition(person) == {"event": "order"}
    person.choose(made.since, "last")
    assert condition(person) == {"event": "order", "since": "P30D"}
    person.type_into(made.last.line, "90")
    person.choose(made.operator, "yes-times")
    person.type_into(made.times, "3")
    assert condition(person) == {"event": "order", "since": "P90D", "times": 3}
    person.choose(made.operator, "no-times")
    assert condition(person) == {"not": {"event": "order", "since": "P90D", "times": 3}}
    person.choose(made.operator, "no")
    person.choose(made.since, "ever")
    assert condition(person) == {"not": {"event": "order", "since": "ever"}}


def test_an_event_is_asked_only_if_its_own_fields_fit(open_window: Opener, desk: MemoryDesk) -> None:
    person = asking(open_window, desk, {"event": "order"})
    made = card(builder(person), 0)
    person.click(made.head)
    person.click(made.only_if)
    where = made.where
    assert isinstance(where, ConditionEditor)
    person.click(where.add)
    person.settle()
    field = card(where, 0)
    assert field.subject.currentData() == "field"
    person.type_into(field.name, "total")
    person.choose(field.operator, "more_than")
    person.type_into(field.value, "50")
    assert condition(person) == {"event": "order", "where": {"field": "total", "more_than": 50}}
    person.click(person.button_in(field, "Take out"))
    assert condition(person) == {"event": "order"}


def test_a_group_is_added_filled_and_taken_out(open_window: Opener, desk: MemoryDesk) -> None:
    person = asking(open_window, desk, {"tag": "a"})
    person.click(builder(person).add_group)
    person.settle()
    inner = group(builder(person), 1).editor
    assert inner.mode.currentData() == "any"
    person.type_into(card(inner, 0).name, "")
    person.choose(card(inner, 0).subject, "tag")
    person.type_into(card(inner, 0).name, "b")
    person.click(inner.add)
    person.settle()
    person.choose(card(inner, 1).subject, "tag")
    person.type_into(card(inner, 1).name, "c")
    assert condition(person) == {"all": [{"tag": "a"}, {"any": [{"tag": "b"}, {"tag": "c"}]}]}
    person.choose(inner.mode, "none")
    assert condition(person) == {"all": [{"tag": "a"}, {"not": {"any": [{"tag": "b"}, {"tag": "c"}]}}]}
    person.click(person.button_in(group(builder(person), 1), "Take the group out"))
    assert condition(person) == {"tag": "a"}


@pytest.mark.parametrize(
    ("mode", "made"),
    [
        ("any", {"any": [{"tag": "a"}, {"tag": "b"}]}),
        ("none", {"not": {"any": [{"tag": "a"}, {"tag": "b"}]}}),
        ("not-all", {"not": {"all": [{"tag": "a"}, {"tag": "b"}]}}),
    ],
)
def test_how_the_parts_hold_together_is_chosen(
    open_window: Opener, desk: MemoryDesk, mode: str, made: dict[str, Any]
) -> None:
    person = asking(open_window, desk, {"all": [{"tag": "a"}, {"tag": "b"}]})
    person.choose(builder(person).mode, mode)
    assert condition(person) == made


def test_a_condition_of_a_newer_release_is_kept_beside_others(open_window: Opener, desk: MemoryDesk) -> None:
    person = asking(open_window, desk, {"all": [{"moon": "full"}, {"tag": "a"}]})
    odd = card(builder(person), 0)
    person.click(odd.head)
    assert not odd.subject.isEnabled()
    person.click(card(builder(person), 1).head)
    person.type_into(card(builder(person), 1).name, "b")
    assert condition(person) == {"all": [{"moon": "full"}, {"tag": "b"}]}


def test_one_way_of_first_that_works_can_be_asked_about(open_window: Opener, desk: MemoryDesk) -> None:
    rungs = [
        {"kind": "popup", "settings": {"headline": "Hi"}, "try_for": "P1D"},
        {"kind": "sms", "settings": {"text": "Hi"}},
    ]
    check = Node("it", "check", "It", 40, 40, {"ways": [{"name": "way 1"}]})
    desk.put(Flow("One", (check, Node("reach1", "reach", "Sale", 400, 40, {"rungs": rungs}))))
    person = open_window("One")
    person.select_by_key("it")
    made = added(person, "message")
    offered = [made.pick.itemText(place) for place in range(made.pick.count())]
    assert offered == ["Sale", "Sale: Popup", "Sale: SMS"]
    person.choose(made.pick, "reach1#1")
    person.choose(made.reaction, "delivered")
    assert condition(person) == {"message": "reach1#1", "reaction": "delivered"}


def test_ways_are_put_in_the_order_in_which_they_are_tried(open_window: Opener, desk: MemoryDesk) -> None:
    ways = [{"name": name, "when": {"tag": name}} for name in ("a", "b")]
    person = alone(open_window, desk, "check", {"ways": ways})
    of(person, "ways", WaysEditor).cards[1].findChildren(Grip)[0].setFocus()
    person.key(Qt.Key.Key_Up)
    assert said(person, "ways") == ways[::-1]
