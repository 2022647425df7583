"""Decides what is due, a batch in one transaction."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from app.engine import arrivals
from app.engine.braking import carry_on
from app.engine.decide import come_due
from app.engine.keeping import keep_small
from app.engine.looking import let_go
from app.engine.visitors import forget_quiet
from app.model.journey import FlowState

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.engine.context import Context
    from app.engine.lease import Lease
    from app.engine.session import Session
    from app.model.journey import Arming, Journey

_TIDY_EVERY: Final = timedelta(hours=1)


def tick(context: Context, lease: Lease | None = None) -> int:
    """Decides at most one batch of due journeys and entries; answers how many."""
    with context.session("tick", lease) as session:
        if context.is_halted(session):
            return carry_on(session, context.batch)
        journeys = session.tx.due_journeys(session.now, context.batch)
        _decide(session, journeys)
        armings = session.tx.due_armings(session.now, context.batch)
        _end_quiet(session, armings)
        done = len(journeys) + len(armings)
        stages = arrivals.waiting(session)
    if done:
        context.changed()
    done += arrivals.work(context, stages, lease)
    return done or tidy(context, lease)


def tidy(context: Context, lease: Lease | None = None) -> int:
    """What can wait until there is nothing else to do: once an hour, some hundred rows at a time."""
    if context.tidied is not None and timedelta() <= context.clock.now() - context.tidied < _TIDY_EVERY:
        return 0
    with context.session("tidy", lease) as session:
        done = forget_quiet(session, context.batch) + let_go(session, context.batch)
        done += keep_small(session, context.batch)
        if not done:
            context.tidied = session.now
    return done


def _decide(session: Session, journeys: Sequence[Journey]) -> None:
    facts = session.facts(journeys) if journeys else {}
    for journey in journeys:
        if journey.flow_id in session.tally.over:
            continue  # it pauses with this transaction; what is left of it is due when it goes on
        walk = session.walk(journey, facts[journey.id])
        come_due(walk)
        walk.finish()
        session.take_outcomes()


def _end_quiet(session: Session, armings: Sequence[Arming]) -> None:
    if not armings:
        return
    # A journey that ended just now makes room for one that starts.
    session.write()
    flows = {flow.id: flow for flow in session.tx.live_flows()}
    contacts = session.tx.contacts({arming.contact_id for arming in armings})
    for arming in armings:
        session.changes.disarmed.append((arming.flow_id, arming.contact_id, arming.key))
        flow, contact = flows.get(arming.flow_id), contacts.get(arming.contact_id)
        if flow is None or contact is None or contact.erased:
            continue
        plan = session.plan(flow.version_id)
        node = plan.nodes.get(arming.node)
        if node is None:
            continue
        if flow.state is FlowState.LIVE:
            session.enter(flow, node, contact, arming.key, arming.due_at, arming.entry, arming.cause)
        else:
            session.refuse(plan, node, contact.id, "paused", arming.key)
