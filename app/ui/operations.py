"""Work that may block, done off the GUI thread; its outcome is told on the GUI thread."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from enum import StrEnum
from typing import TYPE_CHECKING, Any, TypeVar

from PySide6.QtCore import QObject, Signal

from app.model.errors import ChainwrightError
from app.model.frozen import dataclass

if TYPE_CHECKING:
    from concurrent.futures import ThreadPoolExecutor

_log = logging.getLogger(__name__)
_Result = TypeVar("_Result")


class Lane(StrEnum):
    """Works of one lane are done one after the other; lanes do not wait for each other."""

    DESK = "desk"
    """What the person asked for, and whatever changes data."""
    NUMBERS = "numbers"
    """Reading what is shown while the engine runs."""
    CHECK = "check"
    """Judging the draft."""
    HISTORY = "history"
    """Writing down the steps of undo."""
    FIX = "fix"
    """Trying out how problems are mended, and telling of nodes in a sentence."""
    PREVIEW = "preview"
    """Making messages for a person while they are written."""


@dataclass(frozen=True, slots=True)
class _Outcome:
    result: Any
    error: ChainwrightError | None
    bug: bool
    done: Callable[[Any], None] | None
    failed: Callable[[str], None] | None


class Operations(QObject):
    """Runs works in lanes. The window never waits for one."""

    failed = Signal(str)
    """The sentence of an error that its caller does not show itself."""
    busy_changed = Signal(bool)
    """Whether anything is under way."""
    _finished = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lanes: dict[Lane, ThreadPoolExecutor] = {}
        self._closed = threading.Event()
        self._under_way = 0
        self._finished.connect(self._tell)

    @property
    def busy(self) -> bool:
        """Whether anything is under way."""
        return self._under_way > 0

    def run(
        self,
        work: Callable[[], _Result],
        done: Callable[[_Result], None] | None = None,
        *,
        failed: Callable[[str], None] | None = None,
        lane: Lane = Lane.DESK,
    ) -> None:
        """Runs ``work`` in its lane, then ``done`` with what it answered, or ``failed`` with a sentence.

        Without ``failed`` the sentence goes to the signal of that name. A bug is logged with its traceback.
        """
        if self._closed.is_set():
            return
        self._count(1)
        self._executor(lane).submit(self._work, work, done, failed)

    def close(self) -> None:
        """Waits for what is under way, drops what has not begun and tells nobody any more."""
        self._closed.set()
        for executor in self._lanes.values():
            executor.shutdown(wait=True, cancel_futures=True)

    def _executor(self, lane: Lane) -> ThreadPoolExecutor:
        from concurrent.futures import ThreadPoolExecutor  # not needed for the first picture

        if lane not in self._lanes:
            self._lanes[lane] = ThreadPoolExecutor(1, thread_name_prefix=f"ui-{lane}")
        return self._lanes[lane]

    def _work(
        self,
        work: Callable[[], Any],
        done: Callable[[Any], None] | None,
        failed: Callable[[str], None] | None,
    ) -> None:
        try:
            outcome = _Outcome(work(), None, bug=False, done=done, failed=failed)
        except ChainwrightError as error:
            outcome = _Outcome(None, error, bug=False, done=done, failed=failed)
        except Exception:  # noqa: BLE001 - a thread's boundary: the person gets a sentence, the log the traceback
            _log.exception("an operation of the window broke")
            outcome = _Outcome(None, None, bug=True, done=done, failed=failed)
        if not self._closed.is_set():
            self._finished.emit(outcome)

    def _tell(self, outcome: _Outcome) -> None:
        self._count(-1)
        if self._closed.is_set():
            return
        if outcome.error is None and not outcome.bug:
            if outcome.done is not None:
                outcome.done(outcome.result)
            return
        sentence = (
            outcome.error.sentence
            if outcome.error
            else self.tr("That went wrong on our side. The log has the details")
        )
        (outcome.failed or self.failed.emit)(sentence)

    def _count(self, step: int) -> None:
        before = self.busy
        self._under_way += step
        if before != self.busy:
            self.busy_changed.emit(self.busy)
