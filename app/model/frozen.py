"""Frozen dataclasses that are made in a fraction of the time.

The standard decorator writes and compiles six methods for each class, and a tenth of the time to the first
picture of the window went into that. Five of them differ in nothing but names: those are shared here. The
sixth, which fills a new value, is compiled when the first one is made.
"""

from __future__ import annotations

import dataclasses
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Final

from app.model.rows import init_of

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
    if not cls.__doc__:
        # Else the standard decorator spells out the signature, which takes longer than all the rest.
        cls.__doc__ = cls.__name__
    swift = slots and not any(dataclasses.is_dataclass(base) for base in cls.__mro__[1:])
    how = {"init": not swift, "frozen": not swift, "slots": slots}
    made: type = dataclasses.dataclass(**how, eq=False, repr=False)(cls)
    methods = _methods(dataclasses.fields(made))
    if swift:
        if any(not field.init or field.kw_only for field in dataclasses.fields(made)):
            raise TypeError("Each field of these is given when a value is made, by place or by name.")
        made.__dataclass_params__.frozen = True  # type: ignore[attr-defined]
        methods |= _closed(made) | _STATE | {"__init__": _first_init(made)}
    for name, method in methods.items():
        if name not in own:
            setattr(made, name, method)
    return made


def _first_init(made: type) -> Callable[..., None]:
    """Makes the first value: it writes the method that makes all others, and puts it in its own place."""

    def __init__(self: object, *values: Any, **named: Any) -> None:  # noqa: N807 - it stands in for it
        made.__init__ = init = init_of(made)  # type: ignore[misc]
        init(self, *values, **named)

    return __init__


def _closed(made: type) -> dict[str, Callable[..., Any]]:
    """What keeps a value from being changed."""
    names = {field.name for field in dataclasses.fields(made)}

    def assign(self: object, name: str, value: object) -> None:
        if self.__class__ is made or name in names:
            raise dataclasses.FrozenInstanceError(f"cannot assign to field {name!r}")
        object.__setattr__(self, name, value)

    def delete(self: object, name: str) -> None:
        if self.__class__ is made or name in names:
            raise dataclasses.FrozenInstanceError(f"cannot delete field {name!r}")
        object.__delattr__(self, name)

    return {"__setattr__": assign, "__delattr__": delete}


def _state(self: object) -> list[Any]:
    return [getattr(self, field.name) for field in dataclasses.fields(self)]  # type: ignore[arg-type]


def _restore(self: object, state: list[Any]) -> None:
    for field, value in zip(dataclasses.fields(self), state, strict=True):  # type: ignore[arg-type]
        object.__setattr__(self, field.name, value)


_STATE: Final[dict[str, Callable[..., Any]]] = {"__getstate__": _state, "__setstate__": _restore}


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
