"""Frozen dataclasses of which one transaction makes hundreds: rows, and what becomes of them.

The standard decorator sets each attribute by way of ``object``, and its ``replace`` makes a new one by names.
These set the slots themselves, in a quarter of the time, and answer all else as the standard ones do.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable
    from dataclasses import dataclass as dataclass  # noqa: PLC0414 - so it is for whoever checks types
    from dataclasses import replace as replace  # noqa: PLC0414
else:

    def dataclass(*, frozen: bool, slots: bool) -> Callable[[type], type]:
        """As ``dataclasses.dataclass`` with these two, for fields without a factory of defaults."""
        if not (frozen and slots):
            raise TypeError("This one makes frozen classes with slots only.")
        return _made

    def replace(one: Any, /, **changes: Any) -> Any:
        """As ``dataclasses.replace``."""
        copied = _COPIES.get(one.__class__)
        return dataclasses.replace(one, **changes) if copied is None else copied(one, changes)


_COPIES: Final[dict[type, Callable[[Any, dict[str, Any]], Any]]] = {}
"""By class: makes another one of it with these values changed."""


def _made(cls: type) -> type:
    made: type = dataclasses.dataclass(frozen=True, slots=True)(cls)
    fields = dataclasses.fields(made)
    if hasattr(made, "__post_init__") or any(
        one.default_factory is not dataclasses.MISSING for one in fields
    ):
        raise TypeError("A row has plain defaults, and nothing happens when it is made.")
    names = [one.name for one in fields]
    setters = {name: getattr(made, name).__set__ for name in names}
    known: dict[str, Any] = {f"_set_{name}": setter for name, setter in setters.items()}
    known |= {f"_default_{one.name}": one.default for one in fields}
    known |= {"_new": object.__new__, "_cls": made, "_setters": setters}
    # As the standard decorator does it: a loop over names would take twice as long.
    exec("\n".join((*_making(fields), *_copying(names))), known)  # noqa: S102 - of our own names
    made.__init__ = known["__init__"]  # type: ignore[misc]
    _COPIES[made] = known["copied"]
    return made


def _making(fields: tuple[dataclasses.Field[Any], ...]) -> list[str]:
    missing = dataclasses.MISSING
    given = [one.name if one.default is missing else f"{one.name}=_default_{one.name}" for one in fields]
    return [
        f"def __init__(self, {', '.join(given)}):",
        *(f"    _set_{one.name}(self, {one.name})" for one in fields),
    ]


def _copying(names: list[str]) -> list[str]:
    return [
        "def copied(one, changes):",
        "    made = _new(_cls)",
        *(f"    _set_{name}(made, one.{name})" for name in names),
        "    try:",
        "        for name, value in changes.items():",
        "            _setters[name](made, value)",
        "    except KeyError as error:",
        "        raise TypeError(f'there is no field {error}') from None",
        "    return made",
    ]
