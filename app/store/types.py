"""How moments, JSON and row ids are kept, alike in every database."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache, partial
from json import encoder
from typing import Any, Final, TypeVar

from sqlalchemy import BigInteger, Dialect, Integer, Text
from sqlalchemy.types import TypeDecorator

from app.model.flow import EMPTY

V = TypeVar("V")
EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_DAY: Final = 86_400_000_000
_SECOND: Final = 1_000_000

Id = BigInteger().with_variant(Integer(), "sqlite")
"""A row id. SQLite makes the key of the table itself only out of the very word INTEGER."""


class UnreadableError(Exception):
    """A column holds what was never written to it: the file is damaged where no structure shows it."""


@lru_cache(maxsize=4096)
def micros(value: datetime) -> int:
    """Microseconds since 1970 of an aware moment."""
    since = value - EPOCH
    return since.days * _DAY + since.seconds * _SECOND + since.microseconds


@lru_cache(maxsize=4096)
def moment(value: int) -> datetime:
    """The moment, in UTC. What one transaction has written often shares it, and is read together again."""
    try:
        return EPOCH + timedelta(microseconds=value)
    except (OverflowError, TypeError) as error:
        raise UnreadableError from error


class Known(dict[str, V]):
    """The values of a column by their names; any other name was never written there."""

    def __missing__(self, name: str) -> V:
        raise UnreadableError


def maybe_micros(value: datetime | None) -> int | None:
    """As ``micros``; None stays None."""
    return None if value is None else micros(value)


def maybe_moment(value: int | None) -> datetime | None:
    """As ``moment``; None stays None."""
    return None if value is None else moment(value)


def _plain(value: object) -> object:
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, frozenset | set):
        return sorted(value)
    raise TypeError(f"{type(value).__name__} is no JSON value")


def _encoder(*, ascii_only: bool) -> Callable[[object], str]:
    """Compact JSON. The standard one makes its machine anew for each value; here it is made once."""
    make = encoder.c_make_encoder  # type: ignore[attr-defined]
    if make is None:  # a Python without it
        plain = json.JSONEncoder(ensure_ascii=ascii_only, separators=(",", ":"), default=_plain)
        return plain.encode
    quoted = encoder.encode_basestring_ascii if ascii_only else encoder.encode_basestring
    machine = make(None, _plain, quoted, None, ":", ",", False, False, True)
    return partial(_joined, machine)


def _joined(machine: Callable[[object, int], Sequence[str]], value: object) -> str:
    return "".join(machine(value, 0))


_compact = _encoder(ascii_only=False)
_escaped = _encoder(ascii_only=True)
_read: Final[Callable[[str, int], tuple[Any, int]]] = json.JSONDecoder().scan_once  # type: ignore[attr-defined]


def to_json(value: object) -> str:
    """Compact JSON text. Half a surrogate pair, which UTF-8 cannot carry, is written as an escape."""
    if value is EMPTY:
        return "{}"
    text = _compact(value)
    if text.isascii():
        return text
    try:
        text.encode()
    except UnicodeEncodeError:
        return _escaped(value)
    return text


def from_json(text: str) -> Any:
    """What ``to_json`` wrote; an empty object is ``EMPTY``."""
    if text == "{}":
        return EMPTY
    try:
        value, end = _read(text, 0)
    except (StopIteration, ValueError, TypeError, RecursionError):
        end = -1
    # Nothing but what we wrote is read fast; a text of other hands may have blanks around it.
    return value if end == len(text) else _read_slowly(text)


def _read_slowly(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, TypeError, RecursionError) as error:
        raise UnreadableError from error


class Moment(TypeDecorator[datetime]):
    """An aware moment as whole microseconds: sortable, and the same in every database."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:  # noqa: ARG002
        return maybe_micros(value)

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        return maybe_moment(value)


class Json(TypeDecorator[Any]):
    """A JSON value as compact text."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: object, dialect: Dialect) -> str:  # noqa: ARG002
        return to_json(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:  # noqa: ARG002
        return EMPTY if value is None else from_json(value)
