"""Rule 16 before publishing, with a real workspace: the other flows and the segments are asked."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, update

from app.bootstrap.house import House
from app.bootstrap.window_desk import WorkspaceDesk
from app.bootstrap.workspace import Workspace, open_workspace
from app.flows.codec import write_flow
from app.model.flow import Edge, Flow, Node
from app.model.journey import FlowState
from app.model.ports import PublishResult
from app.store.tables import segment, version
from app.support.secrets import FileSecrets


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    secrets = FileSecrets(tmp_path / "secrets", "master")
    with open_workspace(tmp_path / "shop", make=True, secrets=secrets) as opened:
        yield opened


def flow(name: str, kind: str, entry: str = "entry.manual", **settings: Any) -> Flow:
    start = Node("start", entry, "Start", settings={"segment": "VIPs"} if entry == "entry.segment" else {})
    nodes = (start, Node("do", kind, "Do", settings=settings), Node("end", "end", "End"))
    return Flow(name, nodes, (Edge("start", "entered", "do"), Edge("do", "next", "end")))


def publish(workspace: Workspace, made: Flow, name: str = "") -> PublishResult:
    return WorkspaceDesk(House(workspace)).publish(name or made.name, write_flow(made))


def codes(result: PublishResult) -> list[tuple[str, str]]:
    return [(one.code, one.message) for one in result.problems]


def test_flows_that_start_each_other_are_refused_at_publishing(workspace: Workspace) -> None:
    assert codes(publish(workspace, flow("A", "start", flow="B"))) == [
        ("bad-setting", "Do starts the flow “B”, which is not published")
    ]
    assert publish(workspace, flow("B", "record", event="x")).version == 1
    assert publish(workspace, flow("A", "start", flow="B")).version == 1
    refused = publish(workspace, flow("B", "start", flow="A"))
    assert refused.version == 0
    assert [code for code, _ in codes(refused)] == ["flow-loop"]


def test_a_flow_is_known_by_the_name_that_it_has_in_the_workspace(workspace: Workspace) -> None:
    """Whatever name stands inside its document."""
    refused = publish(workspace, flow("Draft 7", "start", flow="A"), "A")
    assert [code for code, _ in codes(refused)] == ["flow-loop"]


def test_a_flow_that_was_stopped_is_not_there(workspace: Workspace) -> None:
    publish(workspace, flow("B", "record", event="x"))
    workspace.store.flows.set_state("B", FlowState.STOPPED, now=workspace.clock.now())
    assert workspace.surroundings().flows == {}


def test_segments_are_known_with_their_rules(workspace: Workspace) -> None:
    missing = publish(workspace, flow("A", "record", "entry.segment", event="x"))
    assert codes(missing) == [
        ("bad-setting", "Start names the segment “VIPs”, and there is none of that name")
    ]
    with workspace.store.writing() as session:
        session.connection.execute(insert(segment).values(id=1, name="VIPs", rule={"tag": "vip"}))
    assert workspace.surroundings().segments == {"VIPs": {"tag": "vip"}}
    refused = publish(workspace, flow("A", "set", "entry.segment", add_tags=["vip"]))
    assert [code for code, _ in codes(refused)] == ["flow-loop"]
    assert publish(workspace, flow("A", "set", "entry.segment", add_tags=["greeted"])).version == 1


def test_a_flow_is_read_once_and_a_damaged_one_is_left_out(workspace: Workspace) -> None:
    publish(workspace, flow("A", "record", event="x"))
    publish(workspace, flow("B", "record", event="x"))
    first, again = workspace.surroundings().flows, workspace.surroundings().flows
    assert first is not None
    assert again is not None
    assert first["A"] is again["A"]
    with workspace.store.writing() as session:
        session.connection.execute(update(version).values(document="{}", hash="other"))
    assert workspace.surroundings().flows == {}
