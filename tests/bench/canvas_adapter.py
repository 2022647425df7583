"""The canvas as the benchmark in tests/bench/canvas wants it: a class like its case.Canvas.

Everything that a user sees is switched on: icons, counts, badges, guides, minimap and ruler. Only motion
is off.
"""

from __future__ import annotations

import importlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

from PySide6.QtCore import QPoint, QPointF

from app.canvas.document import CanvasDocument
from app.canvas.icons import Icons
from app.canvas.selection import Parts
from app.canvas.style import load_fonts
from app.canvas.theme import theme_from_tokens
from app.canvas.view import CanvasView
from app.canvas.widget import Canvas
from app.model.flow import Edge, Flow, Node, Problem
from app.model.kinds import Outlet, outlets_of
from app.model.ports import Counts

LATER = (
    "app.canvas.accessible",
    "app.canvas.actions",
    "app.canvas.gestures.adder",
    "app.canvas.gestures.chainer",
    "app.canvas.gestures.keys",
    "app.canvas.parts.menus",
    "app.canvas.parts.papers",
    "app.canvas.parts.rename",
    "app.canvas.parts.zoom",
    "app.canvas.ruler",
    "app.flows.sentences",
)
"""What the canvas imports when it first needs it: loading the program is told by ``bench start``."""
for name in LATER:
    importlib.import_module(name)

RESOURCES = Path(__file__).parents[2] / "resources"
WISHED: Mapping[str, Sequence[tuple[str, Mapping[str, Any]]]] = {
    "Email": (
        ("email", {"subject": "Still thinking it over?"}),
        ("email", {"subject": "Still there?", "reactions": ["opened", "clicked"], "timeout": "P1D"}),
    ),
    "SMS": (("sms", {"text": "Your basket waits"}),),
    "Popup": (("popup", {"headline": "One more thing", "reactions": ["submitted", "closed"]}),),
    "Wait": (("delay", {"for": "PT30M"}), ("wait", {"events": ["order_completed"]})),
    "Exit": (("end", {}), ("set", {"add_tags": ["warm"]})),
}
"""Kinds for the first word of a title, in the order in which they are tried."""


class Box(Protocol):
    """A node of the benchmark's graphs."""

    x: int
    y: int
    title: str


class Graph(Protocol):
    """A graph of the benchmark: nodes are named by their index."""

    nodes: Sequence[Box]
    edges: Sequence[tuple[int, int]]


class Chainwright:
    """Our canvas under measurement."""

    def open(self, graph: Graph) -> None:
        load_fonts(RESOURCES / "fonts")
        tokens = json.loads((RESOURCES / "style" / "tokens.json").read_text(encoding="utf-8"))
        flow = flow_of(graph)
        document = CanvasDocument(flow)
        document.set_counts(counts_of(flow))
        document.set_problems(
            [
                Problem("open-outlet", "error", "Nothing is connected", "", (node.id,))
                for node in flow.nodes[::40]
            ]
        )
        theme = theme_from_tokens(tokens, "light")
        self.canvas = Canvas(theme, Icons(RESOURCES / "icons"), document=document)
        self.canvas.set_still(is_still=True)

    def view(self) -> CanvasView:
        return self.canvas.view

    def fit(self) -> None:
        self.canvas.fit()

    def zoom(self, factor: float, node: int) -> None:
        self.canvas.view.set_zoom(factor)
        self.canvas.view.show_middle(self.canvas.scene.extent_of([_name(node)]).center())

    def pan(self, pixels: int) -> None:
        self.canvas.view.pan(-pixels, 0)

    def hold(self, nodes: Sequence[int]) -> QPoint:
        self.canvas.selection.set(Parts.of_nodes(map(_name, nodes)))
        body = self.canvas.scene.drawing.body(_name(nodes[0]))
        return self.canvas.view.to_screen(QPointF(body.x + 40, body.y + 16)).toPoint()

    def position(self, node: int) -> QPointF:
        return QPointF(*self.canvas.scene.drawing.places[_name(node)])


def flow_of(graph: Graph) -> Flow:
    """A flow of the graph's shape: each box is of the kind that its title says, where its edges allow."""
    leading: dict[int, list[int]] = {}
    for start, end in graph.edges:
        leading.setdefault(start, []).append(end)
    nodes, edges = [], []
    for number, box in enumerate(graph.nodes):
        ends = leading.get(number, ())
        node, outlets = _node(number, box, len(ends))
        nodes.append(node)
        edges += [Edge(node.id, outlet.name, _name(end)) for outlet, end in zip(outlets, ends, strict=False)]
    return Flow("Benchmark", tuple(nodes), tuple(edges), settings={"goal": {"events": ["order_completed"]}})


def counts_of(flow: Flow) -> Counts:
    """People at every second node, and a count on every edge."""
    return Counts(
        here={node.id: 1 + number % 900 for number, node in enumerate(flow.nodes) if number % 2},
        edges={(edge.source, edge.outlet): 7 + number for number, edge in enumerate(flow.edges)},
        entered=486,
        goals=181,
        inside=176,
    )


def _name(node: int) -> str:
    return f"n{node}"


def _node(number: int, box: Box, leading: int) -> tuple[Node, tuple[Outlet, ...]]:
    """The first kind that fits the title and has outlets for all edges, else a check with so many ways."""
    wished = WISHED.get(box.title.split()[0], ())
    for kind, settings in (*wished, ("check", {"ways": _ways(leading)})):
        node = Node(_name(number), kind, box.title, box.x, box.y, settings)
        outlets = outlets_of(node)
        if len(outlets) >= leading:
            return node, outlets
    raise ValueError(f"no kind has {leading} outlets")


def _ways(leading: int) -> list[dict[str, str]]:
    return [{"name": f"way {way}"} for way in range(1, max(2, leading))]
