"""What holds for every gesture: Esc leaves no trace, one step of undo gives the same bytes, redo likewise."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.canvas.adding import Spot
from app.canvas.gestures.base import Gesture
from app.canvas.lines import length_of, place_on
from app.canvas.selection import Parts
from app.flows.codec import write_flow
from app.model.flow import Edge, Flow, Note
from tests.gui.canvas.conftest import Open
from tests.gui.canvas.fingers import LEFT, Fingers
from tests.unit.canvas.drawn import node

ALT, SHIFT = Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.ShiftModifier
FLOW = Flow(
    "F",
    (
        node("start", "entry.manual"),
        node("letter1", "email", 240, 0, reactions=["opened", "clicked"]),
        node("wait", "delay", 520, 16),
        node("letter2", "email", 720, 16),
        node("end", "end", 1000, 60),
        node("sms", "sms", 480, 320),
    ),
    (
        Edge("start", "entered", "letter1"),
        Edge("letter1", "opened", "wait"),
        Edge("wait", "next", "letter2"),
        Edge("letter2", "sent", "end"),
    ),
    (Note("note1", "Mind the gap", 40, 300),),
)
LAST = ("letter2", "sent", "end")


@dataclass(frozen=True)
class Case:
    """A gesture: the drag up to its last place, and the words of the step that it makes."""

    go: Callable[[Fingers, bool], None]
    words: str
    takes: bool = False
    """Whether a line of quick-add is taken at the end."""


def drag(
    start: Callable[[Fingers], tuple[float, float]],
    end: Callable[[Fingers], tuple[float, float]],
    keys: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier,
) -> Callable[[Fingers, bool], None]:
    return lambda hand, let_go: hand.drag(start(hand), end(hand), LEFT, keys, let_go=let_go)


def handle(hand: Fingers, *, at_target: bool) -> tuple[float, float]:
    """A round end of the last edge, which is selected so that it shows."""
    hand.canvas.scene.settle()
    hand.canvas.selection.set(Parts(edges=frozenset({LAST})))
    points = hand.canvas.scene.drawing.routes[LAST].points
    return place_on(points, length_of(points) - 20 if at_target else 20)


CASES = {
    "move": Case(drag(lambda h: h.head("sms"), lambda _: (700, 500)), "Move Sms"),
    "move a note": Case(drag(lambda _: (120, 330), lambda _: (160, 440)), "Move a note"),
    "insert": Case(drag(lambda h: h.head("sms"), lambda _: (650, 44)), "Insert Sms"),
    "pull out": Case(drag(lambda h: h.head("letter2"), lambda _: (760, 400), SHIFT), "Pull out Letter2"),
    "copy": Case(drag(lambda h: h.head("letter2"), lambda _: (760, 400), ALT), "Duplicate Letter 2"),
    "wire": Case(drag(lambda h: h.port("letter1", "clicked"), lambda h: h.inlet("sms")), "Connect"),
    "wire back": Case(drag(lambda h: h.inlet("sms"), lambda h: h.port("letter1", "clicked")), "Connect"),
    "wire into the empty": Case(
        drag(lambda h: h.port("letter1", "clicked"), lambda _: (420, 420)),
        "Add Wait for an event",
        takes=True,
    ),
    "wire back into the empty": Case(
        drag(lambda h: h.inlet("sms"), lambda _: (400, 420)), "Add Wait for a time", takes=True
    ),
    "re-plug the target": Case(
        drag(lambda h: handle(h, at_target=True), lambda h: h.inlet("sms")), "Connect otherwise"
    ),
    "re-plug the source": Case(
        drag(lambda h: handle(h, at_target=False), lambda h: h.port("letter2", "failed")),
        "Connect otherwise",
    ),
    "re-plug into the empty": Case(
        drag(lambda h: handle(h, at_target=True), lambda _: (900, 300)), "Add Wait for an event", takes=True
    ),
    "re-plug the source into the empty": Case(
        drag(lambda h: handle(h, at_target=False), lambda _: (960, 300)), "Add Wait for a time", takes=True
    ),
}


def test_every_case_is_one_named_step_that_undo_and_redo_give_byte_for_byte(opened: Open) -> None:
    for name, case in CASES.items():
        hand = opened(FLOW)
        document, before = hand.canvas.document, write_flow(FLOW)
        case.go(hand, True)
        if case.takes:
            assert write_flow(document.flow) == before, name
            QTest.keyClick(hand.canvas.adder.card.field, Qt.Key.Key_Return)
        after = write_flow(document.flow)
        assert after != before, name
        assert document.undo_stack.count() == 1, name
        assert document.undo_stack.undoText().startswith(case.words), (name, document.undo_stack.undoText())
        hand.canvas.run("undo")
        assert write_flow(document.flow) == before, name
        hand.canvas.run("redo")
        assert write_flow(document.flow) == after, name


@pytest.mark.parametrize("theme", ["light", "dark"], indirect=True)
def test_esc_in_the_middle_of_any_gesture_leaves_no_trace(opened: Open) -> None:
    for name, case in CASES.items():
        hand = opened(FLOW)
        scene = hand.canvas.scene
        scene.settle()
        routes, places = dict(scene.drawing.routes), dict(scene.drawing.places)
        case.go(hand, False)
        assert gesture(hand) is not None, name
        hand.canvas.grab()
        hand.key(Qt.Key.Key_Escape)
        hand.release((700, 500))
        hand.canvas.selection.clear()
        scene.settle()
        assert gesture(hand) is None, name
        assert write_flow(hand.canvas.document.flow) == write_flow(FLOW), name
        assert not hand.canvas.document.undo_stack.canUndo(), name
        assert dict(scene.drawing.routes) == routes, name
        assert dict(scene.drawing.places) == places, name
        assert left_over(hand) == set(), name
        assert {item.opacity() for item in (*scene.nodes.values(), *scene.edges.values())} == {1.0}, name


def test_esc_in_the_list_of_a_wire_leaves_no_trace(opened: Open) -> None:
    for name, case in CASES.items():
        if not case.takes:
            continue
        hand = opened(FLOW)
        case.go(hand, True)
        assert spot(hand) is not None, name
        QTest.keyClick(hand.canvas.adder.card.field, Qt.Key.Key_Down)
        QTest.keyClick(hand.canvas.adder.card.field, Qt.Key.Key_Escape)
        hand.canvas.selection.clear()
        assert spot(hand) is None, name
        assert write_flow(hand.canvas.document.flow) == write_flow(FLOW), name
        assert not hand.canvas.document.undo_stack.canUndo(), name
        assert left_over(hand) == set(), name
        assert hand.canvas.view.hasFocus(), name


def gesture(hand: Fingers) -> Gesture | None:
    return hand.canvas.view.hand.gesture


def spot(hand: Fingers) -> Spot | None:
    return hand.canvas.adder.spot


def left_over(hand: Fingers) -> set[str]:
    """Kinds of items on the scene that only a gesture puts there."""
    passing = {
        "WireItem",
        "DotItem",
        "HintItem",
        "GuidesItem",
        "BandItem",
        "LassoItem",
        "HandlesItem",
        "QGraphicsPathItem",
    }
    items = hand.canvas.scene.items()
    ghosts = {"ghost" for item in items if getattr(item, "node_id", "some") == ""}
    return ({type(item).__name__ for item in items} & passing) | ghosts
