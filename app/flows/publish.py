"""What a version is known by: the hash of all of it, and that of its shape (DESIGN.md 5b, rule 14)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any, Final

from app.flows.checks.values import is_list, is_missing
from app.flows.codec import write_flow
from app.model.flow import Edge, Flow, Node
from app.model.kinds import KINDS, Kind, SettingType, kind_of

_WORDS: Final = frozenset(
    {SettingType.LINE, SettingType.TEXT, SettingType.LIQUID_LINE, SettingType.LIQUID_TEXT, SettingType.URL}
)
_DECIDING: Final = frozenset({"topic"})
"""Words that decide who gets it."""


def content_hash(flow: Flow) -> str:
    """SHA-256 of the canonical text, in hexadecimal: any difference at all makes another one."""
    return hashlib.sha256(write_flow(flow).encode()).hexdigest()


def shape_hash(flow: Flow) -> str:
    """SHA-256 of what decides where people go and when.

    Left out are name, titles, texts, links, notes, places on the canvas, the order of edges, and settings
    that say no more than their default. Whether a link is there at all counts: without one a popup's button
    sends its form.
    """
    shape = {
        "settings": {name: value for name, value in flow.settings.items() if not is_missing(value)},
        "nodes": [_node(node) for node in flow.nodes],
        "edges": sorted(map(_edge, flow.edges)),
        "extra": flow.extra,
    }
    return hashlib.sha256(_text(shape).encode()).hexdigest()


def texts_only(old: Flow, new: Flow) -> bool:
    """Whether journeys may go on in ``new`` at once: nothing but its texts, links or looks differs."""
    return shape_hash(old) == shape_hash(new)


def _node(node: Node) -> dict[str, Any]:
    shape = _settings(kind_of(node), node.settings)
    return {"id": node.id, "kind": node.kind, "settings": shape, "extra": node.extra}


def _settings(kind: Kind | None, settings: Mapping[str, Any]) -> dict[str, Any]:
    shape: dict[str, Any] = {}
    for name, value in settings.items():
        setting = kind.setting(name) if kind else None
        if is_missing(value) or (setting and _text(value) == _text(setting.default)):
            continue
        if setting is not None and setting.type is SettingType.RUNGS and is_list(value):
            shape[name] = [_rung(rung) for rung in value]
        elif setting is None or setting.type not in _WORDS or name in _DECIDING:
            shape[name] = value
        elif setting.type is SettingType.URL:
            shape[name] = True
    return shape


def _rung(rung: Any) -> Any:
    """What a rung says are texts as well; that it is tried, by which way and for how long, is shape."""
    own = rung.get("settings") if isinstance(rung, Mapping) else None
    if not isinstance(own, Mapping):
        return rung
    return {**rung, "settings": _settings(KINDS.get(str(rung.get("kind"))), own)}


def _edge(edge: Edge) -> str:
    return _text([edge.source, edge.outlet, edge.target])


def _text(value: Any) -> str:
    return json.dumps(value, sort_keys=True, default=dict)
