"""Frozen dataclasses are what the standard ones are, however they are made."""

from __future__ import annotations

import copy
import dataclasses
from dataclasses import field
from typing import Any

import pytest

from app.model.frozen import dataclass as ours

HOW: dict[str, Any] = {"frozen": True, "slots": True}


def made(decorator: Any) -> Any:
    class Pair:
        """Two values, one that does not count, and one that makes itself."""

        one: int
        other: str = "b"
        aside: float = field(default=0.0, compare=False, repr=False)
        rest: frozenset[str] = field(default_factory=frozenset)

        def __bool__(self) -> bool:
            return self.one > 0

    return decorator(**HOW)(Pair)


def told(kind: Any) -> list[Any]:
    """Everything that can be asked of such a class, as values."""
    a, same, other = kind(1), kind(one=1, other="b", aside=2.0), kind(2, "c", rest=frozenset({"x"}))
    return [
        [a == same, a != same, a == other, a == 1, hash(a) == hash(same), len({a, same, other})],
        [repr(a), repr(other), bool(a), kind.__match_args__],
        [item.name for item in dataclasses.fields(kind)],
        [dataclasses.replace(a, one=5).one, dataclasses.asdict(other)],
        [copy.copy(other) == other, copy.deepcopy(other) == other, hasattr(a, "__dict__")],
    ]


def test_they_answer_as_the_standard_ones_do() -> None:
    assert told(made(ours)) == told(made(dataclasses.dataclass))


def test_nothing_of_them_can_be_changed() -> None:
    value = made(ours)(1)
    with pytest.raises(dataclasses.FrozenInstanceError):
        value.one = 2
    with pytest.raises(dataclasses.FrozenInstanceError):
        del value.one


def test_one_field_alone_is_compared_too() -> None:
    @ours(frozen=True, slots=True)
    class Lone:
        one: tuple[int, ...]

    assert Lone((1,)) == Lone((1,))
    assert Lone((1,)) != Lone((2,))
    assert hash(Lone((1,))) == hash(Lone((1,)))


def test_a_field_that_is_not_given_is_refused() -> None:
    with pytest.raises(TypeError, match="given"):

        @ours(frozen=True, slots=True)
        class Odd:
            one: int = field(init=False)


def test_others_are_refused() -> None:
    with pytest.raises(TypeError, match="frozen"):
        ours(frozen=False, slots=True)


def test_what_happens_when_one_is_made_happens_to_each() -> None:
    @ours(frozen=True, slots=True)
    class Even:
        one: int

        def __post_init__(self) -> None:
            if self.one % 2:
                raise ValueError("odd")

    assert Even(2).one == 2
    for _ in range(2):
        with pytest.raises(ValueError, match="odd"):
            Even(1)


def test_one_that_is_made_wrongly_first_is_made_rightly_afterwards() -> None:
    kind = made(ours)
    with pytest.raises(TypeError, match="one"):
        kind()
    assert kind(1).rest == frozenset()
    assert kind(1).rest is not kind(1, rest=frozenset({"x"})).rest
