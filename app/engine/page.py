"""Messages that wait on the page: popups for a visitor, tasks for whoever calls back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from app.engine import decide
from app.engine.dispatch import outgoing
from app.engine.halts import is_halted
from app.engine.policy import Answer, ask
from app.engine.session import walks_of
from app.model.journey import FlowState, MessageState
from app.model.rows import replace

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from app.engine.context import Context
    from app.engine.plan import PlanNode
    from app.engine.session import Session
    from app.engine.walk import Walk
    from app.model.journey import Message
    from app.model.ports import Outgoing


@dataclass(frozen=True, slots=True)
class OnPage:
    """A message that may be shown now, and what its channel needs to make it."""

    message: Message
    outgoing: Outgoing
    show: str
    """``now`` or ``next-visit``."""
    pages: tuple[str, ...]
    """Parts of addresses on one of which it is shown; empty for every page."""

    def fits(self, page: str, visit_began: datetime | None) -> bool:
        """Whether it belongs on this page of a visit that began then (None: no visit is known)."""
        if self.pages and not any(part in page for part in self.pages):
            return False
        if self.show == "next-visit":
            return visit_began is not None and visit_began > self.message.created_at
        return True


def waiting(session: Session, rows: Sequence[Message]) -> list[OnPage]:
    """Which of these rows may be shown now; the policy is asked as for any other message."""
    if is_halted(session.tx):
        return []
    running = {
        flow.id for flow in session.tx.live_flows() if flow.state in (FlowState.LIVE, FlowState.CLOSED)
    }
    queued = [row for row in rows if row.state is MessageState.QUEUED and row.flow_id in running]
    walks = walks_of(session, queued)
    return [_on_page(walks[row.id], row) for row in queued if row.id in walks and _may(walks[row.id], row)]


def shown(context: Context, message_id: int, content: Mapping[str, Any]) -> bool:
    """The page has shown it, so it is sent; False when it was withdrawn or shown before."""
    with context.session("shown") as session:
        row = session.tx.message(message_id)
        walk = walks_of(session, [row]).get(row.id) if row is not None else None
        if row is None or walk is None or row.state is not MessageState.QUEUED or not _may(walk, row):
            return False
        if is_halted(session.tx):
            return False
        decide.send_ok(walk, replace(row, content=content), walk.now)
        walk.finish()
    context.wake.set()
    context.changed()
    return True


def cannot_be_made(context: Context, message_id: int, detail: str) -> None:
    """Its text cannot be made for this person: the journey leaves by ``failed``."""
    with context.session("cannot-be-made") as session:
        row = session.tx.message(message_id)
        if row is not None and row.state is MessageState.QUEUED:
            walk = walks_of(session, [row])[row.id]
            decide.send_failed(walk, row, "bad-text", detail)
            walk.finish()
    context.wake.set()
    context.changed()


def _may(walk: Walk, row: Message) -> bool:
    here, kind = decide.stands_at(walk, row), walk.plan.sender(row).kind
    return ask(row, kind, walk.facts.contact, still_here=here, now=walk.now).answer is Answer.SEND


def _on_page(walk: Walk, row: Message) -> OnPage:
    node: PlanNode = walk.plan.sender(row)
    return OnPage(
        row,
        outgoing(walk, row, ""),
        str(node.setting("show") or "now"),
        tuple(node.setting("pages") or ()),
    )
