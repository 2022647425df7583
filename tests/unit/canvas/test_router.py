from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from app.canvas.drawing import Drawing
from app.canvas.geometry import Rect
from app.canvas.labels import LEFT, RIGHT, Route, finish
from app.canvas.router import UNDER, Way, Wire, route
from app.canvas.space import Bodies
from app.model.flow import Edge, Flow, Node
from tests.unit.canvas.drawn import M, arranged, chain, drawing, flows, node

A, B = Rect(0, 0, 160, 56), Rect(400, 0, 160, 56)


def one_way(wire: Wire, **bodies: Rect) -> Way:
    return route([wire], Bodies(bodies), M)[wire.key]


def test_equal_heights_are_joined_by_one_straight_line() -> None:
    way = one_way(Wire(("a", "o", "b"), (160, 28), (400, 28)), a=A, b=B)
    assert way.points == ((160, 28), (400, 28))


def test_other_heights_take_one_lane_before_the_target() -> None:
    way = one_way(Wire(("a", "o", "b"), (160, 28), (400, 228)), a=A, b=B.moved(0, 200))
    assert way.points == ((160, 28), (378, 28), (378, 228), (400, 228))


def test_siblings_never_cross_up_or_down() -> None:
    for target_y in (-300.0, 400.0):
        wires = [
            Wire(("a", name, "b"), (160, 72 + 24 * place), (400, target_y + 28), place)
            for place, name in enumerate("xyz")
        ]
        ways = route(wires, Bodies({"a": Rect(0, 0, 160, 148), "b": B.moved(0, target_y)}), M)
        assert not any(one.bridges for one in finish(ways, Bodies()).values())
        lanes = [way.points[1][0] for way in ways.values()]
        assert sorted(lanes) == (lanes if target_y < 0 else lanes[::-1])
        assert sorted(abs(one - other) for one, other in pairwise(lanes)) == [10, 10]


def test_edges_from_several_nodes_to_one_inlet_share_their_lane() -> None:
    wires = [Wire((name, "o", "b"), (160, y), (400, 228)) for name, y in (("a", 28.0), ("c", 428.0))]
    ways = route(wires, Bodies({"a": A, "c": A.moved(0, 400), "b": B.moved(0, 200)}), M)
    assert len({way.points[1][0] for way in ways.values()}) == 1


def test_a_failed_edge_keeps_a_lane_of_its_own() -> None:
    wires = [
        Wire((name, "o", "b"), (160, y), (400, 228), style=style)
        for name, y, style in (("a", 28.0, ""), ("c", 128.0, "failed"))
    ]
    ways = route(wires, Bodies({"a": A, "c": A.moved(0, 100), "b": B.moved(0, 200)}), M)
    assert len({way.points[1][0] for way in ways.values()}) == 2


def test_a_way_back_goes_under_the_lower_of_both_nodes_and_comes_in_from_the_left() -> None:
    way = one_way(Wire(("b", "o", "a"), (560, 228), (0, 28)), a=A, b=B.moved(0, 200))
    assert way.back
    lowest = max(y for _, y in way.points)
    assert lowest == 256 + UNDER
    assert way.points[1][0] > 560
    assert way.points[-2][0] < 0


def test_a_node_in_the_way_is_passed_at_a_distance() -> None:
    wall = Rect(220, -200, 100, 300)
    way = one_way(Wire(("a", "o", "b"), (160, 28), (400, 28)), a=A, b=B, wall=wall)
    assert not crossed(way.points, {"wall": wall.grown(6)})


def test_a_long_way_on_the_same_height_dodges_a_low_obstacle_by_a_few_px() -> None:
    wall = Rect(400, 20, 100, 300)
    way = one_way(Wire(("a", "o", "b"), (160, 28), (900, 428)), a=A, b=Rect(900, 400, 160, 56), wall=wall)
    assert not crossed(way.points, {"wall": wall.grown(6)})
    assert min(y for _, y in way.points) >= 28 - 72


def crossed(points: tuple[tuple[float, float], ...], bodies: dict[str, Rect]) -> list[str]:
    """The bodies through whose inside a line goes."""
    found = []
    for (x1, y1), (x2, y2) in pairwise(points):
        area = Rect(min(x1, x2), min(y1, y2), abs(x1 - x2), abs(y1 - y2)).grown(0.01)
        found += [name for name, body in bodies.items() if body.grown(-1).touches(area)]
    return found


def ends_are_exact(made: Drawing) -> bool:
    return all(
        found.points[0] == made.port(key[0], key[1]) and found.points[-1][0] == made.places[key[2]][0]
        for key, found in made.routes.items()
    )


@given(arranged())
def test_in_an_arranged_drawing_no_edge_goes_through_a_node(flow: Flow) -> None:
    made = drawing(flow)
    assert ends_are_exact(made)
    for key, found in made.routes.items():
        assert not crossed(found.points, made.bodies()), key


@given(flows())
def test_in_any_drawing_every_edge_has_a_way_of_right_angles_between_its_ends(flow: Flow) -> None:
    made = drawing(flow)
    assert set(made.routes) == set(made.flow_edges())
    assert ends_are_exact(made)
    for found in made.routes.values():
        for (x1, y1), (x2, y2) in pairwise(found.points):
            assert (x1 == x2) != (y1 == y2) or len(found.points) == 2


@given(flows())
def test_the_same_drawing_gives_the_same_ways(flow: Flow) -> None:
    assert drawing(flow).routes == drawing(flow).routes


def test_where_edges_cross_the_later_one_bridges() -> None:
    wires = [
        Wire(("a", "o", "b"), (160, 28), (800, 28)),
        Wire(("c", "o", "d"), (160, -172), (500, 328)),
    ]
    bodies = {"a": A, "b": B.moved(400, 0), "c": A.moved(0, -200), "d": B.moved(100, 300)}
    found = finish(route(wires, Bodies(bodies), M), Bodies(bodies))
    assert not found["a", "o", "b"].bridges
    assert found["c", "o", "d"].bridges == ((478, 28, True),)


def test_counts_of_neighbouring_lanes_stand_outside_of_them() -> None:
    flow = Flow(
        "F",
        (node("a", reactions=["opened", "clicked"]), node("b", x=400, y=-300)),
        (Edge("a", "opened", "b"), Edge("a", "clicked", "b")),
    )
    routes = drawing(flow).routes
    assert [spot_side(routes["a", name, "b"]) for name in ("opened", "clicked")] == [LEFT, RIGHT]


def spot_side(found: Route) -> int | None:
    return found.spot.side if found.spot else None


@given(arranged())
def test_counts_stand_clear_of_nodes_and_of_one_another(flow: Flow) -> None:
    made = drawing(flow)
    areas = []
    for found in made.routes.values():
        if found.spot is not None:
            center = found.spot.x + found.spot.side * 24
            areas.append(Rect(center - 18, found.spot.y - 8, 36, 16))
    for number, area in enumerate(areas):
        assert not any(body.touches(area) for body in made.bodies().values())
        assert not any(other.touches(area) for other in areas[:number])


def test_a_short_edge_has_no_room_for_a_count() -> None:
    assert drawing(chain("entry.manual", "delay", gap=190)).routes["n0", "entered", "n1"].spot is None


@given(st.integers(0, 24))
def test_any_gap_before_a_target_holds_its_lanes(gap: int) -> None:
    start = Node("a", "check", "", 0, 0, {"ways": [{"name": str(way)} for way in range(5)]})
    flow = Flow(
        "F",
        (start, node("b", x=160 + gap * 8.0, y=600)),
        tuple(Edge("a", name, "b") for name in ("0", "1", "2", "3", "4", "else")),
    )
    made = drawing(flow)
    assert set(made.routes) == {("a", edge.outlet, "b") for edge in flow.edges}
    for found in made.routes.values():
        assert not crossed(found.points, {"a": made.bodies()["a"]})
