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


_MISSING: Final = dataclasses.MISSING
_COPIES: Final[dict[type, Callable[[Any, dict[str, Any]], Any]]] = {}
"""By class: makes another one of it with these values changed."""


def _made(cls: type) -> type:
    made: type = dataclasses.dataclass(frozen=True, slots=True)(cls)
    fields = dataclasses.fields(made)
    if hasattr(made, "__post_init__") or any(one.default_factory is not _MISSING for one in fields):
        raise TypeError("A row has plain defaults, and nothing happens when it is made.")
    names = [one.name for one in fields]
    known = _known(made) | {"_new": object.__new__, "_cls": made}
    known["_setters"] = {name: known[f"_set_{name}"] for name in names}
    # As the standard decorator does it: a loop over names would take twice as long.
    exec("\n".join((*_making(made), *_copying(names))), known)  # noqa: S102 - of our own names
    made.__init__ = known["__init__"]  # type: ignore[misc]
    _COPIES[made] = known["copied"]
    return made


def init_of(made: type) -> Callable[..., None]:
    """The ``__init__`` of a frozen dataclass with slots that has none yet."""
    known = _known(made)
    exec("\n".join(_making(made)), known)  # noqa: S102 - of our own names
    init: Callable[..., None] = known["__init__"]
    return init


def _known(made: type) -> dict[str, Any]:
    """What the written functions know: how each slot is set, and what is in it where nothing is given."""
    fields = dataclasses.fields(made)
    known: dict[str, Any] = {f"_set_{one.name}": getattr(made, one.name).__set__ for one in fields}
    for one in fields:
        known[f"_default_{one.name}"] = one.default
        known[f"_make_{one.name}"] = one.default_factory
    return known


def _making(made: type) -> list[str]:
    fields = dataclasses.fields(made)
    factories = {one.name for one in fields if one.default_factory is not _MISSING}
    plain = {one.name for one in fields if one.default is _MISSING} - factories
    given = [one.name if one.name in plain else f"{one.name}=_default_{one.name}" for one in fields]
    values = {name: f"_make_{name}() if {name} is _default_{name} else {name}" for name in factories}
    return [
        f"def __init__(self, {', '.join(given)}):",
        *(f"    _set_{one.name}(self, {values.get(one.name, one.name)})" for one in fields),
        *(["    self.__post_init__()"] if hasattr(made, "__post_init__") else []),
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
