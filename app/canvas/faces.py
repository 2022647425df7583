"""What a node shows, as a value: everything its painter needs and nothing about how it is painted."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from enum import Enum
from functools import lru_cache
from typing import Final

from app.canvas import words
from app.canvas.colors import hue_of
from app.model.flow import Edge, Node
from app.model.frozen import dataclass
from app.model.kinds import HOLD_OUT, Category, Outlet, OutletRole, kind_of, outlets_of


class Shape(Enum):
    """How a node is built."""

    BODY = "body"
    BEAD = "bead"
    END = "end"
    BOX = "box"


class Tone(Enum):
    """The colours of an outlet."""

    PLAIN = "plain"
    ASIDE = "aside"
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
class Rung:
    """One way that a “first that works” tries. ``length``: for how long, in words."""

    icon: str
    words: str
    length: str


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
    hue: str = ""
    """The colour that a person gave it."""
    rungs: tuple[Rung, ...] = ()
    """The ladder between head and outlets."""


_PARTED: Final = "\x1f"


def face_of(node: Node, used: Iterable[str] = ()) -> Face:
    """The face of ``node``; ``used`` are the outlets from which edges leave."""
    face = _face(node, used)
    hue = hue_of(node.extra)
    return replace(face, hue=hue) if hue else face


def box_face(title: str, inside: Sequence[Node], leaving: Sequence[Edge]) -> Face:
    """The face of a box over ``inside``; each edge that leads out of it has a row of its own."""
    by_id = {node.id: node for node in inside}
    is_one = len({edge.source for edge in leaving}) == 1
    rows = []
    for edge in leaving:
        row = next(row for row in _rows(by_id[edge.source], [edge.outlet]) if row.outlet == edge.outlet)
        name = words.node_title(by_id[edge.source])
        label = row.label if is_one else words.tr("{node}: {outlet}").format(node=name, outlet=row.label)
        rows.append(Row(inner(edge.source, edge.outlet), label, row.tone, row.stale))
    hues = {hue_of(node.extra) for node in inside}
    return Face(
        Shape.BOX,
        "box",
        "frame",
        title or words.box_title(inside),
        words.tr("{count} nodes inside").format(count=len(inside)),
        tuple(rows),
        any((kind := kind_of(node)) is None or kind.has_inlet for node in inside),
        hue=hues.pop() if len(hues) == 1 else "",
    )


def inner(node: str, outlet: str) -> str:
    """The outlet of a box by which this outlet of a node inside leads out."""
    return f"{node}{_PARTED}{outlet}"


def _face(node: Node, used: Iterable[str]) -> Face:
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
        rungs=tuple([Rung(*told) for told in words.rung_words(node)]) if kind.name == "reach" else (),
    )


def _rows(node: Node, used: Iterable[str]) -> tuple[Row, ...]:
    outlets = outlets_of(node)
    known = tuple(
        [
            _row(
                outlet.name,
                words.pill_words(node, outlet.name),
                _tone(outlet),
            )
            for outlet in outlets
        ]
    )
    names = [outlet.name for outlet in outlets]
    rest = dict.fromkeys([name for name in used if name not in names])
    if not rest:
        return known
    mark_stale = kind_of(node) is not None
    return known + tuple(
        Row(name, words.outlet_words(node, name), Tone.FAILED if mark_stale else Tone.PLAIN, stale=mark_stale)
        for name in rest
    )


@lru_cache(maxsize=1024)
def _row(outlet: str, label: str, tone: Tone) -> Row:
    """Kept: most nodes share the rows of few."""
    return Row(outlet, label, tone)


def _tone(outlet: Outlet) -> Tone:
    if outlet.role is OutletRole.TIMEOUT:
        return Tone.TIMEOUT
    if outlet.role is OutletRole.FAILED:
        return Tone.FAILED
    return Tone.ASIDE if outlet is HOLD_OUT else Tone.PLAIN
