"""Logging in at a mail server. The standard library's way knows ASCII only; people's passwords do not."""

from __future__ import annotations

import hmac
import smtplib
from base64 import b64decode, b64encode
from collections.abc import Callable
from typing import Final

_WELL: Final = (235, 503)
_GO_ON: Final = 334
_Answer = tuple[int, bytes]


def log_in(client: smtplib.SMTP, user: str, password: str) -> None:
    """Tries each way that the server offers, in UTF-8 (RFC 4616).

    Raises SMTPNotSupportedError when it offers none that is known, SMTPAuthenticationError with its last
    answer when none goes well.
    """
    client.ehlo_or_helo_if_needed()
    offered = client.esmtp_features.get("auth", "").upper().split()
    answer: _Answer | None = None
    for name, way in _WAYS.items():
        if name in offered:
            answer = way(client, user, password)
            if answer[0] in _WELL:
                return
    if answer is None:
        raise smtplib.SMTPNotSupportedError("no known way to log in is offered")
    raise smtplib.SMTPAuthenticationError(*answer)


def _cram_md5(client: smtplib.SMTP, user: str, password: str) -> _Answer:
    code, words = client.docmd("AUTH", "CRAM-MD5")
    if code != _GO_ON:
        return code, words
    digest = hmac.new(password.encode(), _unpacked(words), "md5").hexdigest()
    return client.docmd(_packed(f"{user} {digest}"))


def _plain(client: smtplib.SMTP, user: str, password: str) -> _Answer:
    return client.docmd("AUTH", f"PLAIN {_packed(f'{chr(0)}{user}{chr(0)}{password}')}")


def _login(client: smtplib.SMTP, user: str, password: str) -> _Answer:
    code, words = client.docmd("AUTH", "LOGIN")
    for answer in (user, password):
        if code == _GO_ON:
            code, words = client.docmd(_packed(answer))
    return code, words


_WAYS: Final[dict[str, Callable[[smtplib.SMTP, str, str], _Answer]]] = {
    "CRAM-MD5": _cram_md5,
    "PLAIN": _plain,
    "LOGIN": _login,
}


def _packed(text: str) -> str:
    return b64encode(text.encode()).decode()


def _unpacked(words: bytes) -> bytes:
    """A server that asks in no base64 is answered as if it had asked nothing, and refuses."""
    try:
        return b64decode(words)
    except ValueError:
        return b""
