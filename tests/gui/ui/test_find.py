from __future__ import annotations

import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QScrollArea

from app.canvas.deeds.base import Effect
from app.canvas.deeds.every import ALL
from app.canvas.hits import Hit, Target
from app.flows.codec import write_flow
from app.model.flow import Flow, Note
from app.ui.cheat_sheet import CheatSheet
from app.ui.everything import key_lines
from app.ui.ranking import Entry, ranked
from app.ui.search import Text, excerpt, search
from app.ui.window_deeds import DEEDS, WindowDeed
from tests.gui.ui.conftest import Opener
from tests.gui.ui.desk import MemoryDesk, basket_flow
from tests.gui.ui.person import Person

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
NAME = "Abandoned basket"


@pytest.fixture(autouse=True)
def forgetful() -> None:
    """Nothing was used lately."""
    QSettings().remove("finder/lately")


def entry(words: str, about: str = "", *texts: Text) -> Entry[str]:
    return Entry(words, words, about, words, texts)


def best(typed: str, *entries: Entry[str], lately: tuple[str, ...] = ()) -> list[str]:
    return [hit.entry.words for hit in ranked(entries, typed, lately)]


# --- ranking and searching -----------------------------------------------------------------------------


def test_a_beginning_goes_before_a_word_inside_and_that_before_letters_inside() -> None:
    words = ("Toolbox", "Add a box", "Box", "Boxes of all kinds")
    assert best("box", *map(entry, words)) == ["Box", "Boxes of all kinds", "Add a box", "Toolbox"]


def test_scattered_letters_find_what_begins_with_the_first_of_them() -> None:
    assert best("zmsel", entry("Zoom to selection"), entry("Size of mails else")) == ["Zoom to selection"]
    assert best("zs", entry("Zoom to selection")) == []


def test_every_word_has_to_be_meant_somewhere() -> None:
    assert best("popup flow", entry("Popup first", "flow"), entry("Popup", "node")) == ["Popup first"]


def test_what_was_used_lately_comes_first_where_nothing_is_typed_or_all_fit_alike() -> None:
    found = (entry("Save"), entry("Pause"), entry("Publish"))
    assert best("", *found, lately=("Publish", "Pause")) == ["Publish", "Pause", "Save"]
    assert best("p", *found, lately=("Publish",)) == ["Publish", "Pause"]


def test_capitals_and_accents_do_not_matter() -> None:
    assert best("gruss ubersicht", entry("Übersicht: Gruss")) == ["Übersicht: Gruss"]


def test_a_text_that_was_found_is_shown_with_its_surroundings() -> None:
    text = Text("Subject", "Your basket is still waiting for you, dear Anna")
    hit = ranked([entry("Letter 1", "E-mail", text)], "waiting")[0]
    assert hit.why == "Subject: …r basket is still waiting for you, dear Anna"
    assert excerpt("short", "ort") == "short"


def test_titles_texts_settings_and_notes_of_a_flow_are_searched() -> None:
    flow = basket_flow()
    flow = Flow(flow.name, flow.nodes, flow.edges, notes=(Note("n1", "Ask Anna\nbefore Friday", 0, 0),))
    assert [one.part for one in search(flow, "FRIDAY")] == [Hit(Target.NOTE, "n1")]
    found = search(flow, "thinking")
    assert [(one.part.name, one.text.where) for one in found] == [("letter1", "Subject")]
    assert len(search(flow, "letter")) >= 3
    assert search(flow, "  ") == []


# --- the list of everything ----------------------------------------------------------------------------


def find(person: Person, text: str) -> list[str]:
    person.key(Qt.Key.Key_K, CTRL)
    QTest.keyClicks(person.window.finder.line, text)
    return [line.entry.words for line in person.window.finder.shown]


def test_an_action_is_found_with_its_shortcut_and_done_by_enter(
    open_window: Opener, desk: MemoryDesk
) -> None:
    desk.put(basket_flow())
    person = open_window(NAME)
    assert find(person, "select all")[0] == "Select all"
    line = person.window.finder.shown[0]
    assert line.entry.what.keys == "Ctrl+A"
    person.press(person.window.finder.line, Qt.Key.Key_Return)
    assert len(person.window.flow.canvas.selected) == len(person.flow.nodes)


def test_what_was_done_lately_comes_first_the_next_time(open_window: Opener, desk: MemoryDesk) -> None:
    desk.put(basket_flow())
    person = open_window(NAME)
    find(person, "fit")
    person.press(person.window.finder.line, Qt.Key.Key_Return)
    assert find(person, "")[0] == "Fit"


def test_a_node_is_found_by_its_text_and_has_the_keyboard_then(open_window: Opener, desk: MemoryDesk) -> None:
    desk.put(basket_flow())
    person = open_window(NAME)
    assert find(person, "thinking") == ["Letter 1"]
    assert "thinking" in person.window.finder.shown[0].why
    person.press(person.window.finder.line, Qt.Key.Key_Return)
    canvas = person.window.flow.canvas
    assert (canvas.selected, canvas.focus.node) == (("letter1",), "letter1")


def test_what_cannot_be_done_now_is_not_offered(open_window: Opener, desk: MemoryDesk) -> None:
    desk.put(basket_flow())
    assert "Tidy up" in find(open_window(NAME), "tidy")
    assert "Delete" not in find(open_window(NAME), "delete")
    assert find(open_window(), "tidy") == []


# --- finding in the flow -------------------------------------------------------------------------------


def test_ctrl_f_marks_all_matches_and_f3_goes_from_one_to_the_next(
    open_window: Opener, desk: MemoryDesk
) -> None:
    desk.put(basket_flow())
    person = open_window(NAME)
    person.key(Qt.Key.Key_F, CTRL)
    bar, canvas = person.window.flow.finding, person.window.flow.canvas
    assert bar.field.hasFocus()
    QTest.keyClicks(bar.field, "letter ")
    assert set(canvas.selected) >= {"letter1", "letter2", "letter3"}
    assert bar.count.text().startswith("1 of ")
    first = canvas.focus.node
    person.key(Qt.Key.Key_F3)
    assert bar.count.text().startswith("2 of ")
    assert canvas.focus.node != first
    person.key(Qt.Key.Key_F3, SHIFT)
    assert canvas.focus.node == first
    person.key(Qt.Key.Key_Escape)
    assert not bar.isVisible()
    assert canvas.view.hasFocus()


def test_what_is_not_in_the_flow_is_said(open_window: Opener, desk: MemoryDesk) -> None:
    desk.put(basket_flow())
    person = open_window(NAME)
    person.key(Qt.Key.Key_F, CTRL)
    QTest.keyClicks(person.window.flow.finding.field, "fax")
    assert person.window.flow.finding.count.text() == "Nothing found"


# --- the sheet of keys ---------------------------------------------------------------------------------


def test_the_sheet_has_every_command_that_has_a_key(open_window: Opener, desk: MemoryDesk) -> None:
    desk.put(basket_flow())
    person = open_window(NAME)
    person.key(Qt.Key.Key_F1)
    sheet = person.window.keys
    assert isinstance(sheet, CheatSheet)
    said = {line.words for line in sheet.shown}
    assert {deed.words for deed in ALL if deed.keys} <= said
    assert {deed.words for deed in DEEDS if deed.keys} <= said
    QTest.keyClicks(sheet.search, "zoom")
    assert {line.words for line in sheet.shown} >= {"Zoom in", "Zoom out"}
    assert all("zoom" in f"{line.group} {line.words}".casefold() for line in sheet.shown)
    QTest.keyClick(sheet.search, Qt.Key.Key_Escape)
    person.until(lambda: not person.window.findChildren(CheatSheet))


@pytest.mark.parametrize("size", [(1024, 640), (1366, 768)])
def test_the_sheet_of_keys_lies_inside_the_window_and_cuts_no_word(
    open_window: Opener, size: tuple[int, int]
) -> None:
    person = open_window(size=size)
    person.key(Qt.Key.Key_F1)
    sheet = person.window.keys
    assert isinstance(sheet, CheatSheet)
    assert sheet.width() < size[0]
    assert sheet.height() < size[1]
    rolled = sheet.findChildren(QScrollArea)[0]
    inside = rolled.widget()
    assert inside is not None
    assert inside.width() <= rolled.viewport().width()


def test_no_key_of_the_window_is_a_key_of_the_canvas_too(open_window: Opener, desk: MemoryDesk) -> None:
    desk.put(basket_flow())
    person = open_window(NAME)
    lines = key_lines(person.window)
    paper = {deed.words for deed in ALL if deed.on_paper}
    keys = [key for line in lines if line.words not in paper for key in line.keys]
    assert sorted(key for key in set(keys) if keys.count(key) > 1) == []


# --- keys in the window --------------------------------------------------------------------------------


def test_the_palette_adds_behind_the_focused_node_by_enter(open_window: Opener, desk: MemoryDesk) -> None:
    desk.put(basket_flow())
    person = open_window(NAME)
    page = person.window.flow
    page.canvas.focus.walk_to(Hit(Target.NODE, "letter3"))
    QTest.keyClicks(page.palette_.search, "sms")
    QTest.keyClick(page.palette_.search, Qt.Key.Key_Down)
    QTest.keyClick(page.palette_.list, Qt.Key.Key_Return)
    made = person.node("sms")
    assert any(edge.target == made.id and edge.source == "letter3" for edge in person.flow.edges)
    assert page.canvas.view.hasFocus()
    assert page.canvas.focus.node == made.id


def test_settings_are_reached_and_left_by_keys(open_window: Opener, desk: MemoryDesk) -> None:
    desk.put(basket_flow())
    person = open_window(NAME)
    page = person.window.flow
    page.canvas.view.setFocus()
    page.canvas.focus.walk_to(Hit(Target.NODE, "letter1"))
    person.key(Qt.Key.Key_Return, CTRL)
    inside = QApplication.focusWidget()
    assert inside is not None
    assert page.inspector.isAncestorOf(inside)
    person.key(Qt.Key.Key_Escape)
    assert page.canvas.view.hasFocus()
    assert page.canvas.focus.node == "letter1"


# --- every action of the window ------------------------------------------------------------------------


def test_every_action_of_the_window_and_its_menus_is_a_row_with_a_declared_effect(
    open_window: Opener, desk: MemoryDesk
) -> None:
    desk.put(basket_flow())
    window = open_window(NAME).window
    rows = {id(window.actions_[deed.name]) for deed in DEEDS}
    deeds = {id(action) for action in window.flow.canvas.actions_.all}
    in_menu = [one for one in window.menu.actions() if not one.isSeparator()]
    assert in_menu
    assert {id(one) for one in (*window.actions(), *in_menu)} <= rows
    assert {id(action) for _button, action in window.flow.bar.tools} <= deeds


@pytest.mark.parametrize("deed", DEEDS, ids=lambda deed: deed.name)
def test_what_an_action_of_the_window_does_to_the_flow_is_what_it_declares(
    open_window: Opener, desk: MemoryDesk, deed: WindowDeed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: ("", ""))
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: ("", ""))
    desk.put(basket_flow())
    person = open_window(NAME)
    document = person.window.session.document
    before, index = write_flow(document.flow), document.undo_stack.index()
    action: QAction = person.window.actions_[deed.name]
    action.trigger()
    QApplication.processEvents()
    person.settle()
    if deed.effect is Effect.LOOKS:
        assert (write_flow(document.flow), document.undo_stack.index()) == (before, index)
    elif deed.effect is Effect.OPENS:
        assert document.undo_stack.index() == 0
    else:
        field = person.window.flow.bar.name.field
        person.put_into(field, "Another name")
        person.press(field, Qt.Key.Key_Return)
        assert document.undo_stack.index() == index + 1
        document.undo_stack.undo()
        assert write_flow(document.flow) == before
    if person.question is not None:
        person.question.reject()
