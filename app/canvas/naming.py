"""New nodes and pasted parts: fresh ids, titles that say which one, settings that are needed."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import replace
from typing import Any, Final

from app.canvas.frames import Frame, frames_of, with_frames
from app.canvas.words import tr
from app.model.flow import Flow, Node, Note
from app.model.kinds import KINDS, Category

_WORDS: Final = {"email": "letter", "entry.event": "start", "entry.manual": "start"}
_UNTITLED: Final = {"delay", "until", "wait", "end"}
_NUMBERED: Final = re.compile(r"^(.*?)[ _-]?(\d+)$")


def new_node(flow: Flow, kind: str, x: float, y: float) -> Node:
    """A node of this kind with id and title that are new in ``flow``, and the table's needed defaults."""
    return Node(
        id=fresh_id(_word(kind), {node.id for node in flow.nodes}),
        kind=kind,
        title=_title(flow, kind),
        x=x,
        y=y,
        settings=_settings(kind),
    )


def new_note(flow: Flow, x: float, y: float, text: str = "") -> Note:
    """An empty note with an id that is new in ``flow``."""
    return Note(fresh_id("note", {note.id for note in flow.notes}), text, x, y)


def fresh_id(wish: str, taken: Collection[str]) -> str:
    """``wish`` with the first free number: ``letter1``, ``letter2`` …; a first start or end has none."""
    match = _NUMBERED.match(wish)
    stem, number = (match[1], int(match[2])) if match and len(match[2]) < 7 else (wish, 1)
    if not match and wish not in taken and wish in ("start", "end", "goal"):
        return wish
    while f"{stem}{number}" in taken:
        number += 1
    return f"{stem}{number}"


def adopted(flow: Flow, parts: Flow, dx: float, dy: float) -> Flow:
    """``parts`` with ids that are new in ``flow``, moved by (dx, dy); edges to nodes outside are dropped."""
    taken = {node.id for node in flow.nodes}
    ids: dict[str, str] = {}
    nodes = []
    for node in parts.nodes:
        if node.id in ids:
            continue
        ids[node.id] = fresh = node.id if node.id not in taken else fresh_id(node.id, taken)
        taken.add(fresh)
        title = free_title(flow, node.title) if node.title else ""
        nodes.append(replace(node, id=fresh, title=title, x=node.x + dx, y=node.y + dy))
    edges = tuple(
        replace(edge, source=ids[edge.source], target=ids[edge.target])
        for edge in parts.edges
        if edge.source in ids and edge.target in ids
    )
    made = replace(parts, nodes=tuple(nodes), edges=edges, notes=_notes(flow, parts.notes, dx, dy))
    frames = _frames(frames_of(flow), frames_of(parts), dx, dy)
    return with_frames(made, frames) if frames else made


def free_title(flow: Flow, wish: str) -> str:
    """``wish``, or with the next number when a node is called so already."""
    taken = {node.title for node in flow.nodes}
    if wish not in taken:
        return wish
    match = _NUMBERED.match(wish)
    stem, number = (match[1], int(match[2])) if match and len(match[2]) < 7 else (wish, 2)
    while (title := f"{stem} {number}") in taken or title == wish:
        number += 1
    return title


def _notes(flow: Flow, notes: Iterable[Note], dx: float, dy: float) -> tuple[Note, ...]:
    taken = {note.id for note in flow.notes}
    adopted_notes = []
    for note in notes:
        fresh = note.id if note.id not in taken else fresh_id(note.id, taken)
        taken.add(fresh)
        adopted_notes.append(replace(note, id=fresh, x=note.x + dx, y=note.y + dy))
    return tuple(adopted_notes)


def _frames(there: Iterable[Frame], frames: Iterable[Frame], dx: float, dy: float) -> list[Frame]:
    taken = {frame.id for frame in there}
    adopted_frames = []
    for frame in frames:
        fresh = frame.id if frame.id not in taken else fresh_id(frame.id, taken)
        taken.add(fresh)
        adopted_frames.append(replace(frame, id=fresh, x=frame.x + dx, y=frame.y + dy))
    return adopted_frames


def _word(kind: str) -> str:
    return _WORDS.get(kind, kind.rpartition(".")[2] or "node")


def _title(flow: Flow, kind: str) -> str:
    if kind in _UNTITLED or kind not in KINDS:
        return ""
    if kind == "email":
        return free_title(flow, tr("Letter") + " 1")
    entry = KINDS[kind]
    return free_title(flow, tr("Start") if entry.category is Category.ENTRY else tr(entry.title))


def _settings(kind: str) -> dict[str, Any]:
    entry = KINDS.get(kind)
    if entry is None:
        return {}
    needed = {one.name: one.default for one in entry.settings if one.required and one.default is not None}
    return {**needed, **_first_settings(kind)}


def _first_settings(kind: str) -> dict[str, Any]:
    """What is there to be changed, where nothing at all would show no way out."""
    if kind == "split":
        return {"arms": [{"name": name, "weight": 50} for name in ("A", "B")]}
    if kind == "reach":
        return {"rungs": [{"kind": name, "settings": {}, "try_for": "P1D"} for name in ("email", "sms")]}
    return {}
