"""Addresses that lead inside although they look as if they did not (R35)."""

from __future__ import annotations

import ipaddress
import socket
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from app.model.errors import UserError
from app.support.net import Call, Client, Limits, NetError, is_public

SHORT = Limits(connect=1, read=1, whole=2)
WRITTEN = """
127.0.0.1 127.0.0.2 127.1 127.0.1 127.255.255.254 0 0.0.0.0 2130706433 017700000001 0x7f000001
0x7f.1 0177.0.0.1 0x7f.0x0.0x0.0x1 127.0.0.1. localhost LOCALHOST localhost. localhost.localdomain
ip6-localhost [::1] [0:0:0:0:0:0:0:1] [::] [::ffff:127.0.0.1] [::ffff:7f00:1] [::127.0.0.1]
[::ffff:0:127.0.0.1] [64:ff9b::127.0.0.1] [64:ff9b::7f00:1] [64:ff9b:1::7f00:1] [2002:7f00:1::]
[2002:7f00:0001::1] [2001:0:7f00:1::] 10.0.0.1 10.255.255.254 172.16.0.1 172.31.255.254 192.168.0.1
192.168.255.254 169.254.169.254 169.254.0.1 [fe80::1] [fc00::1] [fd00:ec2::254] [fec0::1] [ff02::1]
100.64.0.1 100.127.255.254 192.0.0.1 192.0.2.1 198.18.0.1 198.51.100.1 203.0.113.1 224.0.0.1
239.255.255.255 240.0.0.1 255.255.255.255 0.1.2.3 192.88.99.1 3232235521 0xC0A80001 0xa9fea9fe
2852039166 ①②⑦.⓪.⓪.① 127。0。0。1 [::ffff:169.254.169.254] [::ffff:10.0.0.1] [100::1] [2001:db8::1]
[2001:10::1]
"""
HOSTS = WRITTEN.split()


@pytest.fixture
def trap() -> Iterator[tuple[int, list[object]]]:
    """A port on all addresses of this machine, and who came to it."""
    listener = socket.create_server(("", 0))
    came: list[object] = []

    def serve() -> None:
        while True:
            try:
                connected, who = listener.accept()
            except OSError:
                return
            came.append(who)
            connected.close()

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    yield listener.getsockname()[1], came
    listener.shutdown(socket.SHUT_RDWR)
    listener.close()
    thread.join(timeout=10)


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_no_way_of_writing_an_address_leads_inside(trap: tuple[int, list[object]], scheme: str) -> None:
    port, came = trap
    assert len(HOSTS) >= 60
    for host in HOSTS:
        with pytest.raises((NetError, UserError)) as caught:
            Client(limits=SHORT).call(Call("GET", f"{scheme}://{host}:{port}/"))
        if isinstance(caught.value, NetError):
            assert not caught.value.sent, host
    assert came == []


def names_that_lead_to(*ips: str) -> Any:
    """A resolver that answers the next of these each time."""
    left = list(ips)

    def resolve(_host: str, port: int, **_more: object) -> list[Any]:
        ip = left.pop(0) if len(left) > 1 else left[0]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, port))]

    return resolve


@pytest.mark.parametrize("inside", ["127.0.0.1", "10.0.0.1", "169.254.169.254"])
def test_a_name_that_leads_inside_is_refused(
    trap: tuple[int, list[object]], monkeypatch: pytest.MonkeyPatch, inside: str
) -> None:
    port, came = trap
    monkeypatch.setattr("socket.getaddrinfo", names_that_lead_to(inside))
    with pytest.raises(NetError) as caught:
        Client(limits=SHORT).call(Call("GET", f"https://innocent.example:{port}/"))
    assert caught.value.kind == "address"
    assert came == []


def test_one_inner_address_among_public_ones_is_enough_to_refuse(
    trap: tuple[int, list[object]], monkeypatch: pytest.MonkeyPatch
) -> None:
    port, came = trap

    def both(_host: str, asked: int, **_more: object) -> list[Any]:
        return [
            (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("93.184.216.34", asked)),
            (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", asked)),
        ]

    monkeypatch.setattr("socket.getaddrinfo", both)
    with pytest.raises(NetError) as caught:
        Client(limits=SHORT).call(Call("GET", f"https://innocent.example:{port}/"))
    assert caught.value.kind == "address"
    assert came == []


def test_what_was_checked_is_what_is_called(
    trap: tuple[int, list[object]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name that answers a public address first and an inner one then: it is asked only once."""
    port, came = trap
    tried: list[Any] = []

    def connect(_self: socket.socket, target: Any) -> None:
        tried.append(target)
        raise ConnectionRefusedError

    monkeypatch.setattr("socket.getaddrinfo", names_that_lead_to("93.184.216.34", "127.0.0.1"))
    monkeypatch.setattr("socket.socket.connect", connect)
    with pytest.raises(NetError):
        Client(limits=SHORT).call(Call("GET", f"https://innocent.example:{port}/"))
    assert tried == [("93.184.216.34", port)]
    assert came == []


@pytest.mark.parametrize(
    "ip", ["93.184.216.34", "8.8.8.8", "2606:2800:220:1:248:1893:25c8:1946", "::ffff:8.8.8.8"]
)
def test_public_addresses_are_public(ip: str) -> None:
    assert is_public(ipaddress.ip_address(ip))
