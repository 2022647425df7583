"""Any drawing at all: the check never raises, and agrees with a second, slower way to find the same."""

from __future__ import annotations

import random
from typing import Any

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.flows.arrivals import arrivals
from app.flows.bench import complete_flow
from app.flows.cycles import shortest_cycle
from app.flows.graph import drawing_of
from app.flows.validate import validate
from app.model.flow import Edge, Flow, Node, Surroundings
from app.model.kinds import KINDS

Links = dict[str, set[str]]
LETTERS = ("entered", "next", "sent", "failed", "opened", "timeout", "else", "happened", "yes")


def drawn(seed: int) -> Flow:
    """A random drawing: any kinds, any edges, some of them to nowhere."""
    chance = random.Random(seed)
    count = chance.randint(0, 40)
    ids = [f"n{number}" for number in range(count)]
    nodes = [Node(name, chance.choice([*KINDS, "hologram", "delay", "email", "check"])) for name in ids]
    ends = [*ids, *(["gone"] if chance.random() < 0.2 else [])]
    edges = [
        Edge(chance.choice(ends), chance.choice(LETTERS), chance.choice(ends))
        for _ in range(chance.randint(0, chance.choice([count, 3 * count])) if ends else 0)
    ]
    if ids and chance.random() < 0.8:
        nodes[0] = Node(ids[0], "entry.manual")
    return Flow(f"Seed {seed}", tuple(nodes), tuple(edges))


def reach(flow: Flow) -> Links:
    """From each node everything one can come to, by repeating until nothing is added (no graph library)."""
    ids = {node.id for node in flow.nodes}
    found: Links = {name: set() for name in ids}
    for edge in flow.edges:
        if {edge.source, edge.target} <= ids:
            found[edge.source].add(edge.target)
    changed = True
    while changed:
        changed = False
        for name in found:
            more = set().union(*(found[target] for target in found[name])) - found[name]
            found[name] |= more
            changed = changed or bool(more)
    return found


def agrees(flow: Flow) -> None:
    problems = validate(flow)
    found = reach(flow)
    entries = {node.id for node in flow.nodes if node.kind.startswith("entry.")}
    comes_to = entries.union(*(found[name] for name in entries))
    assert {p.nodes[0] for p in problems if p.code == "unreachable"} == set(found) - comes_to
    assert any(p.code == "no-entry" for p in problems) == (not entries)
    circles = [p for p in problems if p.code == "cycle"]
    on_circles = {name for name, targets in found.items() if name in targets}
    knots = {frozenset(other for other in found[name] if name in found[other]) for name in on_circles}
    assert set(drawing_of(flow).knots) == knots
    assert len(circles) == len(knots)
    links = {(edge.source, edge.target) for edge in flow.edges}
    for circle in circles:
        assert any(set(circle.nodes) <= knot for knot in knots)
        assert set(zip(circle.nodes, (*circle.nodes[1:], circle.nodes[0]), strict=True)) <= links
        assert circle.edge is not None
        assert (circle.edge.source, circle.edge.target) == (circle.nodes[-1], circle.nodes[0])


@pytest.mark.parametrize("seed", range(300))
def test_cycles_and_what_nobody_reaches_agree_with_a_second_algorithm(seed: int) -> None:
    agrees(drawn(seed))


small = st.integers(0, 8)
links = st.lists(st.tuples(small, small), max_size=25)


@given(links, st.sets(small, max_size=2))
def test_they_agree_on_every_small_drawing(pairs: list[tuple[int, int]], entries: set[int]) -> None:
    kinds = ("entry.manual" if number in entries else "delay" for number in range(9))
    nodes = tuple(Node(f"n{number}", kind) for number, kind in enumerate(kinds))
    agrees(Flow("", nodes, tuple(Edge(f"n{a}", "next", f"n{b}") for a, b in pairs)))


@given(links)
def test_the_circle_shown_is_a_shortest_one(pairs: list[tuple[int, int]]) -> None:
    graph: nx.DiGraph[str] = nx.DiGraph([(str(a), str(b)) for a, b in pairs])
    for part in nx.strongly_connected_components(graph):
        lengths = [len(circle) for circle in nx.simple_cycles(graph.subgraph(part))]
        if lengths:
            circle = shortest_cycle(graph, frozenset(part))
            assert len(circle) == len(set(circle)) == min(lengths)
            assert all(graph.has_edge(a, b) for a, b in zip(circle, [*circle[1:], circle[0]], strict=True))


@pytest.mark.parametrize(("steps", "length"), [((1,), 3_000), ((1, 2), 1_500), ((1, 7), 432)])
def test_a_long_ring_is_found_without_walking_it_from_everywhere(steps: tuple[int, ...], length: int) -> None:
    graph: nx.DiGraph[str] = nx.DiGraph(
        [(str(number), str((number + step) % 3_000)) for number in range(3_000) for step in steps]
    )
    assert len(shortest_cycle(graph, frozenset(graph), most=300_000)) == length


def test_an_endless_search_stops_with_a_circle_that_is_there() -> None:
    size = 12
    places = [(x, y) for x in range(size) for y in range(size)]
    graph: nx.DiGraph[str] = nx.DiGraph(
        [(f"{x},{y}", f"{a % size},{b % size}") for x, y in places for a, b in ((x + 1, y), (x, y + 1))]
    )
    circle = shortest_cycle(graph, frozenset(graph), most=1)
    assert all(graph.has_edge(a, b) for a, b in zip(circle, [*circle[1:], circle[0]], strict=True))


def test_a_complete_graph_of_300_nodes_is_one_knot_with_a_circle_of_two() -> None:
    problems = validate(complete_flow(300))
    circles = [p for p in problems if p.code == "cycle"]
    assert len(circles) == 1
    assert len(circles[0].nodes) == 2
    assert "part of a knot of 300" in circles[0].message


garbage = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.sampled_from(
        ["", " ", "P1D", "PT0S", "P999Y", "n1", "{{ a", "{{ first_name }}", "<mjml>", "else", "\ud800"]
    )
    | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["name", "when", "all", "any", "not", "tag", "message", "reaction", "failed", "event"]
            )
            | st.sampled_from(["where", "since", "is", "known", "property", "consent", "after", "events"])
            | st.text(max_size=3),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)
setting_names = st.sampled_from(
    sorted({setting.name for kind in KINDS.values() for setting in kind.settings})
)
settings_ = st.dictionaries(setting_names | st.text(max_size=3), garbage, max_size=8)
ids = st.sampled_from(["n1", "n2", "n3", "n4", "", "else"])
outlets = st.sampled_from([*LETTERS, ""])
nodes = st.builds(
    Node,
    ids,
    st.sampled_from([*KINDS, "email", "email", "check", "popup", "x"]),
    st.text(max_size=3),
    settings=settings_,
)
flow_settings = st.dictionaries(st.sampled_from(["key", "reentry", "goal", "exits", "fresh"]), garbage)
any_flow = st.builds(
    Flow,
    st.just("Any"),
    st.lists(nodes, max_size=5).map(tuple),
    st.lists(st.builds(Edge, ids, outlets, ids), max_size=8).map(tuple),
    settings=flow_settings,
)
around = st.none() | st.builds(
    Surroundings,
    st.frozensets(st.sampled_from(["email", "sms"])),
    st.text(max_size=8),
    st.text(max_size=2),
    st.booleans(),
    st.frozensets(st.text(max_size=2)),
)


@given(any_flow, around)
def test_no_flow_at_all_makes_the_check_raise(flow: Flow, surroundings: Surroundings | None) -> None:
    known = {node.id for node in flow.nodes}
    for problem in validate(flow, surroundings):
        assert problem.severity in ("error", "warning")
        assert problem.message
        assert problem.fix
        assert set(problem.nodes) <= known
    assert set(arrivals(flow)) <= known


@pytest.mark.parametrize("kind", KINDS)
def test_a_node_just_drawn_is_checked_without_its_settings(kind: str) -> None:
    settings_of: dict[str, Any] = {setting.name: None for setting in KINDS[kind].settings}
    for given_ in ({}, settings_of):
        assert validate(Flow("", (Node("start", "entry.manual"), Node("a", kind, settings=given_))))
