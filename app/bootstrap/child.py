"""An engine in a process of its own: the same command line, kept from outside.

It says a word every moment as long as all is well, and comes to rest when nobody listens any more.
"""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import IO, Final

from app.engine.pulse import USUAL
from app.model.errors import ChainwrightError, RefusedError

_BEAT: Final = "beat"
_STARTS: Final = 120.0
"""So many seconds a process may take until its first word: a large file is looked through before."""
_ENDS: Final = 630.0
"""So many seconds one that comes to rest may take: the longest that a mail server may take to answer."""
_OWN_CODES: Final = (1, 2)
"""With which a command says “no” in a sentence."""


class ProcessRun:
    """``app.engine.keeper.Run`` over a command of this program."""

    def __init__(self, arguments: Sequence[str], clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._until = clock() + _STARTS
        self._said = ""
        pipe = subprocess.PIPE
        command = [*_program(), *arguments]
        self.process = subprocess.Popen(  # noqa: S603 - this very program
            command, stdin=pipe, stdout=pipe, stderr=pipe, text=True, encoding="utf-8"
        )
        self._readers = [
            threading.Thread(target=listen, args=(stream,), daemon=True)
            for stream, listen in ((self.process.stdout, self._hear), (self.process.stderr, self._pass_on))
        ]
        for one in self._readers:
            one.start()

    def _hear(self, stream: IO[str]) -> None:
        for line in stream:
            if line.strip() == _BEAT:
                self._until = self._clock() + USUAL

    def _pass_on(self, stream: IO[str]) -> None:
        for line in stream:
            self._said = line.strip() or self._said
            sys.stderr.write(line)
            sys.stderr.flush()

    def fault(self) -> str:
        code = self.process.poll()
        if code is None:
            return "stands still" if self._clock() > self._until else ""
        return f"has ended with {code}" if code else ""

    def is_over(self) -> bool:
        return self.process.poll() is not None

    def final(self) -> ChainwrightError | None:
        if self.process.returncode not in _OWN_CODES:
            return None
        for one in self._readers:
            one.join(1.0)
        return RefusedError(self._said)

    def end(self) -> None:
        if self.process.stdin is not None:
            with suppress(OSError):
                self.process.stdin.close()
        try:
            self.process.wait(_ENDS)
        except subprocess.TimeoutExpired:
            self.abandon()

    def abandon(self) -> None:
        self.process.kill()
        self.process.wait()


def _program() -> list[str]:
    return [sys.executable] if getattr(sys, "frozen", False) else [sys.executable, "-m", "app"]


def beat() -> None:
    """Says to whoever keeps this process that all is well."""
    with suppress(OSError, ValueError):
        sys.stdout.write(f"{_BEAT}\n")
        sys.stdout.flush()


def when_nobody_listens(stop: Callable[[], None]) -> None:
    """Calls ``stop`` when whoever keeps this process has gone, or wants it to end."""

    def wait() -> None:
        sys.stdin.read()
        stop()

    threading.Thread(target=wait, name="kept", daemon=True).start()
