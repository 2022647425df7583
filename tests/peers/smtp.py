"""A mail server of bare sockets that answers, drips, hangs up or lies as it is told."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

DEFAULTS: Mapping[str, str] = {
    "": "220 peer ESMTP",
    "EHLO": "250-peer\r\n250 8BITMIME",
    "HELO": "250 peer",
    "MAIL": "250 2.1.0 OK",
    "RCPT": "250 2.1.5 OK",
    "DATA": "354 go on",
    ".": "250 2.0.0 queued as 4711",
    "RSET": "250 OK",
    "QUIT": "221 bye",
    "NOOP": "250 OK",
}
HANG = "HANG"
DRIP = "DRIP"
CLOSE = "CLOSE"
ENDLESS = "ENDLESS"


@dataclass
class SmtpPeer:
    """``answers`` by verb ("" greets, "." is the final dot) go out as they are; the words above misbehave."""

    answers: dict[str, str] = field(default_factory=lambda: dict(DEFAULTS))
    port: int = 0
    said: list[str] = field(default_factory=list)
    """Every line that came, letters left out."""
    letters: list[bytes] = field(default_factory=list)
    connections: int = 0
    before: Callable[[str], None] = lambda _verb: None
    """Called with each verb before it is answered."""
    stopping: threading.Event = field(default_factory=threading.Event)

    def verbs(self) -> list[str]:
        return [line.split(" ", 1)[0].split(":", 1)[0].upper() for line in self.said]


@contextmanager
def smtp_peer(**answers: str) -> Iterator[SmtpPeer]:
    """A listening peer; ``DOT`` and ``GREETING`` stand for "." and ""."""
    named = {{"DOT": ".", "GREETING": ""}.get(verb, verb): answer for verb, answer in answers.items()}
    peer = SmtpPeer({**DEFAULTS, **named})
    listener = socket.create_server(("127.0.0.1", 0))
    peer.port = listener.getsockname()[1]
    threads: list[threading.Thread] = []
    opened: list[socket.socket] = []

    def serve() -> None:
        while True:
            try:
                connected, _ = listener.accept()
            except OSError:
                return
            peer.connections += 1
            opened.append(connected)
            thread = threading.Thread(target=_talk, args=(peer, connected), daemon=True)
            threads.append(thread)
            thread.start()

    accepting = threading.Thread(target=serve, daemon=True)
    accepting.start()
    try:
        yield peer
    finally:
        peer.stopping.set()
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        for connected in opened:
            with contextlib.suppress(OSError):  # most are closed already
                connected.shutdown(socket.SHUT_RDWR)
        for thread in (accepting, *threads):
            thread.join(timeout=10)


def _talk(peer: SmtpPeer, connected: socket.socket) -> None:
    with connected, connected.makefile("rb") as lines:
        connected.settimeout(20)
        try:
            if not _answer(peer, connected, ""):
                return
            for raw in lines:
                line = raw.decode("utf-8", "replace").rstrip("\r\n")
                verb = line.split(" ", 1)[0].split(":", 1)[0].upper()
                peer.said.append(line)
                if not _answer(peer, connected, verb):
                    return
                if verb == "DATA" and peer.answers["DATA"].startswith("354"):
                    peer.letters.append(_letter(lines))
                    if not _answer(peer, connected, "."):
                        return
                if verb == "QUIT":
                    return
        except OSError:
            return


def _letter(lines: object) -> bytes:
    body = []
    for raw in lines:  # type: ignore[attr-defined]
        if raw == b".\r\n":
            break
        body.append(raw)
    return b"".join(body)


def _answer(peer: SmtpPeer, connected: socket.socket, verb: str) -> bool:
    """Whether the talk goes on."""
    peer.before(verb)
    answer = peer.answers.get(verb, "500 5.5.1 what")
    if answer == CLOSE:
        return False
    if answer == HANG:
        peer.stopping.wait(20)
        return False
    if answer in (DRIP, ENDLESS):
        piece = b"2" if answer == DRIP else b"250-and more\r\n"
        while not peer.stopping.wait(0.05):
            connected.sendall(piece)
            time.sleep(0)
        return False
    connected.sendall(answer.encode() + b"\r\n")
    return not answer.startswith("421")
