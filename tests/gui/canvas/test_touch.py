"""Fingers on the screen: by real touch events through the window's own queue."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QNativeGestureEvent, QPointingDevice
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.canvas.edits import key_of
from app.canvas.gestures.base import Gesture
from app.canvas.gestures.move import Move
from app.flows.codec import write_flow
from tests.gui.canvas.conftest import Open
from tests.gui.canvas.fingers import Fingers
from tests.unit.canvas.drawn import chain

CHAIN = chain("entry.manual", "email", "end")


@pytest.fixture(scope="session")
def screen(qapp: object) -> QPointingDevice:
    return QTest.createTouchDevice()


class Touching:
    """Two fingers over one canvas; places are scene units."""

    def __init__(self, hand: Fingers, screen: QPointingDevice) -> None:
        self.hand, self.screen = hand, screen
        self.viewport = hand.canvas.view.viewport()

    def at(self, place: tuple[float, float]) -> QPoint:
        return self.hand.canvas.view.to_screen(QPointF(*place)).toPoint()

    def down(self, number: int, at: QPoint, **others: QPoint) -> None:
        self._beside(others).press(number, at, self.viewport).commit()

    def move(self, *places: QPoint) -> None:
        event = QTest.touchEvent(self.viewport, self.screen, False)
        for number, at in enumerate(places):
            event.move(number, at, self.viewport)
        event.commit()

    def up(self, number: int, at: QPoint, **others: QPoint) -> None:
        self._beside(others).release(number, at, self.viewport).commit()
        QApplication.processEvents()

    def _beside(self, others: dict[str, QPoint]) -> QTest.QTouchEventSequence:
        event = QTest.touchEvent(self.viewport, self.screen, False)
        if "first" in others:
            event.move(0, others["first"], self.viewport)
        return event


def gesture(hand: Fingers) -> Gesture | None:
    return hand.canvas.view.hand.gesture


def test_one_finger_drags_a_node_and_taps_select(opened: Open, screen: QPointingDevice) -> None:
    hand = opened(CHAIN)
    touch = Touching(hand, screen)
    start = touch.at(hand.head("n1"))
    touch.down(0, start)
    for step in range(1, 5):
        touch.move(start + QPoint(10 * step, 40 * step))
    touch.up(0, start + QPoint(40, 160))
    assert (hand.canvas.document.flow.by_id["n1"].x, hand.canvas.document.flow.by_id["n1"].y) == (280, 160)
    place = touch.at(hand.head("n0"))
    touch.down(0, place)
    touch.up(0, place)
    assert hand.canvas.selected == ("n0",)


def test_one_finger_pulls_a_wire(opened: Open, screen: QPointingDevice) -> None:
    hand = opened(CHAIN)
    touch = Touching(hand, screen)
    start, end = touch.at(hand.port("n1", "failed")), touch.at(hand.inlet("n2"))
    touch.down(0, start)
    touch.move((start + end) / 2)
    touch.move(end)
    touch.up(0, end)
    assert ("n1", "failed", "n2") in {key_of(edge) for edge in hand.canvas.document.flow.edges}


def test_one_finger_on_the_empty_paper_pans(opened: Open, screen: QPointingDevice) -> None:
    hand = opened(CHAIN)
    touch, before = Touching(hand, screen), hand.canvas.view.seen
    touch.down(0, QPoint(500, 500))
    touch.move(QPoint(520, 520))
    touch.move(QPoint(560, 530))
    touch.up(0, QPoint(560, 530))
    assert before.topLeft() - hand.canvas.view.seen.topLeft() == QPointF(60, 30)
    assert not hand.canvas.selection.parts


def test_two_fingers_pan_and_zoom_at_their_middle_and_end_what_one_has_begun(
    opened: Open, screen: QPointingDevice
) -> None:
    hand = opened(CHAIN)
    view, touch = hand.canvas.view, Touching(hand, screen)
    start = touch.at(hand.head("n1"))
    touch.down(0, start)
    touch.move(start + QPoint(0, 60))
    assert isinstance(gesture(hand), Move)
    touch.down(1, start + QPoint(100, 60), first=start + QPoint(0, 60))
    assert gesture(hand) is None
    middle = QPointF(start + QPoint(50, 60))
    there = view.to_scene(middle)
    touch.move(start + QPoint(-50, 60), start + QPoint(150, 60))
    assert view.zoom == 2.0
    assert (view.to_screen(there) - middle).manhattanLength() <= 3
    touch.move(start + QPoint(-20, 80), start + QPoint(180, 80))
    assert (view.to_screen(there) - middle - QPointF(30, 20)).manhattanLength() <= 3
    touch.up(1, start + QPoint(180, 80), first=start + QPoint(-20, 80))
    seen = view.seen
    touch.move(start + QPoint(300, 300))
    touch.up(0, start + QPoint(300, 300))
    assert view.seen == seen
    assert write_flow(hand.canvas.document.flow) == write_flow(CHAIN)


def test_two_taps_on_the_paper_open_the_list(opened: Open, screen: QPointingDevice) -> None:
    hand = opened(CHAIN)
    touch = Touching(hand, screen)
    for _ in range(2):
        touch.down(0, QPoint(500, 500))
        touch.up(0, QPoint(500, 500))
    assert hand.canvas.adder.spot is not None


def test_a_finger_that_stays_asks_for_the_menu(opened: Open, screen: QPointingDevice) -> None:
    hand = opened(CHAIN)
    touch, asked = Touching(hand, screen), list[QPoint]()
    hand.canvas.view.menu_wanted.disconnect()
    hand.canvas.view.menu_wanted.connect(lambda at, _by_key: asked.append(at))
    place = touch.at(hand.head("n1"))
    touch.down(0, place)
    hand.canvas.view._touch._holding.timeout.emit()
    touch.up(0, place)
    assert asked == [place]
    assert hand.canvas.selected == ("n1",)


def test_a_pinch_on_a_touchpad_zooms_at_the_pointer_and_stops_at_the_limits(
    opened: Open, screen: QPointingDevice
) -> None:
    hand = opened(CHAIN)
    view = hand.canvas.view
    place = QPointF(400, 300)
    there = view.to_scene(place)
    for value, zoom in ((0.5, 1.5), (9.0, 2.0), (-0.999, 0.1)):
        event = QNativeGestureEvent(
            Qt.NativeGestureType.ZoomNativeGesture, screen, 2, place, place, place, value, QPointF()
        )
        assert event.type() is QEvent.Type.NativeGesture
        QApplication.sendEvent(view.viewport(), event)
        assert round(view.zoom, 3) == zoom
        assert (view.to_screen(there) - place).manhattanLength() <= 3


def test_the_wheel_in_the_middle_of_a_drag_moves_the_paper_below_the_pointer(opened: Open) -> None:
    hand = opened(CHAIN)
    x, y = hand.head("n1")
    hand.drag((x, y), (x, y + 80), let_go=False)
    hand.wheel((x, y + 80), 0, -240)
    # The pointer stays on the screen, so the node is 120 px farther down on the paper.
    assert hand.canvas.scene.nodes["n1"].y() == 200
    hand.release((x, y + 200))
    assert hand.canvas.document.flow.by_id["n1"].y == 200
