from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from statistics import median

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.flows.arrange import GRID, Direction, Layout, arrange, layout_of, size_of, with_layout
from app.flows.bench import sample_flow
from app.model.flow import Edge, Flow, Node, Note
from app.model.kinds import KINDS, outlets_of
from tests.unit.canvas.drawn import flows
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
    assert flow.nodes[1].x == size_of(flow.nodes[0]).width + 48


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


def test_a_note_that_would_come_to_lie_on_a_node_goes_below_it() -> None:
    flow = chain(letter("one"), letter("two"))
    far = tuple(replace(box, x=300 * place, y=400 * place) for place, box in enumerate(flow.nodes))
    beside = Note("note", x=far[1].x + 170, y=far[1].y)
    moved = arrange(Flow("", far, flow.edges, (beside,)))
    two, note = moved.by_id["two"], moved.notes[0]
    assert note.x < two.x + size_of(two).width
    assert note.y >= two.y + size_of(two).height


def test_an_empty_drawing_stays_empty() -> None:
    assert arrange(Flow("")) == Flow("")


def test_a_thousand_nodes_are_tidied() -> None:
    flow = arrange(sample_flow(1_000))
    assert len({(box.x, box.y) for box in flow.nodes}) == 1_000


def moved(before: Flow, after: Flow) -> list[float]:
    """How far each node of ``before`` went."""
    return [
        abs(after.by_id[one.id].x - one.x) + abs(after.by_id[one.id].y - one.y)
        for one in before.nodes
        if one.id in after.by_id
    ]


def hung_on(flow: Flow, source: str, outlet: str) -> Flow:
    """With one more letter on this outlet, standing somewhere."""
    fresh = Node("fresh", "email", "Fresh", 3, 5)
    kept = tuple(edge for edge in flow.edges if (edge.source, edge.outlet) != (source, outlet))
    return replace(flow, nodes=(*flow.nodes, fresh), edges=(*kept, Edge(source, outlet, "fresh")))


def test_the_main_line_is_straight_and_branches_stand_below_it() -> None:
    nodes = (
        Node("start", "entry.manual"),
        letter("one", reactions=["opened"]),
        node("day", "delay", **{"for": "P1D"}),
        letter("two"),
        node("aside", "sms"),
    )
    edges = (
        Edge("start", "entered", "one"),
        Edge("one", "opened", "day"),
        Edge("day", "next", "two"),
        Edge("one", "timeout", "aside"),
    )
    by_id = arrange(Flow("", nodes, edges)).by_id
    assert by_id["start"].y == by_id["one"].y == by_id["day"].y == by_id["two"].y < by_id["aside"].y


def test_every_start_begins_a_line_of_its_own() -> None:
    nodes = (
        Node("a", "entry.manual"),
        Node("b", "entry.event"),
        letter("one"),
        letter("two"),
        letter("three"),
    )
    edges = (Edge("a", "entered", "one"), Edge("b", "entered", "two"), Edge("two", "sent", "three"))
    by_id = arrange(Flow("", nodes, (*edges, Edge("one", "sent", "three")))).by_id
    assert by_id["a"].x == by_id["b"].x
    assert by_id["a"].y == by_id["one"].y
    assert by_id["b"].y == by_id["two"].y > by_id["one"].y


def test_parts_that_nothing_joins_stand_below_each_other_in_the_order_in_which_they_stood() -> None:
    low, high = chain(letter("one"), letter("two")), chain(letter("three"))
    renamed = {"start": "start2", "end": "end2"}
    nodes = tuple(replace(one, id=renamed.get(one.id, one.id), y=-900) for one in high.nodes)
    edges = tuple(
        Edge(renamed.get(one.source, one.source), one.outlet, renamed.get(one.target, one.target))
        for one in high.edges
    )
    flow = arrange(Flow("", (*low.nodes, *nodes), (*low.edges, *edges)))
    upper = [one for one in flow.nodes if one.id in {box.id for box in nodes}]
    lower = [one for one in flow.nodes if one not in upper]
    assert max(one.y + size_of(one).height for one in upper) < min(one.y for one in lower)


def test_a_way_back_does_not_turn_the_drawing_round() -> None:
    flow = chain(letter("one", reactions=["opened"]), letter("two"), letter("three"))
    edges = (*(one for one in flow.edges if one.outlet != "timeout"), Edge("three", "failed", "one"))
    by_id = arrange(replace(flow, edges=edges)).by_id
    assert by_id["one"].x < by_id["two"].x < by_id["three"].x


@pytest.mark.parametrize("number", [3, 30, 60, 96])
def test_one_node_more_moves_only_what_must_make_room(number: int) -> None:
    before = arrange(sample_flow(100))
    source = before.nodes[number]
    after = arrange(hung_on(before, source.id, outlets_of(source)[-1].name), since=before)
    ways = moved(before, after)
    assert median(ways) == 0
    assert sum(way > 0 for way in ways) <= 20
    assert overlaps(after) == []


def test_what_follows_an_inserted_node_slides_along_and_nothing_else() -> None:
    before = arrange(chain(*(letter(f"n{number}", reactions=["opened"]) for number in range(6))))
    fresh = Node("fresh", "delay", settings={"for": "P1D"})
    edges = tuple(
        replace(one, target="fresh") if (one.source, one.target) == ("n2", "n3") else one
        for one in before.edges
    )
    flow = replace(before, nodes=(*before.nodes, fresh), edges=(*edges, Edge("fresh", "next", "n3")))
    after = arrange(flow, since=before)
    ways = {one.id: (after.by_id[one.id].x - one.x, after.by_id[one.id].y - one.y) for one in before.nodes}
    assert {ways[name] for name in ("start", "n0", "n1", "n2")} == {(0, 0)}
    assert len({ways[name] for name in ("n3", "n4", "n5")}) == 1
    assert ways["n3"][0] > 0 == ways["n3"][1]


def test_a_drawing_that_did_not_change_is_left_alone() -> None:
    before = arrange(sample_flow(300))
    assert arrange(before, since=before) == before


def test_measured_sizes_count_and_not_guesses() -> None:
    flow = chain(letter("one"), letter("two"))
    wide = {"one": replace(size_of(flow.by_id["one"]), width=800)}
    by_id = arrange(flow, wide).by_id
    assert by_id["two"].x >= by_id["one"].x + 800


def framed(flow: Flow, *areas: tuple[int, int, int, int]) -> Flow:
    frames = [
        {"id": f"f{n}", "title": "Frame", "x": x, "y": y, "width": w, "height": h, "hue": "green"}
        for n, (x, y, w, h) in enumerate(areas)
    ]
    return replace(flow, extra={"frames": frames})


def in_frame(flow: Flow, number: int) -> set[str]:
    frame = flow.extra["frames"][number]
    return {
        one.id
        for one in flow.nodes
        if frame["x"] <= one.x and one.x + size_of(one).width <= frame["x"] + frame["width"]
        if frame["y"] <= one.y and one.y + size_of(one).height <= frame["y"] + frame["height"]
    }


def test_a_frame_keeps_what_stands_in_it_and_lets_nothing_else_in() -> None:
    ways = [{"name": name, "when": {"tag": name}} for name in "ab"]
    nodes = (
        Node("start", "entry.manual"),
        node("ask", "check", ways=ways),
        replace(letter("in1"), x=4_000, y=4_000),
        replace(node("in2", "sms"), x=4_400, y=4_000),
        letter("out"),
        Node("end", "end"),
    )
    edges = (
        Edge("start", "entered", "ask"),
        Edge("ask", "a", "out"),
        Edge("ask", "b", "in1"),
        Edge("in1", "sent", "in2"),
        Edge("in2", "sent", "end"),
        Edge("out", "sent", "end"),
    )
    flow = arrange(framed(Flow("", nodes, edges), (3_900, 3_900, 1_000, 1_000)))
    assert in_frame(flow, 0) == {"in1", "in2"}
    assert flow.extra["frames"][0]["hue"] == "green"
    assert overlaps(flow) == []
    assert flow.by_id["ask"].x < flow.by_id["in1"].x < flow.by_id["end"].x


def test_a_frame_that_a_way_leaves_and_comes_back_to_lets_the_line_be_straight() -> None:
    flow = chain(letter("one"), letter("two"), letter("three"))
    places = {"one": (4_000, 0), "two": (0, 0), "three": (4_400, 0)}
    nodes = tuple(replace(one, x=places.get(one.id, (0, 0))[0]) for one in flow.nodes)
    tidy = arrange(framed(replace(flow, nodes=nodes), (3_900, -100, 1_000, 1_000)))
    assert tidy.by_id["one"].x < tidy.by_id["two"].x < tidy.by_id["three"].x
    assert in_frame(tidy, 0) >= {"one", "three"}


def test_ranks_lead_downwards_when_the_drawing_says_so() -> None:
    flow = with_layout(chain(letter("one"), letter("two")), Layout(direction=Direction.DOWN))
    by_id = arrange(flow).by_id
    assert by_id["start"].y < by_id["one"].y < by_id["two"].y < by_id["end"].y
    assert by_id["start"].x == by_id["one"].x == by_id["two"].x


def test_what_a_drawing_says_of_its_layout_is_read_back_and_nonsense_is_the_default() -> None:
    flow = replace(chain(letter("one")), extra={"layout": {"newer": 1}})
    said = with_layout(flow, Layout(tidy=True, direction=Direction.DOWN))
    assert layout_of(said) == Layout(tidy=True, direction=Direction.DOWN)
    assert said.extra["layout"]["newer"] == 1
    assert layout_of(replace(flow, extra={"layout": "sideways"})) == Layout()


def test_a_drawing_as_long_as_can_be_still_fits_into_a_flow_file() -> None:
    boxes = tuple(replace(letter(f"n{number}"), x=890_000) for number in range(5_000))
    edges = tuple(Edge(f"n{number}", "sent", f"n{number + 1}") for number in range(4_999))
    flow = arrange(Flow("", boxes, edges))
    assert max(abs(one.x) for one in flow.nodes) < 1_000_000


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


def forward(flow: Flow) -> Flow:
    """Without edges that lead back in the order of the nodes: no circles."""
    place = {one.id: number for number, one in enumerate(flow.nodes)}
    return replace(flow, edges=tuple(one for one in flow.edges if place[one.source] < place[one.target]))


@given(flows(), st.sampled_from(Direction))
def test_no_two_bodies_lie_on_each_other_and_tidying_again_changes_nothing(
    flow: Flow, direction: Direction
) -> None:
    tidy = arrange(with_layout(flow, Layout(direction=direction)))
    assert overlaps(tidy) == []
    assert arrange(tidy) == tidy
    assert (tidy.edges, [replace(one, x=0, y=0) for one in tidy.nodes]) == (
        flow.edges,
        [replace(one, x=0, y=0) for one in flow.nodes],
    )


@given(flows())
def test_ways_that_close_no_circle_lead_to_the_right(flow: Flow) -> None:
    tidy = arrange(forward(flow))
    assert all(tidy.by_id[one.source].x < tidy.by_id[one.target].x for one in tidy.edges)


@given(flows(), st.data())
def test_after_any_edit_nothing_lies_on_anything_and_what_was_there_keeps_its_order(
    flow: Flow, data: st.DataObject
) -> None:
    before = arrange(flow)
    gone = data.draw(st.sampled_from([None, *before.by_id]))
    nodes = tuple(one for one in before.nodes if one.id != gone)
    edges = tuple(one for one in before.edges if gone not in (one.source, one.target))
    after = arrange(replace(before, nodes=(*nodes, Node("fresh", "sms")), edges=edges), since=before)
    assert overlaps(after) == []
    assert arrange(after, since=after) == after


frames = st.lists(st.tuples(*[st.integers(-400, 1_200)] * 2, *[st.integers(0, 1_500)] * 2), max_size=3)


@given(flows(), frames, st.data())
def test_after_an_edit_of_a_drawing_with_frames_nothing_lies_on_anything(
    flow: Flow, areas: list[tuple[int, int, int, int]], data: st.DataObject
) -> None:
    before = arrange(framed(flow, *areas))
    x, y = data.draw(st.tuples(st.integers(-500, 2_000), st.integers(-500, 2_000)))
    edges = before.edges
    if before.nodes:
        edges = (*edges, Edge(data.draw(st.sampled_from([*before.by_id])), "failed", "fresh"))
    fresh = Node("fresh", "sms", "", x, y)
    after = arrange(replace(before, nodes=(*before.nodes, fresh), edges=edges), since=before)
    assert overlaps(after) == []
    assert overlaps(arrange(after, since=after)) == []


@given(flows(), frames)
def test_frames_of_any_kind_are_tidied_too(flow: Flow, areas: list[tuple[int, int, int, int]]) -> None:
    tidy = arrange(framed(flow, *areas))
    assert overlaps(tidy) == []
    assert len(tidy.extra["frames"]) == len(areas)
