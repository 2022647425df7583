"""The few things that SQLite and PostgreSQL say differently, each in one place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Protocol

from sqlalchemy import BigInteger, Integer, Text, any_, bindparam, literal_column
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects import sqlite as sqlite_dialect

from app.store import sqlite

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Dialect, Select, Table
    from sqlalchemy.sql import Executable

Insert = postgresql.Insert | sqlite_dialect.Insert


class Query:
    """A statement that is compiled once per database and then run with plain tuples.

    ``names`` are its parameters in the order in which values are given.
    """

    def __init__(self, build: Builder, *names: str) -> None:
        self.build = build
        self.names = names


class Builder(Protocol):
    """Makes a query's statement in the words of one database."""

    def __call__(self, words: Words, /) -> Executable: ...


@dataclass(slots=True)
class Words:
    """How this database says it."""

    dialect: Dialect
    writing: bool = True
    """Whether rows that are read are kept for a change."""
    _compiled: dict[Query, str] = field(default_factory=dict)

    @property
    def is_sqlite(self) -> bool:
        """Whether it is SQLite, where one writer has the whole database to itself."""
        return bool(self.dialect.name == "sqlite")

    def sql(self, query: Query) -> str:
        """The driver's own text of a query, compiled the first time it is asked for."""
        text = self._compiled.get(query)
        if text is None:
            text = self._compiled[query] = self._compile(query)
        return text

    def _compile(self, query: Query) -> str:
        compiled = query.build(self).compile(dialect=self.dialect)  # type: ignore[attr-defined]
        wanted = tuple(getattr(compiled, "positiontup", None) or ())
        if wanted != query.names:
            raise AssertionError(f"the values of a query come as {query.names}, its text wants {wanted}")
        return str(compiled)

    def insert(self, table: Table) -> Insert:
        """An INSERT that knows ON CONFLICT."""
        return sqlite_dialect.insert(table) if self.is_sqlite else postgresql.insert(table)

    def among(self, column: ColumnElement[Any], name: str) -> ColumnElement[bool]:
        """``column`` is one of a list that is given as a single value; see ``listed``."""
        if self.is_sqlite:
            return sqlite.among(column, name)
        kind = Text() if isinstance(column.type, Text) else BigInteger()
        return column == any_(bindparam(name, type_=postgresql.ARRAY(kind)))

    def listed(self, values: Sequence[int] | Sequence[str]) -> object:
        """The value for ``among``."""
        return sqlite.listed(values) if self.is_sqlite else list(values)

    def locked(self, query: Select[Any], *, skip: bool = False) -> Select[Any]:
        """Keeps other writers off the rows, where there can be others; ``skip`` leaves out what they hold."""
        return query if self.is_sqlite or not self.writing else query.with_for_update(skip_locked=skip)

    def shared(self, query: Select[Any]) -> Select[Any]:
        """Lets others read the rows, and nobody change them before this transaction has ended."""
        return query if self.is_sqlite or not self.writing else query.with_for_update(read=True)


def limit(name: str = "limit") -> ColumnElement[int]:
    """The parameter of this name, which says how many rows are wanted."""
    return bindparam(name, type_=Integer)


ONE: Final[ColumnElement[int]] = literal_column("1", Integer)
ZERO: Final[ColumnElement[int]] = literal_column("0", Integer)
"""Every limit is followed by this offset: left to itself, SQLAlchemy asks for the offset as a value."""
