"""Keeps an engine at work, in a thread or in a process of its own: who dies or hangs is replaced. After the
third failure in ten minutes it stays down, and the owner is told."""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING, Final, Protocol

from app.model.errors import ChainwrightError, RefusedError, WorldError

if TYPE_CHECKING:
    from app.engine.context import Context
    from app.engine.engine import Engine

_log: Final = logging.getLogger("chainwright.engine")
KEEPER: Final = "keeper"
"""Under this name it is remembered that an engine stays down."""
_LOOK: Final = 0.5
_FROZEN: Final = 2.0
_MOST: Final = 3
_WITHIN: Final = 600.0
DOWN: Final = (
    "The engine has failed three times in ten minutes and stays down: nothing is sent. The log has the "
    "details. To try again, close Chainwright and open it, or type “chainwright run”."
)


class Run(Protocol):
    """One engine at work."""

    def fault(self) -> str:
        """How it has failed, for the log; empty while it does well, or when it was told to stop."""

    def is_over(self) -> bool:
        """Whether it has ended by itself."""

    def final(self) -> ChainwrightError | None:
        """Why no other one would do better, such as a damaged database."""

    def end(self) -> None:
        """Lets it come to rest, and waits for that."""

    def abandon(self) -> None:
        """Whatever it still does counts no more. Does not wait for it."""


class ThreadRun:
    """An engine in a thread of this process."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._stop = threading.Event()
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._work, name="engine", daemon=True)
        self._thread.start()

    def _work(self) -> None:
        try:
            self.engine.run(self._stop)
        except BaseException as error:  # noqa: BLE001 - the end of a thread; its keeper tells
            self._error = error

    def fault(self) -> str:
        if self._thread.is_alive():
            return "stands still" if self.engine.context.pulse.is_overdue() else ""
        if self._stop.is_set() and self._error is None:
            return ""
        return f"has died of {type(self._error).__name__}" if self._error else "has ended"

    def is_over(self) -> bool:
        return not self._thread.is_alive()

    def final(self) -> ChainwrightError | None:
        return self._error if isinstance(self._error, ChainwrightError) else None

    def end(self) -> None:
        self._stop.set()
        self.engine.context.wake.set()
        while self._thread.is_alive() and not self.engine.context.pulse.is_overdue():
            self._thread.join(_LOOK)

    def abandon(self) -> None:
        if self._error is not None:
            _log.error("the engine has died", exc_info=self._error)
        self.engine.abandon()
        self.engine.context.wake.set()


class Keeper:
    """Starts one run after the other by ``start``; at most three that fail within ten minutes.

    ``beat`` is called as long as all is well; ``tell`` when something is to be shown.
    """

    def __init__(
        self,
        start: Callable[[], Run],
        *,
        beat: Callable[[], object] = lambda: None,
        tell: Callable[[], object] = lambda: None,
        clock: Callable[[], float] = time.monotonic,
        look: float = _LOOK,
    ) -> None:
        self._start, self._beat, self._tell, self._clock, self._look = start, beat, tell, clock, look
        self.failures: deque[float] = deque(maxlen=_MOST)
        """When the last ones failed."""
        self.down: ChainwrightError | None = None
        """Why there is no engine any more."""

    @property
    def is_worn_out(self) -> bool:
        """Whether it stays down because it failed again and again."""
        return isinstance(self.down, RefusedError) and str(self.down) == DOWN

    def keep(self, stop: threading.Event) -> None:
        """Until ``stop`` is set, or for good."""
        while not stop.is_set() and self.down is None:
            try:
                run = self._start()
            except ChainwrightError as error:
                self.down = error
                break
            fault = self._watch(run, stop)
            if not fault:
                return
            run.abandon()
            self.down = run.final() or self._count(fault)
            self._tell()

    def _watch(self, run: Run, stop: threading.Event) -> str:
        """How it has failed; empty when it was told to stop."""
        begun = self._clock()
        while not stop.wait(self._look):
            before, begun = begun, self._clock()
            if begun - before > self._look + _FROZEN:
                continue  # the whole process stood still: the engine may live, and beats in a moment
            if fault := run.fault():
                return fault
            if run.is_over():
                return ""
            self._beat()
        run.end()
        return ""

    def _count(self, fault: str) -> ChainwrightError | None:
        now = self._clock()
        self.failures.append(now)
        if len(self.failures) == _MOST and now - self.failures[0] <= _WITHIN:
            _log.error("the engine %s; it was the third time in ten minutes, so it stays down", fault)
            return RefusedError(DOWN)
        _log.error("the engine %s and is started again", fault)
        return None


def note_down(context: Context) -> None:
    """Remembers for all programs of this workspace that its engine stays down."""
    try:
        with context.session("keeper") as session:
            session.changes.machine[KEEPER] = {"since": session.now.isoformat()}
    except WorldError as error:  # the reason why it is down may be the database itself
        _log.info("that the engine stays down could not be stored: %s", error.sentence)


def note_up(context: Context) -> None:
    """A person has started it again."""
    with context.store.looking() as tx:
        was_down = tx.machine(KEEPER) is not None
    if was_down:
        with context.session("keeper") as session:
            session.changes.machine[KEEPER] = None
