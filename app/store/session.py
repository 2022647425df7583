"""One open transaction on one connection, and the queries that are run in it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from app.store.types import UnreadableError

if TYPE_CHECKING:
    from sqlalchemy import Connection
    from sqlalchemy.engine.interfaces import DBAPICursor

    from app.store.dialects import Query, Words

Values = tuple[Any, ...]


class Session:
    """Runs queries on the driver's own cursor, past SQLAlchemy's work on each row: a tick moves hundreds.

    What is rare and made of parts goes through ``connection`` instead; both are the same transaction.
    """

    def __init__(self, connection: Connection, words: Words) -> None:
        self.connection = connection
        self.words = words
        self._cursor = connection.connection.cursor()

    def rows(self, query: Query, *values: object) -> Sequence[Any]:
        """All rows of a SELECT, as tuples."""
        return self._run(query, values).fetchall()

    def row(self, query: Query, *values: object) -> Any:
        """The only row of a SELECT, or None."""
        return next(iter(self._run(query, values).fetchall()), None)

    def run(self, query: Query, *values: object) -> int:
        """Runs one INSERT, UPDATE or DELETE; how many rows it changed."""
        return int(self._run(query, values).rowcount)

    def many(self, query: Query, rows: Sequence[Values]) -> int:
        """Runs it for each row; how many rows were changed in all."""
        if not rows:
            return 0
        self._cursor.executemany(self.words.sql(query), rows)
        return int(self._cursor.rowcount)

    def listed(self, values: Sequence[int] | Sequence[str]) -> object:
        """The one value of a list parameter."""
        return self.words.listed(values)

    def _run(self, query: Query, values: Values) -> DBAPICursor:
        try:
            self._cursor.execute(self.words.sql(query), values)
        except UnicodeDecodeError as error:  # even what SQLite says of it is damaged
            raise UnreadableError from error
        return self._cursor
