from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from app.canvas.changes import Change
from app.canvas.edits import key_of, upstream
from app.canvas.joining import inserted, joins, pulled_out, reconnected, without
from app.model.flow import Edge, Flow
from tests.unit.canvas.drawn import IDS, chain, flows, node

CHAIN = chain("entry.manual", "email", "delay", "end")


def keys(flow: Flow) -> list[tuple[str, str, str]]:
    return [key_of(edge) for edge in flow.edges]


def test_one_way_in_and_one_way_out_are_joined_in_the_place_of_the_way_in() -> None:
    assert keys(without(CHAIN, {"n1"})) == [("n0", "entered", "n2"), ("n2", "next", "n3")]


def test_a_run_is_joined_over_all_of_it() -> None:
    assert keys(without(CHAIN, {"n1", "n2"})) == [("n0", "entered", "n3")]


def test_two_runs_are_joined_each_for_itself() -> None:
    flow = chain("entry.manual", "email", "delay", "email", "end")
    assert keys(without(flow, {"n1", "n3"})) == [("n0", "entered", "n2"), ("n2", "next", "n4")]


def test_several_ways_in_to_one_target_are_all_joined() -> None:
    flow = Flow(
        "F",
        (node("a", reactions=["opened"]), node("b", "set"), node("c", "end")),
        (Edge("a", "opened", "b"), Edge("a", "timeout", "b"), Edge("b", "next", "c")),
    )
    assert keys(without(flow, {"b"})) == [("a", "opened", "c"), ("a", "timeout", "c")]


def test_two_ways_out_to_one_target_are_one_way() -> None:
    flow = Flow(
        "F",
        (node("a", "entry.manual"), node("b", reactions=["opened"]), node("c", "end")),
        (Edge("a", "entered", "b"), Edge("b", "opened", "c"), Edge("b", "timeout", "c")),
    )
    assert keys(without(flow, {"b"})) == [("a", "entered", "c")]


def test_ways_out_to_two_targets_leave_the_ends_open() -> None:
    flow = Flow(
        "F",
        (node("a", "entry.manual"), node("b", "email"), node("c", "end"), node("d", "end")),
        (Edge("a", "entered", "b"), Edge("b", "sent", "c"), Edge("b", "failed", "d")),
    )
    assert keys(without(flow, {"b"})) == []


def test_nodes_that_only_lie_beside_each_other_join_no_strangers() -> None:
    flow = Flow(
        "F",
        (node("a", "set"), node("b", "set"), node("c", "set"), node("x", "set"), node("y", "end")),
        (Edge("a", "next", "b"), Edge("c", "next", "b"), Edge("c", "next", "y"), Edge("x", "next", "c")),
    )
    # b is reached from c, but nothing leads from b to y.
    assert keys(without(flow, {"b", "c"})) == [("x", "next", "y")]


def test_an_edge_that_is_deleted_for_itself_joins_nothing() -> None:
    assert keys(without(CHAIN, {"n1"}, {("n0", "entered", "n1")})) == [("n2", "next", "n3")]


def test_a_circle_is_not_joined_to_itself() -> None:
    flow = Flow("F", (node("a", "set"), node("b", "set")), (Edge("a", "next", "b"), Edge("b", "next", "a")))
    assert keys(without(flow, {"b"})) == []


def test_what_is_pulled_out_stays_and_hangs_on_nothing_but_itself() -> None:
    flow = pulled_out(CHAIN, {"n1", "n2"})
    assert [one.id for one in flow.nodes] == ["n0", "n1", "n2", "n3"]
    assert keys(flow) == [("n0", "entered", "n3"), ("n1", "sent", "n2")]


def test_a_node_that_is_there_goes_between_the_ends_of_an_edge() -> None:
    flow = Flow("F", (*CHAIN.nodes, node("x", "set")), CHAIN.edges)
    assert keys(inserted(flow, ("n1", "sent", "n2"), "x", "next")) == [
        ("n0", "entered", "n1"),
        ("n1", "sent", "x"),
        ("n2", "next", "n3"),
        ("x", "next", "n2"),
    ]


def test_an_end_put_on_a_taken_outlet_takes_its_place() -> None:
    flow = Flow(
        "F",
        (node("a", reactions=["opened"]), node("b", "end"), node("c", "end")),
        (Edge("a", "opened", "b"), Edge("a", "timeout", "c")),
    )
    assert keys(reconnected(flow, ("a", "opened", "b"), Edge("a", "timeout", "b"))) == [("a", "timeout", "b")]


@given(flows(), st.sets(st.sampled_from(IDS)))
def test_joining_makes_no_circle_no_second_edge_and_is_taken_back(flow: Flow, names: set[str]) -> None:
    after = without(flow, names)
    assert not {one.id for one in after.nodes} & names
    for edge in joins(flow, names).values():
        assert edge.source not in names
        assert edge.target not in names
        # Whatever leads back was led back to before.
        assert edge.target not in upstream(after, edge.source) or edge.target in upstream(flow, edge.source)
    outlets = [(edge.source, edge.outlet) for edge in after.edges]
    assert len(outlets) == len(set(outlets))
    change = Change.between(flow, after)
    assert change.turned().apply(after) == flow
