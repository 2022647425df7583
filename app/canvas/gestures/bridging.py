"""The two edges that a node would have between the ends of another: shown while it hangs over that edge."""

from __future__ import annotations

from PySide6.QtCore import QPointF

from app.canvas.edits import EdgeKey
from app.canvas.geometry import Box
from app.canvas.items.wire import WireItem
from app.canvas.placing import Point
from app.canvas.scene import CanvasScene


class Bridging:
    """Shows them instead of the edge that would go."""

    def __init__(self, scene: CanvasScene) -> None:
        self._scene = scene
        self._wires: list[WireItem] = []

    def show(self, edge: EdgeKey, box: Box, place: Point) -> None:
        """The node would stand there; everything else stands where it is shown now."""
        self.hide()
        scene, drawing = self._scene, self._scene.drawing
        start, end = drawing.port(edge[0], edge[1]), drawing.inlet(edge[2])
        if start is None or end is None or box.inlet is None or not box.ports:
            return
        scene.fade([edge])
        into = place[0] + box.inlet[0], place[1] + box.inlet[1]
        out = place[0] + box.ports[0].x, place[1] + box.ports[0].y
        for one, other in ((start, into), (out, end)):
            wire = WireItem(scene.look)
            wire.show_way(QPointF(*one), QPointF(*other), bad=False, snapped=True)
            scene.addItem(wire)
            self._wires.append(wire)

    def hide(self) -> None:
        """Shows the edge again."""
        if self._wires:
            self._scene.fade(())
        for wire in self._wires:
            self._scene.removeItem(wire)
        self._wires = []
