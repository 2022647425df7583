"""The brake: stops everything at once, over restarts, and takes back what can be taken back.

What is queued is cancelled and its journeys are held, until a person says of each whether it goes out after
all. Whoever pulls it does the work; when that one is gone, the engine carries it on with its next ticks.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from app.engine import decide
from app.engine.halts import BRAKE
from app.engine.queueing import page_clock
from app.engine.session import walks_of
from app.model.journey import JourneyState, MessageState
from app.model.rows import replace

if TYPE_CHECKING:
    from app.engine.context import Context
    from app.engine.session import Session
    from app.engine.walk import Walk
    from app.model.journey import Message
    from app.model.ports import Channel

LOOK_BACK: Final = timedelta(hours=1)
"""What channels have accepted in this time is told, and revoked where they can."""
MOST_TOLD: Final = 10_000
REVOKED: Final = "revoked"
REASONS: Final = (BRAKE, REVOKED)
"""Why a message was cancelled whose journey waits for the brake to be released."""


@dataclass(frozen=True, slots=True)
class Braked:
    """What the brake has done."""

    since: datetime
    cancelled: int
    on_the_wire: int
    """Messages whose channel has them just now: nobody can say yet what becomes of them."""
    accepted: Sequence[Message]
    """What went out within the last hour, the newest first, without what was revoked."""
    revoked: int


def brake(context: Context, channels: Sequence[Channel] = ()) -> Braked:
    """Stops everything. ``channels``: those that are asked to revoke what they have accepted."""
    context.braked.set()  # what this process has in its hands goes no further
    with context.session("brake") as session:
        kept = session.tx.machine(BRAKE)
        since = session.now if kept is None else datetime.fromisoformat(kept["since"])
        session.changes.machine[BRAKE] = {"since": since.isoformat()}
    cancelled = _all(context)
    revoked = sum(_revoke(context, channel) for channel in channels)
    with context.session() as session:
        on_the_wire = len(session.tx.messages_in(MessageState.SENDING, MOST_TOLD))
        accepted = session.tx.sent_since(session.now - LOOK_BACK, MOST_TOLD)
    context.changed()
    return Braked(since, cancelled, on_the_wire, accepted, revoked)


def release_brake(context: Context, *, send: bool, but: Collection[int] = ()) -> int:
    """Lets everything go on. What was taken back is sent after all, or dropped (``failed``, ``late``); of the
    messages in ``but`` the other is done. Answers how many were decided on; 0 when the brake was not on."""
    with context.session("brake") as session:
        kept = session.tx.machine(BRAKE)
        if kept is None:
            return 0
        release = {"send": send, "but": sorted(but), "after": 0}
        session.changes.machine[BRAKE] = {**kept, "release": release}
    decided = _all(context)
    context.braked.clear()
    context.wake.set()
    context.changed()
    return decided


def _all(context: Context) -> int:
    total = 0
    while True:
        with context.session("brake") as session:
            done = carry_on(session, context.batch)
        if not done:
            return total
        total += done


def carry_on(session: Session, limit: int) -> int:
    """Goes on with what the brake has begun; answers how many messages were handled."""
    kept = session.tx.machine(BRAKE)
    if kept is None:
        return 0
    if "release" in kept:
        return _release(session, kept, limit)
    return _cancel(session, limit)


# --- taking back --------------------------------------------------------------------------------------


def _cancel(session: Session, limit: int) -> int:
    rows = session.tx.queued_messages(limit)
    for row_id, walk in walks_of(session, rows).items():
        _take_back(walk, walk.facts.messages[row_id], BRAKE)
        walk.finish()
    return len(rows)


def _take_back(walk: Walk, row: Message, reason: str) -> None:
    walk.put(replace(row, state=MessageState.CANCELLED, reason=reason, owner=""))
    walk.journal("taken-back", data={"message": row.id, "reason": reason})
    if decide.stands_at(walk, row):
        walk.settle(JourneyState.HELD, None)


def _revoke(context: Context, channel: Channel) -> int:
    """Asks the channel with no transaction open, as for sending."""
    ask = getattr(channel, "revoke", None)
    if ask is None:
        return 0
    with context.session() as session:
        sent = session.tx.sent_since(session.now - LOOK_BACK, MOST_TOLD)
    taken = sorted(ask([row for row in sent if row.channel == channel.name]))
    with context.session("brake") as session:
        found = (session.tx.message(message_id) for message_id in taken)
        rows = [row for row in found if row is not None and row.state is MessageState.SENT]
        for row_id, walk in walks_of(session, rows).items():
            _take_back(walk, walk.facts.messages[row_id], REVOKED)
            walk.finish()
    return len(rows)


# --- letting go ---------------------------------------------------------------------------------------


def _release(session: Session, kept: dict[str, Any], limit: int) -> int:
    choice = kept["release"]
    rows = session.tx.cancelled_messages(REASONS, choice["after"], limit)
    if not rows:
        session.changes.machine[BRAKE] = None
        return 0
    but = frozenset(choice["but"])
    for row_id, walk in walks_of(session, rows).items():
        _let_go(walk, walk.facts.messages[row_id], send=choice["send"] is not (row_id in but))
        walk.finish()
    session.changes.machine[BRAKE] = {**kept, "release": {**choice, "after": rows[-1].id}}
    return len(rows)


def _let_go(walk: Walk, row: Message, *, send: bool) -> None:
    if not decide.stands_at(walk, row):
        # Its journey has gone on or ended meanwhile (rule 9).
        decide.withdraw(walk, row)
    elif send:
        walk.put(replace(row, state=MessageState.QUEUED, late_at=None, next_try_at=None, reason=""))
        ends = [one for one in (page_clock(walk, walk.plan.sender(row), walk.now), row.before_at) if one]
        walk.settle(JourneyState.WAITING, min(ends, default=None))
        walk.journal("released", data={"message": row.id, "reason": row.reason})
    else:
        decide.send_failed(walk, row, "late")
