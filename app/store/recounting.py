"""Counters made again from the rows that they stand for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    and_,
    case,
    delete,
    func,
    insert,
    literal,
    or_,
    select,
    text,
    union_all,
)

from app.store.tables import JOURNEY_OPEN, archived_count, counter, journal, journey, message, reaction
from app.store.types import Moment

if TYPE_CHECKING:
    from sqlalchemy import Connection

_HOUR: Final = 3_600_000_000


@dataclass(frozen=True, slots=True)
class Difference:
    """A counter that is not what the rows say, summed over all hours."""

    flow_id: int
    version_id: int
    node: str
    name: str
    kept: int
    counted: int


def differences(connection: Connection) -> Sequence[Difference]:
    """Where the counters and the rows disagree."""
    counted, kept = _counted().subquery(), counter
    columns = ("flow_id", "version_id", "node", "name")
    both = union_all(
        select(
            *(kept.c[name] for name in columns), kept.c.count.label("kept"), literal(0).label("counted")
        ).where(_from_rows()),
        select(*(counted.c[name] for name in columns), literal(0), counted.c.count),
    ).subquery()
    was, now = func.sum(both.c.kept), func.sum(both.c.counted)
    key = [both.c[name] for name in columns]
    query = select(*key, was, now).group_by(*key).having(was != now).order_by(*key)
    return [Difference(*row[:4], int(row[4]), int(row[5])) for row in connection.execute(query)]


def rebuild(connection: Connection) -> None:
    """Throws the counters away and counts again; refused entries leave no row to count, theirs stay."""
    connection.execute(delete(counter).where(_from_rows()))
    counted = _counted().subquery()
    key = [counted.c[name] for name in ("flow_id", "version_id", "node", "name", "hour")]
    summed = select(*key, func.sum(counted.c.count)).group_by(*key)
    connection.execute(insert(counter).from_select(counter.c.keys(), summed))


def _from_rows() -> ColumnElement[bool]:
    """Counters that the rows can tell."""
    exact = counter.c.name.in_(["here", "entry", "parked"])
    starts = ("out:", "end:", "reaction:", "machine:", "message:", "failed:", "postponed:")
    return or_(exact, *(counter.c.name.startswith(start) for start in starts))


def _counted() -> Any:
    return union_all(*_of_journeys(), *_of_journal(), *_of_archive(), *_of_messages(), *_of_reactions())


def _hour(column: Any) -> ColumnElement[int]:
    """Whole hours since 1970 of a stored moment."""
    return (func.coalesce(column, 0, type_=Moment).op("/", return_type=Integer())(literal(_HOUR))).label(
        "hour"
    )


def _one(name: Any) -> Any:
    return name.label("name") if isinstance(name, ColumnElement) else literal(name).label("name")


def _of_journeys() -> list[Select[Any]]:
    place = (journey.c.flow_id, journey.c.version_id, journey.c.node)
    one = literal(1).label("count")
    here = select(*place, _one("here"), _hour(journey.c.arrived_at), one).where(text(JOURNEY_OPEN))
    return [here]


def _of_journal() -> list[Select[Any]]:
    """Walks, starts, ends and what was put off, at the node and the version where each line was written;
    whoever returned has not ended."""
    name = case(
        (journal.c.what == "left", literal("out:") + journal.c.outlet),
        (journal.c.what.in_(["ended", "returned"]), literal("end:") + journal.c.outlet),
        (journal.c.what == "started", literal("entry")),
        (journal.c.what == "postponed", literal("postponed:") + journal.c.outlet),
        else_=literal("parked"),
    )
    return [
        select(
            journal.c.flow_id,
            journal.c.version_id,
            journal.c.node,
            _one(name),
            _hour(journal.c.at),
            case((journal.c.what == "returned", -1), else_=1).label("count"),
        ).where(journal.c.what.in_(["left", "ended", "returned", "started", "parked", "postponed"]))
    ]


def _of_archive() -> list[Select[Any]]:
    """What lines have counted that are pressed together, or gone."""
    names = ("flow_id", "version_id", "node", "name", "hour", "count")
    return [select(*(archived_count.c[name] for name in names))]


def _of_messages() -> list[Select[Any]]:
    place = (message.c.flow_id, message.c.version_id, message.c.node)
    one = literal(1).label("count")
    when = func.coalesce(message.c.sent_at, message.c.created_at, type_=Moment)
    states = select(*place, _one(literal("message:") + message.c.state), _hour(when), one)
    reasons = select(*place, _one(literal("failed:") + message.c.reason), _hour(when), one)
    return [states, reasons.where(message.c.state == "failed")]


def _of_reactions() -> list[Select[Any]]:
    """Each name once a message; those of machines carry their prefix already."""
    name = case(
        (reaction.c.name.startswith("machine:"), reaction.c.name),
        else_=literal("reaction:") + reaction.c.name,
    )
    when = func.coalesce(reaction.c.at, message.c.sent_at, message.c.created_at, type_=Moment)
    return [
        select(
            message.c.flow_id,
            message.c.version_id,
            message.c.node,
            _one(name),
            _hour(when),
            literal(1).label("count"),
        ).join_from(reaction, message, and_(message.c.id == reaction.c.message_id))
    ]
