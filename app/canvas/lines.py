"""Places on a line of level and upright segments. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from app.canvas.router import Point


def length_of(points: Sequence[Point]) -> float:
    """How long the line is."""
    return sum(_length(one, other) for one, other in pairwise(points))


def place_on(points: Sequence[Point], way: float) -> Point:
    """The place ``way`` after the beginning; the end where the line is shorter. Needs a point."""
    left = way
    for one, other in pairwise(points):
        length = _length(one, other)
        if length and left <= length:
            share = left / length
            return one[0] + (other[0] - one[0]) * share, one[1] + (other[1] - one[1]) * share
        left -= length
    return points[-1]


def middle_of(points: Sequence[Point]) -> Point:
    """The place halfway."""
    return place_on(points, length_of(points) / 2)


def _length(one: Point, other: Point) -> float:
    return abs(one[0] - other[0]) + abs(one[1] - other[1])
