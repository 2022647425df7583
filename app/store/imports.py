"""Contacts of files and other sources, put in by the hundred."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import bindparam, func, select, update

from app.model.people import Address, Consent, Contact, ContactRow, ImportReport, Skipped
from app.model.segments import WATCHED
from app.store.dialects import Query
from app.store.people import (
    ADD_ADDRESS,
    ADD_CONSENT,
    ADD_CONTACT,
    ADD_FIELD,
    ADD_TAG,
    SUPPRESS,
    consent_row,
)
from app.store.tables import address, consent, contact
from app.store.transaction import SqlTransaction
from app.store.types import micros, to_json
from app.store.waiting import RECHECK

if TYPE_CHECKING:
    from datetime import datetime

    from app.model.ports import Ids
    from app.store.database import SqlStore
    from app.store.session import Session

BATCH: Final = 500
_WORDS: Final = {"external": "customer number", "email": "e-mail address", "phone": "phone number"}
"""Kinds of address that a file can bring, the surest first."""
_FROM_OTHERS: Final = frozenset({"import", "hand"})
"""Sources of a refusal that a file may change again."""

_OWNERS = Query(
    lambda words: select(address.c.value, address.c.contact_id).where(
        address.c.kind == bindparam("kind"), words.among(address.c.value, "values")
    ),
    "kind",
    "values",
)
_PLACES = Query(
    lambda words: (
        select(address.c.contact_id, func.max(address.c.place))
        .where(words.among(address.c.contact_id, "ids"))
        .group_by(address.c.contact_id)
    ),
    "ids",
)
_CONSENTS = Query(
    lambda words: (
        select(consent.c.contact_id, consent.c.channel, consent.c.given, consent.c.source)
        .where(words.among(consent.c.contact_id, "ids"))
        .order_by(consent.c.at, consent.c.id)
    ),
    "ids",
)
_SETTLE = Query(
    lambda _: (
        update(contact)
        .where(contact.c.id == bindparam("this"))
        .values({name: bindparam(name) for name in ("zone", "language", "properties")})
    ),
    "zone",
    "language",
    "properties",
    "this",
)


class SqlContactSink:
    """``app.model.ports.ContactSink``: all rows in one transaction.

    A row meets the contact that has its customer number, e-mail address or phone number; it is skipped when
    they belong to several. Values that the row leaves empty stay. A consent is written only where it changes
    what is known, and never against a person's own refusal: that was said to us.
    """

    def __init__(self, store: SqlStore, ids: Ids, now: datetime) -> None:
        self._store, self._ids, self._now = store, ids, now

    def put(self, rows: Iterable[ContactRow], report: ImportReport) -> None:
        """Creates or updates each row's contact and counts it in ``report``, skipped ones with the reason."""
        waiting = iter(rows)
        with self._store.writing() as session:
            while batch := list(islice(waiting, BATCH)):
                _Batch(session, self._ids, self._now, report).put(batch)


@dataclass(slots=True)
class _Person:
    """A contact while its rows come in."""

    contact: Contact
    next_place: int = 0
    is_new: bool = False
    properties: dict[str, Any] = field(default_factory=dict)
    consents: dict[str, tuple[bool, str]] = field(default_factory=dict)
    """By channel: the newest one's answer and source."""
    zone: str = ""
    language: str = ""
    changed: bool = False
    """Whether its own row has to be written."""
    touched: bool = False
    """Whether anything about it is other than before."""

    @classmethod
    def known(cls, one: Contact, next_place: int) -> _Person:
        """One that is in the database."""
        return cls(
            one,
            next_place,
            properties=dict(one.properties),
            zone=one.zone,
            language=one.language,
        )

    def may_note(self, new: Consent) -> bool:
        """Whether it says something new that a file may say."""
        given, source = self.consents.get(new.channel, (None, ""))
        return given is not new.given and (given is not False or source in _FROM_OTHERS)

    def take(self, row: ContactRow) -> None:
        """What the row says and the contact does not have yet."""
        news = {name: value for name, value in row.properties.items() if value is not None}
        zone, language = row.zone or self.zone, row.language or self.language
        both = {**self.properties, **news}
        if (both, zone, language) != (self.properties, self.zone, self.language):
            self.properties, self.zone, self.language, self.changed = both, zone, language, True
            self.touched = True


class _Batch:
    """Some hundred rows: everything is read first, then each row is met, then everything is written."""

    def __init__(self, session: Session, ids: Ids, now: datetime, report: ImportReport) -> None:
        self._session, self._ids, self._report = session, ids, report
        self._at = micros(now)
        self._owners: dict[Address, int] = {}
        self._people: dict[int, _Person] = {}
        self._addresses: list[tuple[Any, ...]] = []
        self._tags: list[tuple[int, str]] = []
        self._consents: list[tuple[int, Consent]] = []
        self._suppressed: list[tuple[Any, ...]] = []
        self._fields: set[str] = set()

    def put(self, rows: Sequence[ContactRow]) -> None:
        """Meets and writes these rows."""
        self._read(rows)
        for row in rows:
            self._meet(row)
        self._write()

    def _read(self, rows: Sequence[ContactRow]) -> None:
        listed = self._session.listed
        by_kind: dict[str, dict[str, None]] = {}
        for row in rows:
            for one in row.addresses:
                by_kind.setdefault(one.kind, {})[one.value] = None
        for kind, values in by_kind.items():
            for value, owner in self._session.rows(_OWNERS, kind, listed(list(values))):
                self._owners[Address(kind, value)] = owner
        ids = sorted(set(self._owners.values()))
        if ids:
            places = {id_: last + 1 for id_, last in self._session.rows(_PLACES, listed(ids))}
            people = SqlTransaction(self._session).contacts(ids)
            self._people = {id_: _Person.known(one, places[id_]) for id_, one in people.items()}
            for id_, channel, given, source in self._session.rows(_CONSENTS, listed(ids)):
                self._people[id_].consents[channel] = (bool(given), source)

    def _meet(self, row: ContactRow) -> None:
        reason = self._refusal(row)
        if reason:
            self._report.skipped.append(Skipped(row.row, reason))
            return
        owner = next((self._owners[one] for one in row.addresses if one in self._owners), None)
        if owner is None:
            person = self._new()
            self._report.created += 1
        else:
            person = self._people[owner]
            self._report.updated += 1
        self._take(person, row)

    def _refusal(self, row: ContactRow) -> str:
        if not row.addresses:
            return "there is no e-mail address, phone number or customer number"
        owned = [(one.kind, self._owners[one]) for one in row.addresses if one in self._owners]
        owned.sort(key=lambda pair: list(_WORDS).index(pair[0]) if pair[0] in _WORDS else len(_WORDS))
        other = next((kind for kind, owner in owned if owner != owned[0][1]), None)
        if other is None:
            return ""
        return f"the {_word(owned[0][0])} and the {_word(other)} belong to two different contacts"

    def _new(self) -> _Person:
        id_ = self._ids.new()
        person = self._people[id_] = _Person(Contact(id_), is_new=True, touched=True)
        return person

    def _take(self, person: _Person, row: ContactRow) -> None:
        id_ = person.contact.id
        person.take(row)
        self._fields.update(name for name, value in row.properties.items() if value is not None)
        for one in row.addresses:
            if one not in self._owners:
                self._owners[one], person.touched = id_, True
                self._addresses.append((one.kind, one.value, id_, person.next_place, self._at))
                person.next_place += 1
            if one.kind in row.suppress:
                self._suppressed.append((one.kind, one.value, "import", self._at))
        tags = row.tags - person.contact.tags
        person.touched = person.touched or bool(tags)
        self._tags.extend((id_, name) for name in tags)
        for new in row.consents:
            if person.may_note(new):
                person.touched = True
                person.consents[new.channel] = (new.given, new.source)
                self._consents.append((id_, new))

    def _write(self) -> None:
        many, people = self._session.many, self._people.items()
        new = [
            (id_, one.zone, one.language, to_json(one.properties), self._at, None)
            for id_, one in people
            if one.is_new
        ]
        old = [
            (one.zone, one.language, to_json(one.properties), id_)
            for id_, one in people
            if one.changed and not one.is_new
        ]
        many(ADD_CONTACT, new)
        many(_SETTLE, old)
        many(ADD_ADDRESS, self._addresses)
        many(ADD_TAG, self._tags)
        many(ADD_CONSENT, [consent_row(*one) for one in self._consents])
        many(SUPPRESS, self._suppressed)
        many(ADD_FIELD, [(name,) for name in sorted(self._fields)])
        if SqlTransaction(self._session).machine(WATCHED) is not None:
            # Somebody watches segments or dates: whoever has changed is looked at again.
            many(RECHECK, [(id_, self._at) for id_, one in people if one.touched])


def _word(kind: str) -> str:
    return _WORDS.get(kind, f"{kind} address")
