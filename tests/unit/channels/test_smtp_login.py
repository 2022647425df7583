from __future__ import annotations

import hmac
import smtplib
from base64 import b64decode, b64encode

import pytest

from app.channels.smtp_login import log_in
from tests.peers.smtp import SmtpPeer, smtp_peer

USER, PASSWORD = "müller@example.com", "paßwörd-見"


def offering(ways: str) -> str:
    return f"250-peer\r\n250 AUTH {ways}"


def logged_in(peer: SmtpPeer) -> list[str]:
    """What was said after the greeting."""
    with smtplib.SMTP("127.0.0.1", peer.port, timeout=20) as client:
        log_in(client, USER, PASSWORD)
    return [line for line in peer.said if line.split(" ")[0].upper() not in ("EHLO", "QUIT")]


def packed(text: str) -> str:
    return b64encode(text.encode()).decode()


def test_plain_says_name_and_password_in_utf_8() -> None:
    with smtp_peer(EHLO=offering("PLAIN LOGIN"), AUTH="235 2.7.0 welcome") as peer:
        (line,) = logged_in(peer)
    assert b64decode(line.removeprefix("AUTH PLAIN ")).decode() == f"\0{USER}\0{PASSWORD}"


def test_login_is_asked_for_the_name_and_then_for_the_password() -> None:
    answers = {packed(USER).upper(): "334 UGFzc3dvcmQ6", packed(PASSWORD).upper(): "235 well"}
    with smtp_peer(EHLO=offering("login"), AUTH="334 VXNlcm5hbWU6", **answers) as peer:
        assert logged_in(peer) == ["AUTH LOGIN", packed(USER), packed(PASSWORD)]


def test_cram_md5_does_not_send_the_password() -> None:
    challenge = b"<1896.697170952@peer.example>"
    digest = hmac.new(PASSWORD.encode(), challenge, "md5").hexdigest()
    wanted = packed(f"{USER} {digest}")
    question = f"334 {b64encode(challenge).decode()}"
    with smtp_peer(EHLO=offering("PLAIN CRAM-MD5"), AUTH=question, **{wanted.upper(): "235 well"}) as peer:
        assert logged_in(peer) == ["AUTH CRAM-MD5", wanted]


def test_the_next_way_is_tried_and_the_last_no_counts() -> None:
    with smtp_peer(EHLO=offering("CRAM-MD5 PLAIN"), AUTH="535 5.7.8 no") as peer:
        with pytest.raises(smtplib.SMTPAuthenticationError) as refused:
            logged_in(peer)
        assert [line.split(" ")[1] for line in peer.said if line.startswith("AUTH")] == ["CRAM-MD5", "PLAIN"]
    assert refused.value.smtp_code == 535


@pytest.mark.parametrize("asked", ["334 !", "334"])
def test_a_question_that_is_none_is_no_error_of_ours(asked: str) -> None:
    with (
        smtp_peer(EHLO=offering("CRAM-MD5"), AUTH=asked) as peer,
        pytest.raises(smtplib.SMTPAuthenticationError),
    ):
        logged_in(peer)


def test_a_server_that_asks_for_ever_is_refused() -> None:
    answers = {packed(USER).upper(): "334 ", packed(PASSWORD).upper(): "334 more"}
    with (
        smtp_peer(EHLO=offering("LOGIN"), AUTH="334 VXNlcm5hbWU6", **answers) as peer,
        pytest.raises(smtplib.SMTPAuthenticationError),
    ):
        logged_in(peer)


def test_without_a_way_that_is_known_it_says_so() -> None:
    with smtp_peer(EHLO=offering("XOAUTH2")) as peer, pytest.raises(smtplib.SMTPNotSupportedError):
        logged_in(peer)
