"""What is shown while nodes are pulled out of their ways: the edges that go, and those that join the ends."""

from __future__ import annotations

from collections.abc import Collection

from PySide6.QtCore import QPointF

from app.canvas import joining
from app.canvas.edits import EdgeKey, key_of
from app.canvas.items.wire import WireItem
from app.canvas.scene import CanvasScene


class PullingOut:
    """The preview of ``joining.pulled_out`` for these nodes."""

    def __init__(self, scene: CanvasScene, nodes: Collection[str]) -> None:
        self._scene = scene
        flow = scene.document.flow
        self._crossing = [key_of(edge) for edge in joining.crossing_edges(flow, nodes)]
        self.joined: tuple[EdgeKey, ...] = tuple(map(key_of, joining.joins(flow, nodes).values()))
        self._wires: list[WireItem] = []
        self._is_on = False

    def __bool__(self) -> bool:
        """Whether there is anything to part from."""
        return bool(self._crossing)

    def show(self, *, on: bool) -> None:
        """Shows it, or everything as it is."""
        if on == self._is_on:
            return
        self._is_on = on
        self._scene.fade(self._crossing if on else ())
        for wire in self._wires:
            self._scene.removeItem(wire)
        shown = [self._wire(key) for key in self.joined] if on else []
        self._wires = [wire for wire in shown if wire is not None]

    def _wire(self, key: EdgeKey) -> WireItem | None:
        drawing = self._scene.drawing
        start, end = drawing.port(key[0], key[1]), drawing.inlet(key[2])
        if start is None or end is None:
            return None
        wire = WireItem(self._scene.look)
        wire.show_way(QPointF(*start), QPointF(*end), bad=False, snapped=True)
        self._scene.addItem(wire)
        return wire
