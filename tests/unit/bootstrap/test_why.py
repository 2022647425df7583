"""The command ``why``: about whom it is asked, what it prints, and how it ends."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.unit.bootstrap.said import Shell, hello, write


def test_somebody_unknown_is_one_plain_sentence(shell: Shell) -> None:
    for unknown in ("nobody@example.com", "+49 151 99999999", "12"):
        said = shell.ask("why", unknown)
        assert said.code == 2
        assert said.out == ""
        assert said.sentence
    assert shell.ask("why", "nobody@example.com").sentence == (
        "Nobody in this workspace has the address nobody@example.com."
    )


def test_of_whom_nothing_was_decided_it_says_so(shell: Shell) -> None:
    said = shell.ask("why", "ada@example.com")
    assert (said.code, said.out) == (0, "")
    assert said.sentence == "Nothing was ever decided about ada@example.com."


@pytest.fixture
def entered(shell: Shell) -> Shell:
    """Ada, Bob and once more Ada came in by hand; nothing was sent yet."""
    shell.ask("enter", "Hello", "ada@example.com", "bob@example.com")
    shell.ask("enter", "Hello", "ada@example.com")
    return shell


def test_each_way_to_name_a_person_tells_the_same(entered: Shell) -> None:
    found = entered.do("why", "ada@example.com")
    assert found == entered.do("why", "0151 12345678") == entered.do("why", str(found["contact"]))
    first, refused = found["stories"]
    assert (first["flow"], refused["journey"]) == ("Hello", None)
    assert [line["what"] for line in first["lines"]] == ["started", "queued", "now"]
    assert refused["lines"][0]["text"].endswith(": they were in the flow already.")
    assert {"at", "what", "node", "tone", "text"} == set(first["lines"][0])


def test_people_read_lines_with_moments(entered: Shell) -> None:
    said = entered.ask("why", "ada@example.com")
    head, *lines = said.out.splitlines()
    assert said.err == ""
    assert head.startswith("“Hello”, version 1, published by ")
    assert "They came in: they were added by hand." in lines[0]
    assert lines[2].split()[0] == "now"


def test_one_flow_alone(entered: Shell, tmp_path: Path) -> None:
    other = json.loads(hello()) | {"name": "Other"}
    entered.do("publish", str(write(tmp_path / "other.flow.json", json.dumps(other))))
    assert len(entered.do("why", "ada@example.com", "--flow", "Hello")["stories"]) == 2
    assert entered.ask("why", "ada@example.com", "--flow", "Other").sentence == (
        "Nothing was ever decided about ada@example.com by “Other”."
    )
    assert len(entered.do("why", "ada@example.com", "--flow", str(tmp_path / "other.flow.json"))) == 2
    unknown = entered.ask("why", "ada@example.com", "--flow", "Nowhere")
    assert (unknown.code, unknown.sentence) == (2, "There is no flow named “Nowhere” in this workspace.")


def test_who_is_about_to_come_in_is_told_until_when(shell: Shell, tmp_path: Path) -> None:
    """Rule 3: a basket that has to be quiet first is no journey yet."""
    flow: dict[str, Any] = json.loads(hello()) | {"name": "Baskets"}
    flow["nodes"][0] |= {
        "kind": "entry.event",
        "settings": {"events": ["basket_added"], "quiet_for": "PT30M"},
    }
    shell.do("publish", str(write(tmp_path / "baskets.flow.json", json.dumps(flow))))
    _happens(shell, "ada@example.com")
    (story,) = shell.do("why", "ada@example.com")["stories"]
    assert story["head"] == "“Baskets”: not in it yet"
    assert story["lines"][0]["text"].endswith(
        "if nothing more happens before: it has to be quiet for 30 min."
    )


def _happens(shell: Shell, email: str) -> None:
    from app.bootstrap.workspace import open_workspace
    from app.engine import life
    from app.model.people import Address, Event

    with open_workspace(shell.folder) as workspace:
        event = Event("basket_added", workspace.clock.now(), "b1", addresses=(Address("email", email),))
        life.ingest(workspace.context, event)
