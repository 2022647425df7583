from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests
from starlette.applications import Starlette

from app.model.errors import WorldError
from app.model.people import Event
from app.site import server as server_module
from app.site.server import SiteServer
from app.site.shop import make_shop
from tests.unit.site.world import VISITOR, World, site


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    monkeypatch.setattr(server_module, "SLOW_SECONDS", 0.3)
    with site() as world:
        yield world


def connect(world: World) -> socket.socket:
    return socket.create_connection(("127.0.0.1", world.server.port), timeout=20)


def rest_of(client: socket.socket) -> bytes:
    """What comes until the other side closes; a reset is an end too."""
    found = b""
    try:
        while piece := client.recv(65_536):
            found += piece
    except ConnectionError:
        pass
    return found


def send_for_ever(client: socket.socket, piece: bytes) -> None:
    while True:
        client.sendall(piece)


def take_for_ever(client: socket.socket) -> None:
    while client.recv(65_536):
        pass


def connections(world: World) -> set[object]:
    return set(world.server._server.server_state.connections)


def send_event(world: World, number: int) -> requests.Response:
    body = {"visitor": VISITOR, "events": [{"name": "x", "id": str(number)}]}
    return requests.post(world.server.url + "/e", json=body, timeout=30)


def test_port_nought_takes_a_free_port_and_says_which() -> None:
    with (
        SiteServer(make_shop("http://127.0.0.1:1")) as first,
        SiteServer(make_shop("http://127.0.0.1:1")) as second,
    ):
        assert first.url == f"http://127.0.0.1:{first.port}"
        assert 0 < first.port != second.port > 0


def test_a_taken_port_is_said_in_one_sentence() -> None:
    with SiteServer(Starlette()) as first, pytest.raises(WorldError, match=r"^Port \d+ is taken by .+\.$"):
        SiteServer(Starlette(), port=first.port).start()


@pytest.mark.parametrize(
    ("host", "port", "sentence"),
    [
        ("203.0.113.7", 0, "does not belong to this machine"),
        ("no such host", 0, "does not belong to this machine"),
        ("127.0.0.1", 70_000, "cannot listen on 127.0.0.1, port 70000"),
    ],
)
def test_an_address_that_cannot_be_listened_on_is_said_in_one_sentence(
    host: str, port: int, sentence: str
) -> None:
    with pytest.raises(WorldError, match=sentence):
        SiteServer(Starlette(), host, port).start()


def test_a_stopped_site_is_gone_and_leaves_no_thread() -> None:
    before = set(threading.enumerate())
    with site() as world:
        world.ask("GET", "/cw.js")
        world.ask("POST", "/e", json={"visitor": VISITOR, "events": [{"name": "x", "id": "1"}]})
        url = world.server.url
    with pytest.raises(requests.ConnectionError):
        requests.get(url, timeout=5)
    for thread in set(threading.enumerate()) - before:
        thread.join(10)
        assert not thread.is_alive(), thread.name


def test_answers_leave_at_once_and_wait_for_no_acknowledgement() -> None:
    with site() as world:
        world.ask("GET", "/cw.js")
        (connection,) = world.server._server.server_state.connections
        there = connection.transport.get_extra_info("socket")
        assert there.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def test_a_site_that_never_started_can_be_stopped() -> None:
    SiteServer(Starlette()).stop()


def test_stopping_answers_a_visitor_who_waits() -> None:
    answers: list[requests.Response] = []
    with site(wait_seconds=25.0) as world:
        url = f"{world.server.url}/p?v={VISITOR}"
        visitor = threading.Thread(target=lambda: answers.append(requests.get(url, timeout=20)))
        visitor.start()
        assert world.port.wait_waiting(VISITOR)
    visitor.join(20)
    assert [answer.json() for answer in answers] == [{"popups": [], "again": 0}]


def test_the_same_port_can_be_taken_again_at_once() -> None:
    with site() as world:
        world.ask("GET", "/cw.js")
        port = world.server.port
    with SiteServer(Starlette(), port=port) as again:
        assert again.port == port


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"GET /cw.js HTT",
        b"GET /cw.js HTTP/1.1\r\nHost: localhost\r\nX-",
        b"POST /e HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{",
        b"POST /e HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
        b"GET /cw.js HTTP/1.1\r\nHost: localhost\r\n\r\nGET /cw.js HT",
    ],
    ids=["silent", "line", "header", "body", "chunks", "second"],
)
def test_whoever_does_not_finish_a_request_is_cut_off(
    impatient: World, sent: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    with connect(impatient) as client:
        client.sendall(sent)

        found = rest_of(client)

    assert found.count(b"HTTP/1.1 200") == sent.count(b"\r\n\r\nGET")
    assert impatient.port.events == []


def test_an_endless_body_is_refused_and_cut_off(impatient: World) -> None:
    with connect(impatient) as client:
        client.sendall(b"POST /e HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n")
        with pytest.raises(ConnectionError):  # reset or broken: it depends on what was on its way
            send_for_ever(client, b"1000\r\n" + b"x" * 0x1000 + b"\r\n")


def test_whoever_takes_no_answers_is_cut_off(impatient: World) -> None:
    with connect(impatient) as client:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
        with pytest.raises(ConnectionError):
            send_for_ever(client, b"GET /cw.js HTTP/1.1\r\nHost: localhost\r\n\r\n" * 50)


def test_nothing_is_kept_for_whoever_was_cut_off(impatient: World) -> None:
    with connect(impatient) as client:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
        client.sendall(b"GET /cw.js HTTP/1.1\r\nHost: localhost\r\n\r\n" * 300)
        for _ in range(400):
            if impatient.server._server.server_state.total_requests and not connections(impatient):
                break
            time.sleep(0.05)

        assert connections(impatient) == set()
        with pytest.raises(ConnectionResetError):
            take_for_ever(client)


def test_a_quick_client_keeps_its_connection(impatient: World) -> None:
    with connect(impatient) as client:
        for _ in range(3):
            client.sendall(b"GET /c/x HTTP/1.1\r\nHost: localhost\r\n\r\n")
            found = b""
            while not found.endswith(b"</html>"):
                piece = client.recv(65_536)
                assert piece, "it was cut off"
                found += piece
            assert found.startswith(b"HTTP/1.1 404")


def test_more_requests_than_the_site_may_hold_are_answered_busy_and_counted() -> None:
    inside, go_on = threading.Semaphore(0), threading.Event()

    def hold(_event: Event) -> None:
        inside.release()
        go_on.wait(20)

    with site(max_requests=3) as world, ThreadPoolExecutor(3) as many:
        world.port.on_event = hold
        held = [many.submit(send_event, world, number) for number in range(3)]
        for _ in range(3):
            assert inside.acquire(timeout=20)

        refused = world.ask("GET", "/cw.js")

        assert (refused.status_code, refused.headers["Retry-After"]) == (503, "2")
        assert world.server.refused == 1
        go_on.set()
        assert [answer.result().status_code for answer in held] == [200, 200, 200]
        assert world.ask("GET", "/cw.js").status_code == 200


def test_connections_beyond_the_limit_are_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server_module, "MAX_CONNECTIONS", 5)
    with site() as world:
        clients = [connect(world) for _ in range(5)]
        with connect(world) as one_more:
            assert rest_of(one_more) == b""
        for client in clients:
            client.close()
