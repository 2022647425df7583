"""Where a draft is stored, and how storing it goes: what may block, and so runs off the GUI thread."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from app.canvas.history import Restored, restored
from app.flows.codec import read_flow, write_flow
from app.model.errors import ChainwrightError, RefusedError
from app.model.flow import Flow
from app.model.frozen import dataclass

if TYPE_CHECKING:
    from app.model.ports import Desk

UNKNOWN: Final = ""
"""As the text that a draft is based on: it is none that was stored."""


class Place:
    """Where a draft is stored. Only works of the desk's lane change it, and that lane does one at a time."""

    def __init__(self, name: str = "", base: str | None = None) -> None:
        self.name = name
        self.base = base
        """The text that is stored there, as far as we know."""
        self.lock = threading.RLock()
        """Held while the name changes, and while something is written under it."""


@dataclass(frozen=True, slots=True)
class Conflict:
    """The stored draft is no longer the one that was opened: somebody else has changed it meanwhile."""

    name: str
    mine: Flow
    theirs: Flow
    document: str
    """Their text as it is stored."""
    sentence: str


class Log:
    """The undo history of one place, written line by line, in the order in which things happened."""

    def __init__(self, desk: Desk, place: Place, end: int = 0) -> None:
        self._desk = desk
        self._place = place
        self._lines: deque[tuple[Callable[[], str], bool | None]] = deque()
        self.end = end
        """How long the log is, in bytes."""
        self.is_lost = False
        """Whether somebody else writes it: what happens is not kept until it is begun anew."""

    def add(self, lines: Callable[[], str]) -> None:
        """Lines at the end."""
        self._lines.append((lines, None))

    def begin(self, log: Callable[[], str], *, aside: bool = False) -> None:
        """Another log in its place."""
        self._lines.append((log, aside))

    def drain(self) -> None:
        """Writes all that waits, from any thread; raises ChainwrightError, and what waits goes on waiting."""
        with self._place.lock:
            while self._place.name and self._lines:
                make, aside = self._lines[0]
                if aside is not None:
                    self.end = self._desk.replace_history(self._place.name, make(), aside=aside)
                    self.is_lost = False
                elif not self.is_lost:
                    self._append(make())
                self._lines.popleft()

    def _append(self, lines: str) -> None:
        try:
            self.end = self._desk.append_history(self._place.name, lines, after=self.end)
        except RefusedError:
            self.is_lost = True


@dataclass(frozen=True, slots=True)
class Opened:
    """A draft as it was read, with what its history leads to."""

    name: str
    text: str
    flow: Flow
    found: Restored | None
    """None: there is no history, or it cannot be read."""
    log: str = ""
    is_stored: bool = True
    """Whether what is shown is what is stored."""

    @property
    def is_ours(self) -> bool:
        """Whether the history goes on: it leads to the draft, or to a drawing that was never stored."""
        return self.found is not None and (self.found.follows or self.found.unsaved > 0)


def read_draft(desk: Desk, name: str) -> Opened:
    """The draft of this name, or what was drawn after it was stored last."""
    text = desk.draft(name)
    log = ""
    with suppress(ChainwrightError):
        log = desk.history(name)
    found = restored(log, text) if log else None
    opened = Opened(name, text, read_flow(text), found, log)
    if found is None or not opened.is_ours:
        return opened
    # A file that was published by hand may be written in another way and say the same.
    is_stored = write_flow(found.flow) == write_flow(opened.flow)
    return replace(opened, flow=found.flow, is_stored=is_stored)


def store(desk: Desk, flow: Flow, place: Place) -> str | Conflict:
    """Stores a flow at its place, under its present name; answers the text, or who stands in the way."""
    text = write_flow(flow)
    if place.name and flow.name != place.name:
        with place.lock:
            desk.rename(place.name, flow.name)
            place.name = flow.name
    if not place.name and any(info.name == flow.name for info in desk.flows()):
        raise RefusedError(f"There is a flow called “{flow.name}” already. Give this one another name")
    if not place.name or text != place.base:
        try:
            desk.save_draft(flow.name, text, base=place.base)
        except RefusedError as error:
            return _conflict(desk, flow, place, error)
    with place.lock:
        place.name, place.base = flow.name, text
    return text


def _conflict(desk: Desk, flow: Flow, place: Place, error: RefusedError) -> Conflict:
    document = desk.draft(flow.name)
    if document == place.base:
        raise error
    return Conflict(flow.name, flow, read_flow(document), document, error.sentence)


def free_name(name: str, taken: set[str]) -> str:
    """The name, with a number behind it where it is taken."""
    numbered = (f"{name} {number}" for number in range(2, len(taken) + 3))
    return name if name not in taken else next(one for one in numbered if one not in taken)
