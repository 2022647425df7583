"""Lists behind numbers and ways of people, over a real workspace with the real engine's rules."""

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
from app.model.errors import UserError
from app.model.flow import Edge, Flow, Node
from app.model.people import Address, Event
from app.model.standing import Period
from app.support.secrets import FileSecrets

FLOW = Flow(
    "Basket",
    (
        Node("start", "entry.event", settings={"events": ["basket_changed"]}),
        Node(
            "regular", "check", "Regular?", settings={"ways": [{"name": "yes", "when": {"tag": "regular"}}]}
        ),
        Node("wait", "wait", "Order?", settings={"events": ["order_completed"], "timeout": "P1D"}),
        Node("done", "end", "Done"),
        Node("stranger", "end", "Stranger"),
    ),
    (
        Edge("start", "entered", "wait"),
        Edge("wait", "happened", "regular"),
        Edge("wait", "timeout", "done"),
        Edge("regular", "yes", "done"),
        Edge("regular", "else", "stranger"),
    ),
)


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    secrets = FileSecrets(tmp_path / "secrets", "master")
    with open_workspace(tmp_path / "shop", make=True, secrets=secrets) as opened:
        yield opened


@pytest.fixture
def desk(workspace: Workspace) -> WorkspaceDesk:
    made = WorkspaceDesk(House(workspace))
    assert made.publish("Basket", write_flow(FLOW)).version == 1
    return made


def happen(workspace: Workspace, mail: str, name: str) -> int:
    """An event of a person who has a name."""
    at = datetime.now(UTC) + timedelta(seconds=1)
    address = Address("email", mail)
    updates = {"first_name": mail.split("@", maxsplit=1)[0].capitalize()}
    ingest(workspace.context, Event(name, at, f"{mail}:{name}", addresses=(address,), updates=updates))
    found = workspace.store.people.find(address)
    assert found is not None
    return found


def test_the_list_behind_a_node_names_who_is_there_and_what_is_next(
    workspace: Workspace, desk: WorkspaceDesk
) -> None:
    anna = happen(workspace, "anna@example.com", "basket_changed")
    ben = happen(workspace, "ben@example.com", "basket_changed")
    here = desk.standing("Basket", "wait")
    assert [(one.contact_id, one.name, one.address) for one in here] == [
        (anna, "Anna", "anna@example.com"),
        (ben, "Ben", "ben@example.com"),
    ]
    assert here[0].due_at is not None
    assert here[0].due_at - here[0].since == timedelta(days=1)
    assert desk.standing("Basket", "done") == []
    assert len(desk.standing("Basket", "", "entry", Period.TODAY)) == 2
    assert desk.counts("Basket", Period.TODAY).entered == 2
    assert desk.counts("Basket", Period.VERSION).inside == 2


def test_the_way_of_a_person_has_their_steps_and_says_why_they_stopped(
    workspace: Workspace, desk: WorkspaceDesk
) -> None:
    anna = happen(workspace, "anna@example.com", "basket_changed")
    way = desk.way("Basket", anna)
    assert way.name == "Anna"
    assert [(step.node, step.outlet) for step in way.steps] == [("start", "entered"), ("wait", "")]
    assert "Is at “Order?” since " in way.sentence
    assert " and waits for them to complete an order. Goes on without it at " in way.sentence
    happen(workspace, "anna@example.com", "order_completed")
    way = desk.way("Basket", anna)
    assert [step.node for step in way.steps] == ["start", "wait", "regular", "stranger"]
    assert way.sentence == (
        "Came to the end at Stranger. At “Regular?” no way was true. It saw tag regular: no."
    )
    assert [one.name for one in desk.standing("Basket", "regular", "out:else")] == ["Anna"]


def test_who_was_never_there_has_no_way(desk: WorkspaceDesk) -> None:
    with pytest.raises(UserError, match="was never in “Basket”"):
        desk.way("Basket", 404)
    with pytest.raises(UserError, match="no flow named"):
        desk.standing("Nothing", "start")
