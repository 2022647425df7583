"""What is known of a drawing from outside: problems, numbers, pause, and one person's way."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import field
from enum import Enum
from typing import TYPE_CHECKING

from app.canvas.edits import EdgeKey, key_of
from app.model.counts import Counts
from app.model.flow import EMPTY, Problem
from app.model.frozen import dataclass

if TYPE_CHECKING:
    from app.flows.windows import Ring


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the way that is shown: the outlet by which ``node`` was left, and words such as a time."""

    node: str
    outlet: str = ""
    words: str = ""


class Changed(Enum):
    """What became of a part between two versions."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Change:
    """What became of a node, and words such as “was 1 hour”."""

    sort: Changed
    words: str = ""


@dataclass(frozen=True, slots=True)
class Mark:
    """What stands on one node beside its face."""

    here: int = 0
    problems: int = 0
    severe: bool = False
    words: str = ""
    """The first problem, in words."""
    missing_channel: bool = False
    paused: str | None = None
    """Since when, in words such as “since 9:12”; None: not paused."""
    change: Change | None = None
    """What became of it since another version, where two are compared."""
    failed: int = 0
    """Messages that could not be sent."""
    ring: Ring | None = None
    """Time since the person last wrote, of a message whose channel has a window."""
    worked: tuple[int, ...] = ()
    """How many of a hundred each way of a “first that works” took; empty where nobody knows."""


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything from outside, for the whole drawing."""

    problems: tuple[Problem, ...] = ()
    counts: Counts = field(default_factory=Counts)
    paused: str | None = None
    way: tuple[Step, ...] = ()
    by_node: Mapping[str, tuple[Problem, ...]] = EMPTY
    bad_edges: frozenset[EdgeKey] = frozenset()
    way_nodes: frozenset[str] = frozenset()
    way_words: Mapping[tuple[str, str], str] = EMPTY
    node_changes: Mapping[str, Change] = EMPTY
    edge_changes: Mapping[EdgeKey, Changed] = EMPTY
    failed: Mapping[str, int] = EMPTY
    rings: Mapping[str, Ring] = EMPTY
    worked: Mapping[str, tuple[int, ...]] = EMPTY

    def mark(self, node_id: str, inside: Collection[str] = ()) -> Mark:
        """What stands on this node; of a box over the nodes ``inside``, what stands on all of them."""
        names = inside or (node_id,)
        problems = tuple({id(one): one for name in names for one in self.by_node.get(name, ())}.values())
        first = next((one for one in problems if one.severity == "error"), problems[0] if problems else None)
        return Mark(
            here=sum(self.counts.here.get(name, 0) for name in names),
            problems=len(problems),
            severe=first is not None and first.severity == "error",
            words=first.message if first else "",
            missing_channel=any(one.code == "channel-not-set-up" for one in problems),
            paused=self.paused,
            change=next((self.node_changes[name] for name in names if name in self.node_changes), None),
            failed=sum(self.failed.get(name, 0) for name in names),
            ring=None if inside else self.rings.get(node_id),
            worked=() if inside else self.worked.get(node_id, ()),
        )


def problems_by_node(problems: Iterable[Problem]) -> dict[str, tuple[Problem, ...]]:
    """Each node's problems, in the order in which they are listed."""
    found: dict[str, list[Problem]] = {}
    for problem in problems:
        for node_id in dict.fromkeys(problem.nodes):
            found.setdefault(node_id, []).append(problem)
    return {node_id: tuple(listed) for node_id, listed in found.items()}


def worked(counts: Counts) -> dict[str, tuple[int, ...]]:
    """By node that tries several ways: how many of a hundred were reached by each."""
    found: dict[str, dict[int, int]] = {}
    for (node_id, name), count in counts.names.items():
        if name.startswith("rung:"):
            found.setdefault(node_id, {})[int(name.removeprefix("rung:"))] = count
    shares = {}
    for node_id, rungs in found.items():
        whole = sum(rungs.values())
        if whole:
            places = range(max(rungs) + 1)
            shares[node_id] = tuple(round(100 * rungs.get(place, 0) / whole) for place in places)
    return shares


def bad_edges(problems: Iterable[Problem]) -> frozenset[EdgeKey]:
    """The edges that a problem is about."""
    return frozenset(key_of(problem.edge) for problem in problems if problem.edge is not None)
