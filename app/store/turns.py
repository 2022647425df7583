"""Whose turn it is to be sent: what matters most first, flows take turns, and of each the oldest."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import zip_longest
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.model.journey import Message


def take_turns(rows: Iterable[Message], limit: int, after: int) -> list[Message]:
    """The first ``limit`` of rows that come oldest first; the turn begins with the flow behind ``after``."""
    queues: dict[int, dict[int, list[Message]]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        queues[row.priority][row.flow_id].append(row)
    found: list[Message] = []
    for priority in sorted(queues):
        found += _in_turn(queues[priority], after)
        if len(found) >= limit:
            break
    return found[:limit]


def _in_turn(flows: dict[int, list[Message]], after: int) -> list[Message]:
    order: Sequence[int] = sorted(flows, key=lambda flow_id: (flow_id <= after, flow_id))
    rounds = zip_longest(*(flows[flow_id] for flow_id in order))
    return [row for turn in rounds for row in turn if row is not None]
