"""Publishing over people, over a real workspace: what it would mean, what is done, and taking it back."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from app.bootstrap.house import House
from app.bootstrap.window_desk import WorkspaceDesk
from app.bootstrap.workspace import Workspace, open_workspace
from app.engine import life
from app.flows.codec import write_flow
from app.model.errors import RefusedError, UserError
from app.model.flow import Flow, Node
from app.model.people import Address
from app.model.shifts import Change, Choice, Move
from app.support.clock import StandingClock
from app.support.secrets import FileSecrets
from tests.unit.bootstrap.said import Shell, furnish, write
from tests.unit.engine.build import edges

FINISH, MOVE, LEAVE = Choice
NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def waiting(length: str = "P3D", *more: Node, name: str = "Basket") -> Flow:
    """By hand: a wait, then an SMS that is told to nobody in these tests."""
    nodes = (
        Node("start", "entry.manual", "By hand"),
        Node("wait", "delay", "Wait", settings={"for": length}),
        *more,
        Node("over", "end", "Over"),
    )
    between = [one.id for one in (nodes[1], *more)]
    ways = [f"{one}.next > {then}" for one, then in zip(between, [*between[1:], "over"], strict=True)]
    return Flow(name, nodes, edges("start.entered > wait", *ways))


def without_wait(*more: Node) -> Flow:
    flow = waiting("P3D", *more)
    return replace(
        flow,
        nodes=tuple(one for one in flow.nodes if one.id != "wait"),
        edges=edges(f"start.entered > {more[0].id}", f"{more[0].id}.next > over"),
    )


REST = Node("rest", "delay", "Rest", settings={"for": "P2D"})


@pytest.fixture
def clock() -> StandingClock:
    return StandingClock(NOON)


@pytest.fixture
def workspace(tmp_path: Path, clock: StandingClock) -> Iterator[Workspace]:
    secrets = FileSecrets(tmp_path / "secrets", "master")
    with open_workspace(tmp_path / "shop", make=True, secrets=secrets, clock=clock) as opened:
        yield opened


@pytest.fixture
def desk(workspace: Workspace) -> WorkspaceDesk:
    """Three people wait since two days."""
    made = WorkspaceDesk(House(workspace))
    assert made.publish("Basket", write_flow(waiting())).version == 1
    for number in range(3):
        with workspace.store.transaction() as tx:
            tx.add_contact(number + 1, [Address("email", f"p{number}@example.com")], NOON)
    life.enter(workspace.context, "Basket", [1, 2, 3])
    return made


def places(workspace: Workspace) -> list[tuple[str, int]]:
    """Where each of them stands, and by which version."""
    found = [workspace.store.people.journeys(one)[-1] for one in (1, 2, 3)]
    return [
        (one.end_reason or one.node, workspace.store.flows.version(one.version_id).number) for one in found
    ]


def test_the_impact_tells_who_is_where_and_who_would_go_on_at_once(
    workspace: Workspace, desk: WorkspaceDesk, clock: StandingClock
) -> None:
    clock.jump(NOON + timedelta(days=2))
    draft = write_flow(waiting("P1D"))
    found = desk.impact("Basket", draft)
    assert (found.number, found.inside, found.affected, found.finish) == (2, 3, 3, 3)
    (stand,) = found.stands
    assert (stand.node, stand.change, stand.here, stand.past, stand.at_once) == (
        "wait",
        Change.CHANGED,
        3,
        0,
        3,
    )
    chosen = desk.impact("Basket", draft, [Move("wait", MOVE)])
    assert (chosen.move, chosen.at_once, chosen.finish) == (3, 3, 0)
    assert places(workspace) == [("wait", 1)] * 3
    assert desk.draft("Basket") == write_flow(waiting()), "looking stores nothing"


def test_people_are_moved_when_it_is_published_and_everything_can_be_taken_back(
    workspace: Workspace, desk: WorkspaceDesk, clock: StandingClock
) -> None:
    clock.jump(NOON + timedelta(days=1))
    made = desk.publish("Basket", write_flow(waiting("P5D")), [Move("wait", MOVE)])
    assert (made.version, made.moved, made.at_once, made.left) == (2, 3, 0, 0)
    assert places(workspace) == [("wait", 2)] * 3
    clock.jump(NOON + timedelta(days=1, minutes=9))
    with workspace.store.transaction() as tx:
        tx.add_contact(4, [Address("email", "late@example.com")], NOON)
    life.enter(workspace.context, "Basket", [4])
    looked = desk.undo_publish("Basket", dry=True)
    assert (looked.number, looked.undone, looked.moved, looked.stay, looked.came) == (1, 2, 3, 0, 1)
    assert desk.undo_publish("Basket") == looked
    assert places(workspace) == [("wait", 1)] * 3
    assert workspace.store.flows.find("Basket").version_id == 1
    assert desk.versions("Basket")[0].undone_at == clock.now()
    with pytest.raises(RefusedError, match="taken back already"):
        desk.undo_publish("Basket")
    assert workspace.store.numbers.recount(dry=True) == []


def test_what_happens_when_it_is_looked_at_is_what_is_told(workspace: Workspace, desk: WorkspaceDesk) -> None:
    draft = write_flow(without_wait(REST))
    moves = [Move("wait", MOVE, "rest")]
    looked = desk.impact("Basket", draft, moves)
    made = desk.publish("Basket", draft, moves)
    assert (looked.move, looked.at_once, looked.leave) == (made.moved, made.at_once, made.left) == (3, 0, 0)
    assert places(workspace) == [("rest", 2)] * 3
    assert workspace.store.people.journeys(1)[0].due_at == NOON + timedelta(days=2)


def test_people_of_older_versions_are_asked_about_too(workspace: Workspace, desk: WorkspaceDesk) -> None:
    desk.publish("Basket", write_flow(waiting("P4D")))
    with workspace.store.transaction() as tx:
        tx.add_contact(4, [Address("email", "new@example.com")], NOON)
    life.enter(workspace.context, "Basket", [4])
    draft = write_flow(waiting("P9D"))
    found = desk.impact("Basket", draft, [Move("wait", LEAVE, version=1)])
    assert [(one.version, one.here) for one in found.stands] == [(1, 3), (2, 1)]
    assert (found.leave, found.finish) == (3, 1)
    made = desk.publish("Basket", draft, [Move("wait", MOVE, version=1)])
    assert (made.version, made.moved) == (3, 3)
    assert workspace.store.people.journeys(4)[0].version_id == 2
    again = desk.publish("Basket", draft, [Move("wait", MOVE)])
    assert (again.version, again.moved) == (3, 1), "those who are left can be moved later"


def test_texts_alone_reach_everybody_and_are_taken_back_too(
    workspace: Workspace, desk: WorkspaceDesk
) -> None:
    """Rule 14."""
    renamed = waiting()
    renamed = renamed.with_node(replace(renamed.by_id["wait"], title="A while"))
    found = desk.impact("Basket", write_flow(renamed))
    assert (found.texts_only, found.move, found.stands) == (True, 3, ())
    assert desk.publish("Basket", write_flow(renamed)).texts_only
    back = desk.undo_publish("Basket")
    assert (back.number, back.undone, back.came) == (1, 2, 0)
    assert workspace.store.flows.version(1).document == write_flow(waiting())


def test_after_ten_minutes_it_is_too_late(desk: WorkspaceDesk, clock: StandingClock) -> None:
    with pytest.raises(RefusedError, match="published only once"):
        desk.undo_publish("Basket")
    desk.publish("Basket", write_flow(waiting("P5D")))
    clock.jump(NOON + timedelta(minutes=10, seconds=1))
    with pytest.raises(RefusedError, match="was published 10 minutes ago, and a publish can be"):
        desk.undo_publish("Basket")


def test_a_flow_that_was_stopped_is_not_taken_back(desk: WorkspaceDesk) -> None:
    desk.publish("Basket", write_flow(waiting("P5D")))
    desk.stop("Basket")
    with pytest.raises(RefusedError, match="was stopped"):
        desk.undo_publish("Basket", dry=True)


@pytest.mark.parametrize(
    ("draft", "move", "said"),
    [
        (waiting("P5D"), Move("nowhere", MOVE), "has a node “nowhere”"),
        (waiting("P5D"), Move("wait", MOVE, "over"), "is in the new version too"),
        (without_wait(REST), Move("wait", MOVE), "say where its people go"),
        (without_wait(REST), Move("wait", MOVE, "over"), "people come in or end there"),
    ],
)
def test_a_choice_that_cannot_be_made_publishes_nothing(
    workspace: Workspace, desk: WorkspaceDesk, draft: Flow, move: Move, said: str
) -> None:
    with pytest.raises(UserError, match=said):
        desk.impact("Basket", write_flow(draft), [move])
    with pytest.raises(UserError, match=said):
        desk.publish("Basket", write_flow(draft), [move])
    assert workspace.store.flows.find("Basket").version_id == 1


def test_a_flow_that_was_never_published_has_nobody_to_ask_about(desk: WorkspaceDesk) -> None:
    found = desk.impact("New", write_flow(waiting(name="New")))
    assert (found.number, found.inside, found.stands) == (1, 0, ())
    with pytest.raises(UserError, match="it has never been published"):
        desk.publish("New", write_flow(waiting(name="New")), [Move("wait", MOVE)])


# --- by the command line -------------------------------------------------------------------------------


@pytest.fixture
def furnished(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Shell:
    shell = Shell(tmp_path / "shop", capsys, monkeypatch)
    furnish(shell, tmp_path)
    return shell


def test_the_command_line_looks_moves_and_takes_back(furnished: Shell, tmp_path: Path) -> None:
    first = str(write(tmp_path / "1.flow.json", write_flow(waiting())))
    second = str(write(tmp_path / "2.flow.json", write_flow(waiting("P9D", REST))))
    furnished.do("publish", first)
    furnished.do("enter", "Basket", "all")
    looked = furnished.do("publish", second, "--impact", "--move", "wait")
    assert (looked["number"], looked["inside"], looked["move"], looked["at_once"]) == (2, 3, 3, 0)
    assert json.dumps(looked)
    said = furnished.ask("publish", second, "--impact")
    assert said.code == 0
    assert "Wait waits 9 days instead of 3." in said.out
    assert said.sentence == "Nothing is published."
    assert furnished.do("publish", first)["version"] == 1, "nothing was published"
    moved = furnished.ask("publish", second, "--move", "wait")
    assert moved.sentence == "Version 2 of “Basket” is live. 3 people moved to it."
    dry: dict[str, Any] = furnished.do("publish", "--undo", "Basket", "--dry")
    assert (dry["number"], dry["moved"], dry["dry"]) == (1, 3, True)
    back = furnished.ask("publish", "--undo", "Basket")
    assert back.sentence == "Version 1 of “Basket” is live again. 3 people go on as before."
    left = furnished.ask("publish", second, "--leave", "wait")
    assert left.sentence == "Version 3 of “Basket” is live. 3 people left the flow."
    assert furnished.do("publish", "--undo", second)["returned"] == 3


def test_stopping_shows_the_number_first(furnished: Shell, tmp_path: Path) -> None:
    """Rule 21."""
    furnished.do("publish", str(write(tmp_path / "1.flow.json", write_flow(waiting()))))
    furnished.do("enter", "Basket", "all")
    said = furnished.ask("stop", "Basket", "--dry")
    assert said.sentence == "3 journeys end when “Basket” is stopped."
    assert furnished.do("stop", "Basket", "--dry")["ended"] == 3
    assert furnished.do("stop", "Basket")["ended"] == 3
    assert furnished.ask("stop", "Basket", "--dry").sentence == "0 journeys end when “Basket” is stopped."


def test_a_drawing_with_errors_is_not_looked_at(furnished: Shell, tmp_path: Path) -> None:
    broken = replace(waiting(), edges=())
    said = furnished.ask("publish", str(write(tmp_path / "b.flow.json", write_flow(broken))), "--impact")
    assert said.code == 1
    assert "open-outlet" in said.out


@pytest.mark.parametrize("arguments", [("--undo", "--impact"), ("--undo", "--move", "wait"), ("--dry",)])
def test_questions_that_contradict_each_other_are_refused(
    furnished: Shell, tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    path = str(write(tmp_path / "1.flow.json", write_flow(waiting())))
    assert furnished.ask("publish", path, *arguments).code == 2
