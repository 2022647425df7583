"""Versions side by side: what is marked, what is said, what a click shows, and the way back to one."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.canvas.facts import Changed
from app.flows.codec import write_flow
from app.flows.diff_words import Sort
from app.model.flow import Edge, Flow, Node
from app.ui.diff_view import DiffView, Side
from app.ui.theme import Theming
from tests.gui.ui.conftest import Opener
from tests.gui.ui.desk import MemoryDesk, basket_flow
from tests.gui.ui.person import Person

NAME = basket_flow().name


def waiting(length: str) -> Flow:
    flow = basket_flow()
    return flow.with_node(replace(flow.by_id["hour"], settings={"for": length}))


def rebuilt() -> Flow:
    """Without the popup, with an SMS in its place."""
    flow = waiting("PT2H")
    sms = Node("sms", "sms", "Reminder", 560, 560, {"text": "Your basket waits"})
    kept = [replace(edge, target="sms") if edge.target == "popup" else edge for edge in flow.edges]
    edges = [edge for edge in kept if edge.source != "popup"]
    nodes = [node for node in flow.nodes if node.id != "popup"]
    return replace(flow, nodes=(*nodes, sms), edges=(*edges, Edge("sms", "sent", "days")))


@pytest.fixture
def view(qtbot: QtBot, theming: Theming) -> DiffView:
    made = DiffView(theming)
    qtbot.addWidget(made)
    made.resize(1_400, 900)
    made.show_flows(basket_flow(), rebuilt(), ("Before", "After"))
    made.show()
    qtbot.waitUntil(lambda: made.after.canvas.view.zoom < 1)
    return made


def choose(view: DiffView, text: str) -> None:
    """Clicks a sentence."""
    for place in range(view.list.count()):
        item = view.list.item(place)
        if text in item.text():
            view.list.scrollToItem(item)
            area = view.list.visualItemRect(item)
            QTest.mouseClick(view.list.viewport(), Qt.MouseButton.LeftButton, pos=area.center())
            return
    pytest.fail(f"no sentence says {text}")


def seen(side: Side) -> tuple[float, float, float]:
    area = side.canvas.view.seen
    return round(area.x()), round(area.y()), round(side.canvas.view.zoom, 4)


def test_what_came_went_and_changed_is_marked_on_its_side(view: DiffView) -> None:
    before, after = view.before.canvas.document.facts, view.after.canvas.document.facts
    assert {name: change.sort for name, change in before.node_changes.items()} == {
        "popup": Changed.REMOVED,
        "hour": Changed.CHANGED,
    }
    assert {name: (change.sort, change.words) for name, change in after.node_changes.items()} == {
        "sms": (Changed.ADDED, "new"),
        "hour": (Changed.CHANGED, "was 1 hour"),
    }
    assert set(before.edge_changes.values()) == {Changed.REMOVED}
    assert ("letter1", "timeout", "popup") in before.edge_changes
    assert after.edge_changes[("letter1", "timeout", "sms")] is Changed.ADDED
    assert after.edge_changes[("sms", "sent", "days")] is Changed.ADDED


def test_pan_and_zoom_of_one_side_are_those_of_the_other(view: DiffView) -> None:
    view.before.view.set_zoom(0.8)
    assert seen(view.before) == seen(view.after)
    view.after.view.pan(60, -40)
    assert seen(view.before) == seen(view.after)
    port = view.before.view.viewport()
    QTest.mousePress(port, Qt.MouseButton.LeftButton, pos=QPoint(100, 300))
    QTest.mouseMove(port, QPoint(160, 330))
    QTest.mouseRelease(port, Qt.MouseButton.LeftButton, pos=QPoint(160, 330))
    assert seen(view.before) == seen(view.after)


def test_a_sentence_that_is_clicked_shows_its_node_on_both_sides(view: DiffView) -> None:
    choose(view, "waits 2 hours instead of 1")
    for side in (view.before, view.after):
        assert side.canvas.selected == ("hour",)
        body = side.canvas.scene.drawing.body("hour")
        assert side.canvas.view.seen.contains(QPointF(body.x + body.width / 2, body.y + body.height / 2))
        assert side.canvas.view.zoom >= 0.6
    choose(view, "Popup is gone")
    assert view.before.canvas.selected == ("popup",)
    assert view.after.canvas.selected == ()


def test_a_node_that_is_clicked_shows_its_sentence(view: DiffView) -> None:
    choose(view, "waits 2 hours")
    view.list.setCurrentRow(-1)
    body = view.after.canvas.scene.drawing.body("hour")
    at = view.after.view.to_screen(QPointF(body.x + 10, body.y + 10)).toPoint()
    QTest.mouseClick(view.after.view.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert "waits 2 hours instead of 1" in view.list.currentItem().text()


def test_nothing_can_be_changed_there(view: DiffView) -> None:
    port, canvas = view.after.view.viewport(), view.after.canvas
    before = write_flow(canvas.document.flow)
    choose(view, "waits 2 hours")
    view.after.view.setFocus()
    for key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace, Qt.Key.Key_Right, Qt.Key.Key_Tab, Qt.Key.Key_C):
        QTest.keyClick(view.after.view, key)
    QTest.mouseDClick(port, Qt.MouseButton.LeftButton, pos=QPoint(60, 500))
    for action in canvas.actions():
        action.trigger()
    assert write_flow(canvas.document.flow) == before
    assert canvas.document.undo_stack.count() == 0


def test_the_same_twice_says_so(view: DiffView) -> None:
    view.show_flows(basket_flow(), basket_flow(), ("One", "Other"))
    assert view.summary.text() == "No difference. Both say the same"
    assert not view.list.isVisible()


def versions(person: Person) -> None:
    action = next(one for one in person.window.menu.actions() if one.text().startswith("Versions"))
    action.trigger()
    person.until(lambda: person.window.page == "versions")
    person.settle()


def published(desk: MemoryDesk) -> None:
    desk.put(basket_flow(), live=True)
    desk.stored[NAME].versions = [
        write_flow(waiting("PT3H")),
        write_flow(waiting("PT2H")),
        write_flow(rebuilt()),
    ]


def test_the_newest_version_is_compared_with_the_draft_and_any_two_can_be(
    open_window: Opener, desk: MemoryDesk
) -> None:
    published(desk)
    person = open_window(NAME)
    versions(person)
    page = person.window.versions
    listed = [page.list.item(row).text().splitlines() for row in range(page.list.count())]
    assert [lines[0] for lines in listed] == ["Version 3, live now", "Version 2", "Version 1"]
    assert listed[1][1].endswith("texts only")
    assert (page.view.before.title.full, page.view.after.title.full) == ("Version 3, live now", "The draft")
    assert [one.sort for one in page.view.sentences][:2] == [Sort.ADDED, Sort.REMOVED]
    page.choose(1)
    person.settle()
    person.choose(page.other, 2)
    assert (page.view.before.title.full, page.view.after.title.full) == ("Version 1", "Version 2")
    assert [one.text for one in page.view.sentences] == [
        "The wait before Letter 2 waits 2 hours instead of 3"
    ]


def test_a_version_becomes_the_draft_in_one_step_of_undo(open_window: Opener, desk: MemoryDesk) -> None:
    published(desk)
    person = open_window(NAME)
    versions(person)
    page = person.window.versions
    page.choose(1)
    person.settle()
    assert page.reopen.text() == "Open version 1 as the draft"
    person.click(page.reopen)
    person.until(lambda: person.window.page == "flow")
    person.saved()
    assert desk.stored[NAME].draft == write_flow(waiting("PT3H"))
    assert "Version 1 is the draft now" in person.window.toast.text.text()
    person.key(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    person.saved()
    assert desk.stored[NAME].draft == write_flow(basket_flow())


def test_a_flow_that_was_never_published_says_what_will_stand_here(
    open_window: Opener, desk: MemoryDesk
) -> None:
    desk.put(basket_flow())
    person = open_window(NAME)
    versions(person)
    page = person.window.versions
    assert page.empty.isVisible()
    assert not page.view.isVisible()
    assert not page.reopen.isVisible()
    person.key(Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    person.until(lambda: person.window.page == "flow")
