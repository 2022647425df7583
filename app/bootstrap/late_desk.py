"""A desk that is there before its workspace is: every call waits until that is open."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any, cast

from app.model.errors import WorldError

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from app.model.ports import Desk


class LateDesk:
    """Opens a workspace in a thread of its own and closes it there too.

    ``opened`` makes the context in which the desk lives.
    """

    def __init__(self, opened: Callable[[], AbstractContextManager[Desk]]) -> None:
        self._opened = opened
        self._thread = threading.Thread(target=self._live, name="workspace")
        self._is_settled, self._leave = threading.Event(), threading.Event()
        self._real: Desk | None = None
        self._error: BaseException | None = None
        self._failed: Callable[[], None] = lambda: None
        self._callbacks: list[Callable[[], None]] = []
        self._lock = threading.Lock()

    @property
    def desk(self) -> Desk:
        """The desk to work with. Calls may block for as long as opening takes."""
        return cast("Desk", self)  # all calls but one are handed on by name

    def open(self, failed: Callable[[], None] = lambda: None) -> None:
        """Begins; ``failed`` is called in the thread when there will be no desk."""
        self._failed = failed
        self._thread.start()

    def close(self) -> None:
        """Waits until the workspace is closed; raises what stood in the way of opening or closing it."""
        self._leave.set()
        if self._thread.ident is not None:
            self._thread.join()
        if self._error is not None:
            raise self._error

    def listen(self, callback: Callable[[], None]) -> None:
        """As ``Desk.listen``; never waits."""
        with self._lock:
            if self._real is None:
                self._callbacks.append(callback)
                return
        self._real.listen(callback)

    def __getattr__(self, name: str) -> Any:
        def call(*arguments: Any, **named: Any) -> Any:
            return getattr(self._wait(), name)(*arguments, **named)

        return call

    def _wait(self) -> Desk:
        self._is_settled.wait()
        if self._real is None:
            raise WorldError("The workspace could not be opened.")
        return self._real

    def _live(self) -> None:
        try:
            with self._opened() as desk:
                self._settle(desk)
                self._leave.wait()
        except BaseException as error:  # noqa: BLE001 - a thread's boundary: close() raises it again
            self._error = error
            self._is_settled.set()
            self._failed()

    def _settle(self, desk: Desk) -> None:
        with self._lock:
            self._real, waiting = desk, self._callbacks
        for callback in waiting:
            desk.listen(callback)
            callback()
        self._is_settled.set()
