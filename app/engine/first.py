"""The first send of a flow (rule 22): how many it will reach, and stopping after so many until a person has
looked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from app.engine.holding import FIRST, FIRST_SEND, release
from app.engine.life import find_flow
from app.engine.session import walks_of
from app.flows.arrivals import arrivals
from app.model.kinds import KINDS, Category

if TYPE_CHECKING:
    from app.engine.context import Context
    from app.engine.session import Session
    from app.model.flow import Flow, Node

UNTYPED: Final = 100
"""Up to so many may be reached without their number being typed."""
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Reach:
    """How many people a flow sends its first message to when it is published now; at most, as far as can be
    known."""

    hour: int = 0
    day: int = 0


def reach_of(flow: Flow, comers: Callable[[Node, timedelta], int]) -> Reach:
    """``comers`` says how many come in by an entry within so long from now."""
    found = {entry.id: _first_message(flow, entry) for entry in flow.nodes if _is_entry(entry)}

    def within(span: timedelta) -> int:
        waits = ((flow.by_id[name], wait) for name, wait in found.items() if wait is not None)
        return sum(comers(entry, span - wait) for entry, wait in waits if wait <= span)

    return Reach(within(HOUR), within(DAY))


def _first_message(flow: Flow, entry: Node) -> timedelta | None:
    """How soon whoever comes in by this entry can get a message; None when never."""
    alone = replace(flow, nodes=tuple(one for one in flow.nodes if one is entry or not _is_entry(one)))
    soonest = arrivals(alone)
    reached = (soonest[node.id][0] for node in alone.nodes if _speaks(node) and node.id in soonest)
    return min(reached, default=None)


def _is_entry(node: Node) -> bool:
    kind = KINDS.get(node.kind)
    return kind is not None and kind.category is Category.ENTRY


def _speaks(node: Node) -> bool:
    """Whether it is a message to the person, and one that does not wait for them to come."""
    kind = KINDS.get(node.kind)
    return kind is not None and kind.is_message and kind.policy == "person" and not kind.waits_on_page


# --- first so many, then hold ---------------------------------------------------------------------------


def hold_after(context: Context, flow_id: int, most: int) -> None:
    """The flow's first messages are held when so many have had theirs; 0: none are."""
    with context.session("first-send") as session:
        _keep(session, flow_id, most)


def _keep(session: Session, flow_id: int, most: int) -> None:
    kept: dict[str, Any] = dict(session.tx.machine(FIRST) or {})
    kept.pop(str(flow_id), None)
    if most:
        kept[str(flow_id)] = {"most": most, "sent": 0}
    session.changes.machine[FIRST] = kept or None


def held_after(context: Context, flow_name: str) -> Mapping[str, int]:
    """``most`` and ``sent`` of a flow that stops after its first messages; nothing for all others."""
    with context.looking() as session:
        flow = find_flow(session.tx, flow_name)
        kept: Mapping[str, Mapping[str, int]] = session.tx.machine(FIRST) or {}
        return kept.get(str(flow.id), {})


def release_first(context: Context, flow_name: str) -> int:
    """A person has looked at the first ones: all that was held behind them goes out; answers how many."""
    total = 0
    while True:
        with context.session("first-send") as session:
            flow = find_flow(session.tx, flow_name)
            _keep(session, flow.id, 0)
            rows = session.tx.held_messages(FIRST_SEND, context.batch, flow_id=flow.id)
            for row_id, walk in walks_of(session, rows).items():
                release(walk, walk.facts.messages[row_id], None)
                walk.finish()
        total += len(rows)
        if len(rows) < context.batch:
            break
    context.wake.set()
    context.changed()
    return total
