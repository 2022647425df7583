"""The pulse of the deciding thread: whoever keeps an engine at work sees by it that it has died or hangs."""

from __future__ import annotations

import threading
from collections.abc import Callable
from time import monotonic
from typing import Final

USUAL: Final = 8.0
"""So many seconds one piece of work may take at most."""


class Pulse:
    """Beaten by one thread, looked at by another. Its clock stands while the machine sleeps."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._thread: int | None = None
        self._until = 0.0

    def begin(self) -> None:
        """From now on the pulse is this thread's."""
        self._thread = threading.get_ident()
        self.beat()

    def beat(self, longer: float = 0.0) -> None:
        """It lives; the next beat may take so much longer than usual. Beats of other threads do not count."""
        if self._thread == threading.get_ident():
            self._until = self._clock() + USUAL + longer

    def is_overdue(self) -> bool:
        """Whether the next beat should have come by now."""
        return self._thread is not None and self._clock() > self._until
