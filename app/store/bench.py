"""What the bare database needs for the same work: records an engine's statements and runs them again, raw."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.store import sqlite
from app.store.database import SqlStore
from app.store.session import Session
from app.store.transaction import SqlTransaction

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.store.dialects import Query
    from app.store.session import Values


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement as it was run: for each of ``rows`` when ``many``, else once and its answer fetched."""

    sql: str
    rows: Sequence[Any]
    many: bool


class _RecordingSession(Session):
    tape: list[Statement]

    def many(self, query: Query, rows: Sequence[Values]) -> int:
        if rows:
            self.tape.append(Statement(self.words.sql(query), list(rows), many=True))
        return super().many(query, rows)

    def _run(self, query: Query, values: Values) -> Any:
        self.tape.append(Statement(self.words.sql(query), [values], many=False))
        return super()._run(query, values)


class RecordingStore(SqlStore):
    """A store that keeps what its transactions ran, in ``tapes``: one list of statements each."""

    tapes: list[list[Statement]]

    @contextmanager
    def transaction(self) -> Iterator[SqlTransaction]:
        """A writing transaction that is recorded."""
        with self._writing() as connection:
            session = _RecordingSession(connection, self._words)
            session.tape = []
            with connection.begin():
                yield SqlTransaction(session)
            self.tapes.append(session.tape)


def recording(path: Path) -> RecordingStore:
    """A recording store over a database that exists."""
    writer = sqlite.make_engine(path, busy_seconds=10.0, writing=True)
    reader = sqlite.make_engine(path, busy_seconds=10.0, writing=False)
    store = RecordingStore(writer, reader, str(path))
    store.tapes = []
    return store


def replay(path: Path, tapes: Sequence[Sequence[Statement]]) -> float:
    """Seconds that the driver alone needs for the same statements in the same transactions."""
    connection = sqlite.driver().connect(str(path), isolation_level=None)
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "secure_delete=ON", "cache_size=-32000"):
        cursor.execute(f"PRAGMA {pragma}")
    begun = time.perf_counter()
    for tape in tapes:
        cursor.execute("BEGIN IMMEDIATE")
        for statement in tape:
            if statement.many:
                cursor.executemany(statement.sql, statement.rows)
            else:
                cursor.execute(statement.sql, statement.rows[0]).fetchall()
        cursor.execute("COMMIT")
    seconds = time.perf_counter() - begun
    connection.close()
    return seconds
