"""Lines on which a part comes to stand with others, while it is moved or placed. Pure.

Only what is near the view counts. It is sorted when a gesture begins; each step looks up its neighbours.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterable, Sequence
from operator import itemgetter
from typing import Final

from app.canvas.drawing import Drawing
from app.canvas.geometry import Rect
from app.model.frozen import dataclass

Point = tuple[float, float]

_START: Final = itemgetter(0)
_SAME: Final = 0.01
_LEAST: Final = 8.0
_FARTHEST: Final = 400.0


@dataclass(frozen=True, slots=True)
class Guide:
    """A line from ``start`` to ``end``; ``words``: the distance in scene units that it stands for."""

    start: Point
    end: Point
    words: str = ""


@dataclass(frozen=True, slots=True)
class Stand:
    """How a part stands: its body, and the height of its inlet, at which edges run straight."""

    body: Rect
    line: float

    def moved(self, dx: float, dy: float) -> Stand:
        return Stand(self.body.moved(dx, dy), self.line + dy)


Values = list[tuple[float, int]]
"""(place on an axis, number of the stand), sorted."""


class Guides:
    """The lines of everything near ``area`` but the parts that are moved."""

    def __init__(self, drawing: Drawing, area: Rect, moving: Collection[str] = ()) -> None:
        self.area = area
        names, _ = drawing.near(area)
        self._stands = [
            Stand(drawing.body(name), drawing.places[name][1] + drawing.m.inlet_y)
            for name in names
            if name not in moving
        ]
        bodies = [stand.body for stand in self._stands]
        self._across = [(body.x, body.right, body.y, body.bottom, body) for body in bodies]
        self._down = [(body.y, body.bottom, body.x, body.right, body) for body in bodies]
        self._lefts = _sorted((body.x, body.right) for body in bodies)
        self._centers = _sorted((body.center[0],) for body in bodies)
        self._tops = _sorted((body.y, body.bottom) for body in bodies)
        self._lines = _sorted((stand.line,) for stand in self._stands)

    def pull(self, stand: Stand, reach: float) -> tuple[float | None, float | None]:
        """How far right and down a part has to go to stand on the nearest lines; None: no line is near."""
        body = stand.body
        across = [
            *_near(self._lefts, (body.x, body.right), reach),
            *_near(self._centers, (body.center[0],), reach),
        ]
        down = [
            *_near(self._lines, (stand.line,), reach),
            *_near(self._tops, (body.y, body.bottom), reach),
        ]
        across += [gap for gap in self._even(body, level=True) if abs(gap) <= reach]
        down += [gap for gap in self._even(body, level=False) if abs(gap) <= reach]
        return min(across, key=abs, default=None), min(down, key=abs, default=None)

    def lines(self, stand: Stand) -> tuple[Guide, ...]:
        """What to show for a part that stands there: shared lines with distances, and equal gaps."""
        body = stand.body
        shown: list[Guide] = []
        for value in dict.fromkeys((body.center[0], body.x, body.right)):
            values = self._centers if value == body.center[0] else self._lefts
            shown += self._along(body, value, self._on(values, value), level=False)
            if shown:
                break
        across = len(shown)
        for value in dict.fromkeys((stand.line, body.y, body.bottom)):
            values = self._lines if value == stand.line else self._tops
            shown += self._along(body, value, self._on(values, value), level=True)
            if len(shown) > across:
                break
        return (*shown, *self._even_lines(body, level=True), *self._even_lines(body, level=False))

    def _on(self, values: Values, value: float) -> list[Rect]:
        start = bisect_left(values, (value - _SAME, -1))
        found = []
        while start < len(values) and values[start][0] <= value + _SAME:
            found.append(self._stands[values[start][1]].body)
            start += 1
        return found

    def _along(self, body: Rect, value: float, others: Sequence[Rect], *, level: bool) -> list[Guide]:
        """The line at ``value`` through the nearest bodies on both sides, with the distances to them."""
        one, other = _neighbours(body, others, level=level)
        found = []
        for near in (one, other):
            if near is None:
                continue
            low, high = _gap(body, near, level=level)
            ends = _ends(body, near, level=level)
            found.append(_guide(ends, value, level=level))
            if high - low >= _LEAST:
                found.append(_guide((low, high), value, level=level, words=f"{high - low:.0f}"))
        return found

    def _even(self, body: Rect, *, level: bool) -> list[float]:
        """Ways to the places where the gaps beside the part would be equal."""
        before, one, other, after = self._row(body, level=level)
        start, size = _span(body, level=level)
        wishes: list[float] = []
        if one is not None and other is not None:
            room = _span(other, level=level)[0] - _end(one, level=level) - size
            wishes += [_end(one, level=level) + room / 2] if room > 0 else []
        if before is not None and one is not None:
            wishes.append(_end(one, level=level) + _span(one, level=level)[0] - _end(before, level=level))
        if after is not None and other is not None:
            gap = _span(after, level=level)[0] - _end(other, level=level)
            wishes.append(_span(other, level=level)[0] - gap - size)
        return [wish - start for wish in wishes]

    def _even_lines(self, body: Rect, *, level: bool) -> list[Guide]:
        before, one, other, after = self._row(body, level=level)
        pairs = [(before, one), (one, body), (body, other), (other, after)]
        gaps = [
            (_end(a, level=level), _span(b, level=level)[0]) if a is not None and b is not None else None
            for a, b in pairs
        ]
        at = body.center[1] if level else body.center[0]
        found: list[Guide] = []
        for first, second in ((gaps[0], gaps[1]), (gaps[1], gaps[2]), (gaps[2], gaps[3])):
            if first is None or second is None:
                continue
            width = first[1] - first[0]
            if width >= _LEAST and abs(width - (second[1] - second[0])) <= _SAME:
                found += [_guide(gap, at, level=level, words=f"{width:.0f}") for gap in (first, second)]
        return list(dict.fromkeys(found))

    def _row(self, body: Rect, *, level: bool) -> tuple[Rect | None, Rect | None, Rect | None, Rect | None]:
        """The two bodies before and the two behind the part in its row, or in its column."""
        low, size = _span(body, level=not level)
        high = low + size
        start, end = _span(body, level=level)[0], _end(body, level=level)
        first, last, middle = start - _FARTHEST, end + _FARTHEST, (start + end) / 2
        row = [
            (one, other, near)
            for one, other, under, over, near in (self._across if level else self._down)
            if under < high and over > low and first < other and one < last
        ]
        row.sort(key=_START)
        before = [near for _, other, near in row if other <= middle]
        behind = [near for one, _, near in row if one >= middle]
        return (
            before[-2] if len(before) > 1 else None,
            before[-1] if before else None,
            behind[0] if behind else None,
            behind[1] if len(behind) > 1 else None,
        )


def _sorted(rows: Iterable[tuple[float, ...]]) -> Values:
    return sorted((value, number) for number, row in enumerate(rows) for value in row)


def _near(values: Values, wishes: Iterable[float], reach: float) -> list[float]:
    found = []
    for wish in wishes:
        place = bisect_left(values, (wish, -1))
        for value, _ in values[max(0, place - 1) : place + 1]:
            if abs(value - wish) <= reach:
                found.append(value - wish)
    return found


def _neighbours(body: Rect, others: Sequence[Rect], *, level: bool) -> tuple[Rect | None, Rect | None]:
    start, end = _span(body, level=level)[0], _end(body, level=level)
    before = [one for one in others if _end(one, level=level) <= start]
    behind = [one for one in others if _span(one, level=level)[0] >= end]
    return (
        max(before, key=lambda one: _end(one, level=level), default=None),
        min(behind, key=lambda one: _span(one, level=level)[0], default=None),
    )


def _span(body: Rect, *, level: bool) -> tuple[float, float]:
    """(start, size) along an axis."""
    return (body.x, body.width) if level else (body.y, body.height)


def _end(body: Rect, *, level: bool) -> float:
    return body.right if level else body.bottom


def _gap(one: Rect, other: Rect, *, level: bool) -> tuple[float, float]:
    return (
        min(_end(one, level=level), _end(other, level=level)),
        max(_span(one, level=level)[0], _span(other, level=level)[0]),
    )


def _ends(one: Rect, other: Rect, *, level: bool) -> tuple[float, float]:
    return (
        min(_span(one, level=level)[0], _span(other, level=level)[0]),
        max(_end(one, level=level), _end(other, level=level)),
    )


def _guide(span: tuple[float, float], at: float, *, level: bool, words: str = "") -> Guide:
    low, high = span
    return Guide((low, at), (high, at), words) if level else Guide((at, low), (at, high), words)
