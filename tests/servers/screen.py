"""A screen without a monitor: Xvfb, with xdotool as mouse and keyboard."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from ctypes.util import find_library
from dataclasses import dataclass

from tests.servers.missing import MissingServer, program


@dataclass(frozen=True)
class Screen:
    """A running X display."""

    display: str

    @property
    def env(self) -> dict[str, str]:
        """The whole environment for a program that shall show its windows here."""
        return os.environ | {"DISPLAY": self.display, "QT_QPA_PLATFORM": "xcb"}

    def xdotool(self, *arguments: str) -> str:
        """What one xdotool command printed; without a window manager call `windowfocus` before keys."""
        done = subprocess.run(
            ["xdotool", *arguments], env=self.env, capture_output=True, text=True, timeout=30, check=True
        )
        return done.stdout.strip()


@contextmanager
def screen(size: str = "1280x800") -> Iterator[Screen]:
    """Starts Xvfb of this size on the first free display and ends it."""
    xvfb = program("Xvfb")
    program("xdotool")
    if not find_library("xcb-cursor"):
        raise MissingServer("libxcb-cursor0 is not installed")
    reading, writing = os.pipe()
    command = [xvfb, "-displayfd", str(writing), "-screen", "0", f"{size}x24", "-nolisten", "tcp"]
    with subprocess.Popen(
        command,
        pass_fds=[writing],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as server:
        os.close(writing)
        try:
            with os.fdopen(reading) as answer:
                number = answer.readline().strip()
            if not number:
                raise MissingServer("Xvfb did not start")
            yield Screen(f":{number}")
        finally:
            server.terminate()
