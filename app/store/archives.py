"""What is over: journals pressed together, and what is dropped when it is old."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import bindparam, delete, func, select, text, update

from app.model.journey import CountKey, MessageState
from app.store.dialects import ZERO, Query, Words, limit
from app.store.journals import counted, hour_of, lines, of_row
from app.store.pressing import blanked, press, unpress
from app.store.shifts import ShiftPart
from app.store.tables import (
    JOURNEY_OPEN,
    JOURNEY_TO_SHELVE,
    archive,
    archived_count,
    event,
    journal,
    journey,
    message,
)
from app.store.types import EPOCH, micros, moment

if TYPE_CHECKING:
    from app.model.journey import JournalLine

THROUGH: Final = frozenset({MessageState.SENT, MessageState.FAILED, MessageState.CANCELLED})
"""States in which a message needs its text no more."""

_TO_SHELVE = Query(
    lambda words: words.locked(
        select(journey.c.id, journey.c.ended_at)
        .where(text(JOURNEY_TO_SHELVE), journey.c.ended_at < bindparam("before"))
        .order_by(journey.c.ended_at, journey.c.id)
        .limit(limit())
        .offset(ZERO)
    ),
    "before",
    "limit",
)
_LINES_OF = Query(
    lambda words: lines().where(words.among(journal.c.journey_id, "journeys")).order_by(journal.c.id),
    "journeys",
)
_SHELVE = Query(
    lambda words: update(journey).where(words.among(journey.c.id, "ids")).values(shelved=text("true")), "ids"
)
_DROP_LINES = Query(
    lambda words: delete(journal).where(words.among(journal.c.journey_id, "journeys")), "journeys"
)


def _put(words: Words) -> Any:
    new = words.insert(archive)
    return new.on_conflict_do_update(index_elements=["journey_id"], set_={"lines": new.excluded.lines})


_PUT = Query(_put, *archive.c.keys())


def _count(words: Words) -> Any:
    new = words.insert(archived_count)
    return new.on_conflict_do_update(
        index_elements=["flow_id", "version_id", "node", "name", "hour"],
        set_={"count": archived_count.c.count + new.excluded.count},
    )


_COUNT = Query(_count, *archived_count.c.keys())
_OF_CONTACT = Query(
    lambda _: (
        select(archive.c.journey_id, archive.c.lines, journey.c.contact_id, journey.c.flow_id)
        .join_from(archive, journey, journey.c.id == archive.c.journey_id)
        .where(journey.c.contact_id == bindparam("contact"))
    ),
    "contact",
)
_OF_JOURNEYS = Query(
    lambda words: (
        select(archive.c.journey_id, archive.c.lines, journey.c.contact_id, journey.c.flow_id)
        .join_from(archive, journey, journey.c.id == archive.c.journey_id)
        .where(words.among(archive.c.journey_id, "ids"))
    ),
    "ids",
)
_OLD = Query(
    lambda _: (
        select(archive.c.journey_id)
        .where(archive.c.day < bindparam("day"))
        .order_by(archive.c.day, archive.c.journey_id)
        .limit(limit())
        .offset(ZERO)
    ),
    "day",
    "limit",
)
_DROP = Query(lambda words: delete(archive).where(words.among(archive.c.journey_id, "ids")), "ids")
_REFUSED = Query(
    lambda _: (
        select(journal.c.id, journal.c.at)
        .where(text("journey_id = 0"))
        .order_by(journal.c.id)
        .limit(limit())
        .offset(ZERO)
    ),
    "limit",
)
_DROP_BY_ID = Query(lambda words: delete(journal).where(words.among(journal.c.id, "ids")), "ids")
_EVENTS = Query(
    lambda _: (
        select(event.c.id, event.c.received_at, event.c.name, event.c.at)
        .where(event.c.id > bindparam("after"))
        .order_by(event.c.id)
        .limit(limit())
        .offset(ZERO)
    ),
    "after",
    "limit",
)
_DROP_EVENTS = Query(lambda words: delete(event).where(words.among(event.c.id, "ids")), "ids")
_MESSAGES = Query(
    lambda _: (
        select(message.c.id, message.c.created_at, message.c.state)
        .where(message.c.id > bindparam("after"))
        .order_by(message.c.id)
        .limit(limit())
        .offset(ZERO)
    ),
    "after",
    "limit",
)
_EMPTY = Query(
    lambda words: (
        update(message)
        .where(words.among(message.c.id, "ids"))
        .values(content=text("'{}'"), address=text("''"))
    ),
    "ids",
)
_OLDEST_OPEN = Query(
    lambda _: (
        select(journey.c.version_id, func.min(journey.c.started_at))
        .where(text(JOURNEY_OPEN))
        .group_by(journey.c.version_id)
    )
)


class ArchivePart(ShiftPart):
    """The part of a transaction that is about what is over."""

    def shelve(self, before: datetime, limit: int) -> int:
        ended = dict(self._session.rows(_TO_SHELVE, micros(before), limit))
        if not ended:
            return 0
        listed = self._session.listed(sorted(ended))
        own: dict[int, list[JournalLine]] = defaultdict(list)
        for row in self._session.rows(_LINES_OF, listed):
            own[row[0]].append(of_row(row))
        rows = [(id_, day_of(moment(at)), press(own.get(id_, ()))) for id_, at in ended.items()]
        self._session.many(_PUT, rows)
        self._session.many(_COUNT, [(*_key(key), count) for key, count in counts_of(own.values()).items()])
        self._session.run(_DROP_LINES, listed)
        self._session.run(_SHELVE, listed)
        return len(ended)

    def archived(self, journey_ids: Sequence[int]) -> list[JournalLine]:
        """The pressed lines of these journeys."""
        return self._unpressed(_OF_JOURNEYS, self._session.listed(journey_ids)) if journey_ids else []

    def archived_of(self, contact_id: int) -> list[JournalLine]:
        """All pressed lines of a contact."""
        return self._unpressed(_OF_CONTACT, contact_id)

    def _unpressed(self, query: Query, wanted: object) -> list[JournalLine]:
        return [
            line
            for journey_id, pressed, contact_id, flow_id in self._session.rows(query, wanted)
            for line in unpress(bytes(pressed), journey_id, contact_id, flow_id)
        ]

    def drop_archives(self, before: datetime, limit: int) -> int:
        ids = [row[0] for row in self._session.rows(_OLD, day_of(before), limit)]
        if ids:
            self._session.run(_DROP, self._session.listed(ids))
            # What was written about them after they had been pressed.
            self._session.run(_DROP_LINES, self._session.listed(ids))
        return len(ids)

    def drop_refused(self, before: datetime, limit: int) -> int:
        old = [id_ for id_, at in self._session.rows(_REFUSED, limit) if at < micros(before)]
        if old:
            self._session.run(_DROP_BY_ID, self._session.listed(old))
        return len(old)

    def drop_events(
        self, before: datetime, kept: Mapping[str, datetime | None], after: int, limit: int
    ) -> tuple[int, int]:
        old = self._old(_EVENTS, before, after, limit)
        gone = [id_ for id_, _, name, at in old if may_go(name, moment(at), kept)]
        if gone:
            self._session.run(_DROP_EVENTS, self._session.listed(gone))
        return len(old), old[-1][0] if old else after

    def drop_texts(self, before: datetime, after: int, limit: int) -> tuple[int, int]:
        old = self._old(_MESSAGES, before, after, limit)
        through = [id_ for id_, _, state in old if state in THROUGH]
        if through:
            self._session.run(_EMPTY, self._session.listed(through))
        return len(old), old[-1][0] if old else after

    def _old(self, query: Query, before: datetime, after: int, limit: int) -> list[Any]:
        """Rows come in the order in which they came in, so that one look is enough where none is old."""
        first = self._session.row(query, after, 1)
        if first is None or first[1] >= micros(before):
            return []
        return [row for row in self._session.rows(query, after, limit) if row[1] < micros(before)]

    def oldest_open(self) -> Mapping[int, datetime]:
        return {version_id: moment(at) for version_id, at in self._session.rows(_OLDEST_OPEN)}

    def forget(self, contact_ids: Sequence[int], now: datetime) -> None:
        super().forget(contact_ids, now)
        gone = [one.id for one in self.contacts(contact_ids).values() if one.erased]
        rows = [row for contact_id in gone for row in self._session.rows(_OF_CONTACT, contact_id)]
        self._session.many(_PUT, [(row[0], 0, blanked(bytes(row[1]))) for row in rows])


def day_of(at: datetime) -> int:
    """Whole days since 1970."""
    return (at.astimezone(UTC) - EPOCH).days


def counts_of(journals: Iterable[Iterable[JournalLine]]) -> Counter[CountKey]:
    """What the lines of these journals have counted."""
    found: Counter[CountKey] = Counter()
    for one in journals:
        for line in one:
            told = counted(line)
            if told is not None:
                key = CountKey(line.flow_id, line.version_id, line.node, told[0], hour_of(line))
                found[key] += told[1]
    return found


def may_go(name: str, at: datetime, kept: Mapping[str, datetime | None]) -> bool:
    """Whether nobody can ask for an event of this name any more that happened then."""
    if name not in kept:
        return True
    since = kept[name]
    return since is not None and at < since


def _key(key: CountKey) -> tuple[int, int, str, str, int]:
    return (key.flow_id, key.version_id, key.node, key.name, key.hour)
