"""Frames of a drawing as the layout sees them: what stands in each, and how large it has to be."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import isfinite
from typing import Any, Final

from app.flows.layout.boxes import Box, Place, Sheet, Tie
from app.flows.layout.ranks import ranked
from app.model.flow import Edge, Flow

LEFT: Final = 24
TOP: Final = 40
RIGHT: Final = 24
BOTTOM: Final = 24

Area = tuple[float, float, float, float]
"""Left, top, right, bottom in scene units."""


Group = int | None
"""The number of a frame; None for the paper."""


@dataclass(frozen=True, slots=True)
class Frame:
    """``number``: its place in the flow's list. ``inside``: the frame around it, if any."""

    number: int
    area: Area
    inside: Group = None


@dataclass(frozen=True, slots=True)
class Laid:
    """Places of nodes by id, and areas of frames by number, all from one corner."""

    places: Mapping[str, Place]
    frames: Mapping[int, Area]

    def moved(self, dx: int, dy: int) -> Laid:
        """All of it elsewhere."""
        return Laid(
            {name: (x + dx, y + dy) for name, (x, y) in self.places.items()},
            {n: (area[0] + dx, area[1] + dy, area[2] + dx, area[3] + dy) for n, area in self.frames.items()},
        )


@dataclass(slots=True)
class Nest:
    """``owner``: the innermost frame of every node. ``frames``: those in which something stands, by number.

    ``torn``: the nodes of frames that a way leaves and comes back to; they cannot be kept together.
    """

    owner: dict[str, Group]
    frames: dict[int, Frame]
    torn: dict[int, list[str]]

    def inside(self, group: Group) -> list[Frame]:
        """The frames that stand right in this one."""
        return [frame for frame in self.frames.values() if frame.inside == group]

    def members(self, number: int) -> list[str]:
        """All nodes in a frame, also those in frames within it."""
        return [name for name, owner in self.owner.items() if self._is_in(owner, number)]

    def tear(self, number: int) -> None:
        """Takes a frame out; what stood in it stands in the one around it."""
        self.torn[number] = self.members(number)
        outer = self.frames.pop(number).inside
        for name, owner in self.owner.items():
            if owner == number:
                self.owner[name] = outer
        for frame in self.frames.values():
            if frame.inside == number:
                self.frames[frame.number] = replace(frame, inside=outer)

    def _is_in(self, owner: Group, number: int) -> bool:
        while owner is not None and owner != number:
            owner = self.frames[owner].inside
        return owner == number


def nest_of(flow: Flow, bodies: Mapping[str, Area], edges: Sequence[Edge]) -> Nest:
    """Which frame every node stands in."""
    frames = _frames_in(flow)
    if not frames:
        return Nest(dict.fromkeys(bodies), {}, {})
    owner = {name: _holder(body, frames) for name, body in bodies.items()}
    nest = Nest(owner, {frame.number: frame for frame in frames}, {})
    for number in list(nest.frames):
        if not nest.members(number):
            nest.tear(number)
            del nest.torn[number]
    ahead = _ahead(bodies, edges)
    for number in list(nest.frames):
        if _comes_back(set(nest.members(number)), ahead):
            nest.tear(number)
    return nest


def _ahead(bodies: Mapping[str, Area], edges: Sequence[Edge]) -> dict[str, list[str]]:
    """What each node leads to; ways back left out."""
    boxes = {name: Box(1, 1) for name in bodies}
    ties = [Tie(edge.source, 0, edge.target, 0, 0) for edge in edges]
    ahead: dict[str, list[str]] = {name: [] for name in bodies}
    for tie in ranked(Sheet(boxes, ties)).ties:
        ahead[tie.source].append(tie.target)
    return ahead


def _comes_back(members: set[str], ahead: Mapping[str, Sequence[str]]) -> bool:
    todo = [target for name in members for target in ahead[name] if target not in members]
    seen = set(todo)
    while todo:
        for target in ahead[todo.pop()]:
            if target in members:
                return True
            if target not in seen:
                seen.add(target)
                todo.append(target)
    return False


def _frames_in(flow: Flow) -> list[Frame]:
    """All frames that can be drawn, each with the smallest one around it."""
    listed = flow.extra.get("frames")
    entries = list(listed) if isinstance(listed, (list, tuple)) else []
    frames = [Frame(n, area) for n, entry in enumerate(entries) if (area := _area(entry)) is not None]
    return [replace(frame, inside=_around(frame, frames)) for frame in frames]


def _holder(area: Area, frames: Iterable[Frame]) -> Group:
    """The smallest frame that holds this area."""
    holding = [frame for frame in frames if _holds(frame.area, area)]
    return min(holding, key=_room_in).number if holding else None


def united(one: Area, other: Area) -> Area:
    """The area around both."""
    return min(one[0], other[0]), min(one[1], other[1]), max(one[2], other[2]), max(one[3], other[3])


def resized(flow: Flow, areas: Mapping[int, Area]) -> Flow:
    """The flow with these frames as large as told; everything else they say stays."""
    if not areas:
        return flow
    entries: Sequence[Any] = flow.extra["frames"]
    changed = [_at(entry, areas[n]) if n in areas else entry for n, entry in enumerate(entries)]
    return replace(flow, extra={**flow.extra, "frames": changed})


def around(areas: Collection[Area]) -> Area:
    """A frame's area around these bodies, with room for its title."""
    return (
        min(area[0] for area in areas) - LEFT,
        min(area[1] for area in areas) - TOP,
        max(area[2] for area in areas) + RIGHT,
        max(area[3] for area in areas) + BOTTOM,
    )


def _at(entry: Mapping[str, Any], area: Area) -> dict[str, Any]:
    left, top, right, bottom = area
    return {**entry, "x": left, "y": top, "width": right - left, "height": bottom - top}


def _area(entry: object) -> Area | None:
    if not isinstance(entry, Mapping) or not isinstance(entry.get("id"), str):
        return None
    numbers = [entry.get(name) for name in ("x", "y", "width", "height")]
    if not all(
        isinstance(one, (int, float)) and not isinstance(one, bool) and isfinite(one) for one in numbers
    ):
        return None
    x, y, width, height = (one for one in numbers if isinstance(one, (int, float)))
    return x, y, x + width, y + height


def _around(frame: Frame, frames: Sequence[Frame]) -> int | None:
    larger = [one for one in frames if (_room_in(one), -one.number) > (_room_in(frame), -frame.number)]
    return _holder(frame.area, larger)


def _room_in(frame: Frame) -> float:
    left, top, right, bottom = frame.area
    return (right - left) * (bottom - top)


def _holds(outer: Area, inner: Area) -> bool:
    return outer[0] <= inner[0] and outer[1] <= inner[1] and inner[2] <= outer[2] and inner[3] <= outer[3]
