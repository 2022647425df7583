"""Connecting and renaming by keys."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from app.canvas.deeds.base import Deed, Effect, Group, Place
from app.canvas.gestures import rules
from app.canvas.gestures.keys_connect import ConnectByKeys, ways_out
from app.canvas.words import tr

if TYPE_CHECKING:
    from app.canvas.widget import Canvas


def connect(canvas: Canvas) -> None:
    """Arrows choose where an outlet of the focused node leads, Enter connects."""
    name = canvas.focus.node
    if ways_out(canvas.scene.drawing, name):
        canvas.keys.begin(ConnectByKeys(canvas, name))
    else:
        canvas.said.emit(tr(rules.END))


def lead_elsewhere(canvas: Canvas) -> None:
    """Arrows choose where the focused edge leads, Enter connects."""
    edge = canvas.focus.part.edge
    if edge is not None:
        canvas.keys.begin(ConnectByKeys(canvas, canvas.scene.drawing.shown.box(edge[0]), edge))


def rename(canvas: Canvas) -> None:
    """The title of the focused node becomes a field over it; of a note, its text."""
    if canvas.papers.can_open(canvas.selection.parts):
        canvas.papers.write()
    else:
        canvas.renamer.ask(canvas.focus.node)


def _on_node(canvas: Canvas) -> bool:
    return bool(canvas.focus.node and canvas.focus.live.name)


def _has_words(canvas: Canvas) -> bool:
    return _on_node(canvas) or canvas.papers.can_open(canvas.selection.parts)


DEEDS: Final = (
    Deed(
        "rename",
        "Rename",
        Group.EDIT,
        Effect.CHANGES,
        rename,
        ("F2",),
        _has_words,
        (Place.NODE,),
        icon="edit",
        on_paper=True,
    ),
    Deed(
        "connect",
        "Connect to…",
        Group.ADD,
        Effect.CHANGES,
        connect,
        ("C",),
        _on_node,
        (Place.NODE,),
        icon="link",
        on_paper=True,
    ),
    Deed(
        "lead-elsewhere",
        "Lead elsewhere…",
        Group.ADD,
        Effect.CHANGES,
        lead_elsewhere,
        ("Return", "Enter"),
        lambda canvas: canvas.focus.live.edge is not None,
        (Place.EDGE,),
        on_paper=True,
    ),
)
