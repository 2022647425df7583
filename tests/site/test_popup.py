from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from app.model.people import Address
from tests.site.conftest import Shop, until, visitor_of
from tests.unit.site.world import NOW

pytestmark = pytest.mark.browser

Visit = Callable[..., Page]
CONSENT = "Yes, write me about flowers, at most twice a month."
OFFER = {
    "headline": "10 % off your first bouquet",
    "text": "Leave your e-mail and the code is in your mailbox in a minute.",
    "button": "Send me the code",
    "consent_text": CONSENT,
}


def popup_on(page: Page, shop: Shop, message_id: int = 7, **content: Any) -> None:
    shop.site.port.offer(message_id, visitor_of(page), **OFFER | content)
    expect(page.get_by_role("dialog", name=str((OFFER | content)["headline"]))).to_be_visible()


def active(page: Page) -> str:
    return str(
        page.evaluate(
            "(() => { const a = document.querySelector('#chainwright-popup').shadowRoot.activeElement;"
            " return a ? a.id || a.className : '' })()"
        )
    )


def test_a_visitor_fills_in_a_popup_and_the_answer_comes_back(visit: Visit, shop: Shop) -> None:
    page = visit()
    popup_on(page, shop, fields=["email", "first_name"])
    assert shop.site.port.wait_shown() == [7]

    page.get_by_label("Your e-mail").fill("Ada@example.com")
    page.get_by_label("Your first name (optional)").fill("Ada")
    page.get_by_label(CONSENT).check()
    page.get_by_role("button", name="Send me the code").click()

    expect(page.get_by_role("heading", name="Thank you!")).to_be_focused()
    (event,) = shop.site.port.wait_named("submitted")
    visitor = visitor_of(page)
    assert event.addresses == (Address("visitor", visitor), Address("email", "ada@example.com"))
    assert (event.message_id, event.updates) == (7, {"first_name": "Ada"})
    (consent,) = event.consents
    assert (consent.channel, consent.given, consent.at, consent.text) == ("email", True, NOW, CONSENT)
    page.get_by_role("button", name="Close").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.evaluate("chainwright.track('still_here')")
    shop.site.port.wait_named("still_here")
    assert shop.site.port.named("closed") == []


def test_a_form_says_what_is_missing_and_puts_the_cursor_there(visit: Visit, shop: Shop) -> None:
    page = visit()
    popup_on(page, shop)
    send = page.get_by_role("button", name="Send me the code")

    send.click()
    expect(page.get_by_role("alert").filter(has_text="Please check the e-mail address.")).to_be_visible()
    expect(page.get_by_label("Your e-mail")).to_be_focused()
    expect(page.get_by_label("Your e-mail")).to_have_attribute("aria-invalid", "true")
    page.get_by_label("Your e-mail").fill("ada@example.com")
    send.click()
    expect(page.get_by_role("alert").filter(has_text="Please tick the box")).to_be_visible()
    page.get_by_label(CONSENT).check()
    page.get_by_label("Your e-mail").fill("ada@localhost")  # a browser takes it, the site does not
    send.click()
    expect(page.get_by_role("alert").filter(has_text="Please check the e-mail address.")).to_be_visible()

    assert shop.site.port.named("submitted") == []


@pytest.mark.parametrize("way", ["escape", "cross", "no", "beside"])
def test_a_closed_popup_is_reported_once_and_the_focus_goes_back(visit: Visit, shop: Shop, way: str) -> None:
    page = visit()
    link = page.get_by_role("link", name="Delivery")
    link.focus()
    popup_on(page, shop)
    page.wait_for_timeout(700)  # clicks right after it came are not meant for it

    if way == "escape":
        page.keyboard.press("Escape")
    elif way == "beside":
        page.mouse.click(5, 5)
    else:
        page.get_by_role("button", name={"cross": "Close", "no": "No, thank you"}[way]).click()

    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(link).to_be_focused()
    (event,) = shop.site.port.wait_named("closed")
    assert (event.message_id, len(event.addresses)) == (7, 1)


def test_the_focus_stays_inside(visit: Visit, shop: Shop) -> None:
    page = visit()
    popup_on(page, shop)
    seen = []
    for key in ["Tab"] * 6 + ["Shift+Tab"] * 2:
        page.keyboard.press(key)
        seen.append(active(page))

    assert seen == ["email", "consent", "go", "no", "x", "email", "x", "no"]


def test_it_is_a_real_dialog_with_a_name_labels_and_a_large_close(visit: Visit, shop: Shop) -> None:
    page = visit()
    popup_on(page, shop)
    dialog = page.get_by_role("dialog")

    expect(dialog).to_have_accessible_name(OFFER["headline"])
    expect(dialog).to_have_accessible_description(OFFER["text"])
    expect(dialog).to_have_attribute("aria-modal", "true")
    box = page.get_by_role("button", name="Close").bounding_box()
    assert box
    assert (box["width"], box["height"]) == (40, 40)
    assert page.evaluate("document.querySelector('#chainwright-popup').shadowRoot.mode") == "open"


def test_there_is_never_a_second_popup_at_once(visit: Visit, shop: Shop) -> None:
    page = visit()
    popup_on(page, shop)
    shop.site.port.offer(8, visitor_of(page), headline="A second one")
    page.evaluate("history.pushState({}, '', '/?another')")  # a new page asks anew
    shop.site.port.wait_named("page_viewed", 2)

    expect(page.get_by_role("dialog")).to_have_count(1)
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog", name="A second one")).to_be_visible(timeout=20_000)
    assert shop.site.port.wait_shown(2) == [7, 8]


def test_a_closed_popup_does_not_come_back_though_the_site_still_offers_it(visit: Visit, shop: Shop) -> None:
    page = visit()
    popup_on(page, shop)
    page.keyboard.press("Escape")
    shop.site.port.wait_named("closed")
    shop.site.port.offer(7, visitor_of(page), **OFFER)
    shop.site.port.offer(8, visitor_of(page), headline="The next one")

    page.reload()

    expect(page.get_by_role("dialog", name="The next one")).to_be_visible()


def test_a_popup_withdrawn_on_its_way_goes_again_and_is_not_called_closed(visit: Visit, shop: Shop) -> None:
    page = visit(before="window.seen = 0; addEventListener('DOMContentLoaded', () => new MutationObserver("
                 "() => { if (document.querySelector('#chainwright-popup')) seen = 1 })"
                 ".observe(document.body, {childList: true}))")  # fmt: skip
    port = shop.site.port
    port.shown = lambda message_id, visitor: False  # type: ignore[method-assign]
    try:
        port.offer(7, visitor_of(page), **OFFER)
        until(page, "window.seen && !document.querySelector('#chainwright-popup')")
    finally:
        del port.shown
    page.evaluate("chainwright.track('after')")
    port.wait_named("after")
    assert port.named("closed") == []


def test_a_link_button_reports_the_click_before_it_leads_away(visit: Visit, shop: Shop) -> None:
    page = visit()
    popup_on(page, shop, link="/delivery", button="How we deliver", fields=[])

    page.get_by_role("link", name="How we deliver").click()

    page.wait_for_url("**/delivery")
    (event,) = shop.site.port.wait_named("clicked")
    assert (event.message_id, event.properties) == (7, {"page": "/"})
    assert shop.site.port.named("closed") == []


def test_a_popup_that_only_tells_something_is_clicked_away(visit: Visit, shop: Shop) -> None:
    page = visit()
    popup_on(page, shop, fields=[], button="I see", consent_text="")

    page.get_by_role("button", name="I see").click()

    assert [event.message_id for event in shop.site.port.wait_named("clicked")] == [7]


def test_on_a_phone_it_is_a_sheet_at_the_bottom(visit: Visit, shop: Shop) -> None:
    page = visit(viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True)
    popup_on(page, shop)

    box = page.get_by_role("dialog").bounding_box()

    assert box
    assert (box["x"], box["width"], box["y"] + box["height"]) == (0, 360, 740)
    for button in ("Send me the code", "Close"):
        size = page.get_by_role("button", name=button).bounding_box()
        assert size
        assert size["height"] >= 40
    assert page.evaluate("document.documentElement.scrollWidth") == 360


@pytest.mark.parametrize(("ground", "dark"), [("#14161b", True), ("#ffffff", False)])
def test_it_is_dark_where_the_page_is_dark_whatever_the_system_likes(
    visit: Visit, shop: Shop, ground: str, *, dark: bool
) -> None:
    page = visit(color_scheme="light" if dark else "dark", bypass_csp=True)
    page.evaluate(f"document.body.style.background = '{ground}'")
    popup_on(page, shop)

    card = page.evaluate(
        "getComputedStyle(document.querySelector('#chainwright-popup').shadowRoot.firstElementChild).backgroundColor"
    )

    assert card == ("rgb(28, 31, 38)" if dark else "rgb(255, 255, 255)")


@pytest.mark.parametrize(
    ("brand", "words"), [("#A92656", "rgb(255, 255, 255)"), ("#F5C94F", "rgb(22, 27, 38)")]
)
def test_the_words_on_the_button_can_be_read_on_every_brand_colour(
    visit: Visit, shop: Shop, brand: str, words: str
) -> None:
    page = visit(before="addEventListener('DOMContentLoaded', () => {"
                 f" document.querySelector('script[data-color]').dataset.color = '{brand}' }})")  # fmt: skip
    popup_on(page, shop)

    go = page.get_by_role("button", name="Send me the code")

    assert go.evaluate("e => getComputedStyle(e).color") == words


def test_what_is_typed_in_a_popup_does_not_reach_the_shops_shortcuts(visit: Visit, shop: Shop) -> None:
    page = visit(before="window.heard = ''; addEventListener('keydown', e => heard += e.key)")
    popup_on(page, shop)

    page.get_by_label("Your e-mail").press_sequentially("ada")

    assert page.evaluate("heard") == ""


def test_no_popup_bursts_into_a_word_that_is_being_typed(visit: Visit, shop: Shop) -> None:
    page = visit("/weddings")
    page.get_by_label("First name").press_sequentially("Ada")
    shop.site.port.offer(7, visitor_of(page), **OFFER)
    for _ in range(8):
        page.get_by_label("First name").press_sequentially("a", delay=100)
        expect(page.get_by_role("dialog")).to_have_count(0)

    expect(page.get_by_role("dialog")).to_be_visible()


def test_words_of_another_language_are_used(visit: Visit, shop: Shop) -> None:
    page = visit(before="window.chainwrightWords = {no: 'Nein, danke', close: 'Schließen'}")
    popup_on(page, shop)

    expect(page.get_by_role("button", name="Nein, danke")).to_be_visible()
    expect(page.get_by_role("button", name="Schließen")).to_be_visible()
