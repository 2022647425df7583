"""What part of the drawing is seen, and how large."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from app.canvas.deeds.base import Deed, Effect, Group, Place, Standard

if TYPE_CHECKING:
    from app.canvas.widget import Canvas


def whole(canvas: Canvas) -> None:
    """At its own size."""
    canvas.view.set_zoom(1.0)


def closer(canvas: Canvas) -> None:
    """One step larger."""
    canvas.view.zoom_by(1)


def farther(canvas: Canvas) -> None:
    """One step smaller."""
    canvas.view.zoom_by(-1)


_LOOK, _LOOKS = Group.LOOK, Effect.LOOKS
DEEDS: Final = (
    Deed(
        "fit",
        "Fit",
        _LOOK,
        _LOOKS,
        lambda canvas: canvas.fit(),
        ("Ctrl+0",),
        places=(Place.PAPER,),
        icon="fit",
    ),
    Deed(
        "zoom-selection",
        "Zoom to selection",
        _LOOK,
        _LOOKS,
        lambda canvas: canvas.zoom_to_selection(),
        ("Alt+2",),
        lambda canvas: bool(canvas.selection.parts.nodes),
        (Place.NODE,),
    ),
    # Ctrl 1 and Ctrl 2 are the tabs of the window.
    Deed("zoom-whole", "100 %", _LOOK, _LOOKS, whole, ("Alt+1",), places=(Place.PAPER,)),
    Deed("zoom-in", "Zoom in", _LOOK, _LOOKS, closer, (Standard.ZoomIn, "Ctrl+=")),
    Deed("zoom-out", "Zoom out", _LOOK, _LOOKS, farther, (Standard.ZoomOut,)),
)
