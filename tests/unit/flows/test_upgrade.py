from __future__ import annotations

from typing import Any

import pytest

from app.flows._reader import flow_of
from app.flows.upgrade import Upgrades
from app.model.errors import FlowFileError


def steps() -> Upgrades:
    """As it will be after two changes of the schema."""
    upgrades = Upgrades(newest=3)

    @upgrades.step(source=1)
    def _delays_say_for(document: dict[str, Any]) -> dict[str, Any]:
        nodes = [
            {**node, "settings": {"for": node["settings"]["length"]}} if node["kind"] == "delay" else node
            for node in document["nodes"]
        ]
        return {**document, "nodes": nodes}

    @upgrades.step(source=2)
    def _old_flows_may_not_enter_again(document: dict[str, Any]) -> dict[str, Any]:
        return {**document, "settings": {"reentry": "never", **document.get("settings", {})}}

    return upgrades


OLD: dict[str, Any] = {
    "format": "chainwright.flow",
    "schema": 1,
    "nodes": [{"id": "a", "kind": "delay", "settings": {"length": "P1D"}}],
}


def test_an_old_file_goes_through_every_step() -> None:
    flow = flow_of(OLD, steps())
    assert flow.nodes[0].settings == {"for": "P1D"}
    assert flow.settings == {"reentry": "never"}
    assert flow.schema == 3


def test_a_file_in_between_goes_only_through_the_later_steps() -> None:
    flow = flow_of({**OLD, "schema": 2}, steps())
    assert flow.nodes[0].settings == {"length": "P1D"}
    assert flow.settings == {"reentry": "never"}


def test_the_document_given_is_not_changed() -> None:
    before = repr(OLD)
    flow_of(OLD, steps())
    assert repr(OLD) == before


def test_a_file_of_a_later_release_is_refused_and_says_so() -> None:
    with pytest.raises(FlowFileError, match="made by a newer Chainwright"):
        flow_of({**OLD, "schema": 4}, steps())


@pytest.mark.parametrize("source", [0, 1, 3])
def test_there_is_one_step_for_each_schema_below_the_newest(source: int) -> None:
    with pytest.raises(ValueError, match="one step"):
        steps().step(source=source)(lambda document: document)
