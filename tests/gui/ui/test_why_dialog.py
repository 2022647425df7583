"""Why somebody got this: every line of a person, opened from their lit way."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel

from app.model.why import Story, Told, Tone, say
from app.ui.why_dialog import WhyDialog
from tests.gui.ui.conftest import Opener
from tests.gui.ui.desk import BASKET_COUNTS, MemoryDesk, basket_flow
from tests.gui.ui.person import Person
from tests.gui.ui.test_understanding import ANNA, BEN, NAME, NOW, WAY, open_way

OLD = Story(
    NAME,
    1,
    say("“{flow}”, version {number}", flow=NAME, number=1),
    (Told(NOW - timedelta(days=9), "sent", say("“Letter 1” was sent by e-mail."), Tone.SENT, "letter1"),),
)
NEW = Story(
    NAME,
    11,
    say("“{flow}”, version {number}", flow=NAME, number=2),
    (
        Told(NOW - timedelta(hours=30), "failed", say("“Letter 1” was not sent."), Tone.SILENCE, "letter1"),
        Told(NOW - timedelta(hours=6), "now", say("Now at “Popup” since {at}.", at=NOW), Tone.WAITS, "popup"),
    ),
)


@pytest.fixture
def lit(desk: MemoryDesk, open_window: Opener) -> Person:
    """Anna's way is lit."""
    desk.put(basket_flow(), live=True, counts=BASKET_COUNTS)
    desk.stored[NAME].standing = {"here": [ANNA, BEN]}
    desk.stored[NAME].ways = {11: WAY}
    desk.stories = {ANNA.contact_id: (OLD, NEW)}
    person = open_window(NAME)
    open_way(person)
    return person


def told(person: Person) -> WhyDialog:
    person.click(person.window.flow.people.why)
    person.until(lambda: isinstance(person.question, WhyDialog))
    dialog = person.question
    assert isinstance(dialog, WhyDialog)
    return dialog


def words(dialog: WhyDialog) -> list[str]:
    return [one.text() for one in dialog.findChildren(QLabel)]


def test_every_line_is_told_with_its_moment_and_the_newest_journey_first(lit: Person) -> None:
    said = words(told(lit))
    assert "What Anna Weber got, did not get, and why" in said
    places = [said.index(text) for text in (f"“{NAME}”, version 2", "“Letter 1” was not sent.")]
    assert places == sorted(places)
    assert said.index(f"“{NAME}”, version 1") > places[-1]
    assert "now" in said
    assert any(text.startswith("Now at “Popup” since") and "{" not in text for text in said)


def test_a_reader_of_the_screen_hears_the_moment_with_the_sentence(lit: Person) -> None:
    dialog = told(lit)
    names = [one.accessibleName() for one in dialog.findChildren(QLabel)]
    assert any(name.startswith("now: Now at") for name in names)


def test_escape_goes_back_to_the_way_that_is_lit(lit: Person) -> None:
    dialog = told(lit)
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    lit.until(lambda: lit.question is None)
    assert lit.window.session.document.facts.way


def test_nobody_ever_decided_about_them_is_said(lit: Person, desk: MemoryDesk) -> None:
    desk.stories = {}
    assert "Nothing was ever decided about them." in words(told(lit))


def test_a_text_with_braces_is_told_as_it_is(lit: Person, desk: MemoryDesk) -> None:
    line = Told(NOW, "sent", say("“{name}” was sent.", name="50 % {off}"), Tone.SENT)
    desk.stories = {ANNA.contact_id: (replace(NEW, lines=(line,)),)}
    assert "“50 % {off}” was sent." in words(told(lit))
