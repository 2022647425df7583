"""The program as a person has it: child processes of ``python -m app`` over one workspace."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

MASTER_PASSWORD: Final = "a master password of the tests"
WITH_FILE: Final = {"CHAINWRIGHT_MASTER_PASSWORD": MASTER_PASSWORD}
"""The environment in which a new workspace keeps its secrets in a file."""
AT_ANY_HOUR: Final = ("sending.window.email=always", "sending.window.sms=always")
"""For a shop that sends by the clock on the wall, whenever the tests run."""


@dataclass(frozen=True)
class Answer:
    """What one command said."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        """The one JSON document on standard output."""
        return json.loads(self.out)

    @property
    def sentence(self) -> str:
        """The one line on standard error; fails when there are more, or a traceback."""
        assert "Traceback" not in self.err
        (line,) = self.err.splitlines()
        return line


class Program:
    """One workspace, worked on only by child processes."""

    def __init__(self, folder: Path, environment: Mapping[str, str]) -> None:
        self.folder = folder
        self._environment = {**os.environ, **environment}

    def command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "app", *arguments, "--workspace", str(self.folder)]

    def ask(self, *arguments: str, given: str = "") -> Answer:
        """Runs one command; ``given`` is its standard input."""
        done = subprocess.run(
            self.command(*arguments),
            env=self._environment,
            input=given,
            capture_output=True,
            text=True,
            timeout=100,
            check=False,
        )
        return Answer(done.returncode, done.stdout, done.stderr)

    def do(self, *arguments: str, given: str = "") -> Any:
        """Runs one command that goes well; answers its JSON document."""
        answer = self.ask(*arguments, "--json", given=given)
        assert answer.code == 0, answer.err
        return answer.document

    @contextmanager
    def running(self, *arguments: str) -> Iterator[subprocess.Popen[str]]:
        """``run`` until the block is left: told to stop then, unless it is gone already."""
        child = subprocess.Popen(
            self.command("run", *arguments),
            env=self._environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        try:
            assert child.stderr is not None
            said = child.stderr.readline()
            assert "The engine runs." in said, said
            yield child
        finally:
            if child.poll() is None:
                child.terminate()
            out, err = child.communicate(timeout=60)
        assert "Traceback" not in out + err, err
