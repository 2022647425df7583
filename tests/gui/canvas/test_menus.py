from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QContextMenuEvent, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu

from app.canvas.hits import Hit, Target
from app.canvas.selection import Parts
from app.model.flow import Flow, Note
from tests.gui.canvas.conftest import Open
from tests.gui.canvas.fingers import Fingers
from tests.unit.canvas.drawn import chain

CHAIN = chain("entry.manual", "email", "end")

pytestmark = pytest.mark.qt_log_ignore("does not support grabbing", extend=True)


def right_click(hand: Fingers, at: tuple[float, float]) -> QMenu:
    place = hand.canvas.view.to_screen(QPointF(*at)).toPoint()
    viewport = hand.canvas.view.viewport()
    hand.press(at, Qt.MouseButton.RightButton)
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, place, viewport.mapToGlobal(place))
    QApplication.sendEvent(viewport, event)
    return menu(hand)


def menu(hand: Fingers) -> QMenu:
    found = hand.canvas.menus.menu
    assert found is not None
    assert found.isVisible()
    return found


def words(shown: QMenu) -> list[str]:
    return [action.text() for action in shown.actions() if not action.isSeparator()]


def choose(shown: QMenu, wanted: str) -> None:
    action = next(one for one in shown.actions() if one.text() == wanted)
    shown.setActiveAction(action)
    QTest.keyClick(shown, Qt.Key.Key_Return)


def test_the_menu_of_a_node_has_the_order_of_the_design_and_its_shortcuts(opened: Open) -> None:
    hand = opened(CHAIN)
    shown = right_click(hand, hand.head("n1"))
    said = words(shown)
    wanted = ["Open", "Rename", "Duplicate", "Connect to…", "Select what follows"]
    wanted += ["Collapse what follows", "Colour", "Note", "Copy as text", "Delete"]
    assert [one for one in said if one in wanted] == wanted
    shortcuts = {one.text(): one.shortcut().toString() for one in shown.actions()}
    assert (shortcuts["Open"], shortcuts["Rename"], shortcuts["Connect to…"]) == ("Return", "F2", "C")
    assert hand.canvas.selected == ("n1",)
    hand.canvas.menus.close()


def test_a_menu_offers_only_what_can_be_done(opened: Open) -> None:
    hand = opened(CHAIN)
    said = words(right_click(hand, hand.head("n1")))
    assert "Open up" not in said
    assert "Align left" not in said
    hand.canvas.menus.close()


def test_a_node_of_several_selected_ones_keeps_them_together(opened: Open) -> None:
    hand = opened(CHAIN)
    hand.canvas.selection.set(Parts.of_nodes(["n0", "n1"]))
    right_click(hand, hand.head("n1"))
    assert hand.canvas.selected == ("n0", "n1")
    hand.canvas.menus.close()


def test_every_place_has_a_menu_of_its_own(opened: Open) -> None:
    flow = Flow(CHAIN.name, CHAIN.nodes, CHAIN.edges, notes=(Note("note", "Ask Anna", 0, 300),))
    hand = opened(flow)
    assert "Lead elsewhere…" in words(right_click(hand, (200, 28)))
    assert hand.canvas.selection.parts.edges
    assert "Delete" in words(right_click(hand, (40, 330)))
    assert hand.canvas.selection.parts == Parts(notes=frozenset({"note"}))
    hand.canvas.selection.clear()
    said = words(right_click(hand, (600, 600)))
    assert {"Select all", "Tidy up", "Paste"} <= set(said)
    assert "Delete" not in said
    hand.canvas.menus.close()


def test_paste_lands_where_the_menu_was_opened(opened: Open) -> None:
    hand = opened(CHAIN)
    hand.canvas.selection.set(Parts.of_nodes(["n1"]))
    hand.canvas.run("copy")
    assert QGuiApplication.clipboard().text()
    hand.canvas.selection.clear()
    choose(right_click(hand, (640, 480)), "Paste")
    QApplication.processEvents()
    made = hand.canvas.document.flow.nodes[-1]
    assert (made.x, made.y) == (640, 480)
    assert hand.canvas.pointer_place is None


def test_add_opens_the_list_where_the_menu_was_opened(opened: Open) -> None:
    hand = opened(CHAIN)
    choose(right_click(hand, (640, 480)), "Add a node…")
    spot = hand.canvas.adder.spot
    assert spot is not None
    assert (round(spot.x), round(spot.y)) == (640, 480)


def test_the_menu_key_opens_the_menu_at_the_focused_node(opened: Open) -> None:
    hand = opened(CHAIN)
    hand.canvas.focus.walk_to(Hit(Target.NODE, "n1"))
    hand.key(Qt.Key.Key_F10, Qt.KeyboardModifier.ShiftModifier)
    shown = menu(hand)
    assert "Rename" in words(shown)
    body = hand.canvas.scene.drawing.body("n1")
    corner = hand.canvas.view.viewport().mapToGlobal(
        hand.canvas.view.to_screen(QPointF(body.x, body.y)).toPoint()
    )
    assert 0 <= (shown.pos() - corner).x() <= body.width
    choose(shown, "Rename")
    assert hand.canvas.renamer.field.isVisible()


def test_connect_to_works_from_the_menu(opened: Open) -> None:
    hand = opened(CHAIN)
    choose(right_click(hand, hand.head("n1")), "Connect to…")
    assert hand.canvas.keys.mode is not None
    assert hand.canvas.document.undo_stack.index() == 0


def test_during_a_gesture_no_menu_opens(opened: Open) -> None:
    hand = opened(CHAIN)
    hand.drag(hand.head("n1"), (400, 300), let_go=False)
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, QPoint(10, 10), QPoint(10, 10))
    QApplication.sendEvent(hand.canvas.view.viewport(), event)
    assert hand.canvas.menus.menu is None
    hand.release((400, 300))
