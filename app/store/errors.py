"""What a database says when it refuses, in our words."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, IntegrityError

from app.model.errors import WorldError
from app.store import postgres, sqlite


class NotUniqueError(Exception):
    """Two rows claim what only one may have: a bug of the caller, never a person's fault."""


@contextmanager
def told(place: str) -> Iterator[None]:
    """Turns errors of the database into a sentence about ``place``, or into NotUniqueError."""
    try:
        yield
    except IntegrityError as error:
        # Its further lines, and what it was caused by, may quote an address; this one may reach the log.
        raise NotUniqueError(str(error.orig).partition("\n")[0]) from None
    except (DBAPIError, sqlite.driver().Error) as error:
        raise _in_our_words(error, place) from error


def _in_our_words(error: Exception, place: str) -> Exception:
    original = (error.orig or error) if isinstance(error, DBAPIError) else error
    if hasattr(original, "sqlite_errorname"):
        text = sqlite.sentence(original, place)
    elif type(original).__name__ == "OperationalError":
        text = postgres.sentence(original)
    else:
        text = None
    return WorldError(text) if text else error
