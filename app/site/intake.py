"""Events in: from the script on a shop's pages, and from a shop's own back end.

``POST /e``::

    {"visitor": "u3Jx…", "events": [{"name": "basket_added", "id": "k1", "page": "/clara", "ago": 120,
     "properties": {"basket_id": "b7", "total": 34.9}, "identify": {"email": "ada@example.com"}}]}

answers ``{"stored": n}``. ``POST /api/events`` with ``Authorization: Bearer …``::

    {"events": [{"name": "order_completed", "id": "order-812", "time": "2026-11-22T10:00:00Z",
     "email": "ada@example.com", "properties": {"basket_id": "b7"}}]}

answers ``{"stored": n, "known": n, "counted": n, "skipped": [{"where": "events.3", "error": "…"}]}``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from hmac import compare_digest
from typing import Any, Final

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from app.model.errors import UserError
from app.model.people import Address, Consent, Event
from app.model.site import SitePort
from app.site.bodies import Identity, PageEvent, PageEvents, ShopEvent, ShopEvents, Typed, not_after
from app.site.options import SiteOptions
from app.site.reading import read_body
from app.support import addresses

PAGE_VIEWED: Final = "page_viewed"
CONSENTS: Final = {"email": "email", "phone": "sms"}
"""Which channel an address opens when the consent beside it was ticked."""


class Intake:
    """The two doors for events. ``now`` is the engine's clock."""

    def __init__(self, port: SitePort, options: SiteOptions, now: Callable[[], datetime]) -> None:
        self._port, self._options, self._now = port, options, now

    async def from_page(self, request: Request) -> Response:
        """``POST /e``."""
        body = await read_body(request, PageEvents)
        stored = await run_in_threadpool(self._store_page_events, body)
        return JSONResponse({"stored": stored})

    async def from_shop(self, request: Request) -> Response:
        """``POST /api/events``. The token is asked before the body is read."""
        if not self._may_come_in(request):
            return JSONResponse(
                {"error": "The bearer token is missing or wrong; it stands in the settings of the site."},
                401,
                {"WWW-Authenticate": "Bearer"},
            )
        body = await read_body(request, ShopEvents)
        return JSONResponse(await run_in_threadpool(self._store_shop_events, body))

    def _may_come_in(self, request: Request) -> bool:
        scheme, _, shown = request.headers.get("authorization", "").partition(" ")
        token = self._options.api_token
        return (
            bool(token)
            and scheme.lower() == "bearer"
            and compare_digest(shown.strip().encode(), token.encode())
        )

    def _store_page_events(self, body: PageEvents) -> int:
        now = self._now()
        outcomes: Counter[str] = Counter()
        for item in body.events:
            event = self._page_event(body.visitor, item, now)
            if item.name == PAGE_VIEWED:
                self._port.visit(body.visitor, item.page, event.at)
            outcomes[self._port.intake(event)] += 1
        return outcomes["stored"]

    def _page_event(self, visitor: str, item: PageEvent, now: datetime) -> Event:
        typed = item.identify or Identity()
        found, _ = self.typed_addresses(typed)
        return Event(
            item.name,
            now - timedelta(milliseconds=item.ago),
            f"site:{visitor}:{item.id}",
            addresses=(Address("visitor", visitor), *found),
            properties=item.properties | ({"page": item.page} if item.page else {}),
            updates=named(typed),
            consents=given(found, typed.consent, now, {"visitor": visitor, "page": item.page}),
        )

    def typed_addresses(self, typed: Typed) -> tuple[tuple[Address, ...], str]:
        """The usable addresses of a form, and the name of the first field that cannot be used."""
        found: list[Address] = []
        wrong = ""
        for kind in ("email", "phone"):
            text: str = getattr(typed, kind).strip()
            if not text:
                continue
            try:
                found.append(addresses.address(kind, text, self._options.region))
            except UserError:
                wrong = wrong or kind
        return tuple(found), wrong

    def _store_shop_events(self, body: ShopEvents) -> dict[str, object]:
        now = self._now()
        outcomes: Counter[str] = Counter()
        skipped: list[dict[str, str]] = []
        for number, item in enumerate(body.events):
            try:
                outcomes[self._port.intake(self._shop_event(item, now))] += 1
            except UserError as error:
                skipped.append({"where": f"events.{number}", "error": error.sentence})
        return {name: outcomes[name] for name in ("stored", "known", "counted")} | {"skipped": skipped}

    def _shop_event(self, item: ShopEvent, now: datetime) -> Event:
        named = {
            "email": item.email,
            "phone": item.phone,
            "external": item.external_id,
            "visitor": item.visitor,
        }
        found = tuple(
            addresses.address(kind, text, self._options.region)
            for kind, text in named.items()
            if text.strip()
        )
        if not found:
            raise UserError(
                "The event names nobody; give one of email, phone, external_id and visitor with it."
            )
        return Event(
            item.name,
            not_after(item.time, now) if item.time else now,
            f"shop:{item.id}",
            addresses=found,
            properties=item.properties,
        )


def named(typed: Typed) -> dict[str, str]:
    """The contact properties that a form brings along."""
    name = typed.first_name.strip()
    return {"first_name": name} if name else {}


def given(
    found: tuple[Address, ...], text: str, now: datetime, proof: Mapping[str, Any]
) -> tuple[Consent, ...]:
    """A consent per typed address; without a text nobody agreed to anything."""
    if not text:
        return ()
    return tuple(Consent(CONSENTS[address.kind], True, now, "form", text, proof) for address in found)
