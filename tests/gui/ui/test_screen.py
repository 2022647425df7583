from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.servers.screen import Screen

ROOT = Path(__file__).resolve().parents[3]


class Window:
    """The window as a process of its own, with a real pointer over it."""

    def __init__(self, screen: Screen, process: subprocess.Popen[str]) -> None:
        self._screen = screen
        self._process = process

    def hears(self, key: str) -> Any:
        """The next thing of this name that the window says."""
        assert self._process.stdout is not None
        for line in self._process.stdout:
            said = json.loads(line)
            if key in said:
                return said[key] if len(said) == 1 else said
        raise AssertionError("the window closed")

    def drag(self, start: list[int], end: list[int]) -> None:
        """Presses, moves in steps and lets go."""
        self._screen.xdotool("mousemove", *map(str, start))
        self._screen.xdotool("mousedown", "1")
        for step in (0.05, 0.2, 0.5, 0.8, 1.0):
            x, y = (round(a + (b - a) * step) for a, b in zip(start, end, strict=True))
            self._screen.xdotool("mousemove", str(x), str(y))
            time.sleep(0.05)
        self._screen.xdotool("mouseup", "1")


@pytest.fixture
def window(xvfb: Screen) -> Iterator[Window]:
    command = [sys.executable, "-m", "tests.gui.ui.standalone"]
    with subprocess.Popen(command, cwd=ROOT, env=xvfb.env, stdout=subprocess.PIPE, text=True) as process:
        yield Window(xvfb, process)
        process.terminate()


@pytest.mark.xvfb
def test_a_kind_is_dragged_from_the_palette_onto_the_canvas_with_a_real_pointer(window: Window) -> None:
    places = window.hears("kinds")
    left, top = places["view"]
    window.drag(places["kinds"]["entry.event"], [left + 150, top + 250])
    draft = window.hears("draft")
    assert [node["kind"] for node in draft["nodes"]] == ["entry.event"]
    window.drag(places["kinds"]["email"], [left + 450, top + 250])
    draft = window.hears("draft")
    assert [node["kind"] for node in draft["nodes"]] == ["entry.event", "email"]
    start, letter = draft["nodes"]
    # From the port of the start at its right edge to the letter's inlet, in the places that the draft names.
    offset = [left + 150 - start["x"] - 80, top + 250 - start["y"] - 28]
    window.drag(
        [offset[0] + start["x"] + 160, offset[1] + start["y"] + 28],
        [offset[0] + letter["x"], offset[1] + letter["y"] + 28],
    )
    draft = window.hears("draft")
    assert [(edge["from"], edge["outlet"], edge["to"]) for edge in draft["edges"]] == [
        (start["id"], "entered", letter["id"])
    ]
