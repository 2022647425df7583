"""How a schedule comes again: chosen in words, kept as a rule that nobody sees."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from app.canvas.commands import ChangeSettings
from app.ui.inspector.repeat import RepeatEditor, day_of
from tests.gui.ui.conftest import Opener
from tests.gui.ui.desk import MemoryDesk
from tests.gui.ui.forms import alone, of, said, steps
from tests.gui.ui.person import Person

START = "2026-12-07T09:00:00+00:00"
"""A Monday."""


def with_rule(open_window: Opener, desk: MemoryDesk, rule: str = "") -> Person:
    repeat = {"repeat": rule} if rule else {}
    return alone(open_window, desk, "entry.schedule", {"start": START, **repeat})


def editor(person: Person) -> RepeatEditor:
    return of(person, "repeat", RepeatEditor)


def rule(person: Person) -> object:
    return said(person, "repeat")


def test_once_is_what_nothing_says(open_window: Opener, desk: MemoryDesk) -> None:
    person = with_rule(open_window, desk)
    assert editor(person).often.currentText() == "Only once"
    assert person.words_in(editor(person)) == []
    person.choose(editor(person).often, "DAILY")
    assert rule(person) == "FREQ=DAILY"
    person.choose(editor(person).often, "")
    assert rule(person) is None


def test_weekdays_are_clicked_and_the_first_times_are_told(open_window: Opener, desk: MemoryDesk) -> None:
    person = with_rule(open_window, desk)
    person.choose(editor(person).often, "WEEKLY")
    person.click(editor(person).days["TH"])
    person.click(editor(person).days["MO"])
    assert rule(person) == "FREQ=WEEKLY;BYDAY=MO,TH"
    words = editor(person).words.text()
    assert words.startswith("Every Monday and Thursday. First on ")
    assert words.count(" Dec") == 3
    person.click(editor(person).days["MO"])
    assert rule(person) == "FREQ=WEEKLY;BYDAY=TH"


def test_each_click_is_a_step_of_its_own_where_the_field_is_left(
    open_window: Opener, desk: MemoryDesk
) -> None:
    person = with_rule(open_window, desk, "FREQ=WEEKLY")
    person.type_into(editor(person).every, "12")
    assert rule(person) == "FREQ=WEEKLY;INTERVAL=12"
    assert steps(person) == 1
    editor(person).end.setFocus()
    person.choose(editor(person).end, "count")
    assert rule(person) == "FREQ=WEEKLY;INTERVAL=12;COUNT=10"
    person.window.session.document.undo_stack.undo()
    assert editor(person).end.currentText() == "Without end"


def test_a_step_that_is_too_wide_waits_in_the_field(open_window: Opener, desk: MemoryDesk) -> None:
    person = with_rule(open_window, desk, "FREQ=WEEKLY")
    person.type_into(editor(person).every, "60")
    assert rule(person) == "FREQ=WEEKLY;INTERVAL=6"
    person.window.flow.canvas.setFocus()


@pytest.mark.parametrize(
    ("which", "made"),
    [
        ("day", "FREQ=MONTHLY;BYMONTHDAY=7"),
        ("last", "FREQ=MONTHLY;BYMONTHDAY=-1"),
        ("weekday", "FREQ=MONTHLY;BYDAY=1MO"),
        ("", "FREQ=MONTHLY"),
    ],
)
def test_a_day_of_the_month_is_chosen_and_begins_as_the_first_time(
    open_window: Opener, desk: MemoryDesk, which: str, made: str
) -> None:
    person = with_rule(open_window, desk, "FREQ=MONTHLY")
    person.choose(editor(person).which, which)
    assert (rule(person) or "") == made


def test_a_weekday_of_the_month_is_chosen_by_its_place(open_window: Opener, desk: MemoryDesk) -> None:
    person = with_rule(open_window, desk, "FREQ=MONTHLY;BYDAY=1MO")
    person.choose(editor(person).place, "-1")
    person.choose(editor(person).weekday, "FR")
    assert rule(person) == "FREQ=MONTHLY;BYDAY=-1FR"
    person.choose(editor(person).which, "day")
    person.type_into(editor(person).day, "15")
    assert rule(person) == "FREQ=MONTHLY;BYMONTHDAY=15"


def test_it_ends_on_a_day_that_is_typed(open_window: Opener, desk: MemoryDesk) -> None:
    person = with_rule(open_window, desk, "FREQ=YEARLY")
    person.choose(editor(person).end, "until")
    assert editor(person).until.isVisible()
    person.type_into(editor(person).until, "24.12.2030")
    assert rule(person) == "FREQ=YEARLY;UNTIL=20301224"
    person.put_into(editor(person).until, "soon")
    assert rule(person) == "FREQ=YEARLY;UNTIL=20301224"
    assert "Write it as 2026-12-24" in person.words_in(editor(person))


@pytest.mark.parametrize(
    ("kept", "words"),
    [
        ("FREQ=YEARLY;BYMONTH=3,9;BYDAY=1MO", "Every year, in March and September, on the first Monday"),
        ("FREQ=HOURLY;INTERVAL=3", "Every 3 hours"),
    ],
)
def test_a_rule_of_more_than_the_form_stays_and_is_said_in_words(
    open_window: Opener, desk: MemoryDesk, kept: str, words: str
) -> None:
    person = with_rule(open_window, desk, kept)
    assert rule(person) == kept
    assert steps(person) == 0
    assert editor(person).words.text().startswith(words)
    assert editor(person).often.currentText() == "Its own way"
    person.choose(editor(person).often, "DAILY")
    assert rule(person) == "FREQ=DAILY"
    person.window.session.document.undo_stack.undo()
    assert editor(person).words.text().startswith(words)


def test_what_is_no_rule_is_told_and_kept(open_window: Opener, desk: MemoryDesk) -> None:
    person = with_rule(open_window, desk, "every full moon")
    assert editor(person).words.text() == "A rule that cannot be read. Choose another."
    assert rule(person) == "every full moon"


def test_no_rule_is_ever_seen(open_window: Opener, desk: MemoryDesk) -> None:
    person = with_rule(open_window, desk, "FREQ=MONTHLY;BYDAY=MO;BYSETPOS=2")
    inside = person.window.flow.inspector
    texts = [one.text() for one in inside.findChildren(QLabel)] + [
        one.text() for one in person.lines_in(inside)
    ]
    assert not [text for text in texts if "FREQ" in text or "BYDAY" in text]


def test_another_first_time_is_told_at_once(open_window: Opener, desk: MemoryDesk) -> None:
    person = with_rule(open_window, desk, "FREQ=WEEKLY;BYDAY=MO")
    before = editor(person).words.text()
    document = person.window.session.document
    document.do(ChangeSettings(document, "it", {"start": "2026-12-15T09:00:00+00:00"}))
    assert editor(person).words.text() != before
    assert "21 Dec" in editor(person).words.text()


def test_it_is_filled_in_by_keys_alone(open_window: Opener, desk: MemoryDesk) -> None:
    person = with_rule(open_window, desk)
    editor(person).often.setFocus()
    person.key(Qt.Key.Key_Down)
    person.key(Qt.Key.Key_Down)
    person.key(Qt.Key.Key_Tab)
    person.key(Qt.Key.Key_Tab)
    assert editor(person).days["MO"].hasFocus()
    person.key(Qt.Key.Key_Space)
    assert rule(person) == "FREQ=WEEKLY;BYDAY=MO"
    assert editor(person).days["MO"].accessibleName() == "Monday"


@pytest.mark.parametrize(
    ("text", "day"),
    [("2026-12-24", "20261224"), ("24.12.2026", "20261224"), ("20261224", "20261224"), ("2026-13-01", "")],
)
def test_a_day_is_read_as_people_write_it(text: str, day: str) -> None:
    assert day_of(text) == day
