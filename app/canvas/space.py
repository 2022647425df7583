"""Where bodies and lines are, asked for by place: the router's map. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Final, Generic, TypeVar

from app.canvas.geometry import Rect
from app.model.flow import EMPTY

Tag = TypeVar("Tag")

_COLUMN: Final = 128.0
_ROW: Final = 64.0
_STRIP: Final = 32.0
_CELL: Final = 512.0

Entry = tuple[float, float, float, float, str]
"""(left, top, right, bottom, name)"""

Span = tuple[float, float, float, float]
"""(left, top, right, bottom) of a line."""


class Bodies:
    """Rectangles that no line may go through, found by the strips that they stand in."""

    def __init__(self, bodies: Mapping[str, Rect] = EMPTY) -> None:
        self._all: dict[str, Rect] = {}
        self._columns: dict[int, list[Entry]] = {}
        self._rows: dict[int, list[Entry]] = {}
        self._hidden: Collection[str] = ()
        self._extra: list[Entry] = []
        for name, body in bodies.items():
            self.add(name, body)

    def add(self, name: str, body: Rect) -> None:
        entry = _entry(name, body)
        self._all[name] = body
        for column in range(int(entry[0] // _COLUMN), int(entry[2] // _COLUMN) + 1):
            self._columns.setdefault(column, []).append(entry)
        for row in range(int(entry[1] // _ROW), int(entry[3] // _ROW) + 1):
            self._rows.setdefault(row, []).append(entry)

    def moved(self, bodies: Mapping[str, Rect]) -> Bodies:
        """The same with these few at other places; shares all the rest."""
        other = Bodies()
        other._columns, other._rows = self._columns, self._rows
        other._all = {**self._all, **bodies}
        other._hidden = bodies.keys()
        other._extra = [_entry(name, body) for name, body in bodies.items()]
        return other

    def body(self, name: str) -> Rect | None:
        return self._all.get(name)

    def within(self, area: Rect) -> list[Rect]:
        """Those whose inside overlaps the inside of ``area``, which may have no width or no height."""
        return [self._all[entry[4]] for entry in self._found(area)]

    def blocks(self, area: Rect, *but: str) -> bool:
        """Whether any body but these overlaps ``area``."""
        return any(entry[4] not in but for entry in self._found(area))

    def columns(self, left: float, right: float) -> list[Rect]:
        """All bodies that stand, at any height, between two places across."""
        return [body for body in self._all.values() if body.x < right and left < body.x + body.width]

    def _found(self, area: Rect) -> Iterator[Entry]:
        left, top = area.x, area.y
        right, bottom = left + area.width, top + area.height
        if area.width <= area.height:
            strips, first, last = self._columns, int(left // _COLUMN), int(right // _COLUMN)
        else:
            strips, first, last = self._rows, int(top // _ROW), int(bottom // _ROW)
        seen: set[str] = set()
        for strip in range(first, last + 1):
            for entry in strips.get(strip, ()):
                if entry[0] < right and left < entry[2] and entry[1] < bottom and top < entry[3]:
                    name = entry[4]
                    if name not in seen and name not in self._hidden:
                        seen.add(name)
                        yield entry
        for entry in self._extra:
            if entry[0] < right and left < entry[2] and entry[1] < bottom and top < entry[3]:
                yield entry


class Lines(Generic[Tag]):
    """Segments of one direction, by their place across, each with a tag that says whose it is."""

    def __init__(self) -> None:
        self._cells: dict[tuple[int, int], list[tuple[float, float, float, Tag]]] = {}

    def add(self, at: float, one: float, other: float, tag: Tag) -> None:
        low, high = min(one, other), max(one, other)
        strip = int(at // _STRIP)
        for cell in range(int(low // _CELL), int(high // _CELL) + 1):
            self._cells.setdefault((strip, cell), []).append((at, low, high, tag))

    def near(
        self, at: float, one: float, other: float, within: float
    ) -> Iterator[tuple[float, float, float, Tag]]:
        """Segments at most ``within`` beside ``at`` that run along the way from ``one`` to ``other``."""
        low, high = min(one, other), max(one, other)
        for strip in range(int((at - within) // _STRIP), int((at + within) // _STRIP) + 1):
            for cell in range(int(low // _CELL), int(high // _CELL) + 1):
                for entry in self._cells.get((strip, cell), ()):
                    start = entry[1]
                    if abs(entry[0] - at) > within or start >= high or low >= entry[2]:
                        continue
                    # A long segment stands in many cells and is told in the first that both share.
                    if int(max(low, start) // _CELL) == cell:
                        yield entry

    def is_taken(self, at: float, one: float, other: float, tag: Tag, within: float = 5) -> bool:
        """Whether a segment with another tag runs there."""
        return any(entry[3] != tag for entry in self.near(at, one, other, within))

    def crossed(self, at: float, one: float, other: float) -> Iterator[tuple[float, Tag]]:
        """(place, tag) of the segments that a line across them, at ``at``, meets on its way."""
        low, high = min(one, other), max(one, other)
        cell = int(at // _CELL)
        for strip in range(int(low // _STRIP), int(high // _STRIP) + 1):
            for place, start, end, tag in self._cells.get((strip, cell), ()):
                if low < place < high and start < at < end:
                    yield place, tag


def span_of(points: Sequence[tuple[float, float]]) -> Span:
    """What a line spans; of no points, nothing at the origin."""
    if not points:
        return 0.0, 0.0, 0.0, 0.0
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return min(xs), min(ys), max(xs), max(ys)


def passes(points: Sequence[tuple[float, float]], area: Rect) -> bool:
    """Whether a part of a line of level and upright segments (or of its spans) lies in ``area``."""
    left, top, right, bottom = area.x, area.y, area.right, area.bottom
    return any(
        (x1 <= right or x2 <= right)
        and (x1 >= left or x2 >= left)
        and (y1 <= bottom or y2 <= bottom)
        and (y1 >= top or y2 >= top)
        for (x1, y1), (x2, y2) in pairwise(points)
    )


def upright(x: float, one: float, other: float, pad: float) -> Rect:
    """The area that a vertical line takes with ``pad`` on all sides."""
    return Rect(x - pad, min(one, other) - pad, 2 * pad, abs(other - one) + 2 * pad)


def level(y: float, one: float, other: float, pad: float) -> Rect:
    """The area that a horizontal line takes with ``pad`` above and below."""
    return Rect(min(one, other), y - pad, abs(other - one), 2 * pad)


def _entry(name: str, body: Rect) -> Entry:
    return body.x, body.y, body.x + body.width, body.y + body.height, name
