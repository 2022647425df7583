"""What costs money because a machine opened a letter."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from app.flows.checks.references import conditions_in
from app.flows.graph import Drawing
from app.flows.words import node_name
from app.model.conditions import parts
from app.model.flow import Edge, Node, Problem
from app.model.kinds import kind_of, ticked, value_of
from app.model.rungs import senders_of


def machine_opens(drawing: Drawing) -> Iterator[Problem]:
    """A warning for every costly node to which people come only because a letter was opened."""
    hanging = _hanging(drawing)
    for node_id in drawing.order:
        node = drawing.by_id[node_id]
        if is_costly(node) and hanging.get(node_id):
            letter = hanging[node_id]
            yield Problem(
                "machine-opens",
                "warning",
                f"{node_name(node)} costs money and hangs on {drawing.name(letter)} being opened. "
                "Mail programs open letters by themselves",
                f"Let it follow “clicked”, or tick “Count only people” in {drawing.name(letter)}",
                (node_id, letter),
            )


def is_costly(node: Node) -> bool:
    """Whether it costs money, or starts what may: a ``reach`` does when any of its rungs does."""
    kinds = (kind_of(one) for _, one in senders_of(node))
    return any(kind is not None and kind.costly for kind in kinds)


def _hanging(drawing: Drawing) -> dict[str, str]:
    """By node: the letter whose opening alone leads there; empty where anything else does too."""
    into: dict[str, list[Edge]] = {}
    for edge in drawing.flow.edges:
        into.setdefault(edge.target, []).append(edge)
    hanging: dict[str, str] = {}
    for node_id in drawing.order:
        letters = [
            _letter(drawing, hanging, edge) for edge in into.get(node_id, ()) if edge.source in drawing.by_id
        ]
        hanging[node_id] = letters[0] if letters and all(letters) else ""
    return hanging


def _letter(drawing: Drawing, hanging: dict[str, str], edge: Edge) -> str:
    source = drawing.by_id[edge.source]
    kind = kind_of(source)
    if kind is None or kind.name == "wait":
        return ""
    if kind.is_message:
        is_open = edge.outlet == "opened" and "opened" in ticked(source)
        return source.id if is_open and value_of(source, "human_only") is not True else ""
    if kind.name == "check" and _proves_a_person(source.settings.get("ways"), edge.outlet):
        return ""
    return hanging.get(source.id, "")


def _proves_a_person(ways: Any, name: str) -> bool:
    """Whether that way asks for something only a person does: another event, or a stronger reaction."""
    chosen = [way for way in ways if way.get("name") == name] if isinstance(ways, (list, tuple)) else []
    return any(
        "event" in part or part.get("reaction", "opened") not in ("opened", "delivered")
        for condition in conditions_in(chosen)
        for part in parts(condition)
    )
