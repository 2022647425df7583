"""Moving what is selected: on the grid, on lines with others, onto an edge, or out of its ways."""

from __future__ import annotations

from PySide6.QtCore import QPointF, Qt

from app.canvas import edits, joining
from app.canvas.commands import FlowCommand
from app.canvas.commands import Move as MoveCommand
from app.canvas.geometry import Rect
from app.canvas.gestures.base import Gesture, Stage
from app.canvas.gestures.bridging import Bridging
from app.canvas.gestures.guiding import Guiding
from app.canvas.gestures.pulling_out import PullingOut
from app.canvas.gestures.rules import first_outlet
from app.canvas.glow import glow
from app.canvas.guides import Stand
from app.canvas.hits import Hit, Target, distance, edge_at
from app.canvas.inhabitants import inhabitants
from app.canvas.placing import Insertion, Point, bodies_overlap, free_way, insertion, snapped, straight_pull
from app.canvas.words import node_title, tr
from app.model.flow import Flow

_REACH = 20.0


class Move(Gesture):
    """Drags nodes, notes and frames; a frame takes along what lies fully inside it.

    A single node that hangs on nothing opens a gap in an edge below it. With Shift, nodes leave their ways,
    and their neighbours are joined.
    """

    cursor = Qt.CursorShape.ClosedHandCursor

    def __init__(self, stage: Stage, grabbed: Hit) -> None:
        super().__init__(stage)
        self._grabbed = grabbed
        self._start = QPointF()
        self._way = (0.0, 0.0)
        parts = stage.selection.parts
        self._parts = parts | inhabitants(stage.scene.drawing, parts.frames)
        self._stand = self._standing()
        self._guiding = Guiding(stage, self._parts.nodes)
        self._out = PullingOut(stage.scene, self._parts.nodes)
        self._lone = self._found_lone()
        self._insertion: Insertion | None = None
        self._bridging = Bridging(stage.scene)
        self._rest: tuple[Point, ...] = ()
        """The way of the edge that would be parted, before anything moved."""

    def begin(self, at: QPointF) -> None:
        self._start = at
        self.stage.scene.lift(self._parts.nodes)
        self._guiding.begin()
        self.move(at)

    def move(self, at: QPointF) -> None:
        self._way = self._snapped(at - self._start)
        self._aim(at)
        self._show()

    def end(self, at: QPointF) -> None:
        self.move(at)
        scene, nodes = self.stage.scene, self._parts.nodes
        if self._insertion is None and bodies_overlap(scene.drawing, nodes):
            dx, dy = free_way(scene.drawing, nodes)
            self._way = (self._way[0] + dx, self._way[1] + dy)
            self._show()
        is_out = self._is_out
        self._clear()
        stays = self._way == (0.0, 0.0) and self._insertion is None
        scene.end_preview(put_back=stays)
        if not stays:
            self.stage.document.do(self._command(is_out=is_out))
            if is_out:
                glow(scene, self._out.joined)

    def cancel(self) -> None:
        self._clear()
        self.stage.scene.preview_papers(self._parts, 0, 0)
        self.stage.scene.end_preview(put_back=True)

    @property
    def _is_out(self) -> bool:
        return bool(self.keys & Qt.KeyboardModifier.ShiftModifier) and bool(self._out)

    def _command(self, *, is_out: bool) -> FlowCommand:
        document, parts, found = self.stage.document, self._parts, self._insertion
        if found is not None:
            title = node_title(document.flow.by_id[self._lone])
            return FlowCommand(document, tr("Insert {name}").format(name=title), self._inserted)
        if not is_out:
            return MoveCommand(document, self._way, parts.nodes, parts.notes, parts.frames)
        one = document.flow.by_id.get(self._grabbed.name)
        words = tr("Pull out {name}").format(name=node_title(one)) if one else tr("Pull out")
        dx, dy = self._way
        return FlowCommand(
            document,
            words,
            lambda flow: edits.move(
                joining.pulled_out(flow, parts.nodes),
                dx,
                dy,
                nodes=parts.nodes,
                notes=parts.notes,
                frames=parts.frames,
            ),
        )

    def _inserted(self, flow: Flow) -> Flow:
        found = self._insertion
        if found is None:
            return flow
        placed = edits.place(flow, {**found.moved, self._lone: found.place})
        return joining.inserted(placed, found.edge, self._lone, first_outlet(flow.by_id[self._lone]))

    # --- what is shown ----------------------------------------------------------------------------------

    def _show(self) -> None:
        dx, dy = self._way
        scene, flow, found = self.stage.scene, self.stage.document.flow, self._insertion
        nodes = [flow.by_id[name] for name in self._parts.nodes]
        places = {node.id: (node.x + dx, node.y + dy) for node in nodes}
        if found is not None:
            places |= {**found.moved, self._lone: found.place}
        scene.preview_places(places)
        scene.preview_papers(self._parts, dx, dy)
        if found is not None:
            self._bridging.show(found.edge, scene.drawing.boxes[self._lone], found.place)
        self._guiding.show(None if found is not None or self._stand is None else self._stand.moved(dx, dy))
        self._out.show(on=self._is_out)

    def _aim(self, at: QPointF) -> None:
        """Opens the gap in the edge below a lone node, or closes it."""
        if not self._lone:
            return
        scene = self.stage.scene
        edge = self._edge_below(at)
        if edge == (self._insertion and self._insertion.edge):
            return
        self._insertion = None
        self._bridging.hide()
        if edge is not None:
            # The gap that was open before is closed first: places are asked for as they are.
            node = self.stage.document.flow.by_id[self._lone]
            place = (node.x + self._way[0], node.y + self._way[1])
            scene.preview_places({self._lone: place})
            face, box = scene.drawing.faces[self._lone], scene.drawing.boxes[self._lone]
            self._insertion = insertion(scene.drawing, edge, face, box, place)

    def _edge_below(self, at: QPointF) -> edits.EdgeKey | None:
        scene, reach = self.stage.scene, _REACH / self.stage.scene.look.zoom
        places = [at]
        if self._stand is not None:
            stand = self._stand.moved(*self._way)
            places.append(QPointF(stand.body.center[0], stand.line))
        # The edge goes round the node that hangs over it: what counts is where it was before.
        if self._insertion and any(distance(self._rest, one.x(), one.y()) <= reach for one in places):
            return self._insertion.edge
        found = next((key for one in places if (key := edge_at(scene, one, reach)) is not None), None)
        self._rest = scene.drawing.routes[found].points if found is not None else ()
        return found

    def _clear(self) -> None:
        self._guiding.end()
        self._out.show(on=False)
        self._bridging.hide()
        self.stage.scene.lift(())

    # --- where it stands --------------------------------------------------------------------------------

    def _snapped(self, way: QPointF) -> tuple[float, float]:
        """The way that puts the grabbed part on a line with its neighbours, else on the grid."""
        stand, grid = self._stand, self.stage.scene.look.style.m.grid
        if stand is None:
            return snapped(way.x(), grid), snapped(way.y(), grid)
        across, down = self._guiding.pull(stand.moved(way.x(), way.y()))
        x, y = self._origin()
        straight = self._straight(way)
        to_grid = snapped(x + way.x(), grid) - x, snapped(y + way.y(), grid) - y
        return (
            to_grid[0] if across is None else way.x() + across,
            way.y() + straight if straight is not None else to_grid[1] if down is None else way.y() + down,
        )

    def _straight(self, way: QPointF) -> float | None:
        if self._grabbed.target is not Target.NODE or self._is_out:
            return None
        x, y = self._origin()
        place = (x + way.x(), y + way.y())
        return straight_pull(self.stage.scene.drawing, self._grabbed.name, place, self._parts.nodes)

    def _origin(self) -> tuple[float, float]:
        flow = self.stage.document.flow
        if self._grabbed.target is Target.NODE:
            return flow.by_id[self._grabbed.name].x, flow.by_id[self._grabbed.name].y
        note = next((note for note in flow.notes if note.id == self._grabbed.name), None)
        return (note.x, note.y) if note else (0.0, 0.0)

    def _standing(self) -> Stand | None:
        """What is put on lines: the grabbed node or note; a frame keeps to the grid."""
        drawing, name = self.stage.scene.drawing, self._grabbed.name
        if self._grabbed.target is Target.NODE and name in drawing.boxes:
            return Stand(drawing.body(name), drawing.places[name][1] + drawing.m.inlet_y)
        note = next((note for note in drawing.notes if note.id == name), None)
        if self._grabbed.target is not Target.NOTE or note is None:
            return None
        body = Rect(note.x, note.y, note.width, note.height)
        return Stand(body, body.center[1])

    def _found_lone(self) -> str:
        """The only node that is moved, if an edge could be led through it and none is yet."""
        parts, drawing = self._parts, self.stage.scene.drawing
        if len(parts.nodes) != 1 or parts.notes or parts.frames:
            return ""
        name = next(iter(parts.nodes))
        face = drawing.faces.get(name)
        if face is None or not face.has_inlet or not face.rows or drawing.touching.get(name):
            return ""
        return "" if name in drawing.shown.inside else name
