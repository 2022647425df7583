from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.flows.arrange import COLUMN_GAP, GRID, arrange, size_of
from app.flows.bench import sample_flow
from app.model.flow import Edge, Flow, Node, Note
from app.model.kinds import KINDS
from tests.unit.flows.making import chain, letter, node, template, templates


def overlaps(flow: Flow) -> list[tuple[str, str]]:
    found = []
    for one, other in combinations(flow.nodes, 2):
        a, b = size_of(one), size_of(other)
        beside = one.x + a.width <= other.x or other.x + b.width <= one.x
        if not (beside or one.y + a.height <= other.y or other.y + b.height <= one.y):
            found.append((one.id, other.id))
    return found


@pytest.mark.parametrize("name", templates())
def test_a_template_stands_on_the_grid_and_nothing_lies_on_anything(name: str) -> None:
    flow = template(name)
    assert overlaps(flow) == []
    places = [*((box.x, box.y) for box in flow.nodes), *((note.x, note.y) for note in flow.notes)]
    assert all(x % GRID == 0 and y % GRID == 0 for x, y in places)
    by_id = flow.by_id
    for edge in flow.edges:
        source = by_id[edge.source]
        assert source.x + size_of(source).width < by_id[edge.target].x, f"{edge} leads back"
    for note in flow.notes:
        for box in flow.nodes:
            size = size_of(box)
            beside = note.x + note.width <= box.x or box.x + size.width <= note.x
            assert beside or note.y + note.height <= box.y or box.y + size.height <= note.y, (note.id, box.id)


@pytest.mark.parametrize("name", templates())
def test_tidying_leads_from_left_to_right_without_overlaps_and_tidying_again_changes_nothing(
    name: str,
) -> None:
    flow = arrange(template(name))
    assert overlaps(flow) == []
    by_id = flow.by_id
    assert all(by_id[edge.source].x < by_id[edge.target].x for edge in flow.edges)
    assert arrange(flow) == flow


def test_a_plain_chain_is_a_straight_line() -> None:
    flow = arrange(chain(node("one", "delay", **{"for": "P1D"}), node("two", "delay", **{"for": "P1D"})))
    assert {box.y for box in flow.nodes} == {0}
    assert [box.x for box in flow.nodes] == sorted(box.x for box in flow.nodes)
    assert flow.nodes[0].x == 0
    assert flow.nodes[1].x == size_of(flow.nodes[0]).width + COLUMN_GAP


def test_what_an_upper_outlet_leads_to_stands_above_what_a_lower_one_does() -> None:
    ways = [{"name": name, "when": {"tag": name}} for name in "abc"]
    boxes = (
        Node("start", "entry.manual"),
        node("ask", "check", ways=ways),
        *(Node(f"end-{name}", "end") for name in "cab"),
    )
    edges = (Edge("start", "entered", "ask"), *(Edge("ask", name, f"end-{name}") for name in "bca"))
    by_id = arrange(Flow("", boxes, edges)).by_id
    assert by_id["end-a"].y < by_id["end-b"].y < by_id["end-c"].y


def test_notes_go_along_with_the_node_they_are_beside() -> None:
    flow = chain(letter("one"), letter("two"))
    flow = Flow("", flow.nodes, flow.edges, (Note("note", x=5, y=-80),))
    moved = arrange(flow)
    first = moved.nodes[0]
    assert (moved.notes[0].x, moved.notes[0].y) == (first.x + 5, first.y - 80)


def test_an_empty_drawing_stays_empty() -> None:
    assert arrange(Flow("")) == Flow("")


def test_a_thousand_nodes_are_tidied() -> None:
    flow = arrange(sample_flow(1_000))
    assert len({(box.x, box.y) for box in flow.nodes}) == 1_000


small = st.integers(0, 7)


@given(
    st.lists(st.tuples(small, small), max_size=20),
    st.lists(st.sampled_from([*KINDS, "x"]), min_size=8, max_size=8),
)
def test_any_drawing_can_be_tidied_also_with_circles(pairs: list[tuple[int, int]], kinds: list[str]) -> None:
    nodes = tuple(Node(f"n{number}", kind) for number, kind in enumerate(kinds))
    flow = arrange(Flow("", nodes, tuple(Edge(f"n{a}", "next", f"n{b}") for a, b in pairs)))
    assert overlaps(flow) == []
    assert arrange(flow) == flow
