"""Free places: only what stands near is looked at, and the answer is that of looking at everything."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.canvas.drawing import Drawing
from app.canvas.geometry import Rect
from app.canvas.placing import bodies_overlap, free_place, free_way
from app.canvas.theme import Measures
from app.model.flow import Flow, Node

ROOM = 8.0
PLACES = st.tuples(st.integers(-400, 1400), st.integers(-200, 700))


def drawn(places: list[tuple[float, float]]) -> Drawing:
    nodes = tuple(Node(f"n{number}", "email", "", x, y) for number, (x, y) in enumerate(places))
    return Drawing(Flow("Crowd", nodes), Measures(), lambda text, px, _weight: len(text) * px * 0.5)


CROWD = [(column * 240.0, row * 112.0) for column, row in product(range(8), range(8))]


def is_free(drawing: Drawing, body: Rect, names: set[str]) -> bool:
    return not any(
        body.touches(drawing.body(name).grown(ROOM)) for name in drawing.boxes if name not in names
    )


@settings(deadline=None, max_examples=60)
@given(PLACES, PLACES)
def test_the_shortest_way_out_is_found_and_none_where_there_is_none(
    one: tuple[float, float], other: tuple[float, float]
) -> None:
    drawing = drawn([one, other, *CROWD])
    names, grid = {"n0", "n1"}, drawing.m.grid
    ways = [(0.0, 0.0)]
    for way in range(1, int(640 / grid) + 1):
        ways += [(x * way * grid, y * way * grid) for x, y in ((0, 1), (0, -1), (1, 0), (-1, 0))]
    free = (
        way for way in ways if all(is_free(drawing, drawing.body(name).moved(*way), names) for name in names)
    )
    assert free_way(drawing, names) == next(free, (0.0, 0.0))


@settings(deadline=None, max_examples=60)
@given(PLACES)
def test_a_new_node_covers_no_other(wish: tuple[float, float]) -> None:
    drawing = drawn([*CROWD])
    box = drawing.boxes["n0"]
    place = free_place(drawing, box, wish)
    assert is_free(drawing, box.body.moved(*place), set())


@pytest.mark.parametrize(("x", "covers"), [(40.0, True), (5000.0, False)])
def test_what_is_put_on_another_covers_it(x: float, covers: bool) -> None:
    drawing = drawn([(x, 0.0), *CROWD])
    assert bodies_overlap(drawing, {"n0"}) is covers
    assert not bodies_overlap(drawing, set())
