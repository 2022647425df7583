"""Notes, frames and colours."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices

from app.canvas import edits
from app.canvas.colors import HUES, colored
from app.canvas.commands import FlowCommand
from app.canvas.deeds.base import Deed, Effect, Group, Place
from app.canvas.frames import Frame, frames_of
from app.canvas.geometry import Rect
from app.canvas.gestures.paper import DrawFrame, fresh_frame_id
from app.canvas.inhabitants import inhabitants
from app.canvas.items.notepad import height_of
from app.canvas.items.paper import NOTE_LEAST, NOTE_PAD
from app.canvas.naming import new_note
from app.canvas.notetext import links_of
from app.canvas.placing import snapped
from app.canvas.selection import Parts
from app.canvas.words import tr

if TYPE_CHECKING:
    from app.canvas.widget import Canvas
    from app.model.flow import Flow, Note

_PAD: Final = 24.0
_HEAD: Final = 40.0
_BESIDE: Final = 16.0
_FARTHEST: Final = 40


def frame(canvas: Canvas) -> None:
    """A frame around what is selected; with nothing selected the next drag draws one."""
    area = _around(canvas, canvas.selection.parts)
    if area is None:
        canvas.view.hand.take_up(DrawFrame)
        return
    flow, grid = canvas.document.flow, canvas.style_.m.grid
    made = Frame(fresh_frame_id(frames_of(flow)), "", *_padded(area, grid))
    canvas.document.do(FlowCommand(canvas.document, tr("Frame"), lambda old: edits.framed(old, made)))
    canvas.selection.set(Parts(frames=frozenset({made.id})))
    canvas.papers.title(made.id)


def note(canvas: Canvas) -> None:
    """A note to write in: below the selected node, else at the pointer or in the middle."""
    x, y = _place_for_note(canvas)
    canvas.papers.editor.ask(new_note(canvas.document.flow, x, y))


def fit(canvas: Canvas) -> None:
    """Notes as high as their text, frames around what lies inside."""
    parts, drawing, grid = canvas.selection.parts, canvas.scene.drawing, canvas.style_.m.grid
    heights = {one.id: _height(canvas, one) for one in drawing.notes if one.id in parts.notes}
    notes = [
        replace(one, height=heights[one.id])
        for one in drawing.notes
        if one.id in heights and one.height != heights[one.id]
    ]
    frames = []
    for one in drawing.frames:
        area = _around(canvas, inhabitants(drawing, {one.id})) if one.id in parts.frames else None
        if area is not None:
            x, y, width, height = _padded(area, grid)
            frames.append(replace(one, x=x, y=y, width=width, height=height))

    def fitted(flow: Flow) -> Flow:
        for made in notes:
            flow = edits.put_note(flow, made)
        for one in frames:
            flow = edits.framed(flow, one)
        return flow

    canvas.document.do(FlowCommand(canvas.document, tr("Fit to what is inside"), fitted))


def delete_all(canvas: Canvas) -> None:
    """The selected frames and what lies inside them."""
    parts = canvas.selection.parts
    parts = parts | inhabitants(canvas.scene.drawing, parts.frames)
    gone = (parts.nodes, parts.edges, parts.notes, parts.frames)
    words = tr("Delete a frame with what is inside")
    canvas.document.do(FlowCommand(canvas.document, words, lambda flow: edits.remove(flow, *gone)))


def color(canvas: Canvas, hue: str) -> None:
    """The selected nodes, notes and frames in this hue; an empty one takes the colour away."""
    parts = canvas.selection.parts
    words = tr("Colour") if hue else tr("No colour")
    canvas.document.do(
        FlowCommand(
            canvas.document, words, lambda flow: colored(flow, hue, parts.nodes, parts.notes, parts.frames)
        )
    )


def open_link(canvas: Canvas) -> None:
    """The first link of the selected note, in the browser."""
    for link in _links(canvas)[:1]:
        QDesktopServices.openUrl(QUrl(link))


def _links(canvas: Canvas) -> tuple[str, ...]:
    chosen = canvas.selection.parts.notes
    return tuple(
        link for one in canvas.document.flow.notes if one.id in chosen for link in links_of(one.text)
    )


def _around(canvas: Canvas, parts: Parts) -> Rect | None:
    """The rectangle around what is drawn of these parts."""
    drawing = canvas.scene.drawing
    areas = [drawing.body(name) for name in parts.nodes if name in drawing.boxes]
    areas += [Rect(one.x, one.y, one.width, one.height) for one in drawing.notes if one.id in parts.notes]
    areas += [Rect(one.x, one.y, one.width, one.height) for one in drawing.frames if one.id in parts.frames]
    if not areas:
        return None
    left, top = min(area.x for area in areas), min(area.y for area in areas)
    right, bottom = max(area.right for area in areas), max(area.bottom for area in areas)
    return Rect(left, top, right - left, bottom - top)


def _padded(area: Rect, grid: float) -> tuple[float, float, float, float]:
    """Left, top, width and height of a frame around ``area``, on the grid, with room for its title."""
    left, top = (area.x - _PAD) // grid * grid, (area.y - _HEAD) // grid * grid
    right, bottom = -(-(area.right + _PAD) // grid) * grid, -(-(area.bottom + _PAD) // grid) * grid
    return left, top, right - left, bottom - top


def _height(canvas: Canvas, one: Note) -> float:
    grid, width = canvas.style_.m.grid, max(one.width, NOTE_LEAST[0]) - 2 * NOTE_PAD[0]
    high = height_of(canvas.scene.look, one.text, width) + 2 * NOTE_PAD[1]
    return max(NOTE_LEAST[1], -(-high // grid) * grid)


def _place_for_note(canvas: Canvas) -> tuple[float, float]:
    """Where it covers nothing, else where it was wished."""
    x, y = _wish_for_note(canvas)
    grid, drawing = canvas.style_.m.grid, canvas.scene.drawing
    taken = [drawing.body(name) for name in drawing.boxes]
    taken += [Rect(one.x, one.y, one.width, one.height) for one in drawing.notes]
    for step in range(_FARTHEST):
        area = Rect(x, y + step * grid, *NOTE_LEAST)
        if not any(area.touches(other) for other in taken):
            return area.x, area.y
    return x, y


def _wish_for_note(canvas: Canvas) -> tuple[float, float]:
    grid = canvas.style_.m.grid
    drawing, chosen = canvas.scene.drawing, canvas.selection.parts.nodes
    shown = [name for name in chosen if name in drawing.boxes]
    if len(shown) != 1:
        spot = canvas.view.spot()
        return snapped(spot.x, grid), snapped(spot.y, grid)
    body = drawing.body(shown[0])
    return snapped(body.x, grid), -(-(body.bottom + _BESIDE) // grid) * grid


def _has_papers(canvas: Canvas) -> bool:
    return bool(canvas.selection.parts.notes or canvas.selection.parts.frames)


def _has_frames(canvas: Canvas) -> bool:
    return bool(canvas.selection.parts.frames)


def _can_color(canvas: Canvas) -> bool:
    parts = canvas.selection.parts
    return bool(parts.nodes or parts.notes or parts.frames)


_COLORED: Final = (Place.NODE, Place.NOTE, Place.FRAME)
_WORDS: Final = {
    "rose": "Rose",
    "orange": "Orange",
    "yellow": "Yellow",
    "green": "Green",
    "teal": "Teal",
    "blue": "Blue",
    "violet": "Violet",
    "grey": "Grey",
    "": "No colour",
}
_CHANGES, _PAPER = Effect.CHANGES, Group.PAPER
DEEDS: Final = (
    Deed(
        "note",
        "Note",
        _PAPER,
        _CHANGES,
        note,
        ("Ctrl+Shift+N",),
        places=(Place.NODE, Place.PAPER),
        icon="note",
    ),
    Deed(
        "frame",
        "Frame",
        _PAPER,
        _CHANGES,
        frame,
        ("Ctrl+G",),
        places=(Place.NODE, Place.PAPER),
        icon="frame",
    ),
    Deed(
        "write",
        "Write in it",
        _PAPER,
        _CHANGES,
        lambda canvas: canvas.papers.write(),
        ready=lambda canvas: canvas.papers.can_open(canvas.selection.parts),
        places=(Place.NOTE, Place.FRAME),
        icon="edit",
    ),
    Deed(
        "fit-paper",
        "Fit to what is inside",
        _PAPER,
        _CHANGES,
        fit,
        ready=_has_papers,
        places=(Place.NOTE, Place.FRAME),
    ),
    Deed(
        "open-link",
        "Open the link",
        _PAPER,
        Effect.LOOKS,
        open_link,
        ready=lambda canvas: bool(_links(canvas)),
        places=(Place.NOTE,),
        icon="link",
    ),
    Deed(
        "delete-all",
        "Delete with what is inside",
        _PAPER,
        _CHANGES,
        delete_all,
        ready=_has_frames,
        places=(Place.FRAME,),
        icon="trash",
    ),
    *(
        Deed(
            f"color-{hue or 'none'}",
            _WORDS[hue],
            _PAPER,
            _CHANGES,
            partial(color, hue=hue),
            ready=_can_color,
            places=_COLORED,
            menu="Colour",
            swatch=hue,
        )
        for hue in (*HUES, "")
    ),
)
