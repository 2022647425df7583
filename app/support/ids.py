"""Row ids that need no database to be made."""

from __future__ import annotations

import os
import threading
import time
from typing import Final

_EPOCH_MS: Final = 1_735_689_600_000  # 2025-01-01 UTC
_TAG_BITS: Final = 10
_COUNTER_BITS: Final = 12
_TAGS: Final = 1 << _TAG_BITS
_PER_MS: Final = 1 << _COUNTER_BITS


class TimedIds:
    """63-bit ids: 41 bits of milliseconds since 2025, 10 of a process tag, 12 of a counter.

    They grow strictly within one process, also when the wall clock is set back, and from any thread.
    """

    def __init__(self, tag: int | None = None) -> None:
        self._tag = (os.getpid() if tag is None else tag) % _TAGS
        self._lock = threading.Lock()
        self._last = -1

    def new(self) -> int:
        now = (time.time_ns() // 1_000_000 - _EPOCH_MS) * _PER_MS
        with self._lock:
            # Time and counter are one number: a full millisecond borrows from the next one.
            self._last = max(self._last + 1, now)
            ms, counter = divmod(self._last, _PER_MS)
        return (ms << (_TAG_BITS + _COUNTER_BITS)) | (self._tag << _COUNTER_BITS) | counter


class SequenceIds:
    """1, 2, 3, … from ``start``: for rehearsals, tests and whatever must come out the same twice."""

    def __init__(self, start: int = 1) -> None:
        self._next = start
        self._lock = threading.Lock()

    def new(self) -> int:
        with self._lock:
            made = self._next
            self._next += 1
        return made
