from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.model.flow import Flow
from app.model.kinds import KINDS
from tests.gui.ui.conftest import Opener
from tests.gui.ui.desk import MemoryDesk
from tests.gui.ui.person import Person


def empty(open_window: Opener, desk: MemoryDesk) -> Person:
    desk.put(Flow("Empty"))
    return open_window("Empty")


def shown(person: Person) -> list[str]:
    """Names of the kinds in the palette."""
    rows = person.window.flow.palette_.list
    return [name for name in KINDS if not rows.position_of(name).isNull()]


def test_what_can_run_is_shown_first_and_the_rest_by_one_click(open_window: Opener, desk: MemoryDesk) -> None:
    person = empty(open_window, desk)
    available = [name for name, kind in KINDS.items() if kind.available]
    assert shown(person) == available
    more = person.button_in(person.window.flow.palette_, f"{len(KINDS) - len(available)} more")
    person.click(more)
    assert shown(person) == list(KINDS)
    person.click(more)
    assert shown(person) == available


def test_a_kind_is_found_by_its_word_and_added_by_enter(open_window: Opener, desk: MemoryDesk) -> None:
    person = empty(open_window, desk)
    search = person.window.flow.palette_.search
    person.type_into(search, "whats")
    assert shown(person) == ["whatsapp"]
    person.type_into(search, "Popup")
    person.key(Qt.Key.Key_Return)
    assert [node.kind for node in person.flow.nodes] == ["popup"]


def test_a_double_click_adds_in_the_middle_and_selects(open_window: Opener, desk: MemoryDesk) -> None:
    person = empty(open_window, desk)
    rows = person.window.flow.palette_.list
    at = rows.position_of("email")
    person.click(rows.viewport(), at)
    QTest.mouseDClick(rows.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at)
    assert [node.kind for node in person.flow.nodes] == ["email"]
    assert person.window.flow.canvas.selected == (person.flow.nodes[0].id,)
    assert person.form().fields["subject"].isVisible()


def test_a_kind_that_comes_later_says_so_and_is_not_published(open_window: Opener, desk: MemoryDesk) -> None:
    person = empty(open_window, desk)
    person.type_into(person.window.flow.palette_.search, "RCS")
    index = person.window.flow.palette_.list.indexAt(person.window.flow.palette_.list.position_of("rcs"))
    assert "Comes later" in index.data(Qt.ItemDataRole.ToolTipRole)
    person.key(Qt.Key.Key_Return)
    person.checked()
    assert "channel-not-set-up" in {problem.code for problem in person.window.flow.problems.problems}


def test_a_row_that_is_only_pressed_starts_no_drag(open_window: Opener, desk: MemoryDesk) -> None:
    person = empty(open_window, desk)
    view = person.window.flow.palette_.list.viewport()
    at = person.window.flow.palette_.list.position_of("sms")
    QTest.mousePress(view, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at)
    QTest.mouseMove(view, at)
    QTest.mouseRelease(view, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at)
    assert not person.flow.nodes
