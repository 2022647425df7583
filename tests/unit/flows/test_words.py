from __future__ import annotations

import pytest

from app.flows.words import node_name, outlet_name, together
from app.model.flow import Node


@pytest.mark.parametrize(
    ("names", "said"),
    [
        ([], ""),
        (["A"], "A"),
        (["A", "B"], "A and B"),
        (["A", "B", "C"], "A, B and C"),
        (["A", "B", "C", "D"], "A, B, C and 1 more"),
    ],
)
def test_names_are_said_together(names: list[str], said: str) -> None:
    assert together(names) == said


def test_a_node_is_called_by_its_title_else_by_its_kind() -> None:
    assert node_name(Node("a", "email", " Letter 1 ")) == "Letter 1"
    assert node_name(Node("a", "email", " ")) == "E-mail"
    assert node_name(Node("a", "hologram")) == "hologram"


def test_a_time_out_is_called_by_its_time() -> None:
    node = Node("a", "popup", settings={"timeout": "PT90M"})
    assert outlet_name(node, "timeout") == "after 1 h 30 min"
    assert outlet_name(node, "closed") == "closed"
