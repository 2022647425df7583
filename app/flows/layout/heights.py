"""How far across the ranks every slot stands, once the order in each column is settled."""

from __future__ import annotations

from bisect import insort
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from app.flows.layout.boxes import Sheet, snapped
from app.flows.layout.slots import Pull, Slots

_STEADY: Final = 1_000
"""How much the present place of what is held counts against any tie."""
_PASSES: Final = 5
_PULLED: Final = 12

Wish = tuple[float, float]
"""Where a slot wishes to stand, and how much that counts."""


def heights(slots: Slots) -> list[float]:
    """Heights of all slots from their ties alone: forward and back, each column as near as it can."""
    at = [0.0] * len(slots.breadth)
    for column in slots.columns:
        settle(column, [(0.0, 1)] * len(column), at, slots)
    for number in range(_PASSES):
        ties = slots.pushes if number % 2 else slots.pulls
        for column in reversed(slots.columns) if number % 2 else slots.columns:
            settle(column, [_tied(slot, ties[slot], at) for slot in column], at, slots)
    return at


def held_heights(slots: Slots, sheet: Sheet, present: Sequence[float]) -> list[float]:
    """Heights where everything held stays, unless it has to make room; what is tied to it goes along.

    Lanes take no room here: a box that is held is not moved for a line that can go round it.
    """
    at = list(present)
    boxes = [sheet.boxes[name] for name in slots.names]

    def stays(slot: int) -> float:
        return present[slot] + _shift(slots.pulls[slot], present, at, present[slot])

    def wish(slot: int) -> Wish:
        if boxes[slot].is_held:
            return stays(slot), _STEADY
        return _tied(slot, (*slots.pulls[slot], *slots.pushes[slot]), at)[0], 1

    for column in slots.columns:
        settled = [slot for slot in column if not slots.is_lane(slot)]
        settle(settled, [wish(slot) for slot in settled], at, slots, is_held=True)
        for lane in column:
            if slots.is_lane(lane):
                at[lane] = stays(lane)
    return at


def _shift(pulls: Sequence[Pull], before: Sequence[float], at: Sequence[float], place: float) -> float:
    """How far the one has moved on whose line a slot stood."""
    lines = [pull for pull in pulls if abs(before[pull.other] + pull.drop - place) < 1]
    if not lines:
        return 0
    line = max(lines, key=lambda pull: pull.weight)
    return at[line.other] - before[line.other]


def _tied(slot: int, ties: Sequence[Pull], at: Sequence[float]) -> Wish:
    """The weighted median of what the ties wish; where it is now when there are none."""
    found = sorted((at[tie.other] + tie.drop, tie.weight) for tie in ties if tie.weight)
    if not found:
        return at[slot], 1
    return _median(found), max(weight for _, weight in found)


def _median(sorted_wishes: Sequence[Wish]) -> float:
    half = sum(weight for _, weight in sorted_wishes) / 2
    for height, weight in sorted_wishes:
        half -= weight
        if half <= 0:
            return height
    return sorted_wishes[-1][0]


@dataclass(slots=True)
class _Block:
    """Neighbours that stand as close as they may; ``wishes`` for the first of them, sorted."""

    wishes: list[Wish]
    count: int
    height: float


def settle(
    column: Sequence[int], wishes: Sequence[Wish], at: list[float], slots: Slots, *, is_held: bool = False
) -> None:
    """Puts a column as near to the wishes as order and gaps allow; those in the way move together.

    ``is_held``: nothing is pulled to the grid, and a gap may be a little narrower, as where a node was
    pulled onto a straight line.
    """
    less = _PULLED if is_held else 0
    offsets = [0.0]
    for slot, following in pairwise(column):
        offsets.append(offsets[-1] + slots.breadth[slot] + _gap(slots, slot, following) - less)
    blocks: list[_Block] = []
    for (height, weight), offset in zip(wishes, offsets, strict=False):
        block = _Block([(height - offset, weight)], 1, height - offset)
        while blocks and blocks[-1].height > block.height:
            block = _merged(blocks.pop(), block)
        blocks.append(block)
    bases = [one.height if is_held else snapped(one.height) for one in blocks for _ in range(one.count)]
    for slot, offset, base in zip(column, offsets, bases, strict=False):
        at[slot] = base + offset


def _merged(one: _Block, other: _Block) -> _Block:
    small, large = sorted((one.wishes, other.wishes), key=len)
    for wish in small:
        insort(large, wish)
    return _Block(large, one.count + other.count, _median(large))


def _gap(slots: Slots, one: int, other: int) -> int:
    return 0 if slots.is_lane(one) and slots.is_lane(other) else slots.across
