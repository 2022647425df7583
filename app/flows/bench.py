"""What checking costs, as ratios to building the networkx graph of the same flow in the same run."""

from __future__ import annotations

import gc
import random
import time
from collections.abc import Callable
from statistics import median
from typing import Any, Final

import networkx as nx

from app.flows.checks.structure import structure
from app.flows.graph import drawing_of
from app.flows.validate import validate
from app.model.flow import Edge, Flow, Node

BAR: Final = 8.0
_ROUNDS: Final = 9
_FEW_ROUNDS: Final = 3
_COMPLETE: Final = 300


def measure_check(nodes: int = 5_000) -> list[dict[str, Any]]:
    """Figures ``{"name", "value", "unit", "limit", "ratio", "bar"}``; times in milliseconds, medians.

    ``limit`` is what building the networkx graph took; ``bar`` is the largest ratio allowed, or None.
    """
    flow = sample_flow(nodes)
    complete = complete_flow(_COMPLETE)
    return [
        _figure(f"graph checks, {nodes:,} nodes", flow, lambda: list(structure(drawing_of(flow))), BAR),
        _figure(f"whole check with known texts, {nodes:,} nodes", flow, lambda: validate(flow), None),
        _figure(f"whole check, complete graph of {_COMPLETE}", complete, lambda: validate(complete), None),
    ]


def sample_flow(nodes: int) -> Flow:
    """A long flow of letters, waits and branches with a few cycles and a few nodes that nobody comes to."""
    chance = random.Random(5)
    boxes = [Node("n0", "entry.manual", "Start"), *(_sample_node(number) for number in range(1, nodes))]
    edges = [Edge("n0", "entered", "n1")]
    for number in range(1, nodes):
        for outlet in _OUTLETS[number % len(_OUTLETS)]:
            step = chance.randint(1, 12) if chance.random() > 0.001 else -chance.randint(1, 12)
            edges.append(Edge(f"n{number}", outlet, f"n{min(nodes - 1, max(1, number + step))}"))
    return Flow("Sample", tuple(boxes), tuple(edges))


_OUTLETS: Final = (("opened", "timeout", "failed"), ("next",), ("regulars", "else"))


def _sample_node(number: int) -> Node:
    kind = number % len(_OUTLETS)
    if kind == 0:
        text = {"subject": f"Hello {{{{ first_name }}}}, number {number}", "body": f"Text {number}"}
        return Node(
            f"n{number}",
            "email",
            f"Letter {number}",
            settings=text | {"reactions": ["opened"], "timeout": "P1D"},
        )
    if kind == 1:
        return Node(f"n{number}", "delay", settings={"for": "P1D"})
    return Node(f"n{number}", "check", settings={"ways": [{"name": "regulars", "when": {"tag": "regular"}}]})


def complete_flow(nodes: int) -> Flow:
    """Every node leads to every other one: the worst that can be drawn."""
    ids = [f"n{number}" for number in range(nodes)]
    ways = [{"name": name, "when": {"tag": "regular"}} for name in ids]
    boxes = [Node("start", "entry.manual"), *(Node(name, "check", settings={"ways": ways}) for name in ids)]
    edges = [Edge(source, target, target) for source in ids for target in ids if source != target]
    return Flow("Complete", tuple(boxes), (Edge("start", "entered", ids[0]), *edges))


def _figure(name: str, flow: Flow, work: Callable[[], object], bar: float | None) -> dict[str, Any]:
    """Medians of rounds that time one side right beside the other, so that a busy machine slows both."""
    rounds = _FEW_ROUNDS if bar is None else _ROUNDS
    pairs = [
        (_time(work), (_time(lambda: _bare(flow)) + _time(lambda: _bare(flow))) / 2) for _ in range(rounds)
    ]
    return {
        "name": name,
        "value": round(median(ours for ours, _ in pairs) * 1000, 2),
        "unit": "ms",
        "limit": round(median(bare for _, bare in pairs) * 1000, 2),
        "ratio": round(median(ours / bare for ours, bare in pairs), 2),
        "bar": bar,
    }


def _bare(flow: Flow) -> nx.DiGraph[str]:
    graph: nx.DiGraph[str] = nx.DiGraph()
    graph.add_nodes_from(node.id for node in flow.nodes)
    graph.add_edges_from((edge.source, edge.target) for edge in flow.edges)
    return graph


def _time(work: Callable[[], object]) -> float:
    """Seconds of one run, with the collector of garbage put off as ``timeit`` does."""
    gc.collect()
    gc.disable()
    try:
        start = time.perf_counter()
        work()
        return time.perf_counter() - start
    finally:
        gc.enable()
