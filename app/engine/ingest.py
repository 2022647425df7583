"""The one way in: an event is stored once, and wakes what waits for it, in one transaction."""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from app.engine import entry as entries
from app.engine import looking, merge, visitors
from app.engine.calendar import zone_of
from app.engine.decide import hear, lose_consent
from app.engine.facts import Facts
from app.model.journey import ContactChange
from app.model.kinds import KINDS
from app.model.people import Actor, Address, Consent, Event, StoredEvent

if TYPE_CHECKING:
    from app.engine.plan import Plan
    from app.engine.session import Session
    from app.model.journey import Arming, LiveFlow
    from app.model.people import Contact

_VISITOR: Final = "visitor"
_RECEIVED: Final = "message_received"
"""A person wrote to us, in answer to nothing we know of; its property ``channel`` says where."""
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
    old_news = looking.is_old_news(session, event)
    if old_news:
        looking.look_first_at(session, [contact_id])
    event_id = session.ids.new()
    if not session.tx.add_event(event_id, event, contact_id, session.now):
        return Intake.KNOWN
    session.wrote = True
    _bring_along(session, event, contact_id)
    contact = session.tx.contacts([contact_id])[contact_id]
    visitors.note(session, contact)
    _wake(session, event, event_id, contact)
    if event.actor is not Actor.MACHINE:
        _disarm(session, event, contact)
        # What has just ended makes room for what begins.
        session.write()
        _enter(session, event, contact)
    looking.hear(session, event, contact_id, old_news=old_news)
    return Intake.STORED


# --- whose is it ---------------------------------------------------------------------------------------


def _whose(session: Session, event: Event) -> int | None:
    """The contact's id: known, found by an address, merged, or new; None when the event is only counted."""
    if event.contact_id is not None:
        return event.contact_id
    message = session.tx.message(event.message_id) if event.message_id is not None else None
    found = session.tx.find_contacts(sorted(event.addresses, key=merge.rank))
    people = list(dict.fromkeys([*([message.contact_id] if message else []), *found]))
    if not people or (message is None and _is_someone_new(session, event, people[0])):
        return _new_contact(session, event)
    contact_id = merge.one_of(session, people)
    for address in _unowned(session, event):
        session.add_address(contact_id, address)
    return contact_id


def _is_someone_new(session: Session, event: Event, contact_id: int) -> bool:
    """Whether only the browser is known, and it belongs to somebody with another address than the one given:
    a browser may be shared."""
    personal = [address for address in event.addresses if merge.is_personal(address)]
    if not personal or session.tx.find_contacts(personal):
        return False
    contact = session.tx.contacts([contact_id])[contact_id]
    return any(address.kind in contact.addresses for address in personal)


def _new_contact(session: Session, event: Event) -> int | None:
    if not event.addresses or not _is_needed(session, event):
        return None
    contact_id = session.ids.new()
    session.add_contact(contact_id, _unowned(session, event))
    return contact_id


def _unowned(session: Session, event: Event) -> list[Address]:
    return [address for address in event.addresses if not session.tx.find_contacts([address])]


def _is_needed(session: Session, event: Event) -> bool:
    if any(address.kind != _VISITOR for address in event.addresses):
        return True
    if event.name in looking.asked_events(session):
        return True
    return any(event.name in session.plan(flow.version_id).entries for flow in session.tx.live_flows())


# --- what it brings ------------------------------------------------------------------------------------


def _bring_along(session: Session, event: Event, contact_id: int) -> None:
    """Fields and consents of a form, and what an unsubscribe or complaint closes, written before anyone
    decides."""
    changes = session.changes
    if event.updates:
        changes.contacts.append(ContactChange(contact_id, dict(event.updates)))
    # Never later than now, whatever the sender's clock says: nothing that is said afterwards would count.
    said = (replace(one, at=min(one.at, session.now)) for one in event.consents)
    changes.consents.extend((contact_id, one) for one in (*said, *_closed(session, event, contact_id)))
    channel = _written_on(session, event)
    if channel:
        # As above: a window for replies would stay open.
        changes.words.append((contact_id, channel, min(event.at, session.now)))
    session.write()


def _closed(session: Session, event: Event, contact_id: int) -> list[Consent]:
    """Rule 10: an unsubscribe closes the topic of its message on that channel, without one the channel; a
    complaint closes all advertising."""
    message = session.tx.message(event.message_id) if event.message_id is not None else None
    if event.name == "complained":
        closed = [(channel, "") for channel in _CONSENT_CHANNELS]
    elif event.name == "unsubscribed" and message is not None:
        closed = [(message.channel, session.plan(message.version_id).topic(message))]
    else:
        return []
    proof = {"message": event.message_id, "source_id": event.source_id}
    # From now on, whatever the sender's clock says; and where our own was set back meanwhile, from the last
    # word on: an agreement that is stored already must not outlive it.
    said = session.tx.last_said(contact_id)
    at = max(session.now, said) if said is not None else session.now
    return [
        Consent(channel, given=False, at=at, source=event.name, proof=proof, topic=topic)
        for channel, topic in closed
    ]


def _written_on(session: Session, event: Event) -> str:
    """The channel on which the person wrote to us; empty when they did not."""
    if event.actor is Actor.MACHINE:
        return ""
    if event.name == _RECEIVED:
        return str(event.properties.get("channel") or "")
    message = session.tx.message(event.message_id) if event.message_id is not None else None
    return message.channel if event.name == "replied" and message is not None else ""


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
    """What breaks the quiet that entries wait for: a goal event of their key or of none (rule 9), and an
    event that they listen to which does not fit any more, such as a basket that was emptied (rule 3)."""
    waiting = session.tx.armings_of(contact.id)
    if not waiting:
        return
    plans = {flow.id: session.plan(flow.version_id) for flow in session.tx.live_flows()}
    for arming in waiting:
        plan = plans.get(arming.flow_id)
        if plan is not None and _breaks_quiet(session, plan, event, arming, contact):
            session.changes.disarmed.append((arming.flow_id, arming.contact_id, arming.key))


def _facts(session: Session, plan: Plan, contact: Contact, event: Event) -> Facts:
    """What an entry or an ending may ask, before there is a journey."""
    names = sorted(session.asked_events(plan))
    stored = session.tx.events_of([contact.id], names).get(contact.id, ()) if names else ()
    return Facts(
        contact,
        event.properties,
        event.at,
        stored=stored,
        now=session.now,
        segments=session.rules_of(plan),
    )


def _breaks_quiet(session: Session, plan: Plan, event: Event, arming: Arming, contact: Contact) -> bool:
    facts = replace(_facts(session, plan, contact, event), entry=arming.entry)
    if entries.ended_by(plan, event, arming.key, facts):
        return True
    node = plan.nodes.get(arming.node)
    if node is None or event.history or event.name not in (node.setting("events") or ()):
        return False
    if entries.key_of(plan, event) != arming.key or entries.fits(node, event, facts):
        return False
    return (
        _quiet_until(session, plan, entries.Entry(node, arming.key), event, contact).due_at >= arming.due_at
    )


def _quiet_until(
    session: Session, plan: Plan, entry: entries.Entry, event: Event, contact: Contact
) -> Arming:
    zone = zone_of(contact.zone, session.zone)
    return entries.arming(plan, entry, contact.id, event, min(event.at, session.now), zone)


def _enter(session: Session, event: Event, contact: Contact) -> None:
    for flow in session.tx.live_flows():
        plan = session.plan(flow.version_id)
        if event.name not in plan.entries:
            continue
        facts = _facts(session, plan, contact, event)
        for entry in entries.entries_for(plan, flow, event, facts, session.now)[:1]:
            _let_in(session, flow, plan, entry, event, contact)


def _let_in(
    session: Session, flow: LiveFlow, plan: Plan, entry: entries.Entry, event: Event, contact: Contact
) -> None:
    refused = entry.refused or _ended_since(session, plan, entry, event, contact)
    if refused:
        session.refuse(plan, entry.node, contact.id, refused, entry.key)
    elif entry.node.length is not None:
        _arm(session, _quiet_until(session, plan, entry, event, contact))
    else:
        at = min(event.at, session.now)
        cause = entries.cause_of(event)
        session.enter(flow, entry.node, contact, entry.key, at, event.properties, cause)


def _ended_since(session: Session, plan: Plan, entry: entries.Entry, event: Event, contact: Contact) -> str:
    """Events may come in any order: the goal or exit that is stored already and happened after this entry."""
    names = sorted({ending.event for ending in plan.endings})
    stored = session.tx.events_of([contact.id], names).get(contact.id, ()) if names else ()
    facts = _facts(session, plan, contact, event)
    found = (
        entries.ended_by(plan, one, entry.key, facts)
        for one in stored
        if one.at > event.at and one.actor is not Actor.MACHINE
    )
    return next((reason for reason in found if reason), "")


def _arm(session: Session, new: Arming) -> None:
    """The last event counts, which is not always the one that came last."""
    old = session.tx.arming(new.flow_id, new.contact_id, new.key)
    if old is None or old.node != new.node or old.due_at <= new.due_at:
        session.changes.armed.append(new)
