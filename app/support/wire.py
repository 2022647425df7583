"""What calls over the network have in common: a deadline for the whole of it, and finding the other side."""

from __future__ import annotations

import contextlib
import queue
import socket
import threading
import time
from typing import Any, Self


class Deadline:
    """Shuts the watched connection when its time is over, wherever the call hangs.

    Time-outs of sockets count one read or write only: a peer that drips bytes passes under them.
    """

    def __init__(self, seconds: float) -> None:
        self._ends = time.monotonic() + seconds
        self._watched: socket.socket | None = None
        self._lock = threading.Lock()
        self._timer = threading.Timer(seconds, self._shut)
        self._timer.daemon = True
        self.passed = False

    def __enter__(self) -> Self:
        self._timer.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._timer.cancel()
        with self._lock:
            self._watched = None

    def left(self, most: float) -> float:
        """Seconds that a single step may take; TimeoutError when none are left."""
        left = self._ends - time.monotonic()
        if left <= 0 or self.passed:
            raise TimeoutError
        return min(left, most)

    def watch(self, handle: socket.socket) -> None:
        """``handle`` comes from ``second_handle``; it stays the caller's to close."""
        with self._lock:
            self._watched = handle

    def _shut(self) -> None:
        with self._lock:
            self.passed = True
            if self._watched is not None:
                with contextlib.suppress(OSError):  # the other side may have closed it meanwhile
                    self._watched.shutdown(socket.SHUT_RDWR)


def second_handle(connected: socket.socket) -> socket.socket:
    """A handle on the same connection that stays good when the first is wrapped in TLS."""
    return connected.dup()


def resolve(host: str, port: int, seconds: float) -> list[Any]:
    """As ``getaddrinfo``, for streams, in at most so many seconds; OSError or TimeoutError.

    The system's resolver cannot be interrupted, so it is asked on a thread that may be left behind.
    """
    answers: queue.SimpleQueue[list[Any] | OSError] = queue.SimpleQueue()

    def ask() -> None:
        try:
            answers.put(list(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)))
        except (OSError, UnicodeError) as error:
            answers.put(error if isinstance(error, OSError) else OSError("bad host name"))

    threading.Thread(target=ask, name="resolver", daemon=True).start()
    try:
        answer = answers.get(timeout=seconds)
    except queue.Empty:
        raise TimeoutError from None
    if isinstance(answer, OSError):
        raise answer
    return answer
