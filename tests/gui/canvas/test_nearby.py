"""Items are there for what is near the view, and look as if they had been there all the time."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor

from app.canvas.commands import FlowCommand, Move
from app.canvas.drawing import Drawing
from app.canvas.edits import EdgeKey
from app.canvas.facts import Step
from app.canvas.geometry import Measure, Rect
from app.canvas.passing import FADED, LIFTED
from app.canvas.routing import AT_ONCE
from app.canvas.selection import Parts
from app.canvas.theme import Measures
from app.canvas.widget import Canvas
from app.model.flow import Edge, Flow, Node, Problem
from app.model.ports import Counts
from tests.gui.canvas.conftest import Open
from tests.unit.canvas.drawn import M, chain, drawing, flows, measure

LONG = chain("entry.manual", *["set"] * 99)
"""A hundred nodes in one row, 240 apart."""
FAR: EdgeKey = ("n60", "next", "n61")


def block(count: int, across: int = 100) -> Flow:
    """So many nodes in rows, each with an edge to the next one and to the one below it."""
    nodes = tuple(
        Node(f"n{n}", "check", f"Check {n}", n % across * 240, n // across * 160, {"ways": [{"name": "yes"}]})
        for n in range(count)
    )
    edges = [Edge(f"n{n}", "yes", f"n{n + 1}") for n in range(count - 1)]
    edges += [Edge(f"n{n}", "else", f"n{n + across}") for n in range(count - across)]
    return Flow("Block", nodes, tuple(edges))


def seen_names(canvas: Canvas, more: float = 0) -> set[str]:
    """The nodes whose bodies the view shows, or that are at most ``more`` screen px outside of it."""
    seen = canvas.view.seen
    area = Rect(seen.x(), seen.y(), seen.width(), seen.height()).grown(more / canvas.view.zoom)
    boxes = canvas.scene.drawing.boxes
    return {name for name in boxes if canvas.scene.drawing.body(name).touches(area)}


def look_at(canvas: Canvas, name: str) -> None:
    canvas.view.show_middle(canvas.scene.extent_of([name]).center())


@given(flow=flows(), data=st.data())
def test_what_is_near_is_found_as_if_everything_were_looked_at(flow: Flow, data: st.DataObject) -> None:
    made = drawing(flow)
    x, y, side = (data.draw(st.integers(low, 900)) for low in (-400, -400, 1))
    area = Rect(x, y, side, side)
    names, keys = made.near(area)
    assert names == [name for name in made.boxes if made.body(name).touches(area)]
    assert set(keys) == {key for key in made.flow_edges() if made.is_edge_near(key, area)}


@given(flow=flows())
def test_ways_found_in_steps_are_those_found_at_once(flow: Flow) -> None:
    at_once, in_steps = Drawing(flow, M, measure), Drawing(flow, M, measure, routed=False)
    in_steps.touch_up()
    steps = in_steps.careful()
    while next(steps, at_once) is not at_once:
        assert in_steps.routes.keys() == set(in_steps.flow_edges())
    assert in_steps.routes == at_once.routes


def test_items_are_made_and_dropped_as_the_view_moves(opened: Open) -> None:
    canvas = opened(LONG).canvas
    for name in ("n0", "n30", "n99", "n31", "n0"):
        look_at(canvas, name)
        there = set(canvas.scene.nodes)
        assert seen_names(canvas) <= there <= seen_names(canvas, 1000)
        assert name in there
        assert len(there) < 20
    items = {item for item in canvas.scene.items() if getattr(item, "node_id", None)}
    assert items == set(canvas.scene.nodes.values())


def test_zooming_in_drops_what_is_seen_no_more(opened: Open) -> None:
    canvas = opened(LONG).canvas
    canvas.view.set_zoom(0.45)
    wide = len(canvas.scene.nodes)
    canvas.view.set_zoom(2.0)
    assert len(canvas.scene.nodes) < wide


def test_an_item_made_later_looks_as_if_it_had_been_there(opened: Open) -> None:
    canvas = opened(LONG).canvas
    scene = canvas.scene
    assert "n60" not in scene.nodes
    canvas.selection.set(Parts(frozenset({"n60"}), frozenset({FAR})))
    canvas.set_problems([Problem("x", "error", "No", "", ("n60",))])
    canvas.set_counts(Counts(here={"n60": 4}, edges={("n60", "next"): 9}))
    scene.hover({"n60": frozenset({"next"})}, [FAR])
    scene.light([FAR])
    look_at(canvas, "n60")
    node, edge = scene.nodes["n60"], scene.edges[FAR]
    assert (node.is_selected, node.is_hovered, node.hot_ports) == (True, True, frozenset({"next"}))
    assert (node.mark.here, node.mark.severe) == (4, True)
    assert (edge.is_selected, edge.is_hovered, edge.is_lit, edge.count) == (True, True, True, 9)
    scene.hover({})
    scene.light(())
    assert not any((node.is_hovered, edge.is_hovered, edge.is_lit))


def test_fading_lifting_and_inviting_reach_items_made_later(opened: Open) -> None:
    canvas = opened(LONG).canvas
    scene = canvas.scene
    canvas.walk([Step("n60", "next"), Step("n61")])
    look_at(canvas, "n60")
    assert scene.nodes["n60"].opacity() == 1
    assert scene.nodes["n59"].opacity() == pytest.approx(FADED)
    look_at(canvas, "n0")
    canvas.walk([])
    scene.lift(["n60"])
    scene.invite("n58", lambda name: name == "n61")
    look_at(canvas, "n60")
    assert scene.nodes["n60"].opacity() == pytest.approx(LIFTED)
    assert scene.nodes["n60"].zValue() > scene.nodes["n61"].zValue()
    assert (scene.nodes["n61"].invites, scene.nodes["n59"].invites) == (True, False)
    assert (scene.nodes["n61"].opacity(), scene.nodes["n58"].opacity()) == (1, 1)
    scene.lift(())
    scene.invite("", None)
    assert {item.opacity() for item in scene.nodes.values()} == {1}
    assert {item.invites for item in scene.nodes.values()} == {None}


def test_what_changes_out_of_sight_is_right_when_it_is_seen(opened: Open) -> None:
    canvas = opened(LONG).canvas
    canvas.document.do(Move(canvas.document, (0, 160), frozenset({"n60"}), frozenset(), frozenset()))
    canvas.scene.settle()
    look_at(canvas, "n60")
    assert canvas.scene.nodes["n60"].y() == 160
    assert canvas.scene.edges[FAR].route == Drawing(canvas.document.flow, *_like(canvas)).routes[FAR]


def test_a_node_that_is_dragged_into_view_is_seen(opened: Open) -> None:
    canvas = opened(LONG).canvas
    assert "n60" not in canvas.scene.nodes
    canvas.scene.preview_places({"n60": (100.0, 300.0)})
    assert canvas.scene.nodes["n60"].pos() == QPointF(100, 300)
    assert canvas.scene.edges[FAR].route.points[0] == canvas.scene.drawing.port("n60", "next")
    canvas.scene.end_preview(put_back=True)
    assert canvas.scene.drawing.places["n60"] == (60 * 240, 0)


def test_later_nodes_lie_over_earlier_ones_whichever_was_made_first(opened: Open) -> None:
    canvas = opened(LONG).canvas
    look_at(canvas, "n60")
    look_at(canvas, "n50")
    ordered = sorted(canvas.scene.nodes.values(), key=lambda item: item.zValue())
    assert [int(item.node_id[1:]) for item in ordered] == sorted(int(name[1:]) for name in canvas.scene.nodes)


def test_opening_five_thousand_nodes_makes_no_more_items_than_are_near_the_view(opened: Open) -> None:
    canvas = opened(chain("entry.manual")).canvas
    canvas.document.do(FlowCommand(canvas.document, "Open", lambda _: block(5_000)))
    assert 0 < len(canvas.scene.nodes) <= len(seen_names(canvas, 1000)) < 120
    assert len(canvas.scene.edges) < 300
    canvas.fit()
    assert not canvas.scene.nodes
    assert not canvas.scene.edges


def test_a_large_drawing_is_sketched_first_and_becomes_what_it_would_be_at_once(opened: Open) -> None:
    flow = block(120, across=12)
    assert len(flow.edges) > AT_ONCE
    canvas = opened(flow).canvas
    assert canvas.scene.drawing.routes.keys() == set(canvas.scene.drawing.flow_edges())
    canvas.scene.flush()
    whole = Drawing(flow, *_like(canvas))
    assert canvas.scene.drawing.routes == whole.routes
    for key, edge in canvas.scene.edges.items():
        assert edge.route == whole.routes[key]


def test_seen_whole_every_node_has_its_block(opened: Open) -> None:
    canvas = opened(block(400, across=20)).canvas
    canvas.fit()
    assert canvas.scene.overview.isVisible()
    picture = canvas.view.viewport().grab().toImage()
    paper = QColor(canvas.style_.color("canvas")).name()
    shown = [
        canvas.view.to_screen(canvas.scene.extent_of([name]).center()) for name in canvas.scene.drawing.boxes
    ]
    cards = [card.geometry() for card in (canvas._minimap, canvas._zoom)]
    free = [at.toPoint() for at in shown if not any(card.contains(at.toPoint()) for card in cards)]
    assert len(free) > 350
    assert all(picture.pixelColor(at).name() != paper for at in free)


def test_what_is_kept_as_a_pixmap_looks_like_what_was_painted_first(opened: Open) -> None:
    canvas = opened(LONG).canvas
    canvas.set_counts(Counts(here={"n1": 12}))
    for zoom in (1.0, 0.83):
        canvas.view.set_zoom(zoom)
        area = QRectF(0, 0, 900, 300).toRect()
        first = canvas.view.viewport().grab(area).toImage()
        second = canvas.view.viewport().grab(area).toImage()
        differing = [
            (x, y)
            for x in range(first.width())
            for y in range(first.height())
            if _apart(first.pixelColor(x, y), second.pixelColor(x, y)) > 24
        ]
        assert not differing


def test_the_canvas_is_imported_without_what_only_the_check_needs() -> None:
    heavy = "[name for name in ('networkx', 'sqlalchemy', 'liquid') if name in sys.modules]"
    told = f"import sys, app.canvas.widget; print({heavy})"
    done = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def _apart(one: QColor, other: QColor) -> int:
    return abs(one.red() - other.red()) + abs(one.green() - other.green()) + abs(one.blue() - other.blue())


def _like(canvas: Canvas) -> tuple[Measures, Measure]:
    style = canvas.scene.look.style
    return style.m, style.measure


def test_a_drawing_beyond_the_farthest_zoom_is_fitted_in_all_the_same(opened: Open) -> None:
    canvas = opened(block(2_000, across=200)).canvas
    canvas.fit()
    assert canvas.view.zoom < canvas.style_.m.zoom_min
    assert seen_names(canvas) == set(canvas.scene.drawing.boxes)
    canvas.view.zoom_by(1)
    assert canvas.view.zoom == canvas.style_.m.zoom_min
