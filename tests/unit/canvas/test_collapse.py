"""Branches close into boxes and open up; nothing but the list of groups changes in the document."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from app.canvas import edits
from app.canvas.changes import Change, Delta
from app.canvas.collapse import branch, close, open_up, reveal
from app.canvas.drawing import Drawing
from app.canvas.faces import Shape
from app.canvas.facts import Facts, Step, problems_by_node
from app.canvas.groups import groups_of, shown, with_groups, without_nodes
from app.flows.codec import read_flow, write_flow
from app.flows.validate import validate
from app.model.flow import EMPTY, Edge, Flow, Problem
from app.model.ports import Counts
from tests.unit.canvas.drawn import M, chain, drawing, edits_of, flows, measure, node

STORY = Flow(
    "Story",
    (
        node("start", "entry.event", 0, 0),
        node("a", "email", 200, 0, reactions=["opened"], timeout="P1D"),
        node("b", "sms", 400, 0),
        node("c", "popup", 400, 200),
        node("d", "check", 600, 200),
        node("e", "end", 800, 0),
    ),
    (
        Edge("start", "entered", "a"),
        Edge("a", "opened", "b"),
        Edge("a", "timeout", "c"),
        Edge("b", "sent", "e"),
        Edge("c", "clicked", "d"),
        Edge("d", "else", "e"),
    ),
)


@st.composite
def closed(draw: st.DrawFn) -> tuple[Flow, Flow]:
    """Any flow, and the same with some of its nodes closed, maybe one box in another."""
    flow = draw(flows().filter(lambda one: len(one.nodes) > 1))
    names = [one.id for one in flow.nodes]
    now = flow
    for _ in range(draw(st.integers(1, 3))):
        chosen = frozenset(draw(st.lists(st.sampled_from(names), min_size=1, max_size=6)))
        now = close(now, shown(now).widened(chosen), draw(st.sampled_from(["", "Second try"])))
    return flow, now


@given(closed())
def test_closing_touches_nothing_but_the_list_of_groups(flows_: tuple[Flow, Flow]) -> None:
    flow, now = flows_
    assert (now.nodes, now.edges, now.notes, now.settings) == (
        flow.nodes,
        flow.edges,
        flow.notes,
        flow.settings,
    )
    assert now.extra.keys() - flow.extra.keys() == {"groups"}
    assert read_flow(write_flow(now)) == replace(now, extra=read_flow(write_flow(now)).extra)


@given(closed())
def test_opening_everything_up_gives_the_bytes_of_the_flow_but_for_titles_kept(
    flows_: tuple[Flow, Flow],
) -> None:
    flow, now = flows_
    for one in flow.nodes:
        now = reveal(now, one.id)
    assert not shown(now)
    assert all(group.title and not group.closed for group in groups_of(now))
    assert write_flow(with_groups(now, [])) == write_flow(flow)


@given(closed())
def test_every_node_is_drawn_once_itself_or_in_one_box(flows_: tuple[Flow, Flow]) -> None:
    _, now = flows_
    drawn = drawing(now)
    hidden = [name for names in drawn.shown.inside.values() for name in names]
    assert len(hidden) == len(set(hidden))
    plain = now.by_id.keys() - set(hidden)
    assert drawn.boxes.keys() == plain | drawn.shown.inside.keys()
    for first, names in drawn.shown.inside.items():
        assert first in names
        assert drawn.faces[first].shape is Shape.BOX
        assert drawn.places[first] == (now.by_id[first].x, now.by_id[first].y)


@given(closed())
def test_every_edge_over_a_border_has_both_ends_and_none_inside_is_drawn(flows_: tuple[Flow, Flow]) -> None:
    _, now = flows_
    drawn = drawing(now)
    there = set(drawn.flow_edges())
    for edge in now.edges:
        key = edits.key_of(edge)
        within = drawn.shown.is_within(edge.source, edge.target)
        assert (key in there) is not within
        if not within:
            assert drawn.port(edge.source, edge.outlet) is not None
            assert key in drawn.routes
            assert drawn.shown.box(edge.target) in drawn.boxes


@given(st.data())
def test_after_any_edits_the_drawing_is_as_if_it_were_made_anew(data: st.DataObject) -> None:
    _, now = data.draw(closed())
    drawn = drawing(now)
    for _ in range(data.draw(st.integers(1, 5))):
        choice = data.draw(st.sampled_from(["edit", "open", "close"]))
        names = [one.id for one in now.nodes]
        if choice == "edit" or not names:
            after = data.draw(edits_of(now))(now)
        elif choice == "open":
            after = open_up(now, {data.draw(st.sampled_from(names))})
        else:
            chosen = frozenset(data.draw(st.lists(st.sampled_from(names), min_size=1, max_size=4)))
            after = close(now, shown(now).widened(chosen))
        change = Change.between(now, after)
        update = drawn.update(after, Delta.of(change))
        drawn.reroute()
        fresh = Drawing(after, M, measure)
        assert (drawn.faces, drawn.boxes, drawn.places) == (fresh.faces, fresh.boxes, fresh.places)
        assert drawn.routes == fresh.routes
        assert drawn.touching == fresh.touching
        assert not set(update.removed) & drawn.boxes.keys()
        assert change.turned().apply(after) == now
        now = after


@given(closed())
def test_the_check_does_not_see_boxes(flows_: tuple[Flow, Flow]) -> None:
    flow, now = flows_
    assert list(validate(flow)) == list(validate(now))


def test_a_branch_is_what_is_reached_only_through_its_start() -> None:
    assert branch(STORY, ["c"]) == {"d"}
    assert branch(STORY, ["a"]) == {"b", "c", "d", "e"}
    assert branch(STORY, ["b"]) == {"e"}, "where nothing follows alone, all that follows does"
    assert branch(STORY, ["e"]) == frozenset()


def test_a_box_says_what_is_inside_and_how_it_is_left() -> None:
    drawn = drawing(close(STORY, {"b", "c", "d"}))
    face = drawn.faces["b"]
    assert (face.title, face.second) == ("B and 2 more", "3 nodes inside")
    assert [row.label for row in face.rows] == ["B: sent", "D: else"]
    assert drawn.port("b", "sent") != drawn.port("d", "else") is not None
    assert drawn.inlet("c") == drawn.inlet("b")
    assert [drawn.outlet_of("b", row.outlet) for row in face.rows] == [("b", "sent"), ("d", "else")]
    titled = drawing(close(STORY, {"b", "c", "d"}, "Second try"))
    assert titled.faces["b"].title == "Second try"


def test_people_problems_and_a_lit_way_inside_stand_on_the_box() -> None:
    drawn = drawing(close(STORY, {"b", "c", "d"}))
    problem = Problem("missing-setting", "error", "D has no ways", "Add one", ("d",))
    facts = Facts(
        counts=Counts(here={"b": 2, "d": 5}),
        by_node=problems_by_node([problem, replace(problem, nodes=("c", "d"))]),
        way=(Step("c"),),
        way_nodes=frozenset({"c"}),
    )
    mark = drawn.mark(facts, "b")
    assert (mark.here, mark.problems, mark.severe) == (7, 2, True)
    assert drawn.is_on_way(facts, "b")
    assert not drawn.is_on_way(facts, "a")


def test_a_box_in_a_box_is_still_one_when_the_outer_is_opened() -> None:
    inner = close(STORY, {"c", "d"}, "Inner")
    outer = close(inner, {"b", "c", "d", "e"}, "Outer")
    assert shown(outer).inside == {"b": ("b", "c", "d", "e")}
    opened = open_up(outer, {"e"})
    assert shown(opened).inside == {"c": ("c", "d")}
    assert {group.title: group.closed for group in groups_of(opened)} == {"Inner": True, "Outer": False}
    again = close(opened, {"b", "c", "d", "e"})
    assert again == replace(outer, extra=again.extra)
    assert shown(again).group["b"].title == "Outer"


def test_moving_a_box_moves_all_that_is_inside() -> None:
    now = close(STORY, {"b", "c", "d"})
    moved = edits.place(now, {"b": (416, 80)})
    assert {name: (moved.by_id[name].x, moved.by_id[name].y) for name in "bcd"} == {
        "b": (416, 80),
        "c": (416, 280),
        "d": (616, 280),
    }
    explicit = edits.place(now, {"b": (416, 80), "c": (0, 0), "d": (8, 8)})
    assert (explicit.by_id["c"].x, explicit.by_id["d"].x) == (0, 8)


def test_who_is_deleted_is_forgotten_by_the_groups() -> None:
    now = close(STORY, {"b", "c"})
    without = edits.remove(now, {"b"})
    assert groups_of(without)[0].nodes == ("c",)
    later = edits.add(without, [node("b", "sms")])
    assert shown(later).inside == {"c": ("c",)}
    assert "groups" not in edits.remove(now, {"b", "c"}).extra
    assert without_nodes(now, {"e"}) is now


def test_what_cannot_be_read_is_left_alone_and_kept() -> None:
    strange = [
        7,
        {"id": "g", "nodes": "abc"},
        {"id": 3, "nodes": []},
        {"id": "x", "nodes": ["gone"], "closed": True},
    ]
    flow = replace(STORY, extra={"groups": strange, "other": 1})
    assert not shown(flow)
    assert with_groups(flow, []).extra == {"groups": strange[:3], "other": 1}
    assert with_groups(STORY, []).extra is EMPTY
    assert not shown(replace(STORY, extra={"groups": "nonsense"}))


def test_starts_do_not_make_a_box_deaf_to_wires() -> None:
    drawn = drawing(close(chain("entry.manual", "email", "end"), {"n0", "n1"}))
    assert drawn.inlet("n0") == drawn.inlet("n1") is not None
    assert drawn.shown.inside == {"n1": ("n0", "n1")}
    assert drawing(close(chain("entry.manual", "email"), {"n0"})).inlet("n0") is None
