"""Messages as they come into the outbox: by a message node, by a rung of a ``reach``, by a node that tells
the owner something."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.engine.calendar import read_moment
from app.model.journey import JourneyState, Message, MessageState
from app.model.rows import replace

if TYPE_CHECKING:
    from datetime import datetime

    from app.engine.plan import PlanNode
    from app.engine.walk import Walk


def queue(walk: Walk, node: PlanNode, at: datetime, rung: int = 0) -> None:
    """Queues the message of this step, or the next one of a ``reach``. Its wait is written with it, so that
    no reaction can come too early (rule 6)."""
    sender = node.rungs[rung] if node.rungs else node
    message = new_message(walk, node, sender, at, rung)
    # From now and not from ``at``: while the machine was off nobody could see it (rule 5: at queueing).
    # What cannot be sent before its last moment leaves then, and not at the next try (rule 12).
    ends = [one for one in (page_clock(walk, sender, walk.now), message.before_at) if one is not None]
    walk.journey = replace(
        walk.journey, message_id=message.id, state=JourneyState.WAITING, due_at=min(ends, default=None)
    )
    put_new(walk, message)


def put_new(walk: Walk, message: Message) -> None:
    """Stores a new message with its line in the journal."""
    walk.put(message)
    data = {"message": message.id, "channel": message.channel}
    walk.journal("queued", data=data | ({"rung": message.rung} if walk.at_node.rungs else {}))


def new_message(walk: Walk, node: PlanNode, sender: PlanNode, at: datetime, rung: int = 0) -> Message:
    """A message of the present step. ``sender`` says what goes out; all else the node says."""
    journey = walk.journey
    late_after = None if sender.kind.waits_on_page else node.late_after
    return Message(
        id=walk.ids.new(),
        journey_id=journey.id,
        step=journey.step,
        flow_id=journey.flow_id,
        version_id=journey.version_id,
        contact_id=journey.contact_id,
        node=journey.node,
        channel=sender.kind.channel,
        purpose=node.purpose,
        state=MessageState.QUEUED,
        due_at=at,
        created_at=walk.now,
        late_at=late_after.after(at, walk.zone) if late_after else None,
        before_at=_before(walk, node.setting("before")),
        priority=node.priority,
        rung=rung,
    )


def page_clock(walk: Walk, sender: PlanNode, queued: datetime) -> datetime | None:
    """When a message that waits on the page has waited long enough (rule 5); None for all others."""
    if sender.timeout is None or not sender.kind.waits_on_page:
        return None
    return sender.timeout.after(queued, walk.zone)


def _before(walk: Walk, setting: object) -> datetime | None:
    if not isinstance(setting, str) or not setting:
        return None
    head, _, name = setting.partition(":")
    if head == "property":
        return read_moment(walk.facts.contact_property(name), walk.zone)
    if head == "entry":
        return read_moment(walk.facts.entry_property(name), walk.zone)
    return read_moment(setting, walk.zone)
