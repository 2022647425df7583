"""One sentence for each node: who gets here, when, and how many are here now."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from functools import cached_property
from typing import Final

from app.flows.arrivals import usual_arrivals
from app.flows.graph import Drawing, drawing_of
from app.flows.telling import between, came_in, did_event, event_names, left_by, length
from app.flows.words import node_name, together
from app.model.flow import Edge, Flow, Node
from app.model.kinds import FAILED, Category, kind_of, outlets_of
from app.model.ports import Counts

_ROOT: Final = 0
"""Stands before all starts; no id is a number."""
_MOST: Final = 3
_NOTHING: Final = timedelta(0)


def describe(flow: Flow, node_id: str, counts: Counts | None = None) -> str:
    """“Letter 2: people who left a basket and opened Letter 1 get here 1 hour after the start. 12 are here
    now.” Never raises; empty for a node that is not there.

    Linear in the flow for its first node, and in what leads to the node for each further one of it.
    """
    node = flow.by_id.get(node_id)
    if node is None:
        return ""
    told = about(flow, node_id, counts)
    return f"{' '.join(node_name(node).split())}: {told[:1].lower()}{told[1:]}"


def about(flow: Flow, node_id: str, counts: Counts | None = None) -> str:
    """The same without the node's title in front."""
    if node_id not in flow.by_id:
        return ""
    story = _MEMO.story(flow)
    return " ".join([story.who(node_id), *_now(flow, node_id, counts)])


def _now(flow: Flow, node_id: str, counts: Counts | None) -> Iterator[str]:
    if counts is None:
        return
    here = counts.here.get(node_id, 0)
    if here > 0:
        yield f"{here:,} {'is' if here == 1 else 'are'} here now."
    failed = failures(counts, flow).get(node_id, 0)
    if failed > 0:
        yield f"{failed:,} could not get it."


def failures(counts: Counts, flow: Flow) -> Mapping[str, int]:
    """By node: how many messages could not be sent; of a ``reach`` how many people no way worked for."""
    found: dict[str, int] = {}
    for (node_id, name), count in counts.names.items():
        if name.startswith("failed:") and not _is_reach(flow, node_id):
            found[node_id] = found.get(node_id, 0) + count
    for (node_id, outlet), count in counts.edges.items():
        if outlet == FAILED.name and _is_reach(flow, node_id):
            found[node_id] = count
    return found


def _is_reach(flow: Flow, node_id: str) -> bool:
    node = flow.by_id.get(node_id)
    return node is not None and node.kind == "reach"


class _Story:
    """What the sentences of one flow share."""

    def __init__(self, flow: Flow) -> None:
        self.flow = flow

    @cached_property
    def drawing(self) -> Drawing:
        return drawing_of(self.flow)

    @cached_property
    def times(self) -> Mapping[str, tuple[timedelta, timedelta | None]]:
        return usual_arrivals(self.flow)

    @cached_property
    def into(self) -> Mapping[str, Sequence[Edge]]:
        """Edges that people can come by, by target."""
        found: dict[str, list[Edge]] = {}
        for edge in self.flow.edges:
            if edge.source in self.drawing.reachable and edge.target in self.drawing.by_id:
                found.setdefault(edge.target, []).append(edge)
        return found

    @cached_property
    def leaving(self) -> Mapping[str, Sequence[Edge]]:
        found: dict[str, list[Edge]] = {}
        for edge in self.flow.edges:
            found.setdefault(edge.source, []).append(edge)
        return found

    @cached_property
    def before(self) -> Mapping[str, str]:
        """By node: the last one that every way to it passes; missing where starts alone are passed."""
        import networkx as nx  # comes with the first sentence, not with the window

        graph: nx.DiGraph[object] = nx.DiGraph()
        graph.add_edges_from((_ROOT, entry) for entry in sorted(self.drawing.entries))
        for target, edges in self.into.items():
            graph.add_edges_from((edge.source, target) for edge in edges)
        found = nx.immediate_dominators(graph, _ROOT) if _ROOT in graph else {}
        return {
            one: last
            for one, last in found.items()
            if isinstance(one, str) and isinstance(last, str) and one not in self.drawing.entries
        }

    def who(self, node_id: str) -> str:
        """Who gets here and when."""
        node = self.drawing.by_id[node_id]
        if node_id in self.drawing.entries:
            said = came_in(node)
            return "People start here." if said.startswith("came in at") else f"People who {said} start here."
        if node_id not in self.drawing.reachable:
            return "Nobody gets here: no way leads here from a start."
        come = "end here" if _ends(node) else "get here"
        clauses = self._clauses(node_id)
        when = self._when(node_id)
        return f"People who {together(clauses, len(clauses))} {come}{when}{self._ways(node_id)}."

    def _clauses(self, node_id: str) -> list[str]:
        leads = self._leads_to(node_id)
        entries = [one for one in self.drawing.entries if one in leads]
        entry = sorted(entries, key=list(self.drawing.by_id).index) if len(entries) < _MOST else entries
        first = " or ".join(came_in(self.drawing.by_id[one]) for one in entry[:_MOST])
        if len(entries) > _MOST:
            first = f"came in at one of {len(entries)} starts"
        passed = self._passed(node_id)
        met = [clause for one in passed if (clause := self._clause(one, leads, last=one == passed[-1]))]
        if len(met) > _MOST:
            met = [f"met {len(met) - _MOST:,} conditions before", *met[-_MOST:]]
        return [first, *met, *self._still_inside(self.drawing.by_id[node_id])]

    def _passed(self, node_id: str) -> list[str]:
        """The nodes that every way passes, the first one first."""
        found: list[str] = []
        one = self.before.get(node_id)
        while one is not None:
            found.append(one)
            one = self.before.get(one)
        return found[::-1]

    def _leads_to(self, node_id: str) -> set[str]:
        """The node and all from which people come to it."""
        seen, todo = {node_id}, [node_id]
        while todo:
            for edge in self.into.get(todo.pop(), ()):
                if edge.source not in seen:
                    seen.add(edge.source)
                    todo.append(edge.source)
        return seen

    def _clause(self, passed: str, leads: set[str], *, last: bool) -> str:
        """What people must have done at a node that all of them passed; empty where every outlet leads on.

        That a message reached them is worth saying of the last one alone.
        """
        node = self.drawing.by_id[passed]
        leading = {edge.outlet for edge in self.leaving.get(passed, ()) if edge.target in leads}
        there = {one.name for one in outlets_of(node)}
        if there <= leading or (leading and there - leading == {"failed"} and "timeout" in leading):
            return ""
        return "" if leading == {"sent"} and not last else left_by(node, leading)

    def _still_inside(self, node: Node) -> list[str]:
        if _ends(node):
            return []
        goal = self.flow.settings.get("goal")
        events = event_names(goal.get("events")) if isinstance(goal, Mapping) else ()
        return [f"have not {_have(did_event(events[:1]))}"] if events else []

    def _when(self, node_id: str) -> str:
        found = self.times.get(node_id)
        if found is None:
            return ""
        first, last = found
        if last is None:
            return f" {length(first)} after the start or later" if first else " some time after the start"
        if first == last:
            return f" {length(first)} after the start" if first else " at once"
        if not first:
            return f" within {length(last)} of the start"
        return f" {between(first, last)} after the start"

    def _ways(self, node_id: str) -> str:
        """Said where the ways differ in more than one node's outlets."""
        edges = self.into.get(node_id, ())
        if len(edges) < 2 or len({edge.source for edge in edges}) < 2:
            return ""
        return f", by one of {len(edges):,} ways"


def _have(did: str) -> str:
    """“completed an order” behind “have not”; what was had there is “had” too."""
    return did.replace("came to", "come to")


def _ends(node: Node) -> bool:
    kind = kind_of(node)
    return kind is not None and kind.category is Category.END


class _Memo:
    """The story of the flow asked last: all nodes of one drawing are told of together."""

    def __init__(self) -> None:
        self._last: _Story | None = None

    def story(self, flow: Flow) -> _Story:
        last = self._last
        if last is None or last.flow is not flow:
            last = self._last = _Story(flow)
        return last


_MEMO: Final = _Memo()
