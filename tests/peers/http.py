"""An HTTP server of bare sockets: it answers what it is told, byte for byte, and keeps what it was asked."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

from tests.servers.certificate import write_certificate


@dataclass(frozen=True)
class Asked:
    """One request as it came."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes

    @property
    def query(self) -> dict[str, str]:
        return dict(parse_qsl(urlsplit(self.target).query, keep_blank_values=True))

    @property
    def form(self) -> dict[str, str]:
        return dict(parse_qsl(self.body.decode(), keep_blank_values=True))


def answer(body: str = "{}", status: str = "200 OK", **headers: str) -> bytes:
    """A whole answer."""
    raw = body.encode()
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(raw)}", "Connection: close"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode() + raw


@dataclass
class HttpPeer:
    """``reply`` makes the answer of each request, or drives the socket itself and answers nothing."""

    port: int = 0
    asked: list[Asked] = field(default_factory=list)
    connections: int = 0
    reply: Callable[[Asked, socket.socket], bytes] = lambda _asked, _socket: answer()
    certificate: Path | None = None
    stopping: threading.Event = field(default_factory=threading.Event)

    @property
    def url(self) -> str:
        return f"{'https' if self.certificate else 'http'}://127.0.0.1:{self.port}"


@contextmanager
def http_peer(tls: Path | None = None) -> Iterator[HttpPeer]:
    """A listening peer; with a folder in ``tls`` it writes a certificate there and speaks TLS."""
    peer = HttpPeer()
    context = None
    if tls is not None:
        peer.certificate, key = write_certificate(tls)
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(peer.certificate, key)
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
            thread = threading.Thread(target=_talk, args=(peer, connected, context), daemon=True)
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


def _talk(peer: HttpPeer, connected: socket.socket, context: ssl.SSLContext | None) -> None:
    connected.settimeout(20)
    try:
        secure = context.wrap_socket(connected, server_side=True) if context else connected
    except OSError:
        connected.close()
        return
    with secure:
        try:
            asked = _request(secure)
            if asked is None:
                return
            peer.asked.append(asked)
            secure.sendall(peer.reply(asked, secure))
        except OSError:
            return


def _request(connected: socket.socket) -> Asked | None:
    with connected.makefile("rb") as lines:
        first = lines.readline().decode("latin-1").split()
        if len(first) != 3:
            return None
        headers: dict[str, str] = {}
        while (line := lines.readline().decode("latin-1").strip()) != "":
            name, _, value = line.partition(":")
            headers[name.lower()] = value.strip()
        body = lines.read(int(headers.get("content-length", "0")))
    return Asked(first[0], first[1], headers, body)
