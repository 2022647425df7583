"""What is added, joined and parted by a command."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from app.canvas import joining
from app.canvas.adding import spot_behind
from app.canvas.commands import Disconnect, FlowCommand
from app.canvas.deeds.base import Deed, Effect, Group, Place
from app.canvas.edits import key_of
from app.canvas.glow import glow
from app.canvas.words import node_title, tr

if TYPE_CHECKING:
    from app.canvas.widget import Canvas


def add_node(canvas: Canvas) -> None:
    """Opens the list: behind the focused or selected node, on the selected edge, or at the pointer."""
    node, drawing = canvas.focus.node, canvas.scene.drawing
    is_meant = canvas.focus.is_shown and node in drawing.boxes
    canvas.adder.ask(spot_behind(drawing, node) if is_meant else canvas.view.spot())


def join_neighbours(canvas: Canvas) -> None:
    """The selected nodes stay, but what stands before them leads to what follows them."""
    flow = canvas.document.flow
    nodes = canvas.selection.parts.nodes
    names = ", ".join(node_title(flow.by_id[name]) for name in canvas.selected)
    words = tr("Take {name} out").format(name=names if len(nodes) < 3 else tr("nodes"))
    joined = joining.joins(flow, nodes).values()
    canvas.document.do(FlowCommand(canvas.document, words, lambda old: joining.pulled_out(old, nodes)))
    glow(canvas.scene, map(key_of, joined))


def disconnect(canvas: Canvas) -> None:
    """The selected edges go, and all edges of the selected nodes."""
    parts, drawing = canvas.selection.parts, canvas.scene.drawing
    there = drawing.flow_edges()
    keys = {key for name in parts.nodes for key in drawing.touching.get(name, ()) if key in there}
    canvas.document.do(Disconnect(canvas.document, keys | (parts.edges & there)))


def _has_neighbours(canvas: Canvas) -> bool:
    flow = canvas.document.flow
    return bool(joining.joins(flow, canvas.selection.parts.nodes))


def _has_edges(canvas: Canvas) -> bool:
    parts = canvas.selection.parts
    touching = canvas.scene.drawing.touching
    return bool(parts.edges or any(touching.get(name) for name in parts.nodes))


_ADD: Final = Group.ADD
_CHANGES: Final = Effect.CHANGES
DEEDS: Final = (
    # It opens a list; what is taken from the list is the step of undo.
    Deed(
        "add-node",
        "Add a node…",
        _ADD,
        Effect.LOOKS,
        add_node,
        ("Tab",),
        places=(Place.NODE, Place.EDGE, Place.PAPER),
        icon="plus",
    ),
    Deed(
        "join-neighbours",
        "Take out and join neighbours",
        _ADD,
        _CHANGES,
        join_neighbours,
        ("Alt+J",),
        _has_neighbours,
        (Place.NODE,),
    ),
    Deed(
        "disconnect",
        "Disconnect",
        _ADD,
        _CHANGES,
        disconnect,
        ("Alt+X",),
        _has_edges,
        (Place.NODE, Place.EDGE),
    ),
)
