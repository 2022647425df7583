"""Short ways to write down a flow in a test."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

from app.flows.codec import read_flow
from app.model.flow import Edge, Flow, Node
from app.model.kinds import outlets_of

TEMPLATES = Path(__file__).parents[3] / "resources" / "templates"


def start(**settings: Any) -> Node:
    return Node("start", "entry.manual", "Start", settings=settings)


def node(node_id: str, kind: str, **settings: Any) -> Node:
    return Node(node_id, kind, node_id.capitalize(), settings=settings)


def letter(node_id: str = "letter", **settings: Any) -> Node:
    return node(node_id, "email", **{"subject": "Hello", "body": "Dear you", **settings})


def chain(*nodes: Node, settings: dict[str, Any] | None = None) -> Flow:
    """A start, the nodes one after the other by their first outlets, and an end for all others."""
    boxes = [*([] if nodes[0].kind.startswith("entry.") else [start()]), *nodes, Node("end", "end", "End")]
    edges = []
    for box, following in pairwise(boxes):
        for place, outlet in enumerate(outlets_of(box)):
            edges.append(Edge(box.id, outlet.name, following.id if place == 0 else "end"))
    return Flow("Chain", tuple(boxes), tuple(edges), settings=settings or {})


def template(name: str) -> Flow:
    return read_flow((TEMPLATES / f"{name}.flow.json").read_bytes())


def templates() -> list[str]:
    return sorted(path.name.removesuffix(".flow.json") for path in TEMPLATES.glob("*.flow.json"))
