"""Who may start a journey: entry events, freshness, quiet time and re-entry (rules 1 to 3)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC
from typing import TYPE_CHECKING, Any

from app.model.conditions import holds
from app.model.flow import EMPTY
from app.model.journey import Arming, FlowState, Journey, JourneyState

if TYPE_CHECKING:
    from datetime import datetime, tzinfo

    from app.engine.facts import Facts
    from app.engine.plan import Plan, PlanNode
    from app.model.journey import LiveFlow
    from app.model.people import Event, StoredEvent


@dataclass(frozen=True, slots=True)
class Entry:
    """An event that would start a journey at ``node``, or the reason it does not."""

    node: PlanNode
    key: str = ""
    refused: str = ""
    """Empty, or ``no-key``, ``not-fresh``, ``paused``."""


def entries_for(plan: Plan, flow: LiveFlow, event: Event, facts: Facts, now: datetime) -> list[Entry]:
    """The entry nodes of a live flow that this event fits; old and imported events fit none (rule 2)."""
    nodes = [node for node in plan.entries.get(event.name, ()) if fits(node, event, facts)]
    if not nodes or event.history or event.at <= flow.published_at:
        return []
    return [_entry(plan, flow, node, event, now) for node in nodes]


def fits(node: PlanNode, event: Event, facts: Facts) -> bool:
    """Whether the event meets the entry's conditions."""
    where = node.setting("where")
    facts.looked_at = event.properties
    return where is None or holds(where, facts)


def key_of(plan: Plan, event: Event | StoredEvent) -> str:
    """The event's value of the property that parts journeys; empty for none."""
    value = event.properties.get(plan.key) if plan.key else None
    return "" if value is None else str(value)


def ended_by(plan: Plan, event: Event | StoredEvent, key: str, facts: Facts) -> str:
    """``goal`` or ``exit`` when the event ends what has this key (rule 9: an event without it ends all)."""
    if key_of(plan, event) not in ("", key):
        return ""
    for ending in plan.endings:
        facts.looked_at = event.properties
        if ending.event == event.name and (ending.where is None or holds(ending.where, facts)):
            return ending.reason
    return ""


def _entry(plan: Plan, flow: LiveFlow, node: PlanNode, event: Event, now: datetime) -> Entry:
    key = key_of(plan, event)
    if plan.key and not key:
        return Entry(node, refused="no-key")
    if plan.fresh.after(event.at, UTC) < now:
        return Entry(node, key, refused="not-fresh")
    if flow.state is not FlowState.LIVE:
        return Entry(node, key, refused="paused")
    return Entry(node, key)


def arming(plan: Plan, entry: Entry, contact_id: int, event: Event, at: datetime, zone: tzinfo) -> Arming:
    """The entry's quiet time, counted from ``at``; this event's properties become the journey's (rule 3)."""
    quiet = entry.node.length
    due_at = quiet.after(at, zone) if quiet else at
    node_id = entry.node.node.id
    return Arming(plan.flow_id, contact_id, entry.key, node_id, due_at, event.properties, cause_of(event))


def cause_of(event: Event) -> str:
    """What starts a journey that this event starts: a flow, where a flow has recorded it (rule 16)."""
    return "event" if event.made_by is None else "flow"


def refusal(plan: Plan, newest: Journey | None, at: datetime, zone: tzinfo, *, sent_any: bool) -> str:
    """Why a contact may not start now; empty when they may (rule 1).

    ``newest`` is the last journey of this flow, contact and key; ``sent_any``: it has sent something.
    """
    if newest is None:
        return ""
    if newest.state not in (JourneyState.DONE, JourneyState.ERASED):
        return "" if plan.reentry == "restart" and not sent_any else "inside"
    if plan.reentry == "restart":
        return "" if not sent_any else "before"
    if plan.reentry_after is None:
        return "before"
    return "" if plan.reentry_after.after(newest.started_at, zone) <= at else "too-soon"


def new_journey(
    journey_id: int,
    plan: Plan,
    node: PlanNode,
    contact_id: int,
    key: str,
    at: datetime,
    entry: Mapping[str, Any] = EMPTY,
    cause: str = "",
) -> Journey:
    """A journey that stands at its entry, started at the moment its rule names."""
    return Journey(
        id=journey_id,
        flow_id=plan.flow_id,
        version_id=plan.version_id,
        contact_id=contact_id,
        key=key,
        state=JourneyState.DUE,
        node=node.node.id,
        step=0,
        started_at=at,
        arrived_at=at,
        entry=entry,
        cause=cause,
    )
