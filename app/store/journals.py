"""How a line of the journal is kept: what its journey and its version know stands there alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import bindparam, func, insert, or_, select

from app.model.journey import JournalLine
from app.store.dialects import Query
from app.store.tables import journal, journey
from app.store.types import from_json, micros, moment, to_json

if TYPE_CHECKING:
    from sqlalchemy import Connection, Select

MESSAGE: Final = "message"
"""Nearly every line about a message names it: as a number of its own it takes a third of the room."""
_COUNTED_BY_OUTLET: Final = {"left": "out", "ended": "end", "returned": "end", "postponed": "postponed"}
_COUNTED: Final = {"started": "entry", "parked": "parked"}
_HOUR: Final = 3_600_000_000
_LINE: Final = tuple(name for name in journal.c.keys() if name != "id")  # noqa: SIM118
WRITE: Final = Query(lambda _: insert(journal).values({name: bindparam(name) for name in _LINE}), *_LINE)
_READ: Final = (
    journal.c.journey_id,
    func.coalesce(journal.c.contact_id, journey.c.contact_id),
    journal.c.flow_id,
    journal.c.step,
    journal.c.at,
    journal.c.node,
    journal.c.what,
    journal.c.outlet,
    journal.c.data,
    journal.c.version_id,
    journal.c.message_id,
)


def row_of(line: JournalLine) -> tuple[Any, ...]:
    """For ``WRITE``."""
    data, message = line.data, None
    if MESSAGE in data:
        data = dict(data)
        message = data.pop(MESSAGE)
    return (
        line.journey_id,
        None if line.journey_id else line.contact_id,
        line.flow_id,
        line.step,
        micros(line.at),
        line.node,
        line.what,
        line.outlet,
        to_json(data),
        line.version_id,
        message,
    )


def counted(line: JournalLine) -> tuple[str, int] | None:
    """The counter that a line stands for, and what it adds to it; ``recounting`` says the same in SQL."""
    if line.what in _COUNTED_BY_OUTLET:
        return f"{_COUNTED_BY_OUTLET[line.what]}:{line.outlet}", -1 if line.what == "returned" else 1
    return (_COUNTED[line.what], 1) if line.what in _COUNTED else None


def hour_of(line: JournalLine) -> int:
    """Whole hours since 1970."""
    return micros(line.at) // _HOUR


def lines() -> Select[Any]:
    """All lines with whose they are; ``read`` makes values of them."""
    return select(*_READ).outerjoin_from(journal, journey, journey.c.id == journal.c.journey_id)


def of_contact(contact_id: int) -> Any:
    """Which lines are a contact's."""
    own = select(journey.c.id).where(journey.c.contact_id == contact_id)
    return or_(journal.c.journey_id.in_(own.scalar_subquery()), journal.c.contact_id == contact_id)


def of_row(row: Any) -> JournalLine:
    """From a row of ``lines`` as the driver gives it."""
    *whose, step, at, node, what, outlet, data, version_id, message = row
    return _line((*whose, step, moment(at), node, what, outlet, from_json(data), version_id, message))


def read(connection: Connection, query: Select[Any]) -> Sequence[JournalLine]:
    """The lines that a query made from ``lines`` finds."""
    return [_line(row) for row in connection.execute(query)]


def _line(row: Any) -> JournalLine:
    journey_id, contact_id, flow_id, step, at, node, what, outlet, data, version_id, message = row
    if message is not None:
        data = {MESSAGE: message, **data}
    return JournalLine(journey_id, contact_id, flow_id, step, at, node, what, outlet, data, version_id)
