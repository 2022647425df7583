"""Moments that nobody can reach any more."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from app.flows.arrivals import arrivals_in
from app.flows.checks.values import moment_of
from app.flows.graph import Drawing
from app.flows.words import node_name
from app.model.flow import Node, Problem
from app.model.kinds import kind_of


def late(drawing: Drawing, now: datetime) -> Iterator[Problem]:
    """An error for every message whose own ``before`` is over when the first person could come to it.

    ``now`` is the earliest moment at which a journey can start. A ``before`` that names a field is asked for
    each person when the message is sent.
    """
    limits = [(node, limit) for node in drawing.flow.nodes if (limit := _limit(node)) is not None]
    found = arrivals_in(drawing) if limits else {}
    for node, limit in limits:
        if node.id in found and limit - now < found[node.id][0]:
            moment = f"{limit:%d %B %Y, %H:%M}"
            yield Problem(
                "late",
                "error",
                f"{node_name(node)} would always be too late: nobody can come there before {moment}",
                "Shorten the waits before it, or change “Never after”",
                (node.id,),
                setting="before",
            )


def _limit(node: Node) -> datetime | None:
    kind = kind_of(node)
    return moment_of(node.settings.get("before")) if kind and kind.setting("before") else None
