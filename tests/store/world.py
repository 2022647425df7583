"""A small world for tests of the store: a flow, people, journeys and messages with sensible values."""

from __future__ import annotations

import hashlib
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

from app.model.journey import (
    Changes,
    FlowState,
    Journey,
    JourneyState,
    LiveFlow,
    Message,
    MessageState,
    Version,
)
from app.model.people import Address, Event
from app.store.database import SqlStore
from app.store.memory import MemoryStore

AnyStore = MemoryStore | SqlStore

NOON = datetime(2026, 11, 2, 12, 0, 0, 123456, tzinfo=UTC)


def later(**amount: float) -> datetime:
    """So long after noon."""
    return NOON + timedelta(**amount)


def publish(store: AnyStore, name: str = "Basket", document: str = '{"nodes":[]}') -> LiveFlow:
    """A live flow."""
    digest = hashlib.sha256((name + document).encode()).hexdigest()
    if isinstance(store, SqlStore):
        return store.flows.publish(name, document, hash_=digest, shape_hash=digest, now=NOON).flow
    with store.transaction() as transaction:
        number = len(transaction.live_flows()) + 1
    return store.publish(name, Version(number, number, 1, digest, document), NOON)


def set_state(store: AnyStore, flow: LiveFlow, state: FlowState) -> None:
    """Pauses, stops or resumes it."""
    if isinstance(store, SqlStore):
        store.flows.set_state(flow.name, state, now=NOON)
    else:
        store.set_state(flow.id, state)


def add_contact(store: AnyStore, contact_id: int, *addresses: Address) -> None:
    """A contact in a transaction of its own."""
    with store.transaction() as transaction:
        transaction.add_contact(contact_id, addresses, NOON)


def write(store: AnyStore, **changes: Any) -> list[int]:
    """Writes these changes in a transaction of their own."""
    if "counts" in changes:
        changes["counts"] = Counter(changes["counts"])
    with store.transaction() as transaction:
        return list(transaction.write(Changes(**changes)))


def a_journey(flow: LiveFlow, id_: int, contact_id: int = 1, **values: Any) -> Journey:
    """A journey that is due at noon."""
    facts: dict[str, Any] = {
        "key": "",
        "state": JourneyState.DUE,
        "node": "start",
        "step": 1,
        "started_at": NOON,
        "arrived_at": NOON,
        "due_at": NOON,
    }
    return Journey(id_, flow.id, flow.version_id, contact_id, **(facts | values))


def a_message(journey: Journey, id_: int, **values: Any) -> Message:
    """An e-mail of this journey's step, queued at noon."""
    facts: dict[str, Any] = {
        "step": journey.step,
        "node": journey.node,
        "channel": "email",
        "purpose": "marketing",
        "state": MessageState.QUEUED,
        "due_at": NOON,
        "created_at": NOON,
    }
    facts |= {"flow_id": journey.flow_id, "version_id": journey.version_id, "contact_id": journey.contact_id}
    return Message(id_, journey.id, **(facts | values))


def an_event(name: str, source_id: str, at: datetime = NOON, **values: Any) -> Event:
    """Something that happened."""
    return Event(name, at, source_id, **values)
