"""Settings of sending are seen and changed in the window; what is wrong is told at its field."""

from __future__ import annotations

from PySide6.QtCore import Qt

from app.ui.sending_form import SendingForm
from tests.gui.ui.conftest import Opener
from tests.gui.ui.desk import MemoryDesk
from tests.gui.ui.person import Person


def opened(open_window: Opener) -> tuple[Person, SendingForm]:
    person = open_window()
    person.click(person.window.top.sending)
    person.until(lambda: isinstance(person.question, SendingForm))
    form = person.question
    assert isinstance(form, SendingForm)
    return person, form


def test_what_nobody_has_said_stands_there_in_grey(open_window: Opener) -> None:
    _person, form = opened(open_window)
    hours = form.lines["sending.window.sms"]
    assert (hours.text(), hours.placeholderText()) == ("", "09:00-20:00")
    assert form.lines["sending.rate.email"].placeholderText() == "No limit"
    assert form.lines["sending.window.email"].text() == "mon-sat 08:00-20:00"
    assert hours.accessibleName() == "SMS, Hours"
    assert (form.within.line.text(), form.within.unit.currentText()) == ("1", "week")


def test_only_what_was_changed_is_stored(open_window: Opener, desk: MemoryDesk) -> None:
    person, form = opened(open_window)
    person.put_into(form.lines["sending.ceiling.email"], "500")
    form.lines["sending.holidays"].selectAll()
    person.press(form.lines["sending.holidays"], Qt.Key.Key_Delete)
    person.choose(form.within.unit, "day")
    person.put_into(form.within.line, "10")
    person.click(form.save)
    wanted = {"sending.ceiling.email": "500", "sending.holidays": "", "sending.cap_within": "P10D"}
    person.settle()
    assert desk.sending_saved == [wanted]
    person.until(lambda: person.question is None)


def test_what_is_wrong_is_told_and_marked_and_nothing_is_lost(open_window: Opener, desk: MemoryDesk) -> None:
    person, form = opened(open_window)
    hours = form.lines["sending.window.sms"]
    person.put_into(hours, "nachts")
    person.click(form.save)
    person.until(form.error.isVisible)
    assert form.error.text() == (
        "SMS, Hours: has to be hours such as 08:00-21:00 or mon-sat 09:00-20:00, or always."
    )
    assert hours.property("bad") is True
    assert hours.text() == "nachts"
    assert desk.sending_saved == []
    person.put_into(hours, "10:00-18:00")
    person.click(form.save)
    person.until(lambda: desk.sending_saved == [{"sending.window.sms": "10:00-18:00"}])


def test_saving_what_is_as_it_was_only_closes(open_window: Opener, desk: MemoryDesk) -> None:
    person, form = opened(open_window)
    person.press(form.lines["sending.window.email"], Qt.Key.Key_Return)
    person.until(lambda: person.question is None)
    assert desk.sending_saved == []


def test_every_field_is_reached_by_keys(open_window: Opener) -> None:
    person, form = opened(open_window)
    reached = set()
    for _ in range(40):
        person.press(form.focusWidget(), Qt.Key.Key_Tab)
        reached.add(form.focusWidget())
    seen = {field for name, field in form.lines.items() if name != "sending.cap_within"}
    assert seen | {form.within.line, form.within.unit, form.no, form.save} <= reached
    assert all(field.accessibleName() for field in seen)
