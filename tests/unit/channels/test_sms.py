from __future__ import annotations

import json
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from app.channels.sms import SmsChannel
from app.model.batch import STALE, Batch
from app.model.errors import SecretsError, TextError
from app.model.journey import Receipt, Result
from app.support.net import Limits
from app.support.settings import SmsSettings
from tests.peers.http import Asked, HttpPeer, answer, http_peer
from tests.unit.channels.making import BASE, LINKS, NO_SITE, SHOP, outgoing

SECRET = "planted-sms-password"
SHORT = Limits(connect=0.6, read=0.6, whole=0.6)
NUMBER = "+4915112345678"


def make(
    url: str, *, limits: Limits = SHORT, links: Any = LINKS, password: str | None = SECRET, **more: Any
) -> SmsChannel:
    settings = SmsSettings.model_validate({"url": url, **more})
    return SmsChannel(settings, SHOP, links, lambda: password, limits=limits)


def send(
    channel: SmsChannel, text: str = "Hi {{ first_name }}", number: str = NUMBER, message_id: int = 7
) -> Receipt:
    made = channel.prepare(
        outgoing("sms", {"text": text}, address=number, message_id=message_id, first_name="Ada & {to}")
    )
    (receipt,) = channel.send(Batch([made]))
    return receipt


def one(peer: HttpPeer) -> Asked:
    (asked,) = peer.asked
    return asked


def test_a_form_carries_the_fields_of_the_profile() -> None:
    with http_peer() as peer:
        channel = make(
            peer.url + "/send",
            fields={
                "login": "{user}",
                "psw": "{password}",
                "phones": "{to_digits}",
                "mes": "{text}",
                "sender": "{from}",
                "id": "{message_id}",
            },
            user="shop",
            sender="Clara",
        )
        receipt = send(channel)
        assert receipt.result is Result.SENT
        assert one(peer).form == {
            "login": "shop",
            "psw": SECRET,
            "phones": "4915112345678",
            "mes": "Hi Ada & {to}",
            "sender": "Clara",
            "id": "7",
        }


def test_json_and_a_bearer_token() -> None:
    with http_peer() as peer:
        assert send(make(peer.url, body="json", auth="bearer")).result is Result.SENT
        assert json.loads(one(peer).body) == {"to": NUMBER, "text": "Hi Ada & {to}", "id": "7"}
        assert one(peer).headers["authorization"] == f"Bearer {SECRET}"


@pytest.mark.parametrize("way", [{"method": "GET"}, {"body": "query"}])
def test_a_query_is_written_into_the_address_and_nothing_breaks_out_of_it(way: dict[str, Any]) -> None:
    with http_peer() as peer:
        channel = make(peer.url + "/s/{to_digits}", auth="query", auth_name="key", **way)
        assert send(channel, text="a&b=c#d/../{{ first_name }}").result is Result.SENT
        assert one(peer).target.startswith("/s/4915112345678?")
        assert one(peer).query == {"to": NUMBER, "text": "a&b=c#d/../Ada & {to}", "id": "7", "key": SECRET}
        assert one(peer).body == b""


@pytest.mark.parametrize(
    ("auth", "header", "value"),
    [("basic", "authorization", "Basic c2hvcDpwbGFudGVkLXNtcy1wYXNzd29yZA=="), ("header", "x-key", SECRET)],
)
def test_logins_go_where_the_profile_says(auth: str, header: str, value: str) -> None:
    with http_peer() as peer:
        send(make(peer.url, auth=auth, auth_name="X-Key", user="shop"))
        assert one(peer).headers[header] == value


@pytest.mark.parametrize(
    ("body", "status", "more", "expected"),
    [
        (
            '{"id": 41, "ok": true}',
            "200 OK",
            {"ok_match": "ok == true", "id_extract": "id"},
            (Result.SENT, "200", "41"),
        ),
        ('{"m": [{"id": "x"}]}', "202 Accepted", {"id_extract": "m.0.id"}, (Result.SENT, "202", "x")),
        ("OK id=77", "200 OK", {"ok_match": "^OK", "id_extract": r"id=(\d+)"}, (Result.SENT, "200", "77")),
        (
            "ERR 5",
            "200 OK",
            {"ok_match": "^OK", "error_extract": r"ERR (\d)"},
            (Result.HARD, "http 200 5", ""),
        ),
        (
            '{"e": 7}',
            "400 Bad",
            {"error_extract": "e", "error_classes": {"7": "permanent"}},
            (Result.HARD, "permanent 7", ""),
        ),
        (
            '{"e": 8}',
            "200 OK",
            {"error_extract": "e", "error_classes": {"8": "retry"}},
            (Result.RETRY, "gateway 8", ""),
        ),
        (
            '{"e": 9}',
            "400 Bad",
            {"error_extract": "e", "error_classes": {"9": "optout"}},
            (Result.HARD, "optout 9", ""),
        ),
        ("busy", "429 Slow", {}, (Result.RETRY, "http 429", "")),
        ("oops", "503 No", {}, (Result.RETRY, "http 503", "")),
        ("bad number", "400 Bad", {}, (Result.HARD, "http 400", "")),
        ("[1", "200 OK", {"ok_match": "a.b == 1"}, (Result.HARD, "http 200", "")),
        ("x", "200 OK", {"ok_match": "(", "id_extract": "("}, (Result.HARD, "http 200", "")),
        ("x", "201 Created", {"ok_http": "200, 201"}, (Result.SENT, "201", "")),
        ("x", "204 None", {"ok_http": "200, 201"}, (Result.HARD, "http 204", "")),
    ],
)
def test_each_answer_has_its_meaning(
    body: str, status: str, more: dict[str, Any], expected: tuple[Result, str, str]
) -> None:
    with http_peer() as peer:
        peer.reply = lambda _asked, _socket: answer(body, status)
        receipt = send(make(peer.url, **more))
        assert (receipt.result, receipt.detail, receipt.provider_id) == expected
        assert receipt.bad_address == receipt.detail.startswith(("permanent", "optout"))
        assert not receipt.stop_channel


@pytest.mark.parametrize("status", ["401 No", "403 No", "404 No", "302 Found"])
def test_a_refused_login_stops_the_channel_and_the_batch(status: str) -> None:
    with http_peer() as peer:
        peer.reply = lambda _asked, _socket: answer("{}", status, Location="http://127.0.0.1:1/")
        channel = make(peer.url)
        made = [
            channel.prepare(outgoing("sms", {"text": "x"}, message_id=n, address=NUMBER)) for n in (1, 2, 3)
        ]
        receipts = channel.send(Batch(made))
        assert [(receipt.result, receipt.stop_channel) for receipt in receipts] == [(Result.RETRY, True)] * 3
        assert [receipt.message_id for receipt in receipts] == [1, 2, 3]
        assert len(peer.asked) == 1


def hang(_asked: Asked, connected: socket.socket) -> bytes:
    connected.recv(1)
    return b""


def drip(_asked: Asked, connected: socket.socket) -> bytes:
    connected.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
    for _ in range(100):
        connected.sendall(b"x")
        connected.settimeout(0.05)
        try:
            if connected.recv(1) == b"":
                break
        except TimeoutError:
            continue
    return b""


def drip_headers(_asked: Asked, connected: socket.socket) -> bytes:
    connected.settimeout(0.05)
    for _ in range(100):
        connected.sendall(b"H")
        try:
            if connected.recv(1) == b"":
                break
        except TimeoutError:
            continue
    return b""


@pytest.mark.parametrize(
    "reply",
    [
        hang,
        drip,
        drip_headers,
        lambda _asked, _socket: b"",
        lambda _asked, _socket: b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nx",
    ],
    ids=["hang", "drip", "drip-headers", "close", "cut"],
)
@pytest.mark.parametrize(("idempotent", "result"), [(False, Result.UNKNOWN), (True, Result.RETRY)])
def test_without_an_answer_it_is_tried_again_only_where_that_cannot_double(
    reply: Callable[[Asked, socket.socket], bytes], idempotent: bool, result: Result
) -> None:
    with http_peer() as peer:
        peer.reply = reply
        channel = make(peer.url, idempotent=idempotent)
        assert channel.idempotent is idempotent
        assert send(channel).result is result
        assert len(peer.asked) == 1


def test_nobody_listening_is_tried_later() -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    receipt = send(make(f"http://127.0.0.1:{port}"))
    assert (receipt.result, receipt.detail, receipt.stop_channel) == (Result.RETRY, "connect", False)


def test_a_gateway_in_the_office_must_be_allowed_by_hand() -> None:
    receipt = send(make("https://10.255.255.1/"))
    assert (receipt.detail, receipt.stop_channel) == ("address-not-allowed", True)
    receipt = send(make("http://gateway.example/"))
    assert (receipt.detail, receipt.stop_channel) == ("bad-profile", True)


def test_tls_is_checked_against_the_named_certificate(tmp_path: Path) -> None:
    with http_peer(tmp_path) as peer:
        assert send(make(peer.url, certificate=str(peer.certificate))).result is Result.SENT
        receipt = send(make(peer.url))
        assert (receipt.result, receipt.detail) == (Result.RETRY, "connect")
        assert len(peer.asked) == 1


def test_a_locked_keyring_stops_the_channel() -> None:
    def locked() -> str:
        raise SecretsError("locked")

    settings = SmsSettings.model_validate({"url": "http://127.0.0.1:1", "auth": "bearer"})
    channel = SmsChannel(settings, SHOP, LINKS, locked)
    assert (send(channel).detail, send(channel).stop_channel) == ("no-password", True)
    channel.close()


def test_links_are_signed_and_cleaned_signs_stay_away() -> None:
    channel = make("http://127.0.0.1:1")
    source = "Look: https://clara.example/a?b=1. Or {{ unsubscribe_url }}\r\nBye\x00\x07"
    made = channel.prepare(outgoing("sms", {"text": source}, address=NUMBER))
    text = str(made.content["text"])
    token = text.split(f"{BASE}/c/")[1].split(".", maxsplit=1)[0]
    click = LINKS.read_click(token)
    assert click is not None
    assert (click.message_id, click.url) == (7, "https://clara.example/a?b=1")
    assert LINKS.unsubscribe_url(7) in text
    assert text.endswith("\nBye")
    assert made.content["parts"] == 2
    plain = make("http://127.0.0.1:1", links=NO_SITE).prepare(
        outgoing("sms", {"text": source}, address=NUMBER)
    )
    assert "https://clara.example/a?b=1. Or" in str(plain.content["text"])


def test_a_text_that_is_empty_or_too_long_is_refused() -> None:
    channel = make("http://127.0.0.1:1", max_parts=2)
    with pytest.raises(TextError, match="empty"):
        channel.prepare(outgoing("sms", {"text": "{{ nothing }}"}, address=NUMBER))
    with pytest.raises(TextError, match="3 parts; 2 are allowed"):
        channel.prepare(outgoing("sms", {"text": "a" * 307}, address=NUMBER, version="v2"))


def test_a_receipt_holds_no_number_and_no_text() -> None:
    with http_peer() as peer:
        peer.reply = lambda _asked, _socket: answer(f'{{"e": "no {NUMBER} Ada"}}', "400 Bad")
        receipt = send(make(peer.url, error_extract="e"))
        assert "+" not in receipt.detail
        assert " Ada" not in receipt.detail


def test_a_stale_claim_makes_no_call_and_the_gateway_hears_nothing() -> None:
    """R8: asked last, when the connection stands and nothing has been said on it."""
    with http_peer() as peer:
        channel = make(peer.url + "/send", fields={"to": "{to}"})
        made = [
            channel.prepare(outgoing("sms", {"text": "Hi"}, address=NUMBER, message_id=number))
            for number in (1, 2)
        ]
        fresh = [True, False]
        receipts = channel.send(Batch(made, lambda: fresh.pop(0)))
        assert [(receipt.result, receipt.detail) for receipt in receipts] == [
            (Result.SENT, "200"),
            (Result.RETRY, STALE),
        ]
        assert len(peer.asked) == 1
