"""Connecting by keys: which outlet first, then where it leads; Enter connects."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QKeyEvent

from app.canvas import walk
from app.canvas.adding import Spot
from app.canvas.drawing import Drawing
from app.canvas.edits import EdgeKey, upstream
from app.canvas.geometry import Rect
from app.canvas.gestures import rules
from app.canvas.gestures.keys import ENTER, KeyMode
from app.canvas.gestures.keys_move import ARROWS
from app.canvas.items.wire import WireItem
from app.canvas.placing import GAP
from app.canvas.walk import Way
from app.canvas.words import node_title, outlet_words, tr

if TYPE_CHECKING:
    from app.canvas.widget import Canvas

_APART = 160.0


class ConnectByKeys(KeyMode):
    """From an outlet of ``source`` to a node. With ``edge``, that one is led elsewhere."""

    def __init__(self, canvas: Canvas, source: str, edge: EdgeKey | None = None) -> None:
        super().__init__(canvas)
        self._name = source
        self._edge = edge
        self._ways = (edge[:2],) if edge else ways_out(canvas.scene.drawing, source)
        self._number = 0
        self._above: dict[str, frozenset[str]] = {}
        self._wire: WireItem | None = None
        self._is_choosing = len(self._ways) > 1
        self._refused = ""
        self.target = ""
        canvas.scene.settle()
        self._show_outlet()
        if not self._is_choosing:
            self._aim()

    @property
    def source(self) -> str:
        """The node that will lead on: inside a box it is not the one that is drawn."""
        return self._ways[self._number][0]

    @property
    def outlet(self) -> str:
        """The outlet that will lead on."""
        return self._ways[self._number][1]

    @property
    def is_choosing(self) -> bool:
        """Whether the outlet is still being chosen."""
        return self._is_choosing

    @property
    def words(self) -> str:
        flow = self.canvas.document.flow
        out = outlet_words(flow.by_id[self.source], self.outlet)
        if self._is_choosing:
            return tr(
                "“{outlet}”: Up, Down or its letter choose the way out, Enter goes on, Esc ends"
            ).format(outlet=out)
        if self._refused:
            return self._refused
        if not self.target:
            return tr("“{outlet}” can lead nowhere yet. Tab adds a node there, Esc ends").format(outlet=out)
        title = node_title(flow.by_id[self.target])
        old = rules.replaced(flow, self.source, self.outlet, self.target)
        if old:
            return tr(
                "“{outlet}” to {title}: Enter replaces, arrows choose, Tab adds a node, Esc ends"
            ).format(outlet=out, title=title)
        return tr("“{outlet}” to {title}: arrows choose, Enter connects, Tab adds a node, Esc ends").format(
            outlet=out, title=title
        )

    def press(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        self._refused = ""
        if key is Qt.Key.Key_Escape:
            self.canvas.keys.leave()
        elif key is Qt.Key.Key_Tab:
            self._add()
        elif self._is_choosing:
            self._choose(key, event.text())
        elif key in ARROWS:
            self._walk(ARROWS[key])
        elif key in ENTER:
            self._connect()
        else:
            self._find(event.text())

    def leave(self) -> None:
        scene = self.canvas.scene
        scene.hover({})
        scene.invite("", None)
        if self._wire is not None:
            scene.removeItem(self._wire)
            self._wire = None
        scene.refresh_facts()
        self.canvas.focus.show_ring()

    # --- which outlet -----------------------------------------------------------------------------------

    def _choose(self, key: Qt.Key, text: str) -> None:
        if key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            step = 1 if key is Qt.Key.Key_Down else -1
            self._number = (self._number + step) % len(self._ways)
        elif key in (*ENTER, Qt.Key.Key_Right):
            self._aim()
        elif text.isdigit() and 0 < int(text) <= len(self._ways):
            self._number = int(text) - 1
            self._aim()
        elif text.strip():
            self._choose_by_letter(text.casefold())
        if self._is_choosing:
            self._show_outlet()

    def _choose_by_letter(self, letter: str) -> None:
        nodes = self.canvas.document.flow.by_id
        found = [
            number
            for number, (name, outlet) in enumerate(self._ways)
            if outlet_words(nodes[name], outlet).casefold().startswith(letter)
        ]
        if not found:
            return
        self._number = next((number for number in found if number > self._number), found[0])
        if len(found) == 1:
            self._aim()

    def _show_outlet(self) -> None:
        row = self.canvas.scene.drawing.row_of(self.source, self.outlet)
        self.canvas.scene.hover({self._name: frozenset({row})})

    # --- to which node ----------------------------------------------------------------------------------

    def _aim(self) -> None:
        """Outlet chosen: invites the nodes to which it may lead, and points at the likeliest."""
        self._is_choosing = False
        self._show_outlet()
        self.canvas.scene.invite(self._name, self._allows)
        self._point_at(
            self.canvas.scene.drawing.shown.box(self._edge[2]) if self._edge else self._likeliest()
        )

    def _allows(self, name: str) -> bool:
        return not self._refusal(name)

    def _refusal(self, name: str) -> str:
        flow, drawing = self.canvas.document.flow, self.canvas.scene.drawing
        above = self._above.get(self.source)
        if above is None:
            above = self._above[self.source] = upstream(flow, self.source)
        return rules.refusal(drawing, flow, self.source, self.outlet, name, above)

    def _likeliest(self) -> str:
        """What nothing leads to yet, to the right and near."""
        drawing = self.canvas.scene.drawing
        here = drawing.body(self._name)
        best: tuple[float, str] | None = None
        for name, area in self._allowed().items():
            away = abs(area.center[0] - here.right) + abs(area.center[1] - here.center[1])
            away += _APART * (bool(walk.edges_into(drawing, name)) + (area.x < here.right))
            if best is None or (away, name) < best:
                best = (away, name)
        return best[1] if best else ""

    def _allowed(self) -> dict[str, Rect]:
        drawing = self.canvas.scene.drawing
        return {name: drawing.body(name) for name in drawing.boxes if self._allows(name)}

    def _walk(self, way: Way) -> None:
        drawing = self.canvas.scene.drawing
        here = drawing.body(self.target or self._name)
        allowed = self._allowed()
        allowed.pop(self.target, None)
        there = walk.nearest(here, allowed, way)
        if there is not None:
            self._point_at(there)
            return
        others = {name: drawing.body(name) for name in drawing.boxes if name not in allowed}
        others.pop(self.target, None)
        others.pop(self._name, None)
        self._refuse(walk.nearest(here, others, way))

    def _find(self, text: str) -> None:
        """A letter: the next node whose title begins with it."""
        letter = text.strip().casefold()
        if not letter:
            return
        flow, drawing = self.canvas.document.flow, self.canvas.scene.drawing
        row = walk.in_reading_order(drawing, drawing.boxes)
        named = [name for name in row if node_title(flow.by_id[name]).casefold().startswith(letter)]
        allowed = [name for name in named if self._allows(name)]
        if allowed:
            after = [
                name for name in allowed if self.target in row and row.index(name) > row.index(self.target)
            ]
            self._point_at((after or allowed)[0])
        else:
            self._refuse(next(iter(named), None))

    def _refuse(self, name: str | None) -> None:
        if name is not None:
            title = node_title(self.canvas.document.flow.by_id[name])
            self._refused = tr("{title}: {why}").format(title=title, why=self._refusal(name))

    def _point_at(self, name: str) -> None:
        self.target = name
        scene = self.canvas.scene
        start = scene.drawing.port(self.source, self.outlet)
        inlet = scene.drawing.inlet(name) if name else None
        if start is None or inlet is None:
            return
        if self._wire is None:
            self._wire = WireItem(scene.look)
            scene.addItem(self._wire)
        self._wire.show_way(QPointF(*start), QPointF(*inlet), bad=False, snapped=True)
        self.canvas.focus.show_aim(name)

    def _connect(self) -> None:
        if not self.target:
            return
        canvas, target = self.canvas, self.target
        canvas.keys.leave()
        rules.connect(canvas.document, canvas.scene.drawing, self.source, self.outlet, target)
        canvas.scene.settle()

    def _add(self) -> None:
        canvas, drawing = self.canvas, self.canvas.scene.drawing
        at = drawing.port(self.source, self.outlet) or drawing.body(self._name).center
        canvas.keys.leave()
        canvas.adder.ask(Spot(at[0] + GAP, at[1], self.source, self.outlet, "", self._edge))


def ways_out(drawing: Drawing, name: str) -> tuple[tuple[str, str], ...]:
    """(node, outlet) of all ways out of a node or box that lead nowhere yet; of all where none is free."""
    rows = drawing.faces[name].rows
    ways = tuple(drawing.outlet_of(name, row.outlet) for row in rows if not row.stale)
    return tuple(way for way in ways if way not in drawing.flow.leading) or ways
