from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from app.model.people import Address
from tests.site.conftest import Shop, until, visitor_of

pytestmark = pytest.mark.browser

Visit = Callable[..., Page]


def test_each_page_is_viewed_once_by_the_same_visitor(visit: Visit, shop: Shop) -> None:
    page = visit("/")
    first = visitor_of(page)
    page.goto(shop.url + "/delivery")
    views = shop.site.port.wait_named("page_viewed", 2)

    assert [event.properties["page"] for event in views] == ["/", "/delivery"]
    assert views[1].properties["title"] == "Delivery · Ackermann Flowers"
    assert {event.addresses for event in views} == {(Address("visitor", first),)}
    assert shop.site.port.visits == [(first, "/"), (first, "/delivery")]


def test_a_shop_that_changes_pages_without_loading_them_is_seen_too(visit: Visit, shop: Shop) -> None:
    page = visit("/")
    page.evaluate("history.pushState({}, '', '/inside'); history.replaceState({scroll: 9}, '', '/inside')")
    shop.site.port.wait_named("page_viewed", 2)
    page.go_back()
    views = shop.site.port.wait_named("page_viewed", 3)

    assert [event.properties["page"] for event in views] == ["/", "/inside", "/"]


def test_secrets_in_an_address_stay_in_the_browser(visit: Visit, shop: Shop) -> None:
    visit("/?color=red&reset_token=abc&e-mail=ada@example.com&session=1")

    (view,) = shop.site.port.wait_named("page_viewed")
    assert view.properties["page"] == "/?color=red"


def test_what_is_tracked_comes_with_its_properties_flat(visit: Visit, shop: Shop) -> None:
    page = visit()
    page.evaluate(
        "chainwright.track('basket_added', {basket_id: 'b7', total: 34.9, gift: true, none: null, bad: NaN,"
        " items: ['Clara', 'Rosa'], deep: {a: 1}, missing: undefined, long: 'ü'.repeat(5000)})"
    )

    (event,) = shop.site.port.wait_named("basket_added")
    assert event.properties["long"] == "ü" * 660
    assert {name: value for name, value in event.properties.items() if name != "long"} == {
        "basket_id": "b7",
        "total": 34.9,
        "gift": True,
        "none": None,
        "bad": None,
        "items": ["Clara", "Rosa"],
        "deep": '{"a":1}',
        "missing": None,
        "page": "/",
    }


def test_calls_from_before_the_script_was_there_are_made_up_for(visit: Visit, shop: Shop) -> None:
    visit(before="window.chainwright = [['track', 'early'], ['nonsense']]")

    assert len(shop.site.port.wait_named("early")) == 1


def test_one_refused_event_takes_no_other_with_it(visit: Visit, shop: Shop) -> None:
    page = visit()
    page.evaluate("for (const name of ['one', 'not a name', 'clicked', 'two']) chainwright.track(name)")

    shop.site.port.wait_named("two")
    assert [event.name for event in shop.site.port.events if event.name != "page_viewed"] == ["one", "two"]
    until(page, "localStorage.getItem('cw.events') === '[]'")


def test_events_wait_while_the_site_cannot_be_reached(visit: Visit, shop: Shop) -> None:
    page = visit()
    shop.site.port.wait_named("page_viewed")
    page.context.set_offline(True)
    page.evaluate("chainwright.track('offline', {n: 1})")
    page.wait_for_timeout(300)
    assert shop.site.port.named("offline") == []
    page.context.set_offline(False)

    assert len(shop.site.port.wait_named("offline")) == 1


def test_what_is_tracked_in_the_last_moment_of_a_page_is_neither_lost_nor_doubled(
    visit: Visit, shop: Shop
) -> None:
    page = visit("/")
    page.evaluate("chainwright.track('leaving'); location.assign('/delivery')")
    page.wait_for_url("**/delivery")
    until(page, "localStorage.getItem('cw.events') === '[]'")

    assert len(shop.site.port.wait_named("leaving")) == 1


def test_a_browser_that_forbids_storage_still_tells_what_happens(visit: Visit, shop: Shop) -> None:
    page = visit(
        before="Object.defineProperty(window, 'localStorage', {get() { throw new Error('forbidden') }})"
    )
    page.evaluate("chainwright.track('one')")

    assert len(shop.site.port.wait_named("one")) == 1


def test_the_script_pasted_in_twice_is_at_work_once(visit: Visit, shop: Shop) -> None:
    page = visit(bypass_csp=True)
    shop.site.port.wait_named("page_viewed")
    page.add_script_tag(url=shop.site.server.url + "/cw.js")
    page.evaluate("chainwright.track('after')")
    shop.site.port.wait_named("after")

    assert len(shop.site.port.named("page_viewed")) == 1


def test_identify_links_addresses_once_however_often_it_is_called(visit: Visit, shop: Shop) -> None:
    page = visit()
    page.evaluate(
        "for (let n = 0; n < 3; n++) chainwright.identify({email: 'a@example.com', first_name: 'Ada', x: 1});"
        "chainwright.identify({}); chainwright.identify(null); chainwright.track('after')"
    )
    shop.site.port.wait_named("after")

    (event,) = shop.site.port.named("identified")
    assert event.addresses[1:] == (Address("email", "a@example.com"),)
    assert event.updates == {"first_name": "Ada"}
