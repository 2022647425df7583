"""Segments are made, counted while they are made, changed and deleted in the window, and chosen by flows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from PySide6.QtCore import Qt

from app.model.errors import RefusedError
from app.model.people import Contact
from app.model.segments import SegmentInfo
from app.ui.confirm import Confirm
from app.ui.inspector.condition_card import ConditionCard
from app.ui.inspector.picked import SegmentEditor
from app.ui.segment_form import SegmentForm
from app.ui.segments_page import SegmentsPage
from tests.gui.ui.conftest import Opener
from tests.gui.ui.desk import MemoryDesk
from tests.gui.ui.forms import alone, of, said
from tests.gui.ui.person import Person

VIP = {"tag": "vip"}
REGULARS = {"event": "order", "since": "P30D", "times": 3}


def page(open_window: Opener) -> tuple[Person, SegmentsPage]:
    person = open_window()
    person.click(person.window.top.tabs["segments"])
    person.settle()
    return person, person.window.segments


def form(person: Person) -> SegmentForm:
    person.until(lambda: isinstance(person.question, SegmentForm))
    asked = person.question
    assert isinstance(asked, SegmentForm)
    return asked


def card(made: SegmentForm, place: int = 0) -> ConditionCard:
    found = made.condition.rows[place]
    assert isinstance(found, ConditionCard)
    return found


def ask_for_tag(person: Person, made: SegmentForm, tag: str) -> None:
    person.click(made.condition.add)
    person.choose(card(made).subject, "tag")
    person.put_into(card(made).name, tag)


def test_where_there_is_none_that_is_said(open_window: Opener) -> None:
    person, shown = page(open_window)
    assert any(words.startswith("No segment yet.") for words in person.words_in(shown))
    assert shown.new.text() == "New segment"


def test_a_segment_is_made_and_counted_while_it_is_made(open_window: Opener, desk: MemoryDesk) -> None:
    desk.contacts = [Contact(1, tags=frozenset({"vip"})), Contact(2)]
    person, shown = page(open_window)
    person.click(shown.new)
    made = form(person)
    assert made.name.hasFocus()
    assert made.count.text() == "Say who is in it, and they are counted."
    person.put_into(made.name, "Stammkunden 常連")
    ask_for_tag(person, made, "vip")
    person.until(lambda: made.count.text() == "1 person is in it now")
    person.put_into(card(made).name, "nobody")
    person.until(lambda: made.count.text() == "Nobody is in it now")
    person.put_into(card(made).name, "vip")
    person.click(made.save)
    person.until(lambda: desk.rules == {"Stammkunden 常連": VIP})
    person.until(lambda: "Stammkunden 常連" in shown.rows)
    assert shown.rows["Stammkunden 常連"].rule_words == "Has the tag vip"


@pytest.mark.parametrize(
    ("name", "tag", "sentence"),
    [
        ("", "vip", "It has no name yet."),
        ("VIP", "vip", "There is a segment “VIP” already."),
        ("x" * 101, "vip", "The name is too long."),
        ("Others", "", "Say who is in it: a condition is missing, or one is not complete."),
    ],
)
def test_what_cannot_be_stored_is_told_in_its_place(
    open_window: Opener, desk: MemoryDesk, name: str, tag: str, sentence: str
) -> None:
    desk.rules = {"VIP": VIP}
    person, shown = page(open_window)
    person.click(shown.new)
    made = form(person)
    if name:
        person.put_into(made.name, name)
    if tag:
        ask_for_tag(person, made, tag)
    person.click(made.save)
    assert made.error.isVisible()
    assert made.error.text() == sentence
    assert person.question is made
    assert desk.rules == {"VIP": VIP}


def test_another_name_and_rule_are_stored_together(open_window: Opener, desk: MemoryDesk) -> None:
    desk.rules = {"VIP": VIP}
    person, shown = page(open_window)
    person.click(shown.rows["VIP"])
    made = form(person)
    person.put_into(made.name, "Gold")
    person.click(card(made).head)
    person.put_into(card(made).name, "gold")
    person.click(made.save)
    person.until(lambda: desk.rules == {"Gold": {"tag": "gold"}})


def test_one_that_a_flow_uses_keeps_its_name_and_is_not_deleted(
    open_window: Opener, desk: MemoryDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def segments(self: MemoryDesk) -> Sequence[SegmentInfo]:
        return [SegmentInfo("VIP", VIP, 12, ("Win back", "割引"))]

    monkeypatch.setattr(MemoryDesk, "segments", segments)
    desk.rules = {"VIP": VIP}
    person, shown = page(open_window)
    assert {"12 people", "2 flows"} <= set(person.words_in(shown.rows["VIP"]))
    person.click(shown.rows["VIP"])
    made = form(person)
    assert "Asked for by “Win back”, “割引”: it keeps its name and stays." in person.words_in(made)
    assert not made.name.isEnabled()
    assert not made.delete.isEnabled()


def test_one_is_deleted_after_the_question(open_window: Opener, desk: MemoryDesk) -> None:
    desk.rules = {"VIP": VIP, "Regulars": REGULARS}
    person, shown = page(open_window)
    person.click(shown.rows["VIP"])
    person.click(form(person).delete)
    person.until(lambda: isinstance(person.question, Confirm))
    asked = person.question
    assert isinstance(asked, Confirm)
    assert asked.windowTitle() == "Delete “VIP”?"
    person.click(asked.yes)
    person.until(lambda: list(shown.rows) == ["Regulars"])
    assert desk.rules == {"Regulars": REGULARS}


def test_what_the_workspace_refuses_is_told_in_the_form_and_nothing_is_lost(
    open_window: Opener, desk: MemoryDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(self: MemoryDesk, name: str, rule: Any) -> None:
        raise RefusedError("Somebody else changed it.")

    desk.rules = {"VIP": VIP}
    person, shown = page(open_window)
    person.click(shown.rows["VIP"])
    made = form(person)
    monkeypatch.setattr(MemoryDesk, "save_segment", refuse)
    person.click(made.save)
    person.until(made.error.isVisible)
    assert made.error.text() == "Somebody else changed it."
    assert made.save.isEnabled()
    assert made.condition.read_rows() == VIP


def test_a_node_makes_its_segment_and_has_it_chosen(open_window: Opener, desk: MemoryDesk) -> None:
    person = alone(open_window, desk, "entry.segment")
    editor = of(person, "segment", SegmentEditor)
    person.click(editor.new)
    made = form(person)
    person.put_into(made.name, "VIP")
    ask_for_tag(person, made, "vip")
    person.click(made.save)
    person.until(lambda: said(person, "segment") == "VIP")
    assert editor.choice.currentText() == "VIP"
    person.click(editor.open)
    assert form(person).info == SegmentInfo("VIP", VIP)


def test_all_of_it_is_done_by_keys(open_window: Opener, desk: MemoryDesk) -> None:
    desk.rules = {"VIP": VIP}
    person = open_window()
    person.key(Qt.Key.Key_2, Qt.KeyboardModifier.ControlModifier)
    person.until(lambda: person.window.page == "segments")
    person.settle()
    person.window.segments.rows["VIP"].setFocus(Qt.FocusReason.TabFocusReason)
    person.key(Qt.Key.Key_Return)
    made = form(person)
    reached = set()
    for _ in range(30):
        person.press(made.focusWidget(), Qt.Key.Key_Tab)
        reached.add(made.focusWidget())
    assert {made.name, made.condition.add, made.no, made.save, made.delete} <= reached
    person.key(Qt.Key.Key_Escape)
    person.until(lambda: person.question is None)
