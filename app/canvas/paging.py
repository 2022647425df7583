"""How a drawing is parted into pages of paper. Pure: lengths in, rectangles out."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import product
from typing import Final

from app.canvas.geometry import Rect

PAPERS: Final[Mapping[str, tuple[float, float]]] = {
    "A4": (210, 297),
    "A3": (297, 420),
    "letter": (215.9, 279.4),
}
"""Width and height of upright sheets, in mm."""

DPI: Final = 96
MARGIN: Final = 40.0
HEAD: Final = 56.0
FOOT: Final = 48.0
OVERLAP: Final = 32.0
"""px that neighbouring pages have in common, so that they can be laid over one another."""

READABLE: Final = 0.6
"""A drawing that fits one page at least this large is not parted."""

MOST_PAGES: Final = 100
_SCALES: Final = tuple(hundredths / 100 for hundredths in range(100, 59, -5))
_SMALLER: Final = 0.9


@dataclass(frozen=True, slots=True)
class Tile:
    """One page: its number from 1 in reading order, where it stands, and what it shows, in scene units."""

    number: int
    column: int
    row: int
    source: Rect


@dataclass(frozen=True, slots=True)
class Plan:
    """Pages of one size. ``room``: px for the drawing on each; ``scale``: px a scene unit."""

    width: float
    height: float
    scale: float
    tiles: tuple[Tile, ...]

    @property
    def room(self) -> Rect:
        """Where the drawing stands on a page, in px from its corner."""
        return Rect(MARGIN, MARGIN + HEAD, self.width - 2 * MARGIN, self.height - 2 * MARGIN - HEAD - FOOT)

    @property
    def has_overview(self) -> bool:
        """Whether a first page shows how the others lie together."""
        return len(self.tiles) > 1

    def at(self, column: int, row: int) -> Tile | None:
        """The page at this place, if there is one."""
        return next((tile for tile in self.tiles if (tile.column, tile.row) == (column, row)), None)


def plan(area: Rect, paper: str, is_there: Callable[[Rect], bool]) -> Plan:
    """The pages for ``area``: one where it can be read on one, else as few as need be, none empty.

    ``is_there``: whether a rectangle of the scene shows anything. KeyError for a paper that is not known.
    """
    sheets = list(_sheets(paper))
    single = max((_whole(area, sheet) for sheet in sheets), key=lambda one: one.scale)
    if single.scale >= READABLE:
        return single
    counted = [(_count(area, sheet, scale), -scale, number) for scale, (number, sheet) in _choices(sheets)]
    pages, scale, number = min(counted)
    scale = -scale
    while pages > MOST_PAGES:
        scale *= _SMALLER
        pages = _count(area, sheets[number], scale)
    return _parted(area, replace(sheets[number], scale=scale), is_there)


def _choices(sheets: list[Plan]) -> Iterator[tuple[float, tuple[int, Plan]]]:
    return product(_SCALES, enumerate(sheets))


def _sheets(paper: str) -> Iterator[Plan]:
    """Lying first: flows run from left to right."""
    short, long = (side / 25.4 * DPI for side in PAPERS[paper])
    yield Plan(long, short, 1.0, ())
    yield Plan(short, long, 1.0, ())


def _whole(area: Rect, sheet: Plan) -> Plan:
    room = sheet.room
    scale = min(1.0, room.width / max(area.width, 1), room.height / max(area.height, 1))
    # The drawing stands in the middle of its page, from the left.
    height = room.height / scale
    source = Rect(area.x, area.y - max(0.0, height - area.height) / 2, room.width / scale, height)
    return replace(sheet, scale=scale, tiles=(Tile(1, 0, 0, source),))


def _steps(length: float, room: float, scale: float) -> int:
    return max(1, math.ceil((length * scale - OVERLAP) / (room - OVERLAP) - 1e-9))


def _count(area: Rect, sheet: Plan, scale: float) -> int:
    room = sheet.room
    return _steps(area.width, room.width, scale) * _steps(area.height, room.height, scale)


def _parted(area: Rect, sheet: Plan, is_there: Callable[[Rect], bool]) -> Plan:
    room, scale = sheet.room, sheet.scale
    width, height, common = room.width / scale, room.height / scale, OVERLAP / scale
    tiles: list[Tile] = []
    for row in range(_steps(area.height, room.height, scale)):
        for column in range(_steps(area.width, room.width, scale)):
            source = Rect(area.x + column * (width - common), area.y + row * (height - common), width, height)
            if is_there(source):
                tiles.append(Tile(len(tiles) + 1, column, row, source))
    return replace(sheet, tiles=tuple(tiles))
