from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.unit.site.world import VISITOR, World, site

SHOP = "https://ackermann-flowers.example"
BODY = {"visitor": VISITOR, "events": [{"name": "x", "id": "1"}]}


@pytest.fixture(scope="module")
def guarded() -> Iterator[World]:
    with site(origins=(SHOP,), hosts=("go.example", "*.shops.example")) as world:
        yield world


def test_a_page_of_the_shop_may_send(guarded: World) -> None:
    answer = guarded.ask("POST", "/e", json=BODY, headers={"Origin": SHOP})

    assert (answer.status_code, answer.headers["Access-Control-Allow-Origin"]) == (200, SHOP)


@pytest.mark.parametrize("origin", ["https://evil.example", "null", SHOP + ".evil.example", SHOP.upper()])
def test_a_page_of_somebody_else_may_not(guarded: World, origin: str) -> None:
    before = len(guarded.port.events)

    answer = guarded.ask("POST", "/e", json=BODY, headers={"Origin": origin})

    assert answer.status_code == 403
    assert "Access-Control-Allow-Origin" not in answer.headers
    assert len(guarded.port.events) == before


def test_a_preflight_of_the_shop_is_answered(guarded: World) -> None:
    answer = guarded.ask(
        "OPTIONS",
        "/e",
        headers={
            "Origin": SHOP,
            "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "content-type",
        },
    )

    assert (answer.status_code, answer.headers["Access-Control-Allow-Origin"]) == (200, SHOP)


def test_no_other_page_reads_what_letters_lead_to(guarded: World) -> None:
    answer = guarded.ask("GET", "/u/x", headers={"Origin": SHOP})

    assert "Access-Control-Allow-Origin" not in answer.headers


@pytest.mark.parametrize(
    "host", ["go.example", "GO.example:8443", "a.shops.example", "localhost", "[::1]:80"]
)
def test_the_site_answers_under_its_names(guarded: World, host: str) -> None:
    assert guarded.ask("GET", "/cw.js", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "host", ["evil.example", "go.example.evil.example", "shops.example", "", "a b", "@", "x" * 300]
)
def test_the_site_does_not_answer_under_other_names(guarded: World, host: str) -> None:
    assert guarded.ask("GET", "/cw.js", headers={"Host": host}).status_code == 400
