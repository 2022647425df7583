"""From the JSON document to the values. Unfinished drawings are fine, misshapen ones are refused."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeVar

from app.flows.upgrade import UPGRADES, Upgrades
from app.model.errors import FlowFileError
from app.model.flow import EMPTY, Edge, Flow, Node, Note

FORMAT: Final = "chainwright.flow"
MOST_NODES: Final = 5_000
MOST_NOTES: Final = 5_000
MOST_EDGES: Final = 100_000
_MOST_NAME: Final = 200
_FARTHEST: Final = 1_000_000

Value = TypeVar("Value")


def flow_of(document: Any, upgrades: Upgrades = UPGRADES) -> Flow:
    """The flow of a parsed document, upgraded to our schema. Raises FlowFileError with what is misshapen."""
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise FlowFileError("This file is not a Chainwright flow. Choose a .flow.json file.")
    top = _Reader(upgrades.run(document), "The flow")
    return Flow(
        name=top.text("name"),
        nodes=_all(top, "nodes", "node", MOST_NODES, _node),
        edges=_all(top, "edges", "edge", MOST_EDGES, _edge),
        notes=_all(top, "notes", "note", MOST_NOTES, _note),
        settings=top.mapping("settings"),
        schema=upgrades.newest,
        extra=top.rest("format", "schema", "name", "settings", "nodes", "edges", "notes"),
    )


class _Reader:
    """One JSON object, and how a sentence names it."""

    def __init__(self, data: Mapping[str, Any], place: str) -> None:
        self._data = data
        self._place = place

    def text(self, key: str) -> str:
        value = self._data.get(key, "")
        if not isinstance(value, str):
            raise self._wrong(key, "a text")
        return value

    def name(self, key: str) -> str:
        value = self.text(key)
        if not value:
            raise FlowFileError(
                f"{self._place} of this file has no “{key}”. Add it, or remove the whole entry."
            )
        if len(value) > _MOST_NAME:
            raise self._wrong(key, f"at most {_MOST_NAME} characters long")
        return value

    def number(self, key: str, default: float = 0) -> float:
        value = self._data.get(key, default)
        if isinstance(value, bool) or not isinstance(value, (int, float)) or abs(value) > _FARTHEST:
            raise self._wrong(key, f"a number of at most {_FARTHEST:,}")
        return value

    def mapping(self, key: str) -> Mapping[str, Any]:
        value = self._data.get(key, EMPTY)
        if not isinstance(value, Mapping):
            raise self._wrong(key, "an object")
        return value

    def items(self, key: str) -> list[Any]:
        value = self._data.get(key, [])
        if not isinstance(value, list):
            raise self._wrong(key, "a list")
        return value

    def rest(self, *known: str) -> Mapping[str, Any]:
        extra = {key: value for key, value in self._data.items() if key not in known}
        return extra or EMPTY

    def _wrong(self, key: str, wanted: str) -> FlowFileError:
        return FlowFileError(f"{self._place} of this file is misshapen: “{key}” is not {wanted}.")


def _all(top: _Reader, key: str, word: str, most: int, read: Callable[[_Reader], Value]) -> tuple[Value, ...]:
    items = top.items(key)
    if len(items) > most:
        raise FlowFileError(
            f"This flow has {len(items):,} {key}, and {most:,} is the most. Part it into several."
        )
    return tuple(read(_entry(item, f"The {word} number {place}")) for place, item in enumerate(items, 1))


def _entry(item: Any, place: str) -> _Reader:
    if not isinstance(item, dict):
        raise FlowFileError(f"{place} of this file is misshapen: it is not an object.")
    return _Reader(item, place)


def _node(data: _Reader) -> Node:
    return Node(
        id=data.name("id"),
        kind=data.name("kind"),
        title=data.text("title"),
        x=data.number("x"),
        y=data.number("y"),
        settings=data.mapping("settings"),
        extra=data.rest("id", "kind", "title", "x", "y", "settings"),
    )


def _edge(data: _Reader) -> Edge:
    return Edge(
        source=data.name("from"),
        outlet=data.name("outlet"),
        target=data.name("to"),
        extra=data.rest("from", "outlet", "to"),
    )


def _note(data: _Reader) -> Note:
    return Note(
        id=data.name("id"),
        text=data.text("text"),
        x=data.number("x"),
        y=data.number("y"),
        width=data.number("width", 160),
        height=data.number("height", 72),
        extra=data.rest("id", "text", "x", "y", "width", "height"),
    )
