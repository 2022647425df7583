"""Deciders of nodes that do something and go on at once: set, record, consent, notify, start."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from app.engine.leaving import Leave
from app.engine.queueing import new_message, put_new
from app.model.journey import ConsentWithdrawn, ContactChange, StartFlow
from app.model.kinds import NEXT
from app.model.people import Consent, Event, consent_name

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from app.engine.plan import PlanNode
    from app.engine.walk import Walk


def _set(walk: Walk, node: PlanNode, _at: datetime) -> Leave:
    change = ContactChange(
        walk.journey.contact_id,
        dict(node.setting("properties") or {}),
        frozenset(node.setting("add_tags") or ()),
        frozenset(node.setting("remove_tags") or ()),
        made_by=walk.journey.id,
    )
    walk.facts.apply(change)
    walk.changes.contacts.append(change)
    return Leave(NEXT.name)


def _record(walk: Walk, node: PlanNode, _at: datetime) -> Leave:
    """The event's source id is this very step: whatever happens, it cannot be there twice."""
    journey, name = walk.journey, str(node.setting("event"))
    walk.changes.intents.append(
        Event(
            name,
            walk.now,
            f"journey:{journey.id}:{journey.step}",
            contact_id=journey.contact_id,
            properties=dict(node.setting("properties") or {}),
            made_by=journey.id,
        )
    )
    return Leave(NEXT.name, {"event": name})


def _consent(walk: Walk, node: PlanNode, _at: datetime) -> Leave:
    journey, given = walk.journey, node.setting("given") == "yes"
    said = Consent(
        str(node.setting("channel")),
        given=given,
        at=walk.now,
        source="flow",
        text=str(node.setting("text") or ""),
        proof={
            "journey": journey.id,
            "step": journey.step,
            "version": journey.version_id,
            "node": journey.node,
        },
        topic=str(node.setting("topic") or ""),
    )
    walk.facts.agree(said)
    walk.changes.consents.append((journey.contact_id, said))
    if not given:
        # What is queued for that channel may not go out any more, whichever flow has queued it.
        walk.changes.intents.append(ConsentWithdrawn(journey.contact_id))
    return Leave(NEXT.name, {"consent": consent_name(said.channel, said.topic), "given": given})


def _notify(walk: Walk, node: PlanNode, at: datetime) -> Leave:
    """The line is a message of its own: the journey does not wait for it, and leaving withdraws nothing."""
    put_new(walk, new_message(walk, node, node, at))
    return Leave(NEXT.name)


def _start(walk: Walk, node: PlanNode, _at: datetime) -> Leave:
    journey, flow = walk.journey, str(node.setting("flow"))
    walk.changes.intents.append(StartFlow(flow, journey.contact_id, journey.entry, journey.id))
    return Leave(NEXT.name, {"flow": flow})


ACTIONS: Final[Mapping[str, Callable[[Walk, PlanNode, datetime], Any]]] = {
    "set": _set,
    "record": _record,
    "consent": _consent,
    "notify": _notify,
    "start": _start,
}
"""By kind."""
