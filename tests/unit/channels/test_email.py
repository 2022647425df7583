from __future__ import annotations

import re
import socket
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest

from app.channels.email import EmailChannel, message_of
from app.channels.links import Links
from app.channels.smtp_session import Times
from app.model.batch import STALE, Batch
from app.model.errors import SecretsError
from app.model.journey import Receipt, Result
from app.model.ports import Prepared
from app.support.settings import EmailSettings
from tests.peers.smtp import CLOSE, DRIP, ENDLESS, HANG, smtp_peer
from tests.servers.smtp import SmtpCatcher
from tests.unit.channels.making import LINKS, NO_SITE, SHOP, outgoing

SECRET = "planted-mail-password"
BODY = {"subject": "Grüße aus dem Teehaus {{ first_name }}", "body": "Hello {{ first_name }}\n\n.dot\n\nBye"}
SHORT = Times(before=0.6, after=0.6)


@pytest.fixture
def opened(make_smtp_catcher: Callable[..., SmtpCatcher]) -> Iterator[list[EmailChannel]]:
    channels: list[EmailChannel] = []
    yield channels
    for channel in channels:
        channel.close()


@pytest.fixture
def make(opened: list[EmailChannel]) -> Callable[..., EmailChannel]:
    def made(
        port: int,
        *,
        links: Links = LINKS,
        times: Times | None = None,
        password: str | None = None,
        **more: Any,
    ) -> EmailChannel:
        settings = EmailSettings.model_validate(
            {"host": "127.0.0.1", "port": port, "security": "none", "from": "hello@clara.example", **more}
        )
        channel = EmailChannel(settings, SHOP, links, lambda: password, times=times or Times())
        opened.append(channel)
        return channel

    return made


def letters(
    channel: EmailChannel, *ids: int, address: str = "ada@example.com", **more: Any
) -> list[Prepared]:
    return [
        channel.prepare(outgoing(settings=BODY, message_id=number, address=address, first_name="Ada", **more))
        for number in ids
    ]


def only(receipts: Any) -> Receipt:
    (receipt,) = receipts
    assert isinstance(receipt, Receipt)
    return receipt


# --- the letter ---


def test_a_letter_arrives_whole(make: Callable[..., EmailChannel], smtp_catcher: SmtpCatcher) -> None:
    channel = make(smtp_catcher.port, reply_to="owner@clara.example")
    receipt = only(channel.send(Batch(letters(channel, 7))))
    assert receipt.result is Result.SENT
    (caught,) = smtp_catcher.caught
    assert (caught.sender, caught.recipients) == ("hello@clara.example", ("ada@example.com",))
    message = caught.message
    assert message["Subject"] == "Grüße aus dem Teehaus Ada"
    assert message["From"].addresses[0].display_name == SHOP.name
    assert message["To"] == "ada@example.com"
    assert message["Reply-To"] == "owner@clara.example"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Message-ID"] == f"<{receipt.provider_id}>"
    assert message_of(str(message["Message-ID"]), LINKS) == 7
    assert message["Date"].datetime.tzinfo is not None
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]
    text = message.get_body(("plain",))
    assert text is not None
    assert "Hello Ada\n\n.dot\n\nBye" in text.get_content().replace("\r\n", "\n")


def raw_headers(raw: bytes) -> str:
    return raw.split(b"\r\n\r\n", 1)[0].decode("ascii")


@pytest.mark.parametrize("links", [Links("https://" + "h" * 29, [b"k" * 32]), LINKS, NO_SITE])
def test_headers_that_machines_read_are_never_encoded(
    make: Callable[..., EmailChannel], links: Links
) -> None:
    channel = make(1, links=links, **{"from": "a-rather-long-mailbox@a-rather-long-domain.example"})
    raw = channel.compose(letters(channel, 2**63 - 1)[0]).as_bytes()
    headers = raw_headers(raw)
    unfolded = re.sub(r"\r\n[ \t]+", " ", headers)
    for name in ("Message-ID", "List-Unsubscribe", "List-Unsubscribe-Post", "To"):
        found = re.search(rf"^{name}: (.*)$", unfolded, re.MULTILINE)
        if found is not None:
            assert "=?" not in found[1], name
    if links.has_site:
        assert f"<{links.unsubscribe_url(2**63 - 1)}>" in unfolded
        assert "List-Unsubscribe-Post: List-Unsubscribe=One-Click" in unfolded
    assert max(len(line) for line in raw.split(b"\r\n")) <= 998
    message_id = re.search(r"^Message-ID: <(.*)>", unfolded, re.MULTILINE)
    assert message_id is not None


def test_the_same_message_has_the_same_id_after_a_new_key(make: Callable[..., EmailChannel]) -> None:
    old, new = make(1), make(1, links=Links("https://new.example", [b"k" * 32, b"n" * 32]))
    assert old.compose(letters(old, 9)[0])["Message-ID"] == new.compose(letters(new, 9)[0])["Message-ID"]
    assert message_of("nothing", LINKS) is None
    assert message_of(f"<{'a' * 26}@x> <{LINKS.mail_token(9).upper()}@x>", LINKS) == 9


def test_a_service_letter_offers_no_unsubscribing(make: Callable[..., EmailChannel]) -> None:
    channel = make(1)
    message = channel.compose(letters(channel, 7, purpose="transactional")[0])
    assert "List-Unsubscribe" not in message
    assert "List-Unsubscribe-Post" not in message


EVIL = [
    "a@x.de\r\nBcc: all@x.de",
    "a@x.de\nDATA",
    "a@x.de> RCPT TO:<b@x.de",
    "a@x.de,b@x.de",
    "a@x.de;b@x.de",
    "Ada <a@x.de>",
    "",
    "@x.de",
    "a@",
    "a b@x.de",
]


@pytest.mark.parametrize("address", EVIL)
def test_no_address_brings_another_header_or_recipient(
    make: Callable[..., EmailChannel], smtp_catcher: SmtpCatcher, address: str
) -> None:
    channel = make(smtp_catcher.port)
    receipt = only(channel.send(Batch(letters(channel, 7, address=address))))
    assert (receipt.result, receipt.detail) == (Result.HARD, "bad-header")
    assert not smtp_catcher.caught


@pytest.mark.parametrize(
    "name",
    [
        "x\r\nBcc: all@x.de",
        "x\nTo: b@x.de",
        "x\0\x0b\x0c\x85\u2028y",
        '"><b>',
        "=?utf-8?q?a=0d=0aBcc=3a_b?=",
        "=\u200b?utf-8?q?a=0aBcc=3a_b?=",
        "=\0?utf-8?q?a=0aBcc=3a_b?=",
    ],
)
def test_no_name_brings_another_header(
    make: Callable[..., EmailChannel], smtp_catcher: SmtpCatcher, name: str
) -> None:
    channel = make(smtp_catcher.port)
    settings = {"subject": "{{ first_name }}", "body": "{{ first_name }}", "preheader": "{{ first_name }}"}
    prepared = channel.prepare(outgoing(settings=settings, first_name=name))
    assert only(channel.send(Batch([prepared]))).result is Result.SENT
    (caught,) = smtp_catcher.caught
    names = [line.split(":")[0] for line in raw_headers(caught.raw).split("\r\n") if line[0] not in " \t"]
    assert len(names) == len(set(names))
    assert "Bcc" not in names
    assert caught.message["To"] == "ada@example.com"


def test_a_letter_of_many_tongues_survives_the_wire(
    make: Callable[..., EmailChannel], smtp_catcher: SmtpCatcher
) -> None:
    channel = make(smtp_catcher.port)
    subject = "Привет, 見積もり 🛒 " + "sehr lang " * 20
    prepared = channel.prepare(outgoing(settings={"subject": subject, "body": "見積もり 🛒\n\n.\n\n..x"}))
    assert only(channel.send(Batch([prepared]))).result is Result.SENT
    message = smtp_catcher.caught[0].message
    assert message["Subject"] == " ".join(subject.split())[:250].strip()
    text = message.get_body(("plain",))
    assert text is not None
    assert "見積もり 🛒\n\n.\n\n..x" in text.get_content().replace("\r\n", "\n")


# --- the connection ---


def test_one_connection_serves_many_letters_and_is_renewed(
    make: Callable[..., EmailChannel], smtp_catcher: SmtpCatcher
) -> None:
    channel = make(smtp_catcher.port, times=Times(letters=3))
    assert {receipt.result for receipt in channel.send(Batch(letters(channel, *range(1, 8))))} == {
        Result.SENT
    }
    assert len(smtp_catcher.caught) == 7
    assert smtp_catcher.connections == 3


def test_a_connection_that_stood_idle_is_renewed(
    make: Callable[..., EmailChannel], smtp_catcher: SmtpCatcher
) -> None:
    channel = make(smtp_catcher.port, times=Times(idle=0.0))
    channel.send(Batch(letters(channel, 1, 2)))
    assert smtp_catcher.connections == 2


def test_a_server_that_hung_up_between_letters_is_called_again(make: Callable[..., EmailChannel]) -> None:
    with smtp_peer() as peer:
        channel = make(peer.port)
        assert only(channel.send(Batch(letters(channel, 1)))).result is Result.SENT
        peer.answers["MAIL"] = CLOSE
        peer.before = lambda verb: peer.answers.update(MAIL="250 OK") if verb == "" else None
        assert only(channel.send(Batch(letters(channel, 2)))).result is Result.SENT
        assert peer.connections == 2


@pytest.mark.parametrize("tls", ["starttls", "tls"])
def test_login_and_letter_travel_under_tls(
    make: Callable[..., EmailChannel], make_smtp_catcher: Callable[..., SmtpCatcher], tls: str
) -> None:
    server = make_smtp_catcher(tls="implicit" if tls == "tls" else tls, user="shop", password=SECRET)
    channel = make(
        server.port,
        host="localhost",
        security=tls,
        user="shop",
        password=SECRET,
        certificate=str(server.certificate),
    )
    assert only(channel.send(Batch(letters(channel, 7)))).result is Result.SENT
    assert len(server.caught) == 1


def test_a_wrong_password_stops_the_channel_and_is_tried_once(make: Callable[..., EmailChannel]) -> None:
    with smtp_peer(EHLO="250-peer\r\n250 AUTH PLAIN", AUTH="535 5.7.8 wrong") as peer:
        channel = make(peer.port, user="shop", password="wrong")
        receipts = channel.send(Batch(letters(channel, 1, 2, 3)))
        assert [(receipt.result, receipt.stop_channel) for receipt in receipts] == [(Result.RETRY, True)] * 3
        assert peer.verbs().count("AUTH") == 1


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_certificate_that_nobody_vouches_for_stops_the_channel_before_the_password(
    make: Callable[..., EmailChannel], make_smtp_catcher: Callable[..., SmtpCatcher], security: str
) -> None:
    server = make_smtp_catcher(
        tls="implicit" if security == "tls" else security, user="shop", password=SECRET
    )
    channel = make(server.port, host="localhost", security=security, user="shop", password=SECRET)
    receipt = only(channel.send(Batch(letters(channel, 7))))
    assert (receipt.result, receipt.detail, receipt.stop_channel) == (Result.RETRY, "bad-certificate", True)
    assert not server.caught


def test_no_password_and_no_letter_go_to_a_server_whose_starttls_was_stripped(
    make: Callable[..., EmailChannel],
) -> None:
    with smtp_peer(EHLO="250-peer\r\n250 AUTH PLAIN LOGIN") as peer:
        channel = make(peer.port, security="starttls", user="shop", password=SECRET)
        receipt = only(channel.send(Batch(letters(channel, 7))))
        assert (receipt.detail, receipt.stop_channel) == ("no-starttls", True)
        assert set(peer.verbs()) <= {"EHLO", "QUIT"}


def test_a_server_that_refuses_starttls_gets_nothing(make: Callable[..., EmailChannel]) -> None:
    with smtp_peer(EHLO="250-peer\r\n250 STARTTLS", STARTTLS="454 not now") as peer:
        channel = make(peer.port, security="starttls", user="shop", password=SECRET)
        assert only(channel.send(Batch(letters(channel, 7)))).result is Result.RETRY
        assert "AUTH" not in peer.verbs()
        assert "MAIL" not in peer.verbs()


def test_clear_text_is_for_this_machine_only(make: Callable[..., EmailChannel]) -> None:
    channel = make(25, host="192.0.2.1", user="shop", password=SECRET)
    receipt = only(channel.send(Batch(letters(channel, 7))))
    assert (receipt.result, receipt.detail, receipt.stop_channel) == (Result.RETRY, "no-tls", True)


def test_a_server_without_login_is_told(make: Callable[..., EmailChannel]) -> None:
    with smtp_peer() as peer:
        channel = make(peer.port, user="shop", password=SECRET)
        receipt = only(channel.send(Batch(letters(channel, 7))))
        assert (receipt.detail, receipt.stop_channel) == ("login-not-offered", True)


def test_a_locked_keyring_stops_the_channel(make: Callable[..., EmailChannel]) -> None:
    def locked() -> str:
        raise SecretsError("locked")

    channel = EmailChannel(
        EmailSettings.model_validate({"host": "127.0.0.1", "user": "shop", "from": "a@clara.example"}),
        SHOP,
        LINKS,
        locked,
    )
    receipts = channel.send(Batch(letters(channel, 1, 2)))
    assert {(receipt.detail, receipt.stop_channel) for receipt in receipts} == {("no-password", True)}


def test_nobody_listening_is_tried_later(make: Callable[..., EmailChannel]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    channel = make(port)
    receipts = channel.send(Batch(letters(channel, 1, 2)))
    assert [(receipt.result, receipt.detail) for receipt in receipts] == [(Result.RETRY, "unreachable")] * 2


# --- answers ---


@pytest.mark.parametrize(
    ("verb", "answer", "result", "detail"),
    [
        ("RCPT", "550 5.1.1 unknown", Result.HARD, "bad-address 550 5.1.1"),
        ("RCPT", "450 4.2.0 greylisted", Result.RETRY, "greylisted 450 4.2.0"),
        ("DOT", "552 5.3.4 too big", Result.HARD, "too-large 552 5.3.4"),
        ("DOT", "554 5.7.1 spam", Result.HARD, "policy 554 5.7.1"),
        ("DOT", "451 later", Result.RETRY, "later 451"),
        ("DATA", "451 later", Result.RETRY, "later 451"),
        ("DATA", "250 what", Result.RETRY, "unexpected 250"),
        ("MAIL", "550 5.7.1 not yours", Result.RETRY, "sender-refused 550 5.7.1"),
        ("GREETING", "554 no", Result.RETRY, "sender-refused 554"),
        ("GREETING", "421 busy", Result.RETRY, "later 421"),
        ("MAIL", "421 closing", Result.RETRY, "later 421"),
        ("DOT", "421 closing", Result.RETRY, "later 421"),
    ],
)
def test_each_refusal_is_told(
    make: Callable[..., EmailChannel], verb: str, answer: str, result: Result, detail: str
) -> None:
    with smtp_peer(**{verb: answer}) as peer:
        channel = make(peer.port)
        receipt = only(channel.send(Batch(letters(channel, 7))))
        assert (receipt.result, receipt.detail) == (result, detail)


def test_after_a_refusal_the_next_letter_goes_over_the_same_connection(
    make: Callable[..., EmailChannel],
) -> None:
    with smtp_peer() as peer:
        channel = make(peer.port)
        wrong, right = letters(channel, 1, address="wrong@example.com") + letters(channel, 2)

        def judge(verb: str) -> None:
            if verb == "RCPT":
                peer.answers["RCPT"] = "550 5.1.1 no" if "wrong" in peer.said[-1] else "250 OK"

        peer.before = judge
        receipts = channel.send(Batch([wrong, right]))
        assert [receipt.result for receipt in receipts] == [Result.HARD, Result.SENT]
        assert [receipt.bad_address for receipt in receipts] == [True, False]
        assert peer.connections == 1
        assert "RSET" in peer.verbs()


@pytest.mark.parametrize("verb", ["GREETING", "EHLO", "MAIL", "RCPT", "DATA"])
@pytest.mark.parametrize("behaviour", [HANG, DRIP, ENDLESS, CLOSE, "x" * 10_000])
def test_whatever_happens_before_the_letter_it_is_tried_later(
    make: Callable[..., EmailChannel], verb: str, behaviour: str
) -> None:
    with smtp_peer(**{verb: behaviour}) as peer:
        channel = make(peer.port, times=SHORT)
        receipt = only(channel.send(Batch(letters(channel, 7))))
        assert receipt.result is Result.RETRY
        assert not receipt.bad_address
        assert not peer.letters


@pytest.mark.parametrize("behaviour", [HANG, DRIP, ENDLESS, CLOSE, "x" * 10_000, "not a code", "2"])
def test_whatever_happens_after_the_final_dot_is_unknown(
    make: Callable[..., EmailChannel], behaviour: str
) -> None:
    with smtp_peer(DOT=behaviour) as peer:
        channel = make(peer.port, times=SHORT)
        receipt = only(channel.send(Batch(letters(channel, 7))))
        assert receipt.result is Result.UNKNOWN
        assert len(peer.letters) == 1
        peer.answers["."] = "250 OK"
        assert only(channel.send(Batch(letters(channel, 8)))).result is Result.SENT


def test_a_hanging_server_holds_the_rest_of_the_batch_no_longer(make: Callable[..., EmailChannel]) -> None:
    with smtp_peer(GREETING=HANG) as peer:
        channel = make(peer.port, times=SHORT)
        receipts = channel.send(Batch(letters(channel, 1, 2, 3, 4)))
        assert [receipt.detail for receipt in receipts] == ["time-out"] * 4
        assert peer.connections <= 1


def test_a_letter_that_breaks_the_connection_does_not_hold_up_the_next(
    make: Callable[..., EmailChannel],
) -> None:
    with smtp_peer(RCPT=CLOSE) as peer:
        channel = make(peer.port)

        def judge(verb: str) -> None:
            if verb == "RCPT":
                peer.answers["RCPT"] = CLOSE if "bad@" in peer.said[-1] else "250 OK"

        peer.before = judge
        receipts = channel.send(Batch(letters(channel, 1, address="bad@example.com") + letters(channel, 2)))
        assert [receipt.result for receipt in receipts] == [Result.RETRY, Result.SENT]


def test_receipts_hold_codes_and_never_the_words_of_the_server(make: Callable[..., EmailChannel]) -> None:
    with smtp_peer(RCPT="550 5.1.1 <ada@example.com> is unknown, +79161234567") as peer:
        channel = make(peer.port)
        receipt = only(channel.send(Batch(letters(channel, 7))))
        assert "ada" not in repr(receipt)
        assert "7916" not in repr(receipt)


def test_the_date_is_the_given_clocks() -> None:
    moment = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    settings = EmailSettings.model_validate({"host": "127.0.0.1", "from": "a@clara.example"})
    channel = EmailChannel(settings, SHOP, LINKS, lambda: None, now=lambda: moment)
    raw = channel.compose(letters(channel, 7)[0]).as_bytes()
    parsed = message_from_bytes(raw, policy=policy.default)
    assert isinstance(parsed, EmailMessage)
    assert parsed["Date"].datetime == moment


# --- a claim that holds no longer (R8) ---


def test_nothing_of_a_stale_claim_is_said_to_the_server(
    make: Callable[..., EmailChannel], smtp_catcher: SmtpCatcher
) -> None:
    """R8, R17: who slept in the middle of a batch does not send the rest."""
    channel = make(smtp_catcher.port)
    fresh = [True, True, False, False]
    receipts = channel.send(Batch(letters(channel, 1, 2, 3), lambda: fresh.pop(0)))
    assert [(one.message_id, one.result, one.detail) for one in receipts] == [
        (1, Result.SENT, "250"),
        (2, Result.RETRY, STALE),
        (3, Result.RETRY, STALE),
    ]
    assert len(smtp_catcher.caught) == 1


def test_a_claim_is_looked_at_last_before_the_letters_first_byte(make: Callable[..., EmailChannel]) -> None:
    """R8: frozen while the server was slow to let it in; the connection is given up, not used again."""
    with smtp_peer() as peer:
        channel = make(peer.port)
        frozen: list[str] = []
        peer.before = lambda verb: frozen.append(verb) if verb == "DATA" else None
        receipt = only(channel.send(Batch(letters(channel, 7), lambda: not frozen)))
        assert (receipt.result, receipt.detail) == (Result.RETRY, STALE)
        assert not any(peer.letters)
        assert only(channel.send(Batch(letters(channel, 7)))).result is Result.SENT
        assert peer.connections == 2
