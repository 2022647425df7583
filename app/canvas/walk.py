"""Where the arrows lead: along edges, to siblings, and where nothing is connected to the nearest. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from enum import Enum
from typing import Final, TypeVar

from app.canvas.drawing import Drawing
from app.canvas.edits import EdgeKey
from app.canvas.geometry import Rect

Name = TypeVar("Name")

_ASIDE: Final = 2.0
"""What lies aside counts as so many times as far away."""


class Way(Enum):
    """The four arrows, as steps across and down."""

    LEFT = (-1, 0)
    RIGHT = (1, 0)
    UP = (0, -1)
    DOWN = (0, 1)


def edges_from(drawing: Drawing, name: str) -> tuple[EdgeKey, ...]:
    """The edges that leave a node, in the order of its outlets."""
    face = drawing.faces.get(name)
    order = {row.outlet: number for number, row in enumerate(face.rows)} if face else {}
    box, drawn = drawing.shown.box, drawing.flow_edges()
    leaving = [key for key in drawing.touching.get(name, ()) if box(key[0]) == name and key in drawn]
    return tuple(
        sorted(dict.fromkeys(leaving), key=lambda key: order.get(drawing.row_of(*key[:2]), len(order)))
    )


def edges_into(drawing: Drawing, name: str) -> tuple[EdgeKey, ...]:
    """The edges that lead into a node, the topmost source first."""
    box, drawn = drawing.shown.box, drawing.flow_edges()
    coming = [key for key in drawing.touching.get(name, ()) if box(key[2]) == name and key in drawn]
    return tuple(sorted(dict.fromkeys(coming), key=lambda key: (drawing.places[key[0]][1], key)))


def leads_to(drawing: Drawing, name: str) -> tuple[str, ...]:
    """The nodes to which a node leads, in the order of its outlets, each once."""
    return tuple(dict.fromkeys(drawing.shown.box(key[2]) for key in edges_from(drawing, name)))


def led_from(drawing: Drawing, name: str) -> tuple[str, ...]:
    """The nodes that lead to a node, the topmost first, each once."""
    return tuple(dict.fromkeys(drawing.shown.box(key[0]) for key in edges_into(drawing, name)))


def is_loose(drawing: Drawing, name: str) -> bool:
    """Whether no edge touches this node."""
    return not drawing.touching.get(name)


def beside(row: Sequence[Name], here: Name, step: int) -> Name | None:
    """The next (1) or the one before (-1) in a row; None at its ends and for what is not in it."""
    at = row.index(here) + step if here in row else -1
    return row[at] if 0 <= at < len(row) else None


def nearest(here: Rect, areas: Mapping[Name, Rect], way: Way) -> Name | None:
    """What lies nearest in one direction, by middles; straight ahead counts more than aside."""
    across, down = way.value
    x, y = _middle(here)
    best: tuple[float, Name] | None = None
    for name, area in areas.items():
        other_x, other_y = _middle(area)
        ahead = (other_x - x) * across + (other_y - y) * down
        aside = abs((other_x - x) * down) + abs((other_y - y) * across)
        away = ahead + _ASIDE * aside
        if ahead > 0 and (best is None or away < best[0]):
            best = (away, name)
    return best[1] if best else None


def closest(here: Rect, areas: Mapping[Name, Rect]) -> Name | None:
    """What lies nearest in any direction."""
    x, y = _middle(here)
    distances = {name: abs(_middle(area)[0] - x) + abs(_middle(area)[1] - y) for name, area in areas.items()}
    return min(distances, key=lambda name: distances[name], default=None)


def in_reading_order(drawing: Drawing, names: Iterable[str]) -> tuple[str, ...]:
    """From left to right, and from top to bottom where they stand in one column."""
    return tuple(sorted(names, key=lambda name: (*drawing.places[name], name)))


def first_start(drawing: Drawing) -> str:
    """The topmost start, else the leftmost node; empty on empty paper."""
    starts = [name for name, face in drawing.faces.items() if not face.has_inlet]
    if starts:
        return min(starts, key=lambda name: (drawing.places[name][1], drawing.places[name][0], name))
    return next(iter(in_reading_order(drawing, drawing.boxes)), "")


def last_node(drawing: Drawing) -> str:
    """The rightmost node; empty on empty paper."""
    return next(reversed(in_reading_order(drawing, drawing.boxes)), "")


def _middle(area: Rect) -> tuple[float, float]:
    return area.x + area.width / 2, area.y + area.height / 2
