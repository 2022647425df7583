"""``chainwright diff``: what differs, in sentences, between files, flows and versions."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.bootstrap.said import Shell, furnish, hello, write

OTHER = hello("Good evening, {{ first_name }}!")


@pytest.fixture
def furnished(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Shell:
    shell = Shell(tmp_path / "workspace", capsys, monkeypatch)
    furnish(shell, tmp_path)
    return shell


def test_two_files_are_compared_without_a_workspace(furnished: Shell, tmp_path: Path) -> None:
    one = str(write(tmp_path / "one.flow.json", hello()))
    other = str(write(tmp_path / "other.flow.json", OTHER))
    said = furnished.bare("diff", one, other, "--json")
    assert said.code == 1
    assert said.sentence == "1 difference."
    assert said.document["same"] is False
    (difference,) = said.document["differences"]
    assert (difference["sort"], difference["nodes"]) == ("changed", ["letter"])
    assert "instead of" in difference["text"]
    same = furnished.bare("diff", one, one)
    assert (same.code, same.out, same.sentence) == (0, "", "Nothing differs.")
    missing = furnished.bare("diff", one, str(tmp_path / "none.flow.json"))
    assert (missing.code, "There is no file" in missing.sentence) == (2, True)


def test_a_draft_is_compared_with_what_was_published_of_it(furnished: Shell, tmp_path: Path) -> None:
    assert furnished.ask("diff", "Hello").code == 0
    second = str(write(tmp_path / "second.flow.json", OTHER))
    furnished.do("publish", second)
    said = furnished.ask("diff", "Hello@1", "Hello@2")
    assert said.code == 1
    assert said.out.startswith("~ ")
    assert furnished.ask("diff", "Hello@2", "Hello").code == 0
    assert furnished.ask("diff", "Hello@2", second).code == 0
    gone = furnished.ask("diff", "Hello@7", "Hello")
    assert (gone.code, gone.sentence) == (2, "“Hello” has no version 7.")


@pytest.mark.parametrize("arguments", [("diff",), ("diff", "Nobody"), ("diff", "Nobody@1", "Hello")])
def test_what_cannot_be_compared_is_said_in_one_sentence(
    furnished: Shell, arguments: tuple[str, ...]
) -> None:
    said = furnished.ask(*arguments)
    assert said.code == 2
    assert said.sentence


def test_one_file_alone_is_compared_with_nothing(furnished: Shell, tmp_path: Path) -> None:
    said = furnished.ask("diff", str(write(tmp_path / "one.flow.json", hello())))
    assert (said.code, said.sentence) == (2, "A file is compared with a second one. Name both.")
