"""A workspace as a rehearsal looks into it: people by the hundred, what happened to them, how they react.

Only read, on connections that cannot write, in looks that are over before anybody has to wait for them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import and_, func, or_, select

from app.model.flow import EMPTY
from app.model.journey import Journey, JourneyState, Message, MessageState, Suppression
from app.model.people import Actor, Address, Consent, Event
from app.model.rehearsing import Lives, Reacted, Wanted, Whole
from app.store.tables import (
    address,
    consent,
    contact,
    event,
    journey,
    last_word,
    message,
    reaction,
    suppression,
    tag,
)

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection, Select

    from app.store.database import SqlStore

_AT_ONCE: Final = 400
"""So many people are read in one look."""
_MANY: Final = 500
"""SQLite and PostgreSQL take at least so many values in one list."""


class Past:
    """``app.model.rehearsing.History`` over a workspace's database."""

    def __init__(self, store: SqlStore) -> None:
        self._store = store

    def count_people(self) -> int:
        return int(self._rows(select(func.count()).where(contact.c.erased_at.is_(None)))[0][0])

    def comers(self, names: Collection[str], since: datetime, until: datetime) -> Sequence[int]:
        query = (
            select(event.c.contact_id)
            .distinct()
            .join(contact, contact.c.id == event.c.contact_id)
            .where(event.c.name.in_(sorted(names)), event.c.at >= since, event.c.at < until)
            .where(event.c.history.is_(False), contact.c.erased_at.is_(None))
            .order_by(event.c.contact_id)
        )
        return [row[0] for row in self._rows(query)]

    def everybody(self) -> Sequence[int]:
        query = select(contact.c.id).where(contact.c.erased_at.is_(None)).order_by(contact.c.id)
        return [row[0] for row in self._rows(query)]

    def sample(self, names: Collection[str]) -> Mapping[str, Any] | None:
        query = select(event.c.properties).where(event.c.name.in_(sorted(names)))
        rows = self._rows(query.order_by(event.c.at.desc(), event.c.id.desc()).limit(1))
        return rows[0][0] if rows else None

    def lives(self, ids: Sequence[int], wanted: Wanted) -> Lives:
        found = Lives()
        for part in _parts(ids, _AT_ONCE):
            with self._store.reading() as session:
                _read_lives(session.connection, part, wanted, found)
        return found

    def reacted(self, since: datetime, limit: int) -> Sequence[Reacted]:
        columns = message.c.id, message.c.channel, message.c.purpose, message.c.created_at, message.c.sent_at
        on_page = and_(message.c.channel.in_(("popup", "chat")), message.c.created_at >= since)
        query = select(*columns).where(or_(message.c.sent_at >= since, on_page))
        rows = self._rows(query.order_by(message.c.id.desc()).limit(limit))
        reactions: dict[int, dict[str, datetime]] = defaultdict(dict)
        for part in _parts([row[0] for row in rows], _MANY):
            for id_, name, at in self._rows(
                select(reaction.c.message_id, reaction.c.name, reaction.c.at).where(
                    reaction.c.message_id.in_(part), reaction.c.at.is_not(None)
                )
            ):
                reactions[id_][name] = at
        return [
            Reacted(channel, purpose, queued_at, sent_at, reactions.get(id_, EMPTY))
            for id_, channel, purpose, queued_at, sent_at in rows
        ]

    def _rows(self, query: Select[Any]) -> Sequence[Any]:
        with self._store.reading() as session:
            return session.connection.execute(query).all()


def _parts(ids: Sequence[int], size: int) -> Iterator[Sequence[int]]:
    return (ids[first : first + size] for first in range(0, len(ids), size))


def _read_lives(connection: Connection, ids: Sequence[int], wanted: Wanted, found: Lives) -> None:
    found.people += _people(connection, ids)
    if wanted.events:
        found.events += _events(connection, ids, wanted.events)
    if wanted.flow_id:
        found.journeys += _journeys(connection, ids, wanted.flow_id)
    if wanted.said_since is not None:
        found.messages += _messages(connection, ids, wanted.flow_id, wanted.said_since)
    words = select(last_word).where(last_word.c.contact_id.in_(ids))
    found.words += [(row[0], row[1], row[2]) for row in connection.execute(words)]
    found.suppressed += _suppressed(connection, ids)


def _people(connection: Connection, ids: Sequence[int]) -> Iterable[Whole]:
    tags: dict[int, set[str]] = defaultdict(set)
    for contact_id, name in connection.execute(select(tag).where(tag.c.contact_id.in_(ids))):
        tags[contact_id].add(name)
    addresses: dict[int, list[Address]] = defaultdict(list)
    owned = select(address.c.contact_id, address.c.kind, address.c.value)
    for contact_id, kind, value in connection.execute(
        owned.where(address.c.contact_id.in_(ids)).order_by(address.c.contact_id, address.c.place)
    ):
        addresses[contact_id].append(Address(kind, value))
    consents = _consents(connection, ids)
    query = select(contact.c.id, contact.c.zone, contact.c.language, contact.c.properties)
    query = query.where(contact.c.id.in_(ids), contact.c.erased_at.is_(None)).order_by(contact.c.id)
    return [
        Whole(
            id_,
            zone,
            language,
            properties,
            frozenset(tags.get(id_, ())),
            tuple(addresses.get(id_, ())),
            tuple(consents.get(id_, ())),
        )
        for id_, zone, language, properties in connection.execute(query)
    ]


def _consents(connection: Connection, ids: Sequence[int]) -> Mapping[int, Sequence[Consent]]:
    columns = consent.c.channel, consent.c.given, consent.c.at, consent.c.source, consent.c.topic
    query = select(consent.c.contact_id, *columns).where(consent.c.contact_id.in_(ids))
    found: dict[int, list[Consent]] = defaultdict(list)
    for row in connection.execute(query.order_by(consent.c.at, consent.c.id)):
        said = Consent(row.channel, row.given, row.at, row.source, topic=row.topic)
        found[row.contact_id].append(said)
    return found


def _events(connection: Connection, ids: Sequence[int], names: Collection[str]) -> Iterable[Event]:
    columns = event.c.contact_id, event.c.name, event.c.at, event.c.source_id, event.c.properties
    query = select(*columns, event.c.actor, event.c.history)
    query = query.where(event.c.contact_id.in_(ids), event.c.name.in_(sorted(names)))
    for contact_id, name, at, source_id, properties, actor, history in connection.execute(
        query.where(event.c.message_id.is_(None)).order_by(event.c.at, event.c.id)
    ):
        yield Event(
            name,
            at,
            source_id,
            contact_id=contact_id,
            properties=properties,
            actor=Actor(actor),
            history=bool(history),
        )


def _journeys(connection: Connection, ids: Sequence[int], flow_id: int) -> Iterable[Journey]:
    this = and_(journey.c.contact_id.in_(ids), journey.c.flow_id == flow_id)
    for row in connection.execute(select(journey).where(this).order_by(journey.c.started_at)):
        yield Journey(
            row.id,
            row.flow_id,
            row.version_id,
            row.contact_id,
            row.key,
            JourneyState(row.state),
            row.node,
            row.step,
            row.started_at,
            row.arrived_at,
            end_reason=row.end_reason,
            cause=row.cause,
            ended_at=row.ended_at,
        )


def _messages(connection: Connection, ids: Sequence[int], flow_id: int, since: datetime) -> Iterable[Message]:
    """Those of other flows: what the rehearsed one says, the rehearsal says itself."""
    query = select(message).where(message.c.contact_id.in_(ids), message.c.sent_at >= since)
    query = query.where(message.c.purpose == "marketing", message.c.flow_id != flow_id)
    for row in connection.execute(query.order_by(message.c.sent_at, message.c.id)):
        yield Message(
            row.id,
            row.journey_id,
            row.step,
            row.flow_id,
            row.version_id,
            row.contact_id,
            row.node,
            row.channel,
            row.purpose,
            MessageState.SENT,
            row.due_at,
            row.created_at,
            sent_at=row.sent_at,
            priority=row.priority,
        )


def _suppressed(connection: Connection, ids: Sequence[int]) -> Iterable[Suppression]:
    same = and_(suppression.c.kind == address.c.kind, suppression.c.value == address.c.value)
    query = select(suppression).join_from(suppression, address, same).where(address.c.contact_id.in_(ids))
    return [Suppression(*row) for row in connection.execute(query)]
