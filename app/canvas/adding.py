"""A part that is added where a person points: its place, and what it is joined with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import Final

from app.canvas import edits
from app.canvas.commands import FlowCommand
from app.canvas.document import CanvasDocument
from app.canvas.drawing import Drawing
from app.canvas.edits import EdgeKey
from app.canvas.frames import Frame, frames_of
from app.canvas.gestures.rules import first_outlet, free_outlets, kinds_that_fit
from app.canvas.guesses import FRAME, NOTE, Choice, choice_of, choices
from app.canvas.naming import fresh_id, new_node, new_note
from app.canvas.placing import GAP, PULL, Insertion, Point, free_place, insertion, snapped
from app.canvas.words import node_title, outlet_words, tr
from app.model.flow import EMPTY, Edge, Flow, Node
from app.model.frozen import dataclass
from app.model.kinds import KINDS

_FRAME: Final = (320.0, 200.0)


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a new part goes, in scene units, and what it is joined with.

    ``source`` and ``outlet``: the way that leads to it. ``target``: the node to which it leads on. With both
    it parts an edge, and what follows makes room. ``gone``: an edge that goes when it comes.
    """

    x: float
    y: float
    source: str = ""
    outlet: str = ""
    target: str = ""
    gone: EdgeKey | None = None

    @property
    def edge(self) -> EdgeKey | None:
        """The edge that is parted."""
        return (self.source, self.outlet, self.target) if self.source and self.target else None

    @property
    def is_free(self) -> bool:
        """Whether it is joined with nothing."""
        return not (self.source or self.target)


@dataclass(frozen=True, slots=True)
class Plan:
    """What adding would do: the new node at its place, and the new places of what makes room."""

    node: Node
    moved: Mapping[str, Point] = field(default_factory=lambda: EMPTY)


def spot_behind(drawing: Drawing, name: str) -> Spot:
    """Behind a node: at its first free outlet, else on the edge of its first one, else just beside it."""
    flow = drawing.flow
    is_box = name in drawing.shown.inside
    free = () if is_box else free_outlets(flow, name)
    body, m = drawing.body(name), drawing.m
    outlet = free[0] if free else "" if is_box else first_outlet(flow.by_id[name])
    at = drawing.port(name, outlet) if outlet else None
    if at is None:
        return Spot(body.right + GAP + m.width / 2, drawing.places[name][1] + m.inlet_y)
    target = "" if free else flow.leading[name, outlet]
    return Spot(at[0] + GAP, at[1], name, outlet, target if target in drawing.boxes else "")


def spot_on(drawing: Drawing, edge: EdgeKey, at: Point) -> Spot:
    """On an edge, near ``at``."""
    source, outlet, target = edge
    return Spot(at[0] - drawing.m.width / 2, at[1], source, outlet, target)


def choices_at(flow: Flow, spot: Spot) -> list[Choice]:
    """What can stand there, best guess first."""
    leads_on = bool(spot.target)
    kinds = kinds_that_fit(led_to=bool(spot.source), leads_on=leads_on)
    return choices(flow, kinds, spot.source, spot.outlet, leads_on=leads_on, papers=spot.is_free)


def where_words(flow: Flow, spot: Spot) -> str:
    """“After Letter 1, opened”; empty where it is joined with nothing."""
    source, target = flow.by_id.get(spot.source), flow.by_id.get(spot.target)
    if source is not None and target is not None:
        return tr("Between {one} and {other}").format(one=node_title(source), other=node_title(target))
    if source is not None:
        return tr("After {title}, {outlet}").format(
            title=node_title(source), outlet=outlet_words(source, spot.outlet)
        )
    return tr("Before {title}").format(title=node_title(target)) if target is not None else ""


def plan(drawing: Drawing, spot: Spot, kind: str) -> Plan:
    """Where a node of this kind would stand, and what would make room for it."""
    flow, m = drawing.flow, drawing.m
    node = new_node(flow, kind, 0, 0)
    face, box = drawing.face_for(node)
    y = spot.y - m.inlet_y
    if spot.edge is not None:
        found = insertion(drawing, spot.edge, face, box, (snapped(spot.x, m.grid), y))
        if found is not None:
            return Plan(new_node(flow, kind, *found.place), found.moved)
    if spot.source:
        x = spot.x
    elif spot.target and box.ports:
        x, y = spot.x - box.body.width, spot.y - box.ports[0].y
    else:
        x = spot.x - box.body.width / 2
    wish = (snapped(x, m.grid), _level(drawing, spot, y, box.ports[0].y if box.ports else m.inlet_y))
    return Plan(new_node(flow, kind, *free_place(drawing, box, wish)))


def gap_for(drawing: Drawing, edge: EdgeKey, node: Node) -> Insertion | None:
    """The gap that an edge would open for this node where it stands; None: no edge can lead through it."""
    face, box = drawing.face_for(node)
    if not face.has_inlet or not first_outlet(node):
        return None
    return insertion(drawing, edge, face, box, (node.x, node.y))


def added(document: CanvasDocument, drawing: Drawing, spot: Spot, name: str) -> tuple[FlowCommand, str]:
    """The command that adds a kind, a note or a frame there and joins it, and the id of what it adds."""
    flow = document.flow
    if name == NOTE:
        note = new_note(flow, snapped(spot.x - 80, drawing.m.grid), snapped(spot.y - 36, drawing.m.grid))
        return FlowCommand(document, tr("Add a note"), lambda old: edits.put_note(old, note)), note.id
    if name == FRAME:
        frame = _frame(flow, spot, drawing.m.grid)
        return FlowCommand(document, tr("Add a frame"), lambda old: edits.framed(old, frame)), frame.id
    planned = plan(drawing, spot, name)
    text = tr("Insert {name}") if spot.edge else tr("Add {name}")
    title = node_title(planned.node) if planned.node.title else choice_of(KINDS[name]).words
    words = text.format(name=title)
    return FlowCommand(document, words, lambda old: _joined(old, spot, planned)), planned.node.id


def _joined(flow: Flow, spot: Spot, planned: Plan) -> Flow:
    node = planned.node
    new = edits.add(edits.remove(flow, edges={spot.gone}) if spot.gone else flow, [node])
    if spot.source:
        new = edits.connect(new, Edge(spot.source, spot.outlet, node.id))
    outlet = first_outlet(node)
    if spot.target and outlet:
        new = edits.connect(new, Edge(node.id, outlet, spot.target))
    return edits.place(new, planned.moved)


def _level(drawing: Drawing, spot: Spot, y: float, port: float) -> float:
    """On the grid, or off it by so little that the edge to it is straight."""
    on_grid = snapped(y, drawing.m.grid)
    here = drawing.m.inlet_y if spot.source else port
    there = drawing.port(spot.source, spot.outlet) if spot.source else None
    if there is None and spot.target in drawing.boxes:
        there = drawing.inlet(spot.target)
    straight = None if there is None else there[1] - here
    return straight if straight is not None and abs(straight - y) <= PULL else on_grid


def _frame(flow: Flow, spot: Spot, grid: float) -> Frame:
    name = fresh_id("frame", {frame.id for frame in frames_of(flow)})
    width, height = _FRAME
    return Frame(name, tr("Frame"), snapped(spot.x, grid), snapped(spot.y, grid), width, height)
