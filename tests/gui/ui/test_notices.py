"""What was deleted is said in one line, and one click on it brings that back."""

from __future__ import annotations

from PySide6.QtCore import Qt

from tests.gui.ui.conftest import Opener
from tests.gui.ui.desk import MemoryDesk, basket_flow
from tests.gui.ui.person import Person


def deleted(open_window: Opener, desk: MemoryDesk) -> Person:
    """A person who has just deleted the first letter."""
    desk.put(basket_flow())
    person = open_window("Abandoned basket")
    person.select("letter1")
    person.key(Qt.Key.Key_Delete)
    toast = person.window.toast
    assert toast.text.text() == "Deleted Letter 1"
    assert toast.undo.isVisible()
    return person


def test_undo_in_the_line_brings_back_what_was_deleted_and_the_keys_stay_with_the_drawing(
    open_window: Opener, desk: MemoryDesk
) -> None:
    person = deleted(open_window, desk)
    person.click(person.window.toast.undo)
    assert person.flow == basket_flow()
    assert not person.window.toast.isVisible()
    assert person.window.flow.canvas.view.hasFocus()


def test_another_step_takes_the_line_away_whose_undo_would_take_back_that_step(
    open_window: Opener, desk: MemoryDesk
) -> None:
    person = deleted(open_window, desk)
    person.drag_kind("sms", 300, 500)
    assert not person.window.toast.isVisible()


def test_a_line_about_anything_else_offers_no_undo(open_window: Opener, desk: MemoryDesk) -> None:
    person = deleted(open_window, desk)
    person.window.toast.say("Version 1 is live")
    assert not person.window.toast.undo.isVisible()
    person.drag_kind("sms", 300, 500)
    assert person.window.toast.isVisible()
