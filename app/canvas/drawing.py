"""The picture as values: faces, boxes, places and routes of one flow, brought up to date change by change.

Scene, minimap and pictures read from here. Nothing here knows of Qt's items; the only thing asked of
outside is how wide a text is.
"""

from __future__ import annotations

from collections.abc import Collection, Container, Iterable, Iterator, KeysView, Mapping

from app.canvas.changes import Delta
from app.canvas.edits import EdgeKey, key_of
from app.canvas.faces import Face, Shape, Tone, box_face, face_of, inner
from app.canvas.facts import Facts, Mark
from app.canvas.frames import Frame, frames_of
from app.canvas.geometry import Box, Measure, Rect, box_of
from app.canvas.groups import NOTHING, leaving, shown
from app.canvas.labels import Finisher, Route, finish
from app.canvas.owned import Owned
from app.canvas.router import Point, Router, Wire, route, sketch
from app.canvas.space import Bodies, Span, passes, span_of
from app.canvas.theme import Measures
from app.model.flow import Flow, Node, Note
from app.model.frozen import dataclass

FAILED = "failed"
_MOST_CAREFUL = 40
"""More edges than this are only sketched while they are dragged."""
_LARGE = 600
"""In a drawing of more edges than this all are: what stands in the way is gone round when they are let go."""
_BESIDE = 40.0
"""A body may begin this far from its node's place."""


@dataclass(frozen=True, slots=True)
class Update:
    """``faces``: nodes that look or stand otherwise; ``routes``: whether edges go otherwise."""

    added: tuple[str, ...]
    removed: tuple[str, ...]
    faces: tuple[str, ...]
    routes: bool


class Drawing:
    """The values of one picture.

    ``faces``, ``boxes`` and ``places`` list what is drawn. Asked by ``[name]`` for a node that a box hides,
    they answer with the box.
    """

    def __init__(self, flow: Flow, m: Measures, measure: Measure, *, routed: bool = True) -> None:
        """``routed``: find the ways of all edges at once; else ``touch_up`` and ``careful`` do it later."""
        self.m = m
        self._measure = measure
        self.flow = flow
        self.shown = NOTHING
        """Which nodes are drawn as one box."""
        self.faces: Owned[Face] = Owned()
        self.boxes: Owned[Box] = Owned()
        self.places: Owned[Point] = Owned()
        self.routes: dict[EdgeKey, Route] = {}
        self.touching: dict[str, list[EdgeKey]] = {}
        self._used: dict[str, dict[str, None]] = {}
        self._map = Bodies()
        self._spans: dict[EdgeKey, Span] = {}
        self._ranks: dict[str, int] = {}
        self._keys: dict[EdgeKey, int] | None = None
        self._tallest = 0.0
        self._ways: dict[tuple[str, str], tuple[str, str]] = {}
        self._read_groups()
        self._read_edges()
        for node in flow.nodes:
            if flow.by_id[node.id] is node and self.shown.is_drawn(node.id):
                self._read_node(node)
        self._stale: set[EdgeKey] = set(self.flow_edges())
        if routed:
            self.reroute()

    @property
    def notes(self) -> tuple[Note, ...]:
        return self.flow.notes

    @property
    def frames(self) -> tuple[Frame, ...]:
        return frames_of(self.flow)

    def update(self, flow: Flow, delta: Delta) -> Update:
        """Takes over the next flow. Routes that have to change are left to ``reroute``."""
        used, before = self._used, self.shown
        self.flow = flow
        self._keys = None
        self._ranks = {}
        self._read_groups()
        if delta.edges_added or delta.edges_removed or before != self.shown:
            self._read_edges()
        drawn, gone = self._drawn_anew(delta)
        for name in gone:
            self.faces.pop(name, None)
            self.boxes.pop(name, None)
            self.places.pop(name, None)
        asked = drawn | set(delta.nodes_changed) | self.shown.inside.keys() | before.inside.keys()
        asked |= {name for name in used.keys() | self._used.keys() if used.get(name) != self._used.get(name)}
        moved = bool(drawn or gone or delta.edges_added or delta.edges_removed or before != self.shown)
        changed = []
        for name in sorted(name for name in asked & flow.by_id.keys() if self.shown.is_drawn(name)):
            old = self.faces.get(name), self.boxes.get(name), self.places.get(name)
            self._read_node(flow.by_id[name])
            moved = moved or old[1:] != (self.boxes[name], self.places[name])
            changed += [name] if old != (self.faces[name], self.boxes[name], self.places[name]) else []
        self._stale |= self.flow_edges() - self.routes.keys()
        self._stale.update(key for name in changed for key in self.touching.get(name, ()))
        return Update(tuple(sorted(drawn)), gone, tuple(changed), moved)

    def reroute(self) -> None:
        """Finds all ways anew."""
        for _ in self.careful():
            pass

    def careful(self, *, touched_up: bool = False) -> Iterator[None]:
        """Finds all ways anew, an edge a step; they are taken over after the last one.

        ``touched_up``: nothing has changed since ``touch_up``.
        """
        bodies = self._map if touched_up else Bodies(self.bodies())
        wires: list[Wire] = []
        for key in self.flow_edges():
            wires += self._wires((key,))
            yield
        router = Router(wires, bodies, self.m)
        yield from router.steps()
        finisher = Finisher(router.ways, bodies)
        yield from finisher.steps()
        self._map, self.routes, self._spans = bodies, finisher.routes, {}
        self._stale.clear()

    def touch_up(self) -> tuple[EdgeKey, ...]:
        """Quick ways for the edges that have none or whose ends stand elsewhere; answers which."""
        self._map = Bodies(self.bodies())
        there = self.flow_edges()
        keys = [key for key in there if key in self._stale]
        self.routes = {key: way for key, way in self.routes.items() if key in there}
        self._stale.clear()
        return self._quick(keys, self._map)

    def reroute_at(
        self, nodes: Collection[str], area: Rect | None = None, shown: Container[EdgeKey] = ()
    ) -> tuple[EdgeKey, ...]:
        """Finds the ways of the edges at these nodes only, for the time of a gesture; answers which.

        With an ``area``, of many edges only those that may run through it and those ``shown`` are found.
        """
        keys = tuple(dict.fromkeys(key for name in nodes for key in self.touching.get(name, ())))
        if area is not None and len(keys) > _MOST_CAREFUL:
            keys = tuple(key for key in keys if key in shown or self._may_pass(key, area))
        bodies = self._map.moved({name: self.body(name) for name in nodes if name in self.boxes})
        return self._quick(keys, bodies)

    def flow_edges(self) -> KeysView[EdgeKey]:
        """All edges whose ends exist, each once, in the flow's order."""
        return self._numbered().keys()

    def near(self, area: Rect) -> tuple[list[str], list[EdgeKey]]:
        """Nodes whose bodies, and edges whose lines touch an area; both in the flow's order."""
        left, top, right, bottom = area.x, area.y, area.right, area.bottom
        keys = [
            key
            for key, (x1, y1, x2, y2) in self._all_spans().items()
            if x1 <= right and y1 <= bottom and x2 >= left and y2 >= top
        ]
        return self.nodes_near(area), [key for key in keys if self.is_edge_near(key, area)]

    def nodes_near(self, area: Rect) -> list[str]:
        """Nodes whose bodies touch an area, in the flow's order."""
        left, above = area.x - self.m.width_max - _BESIDE, area.y - self._tallest - _BESIDE
        right, below = area.right + _BESIDE, area.bottom + _BESIDE
        return [
            name
            for name, (x, y) in self.places.items()
            if left < x < right and above < y < below and self.body(name).touches(area)
        ]

    def is_edge_near(self, key: EdgeKey, area: Rect) -> bool:
        """Whether a part of an edge's line runs through an area; one without a way yet by its ends."""
        return passes(self._points(key), area.x, area.y, area.right, area.bottom)

    def rank(self, name: str) -> int:
        """The place of a node in the flow's order: later ones lie over earlier ones."""
        if len(self._ranks) != len(self.boxes):
            self._ranks = {known: number for number, known in enumerate(self.boxes)}
        return self._ranks.get(name, 0)

    def rank_of_edge(self, key: EdgeKey) -> int:
        """The place of an edge in the flow's order: later ones pass over earlier ones."""
        return self._numbered().get(key, 0)

    def place(self, name: str, place: Point) -> None:
        """Puts a node elsewhere, for the time of a gesture or a movement; not one that a box hides."""
        if self.shown.is_drawn(name):
            self.places[name] = place
        self._stale.update(self.touching.get(name, ()))

    def bodies(self) -> dict[str, Rect]:
        """What no line may go through, in scene units."""
        return {name: box.body.moved(*self.places[name]) for name, box in self.boxes.items()}

    def body(self, name: str) -> Rect:
        """A node's body in scene units."""
        return self.boxes[name].body.moved(*self.places[name])

    def port(self, name: str, outlet: str) -> Point | None:
        """Where an outlet leaves, in scene units."""
        port = self.boxes[name].port(self.row_of(name, outlet))
        x, y = self.places[name]
        return None if port is None else (x + port.x, y + port.y)

    def inlet(self, name: str) -> Point | None:
        """Where edges come in, in scene units; None for a start."""
        inlet = self.boxes[name].inlet
        x, y = self.places[name]
        return None if inlet is None else (x + inlet[0], y + inlet[1])

    def tone(self, key: EdgeKey) -> Tone:
        """The colours of the outlet from which an edge leaves."""
        face = self.faces.get(self.shown.box(key[0]))
        outlet = self.row_of(key[0], key[1])
        for row in face.rows if face else ():
            if row.outlet == outlet:
                return row.tone
        return Tone.PLAIN

    def outlet_of(self, name: str, row: str) -> tuple[str, str]:
        """Node and outlet in the flow of a row of what is drawn at ``name``."""
        return self._ways.get((name, row), (name, row))

    def mark(self, facts: Facts, name: str) -> Mark:
        """What stands on a node; on a box, that of all inside."""
        return facts.mark(name, self.shown.inside.get(name, ()))

    def is_on_way(self, facts: Facts, name: str) -> bool:
        """Whether a person's lit way leads through what is drawn at ``name``; also when none is lit."""
        return not facts.way or not facts.way_nodes.isdisjoint(self.shown.inside.get(name, (name,)))

    def extent(self, names: Iterable[str] | None = None) -> Rect | None:
        """The rectangle around these nodes, or around everything; None when there is nothing."""
        areas = []
        for name in self.boxes if names is None else names:
            (x, y), body = self.places[name], self.boxes[name].body
            left, top = x + body.x, y + body.y
            areas.append((left, top, left + body.width, top + body.height))
        if names is None:
            areas += [(one.x, one.y, one.x + one.width, one.y + one.height) for one in self.notes]
            areas += [(one.x, one.y, one.x + one.width, one.y + one.height) for one in self.frames]
        if not areas:
            return None
        lefts, tops, rights, bottoms = zip(*areas, strict=True)
        left, top = min(lefts), min(tops)
        return Rect(left, top, max(rights) - left, max(bottoms) - top)

    def face_for(self, node: Node) -> tuple[Face, Box]:
        """Face and box of a node that is not in the flow (yet)."""
        face = face_of(node)
        return face, box_of(face, self.m, self._measure)

    def _numbered(self) -> Mapping[EdgeKey, int]:
        if self._keys is None:
            found = dict.fromkeys([key for key in self._edges if self._has(key)])
            self._keys = {key: number for number, key in enumerate(found)}
        return self._keys

    def _all_spans(self) -> Mapping[EdgeKey, Span]:
        keys = self.flow_edges()
        if self._spans.keys() != keys:
            self._spans = {key: self._spans.get(key) or span_of(self._points(key)) for key in keys}
        return self._spans

    def _points(self, key: EdgeKey) -> tuple[Point, ...]:
        route = self.routes.get(key)
        if route is not None:
            return route.points
        start, end = self._ends(key)
        return tuple(point for point in (start, end) if point is not None)

    def _has(self, key: EdgeKey) -> bool:
        there, shown = self.boxes, self.shown
        if not shown.owner:
            return key[0] in there and key[2] in there
        return (
            shown.box(key[0]) in there and shown.box(key[2]) in there and not shown.is_within(key[0], key[2])
        )

    def row_of(self, name: str, outlet: str) -> str:
        """The row of the node or box at which this outlet leaves."""
        if name not in self.shown.owner or (name, outlet) in self._ways:
            return outlet
        return inner(name, outlet)

    def _drawn_anew(self, delta: Delta) -> tuple[set[str], tuple[str, ...]]:
        """What is drawn that was not, and what is no longer."""
        if not self.shown and len(self.faces) + len(delta.nodes_added) == len(self.flow.by_id) + len(
            delta.nodes_removed
        ):
            return {name for name in delta.nodes_added if name in self.flow.by_id}, delta.nodes_removed
        drawn = {name for name in self.flow.by_id if self.shown.is_drawn(name)}
        gone = tuple(name for name in self.faces if name not in drawn)
        return drawn - self.faces.keys(), gone

    def _read_groups(self) -> None:
        self.shown = shown(self.flow)
        self.faces.owner = self.boxes.owner = self.places.owner = self.shown.owner
        self._ways = {}

    def _face(self, node: Node) -> Face:
        names = self.shown.inside.get(node.id)
        if names is None:
            return face_of(node, self._used.get(node.id, ()))
        edges = leaving(self.flow, names)
        for edge in edges:
            self._ways[node.id, inner(edge.source, edge.outlet)] = (edge.source, edge.outlet)
        inside = [self.flow.by_id[name] for name in names]
        return box_face(self.shown.group[node.id].title, inside, edges)

    def _read_node(self, node: Node) -> None:
        face = self._face(node)
        if self.faces.get(node.id) != face:
            self.faces[node.id] = face
            self.boxes[node.id] = box = box_of(face, self.m, self._measure)
            self._tallest = max(self._tallest, box.body.bottom)
        self.places[node.id] = (node.x, node.y)

    def _read_edges(self) -> None:
        self.touching, self._used, self._keys = {}, {}, None
        self._edges = tuple([key_of(edge) for edge in self.flow.edges])
        owner = self.shown.owner
        for key in self._edges:
            source, outlet, target = key
            self._used.setdefault(source, {})[outlet] = None
            source, target = owner.get(source, source), owner.get(target, target)
            self.touching.setdefault(source, []).append(key)
            if target != source:
                self.touching.setdefault(target, []).append(key)

    def _may_pass(self, key: EdgeKey, area: Rect) -> bool:
        (x1, y1), (x2, y2) = self.places[key[0]], self.places[key[2]]
        room = self.m.width_max + self._tallest
        return (
            min(x1, x2) - room < area.right
            and max(x1, x2) + room > area.x
            and min(y1, y2) - room < area.bottom
            and max(y1, y2) + room > area.y
        )

    def _quick(self, keys: Iterable[EdgeKey], bodies: Bodies) -> tuple[EdgeKey, ...]:
        wires = self._wires(keys)
        if len(wires) > _MOST_CAREFUL or len(self.flow_edges()) > _LARGE:
            found = {key: Route(way.points) for key, way in sketch(wires, bodies, self.m).items()}
        else:
            found = finish(route(wires, bodies, self.m), bodies)
        self.routes.update(found)
        if self._spans:
            self._spans.update((key, span_of(route.points)) for key, route in found.items())
        return tuple(found)

    def _wires(self, keys: Iterable[EdgeKey]) -> list[Wire]:
        wires = []
        for key in keys:
            start, end = self._ends(key)
            if start is not None and end is not None:
                wires.append(Wire(key, start, end, style=FAILED if self.tone(key) is Tone.FAILED else ""))
        return wires

    def _ends(self, key: EdgeKey) -> tuple[Point | None, Point | None]:
        if not self._has(key):
            return None, None
        source, outlet, target = key
        (x1, y1), (x2, y2) = self.places[source], self.places[target]
        inlet = self.boxes[target].inlet
        end = (x2 + inlet[0], y2 + inlet[1]) if inlet else (x2, y2 + self.m.inlet_y)
        row = self.row_of(source, outlet)
        for port in self.boxes[source].ports:
            if port.outlet == row:
                return (x1 + port.x, y1 + port.y), end
        return None, end


def is_bead(face: Face) -> bool:
    """Whether a node sits on the line."""
    return face.shape in (Shape.BEAD, Shape.END)
