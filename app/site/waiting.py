"""Visitors who wait for a popup: few threads, cut when the visitor leaves or the site stops."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

from app.model.site import Popup, SitePort
from app.site.options import SiteOptions

SLICE_SECONDS: Final = 2.0
"""How long one blocking wait lasts at most: so late is it noticed that a visitor has left."""


class Waiting:
    """Waits on behalf of visitors, each in a thread of its own, because the port's wait blocks.

    ``stop`` belongs on the loop's thread; ``close`` afterwards on any.
    """

    def __init__(self, port: SitePort, options: SiteOptions) -> None:
        self._port, self._options = port, options
        self._threads = ThreadPoolExecutor(options.max_waiting, thread_name_prefix="site-wait")
        self._count = 0
        self._stopped = asyncio.Event()

    @property
    def full(self) -> bool:
        """Whether one more visitor has to ask again instead of waiting."""
        return self._count >= self._options.max_waiting or self._stopped.is_set()

    async def popups(self, visitor: str, page: str, left: Callable[[], Awaitable[bool]]) -> Sequence[Popup]:
        """What the visitor should be shown; empty after the longest wait, or when they have ``left``."""
        self._count += 1
        try:
            return await self._in_slices(visitor, page, left)
        finally:
            self._count -= 1

    async def _in_slices(
        self, visitor: str, page: str, left: Callable[[], Awaitable[bool]]
    ) -> Sequence[Popup]:
        loop = asyncio.get_running_loop()
        end = loop.time() + self._options.wait_seconds
        stopped = asyncio.ensure_future(self._stopped.wait())
        try:
            while (rest := end - loop.time()) > 0 and not await left():
                seconds = min(rest, SLICE_SECONDS)
                found = loop.run_in_executor(
                    self._threads, self._port.wait_for_popups, visitor, page, seconds
                )
                both: set[asyncio.Future[Any]] = {found, stopped}
                await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
                if stopped.done():
                    found.cancel()
                    break
                if popups := found.result():
                    return popups
            return ()
        finally:
            stopped.cancel()

    def stop(self) -> None:
        """Everybody who waits is answered now, and nobody waits any more."""
        self._stopped.set()

    def close(self) -> None:
        """Returns when no thread of ours is in the port any more."""
        self._threads.shutdown(wait=True, cancel_futures=True)
