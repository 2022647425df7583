"""What a person does to a flow that runs: put people in, stop it, release or drop what is held."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from app.engine import decide
from app.engine.holding import one_more, release
from app.engine.ingest import Intake, take_in
from app.engine.session import walks_of
from app.engine.watch import answer
from app.model.errors import RefusedError, UserError
from app.model.flow import EMPTY
from app.model.journey import FlowState, MessageState

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from app.engine.context import Context
    from app.model.journey import LiveFlow
    from app.model.people import Event
    from app.model.ports import Transaction


def ingest(context: Context, event: Event) -> Intake:
    """Stores one event in a transaction of its own and wakes the engine."""
    with context.session("ingest") as session:
        intake = take_in(session, event)
    if intake is Intake.STORED:
        context.wake.set()
        context.changed()
    return intake


def enter(
    context: Context, flow_name: str, contact_ids: list[int], entry: Mapping[str, Any] = EMPTY
) -> dict[int, str]:
    """Puts contacts in at ``entry.manual``; answers the reason of each that was refused, empty for the
    others.

    Raises UserError when there is no such flow or it has no such entry, RefusedError when it takes nobody
    now.
    """
    with context.session("enter") as session:
        flow = find_flow(session.tx, flow_name)
        plan = session.plan(flow.version_id)
        node = plan.manual_entry()
        if node is None:
            message = f"“{flow_name}” has no node “Added by hand”. Add one on the canvas and publish it."
            raise UserError(message)
        if flow.state is not FlowState.LIVE:
            message = f"“{flow_name}” takes nobody now because it is {flow.state}. Resume it first."
            raise RefusedError(message)
        contacts = session.tx.contacts(contact_ids)
        key = str(entry.get(plan.key) or "") if plan.key else ""
        answers = {
            one: session.enter(flow, node, contacts[one], key, session.now, entry, "hand")
            for one in dict.fromkeys(contact_ids)
            if one in contacts
        }
    context.wake.set()
    context.changed()
    return answers


def find_flow(tx: Transaction, name: str) -> LiveFlow:
    """A published flow by its name; UserError when there is none."""
    for flow in tx.live_flows():
        if flow.name == name:
            return flow
    message = f"There is no published flow “{name}” in this workspace. Publish it first."
    raise UserError(message)


def stop_journeys(context: Context, flow_id: int) -> int:
    """Ends every open journey of a flow with reason ``stopped`` (rule 21); answers how many."""
    total = 0
    while True:
        with context.session("stop") as session:
            journeys = session.tx.open_journeys_of_flow(flow_id, context.batch)
            facts = session.facts(journeys)
            for journey in journeys:
                walk = session.walk(journey, facts[journey.id])
                walk.end("stopped")
                walk.finish()
        total += len(journeys)
        if len(journeys) < context.batch:
            context.changed()
            return total


def try_parked(context: Context, flow_id: int) -> int:
    """Whoever broke in this flow tries to go on, now that somebody has mended it; answers how many."""
    total, after = 0, 0
    while True:
        with context.session("try-parked") as session:
            journeys = session.tx.parked_journeys(flow_id, after, context.batch)
            facts = session.facts(journeys)
            for journey in journeys:
                walk = session.walk(journey, facts[journey.id])
                decide.try_again(walk)
                walk.finish()
        total += len(journeys)
        if len(journeys) < context.batch:
            break
        after = journeys[-1].id
    context.wake.set()
    context.changed()
    return total


def answer_clock(context: Context) -> bool:
    """A person says that the clock of this machine is right now; False when nobody had asked."""
    with context.session("clock-answered") as session:
        answered = answer(session)
    context.wake.set()
    context.changed()
    return answered


def dismiss(context: Context, message_id: int) -> bool:
    """A person has read what a flow told, and puts it away; False when there is nothing to put away."""
    with context.session("dismiss") as session:
        row = session.tx.message(message_id)
        if row is None or not row.is_notice or row.state is not MessageState.SENT or row.reason:
            return False
        walk = walks_of(session, [row])[row.id]
        walk.put(replace(row, reason="dismissed"))
        walk.finish()
    context.changed()
    return True


def decide_held(context: Context, message_id: int, *, send: bool) -> bool:
    """A person decides about a held or unknown message: send it after all, or drop it.

    Dropped: the journey leaves by ``failed``, ``late`` (rule 12). One whose journey has gone on or ended is
    withdrawn instead of sent. False when it is not held any more.
    """
    with context.session("decide-held") as session:
        row = session.tx.message(message_id)
        if row is None or row.state not in (MessageState.HELD, MessageState.UNKNOWN):
            return False
        walk = walks_of(session, [row])[row.id]
        if send:
            # Where its journey has gone on or ended while it was unknown, nobody gets it any more (rule 9).
            release(walk, row, None)
            one_more(session, row)
        else:
            decide.send_failed(walk, row, "late")
        walk.finish()
    context.wake.set()
    context.changed()
    return True
