from __future__ import annotations

import ipaddress
import socket
import threading
import time
from pathlib import Path

import pytest

from app.model.errors import UserError
from app.support import net, wire
from app.support.net import AllowList, Call, Client, Limits, NetError
from tests.peers.http import Asked, HttpPeer, answer, http_peer

HERE = ["127.0.0.1"]
SHORT = Limits(connect=0.6, read=0.6, whole=0.6, answer=10_000)


def ask(peer: HttpPeer, **more: object) -> net.Answer:
    return Client(HERE, limits=SHORT).call(Call("POST", peer.url + "/x", **more))  # type: ignore[arg-type]


def failure(peer: HttpPeer) -> NetError:
    with pytest.raises(NetError) as caught:
        ask(peer)
    return caught.value


def test_an_answer_comes_back_whole() -> None:
    with http_peer() as peer:
        peer.reply = lambda _asked, _socket: answer("grüße", "418 Teapot", X_One="1")
        got = ask(peer, form={"a": "ü&"}, headers={"X-Two": "2"}, basic=("u", "p"))
        assert (got.status, got.text, got.headers["X-One"]) == (418, "grüße", "1")
        (asked,) = peer.asked
        assert asked.form == {"a": "ü&"}
        assert asked.headers["x-two"] == "2"
        assert asked.headers["authorization"].startswith("Basic ")
        assert asked.headers["user-agent"] == "Chainwright"


def test_redirects_are_not_followed() -> None:
    with http_peer() as peer:
        peer.reply = lambda _asked, _socket: answer("", "302 Found", Location=peer.url + "/trap")
        assert ask(peer).status == 302
        assert len(peer.asked) == 1


def test_nothing_is_taken_from_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login stolen password stolen\n")
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
    for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/nowhere")
    with http_peer() as peer:
        assert ask(peer).status == 200
        assert "authorization" not in peer.asked[0].headers


def hang(_asked: Asked, connected: socket.socket) -> bytes:
    connected.recv(1)
    return b""


def drip(_asked: Asked, connected: socket.socket) -> bytes:
    connected.settimeout(0.02)
    connected.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
    for _ in range(500):
        connected.sendall(b"x")
        try:
            if connected.recv(1) == b"":
                break
        except TimeoutError:
            continue
    return b""


@pytest.mark.parametrize("reply", [hang, drip])
def test_the_whole_call_has_a_deadline(reply: object) -> None:
    with http_peer() as peer:
        peer.reply = reply  # type: ignore[assignment]
        begun = time.monotonic()
        error = failure(peer)
        assert (error.kind, error.sent) == ("time-out", True)
        assert time.monotonic() - begun < 6


def test_a_handshake_that_hangs_has_a_deadline_and_sent_nothing() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        client = Client(HERE, limits=SHORT)
        with pytest.raises(NetError) as caught:
            client.call(Call("GET", f"https://127.0.0.1:{listener.getsockname()[1]}/"))
        assert (caught.value.kind, caught.value.sent) == ("connect", False)


@pytest.mark.parametrize(
    ("raw", "kind"),
    [
        (b"", "broken"),
        (b"nonsense\r\n\r\n", "broken"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nx", "broken"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n", "broken"),
        (b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 20_000, "too-large"),
        (b"HTTP/1.1 200 OK\r\nX: " + b"x" * 200_000 + b"\r\n\r\n", "broken"),
    ],
)
def test_an_answer_that_is_none_is_told(raw: bytes, kind: str) -> None:
    with http_peer() as peer:
        peer.reply = lambda _asked, _socket: raw
        error = failure(peer)
        assert (error.kind, error.sent) == (kind, True)


def test_nobody_there_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    with pytest.raises(NetError) as caught:
        Client(HERE, limits=SHORT).call(Call("GET", f"http://127.0.0.1:{port}/"))
    assert (caught.value.kind, caught.value.sent) == ("connect", False)


def test_a_name_that_nobody_knows_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_arguments: object, **_more: object) -> None:
        raise socket.gaierror(-2, "unknown")

    monkeypatch.setattr("socket.getaddrinfo", unknown)
    with pytest.raises(NetError, match="cannot be reached"):
        Client(limits=SHORT).call(Call("GET", "https://nobody.example/"))


def test_a_resolver_that_hangs_is_left_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    forever = threading.Event()
    monkeypatch.setattr("socket.getaddrinfo", lambda *_a, **_m: [forever.wait(5)])
    with pytest.raises(TimeoutError):
        wire.resolve("x.example", 80, 0.05)
    forever.set()


def test_a_certificate_is_checked(tmp_path: Path) -> None:
    with http_peer(tmp_path) as peer:
        error = failure(peer)
        assert (error.kind, error.sent) == ("connect", False)
        assert "certificate" in str(error)
        trusting = Client(HERE, certificate=str(peer.certificate), limits=SHORT)
        assert trusting.call(Call("GET", peer.url)).status == 200


@pytest.mark.parametrize(
    "url",
    [
        "ftp://example.com/",
        "file:///etc/passwd",
        "gopher://example.com/",
        "//example.com/",
        "example.com",
        "",
        "http://example.com/",
        "https://user:pw@example.com/",
        "https://user@example.com/",
        "https://example.com:99999/",
        "https://example.com:22/",
        "https://example.com:25/",
        "https://[::1/",
        "https://example.com\\@127.0.0.1/",
        "http://8.8.8.8/",
        "https:///x",
    ],
)
def test_an_address_that_is_no_web_address_is_refused(url: str) -> None:
    with pytest.raises(UserError):
        Client().call(Call("GET", url))


def test_the_allow_list_knows_names_addresses_and_networks() -> None:
    allowed = AllowList(["Gateway.lan", "10.0.0.0/8", "192.168.1.7", " fd00::/8 "])
    ip = ipaddress.ip_address
    assert allowed.has("gateway.LAN", ip("203.0.113.9"))
    assert allowed.has("x", ip("10.1.2.3"))
    assert allowed.has("x", ip("192.168.1.7"))
    assert allowed.has("x", ip("fd00::1"))
    assert not allowed.has("x", ip("192.168.1.8"))
    assert not allowed.has("x", None)
