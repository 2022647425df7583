"""What a tick does for entries that let people in by themselves: a batch of each in a transaction of its own.

Cost follows what is due: an engine that has nothing to do asks three short questions.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Final

from app.engine import looking
from app.engine.doors import DATE, KINDS, SCHEDULE, SEGMENT, Door, doors, let_in
from app.engine.rounds import missed_rounds, next_round
from app.model.journey import FlowState
from app.model.segments import Schedule

if TYPE_CHECKING:
    from datetime import datetime

    from app.engine.context import Context
    from app.engine.lease import Lease
    from app.engine.session import Session

Stage = Callable[["Session", int], int]


def waiting(session: Session) -> list[Stage]:
    """What there is to do now, in this order."""
    tx, now = session.tx, session.now
    stages: list[Stage] = []
    if tx.due_rechecks(now, 1):
        stages.append(looking.look_at_due)
    if tx.due_dated(now, 1):
        stages.append(come_dates)
    rows = [row for row in tx.schedules() if row.due_at is not None and row.due_at <= now]
    return [*stages, *(partial(go_on, name=(row.flow_id, row.node)) for row in rows)]


def work(context: Context, stages: Sequence[Stage], lease: Lease | None = None) -> int:
    """Does it; answers how many people had their turn."""
    return sum(_turn(context, stage, lease) for stage in stages)


def _turn(context: Context, stage: Stage, lease: Lease | None) -> int:
    with context.session("entries", lease) as session:
        done = 0 if context.is_halted(session) else stage(session, context.batch)
    if done:
        context.changed()
    return done


# --- dates -----------------------------------------------------------------------------------------------


def come_dates(session: Session, limit: int) -> int:
    """Lets in those whose date has come, and waits for the next one of each in the same transaction."""
    # A door that still goes through everybody after its publishing lets nobody in before it is through.
    busy = {(row.flow_id, row.node) for row in session.tx.schedules()}
    rows = [row for row in session.tx.due_dated(session.now, limit) if (row.flow_id, row.node) not in busy]
    ids = list(dict.fromkeys(row.contact_id for row in rows))
    # What has changed since may have moved the date.
    looking.look_first_at(session, ids)
    still = set(session.tx.dated_of(ids))
    contacts = session.tx.contacts(ids)
    found = {door.name: door for door in doors(session, DATE)}
    for row in rows:
        if row not in still or row.due_at is None:
            continue
        session.changes.dated.append(replace(row, due_at=None))
        door = found.get((row.flow_id, row.node))
        if door is not None:
            contact, yearly = contacts[row.contact_id], door.node.setting("yearly")
            # Of years that the machine was off one is enough.
            after = max(row.due_at, session.now) if yearly else row.due_at
            looking.plan_date(session, door, contact, after)
            let_in(session, door, contact, row.due_at)
    return len(rows)


# --- through many people ---------------------------------------------------------------------------------


def go_on(session: Session, limit: int, name: tuple[int, str]) -> int:
    """The next people of a node that goes through many; how many had their turn, at least one while it is not
    through."""
    row = next((one for one in session.tx.schedules() if (one.flow_id, one.node) == name), None)
    if row is None or row.due_at is None or row.due_at > session.now:
        return 0
    door = next((one for one in doors(session, *KINDS) if one.name == name), None)
    if door is None:
        session.changes.schedules.append(replace(row, due_at=None))
        return 1
    return _WALKS[door.node.kind.name](session, door, row, row.due_at, limit)


def _round(session: Session, door: Door, row: Schedule, due_at: datetime, limit: int) -> int:
    """Some hundred people of one round of an ``entry.schedule``. How far it has come is written with them, so
    that nobody is let in twice for one round."""
    if any(at <= due_at for at in session.tx.due_rechecks(session.now, 1).values()):
        # Who was in the segment when the round began is not known yet.
        return 0
    if row.after == 0:
        due_at = _newest(session, door, due_at)
    why = _closed(session, door)
    ids = () if why else _people(session, door, row.after, limit)
    contacts = session.tx.contacts(ids)
    for contact_id in ids:
        let_in(session, door, contacts[contact_id], due_at)
    if why:
        _miss(session, door, [due_at], why)
    if len(ids) == limit:
        row = replace(row, due_at=due_at, after=ids[-1])
    else:
        row = replace(row, due_at=next_round(door.node, due_at, session.zone), after=0)
    session.changes.schedules.append(row)
    return max(len(ids), 1)


def _newest(session: Session, door: Door, due_at: datetime) -> datetime:
    """Of rounds that the machine was off for only the newest is run; the others stand in the journal."""
    later = missed_rounds(door.node, due_at, session.now, session.zone)
    if later:
        _miss(session, door, [due_at, *later[:-1]], "off")
    return later[-1] if later else due_at


def _closed(session: Session, door: Door) -> str:
    """Why nobody can be let in for this round; empty when people can."""
    if door.flow.state is not FlowState.LIVE:
        return "paused"
    return "no-segment" if door.segment and _segment_id(session, door) is None else ""


def _miss(session: Session, door: Door, rounds: Sequence[datetime], reason: str) -> None:
    first, last = rounds[0].isoformat(), rounds[-1].isoformat()
    door.journal(session, "missed", {"rounds": len(rounds), "first": first, "last": last, "reason": reason})


def _people(session: Session, door: Door, after: int, limit: int) -> Sequence[int]:
    segment_id = _segment_id(session, door) if door.segment else None
    if segment_id is None:
        return session.tx.everybody(after, limit)
    return session.tx.members(segment_id, after, limit)


def _segment_id(session: Session, door: Door) -> int | None:
    """The door's segment, when it is there and its members are known."""
    segment = session.segments.get(door.segment)
    kept = session.watched.segments.get(segment.id) if segment is not None else None
    return segment.id if segment is not None and kept is not None and kept.is_ready else None


def _those_of_today(session: Session, door: Door, row: Schedule, due_at: datetime, limit: int) -> int:
    """Those who were in the segment when the flow was published, because its author has said so (rule 2)."""
    segment_id = _segment_id(session, door)
    ids = session.tx.members(segment_id, row.after, limit, until=due_at) if segment_id is not None else ()
    contacts = session.tx.contacts(ids)
    for contact_id in ids:
        let_in(session, door, contacts[contact_id], due_at)
    return _go_through(session, row, ids, limit)


def _all_dates(session: Session, door: Door, row: Schedule, due_at: datetime, limit: int) -> int:
    """Writes down for everybody which date comes first after the publishing."""
    ids = session.tx.everybody(row.after, limit)
    contacts = session.tx.contacts(ids)
    known = {
        one.contact_id: one.due_at for one in session.tx.dated_of(ids) if (one.flow_id, one.node) == door.name
    }
    for contact_id in ids:
        looking.plan_date(session, door, contacts[contact_id], due_at, known.get(contact_id))
    return _go_through(session, row, ids, limit)


def _go_through(session: Session, row: Schedule, ids: Sequence[int], limit: int) -> int:
    """Goes on behind these people, or is through."""
    more = len(ids) == limit
    session.changes.schedules.append(replace(row, after=ids[-1]) if more else replace(row, due_at=None))
    return max(len(ids), 1)


_WALKS: Final[Mapping[str, Callable[[Session, Door, Schedule, datetime, int], int]]] = {
    SCHEDULE: _round,
    SEGMENT: _those_of_today,
    DATE: _all_dates,
}
