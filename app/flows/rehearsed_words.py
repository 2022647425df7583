"""What came of a rehearsal, in words. Pure; nothing here is translated but what the window translates."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Final

from app.flows.rehearsed import both_figures, changed_edges, differences
from app.flows.words import node_name, outlet_name, together
from app.model.kinds import FAILED_REASONS

if TYPE_CHECKING:
    from datetime import date, datetime

    from app.flows.rehearsed import Difference, Figures, Refusal
    from app.model.flow import Flow
    from app.model.rehearsing import Rehearsal

CHANNELS: Final[Mapping[str, tuple[str, str]]] = {
    "email": ("letter", "letters"),
    "sms": ("SMS", "SMS"),
    "rcs": ("RCS message", "RCS messages"),
    "popup": ("popup", "popups"),
    "chat": ("chat message", "chat messages"),
    "task": ("call-back", "call-backs"),
    "notice": ("note to you", "notes to you"),
    "telegram": ("Telegram message", "Telegram messages"),
    "whatsapp": ("WhatsApp message", "WhatsApp messages"),
    "webhook": ("call of a program", "calls of a program"),
}
_POSTPONED: Final[Mapping[str, str]] = {
    "quiet-hours": "quiet hours",
    "capped": "enough messages, sent later",
    "rate": "as many as the channel takes at a time",
    "warm-up": "the domain is warming up",
    "domain": "as many as the receiver takes in a day",
    "holiday": "a holiday",
}
_HELD: Final[Mapping[str, str]] = {
    "ceiling": "the most of one day was reached",
    "late": "too late, a person decides",
    "first-send": "held behind the first messages",
}
_SNAGS: Final[Mapping[str, str]] = {
    "parked": "broke and waits for you",
    "paused": "the flow paused itself",
    "not-started": "would start another flow",
    "bad-text": "the text could not be made",
    "unknown": "nobody knows whether it went out",
}
_ENTRIES: Final[Mapping[str, str]] = {
    "inside": "in it already",
    "before": "in it before",
    "too-soon": "in it too short a time ago",
    "no-key": "the event named no key",
    "not-fresh": "the event came too late",
    "full": "as many inside as may be",
    "loop": "started too often by flows",
    "goal": "the goal was reached before",
    "exit": "had left before",
}
NUMBERS: Final[Mapping[str, str]] = {
    "entered": "Entered",
    "people": "People who get something",
    "parts": "Parts of SMS",
    "cost": "Cost",
    "goals": "Goal reached",
    "unsubscribed": "Unsubscribed",
    "complained": "Complained",
    "bounced": "Bounced",
}


def headline(made: Figures) -> str:
    """As in “214 people would have got 391 letters and 12 SMS”."""
    if not made.said:
        return "Nobody would have got anything."
    who = "1 person" if made.people == 1 else f"{made.people:,} people"
    return f"{who} would have got {together(amounts(made), len(CHANNELS))}."


def amounts(made: Figures) -> list[str]:
    """“391 letters”, “12 SMS”, the most first."""
    ranked = sorted(made.by_channel.items(), key=lambda one: (-one[1], one[0]))
    return [amount(channel, count) for channel, count in ranked]


def amount(channel: str, count: int) -> str:
    """“391 letters”."""
    one, many = CHANNELS.get(channel, (channel, channel))
    return f"{count:,} {one if count == 1 else many}"


def refusal_words(one: Refusal) -> str:
    """“quiet hours, sent at 9:00”, “no consent”."""
    if one.what == "postponed":
        words = _POSTPONED.get(one.reason, one.reason)
        return f"{words}, sent at {_clock(one.until)}" if one.until else words
    if one.what == "held":
        return _HELD.get(one.reason, one.reason)
    return FAILED_REASONS.get(one.reason, one.reason)


def _clock(told: str) -> str:
    return told.removeprefix("0")


def refusals_by_words(made: Figures) -> list[tuple[str, int]]:
    """What held messages back over all nodes, the most frequent first."""
    found: dict[tuple[str, str], tuple[Refusal, int]] = {}
    for one in made.refusals:
        first, count = found.get((one.what, one.reason), (one, 0))
        found[one.what, one.reason] = (first, count + one.count)
    listed = [(refusal_words(one), count) for one, count in found.values()]
    return sorted(listed, key=lambda row: (-row[1], row[0]))


def day_words(day: date) -> str:
    """“9 November”."""
    return f"{day.day} {day:%B}"


def hour_words(hour: datetime) -> str:
    """“Monday 9 November at 9:00”."""
    return f"{hour:%A} {day_words(hour)} at {hour.hour}:00"


def number_name(name: str) -> str:
    """The word for a number of both versions: “Letters”, “Goal reached”."""
    head, _, channel = name.partition(":")
    if head == "channel":
        word = CHANNELS.get(channel, (channel, channel))[1]
        return word[:1].upper() + word[1:]
    return NUMBERS.get(name, name)


def percent_words(one: Difference) -> str:
    """“same”, “+2 %”, “−4 %”, “new”."""
    if one.before == one.after:
        return "same"
    if one.percent is None:
        return "new"
    return f"{'+' if one.percent >= 0 else '−'}{abs(one.percent)} %"


def value_words(value: float, one: Difference) -> str:
    """The number with its thousands, or the amount of money."""
    return f"{value:,.2f}" if one.name == "cost" else f"{value:,.0f}"


# --- the whole of it ------------------------------------------------------------------------------------


def told(found: Rehearsal) -> list[str]:
    """All of it, line by line, for a terminal."""
    made, live = both_figures(found)
    flow = found.flows[0]
    return [
        f"“{found.flow}”, {_time(found)}. Nothing was sent.",
        headline(made),
        *_entries(made),
        *_difference(found, made, live),
        *_ways(flow, made, live),
        *_back(flow, made),
        *_per_person(made),
        *_load(made),
        *_snags(found),
        *(f"Assumed: {sentence}" for sentence in found.assumed),
    ]


def _time(found: Rehearsal) -> str:
    days = "1 day" if found.options.days == 1 else f"{found.options.days} days"
    what = "the recorded ones" if found.options.replay else "to come"
    who = "1 person" if found.people == 1 else f"{found.people:,} people"
    return f"{days} {what} from {found.start.date().isoformat()} on, {who}, dice {found.options.seed}"


def _entries(made: Figures) -> Iterator[str]:
    ends = ", ".join(f"{count:,} by {reason}" for reason, count in made.ends.items()) or "none ended"
    yield f"Entered: {made.entered:,} times by {made.comers:,} people; {ends}; {made.inside:,} still inside."
    if made.refused:
        why = ", ".join(f"{count:,} {_ENTRIES.get(one, one)}" for one, count in made.refused.items())
        yield f"Not let in: {why}."


def _difference(found: Rehearsal, made: Figures, live: Figures | None) -> Iterator[str]:
    if live is None:
        return
    yield ""
    yield f"{'':<28}{'Version ' + str(found.version):>14}{'Draft':>14}{'':>10}"
    for one in differences(made, live):
        name = f"{number_name(one.name)}{f', {one.unit}' if one.unit else ''}"
        before, after = value_words(one.before, one), value_words(one.after, one)
        yield f"{name:<28}{before:>14}{after:>14}{percent_words(one):>10}"


def _ways(flow: Flow, made: Figures, live: Figures | None) -> Iterator[str]:
    yield ""
    walked = changed_edges(made, live)
    rows = []
    for edge in flow.edges:
        source, target = flow.by_id.get(edge.source), flow.by_id.get(edge.target)
        if source is not None and target is not None:
            way = f"{node_name(source)}, {outlet_name(source, edge.outlet)} → {node_name(target)}"
            rows.append((way, *walked[edge.source, edge.outlet]))
    width = max((len(way) for way, *_ in rows), default=0)
    for way, before, after in rows:
        changed = f"{before:,} → {after:,}" if live is not None and before != after else f"{after:,}"
        yield f"  {way:<{width}}  {changed:>9}"


def _back(flow: Flow, made: Figures) -> Iterator[str]:
    if not made.refusals:
        return
    yield ""
    yield f"Held back, and why: {sum(one.count for one in made.refusals):,}"
    for one in made.refusals:
        node = flow.by_id.get(one.node)
        yield f"  {one.count:>7,}  {node_name(node) if node is not None else one.node}: {refusal_words(one)}"


def _per_person(made: Figures) -> Iterator[str]:
    if made.most is None:
        return
    yield ""
    spread = ", ".join(f"{days:,} × {count}" for count, days in made.spread.items())
    yield f"Messages for one person on one day: {spread}."
    others = "".join(f", {count} of them by “{name}”" for name, count in made.most.others.items())
    yield f"Most: {made.most.count} on {day_words(made.most.day)}, contact {made.most.contact_id}{others}."
    if made.parts:
        cost = f", {made.cost}" if made.cost else ""
        yield f"SMS: {made.by_channel.get('sms', 0):,}, {made.parts:,} parts{cost}."


def _load(made: Figures) -> Iterator[str]:
    if made.busiest is None:
        return
    hour, count = made.busiest
    yield f"Busiest hour: {hour_words(hour)}, {count:,} messages. By the hour of the day:"
    yield from _bars(made.clock)


def _bars(clock: Sequence[int]) -> Iterator[str]:
    most = max(clock, default=0) or 1
    for hour, count in enumerate(clock):
        if count:
            yield f"  {hour:>2}:00  {count:>7,}  {'█' * max(round(count * 30 / most), 1)}"


def _snags(found: Rehearsal) -> Iterator[str]:
    flow = found.flows[0]
    for one in found.draft.snags:
        if one.what == "held":
            continue
        node = flow.by_id.get(one.node)
        place = f"{node_name(node)}: " if node is not None else ""
        detail = f" ({one.detail})" if one.detail else ""
        yield f"Look at this: {place}{_SNAGS.get(one.what, one.what)}{detail}, {one.count:,} times."
