"""The SMTP catcher is a real peer: smtplib talks to it over a socket."""

from __future__ import annotations

import smtplib
import ssl

import pytest

from tests.servers.fixtures import SmtpFactory
from tests.servers.smtp import SmtpCatcher

LETTER = "Subject: Your basket\r\n\r\nStill there.\r\n"


def test_a_letter_is_kept_as_it_came(smtp_catcher: SmtpCatcher) -> None:
    with smtplib.SMTP(smtp_catcher.host, smtp_catcher.port) as client:
        client.sendmail("shop@acme.test", ["ada@acme.test"], LETTER)
        client.sendmail("shop@acme.test", ["bob@acme.test"], LETTER)
    letters = smtp_catcher.wait_for(2)
    assert [letter.recipients for letter in letters] == [("ada@acme.test",), ("bob@acme.test",)]
    assert letters[0].message["Subject"] == "Your basket"
    assert smtp_catcher.connections == 1


def test_it_refuses_whom_and_what_it_is_told_to(smtp_catcher: SmtpCatcher) -> None:
    smtp_catcher.answer_recipient = lambda address: (
        "550 5.1.1 unknown" if address.startswith("no") else "250 OK"
    )
    smtp_catcher.answer_letter = lambda _letter: "451 4.3.0 later"
    with smtplib.SMTP(smtp_catcher.host, smtp_catcher.port) as client:
        with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
            client.sendmail("shop@acme.test", ["nobody@acme.test"], LETTER)
        with pytest.raises(smtplib.SMTPDataError) as later:
            client.sendmail("shop@acme.test", ["ada@acme.test"], LETTER)
    assert refused.value.recipients["nobody@acme.test"][0] == 550
    assert later.value.smtp_code == 451
    assert not smtp_catcher.caught


@pytest.mark.parametrize("tls", ["starttls", "implicit"])
def test_it_speaks_tls_with_a_certificate_that_can_be_checked(
    make_smtp_catcher: SmtpFactory, tls: str
) -> None:
    catcher = make_smtp_catcher(tls=tls, user="shop", password="pw")
    trust = ssl.create_default_context(cafile=str(catcher.certificate))
    if tls == "implicit":
        client: smtplib.SMTP = smtplib.SMTP_SSL(catcher.host, catcher.port, context=trust)
    else:
        client = smtplib.SMTP(catcher.host, catcher.port)
        client.starttls(context=trust)
    with client:
        with pytest.raises(smtplib.SMTPSenderRefused):
            client.sendmail("shop@acme.test", ["ada@acme.test"], LETTER)
        client.login("shop", "pw")
        client.sendmail("shop@acme.test", ["ada@acme.test"], LETTER)
    assert len(catcher.wait_for(1)) == 1


def test_a_wrong_password_is_refused(make_smtp_catcher: SmtpFactory) -> None:
    catcher = make_smtp_catcher(tls="starttls", user="shop", password="pw")
    with smtplib.SMTP(catcher.host, catcher.port) as client:
        client.starttls(context=ssl.create_default_context(cafile=str(catcher.certificate)))
        with pytest.raises(smtplib.SMTPAuthenticationError) as refused:
            client.login("shop", "wrong")
    assert refused.value.smtp_code == 535
