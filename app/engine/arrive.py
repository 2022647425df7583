"""Deciders of arrival: what a node does with a journey that reaches it. One function per kind."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from app.engine.actions import ACTIONS
from app.engine.branches import check, split
from app.engine.calendar import next_wall_time, parse_time, read_moment
from app.engine.leaving import Leave
from app.engine.opening import open_moment
from app.engine.queueing import queue
from app.model.conditions import holds
from app.model.journey import JourneyState
from app.model.kinds import FAILED, HAPPENED, NEXT

if TYPE_CHECKING:
    from app.engine.plan import PlanNode
    from app.engine.walk import Walk
    from app.model.people import Event, StoredEvent


def arrive(walk: Walk, node: PlanNode, at: datetime) -> Leave | None:
    """What ``node`` does with the journey that reached it at the moment ``at``; None when it stays or has
    ended."""
    decider = _DECIDERS.get("message" if node.kind.is_message else node.kind.name)
    if decider is None:
        walk.park("kind-not-available")
        return None
    return decider(walk, node, at)


def _message(walk: Walk, node: PlanNode, at: datetime) -> Leave | None:
    if node.kind.name == "reach" and not node.rungs:
        # It cannot be published; leaving keeps the decider total.
        return Leave(FAILED.name, {"reason": "bad-text"})
    queue(walk, node, at)
    return None


def _delay(walk: Walk, node: PlanNode, at: datetime) -> None:
    # A delay without a length cannot be published; zero keeps the decider total.
    walk.settle(JourneyState.WAITING, node.length.after(at, walk.zone) if node.length else at)


def _until(walk: Walk, node: PlanNode, at: datetime) -> Leave | None:
    moment = _until_moment(walk, node, at)
    if moment is None or moment <= at:
        return Leave(NEXT.name)
    walk.settle(JourneyState.WAITING, moment)
    return None


def _until_moment(walk: Walk, node: PlanNode, at: datetime) -> datetime | None:
    base = _base(walk, node, at)
    time_text, weekdays = node.setting("time"), node.setting("weekdays") or ()
    clock = parse_time(time_text) if time_text else None
    moment = base
    if base is not None and (clock is not None or weekdays):
        moment = next_wall_time(base, clock, weekdays, walk.zone)
    if not node.setting("business"):
        return moment
    if base is None or (base < at and moment is not None and moment <= at):
        # What was named has passed. It goes on at once, which in opening hours is when the shop opens.
        clock, weekdays = None, ()
    return open_moment(max(base or at, at), clock, weekdays, walk.zone, walk.rules, walk.home)


def _base(walk: Walk, node: PlanNode, at: datetime) -> datetime | None:
    """From when on days and times are looked for; None where the date is not known."""
    if node.length is not None:
        return node.length.after(walk.journey.started_at, walk.zone)
    if node.setting("property"):
        return read_moment(walk.facts.contact_property(node.setting("property")), walk.zone)
    return at.astimezone(UTC)


def _wait(walk: Walk, node: PlanNode, at: datetime) -> Leave | None:
    event = next((one for one in walk.facts.stored if _has_happened(walk, node, one, at)), None)
    if event is not None:
        return Leave(HAPPENED.name, {"event": event.name})
    walk.settle(JourneyState.WAITING, node.timeout.after(at, walk.zone) if node.timeout else None)
    return None


def _has_happened(walk: Walk, node: PlanNode, event: StoredEvent, at: datetime) -> bool:
    """Rule 6: on arrival the stored events are asked. What brought the journey here does not count again."""
    first = since(walk, node, at)
    early = event.at <= at if node.setting("since") == "arrival" else event.at < first
    return not early and not walk.facts.counts_not(event) and fits(walk, node, event)


def since(walk: Walk, node: PlanNode, arrived: datetime) -> datetime:
    """From when on events count for this ``wait`` node, where the journey arrived at ``arrived``."""
    choice = node.setting("since")
    if choice == "arrival":
        return arrived
    # What the owner is told is no message to the person.
    messages = [one for one in walk.facts.messages.values() if not one.is_notice]
    if choice == "last-message" and messages:
        return messages[-1].sent_at or messages[-1].due_at
    return walk.journey.started_at


def fits(walk: Walk, node: PlanNode, event: Event | StoredEvent) -> bool:
    """Whether an event is one that this ``wait`` node waits for, of this journey's key."""
    if event.name not in (node.setting("events") or ()) or not same_key(walk, event.properties):
        return False
    where = node.setting("where")
    walk.facts.looked_at = event.properties
    return where is None or holds(where, walk.facts)


def same_key(walk: Walk, properties: Mapping[str, Any]) -> bool:
    """Whether an event may concern this journey: it has the journey's key, or one of the two has none
    (rule 9: rather stop than nag)."""
    key = walk.plan.key
    value = properties.get(key) if key else None
    return value is None or walk.journey.key in ("", str(value))


def _goal(walk: Walk, _node: PlanNode, _at: datetime) -> None:
    walk.end("goal")


def _end(walk: Walk, _node: PlanNode, _at: datetime) -> None:
    walk.end("end")


_DECIDERS: Final[Mapping[str, Callable[[Walk, PlanNode, datetime], Leave | None]]] = {
    "message": _message,
    "delay": _delay,
    "until": _until,
    "wait": _wait,
    "check": check,
    "split": split,
    **ACTIONS,
    "goal": _goal,
    "end": _end,
}
