"""What is taken already, and how far down something has to go until it is free. Both in scene units."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from app.flows.layout.boxes import GRID, Box

_CELL: Final = 256
_FARTHEST: Final = 100_000
Area = tuple[int, int, int, int]
"""Left, top, right, bottom."""


class Room:
    """Rectangles that nothing else may lie on, found by the cells that they stand in."""

    def __init__(self, apart: int) -> None:
        self._apart = apart
        self._cells: dict[tuple[int, int], list[Area]] = {}

    def take(self, x: int, y: int, box: Box) -> None:
        """This place is taken from now on."""
        area = (x, y, x + box.length, y + box.breadth)
        for cell in _cells(area):
            self._cells.setdefault(cell, []).append(area)

    def way_down(self, boxes: Sequence[tuple[int, int, Box]]) -> int:
        """How far down boxes at (x, y) have to go together, so that none of them lies on what is taken."""
        down = 0
        while down < _FARTHEST:
            lacking = max((self._lacking(x, y + down, box) for x, y, box in boxes), default=0)
            if not lacking:
                return down
            down += -(-lacking // GRID) * GRID
        return down

    def _lacking(self, x: int, y: int, box: Box) -> int:
        area = (x - self._apart, y - self._apart, x + box.length + self._apart, y + box.breadth + self._apart)
        lowest = max(
            (taken[3] for cell in _cells(area) for taken in self._cells.get(cell, ()) if _touch(taken, area)),
            default=area[1],
        )
        return lowest - area[1]


def _touch(one: Area, other: Area) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _cells(area: Area) -> Iterator[tuple[int, int]]:
    for across in range(area[0] // _CELL, area[2] // _CELL + 1):
        for down in range(area[1] // _CELL, area[3] // _CELL + 1):
            yield across, down
