"""Tidy places for what is drawn, with its measured sizes; and drawings that are kept tidy. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from math import ceil

from app.canvas import edits
from app.canvas.drawing import Drawing
from app.canvas.faces import Shape
from app.canvas.geometry import Box
from app.canvas.groups import Shown, shown
from app.canvas.placing import Point, straightened
from app.flows.layout.boxes import GRID
from app.flows.layout.setting import Direction, layout_of
from app.flows.layout.sizes import Size, size_of
from app.model.flow import Edge, Flow, Node


def tidied(drawing: Drawing, flow: Flow, since: Flow | None = None) -> Flow:
    """``flow`` laid out anew; with ``since``, a tidy drawing, only what has to make room moves.

    What a closed box hides moves along with the box.
    """
    from app.flows.arrange import arrange

    now = shown(flow)
    seen = _seen(flow, now)
    before = None if since is None else _seen(since, shown(since))
    laid = arrange(seen, measured(drawing, seen), before)
    places: dict[str, Point] = {node.id: (node.x, node.y) for node in laid.nodes}
    if since is None and layout_of(flow).direction is Direction.RIGHT:
        places = straightened(drawing, {name: at for name, at in places.items() if name in drawing.boxes})
    for name, owner in now.owner.items():
        if name not in places and owner in places and name in flow.by_id:
            node, first = flow.by_id[name], flow.by_id[owner]
            places[name] = (node.x + places[owner][0] - first.x, node.y + places[owner][1] - first.y)
    return replace(edits.place(flow, places), notes=laid.notes, extra=laid.extra)


def kept_tidy(drawing: Drawing, before: Flow, after: Flow) -> Flow:
    """``after`` in its tidy places, if the drawing is kept tidy and parts came, went, were joined, or boxes
    closed or opened."""
    if not layout_of(after).tidy or not layout_of(before).tidy or not after.nodes:
        return after
    return tidied(drawing, after, before) if _is_built_otherwise(before, after) else after


def measured(drawing: Drawing, flow: Flow) -> dict[str, Size]:
    """How much room each node takes as it is painted, also one that is not drawn yet."""
    return {node.id: _size(drawing, node) for node in flow.nodes}


def _is_built_otherwise(before: Flow, after: Flow) -> bool:
    if before.nodes is not after.nodes and before.by_id.keys() != after.by_id.keys():
        return True
    if before.extra is not after.extra and shown(before).owner != shown(after).owner:
        return True
    return before.edges is not after.edges and set(map(edits.key_of, before.edges)) != set(
        map(edits.key_of, after.edges)
    )


def _seen(flow: Flow, now: Shown) -> Flow:
    """The flow as it is drawn: boxes by their first nodes, and the edges between what is drawn."""
    if not now.owner:
        return flow
    owner: Mapping[str, str] = now.owner
    edges = (
        Edge(owner.get(edge.source, edge.source), edge.outlet, owner.get(edge.target, edge.target))
        for edge in flow.edges
    )
    return replace(
        flow, nodes=tuple(node for node in flow.nodes if now.is_drawn(node.id)), edges=tuple(edges)
    )


def _size(drawing: Drawing, node: Node) -> Size:
    """The room of a node as it is painted."""
    box = drawing.boxes.get(node.id)
    if box is None or drawing.flow.by_id.get(node.id) is not node:
        face, fresh = drawing.face_for(node)
        box = fresh if box is None or node.id not in drawing.shown.inside else box
    else:
        face = drawing.faces[node.id]
    if face.shape is Shape.END:
        return size_of(node)
    return _of(box)


def _of(box: Box) -> Size:
    outlets = {port.outlet: round(port.y) for port in box.ports}
    return Size(_up(box.body.right), _up(box.body.bottom), outlets)


def _up(length: float) -> int:
    return GRID * ceil(length / GRID)
