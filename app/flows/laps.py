"""Laps from flow to flow (rule 16): what a node does that lets people in at a start, and how soon."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from app.flows.arrivals import seconds_of, shortest_from
from app.flows.checks.values import is_list
from app.flows.graph import Drawing, drawing_of
from app.model.conditions import compare, faults, parts
from app.model.flow import EMPTY, Flow, Node

_MOST_KEPT: Final = 300
_MOST_STEPS: Final = 100_000
_VALUES: Final = ("is", "is_not", "contains", "more_than", "less_than", "known")


@dataclass(frozen=True, slots=True)
class Deed:
    """What one node does to a person, as entries and segments see it."""

    node: Node
    flow: str = ""
    """The flow that it starts."""
    event: str = ""
    fields: Mapping[str, Any] = EMPTY
    """What the recorded event carries."""
    properties: Mapping[str, Any] = EMPTY
    tags: Mapping[str, bool] = EMPTY
    consent: tuple[str, str, bool] | None = None
    """(channel, topic, given)"""


class Part:
    """One start of a flow, and what people do to themselves behind it."""

    def __init__(self, flow: str, entry: Node, drawing: Drawing, deeds: Mapping[str, Deed]) -> None:
        self.flow, self.entry = flow, entry
        self._drawing, self._deeds = drawing, deeds

    @cached_property
    def deeds(self) -> Sequence[tuple[Deed, int]]:
        """Each with the shortest time to it in seconds."""
        found = shortest_from(self._drawing, self.entry.id) if self._deeds else {}
        return [(deed, found[node_id]) for node_id, deed in self._deeds.items() if node_id in found]


@dataclass(frozen=True, slots=True)
class Lap:
    """A way round from a start to itself: the deeds that carry it, in order, each with the flow it is in."""

    seconds: int
    entry: Node
    deeds: tuple[tuple[str, Deed], ...]


def laps_through(
    flow: Flow, others: Mapping[str, Flow], segments: Mapping[str, Mapping[str, Any]], within: int
) -> Iterator[Lap]:
    """The quickest lap through each start of ``flow`` that takes less than ``within`` seconds; of ``others``
    one of the same name does not count.

    Drawings with absurdly many starts are not searched to their end, so that no check is held up.
    """
    own = list(_parts(flow.name, flow))
    others = {name: other for name, other in others.items() if name != flow.name}
    everyone = [*own, *(part for name, other in others.items() for part in _MEMO.parts(name, other))]
    search = _Search(everyone, segments, within)
    for first in range(len(own)):
        lap = search.quickest(first)
        if lap is not None:
            yield lap


class _Search:
    """Dijkstra over the starts of all flows: a deed of one leads to every start that it lets people in at."""

    def __init__(self, everyone: Sequence[Part], segments: Mapping[str, Any], within: int) -> None:
        self._everyone, self._segments, self._within = everyone, segments, within
        self._steps = 0
        self._known: dict[int, list[tuple[int, int, Deed]]] = {}
        self._listening = _listening(everyone)

    def quickest(self, first: int) -> Lap | None:
        """The quickest lap through the start of this number."""
        best: dict[int, int] = {}
        heap: list[tuple[int, int, tuple[tuple[str, Deed], ...]]] = [(0, first, ())]
        while heap and self._steps < _MOST_STEPS:
            seconds, place, deeds = heapq.heappop(heap)
            if deeds and place == first:
                return Lap(seconds, self._everyone[first].entry, deeds)
            if best.setdefault(place, seconds) < seconds:
                continue
            for target, after, deed in self._leading(place):
                if seconds + after < self._within and (target == first or target not in best):
                    step = (self._everyone[place].flow, deed)
                    heapq.heappush(heap, (seconds + after, target, (*deeds, step)))
        return None

    def _leading(self, place: int) -> list[tuple[int, int, Deed]]:
        """Where people are let in from there, how soon, and by what; of several deeds the soonest."""
        if place not in self._known:
            soonest: dict[int, tuple[int, int, Deed]] = {}
            for deed, after in self._everyone[place].deeds:
                for number, arrival in self._led_to(deed, after):
                    if number not in soonest or arrival < soonest[number][1]:
                        soonest[number] = (number, arrival, deed)
            self._known[place] = list(soonest.values())
        return self._known[place]

    def _led_to(self, deed: Deed, after: int) -> Iterator[tuple[int, int]]:
        """Each start that the deed lets people in at, with the moment they come in."""
        keys = [("flow", deed.flow)] if deed.flow else [("event", deed.event), ("segment", "")]
        for number in (number for key in keys for number in self._listening.get(key, ())):
            self._steps += 1
            if self._steps > _MOST_STEPS:
                return
            other = self._everyone[number]
            if lets_in(deed, other, self._segments):
                yield number, after + _quiet(other.entry)


def _listening(everyone: Sequence[Part]) -> dict[tuple[str, str], list[int]]:
    """The starts by what they listen to, so that a deed looks at no others."""
    found: dict[tuple[str, str], list[int]] = {}
    for number, part in enumerate(everyone):
        for key in _keys(part):
            found.setdefault(key, []).append(number)
    return found


def _keys(part: Part) -> Iterator[tuple[str, str]]:
    if part.entry.kind == "entry.manual":
        yield "flow", part.flow
    elif part.entry.kind == "entry.segment":
        yield "segment", ""
    elif part.entry.kind == "entry.event":
        events = part.entry.settings.get("events")
        names = [one for one in events if isinstance(one, str) and one] if is_list(events) else []
        for name in dict.fromkeys(names):
            yield "event", name


def lets_in(deed: Deed, part: Part, segments: Mapping[str, Any]) -> bool:
    """Whether the deed may let somebody in at this start, which listens to what it does."""
    entry = part.entry
    if entry.kind == "entry.event":
        where = entry.settings.get("where")
        return not _is_sound(where) or _outcome(where or EMPTY, deed, heard=True) is not False
    if entry.kind == "entry.segment":
        rule = segments.get(str(entry.settings.get("segment")), EMPTY)
        return _is_sound(rule) and _concerns(rule, deed) and _outcome(rule, deed) is not False
    return True


def _is_sound(condition: Any) -> bool:
    return isinstance(condition, Mapping) and not any(faults(condition))


def _quiet(entry: Node) -> int:
    return seconds_of(entry.settings.get("quiet_for")) if entry.kind == "entry.event" else 0


def _concerns(rule: Any, deed: Deed) -> bool:
    """Whether the rule asks about anything that the deed changes."""
    return any(_told(part, deed) for part in parts(rule))


def _told(part: Mapping[str, Any], deed: Deed) -> bool:
    if "consent" in part:
        return deed.consent is not None and deed.consent[0] == part["consent"]
    return (
        ("property" in part and part["property"] in deed.properties)
        or ("tag" in part and part["tag"] in deed.tags)
        or ("event" in part and part["event"] == deed.event)
    )


def _outcome(condition: Mapping[str, Any], deed: Deed, *, heard: bool = False) -> bool | None:
    """Whether a condition holds once the deed is done; None where that depends on the person.

    ``heard``: the event being looked at is the one that the deed has recorded.
    """
    if "all" in condition:
        found = [_outcome(part, deed, heard=heard) for part in condition["all"]]
        return False if False in found else None if None in found else True
    if "any" in condition:
        found = [_outcome(part, deed, heard=heard) for part in condition["any"]]
        return True if True in found else None if None in found else False
    if "not" in condition:
        inner = _outcome(condition["not"], deed, heard=heard)
        return None if inner is None else not inner
    if heard and "field" in condition:
        return _compared(condition, deed.fields.get(condition["field"]))
    return _leaf(condition, deed) if _told(condition, deed) else None


def _leaf(condition: Mapping[str, Any], deed: Deed) -> bool | None:
    """The outcome of one question that the deed touches."""
    if "property" in condition:
        return _compared(condition, deed.properties[condition["property"]])
    if "tag" in condition:
        return deed.tags[condition["tag"]]
    if "consent" in condition:
        return _agreed(str(condition.get("topic") or ""), deed)
    where = condition.get("where")
    fits = True if where is None else _outcome(where, deed, heard=True)
    return True if fits and int(condition.get("times", 1)) == 1 else None


def _agreed(topic: str, deed: Deed) -> bool | None:
    _, told, given = deed.consent or ("", "", False)
    if told == topic:
        return given
    # Whoever leaves a channel leaves all its topics; all else depends on what was said before.
    return False if not told and not given else None


def _compared(condition: Mapping[str, Any], value: object) -> bool:
    operator = next(name for name in _VALUES if name in condition)
    return compare(value, operator, condition[operator])


# --- what nodes do --------------------------------------------------------------------------------------


def _started(node: Node) -> Deed:
    return Deed(node, flow=_text(node, "flow"))


def _recorded(node: Node) -> Deed:
    return Deed(node, event=_text(node, "event"), fields=_mapping(node, "properties"))


def _written(node: Node) -> Deed:
    gone, come = _names(node, "remove_tags"), _names(node, "add_tags")
    tags = {**dict.fromkeys(gone, False), **dict.fromkeys(come, True)}
    return Deed(node, properties=_mapping(node, "properties"), tags=tags)


def _said(node: Node) -> Deed:
    given = node.settings.get("given") == "yes"
    return Deed(node, consent=(_text(node, "channel"), _text(node, "topic"), given))


_DEEDS: Final[Mapping[str, Callable[[Node], Deed]]] = {
    "start": _started,
    "record": _recorded,
    "set": _written,
    "consent": _said,
}


def _text(node: Node, name: str) -> str:
    value = node.settings.get(name)
    return value if isinstance(value, str) else ""


def _mapping(node: Node, name: str) -> Mapping[str, Any]:
    value = node.settings.get(name)
    return value if isinstance(value, Mapping) else EMPTY


def _names(node: Node, name: str) -> list[str]:
    value = node.settings.get(name)
    return [one for one in value if isinstance(one, str)] if is_list(value) else []


class _Memo:
    """What each published flow does, worked out once as long as it is the same object."""

    def __init__(self) -> None:
        self._kept: dict[int, tuple[Flow, str, Sequence[Part]]] = {}

    def parts(self, name: str, flow: Flow) -> Sequence[Part]:
        """By start of a flow that is known under this name."""
        kept = self._kept.get(id(flow))
        if kept is not None and kept[0] is flow and kept[1] == name:
            return kept[2]
        found = list(_parts(name, flow))
        if len(self._kept) >= _MOST_KEPT:
            self._kept.clear()
        self._kept[id(flow)] = (flow, name, found)
        return found


def _parts(name: str, flow: Flow) -> Iterator[Part]:
    drawing = drawing_of(flow)
    deeds = {node.id: _DEEDS[node.kind](node) for node in drawing.by_id.values() if node.kind in _DEEDS}
    manual = next((node_id for node_id, node in drawing.by_id.items() if node.kind == "entry.manual"), None)
    for node_id in sorted(drawing.entries):
        # People are put in by hand at the first such start alone.
        if node_id == manual or drawing.by_id[node_id].kind != "entry.manual":
            yield Part(name, drawing.by_id[node_id], drawing, deeds)


_MEMO: Final = _Memo()
