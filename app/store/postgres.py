"""Everything that is said to PostgreSQL alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import create_engine, event

if TYPE_CHECKING:
    from sqlalchemy import Engine

_SCHEMA_LOCK: Final = 0x43577274
_STOOD_STILL: Final = "25P03"
IDLE_SECONDS: Final = 20
"""Well below the length of the engine's lease."""


def make_engine(url: str) -> Engine:
    """An engine whose statements take plain tuples."""
    engine = create_engine(url, paramstyle="format", pool_pre_ping=True, hide_parameters=True)
    event.listen(engine, "connect", _settle)
    return engine


def _settle(connection: Any, _record: object) -> None:
    """The server ends a transaction whose program stands still in it, before its lease is taken by another:
    what such a one holds locked would hold up everybody, and what it writes late must not count."""
    with connection.cursor() as cursor:
        cursor.execute(f"SET idle_in_transaction_session_timeout = '{IDLE_SECONDS}s'")
    connection.commit()


def reading(engine: Engine) -> Engine:
    """The same pool for those who only read: each sees one moment, and changes nothing."""
    return engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)


def sentence(error: BaseException) -> str | None:
    """What an error of the server means for a person; None when it is a bug of ours."""
    code = getattr(error, "sqlstate", None)
    if code in (None, _STOOD_STILL) or str(code)[:2] in ("08", "28", "3D", "53", "57"):
        return (
            "The database server does not answer as it should. Check that it runs and that the address, "
            "user and password in the settings are right."
        )
    return None


SCHEMA_LOCK: Final = f"SELECT pg_advisory_xact_lock({_SCHEMA_LOCK})"
"""Two programs that start together change the schema one after the other."""
LIMIT_LOCK: Final = "SELECT pg_advisory_xact_lock(hashtext(%s))"
"""Of two that ask for one limit the second waits for the first one's commit, and sees it."""
