"""What waits for a person to decide: from a real workspace's engine to the desk and back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.bootstrap.house import House
from app.bootstrap.window_desk import WorkspaceDesk
from app.bootstrap.workspace import Workspace, open_workspace
from app.engine import life
from app.flows.codec import write_flow
from app.model.desk import HeldGroup
from app.model.flow import Edge, Flow, Node
from app.model.people import Address
from app.support.clock import StandingClock
from app.support.secrets import FileSecrets
from tests.unit.bootstrap.said import Shell

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
LETTER = {
    "subject": "Your order",
    "body": "It is on its way.",
    "purpose": "transactional",
    "reason": "You ordered something",
    "late_after": "PT1H",
}
FLOW = Flow(
    "Orders",
    (
        Node("start", "entry.manual", "Start"),
        Node("letter", "email", "Letter", settings=LETTER),
        Node("end", "end", "End"),
    ),
    (Edge("start", "entered", "letter"), Edge("letter", "sent", "end"), Edge("letter", "failed", "end")),
)
MAIL = ("email.host=127.0.0.1", "email.port=9", "email.security=none", "email.from=mia@example.com")


def work(workspace: Workspace) -> None:
    engine = workspace.engine()
    engine.start()
    engine.until_idle()
    engine.close()


def test_what_is_late_stands_on_the_desk_until_somebody_decides(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    Shell(tmp_path / "shop", capsys, monkeypatch).do("set", *MAIL)
    clock, secrets = StandingClock(NOON), FileSecrets(tmp_path / "secrets", "master")
    with open_workspace(tmp_path / "shop", secrets=secrets, clock=clock) as workspace:
        desk = WorkspaceDesk(House(workspace))
        assert desk.publish("Orders", write_flow(FLOW)).version == 1
        with workspace.store.transaction() as tx:
            for number in (1, 2):
                tx.add_contact(number, [Address("email", f"p{number}@example.com")], NOON)
        life.enter(workspace.context, "Orders", [1, 2])
        clock.jump(NOON + timedelta(hours=3))
        assert desk.held() == []
        work(workspace)
        assert desk.held() == [HeldGroup("Orders", "email", "late", 2)]
        assert desk.decide_held(desk.held()[0], send=False) == 2
        assert desk.held() == []
