"""A line that was read as a part of this drawing: with ids, titles and places that fit. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from app.canvas import edits
from app.canvas.drawing import Drawing
from app.canvas.edits import EdgeKey, key_of
from app.canvas.gestures.rules import free_outlets, has_inlet
from app.canvas.naming import new_node
from app.canvas.placing import GAP, Point, snapped
from app.canvas.selection import Parts
from app.canvas.tidying import kept_tidy, measured
from app.flows.chains.reading import Chain
from app.flows.chains.saying import say_chain
from app.flows.layout.boxes import Box
from app.flows.layout.room import Room
from app.model.flow import EMPTY, Edge, Flow, Node

_APART: Final = 24


@dataclass(frozen=True, slots=True)
class Draft:
    """What a line would add to the drawing.

    ``flow``: the drawing afterwards; ``added``: the same before a drawing that is kept tidy is tidied.
    ``nodes``, ``edges``: what is new in it, the edge from ``source`` included. ``moved``: new places of what
    makes room.
    """

    flow: Flow
    added: Flow
    nodes: tuple[str, ...] = ()
    edges: tuple[EdgeKey, ...] = ()
    source: str = ""
    outlet: str = ""
    moved: Mapping[str, Point] = field(default_factory=lambda: EMPTY)


def drafted(drawing: Drawing, chain: Chain, behind: str, at: Point) -> Draft:
    """What a chain adds behind a node, at its first free outlet, or around ``at`` when it has none."""
    flow = drawing.flow
    part, heads = _named(flow, chain)
    if not part.nodes:
        return Draft(flow, flow)
    free = free_outlets(flow, behind)
    head = next((name for name in heads if has_inlet(part.by_id[name])), "")
    link = Edge(behind, free[0], head) if free and head and heads[0] == head else None
    placed = _placed(drawing, part, link, head or part.nodes[0].id, at)
    added = edits.add(flow, placed.nodes, (*placed.edges, *([link] if link else [])))
    after = kept_tidy(drawing, flow, added)
    moved = {
        name: (node.x, node.y)
        for name, node in after.by_id.items()
        if name in drawing.boxes and (flow.by_id[name].x, flow.by_id[name].y) != (node.x, node.y)
    }
    edges = tuple(dict.fromkeys(key_of(edge) for edge in added.edges[len(flow.edges) :]))
    source, outlet = (link.source, link.outlet) if link else ("", "")
    return Draft(after, added, tuple(node.id for node in part.nodes), edges, source, outlet, moved)


def said(flow: Flow, parts: Parts) -> str:
    """The line of the selected nodes and the edges among them."""
    return say_chain(
        Flow(
            "",
            tuple(node for node in flow.nodes if node.id in parts.nodes),
            tuple(edge for edge in flow.edges if edge.source in parts.nodes and edge.target in parts.nodes),
        )
    )


def _named(flow: Flow, chain: Chain) -> tuple[Flow, tuple[str, ...]]:
    """The chain's nodes as new nodes are made here: ids, titles and the settings that are needed."""
    growing, ids = flow, dict[str, str]()
    for told in chain.part.nodes:
        fresh = new_node(growing, told.kind, 0, 0)
        ids[told.id] = fresh.id
        settings = {**fresh.settings, **told.settings, **_ways(chain.part, told)}
        made = replace(fresh, title=told.title or fresh.title, settings=settings, extra=told.extra)
        growing = replace(growing, nodes=(*growing.nodes, made))
    edges = tuple(
        replace(edge, source=ids[edge.source], target=ids[edge.target]) for edge in chain.part.edges
    )
    part = Flow("", growing.nodes[len(flow.nodes) :], edges)
    return part, tuple(ids[name] for name in chain.heads)


def _ways(part: Flow, node: Node) -> dict[str, Any]:
    """A check that was told no ways has those that lead on from it."""
    if node.kind != "check" or "ways" in node.settings:
        return {}
    names = dict.fromkeys(edge.outlet for edge in part.edges if edge.source == node.id)
    return {"ways": [{"name": name} for name in names if name != "else"]}


def _placed(drawing: Drawing, part: Flow, link: Edge | None, head: str, at: Point) -> Flow:
    """The part laid out by itself, behind the outlet it hangs on or around ``at``, on nothing else."""
    from app.flows.arrange import arrange  # not needed before the first frame

    sizes = measured(drawing, part)
    laid = arrange(part, sizes)
    flow, first, grid = drawing.flow, laid.by_id[head], drawing.m.grid
    port = drawing.port(link.source, link.outlet) if link else None
    if port is not None:
        x, y = port[0] + GAP, port[1] - drawing.m.inlet_y
    else:
        x, y = at[0], snapped(at[1], grid)
    dx, dy = -(-x // grid) * grid - first.x, y - first.y
    room = Room(_APART)
    for name in drawing.boxes:
        body = drawing.body(name)
        room.take(round(body.x), round(body.y), Box(round(body.width), round(body.height)))
    for note in flow.notes:
        room.take(round(note.x), round(note.y), Box(round(note.width), round(note.height)))
    boxes = [
        (round(node.x + dx), round(node.y + dy), Box(sizes[node.id].width, sizes[node.id].height))
        for node in laid.nodes
    ]
    down = room.way_down(boxes)
    return edits.move(laid, dx, dy + down, nodes=frozenset(sizes))
