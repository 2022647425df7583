"""Texts of strangers in a popup: contact fields, flow texts, event data (R30)."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.site.conftest import Shop, visitor_of

pytestmark = pytest.mark.browser

Visit = Callable[..., Page]
RUN = "window.ran=1"
SHAPES = [
    "<script>{}</script>",
    "<img src=x onerror={}>",
    "<svg onload={}>",
    "<svg><script>{}</script></svg>",
    '"><script>{}</script>',
    "'><img src=x onerror={}>",
    "</textarea><script>{}</script>",
    "</style><script>{}</script>",
    "<iframe srcdoc='<script>parent.{}</script>'></iframe>",
    "<iframe src=javascript:{}></iframe>",
    "<body onload={}>",
    "<details open ontoggle={}>",
    "<input autofocus onfocus={}>",
    "<video><source onerror={}></video>",
    "<math><mtext></p><script>{}</script>",
    "<a href=javascript:{}>x</a>",
    "javascript:{}",
    "JaVaScRiPt:{}",
    " javascript:{}",
    "java\nscript:{}",
    "\tjavascript:{}//https://x",
    "data:text/html,<script>parent.{}</script>",
    "vbscript:{}",
    "{{{{constructor.constructor('{}')()}}}}",
    "${{{}}}",
    "<style>*{{background:url(javascript:{})}}</style>",
    "<link rel=import href=data:,{}>",
    "<object data=javascript:{}>",
    "<marquee onstart={}>",
    "<template><script>{}</script></template>",
]
ENDS = ["", "//", "<!--", '" x="', "' x='", "\u2028", "&#x3c;b&#x3e;", "-->", "]]>", "\u202e"]
STRINGS = [shape.format(RUN) + end for end in ENDS for shape in SHAPES]


def test_there_are_three_hundred() -> None:
    assert len(set(STRINGS)) == 300


@pytest.mark.parametrize(
    "bypass", [True, pytest.param(False, marks=pytest.mark.nightly)], ids=["no-policy", "strict-policy"]
)
def test_no_text_of_a_popup_runs(visit: Visit, shop: Shop, *, bypass: bool) -> None:
    page = visit("/thank-you", bypass_csp=bypass)
    page.on("dialog", lambda dialog: dialog.dismiss())
    visitor = visitor_of(page)
    inside = "document.querySelector('#chainwright-popup').shadowRoot"
    for number, (headline, text, button, link, consent) in enumerate(zip(*[iter(STRINGS)] * 5, strict=True)):
        fields = [] if number % 2 else ["email"]
        shop.site.port.offer(
            number,
            visitor,
            headline=headline,
            text=text,
            button=button,
            link=link,
            consent_text=consent,
            fields=fields,
        )
        page.reload()
        expect(page.locator("#chainwright-popup #h")).to_have_text(headline)
        assert page.evaluate(f"{inside}.querySelectorAll('script,iframe,object,style').length") == 0
        leads = page.evaluate(f"(go => go.protocol ?? (go.click(), ''))({inside}.querySelector('.go'))")
        assert leads in {"", "http:", "https:"}
        shop.site.port.withdraw(number)
        assert page.evaluate("window.ran") is None
    assert page.url.startswith(shop.url)
