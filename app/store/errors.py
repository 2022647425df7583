"""What a database says when it refuses, in our words."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy.exc import DBAPIError, IntegrityError

from app.model.errors import DamagedError, WorldError
from app.store import postgres, sqlite
from app.store.types import UnreadableError


class NotUniqueError(Exception):
    """Two rows claim what only one may have: a bug of the caller, never a person's fault."""


def is_of_store(error: Exception, driver: Any) -> bool:
    """Whether an error came from the database, or from what stands in it."""
    return isinstance(error, (DBAPIError, driver.Error, UnreadableError))


@contextmanager
def told(place: str, driver: Any) -> Iterator[None]:
    """Turns errors of the database into a sentence about ``place``, or into NotUniqueError.

    ``driver`` is the DB-API module in use: queries run on its own cursors.
    """
    try:
        yield
    except (IntegrityError, driver.IntegrityError) as error:
        # Its further lines, and what it was caused by, may quote an address; this one may reach the log.
        raise NotUniqueError(str(_original(error)).partition("\n")[0]) from None
    except UnreadableError as error:
        raise DamagedError(sqlite.DAMAGED.format(path=place)) from error
    except (DBAPIError, driver.Error) as error:
        raise _in_our_words(error, place) from error


def _original(error: Exception) -> BaseException:
    return (error.orig or error) if isinstance(error, DBAPIError) else error


def _in_our_words(error: Exception, place: str) -> Exception:
    original = _original(error)
    if hasattr(original, "sqlite_errorname"):
        text = sqlite.sentence(original, place)
        if text and sqlite.is_damage(original):
            return DamagedError(text)
    elif sqlite.cannot_be_text(original):
        return DamagedError(sqlite.DAMAGED.format(path=place))
    elif type(original).__name__ in ("OperationalError", "IdleInTransactionSessionTimeout"):
        text = postgres.sentence(original)
    else:
        text = None
    return WorldError(text) if text else error
