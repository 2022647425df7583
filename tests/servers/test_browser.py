"""Chromium is a real browser: it runs a page's script and its form comes back over HTTP."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser

PAGE = """<!doctype html><meta charset="utf-8"><body><script>
const form = '<form method=post><input name=email><button>Send</button></form>';
setTimeout(() => { document.body.innerHTML = form }, 50);
</script>"""


class Shop(BaseHTTPRequestHandler):
    posted: list[bytes]

    def do_GET(self) -> None:
        self.answer(PAGE)

    def do_POST(self) -> None:
        self.posted.append(self.rfile.read(int(self.headers["Content-Length"])))
        self.answer("<p>Thank you</p>")

    def answer(self, page: str) -> None:
        body = page.encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments: object) -> None:
        """A test has no access log."""


@pytest.fixture
def shop() -> Iterator[str]:
    Shop.posted = []
    with ThreadingHTTPServer(("127.0.0.1", 0), Shop) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


def test_a_form_made_by_a_script_is_filled_and_sent(chromium: Browser, shop: str) -> None:
    page = chromium.new_page()
    page.goto(shop)
    page.fill("input", "ada@acme.test")
    page.click("button")
    page.get_by_text("Thank you").wait_for()
    page.close()
    assert Shop.posted == [b"email=ada%40acme.test"]
