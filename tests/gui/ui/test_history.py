"""Drafts are never lost: steps outlive the program, and nobody's draft is overwritten."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.canvas.history import restored
from app.flows.codec import read_flow, write_flow
from app.model.errors import WorldError
from app.model.flow import Flow
from app.ui.conflict_dialog import ConflictDialog
from app.ui.inspector.liquid import LiquidEditor
from tests.gui.ui.conftest import Opener
from tests.gui.ui.desk import MemoryDesk, basket_flow
from tests.gui.ui.person import Person

CTRL = Qt.KeyboardModifier.ControlModifier
NAME = "Abandoned basket"


def edit(person: Person, text: str, node_id: str = "letter1") -> None:
    person.select(node_id)
    editor = person.editor("subject")
    assert isinstance(editor, LiquidEditor)
    person.type_into(editor.text, text)


def subject(flow: Flow, node_id: str = "letter1") -> object:
    return flow.by_id[node_id].settings["subject"]


def steps(person: Person) -> list[str]:
    return [step.name for step in person.window.session.keeper.recorder.steps]


def come_back(person: Person) -> None:
    """After a dialog: without a window manager nobody gives the window its keys again."""
    person.window.activateWindow()
    person.until(person.window.isActiveWindow)


def undo(person: Person, times: int = 1) -> None:
    come_back(person)
    person.window.flow.canvas.setFocus()
    for _ in range(times):
        person.key(Qt.Key.Key_Z, CTRL)


def changed_elsewhere(desk: MemoryDesk, **settings: object) -> str:
    flow = read_flow(desk.stored[NAME].draft)
    days = flow.by_id["days"]
    desk.stored[NAME].draft = write_flow(
        flow.with_node(replace(days, settings={**days.settings, **settings}))
    )
    return desk.stored[NAME].draft


def conflict(person: Person) -> ConflictDialog:
    person.until(lambda: isinstance(person.question, ConflictDialog))
    dialog = person.question
    assert isinstance(dialog, ConflictDialog)
    return dialog


def test_undo_goes_on_behind_closing_the_window(open_window: Opener, desk: MemoryDesk) -> None:
    desk.put(basket_flow())
    before = desk.stored[NAME].draft
    person = open_window(NAME)
    edit(person, "First")
    person.drag_kind("sms", 300, 500)
    person.window.close()
    person.until(lambda: not person.window.isVisible())
    again = open_window(NAME)
    assert steps(again) == ["Change Letter 1", "Add SMS"]
    assert not again.window.session.dirty
    undo(again, 2)
    again.saved()
    assert desk.stored[NAME].draft == before
    again.window.close()
    again.until(lambda: not again.window.isVisible())
    third = open_window(NAME)
    third.window.flow.canvas.setFocus()
    for _ in range(2):
        third.key(Qt.Key.Key_Y, CTRL)
    assert subject(third.flow) == "First"
    assert third.node("sms").title == "SMS"


def test_what_was_drawn_and_not_stored_comes_back_and_is_said(open_window: Opener, desk: MemoryDesk) -> None:
    desk.put(basket_flow())
    first = open_window(NAME)
    first.window.session._save_soon.setInterval(10_000_000)
    edit(first, "Typed")
    first.drag_kind("sms", 300, 500)
    first.drag_kind("end", 500, 500)
    first.until(lambda: len(restored_steps(desk)) == 3)
    assert subject(read_flow(desk.stored[NAME].draft)) != "Typed"
    again = open_window(NAME)
    assert again.window.toast.text.text() == "Brought back 3 steps since the last save"
    assert (again.flow.nodes, subject(again.flow)) == (first.flow.nodes, "Typed")
    again.saved()
    assert read_flow(desk.stored[NAME].draft) == again.flow


def restored_steps(desk: MemoryDesk) -> list[str]:
    found = restored(desk.stored[NAME].history, desk.stored[NAME].draft)
    assert found is not None
    return [step.name for step in found.steps]


def test_a_draft_that_is_written_in_another_way_brings_nothing_back(
    open_window: Opener, desk: MemoryDesk
) -> None:
    desk.put(basket_flow())
    desk.stored[NAME].draft = foreign = write_flow(basket_flow()).replace("\n", "\r\n")
    person = open_window(NAME)
    person.window.close()
    person.until(lambda: not person.window.isVisible())
    again = open_window(NAME)
    assert not again.window.toast.isVisible()
    assert not again.window.session.dirty
    assert desk.stored[NAME].draft == foreign


def test_typing_is_one_step_and_soon_written_to_its_last_letter(
    open_window: Opener, desk: MemoryDesk
) -> None:
    desk.put(basket_flow())
    person = open_window(NAME)
    edit(person, "A long subject, letter by letter")
    lines = desk.stored[NAME].history.count("\n")
    person.until(lambda: "letter by letter" in desk.stored[NAME].history)
    assert restored_steps(desk) == ["Change Letter 1"]
    assert lines < 20


def test_a_history_that_does_not_lead_to_the_draft_is_kept_aside(
    open_window: Opener, desk: MemoryDesk
) -> None:
    desk.put(basket_flow())
    person = open_window(NAME)
    edit(person, "Mine")
    person.saved()
    person.window.close()
    person.until(lambda: not person.window.isVisible())
    old, theirs = desk.stored[NAME].history, changed_elsewhere(desk, **{"for": "P5D"})
    again = open_window(NAME)
    assert again.flow == read_flow(theirs)
    assert steps(again) == []
    assert desk.stored[NAME].aside == [old]
    assert "kept aside" in again.window.toast.text.text()
    edit(again, "New")
    again.saved()
    assert restored_steps(desk) == ["Change Letter 1"]


@pytest.mark.parametrize("log", ["nonsense\n", '{"history": 99}\n'])
def test_a_history_that_cannot_be_read_is_kept_aside(open_window: Opener, desk: MemoryDesk, log: str) -> None:
    desk.put(basket_flow())
    desk.stored[NAME].history = log
    person = open_window(NAME)
    assert desk.stored[NAME].aside == [log]
    assert "cannot be read" in person.window.toast.text.text()
    assert person.flow == basket_flow()


def test_a_history_that_cannot_be_written_is_said_once_and_the_draft_is_stored(
    open_window: Opener, desk: MemoryDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.put(basket_flow())

    def full(*_what: object, **_how: object) -> int:
        raise WorldError("There is no room left. Steps of undo are not kept.")

    person = open_window(NAME)
    monkeypatch.setattr(desk, "append_history", full)
    edit(person, "Stored all the same")
    person.until(person.window.notice.isVisible)
    person.saved()
    assert "Stored all the same" in desk.stored[NAME].draft
    monkeypatch.undo()
    edit(person, "Written")
    person.saved()
    person.until(lambda: restored_steps(desk) == ["Change Letter 1", "Change Letter 1"])


def test_the_history_follows_a_renamed_flow(open_window: Opener, desk: MemoryDesk) -> None:
    desk.put(basket_flow())
    person = open_window(NAME)
    edit(person, "Mine")
    person.key(Qt.Key.Key_F2)
    person.type_into(person.window.flow.bar.name.field, "Korb")
    person.key(Qt.Key.Key_Return)
    person.saved()
    person.window.close()
    person.until(lambda: not person.window.isVisible())
    again = open_window("Korb")
    assert set(desk.stored) == {"Korb"}
    assert steps(again) == ["Change Letter 1", "Change the flow"]


def test_a_conflict_shows_both_and_overwrites_nothing(open_window: Opener, desk: MemoryDesk) -> None:
    desk.put(basket_flow())
    person = open_window(NAME)
    theirs = changed_elsewhere(desk, **{"for": "P5D"})
    edit(person, "Mine")
    dialog = conflict(person)
    said = [dialog.view.list.item(row).text() for row in range(dialog.view.list.count())]
    assert "The wait before Letter 3 waits 3 days instead of 5" in said
    assert any(line.startswith("“Subject” of Letter 1 is now “M") for line in said)
    person.click(dialog.later)
    person.until(lambda: person.question is None)
    assert desk.stored[NAME].draft == theirs
    edit(person, "Mine and more")
    person.settle()
    QTest.qWait(120)
    assert person.question is None, "it asks once, and again when the person saves"
    assert desk.stored[NAME].draft == theirs
    assert person.window.status.saved.text() == "Not saved: changed elsewhere"
    come_back(person)
    person.key(Qt.Key.Key_S, CTRL)
    conflict(person)


def test_mine_as_a_copy_leaves_theirs_alone_and_keeps_its_history(
    open_window: Opener, desk: MemoryDesk
) -> None:
    desk.put(basket_flow())
    person = open_window(NAME)
    theirs = changed_elsewhere(desk, **{"for": "P5D"})
    edit(person, "Mine")
    person.click(conflict(person).copy)
    person.until(lambda: f"{NAME}, mine" in desk.stored)
    person.saved()
    assert desk.stored[NAME].draft == theirs
    assert person.flow.name == person.window.session.name == f"{NAME}, mine"
    assert subject(read_flow(desk.stored[f"{NAME}, mine"].draft)) == "Mine"
    person.window.open_flow(NAME)
    person.until(lambda: person.flow.name == NAME)
    assert person.flow == read_flow(theirs)
    person.window.open_flow(f"{NAME}, mine")
    person.until(lambda: person.flow.name == f"{NAME}, mine")
    assert steps(person) == ["Change Letter 1", "Change the flow"]
    assert person.question is None


def test_taking_theirs_leaves_mine_one_step_back(open_window: Opener, desk: MemoryDesk) -> None:
    desk.put(basket_flow())
    person = open_window(NAME)
    theirs = changed_elsewhere(desk, **{"for": "P5D"})
    edit(person, "Mine")
    person.click(conflict(person).theirs)
    person.saved()
    assert person.flow == read_flow(theirs)
    assert desk.stored[NAME].draft == theirs
    assert steps(person) == ["Change Letter 1", "Take theirs"]
    undo(person)
    person.saved()
    assert subject(read_flow(desk.stored[NAME].draft)) == "Mine"


def test_replacing_theirs_keeps_theirs_as_a_draft_of_its_own(open_window: Opener, desk: MemoryDesk) -> None:
    desk.put(basket_flow())
    person = open_window(NAME)
    theirs = changed_elsewhere(desk, **{"for": "P5D"})
    edit(person, "Mine")
    person.click(conflict(person).mine)
    person.until(lambda: f"{NAME}, theirs" in desk.stored)
    person.saved()
    assert read_flow(desk.stored[f"{NAME}, theirs"].draft) == replace(
        read_flow(theirs), name=f"{NAME}, theirs"
    )
    assert read_flow(desk.stored[NAME].draft) == person.flow
    assert subject(person.flow) == "Mine"
    assert f"“{NAME}, theirs”" in person.window.toast.text.text()


def test_unsaved_steps_over_a_draft_that_was_changed_elsewhere_are_a_conflict_too(
    open_window: Opener, desk: MemoryDesk
) -> None:
    desk.put(basket_flow())
    first = open_window(NAME)
    first.window.session._save_soon.setInterval(10_000_000)
    first.drag_kind("sms", 300, 500)
    first.until(lambda: restored_steps(desk) == ["Add SMS"])
    theirs = changed_elsewhere(desk, **{"for": "P5D"})
    again = open_window(NAME)
    dialog = conflict(again)
    assert again.node("sms").title == "SMS"
    assert desk.stored[NAME].draft == theirs
    again.click(dialog.theirs)
    again.saved()
    assert again.flow == read_flow(theirs)
    assert steps(again) == ["Add SMS", "Take theirs"]


def test_two_windows_on_one_draft_do_not_spoil_its_history(open_window: Opener, desk: MemoryDesk) -> None:
    desk.put(basket_flow())
    one, other = open_window(NAME), open_window(NAME)
    edit(one, "One")
    one.saved()
    edit(other, "Other")
    other.click(conflict(other).mine)
    other.saved()
    other.until(lambda: restored_steps(desk) == ["Change Letter 1"])
    assert subject(read_flow(desk.stored[NAME].draft)) == "Other"
    other.window.close()
    other.until(lambda: not other.window.isVisible())
    again = open_window(NAME)
    assert steps(again) == ["Change Letter 1"]
    assert subject(again.flow) == "Other"


def test_the_panel_lists_every_step_and_a_click_goes_there(open_window: Opener, desk: MemoryDesk) -> None:
    desk.put(basket_flow())
    person = open_window(NAME)
    edit(person, "One")
    person.drag_kind("sms", 300, 500)
    person.drag_kind("end", 500, 500)
    person.key(Qt.Key.Key_H, CTRL)
    panel = person.window.flow.history
    assert panel.isVisible()
    rows = [panel.model.index(row).data() for row in range(panel.model.rowCount())]
    assert rows == ["Add End", "Add SMS", "Change Letter 1", "The beginning"]
    assert panel.list.currentIndex().row() == panel.model.current == 0
    place = panel.list.visualRect(panel.model.index(2)).center()
    person.click(panel.list.viewport(), place)
    assert subject(person.flow) == "One"
    assert [node.kind for node in person.flow.nodes].count("sms") == 0
    assert panel.model.current == 2
    person.press(panel.list, Qt.Key.Key_Down)
    person.press(panel.list, Qt.Key.Key_Return)
    assert person.flow == basket_flow()
    person.key(Qt.Key.Key_H, CTRL)
    assert not panel.isVisible()
