"""When an ``entry.schedule`` has its rounds, and which of them a machine that was off has missed. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import takewhile
from typing import TYPE_CHECKING

from app.engine.calendar import read_moment
from app.flows.repeats import times

if TYPE_CHECKING:
    from datetime import datetime, tzinfo

    from app.engine.plan import PlanNode


def next_round(node: PlanNode, since: datetime, zone: tzinfo) -> datetime | None:
    """Its first moment after ``since``; None when it never comes again."""
    return next(_rounds(node, since, zone), None)


def missed_rounds(node: PlanNode, due_at: datetime, now: datetime, zone: tzinfo) -> list[datetime]:
    """Its moments after ``due_at`` that have come too by ``now``: when there are any, the last one is run
    instead of it."""
    return list(takewhile(lambda moment: moment <= now, _rounds(node, due_at, zone)))


def _rounds(node: PlanNode, since: datetime, zone: tzinfo) -> Iterator[datetime]:
    """The first time is the one that is named, whatever the rule says; what follows keeps its wall time in
    the workspace's ``zone``."""
    first = read_moment(node.setting("start"), zone)
    if first is None:
        return
    if first > since:
        yield first
    repeat = node.setting("repeat")
    if repeat:
        yield from times(repeat, first, max(first, since), zone)
