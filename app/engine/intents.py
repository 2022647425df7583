"""What nodes ask for beyond their own journey: a recorded event, a start in another flow (rule 16)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.engine.decide import lose_consent
from app.engine.ingest import take_in
from app.model.journey import ConsentWithdrawn, FlowState, JournalLine, StartFlow

if TYPE_CHECKING:
    from app.engine.session import Session


def carry_out(session: Session) -> None:
    """Does, in this very transaction, all that was asked for; what comes of that too.

    Ends because a contact is started by flows only so often within a day.
    """
    while session.intents:
        intent = session.intents.pop(0)
        if isinstance(intent, StartFlow):
            _start(session, intent)
        elif isinstance(intent, ConsentWithdrawn):
            _let_go(session, intent.contact_id)
        else:
            take_in(session, intent)
        session.write()


def _let_go(session: Session, contact_id: int) -> None:
    """Messages that the contact does not agree to any more leave by ``failed``, as at an unsubscribe
    (rule 10)."""
    journeys = session.tx.open_journeys(contact_id)
    facts = session.facts(journeys)
    for journey in journeys:
        walk = session.walk(journey, facts[journey.id])
        lose_consent(walk)
        walk.finish()


def _start(session: Session, intent: StartFlow) -> None:
    """Puts the contact in at ``entry.manual``. A flow that is not there, or takes nobody, stands in the
    journal."""
    flow = next((one for one in session.tx.live_flows() if one.name == intent.flow), None)
    contact = session.tx.contacts([intent.contact_id]).get(intent.contact_id)
    plan = session.plan(flow.version_id) if flow is not None else None
    node = plan.manual_entry() if plan is not None else None
    if flow is None or plan is None or node is None or contact is None:
        session.changes.journal.append(
            JournalLine(
                intent.by,
                intent.contact_id,
                0,
                0,
                session.now,
                "",
                "not-started",
                data={"flow": intent.flow, "reason": "no-such-flow" if flow is None else "no-entry"},
            )
        )
        return
    if flow.state is not FlowState.LIVE:
        session.refuse(plan, node, contact.id, "paused")
        return
    key = str(intent.entry.get(plan.key) or "") if plan.key else ""
    session.enter(flow, node, contact, key, session.now, intent.entry, cause="flow")
