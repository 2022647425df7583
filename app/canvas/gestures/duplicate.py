"""Dragging a copy away: what is grabbed stays, ghosts of it follow the pointer."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPainterPath
from PySide6.QtWidgets import QGraphicsItem, QGraphicsPathItem

from app.canvas.clipboard import portion
from app.canvas.commands import FlowCommand
from app.canvas.edits import joined
from app.canvas.frames import frames_of
from app.canvas.geometry import Rect
from app.canvas.gestures.base import Gesture, Stage
from app.canvas.gestures.guiding import Guiding
from app.canvas.guides import Stand
from app.canvas.hits import Hit
from app.canvas.inhabitants import inhabitants
from app.canvas.items.edge import rounded
from app.canvas.items.node import NodeItem
from app.canvas.items.paper import FrameItem, NoteItem
from app.canvas.look import Level
from app.canvas.naming import adopted
from app.canvas.nearby import item_for
from app.canvas.placing import free_place, snapped
from app.canvas.selection import Parts
from app.canvas.words import node_title, tr
from app.model.flow import Flow

_GHOST = 0.7
_Z = 15.0


class Duplicate(Gesture):
    """Alt at the press: a copy of the selected nodes, notes and frames goes where it is let go."""

    cursor = Qt.CursorShape.DragCopyCursor

    def __init__(self, stage: Stage, grabbed: Hit) -> None:
        super().__init__(stage)
        chosen = stage.selection.parts
        is_among = grabbed.parts & chosen == grabbed.parts
        parts = chosen if is_among else grabbed.parts
        self._parts = parts | inhabitants(stage.scene.drawing, parts.frames)
        self._grabbed = grabbed
        self._start = QPointF()
        self._way = (0.0, 0.0)
        self._ghosts: list[tuple[QGraphicsItem, QPointF]] = []
        self._guiding = Guiding(stage)

    def begin(self, at: QPointF) -> None:
        self._start = at
        self.stage.selection.set(self._parts)
        self._guiding.begin()
        self._make_ghosts()
        self.move(at)

    def move(self, at: QPointF) -> None:
        way, grid = at - self._start, self.stage.scene.look.style.m.grid
        stand = self._stand()
        across, down = self._guiding.pull(stand.moved(way.x(), way.y())) if stand else (None, None)
        self._way = (
            snapped(way.x(), grid) if across is None else way.x() + across,
            snapped(way.y(), grid) if down is None else way.y() + down,
        )
        for ghost, place in self._ghosts:
            there = place + QPointF(*self._way)
            if isinstance(ghost, NodeItem | NoteItem):
                ghost.place(there.x(), there.y())
            else:
                ghost.setPos(there)
        self._guiding.show(stand.moved(*self._way) if stand else None)

    def end(self, at: QPointF) -> None:
        self.move(at)
        self._clear()
        flow = self.stage.document.flow
        copy = self._set_free(adopted(flow, portion(flow, self._parts), *self._way))
        chosen = Parts.of_flow(copy)
        if not chosen or self._way == (0.0, 0.0):
            return
        one = f" {node_title(copy.nodes[0])}" if len(copy.nodes) == 1 else ""
        name = tr("Duplicate{name}").format(name=one)
        self.stage.document.do(FlowCommand(self.stage.document, name, lambda old: joined(old, copy)))
        self.stage.selection.set(chosen)

    def cancel(self) -> None:
        self._clear()

    def _set_free(self, copy: Flow) -> Flow:
        """A single node does not lie on another."""
        if len(copy.nodes) != 1 or copy.notes or frames_of(copy):
            return copy
        node, drawing = copy.nodes[0], self.stage.scene.drawing
        x, y = free_place(drawing, drawing.face_for(node)[1], (node.x, node.y))
        return replace(copy, nodes=(replace(node, x=x, y=y),))

    def _stand(self) -> Stand | None:
        drawing, name = self.stage.scene.drawing, self._grabbed.name
        if name not in drawing.boxes:
            return None
        return Stand(drawing.body(name), drawing.places[name][1] + drawing.m.inlet_y)

    def _make_ghosts(self) -> None:
        """Ghosts of what is near the view; in the overview of each body only."""
        scene, drawing = self.stage.scene, self.stage.scene.drawing
        view = self.stage.view.seen
        names, keys = drawing.near(Rect(view.x(), view.y(), view.width(), view.height()))
        lines = QPainterPath()
        for key in keys:
            if key[0] in self._parts.nodes and key[2] in self._parts.nodes and key in drawing.routes:
                lines.addPath(rounded(drawing.routes[key].points, drawing.m.corner))
        is_overview = scene.look.level is Level.OVERVIEW
        for name in names:
            if name not in self._parts.nodes:
                continue
            if is_overview:
                body = drawing.body(name)
                lines.addRect(body.x, body.y, body.width, body.height)
                continue
            ghost = item_for("", scene.look, drawing.faces[name], drawing.boxes[name])
            ghost.place(*drawing.places[name])
            self._show(ghost, ghost.pos())
        for note in drawing.notes:
            if note.id in self._parts.notes:
                paper = NoteItem(scene.look, note)
                self._show(paper, paper.pos())
        for frame in drawing.frames:
            if frame.id in self._parts.frames:
                rim = FrameItem(scene.look, frame)
                self._show(rim, rim.pos())
        path = QGraphicsPathItem(lines)
        path.setPen(scene.look.style.pen("accent-text", scene.look.style.m.edge, (6.0, 4.0)))
        self._show(path, QPointF())

    def _show(self, ghost: QGraphicsItem, place: QPointF) -> None:
        ghost.setOpacity(_GHOST)
        ghost.setZValue(_Z)
        self.stage.scene.addItem(ghost)
        self._ghosts.append((ghost, place))

    def _clear(self) -> None:
        self._guiding.end()
        for ghost, _ in self._ghosts:
            self.stage.scene.removeItem(ghost)
        self._ghosts = []
