"""What lies fully inside a frame goes where the frame goes."""

from __future__ import annotations

from collections.abc import Collection

from app.canvas.drawing import Drawing
from app.canvas.geometry import Rect
from app.canvas.selection import Parts


def inhabitants(drawing: Drawing, frames: Collection[str]) -> Parts:
    """The nodes (of boxes, all they hide), notes and frames that lie fully inside these frames."""
    areas = [Rect(one.x, one.y, one.width, one.height) for one in drawing.frames if one.id in frames]
    if not areas:
        return Parts()
    return Parts(
        nodes=drawing.shown.widened([name for name in drawing.boxes if _holds(areas, drawing.body(name))]),
        notes=frozenset(
            note.id for note in drawing.notes if _holds(areas, Rect(note.x, note.y, note.width, note.height))
        ),
        frames=frozenset(
            one.id
            for one in drawing.frames
            if one.id not in frames and _holds(areas, Rect(one.x, one.y, one.width, one.height))
        ),
    )


def _holds(areas: Collection[Rect], body: Rect) -> bool:
    return any(area.holds(body) for area in areas)
