from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog

from app.flows.codec import read_flow, write_flow
from app.ui.inspector.liquid import LiquidEditor
from tests.gui.ui.conftest import Opener
from tests.gui.ui.desk import BASKET_COUNTS, MemoryDesk, basket_flow
from tests.gui.ui.person import Person

CTRL = Qt.KeyboardModifier.ControlModifier


def edit(person: Person, text: str) -> None:
    person.select("letter1")
    editor = person.editor("subject")
    assert isinstance(editor, LiquidEditor)
    person.type_into(editor.text, text)


def test_an_edit_is_stored_by_itself_and_said_so(open_window: Opener, desk: MemoryDesk) -> None:
    desk.put(basket_flow())
    person = open_window("Abandoned basket")
    edit(person, "Grüße")
    person.saved()
    assert read_flow(desk.stored["Abandoned basket"].draft).by_id["letter1"].settings["subject"] == "Grüße"
    assert person.window.status.saved.text().startswith("Saved ")


def test_undoing_everything_stores_the_very_text_it_began_with(open_window: Opener, desk: MemoryDesk) -> None:
    before = write_flow(basket_flow())
    desk.put(basket_flow())
    person = open_window("Abandoned basket")
    edit(person, "Other")
    person.drag_kind("sms", 300, 500)
    person.saved()
    person.window.flow.canvas.setFocus()
    person.key(Qt.Key.Key_Z, CTRL)
    person.key(Qt.Key.Key_Z, CTRL)
    person.saved()
    assert desk.stored["Abandoned basket"].draft == before


def test_a_new_name_is_the_same_flow_and_never_takes_another_ones_place(
    open_window: Opener, desk: MemoryDesk
) -> None:
    desk.put(basket_flow())
    desk.put(basket_flow("Popup first"))
    taken = desk.stored["Popup first"].draft
    person = open_window("Abandoned basket")
    person.key(Qt.Key.Key_F2)
    person.type_into(person.window.flow.bar.name.field, "Popup first")
    person.key(Qt.Key.Key_Return)
    person.until(person.window.notice.isVisible)
    assert "already" in person.window.notice.text.text()
    assert desk.stored["Popup first"].draft == taken
    person.key(Qt.Key.Key_F2)
    person.type_into(person.window.flow.bar.name.field, "Vergessener Korb")
    person.key(Qt.Key.Key_Return)
    person.until(lambda: "Vergessener Korb" in desk.stored)
    person.saved()
    assert set(desk.stored) == {"Popup first", "Vergessener Korb"}
    assert read_flow(desk.stored["Vergessener Korb"].draft).name == "Vergessener Korb"
    person.window.flow.canvas.setFocus()
    person.key(Qt.Key.Key_Z, CTRL)
    person.key(Qt.Key.Key_Z, CTRL)
    person.until(lambda: set(desk.stored) == {"Popup first", "Abandoned basket"})


def test_leaving_and_closing_store_what_was_typed_last(open_window: Opener, desk: MemoryDesk) -> None:
    desk.put(basket_flow())
    person = open_window("Abandoned basket")
    edit(person, "Before leaving")
    person.key(Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    person.until(lambda: person.window.page == "flows")
    person.saved()
    assert "Before leaving" in desk.stored["Abandoned basket"].draft
    person.window.open_flow("Abandoned basket")
    person.until(lambda: person.window.page == "flow")
    edit(person, "Before closing")
    person.window.close()
    person.until(lambda: not person.window.isVisible())
    assert "Before closing" in desk.stored["Abandoned basket"].draft


def test_what_cannot_be_stored_keeps_the_window_open_once(open_window: Opener, desk: MemoryDesk) -> None:
    desk.put(basket_flow())
    person = open_window("Abandoned basket")
    desk.stored["Abandoned basket"].draft += "\n"
    edit(person, "Mine")
    person.window.close()
    person.until(lambda: "loses the last changes" in person.window.notice.text.text())
    assert person.window.isVisible()
    person.until(lambda: person.question is not None)
    person.key(Qt.Key.Key_Escape)
    person.window.close()
    person.until(lambda: not person.window.isVisible())


def test_a_file_is_opened_and_written_back_with_the_same_bytes(
    open_window: Opener, desk: MemoryDesk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    foreign = write_flow(basket_flow("Aus einer Datei")).replace("\n", "\r\n").encode() + b"  "
    source, target = tmp_path / "in.flow.json", tmp_path / "out.flow.json"
    source.write_bytes(foreign)
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(source), ""))
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "out"), ""))
    person = open_window()
    person.key(Qt.Key.Key_O, CTRL)
    person.until(lambda: person.window.page == "flow")
    assert person.flow.name == "Aus einer Datei"
    person.saved()
    person.key(Qt.Key.Key_S, CTRL | Qt.KeyboardModifier.ShiftModifier)
    person.until(target.exists)
    person.settle()
    assert target.read_bytes() == foreign
    edit(person, "Changed")
    person.key(Qt.Key.Key_S, CTRL | Qt.KeyboardModifier.ShiftModifier)
    person.until(lambda: target.read_bytes() != foreign)
    assert read_flow(target.read_bytes()) == person.flow


def test_an_opened_file_never_takes_the_place_of_a_draft(
    open_window: Opener, desk: MemoryDesk, tmp_path: Path
) -> None:
    desk.put(basket_flow())
    before = desk.stored["Abandoned basket"].draft
    file = tmp_path / "x.flow.json"
    file.write_text(write_flow(basket_flow()), encoding="utf-8")
    person = open_window(str(file))
    person.saved()
    assert person.window.session.name == "Abandoned basket 2"
    assert desk.stored["Abandoned basket"].draft == before


@pytest.mark.parametrize("text", ["", "{", '{"format": "other"}', "[1, 2]", "\x00\x01"])
def test_a_broken_file_is_told_in_one_sentence(
    open_window: Opener, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    file = tmp_path / "broken.flow.json"
    file.write_text(text, encoding="utf-8")
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(file), ""))
    person = open_window()
    person.key(Qt.Key.Key_O, CTRL)
    person.until(person.window.notice.isVisible)
    assert person.window.page == "flows"
    person.click(person.window.notice.away)
    assert not person.window.notice.isVisible()


def test_the_window_goes_on_while_the_desk_is_slow(open_window: Opener, desk: MemoryDesk) -> None:
    desk.put(basket_flow())
    person = open_window("Abandoned basket")
    desk.gate.clear()
    edit(person, "Typed meanwhile")
    person.drag_kind("sms", 300, 500)
    assert person.flow.by_id["letter1"].settings["subject"] == "Typed meanwhile"
    assert person.window.session.dirty
    desk.gate.set()
    person.saved()
    assert read_flow(desk.stored["Abandoned basket"].draft) == person.flow


def test_edits_made_while_a_slow_desk_stores_the_ones_before_are_no_quarrel(
    open_window: Opener, desk: MemoryDesk
) -> None:
    desk.put(basket_flow())
    person = open_window("Abandoned basket")
    desk.gate.clear()
    for text in ("One", "Two", "Three"):
        edit(person, text)
        person.window.save()
    desk.gate.set()
    person.saved()
    assert not person.window.notice.isVisible()
    assert read_flow(desk.stored["Abandoned basket"].draft) == person.flow


def test_another_flow_does_not_begin_with_the_numbers_of_the_one_before(
    open_window: Opener, desk: MemoryDesk
) -> None:
    desk.put(basket_flow(), live=True, counts=BASKET_COUNTS)
    desk.put(basket_flow("Popup first"))
    person = open_window("Abandoned basket")
    person.until(lambda: person.window.session.document.facts.mark("letter1").here == 38)
    seen: list[int] = []
    person.window.session.opened.connect(
        lambda: seen.append(person.window.session.document.facts.mark("letter1").here)
    )
    person.window.open_flow("Popup first")
    person.until(lambda: seen)
    assert seen == [0]
