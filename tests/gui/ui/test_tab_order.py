from __future__ import annotations

from itertools import pairwise

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget

from app.model.flow import Flow, Node
from app.ui.inspector.duration import DurationEditor
from app.ui.inspector.liquid import LiquidEditor
from app.ui.inspector.lists import TextsEditor
from app.ui.inspector.tab_order import in_sight
from tests.gui.ui.conftest import Opener
from tests.gui.ui.desk import MemoryDesk
from tests.gui.ui.person import Person

SHIFT = Qt.KeyboardModifier.ShiftModifier


def before(open_window: Opener, desk: MemoryDesk, node: Node) -> Person:
    desk.put(Flow("One", (node,)))
    person = open_window("One")
    person.select(node.id)
    return person


def test_tab_goes_on_below_a_row_that_was_added_just_now(open_window: Opener, desk: MemoryDesk) -> None:
    person = before(open_window, desk, Node("start", "entry.event", "Start", 40, 40))
    events, quiet = person.editor("events"), person.editor("quiet_for")
    assert isinstance(events, TextsEditor)
    assert isinstance(quiet, DurationEditor)
    person.type_into(events.lines[0], "basket_added")
    person.press(events.lines[0], Qt.Key.Key_Return)
    assert QApplication.focusWidget() is events.lines[1]
    for _ in range(4):
        person.key(Qt.Key.Key_Tab)
    assert QApplication.focusWidget() is quiet.line
    for _ in range(4):
        person.key(Qt.Key.Key_Backtab, SHIFT)
    assert QApplication.focusWidget() is events.lines[1]


def test_tab_reaches_every_field_once_from_top_to_bottom(open_window: Opener, desk: MemoryDesk) -> None:
    person = before(open_window, desk, Node("popup", "popup", "Popup", 40, 40))
    inspector = person.window.flow.inspector
    row = in_sight(inspector)
    lines = [one for one in inspector.findChildren(QLineEdit) if one.isVisibleTo(inspector)]
    assert set(lines) - {one for one in lines if not one.focusPolicy() & Qt.FocusPolicy.TabFocus} <= set(row)
    walked: list[QWidget | None] = [inspector.title]
    inspector.title.setFocus()
    for _ in row[1:]:
        person.key(Qt.Key.Key_Tab)
        walked.append(QApplication.focusWidget())
    assert walked == row
    rolled = person.form().parentWidget()
    assert rolled is not None
    assert [one for one in row if rolled.isAncestorOf(one)] == row[2:], "the title and its menu come first"
    tops = [one.mapTo(rolled, QPoint(0, one.height() // 2)).y() for one in row[2:]]
    assert all(later > earlier - 16 for earlier, later in pairwise(tops))


def test_tab_goes_from_text_to_text_and_ctrl_space_puts_a_field_in(
    open_window: Opener, desk: MemoryDesk
) -> None:
    person = before(open_window, desk, Node("letter", "email", "Letter 1", 40, 40))
    subject, body = person.editor("subject"), person.editor("body")
    assert isinstance(subject, LiquidEditor)
    assert isinstance(body, LiquidEditor)
    subject.text.setFocus()
    person.key(Qt.Key.Key_Space, Qt.KeyboardModifier.ControlModifier)
    assert subject.popup is not None
    assert subject.popup.isVisible()
    subject.popup.close()
    subject.text.setFocus()
    person.key(Qt.Key.Key_Tab)
    assert QApplication.focusWidget() is body.text
