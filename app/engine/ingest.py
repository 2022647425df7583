"""The one way in: an event is stored once, and wakes what waits for it, in one transaction."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final

from app.engine import entry as entries
from app.engine import merge
from app.engine.calendar import zone_of
from app.engine.decide import hear, lose_consent
from app.engine.facts import Facts
from app.model.conditions import holds
from app.model.journey import ContactChange
from app.model.kinds import KINDS
from app.model.people import Consent, Event, StoredEvent

if TYPE_CHECKING:
    from app.engine.plan import Plan
    from app.engine.session import Session
    from app.model.journey import Arming, LiveFlow
    from app.model.people import Contact

_VISITOR: Final = "visitor"
_CONSENT_CHANNELS: Final = tuple(sorted({kind.channel for kind in KINDS.values() if kind.needs_consent}))


class Intake(StrEnum):
    """What became of an event."""

    STORED = "stored"
    KNOWN = "known"
    COUNTED = "counted"


def take_in(session: Session, event: Event) -> Intake:
    """Stores ``event`` and decides all that follows from it; the caller commits the session's transaction.

    KNOWN: its source id came before and nothing was done. COUNTED: nobody needs this visitor (rule 19).
    """
    contact_id = _whose(session, event)
    if contact_id is None:
        return Intake.COUNTED
    event_id = session.ids.new()
    if not session.tx.add_event(event_id, event, contact_id, session.now):
        return Intake.KNOWN
    _bring_along(session, event, contact_id)
    contact = session.tx.contacts([contact_id])[contact_id]
    _wake(session, event, event_id, contact)
    _disarm(session, event, contact)
    _enter(session, event, contact)
    return Intake.STORED


# --- whose is it ---------------------------------------------------------------------------------------


def _whose(session: Session, event: Event) -> int | None:
    """The contact's id: known, found by an address, merged, or new; None when the event is only counted."""
    if event.contact_id is not None:
        return event.contact_id
    owner = None
    if event.message_id is not None:
        message = session.tx.message(event.message_id)
        owner = message.contact_id if message else None
    found = session.tx.find_contacts(event.addresses)
    people = [*([owner] if owner is not None else []), *(one for one in found if one != owner)]
    if not people:
        return _new_contact(session, event)
    contact_id = merge.one_of(session, people)
    for address in event.addresses:
        session.tx.add_address(contact_id, address, session.now)
    return contact_id


def _new_contact(session: Session, event: Event) -> int | None:
    if not event.addresses or not _is_needed(session, event):
        return None
    contact_id = session.ids.new()
    session.tx.add_contact(contact_id, event.addresses, session.now)
    return contact_id


def _is_needed(session: Session, event: Event) -> bool:
    if any(address.kind != _VISITOR for address in event.addresses):
        return True
    return any(event.name in session.plan(flow.version_id).entries for flow in session.tx.live_flows())


# --- what it brings ------------------------------------------------------------------------------------


def _bring_along(session: Session, event: Event, contact_id: int) -> None:
    """Fields and consents of a form, and what an unsubscribe or complaint closes, written before anyone
    decides."""
    changes = session.changes
    if event.updates:
        changes.contacts.append(ContactChange(contact_id, dict(event.updates)))
    changes.consents.extend((contact_id, consent) for consent in (*event.consents, *_closed(session, event)))
    session.write()


def _closed(session: Session, event: Event) -> list[Consent]:
    """Rule 10: an unsubscribe closes its message's channel, a complaint all of them."""
    if event.name == "complained":
        channels = _CONSENT_CHANNELS
    elif event.name == "unsubscribed" and event.message_id is not None:
        message = session.tx.message(event.message_id)
        channels = (message.channel,) if message else ()
    else:
        return []
    proof = {"message": event.message_id, "source_id": event.source_id}
    return [
        Consent(channel, given=False, at=event.at, source=event.name, proof=proof) for channel in channels
    ]


# --- whom it wakes -------------------------------------------------------------------------------------


def _wake(session: Session, event: Event, event_id: int, contact: Contact) -> None:
    """Every open journey of the contact hears it, and the journey whose message it answers, even when it is
    over."""
    journeys = {journey.id: journey for journey in session.tx.open_journeys(contact.id)}
    message = session.tx.message(event.message_id) if event.message_id is not None else None
    if message is not None and message.journey_id not in journeys:
        journeys |= session.tx.journeys([message.journey_id])
    facts = session.facts(list(journeys.values()))
    for journey in journeys.values():
        walk = session.walk(journey, _with_event(facts[journey.id], event, event_id))
        hear(walk, event)
        lose_consent(walk)
        walk.finish()


def _with_event(facts: Facts, event: Event, event_id: int) -> Facts:
    if all(stored.id != event_id for stored in facts.stored):
        stored = StoredEvent(event_id, event.name, event.at, event.properties, event.message_id, event.actor)
        facts.stored = (*facts.stored, stored)
    return facts


# --- whom it brings in ---------------------------------------------------------------------------------


def _disarm(session: Session, event: Event, contact: Contact) -> None:
    """A goal event ends the quiet time of entries with its key, or of all when it has none (rules 3 and
    9)."""
    waiting = session.tx.armings_of(contact.id)
    if not waiting:
        return
    plans = {flow.id: session.plan(flow.version_id) for flow in session.tx.live_flows()}
    for arming in waiting:
        plan = plans.get(arming.flow_id)
        if plan is not None and _is_goal_of(plan, event, arming, contact):
            session.changes.disarmed.append((arming.flow_id, arming.contact_id, arming.key))


def _is_goal_of(plan: Plan, event: Event, arming: Arming, contact: Contact) -> bool:
    key = event.properties.get(plan.key) if plan.key else None
    if key is not None and str(key) != arming.key:
        return False
    facts = Facts(contact, arming.entry, event.at, looked_at=event.properties)
    return any(
        ending.event == event.name and (ending.where is None or holds(ending.where, facts))
        for ending in plan.endings
    )


def _enter(session: Session, event: Event, contact: Contact) -> None:
    for flow in session.tx.live_flows():
        plan = session.plan(flow.version_id)
        facts = Facts(contact, {}, event.at)
        for entry in entries.entries_for(plan, flow, event, facts, session.now)[:1]:
            _let_in(session, flow, plan, entry, event, contact)


def _let_in(
    session: Session, flow: LiveFlow, plan: Plan, entry: entries.Entry, event: Event, contact: Contact
) -> None:
    if entry.refused:
        session.refuse(plan, entry.node, contact.id, entry.refused)
    elif entry.node.length is not None:
        zone = zone_of(contact.zone, session.zone)
        session.changes.armed.append(entries.arming(plan, entry, contact.id, event, zone))
    else:
        at = min(event.at, session.now)
        session.enter(flow, entry.node, contact, entry.key, at, event.properties)
