"""Decides what is due, a batch in one transaction."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final

from app.engine.decide import come_due
from app.model.journey import Changes, FlowState

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.engine.context import Context
    from app.engine.facts import Facts
    from app.engine.session import Session
    from app.model.journey import Arming, Journey

_log: Final = logging.getLogger("chainwright.engine")


def tick(context: Context) -> int:
    """Decides at most one batch of due journeys and entries; answers how many."""
    with context.session() as session:
        journeys = session.tx.due_journeys(session.now, context.batch)
        _decide(session, journeys)
        armings = session.tx.due_armings(session.now, context.batch)
        _end_quiet(session, armings)
        done = len(journeys) + len(armings)
        if done:
            context.faults.point("tick.before-commit")
    if done:
        context.faults.point("tick.committed")
        context.changed()
    return done


def _decide(session: Session, journeys: Sequence[Journey]) -> None:
    """The deciders are pure, so a batch with a journey that breaks them is simply decided again with that one
    parked: one bad contact never stops the others."""
    broken: dict[int, str] = {}
    facts = session.facts(journeys) if journeys else {}
    while True:
        session.changes = Changes()
        failed = _decide_all(session, journeys, facts, broken)
        if failed is None:
            return
        broken[failed[0]] = failed[1]
        facts = session.facts(journeys)


def _decide_all(
    session: Session, journeys: Sequence[Journey], facts: dict[int, Facts], broken: dict[int, str]
) -> tuple[int, str] | None:
    """None when all were decided, else the journey that broke a decider and the kind of error."""
    for journey in journeys:
        walk = session.walk(journey, facts[journey.id])
        if journey.id in broken:
            walk.park(broken[journey.id])
        else:
            try:
                come_due(walk)
            except Exception as error:  # noqa: BLE001 - one broken journey is parked, logged, and stops nobody
                _log.exception("journey %d broke its decider and is parked", journey.id)
                return journey.id, type(error).__name__
        walk.finish()
    return None


def _end_quiet(session: Session, armings: Sequence[Arming]) -> None:
    if not armings:
        return
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
            session.enter(flow, node, contact, arming.key, arming.due_at, arming.entry)
        else:
            session.refuse(plan, node, contact.id, "paused")
