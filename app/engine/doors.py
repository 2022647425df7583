"""The entries of published flows that let people in by themselves: segments, dates and schedules."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC
from typing import TYPE_CHECKING, Any

from app.model.flow import EMPTY
from app.model.journey import FlowState, JournalLine

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from app.engine.plan import Plan, PlanNode
    from app.engine.session import Session
    from app.model.journey import LiveFlow
    from app.model.people import Contact, Event

SEGMENT, DATE, SCHEDULE = "entry.segment", "entry.date", "entry.schedule"
KINDS = (SEGMENT, DATE, SCHEDULE)
_CAUSES = {SEGMENT: "segment", DATE: "date", SCHEDULE: "schedule"}


@dataclass(frozen=True, slots=True)
class Door:
    """One entry node of a flow's newest version."""

    flow: LiveFlow
    plan: Plan
    node: PlanNode

    @property
    def name(self) -> tuple[int, str]:
        """(flow, node), as what waits names it."""
        return self.flow.id, self.node.node.id

    @property
    def segment(self) -> str:
        """The name of the segment that it is about; empty for everybody."""
        return segment_of(self.node)

    def journal(self, session: Session, what: str, data: Mapping[str, Any] = EMPTY) -> None:
        """A line that concerns nobody in particular."""
        flow_id, node = self.name
        session.changes.journal.append(
            JournalLine(0, 0, flow_id, 0, session.now, node, what, "", data),
        )


def segment_of(node: PlanNode) -> str:
    """The segment that an entry names; empty for none."""
    return str(node.setting("segment") or "") if node.kind.name in (SEGMENT, SCHEDULE) else ""


def doors(session: Session, *kinds: str) -> Iterator[Door]:
    """Those of these kinds, of all flows that are live, closed or paused."""
    for flow in session.tx.live_flows():
        plan = session.plan(flow.version_id)
        for node in plan.nodes.values():
            if node.kind.name in kinds:
                yield Door(flow, plan, node)


def let_in(session: Session, door: Door, contact: Contact, at: datetime) -> None:
    """Starts a journey at the moment that the door's rule names, or records why not."""
    if door.flow.state is FlowState.LIVE:
        session.enter(door.flow, door.node, contact, "", at, cause=_CAUSES[door.node.kind.name])
    else:
        session.refuse(door.plan, door.node, contact.id, "paused")


def let_in_who_joins(
    session: Session, door: Door, contact: Contact, at: datetime, news: Event | None = None
) -> None:
    """The contact has joined the door's segment at the moment ``at``.

    Rule 2: nobody comes in who joined before the flow was published. ``news`` is the event that made them
    join, where it may be too old to start anything: it is judged as it would be at an ``entry.event``.
    """
    if at <= door.flow.published_at:
        return
    if news is not None and (news.history or news.at <= door.flow.published_at):
        return
    if news is not None and is_too_old(door, news, session.now):
        session.refuse(door.plan, door.node, contact.id, "not-fresh")
    else:
        let_in(session, door, contact, at)


def is_too_old(door: Door, event: Event, now: datetime) -> bool:
    """Whether an event may start nobody there: from before the publishing, or not fresh (rule 2)."""
    return event.at <= door.flow.published_at or door.plan.fresh.after(event.at, UTC) < now
