"""The pure deciders: every move of a journey, for every reason it can move (DESIGN.md section 5b).

Each takes a :class:`~app.engine.walk.Walk` and leaves what is to be written in its changes. No clock, no
randomness, no reading: the same walk gives the same changes, in life, replay and rehearsal.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from app.engine.arrive import arrive, fits, same_key, since
from app.engine.entry import ended_by, key_of
from app.engine.policy import said_no
from app.engine.queueing import page_clock
from app.engine.reach import answered, any_sent, has_next, of_step, step_down, worked
from app.engine.walk import WISH, Walk
from app.model.flow import EMPTY
from app.model.journey import OPEN_STATES, JourneyState, MessageState, Suppression
from app.model.kinds import ADDRESSES, FAILED, HAPPENED, IMPLIED, NEXT, REACTION_NAMES, SENT, TIMEOUT
from app.model.people import Actor
from app.model.rows import replace

if TYPE_CHECKING:
    from datetime import datetime

    from app.engine.plan import PlanNode
    from app.model.journey import Message, Receipt
    from app.model.people import Event

_UNSURE: Final = OPEN_STATES | {MessageState.SENDING}
ACCEPTED: Final = (SENT.name, "ok")
"""Outlets by which a node is left as soon as the channel has accepted its message."""


def begin(walk: Walk, data: Mapping[str, Any] = EMPTY) -> None:
    """A new journey enters by its entry node, at the moment it was started."""
    walk.new = True
    walk.journal("started", data=data)
    walk.count("entry")
    walk.count("here")
    go_on(walk, "entered", walk.journey.started_at)


def come_due(walk: Walk) -> None:
    """The moment has come that the journey waited for."""
    walk.attempt(lambda: _leave_in_time(walk))


def _leave_in_time(walk: Walk) -> None:
    at = walk.journey.due_at or walk.now
    node, message = walk.at_node, walk.message
    if message is not None and message.state in _UNSURE and _is_past(message.before_at, at):
        _miss(walk, message)
        return
    if walk.journey.noted:
        # Rule 4: the strongest reaction noted wins over the time-out.
        _walk_on(walk, walk.journey.noted, at, answered(walk))
    elif message is not None and has_next(walk, message):
        step_down(walk, message, at, TIMEOUT.name)
    else:
        ends = node.kind.is_message or node.kind.name == "wait"
        _walk_on(walk, TIMEOUT.name if ends else NEXT.name, at)


def _is_past(moment: datetime | None, at: datetime) -> bool:
    return moment is not None and moment <= at


def _miss(walk: Walk, message: Message) -> None:
    """The last moment of a message has come before it was sent; what is on the wire waits for its receipt."""
    if message.state is MessageState.SENDING:
        walk.settle(JourneyState.WAITING, None)
    else:
        saw = {"before": message.before_at.isoformat()} if message.before_at else EMPTY
        send_failed(walk, message, "late", saw=saw)


def hear(walk: Walk, event: Event) -> None:
    """An event of the contact, stored just now, reaches a journey.

    One that is over only notes reactions to its messages (rule 7); a parked one can only be ended.
    """
    stood_at = walk.journey.step
    if event.message_id is not None:
        _hear_reaction(walk, event)
    if walk.is_over or event.actor is Actor.MACHINE or not same_key(walk, event.properties):
        return
    moved = walk.journey.step != stood_at
    walk.attempt(lambda: _hear_of_contact(walk, event, moved=moved))


def _hear_of_contact(walk: Walk, event: Event, *, moved: bool) -> None:
    """What the event means beyond the message that it may answer; one event moves a journey once."""
    if _ends_it(walk, event) or walk.is_parked or moved:
        return
    node = walk.at_node
    if node.kind.name == "wait":
        if event.at >= since(walk, node, walk.journey.arrived_at) and fits(walk, node, event):
            go_on(walk, HAPPENED.name, _moment(walk, event), {"event": event.name})
    elif event.name in node.reactions and event.message_id is None and event.name not in REACTION_NAMES:
        _answer_freely(walk, event)


def lose_consent(walk: Walk) -> None:
    """A message of this step that may no longer go out leaves by ``failed`` at once (rule 10)."""
    message = walk.message
    if message is None or walk.is_over or message.state not in OPEN_STATES or message.purpose != "marketing":
        return
    if message.node not in walk.plan.nodes:
        # Of a newer release: it is parked, and asked again when it is sent.
        return
    kind, topic = walk.plan.sender(message).kind, walk.plan.topic(message)
    if kind.needs_consent and walk.facts.contact.said(kind.channel, topic) is False:
        saw = said_no(walk.facts.contact, kind.channel, topic)
        send_failed(walk, message, "no-consent", saw=saw)


def send_ok(
    walk: Walk, message: Message, at: datetime, provider_id: str = "", consent: int | None = None
) -> None:
    """The channel has accepted the message, or the page has shown it. ``consent``: what let it go out."""
    message = replace(
        message, state=MessageState.SENT, sent_at=at, provider_id=provider_id, reason="", owner=""
    )
    walk.put(message)
    used = {} if consent is None else {"consent": consent}
    walk.journal("sent", data={"message": message.id, "channel": message.channel, **used})
    if stands_at(walk, message):
        go_on_sent(walk, message, at)


def send_failed(
    walk: Walk, message: Message, reason: str, detail: str = "", saw: Mapping[str, Any] = EMPTY
) -> None:
    """The message was not sent and will not be; ``reason`` is one of ``FAILED_REASONS``. ``saw``: what
    decided it, for the journal."""
    _fail(walk, message, reason, detail, saw)
    if stands_at(walk, message):
        _leave_failed(walk, message, reason, walk.now)


def _leave_failed(walk: Walk, message: Message, reason: str, at: datetime) -> None:
    """The next rung of a ``reach`` is tried, else the node is left. What is too late is so for all rungs."""
    if reason != "late" and has_next(walk, message):
        walk.attempt(lambda: step_down(walk, message, at, reason))
    else:
        go_on(walk, TIMEOUT.name if any_sent(walk) else FAILED.name, at, {"reason": reason})


def _fail(
    walk: Walk, message: Message, reason: str, detail: str = "", saw: Mapping[str, Any] = EMPTY
) -> None:
    walk.put(replace(message, state=MessageState.FAILED, reason=reason, owner=""))
    walk.count(f"failed:{reason}", of=message)
    told = {"detail": detail} if detail else {}
    walk.journal("failed", data={"message": message.id, "reason": reason, **told, **saw})


def send_held(
    walk: Walk,
    message: Message,
    reason: str,
    state: MessageState = MessageState.HELD,
    saw: Mapping[str, Any] = EMPTY,
) -> None:
    """The message waits for a person; its journey stays and its clock does not start (rule 5). ``saw``: what
    decided it, for the journal."""
    walk.put(replace(message, state=state, reason=reason, owner=""))
    walk.journal(str(state), data={"message": message.id, "reason": reason, **saw})
    if stands_at(walk, message):
        walk.settle(JourneyState.HELD, None)


def send_again(walk: Walk, message: Message, at: datetime, receipt: Receipt) -> None:
    """The message is tried again at ``at``. One line for each reason in turn."""
    if message.reason != receipt.detail:
        told = {"message": message.id, "reason": receipt.detail, "until": at.isoformat()}
        walk.journal("retry", data=told)
    attempts = message.attempts if receipt.stop_channel else message.attempts + 1
    walk.put(
        replace(
            message,
            state=MessageState.RETRY,
            next_try_at=at,
            attempts=attempts,
            reason=receipt.detail,
            owner="",
        )
    )


def withdraw(walk: Walk, message: Message) -> None:
    """The message's journey has gone on or ended since it was queued."""
    walk.put(replace(message, state=MessageState.CANCELLED, reason="withdrawn", owner=""))


# --- moving on -----------------------------------------------------------------------------------------


def go_on(walk: Walk, outlet: str, at: datetime, data: Mapping[str, Any] = EMPTY) -> None:
    """Leaves, and goes on through every node that does not hold the journey; parked where it stood when a
    node on the way breaks."""
    walk.attempt(lambda: _walk_on(walk, outlet, at, data), partial(walk.park, wish=outlet))


def try_again(walk: Walk) -> None:
    """A parked journey goes on where it broke: by the way that it wanted to take, or waiting as before."""
    journey, message = walk.journey, walk.message
    wish = journey.noted.removeprefix(WISH) if journey.noted.startswith(WISH) else ""
    walk.journal("tried-again")
    if wish:
        walk.note_reaction("")
        go_on(walk, wish, walk.now)
    elif message is not None and message.state in (MessageState.HELD, MessageState.UNKNOWN):
        walk.settle(JourneyState.HELD, None)
    elif journey.due_at is not None and journey.due_at <= walk.now:
        come_due(walk)
    elif message is not None or journey.due_at is not None:
        walk.settle(JourneyState.WAITING, journey.due_at)
    else:
        walk.attempt(lambda: _arrive_again(walk))


def _arrive_again(walk: Walk) -> None:
    step = arrive(walk, walk.at_node, walk.journey.arrived_at)
    if step is not None:
        _walk_on(walk, step.outlet, walk.now, step.data)


def _walk_on(walk: Walk, outlet: str, at: datetime, data: Mapping[str, Any] = EMPTY) -> None:
    """Ends because flows have no cycle."""
    if "rung" in data:
        walk.count(f"rung:{data['rung']}")
    node = walk.leave(outlet, at, data)
    while node is not None:
        step = arrive(walk, node, at)
        if step is None:
            return
        node = walk.leave(step.outlet, at, step.data)


def go_on_sent(walk: Walk, message: Message, at: datetime) -> None:
    """The message of this step is sent: goes on, or starts to wait for a reaction."""
    outlet = next((name for name in ACCEPTED if name in walk.at_node.outlets), None)
    if outlet is not None:
        go_on(walk, outlet, at, worked(walk, message))
    else:
        _start_clock(walk, walk.plan.sender(message), message, at)


def _moment(walk: Walk, event: Event) -> datetime:
    """When the event moved the journey: never before it arrived, never in the future."""
    return max(walk.journey.arrived_at, min(event.at, walk.now))


def stands_at(walk: Walk, message: Message) -> bool:
    """Whether the journey is open and waits for this very message, at the step that made it."""
    return walk.journey.message_id == message.id and is_of_step(walk, message)


def is_of_step(walk: Walk, message: Message) -> bool:
    """Whether the journey is open and still at the step that made the message, be it an earlier rung's
    (rule 18)."""
    return not (walk.is_over or walk.is_parked) and walk.journey.step == message.step


def is_wanted(walk: Walk, message: Message) -> bool:
    """Whether it is still to go out: what the owner is told is, whatever the journey did since."""
    return message.is_notice or stands_at(walk, message)


def _start_clock(walk: Walk, sender: PlanNode, message: Message, at: datetime) -> None:
    """Rule 5: at ``sent``; on the page it already runs since queueing."""
    due_at = page_clock(walk, sender, message.created_at)
    if not sender.kind.waits_on_page and sender.timeout is not None:
        due_at = sender.timeout.after(at, walk.zone)
    walk.settle(JourneyState.WAITING, due_at)


# --- endings -------------------------------------------------------------------------------------------


def _ends_it(walk: Walk, event: Event) -> bool:
    key = walk.journey.key
    reason = ended_by(walk.plan, event, key or key_of(walk.plan, event), walk.facts)
    if reason:
        walk.end(reason, {"event": event.name})
    return bool(reason)


# --- reactions -----------------------------------------------------------------------------------------


def _hear_reaction(walk: Walk, event: Event) -> None:
    message = walk.facts.messages.get(event.message_id or 0)
    if message is None:
        return
    message = _note(walk, message, event)
    if event.name == "bounced" and event.properties.get("hard"):
        _bounce(walk, message, event)
        return
    if walk.is_over:
        return
    unsure = stands_at(walk, message) and message.state in _UNSURE
    if unsure:
        _mark_sent(walk, message, _moment(walk, event))
    if event.name in ("unsubscribed", "complained"):
        walk.end(event.name, {"message": message.id})
    elif is_of_step(walk, message):
        _react(walk, message, event, unsure=unsure)


def _note(walk: Walk, message: Message, event: Event) -> Message:
    """Stores the reaction with the message and counts it, each name once a message."""
    machine = event.actor is Actor.MACHINE
    name = f"machine:{event.name}" if machine else event.name
    walk.journal("reaction", data={"message": message.id, "name": event.name, "actor": str(event.actor)})
    if name in message.reactions:
        return message
    message = replace(message, reactions=message.reactions | {name})
    walk.put(message)
    walk.count(name if machine else f"reaction:{name}", of=message)
    return message


def _mark_sent(walk: Walk, message: Message, at: datetime) -> None:
    """Rule 5: a message that was reacted to has been sent, whatever its channel said."""
    walk.put(replace(message, state=MessageState.SENT, sent_at=message.sent_at or at, reason="", owner=""))
    walk.journal("sent", data={"message": message.id, "channel": message.channel, "known_by": "reaction"})


def _react(walk: Walk, message: Message, event: Event, *, unsure: bool) -> None:
    """Rule 4 at the step that sent the message. ``unsure``: only this event has told that it was sent."""
    if unsure:
        go_on_sent(walk, message, _moment(walk, event))
    node = walk.at_node
    # A bounce that is not hard is only noted (rule 10).
    name = None if event.name == "bounced" else ticked_name(node, event.name)
    if name is None or event.actor is Actor.MACHINE or (node.human_only and not _is_human_enough(event)):
        return
    if is_only_noted(node, name):
        if IMPLIED[name] > IMPLIED.get(walk.journey.noted, 0):
            walk.note_reaction(name)
        return
    go_on(walk, name, _moment(walk, event), worked(walk, message))


def ticked_name(node: PlanNode, name: str) -> str | None:
    """The ticked reaction that this one is or implies: the strongest that is not stronger than it."""
    if name in node.reactions:
        return name
    weaker = [other for other in node.reactions if IMPLIED.get(other, 9) < IMPLIED.get(name, 0)]
    return max(weaker, key=IMPLIED.__getitem__, default=None)


def _is_human_enough(event: Event) -> bool:
    """For a node that counts only people. A click, reply or form is a person's unless a machine was
    recognised; an ``opened`` must be surely so."""
    return event.name != "opened" or event.actor is Actor.HUMAN


def is_only_noted(node: PlanNode, name: str) -> bool:
    """Whether a stronger reaction is ticked that leads elsewhere, so that this one waits for it."""
    if name not in ("delivered", "opened"):
        return False
    target = node.targets.get(name)
    stronger = [other for other in node.reactions if IMPLIED.get(other, 0) > IMPLIED[name]]
    return any(node.targets.get(other) != target for other in stronger)


def _answer_freely(walk: Walk, event: Event) -> None:
    """A ticked event of the contact after the message was sent."""
    sent = [one.sent_at for one in of_step(walk) if one.sent_at is not None]
    if sent and event.at >= min(sent):
        go_on(walk, event.name, _moment(walk, event), {"event": event.name})


def _bounce(walk: Walk, message: Message, event: Event) -> None:
    """Rule 10: a hard one suppresses the address, and moves the journey only while it stands there."""
    suppress(walk, message, walk.now)
    if not stands_at(walk, message):
        return
    _fail(walk, message, "hard")
    if "bounced" in walk.at_node.reactions:
        go_on(walk, "bounced", _moment(walk, event), {"reason": "hard", **worked(walk, message)})
    else:
        _leave_failed(walk, message, "hard", _moment(walk, event))


def suppress(walk: Walk, message: Message, at: datetime) -> None:
    """The address that this message went to gets nothing more."""
    # By the channel: the node may be one of an older version.
    kind = ADDRESSES.get(message.channel, "")
    if kind and message.address:
        walk.changes.suppressed.append(Suppression(kind, message.address, "hard", at))
