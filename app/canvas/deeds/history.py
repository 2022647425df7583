"""Back and forth through the steps of undo."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from app.canvas.deeds.base import Deed, Effect, Group, Place, Standard
from app.canvas.words import tr

if TYPE_CHECKING:
    from app.canvas.widget import Canvas


def undo(canvas: Canvas) -> None:
    """Takes the last step back."""
    canvas.scene.settle()
    canvas.document.undo_stack.undo()


def redo(canvas: Canvas) -> None:
    """Does the step again that was taken back."""
    canvas.scene.settle()
    canvas.document.undo_stack.redo()


DEEDS: Final = (
    Deed(
        "undo",
        "Undo",
        Group.EDIT,
        Effect.HISTORY,
        undo,
        (Standard.Undo,),
        lambda canvas: canvas.document.undo_stack.canUndo(),
        (Place.PAPER,),
        lambda canvas: tr("Undo {what}").format(what=canvas.document.undo_stack.undoText()).strip(),
        "undo",
    ),
    Deed(
        "redo",
        "Redo",
        Group.EDIT,
        Effect.HISTORY,
        redo,
        (Standard.Redo, "Ctrl+Y"),
        lambda canvas: canvas.document.undo_stack.canRedo(),
        (Place.PAPER,),
        lambda canvas: tr("Redo {what}").format(what=canvas.document.undo_stack.redoText()).strip(),
        "redo",
    ),
)
