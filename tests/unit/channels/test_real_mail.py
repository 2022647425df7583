from __future__ import annotations

import imaplib
import ssl
import time

import pytest

from app.channels.email import EmailChannel, message_of
from app.model.batch import Batch
from app.model.journey import Result
from app.support.settings import EmailSettings
from tests.servers.mail import MailServer
from tests.unit.channels.making import LINKS, SHOP, outgoing

pytestmark = pytest.mark.mail
NUMBER = 4_711_001


def channel_to(server: MailServer, password: str) -> EmailChannel:
    settings = EmailSettings.model_validate(
        {
            "host": server.host,
            "port": server.smtp_port,
            "user": "shop@acme.test",
            "from": "shop@acme.test",
            "certificate": str(server.certificate),
        }
    )
    return EmailChannel(settings, SHOP, LINKS, lambda: password)


def inbox(server: MailServer, user: str) -> list[str]:
    """Message-IDs of the letters in this mailbox."""
    context = ssl.create_default_context(cafile=str(server.certificate))
    with imaplib.IMAP4(server.host, server.imap_port) as mailbox:
        mailbox.starttls(context)
        mailbox.login(user, server.password)
        mailbox.select("INBOX", readonly=True)
        numbers = mailbox.search(None, "ALL")[1][0].split()
        fetched = [mailbox.fetch(n.decode(), "(BODY[HEADER.FIELDS (MESSAGE-ID)])")[1][0] for n in numbers]
    return [part[1].decode() for part in fetched if isinstance(part, tuple)]


def test_a_letter_goes_through_a_real_mail_server_into_a_real_mailbox(mail_server: MailServer) -> None:
    channel = channel_to(mail_server, mail_server.password)
    settings = {"subject": "Grüße", "body": "Hello\n\n.\n\n[Go](https://clara.example/)"}
    made = channel.prepare(outgoing(settings=settings, address="alice@acme.test", message_id=NUMBER))
    (receipt,) = channel.send(Batch([made]))
    channel.close()
    assert receipt.result is Result.SENT
    ends = time.monotonic() + 20
    while NUMBER not in (found := [message_of(one, LINKS) for one in inbox(mail_server, "alice@acme.test")]):
        assert time.monotonic() < ends, found
        time.sleep(0.1)


def test_a_real_mail_server_takes_no_letter_with_a_wrong_password(mail_server: MailServer) -> None:
    channel = channel_to(mail_server, "wrong")
    made = channel.prepare(outgoing(settings={"subject": "s", "body": "b"}, address="alice@acme.test"))
    (receipt,) = channel.send(Batch([made]))
    assert (receipt.result, receipt.stop_channel) == (Result.RETRY, True)
    assert receipt.detail.startswith("login 535")
