"""One connection to a mail server: opened with TLS and login, used for many letters, under deadlines."""

from __future__ import annotations

import contextlib
import re
import smtplib
import socket
import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, BinaryIO, Final

from app.channels.smtp_codes import Stage, Verdict, verdict
from app.channels.smtp_login import log_in
from app.model.batch import STALE
from app.model.journey import Result
from app.support.net import is_loopback_host
from app.support.settings import EmailSettings
from app.support.wire import Deadline, resolve, second_handle

_LINE_START_DOT: Final = re.compile(rb"(?m)^\.")


@dataclass(frozen=True, slots=True)
class Times:
    """Seconds: ``before`` the server's go-ahead for the letter, and from there to its last answer."""

    before: float = 60.0
    after: float = 600.0
    idle: float = 60.0
    letters: int = 50
    """Letters per connection."""


USUAL: Final = Times()


class Refused(Exception):
    """The server or the way to it said no; ``verdict`` says what that means for the message.

    ``at_the_door``: no connection could be opened, so that the next letter would fare no better.
    """

    def __init__(self, meaning: Verdict, *, at_the_door: bool = True) -> None:
        super().__init__(meaning.detail)
        self.verdict, self.at_the_door = meaning, at_the_door


class _Client(smtplib.SMTP):
    """The standard client on a socket that we opened ourselves, without a name of this machine in it."""

    def __init__(self, connected: socket.socket, host: str) -> None:
        literal = connected.getsockname()[0]
        name = f"[IPv6:{literal}]" if ":" in literal else f"[{literal}]"
        super().__init__(local_hostname=name)
        self.sock = connected
        self._host = host  # smtplib asks it for the name in the certificate

    def getreply(self) -> tuple[int, bytes]:
        if self.file is None and self.sock is not None:
            self.file = _WholeLines(self.sock.makefile("rb"))
        return super().getreply()


class _WholeLines:
    """Lines of answers. One cut short by the end of the connection is no answer: ``250`` may have gone on."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def readline(self, limit: int) -> bytes:
        line = self._file.readline(limit)
        if line and not line.endswith(b"\n") and len(line) < limit:
            raise ConnectionError("cut short")
        return line

    def close(self) -> None:
        self._file.close()


class Session:
    """A logged-in connection. Every failure closes it and raises ``Refused``."""

    def __init__(self, settings: EmailSettings, password: str, times: Times) -> None:
        self._settings, self._password, self._times = settings, password, times
        self._client: _Client | None = None
        self._handle: socket.socket | None = None
        self._used = 0
        self._last = 0.0

    @property
    def is_open(self) -> bool:
        """Whether a connection stands that may take another letter."""
        return self._client is not None

    def send(self, sender: str, recipient: str, letter: bytes, may: Callable[[], bool]) -> Verdict:
        """Hands one letter over; lines of ``letter`` end with CR LF. Refused when it did not come so far, or
        when ``may``, asked last before the letter's first byte, says no."""
        if not may():
            return Verdict(Result.RETRY, STALE)
        self._renew()
        was_open = self.is_open
        try:
            refusal = self._announce(sender, recipient)
        except Refused:
            if not was_open:
                raise
            # A server may close a connection that stands idle; that says nothing of this letter.
            refusal = self._announce(sender, recipient)
        if refusal is not None or self._client is None:
            return refusal or Verdict(Result.RETRY, "connection-lost")
        if not may():
            self._drop()
            return Verdict(Result.RETRY, STALE)
        return self._hand_over(self._client, letter)

    def _announce(self, sender: str, recipient: str) -> Verdict | None:
        """Up to the go-ahead for the letter; a verdict when the server refuses sender or recipient."""
        with Deadline(self._times.before) as deadline:
            client = self._ready(deadline)
            refusal = self._envelope(client, sender, recipient, deadline)
            if refusal is None:
                refusal = self._go_ahead(client, deadline)
        return refusal

    def close(self) -> None:
        """Says good-bye, for a second at most, and closes the connection."""
        client = self._client
        if client is not None and client.sock is not None:
            with contextlib.suppress(OSError, smtplib.SMTPException):  # it is being closed anyway
                client.sock.settimeout(1)
                client.quit()
        self._drop()

    # --- opening ---

    def _renew(self) -> None:
        """Closes a connection that has served its letters or stood idle for too long."""
        if self._client is not None:
            stale = time.monotonic() - self._last > self._times.idle
            if stale or self._used >= self._times.letters:
                self.close()

    def _ready(self, deadline: Deadline) -> _Client:
        if self._client is not None and self._handle is not None:
            deadline.watch(self._handle)
            return self._client
        try:
            self._client = self._opened(deadline)
        except Refused:
            self._drop()
            raise
        except ssl.SSLCertVerificationError as error:
            raise self._lost("bad-certificate", stop=True) from error
        except smtplib.SMTPNotSupportedError as error:
            raise self._lost("login-not-offered", stop=True) from error
        except smtplib.SMTPAuthenticationError as error:
            raise self._said(error.smtp_code, error.smtp_error, Stage.LOGIN) from error
        except smtplib.SMTPResponseException as error:
            raise self._said(error.smtp_code, error.smtp_error, Stage.CONNECT) from error
        except (OSError, smtplib.SMTPException) as error:
            raise self._lost("time-out" if _is_late(error, deadline) else "unreachable") from error
        return self._client

    def _opened(self, deadline: Deadline) -> _Client:
        settings = self._settings
        connected = self._dialled(deadline)
        if settings.security == "tls":
            connected = self._context().wrap_socket(connected, server_hostname=settings.host)
        client = _Client(connected, settings.host)
        self._client, self._used = client, 0
        code, words = client.getreply()
        _expect(code, words, Stage.CONNECT)
        client.ehlo_or_helo_if_needed()
        if settings.security == "starttls":
            self._start_tls(client)
        if settings.user:
            self._log_in(client)
        return client

    def _dialled(self, deadline: Deadline) -> socket.socket:
        settings = self._settings
        if settings.security == "none" and not is_loopback_host(settings.host):
            raise Refused(Verdict(Result.RETRY, "no-tls", stop_channel=True))
        found = resolve(settings.host, settings.smtp_port, deadline.left(self._times.before))
        last: OSError | None = None
        for family, _type, _protocol, _name, target in found:
            made = socket.socket(family, socket.SOCK_STREAM)
            self._handle = second_handle(made)
            deadline.watch(self._handle)
            try:
                made.settimeout(deadline.left(self._times.before / len(found)))
                made.connect(target)
                # The final dot goes alone, and must not wait for an acknowledgement of what is before it.
                made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            except OSError as error:
                last = error
                made.close()
                self._handle.close()
            else:
                made.settimeout(deadline.left(self._times.before))
                return made
        raise last or OSError("no address")

    def _context(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=self._settings.certificate or None)

    def _start_tls(self, client: _Client) -> None:
        if not client.has_extn("starttls"):
            raise Refused(Verdict(Result.RETRY, "no-starttls", stop_channel=True))
        code, words = client.starttls(context=self._context())
        _expect(code, words, Stage.CONNECT)
        client.ehlo()

    def _log_in(self, client: _Client) -> None:
        if self._settings.security == "none" and not is_loopback_host(self._settings.host):
            raise Refused(Verdict(Result.RETRY, "no-tls", stop_channel=True))
        log_in(client, self._settings.user, self._password)

    # --- one letter ---

    def _envelope(self, client: _Client, sender: str, recipient: str, deadline: Deadline) -> Verdict | None:
        """None when sender and recipient were taken."""
        try:
            self._allow(client, deadline, deadline.left(self._times.before))
            answers = ((Stage.SENDER, f"MAIL FROM:<{sender}>"), (Stage.RECIPIENT, f"RCPT TO:<{recipient}>"))
            for stage, command in answers:
                code, words = client.docmd(command)
                if not 200 <= code < 300:
                    return self._refusal(client, verdict(code, _text(words), stage), code)
        except (OSError, smtplib.SMTPException) as error:
            raise self._lost(
                "time-out" if _is_late(error, deadline) else "connection-lost", inside=True
            ) from error
        return None

    def _go_ahead(self, client: _Client, deadline: Deadline) -> Verdict | None:
        try:
            code, words = client.docmd("DATA")
        except (OSError, smtplib.SMTPException) as error:
            raise self._lost(
                "time-out" if _is_late(error, deadline) else "connection-lost", inside=True
            ) from error
        if code == 354:
            return None
        meaning = verdict(code, _text(words), Stage.LETTER)
        if meaning.result is Result.SENT:
            meaning = Verdict(Result.RETRY, f"unexpected {code}")
        return self._refusal(client, meaning, code)

    def _hand_over(self, client: _Client, letter: bytes) -> Verdict:
        """Up to the final dot nothing has been sent; after it only the server knows."""
        body = _LINE_START_DOT.sub(b"..", letter)
        if not body.endswith(b"\r\n"):
            body += b"\r\n"
        is_whole = False
        with Deadline(self._times.after) as deadline:
            try:
                self._allow(client, deadline, self._times.after)
                client.send(body)
                is_whole = True
                client.send(b".\r\n")
                code, words = client.getreply()
            except (OSError, smtplib.SMTPException) as error:
                if not is_whole:
                    raise self._lost("connection-lost", inside=True) from error
                self._drop()
                late = _is_late(error, deadline)
                return Verdict(Result.UNKNOWN, "time-out-after-letter" if late else "lost-after-letter")
        if code < 200:
            self._drop()
            return Verdict(Result.UNKNOWN, "unreadable-answer")
        self._used += 1
        self._last = time.monotonic()
        meaning = verdict(code, _text(words), Stage.LETTER)
        return meaning if meaning.result is Result.SENT else self._refusal(client, meaning, code)

    def _allow(self, client: _Client, deadline: Deadline, seconds: float) -> None:
        """From here the deadline guards the connection, and one read or write takes so long at most."""
        if self._handle is not None:
            deadline.watch(self._handle)
        if client.sock is not None:
            client.sock.settimeout(seconds)

    # --- ends ---

    def _refusal(self, client: _Client, meaning: Verdict, code: int) -> Verdict:
        """After a refusal the connection starts over, or is given up."""
        self._last = time.monotonic()
        if code == 421 or meaning.stop_channel:
            self._drop()
            return meaning
        try:
            with Deadline(self._times.before) as deadline:
                self._allow(client, deadline, self._times.before)
                client.rset()
        except (OSError, smtplib.SMTPException):
            self._drop()
        return meaning

    def _said(self, code: int, words: bytes | str, stage: Stage) -> Refused:
        self._drop()
        return Refused(verdict(code, _text(words), stage))

    def _lost(self, detail: str, *, stop: bool = False, inside: bool = False) -> Refused:
        self._drop()
        return Refused(Verdict(Result.RETRY, detail, stop_channel=stop), at_the_door=not inside)

    def _drop(self) -> None:
        if self._client is not None:
            self._client.close()
            self._client = None
        if self._handle is not None:
            self._handle.close()
            self._handle = None


def _expect(code: int, words: bytes, stage: Stage) -> None:
    if not 200 <= code < 300:
        raise Refused(verdict(code, _text(words), stage))


def _text(words: Any) -> str:
    return words.decode("utf-8", "replace") if isinstance(words, bytes) else str(words)


def _is_late(error: Exception, deadline: Deadline) -> bool:
    """Whether a wait has ended this. Of two clocks one may be a breath ahead of the other."""
    return deadline.passed or isinstance(error, TimeoutError) or isinstance(error.__context__, TimeoutError)
