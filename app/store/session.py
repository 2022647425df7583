"""One open transaction on one connection, and the queries that are run in it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sqlalchemy import Connection, CursorResult

    from app.store.dialects import Query, Words

Values = tuple[Any, ...]


class Session:
    """Runs queries with plain tuples, past SQLAlchemy's work on each value: a tick moves hundreds of rows."""

    def __init__(self, connection: Connection, words: Words) -> None:
        self.connection = connection
        self.words = words

    def rows(self, query: Query, *values: object) -> Sequence[Any]:
        """All rows of a SELECT."""
        return self._run(query, values).fetchall()

    def row(self, query: Query, *values: object) -> Any:
        """The first row of a SELECT, or None."""
        return self._run(query, values).first()

    def run(self, query: Query, *values: object) -> int:
        """Runs one INSERT, UPDATE or DELETE; how many rows it changed."""
        return int(self._run(query, values).rowcount)

    def many(self, query: Query, rows: Sequence[Values]) -> int:
        """Runs it for each row; how many rows were changed in all."""
        if not rows:
            return 0
        result = self.connection.exec_driver_sql(self.words.sql(query), list(rows))
        return int(result.rowcount)

    def listed(self, values: Sequence[int] | Sequence[str]) -> object:
        """The one value of a list parameter."""
        return self.words.listed(values)

    def _run(self, query: Query, values: Values) -> CursorResult[Any]:
        return self.connection.exec_driver_sql(self.words.sql(query), values)
