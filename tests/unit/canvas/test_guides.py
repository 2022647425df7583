from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from app.canvas.aligning import Line, aligned, distributed
from app.canvas.geometry import Rect
from app.canvas.guides import Guide, Guides, Stand
from app.canvas.lines import length_of, middle_of, place_on
from app.model.flow import Flow
from tests.unit.canvas.drawn import drawing, flows, node

ALL = Rect(-1000, -1000, 4000, 4000)
REACH = 6.0


def stand(x: float, y: float, width: float = 160, height: float = 56) -> Stand:
    return Stand(Rect(x, y, width, height), y + 28)


def guides(*places: tuple[float, float]) -> Guides:
    nodes = tuple(node(f"n{number}", "set", x, y) for number, (x, y) in enumerate(places))
    return Guides(drawing(Flow("F", nodes)), ALL)


def test_a_part_is_pulled_onto_edges_centres_and_the_line_of_inlets_within_reach() -> None:
    made = guides((0, 0))
    assert made.pull(stand(4, 300), REACH) == (-4, None)
    assert made.pull(stand(300, 5), REACH) == (None, -5)
    assert made.pull(stand(84 - 32, 300, 64), REACH) == (-4, None)
    assert made.pull(stand(7, 300), REACH) == (None, None)


def test_the_nearest_line_wins() -> None:
    assert guides((0, 0), (6, 200)).pull(stand(4, 400), REACH)[0] == 2


def test_a_part_is_pulled_to_where_the_gaps_are_equal() -> None:
    between = guides((0, 0), (400, 0)).pull(stand(203, 0), REACH)
    assert list(between) == [-3, 0]
    behind = guides((0, 0), (200, 0)).pull(stand(398, 0), REACH)
    assert list(behind) == [2, 0]
    below = guides((0, 0), (0, 100)).pull(stand(0, 202), REACH)
    assert below == (0, -2)


def test_a_shared_line_is_shown_with_the_distance_to_the_nearest_neighbour() -> None:
    shown = guides((0, 0), (0, 200)).lines(stand(0, 400))
    assert Guide((80, 200), (80, 456)) in shown
    assert Guide((80, 256), (80, 400), "144") in shown
    assert not any(guide.words == "344" for guide in shown)


def test_equal_gaps_are_shown_both() -> None:
    shown = [guide for guide in guides((0, 0), (400, 0)).lines(stand(200, 0)) if guide.words]
    assert {(guide.start[0], guide.end[0]) for guide in shown} >= {(160, 200), (360, 400)}
    assert {guide.words for guide in shown} == {"40"}


def test_without_neighbours_nothing_is_shown() -> None:
    assert guides().lines(stand(0, 0)) == ()
    assert guides((0, 0)).lines(stand(300, 300)) == ()


def test_what_is_moved_and_what_is_far_draws_no_line() -> None:
    drawn = drawing(Flow("F", (node("a", "set"), node("b", "set", 5000))))
    assert Guides(drawn, ALL, {"a"}).pull(stand(1, 1), REACH) == (None, None)
    assert Guides(drawn, ALL).pull(stand(5001, 300), REACH) == (None, None)


places = st.tuples(st.integers(-60, 160), st.integers(-60, 100))


@given(st.lists(places, min_size=1, max_size=8), places)
def test_a_pull_is_never_farther_than_the_reach_and_leads_to_a_line_that_is_shown(
    others: list[tuple[int, int]], at: tuple[int, int]
) -> None:
    made = guides(*((x * 8.0, y * 8.0) for x, y in others))
    here = stand(at[0] * 9.0, at[1] * 9.0)
    across, down = made.pull(here, REACH)
    assert across is None or abs(across) <= REACH
    assert down is None or abs(down) <= REACH
    if across is not None:
        again, _ = made.pull(here.moved(across, 0), REACH)
        assert again is not None
        assert abs(again) < 0.01


# --- aligned and at equal distances --------------------------------------------------------------------


def three() -> Flow:
    return Flow("F", (node("a", "set", 0, 0), node("b", "delay", 303, 140), node("c", "email", 600, 300)))


def test_nodes_are_put_on_one_line() -> None:
    drawn = drawing(three())
    left = aligned(drawn, {"a", "b", "c"}, Line.LEFT)
    assert {place[0] for place in left.values()} == {0}
    assert [place[1] for place in left.values()] == [0, 140, 300]
    middle = aligned(drawn, {"a", "b", "c"}, Line.MIDDLE)
    assert {place[1] for place in middle.values()} == {150}
    bottom = aligned(drawn, {"a", "c"}, Line.BOTTOM)
    assert list(bottom["c"]) == [600, 300]
    assert bottom["a"][1] + 56 == drawn.body("c").bottom


def test_nodes_that_would_cover_each_other_are_moved_apart_along_the_line() -> None:
    drawn = drawing(Flow("F", (node("a", "set", 0, 0), node("b", "set", 300, 8), node("c", "set", 600, 16))))
    left = aligned(drawn, {"a", "b", "c"}, Line.LEFT)
    assert [left[name] for name in "abc"] == [(0, 0), (0, 80), (0, 160)]


def test_gaps_become_equal_between_the_first_and_the_last() -> None:
    drawn = drawing(three())
    places = distributed(drawn, {"a", "b", "c"}, level=True)
    width = drawn.body("b").width
    assert places["b"][0] - 160 == 600 - (places["b"][0] + width)
    assert places["c"][0] == 600
    assert "a" not in places
    assert distributed(drawn, {"a", "b"}, level=True) == {}


@given(flows(), st.sampled_from(Line))
def test_whatever_is_aligned_covers_nothing_that_is_aligned_too(flow: Flow, line: Line) -> None:
    drawn = drawing(flow)
    for name, place in aligned(drawn, set(flow.by_id), line).items():
        drawn.places[name] = place
    bodies = [drawn.body(name) for name in flow.by_id]
    if len(bodies) > 1:
        assert not any(
            one.touches(other) for number, one in enumerate(bodies) for other in bodies[number + 1 :]
        )


def test_places_on_a_line_are_found_by_the_way_along_it() -> None:
    line = ((0.0, 0.0), (10.0, 0.0), (10.0, 10.0))
    assert length_of(line) == 20
    assert middle_of(line) == (10, 0)
    assert place_on(line, 15) == (10, 5)
    assert place_on(line, 99) == (10, 10)
