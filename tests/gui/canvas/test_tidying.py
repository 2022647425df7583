"""Tidy places by a command, and drawings that are kept tidy."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from statistics import median

import pytest
from PySide6.QtCore import Qt

from app.canvas import edits
from app.canvas.collapse import close, open_up
from app.canvas.commands import FlowCommand
from app.canvas.placing import bodies_overlap
from app.canvas.selection import Parts
from app.canvas.widget import Canvas
from app.flows.bench import sample_flow
from app.flows.codec import write_flow
from app.flows.layout.setting import Layout, layout_of, with_layout
from app.model.flow import Edge, Flow, Node
from tests.gui.canvas.fingers import Fingers
from tests.unit.canvas.drawn import chain, node

Open = Callable[[Flow], Fingers]


def heap() -> Flow:
    """A chain whose nodes all lie on one another."""
    flow = chain("entry.manual", "email", "delay", "email", "end")
    return replace(flow, nodes=tuple(replace(one, x=0, y=0) for one in flow.nodes))


def places(canvas: Canvas) -> dict[str, tuple[float, float]]:
    return {one.id: (one.x, one.y) for one in canvas.document.flow.nodes}


def nothing_overlaps(canvas: Canvas) -> bool:
    drawing = canvas.scene.drawing
    return not any(bodies_overlap(drawing, {name}) for name in drawing.boxes)


def test_tidying_straightens_the_line_by_measured_widths(opened: Open) -> None:
    canvas = opened(heap()).canvas
    canvas.run("tidy")
    drawing = canvas.scene.drawing
    assert nothing_overlaps(canvas)
    assert len({drawing.places[name][1] for name in ("n0", "n1", "n2", "n3", "n4")}) == 1
    gaps = [drawing.body(f"n{n + 1}").x - drawing.body(f"n{n}").right for n in range(4)]
    assert all(48 <= gap < 56 for gap in gaps)


def test_what_a_closed_box_hides_comes_along_with_it(opened: Open) -> None:
    flow = replace(heap(), nodes=tuple(replace(one, x=40 * n, y=0) for n, one in enumerate(heap().nodes)))
    canvas = opened(close(flow, {"n2", "n3"})).canvas
    first = places(canvas)
    canvas.run("tidy")
    now = places(canvas)
    way = [now["n2"][axis] - first["n2"][axis] for axis in (0, 1)]
    assert [now["n3"][axis] - first["n3"][axis] for axis in (0, 1)] == way
    assert nothing_overlaps(canvas)


def test_a_drawing_that_is_not_kept_tidy_never_moves_by_itself(opened: Open) -> None:
    canvas = opened(heap()).canvas
    before = places(canvas)
    document = canvas.document
    document.do(FlowCommand(document, "Add", lambda flow: edits.add(flow, [node("new", "sms", 900, 900)])))
    document.do(
        FlowCommand(document, "Connect", lambda flow: edits.connect(flow, Edge("n1", "failed", "new")))
    )
    assert {**before, "new": (900, 900)} == places(canvas)


def test_keeping_it_tidy_puts_a_new_node_in_its_place_in_the_same_step_and_moves_nothing_else(
    opened: Open,
) -> None:
    canvas = opened(heap()).canvas
    canvas.run("keep-tidy")
    document = canvas.document
    assert layout_of(document.flow).tidy
    before, steps = places(canvas), document.undo_stack.count()
    fresh = Node("new", "sms", "New", 3, 5)
    edge = Edge("n1", "failed", "new")
    document.do(FlowCommand(document, "Add", lambda flow: edits.connect(edits.add(flow, [fresh]), edge)))
    after = places(canvas)
    assert document.undo_stack.count() == steps + 1
    assert [after[name] for name in ("n0", "n1", "n2")] == [before[name] for name in ("n0", "n1", "n2")]
    assert after["n4"][0] - before["n4"][0] == after["n3"][0] - before["n3"][0] <= 80
    assert after["new"][0] == before["n2"][0]
    assert after["new"][1] > before["n2"][1]
    assert nothing_overlaps(canvas)
    canvas.run("undo")
    assert places(canvas) == before


def test_what_follows_an_inserted_node_makes_room_where_the_drawing_is_kept_tidy(opened: Open) -> None:
    canvas = opened(heap()).canvas
    canvas.run("keep-tidy")
    before, document = places(canvas), canvas.document
    fresh = Node("new", "delay", "", 0, 0, {"for": "P1D"})
    document.do(
        FlowCommand(document, "Insert", lambda flow: edits.insert(flow, ("n2", "next", "n3"), fresh, "next"))
    )
    after = places(canvas)
    assert {name for name in before if before[name] != after[name]} == {"n3", "n4"}
    assert after["new"][1] == after["n2"][1] == after["n3"][1]


def test_what_is_moved_by_hand_stays_there_also_in_a_tidy_drawing(opened: Open) -> None:
    hand = opened(heap())
    canvas = hand.canvas
    canvas.run("keep-tidy")
    hand.drag(hand.head("n4"), (hand.head("n4")[0] + 80, hand.head("n4")[1] + 200))
    assert canvas.document.undo_stack.undoText() == "Move N4"
    assert places(canvas)["n4"][1] > 100


def test_keeping_tidy_is_one_step_there_and_one_step_away(opened: Open) -> None:
    canvas = opened(heap()).canvas
    first = write_flow(canvas.document.flow)
    canvas.run("keep-tidy")
    assert canvas.actions_["keep-tidy"].text() == "Keep it tidy no longer"
    canvas.run("keep-tidy")
    assert not layout_of(canvas.document.flow).tidy
    canvas.run("undo")
    canvas.run("undo")
    assert write_flow(canvas.document.flow) == first


def test_deleting_closes_the_row_below_what_stays(opened: Open) -> None:
    hand = opened(with_layout(heap(), Layout(tidy=True)))
    canvas = hand.canvas
    canvas.selection.set(Parts.of_nodes(["n2"]))
    hand.key(Qt.Key.Key_Delete)
    assert nothing_overlaps(canvas)
    assert "n2" not in places(canvas)


@pytest.mark.parametrize("deed", ["turn", "tidy"])
def test_downwards_every_node_stands_below_what_leads_to_it(opened: Open, deed: str) -> None:
    canvas = opened(heap()).canvas
    canvas.run("turn")
    if deed == "tidy":
        canvas.run("tidy")
    found = places(canvas)
    assert found["n0"][1] < found["n1"][1] < found["n2"][1] < found["n3"][1] < found["n4"][1]
    assert nothing_overlaps(canvas)
    canvas.run("turn")
    assert len({y for _, y in places(canvas).values()}) == 1


def test_opening_a_box_makes_room_for_what_was_in_it_where_the_drawing_is_kept_tidy(opened: Open) -> None:
    flow = chain("entry.manual", "email", "email", "email", "email", "end")
    canvas = opened(with_layout(close(flow, {"n2", "n3"}), Layout(tidy=True))).canvas
    canvas.run("tidy")
    document = canvas.document
    document.do(FlowCommand(document, "Open", lambda old: open_up(old, {"n2"})))
    found = places(canvas)
    assert found["n1"][0] < found["n2"][0] < found["n3"][0] < found["n4"][0]
    assert nothing_overlaps(canvas)
    canvas.run("undo")
    assert "n3" not in canvas.scene.drawing.boxes


def test_tidying_again_after_a_small_edit_moves_only_what_is_new_and_once_more_lays_out_anew(
    opened: Open,
) -> None:
    canvas = opened(sample_flow(100)).canvas
    canvas.run("tidy")
    before, document = places(canvas), canvas.document
    fresh, edge = node("new", "sms", 3, 5), Edge("n30", "failed", "new")
    document.do(FlowCommand(document, "Add", lambda flow: edits.connect(edits.add(flow, [fresh]), edge)))
    canvas.run("tidy")
    ways = [
        abs(place[0] - before[name][0]) + abs(place[1] - before[name][1])
        for name, place in places(canvas).items()
        if name != "new"
    ]
    assert median(ways) == 0
    assert places(canvas)["new"] != (3, 5)
    assert nothing_overlaps(canvas)
    canvas.run("tidy")
    anew = places(canvas)
    canvas.run("tidy")
    assert places(canvas) == anew


def test_what_was_moved_by_hand_goes_back_to_its_place_when_it_is_tidied_again(opened: Open) -> None:
    hand = opened(heap())
    canvas = hand.canvas
    canvas.run("tidy")
    before = places(canvas)
    hand.drag(hand.head("n2"), (hand.head("n2")[0] + 80, hand.head("n2")[1] + 200))
    assert places(canvas) != before
    canvas.run("tidy")
    assert places(canvas) == before
