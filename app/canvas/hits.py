"""What lies under a place of the scene, by geometry and not by item events."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from itertools import pairwise

from PySide6.QtCore import QPointF, QRectF

from app.canvas.edits import EdgeKey
from app.canvas.items.edge import EdgeItem
from app.canvas.items.node import NodeItem
from app.canvas.look import Level
from app.canvas.router import Point
from app.canvas.scene import CanvasScene
from app.canvas.selection import Parts

_FRAME_HEAD = 28.0
_FRAME_EDGE = 6.0


class Target(Enum):
    """Kinds of things that can be under the pointer."""

    NOTHING = 0
    PORT = 1
    NODE = 2
    EDGE = 3
    NOTE = 4
    FRAME = 5


@dataclass(frozen=True, slots=True)
class Hit:
    """What is there: ``name`` is a node's, note's or frame's id; ``outlet`` only for a port."""

    target: Target = Target.NOTHING
    name: str = ""
    outlet: str = ""
    edge: EdgeKey | None = None

    @property
    def parts(self) -> Parts:
        """The part to select."""
        if self.target in (Target.NODE, Target.PORT):
            return Parts(nodes=frozenset({self.name}))
        if self.target is Target.NOTE:
            return Parts(notes=frozenset({self.name}))
        if self.target is Target.FRAME:
            return Parts(frames=frozenset({self.name}))
        return Parts(edges=frozenset({self.edge})) if self.edge else Parts()


def hit(scene: CanvasScene, at: QPointF) -> Hit:
    """The topmost thing at ``at``: ports first, then nodes, edges, notes and frames."""
    if scene.look.level is Level.OVERVIEW:
        return _overview_node(scene, at) or _paper(scene, at)
    m, zoom = scene.look.style.m, scene.look.zoom
    reach = max(m.port_hit, m.edge_hit) / zoom
    near = scene.items(QRectF(at.x() - reach, at.y() - reach, 2 * reach, 2 * reach))
    nodes = [item for item in near if isinstance(item, NodeItem)]
    return (
        _port(nodes, at, m.port_hit / zoom)
        or _node(nodes, at)
        or _edge([item for item in near if isinstance(item, EdgeItem)], at, m.edge_hit / 2 / zoom)
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


def _port(nodes: list[NodeItem], at: QPointF, reach: float) -> Hit | None:
    best: tuple[float, Hit] | None = None
    for item in nodes:
        for port in item.box.ports:
            dx, dy = item.at.x() + port.x - at.x(), item.at.y() + port.y - at.y()
            away = (dx * dx + dy * dy) ** 0.5
            if away <= reach and (best is None or away < best[0]):
                best = (away, Hit(Target.PORT, item.node_id, port.outlet))
    return best[1] if best else None


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
