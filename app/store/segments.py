"""Segments as the window and the command line see them; their rules are exchanged by the engine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from sqlalchemy import delete, func, select, update

from app.model.errors import RefusedError, UserError
from app.model.segments import Segment, name_fault
from app.store.tables import member, segment
from app.store.transaction import SqlTransaction

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from app.store.database import SqlStore


class Segments:
    """The segments of a workspace. Unknown names raise UserError.

    A flow knows a segment by its name: while one uses it, it keeps its name and stays. ``used_by`` are those
    flows.
    """

    def __init__(self, store: SqlStore) -> None:
        self._store = store

    def all(self) -> Sequence[Segment]:
        """All of them, by name."""
        with self._store.reading() as session:
            return SqlTransaction(session).segments()

    def sizes(self) -> Mapping[int, int]:
        """How many members are kept of each that is watched, by its id."""
        query = select(member.c.segment_id, func.count()).group_by(member.c.segment_id)
        with self._store.reading() as session:
            return {row[0]: row[1] for row in session.connection.execute(query)}

    def rename(self, old: str, new: str, used_by: Sequence[str]) -> None:
        """Gives a segment another name; RefusedError when that one is taken or a flow uses it."""
        fault = name_fault(new)
        if fault:
            raise UserError(f"The name of the segment {fault}.")
        with self._store.writing() as session:
            id_ = _id(session.connection, old)
            _refuse(old, used_by, "be renamed")
            taken = select(segment.c.id).where(segment.c.name == new, segment.c.id != id_)
            if session.connection.execute(taken).first() is not None:
                raise RefusedError(f"There is a segment called “{new}” already. Give this one another name.")
            session.connection.execute(update(segment).where(segment.c.id == id_).values(name=new))

    def delete(self, name: str, used_by: Sequence[str]) -> None:
        """Takes a segment away; RefusedError when a flow uses it."""
        with self._store.writing() as session:
            id_ = _id(session.connection, name)
            _refuse(name, used_by, "be deleted")
            session.connection.execute(delete(segment).where(segment.c.id == id_))


def _id(connection: Connection, name: str) -> int:
    found = connection.execute(select(segment.c.id).where(segment.c.name == name)).scalar()
    if found is None:
        raise UserError(f"There is no segment “{name}”.")
    return int(found)


def _refuse(name: str, used_by: Sequence[str], what: str) -> None:
    if used_by:
        flows = ", ".join(f"“{flow}”" for flow in used_by)
        raise RefusedError(f"“{name}” cannot {what} while {flows} uses it. Publish or stop that first.")
