"""Whom the numbers on a node count."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from app.canvas.deeds.base import Deed, Effect, Group, Place

if TYPE_CHECKING:
    from app.canvas.widget import Canvas


def _who(canvas: Canvas) -> None:
    canvas.counted.emit(_node(canvas), "here")


def _failed(canvas: Canvas) -> None:
    canvas.counted.emit(_node(canvas), "failed")


def _node(canvas: Canvas) -> str:
    """The selected node; empty for the whole flow."""
    return canvas.selected[0] if len(canvas.selected) == 1 else ""


def _has_failures(canvas: Canvas) -> bool:
    failed = canvas.document.facts.failed
    return bool(failed.get(_node(canvas), 0) if canvas.selected else failed)


def _at_most_one(canvas: Canvas) -> bool:
    return len(canvas.selected) < 2


DEEDS: Final = (
    Deed(
        "who-is-here",
        "Who is here now",
        Group.LOOK,
        Effect.LOOKS,
        _who,
        ("Ctrl+Shift+P",),
        ready=_at_most_one,
        places=(Place.NODE, Place.PAPER),
        icon="contacts",
    ),
    Deed(
        "what-failed",
        "What could not be sent",
        Group.LOOK,
        Effect.LOOKS,
        _failed,
        ready=_has_failures,
        places=(Place.NODE,),
        icon="blocked",
    ),
)
