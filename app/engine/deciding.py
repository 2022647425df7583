"""A person decides about all messages that wait for the same reason: send them after all, or drop them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from app.engine import decide
from app.engine.first import release_first
from app.engine.holding import FIRST_SEND, one_more, release
from app.engine.life import find_flow
from app.engine.session import walks_of
from app.model.journey import MessageState

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.engine.context import Context
    from app.engine.session import Session
    from app.model.journey import Message

COMMIT: Final = "decide-held"
UNKNOWN: Final = "unknown"
"""As a reason: it may or may not have gone out."""
_MOST: Final = 100_000


def decide_all(context: Context, flow_name: str, channel: str, reason: str, *, send: bool) -> int:
    """Decides about what waits now, of one flow and channel and for one reason; answers how many.

    What is held again meanwhile, such as by a ceiling, is not decided about twice.
    """
    if send and reason == FIRST_SEND:
        return release_first(context, flow_name)
    with context.session() as session:
        flow = find_flow(session.tx, flow_name)
        ids = [row.id for row in _waiting(session, reason, flow.id) if row.channel == channel]
    total = 0
    for start in range(0, len(ids), context.batch):
        with context.session(COMMIT) as session:
            total += _decide(session, ids[start : start + context.batch], reason, send=send)
    context.wake.set()
    context.changed()
    return total


def _waiting(session: Session, reason: str, flow_id: int) -> Sequence[Message]:
    if reason != UNKNOWN:
        return session.tx.held_messages(reason, _MOST, flow_id=flow_id)
    rows = session.tx.messages_in(MessageState.UNKNOWN, _MOST)
    return [row for row in rows if row.flow_id == flow_id]


def _decide(session: Session, ids: Sequence[int], reason: str, *, send: bool) -> int:
    wanted = MessageState.UNKNOWN if reason == UNKNOWN else MessageState.HELD
    found = (session.tx.message(one) for one in ids)
    rows = [row for row in found if row is not None and row.state is wanted]
    for row_id, walk in walks_of(session, rows).items():
        row = walk.facts.messages[row_id]
        if send:
            release(walk, row, None)
            one_more(session, row)
        else:
            decide.send_failed(walk, row, "late")
        walk.finish()
    return len(rows)
