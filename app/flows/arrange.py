"""Tidying: a drawing laid out from left to right in columns, the same for the same flow.

Columns by the longest way from a start, orders by barycentres, heights by pulling every node towards the
outlets that lead to it. Measures are those of the canvas (UI.md section 5); what is not known here, the width
of a text, is guessed generously.
"""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from math import ceil
from typing import Any, Final

from app.flows.graph import Drawing, drawing_of
from app.flows.words import node_name
from app.model.durations import say_duration
from app.model.flow import Edge, Flow, Node, Note
from app.model.kinds import Category, kind_of, outlets_of

GRID: Final = 8
COLUMN_GAP: Final = 48
ROW_GAP: Final = 40
_LANE: Final = 24
_SWEEPS: Final = 6
_LONGEST_LANE: Final = 12
_INLET: Final = 28


_Ties = Mapping[str, Sequence[tuple[str, int]]]
"""By slot: the slots it is tied to on one side, and how far below their top each tie begins."""


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
        drops = {name: _INLET + 30 * place for place, name in enumerate(names)}
        return Size(_bead_width(node, len(names)), 56 + 24 * (len(names) > 1), drops)
    if kind and kind.category is Category.END:
        return Size(104, 64, {})
    widest = 54 + 8 * max(len(node_name(node)), 12)
    width = min(224, max(160, 16 * ceil(widest / 16)))
    if len(names) < 2:
        return Size(width, 56, dict.fromkeys(names, _INLET))
    return Size(width, 72 + 24 * len(names), {name: 73 + 24 * i for i, name in enumerate(names)})


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


def arrange(flow: Flow) -> Flow:
    """The same flow with other places; notes move along with the node they are nearest to."""
    if not flow.nodes:
        return flow
    layout = _Layout(drawing_of(flow))
    layout.sweep()
    places = layout.places()
    nodes = tuple(replace(node, x=places[node.id][0], y=places[node.id][1]) for node in flow.nodes)
    return replace(flow, nodes=nodes, notes=tuple(_moved(note, flow.nodes, places) for note in flow.notes))


def _moved(note: Note, nodes: Sequence[Node], places: Mapping[str, tuple[int, int]]) -> Note:
    near = min(nodes, key=lambda node: (node.x - note.x) ** 2 + (node.y - note.y) ** 2)
    x, y = places[near.id]
    return replace(note, x=note.x + x - near.x, y=note.y + y - near.y)


class _Layout:
    """Slots in columns: one for every node, and a thin one wherever a longer edge passes a column."""

    def __init__(self, drawing: Drawing) -> None:
        self._sizes = {node_id: size_of(node) for node_id, node in drawing.by_id.items()}
        edges = _forward(drawing)
        column = _columns(drawing, edges)
        self._height: dict[str, int] = {node_id: size.height for node_id, size in self._sizes.items()}
        self._pulls: dict[str, list[tuple[str, int]]] = {node_id: [] for node_id in column}
        self._columns: list[list[str]] = [[] for _ in range(max(column.values()) + 1)]
        for node_id in _in_reading_order(drawing, edges):
            self._columns[column[node_id]].append(node_id)
        for number, edge in enumerate(edges):
            self._thread(number, edge, column)
        self._y = {slot: 0.0 for slots in self._columns for slot in slots}

    def _thread(self, number: int, edge: Edge, column: Mapping[str, int]) -> None:
        """Ties both ends together, through a lane in each column between them."""
        start, stop = column[edge.source], column[edge.target]
        before, drop = edge.source, self._sizes[edge.source].outlets.get(edge.outlet, _INLET) - _INLET
        for passed in range(start + 1, stop if stop - start <= _LONGEST_LANE else start + 1):
            lane = f"\0{number}:{passed}"
            self._columns[passed].append(lane)
            self._height[lane] = _LANE
            self._pulls[lane] = [(before, drop)]
            before, drop = lane, 0
        self._pulls[edge.target].append((before, drop))

    def sweep(self) -> None:
        """Forward and back: every column by what pulls at it; the order with the fewest crossings stays."""
        pushes: dict[str, list[tuple[str, int]]] = {slot: [] for slot in self._y}
        for slot, pulls in self._pulls.items():
            for other, drop in pulls:
                pushes[other].append((slot, -drop))
        self._pass(self._columns, self._pulls)
        best, fewest = [list(slots) for slots in self._columns], self._crossings()
        for round_ in range(_SWEEPS):
            forward = round_ % 2 == 1
            self._pass(self._columns if forward else self._columns[::-1], self._pulls if forward else pushes)
            crossings = self._crossings()
            if crossings < fewest:
                best, fewest = [list(slots) for slots in self._columns], crossings
        self._columns = best
        for ties in (self._pulls, pushes, self._pulls):
            columns = self._columns if ties is self._pulls else self._columns[::-1]
            self._pass(columns, ties, sort=False)

    def _pass(self, columns: Sequence[list[str]], ties: _Ties, *, sort: bool = True) -> None:
        for slots in columns:
            wishes = {slot: self._wish(slot, ties) for slot in slots}
            if sort:
                slots.sort(key=wishes.__getitem__)
            self._settle(slots, wishes)

    def _crossings(self) -> int:
        """How often edges between neighbouring columns cross as the slots stand."""
        place = {slot: number for slots in self._columns for number, slot in enumerate(slots)}
        total = 0
        for slots in self._columns:
            ties = sorted(
                (place[other], drop, place[slot]) for slot in slots for other, drop in self._pulls[slot]
            )
            passed: list[int] = []
            for _, _, end in ties:
                total += len(passed) - bisect_right(passed, end)
                insort(passed, end)
        return total

    def _wish(self, slot: str, ties: _Ties) -> float:
        found = [self._y[other] + drop for other, drop in ties[slot]]
        return sum(found) / len(found) if found else self._y[slot]

    def _settle(self, slots: list[str], wishes: Mapping[str, float]) -> None:
        """As near to the wishes as order and gaps allow; those in the way meet half-way."""
        offsets = [0]
        for slot, following in pairwise(slots):
            lanes = slot not in self._sizes and following not in self._sizes
            offsets.append(offsets[-1] + self._height[slot] + (0 if lanes else ROW_GAP))
        blocks: list[tuple[float, int]] = []
        for slot, offset in zip(slots, offsets, strict=True):
            mean, count = wishes[slot] - offset, 1
            while blocks and blocks[-1][0] > mean:
                before, size = blocks.pop()
                mean, count = (before * size + mean * count) / (size + count), count + size
            blocks.append((mean, count))
        bases = [_snapped(mean) for mean, count in blocks for _ in range(count)]
        for slot, offset, base in zip(slots, offsets, bases, strict=True):
            self._y[slot] = base + offset

    def places(self) -> dict[str, tuple[int, int]]:
        """Where each node's top left corner goes; the first column and the highest node are at 0."""
        top = min(int(self._y[node_id]) for node_id in self._sizes)
        found: dict[str, tuple[int, int]] = {}
        x = 0
        for slots in self._columns:
            nodes = [slot for slot in slots if slot in self._sizes]
            found.update((node_id, (x, int(self._y[node_id]) - top)) for node_id in nodes)
            x += max(self._sizes[node_id].width for node_id in nodes) + COLUMN_GAP
        return found


def _snapped(value: float) -> int:
    return GRID * round(value / GRID)


def _forward(drawing: Drawing) -> list[Edge]:
    """Edges that lead from left to right, in the order of their outlets: those that close a cycle do not."""
    place = {node_id: number for number, node_id in enumerate(_finished(drawing))}
    rank = {
        (node_id, outlet.name): number
        for node_id, node in drawing.by_id.items()
        for number, outlet in enumerate(outlets_of(node))
    }
    edges = [
        edge
        for edge in drawing.flow.edges
        if edge.source in place and edge.target in place and place[edge.source] < place[edge.target]
    ]
    return sorted(edges, key=lambda edge: (place[edge.source], rank.get((edge.source, edge.outlet), 99)))


def _finished(drawing: Drawing) -> list[str]:
    """All ids, each before what follows it, as far as there is no cycle: depth first, last finished first."""
    seen: set[str] = set()
    finished: list[str] = []
    for root in [*(i for i in drawing.by_id if i in drawing.entries), *drawing.by_id]:
        if root in seen:
            continue
        seen.add(root)
        stack = [(root, iter(drawing.graph.adj[root]))]
        while stack:
            node_id, following = stack[-1]
            fresh = next((target for target in following if target not in seen), None)
            if fresh is None:
                finished.append(node_id)
                stack.pop()
            else:
                seen.add(fresh)
                stack.append((fresh, iter(drawing.graph.adj[fresh])))
    return finished[::-1]


def _columns(drawing: Drawing, edges: Sequence[Edge]) -> dict[str, int]:
    column = dict.fromkeys(drawing.by_id, 0)
    for edge in edges:
        column[edge.target] = max(column[edge.target], column[edge.source] + 1)
    return column


def _in_reading_order(drawing: Drawing, edges: Sequence[Edge]) -> list[str]:
    """Starts first, then what each leads to by its outlets from top to bottom."""
    led_to = dict.fromkeys(edge.target for edge in edges)
    return [*(node_id for node_id in drawing.by_id if node_id not in led_to), *led_to]
