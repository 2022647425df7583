"""A channel that fails again and again is left alone for a while: pure, on a clock that nobody can set.

Closed, everything is sent. Open, nothing is. Half open, one message tries whether it works again.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

LAST: Final = 25
FAILURES: Final = 20
"""So many failures among the last outcomes open it."""
SLOW_SECONDS: Final = 60.0
SLOW_FAILURES: Final = 4
"""So do so many failures over so long with nothing else: where each takes its time, twenty take too long."""
FIRST_PAUSE: Final = 30.0
LONGEST_PAUSE: Final = 600.0


@dataclass(frozen=True, slots=True)
class Breaker:
    """The outcomes of one channel, and until when it rests."""

    failures: tuple[bool, ...] = ()
    """Of the last outcomes, the oldest first: True for a failure."""
    failing_since: float | None = None
    """Since when nothing but failures has come."""
    in_row: int = 0
    """And how many."""
    opened: int = 0
    """How often in a row it was opened; 0: closed."""
    until: float = 0.0
    """Until when it is open."""

    @property
    def is_closed(self) -> bool:
        """Whether everything may be sent."""
        return self.opened == 0

    def may(self, most: int, now: float) -> int:
        """How many of ``most`` messages may be sent now."""
        if self.is_closed:
            return most
        return min(most, 1) if now >= self.until else 0

    def after(self, *, failed: bool, now: float) -> Breaker:
        """The breaker when a message has been tried."""
        if not failed:
            return Breaker((*self.failures, False)[-LAST:] if self.is_closed else ())
        since = now if self.failing_since is None else self.failing_since
        failures = (*self.failures, True)[-LAST:]
        noted = replace(self, failures=failures, failing_since=since, in_row=self.in_row + 1)
        if not self.is_closed:
            # The one that tried; what was under way when it opened says nothing new.
            return _opened(noted, now) if now >= self.until else noted
        is_slow = noted.in_row >= SLOW_FAILURES and now - since >= SLOW_SECONDS
        return _opened(noted, now) if is_slow or sum(failures) >= FAILURES else noted


def _opened(breaker: Breaker, now: float) -> Breaker:
    """Open for twice as long each time in a row."""
    pause = min(FIRST_PAUSE * 2 ** min(breaker.opened, 10), LONGEST_PAUSE)
    return replace(breaker, opened=breaker.opened + 1, until=now + pause)
