"""Pulling a wire: from an outlet, back from an inlet, or an end of an edge elsewhere."""

from __future__ import annotations

from abc import abstractmethod

from PySide6.QtCore import QPointF, Qt

from app.canvas.adding import Spot
from app.canvas.commands import Connect, Reconnect
from app.canvas.edits import EdgeKey, downstream, remove, upstream
from app.canvas.gestures.base import Gesture, Stage
from app.canvas.gestures.rules import END, NOTE, free_outlets, refusal, replaced
from app.canvas.hits import Target, hit
from app.canvas.items.wire import DotItem, HintItem, WireItem
from app.canvas.router import Point
from app.canvas.words import node_title, tr
from app.model.flow import Flow
from app.model.frozen import dataclass

_SNAP = 24.0


@dataclass(frozen=True, slots=True)
class Aim:
    """Where the wire would end: the edge that would be, and where its free end snaps to."""

    edge: EdgeKey | None = None
    at: Point | None = None
    words: str = ""
    bad: bool = False
    empty: bool = False
    """Over the empty paper: letting go asks what shall stand there."""


class Wire(Gesture):
    """What every wire has in common. ``old``: the edge whose end is put elsewhere."""

    cursor = Qt.CursorShape.CrossCursor

    def __init__(self, stage: Stage, fixed: Point, old: EdgeKey | None) -> None:
        super().__init__(stage)
        self._fixed = QPointF(*fixed)
        self._old = old
        self._wire = WireItem(stage.scene.look)
        self._dot = DotItem(stage.scene.look)
        self._hint = HintItem(stage.scene.look)

    @property
    def words(self) -> str:
        """What is said at the pointer now."""
        return self._hint.words

    @property
    def flow(self) -> Flow:
        """The flow that the new edge would come to: without the one that is put elsewhere."""
        flow = self.stage.document.flow
        return remove(flow, edges={self._old}) if self._old else flow

    def begin(self, at: QPointF) -> None:
        scene = self.stage.scene
        for item in (self._wire, self._dot, self._hint):
            scene.addItem(item)
        self.move(at)

    def move(self, at: QPointF) -> None:
        aim = self._aim(at)
        self._fade(aim)
        end = at if aim.at is None else QPointF(*aim.at)
        self._wire.show_way(*self._ends(end), bad=aim.bad, snapped=aim.at is not None)
        self._dot.show_at(end)
        self._dot.setVisible(aim.empty)
        self._hint.show_words(at, aim.words, bad=aim.bad)

    def end(self, at: QPointF) -> None:
        aim, document = self._aim(at), self.stage.document
        self._clear()
        if aim.edge is None:
            if aim.empty:
                self.stage.view.add_wanted.emit(self._spot(at), "")
        elif self._old is None:
            document.do(Connect(document, *aim.edge))
        elif self._old != aim.edge:
            document.do(Reconnect(document, self._old, aim.edge))

    def cancel(self) -> None:
        self._clear()

    def _aim(self, at: QPointF) -> Aim:
        found = hit(self.stage.scene, at)
        if found.target is Target.NOTE:
            return Aim(words=tr(NOTE), bad=True)
        # What the wire may end at lies nearly where a part of the node beside it does: that is meant.
        is_node = found.target is Target.NODE
        aim = None if is_node and not self._is_near_end(found.name, at) else self._aim_near(at)
        if aim is None and found.target in (Target.NODE, Target.PORT, Target.INLET):
            aim = self._aim_on(found.name, at)
        if aim is not None:
            return aim
        away = at - self._fixed
        is_off = max(abs(away.x()), abs(away.y())) > _SNAP / self.stage.scene.look.zoom
        return Aim(empty=is_off, words=self._empty_words() if is_off else "")

    def _fade(self, aim: Aim) -> None:
        """The edge that is put elsewhere, and the one whose place would be taken."""
        gone = {self._old} if self._old else set[EdgeKey]()
        if aim.edge is not None and aim.words:
            source, outlet, _ = aim.edge
            gone.add((source, outlet, self.flow.leading[source, outlet]))
        if gone != self.stage.scene.leaving:
            self.stage.scene.fade(gone)

    def _is_near_end(self, _name: str, _at: QPointF) -> bool:
        return False

    def _empty_words(self) -> str:
        return ""

    @abstractmethod
    def _ends(self, free: QPointF) -> tuple[QPointF, QPointF]:
        """The line's beginning and end, with its free end there."""

    @abstractmethod
    def _aim_near(self, at: QPointF) -> Aim | None:
        """What the wire snaps to."""

    @abstractmethod
    def _aim_on(self, name: str, at: QPointF) -> Aim:
        """What letting go on the body of a node means."""

    @abstractmethod
    def _spot(self, at: QPointF) -> Spot:
        """What is asked for when the wire is let go in the empty."""

    def _clear(self) -> None:
        scene = self.stage.scene
        scene.invite("", None)
        scene.fade(())
        for item in (self._wire, self._dot, self._hint):
            scene.removeItem(item)


class PullWire(Wire):
    """From an outlet to an inlet; what cannot be is red and says why."""

    def __init__(self, stage: Stage, source: str, outlet: str, old: EdgeKey | None = None) -> None:
        super().__init__(stage, stage.scene.drawing.port(source, outlet) or (0.0, 0.0), old)
        self._source, self._outlet = source, outlet
        self._above = upstream(self.flow, source)

    def begin(self, at: QPointF) -> None:
        source = self.stage.scene.drawing.shown.box(self._source)
        self.stage.scene.invite(source, lambda name: not self._refusal(name))
        super().begin(at)

    def _ends(self, free: QPointF) -> tuple[QPointF, QPointF]:
        return self._fixed, free

    def _aim_near(self, at: QPointF) -> Aim | None:
        drawing, reach = self.stage.scene.drawing, _SNAP / self.stage.scene.look.zoom
        best, best_name = reach, ""
        for name, (x, y) in drawing.places.items():
            if abs(x - at.x()) > reach or name == self._source:
                continue
            away = max(abs(x - at.x()), abs(y + drawing.m.inlet_y - at.y()))
            if away <= best and drawing.inlet(name) is not None:
                best, best_name = away, name
        return self._aim_on(best_name, at) if best_name else None

    def _aim_on(self, name: str, at: QPointF) -> Aim:
        if name == self._source and hit(self.stage.scene, at).target is Target.PORT:
            return Aim()
        refused = self._refusal(name)
        if refused:
            return Aim(words=refused, bad=True)
        words = replaced(self.flow, self._source, self._outlet, name)
        return Aim((self._source, self._outlet, name), self.stage.scene.drawing.inlet(name), words)

    def _spot(self, at: QPointF) -> Spot:
        return Spot(at.x(), at.y(), self._source, self._outlet)

    def _empty_words(self) -> str:
        flow = self.flow
        old = flow.leading.get((self._source, self._outlet), "")
        if old not in flow.by_id:
            return ""
        said = tr("It already leads to {title}. What you add takes its place")
        return said.format(title=node_title(flow.by_id[old]))

    def _refusal(self, name: str) -> str:
        drawing = self.stage.scene.drawing
        return refusal(drawing, self.stage.document.flow, self._source, self._outlet, name, self._above)


class PullBack(Wire):
    """From an inlet back to the outlet that shall lead to it."""

    def __init__(self, stage: Stage, target: str, old: EdgeKey | None = None) -> None:
        super().__init__(stage, stage.scene.drawing.inlet(target) or (0.0, 0.0), old)
        self._target = target
        self._below = downstream(self.flow, target)

    def begin(self, at: QPointF) -> None:
        # Inlets do not ask for this wire; nodes from which none may come fade all the same.
        target = self.stage.scene.drawing.shown.box(self._target)
        self.stage.scene.invite(target, lambda name: not self._refusal(name, "any"), back=True)
        super().begin(at)

    def move(self, at: QPointF) -> None:
        super().move(at)
        edge = self._aim(at).edge
        self.stage.scene.hover({edge[0]: frozenset({edge[1]})} if edge else {})

    def _ends(self, free: QPointF) -> tuple[QPointF, QPointF]:
        return free, self._fixed

    def _is_near_end(self, name: str, at: QPointF) -> bool:
        body = self.stage.scene.drawing.body(name)
        return name != self._target and body.right - at.x() <= _SNAP / self.stage.scene.look.zoom

    def _aim_near(self, at: QPointF) -> Aim | None:
        drawing, reach = self.stage.scene.drawing, _SNAP / self.stage.scene.look.zoom
        best: tuple[float, str, str] | None = None
        for name, (x, y) in drawing.places.items():
            if not x <= at.x() + reach or x + drawing.m.width_max < at.x() - reach or name == self._target:
                continue
            for port in drawing.boxes[name].ports:
                away = max(abs(x + port.x - at.x()), abs(y + port.y - at.y()))
                if away <= reach and (best is None or away < best[0]):
                    best = (away, name, port.outlet)
        return self._aim_at(best[1], best[2]) if best else None

    def _aim_on(self, name: str, at: QPointF) -> Aim:
        drawing = self.stage.scene.drawing
        ports = drawing.boxes[name].ports
        if name == self._target and hit(self.stage.scene, at).target is Target.INLET:
            return Aim()
        if not ports:
            return Aim(words=tr(END), bad=True)
        top = drawing.places[name][1]
        free = free_outlets(self.flow, name)
        in_head = at.y() < top + drawing.m.header
        nearest = min(ports, key=lambda port: abs(top + port.y - at.y())).outlet
        return self._aim_at(name, free[0] if in_head and free else nearest)

    def _aim_at(self, name: str, row: str) -> Aim:
        drawing = self.stage.scene.drawing
        refused = self._refusal(name, row)
        if refused:
            return Aim(words=refused, bad=True)
        source, outlet = drawing.outlet_of(name, row)
        words = replaced(self.flow, source, outlet, self._target)
        return Aim((source, outlet, self._target), drawing.port(source, outlet), words)

    def _spot(self, at: QPointF) -> Spot:
        return Spot(at.x(), at.y(), target=self._target, gone=self._old)

    def _refusal(self, name: str, outlet: str) -> str:
        flow, drawing = self.stage.document.flow, self.stage.scene.drawing
        if not drawing.boxes[name].ports:
            return tr(END)
        above = frozenset({self._target}) if name in self._below else frozenset[str]()
        return refusal(drawing, flow, name, outlet, self._target, above)
