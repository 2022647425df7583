"""Lanes: which vertical place each bent edge takes in the gap before its target's column. Pure.

UI.md section 6, rules 2 and 3: lanes are 10 apart, siblings never cross, edges to one inlet share a lane.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from app.canvas.space import Bodies

FIRST: Final = 22.0
"""From the inlet to the nearest lane: the corner, then straight in with the arrow."""
_LEFT: Final = 8.0
_LEAST: Final = 4.0
_SAME_COLUMN: Final = 4.0
_MOST_SORTED: Final = 40
_LOOK_BACK: Final = 400.0


@dataclass(slots=True)
class Bundle:
    """Edges that share one lane and run into one inlet. ``starts``: the heights at which they come."""

    key: Hashable
    end: tuple[float, float]
    starts: list[float] = field(default_factory=list)
    members: list[int] = field(default_factory=list)
    lane: float = 0

    @property
    def low(self) -> float:
        return min(self.end[1], *self.starts)

    @property
    def high(self) -> float:
        return max(self.end[1], *self.starts)


def assign(bundles: Iterable[Bundle], bodies: Bodies, pitch: float) -> Iterator[None]:
    """Gives every bundle its ``lane``, a column a step."""
    column: list[Bundle] = []
    for bundle in sorted(bundles, key=lambda one: (one.end[0], one.end[1])):
        if column and bundle.end[0] - column[0].end[0] > _SAME_COLUMN:
            _assign_column(column, bodies, pitch)
            column = []
            yield
        column.append(bundle)
    if column:
        _assign_column(column, bodies, pitch)


def _assign_column(column: list[Bundle], bodies: Bodies, pitch: float) -> None:
    ordered = _ordered(column)
    ranks = _ranks(ordered)
    deepest = max(ranks)
    for bundle, rank in zip(ordered, ranks, strict=True):
        room = bundle.end[0] - _left_bound(bundle, bodies)
        first = FIRST if room >= FIRST + _LEFT else room / 2
        spare = room - _LEFT - first
        step = min(pitch, max(_LEAST, spare / deepest)) if deepest else pitch
        bundle.lane = bundle.end[0] - first - rank * step


def _ordered(column: list[Bundle]) -> list[Bundle]:
    """From left to right so that as few as possible cross; equal ones keep the order of their starts."""
    ordered = sorted(column, key=lambda one: (one.end[1], min(one.starts)))
    if len(ordered) > _MOST_SORTED:
        return ordered
    for _ in ordered:
        swapped = False
        for place in range(len(ordered) - 1):
            one, other = ordered[place], ordered[place + 1]
            if _crossings(one, other) > _crossings(other, one):
                ordered[place], ordered[place + 1] = other, one
                swapped = True
        if not swapped:
            break
    return ordered


def _crossings(left: Bundle, right: Bundle) -> int:
    """How often two bundles cross when ``left`` takes the lane left of ``right``."""
    coming = sum(left.low < start < left.high for start in right.starts)
    leaving = right.low < left.end[1] < right.high
    return coming + leaving


def _ranks(ordered: Sequence[Bundle]) -> list[int]:
    """Lane numbers from the target outwards; those that do not run beside each other share a number."""
    ranks = [0] * len(ordered)
    for place in range(len(ordered) - 1, -1, -1):
        beside = [
            ranks[other]
            for other in range(place + 1, len(ordered))
            if ordered[other].low - 6 < ordered[place].high and ordered[place].low - 6 < ordered[other].high
        ]
        ranks[place] = max(beside, default=-1) + 1
    return ranks


def _left_bound(bundle: Bundle, bodies: Bodies) -> float:
    """The right edge of what stands nearest before the target at the heights that the lane passes."""
    end = bundle.end[0]
    area = (end - _LOOK_BACK, bundle.low - 1, end, bundle.high + 1)
    edges = [right for _, _, right, _, _ in bodies.within(area) if right <= end - _LEAST]
    return max(edges, default=end - _LOOK_BACK)
