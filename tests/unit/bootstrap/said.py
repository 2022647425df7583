"""The command line in this process: what it prints, and how it ends."""

from __future__ import annotations

import io
import json
import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest

from app import cli

MASTER: Final = "a master password of the tests"
SETTINGS: Final = (
    "workspace.name=Ackermann Flowers",
    "workspace.region=DE",
    "postal_address=Lindenallee 7, 10115 Berlin",
    "practice=yes",
)
CONTACTS: Final = (
    "First name;E-mail;Phone;Email consent;SMS consent\r\n"
    "Ada;ada@example.com;0151 12345678;yes;yes\r\n"
    "Bob;bob@example.com;;no;\r\n"
    "Cyd;;0151 87654321;yes;no\r\n"
    "Nobody;;;yes;yes\r\n"
)


@dataclass(frozen=True)
class Said:
    """What one command said."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        return json.loads(self.out)

    @property
    def sentence(self) -> str:
        """The one line on standard error."""
        (line,) = self.err.splitlines()
        return line


class Shell:
    """Types commands for one workspace."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str], patch: pytest.MonkeyPatch) -> None:
        self.folder = folder
        self._capsys, self._patch = capsys, patch
        patch.setenv("CHAINWRIGHT_MASTER_PASSWORD", MASTER)

    def ask(self, *arguments: str, given: str = "", folder: Path | None = None) -> Said:
        """One command; ``given`` is its standard input."""
        return self.bare(*arguments, "--workspace", str(folder or self.folder), given=given)

    def bare(self, *arguments: str, given: str = "") -> Said:
        """One command without a workspace named."""
        self._patch.setattr(sys, "stdin", io.StringIO(given))
        self._capsys.readouterr()
        code = cli.run(arguments)
        out, err = self._capsys.readouterr()
        return Said(code, out, err)

    def do(self, *arguments: str, given: str = "") -> Any:
        """One command that goes well; its JSON document."""
        said = self.ask(*arguments, "--json", given=given)
        assert said.code == 0, said.err
        return said.document


def furnish(shell: Shell, scratch: Path) -> None:
    """Settings, three people and a flow that is live."""
    shell.do("set", *SETTINGS)
    write(scratch / "people.csv", CONTACTS)
    shell.do("import", str(scratch / "people.csv"))
    write(scratch / "hello.flow.json", hello())
    shell.do("publish", str(scratch / "hello.flow.json"))


def copy_of(furnished: Path, folder: Path) -> Path:
    """A workspace of its own."""
    shutil.copytree(furnished, folder)
    return folder


def write(path: Path, text: str | bytes) -> Path:
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def hello(
    body: str = "Good morning, {{ first_name }}!", edges: Sequence[tuple[str, str, str]] | None = None
) -> str:
    """A flow of one letter for people who are put in by hand."""
    if edges is None:
        edges = [("start", "entered", "letter"), ("letter", "sent", "end"), ("letter", "failed", "end")]
    document = {
        "format": "chainwright.flow",
        "schema": 1,
        "name": "Hello",
        "settings": {"reentry": "never"},
        "nodes": [
            {"id": "start", "kind": "entry.manual", "title": "", "x": 0, "y": 0, "settings": {}},
            {
                "id": "letter",
                "kind": "email",
                "title": "",
                "x": 200,
                "y": 0,
                "settings": {"subject": "Hello", "body": body},
            },
            {"id": "end", "kind": "end", "title": "", "x": 400, "y": 0, "settings": {}},
        ],
        "edges": [{"from": one, "outlet": outlet, "to": other} for one, outlet, other in edges],
        "notes": [],
    }
    return json.dumps(document)


_furnished: list[Path] = []


@pytest.fixture
def empty(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Shell:
    """A shell whose workspace is not there yet."""
    return Shell(tmp_path / "shop", capsys, monkeypatch)


@pytest.fixture
def shell(empty: Shell, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Shell:
    """A shell over a workspace in practice mode with three people and the flow “Hello”: made once, copied."""
    if not _furnished:
        scratch = tmp_path_factory.mktemp("furnished")
        empty.folder = scratch / "shop"
        furnish(empty, scratch)
        _furnished.append(empty.folder)
    empty.folder = copy_of(_furnished[0], tmp_path / "shop")
    return empty
