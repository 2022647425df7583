"""The ways of “First that works”: what each says, for how long it is tried, in which order."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from app.canvas.commands import ChangeSettings
from app.model.kinds import KINDS
from app.model.rungs import RUNG_KINDS
from app.ui.inspector.duration import DurationEditor
from app.ui.inspector.liquid import LiquidEditor
from app.ui.inspector.rungs import RungCard, RungsEditor
from tests.gui.ui.conftest import Opener
from tests.gui.ui.desk import MemoryDesk
from tests.gui.ui.forms import alone, of, said, steps
from tests.gui.ui.person import Person

RUNGS = [
    {"kind": "popup", "settings": {"headline": "Nur heute"}, "try_for": "P1D"},
    {"kind": "email", "settings": {"subject": "限定セール", "body": "Hallo"}, "try_for": "P2D"},
    {"kind": "sms", "settings": {"text": "Kurz"}, "try_for": "PT1H"},
]


@pytest.fixture
def person(open_window: Opener, desk: MemoryDesk) -> Person:
    return alone(open_window, desk, "reach", {"rungs": RUNGS, "reactions": ["clicked"]})


def cards(person: Person) -> list[RungCard]:
    return of(person, "rungs", RungsEditor).cards


def text_of(person: Person, place: int, name: str) -> LiquidEditor:
    editor = cards(person)[place].fields[name].editor
    assert isinstance(editor, LiquidEditor)
    return editor


def test_each_way_tells_what_it_is_and_says(person: Person) -> None:
    assert [card.toggle.accessibleName() for card in cards(person)] == [
        "Popup: for 1 day · Nur heute",
        "else E-mail: for 2 days · 限定セール",
        "else SMS: for 1 h · Kurz",
    ]
    assert steps(person) == 0


def test_a_way_is_opened_written_in_and_undone(person: Person) -> None:
    person.click(cards(person)[1].toggle)
    person.type_into(text_of(person, 1, "subject").text, "Größer")
    assert said(person, "rungs")[1]["settings"] == {"subject": "Größer", "body": "Hallo"}
    assert steps(person) == 1
    person.window.flow.canvas.setFocus()
    person.key(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert said(person, "rungs") == RUNGS
    assert cards(person)[1].is_open
    assert text_of(person, 1, "subject").text.source() == "限定セール"


def test_one_way_is_open_at_a_time(person: Person) -> None:
    person.click(cards(person)[1].toggle)
    person.click(cards(person)[2].toggle)
    assert [card.is_open for card in cards(person)] == [False, False, True]
    person.click(cards(person)[2].toggle)
    assert not any(card.is_open for card in cards(person))


def test_how_long_it_is_tried_is_typed_and_asked_only_where_something_is_awaited(
    open_window: Opener, desk: MemoryDesk
) -> None:
    person = alone(open_window, desk, "reach", {"rungs": RUNGS})
    for card in cards(person):
        card.open()
    shown = [not card.fields["try_for"].isHidden() for card in cards(person)]
    assert shown == [True, False, False]
    cards(person)[0].open()
    editor = cards(person)[0].fields["try_for"].editor
    assert isinstance(editor, DurationEditor)
    person.type_into(editor.line, "90 min")
    assert said(person, "rungs")[0]["try_for"] == "PT1H30M"
    document = person.window.session.document
    document.do(ChangeSettings(document, "it", {"reactions": ["clicked"]}))
    assert not any(card.fields["try_for"].isHidden() for card in cards(person))


def test_a_way_is_added_written_and_taken_out(person: Person) -> None:
    editor = of(person, "rungs", RungsEditor)
    offered = [act.text() for act in editor.menu.actions()]
    assert offered == [KINDS[name].title for name in RUNG_KINDS if KINDS[name].available]
    editor.menu.actions()[offered.index("E-mail")].trigger()
    assert said(person, "rungs")[3] == {"kind": "email", "settings": {}, "try_for": "P1D"}
    assert cards(person)[3].is_open
    assert text_of(person, 3, "subject").text.hasFocus()
    person.click(person.button_in(cards(person)[0], "Take out"))
    assert [rung["kind"] for rung in said(person, "rungs")] == ["email", "sms", "email"]
    assert cards(person)[0].toggle.accessibleName().startswith("E-mail: ")


def test_ways_are_put_in_order_by_keys_and_stay_open(person: Person) -> None:
    person.click(cards(person)[2].toggle)
    cards(person)[2].grip.setFocus()
    person.key(Qt.Key.Key_Up)
    assert [rung["kind"] for rung in said(person, "rungs")] == ["popup", "sms", "email"]
    assert cards(person)[1].is_open
    assert cards(person)[1].grip.hasFocus()


def test_what_is_wrong_stands_in_its_way(open_window: Opener, desk: MemoryDesk) -> None:
    rungs = [*RUNGS[:2], {"kind": "sms", "settings": {"text": "Kurz"}}]
    person = alone(open_window, desk, "reach", {"rungs": rungs, "reactions": ["clicked"]})
    person.checked()
    assert cards(person)[2].property("bad")
    assert "Try for" in cards(person)[2].toggle.accessibleName()
    person.click(cards(person)[2].toggle)
    assert "Try for" in cards(person)[2].fields["try_for"].error.text()
    assert not cards(person)[2].property("bad")
    assert not person.setting("rungs").error.isVisible()


def test_a_click_on_a_problem_opens_its_way_at_the_field(open_window: Opener, desk: MemoryDesk) -> None:
    rungs = [*RUNGS[:1], {"kind": "email", "settings": {"body": "Hallo"}, "try_for": "P1D"}]
    person = alone(open_window, desk, "reach", {"rungs": rungs, "reactions": ["clicked"]})
    person.window.flow.inspector.focus_setting("it", "rungs.1.subject")
    assert cards(person)[1].is_open
    assert text_of(person, 1, "subject").text.hasFocus()
    person.window.flow.inspector.focus_setting("it", "rungs.9.subject")
    assert of(person, "rungs", RungsEditor).add.hasFocus()


def test_a_way_is_written_in_the_editor_of_its_kind(person: Person) -> None:
    person.click(cards(person)[1].toggle)
    person.click(cards(person)[1].write)
    person.until(lambda: person.window.page == "editor")
    editing = person.window.editor.editing
    assert editing.node.kind == "email"
    person.settle()
    person.type_into(person.window.editor.letter.subject.text, "Neu")
    assert said(person, "rungs")[1]["settings"] == {"subject": "Neu", "body": "Hallo"}
    person.until(lambda: editing.preview.content.get("subject") == "Neu")
    person.click(person.window.editor.finish)
    assert cards(person)[1].toggle.accessibleName() == "else E-mail: for 2 days · Neu"


def test_the_editor_is_left_when_its_way_goes(person: Person) -> None:
    person.window.edit_message("it#2")
    assert person.window.page == "editor"
    document = person.window.session.document
    document.do(ChangeSettings(document, "it", {"rungs": RUNGS[:2]}))
    assert person.window.page == "flow"


def test_a_way_of_a_newer_release_is_kept(open_window: Opener, desk: MemoryDesk) -> None:
    rungs = [{"kind": "hologram", "settings": {"size": 3}, "light": True}, RUNGS[2]]
    person = alone(open_window, desk, "reach", {"rungs": rungs})
    person.click(cards(person)[0].toggle)
    person.click(cards(person)[1].toggle)
    person.type_into(text_of(person, 1, "text").text, "Kürzer")
    assert said(person, "rungs")[0] == rungs[0]
