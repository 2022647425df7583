"""Tidying: a drawing laid out in ranks, the same for the same flow, and as far as it can be as it was.

Ranks by the longest way from a start, orders by barycentres, heights by straight lines. Frames keep what
stands in them together, parts that nothing joins stand below each other, ways back count for nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import ceil
from typing import Final, TypeVar

from app.flows.layout.boxes import GRID, Box, Gaps, Place, Sheet, Tie
from app.flows.layout.frames import Area, Frame, Group, Laid, around, nest_of, resized, united
from app.flows.layout.plan import planned
from app.flows.layout.room import Room
from app.flows.layout.setting import Direction, Layout, layout_of, with_layout
from app.flows.layout.sizes import INLET, Size, size_of
from app.model.flow import EMPTY, Flow, Node, Note
from app.model.kinds import Category, kind_of, outlets_of

__all__ = ["GRID", "Direction", "Layout", "Size", "arrange", "layout_of", "size_of", "with_layout"]

_RIGHT: Final = Gaps()
_DOWN: Final = Gaps(rank=64, bends=8, across=56, lane=24, parts=96)
_FARTHEST: Final = 900_000

Number = TypeVar("Number", int, float)


def arrange(flow: Flow, sizes: Mapping[str, Size] = EMPTY, since: Flow | None = None) -> Flow:
    """The same flow with other places, in the direction that its ``layout`` says.

    ``sizes``: measured nodes by id; others are guessed. ``since``: a tidy drawing that an edit made this one
    of; what still stands where it stood there stays, and moves only to make room. Notes move along with the
    node they are nearest to, frames with what stands in them.
    """
    if not flow.nodes:
        return flow
    laid = _Work(flow, sizes, since).finished()
    nodes = tuple(_at(node, laid.places[node.id]) for node in flow.nodes)
    notes = _notes(flow, nodes, {node.id: sizes.get(node.id) or size_of(node) for node in nodes})
    return resized(replace(flow, nodes=nodes, notes=notes), laid.frames)


def _at(node: Node, place: Place) -> Node:
    return node if node.x == place[0] and node.y == place[1] else replace(node, x=place[0], y=place[1])


def _notes(flow: Flow, nodes: Sequence[Node], sizes: Mapping[str, Size]) -> tuple[Note, ...]:
    """Notes move along with the node they are nearest to, and below what they would come to lie on."""
    room = Room(GRID)
    for node in nodes if flow.notes else ():
        room.take(round(node.x), round(node.y), Box(sizes[node.id].width, sizes[node.id].height))
    notes = []
    for note in flow.notes:
        at = min(
            range(len(nodes)),
            key=lambda n: (flow.nodes[n].x - note.x) ** 2 + (flow.nodes[n].y - note.y) ** 2,
        )
        x, y = note.x + nodes[at].x - flow.nodes[at].x, note.y + nodes[at].y - flow.nodes[at].y
        if (x, y) != (note.x, note.y):
            y += room.way_down([(round(x), round(y), Box(ceil(note.width), ceil(note.height)))])
        notes.append(replace(note, x=x, y=y))
    return tuple(notes)


class _Work:
    """One drawing on its way from nodes and frames to boxes, and from places back."""

    def __init__(self, flow: Flow, sizes: Mapping[str, Size], since: Flow | None) -> None:
        by_id = flow.by_id
        self._nodes = {node.id: by_id[node.id] for node in flow.nodes}
        self._edges = [edge for edge in flow.edges if edge.source in by_id and edge.target in by_id]
        self._sizes = {name: sizes.get(name) or size_of(node) for name, node in self._nodes.items()}
        self._is_down = layout_of(flow).direction is Direction.DOWN
        self._since = {} if since is None else since.by_id
        self._nest = nest_of(
            flow, {name: self._body(node) for name, node in self._nodes.items()}, self._edges
        )
        self._corners: dict[int, tuple[float, float]] = {}
        self._ports = {name: self._outlets(node) for name, node in self._nodes.items()}

    def finished(self) -> Laid:
        """The new places of all nodes and areas of all frames in which something stands."""
        found = self._laid(None)
        shift_x, shift_y = (_shift([place[axis] for place in found.places.values()]) for axis in (0, 1))
        moved = found.moved(shift_x, shift_y) if shift_x or shift_y else found
        torn = {
            number: around([self._body(self._nodes[name], moved.places[name]) for name in names])
            for number, names in self._nest.torn.items()
        }
        return Laid(moved.places, {**moved.frames, **torn})

    def _laid(self, group: Group) -> Laid:
        """What stands in one frame, or on the paper, laid out; frames inside count as one box each."""
        inner = {f"f{frame.number}": self._in_frame(frame) for frame in self._nest.inside(group)}
        within = {name: (key, laid.places[name]) for key, laid in inner.items() for name in laid.places}
        own = {name: (f"n{name}", (0, 0)) for name, owner in self._nest.owner.items() if owner == group}
        boxes = {f"n{name}": self._box(self._nodes[name]) for name in own}
        boxes |= {key: self._frame_box(key, laid) for key, laid in inner.items()}
        places = planned(Sheet(boxes, self._ties(own | within), _DOWN if self._is_down else _RIGHT))
        found = {name: self._turned(places[key]) for name, (key, _) in own.items()}
        frames: dict[int, Area] = {}
        for key, laid in inner.items():
            moved = laid.moved(*self._turned(places[key]))
            found.update(moved.places)
            frames.update(moved.frames)
        return Laid(found, frames)

    def _in_frame(self, frame: Frame) -> Laid:
        """What stands in a frame, from the frame's corner; the frame's own area is among its frames."""
        laid = self._laid(frame.number)
        area = around([self._body(self._nodes[name], place) for name, place in laid.places.items()])
        self._corners[frame.number] = frame.area[:2]
        if any(self._is_held(self._nodes[name]) for name in laid.places):
            area = united(area, frame.area)
            self._corners[frame.number] = area[:2]
        own = Laid(laid.places, {**laid.frames, frame.number: area})
        return own.moved(-round(area[0]), -round(area[1]))

    def _frame_box(self, key: str, laid: Laid) -> Box:
        left, top, right, bottom = laid.frames[int(key[1:])]
        corner = self._corners[int(key[1:])]
        names = [self._nodes[name] for name in laid.places]
        return Box(
            *self._turned((round(right - left), round(bottom - top))),
            self._turned(corner),
            any(self._is_held(node) for node in names),
            any(_is_first(node) for node in names),
        )

    def _box(self, node: Node) -> Box:
        size, kind = self._sizes[node.id], kind_of(node)
        return Box(
            *self._turned((size.width, size.height)),
            self._turned((node.x, node.y)),
            self._is_held(node),
            _is_first(node),
            kind is not None and kind.category is Category.END,
        )

    def _ties(self, within: Mapping[str, tuple[str, Place]]) -> list[Tie]:
        """Edges between different boxes; ``within``: for each node its box and its place in there."""
        ties = []
        for edge in self._edges:
            if edge.source in within and edge.target in within:
                (source, start), (target, end) = within[edge.source], within[edge.target]
                if source != target:
                    # An outlet that the node does not have any more leaves below all others.
                    port = self._ports[edge.source].get(edge.outlet, self._sizes[edge.source].height)
                    from_top, to_top = self._turned(start)[1], self._turned(end)[1]
                    line = 0 if self._is_down else INLET
                    ties.append(Tie(source, from_top + port, target, to_top + line, from_top + line))
        return ties

    def _outlets(self, node: Node) -> dict[str, int]:
        """How far across the ranks each outlet leaves."""
        if not self._is_down:
            return dict(self._sizes[node.id].outlets)
        return {outlet.name: GRID * place for place, outlet in enumerate(outlets_of(node))}

    def _is_held(self, node: Node) -> bool:
        old = self._since.get(node.id)
        return old is not None and (old.x, old.y) == (node.x, node.y)

    def _body(self, node: Node, place: tuple[float, float] | None = None) -> Area:
        size = self._sizes[node.id]
        x, y = place or (node.x, node.y)
        return x, y, x + size.width, y + size.height

    def _turned(self, pair: tuple[Number, Number]) -> tuple[Number, Number]:
        """Across and down as along and across the ranks, or back again."""
        return (pair[1], pair[0]) if self._is_down else pair


def _is_first(node: Node) -> bool:
    kind = kind_of(node)
    return kind.category is Category.ENTRY if kind else node.kind.startswith("entry.")


def _shift(numbers: Sequence[int]) -> int:
    """What brings all of them to where a flow file can hold them."""
    return min(0, _FARTHEST - max(numbers)) or max(0, -_FARTHEST - min(numbers))
