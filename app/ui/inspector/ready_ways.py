"""Ways of a check that are asked for again and again, ready made: a name and a whole condition."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from app.canvas.words import node_title
from app.model.flow import Flow
from app.model.kinds import ticked
from app.ui.words import tr


@dataclass(frozen=True, slots=True)
class ReadyWay:
    """``words`` stand in the menu; ``item`` is the way as the flow file has it."""

    words: str
    item: dict[str, Any]


def ready_ways(flow: Flow, taken: Collection[str]) -> list[ReadyWay]:
    """What is offered for this flow, without the names that the check has already."""
    offered = [
        _way(
            tr("May be texted: phone and consent"),
            tr("phone and consent"),
            {"all": [{"consent": "sms"}, {"property": "phone", "known": True}]},
        ),
        _way(
            tr("May be written to: e-mail and consent"),
            tr("e-mail and consent"),
            {"all": [{"consent": "email"}, {"property": "email", "known": True}]},
        ),
        _way(tr("Has ordered since the start"), tr("ordered"), {"event": "order_completed"}),
        _way(tr("Has ever ordered"), tr("customer"), {"event": "order_completed", "since": "ever"}),
        *_reacted(flow),
    ]
    return [way for way in offered if way.item["name"] not in taken]


def _reacted(flow: Flow) -> list[ReadyWay]:
    return [
        _way(
            tr("Clicked {title}").format(title=node_title(node)),
            tr("clicked {title}").format(title=node_title(node)),
            {"message": node.id, "reaction": "clicked"},
        )
        for node in flow.nodes
        if "clicked" in ticked(node)
    ]


def _way(words: str, name: str, condition: dict[str, Any]) -> ReadyWay:
    return ReadyWay(words, {"name": name, "when": condition})
