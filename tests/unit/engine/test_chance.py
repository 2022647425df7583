"""Section 5: split is weighted, sticky per contact, with a hold-out group."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from app.engine.chance import arm_of, share
from tests.unit.engine.build import begun, node, person, place, plan_with_ends

HALVES = [{"name": "a", "weight": 1}, {"name": "b", "weight": 1}]
PEOPLE = 4_000


def arms(*weights: float) -> list[dict[str, Any]]:
    return [{"name": f"arm {number}", "weight": weight} for number, weight in enumerate(weights)]


def all_of(found: list[dict[str, Any]], hold_out: float = 0, flow: int = 3) -> list[str]:
    return [arm_of(flow, "split", contact, found, hold_out) for contact in range(1000, 1000 + PEOPLE)]


def test_the_draw_is_the_same_for_ever() -> None:
    """These very numbers decide where people go who are inside today: they must never change."""
    assert share(3, "split", 11, "arm", "a") == 0.7144691704615207
    assert [arm_of(3, "split", contact, HALVES) for contact in range(1, 9)] == list("abaabbab")


@pytest.mark.parametrize(
    ("weights", "hold_out"), [((1, 1), 0), ((3, 1), 10), ((5, 3, 2), 50), ((0.5, 0, 1.5), 0)]
)
def test_the_shares_are_as_the_weights_say(weights: tuple[float, ...], hold_out: float) -> None:
    """Within four standard deviations of what chance would give."""
    found = Counter(all_of(arms(*weights), hold_out))
    left = 1 - hold_out / 100
    wanted = {f"arm {n}": left * weight / sum(weights) for n, weight in enumerate(weights)}
    for name, part in {**wanted, "hold-out": hold_out / 100}.items():
        spread = (PEOPLE * part * (1 - part)) ** 0.5
        assert abs(found[name] - PEOPLE * part) <= 4 * spread


def test_a_new_arm_moves_nobody_but_those_who_go_by_it() -> None:
    before, after = all_of(arms(1, 1)), all_of(arms(1, 1, 1))
    moved = [new for old, new in zip(before, after, strict=True) if old != new]
    assert set(moved) == {"arm 2"}
    assert abs(len(moved) - PEOPLE / 3) < 4 * (PEOPLE * 2 / 9) ** 0.5


def test_a_heavier_arm_only_draws_people_to_it() -> None:
    changes = zip(all_of(arms(1, 1, 1)), all_of(arms(1, 2, 1)), strict=True)
    assert {new for old, new in changes if old != new} == {"arm 1"}


def test_a_larger_hold_out_mixes_up_no_arms() -> None:
    changes = zip(all_of(HALVES, 5), all_of(HALVES, 20), strict=True)
    assert {new for old, new in changes if old != new} == {"hold-out"}


def test_the_order_of_the_arms_does_not_matter() -> None:
    assert all_of(HALVES) == all_of(HALVES[::-1])


def test_two_flows_draw_apart() -> None:
    pairs = Counter(zip(all_of(HALVES, flow=3), all_of(HALVES, flow=4), strict=True))
    assert all(abs(count - PEOPLE / 4) < 4 * (PEOPLE * 3 / 16) ** 0.5 for count in pairs.values())


def test_without_an_arm_that_anybody_takes_all_are_held_out() -> None:
    """It cannot be published; the decider stays total."""
    assert arm_of(3, "split", 11, []) == arm_of(3, "split", 11, arms(0)) == "hold-out"


def test_a_journey_goes_the_contacts_own_way() -> None:
    plan = plan_with_ends(node("s", "split", arms=HALVES, hold_out=50))
    for contact_id in range(1, 9):
        contact = person()
        walk = begun(plan, contact=type(contact)(contact_id))
        assert place(walk) == f"to-{arm_of(3, 's', contact_id, HALVES, 50)}"
