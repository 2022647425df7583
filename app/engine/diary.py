"""When something will be due, noted as it is written: a clock that jumps from moment to moment asks this
instead of the store, which costs a thousand questions less."""

from __future__ import annotations

import heapq
from typing import TYPE_CHECKING, Final

from app.model.journey import JourneyState, MessageState

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from app.model.journey import Changes

DECIDE: Final = ""
"""Something is to be decided, nothing to be sent."""
_WAITS: Final = (JourneyState.DUE, JourneyState.WAITING)
_READY: Final = (MessageState.QUEUED, MessageState.RETRY)

Entry = tuple["datetime", str]
"""A moment, and the channel that can send something then, or ``DECIDE``."""


class Diary:
    """What is noted may have been moved since: then somebody looks for nothing, and nothing is ever missed.

    ``channels`` are those that send by themselves; what waits on the page is nobody's appointment.
    """

    def __init__(self, channels: frozenset[str]) -> None:
        self._channels = channels
        self._heap: list[Entry] = []
        self._noted: set[Entry] = set()

    def hear(self, changes: Changes) -> None:
        """Notes what these changes will make due."""
        for entry in self._entries(changes):
            self.note(*entry)

    def note(self, at: datetime, what: str = DECIDE) -> None:
        """Somebody is to look then."""
        if (at, what) not in self._noted:
            self._noted.add((at, what))
            heapq.heappush(self._heap, (at, what))

    @property
    def next_at(self) -> datetime | None:
        """The next moment; None when nothing is noted."""
        return self._heap[0][0] if self._heap else None

    def take(self, now: datetime) -> set[str]:
        """What has come by now, each once."""
        found = set()
        while self._heap and self._heap[0][0] <= now:
            entry = heapq.heappop(self._heap)
            self._noted.discard(entry)
            found.add(entry[1])
        return found

    def _entries(self, changes: Changes) -> Iterator[Entry]:
        for journey in (*changes.started, *(new for new, _ in changes.moved)):
            if journey.due_at is not None and journey.state in _WAITS:
                yield journey.due_at, DECIDE
        for message in (*changes.queued, *changes.messages):
            if message.state in _READY and message.channel in self._channels:
                yield message.next_try_at or message.due_at, message.channel
        for arming in changes.armed:
            yield arming.due_at, DECIDE
        waiting = [
            *(one.due_at for one in changes.dated),
            *(one.due_at for one in changes.schedules),
            *changes.rechecks.values(),
        ]
        for at in waiting:
            if at is not None:
                yield at, DECIDE
