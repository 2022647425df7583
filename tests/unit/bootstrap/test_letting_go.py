"""The brake behind the window: what it took back is let go group by group, and the status says what stops."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from app.bootstrap.house import House
from app.bootstrap.window_desk import WorkspaceDesk
from app.bootstrap.workspace import Workspace, open_workspace
from app.engine import life
from app.engine.breaker import Breaker
from app.flows.codec import write_flow
from app.model.desk import Halt, HaltKind, HeldGroup, Resting
from app.model.flow import Flow
from app.model.journey import Changes, FlowState, MessageState
from app.model.people import Address
from app.support.clock import StandingClock
from app.support.secrets import FileSecrets
from tests.unit.bootstrap.said import Shell
from tests.unit.bootstrap.test_held import FLOW, MAIL, NOON


@pytest.fixture
def workspace(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Workspace]:
    Shell(tmp_path / "shop", capsys, monkeypatch).do("set", *MAIL)
    secrets = FileSecrets(tmp_path / "secrets", "master")
    with open_workspace(tmp_path / "shop", secrets=secrets, clock=StandingClock(NOON)) as opened:
        yield opened


def queue(workspace: Workspace, desk: WorkspaceDesk, name: str, first: int, count: int) -> None:
    flow = Flow(name, FLOW.nodes, FLOW.edges)
    assert desk.publish(name, write_flow(flow)).version == 1
    ids = range(first, first + count)
    with workspace.store.transaction() as tx:
        for number in ids:
            tx.add_contact(number, [Address("email", f"p{number}@example.com")], NOON)
    life.enter(workspace.context, name, list(ids))


def remember(workspace: Workspace, name: str, value: Any) -> None:
    with workspace.store.transaction() as tx:
        changes = Changes()
        changes.machine[name] = value
        tx.write(changes)


def states(workspace: Workspace) -> dict[str, int]:
    with workspace.store.looking() as tx:
        found = {state: len(tx.messages_in(state, 100)) for state in MessageState}
    return {str(state): count for state, count in found.items() if count}


@pytest.mark.parametrize(("small", "large"), [(1, 4), (4, 1)])
def test_groups_are_sent_or_dropped_whichever_is_longer(workspace: Workspace, small: int, large: int) -> None:
    desk = WorkspaceDesk(House(workspace))
    queue(workspace, desk, "Orders", 1, small)
    queue(workspace, desk, "割引", 101, large)
    assert desk.brake().taken_back == small + large
    assert desk.status().halt == Halt(HaltKind.BRAKE, NOON)
    assert desk.taken_back() == [
        HeldGroup("Orders", "email", "brake", small),
        HeldGroup("割引", "email", "brake", large),
    ]
    assert desk.release_brake([HeldGroup("Orders", "email", "brake", small)]) == small + large
    assert desk.status().halt is None
    assert desk.taken_back() == []
    assert states(workspace) == {"queued": large, "failed": small}


def test_a_flow_that_paused_itself_says_why_until_it_goes_on(workspace: Workspace) -> None:
    desk = WorkspaceDesk(House(workspace))
    queue(workspace, desk, "Orders", 1, 1)
    flow_id = workspace.store.flows.id_of("Orders")
    desk.pause("Orders")
    remember(workspace, f"paused:{flow_id}", "broken: KeyError")
    assert desk.flows()[0].paused_why == "broken: KeyError"
    assert desk.try_again("Orders") == 0
    desk.resume("Orders")
    assert desk.flows()[0].state is FlowState.LIVE


def test_channels_that_rest_are_told_with_their_reason(workspace: Workspace) -> None:
    house = House(workspace)
    desk = WorkspaceDesk(house)
    assert desk.status().resting == ()
    house.engine = workspace.engine()
    mail = next(one for one in house.engine.dispatchers if one.channel.name == "email")
    until = NOON + timedelta(minutes=10)
    mail.stopped_until, mail.trouble = until, "535 wrong password"
    assert desk.status().resting == (Resting("email", until, "535 wrong password"),)
    mail.stopped_until = None
    mail.breaker = Breaker(opened=1, until=workspace.clock.passed() + 30)
    assert desk.status().resting == (Resting("email", NOON + timedelta(seconds=30)),)
    house.engine.close()


def test_a_clock_in_doubt_is_a_value_for_the_window(workspace: Workspace) -> None:
    """R16: by how much, and which way."""
    desk = WorkspaceDesk(House(workspace))
    remember(workspace, "clock", {"found": "behind", "off": -7200.0})
    assert desk.status().halt == Halt(HaltKind.CLOCK, off=timedelta(hours=-2))
    remember(workspace, "clock", {"found": "ahead", "off": None})
    assert desk.status().halt == Halt(HaltKind.CLOCK, is_ahead=True)
    assert desk.trust_clock()
    assert desk.status().halt is None
