"""Deciders of branches: which way a journey goes, and what was seen there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from app.engine.chance import arm_of
from app.engine.leaving import Leave
from app.model.conditions import count_of, holds
from app.model.kinds import ELSE
from app.model.people import consent_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from app.engine.facts import Facts
    from app.engine.plan import PlanNode
    from app.engine.walk import Walk


def check(walk: Walk, node: PlanNode, _at: datetime) -> Leave:
    """The first way whose condition holds."""
    seen: dict[str, Any] = {}
    for way in node.ways:
        seen.update(seen_by(walk.facts, way.asks))
        if holds(way.when, walk.facts):
            return Leave(way.name, {"saw": seen})
    return Leave(ELSE.name, {"saw": seen})


def split(walk: Walk, node: PlanNode, _at: datetime) -> Leave:
    """The contact's own way, which chance has chosen once for all."""
    arms, hold_out = node.setting("arms") or (), node.setting("hold_out") or 0
    return Leave(arm_of(walk.plan.flow_id, walk.journey.node, walk.journey.contact_id, arms, hold_out))


def seen_by(facts: Facts, asks: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """The values that the leaves of a condition ask for, for the journal: names as in the condition."""
    seen: dict[str, Any] = {}
    for part in asks:
        if "property" in part:
            seen[f"property {part['property']}"] = facts.contact_property(part["property"])
        elif "entry" in part:
            seen[f"entry {part['entry']}"] = facts.entry_property(part["entry"])
        elif "tag" in part:
            seen[f"tag {part['tag']}"] = facts.has_tag(part["tag"])
        elif "segment" in part:
            seen[f"segment {part['segment']}"] = facts.in_segment(part["segment"])
        elif "consent" in part:
            topic = part.get("topic") or ""
            name = consent_name(part["consent"], topic)
            seen[f"consent {name}"] = facts.contact.said(part["consent"], topic)
        elif "event" in part:
            since = part.get("since", "entry")
            name = f"event {part['event']}" if since == "entry" else f"event {part['event']} {since}"
            seen[name] = count_of(part, facts)
        elif "message" in part:
            seen[f"message {part['message']}"] = _said_of(facts, part["message"])
    return seen


def _said_of(facts: Facts, message: str) -> list[str]:
    reason = facts.failure(message)
    return [*sorted(facts.reactions(message)), *([f"failed: {reason}"] if reason else [])]
