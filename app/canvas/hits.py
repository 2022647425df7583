"""What lies under a place of the scene, by geometry and not by item events."""

from __future__ import annotations

from dataclasses import replace
from enum import Enum
from itertools import pairwise

from PySide6.QtCore import QPointF, QRectF

from app.canvas.edits import EdgeKey
from app.canvas.items.edge import EdgeItem
from app.canvas.items.node import NodeItem
from app.canvas.labels import Spot
from app.canvas.lines import length_of, middle_of, place_on
from app.canvas.look import Level
from app.canvas.router import Point
from app.canvas.scene import CanvasScene
from app.canvas.selection import Parts
from app.model.frozen import dataclass

HANDLE_CATCH = 10.0
_HANDLE_OFF = 20.0
_PLUS_FROM = 76.0
_SHORTEST = 40.0
_LABEL = 30.0
_FAR = 1e9
_INLET = 6.0
_FRAME_HEAD = 28.0
_FRAME_EDGE = 6.0
_NUMBER = (14.0, 9.0)
"""Half the room that the number on an edge takes."""


class Target(Enum):
    """Kinds of things that can be under the pointer."""

    NOTHING = 0
    PORT = 1
    NODE = 2
    EDGE = 3
    NOTE = 4
    FRAME = 5
    INLET = 6
    HANDLE = 7
    """The round end of an edge that is hovered or selected; ``name`` is the node at that end."""
    PLUS = 8
    """The plus in the middle of such an edge."""


@dataclass(frozen=True, slots=True)
class Hit:
    """What is there: ``name`` is a node's, note's or frame's id; ``outlet`` only for a port."""

    target: Target = Target.NOTHING
    name: str = ""
    outlet: str = ""
    edge: EdgeKey | None = None
    chip: str = ""
    """What the number under the pointer counts, where it is a node's chip."""

    @property
    def parts(self) -> Parts:
        """The part to select."""
        if self.target in (Target.NODE, Target.PORT, Target.INLET):
            return Parts(nodes=frozenset({self.name}))
        if self.target is Target.NOTE:
            return Parts(notes=frozenset({self.name}))
        if self.target is Target.FRAME:
            return Parts(frames=frozenset({self.name}))
        return Parts(edges=frozenset({self.edge})) if self.edge else Parts()

    def is_in(self, chosen: Parts) -> bool:
        """Whether it is among these parts."""
        return self.parts & chosen == self.parts if self.parts else False


def hit(scene: CanvasScene, at: QPointF) -> Hit:
    """The topmost thing at ``at``: ports first, then nodes, edges, notes and frames."""
    if scene.look.level is Level.OVERVIEW:
        return _overview_node(scene, at) or _paper(scene, at)
    m, zoom = scene.look.style.m, scene.look.zoom
    reach = max(m.port_hit, m.edge_hit) / zoom
    near = scene.items(QRectF(at.x() - reach, at.y() - reach, 2 * reach, 2 * reach))
    nodes = [item for item in near if isinstance(item, NodeItem)]
    edges = [item for item in near if isinstance(item, EdgeItem)]
    return (
        _chip(scene, nodes, at)
        or _in_flow(scene, _port(nodes, at, m.port_hit / zoom, min(m.port_hit, _INLET) / zoom))
        or _node(nodes, at)
        or _counted(scene, _edge(edges, at, m.edge_hit / 2 / zoom), at)
        or _paper(scene, at)
    )


def edge_at(scene: CanvasScene, at: QPointF, reach: float) -> EdgeKey | None:
    """The nearest edge within ``reach`` scene units."""
    near = scene.items(QRectF(at.x() - reach, at.y() - reach, 2 * reach, 2 * reach))
    found = _edge([item for item in near if isinstance(item, EdgeItem)], at, reach)
    return found.edge if found else None


def distance(points: tuple[Point, ...], x: float, y: float) -> float:
    """How far a place is from a line of level and upright segments."""
    best = float("inf")
    for (x1, y1), (x2, y2) in pairwise(points):
        dx = max(min(x1, x2) - x, 0.0, x - max(x1, x2))
        dy = max(min(y1, y2) - y, 0.0, y - max(y1, y2))
        best = min(best, (dx * dx + dy * dy) ** 0.5)
    return best


def handle_at(scene: CanvasScene, at: QPointF, key: EdgeKey) -> Hit | None:
    """The handle or the plus of an edge at ``at``."""
    reach = HANDLE_CATCH / scene.look.zoom
    found = handles(scene, key)
    for name, place in ((key[0], found.source), (key[2], found.target), ("", found.plus)):
        if place is not None and max(abs(place[0] - at.x()), abs(place[1] - at.y())) <= reach:
            return Hit(Target.HANDLE if name else Target.PLUS, name, edge=key)
    return None


@dataclass(frozen=True, slots=True)
class Handles:
    """Where an edge can be taken hold of, in scene units; None where the edge is too short for it."""

    source: Point | None = None
    target: Point | None = None
    plus: Point | None = None


def handles(scene: CanvasScene, key: EdgeKey) -> Handles:
    """The handles at both ends of an edge and the plus between them, clear of ports and of its number."""
    route = scene.drawing.routes.get(key)
    if route is None or scene.look.level is Level.OVERVIEW:
        return Handles()
    points, zoom = route.points, scene.look.zoom
    length, off = length_of(points), _HANDLE_OFF / zoom
    if length < 3 * off:
        return Handles(plus=middle_of(points) if length * zoom >= _SHORTEST else None)
    ends = place_on(points, off), place_on(points, length - off)
    shares = (0.5, 0.35, 0.65) if scene.document.facts.counts.edges.get(key[:2]) else (0.5,)
    places = [place_on(points, length * share) for share in shares]
    far = [place for place in places if _apart(place, route.spot) >= _LABEL / zoom]
    return Handles(*ends, (far or places)[0] if length * zoom >= _PLUS_FROM else None)


def _apart(place: Point, spot: Spot | None) -> float:
    return _FAR if spot is None else max(abs(place[0] - spot.x), abs(place[1] - spot.y))


def _port(nodes: list[NodeItem], at: QPointF, reach: float, inside: float) -> Hit | None:
    """The nearest port or inlet; an inlet that lies ``inside`` a body leaves room to take hold of that."""
    best: tuple[float, Hit] | None = None
    for item in nodes:
        inlet = item.box.inlet
        if inlet is not None:
            dx, dy = item.at.x() + inlet[0] - at.x(), item.at.y() + inlet[1] - at.y()
            away = (dx * dx + dy * dy) ** 0.5
            if away <= (inside if dx < 0 else reach) and (best is None or away < best[0]):
                best = (away, Hit(Target.INLET, item.node_id))
        for port in item.box.ports:
            dx, dy = item.at.x() + port.x - at.x(), item.at.y() + port.y - at.y()
            away = (dx * dx + dy * dy) ** 0.5
            if away <= reach and (best is None or away < best[0]):
                best = (away, Hit(Target.PORT, item.node_id, port.outlet))
    return best[1] if best else None


def _in_flow(scene: CanvasScene, found: Hit | None) -> Hit | None:
    """The port of a box is that of a node inside."""
    if found is None or found.target is not Target.PORT:
        return found
    name, outlet = scene.drawing.outlet_of(found.name, found.outlet)
    return replace(found, name=name, outlet=outlet)


def _chip(scene: CanvasScene, nodes: list[NodeItem], at: QPointF) -> Hit | None:
    """The number of people or failures on a node, where it is shown."""
    for item in nodes:
        if scene.look.level is Level.ALL or item.is_hovered:
            for stamp in item.stamps:
                if stamp.opens and stamp.area.contains(at - item.at):
                    return Hit(Target.NODE, item.node_id, chip=stamp.opens)
    return None


def _counted(scene: CanvasScene, found: Hit | None, at: QPointF) -> Hit | None:
    """The edge, with its number where that is what lies there."""
    if found is None or found.edge is None:
        return found
    route, key = scene.drawing.routes.get(found.edge), found.edge
    if route is None or route.spot is None or not scene.document.facts.counts.edges.get(key[:2]):
        return found
    across, down = abs(route.spot.x - at.x()), abs(route.spot.y - at.y())
    is_on = across <= _NUMBER[0] / scene.look.zoom and down <= _NUMBER[1] / scene.look.zoom
    return replace(found, chip=f"out:{key[1]}") if is_on else found


def _node(nodes: list[NodeItem], at: QPointF) -> Hit | None:
    for item in nodes:
        body = item.box.body
        if QRectF(body.x, body.y, body.width, body.height).contains(at - item.at):
            return Hit(Target.NODE, item.node_id)
    return None


def _edge(edges: list[EdgeItem], at: QPointF, reach: float) -> Hit | None:
    measured = [
        (distance(item.route.points, at.x(), at.y()), item.key) for item in edges if item.route.points
    ]
    best = min(measured, default=None)
    return Hit(Target.EDGE, edge=best[1]) if best and best[0] <= reach else None


def _overview_node(scene: CanvasScene, at: QPointF) -> Hit | None:
    slack = 4 / scene.look.zoom
    for name in reversed(scene.drawing.boxes):
        body = scene.drawing.body(name).grown(slack)
        if body.x <= at.x() <= body.right and body.y <= at.y() <= body.bottom:
            return Hit(Target.NODE, name)
    return None


def _paper(scene: CanvasScene, at: QPointF) -> Hit:
    for name, note in reversed(scene.notes.items()):
        if note.area.contains(at - note.at):
            return Hit(Target.NOTE, name)
    for name, item in reversed(scene.frames.items()):
        frame = item.frame
        inside = at - QPointF(frame.x, frame.y)
        area = QRectF(0, 0, frame.width, frame.height)
        edge = _FRAME_EDGE
        if area.contains(inside) and (
            inside.y() < _FRAME_HEAD or not area.adjusted(edge, edge, -edge, -edge).contains(inside)
        ):
            return Hit(Target.FRAME, name)
    return Hit()
