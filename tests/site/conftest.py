"""The sample shop with the real script, in a real browser."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from app.site.server import SiteServer
from app.site.shop import make_shop
from tests.unit.site.world import World, site


@dataclass
class Shop:
    """The shop's address, and the site behind its pages."""

    url: str
    site: World


@pytest.fixture(scope="module")
def _shop() -> Iterator[Shop]:
    with site() as world, SiteServer(make_shop(world.server.url)) as server:
        yield Shop(server.url, world)


@pytest.fixture
def shop(_shop: Shop) -> Shop:
    """The running shop; its site's port has seen nothing yet."""
    _shop.site.port.clear()
    return _shop


@pytest.fixture
def visit(chromium: Browser, shop: Shop) -> Iterator[Callable[..., Page]]:
    """`visit("/basket", viewport=…)`: a new visitor's page, the script at work; its errors fail the test."""
    errors: list[str] = []
    with ExitStack() as stack:

        def enter(path: str = "/", *, before: str = "", **options: Any) -> Page:
            context = chromium.new_context(reduced_motion="reduce", **options)
            stack.callback(context.close)
            page = context.new_page()
            page.set_default_timeout(20_000)
            page.on("pageerror", lambda error: errors.append(str(error)))
            if before:
                page.add_init_script(before)
            page.goto(shop.url + path)
            assert page.evaluate("window.chainwright.visitor"), "the script did not run"
            return page

        yield enter
    assert errors == []


def visitor_of(page: Page) -> str:
    """The id under which the site knows this browser."""
    return str(page.evaluate("chainwright.visitor"))


def until(page: Page, expression: str) -> None:
    """Waits for it to be true; playwright's own waiting is forbidden by a strict policy."""
    for _ in range(400):
        if page.evaluate(expression):
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"it never came true: {expression}")
