"""What the lines of one person's journal name by number: flows, versions on their day, consents. Never
written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import and_, or_, select

from app.model.people import Consent
from app.store.tables import consent, edition, flow, shift, version
from app.store.transaction import SqlTransaction

if TYPE_CHECKING:
    from app.model.journey import Arming
    from app.store.database import SqlStore


class EditionRow(NamedTuple):
    """One version as it was published, with the number under which the journal names it."""

    version_id: int
    flow_id: int
    number: int
    published_at: datetime
    author: str
    document: str
    undone_at: datetime | None


class PastPart:
    """Look-ups for telling why. Each reads one moment."""

    def __init__(self, store: SqlStore) -> None:
        self._store = store

    def flows(self) -> Mapping[int, str]:
        """The names of all flows, by number."""
        with self._store.reading() as session:
            return {row[0]: row[1] for row in session.connection.execute(select(flow.c.id, flow.c.name))}

    def editions(self, version_ids: Iterable[int], flow_ids: Iterable[int]) -> Sequence[EditionRow]:
        """All that was published under these numbers, and under that of the live version of these flows; the
        oldest first."""
        live = select(flow.c.live_version_id).where(flow.c.id.in_(list(flow_ids)))
        # Editions of older releases do not say which version they were.
        same = and_(
            edition.c.flow_id == version.c.flow_id,
            or_(
                edition.c.version_id == version.c.id,
                and_(edition.c.version_id.is_(None), edition.c.number == version.c.number),
            ),
        )
        publish = and_(
            shift.c.flow_id == edition.c.flow_id,
            shift.c.number == edition.c.number,
            shift.c.number != shift.c.before_number,  # that one published nothing
        )
        query = (
            select(
                version.c.id,
                edition.c.flow_id,
                edition.c.number,
                edition.c.published_at,
                edition.c.author,
                edition.c.document,
                shift.c.undone_at,
            )
            .join_from(version, edition, same)
            .outerjoin(shift, publish)
            .where(or_(version.c.id.in_(list(version_ids)), version.c.id.in_(live.scalar_subquery())))
            .order_by(edition.c.flow_id, edition.c.number)
        )
        with self._store.reading() as session:
            return [EditionRow(*row) for row in session.connection.execute(query)]

    def consents(self, contact_id: int) -> Mapping[int, Consent]:
        """What a contact has ever said, by number: the journal names what counted."""
        columns = (
            consent.c.channel,
            consent.c.given,
            consent.c.at,
            consent.c.source,
            consent.c.text,
            consent.c.proof,
            consent.c.topic,
        )
        query = select(consent.c.id, *columns).where(consent.c.contact_id == contact_id)
        with self._store.reading() as session:
            return {row[0]: Consent(*row[1:]) for row in session.connection.execute(query)}

    def armings(self, contact_id: int) -> Sequence[Arming]:
        """Where a contact is about to come in."""
        with self._store.reading() as session:
            return SqlTransaction(session).armings_of(contact_id)
