"""A workspace at work behind a window: engine thread, site and catcher, started and stopped together."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Final

from app.bootstrap.halting import halt_of
from app.bootstrap.limits import limit_lines
from app.bootstrap.listener import listening
from app.bootstrap.practice import Practice, practising
from app.engine import page
from app.engine.keeper import Keeper, ThreadRun, note_down, note_up
from app.model.desk import Resting
from app.model.errors import ChainwrightError, TextError
from app.model.ports import CallTask, Caught

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from app.bootstrap.workspace import Workspace
    from app.engine.engine import Engine
    from app.engine.keeper import Run
    from app.engine.page import OnPage
    from app.model.ports import Channel

_log: Final = logging.getLogger("chainwright")
_STOP_SECONDS: Final = 5.0
REFUSED: Final = "refused"
"""Where a server that refuses us has not said why."""


class House:
    """What runs while the window is open."""

    def __init__(self, workspace: Workspace, *, fast: bool = False) -> None:
        self.workspace = workspace
        self.fast = fast
        """Whether the engine's clock is not the wall's."""
        self.site_url = ""
        self.shop_url = ""
        """Where the demo's sample shop is."""
        self.practice: Practice | None = None
        self.engine: Engine | None = None
        self.keeper: Keeper | None = None
        self._error = ""
        self._listeners: list[Callable[[], None]] = []

    # --- what the status bar says ---

    @property
    def engine_state(self) -> str:
        """``running``, ``paused``, ``stopped`` or ``failed``."""
        if self._error:
            return "failed"
        if self.engine is None:
            return "stopped"
        if self.engine.failed:
            return "failed"
        return "paused" if halt_of(self.workspace) else "running"

    @property
    def engine_detail(self) -> str:
        """One sentence when it does not run."""
        if self.engine is not None and self.engine.failed:
            return self.engine.troubles.sentence
        return self._error or halt_of(self.workspace)

    def trouble(self) -> tuple[str, ...]:
        """What limits hold up, each in a few words."""
        return limit_lines(self.workspace)

    def resting(self) -> tuple[Resting, ...]:
        """Channels that are left alone for a while, and why."""
        senders = self.engine.dispatchers if self.engine is not None else ()
        now = self.workspace.clock.now()
        found = []
        for sender in senders:
            stopped = sender.stopped_until
            if stopped is not None and now < stopped:
                found.append(Resting(sender.channel.name, stopped, sender.trouble or REFUSED))
            elif not sender.breaker.is_closed:
                found.append(Resting(sender.channel.name, sender.rests_until(now)))
        return tuple(found)

    # --- practice and tasks ---

    def caught(self, after: int) -> Sequence[Caught]:
        """What the catcher holds from this index on; nothing outside practice mode."""
        return self.practice.caught(after) if self.practice is not None else ()

    def tasks(self) -> Sequence[CallTask]:
        """Call-backs that wait, oldest first."""
        channel = self.workspace.channel("task")
        rows = self.workspace.store.numbers.waiting("task")
        with self.workspace.context.session() as session:
            ready = page.waiting(session, rows)
        return [task for one in ready if (task := self._task(one, channel)) is not None]

    def _task(self, one: OnPage, channel: Channel) -> CallTask | None:
        try:
            content = channel.prepare(one.outgoing).content
        except TextError as error:
            page.cannot_be_made(self.workspace.context, one.message.id, error.sentence)
            return None
        name, phone, text = (str(content.get(field) or "") for field in ("name", "phone", "text"))
        return CallTask(one.message.id, name, phone, text, one.message.due_at)

    # --- news ---

    def listen(self, callback: Callable[[], None]) -> None:
        """Calls back, from any thread, when numbers may have changed."""
        self._listeners.append(callback)

    def tell(self) -> None:
        """Numbers may have changed."""
        for callback in self._listeners:
            callback()

    # --- life ---

    @contextmanager
    def running(self) -> Iterator[House]:
        """Engine and site work until the block is left. What cannot start is said in the status bar."""
        stop = threading.Event()
        self.workspace.context.changed = self.tell
        with ExitStack() as stack:
            self._start(stack, stop)
            try:
                yield self
            finally:
                stop.set()
                self.workspace.context.wake.set()

    def _start(self, stack: ExitStack, stop: threading.Event) -> None:
        try:
            stack.enter_context(self.workspace.engine_lock())
            self.practice = stack.enter_context(practising(self.workspace))
            site = stack.enter_context(listening(self.workspace))
            self.site_url = site.url
            self.engine = self.workspace.engine()
        except ChainwrightError as error:
            self._error = error.sentence
            _log.info("the engine does not run: %s", type(error).__name__)
            return
        self.keeper = Keeper(self._next_run, tell=self.tell)
        note_up(self.workspace.context)
        thread = threading.Thread(target=self._keep, args=(self.keeper, stop), name="keeper")
        thread.start()
        # Left in the reverse order of entering: the engine rests before site and catcher go.
        stack.callback(thread.join, _STOP_SECONDS)
        stack.callback(self._wake, stop)

    def _wake(self, stop: threading.Event) -> None:
        stop.set()
        self.workspace.context.wake.set()

    def _next_run(self) -> Run:
        engine = self.engine if self.keeper is None or not self.keeper.failures else None
        if engine is None:
            self.workspace.forget_channels()  # whatever hangs in them is not asked any more
            engine = self.engine = self.workspace.engine()
        return ThreadRun(engine)

    def _keep(self, keeper: Keeper, stop: threading.Event) -> None:
        keeper.keep(stop)
        if keeper.down is not None:
            self._error = keeper.down.sentence
            if keeper.is_worn_out:
                note_down(self.workspace.context)
            self.tell()
