"""The built-in catcher: a mail server and an SMS gateway on this machine that keep what they are given.

Practice mode and the demo send here, over real sockets; nothing leaves the machine.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
import secrets
import threading
from collections import deque
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from hmac import compare_digest
from html import unescape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final, Self
from weakref import WeakSet

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from app.model.errors import WorldError
from app.model.ports import Caught
from app.support.settings import EmailSettings, SmsSettings

_HOST: Final = "127.0.0.1"
_KEPT: Final = 20_000
_LARGEST_SMS: Final = 20_000
_HREF: Final = re.compile(r'<a\b[^>]*?\bhref="([^"]*)"', re.IGNORECASE)
_URL: Final = re.compile(r"https?://[^\s<>\"]+")


def _utc_now() -> datetime:
    return datetime.now(UTC)


class Catcher:
    """Both servers. Use it as a context, or ``start`` and ``stop`` it.

    ``now`` is the clock by which messages are dated; ``message_of`` reads our id out of a Message-ID header.
    """

    def __init__(
        self,
        now: Callable[[], datetime] = _utc_now,
        message_of: Callable[[str], int | None] = lambda _header: None,
    ) -> None:
        self._now, self._message_of = now, message_of
        self._kept: deque[Caught] = deque(maxlen=_KEPT)
        self._count = 0
        self._sms_ids: dict[str, int] = {}
        self._listeners: list[Callable[[Caught], None]] = []
        self._came = threading.Condition()
        self._mail: _MailServer | None = None
        self._gateway: _Gateway | None = None
        self._token = secrets.token_urlsafe(24)
        self.refuses_mail: Callable[[str], bool] = lambda _address: False
        """Mailboxes that do not exist: letters to them are refused for good. May be exchanged at any time."""
        self.refuses_sms: Callable[[str], bool] = lambda _number: False
        """The same for phone numbers."""

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.stop()

    def start(self) -> None:
        """Both listen from here on, at free ports; WorldError when they cannot."""
        try:
            self._mail = _MailServer(self)
            self._mail.start()
            self._gateway = _Gateway(self)
        except (OSError, TimeoutError) as error:
            self.stop()
            raise WorldError("The practice mailbox cannot be opened on this machine. Start again.") from error
        threading.Thread(
            target=self._gateway.serve_forever, args=(0.05,), name="practice-sms", daemon=True
        ).start()

    def stop(self) -> None:
        """Closes both; what was caught stays readable."""
        if self._mail is not None:
            self._mail.hang_up()
            self._mail = None
        if self._gateway is not None:
            self._gateway.shutdown()
            self._gateway.server_close()
            self._gateway = None

    # --- how to reach it ---

    @property
    def host(self) -> str:
        """Where both listen."""
        return _HOST

    @property
    def smtp_port(self) -> int:
        """Port of the mail server on loopback; 0 while it is stopped."""
        return self._mail.port if self._mail is not None else 0

    @property
    def sms_url(self) -> str:
        """Address of the SMS gateway, with the word in it that lets in; empty while it is stopped."""
        if self._gateway is None:
            return ""
        return f"http://{_HOST}:{self._gateway.server_port}{self.sms_path}"

    @property
    def sms_path(self) -> str:
        """The gateway's only path."""
        return f"/sms/{self._token}"

    def email_settings(self, sender: str) -> EmailSettings:
        """Settings of an e-mail channel that sends here."""
        return EmailSettings.model_validate(
            {"host": _HOST, "port": self.smtp_port, "security": "none", "from": sender}
        )

    def sms_settings(self) -> SmsSettings:
        """Settings of an SMS channel that sends here."""
        return SmsSettings(
            url=self.sms_url,
            body="json",
            fields={"id": "{message_id}", "to": "{to}", "text": "{text}"},
            ok_match="status == accepted",
            error_extract="error",
            error_classes={"number": "permanent"},
            id_extract="id",
            idempotent=True,
        )

    # --- what it holds ---

    @property
    def count(self) -> int:
        """How many messages came in all."""
        return self._count

    @property
    def duplicates(self) -> int:
        """How often an SMS came again under an id that had come before."""
        with self._came:
            return sum(times - 1 for times in self._sms_ids.values())

    def caught(self, after: int = 0) -> Sequence[Caught]:
        """What came from this index on, oldest first; the very oldest are forgotten at 20,000."""
        with self._came:
            first = self._count - len(self._kept)
            return list(self._kept)[max(after - first, 0) :]

    def listen(self, callback: Callable[[Caught], None]) -> None:
        """Calls back for each message, from a server's thread, after it is kept."""
        self._listeners.append(callback)

    def wait_for(self, count: int, seconds: float) -> bool:
        """Whether so many messages in all have come within that time."""
        with self._came:
            return self._came.wait_for(lambda: self._count >= count, timeout=seconds)

    def keep_letter(self, address: str, raw: bytes) -> None:
        """Called by the mail server."""
        letter = message_from_bytes(raw, policy=policy.default)
        self._keep(
            Caught(
                "email",
                address,
                str(letter.get("Subject", "")),
                _part(letter, "plain"),
                _part(letter, "html"),
                self._now(),
                self._message_of(str(letter.get("Message-ID", ""))),
            )
        )

    def keep_sms(self, number: str, text: str, message_id: str) -> bool:
        """Called by the gateway; False when this id had come before."""
        with self._came:
            times = self._sms_ids[message_id] = self._sms_ids.get(message_id, 0) + 1
        if times > 1:
            return False
        known = int(message_id) if message_id.isdecimal() else None
        self._keep(Caught("sms", number, "", text, "", self._now(), known))
        return True

    def _keep(self, message: Caught) -> None:
        with self._came:
            self._kept.append(message)
            self._count += 1
            self._came.notify_all()
        for callback in self._listeners:
            callback(message)


def links_in(message: Caught) -> Sequence[str]:
    """Addresses that a person can click in the message, in order, each once."""
    found = [unescape(link) for link in _HREF.findall(message.html)] or _URL.findall(message.text)
    return list(dict.fromkeys(found))


def _part(letter: EmailMessage, subtype: str) -> str:
    part = letter.get_body((subtype,))
    if part is None:
        return ""
    try:
        return str(part.get_content())
    except (LookupError, UnicodeError):
        return ""


class _Handler:
    def __init__(self, catcher: Catcher) -> None:
        self._catcher = catcher

    async def handle_RCPT(  # noqa: N802
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if self._catcher.refuses_mail(address):
            return "550 5.1.1 nobody here has that name"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        raw = envelope.content if isinstance(envelope.content, bytes) else b""
        for address in envelope.rcpt_tos:
            await asyncio.to_thread(self._catcher.keep_letter, address, raw)
        return "250 2.0.0 kept"


class _MailServer(Controller):
    def __init__(self, catcher: Catcher) -> None:
        self._talks: WeakSet[SMTP] = WeakSet()
        super().__init__(_Handler(catcher), hostname=_HOST, port=0, ident="Chainwright practice")

    def factory(self) -> SMTP:
        made: SMTP = super().factory()  # type: ignore[no-untyped-call]
        self._talks.add(made)
        return made

    def hang_up(self) -> None:
        """Closes every connection, and the server: senders keep theirs open between letters."""
        if self.loop.is_running():
            closing = asyncio.run_coroutine_threadsafe(self._close_talks(), self.loop)
            with contextlib.suppress(TimeoutError):
                closing.result(timeout=2)
        self.stop(no_assert=True)

    async def _close_talks(self) -> None:
        for talk in list(self._talks):
            if talk.transport is not None:
                talk.transport.close()
        await asyncio.sleep(0)
        await asyncio.sleep(0)

    def _trigger_server(self) -> None:
        """Learns the port that the system chose; the base class knocks at it once."""
        if isinstance(self.server, asyncio.Server):
            self.port = int(self.server.sockets[0].getsockname()[1])
        super()._trigger_server()  # type: ignore[no-untyped-call]


class _Gateway(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, catcher: Catcher) -> None:
        super().__init__((_HOST, 0), _SmsHandler)
        self.catcher = catcher


class _SmsHandler(BaseHTTPRequestHandler):
    """``POST`` of ``{"id", "to", "text"}``."""

    protocol_version = "HTTP/1.1"
    timeout = 30
    server: _Gateway

    def do_POST(self) -> None:
        if not compare_digest(self.path.encode(), self.server.catcher.sms_path.encode()):
            self._answer(404, {"status": "refused", "error": "path"})
            return
        given = self._given()
        if given is None:
            self._answer(400, {"status": "refused", "error": "body"})
            return
        if self.server.catcher.refuses_sms(given["to"]):
            self._answer(200, {"status": "refused", "error": "number"})
            return
        new = self.server.catcher.keep_sms(given["to"], given["text"], given["id"])
        self._answer(200, {"status": "accepted", "id": given["id"], "again": not new})

    def _given(self) -> dict[str, str] | None:
        length = self.headers.get("Content-Length", "")
        if not length.isdecimal() or int(length) > _LARGEST_SMS:
            self.close_connection = True
            return None
        try:
            given = json.loads(self.rfile.read(int(length)))
        except ValueError:
            return None
        fine = isinstance(given, dict) and all(
            isinstance(given.get(key), str) for key in ("id", "to", "text")
        )
        return given if fine else None

    def _answer(self, status: int, body: dict[str, Any]) -> None:
        raw = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(raw)))
        self.end_headers()
        self.wfile.write(raw)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Says nothing: the lines would hold addresses."""
