"""One journey in words: where it stands or why it stopped, and what would have made it otherwise."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from app.flows.telling import did_event, name_of, not_event
from app.flows.words import duration_name, time_out
from app.model.flow import Flow, Node
from app.model.journey import JournalLine, Journey, JourneyState, Message
from app.model.kinds import FAILED_REASONS, kind_of, ticked, value_of
from app.model.standing import WayStep

_WOULD: Final[Mapping[str, str]] = {
    "no-address": "With an address for {channel} it would have gone out",
    "no-consent": "With consent to {channel} it would have gone out",
    "suppressed": "Off the do-not-contact list it would have gone out",
    "window-closed": "Had they written to us before, it would have gone out",
    "capped": "With fewer messages in that time it would have gone out",
    "late": "Sent in time, it would have gone out",
    "hard": "With an address that works it would have gone out",
    "gave-up": "Had the other side answered, it would have gone out",
    "bad-text": "With a text that can be made for this person it would have gone out",
}
_ENDS: Final[Mapping[str, str]] = {
    "stopped": "The flow was stopped while they were at {node}",
    "merged": "Their journey went on in another one: two contacts became one",
    "restarted": "They started again: the journey ended at {node}",
    "unsubscribed": "They asked for no more messages at {node}",
    "complained": "They complained at {node}",
    "erased": "The person was erased",
}


def steps_of(journey: Journey, lines: Sequence[JournalLine]) -> tuple[WayStep, ...]:
    """The nodes in the order in which they were walked, each with the outlet and moment of leaving it."""
    found = [WayStep(line.node, line.outlet, line.at, line.data) for line in lines if line.what == "left"]
    ended = next((line for line in reversed(lines) if line.what == "ended"), None)
    if ended is not None:
        last = found[-1] if found else None
        if last is None or (last.node, last.outlet) != (ended.node, ended.outlet):
            found.append(WayStep(ended.node, "", ended.at, ended.data))
    elif journey.node:
        found.append(WayStep(journey.node, "", journey.arrived_at))
    return tuple(found)


def sentence(
    flow: Flow,
    journey: Journey,
    lines: Sequence[JournalLine],
    message: Message | None,
    said: Callable[[Any], str],
) -> str:
    """In plain words. ``said`` writes a moment as “14:02 on Tue”; names and addresses do not stand in it."""
    node = flow.by_id.get(journey.node)
    where = name_of(node) if node else f"“{journey.node}”"
    if journey.state in (JourneyState.DONE, JourneyState.ERASED):
        return _over(flow, journey, lines, where)
    if journey.state is JourneyState.PARKED:
        reason = next(
            (str(line.data.get("reason", "")) for line in reversed(lines) if line.what == "parked"), ""
        )
        return (
            f"Stands still at {where}: this step broke ({reason or 'no reason kept'}) and waits for a person."
        )
    if message is not None and message.state in ("held", "unknown"):
        return f"Held at {where}: {reason_words(message.reason)}. A person decides whether it goes out."
    return _waits(node, where, journey, said)


def waits_for(node: Node | None) -> str:
    """What a journey at this node waits for, such as “opened or clicked” or “them to complete an order”."""
    kind = kind_of(node) if node else None
    if node is None or kind is None:
        return ""
    if kind.name == "wait":
        events = [name for name in value_of(node, "events") or () if isinstance(name, str)]
        return f"them to {not_event(events)}" if events else "an event"
    if kind.name == "task":
        return "the call"
    if kind.is_message:
        return " or ".join(ticked(node)[:3]) or "sending"
    return "the time" if kind.category == "wait" else ""


def reason_words(reason: str) -> str:
    """A stored reason in words; one that has none stays as it is."""
    return FAILED_REASONS.get(reason, reason.replace("-", " ") or "no reason kept")


def _waits(node: Node | None, where: str, journey: Journey, said: Callable[[Any], str]) -> str:
    awaited = waits_for(node)
    told = f"Is at {where} since {said(journey.arrived_at)}"
    if awaited and awaited != "the time":
        told += f" and waits for {awaited}"
    if journey.due_at is not None:
        told += (
            f". Goes on {'without it ' if awaited not in ('', 'the time') else ''}at {said(journey.due_at)}"
        )
    return f"{told}."


def _over(flow: Flow, journey: Journey, lines: Sequence[JournalLine], where: str) -> str:
    ended = next((line for line in reversed(lines) if line.what == "ended"), None)
    reason = journey.end_reason
    if reason in _ENDS:
        return f"{_ENDS[reason].format(node=where)}."
    if ended is not None and "event" in ended.data:
        did = did_event([str(ended.data["event"])])
        if reason == "goal":
            return f"Reached the goal at {where}: they {did}."
        return f"Left at {where}, because they {did}."
    if reason == "goal":
        return f"Reached the goal at {where}."
    if reason == "end":
        return f"Came to the end at {where}.{_last_branch(flow, lines)}"
    return f"Stopped at {where}: “{reason}” leads nowhere.{_why(flow, journey, lines)}"


def _why(flow: Flow, journey: Journey, lines: Sequence[JournalLine]) -> str:
    left = next((line for line in reversed(lines) if line.what == "left"), None)
    node = flow.by_id.get(journey.node)
    if left is None or node is None:
        return ""
    if left.outlet == "failed":
        reason = str(left.data.get("reason", ""))
        channel = (kind.title if (kind := kind_of(node)) else node.kind).lower()
        would = _WOULD.get(reason, "").format(channel=channel)
        return f" The message was not sent: {reason_words(reason)}.{f' {would}.' if would else ''}"
    if left.outlet == "timeout":
        if node.kind == "wait":
            events = [name for name in value_of(node, "events") or () if isinstance(name, str)]
            missed = not_event(events) if events else "do it"
        else:
            missed = " or ".join({"opened": "open", "clicked": "click"}.get(one, one) for one in ticked(node))
        return f" They did not {missed or 'react'} within {duration_name(time_out(node))}."
    return _saw(left)


def _last_branch(flow: Flow, lines: Sequence[JournalLine]) -> str:
    """What the last check saw, where the way to this end went through its “else”."""
    for line in reversed(lines):
        node = flow.by_id.get(line.node)
        if line.what == "left" and node is not None and node.kind == "check":
            return f" At {name_of(node)} no way was true.{_saw(line)}" if line.outlet == "else" else ""
    return ""


def _saw(line: JournalLine) -> str:
    saw = line.data.get("saw")
    if not isinstance(saw, Mapping) or not saw:
        return ""
    told = ", ".join(f"{name.replace('_', ' ')}: {_value(value)}" for name, value in list(saw.items())[:3])
    return f" It saw {told}."


def _value(value: Any) -> str:
    if value is None:
        return "not known"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (list, tuple)):
        return " and ".join(str(one) for one in value) or "nothing"
    return f"{value}"
