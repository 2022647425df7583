from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from app.canvas import walk
from app.canvas.geometry import Rect
from app.canvas.walk import Way
from app.model.flow import Edge, Flow
from tests.unit.canvas.drawn import chain, drawing, node

TREE = Flow(
    "tree",
    nodes=(
        node("start", "entry.manual", 0, 200),
        node("letter", "email", 240, 200, reactions=["opened", "clicked"], timeout="P1D"),
        node("one", "end", 520, 300),
        node("other", "end", 520, 0),
    ),
    edges=(
        Edge("letter", "failed", "start"),
        Edge("letter", "clicked", "other"),
        Edge("letter", "opened", "one"),
        Edge("start", "entered", "letter"),
        Edge("letter", "opened", "gone"),
    ),
)
places = st.integers(-500, 500).map(float)
areas = st.builds(Rect, places, places, st.just(160.0), st.just(56.0))


def test_what_follows_is_in_the_order_of_the_outlets_and_without_what_is_gone() -> None:
    found = walk.edges_from(drawing(TREE), "letter")
    assert [key[1] for key in found] == ["opened", "clicked", "failed"]
    assert walk.leads_to(drawing(TREE), "letter") == ("one", "other", "start")
    assert walk.led_from(drawing(TREE), "one") == ("letter",)


def test_a_node_without_edges_is_loose_and_ends_are_the_last() -> None:
    assert walk.is_loose(drawing(chain("email")), "n0")
    assert not walk.is_loose(drawing(TREE), "one")
    assert walk.first_start(drawing(TREE)) == "start"
    assert walk.last_node(drawing(TREE)) == "one"
    assert walk.first_start(drawing(Flow("empty"))) == ""
    assert walk.last_node(drawing(Flow("empty"))) == ""


def test_beside_stays_within_its_row() -> None:
    assert walk.beside(("a", "b"), "a", 1) == "b"
    assert walk.beside(("a", "b"), "a", -1) is None
    assert walk.beside(("a", "b"), "b", 1) is None
    assert walk.beside(("a", "b"), "c", 1) is None


def test_straight_ahead_goes_before_what_is_as_near_but_aside() -> None:
    here = Rect(0, 0, 100, 50)
    rows = {"ahead": Rect(200, 0, 100, 50), "aside": Rect(120, 90, 100, 50), "behind": Rect(-150, 0, 100, 50)}
    assert walk.nearest(here, rows, Way.RIGHT) == "ahead"
    assert walk.nearest(here, rows, Way.LEFT) == "behind"
    assert walk.nearest(here, rows, Way.DOWN) == "aside"
    assert walk.nearest(here, rows, Way.UP) is None


@given(areas, st.dictionaries(st.sampled_from("abcdef"), areas), st.sampled_from(Way))
def test_what_an_arrow_reaches_lies_on_its_side_and_the_arrow_back_reaches_something(
    here: Rect, others: dict[str, Rect], way: Way
) -> None:
    found = walk.nearest(here, others, way)
    across, down = way.value
    ahead = {
        name
        for name, area in others.items()
        if (area.center[0] - here.center[0]) * across + (area.center[1] - here.center[1]) * down > 0
    }
    assert (found in ahead) if ahead else found is None
    if found is not None:
        back = next(one for one in Way if one.value == (-across, -down))
        assert walk.nearest(others[found], {"here": here}, back) == "here"
