"""Texts with chips give back exactly what they were shown."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.flows.letters import blocks as b
from app.flows.letters.liquid import sound
from app.ui.editors.chips import OBJECT, FieldText, words_of
from app.ui.editors.rich_text import RichText
from tests.unit.flows.letters.making import PARAGRAPHS, SOURCES

OFTEN = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@given(SOURCES)
@OFTEN
def test_a_text_is_given_back_as_it_was_shown(qtbot: QtBot, source: str) -> None:
    text = FieldText("Text")
    kept = sound(source).replace("\u2028", "").replace("\u2029", "")
    text.show_source(kept)
    assert text.source() == kept
    text.deleteLater()


@given(st.lists(PARAGRAPHS, min_size=1, max_size=4))
@OFTEN
def test_paragraphs_are_given_back_as_they_were_shown(qtbot: QtBot, paragraphs: list[b.Paragraph]) -> None:
    block = b.tidied(b.Text(tuple(paragraphs)))
    assert isinstance(block, b.Text)
    shown = [run.text for one in block.paragraphs for run in one.runs]
    if any(sign in text for sign in "\u2028\u2029" for text in shown):
        return
    text = RichText("Text")
    text.show_paragraphs(block.paragraphs)
    assert text.paragraphs() == block.paragraphs
    text.deleteLater()


def test_what_is_copied_is_liquid_and_comes_back_as_chips(qtbot: QtBot) -> None:
    text = FieldText("Text")
    qtbot.addWidget(text)
    text.show_source("Hi {{ city }} 😀!")
    text.selectAll()
    text.copy()
    assert QApplication.clipboard().text() == "Hi {{ city }} 😀!"
    text.moveCursor(text.textCursor().MoveOperation.End)
    text.paste()
    assert text.source() == "Hi {{ city }} 😀!Hi {{ city }} 😀!"
    assert text.toPlainText().count(OBJECT) == 2


def test_markup_that_is_pasted_stays_words(qtbot: QtBot) -> None:
    text = FieldText("Text", one_line=True)
    qtbot.addWidget(text)
    QApplication.clipboard().setText("<b>bold</b>\nnext {{ open")
    text.paste()
    assert text.toPlainText() == "<b>bold</b> next {{ open"
    assert text.source() == '<b>bold</b> next {{ "{" }}{ open'


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("{{ first_name }}", "First name"),
        ('{{ first_name | default: "there" }}', "First name, else “there”"),
        ("{{ event.basket_id }}", "Basket id of the event"),
        ("{{ event.basket_url | default: shop.url }}", "Basket url of the event, else Url of the shop"),
        ('{{ contact["shoe size"] }}', "Shoe size"),
        ("{% if city %}", "if city"),
    ],
)
def test_a_chip_says_in_words_what_stands_there(source: str, words: str) -> None:
    assert words_of(source) == words
