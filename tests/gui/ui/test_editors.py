from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt

from app.canvas.edits import UNSET
from app.model.kinds import Setting, SettingType
from app.ui.inspector.flow_form import FlowForm, ReentryEditor
from app.ui.inspector.plain import NumberEditor, TextEditor
from tests.gui.ui.conftest import Opener
from tests.gui.ui.desk import MemoryDesk, basket_flow
from tests.gui.ui.person import Person
from tests.hands import type_text

NUMBER = Setting("weight", SettingType.NUMBER, "Weight", minimum=0, maximum=100)


@pytest.fixture
def person(open_window: Opener, desk: MemoryDesk) -> Person:
    desk.put(basket_flow())
    return open_window("Abandoned basket")


@pytest.mark.parametrize(("typed", "value"), [("7", 7), ("7.5", 7.5), ("", UNSET)])
def test_a_number_within_its_limits_is_told(person: Person, typed: str, value: object) -> None:
    editor = NumberEditor(NUMBER)
    told: list[Any] = []
    editor.changed.connect(told.append)
    editor.line.setText("1")
    editor.line.selectAll()
    editor.line.setText("")
    type_text(editor.line, typed or "x")
    if not typed:
        editor.line.backspace()
        editor.line.textEdited.emit("")
    assert told[-1:] == [value]
    editor.deleteLater()


def test_a_number_beyond_its_limits_is_marked_and_not_told(person: Person) -> None:
    editor = NumberEditor(NUMBER)
    told: list[object] = []
    editor.changed.connect(told.append)
    type_text(editor.line, "101")
    assert told == []
    assert editor.line.property("bad") is True
    editor.show_value(12)
    assert editor.line.text() == "12"
    editor.show_value("twelve")
    assert editor.line.text() == ""
    editor.deleteLater()


def test_a_text_longer_than_allowed_is_cut_at_its_limit(person: Person) -> None:
    editor = TextEditor(Setting("text", SettingType.TEXT, "Text", max_length=5))
    told: list[object] = []
    editor.changed.connect(told.append)
    type_text(editor.text, "Größe und mehr")
    assert editor.text.toPlainText() == "Größe"
    assert told[-1] == "Größe"
    editor.deleteLater()


def test_who_may_come_in_again_is_chosen(person: Person) -> None:
    person.click_paper()
    form = person.window.flow.inspector.form
    assert isinstance(form, FlowForm)
    editor = form.reentry.editor
    assert isinstance(editor, ReentryEditor)
    person.choose(editor.kind, "restart")
    assert person.flow.settings["reentry"] == "restart"
    assert not editor.after.isVisible()
    person.choose(editor.kind, "after")
    person.type_into(editor.after.line, "2 weeks")
    assert person.flow.settings["reentry"] == {"after": "P2W"}
    person.choose(editor.kind, "never")
    assert person.flow.settings["reentry"] == "never"


def test_the_goal_may_have_a_condition_and_goes_with_its_events(person: Person) -> None:
    person.click_paper()
    form = person.window.flow.inspector.form
    assert isinstance(form, FlowForm)
    where = form.goal_where.editor
    person.click(person.button_in(where, "Add a condition"))
    person.settle()
    name, value = person.lines_in(where)
    person.type_into(name, "total")
    person.type_into(value, "10")
    assert person.flow.settings["goal"] == {
        "events": ["order_completed"],
        "where": {"field": "total", "is": 10},
    }
    person.click(person.button_in(form.goal.editor, "Take out"))
    assert "goal" not in person.flow.settings


def test_escape_keeps_the_old_name(person: Person) -> None:
    person.key(Qt.Key.Key_F2)
    person.type_into(person.window.flow.bar.name.field, "Another")
    person.key(Qt.Key.Key_Escape)
    assert person.flow.name == "Abandoned basket"
    assert person.window.flow.bar.name.label.full == "Abandoned basket"


def test_all_problems_are_listed_upwards_and_escape_folds_them(person: Person) -> None:
    person.drag_kind("email", 300, 600)
    person.checked()
    bar = person.window.flow.problems
    person.click(bar.opener)
    assert len(bar.findChildren(type(bar.rows[0]))) == len(bar.problems) > 2
    person.click(bar.rows[1])
    assert person.window.flow.canvas.selected == bar.problems[1].nodes[:1]
    bar.opener.setFocus()
    person.key(Qt.Key.Key_Escape)
    assert not bar.is_open
