"""Rule 18: a ``reach`` tries one rung after the other; each is a message of its own, all of one step."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from app.engine.queueing import queue
from app.model.flow import EMPTY
from app.model.journey import MessageState
from app.model.rows import replace

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from app.engine.walk import Walk
    from app.model.journey import Message


def of_step(walk: Walk) -> Sequence[Message]:
    """The messages that this step has made."""
    return [one for one in walk.facts.messages.values() if one.step == walk.journey.step]


def any_sent(walk: Walk) -> bool:
    """Whether an earlier rung went out: then it was not answered, which is more than could not be sent."""
    return any(one.state is MessageState.SENT for one in of_step(walk))


def has_next(walk: Walk, message: Message) -> bool:
    """Whether there is a rung behind that of this message."""
    return message.rung + 1 < len(walk.at_node.rungs)


def step_down(walk: Walk, message: Message, at: datetime, reason: str) -> None:
    """Leaves this rung at the moment ``at`` and queues the next one.

    What waits on the page is withdrawn; what has gone out may still be answered.
    """
    walk.withdraw()
    walk.journal("rung-left", data={"message": message.id, "rung": message.rung, "reason": reason})
    walk.journey = replace(walk.journey, noted="")
    queue(walk, walk.at_node, at, message.rung + 1)


def worked(walk: Walk, message: Message) -> Mapping[str, Any]:
    """For the journal: which rung the node is left by. Nothing for any other node."""
    return {"rung": message.rung, "message": message.id} if walk.at_node.rungs else EMPTY


def answered(walk: Walk) -> Mapping[str, Any]:
    """The same where a reaction was only noted (rule 4): the last rung that a person reacted to."""
    found = [one for one in of_step(walk) if not all(name.startswith("machine:") for name in one.reactions)]
    return worked(walk, found[-1]) if found else EMPTY
