from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from app.channels import catcher as module
from app.channels.catcher import Catcher, links_in
from app.channels.email import EmailChannel, message_of
from app.channels.sms import SmsChannel
from app.model.batch import Batch
from app.model.errors import WorldError
from app.model.journey import Result
from app.model.ports import Caught
from app.support.net import Call, Client
from tests.unit.channels.making import LINKS, SHOP, outgoing

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture
def catcher() -> Iterator[Catcher]:
    with Catcher(lambda: NOW, lambda header: message_of(header, LINKS)) as running:
        yield running


def test_letters_are_caught_and_taken_apart(catcher: Catcher) -> None:
    channel = EmailChannel(catcher.email_settings("shop@clara.example"), SHOP, LINKS, lambda: None)
    heard: list[Caught] = []
    catcher.listen(heard.append)
    settings = {"subject": "Grüße", "body": "Hello\n\n[Basket](https://clara.example/b?a=1&c=2)"}
    (receipt,) = channel.send(Batch([channel.prepare(outgoing(settings=settings))]))
    assert receipt.result is Result.SENT
    assert catcher.wait_for(1, 10)
    (caught,) = catcher.caught()
    assert heard == [caught]
    assert (caught.channel, caught.address, caught.subject, caught.at) == (
        "email",
        "ada@example.com",
        "Grüße",
        NOW,
    )
    assert caught.message_id == 7
    assert "Hello" in caught.text
    basket = LINKS.read_click(links_in(caught)[0].rpartition("/")[2])
    assert basket is not None
    assert basket.url == "https://clara.example/b?a=1&c=2"
    assert LINKS.read_unsubscribe(links_in(caught)[-1].rpartition("/")[2]) == 7
    channel.close()


def test_an_sms_is_caught_once_however_often_it_comes(catcher: Catcher) -> None:
    channel = SmsChannel(catcher.sms_settings(), SHOP, LINKS, lambda: None)
    made = channel.prepare(
        outgoing("sms", {"text": "Look: https://clara.example/"}, address="+4915112345678")
    )
    for _ in range(3):
        (receipt,) = channel.send(Batch([made]))
        assert (receipt.result, receipt.provider_id) == (Result.SENT, "7")
    (caught,) = catcher.caught()
    assert (caught.channel, caught.address, caught.message_id) == ("sms", "+4915112345678", 7)
    assert len(links_in(caught)) == 1
    assert catcher.duplicates == 2


def test_only_what_came_after_an_index_is_told(catcher: Catcher, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(3):
        catcher.keep_sms("+491", f"text {number}", str(number))
    assert [caught.text for caught in catcher.caught(1)] == ["text 1", "text 2"]
    assert catcher.caught(3) == []
    assert catcher.count == 3
    assert not catcher.wait_for(4, 0.01)


def test_the_oldest_messages_are_forgotten_and_the_index_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_KEPT", 2)
    small = Catcher(lambda: NOW)
    for number in range(5):
        small.keep_sms("+491", f"text {number}", str(number))
    assert [caught.text for caught in small.caught()] == ["text 3", "text 4"]
    assert [caught.text for caught in small.caught(4)] == ["text 4"]


@pytest.mark.parametrize(
    "body", [b"", b"[1]", b"nonsense", b'{"id": 1, "to": "x", "text": "y"}', b"x" * 30_000]
)
def test_the_gateway_refuses_nonsense(catcher: Catcher, body: bytes) -> None:
    assert Client(["127.0.0.1"]).call(Call("POST", catcher.sms_url, raw=body)).status == 400
    assert catcher.count == 0


def test_the_gateway_lets_in_by_its_address_alone(catcher: Catcher) -> None:
    url = catcher.sms_url.rpartition("/")[0] + "/other"
    body = json.dumps({"id": "1", "to": "x", "text": "y"}).encode()
    assert Client(["127.0.0.1"]).call(Call("POST", url, raw=body)).status == 404


def test_a_letter_in_an_unknown_alphabet_is_caught_without_its_text(catcher: Catcher) -> None:
    catcher.keep_letter("a@x.de", b"Subject: x\r\nContent-Type: text/plain; charset=nowhere\r\n\r\n\xff\xfe")
    catcher.keep_letter("a@x.de", b"nothing at all")
    assert [caught.address for caught in catcher.caught()] == ["a@x.de", "a@x.de"]


def test_nothing_listens_before_and_after() -> None:
    before = threading.active_count()
    with Catcher() as running:
        channel = EmailChannel(running.email_settings("shop@clara.example"), SHOP, LINKS, lambda: None)
        settings = {"subject": "s", "body": "b"}
        channel.send(Batch([channel.prepare(outgoing(settings=settings))]))
        assert running.smtp_port
    assert (running.smtp_port, running.sms_url) == (0, "")
    assert running.count == 1
    channel.close()
    running.stop()
    assert threading.active_count() <= before + 1


def test_a_machine_without_loopback_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_catcher: Catcher) -> None:
        raise OSError("no")

    monkeypatch.setattr(module, "_Gateway", refuse)
    with pytest.raises(WorldError, match="practice mailbox"):
        Catcher().start()
