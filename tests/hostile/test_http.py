"""What strangers throw at the site: it answers or hangs up, never 5xx and never an exception (R28)."""

from __future__ import annotations

import logging
import random
import socket
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from app.site import server as server_module
from tests.unit.site.world import KEY, VISITOR, World, path_of, site

SEED = 20261122
ONE_CLICK = {"List-Unsubscribe": "One-Click"}
METHODS = [
    "GET",
    "POST",
    "HEAD",
    "PUT",
    "DELETE",
    "OPTIONS",
    "PATCH",
    "TRACE",
    "CONNECT",
    "BREW",
    "get",
    "",
    "G\x00T",
]
PATHS = [
    "/",
    "/cw.js",
    "/e",
    "/p",
    "/p/shown",
    "/p/answer",
    "/api/events",
    "/o/x.gif",
    "/c/x",
    "/u/x",
    "/../../etc/passwd",
    "/%2e%2e/%2e%2e/etc/passwd",
    "//e",
    "/e/../e",
    "/e%00",
    "/\\..\\",
    "/c/%ff%fe",
    "http://evil.example/",
    "*",
    "e",
    "/?",
    "/p?v=%00&u=%ff",
    f"/p/shown?{'a' * 3000}",
    "/ü",
    "/cw.js;a=b",
    "/o/" + "A" * 9000 + ".gif",
    "/c/" + "%C0%AF" * 50,
]
HOSTS = [
    "localhost",
    "127.0.0.1:1",
    "evil.example",
    "",
    "[::1]",
    "[::1",
    "a b",
    "localhost\x00",
    "@",
    "x" * 5_000,
    "localhost, evil.example",
]
NAMES = [
    "Content-Length",
    "Transfer-Encoding",
    "Origin",
    "Authorization",
    "Content-Type",
    "Expect",
    "Upgrade",
    "Connection",
    "Cookie",
    "If-None-Match",
    "Accept-Encoding",
    "Sec-Purpose",
    "User-Agent",
    "X-Forwarded-For",
    "Range",
    "X:Y",
    "Bad Name",
    "",
]
VALUES = [
    "0",
    "-1",
    "10",
    "99999999999999999999",
    "1e3",
    "chunked",
    "gzip, chunked",
    "identity",
    "null",
    "https://x.example",
    "Bearer ",
    "Bearer \xff",
    "Basic ::",
    "100-continue",
    "websocket",
    "upgrade",
    "h2c",
    "close",
    "keep-alive",
    "text/plain",
    "multipart/form-data",
    "multipart/form-data; boundary=",
    "application/x-www-form-urlencoded; charset=punycode",
    "a" * 3_000,
    "\x00",
    "\r\n X: y",
    "ü",
    "bytes=0-",
]
BODIES = [
    b"",
    b"{}",
    b"null",
    b"[" * 5_000,
    b"\xff" * 100,
    b'{"visitor":"%s","events":[]}' % VISITOR.encode(),
    b"List-Unsubscribe=One-Click",
    b'--b\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--b--',
    b"5\r\nhello\r\n0\r\n\r\n",
    b"zz\r\nhello",
    b"ffffffffffffffff\r\n",
    b"x" * 20_000,
    b'{"visitor":"%s","events":[{"name":"x","id":"1","properties":{"a":1e999}}]}' % VISITOR.encode(),
    b"&" * 3_000,
]


class Errors(logging.Handler):
    """Every error that anybody logs: uvicorn and asyncio put exceptions of ours there."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.found: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.found.append(self.format(record))


@pytest.fixture
def errors() -> Iterator[Errors]:
    listener = Errors()
    logging.getLogger().addHandler(listener)
    yield listener
    logging.getLogger().removeHandler(listener)


@pytest.fixture(scope="module")
def attacked() -> Iterator[World]:
    with pytest.MonkeyPatch.context() as patch, site(api_token="t", wait_seconds=0.01) as world:
        patch.setattr(server_module, "SLOW_SECONDS", 0.2)
        yield world


def request_of(chance: random.Random, signed: list[str]) -> bytes:
    """One request with few or many things wrong in it: some get past every guard, some past none."""
    share = chance.choice([0.03, 0.1, 0.5])

    def odd(sane: str, strange: list[str]) -> str:
        return chance.choice(strange) if chance.random() < share else sane

    body = chance.choice(BODIES)
    method = odd(chance.choice(["GET", "POST", "POST", "HEAD"]), METHODS)
    path = chance.choice(PATHS[:10] + signed * 3) if chance.random() > share else chance.choice(PATHS)
    lines = [f"{method} {path} HTTP/{odd('1.1', ['1.0', '2.0', '9'])}", f"Host: {odd('localhost', HOSTS)}"]
    lines += [f"{odd('X-Some', NAMES)}: {odd('some', VALUES)}" for _ in range(chance.choice([0, 1, 2, 5]))]
    if chance.random() > share:
        lines.append(f"Content-Length: {len(body)}")
    raw = odd("\r\n", ["\n"]).join(lines).encode("utf-8", "replace") + b"\r\n\r\n" + body
    if chance.random() < share:
        raw = raw[: chance.randrange(1, len(raw))]
    if chance.random() < share:
        at = chance.randrange(len(raw))
        raw = raw[:at] + chance.randbytes(3) + raw[at + 3 :]
    return raw


def answer_to(port: int, raw: bytes) -> int:
    """The status of the first answer; 0 when it hung up without one."""
    found = b""
    with socket.create_connection(("127.0.0.1", port), timeout=20) as client:
        try:
            client.sendall(raw)
            while piece := client.recv(65_536):
                found += piece
                client.settimeout(
                    0.05
                )  # the connection may be kept: what follows comes at once or not at all
        except OSError:  # it hung up while we were talking, or has said all
            pass
    first = found.split(b" ", 2)
    assert not found or first[0] == b"HTTP/1.1", found[:200]
    assert not any(part in found for part in (b"HTTP/1.1 5", b"Traceback")), raw[:500]
    return int(first[1]) if found else 0


def resident_bytes() -> int:
    """Memory of this process, the site in it; 0 where there is no /proc."""
    pages = Path("/proc/self/statm")
    return int(pages.read_text().split()[1]) * 4_096 if pages.exists() else 0


def fuzz(world: World, errors: Errors, count: int) -> Counter[int]:
    chance = random.Random(SEED)
    signed = [
        path_of(url)
        for url in (
            world.links.open_url(5),
            world.links.click_url(5, 0, "https://x.example/"),
            world.links.unsubscribe_url(5),
        )
    ]
    answers: Counter[int] = Counter()
    with ThreadPoolExecutor(16) as many:
        for _ in range(count // 500):
            requests = [request_of(chance, signed) for _ in range(500)]
            answers.update(many.map(lambda raw: answer_to(world.server.port, raw), requests))
    assert errors.found == []
    assert world.ask("GET", "/cw.js").status_code == 200
    return answers


def test_two_thousand_hostile_requests_are_answered_without_an_error(attacked: World, errors: Errors) -> None:
    answers = fuzz(attacked, errors, 2_000)

    print(dict(answers))
    assert {200, 302, 400, 404, 405, 422} <= set(answers), "the fuzzer no longer reaches the routes"


@pytest.mark.nightly
@pytest.mark.timeout(900)
def test_twenty_thousand_hostile_requests_are_answered_without_an_error(
    attacked: World, errors: Errors
) -> None:
    fuzz(attacked, errors, 2_000)
    before = resident_bytes()

    print(dict(fuzz(attacked, errors, 20_000)))

    assert resident_bytes() - before < 50_000_000


@pytest.mark.parametrize("size", [20_000, 1_000_000, 10_000_000])
def test_huge_headers_are_refused(attacked: World, errors: Errors, size: int) -> None:
    raw = b"GET /cw.js HTTP/1.1\r\nHost: localhost\r\nX-Long: " + b"x" * size + b"\r\n\r\n"

    assert answer_to(attacked.server.port, raw) in {0, 400, 431}
    assert errors.found == []


def test_many_small_headers_are_refused(attacked: World, errors: Errors) -> None:
    raw = b"GET /cw.js HTTP/1.1\r\nHost: localhost\r\n" + b"X-A: b\r\n" * 20_000 + b"\r\n"

    assert answer_to(attacked.server.port, raw) in {0, 400, 431}
    assert errors.found == []


def test_five_hundred_silent_connections_do_not_stop_the_site(attacked: World, errors: Errors) -> None:
    clients = [socket.create_connection(("127.0.0.1", attacked.server.port), timeout=20) for _ in range(450)]
    try:
        assert attacked.ask("GET", "/cw.js").status_code == 200
    finally:
        for client in clients:
            client.close()
    assert errors.found == []


def test_every_flipped_bit_and_every_cut_of_a_signed_link_is_refused(attacked: World) -> None:
    links = attacked.links
    attacked.port.clear()
    for url in (links.open_url(5), links.click_url(5, 0, "https://x.example/"), links.unsubscribe_url(5)):
        path, _, rest = path_of(url).rpartition("/")
        token, dot, end = rest.partition(".")
        for at in range(len(token)):
            other = "A" if token[at] != "A" else "B"
            for wrong in (token[:at] + other + token[at + 1 :], token[:at]):
                method = "POST" if path == "/u" else "GET"
                answer = attacked.ask(method, f"{path}/{wrong}{dot}{end}", data=ONE_CLICK)
                assert answer.status_code in {404, 405}, (path, at)
    assert (attacked.port.events, attacked.port.stopped) == ([], [])


def test_keys_and_tokens_are_in_no_answer(attacked: World) -> None:
    for path in ("/cw.js", "/u/x", "/nothing", path_of(attacked.links.unsubscribe_url(5))):
        assert KEY not in attacked.ask("GET", path).content
