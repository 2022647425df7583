"""NodeGraphQt and OdenGraphQt as the benchmark in tests/bench/canvas wants them.

They are no dependency: ``bench canvas --peers`` installs them into a folder of its own. Their search for
cycles is off: it walks every path and does not end on a thousand nodes. What is measured is their own
graph, view and commands.
"""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from typing import Any, Protocol

from PySide6.QtCore import QPoint, QPointF
from PySide6.QtWidgets import QGraphicsView


class Box(Protocol):
    """A node of the benchmark's graphs."""

    x: int
    y: int
    title: str


class Graph(Protocol):
    """A graph of the benchmark: nodes are named by their index."""

    nodes: Sequence[Box]
    edges: Sequence[tuple[int, int]]


class Peer:
    """One of the two: they share their commands."""

    package = ""

    def __init__(self) -> None:
        self._library = importlib.import_module(self.package)

    def open(self, graph: Graph) -> None:
        self._graph = self._library.NodeGraph()
        self._graph.set_acyclic(False)
        self._viewer = self._graph.viewer()
        kind = _kind(self._library.BaseNode)
        self._nodes = [self._made(kind(), box) for box in graph.nodes]
        for start, end in graph.edges:
            ports = self._nodes[start].output(0), self._nodes[end].input(0)
            ports[0].connect_to(ports[1], push_undo=False)

    def view(self) -> QGraphicsView:
        viewer: QGraphicsView = self._viewer
        return viewer

    def fit(self) -> None:
        self._graph.clear_selection()
        self._graph.fit_to_selection()

    def zoom(self, factor: float, node: int) -> None:
        del factor  # The harness asks for 100 % and looks whether it is.
        self._viewer.reset_zoom(self._nodes[node].view.sceneBoundingRect().center())

    def pan(self, pixels: int) -> None:
        way = pixels / self._viewer.transform().m11()
        self._viewer._set_viewer_pan(way, 0.0)  # What its hand and its wheel call.

    def hold(self, nodes: Sequence[int]) -> QPoint:
        self._graph.clear_selection()
        for node in nodes:
            self._nodes[node].view.setSelected(True)
        area = self._nodes[nodes[0]].view.sceneBoundingRect()
        return self.view().mapFromScene(QPointF(area.center().x(), area.top() + 12))

    def position(self, node: int) -> QPointF:
        place: QPointF = self._nodes[node].view.sceneBoundingRect().center()
        return place

    def _made(self, node: Any, box: Box) -> Any:
        node.NODE_NAME = box.title  # Before it is added: then each new name is compared with all others once.
        self._graph.add_node(node, pos=[float(box.x), float(box.y)], selected=False, push_undo=False)
        return node


class NodeGraphQt(Peer):
    """https://github.com/jchanvfx/NodeGraphQt"""

    package = "NodeGraphQt"


class OdenGraphQt(Peer):
    """https://pypi.org/project/OdenGraphQt"""

    package = "OdenGraphQt"


def _kind(base: Any) -> Any:
    """A node with one inlet of many edges and one outlet."""

    def start(self: Any) -> None:
        base.__init__(self)
        self.add_input("in", multi_input=True)
        self.add_output("out")

    return type("Box", (base,), {"__init__": start, "__identifier__": "bench", "NODE_NAME": "Box"})
