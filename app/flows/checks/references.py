"""Conditions that ask about a message: there must be one of this name, on the way to where it is asked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from app.flows.checks.values import is_list
from app.flows.graph import Drawing
from app.flows.words import node_name
from app.model.conditions import faults, parts
from app.model.flow import Node, Problem
from app.model.kinds import FAILED_REASONS, REACTION_NAMES, SettingType, kind_of, ticked
from app.model.rungs import rungs_of

_TYPES = (SettingType.CONDITION, SettingType.WAYS)


def references(drawing: Drawing) -> Iterator[Problem]:
    """``bad-setting`` for every condition on a message that cannot have been sent before it is asked."""
    asked = [(node, setting, part) for node in drawing.flow.nodes for setting, part in _asked(node)]
    before = _Before(drawing, {_owner(drawing, part["message"]) for _, _, part in asked})
    for node, setting, part in asked:
        clause, fix = _fault(drawing, before, node, part)
        if clause:
            message = f"{node_name(node)} asks about {clause}"
            yield Problem("bad-setting", "error", message, fix, (node.id,), setting=setting)


def _asked(node: Node) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Names of settings with each sound condition on a message in them."""
    kind = kind_of(node)
    for setting in kind.settings if kind else ():
        if setting.type in _TYPES:
            for condition in conditions_in(node.settings.get(setting.name)):
                for part in parts(condition):
                    if "message" in part:
                        yield setting.name, part


def conditions_in(value: Any) -> Iterator[Mapping[str, Any]]:
    """The sound conditions of a setting: itself, or those of its ways."""
    found = [way.get("when") for way in value if isinstance(way, Mapping)] if is_list(value) else [value]
    for condition in found:
        if isinstance(condition, Mapping) and not any(faults(condition)):
            yield condition


def _owner(drawing: Drawing, message: str) -> str:
    """The node that is asked about: the ``reach`` itself where one of its rungs is, ``REACH#N``."""
    return message if message in drawing.by_id else message.rpartition("#")[0] or message


def _message(drawing: Drawing, name: str) -> Node | None:
    owner = drawing.by_id.get(_owner(drawing, name))
    if owner is None or owner.id == name:
        return owner
    return next((rung for _, _, rung in rungs_of(owner) if rung.id == name), None)


def _fault(drawing: Drawing, before: _Before, node: Node, part: Mapping[str, Any]) -> tuple[str, str]:
    message, owner = _message(drawing, part["message"]), _owner(drawing, part["message"])
    kind = kind_of(message) if message else None
    if message is None or kind is None or not kind.is_message:
        return (
            f"“{part['message']}”, which is not a message of this flow",
            "Choose one of the messages before it",
        )
    name = node_name(message)
    if not before(owner, node.id):
        return f"{name}, which does not come before it", "Choose one of the messages before it"
    reaction = part.get("reaction")
    if isinstance(reaction, str) and reaction not in {*REACTION_NAMES, *ticked(message)}:
        return f"“{reaction}” of {name}, which cannot happen to it", "Choose another reaction"
    return _unknown_reason(part, name)


def _unknown_reason(part: Mapping[str, Any], name: str) -> tuple[str, str]:
    failed = part.get("failed")
    reasons: list[Any] = [failed] if isinstance(failed, str) else list(failed) if is_list(failed) else []
    wrong = next((reason for reason in reasons if reason not in FAILED_REASONS), None)
    if wrong is None:
        return "", ""
    return f"the reason “{wrong}” of {name}, which there is not", f"Choose from {', '.join(FAILED_REASONS)}"


class _Before:
    """Whether a way leads from one message to another node: one pass over the drawing, a bit per message."""

    def __init__(self, drawing: Drawing, messages: set[str]) -> None:
        self._bit = {node_id: 1 << place for place, node_id in enumerate(sorted(messages))}
        self._seen: dict[str, int] = {}
        self._in_order = set(drawing.order)
        for node_id in drawing.order:
            seen = self._seen.get(node_id, 0)
            passed_on = seen | self._bit.get(node_id, 0)
            for target in drawing.following[node_id]:
                self._seen[target] = self._seen.get(target, 0) | passed_on

    def __call__(self, message: str, node: str) -> bool:
        """True also on and behind a cycle, which is an error of its own."""
        return node not in self._in_order or bool(self._seen.get(node, 0) & self._bit[message])
