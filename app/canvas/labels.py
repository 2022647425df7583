"""Where counts stand, and where edges pass over each other. Pure. UI.md section 6, rules 5 and 6."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from app.canvas.edits import EdgeKey
from app.canvas.router import Point, Way
from app.canvas.space import Lines

LEFT: Final = -1
MIDDLE: Final = 0
RIGHT: Final = 1
_NEIGHBOUR: Final = 15.0
_SHORTEST_LEVEL: Final = 34.0
_SHORTEST_UPRIGHT: Final = 22.0
_END_ROOM: Final = 8.0


Owned = Lines[tuple[EdgeKey, Hashable]]
"""Segments with their edge and its bundle."""


@dataclass(frozen=True, slots=True)
class Spot:
    """The place of a count. ``side`` MIDDLE: on the line; LEFT, RIGHT: beside it, as a lane runs near."""

    x: float
    y: float
    side: int = MIDDLE


@dataclass(frozen=True, slots=True)
class Route:
    """An edge as it is drawn."""

    points: tuple[Point, ...]
    spot: Spot | None = None
    bridges: tuple[tuple[float, float, bool], ...] = ()
    """(x, y, whether this edge is upright there) where it passes over another edge."""
    back: bool = False


def finish(ways: Mapping[EdgeKey, Way]) -> dict[EdgeKey, Route]:
    """The ways with their crossings and the places of their counts."""
    uprights: Owned = Lines()
    levels: Owned = Lines()
    for key, way in ways.items():
        for (x1, y1), (x2, y2) in way.segments():
            if x1 == x2:
                uprights.add(x1, y1, y2, (key, way.bundle))
            else:
                levels.add(y1, x1, x2, (key, way.bundle))
    order = {key: number for number, key in enumerate(ways)}
    return {key: _finished(key, way, uprights, levels, order) for key, way in ways.items()}


def _finished(key: EdgeKey, way: Way, uprights: Owned, levels: Owned, order: Mapping[EdgeKey, int]) -> Route:
    bridges: list[tuple[float, float, bool]] = []
    best: tuple[float, Spot] | None = None
    last = len(way.points) - 2
    for number, ((x1, y1), (x2, y2)) in enumerate(way.segments()):
        is_upright = x1 == x2
        at, one, other = (x1, y1, y2) if is_upright else (y1, x1, x2)
        beside, across = (uprights, levels) if is_upright else (levels, uprights)
        met = _met(way.bundle, at, one, other, across)
        for place, name in met:
            if order[name] < order[key]:
                bridges.append((at, place, True) if is_upright else (place, at, False))
        room = (0 if number else _END_ROOM, _END_ROOM + 6 if number == last else 0)
        free = _longest_free(key, at, one, other, beside, [place for place, _ in met], room)
        spot = _spot(key, at, free, beside, is_upright=is_upright)
        if spot is not None and (best is None or spot[0] > best[0]):
            best = spot
    return Route(way.points, best[1] if best else None, tuple(bridges), way.back)


def _met(bundle: Hashable, at: float, one: float, other: float, across: Owned) -> list[tuple[float, EdgeKey]]:
    return [(place, name) for place, (name, theirs) in across.crossed(at, one, other) if theirs != bundle]


def _longest_free(
    key: EdgeKey,
    at: float,
    one: float,
    other: float,
    beside: Owned,
    crossings: Sequence[float],
    room: tuple[float, float],
) -> tuple[float, float]:
    """The longest part of a segment that is the edge's own and that no other edge crosses."""
    low, high = (one + room[0], other - room[1]) if one < other else (other + room[1], one - room[0])
    cuts = [(place - 4, place + 4) for place in crossings]
    for _, start, end, (name, _bundle) in beside.near(at, one, other, 0.5):
        if name != key:
            cuts.append((start, end))
    best = (low, low)
    cursor = low
    for start, end in sorted([*cuts, (high, high)]):
        if min(start, high) - cursor > best[1] - best[0]:
            best = (cursor, min(start, high))
        cursor = max(cursor, end)
    return best


def _spot(
    key: EdgeKey, at: float, free: tuple[float, float], beside: Owned, *, is_upright: bool
) -> tuple[float, Spot] | None:
    length = free[1] - free[0]
    middle = (free[0] + free[1]) / 2
    if not is_upright:
        return (length, Spot(middle, at)) if length >= _SHORTEST_LEVEL else None
    if length < _SHORTEST_UPRIGHT:
        return None
    others = [
        entry[0]
        for entry in beside.near(at, middle - 8, middle + 8, _NEIGHBOUR)
        if entry[3][0] != key and entry[0] != at
    ]
    left, right = any(x < at for x in others), any(x > at for x in others)
    if left and right:
        return length / 4, Spot(at, middle)
    return length, Spot(at, middle, RIGHT if left else LEFT if right else MIDDLE)
