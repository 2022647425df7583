"""Closing branches into boxes and opening them up, as pure functions from one flow to the next."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from typing import Final

from app.canvas.edits import downstream
from app.canvas.groups import Group, groups_of, shown, with_groups
from app.canvas.naming import fresh_id
from app.model.flow import Flow

LEAST: Final = 2
"""Fewer nodes than this are not worth a box."""


def branch(flow: Flow, starts: Iterable[str]) -> frozenset[str]:
    """What is reached only through these nodes, without them; if nothing is, all that follows."""
    first = frozenset(starts)
    reached = frozenset[str]().union(*(downstream(flow, name) for name in first)) - first
    reached &= flow.by_id.keys()
    before: dict[str, set[str]] = {}
    for edge in flow.edges:
        before.setdefault(edge.target, set()).add(edge.source)
    own = set(reached)
    while lost := {name for name in own if not before[name] <= own | first}:
        own -= lost
    return frozenset(own) or reached


def close(flow: Flow, names: Collection[str], title: str = "") -> Flow:
    """With these nodes in one box. A group that held the same nodes before keeps its title."""
    groups = groups_of(flow)
    for group in groups:
        if set(group.nodes) == set(names):
            again = replace(group, closed=True, title=title or group.title)
            return with_groups(flow, [again if one.id == group.id else one for one in groups])
    ordered = tuple(name for name in dict.fromkeys(node.id for node in flow.nodes) if name in names)
    if not ordered:
        return flow
    made = Group(fresh_id("group", {group.id for group in groups}), title, ordered)
    return with_groups(flow, [*groups, made])


def open_up(flow: Flow, names: Collection[str]) -> Flow:
    """With the boxes opened in which these nodes are drawn; closed groups inside become boxes themselves."""
    now = shown(flow)
    ids = {now.group[now.owner[name]].id for name in names if name in now.owner}
    if not ids:
        return flow
    opened = [replace(one, closed=False) if one.id in ids else one for one in groups_of(flow)]
    return with_groups(flow, [one for one in opened if one.id not in ids or one.title])


def reveal(flow: Flow, name: str) -> Flow:
    """With every box opened that hides this node."""
    while name in shown(flow).owner:
        flow = open_up(flow, {name})
    return flow
