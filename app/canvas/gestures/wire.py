"""Pulling a wire from an outlet to a node."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, Qt

from app.canvas.commands import Connect
from app.canvas.edits import upstream
from app.canvas.gestures.base import Gesture, Stage
from app.canvas.gestures.rules import NOTE, refusal, replaced
from app.canvas.hits import Hit, Target, hit
from app.canvas.items.wire import HintItem, WireItem
from app.canvas.words import tr

_SNAP = 24.0


@dataclass(frozen=True, slots=True)
class Aim:
    """Where the wire would end: ``target`` is a node's id when it may end there."""

    target: str = ""
    words: str = ""
    bad: bool = False


class PullWire(Gesture):
    """From a port to an inlet; what cannot be is red and says why."""

    cursor = Qt.CursorShape.CrossCursor

    def __init__(self, stage: Stage, port: Hit) -> None:
        super().__init__(stage)
        self._source, self._outlet = port.name, port.outlet
        self._circle: frozenset[str] = frozenset()
        self._wire = WireItem(stage.scene.look)
        self._hint = HintItem(stage.scene.look)

    def begin(self, at: QPointF) -> None:
        scene = self.stage.scene
        self._circle = upstream(self.stage.document.flow, self._source)
        scene.invite(self._source, lambda name: not self._refusal(name))
        scene.addItem(self._wire)
        scene.addItem(self._hint)
        self.move(at)

    def move(self, at: QPointF) -> None:
        scene = self.stage.scene
        aim = self._aim(at)
        start = scene.drawing.port(self._source, self._outlet)
        inlet = scene.drawing.inlet(aim.target) if aim.target else None
        end = QPointF(*inlet) if inlet is not None else at
        if start is not None:
            self._wire.show_way(QPointF(*start), end, bad=aim.bad, snapped=inlet is not None)
        self._hint.show_words(at, aim.words, bad=aim.bad)

    def end(self, at: QPointF) -> None:
        aim = self._aim(at)
        self._clear()
        if aim.target:
            self.stage.document.do(Connect(self.stage.document, self._source, self._outlet, aim.target))

    def cancel(self) -> None:
        self._clear()

    @property
    def words(self) -> str:
        """What is said at the pointer now."""
        return self._hint.words

    def _aim(self, at: QPointF) -> Aim:
        found = hit(self.stage.scene, at)
        if found.target is Target.NOTE:
            return Aim(words=tr(NOTE), bad=True)
        # A port of the node before lies nearly where an inlet does: the inlet is meant.
        name = found.name if found.target is Target.NODE else self._nearest(at) or found.name
        if name not in self.stage.document.flow.by_id or (
            name == self._source and found.target is Target.PORT
        ):
            return Aim()
        refused = self._refusal(name)
        if refused:
            return Aim(words=refused, bad=True)
        return Aim(name, replaced(self.stage.document.flow, self._source, self._outlet, name))

    def _nearest(self, at: QPointF) -> str:
        """The node whose inlet is nearest, within the snap distance on screen."""
        reach = _SNAP / self.stage.scene.look.zoom
        best, best_name = reach, ""
        for name in self.stage.scene.drawing.boxes:
            inlet = self.stage.scene.drawing.inlet(name)
            if inlet is not None and name != self._source:
                away = max(abs(inlet[0] - at.x()), abs(inlet[1] - at.y()))
                if away <= best:
                    best, best_name = away, name
        return best_name

    def _refusal(self, name: str) -> str:
        flow, drawing = self.stage.document.flow, self.stage.scene.drawing
        return refusal(drawing, flow, self._source, self._outlet, name, self._circle)

    def _clear(self) -> None:
        scene = self.stage.scene
        scene.invite("", None)
        scene.removeItem(self._wire)
        scene.removeItem(self._hint)
