"""Messages that wait: put off by the policy, or held and let go again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from app.engine.decide import is_wanted, stands_at, withdraw
from app.model.flow import EMPTY
from app.model.journey import JourneyState, MessageState
from app.model.rows import replace

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from app.engine.session import Session
    from app.engine.walk import Walk
    from app.model.journey import Message

CEILING: Final = "ceiling"
FIRST_SEND: Final = "first-send"
FIRST: Final = "first"
"""Under this name the engine remembers the flows that stop after their first messages: ``most`` and ``sent``
by the flow's number."""


def send_later(
    walk: Walk, message: Message, until: datetime, reason: str, data: Mapping[str, Any] = EMPTY
) -> None:
    """The message waits until then; its journey stays at its node and its clock has not started.

    What it waits makes it no later, and never moves its last moment. One line for each reason in turn.
    """
    if message.reason != reason:
        said = {"message": message.id, "reason": reason, "until": until.isoformat(), **data}
        walk.journal("postponed", reason, said)
        walk.count(f"postponed:{reason}")
    late_at = message.late_at + (until - walk.now) if message.late_at is not None else None
    walk.put(replace(message, next_try_at=until, reason=reason, late_at=late_at))


def release(walk: Walk, message: Message, late_at: datetime | None) -> None:
    """A message that was held goes back to the queue; one that nobody waits for any more is withdrawn."""
    if not is_wanted(walk, message):
        withdraw(walk, message)
        return
    walk.put(replace(message, state=MessageState.QUEUED, late_at=late_at, reason="", next_try_at=None))
    if stands_at(walk, message):
        walk.settle(JourneyState.WAITING, message.before_at)
    walk.journal("released", data={"message": message.id, "reason": message.reason})


def one_more(session: Session, message: Message) -> None:
    """A person lets a single one go that is held behind the first of its flow: there is room for it."""
    kept: dict[str, dict[str, int]] = dict(session.tx.machine(FIRST) or {})
    first = kept.get(str(message.flow_id))
    if message.reason == FIRST_SEND and first is not None:
        kept[str(message.flow_id)] = {**first, "most": first["most"] + 1}
        session.changes.machine[FIRST] = kept


def late_again(walk: Walk, message: Message) -> datetime | None:
    """When a message is late that our own limit has held until now: its time begins anew."""
    after = walk.plan_of(message).nodes[message.node].late_after
    return after.after(walk.now, walk.zone) if after is not None and message.late_at is not None else None
