"""Taking nodes out of their ways, and joining what stood before them with what follows. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

from app.canvas.edits import EdgeKey, connect, key_of, remove
from app.model.flow import Edge, Flow


def joins(flow: Flow, nodes: Collection[str], cut: Collection[EdgeKey] = ()) -> dict[EdgeKey, Edge]:
    """The edges that join the neighbours of ``nodes``: by the edge that led in, the edge that leads on.

    Nodes that hang together are one run. A run joins where all its ways out lead to one node; each way in
    then leads there. Otherwise its ends stay open. Edges in ``cut`` go for themselves and join nothing.
    """
    edges = [
        edge
        for edge in flow.edges
        if key_of(edge) not in cut or (edge.source in nodes and edge.target in nodes)
    ]
    there = {key_of(edge) for edge in edges}
    found: dict[EdgeKey, Edge] = {}
    for run in _runs(set(nodes), edges):
        outs = [edge for edge in edges if edge.source in run and edge.target not in run]
        targets = {edge.target for edge in outs}
        if len(targets) != 1:
            continue
        [target] = targets
        leading_on = _before({edge.source for edge in outs}, run, edges)
        for edge in edges:
            if edge.source in run or edge.target not in leading_on or edge.source == target:
                continue
            new = replace(edge, target=target)
            if key_of(new) not in there:
                found[key_of(edge)] = new
    return found


def without(
    flow: Flow,
    nodes: Collection[str],
    edges: Collection[EdgeKey] = (),
    notes: Collection[str] = (),
    frames: Collection[str] = (),
) -> Flow:
    """Without these parts, and with the neighbours of the nodes joined where their ways allow it."""
    return remove(_swapped(flow, joins(flow, nodes, edges)), nodes, edges, notes, frames)


def pulled_out(flow: Flow, nodes: Collection[str]) -> Flow:
    """The nodes stay, but no edge leads to them or from them; their neighbours are joined."""
    crossing = {key_of(edge) for edge in crossing_edges(flow, nodes)}
    joined = joins(flow, nodes)
    return _swapped(remove(flow, edges=crossing - joined.keys()), joined)


def inserted(flow: Flow, edge: EdgeKey, name: str, outlet: str) -> Flow:
    """With a node that is there already put between the ends of an edge; it leads on from ``outlet``."""
    source, leaving, target = edge
    return connect(reconnected(flow, edge, Edge(source, leaving, name)), Edge(name, outlet, target))


def crossing_edges(flow: Flow, nodes: Collection[str]) -> tuple[Edge, ...]:
    """The edges between these nodes and all others."""
    return tuple(edge for edge in flow.edges if (edge.source in nodes) != (edge.target in nodes))


def reconnected(flow: Flow, old: EdgeKey, new: Edge) -> Flow:
    """With ``new`` in the place of ``old``; another edge that left the same outlet as ``new`` goes."""
    kept = remove(
        flow,
        edges={
            key_of(edge)
            for edge in flow.edges
            if (edge.source, edge.outlet) == (new.source, new.outlet) and key_of(edge) != old
        },
    )
    return _swapped(kept, {old: new})


def _swapped(flow: Flow, swaps: Mapping[EdgeKey, Edge]) -> Flow:
    if not swaps:
        return flow
    return replace(flow, edges=tuple(swaps.get(key_of(edge), edge) for edge in flow.edges))


def _runs(nodes: set[str], edges: Iterable[Edge]) -> list[set[str]]:
    """The nodes, parted by what hangs together among them, in any direction."""
    beside: dict[str, set[str]] = {name: set() for name in nodes}
    for edge in edges:
        if edge.source in nodes and edge.target in nodes:
            beside[edge.source].add(edge.target)
            beside[edge.target].add(edge.source)
    runs = []
    while beside:
        name = next(iter(beside))
        run, waiting = set[str](), [name]
        while waiting:
            one = waiting.pop()
            if one not in run:
                run.add(one)
                waiting += beside.pop(one)
        runs.append(run)
    return runs


def _before(ends: set[str], run: set[str], edges: Iterable[Edge]) -> set[str]:
    """The nodes of the run from which one of ``ends`` can be reached: a way in elsewhere leads nowhere."""
    above: dict[str, list[str]] = {}
    for edge in edges:
        if edge.source in run and edge.target in run:
            above.setdefault(edge.target, []).append(edge.source)
    seen, waiting = set[str](), list(ends)
    while waiting:
        one = waiting.pop()
        if one not in seen:
            seen.add(one)
            waiting += above.get(one, ())
    return seen
