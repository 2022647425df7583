"""People as the window, the command line and the site see them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Text, and_, cast, delete, exists, select

from app.model.journey import JournalLine, Journey, Message, Suppression
from app.model.people import Address, Consent, Contact
from app.store.journals import lines, of_contact, read
from app.store.tables import address, consent, contact, event, field, journal, message, suppression, visit
from app.store.transaction import SqlTransaction

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from app.store.database import SqlStore

VISIT_GAP: Final = timedelta(minutes=30)
"""So long without a page view ends a visit."""


class People:
    """Look-ups and lists. Each call is a transaction of its own."""

    def __init__(self, store: SqlStore) -> None:
        self._store = store

    # who

    def find(self, wanted: Address) -> int | None:
        """The contact that owns this address."""
        with self._store.reading() as session:
            return next(iter(SqlTransaction(session).find_contacts([wanted])), None)

    def everybody(self) -> Sequence[int]:
        """Ids of all contacts that are not erased, oldest first."""
        query = select(contact.c.id).where(contact.c.erased_at.is_(None)).order_by(contact.c.id)
        with self._store.reading() as session:
            return session.connection.execute(query).scalars().all()

    def contact(self, contact_id: int) -> Contact | None:
        """One contact as the engine sees it."""
        with self._store.reading() as session:
            return SqlTransaction(session).contacts([contact_id]).get(contact_id)

    def addresses(self, contact_id: int) -> Sequence[Address]:
        """All of a contact, those in use first."""
        query = select(address.c.kind, address.c.value).where(address.c.contact_id == contact_id)
        with self._store.reading() as session:
            return [Address(*row) for row in session.connection.execute(query.order_by(address.c.place))]

    def fields(self) -> Sequence[str]:
        """Names of all contact properties in use."""
        with self._store.reading() as session:
            return session.connection.execute(select(field.c.name).order_by(field.c.name)).scalars().all()

    def search(self, words: str, limit: int) -> Sequence[Contact]:
        """Contacts in whose properties or addresses all these words stand, oldest first."""
        query = select(contact.c.id).where(contact.c.erased_at.is_(None))
        for word in words.split():
            owns = exists().where(
                address.c.contact_id == contact.c.id, address.c.value.icontains(word, autoescape=True)
            )
            properties = cast(contact.c.properties, Text)
            query = query.where(owns | properties.icontains(word, autoescape=True))
        with self._store.reading() as session:
            ids = session.connection.execute(query.order_by(contact.c.id).limit(limit)).scalars().all()
            found = SqlTransaction(session).contacts(ids)
        return [found[one] for one in ids if one in found]

    def newest_event(self, contact_id: int, names: Sequence[str]) -> Mapping[str, Any] | None:
        """What the contact's newest event of these names carries; None when there was none."""
        query = select(event.c.properties).where(event.c.contact_id == contact_id, event.c.name.in_(names))
        newest = query.order_by(event.c.at.desc(), event.c.id.desc()).limit(1)
        with self._store.reading() as session:
            return session.connection.execute(newest).scalars().first()

    def newest_events(self, names: Sequence[str], limit: int = 50) -> Sequence[Mapping[str, Any]]:
        """What the newest events of these names carry, of whomever."""
        query = select(event.c.properties).where(event.c.name.in_(names)).order_by(event.c.id.desc())
        with self._store.reading() as session:
            return session.connection.execute(query.limit(limit)).scalars().all()

    def happened(
        self, names: Sequence[str], since: datetime, until: datetime, limit: int = 100_000
    ) -> Sequence[tuple[int, Mapping[str, Any]]]:
        """Whose events of these names happened in that time, and what each carries; imported ones are left
        out."""
        query = (
            select(event.c.contact_id, event.c.properties)
            .where(event.c.name.in_(names), event.c.at >= since, event.c.at <= until)
            .where(event.c.contact_id.is_not(None), event.c.history.is_(False))
            .order_by(event.c.id.desc())
            .limit(limit)
        )
        with self._store.reading() as session:
            return [(row[0], row[1]) for row in session.connection.execute(query)]

    # what they agreed to

    def consents(self, contact_id: int) -> Sequence[Consent]:
        """With their proof; the last of a channel counts."""
        query = (
            select(
                consent.c.channel,
                consent.c.given,
                consent.c.at,
                consent.c.source,
                consent.c.text,
                consent.c.proof,
            )
            .where(consent.c.contact_id == contact_id)
            .order_by(consent.c.at, consent.c.id)
        )
        with self._store.reading() as session:
            return [Consent(*row) for row in session.connection.execute(query)]

    def suppress(self, suppressed: Sequence[Suppression]) -> None:
        """These addresses get nothing from now on."""
        with self._store.writing() as session:
            SqlTransaction(session).write_suppressed(suppressed)

    def unsuppress(self, wanted: Address) -> None:
        """This address may be written to again."""
        this = and_(suppression.c.kind == wanted.kind, suppression.c.value == wanted.value)
        with self._store.writing() as session:
            session.connection.execute(delete(suppression).where(this))

    # what happened to them

    def journal(self, contact_id: int, limit: int = 1000) -> Sequence[JournalLine]:
        """The last lines about a contact, oldest first, those too that are pressed together."""
        query = lines().where(of_contact(contact_id)).order_by(journal.c.id.desc()).limit(limit)
        with self._store.reading() as session:
            newest = read(session.connection, query)[::-1]
            pressed = SqlTransaction(session).archived_of(contact_id)
        return sorted([*pressed, *newest], key=lambda line: line.at)[-limit:]

    def messages(self, contact_id: int) -> Sequence[Message]:
        """Everything said or to be said to a contact, oldest first."""
        with self._store.reading() as session:
            return SqlTransaction(session).messages_to(contact_id)

    def journeys(self, contact_id: int) -> Sequence[Journey]:
        """All journeys of a contact, finished ones too, oldest first."""
        with self._store.reading() as session:
            return SqlTransaction(session).journeys_of(contact_id)

    # on the page

    def has_popups(self, contact_id: int) -> bool:
        """Whether anything may wait on the page for this contact: a question that writes nothing."""
        waits = and_(
            message.c.contact_id == contact_id,
            message.c.channel == "popup",
            message.c.state.in_(["queued", "sent"]),
        )
        with self._store.reading() as session:
            return bool(session.connection.execute(select(exists().where(waits))).scalar())

    def visit(self, visitor: str, at: datetime) -> bool:
        """Notes a page view; True when it begins a visit."""
        with self._store.writing() as session:
            last = _last_visit(session.connection, visitor)
            begins = last is None or at - last.last_seen > VISIT_GAP
            if last is None:
                values = {"visitor": visitor, "began": at, "last_seen": at}
                session.connection.execute(visit.insert().values(values))
            else:
                seen = {"last_seen": max(at, last.last_seen)} | ({"began": at} if begins else {})
                session.connection.execute(visit.update().where(visit.c.visitor == visitor).values(seen))
        return begins

    def visit_began(self, visitor: str) -> datetime | None:
        """When the last visit of this visitor began."""
        with self._store.reading() as session:
            last = _last_visit(session.connection, visitor)
        return None if last is None else last.began

    def forget_visits(self, before: datetime) -> int:
        """Drops visitors who were not seen since; answers how many."""
        with self._store.writing() as session:
            done = session.connection.execute(delete(visit).where(visit.c.last_seen < before))
        return int(done.rowcount)


def _last_visit(connection: Connection, visitor: str) -> Any:
    return connection.execute(select(visit).where(visit.c.visitor == visitor)).first()
