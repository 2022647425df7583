"""An SMTP server on loopback that keeps what it is given and refuses at will."""

from __future__ import annotations

import asyncio
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from tests.servers.certificate import write_certificate


@dataclass(frozen=True)
class Caught:
    """One letter as it came over the wire."""

    sender: str
    recipients: tuple[str, ...]
    raw: bytes

    @property
    def message(self) -> EmailMessage:
        parsed = message_from_bytes(self.raw, policy=policy.SMTP)
        assert isinstance(parsed, EmailMessage)
        return parsed


@dataclass
class SmtpCatcher:
    """What the tests see of the server. The two answers may be replaced at any time, from any thread."""

    host: str = "127.0.0.1"
    port: int = 0
    certificate: Path | None = None
    """The file to trust, where the server speaks TLS."""
    caught: list[Caught] = field(default_factory=list)
    answer_recipient: Callable[[str], str] = lambda _address: "250 OK"
    answer_letter: Callable[[Caught], str] = lambda _letter: "250 OK"
    """Called before the letter is kept; it is kept only on 2xx."""
    connections: int = 0
    _came: threading.Condition = field(default_factory=threading.Condition)

    def wait_for(self, count: int, seconds: float = 20) -> list[Caught]:
        """The letters, as soon as there are `count` of them; fails when they do not come."""
        with self._came:
            enough = self._came.wait_for(lambda: len(self.caught) >= count, timeout=seconds)
        assert enough, f"{len(self.caught)} letters came, {count} were awaited"
        return list(self.caught)

    def keep(self, letter: Caught) -> None:
        with self._came:
            self.caught.append(letter)
            self._came.notify_all()


class _Handler:
    def __init__(self, catcher: SmtpCatcher) -> None:
        self.catcher = catcher

    async def handle_RCPT(
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        answer = await asyncio.to_thread(self.catcher.answer_recipient, address)
        if answer.startswith("2"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:
        assert isinstance(envelope.content, bytes)
        letter = Caught(envelope.mail_from or "", tuple(envelope.rcpt_tos), envelope.content)
        answer = await asyncio.to_thread(self.catcher.answer_letter, letter)
        if answer.startswith("2"):
            self.catcher.keep(letter)
        return answer


class _Controller(Controller):
    def __init__(self, catcher: SmtpCatcher, **options: Any) -> None:
        self.catcher = catcher
        super().__init__(_Handler(catcher), hostname=catcher.host, port=catcher.port, **options)

    def factory(self) -> SMTP:
        self.catcher.connections += 1
        made = super().factory()  # type: ignore[no-untyped-call]
        assert isinstance(made, SMTP)
        return made

    def _trigger_server(self) -> None:
        """Learns the port that the system chose; the probing connection of aiosmtpd needs it."""
        assert isinstance(self.server, asyncio.Server)
        self.port = self.catcher.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()  # type: ignore[no-untyped-call]
        self.catcher.connections = 0


@contextmanager
def smtp_server(
    folder: Path, *, tls: str = "none", user: str = "", password: str = "", port: int = 0
) -> Iterator[SmtpCatcher]:
    """A running catcher; `tls` is `none`, `starttls` or `implicit`; with a user it demands AUTH."""
    catcher = SmtpCatcher(port=port)
    options: dict[str, Any] = {}
    if tls != "none":
        catcher.certificate, key = write_certificate(folder)
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(catcher.certificate, key)
        options = (
            {"ssl_context": context}
            if tls == "implicit"
            else {"tls_context": context, "require_starttls": True}
        )
    if user:
        options |= {
            "authenticator": _authenticator(user, password),
            "auth_required": True,
            "auth_require_tls": tls == "starttls",
        }
    controller = _Controller(catcher, **options)
    controller.start()
    try:
        yield catcher
    finally:
        controller.stop()


def _authenticator(user: str, password: str) -> Callable[..., AuthResult]:
    wanted = LoginPassword(user.encode(), password.encode())

    def check(_server: SMTP, _session: Session, _envelope: Envelope, _way: str, given: object) -> AuthResult:
        return AuthResult(success=given == wanted, handled=False)

    return check
