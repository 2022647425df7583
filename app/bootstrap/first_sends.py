"""How many people a flow would send its first message to when it is published now (rule 22)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from app.bootstrap.doors import plan_of
from app.engine.counting import count_coming
from app.engine.doors import KINDS
from app.engine.facts import Facts
from app.engine.first import UNTYPED, Reach, reach_of
from app.flows.codec import read_flow, write_flow
from app.flows.publish import texts_only
from app.model.conditions import holds
from app.model.desk import FirstReach
from app.model.errors import UserError
from app.model.flow import EMPTY
from app.model.journey import FlowState
from app.model.kinds import value_of
from app.model.people import Contact

if TYPE_CHECKING:
    from datetime import timedelta

    from app.bootstrap.workspace import Workspace
    from app.model.flow import Flow, Node

_CLOSE: Final = 10
"""A number that was typed may differ by a tenth: people come and go while it is read."""


def first_reach(workspace: Workspace, flow: Flow, *, also_today: bool = False) -> Reach:
    """As far as can be known: who comes by events is taken to come as in the last hour and day.
    ``also_today``: those too who are in its segments and dates today."""
    nodes = plan_of(write_flow(flow)).nodes

    def comers(entry: Node, span: timedelta) -> int:
        if entry.kind in KINDS:
            return count_coming(workspace.context, nodes[entry.id], span, also_today=also_today)
        return _by_event(workspace, entry, span) if entry.kind == "entry.event" else 0

    return reach_of(flow, comers)


def look(workspace: Workspace, name: str, document: str, *, also_today: bool = False) -> FirstReach:
    """What is shown before it is published."""
    flow = read_flow(document)
    reach = first_reach(workspace, flow, also_today=also_today)
    return FirstReach(reach.hour, reach.day, has_to_be_typed(workspace, name, flow, reach, None))


def has_to_be_typed(workspace: Workspace, name: str, flow: Flow, reach: Reach, typed: int | None) -> bool:
    """Whether so many get a message that their number has to be typed first, and was not.

    Other texts for a flow that runs reach nobody who was not reached before.
    """
    if reach.day <= UNTYPED or _changes_only_texts(workspace, name, flow):
        return False
    return typed is None or abs(typed - reach.day) * _CLOSE > reach.day


def _changes_only_texts(workspace: Workspace, name: str, flow: Flow) -> bool:
    try:
        live = workspace.store.flows.find(name)
    except UserError:
        return False
    if live.state is FlowState.STOPPED:
        return False
    return texts_only(read_flow(workspace.store.flows.version(live.version_id).document), flow)


# --- who comes in by an entry within so long ------------------------------------------------------------


def _by_event(workspace: Workspace, entry: Node, span: timedelta) -> int:
    """As many as in the last time of the same length."""
    names = [name for name in value_of(entry, "events") or () if isinstance(name, str)]
    where, now = value_of(entry, "where"), workspace.clock.now()
    asked = Facts(Contact(0), EMPTY, now)
    people: set[int] = set()
    for contact_id, properties in workspace.store.people.happened(names, now - span, now):
        asked.looked_at = properties
        if where is None or holds(where, asked):
            people.add(contact_id)
    return len(people)
