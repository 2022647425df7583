"""Where bodies and lines are, asked for by place: the router's map. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Final, Generic, TypeVar

from app.canvas.geometry import Rect
from app.model.flow import EMPTY

Tag = TypeVar("Tag")

_COLUMN: Final = 192.0
_ROW: Final = 96.0
_STRIP: Final = 32.0
_CELL: Final = 512.0
_WIDE: Final = 1 << 20
"""More rows than any drawing has: cells are told by one number."""

Entry = tuple[float, float, float, float, str]
"""(left, top, right, bottom, name)"""

Span = tuple[float, float, float, float]
"""(left, top, right, bottom), of an area or of a line."""


class Bodies:
    """Rectangles that no line may go through, found by the cells that they stand in."""

    def __init__(self, bodies: Mapping[str, Rect] = EMPTY) -> None:
        self._all: dict[str, Rect] = {}
        self._cells: dict[int, list[Entry]] = {}
        self._columns: dict[int, list[Entry]] = {}
        self._hidden: Mapping[str, Rect] = EMPTY
        self._extra: list[Entry] = []
        for name, body in bodies.items():
            self.add(name, body)

    def add(self, name: str, body: Rect) -> None:
        entry = _entry(name, body)
        left, top, right, bottom, _ = entry
        self._all[name] = body
        for column in range(int(left // _COLUMN), int(right // _COLUMN) + 1):
            self._columns.setdefault(column, []).append(entry)
            for row in range(int(top // _ROW), int(bottom // _ROW) + 1):
                self._cells.setdefault(column * _WIDE + row, []).append(entry)

    def moved(self, bodies: Mapping[str, Rect]) -> Bodies:
        """The same with these few at other places; shares all the rest."""
        other = Bodies()
        other._cells, other._columns, other._all = self._cells, self._columns, self._all
        other._hidden = bodies
        other._extra = [_entry(name, body) for name, body in bodies.items()]
        return other

    def body(self, name: str) -> Rect | None:
        return self._hidden.get(name) or self._all.get(name)

    def within(self, area: Span) -> Collection[Entry]:
        """Those whose inside overlaps the inside of ``area``, which may have no width or no height."""
        left, top, right, bottom = area
        cells, hidden, found = self._cells, self._hidden, dict[str, Entry]()
        low, high = int(top // _ROW), int(bottom // _ROW) + 1
        for column in range(int(left // _COLUMN), int(right // _COLUMN) + 1):
            first = column * _WIDE
            for cell in range(first + low, first + high):
                for entry in cells.get(cell, ()):
                    if entry[0] < right and left < entry[2] and entry[1] < bottom and top < entry[3]:
                        found[entry[4]] = entry
        if hidden:
            found = {name: entry for name, entry in found.items() if name not in hidden}
            for entry in self._extra:
                if entry[0] < right and left < entry[2] and entry[1] < bottom and top < entry[3]:
                    found[entry[4]] = entry
        return found.values()

    def blocks(self, area: Span, one: str = "", other: str = "") -> bool:
        """Whether any body but these two overlaps ``area``."""
        left, top, right, bottom = area
        cells, hidden = self._cells, self._hidden
        low, high = int(top // _ROW), int(bottom // _ROW) + 1
        for column in range(int(left // _COLUMN), int(right // _COLUMN) + 1):
            first = column * _WIDE
            for cell in range(first + low, first + high):
                for x1, y1, x2, y2, name in cells.get(cell, ()):
                    if not (x1 < right and left < x2 and y1 < bottom and top < y2):
                        continue
                    if name not in (one, other) and name not in hidden:
                        return True
        return any(
            x1 < right and left < x2 and y1 < bottom and top < y2 and name not in (one, other)
            for x1, y1, x2, y2, name in self._extra
        )

    def columns(self, left: float, right: float) -> Collection[Entry]:
        """All bodies that stand, at any height, between two places across."""
        found: dict[str, Entry] = {}
        for column in range(int(left // _COLUMN), int(right // _COLUMN) + 1):
            for entry in self._columns.get(column, ()):
                if entry[0] < right and left < entry[2] and entry[4] not in self._hidden:
                    found[entry[4]] = entry
        for entry in self._extra:
            if entry[0] < right and left < entry[2]:
                found[entry[4]] = entry
        return found.values()


class Lines(Generic[Tag]):
    """Segments of one direction, by their place across, each with a tag that says whose it is."""

    def __init__(self) -> None:
        self._cells: dict[int, list[tuple[float, float, float, Tag]]] = {}

    def add(self, at: float, one: float, other: float, tag: Tag) -> None:
        low, high = min(one, other), max(one, other)
        first = int(at // _STRIP) * _WIDE
        for cell in range(first + int(low // _CELL), first + int(high // _CELL) + 1):
            self._cells.setdefault(cell, []).append((at, low, high, tag))

    def near(
        self, at: float, one: float, other: float, within: float
    ) -> Iterator[tuple[float, float, float, Tag]]:
        """Segments at most ``within`` beside ``at`` that run along the way from ``one`` to ``other``."""
        low, high = min(one, other), max(one, other)
        for strip in range(int((at - within) // _STRIP), int((at + within) // _STRIP) + 1):
            for cell in range(int(low // _CELL), int(high // _CELL) + 1):
                for entry in self._cells.get(strip * _WIDE + cell, ()):
                    start = entry[1]
                    if abs(entry[0] - at) > within or start >= high or low >= entry[2]:
                        continue
                    # A long segment stands in many cells and is told in the first that both share.
                    if int(max(low, start) // _CELL) == cell:
                        yield entry

    def is_taken(self, at: float, one: float, other: float, tag: Tag, within: float = 5) -> bool:
        """Whether a segment with another tag runs there."""
        low, high = (one, other) if one < other else (other, one)
        before, behind, cells = at - within, at + within, self._cells
        first, last = int(low // _CELL), int(high // _CELL) + 1
        for strip in range(int(before // _STRIP), int(behind // _STRIP) + 1):
            base = strip * _WIDE
            for cell in range(base + first, base + last):
                for place, start, end, theirs in cells.get(cell, ()):
                    if before <= place <= behind and start < high and low < end and theirs != tag:
                        return True
        return False

    def crossed(self, at: float, one: float, other: float) -> Iterator[tuple[float, Tag]]:
        """(place, tag) of the segments that a line across them, at ``at``, meets on its way."""
        low, high = min(one, other), max(one, other)
        cell = int(at // _CELL)
        for strip in range(int(low // _STRIP), int(high // _STRIP) + 1):
            for place, start, end, tag in self._cells.get(strip * _WIDE + cell, ()):
                if low < place < high and start < at < end:
                    yield place, tag


def span_of(points: Sequence[tuple[float, float]]) -> Span:
    """What a line spans; of no points, nothing at the origin."""
    if not points:
        return 0.0, 0.0, 0.0, 0.0
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return min(xs), min(ys), max(xs), max(ys)


def grown(span: Span, by: float) -> Span:
    """The span with so much more on all sides."""
    return span[0] - by, span[1] - by, span[2] + by, span[3] + by


def passes(
    points: Sequence[tuple[float, float]], left: float, top: float, right: float, bottom: float
) -> bool:
    """Whether a part of a line of level and upright segments (or of its spans) lies in an area."""
    for (x1, y1), (x2, y2) in pairwise(points):
        if (
            (x1 <= right or x2 <= right)
            and (x1 >= left or x2 >= left)
            and (y1 <= bottom or y2 <= bottom)
            and (y1 >= top or y2 >= top)
        ):
            return True
    return False


def upright(x: float, one: float, other: float, pad: float) -> Span:
    """The area that a vertical line takes with ``pad`` on all sides."""
    low, high = (one, other) if one < other else (other, one)
    return x - pad, low - pad, x + pad, high + pad


def level(y: float, one: float, other: float, pad: float) -> Span:
    """The area that a horizontal line takes with ``pad`` above and below."""
    low, high = (one, other) if one < other else (other, one)
    return low, y - pad, high, y + pad


def _entry(name: str, body: Rect) -> Entry:
    return body.x, body.y, body.x + body.width, body.y + body.height, name
