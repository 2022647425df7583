"""The twin itself, and the ways to fill it and to look into it."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from app.model.journey import CountKey, FlowState, JournalLine, Journey, LiveFlow, Message, Version
from app.store.flows import self_paused
from app.store.memory.archives import archived
from app.store.memory.rows import undo_all
from app.store.memory.state import Person, State, as_kept
from app.store.memory.transaction import MemoryTransaction

if TYPE_CHECKING:
    from datetime import datetime

    from app.model.people import Address, Contact
    from app.model.ports import Along


class MemoryStore:
    """``app.model.ports.Store`` in memory: the same rules as a database, gone with the process."""

    def __init__(self, *, light: bool = False) -> None:
        self._state = State(light)
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

    @contextmanager
    def looking(self) -> Iterator[MemoryTransaction]:
        """A transaction from which is only read."""
        with self.transaction() as transaction:
            yield transaction

    def examine(self) -> None:
        """Memory is whole."""

    # filling it

    def publish(self, name: str, version: Version, now: datetime, along: Along | None = None) -> LiveFlow:
        """Puts a version in: a new or stopped flow goes live. The flow keeps its id, which is the version's
        ``flow_id``. ``along`` is done in the same transaction."""
        with self.transaction() as transaction:
            before = self._state.flows.get(version.flow_id)
            flow = LiveFlow(version.flow_id, name, FlowState.LIVE, version.id, now)
            if before is not None and before.state is not FlowState.STOPPED:
                flow = replace(before, name=name, version_id=version.id)
            self._state.versions.put(version.id, version)
            self._state.flows.put(flow.id, flow)
            if along is not None:
                along(transaction, before, flow)
        return flow

    def set_state(
        self, flow_id: int, state: FlowState, now: datetime | None = None, along: Along | None = None
    ) -> None:
        """Pauses, closes, stops or resumes; a flow resumed from stopped counts as published at ``now``. Why
        it had paused itself is forgotten."""
        with self.transaction() as transaction:
            for name in self_paused(flow_id):
                self._state.machine.drop(name)
            before = self._state.flows[flow_id]
            again = before.state is FlowState.STOPPED and state is not FlowState.STOPPED
            published_at = now if again and now is not None else before.published_at
            after = replace(before, state=state, published_at=published_at)
            self._state.flows.put(flow_id, after)
            if along is not None:
                along(transaction, before, after)

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
        """Every line, as written; those that are pressed come first."""
        with self._turn:
            pressed = [line for id_ in self._state.archive.all_keys() for line in archived(self._state, id_)]
            return [*pressed, *self._state.journal.values()]

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
