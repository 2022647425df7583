"""The command ``rehearse`` over real workspaces and over files."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from app.bootstrap.publishing import publish
from app.bootstrap.rehearse import read_events
from app.bootstrap.rehearsing import FaultyError, Watching, rehearse_flow
from app.bootstrap.workspace import Workspace, open_workspace
from app.cli import run as run_command
from app.engine.rehearsal import CancelledError
from app.flows.codec import write_flow
from app.model.errors import UserError
from app.model.flow import Edge, Flow, Node
from app.model.journey import Changes, Journey, JourneyState, Message, MessageState
from app.model.people import Address, Consent, Event
from app.model.rehearsing import RehearsalOptions, Wanted
from app.store.rehearsing import Past
from app.support.clock import StandingClock
from app.support.secrets import FileSecrets
from tests.stories.rehearsed import SETTINGS

NOW = datetime(2026, 11, 18, 14, 30, tzinfo=UTC)
LONG_AGO = NOW - timedelta(days=100)


def letters(wait: str = "P1D", name: str = "Letters", **entry: Any) -> Flow:
    start = Node("start", "entry.manual")
    if entry:
        start = Node("start", "entry.event", settings=entry)
    texts = {"subject": "Hello {{ first_name }}", "body": "Text"}
    nodes = (
        start,
        Node("one", "email", "First", settings=texts),
        Node("wait", "delay", settings={"for": wait}),
        Node("two", "sms", "Second", settings={"text": "Hi"}),
        Node("over", "end"),
    )
    edges = (
        Edge("start", "entered", "one"),
        Edge("one", "sent", "wait"),
        Edge("one", "failed", "wait"),
        Edge("wait", "next", "two"),
        Edge("two", "sent", "over"),
        Edge("two", "failed", "over"),
    )
    return Flow(name, nodes, edges)


@pytest.fixture
def workspace(tmp_path: Path) -> Any:
    secrets = FileSecrets(tmp_path / "secrets", "master")
    clock = StandingClock(NOW)
    with open_workspace(tmp_path / "shop", make=True, secrets=secrets, clock=clock) as opened:
        opened.store.settings.set(dict(SETTINGS))
        bring(opened, 10)
        yield opened


def bring(workspace: Workspace, people: int) -> None:
    changes = Changes()
    with workspace.store.transaction() as tx:
        for number in range(1, people + 1):
            phone = Address("phone", f"+4915112345{number:03d}")
            tx.add_contact(number, (Address("email", f"p{number}@example.com"), phone), LONG_AGO)
            for channel in ("email", "sms"):
                said = Consent(channel, given=True, at=LONG_AGO, source="form")
                changes.consents.append((number, said))
        tx.write(changes)


def record(workspace: Workspace, name: str, at: datetime, contact: int, **properties: Any) -> None:
    with workspace.store.transaction() as tx:
        event = Event(name, at, f"{name}:{contact}:{at}", contact_id=contact, properties=properties)
        tx.add_event(workspace.ids.new(), event, contact, at)


def days(count: int = 5, **more: Any) -> RehearsalOptions:
    return RehearsalOptions(days=count, **more)


def sums(document: Mapping[str, Any]) -> tuple[int, int]:
    return document["said"]["people"], document["said"]["messages"]


def test_people_put_in_by_hand_and_what_the_published_version_would_have_done(workspace: Workspace) -> None:
    assert publish(workspace, "Letters", write_flow(letters())).version == 1
    found = rehearse_flow(workspace, "Letters", write_flow(letters("P9D")), days(5))
    assert sums(found.document) == (10, 10)
    assert found.document["published"]["version"] == 1
    assert sums(found.document["published"]) == (10, 20)
    assert rehearse_flow(workspace, "Letters", write_flow(letters()), days()).published is None
    alone = rehearse_flow(workspace, "Letters", write_flow(letters("P9D")), days(compare=False))
    assert alone.published is None


def test_the_last_weeks_happen_again_and_of_many_people_some_are_looked_at(workspace: Workspace) -> None:
    for contact in range(1, 7):
        record(workspace, "signed_up", NOW - timedelta(days=3, hours=contact), contact)
        record(workspace, "signed_up", NOW - timedelta(days=60), contact)
    flow = write_flow(letters(name="Welcome", events=["signed_up"]))
    found = rehearse_flow(workspace, "Welcome", flow, days(5))
    assert (found.people, sums(found.document)) == (6, (6, 12))
    replay = rehearse_flow(workspace, "Welcome", flow, days(5, replay=True))
    assert {one.at + timedelta(days=7) for one in replay.draft.entered} == {
        one.at for one in found.draft.entered
    }
    some = rehearse_flow(workspace, "Welcome", flow, days(5, most=3))
    assert (some.people, some.step) == (3, 2)
    assert any("one in 2" in sentence for sentence in some.assumed)


def test_whoever_was_in_it_before_does_not_come_again(workspace: Workspace) -> None:
    flow = letters(name="Welcome", events=["signed_up"])
    assert publish(workspace, "Welcome", write_flow(flow)).version == 1
    flow_id = workspace.store.flows.id_of("Welcome")
    was = Journey(7, flow_id, 1, 1, "", JourneyState.WAITING, "one", 1, LONG_AGO, LONG_AGO)
    with workspace.store.transaction() as tx:
        tx.write(Changes(started=[was]))
    for contact in (1, 2):
        record(workspace, "signed_up", NOW - timedelta(days=3), contact)
    found = rehearse_flow(workspace, "Welcome", write_flow(flow), days())
    assert found.document["journeys"]["refused"] == {"before": 1}
    assert found.document["journeys"]["entered"] == 1


def test_what_other_flows_say_counts_for_a_persons_day_and_for_the_cap(workspace: Workspace) -> None:
    workspace.store.settings.set({"sending.cap": 2})
    for contact in (1, 2):
        record(workspace, "signed_up", NOW - timedelta(days=3), contact)
    assert publish(workspace, "Other", write_flow(letters(name="Other"))).version == 1
    other, sent = workspace.store.flows.id_of("Other"), MessageState.SENT
    at = NOW - timedelta(days=3, hours=1)
    with workspace.store.transaction() as tx:
        messages = [
            Message(100 + n, 9, 1, other, 1, 1, "one", "email", "marketing", sent, at, at, sent_at=at)
            for n in range(2)
        ]
        tx.write(Changes(queued=messages))
    flow = write_flow(letters(name="Welcome", events=["signed_up"]))
    found = rehearse_flow(workspace, "Welcome", flow, days(replay=True))
    assert found.document["messages"]["email"] == {"failed": 1, "sent": 1}
    assert [one["reason"] for one in found.document["refusals"] if one["what"] == "failed"] == ["capped"]
    past = Past(workspace.store)
    lives = past.lives([1, 2, 3], Wanted(frozenset({"signed_up"}), 0, LONG_AGO))
    assert len(lives.messages) == 2
    assert [one.contact_id for one in lives.events] == [1, 2]
    assert past.count_people() == 10


def test_dates_and_segments_let_people_in_by_themselves(workspace: Workspace) -> None:
    from app.engine.segment_life import save_segment

    save_segment(workspace.context, "Mine", {"property": "email", "known": True})
    entry = Node("start", "entry.segment", settings={"segment": "Mine"})
    flow = letters()
    flow = replace(flow, nodes=(entry, *flow.nodes[1:]))
    nobody = rehearse_flow(workspace, "Club", write_flow(flow), days())
    assert sums(nobody.document) == (0, 0)
    today = rehearse_flow(workspace, "Club", write_flow(flow), days(also_today=True))
    assert sums(today.document) == (10, 20)
    missing = replace(entry, settings={"segment": "Gone"})
    with pytest.raises((FaultyError, UserError)):
        rehearse_flow(workspace, "Club", write_flow(replace(flow, nodes=(missing, *flow.nodes[1:]))), days())


def test_texts_that_cannot_be_made_are_told_with_the_people(workspace: Workspace) -> None:
    flow = letters()
    broken = Node("one", "email", "First", settings={"subject": "{{ first_name }}", "body": "Text"})
    flow = replace(flow, nodes=(flow.nodes[0], broken, *flow.nodes[2:]))
    found = rehearse_flow(workspace, "Letters", write_flow(flow), days())
    (snag,) = found.draft.snags
    assert (snag.node, snag.what, snag.count, len(snag.people)) == ("one", "bad-text", 10, 3)
    assert found.document["messages"] == {"email": {"failed": 10}, "sms": {"sent": 10}}


def test_errors_in_the_drawing_keep_it_from_being_played(workspace: Workspace) -> None:
    flow = letters()
    with pytest.raises(FaultyError) as caught:
        rehearse_flow(workspace, "Letters", write_flow(replace(flow, edges=flow.edges[1:])), days())
    assert caught.value.problems


def test_it_tells_how_far_it_is_and_stops_when_nobody_wants_to_know(workspace: Workspace) -> None:
    shares: list[float] = []
    rehearse_flow(workspace, "L", write_flow(letters()), days(), Watching(shares.append))
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    with pytest.raises(CancelledError):
        rehearse_flow(workspace, "L", write_flow(letters()), days(), Watching(cancelled=lambda: True))


# --- the command line -------------------------------------------------------------------------------------


def shell(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = run_command(["rehearse", *arguments])
    out, err = capsys.readouterr()
    return code, out, err


@pytest.fixture
def files(tmp_path: Path) -> Path:
    (tmp_path / "f.flow.json").write_text(write_flow(letters(name="W", events=["signed_up"])), "utf-8")
    rows = "".join(f"p{n}@example.com,A{n},yes\n" for n in range(6))
    (tmp_path / "people.csv").write_text(f"email,first_name,consent_email\n{rows}", "utf-8")
    at = (datetime.now(UTC) - timedelta(days=4)).isoformat()
    events = "".join(f"signed_up,{at},p{n}@example.com,web\n" for n in range(4))
    (tmp_path / "events.csv").write_text(f"name,at,email,place\n{events}", "utf-8")
    return tmp_path


def test_people_and_events_of_files_without_any_workspace(
    files: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHAINWRIGHT_MASTER_PASSWORD", "master")
    told = [str(files / name) for name in ("f.flow.json", "people.csv", "events.csv")]
    place = ["--workspace", str(files / "none")]
    asked = [told[0], "--contacts", told[1], "--events", told[2], *place]
    code, out, err = shell(capsys, *asked, "--replay", "7", "--json", "--messages")
    document = json.loads(out)
    assert code == 0, err
    assert (document["contacts"], document["journeys"]["entered"]) == (4, 4)
    assert len(document["sent"]) == document["said"]["messages"] == 4
    assert document["mode"] == "replay"
    assert "Rehearsed, nothing was sent." in err
    code, out, _ = shell(capsys, told[0], "--contacts", told[1], *place)
    assert code == 0
    assert "everybody makes it once" in out
    assert not (files / "none").exists()


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--days", "0"], "1 to 366 days"),
        (["--people", "-1"], "the most people to look at"),
        (["--events", "x.csv"], "goes with “--contacts”"),
        (["--contacts", "nowhere.csv"], "There is no file"),
        ([], "There is no workspace"),
    ],
)
def test_what_cannot_be_asked(
    files: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], says: str
) -> None:
    flow, place = str(files / "f.flow.json"), str(files / "none")
    code, out, err = shell(capsys, flow, "--workspace", place, *arguments)
    assert (code, out) == (2, "")
    assert says in err


def test_errors_are_listed_with_exit_code_one(
    files: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHAINWRIGHT_MASTER_PASSWORD", "master")
    flow = letters()
    (files / "bad.flow.json").write_text(write_flow(replace(flow, edges=())), "utf-8")
    place, people = ["--workspace", str(files / "none")], str(files / "people.csv")
    code, out, err = shell(capsys, str(files / "bad.flow.json"), "--contacts", people, *place)
    assert code == 1
    assert "open-outlet" in out
    assert err == "With errors it cannot be rehearsed. Mend them first.\n"


def test_events_are_read_from_tables_and_json(tmp_path: Path) -> None:
    lines = tmp_path / "e.json"
    row = {"name": "bought", "at": "2026-11-02T09:30:00+01:00", "phone": "+4915112345678", "total": 3}
    lines.write_text(json.dumps(row) + "\n" + json.dumps({**row, "properties": {"x": 1}, "id": "b"}))
    (owner, event), (_, other) = read_events(lines)
    assert owner == Address("phone", "+4915112345678")
    assert (event.name, event.properties, other.properties) == ("bought", {"total": 3}, {"x": 1})
    assert (event.source_id, other.source_id) == ("e.json:1", "b")
    lines.write_text(json.dumps([row]))
    assert len(list(read_events(lines))) == 1


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{", "neither a table"),
        ("[3]", "each event is a JSON object"),
        ('{"at": "2026-11-02T09:30:00+01:00", "email": "a@example.com"}', "“name” is missing"),
        ('{"name": "x", "at": "2026-11-02T09:30:00", "email": "a@example.com"}', "has no zone"),
        ('{"name": "x", "at": "soon", "email": "a@example.com"}', "event 1"),
        ('{"name": "x", "at": "2026-11-02T09:30:00+01:00"}', "nobody is named"),
        ('{"name": "x", "at": "2026-11-02T09:30:00+01:00", "email": "a"}', "event 1"),
    ],
)
def test_an_event_that_cannot_be_read_is_named(tmp_path: Path, text: str, says: str) -> None:
    path = tmp_path / "e.json"
    path.write_text(text)
    with pytest.raises(UserError, match=says):
        list(read_events(path))
