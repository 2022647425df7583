"""What the engine asks its database, and how that looks for the answer."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import pytest

from app.store import database
from app.store.database import SqlStore
from app.store.dialects import Query
from app.store.session import Session, Values
from app.store.transaction import SqlTransaction

_WHOLE: Final = re.compile(r"\bSCAN (?!CONSTANT ROW|anon_|\d|\()(?!.*VIRTUAL TABLE)")
"""A table or an index from end to end; the list that a statement was given is none."""
_SMALL: Final = frozenset({"flow", "version", "segment", "schedule", "machine", "lease", "shift"})
"""As long as the drawings that somebody has made, and the times that they were published."""
_DAILY: Final = "min(journey.started_at)"
"""Since when somebody is in each version, of who is inside: asked once a day, before old events go."""


class _Noting(Session):
    """A session that notes what it is asked."""

    def __init__(self, other: Session, found: dict[str, int]) -> None:
        self.connection, self.words, self._cursor = other.connection, other.words, other._cursor
        self._found = found

    def many(self, query: Query, rows: Any) -> int:
        self._note(query)
        return super().many(query, rows)

    def _run(self, query: Query, values: Values) -> Any:
        self._note(query)
        return super()._run(query, values)

    def _note(self, query: Query) -> None:
        self._found[self.words.sql(query)] = len(query.names)


@contextmanager
def noted() -> Iterator[dict[str, int]]:
    """The statements of the engine's transactions from now on, with how many values each takes."""
    found: dict[str, int] = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(database, "SqlTransaction", lambda session: SqlTransaction(_Noting(session, found)))
        yield found


def scans(store: SqlStore, statements: dict[str, int]) -> list[str]:
    """Where one of these reads a table from end to end, by ``EXPLAIN QUERY PLAN``."""
    found = []
    with store.reading() as session:
        for sql, values in statements.items():
            if _DAILY in sql:
                continue
            asked = f"EXPLAIN QUERY PLAN {sql}", ("[]",) * values
            plan = session.connection.exec_driver_sql(*asked).fetchall()
            found += [f"{step[-1]}: {sql}" for step in plan if _is_whole(step[-1])]
    return found


def _is_whole(step: str) -> bool:
    return _WHOLE.search(step) is not None and step.split()[1] not in _SMALL
