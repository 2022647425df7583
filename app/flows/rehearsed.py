"""What came of a rehearsal as numbers: for the command line, for the window, and as JSON. Pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from app.flows.letters.sms import cost_of
from app.flows.words import node_name
from app.model.kinds import KINDS, kind_of

if TYPE_CHECKING:
    from datetime import tzinfo

    from app.model.flow import Flow
    from app.model.rehearsing import Played, Rehearsal, Said

_HOURS: Final = 24
_PART: Final = ("failed", "postponed", "held")
"""What keeps a message back, the gravest first."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why messages of one node did not go out, or not at once."""

    node: str
    what: str
    """``failed``, ``postponed`` or ``held``."""
    reason: str
    count: int
    until: str = ""
    """Until which time of the day they mostly waited, such as “09:00”."""


@dataclass(frozen=True, slots=True)
class Most:
    """The person who would get most on one day."""

    contact_id: int
    day: date
    count: int
    others: Mapping[str, int]
    """How many of them other flows say, by their names."""


@dataclass(frozen=True, slots=True)
class Figures:
    """The numbers of one version."""

    entered: int = 0
    comers: int = 0
    """Different people among them."""
    refused: Mapping[str, int] = field(default_factory=dict)
    ends: Mapping[str, int] = field(default_factory=dict)
    people: int = 0
    """So many people got a message."""
    said: int = 0
    by_channel: Mapping[str, int] = field(default_factory=dict)
    by_node: Mapping[str, int] = field(default_factory=dict)
    reactions: Mapping[str, int] = field(default_factory=dict)
    edges: Mapping[tuple[str, str], int] = field(default_factory=dict)
    """How many went this way, by (node, outlet)."""
    refusals: Sequence[Refusal] = ()
    """The most frequent first."""
    parts: int = 0
    """Of all SMS together."""
    cost: str = ""
    """Such as “8.89 EUR”; empty where no price is known."""
    hours: Mapping[datetime, int] = field(default_factory=dict)
    """Messages in each hour that has any, in UTC: where clocks are set back two hours have one name."""
    days: Sequence[tuple[date, int]] = ()
    """Messages of every day of the time."""
    clock: Sequence[int] = (0,) * _HOURS
    """Messages by the hour of the day."""
    busiest: tuple[datetime, int] | None = None
    """On the workspace's clock."""
    most: Most | None = None
    spread: Mapping[int, int] = field(default_factory=dict)
    """Number of messages in a day to how many people's days had so many, those of other flows too."""
    goals: int = 0

    @property
    def inside(self) -> int:
        """So many are still under way when the time is over."""
        return self.entered - sum(self.ends.values())


def figures_of(
    played: Played, flow: Flow, zone_name: str, start: datetime, until: datetime, price: str = ""
) -> Figures:
    """All numbers of one version."""
    zone = _zone(zone_name)
    names = played.names
    said, ends = played.said, _by_reason(names, "end:")
    hours = _hours(said)
    parts = sum(one.parts for one in said if one.channel == "sms")
    entered = [one for one in played.entered if not one.refused]
    most, spread = _per_person(played, zone)
    return Figures(
        entered=len(entered),
        comers=len({one.contact_id for one in entered}),
        refused=dict(sorted(Counter(one.refused for one in played.entered if one.refused).items())),
        ends=ends,
        people=len({one.contact_id for one in said}),
        said=len(said),
        by_channel=dict(sorted(Counter(one.channel for one in said).items())),
        by_node=dict(sorted(Counter(one.node for one in said).items())),
        reactions=_by_reason(names, "reaction:"),
        edges=_edges(names, flow),
        refusals=_refusals(played),
        parts=parts,
        cost=cost_of(parts, price) if parts else "",
        hours=hours,
        days=_days(hours, zone, start, until),
        clock=_clock(hours, zone),
        busiest=_busiest(hours, zone),
        most=most,
        spread=spread,
        goals=ends.get("goal", 0),
    )


def both_figures(found: Rehearsal) -> tuple[Figures, Figures | None]:
    """Those of the draft, and of what is published where that was played."""
    played = [one for one in (found.draft, found.published) if one is not None]
    made = [
        figures_of(one, flow, found.zone, found.start, found.until, found.price)
        for one, flow in zip(played, found.flows, strict=True)
    ]
    return made[0], made[1] if len(made) > 1 else None


def _zone(name: str) -> tzinfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")


def _by_reason(names: Mapping[tuple[str, str], int], prefix: str) -> dict[str, int]:
    found: Counter[str] = Counter()
    for (_, name), count in names.items():
        if name.startswith(prefix):
            found[name.removeprefix(prefix)] += count
    return dict(sorted(found.items()))


def _edges(names: Mapping[tuple[str, str], int], flow: Flow) -> dict[tuple[str, str], int]:
    """Every edge, and every open outlet that somebody went by."""
    found = {(edge.source, edge.outlet): 0 for edge in flow.edges}
    for (node, name), count in names.items():
        if name.startswith("out:"):
            found[node, name.removeprefix("out:")] = count
    return found


def _refusals(played: Played) -> list[Refusal]:
    found = []
    for (node, name), count in played.names.items():
        what, _, reason = name.partition(":")
        if what in ("failed", "postponed") and reason:
            found.append(Refusal(node, what, reason, count, played.until.get((node, reason), "")))
    found += [Refusal(one.node, "held", one.detail, one.count) for one in played.snags if one.what == "held"]
    return sorted(found, key=lambda one: (-one.count, one.node, _PART.index(one.what), one.reason))


# --- when, and to whom ----------------------------------------------------------------------------------


def _hours(said: Sequence[Said]) -> dict[datetime, int]:
    found = Counter(one.at.replace(minute=0, second=0, microsecond=0) for one in said)
    return dict(sorted(found.items()))


def _days(
    hours: Mapping[datetime, int], zone: tzinfo, start: datetime, until: datetime
) -> list[tuple[date, int]]:
    found: Counter[date] = Counter()
    for hour, count in hours.items():
        found[hour.astimezone(zone).date()] += count
    first = start.astimezone(zone).date()
    last = (until - timedelta(microseconds=1)).astimezone(zone).date()
    days = (first + timedelta(days=number) for number in range((last - first).days + 1))
    return [(day, found[day]) for day in days]


def _clock(hours: Mapping[datetime, int], zone: tzinfo) -> list[int]:
    found = [0] * _HOURS
    for hour, count in hours.items():
        found[hour.astimezone(zone).hour] += count
    return found


def _busiest(hours: Mapping[datetime, int], zone: tzinfo) -> tuple[datetime, int] | None:
    if not hours:
        return None
    hour, count = min(hours.items(), key=lambda one: (-one[1], one[0]))
    return hour.astimezone(zone), count


def _per_person(played: Played, zone: tzinfo) -> tuple[Most | None, dict[int, int]]:
    """Who gets most on one day, and how many days of people have how many messages."""
    own = Counter((one.contact_id, one.at.astimezone(zone).date()) for one in played.said)
    found: dict[tuple[int, date], tuple[int, Mapping[str, int]]] = {}
    for place, count in own.items():
        others = played.others.get((place[0], place[1].isoformat()), {})
        found[place] = count + sum(others.values()), others
    spread = Counter(count for count, _ in found.values())
    if not found:
        return None, {}
    (contact_id, day), (count, others) = min(
        found.items(), key=lambda one: (-one[1][0], one[0][1], one[0][0])
    )
    return Most(contact_id, day, count, others), dict(sorted(spread.items()))


# --- the difference -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Difference:
    """One number of both versions."""

    name: str
    """``entered``, ``channel:email``, ``cost``, ``goals``, ``unsubscribed``, …"""
    before: float
    after: float
    unit: str = ""

    @property
    def percent(self) -> int | None:
        """How much more; None where there was nothing before."""
        return round((self.after - self.before) * 100 / self.before) if self.before else None


def differences(after: Figures, before: Figures | None) -> list[Difference]:
    """Every number that is shown, of both versions; without an older one that is nothing but zeros."""
    old = before or Figures()
    channels = sorted({*after.by_channel, *old.by_channel}, key=_channel_turn)
    found = [
        Difference("entered", old.entered, after.entered),
        Difference("people", old.people, after.people),
        *(
            Difference(f"channel:{name}", old.by_channel.get(name, 0), after.by_channel.get(name, 0))
            for name in channels
        ),
    ]
    if after.parts or old.parts:
        found.append(Difference("parts", old.parts, after.parts))
    if after.cost or old.cost:
        (was, _), (cost, unit) = amount_of(old.cost), amount_of(after.cost or old.cost)
        found.append(Difference("cost", was, cost if after.cost else 0.0, unit))
    found.append(Difference("goals", old.goals, after.goals))
    names = ("unsubscribed", "complained", "bounced")
    found += [Difference(one, old.reactions.get(one, 0), after.reactions.get(one, 0)) for one in names]
    return [one for one in found if one.name in ("entered", "people", "goals") or one.before or one.after]


def _channel_turn(name: str) -> tuple[int, str]:
    order = list(dict.fromkeys(kind.channel for kind in KINDS.values() if kind.channel))
    return (order.index(name) if name in order else len(order), name)


def amount_of(cost: str) -> tuple[float, str]:
    """The amount and the currency of “8.89 EUR”."""
    amount, _, unit = cost.partition(" ")
    return (float(amount), unit) if amount else (0.0, "")


def changed_edges(after: Figures, before: Figures | None) -> dict[tuple[str, str], tuple[int, int]]:
    """(before, after) by (node, outlet) of all ways of the newer drawing."""
    old = before.edges if before is not None else {}
    return {place: (old.get(place, 0), count) for place, count in after.edges.items()}


# --- as JSON --------------------------------------------------------------------------------------------


def document_of(found: Rehearsal) -> dict[str, Any]:
    """The whole answer; the same seed over the same workspace says the same."""
    draft, published = both_figures(found)
    return {
        "flow": found.flow,
        "mode": "replay" if found.options.replay else "ahead",
        "days": found.options.days,
        "seed": found.options.seed,
        "zone": found.zone,
        "start": found.start.isoformat(),
        "until": found.until.isoformat(),
        "contacts": found.people,
        "one_in": found.step,
        "events": found.draft.events,
        **_figures_json(found.flow, found.draft, draft, found.flows[0]),
        "published": None
        if published is None or found.published is None
        else {
            "version": found.version,
            **_figures_json(found.flow, found.published, published, found.flows[1]),
        },
        "difference": [
            {"name": one.name, "before": one.before, "after": one.after, "unit": one.unit}
            for one in (differences(draft, published) if published is not None else ())
        ],
        "assumed": list(found.assumed),
        "rates": _rates_json(found),
    }


def messages_json(played: Played) -> list[dict[str, Any]]:
    """Every message: when, to whom, by what."""
    return [
        {
            "at": one.at.isoformat(),
            "contact": one.contact_id,
            "node": one.node,
            "channel": one.channel,
            "parts": one.parts,
        }
        for one in played.said
    ]


def _figures_json(name: str, played: Played, made: Figures, flow: Flow) -> dict[str, Any]:
    messages: dict[str, dict[str, int]] = defaultdict(dict)
    for (channel, state), count in played.messages.items():
        messages[channel][state] = count
    return {
        "journeys": {
            "entered": made.entered,
            "people": made.comers,
            "inside": made.inside,
            "by_end": made.ends,
            "refused": made.refused,
        },
        "messages": messages,
        "reactions": made.reactions,
        "edges": [
            {
                "flow": name,
                "from": edge.source,
                "outlet": edge.outlet,
                "to": edge.target,
                "count": made.edges[edge.source, edge.outlet],
            }
            for edge in flow.edges
        ],
        "nodes": list(_nodes_json(played, made, flow)),
        "said": {"people": made.people, "messages": made.said, "by_channel": made.by_channel},
        "refusals": [
            {"node": one.node, "what": one.what, "reason": one.reason, "count": one.count, "until": one.until}
            for one in made.refusals
        ],
        "per_person_and_day": {str(count): days for count, days in made.spread.items()},
        "most_for_one": _most_json(made.most),
        "sms": {"messages": made.by_channel.get("sms", 0), "parts": made.parts, "cost": made.cost},
        "by_hour": [{"hour": hour.isoformat(), "messages": count} for hour, count in made.hours.items()],
        "by_day": [{"day": day.isoformat(), "messages": count} for day, count in made.days],
        "by_hour_of_day": list(made.clock),
        "snags": [
            {
                "node": one.node,
                "what": one.what,
                "detail": one.detail,
                "count": one.count,
                "people": list(one.people),
            }
            for one in played.snags
        ],
    }


def _nodes_json(played: Played, made: Figures, flow: Flow) -> Iterator[dict[str, Any]]:
    for node in flow.nodes:
        kind = kind_of(node)
        out = {outlet: count for (place, outlet), count in made.edges.items() if place == node.id}
        yield {
            "node": node.id,
            "kind": node.kind,
            "title": node_name(node),
            "here": played.names.get((node.id, "here"), 0),
            "left": sum(out.values()),
            "by_outlet": out,
            "messages": made.by_node.get(node.id, 0) if kind is not None and kind.is_message else None,
        }


def _most_json(most: Most | None) -> dict[str, Any] | None:
    if most is None:
        return None
    return {
        "contact": most.contact_id,
        "day": most.day.isoformat(),
        "messages": most.count,
        "others": dict(most.others),
    }


def _rates_json(found: Rehearsal) -> list[dict[str, Any]]:
    used = {one.channel for played in (found.draft, found.published) if played for one in played.said}
    return [
        {
            "channel": channel,
            "purpose": purpose,
            "reaction": rate.reaction,
            "share": round(rate.share, 4),
            "after": rate.after,
            "share_after": round(rate.share_after, 4),
            "of": rate.of,
        }
        for (channel, purpose), rates in sorted(found.rates.items())
        if channel in used and purpose == "marketing"
        for rate in rates
    ]
