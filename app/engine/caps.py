"""How much advertising one person gets, over all flows and channels."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from app.model.kinds import KINDS
from app.model.rules import PRIORITIES, Cap

if TYPE_CHECKING:
    from datetime import datetime, tzinfo

    from app.model.journey import Said

COUNTED: Final = frozenset(
    kind.channel
    for kind in KINDS.values()
    if kind.channel and kind.policy == "person" and not kind.waits_on_page
)
"""Channels that count: what waits on the page comes only to those who come to it."""


def most_for(cap: Cap, priority: int) -> int:
    """How many messages of this priority a person may have had; 0: any number.

    An important one may go beyond the cap; what serves the person and is no advertising is never capped.
    """
    if not cap.most or priority == PRIORITIES["transactional"]:
        return 0
    return max(cap.most, cap.most_important) if priority == PRIORITIES["high"] else cap.most


def frees_at(cap: Cap, priority: int, said: Sequence[Said], now: datetime, zone: tzinfo) -> datetime | None:
    """When a message of this priority fits again; None when it does now. ``said`` comes oldest first."""
    most = most_for(cap, priority)
    if not most:
        return None
    under = _counting(cap, said, now, zone)
    return None if len(under) < most else under[len(under) - most]


def had(cap: Cap, said: Sequence[Said], now: datetime, zone: tzinfo) -> int:
    """How many messages count now."""
    return len(_counting(cap, said, now, zone))


def _counting(cap: Cap, said: Sequence[Said], now: datetime, zone: tzinfo) -> list[datetime]:
    """When each message that counts now counts no more."""
    ends = (cap.within.after(one.at, zone) for one in said if one.channel in COUNTED)
    return [end for end in ends if end > now]
