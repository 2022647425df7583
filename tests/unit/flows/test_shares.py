from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.flows.shares import held_out, share_of, shares, weight_of, with_share
from app.model.flow import Node

weights = st.lists(st.integers(0, 1_000).map(float), min_size=1, max_size=8)


def split(**settings: object) -> Node:
    return Node("s", "split", settings=settings)


@given(weights, st.integers(0, 90))
def test_all_shares_and_those_held_out_are_a_hundred(given_: list[float], hold_out: int) -> None:
    found = sum(shares(given_, hold_out))
    assert math.isclose(found, 100 - hold_out if sum(given_) else 0)


@given(weights, st.data(), st.integers(0, 90))
def test_a_share_that_is_typed_is_kept_and_the_others_fill_up_what_is_left(
    given_: list[float], data: st.DataObject, hold_out: int
) -> None:
    place = data.draw(st.integers(0, len(given_) - 1))
    wanted = data.draw(st.integers(1, 100))
    made = with_share(given_, place, wanted, hold_out)
    assert len(made) == len(given_)
    assert all(weight >= 0 for weight in made)
    if len(given_) > 1:
        assert math.isclose(sum(made), 100 - hold_out, abs_tol=0.001)
        assert math.isclose(shares(made, hold_out)[place], min(wanted, 100 - hold_out), abs_tol=0.001)


def test_the_others_share_what_is_left_as_they_did_before() -> None:
    assert with_share([50, 30, 20], 0, 40) == [40, 36, 24]
    assert with_share([1, 1, 1], 1, 50) == [25, 50, 25]
    assert with_share([100, 0, 0], 0, 20) == [20, 40, 40]
    assert with_share([1, 1, 1, 1], 0, 0) == [0, 33.4, 33.3, 33.3]
    assert with_share([3], 0, 20, 10) == [20]
    assert with_share([3], 0, 0, 10) == [90]


def test_a_node_tells_how_many_of_a_hundred_leave_by_each_way() -> None:
    node = split(arms=[{"name": "A", "weight": 1}, {"name": "B", "weight": 3}], hold_out=20)
    assert [share_of(node, name) for name in ("A", "B", "hold-out", "C")] == [20, 60, 20, None]


@pytest.mark.parametrize("arms", [None, "A", [3, None], {"name": "A"}])
def test_what_cannot_be_read_has_no_share(arms: object) -> None:
    assert share_of(split(arms=arms), "A") is None
    assert share_of(split(arms=arms, hold_out="much"), "hold-out") == 0


def test_only_numbers_weigh() -> None:
    assert [weight_of(arm) for arm in ({"weight": 2}, {"weight": -1}, {"weight": True}, {}, 7)] == [
        2,
        0,
        0,
        0,
        0,
    ]
    assert [held_out(value) for value in (10, 12.5, 200, -3, True, None)] == [10, 12.5, 100, 0, 0, 0]
