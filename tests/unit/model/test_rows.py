"""Rows are frozen dataclasses like all others; they are only made faster."""

from __future__ import annotations

import dataclasses
from dataclasses import field
from typing import Any

import pytest

from app.model import rows

HOW: dict[str, Any] = {"frozen": True, "slots": True}


def made(decorator: Any) -> Any:
    class Pair:
        """Two values."""

        one: int
        other: str = "b"

    return decorator(**HOW)(Pair)


def told(kind: Any) -> list[Any]:
    """Everything that can be asked of such a class, as values."""
    a, same, other = kind(1), kind(one=1, other="b"), kind(2, "c")
    return [
        [a == same, a == other, hash(a) == hash(same), repr(a), kind.__match_args__, hasattr(a, "__dict__")],
        [rows.replace(a, one=5), rows.replace(a) == a, dataclasses.replace(a, one=5).one],
        [item.name for item in dataclasses.fields(kind)],
    ]


def test_they_answer_as_the_standard_ones_do() -> None:
    assert repr(told(made(rows.dataclass))) == repr(told(made(dataclasses.dataclass)))


def test_nothing_of_them_can_be_changed_but_in_a_copy() -> None:
    value = made(rows.dataclass)(1)
    with pytest.raises(dataclasses.FrozenInstanceError):
        value.one = 2
    with pytest.raises(TypeError, match="three"):
        rows.replace(value, three=3)
    with pytest.raises(TypeError):
        made(rows.dataclass)()


def test_others_are_refused() -> None:
    with pytest.raises(TypeError, match="frozen"):
        rows.dataclass(frozen=True, slots=False)

    class Listing:
        many: list[int] = field(default_factory=list)

    with pytest.raises(TypeError, match="plain defaults"):
        rows.dataclass(**HOW)(Listing)
