"""Where bodies and lines are, asked for by place: the router's map. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final, Generic, TypeVar

from app.canvas.geometry import Rect

Tag = TypeVar("Tag")

_CELL: Final = 256.0
_STRIP: Final = 32.0
_FAR_CELLS: Final = 64
"""Longer rows of cells are not walked one by one: all bodies are looked at."""


class Bodies:
    """Rectangles that no line may go through."""

    def __init__(self, bodies: Iterable[tuple[str, Rect]]) -> None:
        self._all: list[tuple[str, Rect]] = []
        self._cells: dict[tuple[int, int], list[tuple[str, Rect]]] = {}
        for name, body in bodies:
            self.add(name, body)

    def add(self, name: str, body: Rect) -> None:
        self._all.append((name, body))
        for cell in _cells(body):
            self._cells.setdefault(cell, []).append((name, body))

    def within(self, area: Rect) -> list[tuple[str, Rect]]:
        """Those whose inside overlaps the inside of ``area``, which may have no width or no height."""
        columns = int((area.right - area.x) // _CELL) + 1
        rows = int((area.bottom - area.y) // _CELL) + 1
        if columns * rows > _FAR_CELLS:
            return [entry for entry in self._all if _overlaps(entry[1], area)]
        found: dict[str, Rect] = {}
        for cell in _cells(area):
            for name, body in self._cells.get(cell, ()):
                if name not in found and _overlaps(body, area):
                    found[name] = body
        return list(found.items())

    def blocks(self, area: Rect, *but: str) -> bool:
        """Whether any body but these overlaps ``area``."""
        return any(name not in but for name, _ in self.within(area))

    def columns(self, left: float, right: float) -> list[Rect]:
        """All bodies that stand, at any height, between two places across."""
        return [body for _, body in self._all if body.x < right and left < body.right]


class Lines(Generic[Tag]):
    """Segments of one direction, by their place across, each with a tag that says whose it is."""

    def __init__(self) -> None:
        self._strips: dict[int, list[tuple[float, float, float, Tag]]] = {}

    def add(self, at: float, one: float, other: float, tag: Tag) -> None:
        low, high = min(one, other), max(one, other)
        self._strips.setdefault(int(at // _STRIP), []).append((at, low, high, tag))

    def near(
        self, at: float, one: float, other: float, within: float
    ) -> Iterator[tuple[float, float, float, Tag]]:
        """Segments at most ``within`` beside ``at`` that run along the way from ``one`` to ``other``."""
        low, high = min(one, other), max(one, other)
        for strip in range(int((at - within) // _STRIP), int((at + within) // _STRIP) + 1):
            for entry in self._strips.get(strip, ()):
                if abs(entry[0] - at) <= within and entry[1] < high and low < entry[2]:
                    yield entry

    def is_taken(self, at: float, one: float, other: float, tag: Tag, within: float = 5) -> bool:
        """Whether a segment with another tag runs there."""
        return any(entry[3] != tag for entry in self.near(at, one, other, within))

    def crossed(self, at: float, one: float, other: float) -> Iterator[tuple[float, Tag]]:
        """(place, tag) of the segments that a line across them, at ``at``, meets on its way."""
        low, high = min(one, other), max(one, other)
        for strip in range(int(low // _STRIP), int(high // _STRIP) + 1):
            for place, start, end, tag in self._strips.get(strip, ()):
                if low < place < high and start < at < end:
                    yield place, tag


def upright(x: float, one: float, other: float, pad: float) -> Rect:
    """The area that a vertical line takes with ``pad`` on all sides."""
    return Rect(x - pad, min(one, other) - pad, 2 * pad, abs(other - one) + 2 * pad)


def level(y: float, one: float, other: float, pad: float) -> Rect:
    """The area that a horizontal line takes with ``pad`` above and below."""
    return Rect(min(one, other), y - pad, abs(other - one), 2 * pad)


def _cells(area: Rect) -> Iterator[tuple[int, int]]:
    for column in range(int(area.x // _CELL), int(area.right // _CELL) + 1):
        for row in range(int(area.y // _CELL), int(area.bottom // _CELL) + 1):
            yield column, row


def _overlaps(body: Rect, area: Rect) -> bool:
    return body.x < area.right and area.x < body.right and body.y < area.bottom and area.y < body.bottom
