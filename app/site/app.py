"""The site: one Starlette application over a ``SitePort``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from app.channels.links import Links
from app.model.errors import ChainwrightError
from app.model.site import SitePort
from app.site.guards import Gate
from app.site.intake import Intake
from app.site.options import BODY_BYTES, LOOPBACK, SiteOptions
from app.site.popups import Popups
from app.site.reactions import Reactions
from app.site.reading import BadBody, answer_bad_body
from app.site.script import Script
from app.site.tickets import Tickets
from app.site.waiting import Waiting

_FROM_PAGES: Final = frozenset({"/e", "/p", "/p/shown", "/p/answer"})
"""What pages of other origins may ask."""


def _utc_now() -> datetime:
    return datetime.now(UTC)


def make_app(
    port: SitePort, links: Links, options: SiteOptions, now: Callable[[], datetime] = _utc_now
) -> Starlette:
    """The application; serve it once by ``SiteServer``. ``now`` is the engine's clock.

    A ``ChainwrightError`` of ``port`` is answered 503 with its sentence, and the script tries again.
    ``app.state.counts["refused"]`` counts requests that were turned away because too many were in hand.
    """
    waiting = Waiting(port, options)
    counts: Counter[str] = Counter()
    intake = Intake(port, options, now)
    app = Starlette(
        routes=_routes(
            intake,
            Popups(port, intake, Tickets(options.ticket_key), waiting, now),
            Reactions(port, links, now),
        ),
        middleware=[
            Middleware(Gate, limit=options.max_requests, counts=counts),
            Middleware(TrustedHostMiddleware, allowed_hosts=[*LOOPBACK, *options.hosts], www_redirect=False),
            Middleware(_PageDoors, origins=options.origins or ("*",)),
        ],
        exception_handlers={BadBody: answer_bad_body, ChainwrightError: _answer_trouble},
        max_body_size=BODY_BYTES,
    )
    app.router.redirect_slashes = False
    app.state.waiting, app.state.counts = waiting, counts
    return app


def _routes(intake: Intake, popups: Popups, reactions: Reactions) -> list[Route]:
    return [
        Route("/cw.js", Script().get),
        Route("/e", intake.from_page, methods=["POST"]),
        Route("/api/events", intake.from_shop, methods=["POST"]),
        Route("/p", popups.wait),
        Route("/p/shown", popups.shown, methods=["POST"]),
        Route("/p/answer", popups.answer, methods=["POST"]),
        Route("/o/{token}.gif", reactions.opened),
        Route("/c/{token}", reactions.clicked),
        Route("/u/{token}", reactions.unsubscribe, methods=["GET", "POST"]),
    ]


async def _answer_trouble(_request: Request, error: Exception) -> Response:
    return JSONResponse({"error": str(error)}, 503, {"Retry-After": "5"})


class _PageDoors:
    """Lets pages of the shop's origins ask what the script needs; the rest answers no other origin."""

    def __init__(self, app: ASGIApp, origins: tuple[str, ...]) -> None:
        self._app, self._origins = app, origins
        self._open = CORSMiddleware(
            app, allow_origins=origins, allow_methods=["GET", "POST"], allow_headers=["Content-Type"]
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] not in _FROM_PAGES:
            await self._app(scope, receive, send)
        elif self._is_stranger(scope):
            await JSONResponse({"error": "This page is not one of the shop's."}, 403)(scope, receive, send)
        else:
            await self._open(scope, receive, send)

    def _is_stranger(self, scope: Scope) -> bool:
        """A page says where it comes from; without an origin it is no page of another site."""
        origins = [value.decode("latin-1") for name, value in scope["headers"] if name == b"origin"]
        return "*" not in self._origins and any(origin not in self._origins for origin in origins)
