"""How moments, JSON and row ids are kept, alike in every database."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
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


def micros(value: datetime) -> int:
    """Microseconds since 1970 of an aware moment."""
    since = value - EPOCH
    return since.days * _DAY + since.seconds * _SECOND + since.microseconds


def moment(value: int) -> datetime:
    """The moment, in UTC."""
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


_compact = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=_plain)
_escaped = json.JSONEncoder(ensure_ascii=True, separators=(",", ":"), default=_plain)


def to_json(value: object) -> str:
    """Compact JSON text. Half a surrogate pair, which UTF-8 cannot carry, is written as an escape."""
    if value is EMPTY:
        return "{}"
    text = _compact.encode(value)
    if text.isascii():
        return text
    try:
        text.encode()
    except UnicodeEncodeError:
        return _escaped.encode(value)
    return text


def from_json(text: str) -> Any:
    """What ``to_json`` wrote; an empty object is ``EMPTY``."""
    try:
        return EMPTY if text == "{}" else json.loads(text)
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
