"""Which gesture a drag begins. It is loaded with them all when the first one does, or the canvas is whole."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QPointF, Qt

from app.canvas.gestures.band import Band
from app.canvas.gestures.base import Gesture, Stage
from app.canvas.gestures.duplicate import Duplicate
from app.canvas.gestures.lasso import Lasso
from app.canvas.gestures.move import Move
from app.canvas.gestures.paper import Resize, grip_at
from app.canvas.gestures.wire import PullBack, PullWire
from app.canvas.hits import Hit, Target

COPYING: Final = Qt.KeyboardModifier.AltModifier


def gesture_for(stage: Stage, found: Hit, at: QPointF, keys: Qt.KeyboardModifier) -> Gesture:
    """What a drag does that begins ``at`` a place of the scene, where it ``found`` something."""
    drawing, selection = stage.scene.drawing, stage.selection
    if found.target is Target.PORT:
        return PullWire(stage, *drawing.outlet_of(found.name, found.outlet))
    if found.target is Target.INLET:
        return PullBack(stage, found.name)
    if found.target is Target.HANDLE and found.edge is not None:
        source, outlet, target = found.edge
        if found.name == target:
            return PullWire(stage, source, outlet, found.edge)
        return PullBack(stage, target, found.edge)
    if keys & COPYING and found.target in (Target.NODE, Target.NOTE, Target.FRAME):
        return Duplicate(stage, found)
    if (grip := grip_at(stage.scene, at, found)) is not None:
        return Resize(stage, grip)
    if found.target in (Target.NODE, Target.NOTE, Target.FRAME):
        selection.set(selection.parts if found.is_in(selection.parts) else found.parts)
        return Move(stage, found)
    return Lasso(stage) if keys & COPYING else Band(stage)
