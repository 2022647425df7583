"""How nodes, outlets and lists of them are called in sentences."""

from __future__ import annotations

from collections.abc import Sequence

from app.model.durations import say_duration
from app.model.flow import Node
from app.model.kinds import kind_of, value_of
from app.model.rungs import longest_try

_MOST_NAMED = 3


def node_name(node: Node) -> str:
    """Its title, else the palette's word for its kind, else the raw kind."""
    kind = kind_of(node)
    return node.title.strip() or (kind.title if kind else node.kind)


def outlet_name(node: Node, outlet: str) -> str:
    """The outlet's word on screen: ``timeout`` reads “after 1 day”, all others their name."""
    return outlet if outlet != "timeout" else f"after {duration_name(time_out(node))}"


def time_out(node: Node) -> object:
    """For how long the node waits: its setting, of a ``reach`` the times of all its rungs together."""
    return value_of(node, "timeout") if node.kind != "reach" else longest_try(node)


def duration_name(value: object) -> str:
    """The duration as people say it; “a time” where it cannot be read."""
    try:
        return say_duration(value) if isinstance(value, str) else "a time"
    except ValueError:
        return "a time"


def together(names: Sequence[str], most: int = _MOST_NAMED) -> str:
    """“A”, “A and B”, “A, B and C”, “A, B, C and 4 more”."""
    if len(names) > most:
        return f"{', '.join(names[:most])} and {len(names) - most:,} more"
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} and {names[-1]}"
