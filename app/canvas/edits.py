"""Every change of a drawing as a pure function from one flow to the next. No Qt, no screen."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from typing import Any, Final

from app.canvas.frames import Frame, frames_of, with_frames
from app.canvas.groups import shown, without_nodes
from app.model.flow import Edge, Flow, Node, Note
from app.model.kinds import OutletRole, outlets_of

UNSET: Final = object()
"""As a setting's value: the setting is taken out of the file and the table's default holds again."""

FARTHEST: Final = 900_000.0
"""Nothing is moved farther than this from the middle: what lies beyond a million cannot be read again."""

EdgeKey = tuple[str, str, str]
"""(source, outlet, target)"""


def key_of(edge: Edge) -> EdgeKey:
    """What an edge is known by."""
    return edge.source, edge.outlet, edge.target


def add(
    flow: Flow, nodes: Iterable[Node] = (), edges: Iterable[Edge] = (), notes: Iterable[Note] = ()
) -> Flow:
    """The flow with more parts at the end."""
    return replace(
        flow,
        nodes=(*flow.nodes, *nodes),
        edges=(*flow.edges, *edges),
        notes=(*flow.notes, *notes),
    )


def joined(flow: Flow, parts: Flow) -> Flow:
    """The flow with all parts of another one, whose ids are new in it."""
    more = add(flow, parts.nodes, parts.edges, parts.notes)
    frames = frames_of(parts)
    return with_frames(more, [*frames_of(flow), *frames]) if frames else more


def remove(
    flow: Flow,
    nodes: Collection[str] = (),
    edges: Collection[EdgeKey] = (),
    notes: Collection[str] = (),
    frames: Collection[str] = (),
) -> Flow:
    """Without these parts, and without the edges that hang on removed nodes."""
    kept = replace(
        flow,
        nodes=tuple(node for node in flow.nodes if node.id not in nodes),
        edges=tuple(
            edge
            for edge in flow.edges
            if edge.source not in nodes and edge.target not in nodes and key_of(edge) not in edges
        ),
        notes=tuple(note for note in flow.notes if note.id not in notes),
    )
    if nodes:
        kept = without_nodes(kept, nodes)
    if not frames:
        return kept
    return with_frames(kept, [frame for frame in frames_of(kept) if frame.id not in frames])


def place(flow: Flow, places: Mapping[str, tuple[float, float]]) -> Flow:
    """Nodes at new places. Where a box is put elsewhere, all that is inside goes along."""
    wanted = _with_inside(flow, places)
    return replace(
        flow, nodes=tuple(_at(node, wanted[node.id]) if node.id in wanted else node for node in flow.nodes)
    )


def _with_inside(flow: Flow, places: Mapping[str, tuple[float, float]]) -> Mapping[str, tuple[float, float]]:
    carried: dict[str, tuple[float, float]] = {}
    for first, names in shown(flow).inside.items():
        if first in places:
            dx, dy = places[first][0] - flow.by_id[first].x, places[first][1] - flow.by_id[first].y
            inside = (flow.by_id[name] for name in names if name not in places)
            carried.update((node.id, (node.x + dx, node.y + dy)) for node in inside)
    return {**places, **carried} if carried else places


def _at(node: Node, place: tuple[float, float]) -> Node:
    x, y = _kept(place[0]), _kept(place[1])
    return node if (node.x, node.y) == (x, y) else replace(node, x=x, y=y)


def move(
    flow: Flow,
    dx: float,
    dy: float,
    *,
    nodes: Collection[str] = (),
    notes: Collection[str] = (),
    frames: Collection[str] = (),
) -> Flow:
    """These parts, all by the same way."""
    moved = replace(
        place(flow, {node.id: (node.x + dx, node.y + dy) for node in flow.nodes if node.id in nodes}),
        notes=tuple(
            replace(note, x=_kept(note.x + dx), y=_kept(note.y + dy)) if note.id in notes else note
            for note in flow.notes
        ),
    )
    if not frames:
        return moved
    return with_frames(
        moved,
        [
            replace(frame, x=_kept(frame.x + dx), y=_kept(frame.y + dy)) if frame.id in frames else frame
            for frame in frames_of(moved)
        ],
    )


def connect(flow: Flow, edge: Edge) -> Flow:
    """With this edge; the one that left the same outlet before is replaced in its place."""
    same = [old for old in flow.edges if (old.source, old.outlet) == (edge.source, edge.outlet)]
    if not same:
        return replace(flow, edges=(*flow.edges, edge))
    return replace(
        flow, edges=tuple(edge if old is same[0] else old for old in flow.edges if old not in same[1:])
    )


def change_settings(flow: Flow, node_id: str, changes: Mapping[str, Any]) -> Flow:
    """With other settings of one node. Edges follow a renamed way; those of lost outlets go."""
    old = flow.by_id[node_id]
    settings = {**old.settings, **changes}
    new = replace(old, settings={name: value for name, value in settings.items() if value is not UNSET})
    return _with_outlets_followed(flow.with_node(new), old, new)


def rename(flow: Flow, node_id: str, title: str) -> Flow:
    """With another title of one node."""
    return flow.with_node(replace(flow.by_id[node_id], title=title))


def put_note(flow: Flow, note: Note) -> Flow:
    """With the note of this id exchanged, or the note added."""
    if not any(old.id == note.id for old in flow.notes):
        return replace(flow, notes=(*flow.notes, note))
    return replace(flow, notes=tuple(note if old.id == note.id else old for old in flow.notes))


def change_flow(flow: Flow, name: str | None = None, settings: Mapping[str, Any] | None = None) -> Flow:
    """With another name, or with some settings of the flow changed; ``UNSET`` takes one out."""
    merged = {**flow.settings, **(settings or {})}
    return replace(
        flow,
        name=flow.name if name is None else name,
        settings={key: value for key, value in merged.items() if value is not UNSET},
    )


def insert(flow: Flow, edge: EdgeKey, node: Node, outlet: str) -> Flow:
    """With ``node`` put between the ends of an edge; it leads on from ``outlet``."""
    source, leaving, target = edge
    joined = connect(add(flow, [node]), Edge(source, leaving, node.id))
    return connect(joined, Edge(node.id, outlet, target))


def downstream(flow: Flow, start: str) -> frozenset[str]:
    """The node and all that can be reached from it."""
    return _reached(start, _neighbours((edge.source, edge.target) for edge in flow.edges))


def upstream(flow: Flow, start: str) -> frozenset[str]:
    """The node and all from which it can be reached."""
    return _reached(start, _neighbours((edge.target, edge.source) for edge in flow.edges))


def _neighbours(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for one, other in pairs:
        found.setdefault(one, []).append(other)
    return found


def _reached(start: str, neighbours: Mapping[str, list[str]]) -> frozenset[str]:
    seen = {start}
    waiting = [start]
    while waiting:
        for name in neighbours.get(waiting.pop(), ()):
            if name not in seen:
                seen.add(name)
                waiting.append(name)
    return frozenset(seen)


def _with_outlets_followed(flow: Flow, old: Node, new: Node) -> Flow:
    before, after = outlets_of(old), outlets_of(new)
    if before == after:
        return flow
    there = {outlet.name for outlet in after}
    gone = [outlet for outlet in before if outlet.name not in there]
    renamed: dict[str, str] = {}
    if len(before) == len(after):
        renamed = {
            one.name: other.name
            for one, other in zip(before, after, strict=True)
            if one in gone and one.role is other.role is OutletRole.WAY
        }
    lost = {outlet.name for outlet in gone} - renamed.keys()
    edges = (
        replace(edge, outlet=renamed.get(edge.outlet, edge.outlet)) if edge.source == new.id else edge
        for edge in flow.edges
        if edge.source != new.id or edge.outlet not in lost
    )
    return replace(flow, edges=tuple(edges))


def _kept(value: float) -> float:
    """A place that a flow file may hold."""
    return max(-FARTHEST, min(FARTHEST, value))


def framed(flow: Flow, frame: Frame) -> Flow:
    """With this frame exchanged in its place, or added."""
    frames = frames_of(flow)
    if all(old.id != frame.id for old in frames):
        return with_frames(flow, [*frames, frame])
    return with_frames(flow, [frame if old.id == frame.id else old for old in frames])
