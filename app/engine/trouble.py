"""What the threads of an engine have met and not overcome yet, and how long each waits for its next try."""

from __future__ import annotations

import logging
import threading
from typing import Final

from app.model.errors import ChainwrightError

_log: Final = logging.getLogger("chainwright.engine")
_FIRST: Final = 1.0
_LONGEST: Final = 10.0
_OURS: Final = "The engine met an error and tries again. The log has the details."


class Troubles:
    """May be shared by threads; each names itself."""

    def __init__(self, first: float = _FIRST, longest: float = _LONGEST) -> None:
        self._first, self._longest = first, longest
        self._met: dict[str, tuple[Exception, int]] = {}
        self._lock = threading.Lock()

    def met(self, who: str, error: Exception) -> float:
        """Notes an error and answers for how many seconds to wait. What comes again and again is logged once;
        one of the world in a line, one of ours with all that is known about it."""
        with self._lock:
            before, times = self._met.get(who, (None, 0))
            self._met[who] = (error, times + 1)
        if type(before) is not type(error) or str(before) != str(error):
            if isinstance(error, ChainwrightError):
                _log.warning("the engine waits: %s", error.sentence)
            else:
                _log.error("the engine met an error and goes on", exc_info=error)
        return min(self._first * 2.0 ** min(times, 20), self._longest)

    def over(self, who: str) -> bool:
        """Whatever this one had met is over; whether there was something."""
        if who not in self._met:
            return False
        with self._lock:
            self._met.pop(who, None)
        _log.info("the engine goes on")
        return True

    @property
    def name(self) -> str:
        """Name of an error that is not over; empty when all is well."""
        with self._lock:
            return next((type(error).__name__ for error, _ in self._met.values()), "")

    @property
    def sentence(self) -> str:
        """What a person is told about it, and should do; empty when all is well."""
        with self._lock:
            errors = [error for error, _ in self._met.values()]
        told = [error.sentence for error in errors if isinstance(error, ChainwrightError)]
        return next(iter(told), _OURS if errors else "")
