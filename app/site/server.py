"""Serves an application on the web: uvicorn in a thread of its own, safe against slow and greedy clients."""

from __future__ import annotations

import asyncio
import errno
import socket
import struct
import sys
import threading
from collections import Counter
from types import TracebackType
from typing import Final, Self

import h11
import uvicorn
from starlette.applications import Starlette
from uvicorn.protocols.http.h11_impl import H11Protocol

from app.model.errors import WorldError
from app.site.options import HEADER_BYTES, SLOW_SECONDS

MAX_CONNECTIONS: Final = 500
_START_SECONDS: Final = 10.0
_STOP_SECONDS: Final = 10.0
_RESET: Final = struct.pack("hh" if sys.platform == "win32" else "ii", 1, 0)
"""``struct linger``: on, for no time."""


class PatientProtocol(H11Protocol):
    """uvicorn's own, which waits for ever: this one cuts whoever is not through after ``SLOW_SECONDS``.

    Watched is every time in which only the client can go on: until its request is here whole, and while it
    does not take what was answered. Connections beyond ``MAX_CONNECTIONS`` are closed at once.
    """

    _deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        if len(self.connections) > MAX_CONNECTIONS:
            transport.abort()
        else:
            self._watch()

    def connection_lost(self, exc: Exception | None) -> None:
        self._unwatch()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        self._watch()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        self._watch()

    def pause_writing(self) -> None:
        super().pause_writing()
        self._watch()

    def resume_writing(self) -> None:
        super().resume_writing()
        self._watch()

    def _watch(self) -> None:
        if not self._is_clients_turn():
            self._unwatch()
        elif self._deadline is None:
            self._deadline = self.loop.call_later(SLOW_SECONDS, self._cut)

    def _cut(self) -> None:
        # without a reset the system would keep for minutes what the client never took, megabytes of it
        connection = self.transport.get_extra_info("socket")
        if connection is not None:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        self.transport.abort()

    def _is_clients_turn(self) -> bool:
        if self.flow.write_paused:
            return True
        if self.conn.their_state not in {h11.IDLE, h11.SEND_BODY}:
            return False
        # between two requests uvicorn's own keep-alive clock runs, unless the next one has begun
        return self.timeout_keep_alive_task is None or bool(self.conn.trailing_data[0])

    def _unwatch(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None


class _Server(uvicorn.Server):
    """Tells its thread's owner when it listens, and lets nobody wait while it stops."""

    def __init__(self, config: uvicorn.Config, app: Starlette) -> None:
        super().__init__(config)
        self._app = app
        self.listening = threading.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.listening.set()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        waiting = getattr(self._app.state, "waiting", None)
        if waiting is not None:
            waiting.stop()
        await super().shutdown(sockets)


class SiteServer:
    """One listening application. ``port`` 0 takes a free one, known after ``start``. Starts once."""

    def __init__(self, app: Starlette, host: str = "127.0.0.1", port: int = 0) -> None:
        self._app, self._host, self._port = app, host, port
        self._server = _Server(_config(app), app)
        self._thread: threading.Thread | None = None

    @property
    def port(self) -> int:
        """The port it listens on."""
        return self._port

    @property
    def url(self) -> str:
        """Where it is reached from this machine, without a slash at the end."""
        host = f"[{self._host}]" if ":" in self._host else self._host
        return f"http://{host}:{self._port}"

    @property
    def refused(self) -> int:
        """Requests turned away because too many were in hand."""
        counts: Counter[str] | None = getattr(self._app.state, "counts", None)
        return counts["refused"] if counts else 0

    def start(self) -> None:
        """Returns when it listens; WorldError when it cannot."""
        listener = _bind(self._host, self._port)
        self._port = listener.getsockname()[1]
        self._thread = threading.Thread(
            target=self._server.run, args=([listener],), name=f"site:{self._port}", daemon=True
        )
        self._thread.start()
        if not self._server.listening.wait(_START_SECONDS):
            raise WorldError(f"The site did not begin to listen on port {self._port}. Start it again.")

    def stop(self) -> None:
        """Ends what is in hand, closes the port and returns when no thread of it is left."""
        if self._thread is None:
            return
        self._server.should_exit = True
        self._thread.join(_STOP_SECONDS)
        self._thread = None
        waiting = getattr(self._app.state, "waiting", None)
        if waiting is not None:
            waiting.close()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def _config(app: Starlette) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        loop="asyncio",
        http=PatientProtocol,
        ws="none",
        lifespan="off",
        interface="asgi3",
        log_config=None,
        log_level="error",
        access_log=False,
        proxy_headers=False,
        server_header=False,
        timeout_keep_alive=15,
        timeout_graceful_shutdown=5,
        h11_max_incomplete_event_size=HEADER_BYTES,
    )


def _bind(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # named TCP, because asyncio turns delays off only then: else a popup waits 40 ms for an acknowledgement
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        if sys.platform == "win32":  # there, reusing an address would let two programs share a port
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
        else:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(128)
    except (OSError, OverflowError) as error:
        listener.close()
        raise WorldError(_why(host, port, error)) from error
    return listener


def _why(host: str, port: int, error: Exception) -> str:
    number = getattr(error, "errno", None)
    if number == errno.EADDRINUSE:
        return (
            f"Port {port} is taken by another program. End that program or choose another port for the site."
        )
    if number == errno.EACCES:
        return f"Port {port} may not be used by this user. Choose one above 1023 for the site."
    if number == errno.EADDRNOTAVAIL or isinstance(error, socket.gaierror):
        return f"The address {host} does not belong to this machine. Choose 127.0.0.1 for the site."
    return f"The site cannot listen on {host}, port {port}: {error}. Choose another address or port."
