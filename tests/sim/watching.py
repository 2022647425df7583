"""A store that tells of every commit: what was written, in the order in which it was."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, cast

from app.model.journey import Changes
from app.model.people import Address, Event
from app.model.ports import Store, Transaction


@dataclass(frozen=True, slots=True)
class Met:
    """A new contact, or another address of one."""

    contact_id: int
    addresses: tuple[Address, ...]


@dataclass(frozen=True, slots=True)
class Heard:
    """An event was stored."""

    event: Event
    contact_id: int
    now: datetime


@dataclass(frozen=True, slots=True)
class Merged:
    keep: int
    gone: int


@dataclass(frozen=True, slots=True)
class Forgotten:
    contact_ids: tuple[int, ...]


Deed = Changes | Met | Heard | Merged | Forgotten


class Listener(Protocol):
    def committed(self, deeds: Sequence[Deed]) -> None:
        """One transaction has been committed, and this is what it did."""


class WatchedTransaction:
    """Passes everything on, and keeps what writes."""

    def __init__(self, inner: Transaction) -> None:
        self._inner = inner
        self.deeds: list[Deed] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    def write(self, changes: Changes) -> Sequence[int]:
        self.deeds.append(changes)
        return self._inner.write(changes)

    def add_contact(self, contact_id: int, addresses: Sequence[Address], now: datetime) -> None:
        self._inner.add_contact(contact_id, addresses, now)
        self.deeds.append(Met(contact_id, tuple(addresses)))

    def add_address(self, contact_id: int, address: Address, now: datetime) -> None:
        self._inner.add_address(contact_id, address, now)
        self.deeds.append(Met(contact_id, (address,)))

    def add_event(self, event_id: int, event: Event, contact_id: int | None, now: datetime) -> bool:
        stored = self._inner.add_event(event_id, event, contact_id, now)
        if stored and contact_id is not None:
            self.deeds.append(Heard(event, contact_id, now))
        return stored

    def merge_contacts(self, keep: int, gone: int, now: datetime) -> None:
        self._inner.merge_contacts(keep, gone, now)
        self.deeds.append(Merged(keep, gone))

    def forget(self, contact_ids: Sequence[int], now: datetime) -> None:
        self._inner.forget(contact_ids, now)
        self.deeds.append(Forgotten(tuple(contact_ids)))


class WatchedStore:
    """``app.model.ports.Store`` over another one."""

    def __init__(self, inner: Store, listener: Listener) -> None:
        self._inner, self._listener = inner, listener

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        with self._inner.transaction() as tx:
            watched = WatchedTransaction(tx)
            yield cast("Transaction", watched)
        if watched.deeds:
            self._listener.committed(watched.deeds)

    def looking(self) -> AbstractContextManager[Transaction]:
        return self._inner.looking()

    def examine(self) -> None:
        self._inner.examine()
