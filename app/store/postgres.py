"""Everything that is said to PostgreSQL alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import create_engine

if TYPE_CHECKING:
    from sqlalchemy import Engine

_SCHEMA_LOCK: Final = 0x43577274


def make_engine(url: str) -> Engine:
    """An engine whose statements take plain tuples."""
    return create_engine(url, paramstyle="format", pool_pre_ping=True, hide_parameters=True)


def reading(engine: Engine) -> Engine:
    """The same pool for those who only read: each sees one moment, and changes nothing."""
    return engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)


def sentence(error: BaseException) -> str | None:
    """What an error of the server means for a person; None when it is a bug of ours."""
    code = getattr(error, "sqlstate", None)
    if code is None or str(code)[:2] in ("08", "28", "3D", "53", "57"):
        return (
            "The database server does not answer as it should. Check that it runs and that the address, "
            "user and password in the settings are right."
        )
    return None


SCHEMA_LOCK: Final = f"SELECT pg_advisory_xact_lock({_SCHEMA_LOCK})"
"""Two programs that start together change the schema one after the other."""
LIMIT_LOCK: Final = "SELECT pg_advisory_xact_lock(hashtext(%s))"
"""Of two that ask for one limit the second waits for the first one's commit, and sees it."""
