"""Values of what is drawn, that also answer for what is hidden in it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from app.model.flow import EMPTY

Value = TypeVar("Value")


class Owned(dict[str, Value]):
    """By the name of what is drawn. ``[name]`` of a hidden part answers with its owner's value.

    Everything else (``in``, ``get``, walking through) knows only what is drawn.
    """

    owner: Mapping[str, str] = EMPTY

    def __missing__(self, name: str) -> Value:
        first = self.owner.get(name, name)
        if first not in self:
            raise KeyError(name)
        return self[first]
