"""When people come to a node, counted from the start of their journey: the earliest and the latest moment."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import timedelta
from functools import lru_cache
from typing import Any, Final

from app.flows.checks.values import is_missing
from app.flows.graph import Drawing, drawing_of
from app.model.durations import parse_duration
from app.model.flow import Edge, Flow, Node
from app.model.frozen import dataclass
from app.model.kinds import OutletRole, kind_of, outlets_of, value_of
from app.model.rungs import rungs_of

_DAY: Final = 86_400
_MOST: Final = 400_000 * _DAY


@dataclass(frozen=True, slots=True)
class Span:
    """How long one way through a node takes, in seconds.

    It is not left before ``floor`` since the start of the journey, nor on account of it later than ``until``.
    """

    shortest: int = 0
    longest: int | None = 0
    floor: int = 0
    until: int = 0

    def earliest(self, arrival: int) -> int:
        return min(_MOST, max(arrival + self.shortest, self.floor))

    def latest(self, arrival: int | None) -> int | None:
        if arrival is None or self.longest is None:
            return None
        return min(_MOST, max(arrival + self.longest, self.until))


_Ways = dict[str, list[tuple[str, Span]]]
"""By node: where its edges lead and how long each way out of it takes."""


def arrivals(flow: Flow) -> Mapping[str, tuple[timedelta, timedelta | None]]:
    """By id of every node that can be reached: earliest and latest time since the start of the journey.

    The latest is None where there is no bound: behind a wait for a date of the person, or on a cycle. A month
    counts 28 to 31 days; that a channel is slow or the machine was off is not counted.
    """
    return arrivals_in(drawing_of(flow))


def arrivals_in(drawing: Drawing) -> Mapping[str, tuple[timedelta, timedelta | None]]:
    """The same for a drawing at hand."""
    return _found(drawing, _ways(drawing))


def _found(drawing: Drawing, ways: _Ways) -> Mapping[str, tuple[timedelta, timedelta | None]]:
    earliest = _earliest(ways, drawing.entries)
    latest = _latest(drawing, ways)
    return {
        node_id: (timedelta(seconds=seconds), _time(latest.get(node_id)))
        for node_id, seconds in earliest.items()
    }


def usual_arrivals(flow: Flow) -> Mapping[str, tuple[timedelta, timedelta | None]]:
    """The same as people would say it: ways by ``failed`` count only where no other leads.

    They would make everything that follows a message reachable at once.
    """
    failures = _failures(flow)
    drawing = drawing_of(flow)
    others = tuple(edge for edge in flow.edges if (edge.source, edge.outlet) not in failures)
    if len(others) == len(flow.edges):
        return arrivals_in(drawing)
    usual = drawing_of(replace(flow, edges=others))
    ways = _ways(usual)
    most = _found(usual, ways)
    _add(ways, drawing, [edge for edge in flow.edges if (edge.source, edge.outlet) in failures])
    return {**_found(drawing, ways), **most}


def shortest_from(drawing: Drawing, entry: str) -> Mapping[str, int]:
    """The fewest seconds from one start to every node to which a way leads from it."""
    return _earliest(_ways(drawing), [entry])


def _failures(flow: Flow) -> frozenset[tuple[str, str]]:
    """Nodes with their outlets for those whom nothing reached."""
    sources = {edge.source for edge in flow.edges}
    return frozenset(
        (node.id, outlet.name)
        for node in flow.nodes
        if node.id in sources
        for outlet in outlets_of(node)
        if outlet.role is OutletRole.FAILED
    )


def _time(seconds: int | None) -> timedelta | None:
    return None if seconds is None else timedelta(seconds=seconds)


def _ways(drawing: Drawing) -> _Ways:
    ways: _Ways = {node_id: [] for node_id in drawing.by_id}
    _add(ways, drawing, drawing.flow.edges)
    return ways


def _add(ways: _Ways, drawing: Drawing, edges: Iterable[Edge]) -> None:
    by_id = drawing.by_id
    for edge in edges:
        if edge.source in ways and edge.target in ways:
            ways[edge.source].append((edge.target, span_of(by_id[edge.source], edge.outlet)))


def _earliest(ways: _Ways, entries: Iterable[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    heap = [(0, node_id) for node_id in entries]
    while heap:
        arrival, node_id = heapq.heappop(heap)
        if node_id not in found:
            found[node_id] = arrival
            for target, span in ways[node_id]:
                if target not in found:
                    heapq.heappush(heap, (span.earliest(arrival), target))
    return found


def _latest(drawing: Drawing, ways: _Ways) -> dict[str, int | None]:
    found: dict[str, int | None] = dict.fromkeys(drawing.entries, 0)
    for node_id in drawing.order:
        if node_id in found:
            for target, span in ways[node_id]:
                found[target] = _later(found.get(target, 0), span.latest(found[node_id]))
    return {node_id: found[node_id] for node_id in drawing.order if node_id in found}


def _later(one: int | None, other: int | None) -> int | None:
    return None if one is None or other is None else max(one, other)


def span_of(node: Node, outlet: str) -> Span:
    """How long a person stands at the node who leaves it by this outlet."""
    kind = kind_of(node)
    if kind is None:
        return Span(longest=None)
    if kind.name == "delay":
        return _exactly(_text(value_of(node, "for")))
    if kind.name == "until":
        return _until(node)
    if kind.name == "reach":
        return _reach(node, outlet)
    timeout = _text(node.settings.get("timeout"))
    return _exactly(timeout) if outlet == "timeout" else _at_most(timeout)


def _reach(node: Node, outlet: str) -> Span:
    """Rungs that cannot be sent take no time; the time is out behind at least one that was tried in vain."""
    tried = [_exactly(_text(told.get("try_for"))) for _, told, _ in rungs_of(node)]
    longest = sum(one.longest or 0 for one in tried)
    shortest = min((one.shortest for one in tried), default=0) if outlet == "timeout" else 0
    return Span(shortest, longest)


def _until(node: Node) -> Span:
    days = 7 if not is_missing(node.settings.get("weekdays")) else 0
    days += 1 if not is_missing(node.settings.get("time")) else 0
    if node.settings.get("business") is True:
        # A shop opens at least once a week; holidays are not counted.
        days += 7
    since = node.settings.get("since_entry")
    if not is_missing(since):
        # The time of day is looked for from that moment on, and what has passed goes on at once.
        floor = _exactly(_text(since))
        last = floor.longest or 0
        return Span(floor=floor.shortest, until=last + days * _DAY)
    if not is_missing(node.settings.get("property")):
        return Span(longest=None)
    return Span(longest=days * _DAY)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


@lru_cache(maxsize=1024)
def _exactly(text: str) -> Span:
    """The span of a length of time. What cannot be read is no time: it is reported elsewhere."""
    try:
        duration = parse_duration(text)
    except ValueError:
        return Span()
    return Span(_seconds(duration.shortest()), _seconds(duration.longest()))


@lru_cache(maxsize=1024)
def _at_most(text: str) -> Span:
    return Span(0, _exactly(text).longest)


def seconds_of(text: Any) -> int:
    """The fewest seconds of a length of time; nothing for what cannot be read."""
    return _exactly(_text(text)).shortest


def longest_of(text: Any) -> int:
    """The most seconds of a length of time; nothing for what cannot be read."""
    return _exactly(_text(text)).longest or 0


def _seconds(time: timedelta) -> int:
    return int(time.total_seconds())
