"""Everything that is said to SQLite alone: which build, how a file is opened, what its errors mean."""

from __future__ import annotations

import importlib
import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import bindparam, column, create_engine, event, func, select
from sqlalchemy.pool import QueuePool

from app.model.errors import DamagedError, WorldError
from app.model.journey import FlowState, JourneyState, MessageState
from app.store.types import UnreadableError, from_json

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Connection, Engine, Table

SOUND: Final = (3, 51, 3)
"""From here on two connections cannot damage a WAL file when one copies it back while the other commits."""
APPLICATION_ID: Final = 0x43577274
"""Marks a file as ours: the letters ``CWrt``."""
CHECKPOINT_PAGES: Final = 1000
_STATEMENTS: Final = 400
_HEADER: Final = b"SQLite format 3\0"


@cache
def driver() -> ModuleType:
    """The newest SQLite at hand: the one that came along, or Python's own."""
    found = []
    for name in ("pysqlite3.dbapi2", "sqlite3.dbapi2"):
        try:
            found.append(importlib.import_module(name))
        except ImportError:
            continue
    return max(found, key=lambda module: module.sqlite_version_info)


def sqlite_version() -> str:
    """The version of SQLite in use, for ``doctor`` and 'About'."""
    return str(driver().sqlite_version)


def demand_sound(version: tuple[int, ...]) -> None:
    """Raises WorldError when this SQLite may damage a database that several threads use."""
    if version < SOUND:
        have, need = (".".join(map(str, numbers)) for numbers in (version, SOUND))
        raise WorldError(
            f"This computer's SQLite {have} can damage a database under load. "
            f"Install SQLite {need} or newer, or the Chainwright that brings its own."
        )


def make_engine(path: Path, *, busy_seconds: float, writing: bool) -> Engine:
    """An engine over one file. A writing one has a single connection and begins with ``BEGIN IMMEDIATE``."""
    module = driver()
    engine = create_engine(
        f"sqlite:///{path}",
        module=module,
        hide_parameters=True,
        poolclass=QueuePool,
        pool_size=1 if writing else 4,
        max_overflow=0 if writing else 20,
        connect_args={
            "timeout": busy_seconds,
            "check_same_thread": False,
            "cached_statements": _STATEMENTS,
            "isolation_level": None,
        },
    )
    event.listen(engine, "connect", _settle_writer if writing else _settle_reader)
    event.listen(engine, "begin", _begin_writing if writing else _begin_reading)
    return engine


def _settle(connection: Any, *pragmas: str) -> None:
    cursor = connection.cursor()
    for pragma in pragmas:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _settle_writer(connection: Any, _record: object) -> None:
    # Only who holds the engine's lease copies the WAL back: see checkpoint_here.
    _settle(
        connection,
        "synchronous=FULL",
        "foreign_keys=ON",
        "secure_delete=ON",
        "wal_autocheckpoint=0",
        "cache_size=-32000",
    )


def _settle_reader(connection: Any, _record: object) -> None:
    _settle(connection, "query_only=ON", "wal_autocheckpoint=0", "cache_size=-8000")


def _begin_writing(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _begin_reading(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN")


def prepare(engine: Engine, path: Path) -> None:
    """Refuses a file that is not ours before anything is written to it, then starts its write-ahead log."""
    if not _may_be_database(path):
        raise WorldError(_SENTENCES["SQLITE_NOTADB"].format(path=path))
    connection = engine.raw_connection()
    try:
        cursor = connection.cursor()
        mark = cursor.execute("PRAGMA application_id").fetchone()[0]
        tables = cursor.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
        if tables and mark != APPLICATION_ID:
            raise WorldError(_SENTENCES["SQLITE_NOTADB"].format(path=path))
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.close()
    finally:
        connection.close()


def _may_be_database(path: Path) -> bool:
    """SQLite itself takes a file of a few bytes for an empty one, and writes over it."""
    try:
        with path.open("rb") as file:
            return file.read(len(_HEADER)) in (b"", _HEADER)
    except FileNotFoundError:
        return True
    except OSError as error:
        raise WorldError(_SENTENCES["SQLITE_PERM"].format(path=path)) from error


def sign(connection: Connection) -> None:
    """Marks the file as ours."""
    connection.exec_driver_sql(f"PRAGMA application_id={APPLICATION_ID}")


def checkpoint_here(connection: Connection, *, on: bool) -> None:
    """Whether commits of this connection copy the WAL back into the file now and then."""
    _settle(connection.connection.driver_connection, f"wal_autocheckpoint={CHECKPOINT_PAGES if on else 0}")


def checkpoint(connection: Connection, *, truncate: bool) -> None:
    """Copies the WAL back now; ``truncate`` waits for readers and leaves nothing of it."""
    mode = "TRUNCATE" if truncate else "PASSIVE"
    _settle(connection.connection.driver_connection, f"wal_checkpoint({mode})")


def among(of: ColumnElement[Any], name: str) -> ColumnElement[bool]:
    """``of`` is one of the values of the JSON list in parameter ``name``."""
    values = func.json_each(bindparam(name)).table_valued(column("value"))
    return of.in_(select(values.c.value))


def listed(values: Sequence[int] | Sequence[str]) -> str:
    """The list for ``among``."""
    return json.dumps(list(values))


DAMAGED: Final = "{path} is damaged. Close Chainwright and restore the newest backup."
_READ_WHOLE: Final = frozenset({"version", "setting", "machine", "segment", "flow"})
"""What everything hangs on."""
_WORDS: Final = {
    "flow": frozenset(FlowState),
    "journey": frozenset(JourneyState),
    "message": frozenset(MessageState),
}
"""What ``state`` may be."""
_SIZES: Final = ("page_count", "page_size")
_SMALL: Final = 32_000_000
"""Bytes that are read whole in less than a second."""
_SENTENCES: Final = {
    "SQLITE_NOTADB": "{path} is not a Chainwright database. Choose another workspace, or restore a backup.",
    "SQLITE_CORRUPT": DAMAGED,
    "SQLITE_BUSY": "{path} is locked by another program. Close what uses it, then try again.",
    "SQLITE_LOCKED": "{path} is locked by another program. Close what uses it, then try again.",
    "SQLITE_FULL": "There is no room left for {path}. Make room on the disk; nothing was lost.",
    "SQLITE_READONLY": "{path} cannot be written. Allow this user to write the file and its folder.",
    "SQLITE_CANTOPEN": "{path} cannot be opened. Check that the folder exists and that you may write there.",
    "SQLITE_IOERR": "The disk does not read or write {path}. Check the disk, then start again.",
    "SQLITE_PERM": "{path} cannot be opened. Allow this user to read and write it.",
}


def demand_whole(connection: Connection, path: str, look: str = "quick_check") -> None:
    """Raises DamagedError when SQLite itself finds that the file is not whole."""
    if connection.exec_driver_sql(f"PRAGMA {look}(1)").scalar() != "ok":
        raise DamagedError(DAMAGED.format(path=path))


def examine(connection: Connection, path: str, tables: Sequence[Table]) -> None:
    """Raises DamagedError when the file is not whole, after looking at every page of it; UnreadableError when
    a value is none of ours. Of a large file only the values are read on which everything hangs."""
    pages, size = (connection.exec_driver_sql(f"PRAGMA {name}").scalar() or 0 for name in _SIZES)
    is_small = pages * size < _SMALL
    look = "integrity_check" if is_small else "quick_check"
    demand_whole(connection, path, look)
    for table in tables:
        if is_small or table.name in _READ_WHOLE:
            _read_whole(connection, table)


def _read_whole(connection: Connection, table: Table) -> None:
    """What cannot be read raises."""
    words = _WORDS.get(table.name)
    try:
        for row in connection.execute(select(table)):
            if words is not None and row.state not in words:
                raise UnreadableError
            if table.name == "version":
                from_json(row.document)
    except UnicodeDecodeError as error:  # even what SQLite says of it is damaged
        raise UnreadableError from error


def cannot_be_text(error: BaseException) -> bool:
    """Whether the driver read bytes where a text should stand."""
    return "Could not decode to UTF-8" in str(error)


def is_damage(error: BaseException) -> bool:
    """Whether an error of SQLite says that the file is not whole."""
    return str(getattr(error, "sqlite_errorname", "")).startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB"))


def sentence(error: BaseException, path: str) -> str | None:
    """What an error of SQLite means for a person; None when it is a bug of ours."""
    name = str(getattr(error, "sqlite_errorname", ""))
    for start, text in _SENTENCES.items():
        if name.startswith(start):
            return text.format(path=path)
    return None
