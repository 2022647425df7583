"""One step of a chain while it is being read, and what its outlets are called."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from app.model.flow import Node
from app.model.kinds import OutletRole, kind_of, outlets_of

_NO = ("not-reached", "timeout", "else", "failed")


@dataclass(slots=True)
class Step:
    """``number``: its place in the line. ``used``: outlets that lead somewhere already."""

    number: int
    kind: str
    title: str = ""
    settings: dict[str, Any] = field(default_factory=dict)
    extra: dict[str, Any] = field(default_factory=dict)
    label: str = ""
    has_title: bool = False
    used: set[str] = field(default_factory=set)

    @property
    def node(self) -> Node:
        """The node as far as it is read, named by its place in the line."""
        return Node(f"n{self.number}", self.kind, self.title, 0, 0, self.settings, self.extra)


def yes_outlets(node: Node) -> tuple[str, ...]:
    """Where “yes” and “>” lead on: all reactions ticked, else the first outlet."""
    kind = kind_of(node)
    if kind is None:
        return ("next",)
    outlets = outlets_of(node)
    if kind.is_message and kind.name != "task":
        reactions = tuple(outlet.name for outlet in outlets if outlet.role is OutletRole.REACTION)
        if reactions:
            return reactions
    return tuple(outlet.name for outlet in outlets[:1])


def no_outlet(node: Node) -> str | None:
    """Where “no” leads: what is taken when nothing happened."""
    names = {outlet.name for outlet in outlets_of(node)}
    return next((name for name in _NO if name in names), None)
