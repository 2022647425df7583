"""The day ruler's marks: when people reach each column at the earliest and at the latest. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Final

from app.canvas.words import tr
from app.flows.arrivals import usual_arrivals
from app.flows.telling import between, length
from app.model.flow import Flow, Node
from app.model.frozen import dataclass
from app.model.kinds import Category, kind_of

_DAY: Final = timedelta(days=1)
_COLUMN: Final = 168.0
_HOUR: Final = timedelta(hours=1)
_TIMING: Final = (
    "for",
    "timeout",
    "since_entry",
    "property",
    "weekdays",
    "time",
    "business",
    "reactions",
    "ways",
    "arms",
    "hold_out",
    "rungs",
)
"""Settings on which times and outlets hang."""


@dataclass(frozen=True, slots=True)
class Tick:
    """One mark of the ruler at ``x`` of the scene."""

    x: float
    words: str
    nodes: tuple[str, ...]
    exact: str = ""
    """The same without rounding, for the tooltip."""


def ticks(flow: Flow, places: Mapping[str, float]) -> list[Tick]:
    """One mark for each column of nodes, from left to right, where it says another time than the one before.

    ``places``: the left edge of each node. Waits carry no mark: they are the way to the next one. Ways by
    ``failed`` count only where no other leads: they would make everything reachable at once.
    """
    spans = _SPANS.of(flow)
    marked = sorted(
        (places[name], name)
        for name in spans
        if name in places and (kind := kind_of(flow.by_id[name])) and kind.category is not Category.WAIT
    )
    found: list[Tick] = []
    column: list[str] = []
    for number, (_, name) in enumerate(marked):
        column.append(name)
        start = places[column[0]]
        if number + 1 < len(marked) and marked[number + 1][0] - start < _COLUMN:
            continue
        bounds = [spans[one][1] for one in column]
        last = None if None in bounds else max(bound for bound in bounds if bound is not None)
        words = span_words(min(spans[one][0] for one in column), last)
        if not found or found[-1].words != words:
            exact = exact_words(min(spans[one][0] for one in column), last)
            found.append(Tick(start, words, tuple(sorted(column)), exact))
        else:
            found[-1] = replace(found[-1], nodes=tuple(sorted((*found[-1].nodes, *column))))
        column = []
    return found


class Spans:
    """Arrivals of the flow asked last: moving nodes and writing texts changes no times."""

    def __init__(self) -> None:
        self._flow: Flow | None = None
        self._found: Mapping[str, tuple[timedelta, timedelta | None]] = {}

    def of(self, flow: Flow) -> Mapping[str, tuple[timedelta, timedelta | None]]:
        """As ``usual_arrivals``."""
        if self._flow is None or not _times_alike(self._flow, flow):
            self._found = usual_arrivals(flow)
        self._flow = flow
        return self._found


_SPANS: Final = Spans()


def _times_alike(one: Flow, other: Flow) -> bool:
    return (
        len(one.nodes) == len(other.nodes)
        and one.edges == other.edges
        and all(a is b or _waits_alike(a, b) for a, b in zip(one.nodes, other.nodes, strict=True))
    )


def _waits_alike(one: Node, other: Node) -> bool:
    if (one.id, one.kind) != (other.id, other.kind):
        return False
    same = one.settings is other.settings
    return same or all(one.settings.get(name) == other.settings.get(name) for name in _TIMING)


def exact_words(first: timedelta, last: timedelta | None) -> str:
    """“2 days 3 hours to 5 days after the start”."""
    if last is None:
        return tr("{first} after the start or later").format(first=length(first))
    if first == last:
        return tr("{first} after the start").format(first=length(first)) if first else tr("At the start")
    return tr("{span} after the start").format(span=between(first, last))


def span_words(first: timedelta, last: timedelta | None) -> str:
    """“Start”, “30 min”, “1 h 30 to 1 day”, “from 2 days” where there is no latest time."""
    if not first and (last is None or not last):
        return tr("Start")
    if last is None:
        return tr("from {first}").format(first=length_words(first))
    one, other = length_words(first), length_words(last)
    if one == other:
        return one
    if not first:
        return tr("up to {last}").format(last=other)
    if first >= _DAY:
        one = str(round(first / _DAY))
    return tr("{first} to {last}").format(first=one, last=other)


def length_words(length: timedelta) -> str:
    """“30 min”, “1 h 30”, “2 days”; beyond a day in days, rounded."""
    if length >= _DAY:
        days = round(length / _DAY)
        return tr("1 day") if days == 1 else tr("{count} days").format(count=days)
    hours, rest = divmod(length, _HOUR)
    minutes = round(rest / timedelta(minutes=1))
    if not hours:
        return tr("{count} min").format(count=minutes)
    return tr("{count} h").format(count=hours) + (f" {minutes}" if minutes else "")
