"""Segments, and the entries that wait for a person, a date or a moment."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import bindparam, delete, func, select

from app.model.segments import Dated, Member, Schedule, Segment
from app.store.counters import CounterPart
from app.store.dialects import ONE, ZERO, Query, Words, limit
from app.store.tables import contact, dated, member, recheck, schedule, segment
from app.store.types import from_json, micros, moment, to_json

if TYPE_CHECKING:
    from datetime import datetime

    from app.model.journey import Changes

_ALWAYS: Final = 2**62
_SEGMENTS = Query(lambda _: select(segment).order_by(segment.c.name))
_MEMBERS = Query(
    lambda _: (
        select(member.c.contact_id)
        .where(
            member.c.segment_id == bindparam("segment"),
            member.c.contact_id > bindparam("after"),
            member.c.since <= bindparam("until"),
        )
        .order_by(member.c.contact_id)
        .limit(limit())
        .offset(ZERO)
    ),
    "segment",
    "after",
    "until",
    "limit",
)
_MEMBERSHIPS = Query(
    lambda words: select(member.c.contact_id, member.c.segment_id).where(
        words.among(member.c.contact_id, "ids")
    ),
    "ids",
)
_EVERYBODY = Query(
    lambda _: (
        select(contact.c.id)
        .where(contact.c.id > bindparam("after"), contact.c.erased_at.is_(None))
        .order_by(contact.c.id)
        .limit(limit())
        .offset(ZERO)
    ),
    "after",
    "limit",
)
_JOIN = Query(
    lambda words: words.insert(member).on_conflict_do_nothing(index_elements=["segment_id", "contact_id"]),
    *member.c.keys(),
)
_PART = Query(
    lambda _: delete(member).where(
        member.c.segment_id == bindparam("segment"), member.c.contact_id == bindparam("contact")
    ),
    "segment",
    "contact",
)
_DUE_RECHECKS = Query(
    lambda words: words.locked(
        select(recheck)
        .where(recheck.c.due_at <= bindparam("now"))
        .order_by(recheck.c.due_at, recheck.c.contact_id)
        .limit(limit())
        .offset(ZERO),
        skip=True,
    ),
    "now",
    "limit",
)
_RECHECKS_OF = Query(lambda words: select(recheck).where(words.among(recheck.c.contact_id, "ids")), "ids")
NEXT_RECHECK = Query(lambda _: select(func.min(recheck.c.due_at)))
_FORGET_RECHECK = Query(
    lambda _: delete(recheck).where(recheck.c.contact_id == bindparam("contact")), "contact"
)
_DUE_DATED = Query(
    lambda words: words.locked(
        select(dated)
        .where(dated.c.due_at <= bindparam("now"))
        .order_by(dated.c.due_at, dated.c.flow_id, dated.c.node, dated.c.contact_id)
        .limit(limit())
        .offset(ZERO),
        skip=True,
    ),
    "now",
    "limit",
)
NEXT_DATED = Query(lambda _: select(func.min(dated.c.due_at)))
_DATED_OF = Query(
    lambda words: (
        select(dated)
        .where(words.among(dated.c.contact_id, "ids"))
        .order_by(dated.c.contact_id, dated.c.flow_id, dated.c.node)
    ),
    "ids",
)
_FORGET_DATED = Query(
    lambda _: delete(dated).where(
        dated.c.flow_id == bindparam("flow"),
        dated.c.node == bindparam("at_node"),
        dated.c.contact_id == bindparam("contact"),
    ),
    "flow",
    "at_node",
    "contact",
)
_SCHEDULES = Query(
    lambda _: select(schedule).order_by(schedule.c.due_at, schedule.c.flow_id, schedule.c.node)
)
NEXT_SCHEDULE = Query(lambda _: select(schedule.c.due_at).order_by(schedule.c.due_at).limit(ONE).offset(ZERO))
_FORGET_SCHEDULE = Query(
    lambda _: delete(schedule).where(
        schedule.c.flow_id == bindparam("flow"), schedule.c.node == bindparam("at_node")
    ),
    "flow",
    "at_node",
)


def _recheck(words: Words) -> Any:
    """The earlier of two moments stays: nothing is looked at too late."""
    new = words.insert(recheck)
    return new.on_conflict_do_update(
        index_elements=["contact_id"],
        set_={"due_at": new.excluded.due_at},
        where=new.excluded.due_at < recheck.c.due_at,
    )


def _put_dated(words: Words) -> Any:
    new = words.insert(dated)
    return new.on_conflict_do_update(
        index_elements=["flow_id", "node", "contact_id"], set_={"due_at": new.excluded.due_at}
    )


def _put_schedule(words: Words) -> Any:
    new = words.insert(schedule)
    return new.on_conflict_do_update(
        index_elements=["flow_id", "node"],
        set_={"due_at": new.excluded.due_at, "after": new.excluded.after},
    )


def _put_segment(words: Words) -> Any:
    new = words.insert(segment)
    return new.on_conflict_do_update(
        index_elements=["id"], set_={"name": new.excluded.name, "rule": new.excluded.rule}
    )


RECHECK = Query(_recheck, *recheck.c.keys())
_PUT_SEGMENT = Query(_put_segment, *segment.c.keys())
_DROP_SEGMENT = Query(lambda _: delete(segment).where(segment.c.id == bindparam("this")), "this")
_PUT_DATED = Query(_put_dated, *dated.c.keys())
_PUT_SCHEDULE = Query(_put_schedule, *schedule.c.keys())


class WaitingPart(CounterPart):
    """The part of a transaction that is about segments, dates and schedules."""

    def segments(self) -> Sequence[Segment]:
        return [Segment(id_, name, from_json(rule)) for id_, name, rule in self._session.rows(_SEGMENTS)]

    def members(
        self, segment_id: int, after: int, limit: int, until: datetime | None = None
    ) -> Sequence[int]:
        last = _ALWAYS if until is None else micros(until)
        return [row[0] for row in self._session.rows(_MEMBERS, segment_id, after, last, limit)]

    def memberships(self, contact_ids: Sequence[int]) -> Mapping[int, frozenset[int]]:
        found: dict[int, set[int]] = defaultdict(set)
        for contact_id, segment_id in self._listed(_MEMBERSHIPS, contact_ids):
            found[contact_id].add(segment_id)
        return {contact_id: frozenset(ids) for contact_id, ids in found.items()}

    def everybody(self, after: int, limit: int) -> Sequence[int]:
        return [row[0] for row in self._session.rows(_EVERYBODY, after, limit)]

    def due_rechecks(self, now: datetime, limit: int) -> Mapping[int, datetime]:
        rows = self._session.rows(_DUE_RECHECKS, micros(now), limit)
        return {contact_id: moment(due_at) for contact_id, due_at in rows}

    def rechecks_of(self, contact_ids: Sequence[int]) -> Mapping[int, datetime]:
        rows = self._listed(_RECHECKS_OF, contact_ids)
        return {contact_id: moment(due_at) for contact_id, due_at in rows}

    def due_dated(self, now: datetime, limit: int) -> Sequence[Dated]:
        return [_dated(row) for row in self._session.rows(_DUE_DATED, micros(now), limit)]

    def dated_of(self, contact_ids: Sequence[int]) -> Sequence[Dated]:
        return [_dated(row) for row in self._listed(_DATED_OF, contact_ids)]

    def schedules(self) -> Sequence[Schedule]:
        rows = self._session.rows(_SCHEDULES)
        return [Schedule(flow_id, node, moment(due_at), after) for flow_id, node, due_at, after in rows]

    def _listed(self, query: Query, ids: Sequence[int]) -> Sequence[Any]:
        return self._session.rows(query, self._session.listed(ids)) if ids else ()

    def _write_waiting(self, changes: Changes) -> None:
        self._write_segments(changes.segments)
        self._write_members(changes.members)
        self._write_rechecks(changes.rechecks)
        self._write_dated(changes.dated)
        self._write_schedules(changes.schedules)

    def _write_segments(self, segments: Mapping[int, Segment | None]) -> None:
        """What goes makes room first: a rule that is exchanged comes under the same name."""
        self._session.many(_DROP_SEGMENT, [(id_,) for id_, one in segments.items() if one is None])
        kept = [(one.id, one.name, to_json(one.rule)) for one in segments.values() if one is not None]
        self._session.many(_PUT_SEGMENT, kept)

    def _write_members(self, members: Iterable[Member]) -> None:
        last = {(one.segment_id, one.contact_id): one.since for one in members}
        self._session.many(_PART, [key for key, since in last.items() if since is None])
        self._session.many(_JOIN, [(*key, micros(since)) for key, since in last.items() if since is not None])

    def _write_rechecks(self, rechecks: Mapping[int, datetime | None]) -> None:
        """What is looked at in this very transaction is forgotten first: then only its new moment counts."""
        self._session.many(_FORGET_RECHECK, [(id_,) for id_, due_at in rechecks.items() if due_at is None])
        self._session.many(
            RECHECK, [(id_, micros(due_at)) for id_, due_at in rechecks.items() if due_at is not None]
        )

    def _write_dated(self, rows: Iterable[Dated]) -> None:
        last = {(one.flow_id, one.node, one.contact_id): one.due_at for one in rows}
        self._session.many(_FORGET_DATED, [key for key, due_at in last.items() if due_at is None])
        self._session.many(
            _PUT_DATED, [(*key, micros(due_at)) for key, due_at in last.items() if due_at is not None]
        )

    def _write_schedules(self, rows: Iterable[Schedule]) -> None:
        last = {(one.flow_id, one.node): one for one in rows}
        self._session.many(_FORGET_SCHEDULE, [key for key, one in last.items() if one.due_at is None])
        self._session.many(
            _PUT_SCHEDULE,
            [(*key, micros(one.due_at), one.after) for key, one in last.items() if one.due_at is not None],
        )


def _dated(row: Any) -> Dated:
    flow_id, node, contact_id, due_at = row
    return Dated(flow_id, node, contact_id, moment(due_at))
