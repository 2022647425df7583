"""Opening and closing the doors of a flow: what has to be known before it goes live, and what waits from then
on (rule 2)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Final, TypeVar

from app.engine.doors import DATE, KINDS, SCHEDULE, SEGMENT, doors, segment_of
from app.engine.looking import ask_everybody, catch_up
from app.engine.rounds import next_round
from app.engine.watched import Kept, Watched
from app.model.errors import UserError
from app.model.journey import FlowState
from app.model.segments import Schedule

if TYPE_CHECKING:
    from datetime import datetime, tzinfo

    from app.engine.context import Context
    from app.engine.lease import Lease
    from app.engine.plan import Plan, PlanNode
    from app.engine.session import Session
    from app.model.journey import LiveFlow
    from app.model.ports import Along, Transaction

_OPEN: Final = frozenset({FlowState.LIVE, FlowState.PAUSED, FlowState.CLOSED})
_MOMENT: Final = timedelta(microseconds=1)
_TELLING: Final[Mapping[str, tuple[str, ...]]] = {
    SEGMENT: ("segment",),
    DATE: ("property", "side", "offset", "time", "yearly"),
    SCHEDULE: ("start", "repeat"),
}
"""Settings by which an entry is the same one as before."""


T = TypeVar("T")


class NotReadyError(Exception):
    """Somebody else has changed what is watched meanwhile: prepare, and try again."""


def asked_segments(plan: Plan) -> frozenset[str]:
    """Every segment that a version needs, for its entries and its branches."""
    return plan.asked_segments | _entered_segments(plan)


def missing_segments(session: Session, plan: Plan) -> list[str]:
    """Those of them that are not there."""
    return sorted(asked_segments(plan) - session.segments.keys())


def prepare(context: Context, plan: Plan) -> None:
    """Before a version goes live: asks everybody about the segments that its entries name and nobody watches
    yet, and looks at whoever is due. In batches, each a transaction of its own; nobody is let in by it.

    Raises UserError when a segment is not there.
    """
    wanted = _entered_segments(plan)
    with context.session("prepare") as session:
        missing = missing_segments(session, plan)
        if missing:
            raise UserError(f"There is no segment “{missing[0]}”. Make it first, or choose another one.")
        watched = session.watched
        for name in wanted:
            segment_id = session.segments[name].id
            kept = watched.segments.get(segment_id)
            if kept is None or kept.going:
                watched = watched.with_segment(segment_id, Kept(after=0))
        if watched != session.watched:
            session.watch(watched)
    ask_everybody(context)
    catch_up(context)


def admit(context: Context, plan: Plan, act: Callable[[Along], T], *, also_today: bool = False) -> T:
    """Prepares for a version and has it go live, resume or come back by ``act``, which is given what is to be
    done in its transaction."""
    while True:
        prepare(context, plan)
        try:
            return act(partial(settle, context, also_today=also_today))
        except NotReadyError:
            continue


def new_doors(old: Plan | None, plan: Plan) -> list[PlanNode]:
    """Entries for which somebody may be in it today already: those that the version ``old`` did not have like
    that."""
    known = old.nodes if old is not None else {}
    nodes = (node for node in plan.nodes.values() if node.kind.name in (SEGMENT, DATE))
    return [node for node in nodes if not _is_same(known.get(node.node.id), node)]


def settle(
    context: Context, tx: Transaction, before: LiveFlow | None, after: LiveFlow, *, also_today: bool = False
) -> None:
    """In the very transaction that publishes, resumes or stops a flow: what its entries wait for from now on.

    ``before`` is how the flow stood (None: it was never published). An entry that stays what it was goes on
    as it does; any other takes those who enter from now on, with ``also_today`` those too who are in it
    today. Raises NotReadyError when ``prepare`` has to be called again.
    """
    session = context.over(tx)
    plan = session.plan(after.version_id)
    is_open, was_open = after.state in _OPEN, before is not None and before.state in _OPEN
    old = session.plan(before.version_id).nodes if before is not None and was_open else {}
    if is_open:
        _demand_ready(session, plan)
    rows = {row.node: row for row in tx.schedules() if row.flow_id == after.id}
    kept = {}
    for name, node in plan.nodes.items() if is_open else ():
        if node.kind.name in KINDS:
            row = rows.get(name, Schedule(after.id, name, None)) if _is_same(old.get(name), node) else None
            kept[name] = _opened(session, (after.id, name), node, row, also_today=also_today)
    session.changes.schedules += [replace(row, due_at=None) for name, row in rows.items() if name not in kept]
    session.changes.schedules += kept.values()
    watched = _needed(session)
    if watched != session.watched:
        session.watch(watched)
    session.write()


def _opened(
    session: Session, name: tuple[int, str], node: PlanNode, row: Schedule | None, *, also_today: bool
) -> Schedule:
    """What an entry goes through, or waits for. ``row``: what it did already, of one that stays the same."""
    kind, now = node.kind.name, session.now
    if kind == SCHEDULE:
        return row or Schedule(*name, next_round(node, now, session.zone))
    if kind == SEGMENT:
        return Schedule(*name, now) if also_today else row or Schedule(*name, None)
    if also_today:
        return Schedule(*name, before_today(now, session.zone))
    return row or Schedule(*name, now)


def before_today(now: datetime, zone: tzinfo) -> datetime:
    """The last moment before the workspace's day."""
    return now.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0, fold=0) - _MOMENT


def _is_same(old: PlanNode | None, new: PlanNode) -> bool:
    return (
        old is not None
        and old.kind is new.kind
        and all(old.setting(name) == new.setting(name) for name in _TELLING[new.kind.name])
    )


def _demand_ready(session: Session, plan: Plan) -> None:
    for name in _entered_segments(plan):
        segment = session.segments.get(name)
        kept = session.watched.segments.get(segment.id) if segment is not None else None
        if kept is None or not kept.is_ready:
            raise NotReadyError(name)


def take_stock(context: Context, lease: Lease | None = None) -> None:
    """When an engine starts: what a program that is gone had begun to watch is let go. One that still is at
    it finds out, and begins again."""
    with context.session("take-stock", lease) as session:
        watched = _needed(session, edited=False)
        if watched != session.watched:
            session.watch(watched)


def _needed(session: Session, *, edited: bool = True) -> Watched:
    """What is watched already and still needed by a flow; the rest is let go. ``edited``: next rules of
    segments stay too."""
    names = {door.segment for door in doors(session, *KINDS)}
    needed = {one.id for one in session.segments.values() if one.name in names}
    segments = {
        id_: kept if id_ in needed or (edited and kept.rule is not None) else replace(kept, going=True)
        for id_, kept in session.watched.segments.items()
    }
    return Watched(segments, dates=any(True for _ in doors(session, DATE)))


def _entered_segments(plan: Plan) -> frozenset[str]:
    return frozenset(name for node in plan.nodes.values() if (name := segment_of(node)))
