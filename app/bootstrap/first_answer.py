"""The program, started as its command line does, until it answers a drag for the first time."""

from __future__ import annotations

import os
import sys

from app.cli import run as run_command
from app.ui import swift


def run(folder: str, word: str) -> None:
    """Starts the desktop over the workspace in ``folder``, prints the word at the answer and ends there."""

    def answered() -> None:
        print(word, flush=True)  # noqa: T201 - the measuring process waits for it
        os._exit(0)

    swift.spare_sources()
    from app.ui.answering import Answering

    _watch = Answering(answered)
    sys.exit(run_command(["--workspace", folder]))
