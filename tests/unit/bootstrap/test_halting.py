"""R16: a clock in doubt is told in a sentence, and answered from the command line."""

from __future__ import annotations

from collections.abc import Iterator
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
