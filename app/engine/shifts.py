"""Moves people to another version in batches, each in a transaction of its own, and takes them back.

Whatever interrupts it, it is carried on where it was. ``dry`` does all of it but the writing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from app.engine import moving
from app.engine.entry import ended_by
from app.model.journey import JourneyState
from app.model.people import Actor
from app.model.shifts import Choice, Group, Phase, Shift, Shifted

if TYPE_CHECKING:
    from app.engine.context import Context
    from app.engine.facts import Facts
    from app.engine.plan import Plan
    from app.engine.session import Session
    from app.engine.walk import Walk
    from app.model.journey import Journey
    from app.model.people import StoredEvent
    from app.model.shifts import ShiftCount

_OVER = frozenset({JourneyState.DONE, JourneyState.ERASED})


def carry_out(
    context: Context, made: Shift, *, dry: bool = False, plan: Plan | None = None
) -> Mapping[ShiftCount, int]:
    """Does what was chosen for those who stand there, and answers how many there were.

    ``plan``: the version that they go to, where it is not stored yet.
    """
    told: Counter[ShiftCount] = Counter()
    asked = [group for group in made.groups if group.choice is not Choice.FINISH]
    for version_id in sorted({group.version_id for group in asked}):
        groups = {one.node: one for one in asked if one.version_id == version_id}
        _one_version(context, made, version_id, groups, told, dry=dry, plan=plan)
    return told if dry else _end(context, made, Phase.MOVING, Phase.DONE)


def take_back(context: Context, made: Shift, *, dry: bool = False) -> Mapping[ShiftCount, int]:
    """Takes everybody back who has not gone on since, and answers how many there were of each sort."""
    told: Counter[ShiftCount] = Counter()
    after = 0
    while True:
        with context.looking() if dry else context.session("take-back") as session:
            rows = session.tx.shifted(made.id, after, context.batch)
            if dry or _is_in(session, made, Phase.BACK):
                told.update(_count(one) for one in _back(session, made, rows))
        if len(rows) < context.batch:
            break
        after = rows[-1].journey_id
    return told if dry else _end(context, made, Phase.BACK, Phase.UNDONE)


def carry_on(context: Context) -> int:
    """Ends what was interrupted; answers how many shifts that were."""
    with context.looking() as session:
        found = session.tx.unfinished_shifts()
    for one in found:
        (carry_out if one.phase is Phase.MOVING else take_back)(context, one)
    return len(found)


def _is_in(session: Session, made: Shift, phase: Phase) -> bool:
    """Another process may have ended it meanwhile, or a person taken it back."""
    known = session.tx.shift(made.id)
    return known is not None and known.phase is phase


def _end(context: Context, made: Shift, phase: Phase, then: Phase) -> Mapping[ShiftCount, int]:
    with context.session("shift-end") as session:
        known = session.tx.shift(made.id)
        if known is not None and known.phase is phase:
            session.changes.shifts.append(replace(known, phase=then))
        counts = session.tx.shift_counts(made.id)
    context.wake.set()
    context.changed()
    return counts


def _count(row: Shifted) -> ShiftCount:
    return (row.version_id, row.node, row.choice, row.at_once, row.back)


# --- there ---------------------------------------------------------------------------------------------


def _one_version(
    context: Context,
    made: Shift,
    version_id: int,
    groups: Mapping[str, Group],
    told: Counter[ShiftCount],
    *,
    dry: bool,
    plan: Plan | None,
) -> None:
    after = (0, "")
    while True:
        with context.looking() if dry else context.session("shift") as session:
            if plan is not None:
                session.use(plan)
            journeys: Sequence[Journey] = ()
            if dry or _is_in(session, made, Phase.MOVING):
                nodes = sorted(groups)
                journeys = session.tx.standing(made.flow_id, version_id, nodes, after, context.batch)
                told.update(_count(one) for one in _shift(session, made, groups, journeys))
        if len(journeys) < context.batch:
            return
        after = (journeys[-1].contact_id, journeys[-1].key)


def _shift(
    session: Session, made: Shift, groups: Mapping[str, Group], journeys: Sequence[Journey]
) -> Iterable[Shifted]:
    facts = _facts(session, journeys, made.version_id)
    found = []
    for journey in journeys:
        walk = session.walk(journey, facts[journey.id])
        row = moving.shift(walk, made, groups[journey.node], session.plan(made.version_id))
        walk.finish()
        if row is not None:
            found.append(row)
    session.changes.shifted += found
    return found


def _facts(session: Session, journeys: Sequence[Journey], version_id: int) -> Mapping[int, Facts]:
    """What the deciders of another version ask about these journeys."""
    found = session.facts([replace(one, version_id=version_id) for one in journeys])
    for one in journeys:
        # What started it does not count again, by whichever version it came in.
        facts = found[one.id]
        facts.starters = {*facts.starters, *session.plan(one.version_id).entries}
    return found


# --- and back ------------------------------------------------------------------------------------------


def _back(session: Session, made: Shift, rows: Sequence[Shifted]) -> Iterable[Shifted]:
    asked = [row for row in rows if row.back is None]
    journeys = session.tx.journeys([row.journey_id for row in asked])
    facts: dict[int, Facts] = {}
    for version_id in {row.version_id for row in asked}:
        own = [journeys[row.journey_id] for row in asked if row.version_id == version_id]
        facts |= _facts(session, own, version_id)
    told = []
    for row in asked:
        walk = session.walk(journeys[row.journey_id], facts[row.journey_id])
        is_back = not (moving.stays(walk, row, made.version_id) or _has_no_place(session, walk, row))
        if is_back:
            moving.take_back(walk, row, session.plan(row.version_id))
            walk.finish()
        told.append(replace(row, back=is_back))
    session.changes.shifted += told
    return told


def _has_no_place(session: Session, walk: Walk, row: Shifted) -> bool:
    """Whether one who was led out came in again meanwhile, or what the flow is for has happened since."""
    if row.choice is not Choice.LEAVE:
        return False
    journey = walk.journey
    newer = session.tx.open_journeys(journey.contact_id)
    if any((one.flow_id, one.key) == (journey.flow_id, journey.key) for one in newer):
        return True
    names = sorted({ending.event for ending in walk.plan.endings})
    stored = session.tx.events_of([journey.contact_id], names) if names else {}
    return any(_ends(walk, one) for one in stored.get(journey.contact_id, ()))


def _ends(walk: Walk, event: StoredEvent) -> bool:
    """Rather stop than nag: an event that would have ended it had it not been led out."""
    if event.at <= walk.journey.started_at or event.actor is Actor.MACHINE:
        return False
    return bool(ended_by(walk.plan, event, walk.journey.key, walk.facts))
