"""Messages that some people get after their channel's reply window has closed (rule 17)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from app.flows.graph import Drawing
from app.flows.windows import Ring, rings_in
from app.flows.words import node_name
from app.model.flow import Problem
from app.model.kinds import KINDS

_DAY = timedelta(days=1)


def window_closed(drawing: Drawing) -> Iterator[Problem]:
    """An error where even the shortest way is outside the window, a warning where the longest is."""
    for node_id, ring in rings_in(drawing).items():
        if ring.leaves:
            yield Problem(
                "window-closed",
                "error" if ring.always_leaves else "warning",
                f"{node_name(drawing.by_id[node_id])} {_clause(ring)}. {_rule(ring)}",
                "Shorten the waits before it, or ask for an answer on the way",
                (node_id,),
            )


def _clause(ring: Ring) -> str:
    since = "after the start" if ring.unknown else "after the person's last message"
    if ring.always_leaves:
        return f"would come at least {said(ring.shortest)} {since}"
    if ring.longest is None:
        return f"may come any time {since}"
    return f"may come {said(ring.longest)} {since}"


def _rule(ring: Ring) -> str:
    return f"{KINDS[ring.channel].title} is open for {said(ring.window)} only"


def said(length: timedelta) -> str:
    """“36 days”, “25 hours”; beyond two days in days."""
    if length > _DAY * 2:
        return f"{round(length / _DAY)} days"
    hours = round(length / timedelta(hours=1))
    return "1 hour" if hours == 1 else f"{hours} hours"
