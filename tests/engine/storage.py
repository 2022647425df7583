"""A database that fails when it is told to: for tests of what the engine does then."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

import pytest

from app.store import sqlite

MESSAGES: Final = {
    "SQLITE_IOERR_WRITE": "disk I/O error",
    "SQLITE_READONLY": "attempt to write a readonly database",
    "SQLITE_BUSY": "database is locked",
    "SQLITE_FULL": "database or disk is full",
    "SQLITE_CANTOPEN": "unable to open database file",
}
"""What SQLite says, by the name of its error."""


@dataclass
class Trap:
    """Between our code and the driver: lets some calls fail."""

    left: int = 0
    """The call that fails, counted from now; 0 while all is well."""
    times: int = 0
    """How many fail from there on."""
    name: str = "SQLITE_IOERR_WRITE"
    failed: int = 0

    def set(self, at: int, name: str, times: int = 1) -> None:
        self.left, self.name, self.times, self.failed = at, name, times, 0

    def passes(self, driver: Any) -> None:
        if self.left > 1:
            self.left -= 1
        elif self.left and self.times:
            self.times -= 1
            self.failed += 1
            error = driver.OperationalError(MESSAGES[self.name])
            error.sqlite_errorname = self.name
            raise error


class _Driver:
    """The driver of life, with connections that pass the trap."""

    def __init__(self, real: Any, trap: Trap) -> None:
        self._real = real

        class Cursor(real.Cursor):  # type: ignore[misc]
            def execute(self, *arguments: Any) -> Any:
                trap.passes(real)
                return super().execute(*arguments)

            def executemany(self, *arguments: Any) -> Any:
                trap.passes(real)
                return super().executemany(*arguments)

        class Connection(real.Connection):  # type: ignore[misc]
            def cursor(self, factory: Any = Cursor) -> Any:
                return super().cursor(factory)

            def commit(self) -> None:
                trap.passes(real)
                super().commit()

        self._connection = Connection

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)

    def connect(self, *arguments: Any, **named: Any) -> Any:
        return self._real.connect(*arguments, factory=self._connection, **named)


@contextmanager
def trapped(patch: pytest.MonkeyPatch) -> Iterator[Trap]:
    """Every database that is opened inside has the trap in it."""
    trap, real = Trap(), sqlite.driver()
    patch.setattr(sqlite, "driver", lambda: _Driver(real, trap))
    yield trap
    patch.undo()
