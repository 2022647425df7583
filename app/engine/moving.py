"""Deciders of moving: a journey goes on by another version, is led out by a publish, or is taken back.

Pure as all deciders are. What a journey has waited already it keeps: its clock begins where it began.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from app.engine.arrive import arrive
from app.engine.decide import ACCEPTED, go_on, go_on_sent, is_only_noted, ticked_name
from app.engine.queueing import new_message, page_clock
from app.engine.reach import of_step, worked
from app.flows.impact import can_stay
from app.model.journey import JourneyState, MessageState
from app.model.kinds import IMPLIED
from app.model.rows import replace
from app.model.shifts import LEFT, Choice, Shifted

if TYPE_CHECKING:
    from app.engine.plan import Plan, PlanNode
    from app.engine.walk import Walk
    from app.model.journey import Journey, Message
    from app.model.shifts import Group, Shift

_WAITS_TO_GO: Final = frozenset({MessageState.QUEUED, MessageState.RETRY, MessageState.LEASED})
_FOR_A_PERSON: Final = frozenset({MessageState.HELD, MessageState.UNKNOWN})
_NOT_OUT: Final = _WAITS_TO_GO | _FOR_A_PERSON
_REFUSALS: Final = frozenset({"unsubscribed", "complained"})


def shift(walk: Walk, made: Shift, group: Group, plan: Plan) -> Shifted | None:
    """What a person has chosen for those who stand there; None when it cannot be done and all stays.

    ``plan``: the version that is live now.
    """
    was, before = walk.journey, _before(walk)
    if group.choice is Choice.LEAVE:
        walk.end(LEFT, {"shift": made.id})
    else:
        walk.attempt(lambda: _move(walk, made.id, plan, plan.nodes[group.target]), lambda _error: None)
        if walk.plan is not plan:
            return None
    return Shifted(
        made.id,
        was.id,
        was.version_id,
        was.node,
        group.choice,
        at_once=group.choice is Choice.MOVE and _goes_on_now(walk, was),
        step=was.step,
        after=walk.journey.step,
        before=before,
    )


def take_back(walk: Walk, row: Shifted, plan: Plan) -> None:
    """The journey goes on where it was before, by the version it had. Ask ``stays`` first."""
    if row.choice is Choice.LEAVE:
        _let_in_again(walk, row)
    elif row.after == row.step:
        _stay(walk, row.shift_id, plan, plan.nodes[row.node], "moved-back")
        if walk.journey.step == row.step:
            _as_before(walk, row.before)
    else:
        _go_back(walk, row, plan)


def stays(walk: Walk, row: Shifted, now_at: int) -> bool:
    """Whether it is too late for this one: it has gone on, or has had a message that it had not before.

    ``now_at``: the version that it was moved to.
    """
    journey, message = walk.journey, walk.message
    if journey.step != row.after or walk.facts.contact.erased:
        return True
    if message is not None and (message.state is MessageState.FAILED or _REFUSALS & message.reactions):
        return True
    if row.choice is Choice.LEAVE:
        return not walk.is_over or journey.end_reason != LEFT
    if walk.is_over or journey.version_id != now_at:
        return True
    return row.after != row.step and (row.after != row.step + 1 or _is_out(message))


# --- there ---------------------------------------------------------------------------------------------


def _move(walk: Walk, shift_id: int, plan: Plan, node: PlanNode) -> None:
    if can_stay(walk.at_node.node, node.node):
        _stay(walk, shift_id, plan, node, "moved")
    else:
        _arrive_anew(walk, shift_id, plan, node)


def _stay(walk: Walk, shift_id: int, plan: Plan, node: PlanNode, what: str) -> None:
    """Stands at ``node`` of the other version as it stood where it is: it is the same visit."""
    was, old = walk.journey, walk.at_node
    messages = of_step(walk)
    _change_place(walk, plan, node)
    walk.journal(what, data=_moved(shift_id, was, walk.journey))
    for message in messages:
        walk.put(_taken_over(walk, message, old, node))
    if not walk.is_parked:
        _time_anew(walk, node)


def _arrive_anew(walk: Walk, shift_id: int, plan: Plan, node: PlanNode) -> None:
    """Leaves where it stands, and comes to a node of the other version now."""
    was = walk.journey
    walk.withdraw()
    walk.journey = replace(
        was,
        step=was.step + 1,
        arrived_at=walk.now,
        due_at=None,
        noted="",
        message_id=None,
        state=JourneyState.DUE,
    )
    _change_place(walk, plan, node)
    walk.journal("moved", data=_moved(shift_id, was, walk.journey))
    step = arrive(walk, node, walk.now)
    if step is not None:
        go_on(walk, step.outlet, walk.now, step.data)


def _change_place(walk: Walk, plan: Plan, node: PlanNode) -> None:
    walk.count("here", -1)
    walk.plan = plan
    walk.journey = replace(walk.journey, version_id=plan.version_id, node=node.node.id)
    walk.count("here")


def _moved(shift_id: int, was: Journey, now: Journey) -> dict[str, Any]:
    other = {"node": was.node} if was.node != now.node else {}
    return {"shift": shift_id, "from": was.version_id, **other}


def _goes_on_now(walk: Walk, was: Journey) -> bool:
    journey = walk.journey
    return journey.step != was.step or (journey.due_at is not None and journey.due_at <= walk.now)


# --- what it waits for ---------------------------------------------------------------------------------


def _taken_over(walk: Walk, message: Message, old: PlanNode, node: PlanNode) -> Message:
    """The message of this step goes along. What has not been tried for the last time gets the settings of
    the new node; what a person has to decide about stays as it is."""
    moved = replace(message, version_id=walk.journey.version_id, node=walk.journey.node)
    if message.state not in _WAITS_TO_GO:
        return moved
    fresh = new_message(walk, node, walk.plan.sender(moved), message.due_at, message.rung)
    return replace(
        moved,
        purpose=fresh.purpose,
        priority=fresh.priority,
        before_at=fresh.before_at,
        late_at=_late_at(walk, message, old, fresh.late_at),
    )


def _late_at(walk: Walk, message: Message, old: PlanNode, fresh: datetime | None) -> datetime | None:
    """What the policy has put off by its rules stays put off, and what a person has let go is never late."""
    was = old.late_after.after(message.due_at, walk.zone) if old.late_after else None
    if was is None or fresh is None:
        return fresh
    return None if message.late_at is None else fresh + (message.late_at - was)


def _time_anew(walk: Walk, node: PlanNode) -> None:
    """When it goes on, counted from its own beginning; what has passed meanwhile is due now."""
    if node.kind.is_message:
        _time_message(walk, node)
    else:
        step = arrive(walk, node, walk.journey.arrived_at)
        if step is not None:
            go_on(walk, step.outlet, walk.now, step.data)
    _not_before_now(walk)


def _not_before_now(walk: Walk) -> None:
    due_at = walk.journey.due_at
    if due_at is not None and due_at < walk.now:
        walk.journey = replace(walk.journey, due_at=walk.now)


def _time_message(walk: Walk, node: PlanNode) -> None:
    message = walk.message
    if message is None:
        return
    if message.state in _WAITS_TO_GO:
        clock = page_clock(walk, walk.plan.sender(message), message.created_at)
        ends = [one for one in (clock, message.before_at) if one is not None]
        walk.settle(JourneyState.WAITING, min(ends, default=None))
    elif message.state is MessageState.SENT:
        _time_sent(walk, node, message)
    elif message.state in _FOR_A_PERSON:
        walk.settle(JourneyState.HELD, None)


def _time_sent(walk: Walk, node: PlanNode, message: Message) -> None:
    """It waits for reactions, or has had one that counts now."""
    noted, step = walk.journey.noted, walk.journey.step
    walk.note_reaction(noted if noted in node.reactions else "")
    leaves_now = not node.outlets.isdisjoint(ACCEPTED)
    go_on_sent(walk, message, walk.now if leaves_now else message.sent_at or walk.now)
    if walk.journey.step != step:
        return
    outlet = _heard(walk, node)
    if outlet:
        go_on(walk, outlet, walk.now, worked(walk, message))


def _heard(walk: Walk, node: PlanNode) -> str:
    """The strongest reaction so far by which the node is left; one that waits for a stronger one is noted."""
    heard: list[str] = []
    for reaction in sorted(frozenset[str]().union(*(one.reactions for one in of_step(walk)))):
        name = None if reaction == "bounced" else ticked_name(node, reaction)
        # Whether a person opened it is not kept with the message.
        if name is None or (node.human_only and reaction == "opened"):
            continue
        if not is_only_noted(node, name):
            heard.append(name)
        elif IMPLIED[name] > IMPLIED.get(walk.journey.noted, 0):
            walk.note_reaction(name)
    return max(heard, key=lambda name: IMPLIED.get(name, 0), default="")


# --- and back ------------------------------------------------------------------------------------------


def _before(walk: Walk) -> dict[str, Any]:
    """What a move overwrites, as JSON values."""
    journey, message = walk.journey, walk.message
    kept: dict[str, Any] = {"state": str(journey.state), "arrived": journey.arrived_at.isoformat()}
    if journey.due_at is not None:
        kept["due"] = journey.due_at.isoformat()
    if journey.noted:
        kept["noted"] = journey.noted
    if message is not None:
        kept["message"] = _message_before(message)
    return kept


def _message_before(message: Message) -> dict[str, Any]:
    times = {
        "late": message.late_at,
        "before": message.before_at,
        "next": message.next_try_at,
    }
    return {
        "id": message.id,
        "state": str(message.state),
        "reason": message.reason,
        "purpose": message.purpose,
        "priority": message.priority,
        **{name: moment.isoformat() for name, moment in times.items() if moment is not None},
    }


def _as_before(walk: Walk, before: Mapping[str, Any]) -> None:
    """What has not happened since is as it was, to the moment."""
    kept, message = before.get("message"), walk.message
    if kept is not None and message is not None:
        if message.state not in _WAITS_TO_GO or str(message.state) != kept["state"]:
            return
        walk.put(_settings_before(message, kept))
    walk.settle(walk.journey.state, _moment(before.get("due")))
    _not_before_now(walk)


def _settings_before(message: Message, kept: Mapping[str, Any]) -> Message:
    is_put_off = message.next_try_at != _moment(kept.get("next"))
    return replace(
        message,
        purpose=kept["purpose"],
        priority=kept["priority"],
        late_at=message.late_at if is_put_off else _moment(kept.get("late")),
        before_at=_moment(kept.get("before")),
    )


def _go_back(walk: Walk, row: Shifted, plan: Plan) -> None:
    """From a node that it came to anew. What that has queued is withdrawn, and what was withdrawn queued."""
    was = walk.journey
    walk.withdraw()
    walk.journey = _stood(was, row)
    _change_place(walk, plan, plan.nodes[row.node])
    walk.journal("moved-back", data=_moved(row.shift_id, was, walk.journey))
    _take_up(walk, row.before)


def _let_in_again(walk: Walk, row: Shifted) -> None:
    walk.journey = replace(_stood(walk.journey, row), end_reason="", ended_at=None)
    walk.count("here")
    walk.count(f"end:{LEFT}", -1)
    walk.journal("returned", LEFT, {"shift": row.shift_id})
    _take_up(walk, row.before)


def _stood(journey: Journey, row: Shifted) -> Journey:
    before = row.before
    message = before.get("message")
    return replace(
        journey,
        state=JourneyState(before["state"]),
        step=row.step,
        arrived_at=_moment(before["arrived"]) or journey.arrived_at,
        due_at=_moment(before.get("due")),
        noted=str(before.get("noted", "")),
        message_id=message["id"] if message else None,
    )


def _take_up(walk: Walk, before: Mapping[str, Any]) -> None:
    """The message is queued again where nothing was sent; what happened meanwhile counts now."""
    kept, message = before.get("message"), walk.message
    if kept is not None and message is not None and message.state is MessageState.CANCELLED:
        again = replace(message, state=MessageState(kept["state"]), reason=kept["reason"])
        walk.put(replace(again, next_try_at=_moment(kept.get("next"))))
    if walk.is_parked:
        return
    node, due_at, noted, step = walk.at_node, walk.journey.due_at, walk.journey.noted, walk.journey.step
    _time_anew(walk, node)
    if walk.journey.step == step and not _is_out(walk.message):
        walk.journey = replace(walk.journey, due_at=due_at, noted=noted)
        _not_before_now(walk)


def _is_out(message: Message | None) -> bool:
    return message is not None and message.state not in _NOT_OUT


def _moment(text: object) -> datetime | None:
    return datetime.fromisoformat(text) if isinstance(text, str) else None
