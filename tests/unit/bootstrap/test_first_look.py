"""How many a draft would send its first message to is looked at before it is published (rule 22)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.bootstrap.house import House
from app.bootstrap.window_desk import WorkspaceDesk
from app.bootstrap.workspace import Workspace, open_workspace
from app.engine.life import ingest
from app.flows.codec import write_flow
from app.model.desk import FirstReach
from app.model.flow import Flow, Node
from app.model.journey import ContactChange
from app.model.people import Address, Event
from app.support.clock import StandingClock
from app.support.secrets import FileSecrets
from tests.unit.engine.build import edges

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    """A hundred and twenty people have left a basket today, twelve of them within the hour."""
    secrets = FileSecrets(tmp_path / "secrets", "master")
    folder = tmp_path / "shop"
    with open_workspace(folder, make=True, secrets=secrets, clock=StandingClock(NOON)) as opened:
        for number in range(1, 121):
            with opened.store.transaction() as tx:
                tx.add_contact(number, [Address("email", f"p{number}@example.com")], NOON)
            at = NOON - timedelta(minutes=5 if number <= 12 else 300)
            ingest(opened.context, Event("basket_added", at, f"e{number}", contact_id=number))
        yield opened


def baskets(subject: str = "Your basket") -> Flow:
    letter = {"subject": subject, "body": "It is still there."}
    nodes = (
        Node("start", "entry.event", "Left", settings={"events": ["basket_added"]}),
        Node("letter", "email", "Letter", settings=letter),
        Node("over", "end", "Over"),
    )
    return Flow(
        "Basket", nodes, edges("start.entered > letter", "letter.sent > over", "letter.failed > over")
    )


def test_so_many_get_it_within_an_hour_and_a_day_and_the_number_is_typed(workspace: Workspace) -> None:
    desk = WorkspaceDesk(House(workspace))
    document = write_flow(baskets())
    assert desk.first_reach("Basket", document) == FirstReach(12, 120, typed=True)
    assert [one.name for one in desk.flows()] == [], "looking stores nothing"


def test_what_sends_nothing_reaches_nobody(workspace: Workspace) -> None:
    desk = WorkspaceDesk(House(workspace))
    nodes = (baskets().nodes[0], Node("over", "end", "Over"))
    quiet = Flow("Quiet", nodes, edges("start.entered > over"))
    assert desk.first_reach("Quiet", write_flow(quiet)) == FirstReach()


def by_themselves(kind: str, **settings: object) -> str:
    letter = {"subject": "Hello", "body": "There."}
    nodes = (
        Node("start", kind, "Comes", settings=settings),
        Node("letter", "email", "Letter", settings=letter),
        Node("over", "end", "Over"),
    )
    lines = edges("start.entered > letter", "letter.sent > over", "letter.failed > over")
    return write_flow(Flow("New", nodes, lines))


def test_dates_and_rounds_that_come_within_the_day_are_counted(workspace: Workspace) -> None:
    desk = WorkspaceDesk(House(workspace))
    with workspace.context.session("ingest") as session:
        for number in range(1, 31):
            day = {"date": "2026-03-03" if number <= 20 else "2026-03-02" if number <= 27 else "2026-03-09"}
            session.changes.contacts.append(ContactChange(number, day))
    dates = by_themselves("entry.date", property="date", time="20:00")
    assert desk.first_reach("New", dates) == FirstReach(0, 7)
    late = by_themselves("entry.date", property="date", time="00:30")
    assert desk.first_reach("New", late) == FirstReach(0, 20)
    assert desk.first_reach("New", late, also_today=True) == FirstReach(7, 27)
    desk.save_segment("Some", {"property": "date", "known": True})
    soon, morrow = "2026-03-02T12:30:00Z", "2026-03-03T12:30:00Z"
    assert desk.first_reach("New", by_themselves("entry.schedule", start=soon)) == FirstReach(
        120, 120, typed=True
    )
    some = by_themselves("entry.schedule", start=soon, segment="Some")
    assert desk.first_reach("New", some) == FirstReach(30, 30)
    assert desk.first_reach("New", by_themselves("entry.schedule", start=morrow)) == FirstReach()
    assert (
        desk.first_reach("New", by_themselves("entry.schedule", start=soon, segment="None")) == FirstReach()
    )


def test_who_joins_a_segment_by_time_alone_is_counted(workspace: Workspace) -> None:
    """Twelve baskets were left five minutes ago, the others five hours ago."""
    desk = WorkspaceDesk(House(workspace))
    desk.save_segment("Cold", {"not": {"event": "basket_added", "since": "PT30M"}})
    cold = by_themselves("entry.segment", segment="Cold")
    assert desk.first_reach("New", cold) == FirstReach(12, 12)
    assert desk.first_reach("New", cold, also_today=True) == FirstReach(120, 120, typed=True)
    assert desk.first_reach("New", by_themselves("entry.segment", segment="None")) == FirstReach()
