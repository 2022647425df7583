"""Frozen dataclasses that are made in little more than half the time.

The standard decorator writes and compiles six methods for each class, and a tenth of the time to the first
picture of the window went into that. Three of them differ in nothing but names: those are shared here.
"""

from __future__ import annotations

import dataclasses
from operator import attrgetter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from dataclasses import dataclass as dataclass  # noqa: PLC0414 - so it is for whoever checks types
else:

    def dataclass(*, frozen: bool, slots: bool = False) -> Callable[[type], type]:
        """As ``dataclasses.dataclass`` with these two, and with nothing else."""
        if not frozen:
            raise TypeError("This one makes frozen classes only.")
        return lambda cls: _made(cls, slots=slots)


def _made(cls: type, *, slots: bool) -> type:
    own = set(cls.__dict__)
    made: type = dataclasses.dataclass(frozen=True, slots=slots, eq=False, repr=False)(cls)
    for name, method in _methods(dataclasses.fields(made)).items():
        if name not in own:
            setattr(made, name, method)
    return made


def _methods(fields: Sequence[dataclasses.Field[Any]]) -> dict[str, Callable[..., Any]]:
    values = _getter([field.name for field in fields if field.compare])
    shown = [field.name for field in fields if field.repr]

    def equal(one: object, other: object) -> Any:
        return values(one) == values(other) if other.__class__ is one.__class__ else NotImplemented

    def told(one: object) -> str:
        pairs = ", ".join(f"{name}={getattr(one, name)!r}" for name in shown)
        return f"{one.__class__.__qualname__}({pairs})"

    return {"__eq__": equal, "__hash__": lambda one: hash(values(one)), "__repr__": told}


def _getter(names: Sequence[str]) -> Callable[[object], tuple[Any, ...]]:
    """A function that answers the values of these attributes."""
    if len(names) > 1:
        return attrgetter(*names)
    return lambda one: tuple([getattr(one, name) for name in names])
