"""The difference between two flows as a small value that can be applied, turned round and named.

An edit makes a new flow out of the old one and leaves untouched parts the very same objects. So the
difference is found by identity in one pass, holds only what changed, and brings back every part at its
exact place: undo gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Generic, TypeVar

from app.canvas.edits import EdgeKey, key_of
from app.model.flow import Edge, Flow, Node, Note
from app.model.frozen import dataclass

Part = TypeVar("Part")
Names = tuple[tuple[Any, ...], tuple[Any, ...], tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Splice(Generic[Part]):
    """At ``index`` of the old row, ``old`` stands; ``new`` stands there afterwards."""

    index: int
    old: tuple[Part, ...]
    new: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Header:
    """What a flow says of itself beside its parts."""

    name: str
    settings: Mapping[str, Any]
    extra: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Change:
    """What happened to a flow."""

    nodes: tuple[Splice[Node], ...] = ()
    edges: tuple[Splice[Edge], ...] = ()
    notes: tuple[Splice[Note], ...] = ()
    header: tuple[Header, Header] | None = None

    @classmethod
    def between(cls, before: Flow, after: Flow) -> Change:
        """The change that leads from ``before`` to ``after``."""
        old, new = _header(before), _header(after)
        return cls(
            _splices(before.nodes, after.nodes),
            _splices(before.edges, after.edges),
            _splices(before.notes, after.notes),
            None if old == new and list(old.extra) == list(new.extra) else (old, new),
        )

    def __bool__(self) -> bool:
        return bool(self.nodes or self.edges or self.notes or self.header)

    def apply(self, flow: Flow) -> Flow:
        """The flow after the change."""
        changed = replace(
            flow,
            nodes=_applied(self.nodes, flow.nodes),
            edges=_applied(self.edges, flow.edges),
            notes=_applied(self.notes, flow.notes),
        )
        if self.header is None:
            return changed
        new = self.header[1]
        return replace(changed, name=new.name, settings=new.settings, extra=new.extra)

    def turned(self) -> Change:
        """The change that leads back."""
        header = None if self.header is None else (self.header[1], self.header[0])
        return Change(_turned(self.nodes), _turned(self.edges), _turned(self.notes), header)


@dataclass(frozen=True, slots=True)
class Delta:
    """Which parts a change touched, by what they are known by. ``changed`` ones were there and still are."""

    nodes_added: tuple[str, ...] = ()
    nodes_removed: tuple[str, ...] = ()
    nodes_changed: tuple[str, ...] = ()
    edges_added: tuple[EdgeKey, ...] = ()
    edges_removed: tuple[EdgeKey, ...] = ()
    notes_added: tuple[str, ...] = ()
    notes_removed: tuple[str, ...] = ()
    notes_changed: tuple[str, ...] = ()
    header: bool = False
    """Whether the flow's name, settings or unknown keys (frames) changed."""

    @classmethod
    def of(cls, change: Change) -> Delta:
        """What ``change`` touches."""
        nodes = _names(change.nodes, lambda node: node.id)
        edges = _names(change.edges, key_of)
        notes = _names(change.notes, lambda note: note.id)
        return cls(*nodes, edges[0], edges[1], *notes, header=change.header is not None)


def _header(flow: Flow) -> Header:
    return Header(flow.name, flow.settings, flow.extra)


def _splices(before: Sequence[Part], after: Sequence[Part]) -> tuple[Splice[Part], ...]:
    """The rows' differences. Parts that are the same object and did not pass each other stay."""
    place = {id(part): index for index, part in enumerate(before)}
    found: list[Splice[Part]] = []
    old_from = new_from = 0
    for new_to, part in enumerate([*after, None]):
        old_to = len(before) if part is None else place.get(id(part), -1)
        if old_to < old_from:
            continue
        if old_to > old_from or new_to > new_from:
            found.append(Splice(old_from, tuple(before[old_from:old_to]), tuple(after[new_from:new_to])))
        old_from, new_from = old_to + 1, new_to + 1
    return tuple(splice for splice in found if not _says_the_same(splice))


def _says_the_same(splice: Splice[Any]) -> bool:
    # Two mappings are equal in any order of their keys, their bytes in a file are not.
    return splice.old == splice.new and repr(splice.old) == repr(splice.new)


def _applied(splices: Sequence[Splice[Part]], row: tuple[Part, ...]) -> tuple[Part, ...]:
    if not splices:
        return row
    result: list[Part] = []
    at = 0
    for splice in splices:
        result += row[at : splice.index]
        result += splice.new
        at = splice.index + len(splice.old)
    result += row[at:]
    return tuple(result)


def _turned(splices: Sequence[Splice[Part]]) -> tuple[Splice[Part], ...]:
    shift = 0
    turned = []
    for splice in splices:
        turned.append(Splice(splice.index + shift, splice.new, splice.old))
        shift += len(splice.new) - len(splice.old)
    return tuple(turned)


def _names(splices: Sequence[Splice[Any]], name: Callable[[Any], Any]) -> Names:
    old = dict.fromkeys(name(part) for splice in splices for part in splice.old)
    new = dict.fromkeys(name(part) for splice in splices for part in splice.new)
    return (
        tuple(key for key in new if key not in old),
        tuple(key for key in old if key not in new),
        tuple(key for key in new if key in old),
    )
