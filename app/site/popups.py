"""Popups: handed to the browser that waits for them, and their answers taken back as reactions.

``GET /p?v=VISITOR&u=PAGE`` waits and answers ``{"popups": [{"id": "…", "content": {…}}], "again": 0}``, where
``again`` is how many milliseconds to pause before asking again. ``POST /p/shown`` and ``POST /p/answer`` take
the shapes of ``app.site.bodies`` and answer ``{"ok": true}``, or false for a popup that was withdrawn.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from app.model.errors import UserError
from app.model.people import Actor, Address, Event
from app.model.site import Popup, SitePort
from app.site.bodies import PopupAnswer, PopupShown
from app.site.intake import Intake, given, named
from app.site.reading import read_body
from app.site.tickets import Tickets
from app.site.waiting import Waiting
from app.support.addresses import visitor_id

BUSY_MILLISECONDS: Final = 5_000
CONTENT: Final = ("headline", "text", "button", "link", "consent_text")
FIELDS: Final = ("email", "phone", "first_name")


class Popups:
    """The three addresses of popups. ``now`` is the engine's clock."""

    def __init__(
        self,
        port: SitePort,
        intake: Intake,
        tickets: Tickets,
        waiting: Waiting,
        now: Callable[[], datetime],
    ) -> None:
        self._port, self._intake, self._tickets = port, intake, tickets
        self._waiting, self._now = waiting, now

    async def wait(self, request: Request) -> Response:
        """``GET /p``."""
        visitor = _visitor(request)
        page = "".join(filter(str.isprintable, request.query_params.get("u", "")[:500]))
        if self._waiting.full:
            found, again = await run_in_threadpool(self._port.popups, visitor, page), BUSY_MILLISECONDS
        else:
            found, again = await self._waiting.popups(visitor, page, request.is_disconnected), 0
        answer = {"popups": [self._for_browser(popup, visitor) for popup in found], "again": again}
        return JSONResponse(answer, headers={"Cache-Control": "no-store"})

    def _for_browser(self, popup: Popup, visitor: str) -> dict[str, Any]:
        content = plain_content(popup.content)
        ticket = self._tickets.make(popup.message_id, visitor, content["consent_text"])
        return {"id": ticket, "content": content}

    async def shown(self, request: Request) -> Response:
        """``POST /p/shown``: the message counts as sent from now on."""
        body = await read_body(request, PopupShown)
        message_id = self._read(body)
        return JSONResponse({"ok": await run_in_threadpool(self._port.shown, message_id, body.visitor)})

    async def answer(self, request: Request) -> Response:
        """``POST /p/answer``: 422 names the field that cannot be used, and nothing is stored then."""
        body = await read_body(request, PopupAnswer)
        message_id = self._read(body)
        found, wrong = self._intake.typed_addresses(body.fields)
        if body.what == "submitted" and (wrong or not (found or named(body.fields))):
            return JSONResponse({"ok": False, "field": wrong or "email"}, 422)
        event = self._reaction(message_id, body, found if body.what == "submitted" else ())
        await run_in_threadpool(self._port.intake, event)
        return JSONResponse({"ok": True})

    def _read(self, body: PopupShown) -> int:
        message_id = self._tickets.read(body.id, body.visitor, body.consent_text)
        if message_id is None:
            raise HTTPException(404)
        return message_id

    def _reaction(self, message_id: int, body: PopupAnswer, found: tuple[Address, ...]) -> Event:
        now = self._now()
        proof = {"message_id": message_id, "visitor": body.visitor, "page": body.page}
        return Event(
            body.what,
            now,
            f"popup:{message_id}:{body.what}",
            addresses=(Address("visitor", body.visitor), *found),
            properties={"page": body.page} if body.page else {},
            message_id=message_id,
            actor=Actor.HUMAN,
            updates=named(body.fields) if body.what == "submitted" else {},
            consents=given(found, body.consent_text, now, proof) if body.consent else (),
        )


def plain_content(content: Mapping[str, Any]) -> dict[str, Any]:
    """Only what the script shows, as plain texts: nothing else of a message leaves the house by this way."""
    texts = {name: str(content.get(name) or "") for name in CONTENT}
    asked = content.get("fields") or ()
    return texts | {"fields": [name for name in FIELDS if name in asked]}


def _visitor(request: Request) -> str:
    try:
        return visitor_id(request.query_params.get("v", ""))
    except UserError as error:
        raise HTTPException(422) from error
