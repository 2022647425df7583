"""R16, R43: what stops everything is told in a sentence: a clock in doubt, the brake, a dead engine."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

import app
from app.bootstrap.halting import clock_sentence, halt_of
from app.bootstrap.house import House
from app.bootstrap.window_desk import WorkspaceDesk
from app.bootstrap.workspace import Workspace, open_workspace
from app.engine import braking
from app.engine.engine import Engine
from app.engine.keeper import DOWN
from app.support.clock import StandingClock
from app.support.secrets import FileSecrets
from tests.unit.bootstrap.said import Shell

NOON = datetime(2026, 12, 2, 12, 0, tzinfo=UTC)
KIEL = ZoneInfo("Europe/Berlin")


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    secrets = FileSecrets(tmp_path / "secrets", "master")
    clock = StandingClock(NOON)
    with open_workspace(tmp_path / "shop", make=True, secrets=secrets, clock=clock) as opened:
        yield opened


@pytest.mark.parametrize(
    ("doubt", "why"),
    [
        ({"found": "ahead", "off": 86_400.0}, "was set forward by 1 day."),
        ({"found": "behind", "off": -7200.0}, "was set back by 2 hours."),
        ({"found": "behind", "off": -61.0}, "was set back by 1 minute."),
        ({"found": "behind", "off": -6.0}, "was set back by 6 seconds."),
        ({"found": "ahead", "off": None}, "says 2 December 2026, 13:00, more than a year after it was last"),
        ({"found": "behind", "off": None}, "says 2 December 2026, 13:00, which is in the past."),
    ],
)
def test_a_doubt_is_one_sentence_that_says_why_and_what_to_do(doubt: dict[str, Any], why: str) -> None:
    said = clock_sentence(doubt, NOON, KIEL)
    assert said.startswith("This computer's clock ")
    assert why in said
    assert "Nothing is sent until it is right again" in said
    assert "resume --clock" in said


def test_the_status_says_that_sending_waits_for_the_clock(workspace: Workspace) -> None:
    house = House(workspace)
    desk = WorkspaceDesk(house)
    house.engine = workspace.engine()
    house.engine.start()
    assert desk.status().engine == "running"
    clock = workspace.clock
    assert isinstance(clock, StandingClock)
    clock.set(NOON + timedelta(days=2))
    house.engine.until_idle()
    status = desk.status()
    assert (status.engine, status.engine_detail) == ("paused", halt_of(workspace))
    assert "forward by 2 days" in status.engine_detail
    house.engine.close()


def test_the_clock_is_answered_for_on_the_command_line(shell: Shell) -> None:
    said = shell.ask("resume", "--clock", "--json")
    assert said.document == {"clock": "trusted", "was_in_doubt": False}
    with open_workspace(shell.folder, clock=StandingClock(datetime(2046, 1, 1, tzinfo=UTC))) as workspace:
        engine = workspace.engine()
        engine.start()
        engine.close()
    with open_workspace(shell.folder, clock=StandingClock(datetime(2036, 1, 1, tzinfo=UTC))) as workspace:
        engine = workspace.engine()
        engine.start()
        engine.close()
    assert "which is in the past" in shell.do("doctor")["halt"]
    assert shell.ask("doctor").sentence.endswith("resume --clock”.")
    said = shell.ask("resume", "--clock", "--json")
    assert said.document == {"clock": "trusted", "was_in_doubt": True}
    assert said.sentence == "Sending goes on."
    assert shell.do("doctor")["halt"] == ""


def test_resume_asks_for_a_flow_where_nothing_else_is_said(shell: Shell) -> None:
    said = shell.ask("resume")
    assert (said.code, said.sentence[:13]) == (2, "Name the flow")


def test_this_program_was_not_made_in_the_future() -> None:
    assert datetime.fromisoformat(app.__built__).replace(tzinfo=UTC) <= datetime.now(UTC)


# --- the brake ----------------------------------------------------------------------------------------


def test_the_brake_is_pulled_and_let_go_on_the_command_line(shell: Shell) -> None:
    shell.do("enter", "Hello", "ada@example.com")
    said = shell.ask("brake", "--json")
    document = said.document
    assert (document["brake"], document["cancelled"], document["accepted"]) == ("on", 1, [])
    assert said.sentence == "The brake is on: 1 message taken back, 0 accepted in the last hour."
    assert shell.do("run", "--until-idle", "--no-site")["messages"] == {"email": {"cancelled": 1}}
    assert shell.do("doctor")["halt"].startswith("The brake is on since ")
    said = shell.ask("brake", "--release", "drop", "--json")
    assert said.document == {"brake": "off", "dropped": 1}
    assert said.sentence == "The brake is released: 1 message that it took back was dropped."
    assert shell.ask("brake", "--release", "send").sentence.startswith("The brake was not on")
    assert shell.do("doctor")["halt"] == ""


def test_what_was_accepted_is_told_with_where_it_went(shell: Shell) -> None:
    shell.do("enter", "Hello", "ada@example.com")
    shell.do("run", "--until-idle", "--no-site")
    (one,) = shell.do("brake")["accepted"]
    assert {"message", "contact", "flow", "node", "channel", "address", "sent_at"} <= set(one)
    assert (one["flow"], one["channel"], one["address"]) == ("Hello", "email", "ada@example.com")
    assert "ada@example.com  Hello / letter" in shell.ask("brake").out
    shell.do("brake", "--release", "send")


def test_the_status_says_that_the_brake_is_on(workspace: Workspace) -> None:
    house = House(workspace)
    house.engine = workspace.engine()
    house.engine.start()
    braking.brake(workspace.context)
    assert (house.engine_state, house.engine_detail) == ("paused", halt_of(workspace))
    assert "2 December 2026" in house.engine_detail
    with workspace.context.session("brake") as session:
        session.changes.machine["brake"] = {"since": NOON.isoformat(), "release": {}}
    assert halt_of(workspace).startswith("The brake is being released")
    with workspace.context.session("brake") as session:
        session.changes.machine["brake"] = None
    house.engine.close()


# --- an engine that stays down ------------------------------------------------------------------------


def test_an_engine_that_failed_too_often_stays_down_and_the_status_says_what_to_do(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, expect_log: Callable[[str], None]
) -> None:
    """R43: for every program of the workspace, until a person starts it again."""
    for pattern in ("the engine has died", "started again", "stays down"):
        expect_log(pattern)

    def dies(_engine: Engine, _stop: threading.Event) -> None:
        raise MemoryError

    desk_told = threading.Event()
    with monkeypatch.context() as patch:
        patch.setattr(Engine, "run", dies)
        house = House(workspace)
        house.listen(lambda: desk_told.set() if house.engine_state == "failed" else None)
        with house.running():
            assert desk_told.wait(30)
            assert house.engine_detail == DOWN
    assert halt_of(workspace) == DOWN
    again = House(workspace)
    with again.running():
        assert (again.engine_state, again.engine_detail) == ("running", "")
    assert halt_of(workspace) == ""
