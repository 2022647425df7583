"""Deciders of arrival: what a node does with a journey that reaches it. One function per kind."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from app.engine.calendar import next_wall_time, parse_time, read_moment
from app.model.conditions import holds, parts
from app.model.flow import EMPTY
from app.model.journey import ContactChange, JourneyState, Message, MessageState
from app.model.kinds import ELSE, HAPPENED, NEXT
from app.model.people import consent_name
from app.model.rules import PRIORITIES

if TYPE_CHECKING:
    from app.engine.plan import PlanNode
    from app.engine.walk import Walk
    from app.model.people import Event, StoredEvent


@dataclass(frozen=True, slots=True)
class Leave:
    """The node is left at once by this outlet, with what the branch saw."""

    outlet: str
    data: Mapping[str, Any] = EMPTY


def arrive(walk: Walk, node: PlanNode, at: datetime) -> Leave | None:
    """What ``node`` does with the journey that reached it at the moment ``at``; None when it stays or has
    ended."""
    decider = _DECIDERS.get(_decider_name(node))
    if decider is None:
        walk.park("kind-not-available")
        return None
    return decider(walk, node, at)


def _decider_name(node: PlanNode) -> str:
    if not node.kind.available:
        return ""
    return "message" if node.kind.is_message else node.kind.name


def _message(walk: Walk, node: PlanNode, at: datetime) -> None:
    """Queues a message. Its wait is written with it, so that no reaction can come too early (rule 6)."""
    journey = walk.journey
    message = Message(
        id=walk.ids.new(),
        journey_id=journey.id,
        step=journey.step,
        flow_id=journey.flow_id,
        version_id=journey.version_id,
        contact_id=journey.contact_id,
        node=journey.node,
        channel=node.kind.channel,
        purpose=str(node.setting("purpose") or "marketing"),
        state=MessageState.QUEUED,
        due_at=at,
        created_at=walk.now,
        late_at=node.late_after.after(at, walk.zone) if node.late_after else None,
        before_at=_before(walk, node.setting("before")),
        priority=_priority(node),
    )
    # From now and not from ``at``: while the machine was off nobody could see it (rule 5: at queueing).
    page_clock = node.timeout.after(walk.now, walk.zone) if node.timeout and node.kind.waits_on_page else None
    # What cannot be sent before its last moment leaves then, and not at the next try (rule 12).
    due_at = page_clock or message.before_at
    walk.journey = replace(journey, message_id=message.id)
    walk.settle(JourneyState.WAITING, due_at)
    walk.put(message)
    walk.journal("queued", data={"message": message.id, "channel": message.channel})


def _priority(node: PlanNode) -> int:
    purpose = node.setting("purpose") or "marketing"
    return PRIORITIES[str(purpose if purpose == "transactional" else node.setting("priority") or "normal")]


def _before(walk: Walk, setting: object) -> datetime | None:
    if not isinstance(setting, str) or not setting:
        return None
    head, _, name = setting.partition(":")
    if head == "property":
        return read_moment(walk.facts.contact_property(name), walk.zone)
    if head == "entry":
        return read_moment(walk.facts.entry_property(name), walk.zone)
    return read_moment(setting, walk.zone)


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
    base: datetime | None = at
    if node.length is not None:
        base = node.length.after(walk.journey.started_at, walk.zone)
    elif node.setting("property"):
        base = read_moment(walk.facts.contact_property(node.setting("property")), walk.zone)
    if base is None:
        return None
    time_text, weekdays = node.setting("time"), node.setting("weekdays") or ()
    if not time_text and not weekdays:
        return base.astimezone(UTC)
    return next_wall_time(base, parse_time(time_text) if time_text else None, weekdays, walk.zone)


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
    messages = list(walk.facts.messages.values())
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


def _check(walk: Walk, node: PlanNode, _at: datetime) -> Leave:
    seen: dict[str, Any] = {}
    for way in node.setting("ways") or ():
        seen.update(_seen(walk, way["when"]))
        if holds(way["when"], walk.facts):
            return Leave(way["name"], {"saw": seen})
    return Leave(ELSE.name, {"saw": seen})


def _seen(walk: Walk, condition: Mapping[str, Any]) -> dict[str, Any]:
    """The values a branch saw, for the journal: names as in the condition."""
    facts, seen = walk.facts, {}
    for part in parts(condition):
        if "property" in part:
            seen[f"property {part['property']}"] = facts.contact_property(part["property"])
        elif "entry" in part:
            seen[f"entry {part['entry']}"] = facts.entry_property(part["entry"])
        elif "tag" in part:
            seen[f"tag {part['tag']}"] = facts.has_tag(part["tag"])
        elif "consent" in part:
            topic = part.get("topic") or ""
            name = consent_name(part["consent"], topic)
            seen[f"consent {name}"] = (
                facts.contact.agrees(part["consent"], topic)
                if facts.contact.consent_id(part["consent"], topic) is not None
                else None
            )
        elif "segment" in part:
            seen[f"segment {part['segment']}"] = facts.in_segment(part["segment"])
        elif "event" in part:
            seen[f"event {part['event']}"] = sum(
                1 for _ in facts.events(part["event"], part.get("since", "entry"))
            )
        elif "message" in part:
            reactions, reason = facts.reactions(part["message"]), facts.failure(part["message"])
            seen[f"message {part['message']}"] = [
                *sorted(reactions),
                *([f"failed: {reason}"] if reason else []),
            ]
    return seen


def _set(walk: Walk, node: PlanNode, _at: datetime) -> Leave:
    change = ContactChange(
        walk.journey.contact_id,
        dict(node.setting("properties") or {}),
        frozenset(node.setting("add_tags") or ()),
        frozenset(node.setting("remove_tags") or ()),
    )
    walk.facts.apply(change)
    walk.changes.contacts.append(change)
    return Leave(NEXT.name)


def _goal(walk: Walk, _node: PlanNode, _at: datetime) -> None:
    walk.end("goal")


def _end(walk: Walk, _node: PlanNode, _at: datetime) -> None:
    walk.end("end")


_DECIDERS: Final[Mapping[str, Callable[[Walk, PlanNode, datetime], Leave | None]]] = {
    "message": _message,
    "delay": _delay,
    "until": _until,
    "wait": _wait,
    "check": _check,
    "set": _set,
    "goal": _goal,
    "end": _end,
}
