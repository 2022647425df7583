"""The scene is a mirror of the document, whatever happens to it."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtWidgets import QApplication

from app.canvas.commands import FlowCommand, Rename
from app.canvas.document import CanvasDocument
from app.canvas.drawing import Drawing
from app.canvas.facts import Step
from app.canvas.geometry import Rect
from app.canvas.items.edge import EdgeItem, EdgeStyle
from app.canvas.items.node import NodeItem
from app.canvas.items.paper import FrameItem, NoteItem
from app.canvas.scene import CanvasScene
from app.canvas.selection import Parts
from app.model.flow import Flow, Problem
from app.model.ports import Counts
from tests.gui.canvas.conftest import Open
from tests.unit.canvas.drawn import chain, edits_of, flows

CHAIN = chain("entry.manual", "email", "delay", "end")


def assert_mirror(scene: CanvasScene, document: CanvasDocument) -> None:
    """The items are those of the flow near the view, where the flow says, and nothing is left over."""
    scene.settle()
    fresh = Drawing(document.flow, scene.look.style.m, scene.look.style.measure)
    view = scene.views()[0]
    seen = view.mapToScene(view.viewport().rect()).boundingRect()
    names, keys = fresh.near(Rect(seen.x(), seen.y(), seen.width(), seen.height()))
    items = scene.items()
    nodes = {item.node_id: item for item in items if isinstance(item, NodeItem)}
    edges = {item.key: item for item in items if isinstance(item, EdgeItem)}
    assert set(names) <= nodes.keys() == scene.nodes.keys() <= fresh.faces.keys()
    assert set(keys) <= edges.keys() == scene.edges.keys() <= set(fresh.flow_edges())
    assert fresh.routes == scene.drawing.routes
    parts = [item for item in items if isinstance(item, (NodeItem, EdgeItem, NoteItem, FrameItem))]
    assert len(parts) == len(nodes) + len(edges) + len(scene.notes) + len(scene.frames)
    assert {item.note_id for item in items if isinstance(item, NoteItem)} == {
        note.id for note in document.flow.notes
    }
    frames = {item.frame.id: item.frame for item in items if isinstance(item, FrameItem)}
    assert frames == {frame.id: frame for frame in fresh.frames}
    for name, item in nodes.items():
        assert item.face == fresh.faces[name]
        assert (item.x(), item.y()) == fresh.places[name]
    for key, edge in edges.items():
        assert edge.route == fresh.routes[key]
    assert scene.selection.parts.nodes <= fresh.faces.keys()


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(data=st.data())
def test_after_any_edits_undos_and_redos_no_item_is_stale_or_left_over(
    opened: Open, data: st.DataObject
) -> None:
    canvas = opened(data.draw(flows())).canvas
    document = canvas.document
    canvas.run("select-all")
    for _ in range(data.draw(st.integers(1, 6))):
        document.do(FlowCommand(document, "Edit", data.draw(edits_of(document.flow))))
        assert_mirror(canvas.scene, document)
    while document.undo_stack.canUndo():
        document.undo_stack.undo()
        assert_mirror(canvas.scene, document)
    while document.undo_stack.canRedo():
        document.undo_stack.redo()
    assert_mirror(canvas.scene, document)


def test_typing_repaints_one_node_and_no_other(opened: Open) -> None:
    canvas = opened(CHAIN).canvas
    before = {name: item.face for name, item in canvas.scene.nodes.items()}
    canvas.document.do(Rename(canvas.document, "n1", "Hello"))
    changed = [name for name, item in canvas.scene.nodes.items() if item.face is not before[name]]
    assert changed == ["n1"]


def test_problems_counts_and_pause_stand_on_their_nodes(opened: Open) -> None:
    canvas = opened(CHAIN).canvas
    problem = Problem("missing-setting", "error", "It has no subject", "Write one", ("n1",))
    canvas.set_problems([problem])
    canvas.set_counts(Counts(here={"n2": 6}, edges={("n0", "entered"): 12}))
    canvas.set_paused("since 9:12")
    marks = {name: item.mark for name, item in canvas.scene.nodes.items()}
    assert (marks["n1"].problems, marks["n1"].severe, marks["n1"].words) == (1, True, "It has no subject")
    assert marks["n2"].here == 6
    assert marks["n0"].paused == "since 9:12"
    assert canvas.scene.edges["n0", "entered", "n1"].count == 12
    canvas.set_problems([])
    assert canvas.scene.nodes["n1"].mark.problems == 0


def test_a_way_is_lit_and_all_else_fades(opened: Open) -> None:
    canvas = opened(CHAIN).canvas
    canvas.walk([Step("n0", "entered", "Tue 14:02"), Step("n1")])
    edges = canvas.scene.edges
    assert edges["n0", "entered", "n1"].line_style is EdgeStyle.WALKED
    assert edges["n0", "entered", "n1"].words == "Tue 14:02"
    assert edges["n1", "sent", "n2"].opacity() < 1
    canvas.walk([])
    assert all(edge.opacity() == 1 for edge in edges.values())


def test_a_dot_runs_along_an_edge_whose_count_rises_and_not_at_first_sight(opened: Open) -> None:
    canvas = opened(CHAIN).canvas
    canvas.set_still(is_still=False)
    canvas.set_counts(Counts(edges={("n0", "entered"): 12}))
    assert not canvas.scene.runners.running
    canvas.set_counts(Counts(edges={("n0", "entered"): 13}))
    assert list(canvas.scene.runners.running) == [("n0", "entered", "n1")]
    canvas.document.do(FlowCommand(canvas.document, "Edit", lambda _: Flow("Empty")))
    assert not canvas.scene.runners.running
    assert_mirror(canvas.scene, canvas.document)


def test_with_still_motion_the_edge_lights_up_instead(opened: Open) -> None:
    canvas = opened(CHAIN).canvas
    canvas.set_counts(Counts(edges={("n0", "entered"): 12}))
    before = len(canvas.scene.items())
    canvas.set_counts(Counts(edges={("n0", "entered"): 13}))
    assert canvas.scene.edges["n0", "entered", "n1"].is_lit
    assert len(canvas.scene.items()) == before
    canvas.scene.runners.stop_all()
    assert not canvas.scene.edges["n0", "entered", "n1"].is_lit


def test_at_most_twelve_dots_run_at_a_time(opened: Open) -> None:
    flow = chain("entry.manual", *["set"] * 20)
    canvas = opened(flow).canvas
    canvas.set_still(is_still=False)
    canvas.fit()
    keys = [(edge.source, edge.outlet) for edge in flow.edges]
    canvas.set_counts(Counts(edges=dict.fromkeys(keys, 1)))
    canvas.set_counts(Counts(edges=dict.fromkeys(keys, 2)))
    assert len(canvas.scene.runners.running) == 12
    canvas.scene.runners.stop_all()


def test_tidying_slides_all_nodes_to_the_places_that_the_document_has_at_once(opened: Open) -> None:
    flow = Flow("F", tuple(reversed(CHAIN.nodes)), CHAIN.edges)
    canvas = opened(flow).canvas
    canvas.set_still(is_still=False)
    canvas.run("tidy")
    assert canvas.scene._glide.is_running
    target = {name: (one.x, one.y) for name, one in canvas.document.flow.by_id.items()}
    canvas.document.do(Rename(canvas.document, "n1", "Interrupts"))
    assert {name: (item.x(), item.y()) for name, item in canvas.scene.nodes.items()} == target
    assert_mirror(canvas.scene, canvas.document)


def test_below_40_percent_one_layer_takes_the_place_of_all_items(opened: Open) -> None:
    hand = opened(CHAIN)
    canvas = hand.canvas
    canvas.view.set_zoom(0.3)
    assert canvas.scene.overview.isVisible()
    assert not canvas.scene.nodes
    hand.click(hand.head("n1"))
    assert canvas.selected == ("n1",)
    x, y = hand.head("n1")
    hand.drag((x, y), (x, y + 200))
    assert canvas.document.flow.by_id["n1"].y == 200
    canvas.view.set_zoom(1)
    assert not canvas.scene.overview.isVisible()
    assert set(canvas.scene.nodes) == {"n0", "n1", "n2", "n3"}


def test_another_document_takes_the_place_of_the_first_which_is_left_alone(opened: Open) -> None:
    canvas = opened(CHAIN).canvas
    first = canvas.document
    canvas.selection.set(Parts.of_nodes(["n1"]))
    second = CanvasDocument(chain("entry.event", "sms"), canvas)
    canvas.set_document(second)
    QApplication.processEvents()
    assert canvas.selected == ()
    first.do(Rename(first, "n1", "Unseen"))
    first.set_counts(Counts(here={"n1": 3}))
    second.do(Rename(second, "n1", "Seen"))
    assert canvas.scene.nodes["n1"].face.title == "Seen"
    assert canvas.actions_["undo"].isEnabled()


def test_the_same_document_can_be_shown_again(opened: Open) -> None:
    canvas = opened(CHAIN).canvas
    first = canvas.document
    canvas.set_document(CanvasDocument(Flow("Other"), canvas))
    canvas.set_document(first)
    QApplication.processEvents()
    assert set(canvas.scene.nodes) == {"n0", "n1", "n2", "n3"}
