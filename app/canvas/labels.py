"""Where counts stand, and where edges pass over each other. Pure. UI.md section 6, rules 5 and 6."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from operator import itemgetter
from typing import Final

from app.canvas.edits import EdgeKey
from app.canvas.geometry import Rect
from app.canvas.router import Point, Way
from app.canvas.space import Bodies, Lines, Span
from app.model.frozen import dataclass

LEFT: Final = -1
MIDDLE: Final = 0
RIGHT: Final = 1
_NEIGHBOUR: Final = 15.0
_SHORTEST_LEVEL: Final = 34.0
_SHORTEST_UPRIGHT: Final = 22.0
_END_ROOM: Final = 8.0
_MOST_BRIDGES: Final = 12
"""An edge that passes over more is part of a tangle, which bridges do not make any clearer."""
_WIDTH, _HEIGHT = 36.0, 16.0
"""What a count of four figures takes at 100 %."""
_BESIDE: Final = 6.0
_CHIP: Final = 10.0
"""Chips and badges stand so far above a body."""
_SHARES: Final = ((0.5, 1.0), (0.33, 0.8), (0.67, 0.8))
"""Where on its line a count may stand, and how good that is."""


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


def finish(ways: Mapping[EdgeKey, Way], bodies: Bodies) -> dict[EdgeKey, Route]:
    """The ways with their crossings and the places of their counts, which avoid bodies and one another."""
    finisher = Finisher(ways, bodies)
    for _ in finisher.steps():
        pass
    return finisher.routes


class Finisher:
    """The work on one set of ways, in pieces if need be. ``routes`` is complete after the last step."""

    def __init__(self, ways: Mapping[EdgeKey, Way], bodies: Bodies) -> None:
        self.routes: dict[EdgeKey, Route] = {}
        self._ways = ways
        self._order = {key: number for number, key in enumerate(ways)}
        self._bodies = bodies
        self._labels = Bodies()
        self._uprights: Owned = Lines()
        self._levels: Owned = Lines()
        for key, way in ways.items():
            for (x1, y1), (x2, y2) in way.segments():
                if x1 == x2:
                    self._uprights.add(x1, y1, y2, (key, way.bundle))
                else:
                    self._levels.add(y1, x1, x2, (key, way.bundle))

    def steps(self) -> Iterator[None]:
        """One way a step."""
        for key, way in self._ways.items():
            self.routes[key] = self._finished(key, way)
            yield

    def _finished(self, key: EdgeKey, way: Way) -> Route:
        bridges: list[tuple[float, float, bool]] = []
        spots: list[tuple[float, Spot]] = []
        last = len(way.points) - 2
        for number, ((x1, y1), (x2, y2)) in enumerate(way.segments()):
            is_upright = x1 == x2
            at, one, other = (x1, y1, y2) if is_upright else (y1, x1, x2)
            met = self._met(way.bundle, at, one, other, is_upright=is_upright)
            for place, name in met:
                if self._order[name] < self._order[key]:
                    bridges.append((at, place, True) if is_upright else (place, at, False))
            room = (0 if number else _END_ROOM, _END_ROOM + 6 if number == last else 0)
            low, high = (one + room[0], other - room[1]) if one < other else (other + room[1], one - room[0])
            cuts = self._taken(key, at, (one, other), [place for place, _ in met], is_upright=is_upright)
            spots += self._spots(key, at, _longest((low, high), cuts), is_upright=is_upright)
        is_tangle = len(bridges) > _MOST_BRIDGES
        return Route(way.points, self._chosen(key, spots), () if is_tangle else tuple(bridges), way.back)

    def _met(
        self, bundle: Hashable, at: float, one: float, other: float, *, is_upright: bool
    ) -> list[tuple[float, EdgeKey]]:
        across = self._levels if is_upright else self._uprights
        return [(place, name) for place, (name, theirs) in across.crossed(at, one, other) if theirs != bundle]

    def _taken(
        self, key: EdgeKey, at: float, ends: Point, crossings: Sequence[float], *, is_upright: bool
    ) -> list[Point]:
        """The parts of a segment that other edges cross or share."""
        along = self._uprights if is_upright else self._levels
        shared = [(start, end) for _, start, end, tag in along.near(at, *ends, 0.5) if tag[0] != key]
        return [*((place - 4, place + 4) for place in crossings), *shared]

    def _spots(
        self, key: EdgeKey, at: float, free: Point, *, is_upright: bool
    ) -> Iterator[tuple[float, Spot]]:
        length = free[1] - free[0]
        if length < (_SHORTEST_UPRIGHT if is_upright else _SHORTEST_LEVEL):
            return
        for share, worth in _SHARES:
            place = free[0] + length * share
            if is_upright:
                yield length * worth, Spot(at, place, self._side(key, at, place))
            else:
                yield length * worth, Spot(place, at)

    def _side(self, key: EdgeKey, at: float, place: float) -> int:
        """Beside the line, away from a lane that runs near."""
        near = self._uprights.near(at, place - 8, place + 8, _NEIGHBOUR)
        others = [entry[0] for entry in near if entry[3][0] != key and entry[0] != at]
        left, right = any(x < at for x in others), any(x > at for x in others)
        if left == right:
            return MIDDLE
        return RIGHT if left else LEFT

    def _chosen(self, key: EdgeKey, spots: list[tuple[float, Spot]]) -> Spot | None:
        ordered = [spot for _, spot in sorted(spots, key=itemgetter(0), reverse=True)]
        for spot in ordered:
            left, top, right, bottom = area = _area(spot)
            if not (self._bodies.blocks((left, top, right, bottom + _CHIP)) or self._labels.blocks(area)):
                self._labels.add("\0".join(key), Rect(left, top, right - left, bottom - top))
                return spot
        return None


def _longest(ends: Point, cuts: Sequence[Point]) -> Point:
    """The longest part between two ends that lies in no cut."""
    low, high = ends
    best, cursor = (low, low), low
    for start, end in sorted([*cuts, (high, high)]):
        if min(start, high) - cursor > best[1] - best[0]:
            best = (cursor, min(start, high))
        cursor = max(cursor, end)
    return best


def _area(spot: Spot) -> Span:
    """What the count takes, so that nothing else is put there."""
    center = spot.x + spot.side * (_BESIDE + _WIDTH / 2)
    return center - _WIDTH / 2, spot.y - _HEIGHT / 2, center + _WIDTH / 2, spot.y + _HEIGHT / 2
