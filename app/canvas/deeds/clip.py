"""Parts of a drawing to the clipboard and back, doubled, and away."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QPointF
from PySide6.QtGui import QCursor, QGuiApplication

from app.canvas import clipboard, joining
from app.canvas.adding import gap_for
from app.canvas.commands import FlowCommand, InsertNode, Paste, RemoveParts, removal_words
from app.canvas.deeds.base import Deed, Effect, Group, Place, Standard
from app.canvas.deeds.chaining import offers_chain
from app.canvas.edits import EdgeKey, key_of
from app.canvas.frames import frames_of
from app.canvas.gestures.rules import first_outlet
from app.canvas.glow import glow
from app.canvas.hits import edge_at
from app.canvas.inhabitants import inhabitants
from app.canvas.selection import Parts
from app.canvas.words import tr
from app.model.errors import FlowFileError

if TYPE_CHECKING:
    from app.canvas.widget import Canvas
    from app.model.flow import Flow


def copy(canvas: Canvas) -> None:
    """The selected parts as text."""
    text = clipboard.copied(canvas.document.flow, _whole(canvas))
    if text:
        QGuiApplication.clipboard().setText(text)


def cut(canvas: Canvas) -> None:
    """The selected parts as text, and away."""
    copy(canvas)
    canvas.selection.set(_whole(canvas))
    delete(canvas)


def paste(canvas: Canvas) -> None:
    """What the clipboard holds, at the pointer or in the middle; what is no flow is said."""
    view = canvas.view
    at = view.viewport().mapFromGlobal(QCursor.pos())
    inside = view.viewport().rect().contains(at) and view.underMouse()
    middle = canvas.pointer_place or (view.to_scene(QPointF(at)) if inside else view.seen.center())
    text = QGuiApplication.clipboard().text()
    try:
        parts = clipboard.pasted(canvas.document.flow, text, (middle.x(), middle.y()), canvas.style_.m.grid)
    except FlowFileError:
        if offers_chain(canvas, text):
            return
        canvas.said.emit(tr("The clipboard holds no part of a flow. Copy nodes first"))
        return
    is_pointed = inside or canvas.pointer_place is not None
    if not (is_pointed and _put_between(canvas, parts, middle)):
        _add(canvas, parts)


def _put_between(canvas: Canvas, parts: Flow, at: QPointF) -> bool:
    """One node pasted onto an edge goes between its ends."""
    scene, document = canvas.scene, canvas.document
    edge = edge_at(scene, at, _REACH / scene.look.zoom)
    if len(parts.nodes) != 1 or parts.notes or frames_of(parts) or edge is None:
        return False
    found = gap_for(scene.drawing, edge, parts.nodes[0])
    if found is None:
        return False
    node = replace(parts.nodes[0], x=found.place[0], y=found.place[1])
    document.do(InsertNode(document, edge, node, first_outlet(node), found.moved))
    canvas.selection.set(Parts.of_nodes([node.id]))
    return True


def duplicate(canvas: Canvas) -> None:
    """A copy of the selected parts, a little below and right of them."""
    _add(canvas, clipboard.duplicated(canvas.document.flow, _whole(canvas)))


def delete(canvas: Canvas) -> None:
    """The selected parts away; what stood before the nodes leads to what followed, where that is plain."""
    document, parts = canvas.document, canvas.selection.parts
    flow = document.flow
    gone = (parts.nodes, parts.edges, parts.notes, parts.frames)
    joined = {key_of(edge) for edge in joining.joins(flow, parts.nodes, parts.edges).values()}
    command = FlowCommand(document, removal_words(flow, *gone[:3]), lambda old: joining.without(old, *gone))
    _delete(canvas, command, joined)


def delete_open(canvas: Canvas) -> None:
    """The selected parts away; what stood before the nodes leads nowhere."""
    parts = canvas.selection.parts
    _delete(canvas, RemoveParts(canvas.document, parts.nodes, parts.edges, parts.notes, parts.frames), ())


def _delete(canvas: Canvas, command: FlowCommand, joined: Collection[EdgeKey]) -> None:
    if not canvas.selection.parts:
        return
    here = canvas.document.facts.counts.here
    people = sum(here.get(name, 0) for name in canvas.selection.parts.nodes)
    said = _past(command.text())
    if joined:
        said = tr("{what}, joined its neighbours").format(what=said)
    if people:
        said = tr("{what}. {count} people wait here").format(what=said, count=people)
    canvas.document.do(command)
    glow(canvas.scene, joined)
    canvas.undoable.emit(said)


def _add(canvas: Canvas, parts: Flow) -> None:
    chosen = Parts.of_flow(parts)
    if chosen:
        canvas.document.do(Paste(canvas.document, parts))
        canvas.selection.set(chosen)


def _whole(canvas: Canvas) -> Parts:
    """What is selected, and what lies inside the frames that are."""
    parts = canvas.selection.parts
    return parts | inhabitants(canvas.scene.drawing, parts.frames)


def _past(text: str) -> str:
    """“Deleted Letter 2” of “Delete Letter 2”."""
    return text.replace(tr("Delete"), tr("Deleted"), 1).replace(tr("Disconnect"), tr("Disconnected"), 1)


def _has_text(canvas: Canvas) -> bool:
    parts = canvas.selection.parts
    return bool(parts.nodes or parts.notes or parts.frames)


def _has_parts(canvas: Canvas) -> bool:
    return bool(canvas.selection.parts)


_REACH: Final = 12.0
_PARTS: Final = (Place.NODE, Place.NOTE, Place.FRAME)
_CHANGES, _EDIT = Effect.CHANGES, Group.EDIT
DEEDS: Final = (
    # Shift Delete, which some systems take for Cut, is another deed here.
    Deed("cut", "Cut", _EDIT, _CHANGES, cut, ("Ctrl+X",), _has_text, _PARTS),
    Deed("copy", "Copy as text", _EDIT, Effect.LOOKS, copy, (Standard.Copy,), _has_text, _PARTS, icon="copy"),
    Deed("paste", "Paste", _EDIT, _CHANGES, paste, (Standard.Paste,), places=(Place.PAPER,)),
    Deed("duplicate", "Duplicate", _EDIT, _CHANGES, duplicate, ("Ctrl+D",), _has_text, _PARTS),
    Deed(
        "delete",
        "Delete",
        _EDIT,
        _CHANGES,
        delete,
        (Standard.Delete, "Backspace"),
        _has_parts,
        (Place.NODE, Place.EDGE, Place.NOTE, Place.FRAME),
        icon="trash",
    ),
    Deed(
        "delete-open",
        "Delete and leave open",
        _EDIT,
        _CHANGES,
        delete_open,
        ("Shift+Delete",),
        lambda canvas: bool(canvas.selection.parts.nodes),
        (Place.NODE,),
    ),
)
