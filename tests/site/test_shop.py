from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from app.model.people import Event
from tests.site.conftest import Shop

pytestmark = pytest.mark.browser

Visit = Callable[..., Page]


def in_basket(event: Event) -> list[dict[str, Any]]:
    return [json.loads(item) for item in event.properties["items"]]


def page_of(url: str) -> str:
    return urlsplit(url).path


def test_a_basket_is_filled_changed_and_ordered_under_one_basket_id(visit: Visit, shop: Shop) -> None:
    page = visit("/")
    page.get_by_role("link", name="Clara").click()
    page.get_by_role("button", name="Put in the basket").click()
    expect(page.get_by_role("status")).to_have_text("Clara is in your basket")
    page.get_by_role("link", name="Basket, 1 in it").click()
    page.get_by_role("button", name="One Clara more").click()
    expect(page.locator("#total")).to_have_text("69,80 €")
    page.get_by_label("First name").fill("Ada")
    page.get_by_label("E-mail").fill("ada@example.com")
    page.get_by_label("Yes, write me").check()
    page.get_by_role("button", name="Order now").click()
    expect(page.get_by_role("heading", name="Thank you for your order")).to_be_visible()

    port = shop.site.port
    (ordered,) = port.wait_named("order_completed")
    (added,), (changed,) = port.named("basket_added"), port.named("basket_changed")
    assert added.properties["basket_id"] == changed.properties["basket_id"] == ordered.properties["basket_id"]
    assert [one["price"] for one in in_basket(added) + in_basket(changed)] == [
        "1 piece, 34,90 €",
        "2 pieces, 69,80 €",
    ]
    assert added.properties["basket_url"] == shop.url + "/basket"
    assert ordered.properties["total"] == 69.8
    assert [event.properties["product"] for event in port.named("product_viewed")] == ["clara"]
    typed = port.named("identified")[-1]
    assert typed.addresses[1].value == "ada@example.com"
    assert [consent.channel for consent in typed.consents] == ["email"]
    page.get_by_role("link", name="Bouquets").first.click()
    page.get_by_role("link", name="Rosa").click()
    page.get_by_role("button", name="Put in the basket").click()
    assert port.wait_named("basket_added", 2)[1].properties["basket_id"] != ordered.properties["basket_id"]


def test_a_basket_that_is_left_has_told_the_typed_address(visit: Visit, shop: Shop) -> None:
    page = visit("/bouquets/luna")
    page.get_by_role("button", name="Put in the basket").click()
    page.goto(shop.url + "/basket")
    page.get_by_label("E-mail").fill("ada@example.com")
    page.get_by_label("First name").focus()
    shop.site.port.wait_named("identified")
    page.close()

    assert shop.site.port.named("order_completed") == []
    (added,) = shop.site.port.named("basket_added")
    (luna,) = in_basket(added)
    assert luna["title"] == "Luna"
    assert (page_of(luna["url"]), page_of(luna["picture"])) == ("/bouquets/luna", "/static/art/luna.svg")


def test_an_offer_is_asked_for(visit: Visit, shop: Shop) -> None:
    page = visit("/weddings")
    page.get_by_role("button", name="Ask for an offer").click()
    expect(page.get_by_role("alert")).to_have_text("Please fill in this field.")
    page.get_by_label("First name").fill("Ada")
    page.get_by_label("E-mail").fill("ada@example.com")
    page.get_by_role("button", name="Ask for an offer").click()

    expect(page.get_by_text("You will have our offer within a day")).to_be_visible()
    (event,) = shop.site.port.wait_named("offer_requested")
    assert event.properties["tables"] == 8


@pytest.mark.parametrize(
    "path", ["/", "/bouquets/nora", "/basket", "/weddings", "/delivery", "/thank-you", "/nothing"]
)
def test_every_page_fits_and_breaks_no_rule_of_its_strict_policy(visit: Visit, shop: Shop, path: str) -> None:
    page = visit(
        path,
        before="window.broken = []; addEventListener('securitypolicyviolation', e => broken.push(e.type))",
    )

    for width in (352, 944, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") == width
    assert page.evaluate("broken") == []
    assert page.evaluate("[...document.images].filter(i => i.complete && !i.naturalWidth).length") == 0
    expect(page.get_by_role("heading", level=1)).to_have_count(1)
