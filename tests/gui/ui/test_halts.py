"""What stops everything, or one flow or channel, is always seen, says why, and can be let go on."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from PySide6.QtCore import Qt

from app.model.desk import Braked, GoneOut, Halt, HaltKind, HeldGroup, Resting, Status
from app.model.journey import FlowState
from app.ui.confirm import Confirm
from app.ui.gone_out import GoneOutDialog
from app.ui.halt_words import channel_stop, stop_of
from app.ui.release_dialog import ReleaseDialog
from tests.gui.ui.conftest import Opener
from tests.gui.ui.desk import STATUS, MemoryDesk, basket_flow
from tests.gui.ui.person import Person

AT = datetime(2026, 11, 20, 13, 0, tzinfo=UTC)
LETTERS = HeldGroup("Abandoned basket", "email", "brake", 40)
TEXTS = HeldGroup("割引", "sms", "brake", 3)
REVOKED = HeldGroup("割引", "sms", "revoked", 2)


def stopped(person: Person) -> None:
    """Pulls the brake from the status bar and reads what had gone out."""
    person.click(person.window.status.brake)
    person.until(lambda: isinstance(person.question, Confirm))
    asked = person.question
    assert isinstance(asked, Confirm)
    assert asked.focusWidget() is asked.no
    person.click(asked.yes)
    person.until(lambda: isinstance(person.question, GoneOutDialog))


def let_go(person: Person) -> ReleaseDialog:
    person.click(person.window.status.engine)
    person.until(lambda: person.window.page == "tasks")
    person.click(person.button_in(person.window.tasks.stops[0], "Let it go on…"))
    person.until(lambda: isinstance(person.question, ReleaseDialog))
    asked = person.question
    assert isinstance(asked, ReleaseDialog)
    return asked


def test_the_brake_is_asked_first_and_tells_what_had_gone_out(open_window: Opener, desk: MemoryDesk) -> None:
    desk.braked = Braked(43, 2, 1, (GoneOut("Abandoned basket", "email", "anna@example.com", AT),))
    person = open_window()
    stopped(person)
    told = person.question
    assert isinstance(told, GoneOutDialog)
    words = person.words_in(told)
    assert (
        "Nothing leaves this machine now. 43 taken back. 1 revoked by the provider. "
        "2 were just on the wire. 1 had gone out within the last hour:"
    ) in words
    assert "anna@example.com" in words
    person.click(told.close_)
    person.until(lambda: person.window.status.engine.text() == "Everything is stopped")
    assert not person.window.status.brake.isVisible()
    assert person.window.tasks.count == 1


def test_whoever_says_not_now_stops_nothing(open_window: Opener, desk: MemoryDesk) -> None:
    person = open_window()
    person.click(person.window.status.brake)
    person.until(lambda: isinstance(person.question, Confirm))
    person.key(Qt.Key.Key_Escape)
    person.settle()
    assert desk.now_status.halt is None


def test_each_group_is_sent_or_dropped_and_the_button_says_the_sum(
    open_window: Opener, desk: MemoryDesk
) -> None:
    desk.now_status = replace(STATUS, engine="paused", halt=Halt(HaltKind.BRAKE, AT))
    desk.back = [LETTERS, TEXTS, REVOKED]
    person = open_window()
    asked = let_go(person)
    assert asked.go.text() == "Go on and send 45"
    assert "2 messages by SMS, revoked by the provider" in person.words_in(asked)
    person.click(asked.choices[TEXTS].parts["drop"])
    assert asked.go.text() == "Go on, send 42 and drop 3"
    person.click(asked.go)
    person.until(lambda: desk.brake_released == [(TEXTS,)])
    person.until(lambda: person.window.status.engine.text() == "Running")


def test_nothing_is_let_go_by_enter_alone(open_window: Opener, desk: MemoryDesk) -> None:
    desk.now_status = replace(STATUS, engine="paused", halt=Halt(HaltKind.BRAKE, AT))
    person = open_window()
    asked = let_go(person)
    assert asked.focusWidget() is asked.not_yet
    assert asked.go.text() == "Go on"
    person.press(asked.not_yet, Qt.Key.Key_Space)
    person.settle()
    assert desk.brake_released == []


def test_a_clock_in_doubt_is_told_and_answered(open_window: Opener, desk: MemoryDesk) -> None:
    """R16: in the window."""
    doubt = Halt(HaltKind.CLOCK, off=timedelta(days=1), is_ahead=True)
    desk.now_status = replace(STATUS, engine="paused", engine_detail="for the command line", halt=doubt)
    person = open_window()
    person.until(lambda: person.window.status.engine.text() == "The clock is in doubt")
    assert "for the command line" not in person.words_in(person.window.status)
    assert person.window.status.brake.isVisible()
    person.window.show_page("tasks")
    row = person.window.tasks.stops[0]
    assert row.words == "This computer's clock was set forward by 1 day"
    person.click(person.button_in(row, "The clock is right"))
    person.until(lambda: desk.now_status.halt is None)
    person.until(lambda: person.window.tasks.count == 0)


def test_a_disk_in_trouble_is_told_where_the_engine_stands(open_window: Opener, desk: MemoryDesk) -> None:
    full = "No space is left on the disk. Make room; everything goes on by itself."
    desk.now_status = replace(STATUS, engine="failed", engine_detail=full)
    person = open_window()
    person.until(lambda: full in person.words_in(person.window.status))
    person.window.show_page("tasks")
    assert person.window.tasks.stops[0].about == full


def test_a_channel_that_rests_says_why(open_window: Opener, desk: MemoryDesk) -> None:
    desk.now_status = replace(
        STATUS, resting=(Resting("email", AT, "535 wrong password"), Resting("sms", AT)), trouble=("Limit",)
    )
    person = open_window()
    bar = person.window.status
    person.until(lambda: bar.trouble.text() == "E-mail rests: its server refuses us")
    assert bar.trouble.toolTip().splitlines() == [
        "E-mail rests: its server refuses us",
        "SMS rests: it fails",
        "Limit",
    ]
    person.click(bar.trouble)
    person.until(lambda: person.window.page == "tasks")
    refused, failing = person.window.tasks.stops
    assert "535 wrong password" in refused.about
    assert "Message after message failed." in failing.about


def test_a_flow_that_paused_itself_goes_on_and_tries_again(open_window: Opener, desk: MemoryDesk) -> None:
    desk.put(basket_flow())
    stored = desk.stored["Abandoned basket"]
    stored.state, stored.paused_why = FlowState.PAUSED, "broken: KeyError"
    person = open_window()
    person.window.show_page("tasks")
    person.until(lambda: person.window.tasks.stops)
    row = person.window.tasks.stops[0]
    assert row.words == "“Abandoned basket” paused itself"
    assert "KeyError" in row.about
    person.click(person.button_in(row, "Go on"))
    person.until(lambda: desk.tried == ["Abandoned basket"])
    person.until(lambda: not person.window.tasks.stops)


def test_the_status_bar_is_worked_by_keys(open_window: Opener, desk: MemoryDesk) -> None:
    desk.now_status = replace(STATUS, engine="paused", halt=Halt(HaltKind.BRAKE, AT))
    person = open_window()
    person.window.status.setFocus(Qt.FocusReason.TabFocusReason)
    person.press(person.window.status, Qt.Key.Key_Return)
    person.until(lambda: person.window.page == "tasks")
    assert person.window.status.brake.focusPolicy() & Qt.FocusPolicy.TabFocus


@pytest.mark.parametrize(
    ("halt", "words"),
    [
        (Halt(HaltKind.RELEASING, AT), "The brake is being let go"),
        (Halt(HaltKind.CLOCK), "This computer's clock is in the past"),
        (Halt(HaltKind.CLOCK, is_ahead=True), "This computer's clock is far in the future"),
        (
            Halt(HaltKind.CLOCK, off=timedelta(seconds=-30)),
            "This computer's clock was set back by 30 seconds",
        ),
    ],
)
def test_what_stops_everything_is_told_in_words(halt: Halt, words: str) -> None:
    found = stop_of(Status("paused", halt=halt))
    assert found is not None
    assert found.words == words


def test_times_are_told_by_the_clock_of_the_engine() -> None:
    """In the demo a day has passed in a minute: the date is left out where that clock says it is today."""
    braked = Halt(HaltKind.BRAKE, AT)
    today = stop_of(replace(STATUS, halt=braked, clock=AT + timedelta(hours=1)))
    later = stop_of(replace(STATUS, halt=braked, clock=AT + timedelta(days=1)))
    assert today is not None
    assert later is not None
    assert len(today.words) < len(later.words)
    rest = Resting("email", AT)
    assert len(channel_stop(rest, AT).about) < len(channel_stop(rest, AT + timedelta(days=1)).about)


def test_an_engine_that_stays_down_is_told() -> None:
    found = stop_of(Status("paused", "It failed three times in ten minutes."))
    assert found is not None
    assert (found.words, found.about) == (
        "The engine does not run",
        "It failed three times in ten minutes.",
    )


def test_an_engine_that_works_stops_nothing() -> None:
    assert stop_of(Status("running")) is None
