"""The drawing as a graph, made once for all checks.

What a window asks of it in its first second needs no networkx, which is heavy and comes when it is wanted.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from app.flows.words import node_name
from app.model.flow import Flow, Node
from app.model.frozen import dataclass
from app.model.kinds import Category, kind_of

if TYPE_CHECKING:
    import networkx as nx


@dataclass(frozen=True)
class Drawing:
    """A flow with its graph: ids of nodes, and every edge both ends of which exist, whatever its outlet."""

    flow: Flow
    following: Mapping[str, Mapping[str, None]]
    """By id of every node: the ids to which edges lead, each once."""

    @cached_property
    def graph(self) -> nx.DiGraph[str]:
        """The same for networkx."""
        import networkx as nx

        graph: nx.DiGraph[str] = nx.DiGraph()
        graph.add_nodes_from(self.following)
        graph.add_edges_from((one, other) for one, others in self.following.items() for other in others)
        return graph

    @cached_property
    def by_id(self) -> Mapping[str, Node]:
        """Nodes by id in the order of the flow; of two with the same id the first."""
        found: dict[str, Node] = {}
        for node in self.flow.nodes:
            found.setdefault(node.id, node)
        return found

    @cached_property
    def entries(self) -> frozenset[str]:
        """Ids of the nodes where journeys begin."""
        return frozenset(node_id for node_id, node in self.by_id.items() if _is_entry(node))

    @cached_property
    def reachable(self) -> frozenset[str]:
        """Ids of all nodes to which a way leads from an entry, entries included."""
        seen = set(self.entries)
        todo = list(seen)
        while todo:
            fresh = [target for target in self.following[todo.pop()] if target not in seen]
            seen.update(fresh)
            todo.extend(fresh)
        return frozenset(seen)

    @cached_property
    def knots(self) -> tuple[frozenset[str], ...]:
        """The strongly connected components that people could go round in for ever."""
        if len(self.order) == len(self.following):
            return ()
        import networkx as nx

        return tuple(
            frozenset(part)
            for part in nx.strongly_connected_components(self.graph)
            if len(part) > 1 or any(node_id in self.following[node_id] for node_id in part)
        )

    @cached_property
    def order(self) -> tuple[str, ...]:
        """All ids so that every edge leads forward; those on cycles and behind them are left out."""
        waiting = dict.fromkeys(self.following, 0)
        for targets in self.following.values():
            for target in targets:
                waiting[target] += 1
        ready = [node_id for node_id, ways_in in waiting.items() if not ways_in]
        for node_id in ready:
            for target in self.following[node_id]:
                waiting[target] -= 1
                if not waiting[target]:
                    ready.append(target)
        return tuple(ready)

    def name(self, node_id: str) -> str:
        """What the node is called in a sentence."""
        return node_name(self.by_id[node_id])


def drawing_of(flow: Flow) -> Drawing:
    """The drawing of a flow; of nodes with the same id the first counts."""
    following: dict[str, dict[str, None]] = {node.id: {} for node in flow.nodes}
    for edge in flow.edges:
        if edge.source in following and edge.target in following:
            following[edge.source][edge.target] = None
    return Drawing(flow, following)


def _is_entry(node: Node) -> bool:
    """Whether journeys begin there, also at an entry of a newer release."""
    kind = kind_of(node)
    return kind.category is Category.ENTRY if kind else node.kind.startswith("entry.")
