"""How soon a popup stands on the page after the visitor's event, beside a bare Starlette that only echoes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from statistics import median, quantiles

import pytest
from playwright.sync_api import Page
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from app.model.people import Event
from app.site.server import SiteServer
from tests.site.conftest import Shop

pytestmark = [pytest.mark.browser, pytest.mark.alone]

ROUNDS = 30
TO_POPUP = """() => new Promise(done => {
  const from = performance.now();
  new MutationObserver(() => {
    const host = document.querySelector('#chainwright-popup');
    if (host && host.shadowRoot.querySelector('dialog[open]')) done(performance.now() - from);
  }).observe(document.body, {childList: true});
  chainwright.track('wants_popup');
})"""
TO_ECHO = """async url => {
  const from = performance.now();
  await (await fetch(url, {method: 'POST', body: '{"visitor":"x","events":[]}'})).text();
  return performance.now() - from;
}"""


@pytest.fixture
def echo_url() -> Iterator[str]:
    async def echo(request: Request) -> Response:
        return Response(await request.body())

    app = Starlette(
        routes=[Route("/", echo, methods=["POST"])],
        middleware=[Middleware(CORSMiddleware, allow_origins=["*"])],
    )
    with SiteServer(app) as server:
        yield server.url


def test_the_popup_comes_about_as_fast_as_two_requests(
    visit: Callable[..., Page], shop: Shop, echo_url: str
) -> None:
    port = shop.site.port
    port.on_event = lambda event: _popup_for(event, shop)
    page = visit("/thank-you", bypass_csp=True)
    popups, echoes = [], []
    for number in range(ROUNDS):
        visitor = page.evaluate("chainwright.visitor")
        assert port.wait_waiting(visitor)
        popups.append(page.evaluate(TO_POPUP))
        echoes.append(page.evaluate(TO_ECHO, echo_url))
        page.keyboard.press("Escape")
        assert len(port.wait_named("closed", number + 1)) == number + 1
        page.reload()

    figures = {"popup": popups, "echo": echoes}
    for name, found in figures.items():
        print(f"{name}: median {median(found):.1f} ms, 95th percentile {quantiles(found, n=20)[-1]:.1f} ms")
    assert len(popups) == len(echoes) == ROUNDS


def _popup_for(event: Event, shop: Shop) -> None:
    if event.name == "wants_popup":
        shop.site.port.offer(len(shop.site.port.events), event.addresses[0].value)
