"""What a node shows, as a value: everything its painter needs and nothing about how it is painted."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from app.canvas import words
from app.model.flow import Node
from app.model.kinds import Category, Outlet, OutletRole, kind_of, outlets_of


class Shape(Enum):
    """How a node is built."""

    BODY = "body"
    BEAD = "bead"
    END = "end"


class Tone(Enum):
    """The colours of an outlet."""

    PLAIN = "plain"
    TIMEOUT = "timeout"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Row:
    """One outlet. ``stale``: an edge leaves here although the node has no such outlet any more."""

    outlet: str
    label: str
    tone: Tone
    stale: bool = False


@dataclass(frozen=True, slots=True)
class Face:
    """What one node shows as its settings stand; numbers and problems come from outside."""

    shape: Shape
    category: str
    icon: str
    title: str
    second: str
    rows: tuple[Row, ...]
    has_inlet: bool
    known: bool = True
    ready: bool = True
    """Whether this release can run it."""


_TONES = {OutletRole.TIMEOUT: Tone.TIMEOUT, OutletRole.FAILED: Tone.FAILED}


def face_of(node: Node, used: Iterable[str] = ()) -> Face:
    """The face of ``node``; ``used`` are the outlets from which edges leave."""
    kind = kind_of(node)
    rows = _rows(node, used)
    if kind is None:
        return Face(
            Shape.BODY,
            "action",
            "help",
            words.node_title(node),
            words.second_line(node),
            rows,
            True,
            False,
        )
    if kind.category is Category.WAIT:
        return Face(
            Shape.BEAD, "wait", kind.icon, words.bead_words(node), "", rows, True, ready=kind.available
        )
    if kind.category is Category.END:
        return Face(Shape.END, "end", kind.icon, node.title.strip(), "", rows, True, ready=kind.available)
    return Face(
        Shape.BODY,
        str(kind.category),
        kind.icon,
        words.node_title(node),
        words.second_line(node),
        rows,
        kind.has_inlet,
        ready=kind.available,
    )


def _rows(node: Node, used: Iterable[str]) -> tuple[Row, ...]:
    outlets = outlets_of(node)
    names = {outlet.name for outlet in outlets}
    known = tuple(
        Row(outlet.name, words.outlet_words(node, outlet.name), _tone(outlet)) for outlet in outlets
    )
    mark_stale = kind_of(node) is not None
    rest = dict.fromkeys(name for name in used if name not in names)
    return known + tuple(
        Row(name, words.outlet_words(node, name), Tone.FAILED if mark_stale else Tone.PLAIN, stale=mark_stale)
        for name in rest
    )


def _tone(outlet: Outlet) -> Tone:
    return _TONES.get(outlet.role, Tone.PLAIN)
