"""What is selected."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from app.canvas.deeds.base import Deed, Effect, Group, Place, Standard
from app.canvas.edits import downstream, key_of
from app.canvas.frames import frames_of
from app.canvas.selection import Parts

if TYPE_CHECKING:
    from app.canvas.widget import Canvas


def select_all(canvas: Canvas) -> None:
    """Everything that is drawn."""
    flow = canvas.document.flow
    canvas.selection.set(
        Parts(
            frozenset(flow.by_id),
            frozenset(map(key_of, flow.edges)),
            frozenset(note.id for note in flow.notes),
            frozenset(frame.id for frame in frames_of(flow)),
        )
    )


def select_following(canvas: Canvas) -> None:
    """The selected nodes and all that can be reached from them."""
    flow = canvas.document.flow
    reached = [downstream(flow, name) for name in canvas.selected]
    canvas.selection.set(canvas.selection.parts | Parts.of_nodes(frozenset().union(*reached)))


DEEDS: Final = (
    Deed(
        "select-all",
        "Select all",
        Group.SELECT,
        Effect.LOOKS,
        select_all,
        (Standard.SelectAll,),
        places=(Place.PAPER,),
    ),
    Deed(
        "select-following",
        "Select what follows",
        Group.SELECT,
        Effect.LOOKS,
        select_following,
        ("Shift+F",),
        lambda canvas: bool(canvas.selection.parts.nodes),
        (Place.NODE,),
    ),
)
