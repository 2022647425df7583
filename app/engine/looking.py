"""Keeps the members of watched segments and the dates that people wait for, as things change and as time
passes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from app.engine.calendar import zone_of
from app.engine.dates import next_moment, rule_of
from app.engine.doors import DATE, SEGMENT, Door, doors, is_too_old, let_in_who_joins
from app.engine.segments import events_in, facts_of, next_change
from app.model.conditions import holds
from app.model.people import Actor
from app.model.segments import Dated, Member

if TYPE_CHECKING:
    from datetime import datetime

    from app.engine.context import Context
    from app.engine.facts import Facts
    from app.engine.session import Session
    from app.model.people import Contact, Event
    from app.model.ports import Transaction

Rule = Mapping[str, Any]


def facts_about(
    tx: Transaction, contact_ids: Sequence[int], rules: Iterable[Rule], now: datetime
) -> dict[int, Facts]:
    """What the rules ask about these contacts, read for all of them together; who is erased is left out."""
    people = tx.contacts(contact_ids)
    events = tx.events_of(list(people), sorted(events_in(rules)))
    return {
        id_: facts_of(contact, events.get(id_, ()), now)
        for id_, contact in people.items()
        if not contact.erased
    }


# --- looking again ----------------------------------------------------------------------------------------


def look_at_due(session: Session, limit: int) -> int:
    """Looks at contacts about whom something has changed, or for whom time has passed; answers how many."""
    due = session.tx.due_rechecks(session.now, limit)
    if due:
        look(session, due)
    return len(due)


def look_first_at(session: Session, contact_ids: Sequence[int]) -> None:
    """Whatever is due about these contacts is done before anything else."""
    due = session.tx.rechecks_of(contact_ids)
    come = {id_: at for id_, at in due.items() if at <= session.now}
    if come:
        look(session, come)


def catch_up(context: Context) -> None:
    """Looks at everybody who is due, so that what is published next finds nothing left of the past."""
    done = context.batch
    while done == context.batch:
        with context.session("catch-up") as session:
            done = look_at_due(session, context.batch)


def look(session: Session, due: Mapping[int, datetime], news: Event | None = None) -> None:
    """Looks at these contacts: who joins a segment, who leaves it, which date comes next, and when time alone
    will change the answer.

    ``due`` says since when each is to be looked at: that is the moment at which they join. ``news``: see
    ``let_in_who_joins``.
    """
    session.write()
    session.changes.rechecks.update(dict.fromkeys(due))
    session.write()
    rules = session.watched_rules()
    people = facts_about(session.tx, list(due), rules.values(), session.now)
    joined = _settle(session, rules, people, due)
    _replan(session, people, due)
    session.write()
    names = {one.id: one.name for one in session.segments.values()}
    listening: dict[str, list[Door]] = defaultdict(list)
    for door in doors(session, SEGMENT) if joined else ():
        listening[door.segment].append(door)
    for contact_id, segment_id in joined:
        for door in listening.get(names.get(segment_id, ""), ()):
            let_in_who_joins(session, door, people[contact_id].contact, due[contact_id], news)


def _settle(
    session: Session, rules: Mapping[int, Rule], people: Mapping[int, Facts], at: Mapping[int, datetime]
) -> list[tuple[int, int]]:
    """Writes who is in which of these segments from now on; answers (contact, segment) of those who join."""
    inside = session.tx.memberships(list(people)) if rules else {}
    joined = []
    for contact_id, facts in people.items():
        for segment_id, rule in rules.items():
            is_in, was_in = holds(rule, facts), segment_id in inside.get(contact_id, ())
            if is_in and not was_in:
                joined.append((contact_id, segment_id))
            if is_in is not was_in:
                since = at[contact_id] if is_in else None
                session.changes.members.append(Member(segment_id, contact_id, since))
            change = next_change(rule, facts, session.now)
            if change is not None:
                session.look_again(contact_id, change)
    return joined


def _replan(session: Session, people: Mapping[int, Facts], at: Mapping[int, datetime]) -> None:
    found = list(doors(session, DATE)) if session.watched.dates else []
    waiting = session.tx.dated_of(list(people)) if found else ()
    known = {(one.flow_id, one.node, one.contact_id): one.due_at for one in waiting}
    for door in found:
        for contact_id, facts in people.items():
            old = known.get((*door.name, contact_id))
            # One that had come before the change is let in, and plans its next one then.
            if old is None or old > at[contact_id]:
                plan_date(session, door, facts.contact, at[contact_id], old)


def plan_date(
    session: Session, door: Door, contact: Contact, after: datetime, old: datetime | None = None
) -> None:
    """Waits for the first moment after ``after`` that an ``entry.date`` names for this contact. ``old`` is
    what it waits for already."""
    rule = rule_of(door.node)
    zone = zone_of(contact.zone, session.zone)
    new = next_moment(rule, contact.properties.get(rule.property), after, zone)
    if new != old:
        session.changes.dated.append(Dated(*door.name, contact.id, new))


# --- what an event tells ----------------------------------------------------------------------------------


def is_old_news(session: Session, event: Event) -> bool:
    """Whether there is a flow that the event may not start, so that who joins a segment by it has to be told
    apart from who joins by what happens now (rule 2)."""
    if not session.watched:
        return False
    return event.history or any(is_too_old(door, event, session.now) for door in doors(session, SEGMENT))


def asked_events(session: Session) -> frozenset[str]:
    """The events that can bring somebody into a watched segment, or out of it."""
    return events_in(session.watched_rules().values()) if session.watched.segments else frozenset()


def hear(session: Session, event: Event, contact_id: int, *, old_news: bool) -> None:
    """An event of the contact is stored: the contact is to be looked at again, at once when it is old."""
    if not session.watched:
        return
    asked = event.actor is not Actor.MACHINE and event.name in asked_events(session)
    if not old_news:
        if asked:
            session.look_again(contact_id)
        return
    session.write()
    # Whatever was due before has been looked at: what is due now came with this event.
    due = session.tx.rechecks_of([contact_id]).get(contact_id)
    if asked or (due is not None and due <= session.now):
        look(session, {contact_id: session.now}, event)


# --- everybody --------------------------------------------------------------------------------------------


def ask_everybody(context: Context) -> None:
    """Asks everybody about the segments that are watched newly, some hundred people in one transaction.
    Nobody is let in by that: they were in it before."""
    more = True
    while more:
        with context.session("ask-everybody") as session:
            more = ask_some(session, context.batch)


def ask_some(session: Session, limit: int) -> bool:
    """Asks the next people about the first such segment; False when everybody was asked about all."""
    watched, rules = session.watched, session.watched_rules()
    found = ((id_, kept) for id_, kept in watched.segments.items() if kept.after is not None and id_ in rules)
    segment_id, kept = next(found, (0, None))
    if kept is None or kept.after is None:
        return False
    ids = session.tx.everybody(kept.after, limit)
    rule = rules[segment_id]
    people = facts_about(session.tx, ids, [rule], session.now)
    _settle(session, {segment_id: rule}, people, dict.fromkeys(people, session.now))
    after = ids[-1] if len(ids) == limit else None
    session.watch(watched.with_segment(segment_id, replace(kept, after=after)))
    return True


def let_go(session: Session, limit: int) -> int:
    """Takes away some members of a segment that is not watched any more; answers how many rows it was."""
    for segment_id, kept in session.watched.segments.items():
        if kept.going:
            members = session.tx.members(segment_id, 0, limit)
            session.changes.members += [Member(segment_id, one, None) for one in members]
            if len(members) < limit:
                session.watch(session.watched.with_segment(segment_id, None))
            return len(members) + 1
    return 0
