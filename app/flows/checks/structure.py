"""The shape of the drawing: starts, cycles, what nobody comes to, outlets and edges."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Final

from app.flows.cycles import shortest_cycle
from app.flows.graph import Drawing
from app.flows.words import node_name, outlet_name
from app.model.flow import Edge, Node, Problem
from app.model.kinds import Outlet, OutletRole, kind_of, outlets_of

_MUST_LEAD_ON: Final = frozenset({"entered", "sent", "next", "happened"})
_WAYS: Final = (OutletRole.WAY, OutletRole.ELSE)


def structure(drawing: Drawing) -> Iterator[Problem]:
    """``no-entry``, ``duplicate-id``, ``cycle``, ``unreachable``, ``bad-edge`` and ``open-outlet``."""
    if not drawing.entries:
        yield Problem(
            "no-entry",
            "error",
            "This flow has no start. Nobody would ever get it",
            "Drag a start onto the canvas",
        )
    yield from _duplicates(drawing)
    yield from _cycles(drawing)
    yield from _unreachable(drawing)
    outlets = {node_id: outlets_of(node) for node_id, node in drawing.by_id.items() if _is_settled(node)}
    yield from _edges(drawing, outlets)
    taken = {(edge.source, edge.outlet) for edge in drawing.flow.edges}
    for node_id, ways in outlets.items():
        for way in ways:
            if (node_id, way.name) not in taken:
                yield _open(drawing.by_id[node_id], way)


def _duplicates(drawing: Drawing) -> Iterator[Problem]:
    counts = Counter(node.id for node in drawing.flow.nodes)
    for node_id, count in counts.items():
        if count > 1:
            yield Problem(
                "duplicate-id",
                "error",
                f"{count} nodes have the same id “{node_id}”. Only the first would run",
                "Copy one of them and delete the old one: the copy gets an id of its own",
                (node_id,),
            )


def _cycles(drawing: Drawing) -> Iterator[Problem]:
    if not drawing.knots:
        return
    place = {node_id: (node.x, node.y, node_id) for node_id, node in drawing.by_id.items()}
    edges = {(edge.source, edge.target): edge for edge in reversed(drawing.flow.edges)}
    for knot in drawing.knots:
        ring = shortest_cycle(drawing.graph, knot)
        first = ring.index(min(ring, key=place.__getitem__))
        ring = ring[first:] + ring[:first]
        last, start = drawing.name(ring[-1]), drawing.name(ring[0])
        back = "itself" if len(ring) == 1 else start
        size = f"{len(ring)} node" if len(ring) == 1 else f"{len(ring)} nodes"
        more = f", part of a knot of {len(knot)}" if len(knot) > len(ring) else ""
        yield Problem(
            "cycle",
            "error",
            f"{last} leads back to {back}. People would never leave (a circle of {size}{more})",
            f"Let {last} lead somewhere else",
            tuple(ring),
            edges[ring[-1], ring[0]],
        )


def _unreachable(drawing: Drawing) -> Iterator[Problem]:
    for node_id, node in drawing.by_id.items():
        if node_id not in drawing.reachable:
            yield Problem(
                "unreachable",
                "error",
                f"Nobody ever comes to {node_name(node)}: no way leads there from a start",
                "Connect a way that leads there, or delete it",
                (node_id,),
            )


def _edges(drawing: Drawing, outlets: Mapping[str, tuple[Outlet, ...]]) -> Iterator[Problem]:
    nodes, entries = drawing.by_id, drawing.entries
    there = {(node_id, way.name) for node_id, ways in outlets.items() for way in ways}
    first: dict[tuple[str, str], Edge] = {}
    doubles: dict[tuple[str, str], list[Edge]] = {}
    for edge in drawing.flow.edges:
        way = (edge.source, edge.outlet)
        if edge.source not in nodes or edge.target not in nodes:
            yield _loose(edge, nodes.get(edge.source), nodes.get(edge.target))
        elif edge.target in entries:
            yield _into_start(edge, nodes[edge.source], nodes[edge.target])
        elif way not in there and edge.source in outlets:
            yield _no_such_way(edge, nodes[edge.source])
        elif first.setdefault(way, edge) is not edge:
            doubles.setdefault(way, []).append(edge)
    for (source, _), edges in doubles.items():
        yield _double(edges, nodes[source])


def _loose(edge: Edge, source: Node | None, target: Node | None) -> Problem:
    if source is None:
        message = f"An edge begins at “{edge.source}”, which is not there"
    else:
        way = f"“{outlet_name(source, edge.outlet)}” of {node_name(source)}"
        message = f"{way} leads to “{edge.target}”, which is not there"
    ends = tuple(node.id for node in (source, target) if node is not None)
    return Problem("bad-edge", "error", message, "Delete the edge, or connect it to a node", ends, edge)


def _into_start(edge: Edge, source: Node, target: Node) -> Problem:
    return _bad(
        edge,
        f"{node_name(source)} leads into {node_name(target)}. That is a start and has no way in",
        "Let it lead to what follows the start, or delete the edge",
    )


def _no_such_way(edge: Edge, source: Node) -> Problem:
    return _bad(
        edge,
        f"{node_name(source)} has no way out called “{edge.outlet}”",
        "Tick it in its settings, or delete the edge",
    )


def _double(edges: list[Edge], source: Node) -> Problem:
    """One problem for all further edges of an outlet; it names the first of them."""
    return _bad(
        edges[0],
        f"“{outlet_name(source, edges[0].outlet)}” of {node_name(source)} leads to {len(edges) + 1} places. "
        "People can go only one way",
        "Delete all of these edges but one",
    )


def _bad(edge: Edge, message: str, fix: str) -> Problem:
    return Problem("bad-edge", "error", message, fix, tuple(dict.fromkeys((edge.source, edge.target))), edge)


def _open(node: Node, outlet: Outlet) -> Problem:
    must = outlet.name in _MUST_LEAD_ON or outlet.role in _WAYS
    return Problem(
        "open-outlet",
        "error" if must else "warning",
        f"“{outlet_name(node, outlet.name)}” of {node_name(node)} leads nowhere",
        "Connect it, or end here",
        (node.id,),
        setting=f"outlets.{outlet.name}",
    )


def _is_settled(node: Node) -> bool:
    """Whether its outlets are known: those of kinds that this release cannot run may depend on anything."""
    kind = kind_of(node)
    return kind is not None and kind.available
