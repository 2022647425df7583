"""What would come, before it is there: half transparent nodes with their edges."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtWidgets import QGraphicsItem
from shiboken6 import isValid

from app.canvas.chaining import Draft
from app.canvas.drawing import Drawing
from app.canvas.faces import Tone
from app.canvas.items.edge import EdgeItem
from app.canvas.nearby import item_for
from app.canvas.scene import CanvasScene
from app.model.flow import Edge, Flow

_SHARE = 0.55
_Z = 15.0


class Ghosts:
    """The ghosts of one draft on one scene; nothing of the document changes."""

    def __init__(self, scene: CanvasScene) -> None:
        self._scene = scene
        self._items: list[QGraphicsItem] = []
        self.draft: Draft | None = None

    @property
    def area(self) -> QRectF:
        """The rectangle around all ghosts, in scene units; empty without any."""
        found = QRectF()
        for item in self._items:
            found = found.united(item.sceneBoundingRect())
        return found

    def show(self, draft: Draft) -> None:
        """Shows what this draft adds, and what would make room for it."""
        if draft == self.draft:
            return
        self.clear()
        self.draft = draft
        scene = self._scene
        part = _portion(draft)
        drawing = Drawing(part, scene.drawing.m, scene.look.style.measure)
        for key in draft.edges:
            if (route := drawing.routes.get(key)) is not None:
                edge = EdgeItem(key, scene.look, failed=drawing.tone(key) is Tone.FAILED)
                edge.show_route(route)
                self._add(edge)
        for name in draft.nodes:
            node = item_for("", scene.look, drawing.faces[name], drawing.boxes[name])
            node.place(*drawing.places[name])
            self._add(node)
        if draft.moved:
            scene.preview_places(draft.moved)

    def make_room_no_longer(self) -> None:
        """Puts back what makes room, so that another draft can be made from the drawing as it is."""
        if self.draft is not None and self.draft.moved:
            self.clear()

    def clear(self) -> None:
        """Takes all ghosts away."""
        had_moved = self.draft is not None and bool(self.draft.moved)
        for item in self._items:
            if isValid(item):
                self._scene.removeItem(item)
        self._items, self.draft = [], None
        if had_moved:
            self._scene.end_preview(put_back=True)

    def _add(self, item: QGraphicsItem) -> None:
        item.setOpacity(_SHARE)
        item.setZValue(_Z + (0 if isinstance(item, EdgeItem) else 1))
        self._scene.addItem(item)
        self._items.append(item)


def _portion(draft: Draft) -> Flow:
    """The new nodes with the one they hang on, and the new edges."""
    names = {*draft.nodes, draft.source}
    return Flow(
        "",
        tuple(node for node in draft.flow.nodes if node.id in names),
        tuple(Edge(*key) for key in draft.edges),
    )
