"""Segments for the window and the command line, and who is in them when a flow is published (rule 2), over a
real workspace."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from app.bootstrap.house import House
from app.bootstrap.window_desk import WorkspaceDesk
from app.bootstrap.workspace import Workspace, open_workspace
from app.flows.codec import write_flow
from app.model.errors import RefusedError, UserError
from app.model.flow import Edge, Flow, Node
from app.model.journey import FlowState
from app.model.people import Address, ContactRow, ImportReport
from app.model.segments import SegmentInfo
from app.support.secrets import FileSecrets
from tests.unit.bootstrap.said import Shell, write

VIP = {"tag": "vip"}


def joining(name: str = "Club", segment: str = "VIP") -> Flow:
    nodes = (
        Node("start", "entry.segment", settings={"segment": segment}),
        Node("month", "delay", settings={"for": "P30D"}),
        Node("over", "end"),
    )
    return Flow(name, nodes, (Edge("start", "entered", "month"), Edge("month", "next", "over")))


def asking(name: str = "Asks") -> Flow:
    """Put in by hand, and waits before the question."""
    ways = [{"name": "in", "when": {"segment": "VIP"}}]
    nodes = (
        Node("start", "entry.manual"),
        Node("day", "delay", settings={"for": "P1D"}),
        Node("c", "check", settings={"ways": ways}),
        Node("over", "end"),
    )
    lines = (
        Edge("start", "entered", "day"),
        Edge("day", "next", "c"),
        Edge("c", "in", "over"),
        Edge("c", "else", "over"),
    )
    return Flow(name, nodes, lines)


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    secrets = FileSecrets(tmp_path / "secrets", "master")
    with open_workspace(tmp_path / "shop", make=True, secrets=secrets) as opened:
        yield opened


@pytest.fixture
def desk(workspace: Workspace) -> WorkspaceDesk:
    return WorkspaceDesk(House(workspace))


def bring(workspace: Workspace, *people: tuple[str, str], **more: Any) -> ImportReport:
    """(e-mail, tags) of a file."""
    rows = [
        ContactRow(number, (Address("email", mail),), tags=frozenset(tags.split()), **more)
        for number, (mail, tags) in enumerate(people)
    ]
    report = ImportReport()
    workspace.store.contacts(workspace.ids, workspace.clock.now()).put(rows, report)
    return report


def work(workspace: Workspace) -> None:
    engine = workspace.engine()
    engine.start()
    engine.until_idle()
    engine.close()


def inside(workspace: Workspace) -> dict[str, int]:
    """How many are inside by flow."""
    return {one.name: one.inside for one in workspace.store.flows.infos()}


def test_segments_are_made_listed_and_counted(workspace: Workspace, desk: WorkspaceDesk) -> None:
    bring(workspace, ("a@example.org", "vip"), ("b@example.org", "vip new"), ("c@example.org", ""))
    desk.save_segment("VIP", VIP)
    desk.save_segment("Buyers", {"event": "bought"})
    assert desk.segments() == [
        SegmentInfo("Buyers", {"event": "bought", "since": "ever"}),
        SegmentInfo("VIP", VIP),
    ]
    assert desk.segment_size(VIP) == 2
    assert desk.segment_size({"not": VIP}) == 1
    with pytest.raises(UserError, match="knows nothing of a journey"):
        desk.segment_size({"entry": "total", "is": 3})
    assert desk.publish("Club", write_flow(joining())).version == 1
    assert desk.segments()[1] == SegmentInfo("VIP", VIP, 2, ("Club",))


def test_what_a_flow_uses_is_neither_renamed_nor_deleted(workspace: Workspace, desk: WorkspaceDesk) -> None:
    desk.save_segment("VIP", VIP)
    desk.publish("Club", write_flow(joining()))
    desk.publish("Asks", write_flow(asking()))
    assert desk.segments()[0].flows == ("Asks", "Club")
    with pytest.raises(RefusedError, match="“VIP” cannot be deleted while “Asks”, “Club” uses it"):
        desk.delete_segment("VIP")
    with pytest.raises(RefusedError, match="cannot be renamed"):
        desk.rename_segment("VIP", "Others")
    desk.stop("Club")
    desk.stop("Asks")
    assert desk.segments() == [SegmentInfo("VIP", VIP)]
    desk.rename_segment("VIP", "Others")
    desk.save_segment("New", {"tag": "new"})
    with pytest.raises(RefusedError, match="called “New” already"):
        desk.rename_segment("Others", "New")
    with pytest.raises(UserError, match="is empty"):
        desk.rename_segment("Others", " ")
    with pytest.raises(UserError, match="There is no segment “VIP”"):
        desk.delete_segment("VIP")
    desk.delete_segment("Others")
    assert [one.name for one in desk.segments()] == ["New"]


def test_somebody_on_an_older_version_still_uses_a_segment(workspace: Workspace, desk: WorkspaceDesk) -> None:
    bring(workspace, ("a@example.org", ""))
    desk.save_segment("VIP", VIP)
    desk.publish("Asks", write_flow(asking()))
    from app.engine import life

    life.enter(workspace.context, "Asks", list(workspace.store.people.everybody()))
    changed = replace(
        asking(),
        nodes=(Node("start", "entry.manual"), Node("over", "end")),
        edges=(Edge("start", "entered", "over"),),
    )
    desk.publish("Asks", write_flow(changed))
    assert desk.segments()[0].flows == ("Asks",)
    desk.stop("Asks")
    assert desk.segments()[0].flows == ()


def test_publishing_tells_who_is_in_it_today_and_lets_them_in_when_asked(
    workspace: Workspace, desk: WorkspaceDesk
) -> None:
    """Rule 2."""
    bring(workspace, ("a@example.org", "vip"), ("b@example.org", "vip"), ("c@example.org", ""))
    desk.save_segment("VIP", VIP)
    assert desk.count_today("Club", joining()) == 2
    result = desk.publish("Club", write_flow(joining()))
    assert (result.version, result.today, result.also_today) == (1, 2, False)
    work(workspace)
    assert inside(workspace) == {"Club": 0}
    assert desk.count_today("Club", joining()) == 0, "those were in it when it was published"
    again = desk.publish("Club", write_flow(joining()), also_today=True)
    assert (again.version, again.today, again.also_today) == (1, 2, True)
    work(workspace)
    assert inside(workspace) == {"Club": 2}


def test_an_import_is_looked_at_by_what_watches_and_costs_nothing_where_nothing_does(
    workspace: Workspace, desk: WorkspaceDesk
) -> None:
    """An import is no history: who joins a segment by it comes in (rule 2 is about events)."""
    bring(workspace, ("a@example.org", ""))
    assert _rechecks(workspace) == 0
    desk.save_segment("VIP", VIP)
    desk.publish("Club", write_flow(joining()))
    bring(workspace, ("a@example.org", "vip"), ("b@example.org", ""), ("c@example.org", "vip"))
    assert _rechecks(workspace) == 3
    work(workspace)
    assert (_rechecks(workspace), inside(workspace)) == (0, {"Club": 2})
    bring(workspace, ("a@example.org", "vip"), ("b@example.org", ""))
    assert _rechecks(workspace) == 0, "nothing about them is other than before"
    bring(workspace, ("a@example.org", ""), ("b@example.org", ""), properties={"city": "Bonn"})
    assert _rechecks(workspace) == 2


def _rechecks(workspace: Workspace) -> int:
    with workspace.store.looking() as tx:
        return len(tx.rechecks_of(tx.everybody(0, 99)))


def test_a_date_of_an_import_is_waited_for(workspace: Workspace, desk: WorkspaceDesk) -> None:
    flow = Flow(
        "Birthday",
        (Node("start", "entry.date", settings={"property": "born", "yearly": True}), Node("over", "end")),
        (Edge("start", "entered", "over"),),
    )
    desk.publish("Birthday", write_flow(flow))
    bring(workspace, ("a@example.org", ""), properties={"born": "1980-02-03"})
    work(workspace)
    with workspace.store.looking() as tx:
        (row,) = tx.dated_of(tx.everybody(0, 9))
        assert row.due_at is not None
        assert tx.next_due() == row.due_at


def test_a_flow_that_is_stopped_and_resumed_begins_with_those_who_join_then(
    workspace: Workspace, desk: WorkspaceDesk
) -> None:
    """Rule 2."""
    desk.save_segment("VIP", VIP)
    desk.publish("Club", write_flow(joining()))
    desk.stop("Club")
    bring(workspace, ("a@example.org", "vip"))
    desk.resume("Club")
    bring(workspace, ("b@example.org", "vip"))
    work(workspace)
    assert inside(workspace) == {"Club": 1}
    desk.pause("Club", entries_only=True)
    assert workspace.store.flows.find("Club").state is FlowState.CLOSED


def test_a_segment_that_is_not_there_is_a_problem_of_the_drawing(desk: WorkspaceDesk) -> None:
    result = desk.publish("Club", write_flow(joining()))
    assert result.version == 0
    assert [one.code for one in result.problems if one.severity == "error"] == ["bad-setting"]


# --- the command line --------------------------------------------------------------------------------------


def rule(value: Mapping[str, Any]) -> str:
    return json.dumps(value)


def test_set_makes_a_segment_and_forgets_it(empty: Shell) -> None:
    said = empty.do("set", "workspace.region=DE", f"segment.My VIPs={rule(VIP)}")
    assert said == {"set": ["segment.My VIPs", "workspace.region"]}
    with open_workspace(empty.folder) as workspace:
        assert [(one.name, one.rule) for one in workspace.store.segments.all()] == [("My VIPs", VIP)]
    assert empty.do("set", "segment.My VIPs=") == {"set": ["segment.My VIPs"]}
    with open_workspace(empty.folder) as workspace:
        assert workspace.store.segments.all() == []


@pytest.mark.parametrize(
    ("assignment", "sentence"),
    [
        ("segment.VIP", "Write segment.VIP=RULE"),
        ("segment.VIP={tag: vip}", "is no JSON"),
        ('segment.VIP={"segment": "A"}', "cannot ask about another segment"),
        ('segment.={"tag": "vip"}', "The name of the segment is empty"),
    ],
)
def test_what_is_no_segment_is_said_and_makes_no_workspace(
    empty: Shell, assignment: str, sentence: str
) -> None:
    said = empty.ask("set", "workspace.region=DE", assignment)
    assert (said.code, sentence in said.sentence) == (2, True)
    assert not empty.folder.exists()


def test_a_segment_in_use_is_kept_and_nothing_else_is_set(empty: Shell, tmp_path: Path) -> None:
    empty.do("set", f"segment.VIP={rule(VIP)}")
    empty.do("publish", str(write(tmp_path / "club.flow.json", write_flow(joining()))))
    said = empty.ask("set", "workspace.region=DE", "segment.VIP=")
    assert said.code == 1
    assert "uses it" in said.sentence
    with open_workspace(empty.folder) as workspace:
        assert workspace.settings.workspace.region == ""


def test_publish_tells_the_number_and_takes_those_of_today_when_asked(empty: Shell, tmp_path: Path) -> None:
    """Rule 2."""
    empty.do("set", f"segment.VIP={rule({'property': 'email', 'known': True})}")
    people = "E-mail\r\nada@example.com\r\nbob@example.com\r\n"
    empty.do("import", str(write(tmp_path / "people.csv", people)))
    path = str(write(tmp_path / "club.flow.json", write_flow(joining())))
    said = empty.ask("publish", path)
    assert said.sentence == (
        "Version 1 of “Club” is live. 2 people are in it today, and do not come in; "
        "“publish --also-today” lets them in as well."
    )
    document = empty.do("publish", path, "--also-today")
    assert (document["today"], document["also_today"]) == (2, True)
    run = empty.do("run", "--until-idle", "--no-site")
    assert sum(one["count"] for one in run["edges"]) == 2
    said = empty.ask("publish", path, "--also-today")
    assert said.sentence.endswith(" 2 people are in it today, and come in too.")
