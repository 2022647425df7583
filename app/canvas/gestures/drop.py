"""A kind from the palette: dropped on the paper, or onto an edge, which it parts."""

from __future__ import annotations

from PySide6.QtCore import QPointF

from app.canvas.commands import AddNodes, InsertNode
from app.canvas.edits import EdgeKey
from app.canvas.gestures.base import Gesture, Stage
from app.canvas.gestures.guiding import Guiding
from app.canvas.gestures.rules import END, START
from app.canvas.guides import Stand
from app.canvas.hits import edge_at
from app.canvas.items.node import NodeItem
from app.canvas.items.wire import HintItem
from app.canvas.naming import new_node
from app.canvas.nearby import item_for
from app.canvas.placing import Insertion, Point, free_place, insertion, snapped
from app.canvas.selection import Parts
from app.canvas.words import tr
from app.model.flow import Node

MIME = "application/x-chainwright-kind"
_REACH = 20.0


class DropKind(Gesture):
    """A ghost of the new node follows the pointer; an edge under it opens a gap."""

    def __init__(self, stage: Stage, kind: str) -> None:
        super().__init__(stage)
        self._node: Node = new_node(stage.document.flow, kind, 0, 0)
        self._face, self._box = stage.scene.drawing.face_for(self._node)
        self._ghost: NodeItem = item_for("", stage.scene.look, self._face, self._box)
        self._hint = HintItem(stage.scene.look)
        self._insertion: Insertion | None = None
        self._place = (0.0, 0.0)
        self._guiding = Guiding(stage)

    def begin(self, at: QPointF) -> None:
        self._ghost.setOpacity(0.9)
        self._ghost.setZValue(20)
        self.stage.scene.addItem(self._ghost)
        self.stage.scene.addItem(self._hint)
        self._guiding.begin()
        self.move(at)

    def move(self, at: QPointF) -> None:
        scene = self.stage.scene
        self._place = self._snapped(at)
        edge = edge_at(scene, at, _REACH / scene.look.zoom)
        words = self._refusal() if edge else ""
        self._hint.show_words(at, words, bad=bool(words))
        self._aim_at(edge if edge and not words else None)
        self._ghost.place(*(self._insertion.place if self._insertion else self._place))
        self._guiding.show(None if self._insertion else self._stand(self._place))

    def end(self, at: QPointF) -> None:
        self.move(at)
        found = self._insertion
        document, scene = self.stage.document, self.stage.scene
        outlet = self._first_outlet()
        self._clear(put_back=found is None)
        if found is not None and outlet:
            node = self._placed(found.place)
            document.do(InsertNode(document, found.edge, node, outlet, found.moved))
        else:
            node = self._placed(free_place(scene.drawing, self._box, self._place))
            document.do(AddNodes(document, [node]))
        self.stage.selection.set(Parts.of_nodes([node.id]))

    def cancel(self) -> None:
        self._clear(put_back=True)

    @property
    def words(self) -> str:
        """What is said at the pointer now."""
        return self._hint.words

    def _snapped(self, at: QPointF) -> Point:
        """The place on a line with others, else on the grid."""
        m = self.stage.scene.look.style.m
        free = (at.x() - self._box.body.width / 2, at.y() - m.inlet_y)
        across, down = self._guiding.pull(self._stand(free))
        return (
            snapped(free[0], m.grid) if across is None else free[0] + across,
            snapped(free[1], m.grid) if down is None else free[1] + down,
        )

    def _stand(self, place: Point) -> Stand:
        return Stand(self._box.body.moved(*place), place[1] + self.stage.scene.look.style.m.inlet_y)

    def _aim_at(self, edge: EdgeKey | None) -> None:
        """Opens the gap in ``edge``, or closes it."""
        scene = self.stage.scene
        if self._insertion is not None and self._insertion.edge == edge:
            return
        self._close(put_back=True)
        if edge is None:
            return
        self._insertion = insertion(scene.drawing, edge, self._face, self._box, self._place)
        if self._insertion is not None:
            scene.light([edge])
            scene.preview_places(self._insertion.moved)

    def _close(self, *, put_back: bool) -> None:
        scene = self.stage.scene
        if self._insertion is not None:
            scene.light(())
            scene.end_preview(put_back=put_back)
            self._insertion = None

    def _clear(self, *, put_back: bool) -> None:
        self._close(put_back=put_back)
        self._guiding.end()
        self.stage.scene.removeItem(self._ghost)
        self.stage.scene.removeItem(self._hint)

    def _refusal(self) -> str:
        if not self._face.has_inlet:
            return tr(START)
        return "" if self._first_outlet() else tr(END)

    def _first_outlet(self) -> str:
        return self._face.rows[0].outlet if self._face.rows else ""

    def _placed(self, place: tuple[float, float]) -> Node:
        return new_node(self.stage.document.flow, self._node.kind, *place)
