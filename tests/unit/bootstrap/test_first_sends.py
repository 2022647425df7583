"""Rule 22: how many would get the first message is shown before publishing; above 100 it is typed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from app.bootstrap.first_sends import first_reach
from app.bootstrap.publishing import publish
from app.bootstrap.workspace import Workspace, open_workspace
from app.engine import first, life
from app.engine.first import Reach
from app.engine.segment_life import save_segment
from app.flows.codec import write_flow
from app.model.flow import Flow, Node
from app.model.journey import FlowState
from app.model.people import Address, Event
from app.support.clock import StandingClock
from app.support.secrets import FileSecrets
from tests.unit.bootstrap.said import Shell, empty, write
from tests.unit.engine.build import edges, node

__all__ = ["empty"]

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
SHOP = {
    "practice": True,
    "postal_address": "Lindenallee 7, 10115 Berlin",
    "site.url": "https://go.example.com",
    "workspace.zone": "Europe/Berlin",
}


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    secrets = FileSecrets(tmp_path / "secrets", "master")
    clock: Any = StandingClock(NOON)
    with open_workspace(tmp_path / "shop", make=True, secrets=secrets, clock=clock) as opened:
        opened.store.settings.set(SHOP)
        yield opened


def letters_by(entry: Node, *middle: Node, subject: str = "Hello") -> Flow:
    said = node("letter", "email", subject=subject, body="Text")
    nodes = (entry, *middle, said, node("over", "end"))
    line = [entry.id, *(one.id for one in middle), "letter"]
    outlets = ["entered", *("next" for _ in middle)]
    ways = [f"{one}.{outlet} > {then}" for one, outlet, then in zip(line, outlets, line[1:], strict=False)]
    return Flow("Basket", nodes, edges(*ways, "letter.sent > over", "letter.failed > over"))


SIGNED_UP = node("start", "entry.event", events=["signed_up"])


def people(workspace: Workspace, count: int, *, minutes_apart: float, **properties: Any) -> None:
    """So many have signed up, the last one just now."""
    for number in range(count):
        at = NOON - timedelta(minutes=minutes_apart * number)
        address = Address("email", f"p{number}@example.org")
        event = Event("signed_up", at, f"e{number}", addresses=(address,), updates=properties)
        life.ingest(workspace.context, event)


def test_who_comes_by_events_is_taken_to_come_as_yesterday(workspace: Workspace) -> None:
    """Imported history, machines of other shops and doubles count for nobody."""
    people(workspace, 30, minutes_apart=60)
    life.ingest(
        workspace.context, Event("signed_up", NOON, "again", addresses=(Address("email", "p0@example.org"),))
    )
    old = Event("signed_up", NOON, "old", addresses=(Address("email", "h@example.org"),), history=True)
    life.ingest(workspace.context, old)
    assert first_reach(workspace, letters_by(SIGNED_UP)) == Reach(2, 25)
    later = node("wait", "delay", for_="PT20H")
    assert first_reach(workspace, letters_by(SIGNED_UP, later)) == Reach(0, 5)


def test_only_events_that_the_entry_lets_in_are_counted(workspace: Workspace) -> None:
    for number in range(6):
        address = (Address("email", f"p{number}@example.org"),)
        properties = {"total": number * 10}
        life.ingest(
            workspace.context,
            Event("signed_up", NOON, f"e{number}", addresses=address, properties=properties),
        )
    large = node("start", "entry.event", events=["signed_up"], where={"field": "total", "more_than": 29})
    assert first_reach(workspace, letters_by(large)).hour == 3


def test_a_schedule_reaches_everybody_in_its_segment(workspace: Workspace) -> None:
    people(workspace, 5, minutes_apart=0, city="Berlin")
    save_segment(workspace.context, "Berliners", {"property": "city", "is": "Berlin"})
    save_segment(workspace.context, "Nobody", {"property": "city", "is": "Rome"})

    def on(start: str, segment: str = "") -> Reach:
        return first_reach(
            workspace, letters_by(node("start", "entry.schedule", start=start, segment=segment))
        )

    assert on("2026-03-02T12:30:00Z") == Reach(5, 5)
    assert on("2026-03-02T20:00:00Z", "Berliners") == Reach(0, 5)
    assert on("2026-03-02T20:00:00Z", "Nobody") == Reach(0, 0)
    assert on("2026-03-02T20:00:00Z", "Missing") == Reach(0, 0)
    assert on("2026-03-09T20:00:00Z") == Reach(0, 0)
    assert on("2026-03-01T20:00:00Z") == Reach(0, 0)


def test_dates_that_come_and_those_of_today_where_they_are_wanted(workspace: Workspace) -> None:
    for number, day in enumerate(("2026-03-02", "2026-03-03", "2026-03-09", "some day")):
        address = (Address("email", f"p{number}@example.org"),)
        event = Event("seen", NOON, f"e{number}", addresses=address, updates={"birthday": day})
        life.ingest(workspace.context, event)
    flow = letters_by(node("start", "entry.date", property="birthday", time="09:00"))
    assert first_reach(workspace, flow) == Reach(0, 1)
    assert first_reach(workspace, flow, also_today=True) == Reach(1, 2)


def test_who_is_in_a_segment_starts_only_where_that_is_wanted(workspace: Workspace) -> None:
    """Rule 2."""
    people(workspace, 5, minutes_apart=0, city="Berlin")
    save_segment(workspace.context, "Berliners", {"property": "city", "is": "Berlin"})
    flow = letters_by(node("start", "entry.segment", segment="Berliners"))
    assert first_reach(workspace, flow) == Reach(0, 0)
    assert first_reach(workspace, flow, also_today=True) == Reach(5, 5)


def test_above_a_hundred_the_number_is_typed(workspace: Workspace) -> None:
    """Rule 22."""
    people(workspace, 120, minutes_apart=1)
    document = write_flow(letters_by(SIGNED_UP))
    refused = publish(workspace, "Basket", document)
    assert (refused.version, refused.unconfirmed, refused.first_hour, refused.first_day) == (0, True, 61, 120)
    assert publish(workspace, "Basket", document, confirm=50).unconfirmed
    assert publish(workspace, "Basket", document, confirm=200).unconfirmed
    made = publish(workspace, "Basket", document, confirm=118)
    assert (made.version, made.unconfirmed, made.first_day) == (1, False, 120)
    texts = publish(workspace, "Basket", write_flow(letters_by(SIGNED_UP, subject="Other words")))
    assert (texts.version, texts.texts_only) == (2, True)
    waits = letters_by(SIGNED_UP, node("wait", "delay", for_="PT1H"))
    assert publish(workspace, "Basket", write_flow(waits)).unconfirmed


def test_up_to_a_hundred_nothing_is_typed_and_a_stopped_flow_is_new(workspace: Workspace) -> None:
    people(workspace, 100, minutes_apart=1)
    document = write_flow(letters_by(SIGNED_UP))
    assert publish(workspace, "Basket", document).version == 1
    workspace.store.flows.set_state("Basket", FlowState.STOPPED, now=NOON)
    life.ingest(
        workspace.context,
        Event("signed_up", NOON, "one more", addresses=(Address("email", "x@example.org"),)),
    )
    assert publish(workspace, "Basket", document).unconfirmed
    assert publish(workspace, "Basket", document, confirm=101).version == 1


def test_first_so_many_then_hold_is_known_before_it_is_live(workspace: Workspace) -> None:
    """Rule 22."""
    assert publish(workspace, "Basket", write_flow(letters_by(SIGNED_UP)), first=50).version == 1
    assert first.held_after(workspace.context, "Basket") == {"most": 50, "sent": 0}
    publish(workspace, "Basket", write_flow(letters_by(SIGNED_UP, subject="Other words")))
    assert first.held_after(workspace.context, "Basket") == {"most": 50, "sent": 0}


def test_the_command_line_says_the_number_and_takes_it(empty: Shell, tmp_path: Path) -> None:
    """Rule 22: one sentence, and exit 1."""
    empty.do("set", "practice=yes", "postal_address=Lindenallee 7, 10115 Berlin", "workspace.zone=UTC")
    rows = "E-mail;Email consent\r\n" + "".join(f"p{n}@example.com;yes\r\n" for n in range(120))
    empty.do("import", str(write(tmp_path / "people.csv", rows)))
    soon = (datetime.now(UTC) + timedelta(minutes=30)).isoformat(timespec="seconds")
    flow = write_flow(letters_by(node("start", "entry.schedule", start=soon)))
    path = str(write(tmp_path / "round.flow.json", flow))
    said = empty.ask("publish", path, "--json")
    assert said.code == 1
    assert said.sentence == (
        "“Basket” was not published: 120 people would get its first message within an hour and 120 within a "
        "day. To agree, type the number: --confirm 120"
    )
    assert json.loads(said.out)["version"] == 0
    assert (said.document["first_hour"], said.document["first_day"]) == (120, 120)
    assert empty.ask("publish", path, "--confirm", "12").code == 1
    assert empty.do("publish", path, "--confirm", "120", "--first", "50")["version"] == 1
    assert empty.do("resume", "Basket", "--first") == {"flow": "Basket", "released": 0}
    assert empty.ask("publish", path, "--first", "many").code == 2
    assert empty.ask("publish", path, "--first", "-1").code == 2
