"""The node table: what every kind of node is, asks for and leads to (DESIGN.md section 5).

Canvas, inspector, validation, help and the JSON schema are all made from ``KINDS``. A new kind is one
entry in ``app.model.kind_rows`` or ``kind_steps`` and one decider in ``app.engine``.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from app.model.kind import (
    ELSE,
    ENTERED,
    FAILED,
    HAPPENED,
    HOLD_OUT,
    NEXT,
    SENT,
    TIMEOUT,
    Category,
    Kind,
    Outlet,
    OutletRole,
    Setting,
    SettingType,
)
from app.model.kind_rows import ENTRIES, MESSAGES
from app.model.kind_steps import ACTIONS, BRANCHES, ENDS, WAITS, WEEKDAYS

if TYPE_CHECKING:
    from app.model.flow import Node

__all__ = [
    "ADDRESSES",
    "ELSE",
    "ENTERED",
    "FAILED",
    "FAILED_REASONS",
    "HAPPENED",
    "HOLD_OUT",
    "IMPLIED",
    "KINDS",
    "NEXT",
    "REACTION_NAMES",
    "SENT",
    "TIMEOUT",
    "WEEKDAYS",
    "Category",
    "Kind",
    "Outlet",
    "OutletRole",
    "Setting",
    "SettingType",
    "kind_of",
    "outlets_of",
    "ticked",
    "value_of",
]

FAILED_REASONS: Final[Mapping[str, str]] = {
    "no-address": "no address",
    "no-consent": "no consent",
    "suppressed": "on the do-not-contact list",
    "window-closed": "the reply window is closed",
    "capped": "enough this week",
    "late": "too late",
    "hard": "the address does not work",
    "gave-up": "gave up after many tries",
    "bad-text": "the text could not be made",
}
"""Why a message was not sent, and the words for it on screen."""

REACTION_NAMES: Final = (
    "delivered",
    "opened",
    "clicked",
    "replied",
    "submitted",
    "closed",
    "bounced",
    "complained",
    "unsubscribed",
)
IMPLIED: Final[Mapping[str, int]] = {
    "delivered": 1,
    "opened": 2,
    "clicked": 3,
    "replied": 3,
    "submitted": 3,
}
"""Strength of the reactions that imply weaker ones (rule 4)."""

KINDS: Final[Mapping[str, Kind]] = {
    kind.name: kind for kind in (*ENTRIES, *MESSAGES, *WAITS, *BRANCHES, *ACTIONS, *ENDS)
}
ADDRESSES: Final[Mapping[str, str]] = {kind.channel: kind.address for kind in KINDS.values() if kind.channel}
"""By channel: the kind of address that its messages go to; empty for none."""


def kind_of(node: Node) -> Kind | None:
    """The table's row for this node, or None for a kind of a newer release."""
    return KINDS.get(node.kind)


def value_of(node: Node, name: str) -> Any:
    """The node's setting, or the table's default where the node has none."""
    if name in node.settings:
        return node.settings[name]
    kind = KINDS.get(node.kind)
    setting = kind.setting(name) if kind else None
    return setting.default if setting else None


def ticked(node: Node) -> tuple[str, ...]:
    """Names of the reactions its author ticked, in their order, each once."""
    names = node.settings.get("reactions")
    if not isinstance(names, (list, tuple)):
        return ()
    kind = KINDS.get(node.kind)
    if kind is None or kind.setting("reactions") is None:
        return ()
    return tuple(dict.fromkeys(name for name in names if isinstance(name, str) and name))


def outlets_of(node: Node) -> tuple[Outlet, ...]:
    """All outlets of this node as its settings stand; none for an unknown kind."""
    kind = KINDS.get(node.kind)
    if kind is None:
        return ()
    if kind.name == "check":
        return (*_ways(node), ELSE)
    if kind.name == "split":
        return _arms(node)
    if not kind.is_message or kind.name in ("task", "webhook"):
        return kind.outlets
    return _answers(ticked(node), has_timeout=TIMEOUT in kind.outlets or _ends_on_page(node))


@lru_cache(maxsize=1024)
def _answers(names: tuple[str, ...], *, has_timeout: bool) -> tuple[Outlet, ...]:
    """The outlets of a message whose author ticked these reactions."""
    reactions = tuple(Outlet(name, OutletRole.REACTION) for name in names)
    return (*(reactions or (SENT,)), *((TIMEOUT,) if reactions or has_timeout else ()), FAILED)


def _ends_on_page(node: Node) -> bool:
    """Whether what a ``reach`` tries last waits on the page: then it may never be seen."""
    rungs = node.settings.get("rungs") if node.kind == "reach" else None
    last = rungs[-1] if isinstance(rungs, (list, tuple)) and rungs else None
    kind = KINDS.get(str(last.get("kind"))) if isinstance(last, (dict, Mapping)) else None
    return kind is not None and kind.waits_on_page


def _ways(node: Node) -> tuple[Outlet, ...]:
    return _ways_named(_names_in(node, "ways"), ELSE.name)


def _arms(node: Node) -> tuple[Outlet, ...]:
    arms = _ways_named(_names_in(node, "arms"), HOLD_OUT.name)
    share = node.settings.get("hold_out")
    return (*arms, HOLD_OUT) if isinstance(share, (int, float)) and share > 0 else arms


def _names_in(node: Node, setting: str) -> tuple[str, ...]:
    parts = node.settings.get(setting)
    if not isinstance(parts, (list, tuple)):
        return ()
    names = [part.get("name") for part in parts if isinstance(part, (dict, Mapping))]
    return tuple(name for name in names if isinstance(name, str))


@lru_cache(maxsize=1024)
def _ways_named(names: tuple[str, ...], taken: str) -> tuple[Outlet, ...]:
    return tuple(Outlet(name, OutletRole.WAY) for name in dict.fromkeys(names) if name != taken)
