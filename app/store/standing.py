"""Who is behind a number, and one journey's way: read off the journal and the rows, never written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import and_, func, select, text

from app.model.journey import JournalLine, Journey, Message
from app.model.standing import Period
from app.store.archives import day_of
from app.store.journals import lines, read
from app.store.tables import JOURNEY_OPEN, archive, flow, journal, journey, message, reaction, version
from app.store.transaction import SqlTransaction

if TYPE_CHECKING:
    from sqlalchemy import Connection, Select

    from app.model.people import Contact
    from app.store.database import SqlStore
    from app.store.session import Session

_WHAT: Final = {"out": "left", "end": "ended", "entry": "started"}
_DAYS: Final = {Period.WEEK: 7, Period.MONTH: 30}
_MOST_UNPRESSED: Final = 2_000
"""So many pressed journals are opened for one list at most."""


@dataclass(frozen=True, slots=True)
class Counted:
    """One thing that a counter counted."""

    contact_id: int
    journey_id: int
    at: datetime
    reason: str = ""


class StandingPart:
    """Lists behind numbers. Each call reads one moment; cost follows what is open, or what came last."""

    def __init__(self, store: SqlStore) -> None:
        self._store = store

    def here(self, flow_id: int, node: str, limit: int) -> Sequence[tuple[Journey, Message | None]]:
        """Open journeys at this node (all nodes for an empty one) with the message of their step, those that
        came first at the top."""
        where: list[Any] = [journey.c.flow_id == flow_id, text(JOURNEY_OPEN)]
        if node:
            where.append(journey.c.node == node)
        query = select(journey.c.id).where(*where).order_by(journey.c.arrived_at, journey.c.id).limit(limit)
        with self._store.reading() as session:
            ids = session.connection.execute(query).scalars().all()
            part = SqlTransaction(session)
            rows, messages = part.journeys(ids), {}
            wanted = [one.message_id for one in rows.values() if one.message_id]
            messages = {one.id: one for one in part.messages_by_id(wanted)}
        return [(rows[one], messages.get(rows[one].message_id or 0)) for one in ids if one in rows]

    def counted(
        self, flow_id: int, node: str, name: str, since: datetime | None, limit: int
    ) -> Sequence[Counted]:
        """What the counter of this name counted at this node (anywhere for an empty one), the newest first.

        ``name`` as in ``CountKey``: ``failed:REASON`` or ``failed`` for all, ``out:OUTLET``,
        ``message:STATE``, ``reaction:NAME``, ``end:REASON``, ``entry``. Nothing for other names.
        """
        head, _, rest = name.partition(":")
        with self._store.reading() as session:
            if head in _WHAT:
                return _of_lines(session, (flow_id, node, _WHAT[head], rest, since), limit)
            if head in ("failed", "message", "reaction"):
                query = _messages(flow_id, node, head, rest, since)
            else:
                return ()
            return [Counted(*row) for row in session.connection.execute(query.limit(limit))]

    def journey(self, journey_id: int) -> tuple[Journey | None, Sequence[JournalLine], Message | None]:
        """One journey with its journal, oldest first, and the message of its step."""
        query = lines().where(journal.c.journey_id == journey_id).order_by(journal.c.id)
        with self._store.reading() as session:
            part = SqlTransaction(session)
            found = part.journeys([journey_id]).get(journey_id)
            told = [*part.archived([journey_id]), *read(session.connection, query)]
            own = part.message(found.message_id) if found and found.message_id else None
        return found, told, own

    def newest_journey(self, flow_id: int, contact_id: int) -> int | None:
        """The contact's last started journey of a flow."""
        query = (
            select(journey.c.id)
            .where(journey.c.contact_id == contact_id, journey.c.flow_id == flow_id)
            .order_by(journey.c.started_at.desc(), journey.c.id.desc())
            .limit(1)
        )
        with self._store.reading() as session:
            return session.connection.execute(query).scalar()

    def begin(self, flow_id: int, period: Period, now: datetime) -> datetime | None:
        """When the period began, as ``begin_of``."""
        with self._store.reading() as session:
            return begin_of(session.connection, flow_id, period, now)

    def contacts(self, ids: Iterable[int]) -> Mapping[int, Contact]:
        """These contacts, by id."""
        with self._store.reading() as session:
            return SqlTransaction(session).contacts(list(dict.fromkeys(ids)))

    def document(self, version_id: int) -> str:
        """The document of a version; KeyError when there is none."""
        with self._store.reading() as session:
            return SqlTransaction(session).version(version_id).document

    def flow_id(self, name: str) -> int | None:
        """The id of a flow of this name."""
        with self._store.reading() as session:
            return session.connection.execute(select(flow.c.id).where(flow.c.name == name)).scalar()


def begin_of(connection: Connection, flow_id: int, period: Period, now: datetime) -> datetime | None:
    """When the period began; None for all time. ``now`` is in the workspace's zone."""
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    if period is Period.TODAY:
        return midnight
    if period in _DAYS:
        return midnight - timedelta(days=_DAYS[period] - 1)
    if period is Period.VERSION:
        query = select(func.max(version.c.published_at)).where(version.c.flow_id == flow_id)
        found: datetime | None = connection.execute(query).scalar()
        return found
    return None


_Wanted = tuple[int, str, str, str, "datetime | None"]
"""Flow, node (all for an empty one), what, outlet, since when."""


def _of_lines(session: Session, wanted: _Wanted, limit: int) -> Sequence[Counted]:
    """From the journal; as far as that does not reach, from what is pressed together."""
    query = _lines(*wanted).limit(limit)
    found = [Counted(*row) for row in session.connection.execute(query)]
    if len(found) == limit:
        return found
    flow_id, *_, since = wanted
    pressed = select(archive.c.journey_id).join_from(archive, journey, journey.c.id == archive.c.journey_id)
    pressed = (
        pressed.where(journey.c.flow_id == flow_id).order_by(archive.c.day.desc()).limit(_MOST_UNPRESSED)
    )
    if since is not None:
        pressed = pressed.where(archive.c.day >= day_of(since))
    ids = session.connection.execute(pressed).scalars().all()
    lines = [line for line in SqlTransaction(session).archived(ids) if _is_wanted(line, wanted)]
    lines.sort(key=lambda line: line.at, reverse=True)
    return [*found, *(Counted(one.contact_id, one.journey_id, one.at) for one in lines[: limit - len(found)])]


def _is_wanted(line: JournalLine, wanted: _Wanted) -> bool:
    _, node, what, outlet, since = wanted
    return (
        line.what == what
        and node in ("", line.node)
        and outlet in ("", line.outlet)
        and (since is None or line.at >= since)
    )


def _lines(flow_id: int, node: str, what: str, outlet: str, since: datetime | None) -> Select[Any]:
    # Walked backwards by its key until enough are found: what came last is looked at most.
    where = [journal.c.flow_id == flow_id, journal.c.what == what]
    if node:
        where.append(journal.c.node == node)
    if outlet:
        where.append(journal.c.outlet == outlet)
    if since is not None:
        where.append(journal.c.at >= since)
    columns = (journey.c.contact_id, journal.c.journey_id, journal.c.at)
    of_journeys = select(*columns).join_from(journal, journey, journey.c.id == journal.c.journey_id)
    return of_journeys.where(*where).order_by(journal.c.id.desc())


def _messages(flow_id: int, node: str, head: str, rest: str, since: datetime | None) -> Select[Any]:
    when = func.coalesce(message.c.sent_at, message.c.created_at, type_=message.c.created_at.type)
    where = [message.c.flow_id == flow_id]
    if node:
        where.append(message.c.node == node)
    if head == "failed":
        where.append(message.c.state == "failed")
        if rest:
            where.append(message.c.reason == rest)
    elif head == "message":
        where.append(message.c.state == rest)
    columns = [message.c.contact_id, message.c.journey_id, when, message.c.reason]
    query = select(*columns).order_by(message.c.id.desc())
    if head == "reaction":
        mine = and_(reaction.c.message_id == message.c.id, reaction.c.name == rest)
        at = func.coalesce(reaction.c.at, when, type_=message.c.created_at.type)
        query = select(*columns[:2], at).join_from(message, reaction, mine).order_by(message.c.id.desc())
        when = at
    if since is not None:
        where.append(when >= since)
    return query.where(*where)
