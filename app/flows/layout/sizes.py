"""How much room a node takes, by its texts alone. Who has measured it, as the canvas has, knows better."""

from __future__ import annotations

from collections.abc import Mapping
from math import ceil
from typing import Any, Final

from app.flows.layout.boxes import GRID
from app.flows.words import node_name
from app.model.durations import say_duration
from app.model.flow import Node
from app.model.frozen import dataclass
from app.model.kinds import Category, kind_of, outlets_of
from app.model.rungs import rungs_of

INLET: Final = 28


@dataclass(frozen=True, slots=True)
class Size:
    """How much room a node takes, from its ``x``, ``y``, and how far below the outlets are by name."""

    width: int
    height: int
    outlets: Mapping[str, int]


def size_of(node: Node) -> Size:
    """The room of a node on the canvas, all in scene units and on the grid."""
    kind = kind_of(node)
    names = [outlet.name for outlet in outlets_of(node)]
    if kind and kind.category is Category.WAIT:
        drops = {name: INLET + 30 * place for place, name in enumerate(names)}
        return Size(_bead_width(node, len(names)), 56 + 24 * (len(names) > 1), drops)
    if kind and kind.category is Category.END:
        return Size(104, 64, {})
    widest = 54 + 8 * max(len(node_name(node)), 12)
    width = min(224, max(160, 16 * ceil(widest / 16)))
    if len(names) < 2:
        return Size(width, 56, dict.fromkeys(names, INLET))
    ladder = 8 + 24 * len(list(rungs_of(node))) if node.kind == "reach" else 0
    drops = {name: ladder + 73 + 24 * i for i, name in enumerate(names)}
    return Size(width, ladder + 72 + 24 * len(names), drops)


def _bead_width(node: Node, outlets: int) -> int:
    """Wide enough for the time, date or events that a wait says, and for two outlets with their words."""
    told = [value for value in node.settings.values() if isinstance(value, (str, list, tuple)) and value]
    letters = sum(len(_said(value)) for value in told) + 2 * max(0, len(told) - 1)
    return GRID * ceil(min(224, max(128 if outlets > 1 else 64, 44 + 8 * letters)) / GRID)


def _said(value: Any) -> str:
    try:
        return say_duration(value)
    except (TypeError, ValueError):
        return value if isinstance(value, str) else ", ".join(map(str, value))
