"""Branches into one box, and boxes opened up."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Final

from app.canvas.collapse import LEAST, branch, close, open_up
from app.canvas.commands import FlowCommand
from app.canvas.deeds.base import Deed, Effect, Group, Place
from app.canvas.selection import Parts
from app.canvas.words import tr

if TYPE_CHECKING:
    from app.canvas.widget import Canvas


def collapse_following(canvas: Canvas) -> None:
    """What follows the selected nodes, or the selected edges, as one box."""
    _close(canvas, _following(canvas))


def collapse_selection(canvas: Canvas) -> None:
    """The selected nodes as one box."""
    _close(canvas, canvas.selection.parts.nodes)


def open_boxes(canvas: Canvas) -> None:
    """The selected boxes show again what is inside."""
    chosen = canvas.selection.parts.nodes
    canvas.document.do(FlowCommand(canvas.document, tr("Open up"), lambda flow: open_up(flow, chosen)))


def _close(canvas: Canvas, names: Collection[str]) -> None:
    if len(names) < LEAST:
        return
    words = tr("Collapse {count} nodes").format(count=len(names))
    canvas.document.do(FlowCommand(canvas.document, words, lambda flow: close(flow, names)))
    canvas.selection.set(Parts.of_nodes(names))


def _following(canvas: Canvas) -> frozenset[str]:
    parts, flow, shown = canvas.selection.parts, canvas.document.flow, canvas.scene.drawing.shown
    if parts.nodes:
        return shown.widened(branch(flow, parts.nodes))
    targets = frozenset(key[2] for key in parts.edges if key[2] in flow.by_id)
    return shown.widened(targets | branch(flow, targets)) if targets else frozenset()


def _has_following(canvas: Canvas) -> bool:
    parts, leading = canvas.selection.parts, canvas.scene.drawing.touching
    return bool(parts.edges) or any(leading.get(name) for name in parts.nodes)


def _can_close(canvas: Canvas) -> bool:
    chosen = canvas.selection.parts.nodes
    return len(chosen) >= LEAST and not canvas.papers.box


def _has_boxes(canvas: Canvas) -> bool:
    owner = canvas.scene.drawing.shown.owner
    return bool(owner) and any(name in owner for name in canvas.selection.parts.nodes)


_CHANGES, _PAPER = Effect.CHANGES, Group.PAPER
DEEDS: Final = (
    Deed(
        "collapse-following",
        "Collapse what follows",
        _PAPER,
        _CHANGES,
        collapse_following,
        ("Alt+Shift+G",),
        _has_following,
        (Place.NODE, Place.EDGE),
    ),
    Deed(
        "collapse-selection",
        "Collapse selection",
        _PAPER,
        _CHANGES,
        collapse_selection,
        ("Alt+G",),
        _can_close,
        (Place.NODE,),
    ),
    Deed(
        "open-up",
        "Open up",
        _PAPER,
        _CHANGES,
        open_boxes,
        ("Alt+O",),
        _has_boxes,
        (Place.NODE,),
    ),
)
