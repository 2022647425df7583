"""Messages made for a person while they are written, over a real workspace with its catcher."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.bootstrap.house import House
from app.bootstrap.practice import Practice, catching
from app.bootstrap.previews import fields_of
from app.bootstrap.window_desk import WorkspaceDesk
from app.bootstrap.workspace import Workspace, open_workspace
from app.engine.life import ingest
from app.model.errors import UserError, WorldError
from app.model.flow import Flow, Node
from app.model.people import Address, Event
from app.support.secrets import FileSecrets

NOW = datetime.now(UTC)
FLOW = Flow(
    "Basket",
    (
        Node("start", "entry.event", settings={"events": ["basket_changed"]}),
        Node(
            "letter",
            "email",
            settings={"subject": 'Hi {{ first_name | default: "there" }}', "body": "See {{ event.total }}"},
        ),
        Node("broken", "email", settings={"subject": "{{ nothing }}", "body": "x"}),
        Node("sms", "sms", settings={"text": "Hallo {{ first_name }} €"}),
        Node("popup", "popup", settings={"headline": "Hi {{ first_name }}", "fields": ["email"]}),
        Node("call", "task", settings={"text": "Ask for {{ event.total }}"}),
        Node("tell", "notify", settings={"text": "{{ first_name }} waits"}),
        Node(
            "first",
            "reach",
            settings={"rungs": [{"kind": "popup"}, {"kind": "sms", "settings": {"text": "Hi"}}]},
        ),
    ),
)


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    secrets = FileSecrets(tmp_path / "secrets", "master")
    with open_workspace(tmp_path / "shop", make=True, secrets=secrets) as opened:
        yield opened


@pytest.fixture
def desk(workspace: Workspace) -> WorkspaceDesk:
    return WorkspaceDesk(House(workspace))


def come(workspace: Workspace, mail: str, name: str, total: int, minutes: int = 0) -> int:
    """A person who left a basket."""
    at = NOW + timedelta(minutes=minutes)
    items = ['{"title": "Clara", "price": "34,90 €"}']
    event = Event(
        "basket_changed",
        at,
        f"{mail}:{total}",
        addresses=(Address("email", mail),),
        properties={"total": total, "items": items},
        updates={"first_name": name, "last_name": "Weiß"},
    )
    ingest(workspace.context, event)
    found = workspace.store.people.find(Address("email", mail))
    assert found is not None
    return found


@contextmanager
def practising(workspace: Workspace) -> Iterator[Practice]:
    with catching(workspace) as practice:
        yield practice


def test_people_are_found_by_any_words_of_name_and_address(workspace: Workspace, desk: WorkspaceDesk) -> None:
    anna, ben = come(workspace, "anna@example.com", "Anna", 5), come(workspace, "ben@example.com", "Ben", 6)
    assert [one.id for one in desk.people()] == [anna, ben]
    assert [(one.name, one.address) for one in desk.people("weiß ANNA")] == [
        ("Anna Weiß", "anna@example.com")
    ]
    assert [one.id for one in desk.people("ben@")] == [ben]
    assert desk.people("%") == []
    assert len(desk.people(limit=1)) == 1


def test_a_letter_is_made_for_a_person_with_their_newest_event(
    workspace: Workspace, desk: WorkspaceDesk
) -> None:
    come(workspace, "anna@example.com", "Anna", 5)
    anna = come(workspace, "anna@example.com", "Anna", 7, minutes=1)
    made = desk.preview(FLOW, "letter", anna, ["{{ event.items[0].title }}", "{{ broken", "{{ shop.name }}"])
    assert made.problem == ""
    assert made.content["subject"] == "Hi Anna"
    assert "See 7" in made.content["text"]
    assert made.filled == ("Clara", "", "My shop")
    assert desk.preview(FLOW, "letter", None).content["subject"] == "Hi there"


def test_what_cannot_be_made_is_said_in_a_sentence(workspace: Workspace, desk: WorkspaceDesk) -> None:
    made = desk.preview(FLOW, "broken", None)
    assert made.content == {}
    assert made.problem.startswith("The subject is empty for this person")
    with pytest.raises(UserError, match="not in the flow"):
        desk.preview(FLOW, "gone", None)


def test_every_kind_of_message_is_made(workspace: Workspace, desk: WorkspaceDesk) -> None:
    workspace.store.settings.set({"sms.price": "0.075 EUR"})
    anna = come(workspace, "anna@example.com", "Anna", 5)
    sms = desk.preview(FLOW, "sms", anna)
    assert (sms.content["text"], sms.content["encoding"], sms.price) == ("Hallo Anna €", "gsm7", "0.075 EUR")
    assert desk.preview(FLOW, "popup", anna).content["headline"] == "Hi Anna"
    assert desk.preview(FLOW, "call", anna).content["text"] == "Ask for 5"
    assert desk.preview(FLOW, "tell", anna).content == {"text": "Anna waits"}
    assert desk.preview(FLOW, "first#1", anna).content["text"] == "Hi"
    with pytest.raises(UserError, match="not in the flow"):
        desk.preview(FLOW, "first#2", None)


def test_what_is_sent_to_me_comes_as_that_person_would_get_it_and_counts_nowhere(
    workspace: Workspace, desk: WorkspaceDesk
) -> None:
    anna = come(workspace, "anna@example.com", "Anna", 5)
    workspace.store.settings.set({"practice": True})
    with practising(workspace) as practice:
        desk.send_to_me(FLOW, "letter", anna, " ME@example.com ")
        desk.send_to_me(FLOW, "sms", anna, "+4915112345678")
        desk.send_to_me(FLOW, "sms", anna, "+4915112345678")
        caught = practice.caught(0)
    assert [(one.channel, one.address) for one in caught] == [
        ("email", "me@example.com"),
        ("sms", "+4915112345678"),
        ("sms", "+4915112345678"),
    ]
    assert (caught[0].subject, caught[1].text) == ("Hi Anna", "Hallo Anna €")
    assert "/c/" not in caught[0].html
    assert workspace.store.people.messages(anna) == []
    assert workspace.store.people.journeys(anna) == []
    assert workspace.store.people.find(Address("email", "me@example.com")) is None


def test_what_cannot_be_sent_to_me_says_why(workspace: Workspace, desk: WorkspaceDesk) -> None:
    with pytest.raises(UserError, match="E-mail is not set up"):
        desk.send_to_me(FLOW, "letter", None, "me@example.com")
    with pytest.raises(UserError, match="Look at it in the browser"):
        desk.send_to_me(FLOW, "popup", None, "me@example.com")
    workspace.store.settings.set({"practice": True})
    with practising(workspace), pytest.raises(UserError, match="cannot be used"):
        desk.send_to_me(FLOW, "letter", None, "not an address")
    workspace.store.settings.set(
        {
            "practice": False,
            "email.host": "127.0.0.1",
            "email.port": 9,
            "email.from": "us@example.com",
            "email.security": "none",
        }
    )
    with pytest.raises(WorldError, match="did not take the message"):
        desk.send_to_me(replace(FLOW), "letter", None, "me@example.com")


def test_what_events_carry_is_named_with_what_is_inside_their_products(
    workspace: Workspace, desk: WorkspaceDesk
) -> None:
    come(workspace, "anna@example.com", "Anna", 5)
    assert desk.event_fields(["basket_changed"]) == ["total", "items", "items.title", "items.price"]
    assert desk.event_fields(["other"]) == []
    assert fields_of([{"basket": {"id": 1}}, {"other": []}]) == ["basket", "basket.id", "other"]
