"""From the values to the text: one line for each node, edge and note, as the drawing is read."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, Final

from app.flows._reader import FORMAT
from app.model.flow import Edge, Flow, Node, Note

_END_OF_LIST: Final = "]"


def text_of(flow: Flow) -> str:
    """The canonical text: known keys in their order, then the unknown ones, always ending in a line break."""
    head = ", ".join(
        f'"{key}": {_json(value)}'
        for key, value in (("format", FORMAT), ("schema", flow.schema), ("name", flow.name))
    )
    parts = [
        head,
        f'"settings": {_json(flow.settings)}',
        _list("nodes", map(_node, flow.nodes)),
        _list("edges", map(_edge, flow.edges)),
        _list("notes", map(_note, flow.notes)),
        *(f"{_json(key)}: {_json(value)}" for key, value in flow.extra.items()),
    ]
    return "{" + ",\n ".join(parts) + "}\n"


def _list(key: str, items: Iterable[Mapping[str, Any]]) -> str:
    start = f'"{key}": ['
    return start + (",\n" + " " * (len(start) + 1)).join(map(_json, items)) + _END_OF_LIST


def _node(node: Node) -> Mapping[str, Any]:
    return {
        "id": node.id,
        "kind": node.kind,
        "title": node.title,
        "x": _number(node.x),
        "y": _number(node.y),
        "settings": node.settings,
        **node.extra,
    }


def _edge(edge: Edge) -> Mapping[str, Any]:
    return {"from": edge.source, "outlet": edge.outlet, "to": edge.target, **edge.extra}


def _note(note: Note) -> Mapping[str, Any]:
    return {
        "id": note.id,
        "text": note.text,
        "x": _number(note.x),
        "y": _number(note.y),
        "width": _number(note.width),
        "height": _number(note.height),
        **note.extra,
    }


def _number(value: float) -> float:
    return int(value) if value == int(value) else value


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False, default=_plain)


def _plain(value: object) -> dict[str, Any]:
    if isinstance(value, Mapping):
        return dict(value)
    message = f"a flow cannot hold a {type(value).__name__}"
    raise TypeError(message)
