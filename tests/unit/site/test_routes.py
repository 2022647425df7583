from __future__ import annotations

import pytest

from tests.unit.site.world import VISITOR, World


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/e"),
        ("PUT", "/e"),
        ("GET", "/api/events"),
        ("POST", "/cw.js"),
        ("POST", "/p"),
        ("GET", "/p/shown"),
        ("DELETE", "/p/answer"),
        ("POST", "/o/x.gif"),
        ("POST", "/c/x"),
        ("PATCH", "/u/x"),
        ("TRACE", "/e"),
        ("BREW", "/cw.js"),
    ],
)
def test_a_wrong_method_is_called_one(world: World, method: str, path: str) -> None:
    answer = world.ask(method, path)

    assert answer.status_code == 405
    assert answer.headers["Allow"]


@pytest.mark.parametrize(
    "path", ["/", "/cw.js/", "/%2e%2e/etc/passwd", "/e/", "/cw.js%00", "/o/x", "/u/", "/u/a/b", "//e"]
)
def test_other_paths_are_not_there(world: World, path: str) -> None:
    assert world.ask("GET", path).status_code == 404


def test_headers_say_nothing_about_the_machine(world: World) -> None:
    for path in ("/cw.js", "/nothing", "/u/x"):
        headers = world.ask("GET", path).headers
        assert "Server" not in headers
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "no-referrer"


def test_a_body_over_64_kb_is_refused_with_and_without_a_length(world: World) -> None:
    def pieces() -> object:
        for _ in range(70):
            yield b"x" * 1_000

    assert world.ask("POST", "/e", data=b"x" * 65_537).status_code == 413
    assert world.ask("POST", "/e", data=pieces()).status_code == 413
    assert world.ask("POST", "/u/x", data=b"x" * 65_537).status_code in {404, 413}


def test_headers_over_16_kb_are_refused(world: World) -> None:
    assert world.ask("GET", "/cw.js", headers={"X-Long": "x" * 17_000}).status_code in {400, 431}
    assert world.ask("GET", "/cw.js", headers={"X-Long": "x" * 14_000}).status_code == 200


def test_the_longest_visitor_id_and_page_go_through(world: World) -> None:
    answer = world.ask("GET", "/p", params={"v": VISITOR, "u": "/\x00\n" + "ü" * 2_000})

    assert answer.status_code == 200
