"""Clocks: the wall's, one that runs faster, and one that stands until it is told to jump."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Final

_STANDING_SECONDS: Final = 0.05


def _passed() -> tuple[Callable[[], float], bool]:
    """This system's clock that goes on while the machine sleeps; without one, the one that stands."""
    boot: int | None = getattr(time, "CLOCK_BOOTTIME", None)
    if sys.platform == "darwin":
        boot = time.CLOCK_MONOTONIC  # unlike time.monotonic there, it goes on
    if boot is not None:
        return partial(time.clock_gettime, boot), True
    return time.monotonic, sys.platform == "win32"  # where it counts sleep, and nothing else does not


class SystemClock:
    """The wall clock."""

    def __init__(self) -> None:
        self._passed, self.counts_sleep = _passed()

    def now(self) -> datetime:
        return datetime.now(UTC)

    def awake(self) -> float:
        return time.monotonic()

    def passed(self) -> float:
        """Where the system has no clock that counts sleep, a sleep looks as if no time had passed."""
        return self._passed()

    def sleep(self, seconds: float, wake: Callable[[float], bool]) -> None:
        wake(max(seconds, 0.0))


class FastClock:
    """Runs up to ``speed`` times as fast as the wall, never slower than it.

    Each new moment slept for is ``floor`` real seconds away at least, so that a person at the demo keeps
    that long before a time-out passes. Sleep for the true distance to what is due next, not in slices.
    """

    counts_sleep = True

    def __init__(self, start: datetime, speed: float, floor: float = 0.0) -> None:
        self._speed, self._floor = speed, floor
        self._lock = threading.Lock()
        self._rate = speed
        self._real, self._shown = time.monotonic(), start
        self._target: datetime | None = None

    def now(self) -> datetime:
        with self._lock:
            return self._at(time.monotonic())

    def awake(self) -> float:
        return self.now().timestamp()

    def passed(self) -> float:
        return self.now().timestamp()

    def sleep(self, seconds: float, wake: Callable[[float], bool]) -> None:
        with self._lock:
            real = self._aim(max(seconds, 0.0))
        wake(real)

    def _at(self, real: float) -> datetime:
        return self._shown + timedelta(seconds=(real - self._real) * self._rate)

    def _aim(self, seconds: float) -> float:
        """Settles the rate to reach the moment so far away; answers the real seconds that it takes."""
        real = time.monotonic()
        now = self._at(real)
        target = now + timedelta(seconds=seconds)
        if not self._is_same(target):
            self._real, self._shown, self._target = real, now, target
            self._rate = min(self._speed, max(seconds / self._floor, 1.0)) if self._floor else self._speed
        return seconds / self._rate

    def _is_same(self, target: datetime) -> bool:
        """Whether the sleeper was only woken on the way; a second's difference comes of asking twice."""
        return self._target is not None and abs(target - self._target) < timedelta(seconds=1)


class StandingClock:
    """Stands at ``start`` until ``jump``; with ``follow`` each sleep is a jump over its whole length."""

    def __init__(self, start: datetime, *, follow: bool = False, counts_sleep: bool = True) -> None:
        self._now, self._follow, self.counts_sleep = start, follow, counts_sleep
        self._awake = self._passed = 0.0
        self._lock = threading.Lock()

    def now(self) -> datetime:
        with self._lock:
            return self._now

    def awake(self) -> float:
        with self._lock:
            return self._awake

    def passed(self) -> float:
        with self._lock:
            return self._passed

    def jump(self, moment: datetime) -> None:
        """Moves to ``moment``, with the machine running all the time; never back."""
        with self._lock:
            seconds = max((moment - self._now).total_seconds(), 0.0)
            self._now = max(self._now, moment)
            self._awake, self._passed = self._awake + seconds, self._passed + seconds

    def doze(self, moment: datetime) -> None:
        """Moves to ``moment``, with the machine asleep; never back."""
        with self._lock:
            if self.counts_sleep:
                self._passed += max((moment - self._now).total_seconds(), 0.0)
            self._now = max(self._now, moment)

    def set(self, moment: datetime) -> None:
        """Somebody sets the wall clock, forward or back: no time passes."""
        with self._lock:
            self._now = moment

    def sleep(self, seconds: float, wake: Callable[[float], bool]) -> None:
        if self._follow:
            self.jump(self.now() + timedelta(seconds=max(seconds, 0.0)))
            wake(0)
        else:
            wake(min(max(seconds, 0.0), _STANDING_SECONDS))
