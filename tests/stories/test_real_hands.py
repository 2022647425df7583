"""Show 4: story 1 from an empty canvas to published with a real pointer, and again by keys alone."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from tests.servers import screen as screens
from tests.servers.missing import MissingServer
from tests.servers.screen import Screen
from tests.stories.baskets import Shop
from tests.stories.program import WITH_FILE

ROOT: Final = Path(__file__).resolve().parents[2]
MOST_CLICKS: Final = 60
MOST_KEYS: Final = 150
PATIENCE_S: Final = 20.0
Place = list[int]

EDGES: Final = {
    ("start", "entered", "letter1"),
    ("letter1", "opened", "hour"),
    ("letter1", "clicked", "hour"),
    ("letter1", "timeout", "popup"),
    ("letter1", "failed", "popup"),
    ("hour", "next", "letter2"),
    ("letter2", "sent", "third_day"),
    ("letter2", "failed", "reachable"),
    ("popup", "clicked", "third_day"),
    ("popup", "closed", "third_day"),
    ("popup", "timeout", "reachable"),
    ("popup", "failed", "reachable"),
    ("reachable", "phone and consent", "sms"),
    ("reachable", "else", "third_day"),
    ("sms", "sent", "third_day"),
    ("sms", "failed", "third_day"),
    ("third_day", "next", "letter3"),
    ("letter3", "sent", "done"),
    ("letter3", "failed", "done"),
}
"""Story 1 of the design, by roles."""


class Window:
    """The program on a screen of its own; its answers are the eyes, xdotool is the hands."""

    def __init__(self, screen: Screen, process: subprocess.Popen[str], folder: Path) -> None:
        self._screen = screen
        self._process = process
        self._folder = folder
        self.gestures = 0
        self.keys = 0
        self.roles: dict[str, str] = {}

    # --- eyes -------------------------------------------------------------------------------------------

    def sees(self, name: str, *arguments: object) -> Any:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps([name, *arguments]) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        assert line, "the window is gone"
        return json.loads(line)

    @property
    def state(self) -> dict[str, Any]:
        found: dict[str, Any] = self.sees("state")
        return found

    def until(self, holds: Callable[[dict[str, Any]], object]) -> dict[str, Any]:
        """Looks until something is seen."""
        end = time.monotonic() + PATIENCE_S
        while not holds(state := self.state):
            if time.monotonic() > end:
                self.fail(state)
            time.sleep(0.05)
        return state

    def fail(self, *seen: object) -> None:
        """Leaves a picture and says what was seen."""
        file = str(self._folder / "failed.png")
        self.sees("picture", file)
        pytest.fail(f"{seen}, picture in {file}")

    def place(self, name: str, *arguments: object) -> Place:
        """Waits until something has a place."""
        end = time.monotonic() + PATIENCE_S
        while (found := self.sees(name, *arguments)) is None:
            if time.monotonic() > end:
                self.fail(name, arguments, self.state)
            time.sleep(0.05)
        return [int(one) for one in found]

    # --- hands ------------------------------------------------------------------------------------------

    def click(self, at: Place) -> None:
        self.gestures += 1
        self._screen.xdotool("mousemove", *map(str, at))
        time.sleep(0.05)
        self._screen.xdotool("click", "1")
        time.sleep(0.1)

    def drag(self, start: Place, end: Place) -> None:
        self.gestures += 1
        self._screen.xdotool("mousemove", *map(str, start))
        self._screen.xdotool("mousedown", "1")
        for step in (0.05, 0.2, 0.5, 0.8, 0.95, 1.0):
            x, y = (round(a + (b - a) * step) for a, b in zip(start, end, strict=True))
            self._screen.xdotool("mousemove", str(x), str(y))
            time.sleep(0.03)
        self._screen.xdotool("mouseup", "1")
        time.sleep(0.1)

    def types(self, text: str) -> None:
        """A text, letter by letter; it is not counted."""
        self._screen.xdotool("type", "--delay", "4", text)
        time.sleep(0.05)

    def presses(self, *keys: str) -> None:
        """Keys that are no text: each one counts."""
        self.keys += len(keys)
        for key in keys:
            self._screen.xdotool("key", key)
            time.sleep(0.03)

    # --- what a person does -----------------------------------------------------------------------------

    def rests(self) -> None:
        """Until what was typed last is judged: what is wrong comes and goes below its field."""
        self.until(lambda state: not state["busy"])

    def fill(self, name: str, text: str) -> None:
        """A field of the selected node."""
        self.rests()
        self.click(self.place("field", name))
        self._screen.xdotool("key", "ctrl+a")
        self.types(text)

    def known(self, role: str) -> str:
        """The node that was made last has this role from now on."""
        (made,) = (name for name, _kind in self.state["nodes"] if name not in self.roles.values())
        self.roles[role] = str(made)
        return self.roles[role]

    def pull_new(self, source: str, outlet: str, kind: str, role: str, at: tuple[float, float]) -> None:
        """A wire into the empty, and there the kind that comes: two gestures."""
        count = len(self.state["nodes"])
        self.drag(self.place("port", self.roles[source], outlet), self.place("free", *at))
        self.click(self.place("choice", kind))
        self.until(lambda state: len(state["nodes"]) == count + 1)
        made = self.known(role)
        self.until(lambda state: state["selected"] == [made])

    def pull(self, source: str, outlet: str, target: str) -> None:
        edge = [self.roles[source], outlet, self.roles[target]]
        self.drag(self.place("port", *edge[:2]), self.place("inlet", edge[2]))
        self.until(lambda state: edge in state["edges"])

    # --- by keys alone ----------------------------------------------------------------------------------

    def wake(self) -> None:
        """Without a window manager nobody gives the keys to a window."""
        self.until(self._is_awake)

    def _is_awake(self, state: dict[str, Any]) -> bool:
        if not state["active"]:
            self._screen.xdotool("search", "--sync", "--name", "Chainwright", "windowfocus")
        return bool(state["active"])

    def add(self, role: str, *letters: str) -> None:
        """Behind the node that has the keys: Tab, a letter or two, Enter."""
        count = len(self.state["nodes"])
        self.presses("Tab")
        self.until(lambda state: state["adding"])
        self.presses(*letters, "Return")
        self.until(lambda state: len(state["nodes"]) == count + 1)
        made = self.known(role)
        self.until(lambda state: state["walked"] == made)

    def opens(self, *fields: tuple[str, str]) -> None:
        """The settings of the node that has the keys, and what is typed into some of its fields."""
        self.presses("ctrl+Return")
        self.until(lambda state: state["focus"] != "CanvasView")
        for name, text in fields:
            self.tab_to(name)
            self.types(text)

    def tab_to(self, name: str) -> None:
        """Tab as often as it takes."""
        for _ in range(20):
            if self.state["focus"] == name:
                return
            self.presses("Tab")
            time.sleep(0.15)
        self.fail(name, self.state)

    def leaves(self) -> None:
        """Back to the drawing."""
        self.presses("Escape")
        self.until(lambda state: state["focus"] == "CanvasView")

    def walks(self, key: str, role: str) -> None:
        self.presses(key)
        self.until(lambda state: state["walked"] == self.roles[role])

    def connects(self, outlet: str, target: str, *keys: str) -> None:
        """C, what chooses the way out and where it leads, Enter."""
        source = self.state["walked"]
        self.presses("c", *keys, "Return")
        edge = [source, outlet, self.roles[target]]
        self.until(lambda state: edge in state["edges"])

    def tick(self, *words: str) -> None:
        for one in words:
            self.rests()
            self.click(self.place("tick", "reactions", one))


@pytest.fixture
def window(shop: Shop, tmp_path: Path) -> Iterator[Window]:
    try:
        with screens.screen("1920x1080") as screen:
            command = [sys.executable, "-m", "tests.stories.shown", str(shop.program.folder)]
            with subprocess.Popen(
                command,
                cwd=ROOT,
                env=screen.env | WITH_FILE,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            ) as process:
                yield Window(screen, process, tmp_path)
                process.terminate()
    except MissingServer as missing:
        pytest.skip(str(missing))


def drawn(state: dict[str, Any], roles: dict[str, str]) -> set[tuple[str, str, str]]:
    role = {name: one for one, name in roles.items()}
    return {(role[source], outlet, role[target]) for source, outlet, target in state["edges"]}


@pytest.mark.xvfb
@pytest.mark.alone
@pytest.mark.timeout(300)
def test_story_one_is_drawn_and_published_with_a_real_pointer(window: Window, record_property: Any) -> None:
    window.until(lambda state: state["page"] == "flows" and not state["busy"])
    window.click(window.place("button", "New flow"))
    window.until(lambda state: state["page"] == "flow" and not state["busy"])

    window.drag(window.place("palette", "entry.event"), window.place("free", 0.08, 0.22))
    window.known("start")
    window.fill("events", "basket_added")
    window.presses("Return")
    window.types("basket_changed")
    window.fill("quiet_for", "30 min")

    window.pull_new("start", "entered", "email", "letter1", (0.2, 0.22))
    window.fill("subject", "Still thinking it over?")
    window.fill("body", "Your basket is waiting.")
    window.tick("opened", "clicked")
    window.pull_new("letter1", "opened", "delay", "hour", (0.36, 0.16))
    window.fill("for", "1 hour")
    window.pull_new("hour", "next", "email", "letter2", (0.46, 0.16))
    window.fill("subject", "Three small things to know")
    window.fill("body", "We deliver on Sundays too.")
    window.pull_new("letter1", "timeout", "popup", "popup", (0.36, 0.5))
    window.fill("headline", "Your basket is still here")
    window.fill("text", "Shall we keep it?")
    window.tick("clicked", "closed")
    window.pull_new("popup", "timeout", "check", "reachable", (0.53, 0.62))
    window.rests()
    window.click(window.place("button", "Add a ready way"))
    window.click(window.place("button", "May be texted"))
    window.pull_new("reachable", "phone and consent", "sms", "sms", (0.68, 0.72))
    window.fill("text", "Your basket is waiting")
    window.pull_new("sms", "sent", "until", "third_day", (0.83, 0.3))
    window.fill("since_entry", "3 days")
    window.pull_new("third_day", "next", "email", "letter3", (0.89, 0.12))
    window.fill("subject", "We are letting your flowers go")
    window.fill("body", "Goodbye for now.")
    window.pull_new("letter3", "sent", "end", "done", (0.97, 0.45))

    there = drawn(window.state, window.roles)
    for source, outlet, target in sorted(EDGES - there):
        window.pull(source, outlet, target)
    window.click(window.place("free", 0.5, 0.97))
    window.until(lambda state: not state["selected"])
    window.click(window.place("flow_field", "goal"))
    window.types("order_completed")
    window.click(window.place("flow_field", "key"))
    window.types("basket_id")

    state = window.until(lambda state: not state["busy"])
    assert drawn(state, window.roles) == EDGES
    window.click(window.place("button", "Publish…"))
    window.click(window.place("button", "Publish version 1"))
    window.until(lambda state: state["published"] == "Live, version 1")
    record_property("clicks and drags", str(window.gestures))
    record_property("keys beside the texts", str(window.keys))
    assert window.gestures <= MOST_CLICKS


@pytest.mark.xvfb
@pytest.mark.alone
@pytest.mark.timeout(300)
def test_story_one_is_drawn_and_published_by_keys_alone(window: Window, record_property: Any) -> None:
    window.until(lambda state: state["page"] == "flows" and not state["busy"])
    window.wake()
    window.presses("ctrl+n")
    window.until(lambda state: state["page"] == "flow" and state["focus"] == "CanvasView")
    window.add("start")
    window.opens(("When one of these happens", "basket_added"))
    window.presses("Return")
    window.types("basket_changed")
    window.tab_to("And nothing more for")
    window.types("30 min")
    window.leaves()

    window.add("letter1")
    window.opens(("Subject", "Still thinking it over"), ("Letter", "Your basket is waiting."))
    window.tab_to("opened")
    window.presses("space")
    window.tab_to("clicked")
    window.presses("space")
    window.leaves()
    window.add("hour", "Down")
    window.opens(("Wait", "1 hour"))
    window.leaves()
    window.add("letter2")
    window.opens(("Subject", "Three small things to know"), ("Letter", "We deliver on Sundays too."))
    window.leaves()
    window.add("third_day", "u")
    window.opens(("So long after the start", "3 days"))
    window.leaves()
    window.add("letter3")
    window.opens(("Subject", "We are letting your flowers go"), ("Letter", "Goodbye for now."))
    window.leaves()
    window.add("done", "e", "n")
    window.walks("Left", "letter3")
    window.connects("failed", "done")

    window.walks("Home", "start")
    window.walks("Right", "letter1")
    window.connects("clicked", "hour", "Return")
    window.add("popup", "p")
    window.opens(("Headline", "Your basket is still here"), ("Text", "Shall we keep it?"))
    window.tab_to("clicked")
    window.presses("space")
    window.tab_to("closed")
    window.presses("space")
    window.leaves()
    window.connects("clicked", "third_day", "1", "u")
    window.connects("closed", "third_day", "1", "u")
    window.add("reachable", "c", "h")
    window.presses("ctrl+Return")
    window.tab_to("Add a ready way")
    window.presses("space", "Down", "Return")
    window.leaves()
    window.add("sms", "Down")
    window.opens(("Text", "Your basket is waiting"))
    window.leaves()
    window.connects("sent", "third_day", "1", "u")
    window.connects("failed", "third_day", "u")
    window.walks("Left", "reachable")
    window.connects("else", "third_day", "u")
    window.walks("Left", "popup")
    window.connects("failed", "reachable", "c")
    window.walks("Left", "letter1")
    window.connects("failed", "popup", "p")
    window.walks("Right", "hour")
    window.walks("Right", "letter2")
    window.connects("failed", "reachable", "c")

    window.presses("ctrl+comma")
    window.tab_to("Goal")
    window.types("order_completed")
    window.tab_to("One journey for each")
    window.types("basket_id")
    window.leaves()
    state = window.until(lambda state: not state["busy"])
    assert drawn(state, window.roles) == EDGES
    window.presses("ctrl+shift+Return")
    window.place("button", "Publish version 1")
    window.presses("Return")
    window.until(lambda state: state["published"] == "Live, version 1")
    record_property("keys beside the texts", str(window.keys))
    assert window.gestures == 0
    assert window.keys <= MOST_KEYS
