"""The engine itself: a function over its ports and a stop flag, as a thread or as a process."""

from __future__ import annotations

import logging
import threading
import time
from typing import TYPE_CHECKING, Final

from app.engine.dispatch import Dispatcher, recover
from app.engine.tick import tick
from app.model.errors import RefusedError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from app.engine.context import Context
    from app.model.ports import Channel

_log: Final = logging.getLogger("chainwright.engine")
_LEASE_SECONDS: Final = 30.0
_BEAT_SECONDS: Final = 10.0
_TURN_SECONDS: Final = 5.0
_LONGEST_NAP: Final = 1.0
_SHORT_NAP: Final = 0.1
_BREATH: Final = 0.003
"""Seconds between two batches, so that a window in the same process never stutters."""
_AFTER_TROUBLE: Final = 2.0


class Engine:
    """Decides what is due and sends what is ready, for one workspace."""

    def __init__(self, context: Context, channels: Sequence[Channel], lease_owner: str) -> None:
        self.context = context
        self.channels = tuple(channels)
        self.dispatchers = tuple(Dispatcher(context, channel) for channel in channels)
        self._lease_owner = lease_owner
        self._beaten = 0.0
        self._mail = {dispatcher: threading.Event() for dispatcher in self.dispatchers}
        """Set when there may be something to send."""
        self.failed = ""
        """Name of the error that the engine last met in its loop; empty when all is well."""

    def start(self) -> None:
        """Takes the lease and settles what an earlier process left on the wire.

        Raises RefusedError when another engine has the workspace.
        """
        self._beat()
        recover(self.context, self.channels)

    def work(self) -> int:
        """Decides one batch and sends what is ready, in this thread; answers how much was done."""
        done = tick(self.context)
        return done + sum(self._send_for_a_while(dispatcher) for dispatcher in self.dispatchers)

    def _send_for_a_while(self, dispatcher: Dispatcher) -> int:
        """Not for longer than the lease allows, however slow the channel is."""
        until = time.monotonic() + _TURN_SECONDS
        return dispatcher.round(lambda: time.monotonic() > until)

    def until_idle(self) -> None:
        """Works until nothing is due now and nothing is in flight; waits of the future stay."""
        while self.work():
            self._beat_in_time()

    def run(self, stop: threading.Event) -> None:
        """Works until ``stop`` is set: deciding in this thread, each channel in one of its own, so that a
        mail server that hangs holds up nobody else. Returns when all of them have come to rest."""
        self.start()
        senders = [
            threading.Thread(
                target=self._send_loop, args=(dispatcher, stop), name=f"send-{dispatcher.channel.name}"
            )
            for dispatcher in self.dispatchers
        ]
        for sender in senders:
            sender.start()
        try:
            self._decide_loop(stop)
        finally:
            self._call_senders()
            for sender in senders:
                sender.join()
            self.close()

    def next_due(self) -> datetime | None:
        """The next moment at which something can be done; what waits for a channel that is paused, or for a
        limit, can be done when that has room again."""
        now = self.context.clock.now()
        resting = {
            one.channel.name: until for one in self.dispatchers if (until := one.rests_until(now)) is not None
        }
        with self.context.store.transaction() as tx:
            due = tx.next_due(resting)
        turns = (one.allowance.holds_until for one in self.dispatchers)
        return min((one for one in (due, *resting.values(), *turns) if one is not None), default=None)

    def close(self) -> None:
        """Closes the channels' connections and gives the lease back."""
        for channel in self.channels:
            channel.close()
        with self.context.store.transaction() as tx:
            tx.drop_lease(self._lease_owner)

    def _beat(self) -> None:
        with self.context.store.transaction() as tx:
            taken = tx.take_lease(self._lease_owner, self.context.clock.now(), _LEASE_SECONDS)
        if not taken:
            message = (
                "Another engine is already running this workspace. Stop it first, or wait half a minute."
            )
            raise RefusedError(message)
        self._beaten = time.monotonic()

    def _beat_in_time(self) -> None:
        """Every beat is a commit, so there is one only when it is time."""
        if time.monotonic() - self._beaten >= _BEAT_SECONDS:
            self._beat()

    def _decide_loop(self, stop: threading.Event) -> None:
        while not stop.is_set():
            if self._guarded(lambda: tick(self.context)):
                stop.wait(_BREATH)
            else:
                self._guarded(self._rest)
            self._call_senders()
            self._guarded(lambda: self._keep_lease(stop))

    def _keep_lease(self, stop: threading.Event) -> int:
        """Two engines must never send for one workspace: the one that has lost its lease stops."""
        try:
            self._beat_in_time()
        except RefusedError:
            stop.set()
            raise
        return 0

    def _send_loop(self, dispatcher: Dispatcher, stop: threading.Event) -> None:
        while not stop.is_set():
            if not self._guarded(lambda: dispatcher.round(stop.is_set)):
                self._mail[dispatcher].wait(_LONGEST_NAP)
            self._mail[dispatcher].clear()

    def _call_senders(self) -> None:
        """After every turn of the deciding thread, which rests until something is due or happens: so senders
        need not look by themselves."""
        for mail in self._mail.values():
            mail.set()

    def _rest(self) -> int:
        """Waits for what is due next, on the engine's own clock, or for a wake-up."""
        wake = self.context.wake
        due = self.next_due()
        distance = (due - self.context.clock.now()).total_seconds() if due is not None else None
        if distance is None:
            wake.wait(_LONGEST_NAP)
        elif distance <= 0:
            # What another thread is sending, or a channel that pauses holds up, is due all the time.
            wake.wait(_SHORT_NAP)
        else:
            self.context.clock.sleep(distance, lambda real: wake.wait(min(real, _LONGEST_NAP)))
        wake.clear()
        return 0

    def _guarded(self, work: Callable[[], int]) -> int:
        """Runs one piece of work; whatever goes wrong is said, and tried again a little later."""
        try:
            done = work()
        except Exception as error:  # noqa: BLE001 - the boundary of a thread; it is logged and the thread lives
            _log.exception("the engine met an error and goes on")
            self.failed = type(error).__name__
            threading.Event().wait(_AFTER_TROUBLE)
            return 0
        self.failed = ""
        return done
