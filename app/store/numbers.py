"""Every number on a screen. They come from counters; ``recount`` makes those again from the rows."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import func, or_, select, text

from app.model.errors import UserError
from app.model.journey import Message
from app.model.ports import Counts, Notice
from app.model.standing import Period
from app.store import recounting
from app.store.recounting import Difference
from app.store.standing import begin_of
from app.store.tables import (
    FLOW_RUNNING,
    JOURNEY_WAITS,
    MESSAGE_READY,
    MESSAGE_TOLD,
    MESSAGE_UNDER_WAY,
    contact,
    counter,
    event,
    flow,
    journey,
    message,
    reaction,
)
from app.store.transaction import SqlTransaction
from app.store.types import micros

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from app.store.database import SqlStore

_HOUR: Final = 3_600_000_000


@dataclass(frozen=True, slots=True)
class Queue:
    """How much there is to do."""

    next_due: datetime | None
    due_people: int
    """Journeys whose moment has come."""
    sent_today: int


@dataclass(frozen=True, slots=True)
class Totals:
    """What a workspace has done so far. ``ends``: journeys by end reason; ``messages``: channel to state to
    number; ``reactions``: by people, by name; ``failed``: messages by reason."""

    contacts: int
    events: int
    entered: int
    inside: int
    ends: Mapping[str, int]
    messages: Mapping[str, Mapping[str, int]]
    reactions: Mapping[str, int]
    failed: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many messages wait for one reason."""

    flow: str
    channel: str
    reason: str
    count: int
    until: datetime | None = None


class Numbers:
    """Sums, for screens and reports; each call reads one moment."""

    def __init__(self, store: SqlStore) -> None:
        self._store = store

    def counts(self, name: str, period: Period = Period.ALL, now: datetime | None = None) -> Counts:
        """Numbers of one flow's nodes and edges over all its versions; UserError for an unknown flow.

        ``now``: the moment in the workspace's zone, asked for any period but all time; whole hours are
        counted. Who is here now stands in every period.
        """
        with self._store.reading() as session:
            flow_id = session.connection.execute(select(flow.c.id).where(flow.c.name == name)).scalar()
            if flow_id is None:
                raise UserError(f"There is no flow named “{name}” in this workspace.")
            query = (
                select(counter.c.node, counter.c.name, func.sum(counter.c.count))
                .where(counter.c.flow_id == flow_id)
                .group_by(counter.c.node, counter.c.name)
            )
            begin = begin_of(session.connection, flow_id, period, now) if now is not None else None
            if begin is not None:
                query = query.where(or_(counter.c.name == "here", counter.c.hour >= micros(begin) // _HOUR))
            rows = session.connection.execute(query).all()
        return _counts({(node, name): int(count) for node, name, count in rows if count})

    def inside(self, name: str) -> int:
        """How many open journeys a flow has, counted in the rows."""
        query = select(func.count()).select_from(journey).join(flow, flow.c.id == journey.c.flow_id)
        query = query.where(flow.c.name == name, journey.c.state.not_in(["done", "erased"]))
        with self._store.reading() as session:
            return int(session.connection.execute(query).scalar_one())

    def stands(self, flow_id: int) -> Mapping[int, tuple[dict[str, int], dict[tuple[str, str], int]]]:
        """By version: who stands at each node, and how many have left it (by node and ``out`` or ``end``)."""
        query = (
            select(counter.c.version_id, counter.c.node, counter.c.name, func.sum(counter.c.count))
            .where(
                counter.c.flow_id == flow_id,
                or_(
                    counter.c.name == "here",
                    counter.c.name.startswith("out:"),
                    counter.c.name.startswith("end:"),
                ),
            )
            .group_by(counter.c.version_id, counter.c.node, counter.c.name)
        )
        with self._store.reading() as session:
            rows = session.connection.execute(query).all()
        found: dict[int, tuple[dict[str, int], dict[tuple[str, str], int]]] = {}
        for version_id, node, name, count in rows:
            here, past = found.setdefault(version_id, ({}, {}))
            if name == "here":
                here[node] = int(count)
            else:
                key = (node, name.partition(":")[0])
                past[key] = past.get(key, 0) + int(count)
        return found

    def queue(self, now: datetime, *, midnight: datetime) -> Queue:
        """What is due, and what was sent since ``midnight`` (to the whole hour)."""
        due = select(func.count()).select_from(journey)
        due = due.where(text(JOURNEY_WAITS), journey.c.due_at <= now)
        sent = select(func.coalesce(func.sum(counter.c.count), 0)).where(
            counter.c.name == "message:sent", counter.c.hour >= micros(midnight) // _HOUR
        )
        with self._store.reading() as session:
            return Queue(
                SqlTransaction(session).next_due(),
                session.connection.execute(due).scalar_one(),
                int(session.connection.execute(sent).scalar_one()),
            )

    def totals(self) -> Totals:
        """Everything so far, counted in the rows."""
        with self._store.reading() as session:
            connection = session.connection
            ends = _grouped(connection, journey.c.end_reason, journey.c.state == "done")
            messages: dict[str, dict[str, int]] = defaultdict(dict)
            for channel, state, count in connection.execute(
                select(message.c.channel, message.c.state, func.count()).group_by(
                    message.c.channel, message.c.state
                )
            ):
                messages[channel][state] = count
            entered = _count(connection, journey)
            return Totals(
                contacts=_count(connection, contact, contact.c.erased_at.is_(None)),
                events=_count(connection, event),
                entered=entered,
                inside=entered - _count(connection, journey, journey.c.state.in_(["done", "erased"])),
                ends=ends,
                messages=dict(messages),
                reactions=_grouped(connection, reaction.c.name, reaction.c.actor != "machine"),
                failed=_grouped(connection, message.c.reason, message.c.state == "failed"),
            )

    def waiting(self, channel: str, limit: int = 500) -> Sequence[Message]:
        """Rows of running flows that wait for a visitor or a person, oldest first."""
        running = select(flow.c.id).where(text(FLOW_RUNNING)).scalar_subquery()
        query = (
            select(message.c.id)
            .where(text(MESSAGE_READY), message.c.flow_id.in_(running), message.c.channel == channel)
            .order_by(message.c.ready_at, message.c.id)
            .limit(limit)
        )
        with self._store.reading() as session:
            ids = session.connection.execute(query).scalars().all()
            return SqlTransaction(session).messages_by_id(ids)

    def notices(self, limit: int = 200) -> Sequence[Notice]:
        """What flows have told and nobody has put away, the newest first."""
        name = select(flow.c.name).where(flow.c.id == message.c.flow_id).scalar_subquery()
        query = (
            select(message.c.id, message.c.content, message.c.sent_at, name, message.c.contact_id)
            .where(text(MESSAGE_TOLD))
            .order_by(message.c.created_at.desc(), message.c.id.desc())
            .limit(limit)
        )
        with self._store.reading() as session:
            return [
                Notice(id_, str(content.get("text", "")), sent_at, called, contact_id)
                for id_, content, sent_at, called, contact_id in session.connection.execute(query)
            ]

    def messages_in(self, state: str, limit: int = 500) -> Sequence[Message]:
        """Rows in this state, oldest first: what is held, unknown, failed."""
        with self._store.reading() as session:
            return SqlTransaction(session).messages_in(state, limit)

    def held(self, state: str = "held") -> Sequence[Waiting]:
        """What is held, by flow, channel and reason; or what is ``unknown``."""
        counted = (
            select(message.c.flow_id, message.c.channel, message.c.reason, func.count().label("count"))
            .where(text(MESSAGE_UNDER_WAY), message.c.state == state)
            .group_by(message.c.flow_id, message.c.channel, message.c.reason)
            .subquery()
        )
        query = (
            select(flow.c.name, counted.c.channel, counted.c.reason, counted.c.count)
            .join_from(counted, flow, flow.c.id == counted.c.flow_id)
            .order_by(flow.c.name, counted.c.channel, counted.c.reason)
        )
        with self._store.reading() as session:
            return [Waiting(*row) for row in session.connection.execute(query)]

    def put_off(self) -> Sequence[Waiting]:
        """What the policy has put off, by reason, and when the first of it is asked for again."""
        query = (
            select(message.c.reason, func.count(), func.min(message.c.ready_at))
            .where(text(MESSAGE_READY), message.c.state == "queued", message.c.reason != "")
            .group_by(message.c.reason)
            .order_by(message.c.reason)
        )
        with self._store.reading() as session:
            rows = session.connection.execute(query).all()
        return [Waiting("", "", reason, count, until) for reason, count, until in rows]

    def remembered(self, name: str) -> Any:
        """What the engine remembers about itself under this name; None when nothing."""
        with self._store.reading() as session:
            return SqlTransaction(session).machine(name)

    def used(self, name: str, since: int) -> int:
        """What was used of a limit in the slots from this number on."""
        with self._store.reading() as session:
            return SqlTransaction(session).used(name, since)

    def recount(self, *, dry: bool = False) -> Sequence[Difference]:
        """Makes the counters again from the rows; ``dry`` only says where they differ."""
        if dry:
            with self._store.reading() as session:
                return recounting.differences(session.connection)
        with self._store.writing() as session:
            found = recounting.differences(session.connection)
            recounting.rebuild(session.connection)
            return found


def _count(connection: Connection, table: Any, *where: Any) -> int:
    return int(connection.execute(select(func.count()).select_from(table).where(*where)).scalar_one())


def _grouped(connection: Connection, column: Any, where: Any) -> dict[str, int]:
    query = select(column, func.count()).where(where).group_by(column).order_by(column)
    return {row[0]: row[1] for row in connection.execute(query)}


def _counts(names: Mapping[tuple[str, str], int]) -> Counts:
    sums: Counter[str] = Counter()
    for (_, name), count in names.items():
        sums[name] += count
    return Counts(
        here={node: count for (node, name), count in names.items() if name == "here"},
        edges={
            (node, name.removeprefix("out:")): count
            for (node, name), count in names.items()
            if name.startswith("out:")
        },
        names=names,
        inside=sums["here"],
        entered=sums["entry"],
        goals=sums["end:goal"],
    )
