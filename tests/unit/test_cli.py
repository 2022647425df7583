"""The commands of DESIGN.md section 6: their JSON documents, their exit codes and their one sentence."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from app.bootstrap.flow_files import templates
from tests.unit.bootstrap.said import CONTACTS, Said, Shell, hello, write

LATER = ["sync", "export", "erase", "backup", "restore", "serve"]
LOOSE = [("start", "entered", "letter"), ("letter", "sent", "end")]
"""The way of letters that fail leads nowhere: a warning."""
CUT = [("letter", "sent", "end"), ("letter", "failed", "end")]
"""Nobody gets to the letter: errors."""


def file(tmp_path: Path, name: str, text: str) -> str:
    return str(write(tmp_path / name, text))


# --- documents ----------------------------------------------------------------------------------------


def test_check_tells_each_file_with_its_problems(empty: Shell, tmp_path: Path) -> None:
    files = [
        file(tmp_path, "sound.flow.json", hello()),
        file(tmp_path, "loose.flow.json", hello(edges=LOOSE)),
        file(tmp_path, "cut.flow.json", hello(edges=CUT)),
    ]
    said = empty.bare("check", *files, "--json")

    assert said.code == 1
    assert [one["file"] for one in said.document] == files
    for one in said.document:
        assert set(one) == {"file", "problems"}
        for problem in one["problems"]:
            assert {"code", "severity", "nodes", "edge", "message", "fix"} <= set(problem)
            assert problem["severity"] in ("error", "warning")
            assert isinstance(problem["nodes"], list)
            assert problem["edge"] is None or set(problem["edge"]) == {"from", "outlet", "to"}
    sound, loose, cut = (one["problems"] for one in said.document)
    assert sound == []
    assert [(one["code"], one["severity"]) for one in loose] == [("open-outlet", "warning")]
    assert {"open-outlet", "unreachable"} <= {one["code"] for one in cut if one["severity"] == "error"}
    assert not empty.folder.exists()


def test_check_of_one_file_is_a_list_too_and_warnings_are_no_error(empty: Shell, tmp_path: Path) -> None:
    said = empty.bare("check", file(tmp_path, "loose.flow.json", hello(edges=LOOSE)), "--json")
    assert (said.code, len(said.document)) == (0, 1)
    said = empty.bare("check", file(tmp_path, "cut.flow.json", hello(edges=CUT)))
    assert said.code == 1
    assert "error open-outlet: " in said.out
    assert said.sentence.startswith("The flow: ")
    assert said.sentence.endswith(" errors, 0 warnings.")


def test_check_asks_the_workspace_that_is_named(shell: Shell, tmp_path: Path) -> None:
    assert shell.ask("check", "Hello", "--json").document == [{"file": "Hello", "problems": []}]
    shell.do("set", "practice=no", "postal_address=")
    codes = {one["code"] for one in shell.ask("check", "Hello", "--json").document[0]["problems"]}
    assert codes == {"channel-not-set-up", "no-postal-address", "no-public-address"}
    loose = file(tmp_path, "hello.flow.json", hello())
    assert shell.bare("check", loose, "--json").document[0]["problems"] == []


def test_schema_describes_every_flow_that_comes_along(empty: Shell, tmp_path: Path) -> None:
    schema = empty.bare("schema", "--json").document
    assert empty.bare("schema").document == schema
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    documents = [json.loads(document) for _name, document in templates()]
    assert len(documents) >= 2
    for document in (*documents, json.loads(hello())):
        validator.validate(document)
    broken = json.loads(hello())
    broken["nodes"][1]["settings"]["subject"] = 7
    assert not validator.is_valid(broken)


def test_import_counts_every_row_and_says_why_one_is_left_out(empty: Shell, tmp_path: Path) -> None:
    path = file(tmp_path, "people.csv", CONTACTS.replace("0151 87654321", "12"))
    document = empty.do("import", path, "--region", "DE")
    assert {name: document[name] for name in ("read", "created", "updated")} == {
        "read": 4,
        "created": 2,
        "updated": 0,
    }
    assert [row["row"] for row in document["skipped"]] == [4, 5]
    assert all(set(row) == {"row", "reason"} and row["reason"] for row in document["skipped"])
    again = empty.ask("import", path, "--region", "DE")
    assert again.sentence == "4 rows read: 0 people are new, 2 were known, 2 rows were left out."
    assert again.out.startswith("Row 4: ")


def test_a_flow_is_published_entered_and_run(shell: Shell) -> None:
    assert shell.do("enter", "Hello", "all") == {"entered": 3, "refused": {}}
    assert shell.do("run", "--until-idle", "--no-site") == {
        "contacts": 3,
        "events": 0,
        "journeys": {"entered": 3, "inside": 0, "by_end": {"end": 3}},
        "messages": {"email": {"failed": 2, "sent": 1}},
        "reactions": {},
        "failed": {"no-address": 1, "no-consent": 1},
        "edges": [
            {"flow": "Hello", "from": "start", "outlet": "entered", "to": "letter", "count": 3},
            {"flow": "Hello", "from": "letter", "outlet": "sent", "to": "end", "count": 1},
            {"flow": "Hello", "from": "letter", "outlet": "failed", "to": "end", "count": 2},
        ],
    }
    again = shell.ask("enter", "Hello", "ada@example.com", "0151 87654321", "--json")
    assert (again.code, again.document) == (1, {"entered": 0, "refused": {"before": 2}})
    assert again.sentence == "0 of 2 people entered “Hello”, 2 refused (in it before)."


def test_publish_says_which_version_is_live(shell: Shell, tmp_path: Path) -> None:
    nobody = {"first_hour": 0, "first_day": 0}
    assert shell.do("publish", "Hello") == {
        "flow": "Hello",
        "version": 1,
        "texts_only": False,
        "problems": [],
        **nobody,
    }
    other = file(tmp_path, "other.flow.json", hello("Good evening, {{ first_name }}!"))
    again = {"flow": "Hello", "version": 2, "texts_only": True, "problems": []}
    assert shell.do("publish", other) == again | nobody
    longer = file(tmp_path, "longer.flow.json", hello(edges=LOOSE))
    said = shell.ask("publish", longer, "--json")
    assert (said.document["version"], said.document["texts_only"]) == (3, False)
    assert said.sentence == "Version 3 of “Hello” is live."


def test_a_flow_with_errors_is_not_published_and_the_one_before_stays(shell: Shell, tmp_path: Path) -> None:
    said = shell.ask("publish", file(tmp_path, "cut.flow.json", hello(edges=CUT)), "--json")
    assert (said.code, said.document["version"]) == (1, 0)
    assert any(one["severity"] == "error" for one in said.document["problems"])
    assert said.sentence.startswith("“Hello” was not published: ")
    assert shell.do("enter", "Hello", "ada@example.com") == {"entered": 1, "refused": {}}
    assert shell.do("run", "--until-idle", "--no-site")["messages"] == {"email": {"sent": 1}}


def test_a_flow_is_paused_resumed_closed_and_stopped(shell: Shell) -> None:
    shell.do("enter", "Hello", "ada@example.com")
    assert shell.do("pause", "Hello") == {"flow": "Hello", "state": "paused"}
    assert shell.do("run", "--until-idle", "--no-site")["messages"] == {"email": {"queued": 1}}
    assert shell.do("pause", "Hello", "--entries") == {"flow": "Hello", "state": "closed"}
    refused = shell.ask("enter", "Hello", "bob@example.com")
    assert (refused.code, refused.out) == (1, "")
    assert "Resume it first." in refused.sentence
    assert shell.do("run", "--until-idle", "--no-site")["messages"] == {"email": {"sent": 1}}
    assert shell.do("resume", "Hello") == {"flow": "Hello", "state": "live"}
    shell.do("enter", "Hello", "bob@example.com")
    assert shell.do("stop", "Hello") == {"flow": "Hello", "ended": 1}
    assert shell.do("run", "--until-idle", "--no-site")["journeys"]["by_end"] == {"end": 1, "stopped": 1}


def test_set_names_what_it_has_set_and_never_the_secret(shell: Shell) -> None:
    said = shell.ask("set", "email.host=mail.example.com", "email.password", "--json", given="geheim\n")
    assert said.document == {"set": ["email.host", "email.password"]}
    assert "geheim" not in said.out + said.err
    assert shell.ask("set", "email.host=").sentence == "Set: email.host."


def test_doctor_finds_no_fault_in_a_sound_workspace(shell: Shell) -> None:
    document = shell.do("doctor")
    assert (document["counters_wrong"], document["unknown"], document["held"]) == (0, 0, 0)


@pytest.mark.nightly
def test_bench_tells_ratios_beside_the_limit_of_the_same_run(empty: Shell) -> None:
    said = empty.bare("bench", "check", "--size", "150", "--json")
    document = said.document
    assert (said.code in (0, 1), document["bench"]) == (True, "check")
    assert "Python" in document["machine"]
    assert document["figures"]
    for figure in document["figures"]:
        assert {"name", "value", "unit", "limit", "ratio", "bar"} <= set(figure)


# --- what is not built, and help ----------------------------------------------------------------------


@pytest.mark.parametrize("command", LATER)
@pytest.mark.parametrize("rest", [(), ("--json",), ("x", "--workspace", "nowhere")])
def test_a_command_that_is_not_built_says_so(empty: Shell, command: str, rest: tuple[str, ...]) -> None:
    said = empty.bare(command, *rest)
    assert (said.code, said.out) == (2, "")
    assert said.sentence.endswith(" is not built yet.")


@pytest.mark.parametrize("arguments", [("--help",), ("run", "--help"), ("--version",)])
def test_help_is_asked_for_and_well(arguments: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    from app import cli

    with pytest.raises(SystemExit) as ended:
        cli.run(arguments)
    out, err = capsys.readouterr()
    assert (ended.value.code, err) == (0, "")
    assert "hainwright" in out


def test_json_and_workspace_may_stand_before_the_command(shell: Shell) -> None:
    said = shell.bare("--json", "--workspace", str(shell.folder), "check", "Hello")
    assert said.document == [{"file": "Hello", "problems": []}]


def test_a_document_is_one_document_and_the_sentence_stands_apart(shell: Shell) -> None:
    for arguments in (("doctor",), ("publish", "Hello"), ("check", "Hello"), ("pause", "Hello")):
        said: Said = shell.ask(*arguments, "--json")
        assert said.document
        assert said.sentence.endswith(".")
        plain: Said = shell.ask(*arguments)
        assert plain.sentence == said.sentence
        with pytest.raises(ValueError, match=r"Expecting|Extra"):
            _ = plain.document


def test_whoever_stops_listening_breaks_nothing(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    class Gone:
        def write(self, _text: str) -> int:
            raise BrokenPipeError

        def flush(self) -> None:
            raise BrokenPipeError

    import sys

    from app import cli

    gone: Any = Gone()
    monkeypatch.setattr(sys, "stdout", gone)
    assert cli.run(["doctor", "--json", "--workspace", str(shell.folder)]) == 0
