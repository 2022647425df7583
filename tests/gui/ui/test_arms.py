"""The ways of a split: named, weighed and put in order."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication

from app.canvas.commands import ChangeSettings
from app.model.flow import Edge, Flow, Node
from app.ui.inspector.arms import ArmsEditor
from app.ui.inspector.grip import Grip
from app.ui.inspector.plain import NumberEditor
from tests.gui.ui.conftest import Opener
from tests.gui.ui.desk import MemoryDesk
from tests.gui.ui.forms import alone, of, said, steps
from tests.gui.ui.person import Person

AB = [{"name": "A", "weight": 50}, {"name": "B", "weight": 50}]


@pytest.fixture
def person(open_window: Opener, desk: MemoryDesk) -> Person:
    return alone(open_window, desk, "split", {"arms": AB})


def shown(person: Person) -> list[tuple[str, str]]:
    return [(arm.name.text(), arm.share.text()) for arm in of(person, "arms", ArmsEditor).arms]


def drag(grip: Grip, by: int) -> None:
    """Pulls a handle up or down by so many px and lets go."""
    start = grip.mapToGlobal(grip.rect().center())
    left = Qt.MouseButton.LeftButton
    for kind, y, held in (
        (QMouseEvent.Type.MouseButtonPress, 0, left),
        (QMouseEvent.Type.MouseMove, by, left),
        (QMouseEvent.Type.MouseButtonRelease, by, Qt.MouseButton.NoButton),
    ):
        there = QPointF(start + QPoint(0, y))
        local = QPointF(grip.mapFromGlobal(there.toPoint()))
        button = left if kind is not QMouseEvent.Type.MouseMove else Qt.MouseButton.NoButton
        QApplication.sendEvent(
            grip, QMouseEvent(kind, local, there, button, held, Qt.KeyboardModifier.NoModifier)
        )


def test_weights_are_shown_as_percent_of_everybody_and_said_in_a_sentence(
    open_window: Opener, desk: MemoryDesk
) -> None:
    arms = [{"name": "Kurz", "weight": 1}, {"name": "割引", "weight": 2}]
    person = alone(open_window, desk, "split", {"arms": arms, "hold_out": 10})
    assert shown(person) == [("Kurz", "30"), ("割引", "60")]
    words = person.words_in(of(person, "arms", ArmsEditor))
    assert "Of 100 people 30 go by Kurz, 60 by 割引 and 10 get none of it." in words
    assert steps(person) == 0


def test_a_share_is_taken_from_the_others_and_typing_it_is_one_step(person: Person) -> None:
    arm = of(person, "arms", ArmsEditor).arms[0]
    person.type_into(arm.share, "70")
    assert said(person, "arms") == [{"name": "A", "weight": 70}, {"name": "B", "weight": 30}]
    assert shown(person) == [("A", "70"), ("B", "30")]
    assert steps(person) == 1


def test_the_first_digit_of_a_share_does_not_upset_the_others(open_window: Opener, desk: MemoryDesk) -> None:
    arms = [{"name": "A", "weight": 50}, {"name": "B", "weight": 40}, {"name": "C", "weight": 10}]
    person = alone(open_window, desk, "split", {"arms": arms})
    person.type_into(of(person, "arms", ArmsEditor).arms[0].share, "100")
    assert [share for _, share in shown(person)] == ["100", "0", "0"]
    person.key(Qt.Key.Key_Backspace)
    person.key(Qt.Key.Key_Backspace)
    person.key(Qt.Key.Key_Backspace)
    person.put_into(of(person, "arms", ArmsEditor).arms[0].share, "75")
    assert [share for _, share in shown(person)] == ["75", "20", "5"]


def test_what_is_no_share_changes_nothing_and_goes_when_the_field_is_left(person: Person) -> None:
    editor = of(person, "arms", ArmsEditor)
    person.type_into(editor.arms[0].share, "many")
    assert said(person, "arms") == AB
    assert editor.arms[0].share.property("bad")
    editor.arms[1].name.setFocus()
    assert shown(person)[0] == ("A", "50")


def test_a_renamed_way_keeps_its_edge(open_window: Opener, desk: MemoryDesk) -> None:
    nodes = (Node("it", "split", "It", 40, 40, {"arms": AB}), Node("end", "end", "", 400, 40))
    desk.put(Flow("One", nodes, (Edge("it", "A", "end"), Edge("it", "B", "end"))))
    person = open_window("One")
    person.select_by_key("it")
    person.type_into(of(person, "arms", ArmsEditor).arms[0].name, "Große Überschrift")
    assert person.flow.leading["it", "Große Überschrift"] == "end"
    assert steps(person) == 1


@pytest.mark.parametrize("typed", ["B", "hold-out", ""])
def test_a_name_that_is_taken_or_empty_waits_in_the_form(
    open_window: Opener, desk: MemoryDesk, typed: str
) -> None:
    nodes = (Node("it", "split", "It", 40, 40, {"arms": AB}), Node("end", "end", "", 400, 40))
    desk.put(Flow("One", nodes, (Edge("it", "A", "end"), Edge("it", "B", "end"))))
    person = open_window("One")
    person.select_by_key("it")
    editor = of(person, "arms", ArmsEditor)
    person.put_into(editor.arms[0].name, typed)
    if not typed:
        person.key(Qt.Key.Key_Backspace)
    assert editor.arms[0].name.property("bad")
    assert ("it", "A") in person.flow.leading
    assert ("it", "B") in person.flow.leading
    editor.arms[1].name.setFocus()
    assert editor.arms[0].name.text() == "A"
    assert not editor.arms[0].name.property("bad")


def test_a_way_is_added_with_a_free_name_and_taken_out_again(person: Person) -> None:
    editor = of(person, "arms", ArmsEditor)
    person.click(editor.add)
    assert [arm["name"] for arm in said(person, "arms")] == ["A", "B", "C"]
    assert [share for _, share in shown(person)] == ["33.3", "33.3", "33.3"]
    assert editor.arms[2].name.hasFocus()
    person.click(person.button_in(editor.arms[1], "Take out"))
    assert [arm["name"] for arm in said(person, "arms")] == ["A", "C"]


def test_the_last_way_taken_out_leaves_the_file(open_window: Opener, desk: MemoryDesk) -> None:
    person = alone(open_window, desk, "split", {"arms": [{"name": "A", "weight": 1}]})
    person.click(person.button_in(of(person, "arms", ArmsEditor).arms[0], "Take out"))
    assert said(person, "arms") is None


def test_all_ways_share_evenly_by_one_click(open_window: Opener, desk: MemoryDesk) -> None:
    arms = [{"name": "A", "weight": 70}, {"name": "B", "weight": 20}, {"name": "C", "weight": 10}]
    person = alone(open_window, desk, "split", {"arms": arms})
    editor = of(person, "arms", ArmsEditor)
    person.click(editor.even)
    assert [share for _, share in shown(person)] == ["33.3", "33.3", "33.3"]
    assert not editor.even.isVisible()


def test_ways_are_put_in_order_by_keys(person: Person) -> None:
    editor = of(person, "arms", ArmsEditor)
    editor.arms[1].grip.setFocus()
    assert editor.arms[1].grip.accessibleName() == "Move “B”"
    person.key(Qt.Key.Key_Up)
    assert [arm["name"] for arm in said(person, "arms")] == ["B", "A"]
    assert editor.arms[0].grip.hasFocus()
    person.key(Qt.Key.Key_Up)
    assert steps(person) == 1
    person.key(Qt.Key.Key_Down)
    assert [arm["name"] for arm in said(person, "arms")] == ["A", "B"]


def test_ways_are_put_in_order_by_dragging_in_one_step(open_window: Opener, desk: MemoryDesk) -> None:
    arms = [{"name": name, "weight": 1} for name in "ABCD"]
    person = alone(open_window, desk, "split", {"arms": arms})
    editor = of(person, "arms", ArmsEditor)
    drag(editor.arms[0].grip, 2 * (editor.arms[0].height() + 4) + 8)
    assert [arm["name"] for arm in said(person, "arms")] == ["B", "C", "A", "D"]
    assert steps(person) == 1
    drag(editor.arms[2].grip, -500)
    assert [arm["name"] for arm in said(person, "arms")] == ["A", "B", "C", "D"]
    drag(editor.arms[1].grip, 3)
    assert [arm["name"] for arm in said(person, "arms")] == ["A", "B", "C", "D"]


def test_those_held_out_are_typed_beside_it_and_leave_less_for_the_ways(person: Person) -> None:
    person.type_into(of(person, "hold_out", NumberEditor).line, "20")
    assert said(person, "hold_out") == 20
    assert [share for _, share in shown(person)] == ["40", "40"]
    assert "%" in person.words_in(of(person, "hold_out", NumberEditor))


def test_undo_brings_back_what_the_form_shows(person: Person) -> None:
    document = person.window.session.document
    document.do(ChangeSettings(document, "it", {"arms": [{"name": "X", "weight": 9}]}))
    assert shown(person) == [("X", "100")]
    document.undo_stack.undo()
    assert shown(person) == [("A", "50"), ("B", "50")]


def test_a_split_where_nobody_goes_on_says_so(open_window: Opener, desk: MemoryDesk) -> None:
    person = alone(open_window, desk, "split", {"arms": [{"name": "A", "weight": 0, "colour": "blue"}]})
    assert "Nobody goes on: every way has 0 %." in person.words_in(of(person, "arms", ArmsEditor))
    person.type_into(of(person, "arms", ArmsEditor).arms[0].share, "30")
    assert said(person, "arms") == [{"name": "A", "weight": 30, "colour": "blue"}]
