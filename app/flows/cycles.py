"""One shortest cycle of a strongly connected component."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import networkx as nx

_MOST_STEPS: Final = 3_000_000


def shortest_cycle(graph: nx.DiGraph[str], component: frozenset[str], most: int = _MOST_STEPS) -> list[str]:
    """The nodes of one shortest cycle inside the component, in the order in which they lead on.

    Every node in turn is the start of a search no deeper than what could still be shorter, and is then taken
    out together with all that lies on no cycle any more. After ``most`` edges looked at the shortest one
    found so far is given, so that no drawing can hold up the check for more than about a second.
    """
    left = _Left(graph, component)
    best: list[str] = []
    steps = 0
    while (start := left.next_start()) is not None and steps < most:
        found, looked_at = _cycle_through(left.following, start, len(best) or len(component) + 1)
        steps += looked_at
        best = found or best
        if len(best) == 1:
            break
        left.remove(start)
    return best


def _cycle_through(following: Mapping[str, set[str]], start: str, bound: int) -> tuple[list[str], int]:
    """The shortest cycle through ``start`` with fewer than ``bound`` nodes, else nothing; edges looked at."""
    before: dict[str, str] = {}
    looked_at = 0
    layer = [start]
    for length in range(1, bound):
        closing = next((node for node in layer if start in following[node]), None)
        looked_at += len(layer)
        if closing is not None:
            return [*reversed(list(_way_back(before, closing))), closing], looked_at
        if length + 1 == bound:
            break
        beyond: list[str] = []
        for node in layer:
            fresh = [target for target in following[node] if target not in before]
            before.update(dict.fromkeys(fresh, node))
            beyond.extend(fresh)
            looked_at += len(following[node])
        layer = beyond
    return [], looked_at


def _way_back(before: Mapping[str, str], node: str) -> Iterator[str]:
    while node in before:
        node = before[node]
        yield node


class _Left:
    """What is left of the component; nodes that lost all ways in or out go with the one removed."""

    def __init__(self, graph: nx.DiGraph[str], component: frozenset[str]) -> None:
        self.following = {node: set(component.intersection(graph.succ[node])) for node in sorted(component)}
        self._leading = {node: set(component.intersection(graph.pred[node])) for node in self.following}
        self._all = iter(list(self.following))
        self._near: list[str] = []

    def next_start(self) -> str | None:
        """A node that is left, if possible one beside the last removed: its cycles are nearly cut."""
        while self._near:
            node = self._near.pop()
            if node in self.following:
                return node
        return next((node for node in self._all if node in self.following), None)

    def remove(self, node: str) -> None:
        """Takes the node out, and whatever then lies on no cycle."""
        self._near = sorted(self.following[node], reverse=True)
        todo = [node]
        while todo:
            gone = todo.pop()
            todo.extend(_cut(self.following, self._leading, gone))
            todo.extend(_cut(self._leading, self.following, gone))


def _cut(ways: dict[str, set[str]], back: dict[str, set[str]], gone: str) -> Iterator[str]:
    """Forgets the ways of ``gone`` on one side; gives the nodes that have none left on the other."""
    for node in ways.pop(gone, ()):
        if node in back:
            back[node].discard(gone)
            if not back[node]:
                yield node
