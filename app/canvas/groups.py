"""Branches that may be drawn as one box. They live among the flow's unknown keys: no engine sees them.

A box is known by the id of its first node and stands where that node stands, so every name on the canvas
stays one of the document. Edges keep their own names too: what ends inside a box ends at the box.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from app.model.flow import EMPTY, Edge, Flow
from app.model.frozen import dataclass
from app.model.kinds import kind_of

_KEY: Final = "groups"
_KNOWN: Final = ("id", "title", "nodes", "closed")


@dataclass(frozen=True, slots=True)
class Group:
    """Nodes by id. ``closed``: they are drawn as one box; an open one only keeps its title for next time."""

    id: str
    title: str = ""
    nodes: tuple[str, ...] = ()
    closed: bool = True
    extra: Mapping[str, Any] = EMPTY


def groups_of(flow: Flow) -> tuple[Group, ...]:
    """The readable groups of a flow, each id once; anything else in the list is left alone."""
    listed = flow.extra.get(_KEY)
    if not isinstance(listed, (list, tuple)):
        return ()
    groups = [group for entry in listed if (group := _group(entry)) is not None]
    return tuple({group.id: group for group in reversed(groups)}.values())[::-1]


def with_groups(flow: Flow, groups: Sequence[Group]) -> Flow:
    """The flow with these groups; without any the key goes. Entries that are no groups stay at the end."""
    listed = flow.extra.get(_KEY)
    strange = [one for one in listed if _group(one) is None] if isinstance(listed, (list, tuple)) else []
    entries = [*map(_entry, groups), *strange]
    if entries:
        return replace(flow, extra={**flow.extra, _KEY: entries})
    rest = {key: value for key, value in flow.extra.items() if key != _KEY}
    return replace(flow, extra=rest or EMPTY)


def without_nodes(flow: Flow, nodes: Collection[str]) -> Flow:
    """The groups forget these nodes, so that a later node of the same id is not in them; empty ones go."""
    groups = groups_of(flow)
    if not any(name in nodes for group in groups for name in group.nodes):
        return flow
    kept = (replace(one, nodes=tuple(name for name in one.nodes if name not in nodes)) for one in groups)
    return with_groups(flow, [group for group in kept if group.nodes])


def titled(flow: Flow, group_id: str, title: str) -> Flow:
    """With another title of one group."""
    return with_groups(
        flow, [replace(one, title=title) if one.id == group_id else one for one in groups_of(flow)]
    )


@dataclass(frozen=True, slots=True)
class Shown:
    """What is drawn instead of what."""

    owner: Mapping[str, str] = EMPTY
    """The first node of its box, for every node in a closed group, the first one itself included."""
    inside: Mapping[str, tuple[str, ...]] = EMPTY
    """By the first node of a box: its nodes in the flow's order."""
    group: Mapping[str, Group] = EMPTY
    """By the first node of a box: the group."""

    def __bool__(self) -> bool:
        return bool(self.owner)

    def box(self, name: str) -> str:
        """Where a node is drawn: at itself, or at the first node of its box."""
        return self.owner.get(name, name)

    def is_drawn(self, name: str) -> bool:
        """Whether a node is drawn, or a box in its place."""
        return self.owner.get(name, name) == name

    def is_within(self, source: str, target: str) -> bool:
        """Whether an edge between these two lies inside a box."""
        return source in self.owner and self.owner[source] == self.owner.get(target)

    def widened(self, names: Collection[str]) -> frozenset[str]:
        """These nodes, and of boxes that they touch all that is inside."""
        touched = {self.owner[name] for name in names if name in self.owner}
        return frozenset(names).union(*(self.inside[first] for first in touched))


NOTHING: Final = Shown()


def shown(flow: Flow) -> Shown:
    """The boxes of a flow. A closed group in another is not drawn; of two that overlap the larger wins."""
    closed = sorted((one for one in groups_of(flow) if one.closed), key=lambda one: -len(one.nodes))
    if not closed:
        return NOTHING
    owner: dict[str, str] = {}
    inside: dict[str, tuple[str, ...]] = {}
    drawn: dict[str, Group] = {}
    for group in closed:
        wanted = set(group.nodes) - owner.keys()
        names = tuple(name for name in dict.fromkeys(node.id for node in flow.nodes) if name in wanted)
        if names:
            first = _first(flow, names)
            inside[first], drawn[first] = names, group
            owner.update(dict.fromkeys(names, first))
    return Shown(owner, inside, drawn)


def leaving(flow: Flow, names: Collection[str]) -> tuple[Edge, ...]:
    """The edges that lead out of these nodes, each outlet once."""
    there, found = set(names), dict[tuple[str, str], Edge]()
    for edge in flow.edges:
        if edge.source in there and edge.target not in there and edge.target in flow.by_id:
            found.setdefault((edge.source, edge.outlet), edge)
    return tuple(found.values())


def _first(flow: Flow, names: Collection[str]) -> str:
    """The node at which the box stands: the leftmost that edges can lead to."""

    def order(name: str) -> tuple[bool, float, float]:
        node = flow.by_id[name]
        kind = kind_of(node)
        return kind is not None and not kind.has_inlet, node.x, node.y

    return min(names, key=order)


def _group(entry: object) -> Group | None:
    if not isinstance(entry, Mapping) or not isinstance(entry.get("id"), str):
        return None
    nodes, title = entry.get("nodes"), entry.get("title")
    if not isinstance(nodes, (list, tuple)) or not all(isinstance(name, str) for name in nodes):
        return None
    extra = {key: value for key, value in entry.items() if key not in _KNOWN}
    named = title if isinstance(title, str) else ""
    return Group(entry["id"], named, tuple(nodes), entry.get("closed") is True, extra)


def _entry(group: Group) -> dict[str, Any]:
    return {
        "id": group.id,
        "title": group.title,
        "nodes": list(group.nodes),
        "closed": group.closed,
        **group.extra,
    }
