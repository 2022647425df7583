"""Nodes on one line, and at equal distances. Pure."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from enum import Enum
from typing import Final

from app.canvas.drawing import Drawing
from app.canvas.geometry import Rect
from app.canvas.placing import Point

_APART: Final = 24.0


class Line(Enum):
    """The line that all come to stand on."""

    LEFT = "left"
    CENTER = "center"
    RIGHT = "right"
    TOP = "top"
    MIDDLE = "middle"
    BOTTOM = "bottom"

    @property
    def is_level(self) -> bool:
        """Whether the line runs from left to right."""
        return self in (Line.TOP, Line.MIDDLE, Line.BOTTOM)


def aligned(drawing: Drawing, names: Collection[str], line: Line) -> dict[str, Point]:
    """The places of these nodes on one line; those that would cover each other are moved apart along it.

    ``MIDDLE`` is the height of the inlets: there edges run straight.
    """
    known = [name for name in drawing.boxes if name in names]
    if len(known) < 2:
        return {}
    values = {name: _value(drawing, name, line) for name in known}
    wish = _WISHES[line](list(values.values()))
    places = {}
    for name in known:
        x, y = drawing.places[name]
        way = wish - values[name]
        places[name] = (x, y + way) if line.is_level else (x + way, y)
    return _apart(drawing, places, level=line.is_level)


def distributed(drawing: Drawing, names: Collection[str], *, level: bool) -> dict[str, Point]:
    """The places of these nodes with equal gaps from the first to the last; ``level``: from left to right."""
    known = [name for name in drawing.boxes if name in names]
    if len(known) < 3:
        return {}
    bodies = {name: drawing.body(name) for name in known}
    row = sorted(known, key=lambda name: _start(bodies[name], level=level))
    first, last = bodies[row[0]], bodies[row[-1]]
    taken = sum(_size(bodies[name], level=level) for name in row[1:-1])
    room = _start(last, level=level) - _end(first, level=level) - taken
    gap = max(room / (len(row) - 1), _APART)
    places, at = {}, _end(first, level=level) + gap
    for name in row[1:]:
        way = at - _start(bodies[name], level=level)
        x, y = drawing.places[name]
        places[name] = (x + way, y) if level else (x, y + way)
        at += _size(bodies[name], level=level) + gap
    return places


def _value(drawing: Drawing, name: str, line: Line) -> float:
    body = drawing.body(name)
    return {
        Line.LEFT: body.x,
        Line.CENTER: body.center[0],
        Line.RIGHT: body.right,
        Line.TOP: body.y,
        Line.MIDDLE: drawing.places[name][1] + drawing.m.inlet_y,
        Line.BOTTOM: body.bottom,
    }[line]


def _mean(values: list[float]) -> float:
    return round((min(values) + max(values)) / 2)


_WISHES: Final[Mapping[Line, Callable[[list[float]], float]]] = {
    Line.LEFT: min,
    Line.CENTER: _mean,
    Line.RIGHT: max,
    Line.TOP: min,
    Line.MIDDLE: _mean,
    Line.BOTTOM: max,
}


def _apart(drawing: Drawing, places: dict[str, Point], *, level: bool) -> dict[str, Point]:
    """Moves on, along the line, what would cover the one before it; the order stays."""
    bodies = {name: drawing.boxes[name].body.moved(*place) for name, place in places.items()}
    free: float | None = None
    for name in sorted(places, key=lambda one: (_start(bodies[one], level=level), one)):
        start = _start(bodies[name], level=level)
        way = 0.0 if free is None or start >= free else free + _APART - start
        x, y = places[name]
        places[name] = (x + way, y) if level else (x, y + way)
        free = _end(bodies[name], level=level) + way
    return places


def _start(body: Rect, *, level: bool) -> float:
    return body.x if level else body.y


def _end(body: Rect, *, level: bool) -> float:
    return body.right if level else body.bottom


def _size(body: Rect, *, level: bool) -> float:
    return body.width if level else body.height
