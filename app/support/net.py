"""All outgoing HTTP: one deadline for a whole call, no redirects, checked and pinned addresses.

Each call has a connection of its own: a kept one that the other side closed meanwhile would leave it
open whether the request had arrived.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError, NewConnectionError

from app.model.errors import UserError, WorldError
from app.support.wire import Deadline, resolve, second_handle

LARGEST_ANSWER: Final = 1_000_000
STALE: Final = "stale"
_CHUNK: Final = 16_384
_USUAL_PORTS: Final = frozenset({80, 443})
_FIRST_FREE_PORT: Final = 1024
IpAddress = ipaddress.IPv4Address | ipaddress.IPv6Address
_INSIDE: Final = tuple(
    ipaddress.ip_network(text)
    for text in (
        "0.0.0.0/8",
        "100.64.0.0/10",
        "192.0.0.0/24",
        "192.88.99.0/24",
        "198.18.0.0/15",
        "64:ff9b::/96",
        "64:ff9b:1::/48",
        "100::/64",
        "2001::/23",
        "2002::/16",
        "fc00::/7",
        "fec0::/10",
    )
)
"""Networks that do not lead to one public machine, whatever this Python's tables say of them."""


class NetError(WorldError):
    """A call that brought no answer. ``kind``: address, connect, stale, time-out, broken, too-large.

    ``sent`` says whether the other side may have got the request.
    """

    def __init__(self, kind: str, sentence: str, *, sent: bool) -> None:
        super().__init__(sentence)
        self.kind, self.sent = kind, sent


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        """The body as UTF-8; what is not is replaced."""
        return self.body.decode("utf-8", errors="replace")


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds and bytes of one call."""

    connect: float = 5.0
    read: float = 30.0
    whole: float = 30.0
    answer: int = LARGEST_ANSWER


USUAL: Final = Limits()


@dataclass(frozen=True, slots=True)
class Call:
    """One request. At most one of ``form``, ``json`` and ``raw`` is the body."""

    method: str
    url: str
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    form: Mapping[str, str] | None = None
    json: Any = None
    raw: bytes | None = None
    basic: tuple[str, str] | None = None


class AllowList:
    """Names, addresses and networks (``10.0.0.0/8``) an operator allowed although they are not public."""

    def __init__(self, entries: Iterable[str] = ()) -> None:
        self._names: set[str] = set()
        self._networks: list[ipaddress.IPv4Network | ipaddress.IPv6Network] = []
        for entry in entries:
            try:
                self._networks.append(ipaddress.ip_network(entry.strip(), strict=False))
            except ValueError:
                self._names.add(entry.strip().lower())

    def has(self, host: str, ip: IpAddress | None) -> bool:
        if host.lower() in self._names:
            return True
        return ip is not None and any(ip in network for network in self._networks)


def is_public(ip: IpAddress) -> bool:
    """Whether the address leads to one machine of the public internet."""
    mapped = getattr(ip, "ipv4_mapped", None)
    if mapped is not None:
        return is_public(mapped)
    special = ip.is_multicast or ip.is_reserved or ip.is_unspecified or ip.is_loopback or ip.is_link_local
    return ip.is_global and not special and not any(ip in network for network in _INSIDE)


def is_loopback_host(host: str) -> bool:
    """Whether the name or address is this machine by its spelling."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


class _Guard:
    """Resolves, checks and connects; what was checked is what is connected to."""

    def __init__(
        self, deadline: Deadline, limits: Limits, allowed: AllowList, may: Callable[[], bool]
    ) -> None:
        self.deadline, self._limits, self._allowed, self._may = deadline, limits, allowed, may
        self._handle: socket.socket | None = None
        self.ready = False
        """Whether the connection stands, TLS included: from then on the request may arrive."""

    def connect(self, host: str, port: int) -> socket.socket:
        family, target = self._chosen(host, port)
        made = socket.socket(family, socket.SOCK_STREAM)
        try:
            self._handle = second_handle(made)
            self.deadline.watch(self._handle)
            made.settimeout(self.deadline.left(self._limits.connect))
            made.connect(target)
            made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        except OSError:
            made.close()
            raise
        return made

    def connected(self) -> None:
        """The connection stands; the next thing on it is the request."""
        if not self._may():
            raise NetError(STALE, "The call was given up before it was made.", sent=False)
        self.ready = True

    def close(self) -> None:
        if self._handle is not None:
            self._handle.close()

    def _chosen(self, host: str, port: int) -> tuple[int, Any]:
        found = resolve(host, port, self.deadline.left(self._limits.connect))
        for _family, _type, _protocol, _name, target in found:
            ip = ipaddress.ip_address(str(target[0]).split("%", 1)[0])
            if not is_public(ip) and not self._allowed.has(host, ip):
                raise NetError(
                    "address",
                    "The address is inside this machine or the office network and not on the list of allowed "
                    "ones (net.allow).",
                    sent=False,
                )
        family, _type, _protocol, _name, target = found[0]
        return family, target


def _pools(guard: _Guard) -> dict[str, Any]:
    """Connection pools whose connections come from this guard alone."""

    class Plain(HTTPConnection):
        def _new_conn(self) -> socket.socket:
            return _opened(self, guard)

        def connect(self) -> None:
            super().connect()
            guard.connected()

    class Secure(HTTPSConnection):
        def _new_conn(self) -> socket.socket:
            return _opened(self, guard)

        def connect(self) -> None:
            super().connect()
            guard.connected()

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Plain

    class SecurePool(HTTPSConnectionPool):
        ConnectionCls = Secure

    return {"http": PlainPool, "https": SecurePool}


def _opened(connection: HTTPConnection, guard: _Guard) -> socket.socket:
    try:
        return guard.connect(connection.host.strip("[]"), connection.port or 80)
    except OSError as error:
        raise NewConnectionError(connection, type(error).__name__) from error


class _Adapter(HTTPAdapter):
    def __init__(self, guard: _Guard) -> None:
        self._guard = guard
        super().__init__(max_retries=0, pool_connections=1, pool_maxsize=1)

    def init_poolmanager(self, *args: Any, **more: Any) -> None:
        super().init_poolmanager(*args, **more)
        self.poolmanager.pool_classes_by_scheme = _pools(self._guard)


def _always() -> bool:
    return True


class Client:
    """Makes calls. ``allow`` is the operator's own list; ``certificate`` a PEM file of trusted roots."""

    def __init__(self, allow: Iterable[str] = (), certificate: str = "", limits: Limits = USUAL) -> None:
        self._allowed = AllowList(allow)
        self._certificate = certificate
        self._limits = limits

    def call(self, call: Call, may: Callable[[], bool] = _always) -> Answer:
        """The answer, whatever its status; NetError when none came whole in time, UserError for a bad URL.

        ``may`` is asked when all is ready and nothing has been said yet: if not, NetError of kind ``stale``.
        """
        self._check_url(call.url)
        with Deadline(self._limits.whole) as deadline:
            guard = _Guard(deadline, self._limits, self._allowed, may)
            try:
                return self._made(call, guard)
            except NetError:
                raise
            except (requests.RequestException, HTTPError, OSError) as error:
                raise _told(error, guard) from error
            finally:
                guard.close()

    def _check_url(self, url: str) -> None:
        try:
            parts = urlsplit(url)
            port, host = parts.port, parts.hostname or ""
        except ValueError:
            port, host, parts = None, "", urlsplit("")
        if parts.scheme not in ("http", "https") or not host or parts.username is not None or "\\" in url:
            raise UserError(
                "The address of the call has to look like https://host/path, without a login in it."
            )
        listed = is_loopback_host(host) or self._allowed.has(host, _number(host))
        if parts.scheme == "http" and not listed:
            raise UserError(
                "The address of the call has to begin with https://, or what it says can be read."
            )
        if port is not None and port < _FIRST_FREE_PORT and port not in _USUAL_PORTS and not listed:
            raise UserError(f"Port {port} is not one of a web server.")

    def _made(self, call: Call, guard: _Guard) -> Answer:
        with requests.Session() as session:
            session.trust_env = False
            adapter = _Adapter(guard)
            session.mount("https://", adapter)
            session.mount("http://", adapter)
            response = session.request(
                call.method,
                call.url,
                params=call.query or None,
                headers={"User-Agent": "Chainwright", **call.headers},
                data=call.form if call.form is not None else call.raw,
                json=call.json,
                auth=call.basic,
                timeout=(self._limits.connect, guard.deadline.left(self._limits.read)),
                allow_redirects=False,
                stream=True,
                verify=self._certificate or True,
            )
            with response:
                body = self._body(response, guard)
            return Answer(response.status_code, dict(response.headers), body)

    def _body(self, response: requests.Response, guard: _Guard) -> bytes:
        body = bytearray()
        for chunk in response.iter_content(_CHUNK):
            guard.deadline.left(1)
            body += chunk
            if len(body) > self._limits.answer:
                raise NetError("too-large", "The answer of the other side is too large.", sent=True)
        if guard.deadline.passed:
            raise TimeoutError
        return bytes(body)


def _number(host: str) -> IpAddress | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def _told(error: Exception, guard: _Guard) -> NetError:
    inner: BaseException | None = error
    while inner is not None and not isinstance(inner, NetError):
        inner = inner.__cause__ or inner.__context__
    if inner is not None:
        return inner
    if not guard.ready and isinstance(error, requests.exceptions.SSLError):
        return NetError(
            "connect", "The other side's certificate is not good or not for its name.", sent=False
        )
    late = guard.deadline.passed or isinstance(error, (TimeoutError, requests.Timeout))
    if not guard.ready:
        return NetError("connect", "The other side cannot be reached.", sent=False)
    if late:
        return NetError("time-out", "The other side did not answer in time.", sent=True)
    return NetError("broken", "The connection broke before the answer was there.", sent=True)
