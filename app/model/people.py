"""Contacts, their addresses, what they agreed to, and what happened."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from app.model.flow import EMPTY
from app.model.rows import dataclass as row

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
    """How it came: ``import``, ``form``, ``unsubscribe``, ``complaint``, ``hand``, ``flow``."""
    text: str = ""
    """The text the person saw."""
    proof: Mapping[str, Any] = EMPTY
    topic: str = ""
    """What it is about; empty: the whole channel."""


def consent_name(channel: str, topic: str = "") -> str:
    """Under which name ``Contact.consents`` has it."""
    return f"{channel}/{topic}" if topic else channel


def said_so_far(
    rows: Iterable[tuple[str, str, bool, int]],
) -> tuple[dict[str, bool], dict[str, int]]:
    """``Contact.consents`` and ``consent_ids`` of the rows (channel, topic, given, id), oldest first.

    Whoever leaves a channel leaves all its topics; agreeing to the channel later brings no topic back.
    """
    said: dict[str, bool] = {}
    ids: dict[str, int] = {}
    for channel, topic, given, id_ in rows:
        if not given and not topic:
            for name in [name for name in said if name.startswith(f"{channel}/")]:
                del said[name], ids[name]
        said[consent_name(channel, topic)] = given
        ids[consent_name(channel, topic)] = id_
    return said, ids


def consents_after(
    said: Mapping[str, bool], ids: Mapping[str, int], new: Consent
) -> tuple[dict[str, bool], dict[str, int]]:
    """``Contact.consents`` and ``consent_ids`` with one more, as :func:`said_so_far` would read them."""
    name, leaves_all = consent_name(new.channel, new.topic), not (new.given or new.topic)
    kept = {
        one: given for one, given in said.items() if not (leaves_all and one.startswith(f"{new.channel}/"))
    }
    kept[name] = new.given
    return kept, {one: id_ for one, id_ in ids.items() if one in kept and one != name}


@row(frozen=True, slots=True)
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
    """By ``consent_name``; a missing one was never asked."""
    consent_ids: Mapping[str, int] = EMPTY
    """The number of the stored consent that says so, by the same names."""
    suppressed: frozenset[str] = frozenset()
    """Kinds of address that get nothing."""
    erased: bool = False

    def agrees(self, channel: str, topic: str = "") -> bool:
        """Whether the contact has agreed to the channel and has not left the topic."""
        return self.said(channel, topic) is True

    def said(self, channel: str, topic: str = "") -> bool | None:
        """What the contact has said to it, of the topic where there is one; None when it was never asked."""
        own = self.consents.get(consent_name(channel, topic)) if topic else None
        return self.consents.get(channel) if own is None else own

    def consent_id(self, channel: str, topic: str = "") -> int | None:
        """The stored consent that :meth:`agrees` answered by; None when it was never asked."""
        own = self.consent_ids.get(consent_name(channel, topic)) if topic else None
        return self.consent_ids.get(channel) if own is None else own


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
    made_by: int | None = None
    """The journey whose ``record`` node made it."""


@row(frozen=True, slots=True)
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
