"""Settings of sending behind the window: the texts of ``set``, in force from the next message on."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from pathlib import Path

import pytest

from app.bootstrap.house import House
from app.bootstrap.window_desk import WorkspaceDesk
from app.bootstrap.workspace import open_workspace
from app.model.errors import UserError
from app.support.clock import StandingClock
from app.support.secrets import FileSecrets

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[WorkspaceDesk]:
    secrets = FileSecrets(tmp_path / "secrets", "master")
    with open_workspace(tmp_path / "shop", make=True, secrets=secrets, clock=StandingClock(NOON)) as opened:
        yield WorkspaceDesk(House(opened))


def shown(desk: WorkspaceDesk) -> dict[str, tuple[str, str]]:
    return {text.name: (text.value, text.usual) for text in desk.sending()}


def test_each_setting_is_shown_with_what_holds_without_it(desk: WorkspaceDesk) -> None:
    texts = shown(desk)
    assert texts["sending.window.email"] == ("", "08:00-21:00")
    assert texts["sending.ceiling.sms"] == ("", "200")
    assert texts["sending.cap"] == ("", "4")
    assert texts["sending.warm_up_since"] == ("", "")


def test_what_is_stored_becomes_the_rules_and_an_empty_text_forgets_it(desk: WorkspaceDesk) -> None:
    values = {
        "sending.window.email": "Mon-Fri 10:00-16:00",
        "sending.ceiling.email": "500",
        "sending.closed": "2026-12-24, 2026-12-31",
        "sending.cap": "2",
        "sending.warm_up_since": "2026-03-01",
    }
    desk.save_sending(values)
    rules = desk._workspace.context.rules
    assert (rules.windows["email"].opens, rules.windows["email"].days) == (time(10), frozenset(range(5)))
    assert (rules.ceilings["email"], rules.cap.most) == (500, 2)
    assert date(2026, 12, 24) in rules.holidays
    assert rules.warm_up is not None
    texts = shown(desk)
    assert texts["sending.window.email"][0] == "mon-fri 10:00-16:00"
    assert texts["sending.closed"][0] == "2026-12-24, 2026-12-31"
    desk.save_sending(dict.fromkeys(values, ""))
    assert all(not value for value, _ in shown(desk).values())


def test_with_one_wrong_text_nothing_is_stored(desk: WorkspaceDesk) -> None:
    with pytest.raises(UserError, match=r"^sending\.window\.sms has to be hours"):
        desk.save_sending({"sending.cap": "2", "sending.window.sms": "nachts"})
    assert shown(desk)["sending.cap"][0] == ""
