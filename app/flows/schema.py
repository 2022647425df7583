"""The JSON schema of flow files, made from the node table; what ``chainwright schema`` prints."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from app.flows._reader import FORMAT, MOST_EDGES, MOST_NODES, MOST_NOTES
from app.model.conditions import OPERATORS
from app.model.flow import MOST_INSIDE, SCHEMA
from app.model.kinds import KINDS, Kind, Setting, SettingType
from app.model.rungs import MOST_RUNGS, RUNG_KINDS, rung_settings

_Json = dict[str, Any]
_NAME: Final[_Json] = {"type": "string", "minLength": 1, "maxLength": 200}
_NUMBER: Final[_Json] = {"type": "number", "minimum": -1_000_000, "maximum": 1_000_000}
_CONDITION: Final[_Json] = {"$ref": "#/$defs/condition"}
_DURATION: Final = (
    r"^(P(?=[0-9T])([0-9]{1,3}Y)?([0-9]{1,4}M)?([0-9]{1,4}W)?([0-9]{1,5}D)?"
    r"(T(?=[0-9])([0-9]{1,6}H)?([0-9]{1,7}M)?([0-9]{1,8}S)?)?)?$"
)
_HEADS: Final = ("property", "entry", "field", "tag", "segment", "consent", "topic", "event", "message")


def json_schema() -> _Json:
    """The schema (draft 2020-12) of what can be opened, also unfinished and with unknown kinds."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Chainwright flow",
        "type": "object",
        "required": ["format", "schema"],
        "properties": {
            "format": {"const": FORMAT},
            "schema": {"type": "integer", "minimum": 1, "maximum": SCHEMA},
            "name": {"type": "string"},
            "settings": _flow_settings(),
            "nodes": {"type": "array", "maxItems": MOST_NODES, "items": {"$ref": "#/$defs/node"}},
            "edges": {"type": "array", "maxItems": MOST_EDGES, "items": {"$ref": "#/$defs/edge"}},
            "notes": {"type": "array", "maxItems": MOST_NOTES, "items": {"$ref": "#/$defs/note"}},
        },
        "$defs": {
            "node": _node(),
            "edge": _edge(),
            "note": _note(),
            "condition": _condition(),
            "rung": _rung(),
        },
    }


def _node() -> _Json:
    return {
        "type": "object",
        "required": ["id", "kind"],
        "properties": {
            "id": _NAME,
            "kind": {**_NAME, "examples": list(KINDS)},
            "title": {"type": "string"},
            "x": _NUMBER,
            "y": _NUMBER,
            "settings": {"type": "object"},
        },
        "allOf": [_for_kind(kind, kind.settings) for kind in KINDS.values() if kind.settings],
    }


def _rung() -> _Json:
    """What a ``reach`` tries at one time: the content of a message of that kind."""
    return {
        "type": "object",
        "properties": {
            "kind": {"type": "string", "examples": list(RUNG_KINDS)},
            "settings": {"type": "object"},
            "try_for": {"type": ["string", "null"], "pattern": _DURATION},
        },
        "allOf": [_for_kind(KINDS[name], rung_settings(KINDS[name])) for name in RUNG_KINDS],
    }


def _for_kind(kind: Kind, settings: Sequence[Setting]) -> _Json:
    properties = {setting.name: _setting(setting) for setting in settings}
    return {
        "if": {"properties": {"kind": {"const": kind.name}}},
        "then": {"properties": {"settings": {"description": kind.help, "properties": properties}}},
    }


def _setting(setting: Setting) -> _Json:
    """What may stand there; a setting left empty is an unfinished one."""
    known = {"title": setting.label, "description": setting.help, "default": setting.default}
    words = {key: word for key, word in known.items() if word not in ("", None)}
    return words | {"anyOf": [_TYPES[setting.type](setting), {"enum": [None, "", [], {}]}]}


def _text(setting: Setting) -> _Json:
    return {"type": "string", "maxLength": setting.max_length}


def _number(setting: Setting) -> _Json:
    limits = {"minimum": setting.minimum, "maximum": setting.maximum}
    return {"type": "number"} | {key: limit for key, limit in limits.items() if limit is not None}


def _choice(setting: Setting) -> _Json:
    return {"enum": [stored for stored, _ in setting.choices]}


def _choices(setting: Setting) -> _Json:
    return {"type": "array", "items": _choice(setting)}


def _ways(_setting: Setting) -> _Json:
    way = {"type": "object", "properties": {"name": {"type": "string"}, "when": _CONDITION}}
    return {"type": "array", "maxItems": 200, "items": way}


def _arms(_setting: Setting) -> _Json:
    weight = {"type": "number", "minimum": 0, "maximum": 1_000_000}
    arm = {"type": "object", "properties": {"name": {"type": "string"}, "weight": weight}}
    return {"type": "array", "maxItems": 200, "items": arm}


def _rungs(_setting: Setting) -> _Json:
    return {"type": "array", "maxItems": MOST_RUNGS, "items": {"$ref": "#/$defs/rung"}}


def _always(schema: _Json) -> Callable[[Setting], _Json]:
    return lambda _setting: schema


_EVENT: Final[_Json] = {"type": "string", "maxLength": 100}
_EVENTS: Final[_Json] = {"type": "array", "maxItems": 200, "items": _EVENT}
_PROPERTIES: Final[_Json] = {
    "type": "object",
    "additionalProperties": {"type": ["string", "number", "boolean", "null"]},
}
_TYPES: Final[Mapping[SettingType, Callable[[Setting], _Json]]] = {
    SettingType.LINE: _text,
    SettingType.TEXT: _text,
    SettingType.LIQUID_LINE: _text,
    SettingType.LIQUID_TEXT: _text,
    SettingType.NUMBER: _number,
    SettingType.FLAG: _always({"type": "boolean"}),
    SettingType.CHOICE: _choice,
    SettingType.CHOICES: _choices,
    SettingType.DURATION: _always({"type": "string", "pattern": _DURATION}),
    SettingType.TIME: _always({"type": "string", "pattern": "^([01][0-9]|2[0-3]):[0-5][0-9]$"}),
    SettingType.MOMENT: _always({"type": "string"}),
    SettingType.EVENT: _always(_EVENT),
    SettingType.EVENTS: _always(_EVENTS),
    SettingType.REACTIONS: _always(_EVENTS),
    SettingType.CONDITION: _always(_CONDITION),
    SettingType.WAYS: _ways,
    SettingType.PROPERTY: _always(_EVENT),
    SettingType.PROPERTIES: _always(_PROPERTIES),
    SettingType.TAGS: _always(_EVENTS),
    SettingType.URL: _text,
    SettingType.LINES: _always(_EVENTS),
    SettingType.SEGMENT: _always(_EVENT),
    SettingType.FLOW: _always(_EVENT),
    SettingType.ARMS: _arms,
    SettingType.RUNGS: _rungs,
    SettingType.REPEAT: _always({"type": "string", "maxLength": 200}),
}


def _edge() -> _Json:
    return {
        "type": "object",
        "required": ["from", "outlet", "to"],
        "properties": {"from": _NAME, "outlet": _NAME, "to": _NAME},
    }


def _note() -> _Json:
    places = dict.fromkeys(("x", "y", "width", "height"), _NUMBER)
    return {
        "type": "object",
        "required": ["id"],
        "properties": {"id": _NAME, "text": {"type": "string"}, **places},
    }


def _condition() -> _Json:
    group = {"type": "array", "items": _CONDITION}
    return {
        "type": "object",
        "description": "One of all, any, not, or one question with its comparison.",
        "properties": {
            "all": group,
            "any": group,
            "not": _CONDITION,
            **{head: {"type": "string"} for head in _HEADS},
            **{operator: {} for operator in OPERATORS},
            "since": {"anyOf": [{"enum": ["entry", "ever"]}, {"type": "string", "pattern": _DURATION}]},
            "times": {"type": "integer", "minimum": 1, "maximum": 1_000},
            "where": {"anyOf": [_CONDITION, {"type": "null"}]},
            "reaction": {"type": "string"},
            "failed": {"anyOf": [{"const": True}, {"type": "string"}, _EVENTS]},
        },
    }


def _flow_settings() -> _Json:
    duration = {"type": "string", "pattern": _DURATION}
    where = {"anyOf": [_CONDITION, {"type": "null"}]}
    after = {"type": "object", "required": ["after"], "properties": {"after": duration}}
    goal = {"type": "object", "properties": {"events": _EVENTS, "where": where}}
    exit_ = {"type": "object", "properties": {"event": _EVENT, "where": where}}
    empty: _Json = {"enum": [None, "", [], {}]}
    return {
        "type": "object",
        "properties": {
            "key": {"type": ["string", "null"], "maxLength": 100},
            "reentry": {"anyOf": [{"enum": ["never", "restart"]}, after, empty]},
            "goal": {"anyOf": [goal, empty]},
            "exits": {"anyOf": [{"type": "array", "items": exit_}, empty]},
            "fresh": {"anyOf": [duration, empty]},
            "inside": {"anyOf": [{"type": "integer", "minimum": 1, "maximum": MOST_INSIDE}, empty]},
        },
    }
