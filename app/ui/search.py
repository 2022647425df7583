"""Searching a flow: titles, texts and settings of nodes, notes and frames. Pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from app.canvas.frames import frames_of
from app.canvas.hits import Hit, Target
from app.canvas.words import node_title
from app.model.flow import Flow, Node
from app.model.kinds import kind_of
from app.ui.words import said, tr

_BEFORE: Final = 18
_LONGEST: Final = 64
_DEEPEST: Final = 6


@dataclass(frozen=True, slots=True)
class Text:
    """One text of a part: what it is called there, and what it says."""

    where: str
    text: str


@dataclass(frozen=True, slots=True)
class Found:
    """A part in which something was found. ``text`` is where; its ``where`` is empty for the title."""

    part: Hit
    words: str
    text: Text


def folded(text: str) -> str:
    """As texts are compared: without capitals and accents."""
    parts = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in parts if not unicodedata.combining(letter))


def search(flow: Flow, sought: str) -> list[Found]:
    """The parts that say ``sought``, each once, in the flow's order: nodes, notes, frames."""
    wanted = folded(sought.strip())
    if not wanted:
        return []
    hits = ((part, words, text) for part, words, texts in parts_of(flow) for text in texts)
    found: dict[Hit, Found] = {}
    for part, words, text in hits:
        if part not in found and wanted in folded(text.text):
            found[part] = Found(part, words, Text(text.where, excerpt(text.text, sought)))
    return list(found.values())


def parts_of(flow: Flow) -> Iterator[tuple[Hit, str, tuple[Text, ...]]]:
    """Every part with its words and all its texts."""
    for node in flow.nodes:
        yield Hit(Target.NODE, node.id), node_title(node), tuple(_texts(node))
    for note in flow.notes:
        yield Hit(Target.NOTE, note.id), tr("Note"), (Text("", note.text),)
    for frame in frames_of(flow):
        yield Hit(Target.FRAME, frame.id), frame.title, (Text("", frame.title),)


def excerpt(text: str, sought: str) -> str:
    """One short line around what was found."""
    line = " ".join(text.split())
    at = folded(line).find(folded(sought.strip()))
    start = max(0, at - _BEFORE)
    cut = line[start : start + _LONGEST].strip()
    return ("…" if start else "") + cut + ("…" if start + _LONGEST < len(line) else "")


def _texts(node: Node) -> Iterator[Text]:
    kind = kind_of(node)
    yield Text("", node_title(node))
    if kind is not None:
        yield Text(tr("Kind"), said(kind.title))
    for name, value in node.settings.items():
        setting = kind.setting(name) if kind else None
        label = said(setting.label) if setting else name
        for text in _strings(value):
            yield Text(label, text)


def _strings(value: Any, depth: int = 0) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif depth < _DEEPEST and isinstance(value, Mapping):
        for inner in value.values():
            yield from _strings(inner, depth + 1)
    elif depth < _DEEPEST and isinstance(value, (list, tuple)):
        for inner in value:
            yield from _strings(inner, depth + 1)
