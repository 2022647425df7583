"""Sizes and places of a node's parts. Pure: the only thing asked of outside is how wide a text is.

Scene units are px at 100 %. A node's ``x``, ``y`` is the top left corner of its slot. Every inlet lies
``Measures.inlet_y`` (28) below it, also of beads and ends, whose body is lower than 56 and hangs on that
line: nodes of one ``y`` are joined by straight lines.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import lru_cache
from typing import Final

from app.canvas.faces import Face, Shape
from app.canvas.theme import Measures
from app.model.frozen import dataclass

Measure = Callable[[str, int, int], float]
"""Width in scene units of (text, font size in px, weight)."""

TITLE: Final = (14, 600)
SECOND: Final = (12, 400)
PILL: Final = (11, 500)
BEAD: Final = (12, 600)
CAPTION: Final = (11, 500)
PILL_PAD: Final = 8.0
PILL_INSET: Final = 8.0
PILL_HEIGHT: Final = 20.0
TEXT_X: Final = 46.0
RUNG_X: Final = 24.0
"""The middle of the icons of a ladder: below the middle of the tile."""
_RUNG_APART: Final = 12.0
_BEAD_TEXT_X: Final = 30.0
_BEAD_END: Final = 8.0
_BEAD_ROOM: Final = 1.2
"""A bead is short: its time shall be read whole at 75 % too, where letters are larger than their place."""
_BEAD_ROW: Final = 28.0
_BEAD_MOST: Final = 224.0


@dataclass(frozen=True, slots=True)
class Rect:
    """A rectangle in scene units."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        return self.x + self.width

    @property
    def bottom(self) -> float:
        return self.y + self.height

    @property
    def center(self) -> tuple[float, float]:
        return self.x + self.width / 2, self.y + self.height / 2

    def moved(self, dx: float, dy: float) -> Rect:
        return Rect(self.x + dx, self.y + dy, self.width, self.height)

    def grown(self, by: float) -> Rect:
        return Rect(self.x - by, self.y - by, self.width + 2 * by, self.height + 2 * by)

    def touches(self, other: Rect) -> bool:
        """Whether the insides of both overlap."""
        return (
            self.x < other.right and other.x < self.right and self.y < other.bottom and other.y < self.bottom
        )

    def holds(self, other: Rect) -> bool:
        return (
            self.x <= other.x
            and self.y <= other.y
            and other.right <= self.right
            and other.bottom <= self.bottom
        )


@dataclass(frozen=True, slots=True)
class Port:
    """Where an outlet leaves, from the node's origin."""

    outlet: str
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Box:
    """A node's measures from its origin: the body, its ports in the order of the face's rows, its inlet."""

    body: Rect
    ports: tuple[Port, ...]
    inlet: tuple[float, float] | None
    in_rows: bool
    """Whether outlets stand in rows with pills; else the only one is at the height of the inlet."""
    rungs: tuple[float, ...] = ()
    """The middle of each row of the ladder between head and outlets."""
    ladder_end: float = 0
    """Where the line below the ladder lies; 0 for no ladder."""

    def port(self, outlet: str) -> Port | None:
        return next((port for port in self.ports if port.outlet == outlet), None)


def box_of(face: Face, m: Measures, measure: Measure) -> Box:
    """The measures of a node that shows ``face``."""
    if face.shape is Shape.BEAD:
        return _bead(face, m, measure)
    if face.shape is Shape.END:
        return _end(face, m)
    return _body(face, m, measure)


def pill_width(label: str, measure: Measure) -> float:
    """The width of an outlet's pill."""
    return measure(label, *PILL) + 2 * PILL_PAD


def _body(face: Face, m: Measures, measure: Measure) -> Box:
    in_rows = len(face.rows) > 1
    wanted = max(TEXT_X + measure(face.title, *TITLE) + 8, m.width)
    if in_rows:
        pill = max([pill_width(row.label, measure) for row in face.rows])
        wanted = max(wanted, pill + PILL_INSET + m.tile_inset)
    for rung in face.rungs:
        note = measure(rung.length, *SECOND) + _RUNG_APART if rung.length else 0
        wanted = max(wanted, TEXT_X + measure(rung.words, *SECOND) + note + m.tile_inset)
    steps = math.ceil((wanted - m.width - 0.01) / m.width_step)
    width = min(m.width + max(0, steps) * m.width_step, m.width_max)
    heights = m.header, m.rows_top, m.row, m.rows_bottom, m.inlet_y
    outlets = tuple([row.outlet for row in face.rows])
    return _body_of(width, outlets, heights, len(face.rungs), has_inlet=face.has_inlet)


@lru_cache(maxsize=1024)
def _body_of(
    width: float,
    outlets: tuple[str, ...],
    heights: tuple[float, float, float, float, float],
    rungs: int,
    *,
    has_inlet: bool,
) -> Box:
    """Kept: widths come in few steps, and many nodes share one box."""
    header, above, row, below, inlet = heights
    in_rows = len(outlets) > 1
    ladder = tuple(header + above + row * (place + 0.5) for place in range(rungs))
    end = header + 2 * above + row * rungs if rungs else 0
    top = end or header
    height = top + (above + row * len(outlets) + below if in_rows else 0)
    first = top + above + row / 2
    ports = tuple(
        Port(outlet, width, first + row * index if in_rows else inlet) for index, outlet in enumerate(outlets)
    )
    return Box(Rect(0, 0, width, height), ports, (0, inlet) if has_inlet else None, in_rows, ladder, end)


def _bead(face: Face, m: Measures, measure: Measure) -> Box:
    extra = face.rows[1:]
    wanted = max(
        _BEAD_TEXT_X + measure(face.title, *BEAD) * _BEAD_ROOM + _BEAD_END,
        *(pill_width(row.label, measure) + PILL_INSET * 2 for row in extra),
        m.bead_min,
    )
    width = min(math.ceil(wanted / m.grid) * m.grid, _BEAD_MOST)
    top = m.inlet_y - m.bead_height / 2
    height = m.bead_height + _BEAD_ROW * len(extra)
    ports = tuple(
        Port(row.outlet, width, m.inlet_y + (_BEAD_ROW + 2) * index) for index, row in enumerate(face.rows)
    )
    return Box(Rect(0, top, width, height), ports, (0, m.inlet_y), bool(extra))


def _end(face: Face, m: Measures) -> Box:
    top = m.inlet_y - m.end_size / 2
    ports = tuple(Port(row.outlet, m.end_size, m.inlet_y + 8 * index) for index, row in enumerate(face.rows))
    return Box(Rect(0, top, m.end_size, m.end_size), ports, (0, m.inlet_y), False)
