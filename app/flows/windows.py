"""How long ago a person has last written when a message with a reply window is sent (rule 17)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from app.flows.arrivals import Span, longest_of, span_of
from app.flows.checks.values import is_list, is_missing
from app.flows.graph import Drawing, drawing_of
from app.model.durations import parse_duration
from app.model.flow import Flow, Node
from app.model.kinds import KINDS, kind_of
from app.model.rungs import rungs_of, senders_of

WINDOWS: Final[Mapping[str, timedelta]] = {
    kind.channel: parse_duration(kind.window).shortest() for kind in KINDS.values() if kind.window
}
"""By channel: how long after the person's last message to that sender a business may write."""
CLOSE: Final = 0.8
"""From this share of the window on it is close."""
_REPLIES: Final = frozenset({"replied"})
_LONG: Final = 400_000 * 86_400


@dataclass(frozen=True, slots=True)
class Ring:
    """What the ring around a node's tile shows: time from the person's last message to this node's sending.

    ``longest`` is None where there is no bound. Where ``unknown`` holds, a way leads here on which the person
    has not written inside the flow: the time before it is asked for each person at sending, and of that way
    only what the flow itself adds is counted.
    """

    channel: str
    window: timedelta
    shortest: timedelta
    longest: timedelta | None
    unknown: bool

    @property
    def share(self) -> float:
        """The longest time as a share of the window; 1 and more is outside."""
        return 1.0 if self.longest is None else self.longest / self.window

    @property
    def leaves(self) -> bool:
        """Whether a way leads here on which the window has closed."""
        return self.longest is None or self.longest > self.window

    @property
    def always_leaves(self) -> bool:
        """Whether the window has closed on every way that leads here."""
        return self.shortest > self.window

    @property
    def is_close(self) -> bool:
        """Whether it fits, and hardly anything may be added."""
        return not self.leaves and self.share > CLOSE


@dataclass(frozen=True, slots=True)
class _Clock:
    """Bounds over all ways to one node, in seconds. ``began_*``: when the clock began, since the entry."""

    shortest: int
    longest: int
    began_first: int
    began_last: int

    def with_(self, other: _Clock | None) -> _Clock:
        if other is None:
            return self
        return _Clock(
            min(self.shortest, other.shortest),
            max(self.longest, other.longest),
            min(self.began_first, other.began_first),
            max(self.began_last, other.began_last),
        )

    def after(self, span: Span) -> _Clock:
        """The clock when a node is left that takes so long.

        A floor counts from the entry, the clock from its own beginning. The shortest time behind a floor is a
        lower bound: the way that began last need not be the one that came here first.
        """
        longest = _LONG if span.longest is None else self.longest + span.longest
        if span.until:
            longest = max(longest, span.until - self.began_first)
        return _Clock(
            min(_LONG, max(self.shortest + span.shortest, span.floor - self.began_last)),
            min(_LONG, longest),
            self.began_first,
            self.began_last,
        )


@dataclass(frozen=True, slots=True)
class _State:
    """What is known at a node: since the entry, since a message of the person, and on ways without one."""

    entry: _Clock
    known: _Clock | None
    unknown: _Clock | None

    def with_(self, other: _State | None) -> _State:
        if other is None:
            return self
        return _State(
            self.entry.with_(other.entry),
            self.known.with_(other.known) if self.known else other.known,
            self.unknown.with_(other.unknown) if self.unknown else other.unknown,
        )

    def after(self, span: Span, *, writes: bool) -> _State:
        """The state when a node is left by one outlet; ``writes``: by it only a person leaves who wrote."""
        entry = self.entry.after(span)
        if writes:
            return _State(entry, _Clock(0, 0, entry.shortest, entry.longest), None)
        return _State(
            entry,
            self.known.after(span) if self.known else None,
            self.unknown.after(span) if self.unknown else None,
        )

    def unbounded(self, *, writes: bool) -> _State:
        """The same somewhere on a circle: any time may have passed; ``writes``: also since a message."""
        lost = [
            None if one is None else _Clock(one.shortest, _LONG, one.began_first, _LONG)
            for one in (self.entry, self.known, self.unknown)
        ]
        entry = lost[0] or self.entry
        known = _Clock(0, _LONG, entry.shortest, _LONG).with_(lost[1]) if writes else lost[1]
        return _State(entry, known, lost[2])


def rings(flow: Flow) -> Mapping[str, Ring]:
    """By id of every node that can be reached and whose channel has a window; never raises."""
    return rings_in(drawing_of(flow))


def rings_in(drawing: Drawing) -> Mapping[str, Ring]:
    """The same for a drawing at hand: one pass over the nodes and edges for each channel that is used."""
    found: dict[str, Ring] = {}
    channels = {node_id: channel for node_id, node in drawing.by_id.items() if (channel := channel_of(node))}
    for channel in sorted(set(channels.values())):
        states = _states(drawing, channel)
        for node_id, own in channels.items():
            if own == channel and node_id in states:
                found[node_id] = _ring(drawing.by_id[node_id], channel, states[node_id])
    return {node_id: found[node_id] for node_id in channels if node_id in found}


def channel_of(node: Node) -> str:
    """The node's channel with a window; of a ``reach`` the one whose window is the shortest; else empty."""
    channels = [kind.channel for _, sender in senders_of(node) if (kind := kind_of(sender))]
    windowed = [name for name in channels if name in WINDOWS]
    return min(windowed, key=WINDOWS.__getitem__, default="")


def proves_message(node: Node, outlet: str, channel: str) -> bool:
    """Whether only a person leaves by this outlet who has just written to our sender on this channel."""
    kind = kind_of(node)
    if kind is None:
        return False
    if kind.name == "entry.reply":
        named = node.settings.get("channel")
        return is_missing(named) or named == channel
    if kind.name == "wait":
        events = node.settings.get("events")
        names = {name for name in events if isinstance(name, str)} if is_list(events) else set()
        return outlet == "happened" and bool(names) and names <= _REPLIES
    return outlet in _REPLIES and _answered_by(node) == {channel}


def _answered_by(node: Node) -> set[str]:
    """The channels on which people may answer this message: of a ``reach`` those of all its rungs."""
    kinds = [kind for _, sender in senders_of(node) if (kind := kind_of(sender))]
    return {kind.channel for kind in kinds if not _REPLIES.isdisjoint(kind.reactions)}


def _tried_before(node: Node, channel: str) -> int:
    """The longest time in seconds for which a ``reach`` tries other ways before its last one by this."""
    before = waited = 0
    for _, told, rung in rungs_of(node):
        if (kind := kind_of(rung)) and kind.channel == channel:
            before = waited
        waited += longest_of(told.get("try_for"))
    return before


def _ring(node: Node, channel: str, state: _State) -> Ring:
    clocks = [clock for clock in (state.known, state.unknown) if clock is not None]
    longest = max(clock.longest for clock in clocks) + _tried_before(node, channel)
    return Ring(
        channel,
        WINDOWS[channel],
        timedelta(seconds=min(clock.shortest for clock in clocks)),
        None if longest >= _LONG else timedelta(seconds=longest),
        state.unknown is not None,
    )


def _states(drawing: Drawing, channel: str) -> dict[str, _State]:
    start = _Clock(0, 0, 0, 0)
    found = dict.fromkeys(drawing.entries, _State(start, None, start))
    leaving: dict[str, list[tuple[str, str]]] = {}
    for edge in drawing.flow.edges:
        leaving.setdefault(edge.source, []).append((edge.outlet, edge.target))
    for part in _parts(drawing):
        if len(part) > 1 or part[0] in drawing.following[part[0]]:
            _settle_knot(drawing, channel, part, leaving, found)
        for node_id in part:
            if (state := found.get(node_id)) is None:
                continue
            node, inside = drawing.by_id[node_id], set(part)
            for outlet, target in leaving.get(node_id, ()):
                if target in drawing.by_id and target not in inside:
                    left = state.after(span_of(node, outlet), writes=proves_message(node, outlet, channel))
                    found[target] = left.with_(found.get(target))
    return found


def _parts(drawing: Drawing) -> Iterator[list[str]]:
    """Nodes alone, knots together, so that every edge between two of them leads forward."""
    if not drawing.knots:
        for node_id in drawing.order:
            yield [node_id]
        return
    import networkx as nx

    for part in reversed(list(nx.strongly_connected_components(drawing.graph))):
        yield sorted(part)


def _settle_knot(
    drawing: Drawing,
    channel: str,
    part: list[str],
    leaving: Mapping[str, list[tuple[str, str]]],
    found: dict[str, _State],
) -> None:
    """Who is on a circle may have been there for any time: one bound for all of its nodes."""
    inside = set(part)
    inner: _State | None = None
    for node_id in part:
        if node_id in found:
            inner = found[node_id].with_(inner)
    if inner is None:
        return
    writes = any(
        proves_message(drawing.by_id[node_id], outlet, channel)
        for node_id in part
        for outlet, target in leaving.get(node_id, ())
        if target in inside
    )
    found.update(dict.fromkeys(part, inner.unbounded(writes=writes)))
