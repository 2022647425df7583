"""What letters bring back: pictures that are loaded, links that are followed, and unsubscribing.

A GET never unsubscribes: scanners follow every link of a letter.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from app.channels.links import Links
from app.model.errors import ChainwrightError
from app.model.people import Actor, Event
from app.model.site import SitePort
from app.site.agents import agent_class, clicked_by, opened_by
from app.site.pages import ask_page, done_page, lost_page
from app.site.reading import is_one_click, whole_body

_log = logging.getLogger(__name__)

PIXEL: Final = bytes.fromhex(
    "47494638396101000100800000ffffff00000021f90401000000002c00000000010001000002024401003b"
)
"""The smallest transparent GIF: 43 bytes."""
_NO_STORE: Final = {"Cache-Control": "no-store, private"}


class Reactions:
    """The three addresses that letters lead to. ``now`` is the engine's clock."""

    def __init__(self, port: SitePort, links: Links, now: Callable[[], datetime]) -> None:
        self._port, self._links, self._now = port, links, now

    async def opened(self, request: Request) -> Response:
        """``GET /o/TOKEN.gif``."""
        message_id = self._links.read_open(request.path_params["token"])
        if message_id is None:
            return Response(status_code=404)
        agent = agent_class(request)
        await self._note("opened", message_id, opened_by(request, agent), {"ua": agent})
        return Response(PIXEL, media_type="image/gif", headers=_NO_STORE)

    async def clicked(self, request: Request) -> Response:
        """``GET /c/TOKEN``: on to the target inside the signature, also when the click cannot be stored."""
        click = self._links.read_click(request.path_params["token"])
        if click is None or not click.url.startswith(("http://", "https://")):
            return lost_page()
        agent = agent_class(request)
        properties = {"ua": agent, "link": click.index, "url": click.url}
        await self._note("clicked", click.message_id, clicked_by(request, agent), properties)
        return RedirectResponse(click.url.encode("utf-8", "replace").decode(), 302, _NO_STORE)

    async def _note(self, name: str, message_id: int, actor: Actor, properties: dict[str, Any]) -> None:
        """One per minute, link and actor is stored: a machine's visit never hides the person's after it."""
        now = self._now()
        which = f":{properties['link']}" if "link" in properties else ""
        event = Event(
            name,
            now,
            f"{name}:{message_id}{which}:{actor}:{int(now.timestamp()) // 60}",
            properties=properties,
            message_id=message_id,
            actor=actor,
        )
        try:
            await run_in_threadpool(self._port.intake, event)
        except ChainwrightError:
            _log.warning("a reaction could not be stored", extra={"message_id": message_id, "reaction": name})

    async def unsubscribe(self, request: Request) -> Response:
        """``/u/TOKEN``: a page with a button; its POST, or a mail program's one-click POST, unsubscribes."""
        message_id = self._links.read_unsubscribe(request.path_params["token"])
        if message_id is None:
            return lost_page()
        name = await run_in_threadpool(self._port.workspace_name)
        if request.method != "POST" or not is_one_click(await whole_body(request)):
            return ask_page(name)
        how = "page" if request.headers.get("sec-fetch-mode") == "navigate" else "one-click"
        known = await run_in_threadpool(self._port.unsubscribe, message_id, how)
        return done_page(name) if known else lost_page()
