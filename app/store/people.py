"""Contacts, their addresses, tags and consents, and the addresses that get nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, delete, func, insert, select, update

from app.model.journey import ContactChange, Suppression
from app.model.people import Address, Consent, Contact, said_so_far
from app.store.dialects import ONE, ZERO, Query
from app.store.messages import MessagePart
from app.store.tables import address, consent, contact, field, suppression, tag
from app.store.types import from_json, maybe_moment, micros, to_json

if TYPE_CHECKING:
    from datetime import datetime

_CONTACTS = Query(
    lambda words: select(
        contact.c.id, contact.c.zone, contact.c.language, contact.c.properties, contact.c.erased_at
    ).where(words.among(contact.c.id, "ids")),
    "ids",
)
_TAGS = Query(lambda words: select(tag).where(words.among(tag.c.contact_id, "ids")), "ids")
_ADDRESSES = Query(
    lambda words: (
        select(address.c.contact_id, address.c.kind, address.c.value, suppression.c.kind)
        .outerjoin_from(
            address,
            suppression,
            (suppression.c.kind == address.c.kind) & (suppression.c.value == address.c.value),
        )
        .where(words.among(address.c.contact_id, "ids"))
        .order_by(address.c.contact_id, address.c.place)
    ),
    "ids",
)
_CONSENTS = Query(
    lambda words: (
        select(consent.c.contact_id, consent.c.channel, consent.c.topic, consent.c.given, consent.c.id)
        .where(words.among(consent.c.contact_id, "ids"))
        .order_by(consent.c.at, consent.c.id)
    ),
    "ids",
)
_LAST_SAID = Query(
    lambda _: select(func.max(consent.c.at)).where(consent.c.contact_id == bindparam("contact")), "contact"
)
_OWNER = Query(
    lambda _: select(address.c.contact_id).where(
        address.c.kind == bindparam("kind"), address.c.value == bindparam("value")
    ),
    "kind",
    "value",
)
_NEXT_PLACE = Query(
    lambda _: select(func.coalesce(func.max(address.c.place) + ONE, ZERO)).where(
        address.c.contact_id == bindparam("contact")
    ),
    "contact",
)
ADD_CONTACT = Query(lambda _: insert(contact), *contact.c.keys())
ADD_ADDRESS = Query(lambda _: insert(address), *address.c.keys())
SET_PROPERTIES = Query(
    lambda _: (
        update(contact).where(contact.c.id == bindparam("this")).values(properties=bindparam("properties"))
    ),
    "properties",
    "this",
)
ADD_TAG = Query(
    lambda words: words.insert(tag).on_conflict_do_nothing(index_elements=["contact_id", "name"]),
    "contact_id",
    "name",
)
DROP_TAG = Query(
    lambda _: delete(tag).where(tag.c.contact_id == bindparam("contact"), tag.c.name == bindparam("tag")),
    "contact",
    "tag",
)
ADD_CONSENT = Query(
    lambda _: insert(consent).values({name: bindparam(name) for name in _CONSENT}),
    *(_CONSENT := ("contact_id", "channel", "given", "at", "source", "text", "proof", "topic")),
)
SUPPRESS = Query(
    lambda words: words.insert(suppression).on_conflict_do_nothing(index_elements=["kind", "value"]),
    *suppression.c.keys(),
)
ADD_FIELD = Query(lambda words: words.insert(field).on_conflict_do_nothing(index_elements=["name"]), "name")


class PeoplePart(MessagePart):
    """The part of a transaction that is about contacts."""

    def contacts(self, ids: Iterable[int]) -> Mapping[int, Contact]:
        wanted = list(ids)
        if not wanted:
            return {}
        listed = self._session.listed(wanted)
        rows = self._session.rows(_CONTACTS, listed)
        tags: dict[int, set[str]] = defaultdict(set)
        for contact_id, name in self._session.rows(_TAGS, listed):
            tags[contact_id].add(name)
        addresses, suppressed = self._addresses(listed)
        consents = self._consents(listed)
        return {
            id_: Contact(
                id_,
                zone,
                language,
                from_json(properties),
                frozenset(tags.get(id_, ())),
                addresses.get(id_, {}),
                *consents.get(id_, ({}, {})),
                frozenset(suppressed.get(id_, ())),
                erased_at is not None,
            )
            for id_, zone, language, properties, erased_at in rows
        }

    def _consents(self, listed: object) -> dict[int, tuple[dict[str, bool], dict[str, int]]]:
        rows: dict[int, list[tuple[str, str, bool, int]]] = defaultdict(list)
        for contact_id, channel, topic, given, id_ in self._session.rows(_CONSENTS, listed):
            rows[contact_id].append((channel, topic, bool(given), id_))
        return {contact_id: said_so_far(said) for contact_id, said in rows.items()}

    def _addresses(self, listed: object) -> tuple[dict[int, dict[str, str]], dict[int, set[str]]]:
        """The first address of each kind, and the kinds whose first address gets nothing."""
        first: dict[int, dict[str, str]] = defaultdict(dict)
        suppressed: dict[int, set[str]] = defaultdict(set)
        for contact_id, kind, value, bad in self._session.rows(_ADDRESSES, listed):
            if kind not in first[contact_id]:
                first[contact_id][kind] = value
                if bad is not None:
                    suppressed[contact_id].add(kind)
        return first, suppressed

    def last_said(self, contact_id: int) -> datetime | None:
        return maybe_moment(self._session.row(_LAST_SAID, contact_id)[0])

    def find_contacts(self, addresses: Sequence[Address]) -> Sequence[int]:
        rows = [self._session.row(_OWNER, one.kind, one.value) for one in addresses]
        return list(dict.fromkeys(row[0] for row in rows if row is not None))

    def add_contact(self, contact_id: int, addresses: Sequence[Address], now: datetime) -> None:
        at = micros(now)
        self._session.run(ADD_CONTACT, contact_id, "", "", "{}", at, None)
        unique = dict.fromkeys(addresses)
        rows = [(one.kind, one.value, contact_id, place, at) for place, one in enumerate(unique)]
        self._session.many(ADD_ADDRESS, rows)

    def add_address(self, contact_id: int, address: Address, now: datetime) -> None:
        owner = self._session.row(_OWNER, address.kind, address.value)
        if owner is None or owner[0] != contact_id:
            place = self._session.row(_NEXT_PLACE, contact_id)[0]
            self._session.run(ADD_ADDRESS, address.kind, address.value, contact_id, place, micros(now))

    def _write_contacts(self, changes: Sequence[ContactChange]) -> None:
        ids = sorted({change.contact_id for change in changes})
        rows = self._session.rows(_CONTACTS, self._session.listed(ids)) if ids else ()
        old = {row[0]: from_json(row[3]) for row in rows}
        new = changed_properties(old, changes)
        self._session.many(SET_PROPERTIES, [(to_json(values), id_) for id_, values in new.items()])
        self._write_fields({name for change in changes for name in change.properties})
        tags = changed_tags(changes)
        self._session.many(ADD_TAG, [one for one, stays in tags.items() if stays])
        self._session.many(DROP_TAG, [one for one, stays in tags.items() if not stays])

    def _write_fields(self, names: Iterable[str]) -> None:
        self._session.many(ADD_FIELD, [(name,) for name in sorted(names)])

    def _write_consents(self, consents: Iterable[tuple[int, Consent]]) -> None:
        self._session.many(ADD_CONSENT, [consent_row(*one) for one in consents])

    def write_suppressed(self, suppressed: Iterable[Suppression]) -> None:
        """Adds addresses that get nothing; the first reason stays."""
        rows = [(one.kind, one.value, one.reason, micros(one.at)) for one in suppressed]
        self._session.many(SUPPRESS, rows)


def changed_properties(
    old: Mapping[int, Mapping[str, Any]], changes: Iterable[ContactChange]
) -> dict[int, dict[str, Any]]:
    """Properties of the contacts that get new ones; KeyError for a contact that is not there."""
    new: dict[int, dict[str, Any]] = {}
    for change in changes:
        values = {**new.get(change.contact_id, old[change.contact_id]), **change.properties}
        if change.properties:
            new[change.contact_id] = {name: value for name, value in values.items() if value is not None}
    return new


def changed_tags(changes: Iterable[ContactChange]) -> dict[tuple[int, str], bool]:
    """(contact, tag) -> whether it stays; what is both taken off and put on stays."""
    found: dict[tuple[int, str], bool] = {}
    for change in changes:
        found.update(dict.fromkeys(((change.contact_id, name) for name in change.remove_tags), False))
        found.update(dict.fromkeys(((change.contact_id, name) for name in change.add_tags), True))
    return found


def consent_row(contact_id: int, new: Consent) -> tuple[Any, ...]:
    """For ``ADD_CONSENT``."""
    return (
        contact_id,
        new.channel,
        new.given,
        micros(new.at),
        new.source,
        new.text,
        to_json(new.proof),
        new.topic,
    )
