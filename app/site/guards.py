"""What stands before every route: a limit on what is in hand, and headers that keep browsers strict."""

from __future__ import annotations

from collections import Counter
from typing import Final

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.site.options import HEADER_BYTES

WAITING_PATH: Final = "/p"
"""Who waits for a popup is counted by ``Waiting``, not here."""

_HEADERS: Final = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-robots-tag", b"noindex"),
)


class Gate:
    """At most ``limit`` requests in hand, headers of 16 kB; ``counts`` tells how many were refused."""

    def __init__(self, app: ASGIApp, limit: int, counts: Counter[str]) -> None:
        self._app, self._limit, self._counts = app, limit, counts
        self._busy = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        send = _with_headers(send)
        if _header_bytes(scope) > HEADER_BYTES:
            await PlainTextResponse("The headers are too large.", 431)(scope, receive, send)
        elif scope["path"] == WAITING_PATH:
            await self._app(scope, receive, send)
        elif self._busy >= self._limit:
            self._counts["refused"] += 1
            await PlainTextResponse("Busy; try again soon.", 503, {"Retry-After": "2"})(scope, receive, send)
        else:
            await self._counted(scope, receive, send)

    async def _counted(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._busy += 1
        try:
            await self._app(scope, receive, send)
        finally:
            self._busy -= 1


def _header_bytes(scope: Scope) -> int:
    line = len(scope["raw_path"]) + len(scope["query_string"])
    return line + sum(len(name) + len(value) for name, value in scope["headers"])


def _with_headers(send: Send) -> Send:
    async def wrapped(message: Message) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = [*message.get("headers", []), *_HEADERS]
        await send(message)

    return wrapped
