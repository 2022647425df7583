"""Show 4: a real browser, the real site, the real engine, a real mail server; only time is made to jump."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from app.bootstrap.house import House
from app.bootstrap.publishing import publish
from app.bootstrap.workspace import Workspace, open_workspace
from app.flows.codec import read_flow, write_flow
from app.model.flow import Edge, Flow, Node
from app.site.server import SiteServer
from app.site.shop import make_shop
from app.support.clock import StandingClock, SystemClock
from app.support.paths import resources
from app.support.secrets import MemorySecrets
from tests.servers.missing import free_port
from tests.servers.smtp import Caught, SmtpCatcher

pytestmark = pytest.mark.browser

PERSON = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36"
"""Headless Chromium says that it is one, and is counted as a machine."""
ROUNDS = 30


@dataclass
class World:
    """A workspace at work, and the shop whose pages carry its script."""

    house: House
    clock: StandingClock
    shop_url: str

    @property
    def workspace(self) -> Workspace:
        return self.house.workspace

    def edges(self, flow: str) -> dict[tuple[str, str], int]:
        return dict(self.workspace.store.numbers.counts(flow).edges)

    def later(self, **parts: float) -> None:
        """The clock jumps, and the engine looks at what is due."""
        self.clock.jump(self.clock.now() + timedelta(**parts))
        self.workspace.context.wake.set()


@contextmanager
def world(folder: Path, catcher: SmtpCatcher, clock: Any, documents: list[str]) -> Iterator[World]:
    with open_workspace(folder, make=True, secrets=MemorySecrets(), clock=clock) as workspace:
        port, shop_port = free_port(), free_port()
        workspace.store.settings.replace(
            {
                "workspace.name": "Ackermann Flowers",
                "workspace.url": f"http://127.0.0.1:{shop_port}",
                "postal_address": "Lindenallee 7, 10115 Berlin",
                "email.host": catcher.host,
                "email.port": catcher.port,
                "email.security": "none",
                "email.from": "shop@example.com",
                "site.port": port,
                "site.url": f"http://127.0.0.1:{port}",
                "sending.window": {"email": "always"},
            }
        )
        for document in documents:
            result = publish(workspace, read_flow(document).name, document)
            assert result.version == 1, result.problems
        with House(workspace).running() as house:
            assert (house.engine_state, house.engine_detail) == ("running", "")
            with SiteServer(make_shop(house.site_url), port=shop_port) as shop:
                yield World(house, clock, shop.url)


@contextmanager
def visiting(browser: Browser, url: str, **options: Any) -> Iterator[Page]:
    """A new visitor's page; an error of any script fails the test."""
    errors: list[str] = []
    context = browser.new_context(user_agent=PERSON, reduced_motion="reduce", **options)
    page = context.new_page()
    page.set_default_timeout(20_000)
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(url)
    yield page
    context.close()
    assert errors == []


def until(page: Page, true: Callable[[], bool]) -> None:
    for _ in range(400):
        if true():
            return
        page.wait_for_timeout(50)
    raise AssertionError("it never came true")


def link_of(letter: Caught, site: str) -> str:
    """The first link of the letter that leads by the site."""
    html = letter.message.get_body(("html",)).get_content()  # type: ignore[union-attr]
    (url, *_) = re.findall(rf'"({re.escape(site)}/c/[^"]+)"', html)
    return unescape(url)


STORY = (resources() / "templates" / "popup-first.flow.json").read_text("utf-8")


def test_a_popup_is_filled_its_letter_arrives_the_link_is_clicked_and_the_branch_taken(
    chromium: Browser, smtp_catcher: SmtpCatcher, tmp_path: Path
) -> None:
    clock = StandingClock(datetime.now(UTC))
    with world(tmp_path / "shop", smtp_catcher, clock, [STORY]) as there, ExitStack() as stack:
        there.later(minutes=1)  # what happened before the flow was published starts nothing
        page = stack.enter_context(visiting(chromium, f"{there.shop_url}/bouquets/luna"))
        expect(page.get_by_role("dialog", name="Flowers that last two weeks")).to_be_visible()
        page.get_by_label("Your e-mail").fill("Ada@example.com")
        page.get_by_label("Your first name").fill("Ada")
        page.get_by_label("Yes, send me letters about flowers").check()
        page.get_by_role("button", name="Send me the letters").click()
        expect(page.get_by_role("heading", name="Thank you!")).to_be_visible()
        until(page, lambda: there.edges("Popup first").get(("popup1", "submitted")) == 1)

        there.later(hours=23)
        assert smtp_catcher.caught == []
        there.later(hours=2)
        (letter,) = smtp_catcher.wait_for(1)
        assert letter.recipients == ("ada@example.com",)
        assert letter.message["Subject"] == "The first cut decides"
        assert "Dear Ada" in letter.message.get_body(("plain",)).get_content()  # type: ignore[union-attr]

        page.goto(link_of(letter, there.house.site_url))
        expect(page.get_by_role("heading", level=1)).to_have_text("Bouquets of the week")
        assert page.url.rstrip("/") == there.shop_url
        until(page, lambda: there.edges("Popup first").get(("letter1", "opened")) == 1)
        there.later(hours=1)
        second = smtp_catcher.wait_for(2)[1]
        assert second.message["Subject"] == "How to tell a fresh bunch from a tired one"

    counts = there.edges("Popup first")
    walked = [
        ("visit", "entered"),
        ("popup1", "submitted"),
        ("day", "next"),
        ("letter1", "opened"),
        ("hour1", "next"),
    ]
    assert counts == dict.fromkeys(walked, 1)


def popup_on_wish() -> str:
    """A popup for everybody who wishes one, as often as they do."""
    popup = {"headline": "As you wished", "button": "Well", "reactions": ["closed"], "timeout": "P1D"}
    flow = Flow(
        "Wishes",
        (
            Node("start", "entry.event", settings={"events": ["wants_popup"]}),
            Node("popup", "popup", settings=popup),
            Node("end", "end"),
        ),
        (Edge("start", "entered", "popup"), Edge("popup", "closed", "end"), Edge("popup", "timeout", "end")),
        settings={"key": "wish", "reentry": "never"},
    )
    return write_flow(flow)


TO_POPUP = """wish => new Promise(done => {
  const from = performance.now();
  new MutationObserver(() => {
    const host = document.querySelector('#chainwright-popup');
    if (host && host.shadowRoot.querySelector('dialog[open]')) done(performance.now() - from);
  }).observe(document.body, {childList: true});
  chainwright.track('wants_popup', {wish});
})"""
TO_ECHO = """async url => {
  const from = performance.now();
  await (await fetch(url, {method: 'POST', body: '{"visitor":"x","events":[]}'})).text();
  return performance.now() - from;
}"""


@pytest.fixture
def echo_url() -> Iterator[str]:
    """A bare Starlette that only echoes."""

    async def echo(request: Request) -> Response:
        return Response(await request.body())

    app = Starlette(
        routes=[Route("/", echo, methods=["POST"])],
        middleware=[Middleware(CORSMiddleware, allow_origins=["*"])],
    )
    with SiteServer(app) as server:
        yield server.url


@pytest.mark.alone
def test_how_soon_a_popup_stands_on_the_page_through_the_real_engine(
    chromium: Browser, smtp_catcher: SmtpCatcher, tmp_path: Path, echo_url: str, record_property: Any
) -> None:
    popups, echoes = [], []
    with (
        world(tmp_path / "shop", smtp_catcher, SystemClock(), [popup_on_wish()]) as there,
        visiting(chromium, f"{there.shop_url}/thank-you", bypass_csp=True) as page,
    ):
        for number in range(ROUNDS):
            page.wait_for_timeout(150)  # the script has asked for popups and waits
            popups.append(float(page.evaluate(TO_POPUP, f"w{number}")))
            echoes.append(float(page.evaluate(TO_ECHO, echo_url)))
            page.keyboard.press("Escape")
            done = number + 1
            until(page, lambda done=done: there.edges("Wishes").get(("popup", "closed")) == done)  # type: ignore[misc]
            page.reload()
        assert there.edges("Wishes") == {("start", "entered"): ROUNDS, ("popup", "closed"): ROUNDS}

    for name, found in (("popup", popups), ("echo", echoes)):
        said = f"median {median(found):.1f} ms, 95th percentile {quantiles(found, n=20)[-1]:.1f} ms"
        record_property(name, said)
        print(f"{name}: {said}")
