"""What needs a person stands on one page: held messages, calls, what flows tell."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from app.model.desk import HeldGroup
from app.model.ports import CallTask, Notice
from app.ui.confirm import Confirm
from app.ui.held_words import messages, told
from app.ui.tasks_page import TasksPage, sentence
from tests.gui.ui.conftest import Opener
from tests.gui.ui.desk import MemoryDesk
from tests.gui.ui.person import Person

AT = datetime(2026, 11, 20, 13, 0, tzinfo=UTC)
LATE = HeldGroup("Abandoned basket", "email", "late", 40)
FIRST = HeldGroup("Sommerbrief", "email", "first-send", 160)
UNSURE = HeldGroup("割引", "sms", "unknown", 1)
CEILING = HeldGroup("Win back", "email", "ceiling", 3)
BROKEN = HeldGroup("Win back", "email", "broken: no such field", 2)


def needs(open_window: Opener) -> tuple[Person, TasksPage]:
    person = open_window()
    person.click(person.window.top.tabs["tasks"])
    person.settle()
    return person, person.window.tasks


def question(person: Person) -> Confirm:
    person.until(lambda: isinstance(person.question, Confirm))
    asked = person.question
    assert isinstance(asked, Confirm)
    return asked


def test_where_nothing_waits_that_is_said(open_window: Opener) -> None:
    person, page = needs(open_window)
    assert "Nothing to do here." in person.words_in(page)
    assert "Held" not in person.words_in(page)


def test_each_thing_is_told_in_words_and_counted_on_the_tab(open_window: Opener, desk: MemoryDesk) -> None:
    desk.held_groups = [LATE, FIRST, UNSURE]
    desk.told = [Notice(3, "Anna hat zum dritten Mal bestellt", AT, "Abandoned basket", 11)]
    desk.call_tasks = [CallTask(7, "Anna", "+49151", "Ask", AT)]
    person, page = needs(open_window)
    words = person.words_in(page)
    assert "201 messages are held, 1 call to make, 1 line from a flow." in words
    assert "40 letters of “Abandoned basket” came too late" in words
    assert "The first of “Sommerbrief” are out, 160 letters wait behind them" in words
    assert "1 message by SMS of “割引” may or may not have gone out" in words
    assert "Anna hat zum dritten Mal bestellt" in words
    assert page.count == 5
    assert person.button_in(page.groups[LATE], "Send after all…").isEnabled()


def test_all_that_is_held_for_one_reason_is_sent_after_the_number_was_asked(
    open_window: Opener, desk: MemoryDesk
) -> None:
    desk.held_groups = [LATE, FIRST]
    person, page = needs(open_window)
    person.click(page.groups[LATE].buttons["Send after all…"])
    asked = question(person)
    assert asked.windowTitle() == "Send 40 letters of “Abandoned basket” now?"
    assert asked.yes.text() == "Send 40"
    person.click(asked.no)
    person.settle()
    assert desk.decided == []
    person.click(page.groups[LATE].buttons["Send after all…"])
    person.click(question(person).yes)
    person.until(lambda: desk.decided == [(LATE, True)])
    person.until(lambda: list(page.groups) == [FIRST])
    assert person.window.toast.text.text() == "40 are on their way"


def test_dropping_is_asked_too(open_window: Opener, desk: MemoryDesk) -> None:
    desk.held_groups = [UNSURE]
    person, page = needs(open_window)
    person.click(page.groups[UNSURE].buttons["Do not send…"])
    asked = question(person)
    assert asked.windowTitle() == "Drop 1 message by SMS of “割引”?"
    person.click(asked.yes)
    person.until(lambda: desk.decided == [(UNSURE, False)])


def test_what_broke_is_tried_again_at_once(open_window: Opener, desk: MemoryDesk) -> None:
    desk.held_groups = [BROKEN]
    person, page = needs(open_window)
    person.click(page.groups[BROKEN].buttons["Try again"])
    person.until(lambda: desk.decided == [(BROKEN, True)])
    assert person.question is None


def test_what_a_flow_told_is_put_away(open_window: Opener, desk: MemoryDesk) -> None:
    desk.told = [Notice(number, f"Line {number}", AT, "Abandoned basket", 11) for number in (1, 2)]
    person, page = needs(open_window)
    person.click(page.told[1].buttons["Put away"])
    person.until(lambda: list(page.told) == [2])
    assert [one.message_id for one in desk.told] == [2]


@pytest.mark.parametrize(
    "group", [LATE, FIRST, UNSURE, CEILING, BROKEN, HeldGroup("F", "fax", "odd-thing", 2)]
)
def test_every_reason_is_told_and_none_by_its_code(group: HeldGroup) -> None:
    words = told(group)
    assert group.flow in words.words
    assert words.about
    assert words.drop
    assert "-" not in f"{words.words} {words.about} {words.send} {words.drop}"
    assert bool(words.send) is (group is not CEILING)


def test_messages_are_called_as_people_call_them() -> None:
    assert messages(HeldGroup("F", "email", "late", 1)) == "1 letter"
    assert messages(HeldGroup("F", "sms", "late", 2)) == "2 messages by SMS"
    assert messages(HeldGroup("F", "fax", "late", 2)) == "2 messages by fax"


def test_the_sentence_leaves_out_what_is_nothing() -> None:
    assert sentence(0, 0, 0) == "Nothing to do here."
    assert sentence(3, 0, 1) == "1 message is held, 3 calls to make."
    assert sentence(1, 2, 0) == "1 call to make, 2 lines from your flows."
