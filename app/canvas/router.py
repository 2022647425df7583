"""Ways of the edges: right angles, left to right, never through a node (UI.md section 6). Pure."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Sequence
from typing import Final

from app.canvas.edits import EdgeKey
from app.canvas.lanes import FIRST, Bundle, assign
from app.canvas.space import Bodies, Lines, level, upright
from app.canvas.theme import Measures
from app.model.frozen import dataclass

Point = tuple[float, float]

CLEAR: Final = 6.0
"""A line keeps at least this from bodies that are not its own."""
CORRIDOR: Final = 16.0
"""A line that goes round keeps this."""
UNDER: Final = 24.0
_LEAST_FORWARD: Final = 8.0
_TRIES: Final = 8
_MOST_DODGED: Final = 72.0


@dataclass(frozen=True, slots=True)
class Wire:
    """An edge to be routed: from a port to an inlet. ``order``: the outlet's place among its siblings."""

    key: EdgeKey
    start: Point
    end: Point
    order: int = 0
    style: str = ""
    """Only edges of one style share a lane."""

    @property
    def source(self) -> str:
        return self.key[0]

    @property
    def target(self) -> str:
        return self.key[2]


@dataclass(frozen=True, slots=True)
class Way:
    """The corners of an edge from port to inlet. ``bundle``: edges with the same one run in as one."""

    points: tuple[Point, ...]
    bundle: Hashable
    back: bool = False

    def segments(self) -> Iterator[tuple[Point, Point]]:
        return zip(self.points, self.points[1:], strict=False)


def route(wires: Sequence[Wire], bodies: Bodies, m: Measures) -> dict[EdgeKey, Way]:
    """A way for each wire. Ends are exact; in an arranged drawing no way passes through a body."""
    router = Router(wires, bodies, m)
    for _ in router.steps():
        pass
    return router.ways


def sketch(wires: Sequence[Wire], bodies: Bodies, m: Measures) -> dict[EdgeKey, Way]:
    """Quick ways for a gesture that moves many nodes: nothing is looked for and nothing shared."""
    return {wire.key: Way(_sketched(wire, bodies, m), wire.key, not _is_forward(wire)) for wire in wires}


def _sketched(wire: Wire, bodies: Bodies, m: Measures) -> tuple[Point, ...]:
    (x1, y1), (x2, y2) = wire.start, wire.end
    if _is_straight(wire):
        return wire.start, wire.end
    if _is_forward(wire):
        lane = max(x2 - FIRST, (x1 + x2) / 2)
        if x1 < lane < x2:
            return wire.start, (lane, y1), (lane, y2), wire.end
        return _simplified((wire.start, (lane, y1), (lane, y2), wire.end))
    out, into, low = x1 + m.stub, x2 - FIRST, _turning(wire, bodies)
    return _simplified((wire.start, (out, y1), (out, low), (into, low), (into, y2), wire.end))


def _turning(wire: Wire, bodies: Bodies) -> float:
    """Where a way back turns: above a target that stands a row lower, else under both nodes."""
    source, target = bodies.body(wire.source), bodies.body(wire.target)
    if source is not None and target is not None and target.y - source.bottom > UNDER + CORRIDOR:
        return target.y - UNDER
    own = [body.bottom for body in (source, target) if body is not None]
    return max([*own, wire.start[1], wire.end[1]]) + UNDER


def bundle_keys(wires: Sequence[Wire]) -> list[Hashable]:
    """Edges to one inlet share a bundle, but siblings of one source and other styles keep their own."""
    seen: dict[tuple[str, str, str], int] = {}
    keys: list[Hashable] = []
    for wire in wires:
        sibling = (wire.source, wire.target, wire.style)
        rank = seen.get(sibling, 0)
        seen[sibling] = rank + 1
        keys.append((wire.target, wire.style, rank))
    return keys


class Router:
    """The work on one set of wires, which can be done in pieces. ``ways`` is complete after the last step."""

    def __init__(self, wires: Sequence[Wire], bodies: Bodies, m: Measures) -> None:
        self._wires = wires
        self._bodies = bodies
        self._m = m
        self._keys = bundle_keys(wires)
        self._upright: Lines[Hashable] = Lines()
        self._level: Lines[Hashable] = Lines()
        self.ways: dict[EdgeKey, Way] = {}

    def steps(self) -> Iterator[None]:
        """One wire a step; what is hard comes last."""
        bundles = self._bundles()
        yield from assign(bundles, self._bodies, self._m.lane)
        lanes = {number: bundle.lane for bundle in bundles for number in bundle.members}
        hard: list[int] = []
        for number, wire in enumerate(self._wires):
            points = self._easy(wire, lanes.get(number), self._keys[number])
            if points is None:
                hard.append(number)
            else:
                self._keep(number, points)
            yield
        for number in hard:
            wire = self._wires[number]
            self._keep(number, self._round(wire, self._keys[number]), back=not _is_forward(wire))
            yield

    def _bundles(self) -> list[Bundle]:
        bundles: dict[Hashable, Bundle] = {}
        for number, wire in enumerate(self._wires):
            if _is_forward(wire) and not _is_straight(wire):
                key = (self._keys[number], wire.end)
                bundle = bundles.setdefault(key, Bundle(key, wire.end))
                bundle.starts.append(wire.start[1])
                bundle.members.append(number)
        return list(bundles.values())

    def _easy(self, wire: Wire, lane: float | None, bundle: Hashable) -> tuple[Point, ...] | None:
        """One straight line, or one lane before the target or behind the source; None when blocked."""
        if not _is_forward(wire):
            return None
        (x1, y1), (x2, y2) = wire.start, wire.end
        if lane is None:
            return (wire.start, wire.end) if self._is_free_level(y1, x1, x2, wire) else None
        lane = max(lane, x1 + 2)
        if self._is_free_bend(lane, wire):
            return (wire.start, (lane, y1), (lane, y2), wire.end)
        dodged = self._dodged(wire, lane, bundle)
        if dodged is not None:
            return dodged
        early = x1 + self._m.stub + 4
        is_free = early < x2 and self._is_free_bend(early, wire)
        return (wire.start, (early, y1), (early, y2), wire.end) if is_free else None

    def _dodged(self, wire: Wire, lane: float, bundle: Hashable) -> tuple[Point, ...] | None:
        """A few px up or down, past what stands in the way, and then into the lane."""
        (x1, y1), (_, y2) = wire.start, wire.end
        step = self._m.lane
        outs = [
            out for number in range(3) if (out := x1 + self._m.stub + step * number) < lane - self._m.stub
        ]
        blocked = self._bodies.within(level(y1, x1, lane, CORRIDOR))
        edges = [y for _, top, _, low, _ in blocked for y in (top - CORRIDOR, low + CORRIDOR)]
        heights = [edge + step * number for edge in edges for number in range(-2, 3)]
        for y in sorted(heights, key=lambda height: abs(height - y1)):
            if abs(y - y1) > _MOST_DODGED:
                break
            for out in outs:
                points = (wire.start, (out, y1), (out, y), (lane, y), (lane, y2), wire.end)
                if self._is_free_dodge(points, wire, bundle):
                    return points
        return None

    def _is_free_dodge(self, points: tuple[Point, ...], wire: Wire, bundle: Hashable) -> bool:
        (out, y1), (_, y), (lane, _), (_, y2) = points[1:5]
        return (
            self._is_free_upright(out, y1, y, wire)
            and self._is_free_upright(lane, y, y2, wire)
            and not self._level.is_taken(y, out, lane, bundle, self._m.lane - 1)
            and not self._upright.is_taken(out, y1, y, bundle)
            and not self._bodies.blocks(level(y, out, lane, CORRIDOR - 1))
            and self._is_free_level(y2, lane, wire.end[0], wire)
        )

    def _is_free_bend(self, x: float, wire: Wire) -> bool:
        (x1, y1), (x2, y2) = wire.start, wire.end
        return (
            self._is_free_level(y1, x1, x, wire)
            and self._is_free_level(y2, x, x2, wire)
            and self._is_free_upright(x, y1, y2, wire)
        )

    def _is_free_level(self, y: float, x1: float, x2: float, wire: Wire) -> bool:
        return not self._bodies.blocks(level(y, x1, x2, CLEAR), wire.source, wire.target)

    def _is_free_upright(self, x: float, y1: float, y2: float, wire: Wire) -> bool:
        if self._bodies.blocks(upright(x, y1, y2, CLEAR), wire.source, wire.target):
            return False
        low, high = (y1, y2) if y1 < y2 else (y2, y1)
        own = (self._bodies.body(wire.source), self._bodies.body(wire.target))
        return not any(
            body is not None
            and body.x < x + 0.5
            and x - 0.5 < body.x + body.width
            and body.y < high + 0.5
            and low - 0.5 < body.y + body.height
            for body in own
        )

    def _round(self, wire: Wire, bundle: Hashable) -> tuple[Point, ...]:
        """Out, along a free corridor, and in: for ways back and for what is in the way."""
        best: tuple[Point, ...] | None = None
        for y in self._corridors(wire):
            points, is_free = self._along(wire, y, bundle)
            if is_free:
                return points
            best = best or points
        return best or (wire.start, wire.end)

    def _along(self, wire: Wire, y: float, bundle: Hashable) -> tuple[tuple[Point, ...], bool]:
        (x1, y1), (x2, y2) = wire.start, wire.end
        out = self._beside(x1 + self._m.stub, y1, y, 1, bundle)
        into = self._beside(x2 - FIRST, y, y2, -1, bundle)
        y = self._apart(y, out, into, bundle)
        points = (wire.start, (out, y1), (out, y), (into, y), (into, y2), wire.end)
        is_free = (
            self._is_free_upright(out, y1, y, wire)
            and self._is_free_upright(into, y, y2, wire)
            and not self._bodies.blocks(level(y, out, into, CLEAR))
            and self._is_free_level(y1, x1, out, wire)
            and self._is_free_level(y2, into, x2, wire)
        )
        return points, is_free

    def _beside(self, x: float, y1: float, y2: float, sign: int, bundle: Hashable) -> float:
        """``x``, or the next place in direction ``sign`` that is free for a vertical line."""
        for _ in range(_TRIES):
            blocking = self._bodies.within(upright(x, y1, y2, CLEAR))
            if blocking:
                x = (
                    max(right for _, _, right, _, _ in blocking) + CORRIDOR
                    if sign > 0
                    else min(left for left, *_ in blocking) - CORRIDOR
                )
            elif self._upright.is_taken(x, y1, y2, bundle):
                x += sign * self._m.lane
            else:
                break
        return x

    def _apart(self, y: float, x1: float, x2: float, bundle: Hashable) -> float:
        """``y``, or a place a few lanes beside it that no other edge runs along."""
        for step in range(_TRIES):
            for sign in (1, -1):
                place = y + sign * step * self._m.lane
                if not self._level.is_taken(place, x1, x2, bundle) and not self._bodies.blocks(
                    level(place, x1, x2, CLEAR)
                ):
                    return place
        return y

    def _corridors(self, wire: Wire) -> list[float]:
        """Heights at which one can pass between the ends, best first."""
        (x1, y1), (x2, y2) = wire.start, wire.end
        left, right = min(x1, x2 - FIRST - CORRIDOR), max(x1 + self._m.stub + CORRIDOR, x2)
        columns = self._bodies.columns(left, right)
        spans = _merged((top - CORRIDOR, low + CORRIDOR) for _, top, _, low, _ in columns)
        if _is_forward(wire):
            free = _free_heights(spans, (y1, y2))
            return sorted(free, key=lambda y: abs(y - y1) + abs(y - y2))[:_TRIES]
        wish = _turning(wire, self._bodies)
        below = _free_heights(spans, (wish,))
        return sorted(below, key=lambda y: (y < wish - UNDER / 2, abs(y - wish)))[:_TRIES]

    def _keep(self, number: int, points: tuple[Point, ...], *, back: bool = False) -> None:
        wire, bundle = self._wires[number], self._keys[number]
        corners = _simplified(points)
        self.ways[wire.key] = way = Way(corners, bundle, back)
        for (x1, y1), (x2, y2) in way.segments():
            if x1 == x2:
                self._upright.add(x1, y1, y2, bundle)
            else:
                self._level.add(y1, x1, x2, bundle)


def _is_forward(wire: Wire) -> bool:
    return wire.end[0] - wire.start[0] >= (-UNDER if _is_straight(wire) else _LEAST_FORWARD)


def _is_straight(wire: Wire) -> bool:
    return abs(wire.end[1] - wire.start[1]) < 0.01


def _merged(blocked: Iterable[Point]) -> list[Point]:
    """Spans (low, high) that overlap, as one."""
    spans: list[Point] = []
    for low, high in sorted(blocked):
        if spans and low < spans[-1][1]:
            spans[-1] = (spans[-1][0], max(spans[-1][1], high))
        else:
            spans.append((low, high))
    return spans


def _free_heights(spans: Sequence[Point], wishes: Iterable[float]) -> list[float]:
    """The wishes that lie in no blocked span, and the edges of the spans."""
    edges = [edge for span in spans for edge in span]
    return edges + [wish for wish in wishes if not any(low < wish < high for low, high in spans)]


def _simplified(points: tuple[Point, ...]) -> tuple[Point, ...]:
    """Without repeated points and without points in the middle of a straight line."""
    kept: list[Point] = []
    for point in points:
        if kept and point == kept[-1]:
            continue
        if len(kept) > 1 and _in_line(kept[-2], kept[-1], point):
            kept.pop()
        kept.append(point)
    return tuple(kept) if len(kept) > 1 else (points[0], points[-1])


def _in_line(one: Point, middle: Point, other: Point) -> bool:
    return one[0] == middle[0] == other[0] or one[1] == middle[1] == other[1]
