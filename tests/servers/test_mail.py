"""Postfix and Dovecot are real peers: a letter goes in by SMTP and is read by IMAP, or comes back."""

from __future__ import annotations

import imaplib
import smtplib
import ssl
import time
import uuid
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest

from tests.servers.mail import MailServer

pytestmark = pytest.mark.mail


def trust(server: MailServer) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(server.certificate))


def letter(to: str) -> EmailMessage:
    message = EmailMessage()
    message["Subject"] = uuid.uuid4().hex
    message["From"], message["To"] = "shop@acme.test", to
    message["Message-ID"] = f"<{message['Subject']}@acme.test>"
    message.set_content("Your basket waits.")
    return message


def send(server: MailServer, message: EmailMessage) -> None:
    with smtplib.SMTP(server.host, server.smtp_port, timeout=30) as client:
        client.starttls(context=trust(server))
        client.login("shop@acme.test", server.password)
        client.send_message(message)


def read(server: MailServer, user: str, words: str) -> EmailMessage:
    """The letter of this mailbox that holds the words; fails when it does not come within 30 s."""
    end = time.monotonic() + 30
    with imaplib.IMAP4(server.host, server.imap_port, timeout=30) as client:
        client.starttls(trust(server))
        client.login(user, server.password)
        while time.monotonic() < end:
            client.select("INBOX")
            numbers = client.search(None, "TEXT", f'"{words}"')[1][0].split()
            if numbers:
                found = client.fetch(numbers[0].decode(), "(RFC822)")[1][0]
                assert isinstance(found, tuple)
                parsed = message_from_bytes(found[1], policy=policy.default)
                assert isinstance(parsed, EmailMessage)
                return parsed
            time.sleep(0.05)
    pytest.fail(f"no letter with {words!r} came to {user}")


def test_a_letter_arrives_in_the_mailbox(mail_server: MailServer) -> None:
    sent = letter("alice@acme.test")
    send(mail_server, sent)
    assert read(mail_server, "alice@acme.test", sent["Subject"])["To"] == "alice@acme.test"


def test_a_login_is_offered_only_after_starttls(mail_server: MailServer) -> None:
    with smtplib.SMTP(mail_server.host, mail_server.smtp_port, timeout=30) as client:
        client.ehlo()
        assert not client.has_extn("auth")
        client.starttls(context=trust(mail_server))
        client.ehlo()
        assert client.has_extn("auth")


@pytest.mark.nightly
def test_an_unknown_recipient_bounces(mail_server: MailServer) -> None:
    sent = letter("nobody@acme.test")
    send(mail_server, sent)
    bounce = read(mail_server, "shop@acme.test", sent["Message-ID"].strip("<>"))
    assert bounce.get_content_type() == "multipart/report"
    assert bounce["Return-Path"] == "<>"
    assert "550" in bounce.as_string()


@pytest.mark.nightly
def test_a_wrong_password_is_refused_with_535(mail_server: MailServer) -> None:
    with smtplib.SMTP(mail_server.host, mail_server.smtp_port, timeout=60) as client:
        client.starttls(context=trust(mail_server))
        with pytest.raises(smtplib.SMTPAuthenticationError) as refused:
            client.login("shop@acme.test", "wrong")
    assert refused.value.smtp_code == 535
