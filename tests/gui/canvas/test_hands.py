"""What is seen while wires are pulled, nodes are dragged and a lasso is drawn."""

from __future__ import annotations

from typing import TypeVar

import pytest
from PySide6.QtCore import QPointF, Qt

from app.canvas.edits import key_of
from app.canvas.gestures.base import Gesture
from app.canvas.gestures.duplicate import Duplicate
from app.canvas.gestures.lasso import Lasso
from app.canvas.gestures.move import Move
from app.canvas.gestures.wire import PullBack, PullWire
from app.canvas.items.guides import GuidesItem
from app.canvas.items.handles import HandlesItem
from app.canvas.items.wire import DotItem, WireItem
from app.canvas.selection import Parts
from app.flows.codec import write_flow
from app.model.flow import Edge, Flow, Note
from tests.gui.canvas.conftest import Open
from tests.gui.canvas.fingers import LEFT, Fingers
from tests.unit.canvas.drawn import chain, node

ALT, CTRL, SHIFT = (
    Qt.KeyboardModifier.AltModifier,
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.ShiftModifier,
)
Item = TypeVar("Item")
CHAIN = chain("entry.manual", "email", "end")


def flow_of(hand: Fingers) -> Flow:
    return hand.canvas.document.flow


def edges_of(hand: Fingers) -> set[tuple[str, str, str]]:
    return {key_of(edge) for edge in flow_of(hand).edges}


def gesture(hand: Fingers) -> Gesture | None:
    return hand.canvas.view.hand.gesture


def items(hand: Fingers, kind: type[Item]) -> list[Item]:
    return [item for item in hand.canvas.scene.items() if isinstance(item, kind)]


# --- wires ---------------------------------------------------------------------------------------------


def test_a_wire_in_the_empty_ends_in_a_dot_and_near_its_port_in_nothing(opened: Open) -> None:
    hand = opened(CHAIN)
    x, y = hand.port("n1", "failed")
    hand.drag((x, y), (x + 40, y + 200), let_go=False)
    [dot] = items(hand, DotItem)
    assert dot.isVisible()
    assert dot.pos() == QPointF(x + 40, y + 200)
    hand.move((x + 10, y + 10))
    assert not dot.isVisible()
    hand.release((x + 10, y + 10))
    assert hand.canvas.adder.spot is None


def test_a_wire_from_a_taken_outlet_says_what_it_replaces_also_in_the_empty(opened: Open) -> None:
    hand = opened(CHAIN)
    hand.drag(hand.port("n0", "entered"), (300, 300), let_go=False)
    pulled = gesture(hand)
    assert isinstance(pulled, PullWire)
    assert pulled.words == "It already leads to N1. What you add takes its place"
    hand.key(Qt.Key.Key_Escape)


def test_a_wire_back_is_refused_in_words_where_none_may_come_from(opened: Open) -> None:
    flow = Flow("F", (*chain("entry.manual", "email", "sms", "end").nodes,), (Edge("n1", "sent", "n2"),))
    hand = opened(flow)
    hand.drag(hand.inlet("n1"), hand.head("n2"), let_go=False)
    pulled = gesture(hand)
    assert isinstance(pulled, PullBack)
    assert pulled.words == "That would go in a circle"
    hand.move(hand.head("n3"))
    assert pulled.words == "An end has no way out"
    hand.move(hand.head("n0"))
    assert pulled.words == ""
    hand.release(hand.head("n0"))
    assert edges_of(hand) == {("n0", "entered", "n1"), ("n1", "sent", "n2")}


def test_a_wire_back_to_a_taken_outlet_replaces_and_says_so_first(opened: Open) -> None:
    hand = opened(CHAIN)
    hand.drag(hand.inlet("n2"), hand.port("n0", "entered"), let_go=False)
    pulled = gesture(hand)
    assert isinstance(pulled, PullBack)
    assert pulled.words == "It already leads to N1. Let go to replace"
    hand.release(hand.port("n0", "entered"))
    assert edges_of(hand) == {("n0", "entered", "n2"), ("n1", "sent", "n2")}


def test_a_hovered_edge_shows_a_handle_at_both_ends_and_a_plus_between(opened: Open) -> None:
    hand = opened(CHAIN)
    hand.hover((300, 300))
    hand.hover((200, 29))
    [shown] = items(hand, HandlesItem)
    assert (*shown.ends, *shown.pluses) == ((180, 28), (220, 28), (200, 28))
    hand.hover((300, 300))
    assert items(hand, HandlesItem) == []


def test_an_end_put_back_where_it_was_changes_nothing(opened: Open) -> None:
    hand = opened(CHAIN)
    hand.canvas.selection.set(Parts(edges=frozenset({("n0", "entered", "n1")})))
    hand.drag((220, 28), (225, 90), let_go=False)
    assert hand.canvas.scene.edges["n0", "entered", "n1"].opacity() < 1
    hand.move(hand.inlet("n1"))
    hand.release(hand.inlet("n1"))
    assert write_flow(flow_of(hand)) == write_flow(CHAIN)
    assert not hand.canvas.document.undo_stack.canUndo()


def test_an_inlet_leaves_room_to_take_hold_of_the_node_at_any_zoom(opened: Open) -> None:
    for zoom in (0.45, 0.7, 1.0, 2.0):
        hand = opened(CHAIN)
        hand.canvas.view.set_zoom(zoom)
        hand.canvas.view.show_from(QPointF(-60, -60))
        x, y = hand.head("n1")
        hand.drag((x, y), (x + 100, y + 100), let_go=False)
        assert isinstance(gesture(hand), Move), zoom
        hand.key(Qt.Key.Key_Escape)


# --- onto an edge, out of its way ----------------------------------------------------------------------


def test_a_connected_node_over_an_edge_does_nothing_special(opened: Open) -> None:
    flow = chain("entry.manual", "email", "sms", "end", gap=320)
    hand = opened(flow)
    hand.drag(hand.head("n2"), (240, 28))
    assert edges_of(hand) == {key_of(edge) for edge in flow.edges}
    assert hand.canvas.document.undo_stack.undoText() == "Move N2"


def test_a_node_with_no_edge_opens_the_gap_before_it_is_let_go_and_closes_it_when_it_goes_on(
    opened: Open,
) -> None:
    hand = opened(Flow("F", (*CHAIN.nodes, node("x", "set", 240, 300)), CHAIN.edges))
    hand.drag(hand.head("x"), (200, 30), let_go=False)
    for step in range(4):
        hand.move((200 + step, 30 - step))
        assert hand.canvas.scene.nodes["n1"].x() > 240, step
    assert len(items(hand, WireItem)) == 2
    hand.move((240, 400))
    assert hand.canvas.scene.nodes["n1"].x() == 240
    assert items(hand, WireItem) == []
    hand.move((200, 28))
    hand.release((200, 28))
    assert {("n0", "entered", "x"), ("x", "next", "n1")} <= edges_of(hand)
    bodies = hand.canvas.scene.drawing.bodies()
    assert bodies["n0"].right < bodies["x"].x < bodies["x"].right < bodies["n1"].x


@pytest.mark.parametrize("kind", ["entry.manual", "end", "split"])
def test_what_has_no_way_in_or_out_is_only_moved_over_an_edge(opened: Open, kind: str) -> None:
    hand = opened(Flow("F", (*CHAIN.nodes, node("x", kind, 240, 300)), CHAIN.edges))
    hand.drag(hand.head("x"), (200, 30))
    assert edges_of(hand) == {key_of(edge) for edge in CHAIN.edges}


def test_shift_in_the_middle_of_a_drag_shows_the_edge_that_will_join(
    opened: Open,
) -> None:
    hand = opened(CHAIN)
    x, y = hand.head("n1")
    hand.drag((x, y), (x, y + 200), let_go=False)
    assert items(hand, WireItem) == []
    hand.hold(Qt.Key.Key_Shift)
    assert len(items(hand, WireItem)) == 1
    assert hand.canvas.scene.edges["n0", "entered", "n1"].opacity() < 0.2
    hand.let_go(Qt.Key.Key_Shift)
    assert items(hand, WireItem) == []
    assert hand.canvas.scene.edges["n0", "entered", "n1"].opacity() == 1
    hand.release((x, y + 200))
    assert edges_of(hand) == {key_of(edge) for edge in CHAIN.edges}


def test_a_node_pulled_out_with_shift_closes_the_gap(opened: Open) -> None:
    hand = opened(CHAIN)
    x, y = hand.head("n1")
    hand.drag((x, y), (x, y + 200), LEFT, SHIFT)
    assert edges_of(hand) == {("n0", "entered", "n2")}
    assert flow_of(hand).by_id["n1"].y == 200
    assert hand.canvas.scene.lit == {("n0", "entered", "n2")}


def test_ways_that_part_are_left_open_when_their_node_is_pulled_out(opened: Open) -> None:
    flow = Flow("F", (*CHAIN.nodes, node("x", "end", 480, 200)), (*CHAIN.edges, Edge("n1", "failed", "x")))
    hand = opened(flow)
    x, y = hand.head("n1")
    hand.drag((x, y), (x, y + 300), LEFT, SHIFT)
    assert edges_of(hand) == set()
    assert hand.canvas.document.undo_stack.count() == 1


def test_one_node_pasted_onto_an_edge_goes_between_its_ends(opened: Open) -> None:
    hand = opened(CHAIN)
    hand.canvas.selection.set(Parts.of_nodes(["n1"]))
    hand.canvas.run("copy")
    hand.canvas.view.pointer_place = QPointF(200, 28)
    hand.canvas.run("paste")
    made = flow_of(hand).nodes[-1].id
    assert {("n0", "entered", made), (made, "sent", "n1")} <= edges_of(hand)
    assert hand.canvas.selected == (made,)
    assert hand.canvas.document.undo_stack.count() == 1
    hand.canvas.run("undo")
    assert write_flow(flow_of(hand)) == write_flow(CHAIN)
    hand.canvas.selection.set(Parts.of_nodes(["n1", "n2"]))
    hand.canvas.run("copy")
    hand.canvas.run("paste")
    assert len(edges_of(hand)) == 3


# --- copies and lines ----------------------------------------------------------------------------------


def test_alt_drags_a_copy_of_all_that_is_selected_and_its_edges(opened: Open) -> None:
    hand = opened(Flow("F", CHAIN.nodes, CHAIN.edges, (Note("a", "x", 240, 200),)))
    hand.canvas.selection.set(Parts(nodes=frozenset({"n1", "n2"}), notes=frozenset({"a"})))
    x, y = hand.head("n1")
    hand.drag((x, y), (x + 8, y + 400), LEFT, ALT, let_go=False)
    assert isinstance(gesture(hand), Duplicate)
    hand.release((x + 8, y + 400), LEFT, ALT)
    flow = flow_of(hand)
    assert [(one.kind, one.x, one.y) for one in flow.nodes[3:]] == [("email", 248, 400), ("end", 488, 400)]
    assert len(flow.edges) == 3
    assert [note.y for note in flow.notes] == [200, 600]
    assert hand.canvas.selection.parts.nodes == {one.id for one in flow.nodes[3:]}


def test_a_copy_let_go_where_it_came_from_is_none(opened: Open) -> None:
    hand = opened(CHAIN)
    x, y = hand.head("n1")
    hand.drag((x, y), (x + 90, y), LEFT, ALT, let_go=False)
    hand.move((x + 1, y), LEFT, ALT)
    hand.release((x + 1, y), LEFT, ALT)
    assert write_flow(flow_of(hand)) == write_flow(CHAIN)


def test_guides_are_shown_while_a_node_stands_with_others_and_snap_it_there(opened: Open) -> None:
    hand = opened(Flow("F", (node("a", "set", 3, 0), node("b", "set", 400, 300)), ()))
    x, y = hand.head("b")
    hand.drag((x, y), (x - 394, y + 20), let_go=False)
    [shown] = items(hand, GuidesItem)
    assert {guide.words for guide in shown.guides} == {"", "264"}
    hand.move((x - 300, y + 20))
    assert shown.guides == ()
    hand.move((x - 394, y + 20))
    hand.release((x - 394, y + 20))
    assert flow_of(hand).by_id["b"].x == 3


def test_the_pull_that_straightens_an_edge_goes_before_guides(opened: Open) -> None:
    nodes = (
        node("a", reactions=["opened"]),
        node("b", "set", x=400, y=200),
        node("c", "set", x=700, y=40),
    )
    hand = opened(Flow("F", nodes, (Edge("a", "opened", "b"),)))
    x, y = hand.head("b")
    hand.drag((x, y), (x, y - 200 + 41))
    assert flow_of(hand).by_id["b"].y == 44


def test_a_kind_from_the_palette_meets_the_same_guides(opened: Open) -> None:
    hand = opened(Flow("F", (node("a", "set", 3, 0),)))
    hand.carry("set", (87, 300), drop=False)
    [shown] = items(hand, GuidesItem)
    assert shown.guides
    hand.leave()
    assert items(hand, GuidesItem) == []
    hand.carry("set", (87, 300))
    assert flow_of(hand).nodes[-1].x == 3


# --- lasso ---------------------------------------------------------------------------------------------


def round_about(hand: Fingers, keys: Qt.KeyboardModifier) -> None:
    """A line around the first and the last node that leaves out the one between them."""
    hand.press((-40, -60), LEFT, keys)
    corners = ((-40, 120), (200, 120), (200, 300), (460, 300), (460, -20), (620, -20), (620, 400), (-60, 400))
    for place in corners:
        hand.move(place, LEFT, keys)


def test_a_lasso_selects_at_once_what_it_goes_round_and_nothing_else(opened: Open) -> None:
    nodes = (
        node("a", "set", 0, 0),
        node("b", "set", 240, 0),
        node("c", "end", 500, 0),
        node("d", "set", 0, 500),
    )
    hand = opened(Flow("F", nodes, notes=(Note("note", "x", 20, 200), Note("far", "x", 700, 200))))
    round_about(hand, ALT)
    assert isinstance(gesture(hand), Lasso)
    hand.canvas.grab()
    chosen = hand.canvas.selection.parts
    assert "b" not in chosen.nodes
    assert "d" not in chosen.nodes
    assert "c" in chosen.nodes
    assert chosen.notes == {"note"}
    hand.key(Qt.Key.Key_Escape)
    assert not hand.canvas.selection.parts
    hand.canvas.selection.set(Parts.of_nodes(["d"]))
    round_about(hand, ALT | CTRL)
    hand.release((-60, 400), LEFT, ALT | CTRL)
    assert {"c", "d"} <= hand.canvas.selection.parts.nodes


# --- on one line ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "deed",
    [
        "align-left",
        "align-centre",
        "align-right",
        "align-top",
        "align-middle",
        "align-bottom",
        "distribute-across",
        "distribute-down",
    ],
)
def test_aligning_and_distributing_is_one_step_each(opened: Open, deed: str) -> None:
    nodes = (node("a", "set", 0, 0), node("b", "delay", 303, 140), node("c", "email", 700, 420))
    flow = Flow("F", nodes)
    hand = opened(flow)
    hand.canvas.run(deed)
    assert hand.canvas.document.undo_stack.count() == 0
    hand.canvas.selection.set(Parts.of_nodes("abc"))
    hand.canvas.run(deed)
    assert write_flow(flow_of(hand)) != write_flow(flow)
    assert hand.canvas.document.undo_stack.count() == 1
    hand.canvas.run("undo")
    assert write_flow(flow_of(hand)) == write_flow(flow)
