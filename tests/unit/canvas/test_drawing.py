from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from app.canvas import edits
from app.canvas.changes import Change, Delta
from app.canvas.drawing import Drawing
from app.canvas.facts import problems_by_node
from app.model.flow import Edge, Flow, Node, Problem
from tests.unit.canvas.drawn import chain, drawing, edits_of, flows


def update(made: Drawing, after: Flow) -> None:
    delta = Delta.of(Change.between(made.flow, after))
    if made.update(after, delta).routes:
        made.reroute()


@given(st.data())
def test_a_drawing_brought_up_to_date_is_the_same_as_one_made_anew(data: st.DataObject) -> None:
    made = drawing(data.draw(flows()))
    for _ in range(data.draw(st.integers(1, 5))):
        update(made, data.draw(edits_of(made.flow))(made.flow))
        fresh = drawing(made.flow)
        assert made.faces == fresh.faces
        assert made.boxes == fresh.boxes
        assert made.places == fresh.places
        assert made.routes == fresh.routes


def test_typing_a_subject_touches_one_face_and_no_way() -> None:
    made = drawing(chain("entry.manual", "email", "end"))
    after = edits.change_settings(made.flow, "n1", {"subject": "Hello"})
    found = made.update(after, Delta.of(Change.between(made.flow, after)))
    assert (found.added, found.removed, found.faces, found.routes) == ((), (), ("n1",), False)


def test_ticking_a_reaction_grows_the_node_and_asks_for_other_ways() -> None:
    made = drawing(chain("entry.manual", "email", "end"))
    after = edits.change_settings(made.flow, "n1", {"reactions": ["opened", "clicked"]})
    assert made.update(after, Delta.of(Change.between(made.flow, after))).routes


def test_two_nodes_of_one_id_are_drawn_as_the_first_and_edges_to_nowhere_not_at_all() -> None:
    flow = Flow(
        "F",
        (Node("a", "email", "One"), Node("a", "sms", "Two", 400, 0)),
        (Edge("a", "sent", "gone"), Edge("gone", "sent", "a")),
    )
    made = drawing(flow)
    assert made.faces["a"].title == "One"
    assert not made.routes


def test_everything_drawn_lies_inside_the_extent() -> None:
    made = drawing(chain("entry.manual", "email", "end"))
    extent = made.extent()
    assert extent is not None
    assert all(extent.holds(body) for body in made.bodies().values())
    assert drawing(Flow("empty")).extent() is None


def test_problems_are_sorted_by_node_and_each_counts_once() -> None:
    problem = Problem("cycle", "error", "A circle", "", ("a", "b", "a"))
    assert problems_by_node([problem]) == {"a": (problem,), "b": (problem,)}
