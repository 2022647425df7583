"""Contacts, their addresses, what they agreed to, and what happened."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from app.model.flow import EMPTY

if TYPE_CHECKING:
    from datetime import datetime


class Actor(StrEnum):
    """Who made a reaction. ``opened`` leaves its node on human or unknown, never on machine."""

    HUMAN = "human"
    MACHINE = "machine"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Address:
    """One way to reach or recognise a contact. ``value`` is normalised (see ``app.support.addresses``)."""

    kind: str  # "email", "phone", "visitor", "external"
    value: str


@dataclass(frozen=True, slots=True)
class Consent:
    """What a contact agreed to or refused on one channel, with its proof. The newest row counts."""

    channel: str
    given: bool
    at: datetime
    source: str
    """How it came: ``import``, ``form``, ``unsubscribe``, ``complaint``, ``hand``."""
    text: str = ""
    """The text the person saw."""
    proof: Mapping[str, Any] = EMPTY


@dataclass(frozen=True, slots=True)
class Contact:
    """A person or a still anonymous visitor, as policy and deciders see it."""

    id: int
    zone: str = ""
    """IANA name; empty when not known (the workspace's is meant then)."""
    language: str = ""
    properties: Mapping[str, Any] = EMPTY
    tags: frozenset[str] = frozenset()
    addresses: Mapping[str, str] = EMPTY
    """The first address of each kind."""
    consents: Mapping[str, bool] = EMPTY
    """By channel; a missing channel was never asked."""
    suppressed: frozenset[str] = frozenset()
    """Kinds of address that get nothing."""
    erased: bool = False


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened, as it is handed to ``engine.ingest``.

    Who it belongs to is ``contact_id`` when known, else ``addresses``; a reaction names its ``message_id``
    and may leave both empty. ``source_id`` makes it unique: the same one a second time changes nothing.
    """

    name: str
    at: datetime
    source_id: str
    contact_id: int | None = None
    addresses: tuple[Address, ...] = ()
    properties: Mapping[str, Any] = EMPTY
    message_id: int | None = None
    actor: Actor = Actor.UNKNOWN
    history: bool = False
    """Imported history: starts nothing, counts for goals and checks."""
    updates: Mapping[str, Any] = EMPTY
    """Contact properties that it brings along, such as ``first_name`` of a form."""
    consents: tuple[Consent, ...] = ()
    """Consents that it brings along, such as a form's."""


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """An event as deciders read it back."""

    id: int
    name: str
    at: datetime
    properties: Mapping[str, Any] = EMPTY
    message_id: int | None = None
    actor: Actor = Actor.UNKNOWN


@dataclass(frozen=True, slots=True)
class ContactRow:
    """One contact of an import. ``row`` is its line number in the file, for the report."""

    row: int
    addresses: tuple[Address, ...]
    properties: Mapping[str, Any] = EMPTY
    tags: frozenset[str] = frozenset()
    consents: tuple[Consent, ...] = ()
    suppress: frozenset[str] = frozenset()
    """Kinds of address that the file says get nothing (cleaned, bounced)."""
    zone: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True)
class Skipped:
    """A row that was not imported."""

    row: int
    reason: str


@dataclass(slots=True)
class ImportReport:
    """What an import did; every row read is created, updated or skipped."""

    read: int = 0
    created: int = 0
    updated: int = 0
    skipped: list[Skipped] = field(default_factory=list)
    left_out: list[Skipped] = field(default_factory=list)
    """What single rows lost although they were imported, such as a phone number that is none."""
