"""Moving what is selected, on the grid, with the pull that makes edges straight."""

from __future__ import annotations

from PySide6.QtCore import QPointF, Qt

from app.canvas.commands import Move as MoveCommand
from app.canvas.gestures.base import Gesture, Stage
from app.canvas.hits import Hit, Target
from app.canvas.inhabitants import inhabitants
from app.canvas.placing import bodies_overlap, free_way, snapped, straight_pull
from app.canvas.selection import Parts


class Move(Gesture):
    """Drags nodes, notes and frames; a frame takes along what lies fully inside it."""

    cursor = Qt.CursorShape.ClosedHandCursor

    def __init__(self, stage: Stage, grabbed: Hit) -> None:
        super().__init__(stage)
        self._grabbed = grabbed
        self._start = QPointF()
        self._parts = Parts()
        self._way = (0.0, 0.0)

    def begin(self, at: QPointF) -> None:
        self._start = at
        self._parts = self._with_inhabitants(self.stage.selection.parts)
        self.stage.scene.lift(self._parts.nodes)
        self.move(at)

    def move(self, at: QPointF) -> None:
        self._way = self._snapped(at - self._start)
        self._show()

    def end(self, at: QPointF) -> None:
        self.move(at)
        scene, parts = self.stage.scene, self._parts
        if bodies_overlap(scene.drawing, parts.nodes):
            dx, dy = free_way(scene.drawing, parts.nodes)
            self._way = (self._way[0] + dx, self._way[1] + dy)
            self._show()
        self.stage.scene.lift(())
        if self._way == (0.0, 0.0):
            scene.end_preview(put_back=True)
            return
        scene.end_preview(put_back=False)
        self.stage.document.do(
            MoveCommand(self.stage.document, self._way, parts.nodes, parts.notes, parts.frames)
        )

    def cancel(self) -> None:
        self.stage.scene.lift(())
        self.stage.scene.preview_papers(self._parts, 0, 0)
        self.stage.scene.end_preview(put_back=True)

    def _show(self) -> None:
        dx, dy = self._way
        flow = self.stage.document.flow
        nodes = [flow.by_id[name] for name in self._parts.nodes]
        self.stage.scene.preview_places({node.id: (node.x + dx, node.y + dy) for node in nodes})
        self.stage.scene.preview_papers(self._parts, dx, dy)

    def _snapped(self, way: QPointF) -> tuple[float, float]:
        """The way that puts the grabbed part on the grid, and then on a line with its neighbours."""
        scene = self.stage.scene
        grid = scene.look.style.m.grid
        if self._grabbed.target is not Target.NODE:
            return snapped(way.x(), grid), snapped(way.y(), grid)
        node = self.stage.document.flow.by_id[self._grabbed.name]
        place = (snapped(node.x + way.x(), grid), snapped(node.y + way.y(), grid))
        free = (node.x + way.x(), node.y + way.y())
        pull = straight_pull(scene.drawing, node.id, free, self._parts.nodes)
        down = free[1] + pull - node.y if pull else place[1] - node.y
        return place[0] - node.x, down

    def _with_inhabitants(self, parts: Parts) -> Parts:
        return parts | inhabitants(self.stage.scene.drawing, parts.frames)
