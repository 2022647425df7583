"""From nodes and edges to the line that says them. Every part of a flow has exactly one such line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from app.flows.chains.steps import no_outlet, yes_outlets
from app.flows.chains.wording import bracketed, step_words
from app.flows.chains.words import is_bare, quoted, short_duration
from app.model.flow import Edge, Flow, Node
from app.model.kinds import Category, kind_of, outlets_of

_DEEPEST: Final = 3
"""Deeper branches are said in a statement of their own."""


def say_chain(part: Flow) -> str:
    """The line of these nodes and the edges among them; of nodes with the same id the first counts.

    Places, notes and frames are not said. ``read_chain`` gives the same part again, its nodes in the order of
    ``spoken``.
    """
    return _Speaker(part).line()


def spoken(part: Flow) -> tuple[str, ...]:
    """The ids of all nodes in the order in which the line names them."""
    speaker = _Speaker(part)
    speaker.line()
    return tuple(speaker.order)


@dataclass(slots=True)
class _Way:
    """Outlets that lead to one node. ``is_first``: the line comes to that node here; else by its label."""

    outlets: list[str]
    target: str
    extra: Mapping[str, Any]
    is_first: bool = False


@dataclass(frozen=True, slots=True)
class _Mark:
    """The label of a node, wherever it is needed: behind the node itself only if something leads back."""

    name: str
    is_needed: bool


@dataclass(slots=True)
class _Speaker:
    part: Flow
    order: list[str] = field(default_factory=list)
    _pieces: list[str | _Mark] = field(default_factory=list)
    _put_off: list[str] = field(default_factory=list)
    _nodes: dict[str, Node] = field(default_factory=dict)
    _ways: dict[str, list[_Way]] = field(default_factory=dict)
    _again: list[Edge] = field(default_factory=list)
    _asking: set[str] = field(default_factory=set)

    def line(self) -> str:
        """All statements, with semicolons between."""
        by_id = self.part.by_id
        self._nodes = {node.id: by_id[node.id] for node in self.part.nodes}
        self._sort_edges()
        heads = self._walk()
        for head in heads:
            self._statement(head)
            while self._put_off:
                self._statement(self._put_off.pop(0))
        for edge in self._again:
            self._pieces += ["; " if self._pieces else "", _Mark(edge.source, True), "? "]
            self._pieces += [self._outlet(edge.source, edge.outlet), _edge_words(edge.extra), ": "]
            self._pieces.append(_Mark(edge.target, True))
        return self._joined()

    # --- before anything is said ------------------------------------------------------------------------

    def _sort_edges(self) -> None:
        """Ways of each node in the order of its outlets; a second edge from one outlet is said at the end."""
        first: dict[str, dict[str, Edge]] = {name: {} for name in self._nodes}
        for edge in self.part.edges:
            if edge.source in self._nodes and edge.target in self._nodes:
                if edge.outlet in first[edge.source]:
                    self._again.append(edge)
                else:
                    first[edge.source][edge.outlet] = edge
        for name, edges in first.items():
            known = [outlet.name for outlet in outlets_of(self._nodes[name])]
            names = [one for one in known if one in edges] + sorted(edges.keys() - set(known))
            self._ways[name] = _grouped(edges[outlet] for outlet in names)

    def _walk(self) -> list[str]:
        """Marks the way on which the line first comes to each node; gives the heads of the statements."""
        led_to = {way.target for ways in self._ways.values() for way in ways}
        led_to |= {edge.target for edge in self._again}
        heads: list[str] = []
        seen: list[str] = []
        known: set[str] = set()
        for head in sorted(self._nodes, key=lambda name: name in led_to):
            if head in known:
                continue
            heads.append(head)
            known.add(head)
            seen.append(head)
            stack = [iter(self._ways[head])]
            while stack:
                way = next((way for way in stack[-1] if way.target not in known), None)
                if way is None:
                    stack.pop()
                    continue
                way.is_first = True
                known.add(way.target)
                seen.append(way.target)
                stack.append(iter(self._ways[way.target]))
        for name in reversed(seen):
            ways = self._ways[name]
            follows = any(way.is_first and way.target in self._asking for way in ways)
            if (ways and not self._goes_straight_on(name)) or follows:
                self._asking.add(name)
        return heads

    def _goes_straight_on(self, name: str) -> bool:
        """Whether “>” says all that leads on from here."""
        ways = self._ways[name]
        return (
            len(ways) == 1 and not ways[0].extra and set(ways[0].outlets) == {*yes_outlets(self._nodes[name])}
        )

    # --- saying -----------------------------------------------------------------------------------------

    def _statement(self, head: str) -> None:
        if self._pieces:
            self._pieces.append("; ")
        self._say(head, 0)

    def _say(self, name: str, depth: int) -> None:
        """A node and all that follows on the line; its last way goes on without parentheses."""
        while True:
            ways = self._said(name)
            if not ways:
                return
            *others, last = ways
            if self._goes_straight_on(name):
                self._pieces.append(" > ")
            else:
                self._pieces.append("?")
                for way in others:
                    self._say_way(name, way, depth)
                self._pieces += [" ", self._way_words(name, last), " "]
            if not last.is_first:
                self._pieces.append(_Mark(last.target, True))
                return
            name = last.target

    def _said(self, name: str) -> list[_Way]:
        """Says the node itself; gives its ways, those that ask again last."""
        node = self._nodes[name]
        self.order.append(name)
        timeout = any("timeout" in way.outlets for way in self._ways[name])
        words, settings = step_words(node, after=timeout and self._has_after(node))
        self._pieces += [words, _Mark(name, False), settings]
        return sorted(self._ways[name], key=lambda way: way.is_first and way.target in self._asking)

    def _say_way(self, name: str, way: _Way, depth: int) -> None:
        self._pieces += [" ", self._way_words(name, way), " "]
        if not way.is_first:
            self._pieces.append(_Mark(way.target, True))
        elif way.target not in self._asking:
            self._say(way.target, depth)
        elif depth >= _DEEPEST:
            self._pieces.append(_Mark(way.target, True))
            self._put_off.append(way.target)
        else:
            self._pieces.append("(")
            self._say(way.target, depth + 1)
            self._pieces.append(")")

    def _way_words(self, name: str, way: _Way) -> str:
        node = self._nodes[name]
        if not way.extra and (sugar := self._yes_or_no(node, way.outlets)):
            return f"{sugar}:"
        outlets = (
            f"after {short_duration(node.settings.get('timeout'))}"
            if outlet == "timeout" and self._has_after(node)
            else self._outlet(name, outlet)
            for outlet in way.outlets
        )
        return ", ".join(outlets) + _edge_words(way.extra) + ":"

    def _yes_or_no(self, node: Node, outlets: Sequence[str]) -> str:
        kind = kind_of(node)
        if kind is None or kind.category not in (Category.MESSAGE, Category.WAIT):
            return ""
        names = {outlet.name for outlet in outlets_of(node)}
        if names & {"yes", "no"}:
            return ""
        if set(outlets) == {*yes_outlets(node)} and (
            len(outlets) > 1 or kind.name == "wait" or "sent" not in outlets
        ):
            return "yes"
        return "no" if list(outlets) == ["timeout"] == [no_outlet(node)] and not self._has_after(node) else ""

    def _outlet(self, name: str, outlet: str) -> str:
        node = self._nodes[name]
        kind = kind_of(node)
        known = {one.name for one in outlets_of(node)}
        is_plain = outlet in known or ((kind is None or kind.name == "check") and outlet.lower() not in known)
        return outlet if is_plain and is_bare(outlet) else quoted(outlet)

    @staticmethod
    def _has_after(node: Node) -> bool:
        """Whether the time-out is said by its way: “after 1d:”."""
        return node.kind != "wait" and short_duration(node.settings.get("timeout")) is not None

    def _joined(self) -> str:
        needed = {piece.name for piece in self._pieces if isinstance(piece, _Mark) and piece.is_needed}
        labels = dict(zip((name for name in self.order if name in needed), _labels(), strict=False))
        told = []
        for piece in self._pieces:
            if isinstance(piece, str):
                told.append(piece)
            elif piece.is_needed:
                told.append(f"#{labels[piece.name]}")
            elif piece.name in labels:
                told.append(f" #{labels[piece.name]}")
        return "".join(told)


def _grouped(edges: Iterable[Edge]) -> list[_Way]:
    """Outlets that lead to the same node share a way, at the place of the first of them."""
    ways: list[_Way] = []
    by_target: dict[str, _Way] = {}
    for edge in edges:
        way = None if edge.extra else by_target.get(edge.target)
        if way is None:
            way = _Way([], edge.target, edge.extra)
            ways.append(way)
            if not edge.extra:
                by_target[edge.target] = way
        way.outlets.append(edge.outlet)
    return ways


def _edge_words(extra: Mapping[str, Any]) -> str:
    return bracketed(extra, {}) if extra else ""


def _labels() -> Iterator[str]:
    """The labels a, b … z, aa, ab … without end."""
    number = 0
    while True:
        number += 1
        label, rest = "", number
        while rest:
            rest, letter = divmod(rest - 1, 26)
            label = chr(97 + letter) + label
        yield label
