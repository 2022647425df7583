"""The difference of two flows, part by part. ``app.flows.diff_words`` says it in sentences."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final, Generic, TypeVar

from app.flows.codec import write_flow
from app.model.flow import EMPTY, Edge, Flow, Node, Note

ABSENT: Final = object()
"""The value of a setting that is not there."""

Part = TypeVar("Part")
Known = tuple[Hashable, int]
"""What a part is known by, and which one of those that share it."""


@dataclass(frozen=True, slots=True)
class SettingChange:
    """One named value, before and after; ``ABSENT`` where it is not there."""

    name: str
    old: Any
    new: Any


@dataclass(frozen=True, slots=True)
class NodeChange:
    """One node that stands in both flows and says something else, wherever it stands now."""

    before: Node
    after: Node
    settings: tuple[SettingChange, ...] = ()
    extra: tuple[SettingChange, ...] = ()

    @property
    def is_moved(self) -> bool:
        """Whether it also stands elsewhere."""
        return (self.before.x, self.before.y) != (self.after.x, self.after.y)


@dataclass(frozen=True, slots=True)
class Pair(Generic[Part]):
    """The same part, before and after."""

    before: Part
    after: Part


@dataclass(frozen=True, slots=True)
class PartsDiff(Generic[Part]):
    """What became of parts of one sort. ``moved`` ones differ by their place alone."""

    added: tuple[Part, ...] = ()
    removed: tuple[Part, ...] = ()
    changed: tuple[Pair[Part], ...] = ()
    moved: tuple[Pair[Part], ...] = ()

    def __bool__(self) -> bool:
        return bool(self.added or self.removed or self.changed or self.moved)


@dataclass(frozen=True, slots=True)
class FlowDiff:
    """All that leads from ``before`` to ``after``; falsy when they are the same text."""

    before: Flow
    after: Flow
    name: tuple[str, str] | None = None
    settings: tuple[SettingChange, ...] = ()
    nodes_added: tuple[Node, ...] = ()
    nodes_removed: tuple[Node, ...] = ()
    nodes_changed: tuple[NodeChange, ...] = ()
    nodes_moved: tuple[NodeChange, ...] = ()
    """Only their place is another one."""
    edges_added: tuple[Edge, ...] = ()
    edges_removed: tuple[Edge, ...] = ()
    edges_replugged: tuple[Pair[Edge], ...] = ()
    """The same outlet leads elsewhere now."""
    edges_changed: tuple[Pair[Edge], ...] = ()
    """Their unknown keys alone differ."""
    notes: PartsDiff[Note] = field(default_factory=PartsDiff)
    frames: PartsDiff[Mapping[str, Any]] = field(default_factory=PartsDiff)
    extra: tuple[SettingChange, ...] = ()
    """Unknown keys of the flow itself, frames left out."""
    is_reordered: bool = False
    """The parts that stayed stand in another order in the file; it changes nothing that people get."""

    def __bool__(self) -> bool:
        return self != FlowDiff(self.before, self.after)


def diff(before: Flow, after: Flow) -> FlowDiff:
    """What leads from ``before`` to ``after``. Parts are the same by id, edges by their outlet."""
    nodes = _Rows(before.nodes, after.nodes, lambda node: node.id)
    changes = [change for one, other in nodes.both if (change := _node_change(one, other)) is not None]
    edges = _Rows(before.edges, after.edges, lambda edge: (edge.source, edge.outlet))
    edge_pairs = [Pair(one, other) for one, other in edges.both if not _same(_edge(one), _edge(other))]
    frames, strange = _frames(before, after)
    found = FlowDiff(
        before,
        after,
        name=None if before.name == after.name else (before.name, after.name),
        settings=_changes(before.settings, after.settings),
        nodes_added=nodes.added,
        nodes_removed=nodes.removed,
        nodes_changed=tuple(change for change in changes if not _only_moved(change)),
        nodes_moved=tuple(change for change in changes if _only_moved(change)),
        edges_added=edges.added,
        edges_removed=edges.removed,
        edges_replugged=tuple(pair for pair in edge_pairs if pair.before.target != pair.after.target),
        edges_changed=tuple(pair for pair in edge_pairs if pair.before.target == pair.after.target),
        notes=_note_diff(before.notes, after.notes),
        frames=frames,
        extra=(*_changes(_without_frames(before), _without_frames(after)), *strange),
        is_reordered=nodes.is_reordered or edges.is_reordered,
    )
    if not found and write_flow(before) != write_flow(after):
        return replace(found, is_reordered=True)
    return found


class _Rows(Generic[Part]):
    """Two rows of parts, matched by what they are known by."""

    def __init__(
        self, before: Iterable[Part], after: Iterable[Part], name: Callable[[Part], Hashable]
    ) -> None:
        old, new = _numbered(before, name), _numbered(after, name)
        self.both = [(part, new[key]) for key, part in old.items() if key in new]
        self.added = tuple(part for key, part in new.items() if key not in old)
        self.removed = tuple(part for key, part in old.items() if key not in new)
        self.is_reordered = [key for key in old if key in new] != [key for key in new if key in old]


def _numbered(parts: Iterable[Part], name: Callable[[Part], Hashable]) -> dict[Known, Part]:
    """Of two parts with the same name the second is another one: a drawing may be wrong, and is told so."""
    seen: Counter[Hashable] = Counter()
    found: dict[Known, Part] = {}
    for part in parts:
        key = name(part)
        found[key, seen[key]] = part
        seen[key] += 1
    return found


def _node_change(before: Node, after: Node) -> NodeChange | None:
    change = NodeChange(
        before, after, _changes(before.settings, after.settings), _changes(before.extra, after.extra)
    )
    says_the_same = (before.kind, before.title) == (after.kind, after.title)
    return None if says_the_same and not change.is_moved and not change.settings + change.extra else change


def _only_moved(change: NodeChange) -> bool:
    same = (change.before.kind, change.before.title) == (change.after.kind, change.after.title)
    return same and not change.settings and not change.extra


def _edge(edge: Edge) -> Mapping[str, Any]:
    return {"to": edge.target, "extra": edge.extra}


def _note_diff(before: Sequence[Note], after: Sequence[Note]) -> PartsDiff[Note]:
    rows = _Rows(before, after, lambda note: note.id)
    pairs = [Pair(one, other) for one, other in rows.both if not _same(_note(one), _note(other))]
    moved = [pair for pair in pairs if _same(_note(pair.before)[1:], _note(pair.after)[1:])]
    changed = [pair for pair in pairs if pair not in moved]
    return PartsDiff(rows.added, rows.removed, tuple(changed), tuple(moved))


def _note(note: Note) -> tuple[Any, ...]:
    return (note.x, note.y), note.text, note.width, note.height, note.extra


def _frames(before: Flow, after: Flow) -> tuple[PartsDiff[Mapping[str, Any]], tuple[SettingChange, ...]]:
    """The frames among the unknown keys; what stands there and is none, as a plain change."""
    old, new = before.extra.get("frames"), after.extra.get("frames")
    if not (_are_frames(old) and _are_frames(new)):
        return PartsDiff(), _changes(_frames_alone(before), _frames_alone(after))
    rows = _Rows(old or (), new or (), lambda frame: str(frame["id"]))
    pairs = [Pair(one, other) for one, other in rows.both if not _same(one, other)]
    moved = [pair for pair in pairs if _same(_unplaced(pair.before), _unplaced(pair.after))]
    changed = [pair for pair in pairs if pair not in moved]
    return PartsDiff(rows.added, rows.removed, tuple(changed), tuple(moved)), ()


def _are_frames(value: object) -> bool:
    if value is None:
        return True
    return isinstance(value, (list, tuple)) and all(
        isinstance(entry, Mapping) and isinstance(entry.get("id"), str) for entry in value
    )


def _unplaced(frame: Mapping[str, Any]) -> Mapping[str, Any]:
    return {key: value for key, value in frame.items() if key not in ("x", "y")}


def _frames_alone(flow: Flow) -> Mapping[str, Any]:
    return {"frames": flow.extra["frames"]} if "frames" in flow.extra else EMPTY


def _without_frames(flow: Flow) -> Mapping[str, Any]:
    return {key: value for key, value in flow.extra.items() if key != "frames"}


def _changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[SettingChange, ...]:
    names = dict.fromkeys([*before, *after])
    pairs = ((name, before.get(name, ABSENT), after.get(name, ABSENT)) for name in names)
    return tuple(SettingChange(*pair) for pair in pairs if not _same(pair[1], pair[2]))


def _same(one: object, other: object) -> bool:
    if one is ABSENT or other is ABSENT:
        return one is other
    return one is other or _text(one) == _text(other)


def _text(value: object) -> str:
    return json.dumps(value, sort_keys=True, default=_plain)


def _plain(value: object) -> dict[Any, Any]:
    if isinstance(value, Mapping):
        return dict(value)
    message = f"a flow cannot hold a {type(value).__name__}"
    raise TypeError(message)
