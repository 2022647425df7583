"""The twin itself, and the ways to fill it and to look into it."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from app.model.journey import CountKey, FlowState, JournalLine, Journey, LiveFlow, Message, Version
from app.store.memory.rows import undo_all
from app.store.memory.state import Person, State, as_kept
from app.store.memory.transaction import MemoryTransaction

if TYPE_CHECKING:
    from datetime import datetime

    from app.model.people import Address, Contact


class MemoryStore:
    """``app.model.ports.Store`` in memory: the same rules as a database, gone with the process."""

    def __init__(self) -> None:
        self._state = State()
        self._turn = threading.Lock()
        self._holder: int | None = None

    @contextmanager
    def transaction(self) -> Iterator[MemoryTransaction]:
        """A writing transaction; left with an exception, all of it is undone."""
        if self._holder == threading.get_ident():
            raise RuntimeError("this thread has a writing transaction open already")
        with self._turn:
            self._holder = threading.get_ident()
            try:
                yield MemoryTransaction(self._state)
                self._state.undo.clear()
            finally:
                undo_all(self._state.undo)
                self._holder = None

    # filling it

    def publish(self, name: str, version: Version, now: datetime) -> LiveFlow:
        """Puts a version in, live; the flow keeps its id, which is the version's ``flow_id``."""
        flow = LiveFlow(version.flow_id, name, FlowState.LIVE, version.id, now)
        with self._turn:
            self._state.versions.put(version.id, version)
            self._state.flows.put(flow.id, flow)
            self._state.undo.clear()
        return flow

    def set_state(self, flow_id: int, state: FlowState) -> None:
        """Pauses, closes, stops or resumes."""
        with self._turn:
            self._state.flows.put(flow_id, replace(self._state.flows[flow_id], state=state))
            self._state.undo.clear()

    def put_contact(self, contact: Contact, addresses: Sequence[Address], now: datetime) -> None:
        """A whole contact, as a rehearsal takes it from a database or a file; consents come by ``write``."""
        with self.transaction() as transaction:
            transaction.add_contact(contact.id, addresses, now)
            person = self._state.people[contact.id]
            self._state.people.put(contact.id, _with_facts(person, contact))

    # looking into it

    @property
    def all_journeys(self) -> Sequence[Journey]:
        """Every journey, by id."""
        with self._turn:
            return sorted(self._state.journeys.values(), key=lambda one: one.id)

    @property
    def all_messages(self) -> Sequence[Message]:
        """Every message, by id."""
        with self._turn:
            return sorted(self._state.messages.values(), key=lambda one: one.id)

    @property
    def journal(self) -> Sequence[JournalLine]:
        """Every line, as written."""
        with self._turn:
            return list(self._state.journal.values())

    @property
    def counters(self) -> Mapping[CountKey, int]:
        """Every counter."""
        with self._turn:
            return dict(self._state.counters.items())


def _with_facts(person: Person, contact: Contact) -> Person:
    return replace(
        person,
        zone=contact.zone,
        language=contact.language,
        properties=as_kept(contact.properties),
        tags=contact.tags,
    )
