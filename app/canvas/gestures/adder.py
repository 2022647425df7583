"""Quick-add on a canvas: opens the list, shows what would come, and adds what was taken."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QPoint, QPointF, QRect, Qt
from shiboken6 import isValid

from app.canvas.adding import Spot, added, choices_at, plan, where_words
from app.canvas.guesses import FRAME, NOTE
from app.canvas.items.node import NodeItem
from app.canvas.items.wire import DotItem, WireItem
from app.canvas.look import Level
from app.canvas.nearby import item_for
from app.canvas.parts.quick_add import WIDTH, QuickAdd
from app.canvas.selection import Parts
from app.canvas.style import Style

if TYPE_CHECKING:
    from app.canvas.widget import Canvas

_EDGE: Final = 8
_BESIDE: Final = 16
_GHOST: Final = 0.55


class Adder(QObject):
    """One for each canvas. Nothing of the document changes before a choice is taken."""

    def __init__(self, canvas: Canvas) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self.card = QuickAdd(canvas.style_, canvas.view.viewport())
        self._spot: Spot | None = None
        self._ghost: NodeItem | None = None
        self._items: list[WireItem | DotItem] = []
        self.card.pointed.connect(self._preview)
        self.card.taken.connect(self._add)
        self.card.left.connect(self.close)

    @property
    def spot(self) -> Spot | None:
        """Where something is being added; None while the list is closed."""
        return self._spot

    def ask(self, spot: Spot, typed: str = "") -> None:
        """Opens the list for this place, with ``typed`` in its field."""
        self.close()
        canvas = self._canvas
        if canvas.document.is_read_only:
            return
        canvas.scene.settle()
        self._spot = spot
        flow, size = canvas.document.flow, canvas.view.viewport().size()
        canvas.document.changed.connect(self.close)
        self.card.ask(where_words(flow, spot), choices_at(flow, spot), typed, size.height() - 2 * _EDGE)
        self._show_place()
        self._preview(self.card.current)
        canvas.show_hint()
        self.card.move(self._corner())

    def close(self) -> None:
        """Takes list and preview away; nothing is added."""
        if self._spot is None:
            return
        self._spot = None
        self._canvas.document.changed.disconnect(self.close)
        self._clear()
        self._canvas.show_hint()
        if self.card.isVisible():
            self.card.hide()
        self._canvas.view.setFocus(Qt.FocusReason.OtherFocusReason)

    def set_style(self, style: Style) -> None:
        """Another theme."""
        self.card.set_style(style)

    def _add(self, name: str) -> None:
        spot, canvas = self._spot, self._canvas
        if spot is None:
            return
        self.close()
        command, made = added(canvas.document, canvas.scene.drawing, spot, name)
        canvas.document.do(command)
        parts = {NOTE: Parts(notes=frozenset({made})), FRAME: Parts(frames=frozenset({made}))}
        canvas.selection.set(parts.get(name, Parts.of_nodes([made])))

    # --- what would come --------------------------------------------------------------------------------

    def _preview(self, name: str) -> None:
        if self._spot is None:
            return
        self._clear()
        canvas, spot = self._canvas, self._spot
        scene, drawing = canvas.scene, canvas.scene.drawing
        if name in ("", NOTE, FRAME) or scene.look.level is Level.OVERVIEW:
            self._show_ends(QPointF(spot.x, spot.y), None)
            return
        planned = plan(drawing, spot, name)
        face, box = drawing.face_for(planned.node)
        self._ghost = item_for("", scene.look, face, box)
        self._ghost.setOpacity(_GHOST)
        self._ghost.setZValue(15)
        self._ghost.place(planned.node.x, planned.node.y)
        scene.addItem(self._ghost)
        scene.preview_places(planned.moved)
        into = QPointF(planned.node.x, planned.node.y + drawing.m.inlet_y)
        out = box.ports[0] if box.ports else None
        self._show_ends(into, QPointF(planned.node.x + out.x, planned.node.y + out.y) if out else None)

    def _show_ends(self, into: QPointF, out: QPointF | None) -> None:
        """The wires to what would come and on from it, or a dot where nothing would."""
        spot, scene = self._spot, self._canvas.scene
        if spot is None:
            return
        flow = self._canvas.document.flow
        start = scene.drawing.port(spot.source, spot.outlet) if spot.source else None
        if start is not None:
            self._wire(QPointF(*start), into)
        end = scene.drawing.inlet(spot.target) if spot.target else None
        if end is not None and (out is not None or not spot.source):
            self._wire(out or into, QPointF(*end))
        if self._ghost is None:
            dot = DotItem(scene.look)
            dot.show_at(into)
            scene.addItem(dot)
            self._items.append(dot)
        old = flow.leading.get((spot.source, spot.outlet), "")
        gone = {spot.gone, (spot.source, spot.outlet, old) if old else None}
        scene.fade([key for key in gone if key is not None])
        self._canvas.view.hand.show_handles()

    def _wire(self, start: QPointF, end: QPointF) -> None:
        wire = WireItem(self._canvas.scene.look)
        wire.show_way(start, end, bad=False, snapped=True)
        self._canvas.scene.addItem(wire)
        self._items.append(wire)

    def _clear(self) -> None:
        scene = self._canvas.scene
        shown = [item for item in (self._ghost, *self._items) if item is not None and isValid(item)]
        for item in shown:
            scene.removeItem(item)
        self._ghost, self._items = None, []
        scene.fade(())
        scene.end_preview(put_back=True)
        self._canvas.view.hand.show_handles()

    # --- where the list stands --------------------------------------------------------------------------

    def _show_place(self) -> None:
        """Brings the place into view, so that keys never add where nothing is seen."""
        if self._spot is None:
            return
        view = self._canvas.view
        at, size = view.to_screen(QPointF(self._spot.x, self._spot.y)), view.viewport().size()
        reach = 200 * view.zoom
        across = min(0.0, size.width() - reach - _EDGE - at.x()) + max(0.0, _EDGE + 40 - at.x())
        down = min(0.0, size.height() - 80 - at.y()) + max(0.0, _EDGE + 40 - at.y())
        if across or down:
            view.pan(across, down)

    def _corner(self) -> QPoint:
        """Beside what would come, never over it where there is room."""
        view, spot = self._canvas.view, self._spot
        size, card = view.viewport().size(), self.card.sizeHint()
        at = QPointF() if spot is None else view.to_screen(QPointF(spot.x, spot.y))
        area = QRect(at.toPoint() - QPoint(_EDGE, _EDGE), QPoint(_EDGE, _EDGE) + at.toPoint())
        if self._ghost is not None:
            shown = self._ghost.sceneBoundingRect()
            corners = view.to_screen(shown.topLeft()), view.to_screen(shown.bottomRight())
            area = area.united(QRect(corners[0].toPoint(), corners[1].toPoint()))
        x = area.right() + _BESIDE
        if x + WIDTH + _EDGE > size.width() and area.left() - _BESIDE - WIDTH >= _EDGE:
            x = area.left() - _BESIDE - WIDTH
        most = QPoint(size.width() - WIDTH - _EDGE, size.height() - card.height() - _EDGE)
        return QPoint(max(_EDGE, min(x, most.x())), max(_EDGE, min(area.top() - _BESIDE, most.y())))
