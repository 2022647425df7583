"""The engine itself: a function over its ports and a stop flag, as a thread or as a process."""

from __future__ import annotations

import logging
import threading
import time
from typing import TYPE_CHECKING, Final

from app.engine.admission import take_stock
from app.engine.dispatch import Dispatcher, recover
from app.engine.lease import USUAL, Lease, LeaseLostError, Pace, nobody
from app.engine.shifts import carry_on
from app.engine.tick import tick
from app.engine.trouble import Troubles
from app.engine.watch import Found
from app.model.errors import DamagedError, FlowFileError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from app.engine.context import Context
    from app.model.ports import Channel

_log: Final = logging.getLogger("chainwright.engine")
_TURN_SECONDS: Final = 5.0
_LONGEST_NAP: Final = 1.0
_SHORT_NAP: Final = 0.1
_DECIDING: Final = "deciding"
_EXAMINING: Final = 600.0
"""So many seconds a look at a large database may take."""
_UNREADABLE: Final = (
    "The flow “{}” cannot be read any more: its workspace is damaged. Close Chainwright and restore the "
    "newest backup."
)
_BREATH: Final = 0.003
"""Seconds between two batches, so that a window in the same process never stutters."""


class Engine:
    """Decides what is due and sends what is ready, for one workspace, while it has the lease.

    ``name`` tells it from every other engine, also of this process. ``gone``: see ``Lease``.
    """

    def __init__(
        self,
        context: Context,
        channels: Sequence[Channel],
        name: str,
        *,
        pace: Pace = USUAL,
        gone: Callable[[str], bool] = nobody,
        troubles: Troubles | None = None,
    ) -> None:
        self.context = context
        self.lease = Lease(context, name, pace=pace, gone=gone)
        self.channels = tuple(channels)
        self.dispatchers = tuple(Dispatcher(context, channel, self.lease) for channel in channels)
        self._mail = {dispatcher: threading.Event() for dispatcher in self.dispatchers}
        """Set when there may be something to send."""
        self.troubles = Troubles() if troubles is None else troubles
        self._damage: DamagedError | None = None
        self._examined = False
        self._stop = threading.Event()

    @property
    def failed(self) -> str:
        """Name of the error that the engine has met and not overcome yet; empty when all is well."""
        return self.troubles.name

    def abandon(self) -> None:
        """Whoever keeps it takes it for dead: when it wakes up, it sends and writes nothing more."""
        self.lease.fence = 0
        self._stop.set()

    # --- at once ---

    def start(self) -> None:
        """Takes the lease and settles what engines before it left on the wire.

        Raises RefusedError when another engine has the workspace.
        """
        self._examine()
        self.lease.take_or_refuse(time.sleep)
        self._begin()

    def _examine(self) -> None:
        """Before anything is written: whether the database is whole, and what it is to run can be read."""
        store = self.context.store
        store.examine()
        with store.looking() as tx:
            session = self.context.over(tx)
            for flow in tx.live_flows():
                try:
                    session.plan(flow.version_id)
                except FlowFileError as error:
                    raise DamagedError(_UNREADABLE.format(flow.name)) from error

    def _begin(self) -> None:
        """Settles what others have left lying."""
        self.context.watch.begin()
        recover(self.context, self.channels, self.lease)
        carry_on(self.context)
        take_stock(self.context, self.lease)

    def work(self) -> int:
        """Decides one batch and sends what is ready, in this thread; answers how much was done."""
        self._look()
        done = tick(self.context, self.lease)
        return done + sum(self._send_for_a_while(dispatcher) for dispatcher in self.dispatchers)

    def _send_for_a_while(self, dispatcher: Dispatcher) -> int:
        """Not for longer than the lease allows, however slow the channel is."""
        self.lease.beat_in_time(self.context.watch.note)
        until = time.monotonic() + _TURN_SECONDS
        return dispatcher.round(lambda: time.monotonic() > until)

    def next_due(self) -> datetime | None:
        """The next moment at which something can be done; what waits for a channel that is paused, or for a
        limit, can be done when that has room again."""
        now = self.context.clock.now()
        resting = {
            one.channel.name: until for one in self.dispatchers if (until := one.rests_until(now)) is not None
        }
        with self.context.store.looking() as tx:
            if self.context.is_halted(self.context.over(tx)):
                return None
            due = tx.next_due(resting)
        turns = (one.allowance.holds_until for one in self.dispatchers)
        return min((one for one in (due, *resting.values(), *turns) if one is not None), default=None)

    def until_idle(self) -> None:
        """Works until nothing is due now and nothing is in flight; waits of the future stay."""
        while self.work():
            pass

    def close(self) -> None:
        """Closes the channels' connections and gives the lease back."""
        for channel in self.channels:
            channel.close()
        self.lease.give_back()

    # --- for as long as nobody stops it ---

    def run(self, stop: threading.Event) -> None:
        """Works until ``stop`` is set, whenever it has the lease; while another engine has it, waits for that
        one to go or to stand still. Returns when all its threads have come to rest.

        Raises DamagedError, before anything is written, when the database is not whole; whatever else goes
        wrong is told, and tried again until it goes well.
        """
        self._stop = stop
        self.context.pulse.begin()
        while self._stand_by():
            self._serve()
        if self._damage is not None:
            raise self._damage
        self._guarded(_DECIDING, self._leave)

    @property
    def _is_over(self) -> bool:
        return self._stop.is_set() or self._damage is not None

    def _is_at_work(self) -> bool:
        return not self._is_over and self.lease.is_held

    def _stand_by(self) -> bool:
        """Waits for the lease; False when it is to stop."""
        while not self._is_over:
            if self._guarded(_DECIDING, self._take):
                return True
            self.context.pulse.beat()
            self._stop.wait(self.lease.pace.look)
        return False

    def _take(self) -> int:
        if not self._examined:
            self.context.pulse.beat(_EXAMINING)
            self._examine()
            self._examined = True
        if not self.lease.take():
            return 0
        self._begin()
        return 1

    def _serve(self) -> None:
        """Deciding in this thread, each channel in one of its own, so that a mail server that hangs holds up
        nobody else. Returns when it is to stop or has lost the lease."""
        over = threading.Event()
        senders = [
            threading.Thread(
                target=self._send_loop, args=(dispatcher, over), name=f"send-{dispatcher.channel.name}"
            )
            for dispatcher in self.dispatchers
        ]
        for sender in senders:
            sender.start()
        try:
            while self._is_at_work():
                self._turn()
                has_died = not all(sender.is_alive() for sender in senders)
                if has_died and self._is_at_work():
                    raise RuntimeError("a thread that sends has died")
        finally:
            over.set()
            self._call_senders()
            for sender in senders:
                self._wait_for(sender)
        if not self.lease.is_held and self._damage is None:
            self._guarded(_DECIDING, self._hand_over)

    def _wait_for(self, sender: threading.Thread) -> None:
        """However slow its channel is: that has a deadline of its own."""
        while sender.is_alive():
            self.context.pulse.beat()
            sender.join(_LONGEST_NAP)

    def _look(self) -> None:
        """Looks at the clocks before anything is decided by them."""
        if self.context.watch.look() is Found.AWAY:
            _log.info("the machine was away")
            for dispatcher in self.dispatchers:
                dispatcher.was_away()

    def _turn(self) -> None:
        """One batch, or a rest until there is something to do."""
        self._guarded(_DECIDING, self._work_or_rest)
        self._call_senders()

    def _work_or_rest(self) -> int:
        self.context.pulse.beat()
        self._beat()  # before all that may break again and again: the lease is kept for the senders too
        self._look()
        done = tick(self.context, self.lease)
        if done:
            self._stop.wait(_BREATH)
        else:
            self._rest()
        return done

    def _beat(self) -> None:
        self.lease.beat_in_time(self.context.watch.note)

    def _hand_over(self) -> int:
        """Another engine works now: what is open leads nowhere, what was heard is told."""
        _log.info("another engine has taken over; this one waits")
        for dispatcher in self.dispatchers:
            dispatcher.channel.close()
            dispatcher.hand_over()
        return 0

    def _leave(self) -> int:
        self.close()
        return 0

    def _send_loop(self, dispatcher: Dispatcher, over: threading.Event) -> None:
        name = dispatcher.channel.name
        while not over.is_set() and self.lease.is_held and self._damage is None:
            if not self._guarded(name, lambda: dispatcher.round(over.is_set)):
                self._mail[dispatcher].wait(_LONGEST_NAP)
            self._mail[dispatcher].clear()

    def _call_senders(self) -> None:
        """After every turn of the deciding thread, which rests until something is due or happens: so senders
        need not look by themselves."""
        for mail in self._mail.values():
            mail.set()

    def _rest(self) -> None:
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

    def _guarded(self, who: str, work: Callable[[], int]) -> int:
        """Runs one piece of work of a thread; whatever goes wrong is told, and tried again a little later. A
        lost lease is nothing wrong: whoever asks next sees it. Damage ends everything."""
        try:
            done = work()
        except LeaseLostError:
            return 0
        except DamagedError as error:
            self._damage = error
            return 0
        except Exception as error:  # noqa: BLE001 - the boundary of a thread; it is logged and the thread lives
            pause = self.troubles.met(who, error)
            self.context.changed()
            self.context.pulse.beat(pause)
            self._stop.wait(pause)
            return 0
        if self.troubles.over(who):
            self.context.changed()
        return done
