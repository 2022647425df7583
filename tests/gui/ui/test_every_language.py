"""German, Japanese and emoji: typed, saved, drawn, found again and exported."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtSvg import QSvgRenderer

from app.canvas.picture import flow_image, save_picture
from app.flows.codec import read_flow
from app.model.flow import Flow
from app.ui.inspector.liquid import LiquidEditor
from app.ui.theme import Theming
from tests.gui.ui.conftest import Opener
from tests.gui.ui.desk import MemoryDesk, basket_flow

TEXTS = ("Größere Überraschung für Jürgen", "バスケットを忘れた方へ", "💐 Blumen 👩‍🌾 für dich 🇩🇪")
LOOKALIKES = (("日本", "手紙"), ("💐", "🛒"), ("ä", "ö"), ("ß", "ẞ"))
"""Where a font has no such sign every one of them is the same empty box."""

every_text = pytest.mark.parametrize("text", TEXTS)


def titled(title: str) -> Flow:
    flow = basket_flow()
    return flow.with_node(replace(flow.by_id["letter1"], title=title))


def picture(title: str, theming: Theming) -> QImage:
    return flow_image(titled(title), theming.theme, theming.icons)


@every_text
def test_what_is_typed_is_saved_and_found_again(open_window: Opener, desk: MemoryDesk, text: str) -> None:
    desk.put(basket_flow())
    person = open_window("Abandoned basket")
    person.select("letter1")
    person.type_into(person.window.flow.inspector.title, text)
    subject = person.editor("subject")
    assert isinstance(subject, LiquidEditor)
    person.type_into(subject.text, text)
    person.select("popup")
    words = person.editor("text")
    assert isinstance(words, LiquidEditor)
    person.type_into(words.text, text)
    person.saved()
    kept = read_flow(desk.stored["Abandoned basket"].draft)
    assert kept.by_id["letter1"].title == text
    assert kept.by_id["letter1"].settings["subject"] == text
    assert kept.by_id["popup"].settings["text"] == text
    again = open_window("Abandoned basket")
    assert again.flow == kept
    again.select("letter1")
    assert again.window.flow.inspector.title.text() == text


@every_text
def test_a_flow_may_be_called_so(open_window: Opener, desk: MemoryDesk, text: str) -> None:
    desk.put(basket_flow())
    person = open_window("Abandoned basket")
    person.key(Qt.Key.Key_F2)
    person.type_into(person.window.flow.bar.name.field, text)
    person.key(Qt.Key.Key_Return)
    person.until(lambda: text in desk.stored)
    assert read_flow(desk.stored[text].draft).name == text


@pytest.mark.parametrize(("one", "other"), LOOKALIKES)
def test_it_is_drawn_and_not_replaced_by_boxes(theming: Theming, one: str, other: str) -> None:
    assert picture(one, theming) == picture(one, theming)
    assert picture(one, theming) != picture(other, theming)


@every_text
@pytest.mark.parametrize("ending", ["png", "svg", "pdf"])
def test_it_stands_in_every_exported_picture(
    theming: Theming, tmp_path: Path, text: str, ending: str
) -> None:
    with_it, without = tmp_path / f"ä{text[:3]}.{ending}", tmp_path / f"without.{ending}"
    save_picture(titled(text), with_it, theming.theme, theming.icons)
    save_picture(titled("Letter 1"), without, theming.theme, theming.icons)
    assert with_it.read_bytes() != without.read_bytes()
    if ending == "png":
        assert not QImage(str(with_it)).isNull()
    elif ending == "svg":
        assert QSvgRenderer(str(with_it)).isValid()
    else:
        assert with_it.read_bytes().startswith(b"%PDF-")
