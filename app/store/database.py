"""Opens a workspace's database: one connection that writes, others that only read."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from app.store import copies, postgres, schema, sqlite
from app.store.desk_people import People
from app.store.dialects import Words
from app.store.errors import told
from app.store.imports import SqlContactSink
from app.store.numbers import Numbers
from app.store.publishing import Flows
from app.store.segments import Segments
from app.store.session import Session
from app.store.settings import Settings
from app.store.tables import metadata
from app.store.transaction import SqlTransaction

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection, Engine

    from app.model.ports import Ids

BUSY_SECONDS = 10.0


class SqlStore:
    """``app.model.ports.Store`` over SQLite or PostgreSQL, and what the window and the command line read.

    May be shared by threads: writing transactions wait for each other, reading ones wait for nobody.
    """

    def __init__(self, writer: Engine, reader: Engine, place: str) -> None:
        self.place = place
        self._writer, self._reader = writer, reader
        self._words = Words(writer.dialect)
        self._reading_words = Words(reader.dialect, writing=False)
        self._turn = threading.Lock()
        self._holder: int | None = None
        self._checkpoints = False
        self.flows = Flows(self)
        self.settings = Settings(self)
        self.numbers = Numbers(self)
        self.people = People(self)
        self.segments = Segments(self)

    @contextmanager
    def transaction(self) -> Iterator[SqlTransaction]:
        """A writing transaction; one at a time in this process. Commits when left well."""
        with self._writing() as connection:
            transaction = SqlTransaction(Session(connection, self._words))
            with connection.begin():
                yield transaction
            self._mind_lease(connection, transaction.holds_lease)

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A writing transaction for the store's own nouns."""
        with self._writing() as connection, connection.begin():
            yield Session(connection, self._words)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A picture of one moment, on a connection that cannot write."""
        with self._told(), self._reader.connect() as connection, connection.begin():
            yield Session(connection, self._reading_words)

    @contextmanager
    def looking(self) -> Iterator[SqlTransaction]:
        """The same, as the engine reads it."""
        with self.reading() as session:
            yield SqlTransaction(session)

    def contacts(self, ids: Ids, now: datetime) -> SqlContactSink:
        """Where a source puts contacts."""
        return SqlContactSink(self, ids, now)

    def checkpoint(self, *, truncate: bool = False) -> None:
        """Copies the write-ahead log back into the file: for the lease's holder, and after erasing."""
        if self._words.is_sqlite:
            with self._writing() as connection:
                sqlite.checkpoint(connection, truncate=truncate)

    def examine(self) -> None:
        """Looks whether the database is whole, and writes nothing; DamagedError when it is not."""
        if self._words.is_sqlite:
            with self.reading() as session:
                sqlite.examine(session.connection, self.place, metadata.sorted_tables)

    def close(self) -> None:
        """Closes all connections."""
        with self._turn:
            self._reader.dispose()
            self._writer.dispose()

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        if self._holder == threading.get_ident():
            raise RuntimeError("this thread has a writing transaction open already")
        with self._told(), self._turn, self._writer.connect() as connection:
            self._holder = threading.get_ident()
            try:
                yield connection
            finally:
                self._holder = None

    def _told(self) -> AbstractContextManager[None]:
        return told(self.place, self._writer.dialect.dbapi)

    def _mind_lease(self, connection: Connection, holds: bool | None) -> None:
        if holds is not None and holds != self._checkpoints and self._words.is_sqlite:
            sqlite.checkpoint_here(connection, on=holds)
            self._checkpoints = holds


def open_store(
    where: str | Path, *, busy_seconds: float = BUSY_SECONDS, release: bool | None = None
) -> SqlStore:
    """Opens, and where needed makes or upgrades, the database at a file path or a PostgreSQL URL.

    ``release``: refuse an unsound SQLite; by default in a built program only. Raises WorldError.
    """
    if isinstance(where, str) and where.startswith("postgresql"):
        return _open_postgres(where)
    if _is_release(release):
        sqlite.demand_sound(sqlite.driver().sqlite_version_info)
    return _open_sqlite(Path(str(where).removeprefix("sqlite:///")), busy_seconds)


def _is_release(release: bool | None) -> bool:
    return bool(getattr(sys, "frozen", False)) if release is None else release


def _open_sqlite(path: Path, busy_seconds: float) -> SqlStore:
    place = str(path)
    with ExitStack() as unless_well, told(place, sqlite.driver()):
        writer = sqlite.make_engine(path, busy_seconds=busy_seconds, writing=True)
        unless_well.callback(writer.dispose)
        sqlite.prepare(writer, path)
        _copy_what_is_older(writer, path)
        with writer.begin() as connection:
            if schema.bring_up_to_date(connection, place):
                sqlite.sign(connection)
        unless_well.pop_all()
    return SqlStore(writer, sqlite.make_engine(path, busy_seconds=busy_seconds, writing=False), place)


def _copy_what_is_older(writer: Engine, path: Path) -> None:
    with writer.connect() as connection:
        revision = schema.revision_of(connection)
        is_older = revision is not None and revision < schema.HEAD
        if is_older:
            sqlite.demand_whole(connection, str(path))
    if is_older and revision is not None:
        copies.copy_before_upgrade(sqlite.driver(), path, revision)
    copies.forget_old_copies(path)


def _open_postgres(url: str) -> SqlStore:
    engine = postgres.make_engine(url)
    place = engine.url.render_as_string(hide_password=True)
    with ExitStack() as unless_well, told(place, engine.dialect.dbapi):
        unless_well.callback(engine.dispose)
        with engine.begin() as connection:
            connection.exec_driver_sql(postgres.SCHEMA_LOCK)
            schema.bring_up_to_date(connection, place)
        unless_well.pop_all()
    return SqlStore(engine, postgres.reading(engine), place)
