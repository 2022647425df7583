"""The demo's sample shop "Ackermann Flowers": static pages on loopback with the real site script in them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from string import Template
from typing import Final
from urllib.parse import urlsplit

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from app.support.paths import resources


@dataclass(frozen=True, slots=True)
class Bouquet:
    """One product; ``key`` names its picture."""

    key: str
    name: str
    cents: int
    text: str

    @property
    def price(self) -> str:
        """As the shop writes it."""
        return f"{self.cents // 100},{self.cents % 100:02d} €"


BOUQUETS: Final = (
    Bouquet(
        "clara", "Clara", 3490, "Cosmos in four pinks around one dark rose. The one we give to our mothers."
    ),
    Bouquet(
        "marta", "Marta", 2990, "Zinnias and tulips the colour of a late afternoon, in a vase you may keep."
    ),
    Bouquet(
        "yuki", "Yuki", 3990, "Anemones, roses and tall lavender. It dries well and smells until winter."
    ),
    Bouquet(
        "nora", "Nora", 4200, "All white: garden roses, cosmos and a few daisies, so that it stays friendly."
    ),
    Bouquet(
        "ida", "Ida", 2750, "Marguerites in a jar, as if you had picked them yourself. Nobody needs to know."
    ),
    Bouquet("rosa", "Rosa", 3100, "Five roses from blush to wine, bound loosely, with a paper cuff."),
    Bouquet("kaya", "Kaya", 3600, "Eight tulips that open in your kitchen on the second day, all at once."),
    Bouquet(
        "luna", "Luna", 4490, "Blue hour: cornflower shades, lavender and one white star in a dark vase."
    ),
)
_BY_KEY: Final = {bouquet.key: bouquet for bouquet in BOUQUETS}


def make_shop(site_url: str) -> Starlette:
    """The shop whose pages load ``site_url``/cw.js; serve it by ``SiteServer``."""
    shop = _Shop(resources() / "site" / "shop", site_url)
    return Starlette(
        routes=[
            Route("/", shop.index),
            Route("/bouquets/{key}", shop.product),
            Route("/basket", shop.plain("basket", "Your basket")),
            Route("/thank-you", shop.plain("thanks", "Thank you")),
            Route("/weddings", shop.plain("weddings", "Weddings")),
            Route("/delivery", shop.plain("delivery", "Delivery")),
            Mount("/static", StaticFiles(directory=resources() / "site" / "shop")),
            Mount("/fonts", StaticFiles(directory=resources() / "fonts")),
        ],
        exception_handlers={404: shop.lost},
        max_body_size=0,
    )


class _Shop:
    """Fills the pages. Their policy is as strict as a careful shop's: no inline script, no inline style."""

    def __init__(self, folder: Path, site_url: str) -> None:
        names = ("frame", "index", "card", "product", "basket", "thanks", "weddings", "delivery", "lost")
        self._pages = {name: Template((folder / f"{name}.html").read_text("utf-8")) for name in names}
        self._site = site_url
        parts = urlsplit(site_url)
        origin = f"{parts.scheme}://{parts.netloc}"
        self._headers = {
            "Content-Security-Policy": f"default-src 'none'; script-src 'self' {origin}; style-src 'self'; "
            f"img-src 'self' data:; font-src 'self'; connect-src {origin}; form-action 'self'; "
            "base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'",
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "no-cache",
        }

    async def index(self, _request: Request) -> Response:
        """All bouquets."""
        return self._answer("index", "Bouquets of the week", products=self._cards(BOUQUETS))

    async def product(self, request: Request) -> Response:
        """One of them."""
        bouquet = _BY_KEY.get(request.path_params["key"])
        if bouquet is None:
            return self._answer("lost", "Not here", 404)
        at = BOUQUETS.index(bouquet)
        others = (BOUQUETS + BOUQUETS)[at + 1 : at + 5]
        return self._answer(
            "product",
            bouquet.name,
            key=bouquet.key,
            name=bouquet.name,
            cents=str(bouquet.cents),
            price=bouquet.price,
            text=bouquet.text,
            alt=f"The bouquet {bouquet.name}",
            products=self._cards(others),
        )

    def plain(self, page: str, title: str) -> Callable[[Request], Awaitable[Response]]:
        """The endpoint of a page with nothing to fill in."""

        async def answer(_request: Request) -> Response:
            return self._answer(page, title)

        return answer

    async def lost(self, _request: Request, _error: Exception) -> Response:
        """Whatever is not here."""
        return self._answer("lost", "Not here", 404)

    def _cards(self, bouquets: Sequence[Bouquet]) -> str:
        return "".join(
            self._pages["card"].substitute(key=one.key, name=escape(one.name), price=one.price)
            for one in bouquets
        )

    def _answer(self, page: str, title: str, status: int = 200, **fields: str) -> HTMLResponse:
        content = self._pages[page].substitute(
            {name: text if name == "products" else escape(text) for name, text in fields.items()}
        )
        whole = self._pages["frame"].substitute(
            title=escape(title), site=escape(self._site), page=page, content=content
        )
        return HTMLResponse(whole, status, self._headers)
