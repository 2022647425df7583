"""What every mending is made of: taking parts out, joining what is left, ends of their own."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from app.flows.graph import drawing_of
from app.flows.words import node_name
from app.model.flow import Edge, Flow, Node
from app.model.kinds import OutletRole, kind_of, outlets_of

_RIGHT: Final = 240.0
_DOWN: Final = 72.0
_ROWS: Final = 24.0
_WIDTH: Final = 168.0
_FARTHEST: Final = 899_000.0


@dataclass(frozen=True, slots=True)
class Fix:
    """One way to mend a problem: the words on its button, and the flow as it would be then."""

    words: str
    flow: Flow


def without_nodes(flow: Flow, gone: Collection[str]) -> Flow:
    """Without these nodes and the edges that hang on them."""
    return replace(
        flow,
        nodes=tuple(node for node in flow.nodes if node.id not in gone),
        edges=tuple(edge for edge in flow.edges if edge.source not in gone and edge.target not in gone),
    )


def without_edges(flow: Flow, gone: Iterable[Edge]) -> Flow:
    """Without exactly these edges: of equal ones only as many go as are named."""
    left = list(gone)
    kept = []
    for edge in reversed(flow.edges):
        if edge in left:
            left.remove(edge)
        else:
            kept.append(edge)
    return replace(flow, edges=tuple(reversed(kept)))


def with_edge(flow: Flow, old: Edge, new: Edge) -> Flow:
    """With one edge exchanged where it stands."""
    place = flow.edges.index(old)
    return replace(flow, edges=(*flow.edges[:place], new, *flow.edges[place + 1 :]))


def with_settings(flow: Flow, node: Node, changes: Mapping[str, Any], *, drop: str = "") -> Flow:
    """With other settings of the node; ``drop`` is taken out."""
    settings = {name: value for name, value in {**node.settings, **changes}.items() if name != drop}
    return flow.with_node(replace(node, settings=settings))


def with_end(flow: Flow, source: Node, outlet: str) -> tuple[Flow, Node]:
    """With an end of its own to the right of a node, beside the outlet that shall lead there."""
    names = [one.name for one in outlets_of(source)]
    row = names.index(outlet) if outlet in names else 0
    x, y = free_place(flow, source.x + _RIGHT, source.y + row * _ROWS)
    end = Node(free_id(flow, "end"), "end", "", x, y)
    return replace(flow, nodes=(*flow.nodes, end)), end


def free_id(flow: Flow, name: str) -> str:
    """The name, with a number behind it where it is taken."""
    taken = {node.id for node in flow.nodes}
    taken.update(end for edge in flow.edges for end in (edge.source, edge.target))
    if name not in taken:
        return name
    return next(one for number in range(2, len(taken) + 3) if (one := f"{name}{number}") not in taken)


def free_place(flow: Flow, x: float, y: float) -> tuple[float, float]:
    """The first place at or below this one where no node stands."""
    column = [node.y for node in flow.nodes if abs(node.x - x) < _WIDTH]
    for _ in range(len(column) + 1):
        beside = [other for other in column if abs(other - y) < _DOWN]
        if not beside:
            break
        y = max(beside) + _DOWN
    return min(x, _FARTHEST), min(y, _FARTHEST)


def can_be_led_to(node: Node) -> bool:
    """Whether an edge may lead into it."""
    kind = kind_of(node)
    return kind.has_inlet if kind else not node.kind.startswith("entry.")


def main_outlet(node: Node) -> str:
    """The outlet by which most people go on: the first that is no failure; empty for none."""
    names = [one.name for one in outlets_of(node) if one.role is not OutletRole.FAILED]
    return names[0] if names else ""


def joined_without(flow: Flow, node: Node) -> Flow | None:
    """Without a node: what led there leads to where most people went on. None where nothing follows."""
    follows = [edge.target for edge in flow.edges if edge.source == node.id and edge.target != node.id]
    main = flow.leading.get((node.id, main_outlet(node)))
    target = main if main in follows else next(iter(follows), None)
    if target is None:
        return None
    edges = []
    for edge in flow.edges:
        if edge.source == node.id:
            continue
        if edge.target != node.id:
            edges.append(edge)
        else:
            edges.append(replace(edge, target=target))
    nodes = tuple(one for one in flow.nodes if one is not node)
    return replace(flow, nodes=nodes, edges=tuple(edges))


def lost_by(flow: Flow, after: Flow) -> frozenset[str]:
    """Ids of nodes that people come to in ``flow`` and no more in ``after``."""
    return (drawing_of(flow).reachable - drawing_of(after).reachable) & after.by_id.keys()


def named(flow: Flow, node_id: str) -> str:
    """What the node is called on a button, in quotes when it is long."""
    name = node_name(flow.by_id[node_id]) if node_id in flow.by_id else node_id
    return name if len(name) <= 24 else f"{name[:23].rstrip()}…"
