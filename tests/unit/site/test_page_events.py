from __future__ import annotations

import json
from typing import Any

import pytest

from app.model.errors import WorldError
from app.model.kinds import REACTION_NAMES
from app.model.people import Actor, Address, Consent
from tests.unit.site.world import NOW, VISITOR, World, soon


def event(**more: Any) -> dict[str, Any]:
    return {"name": "basket_added", "id": "k1"} | more


def send(world: World, *events: dict[str, Any], **options: Any) -> Any:
    return world.ask("POST", "/e", json={"visitor": VISITOR, "events": list(events)}, **options)


def test_an_event_of_a_page_reaches_the_port_with_visitor_page_and_properties(world: World) -> None:
    answer = send(
        world, event(page="/clara", properties={"basket_id": "b7", "total": 34.9, "items": ["Clara"]})
    )

    assert (answer.status_code, answer.json()) == (200, {"stored": 1})
    (stored,) = world.port.events
    assert (stored.name, stored.at, stored.source_id) == ("basket_added", NOW, f"site:{VISITOR}:k1")
    assert stored.addresses == (Address("visitor", VISITOR),)
    assert stored.properties == {"basket_id": "b7", "total": 34.9, "items": ["Clara"], "page": "/clara"}
    assert (stored.message_id, stored.actor, stored.history) == (None, Actor.UNKNOWN, False)


def test_the_same_event_sent_twice_is_stored_once(world: World) -> None:
    assert send(world, event(), event(id="k2")).json() == {"stored": 2}
    assert send(world, event(), event(id="k3")).json() == {"stored": 1}
    assert len(world.port.events) == 3


def test_plain_text_is_taken_because_a_beacon_can_send_nothing_else(world: World) -> None:
    body = json.dumps({"visitor": VISITOR, "events": [event()]})

    answer = world.ask("POST", "/e", data=body, headers={"Content-Type": "text/plain;charset=UTF-8"})

    assert answer.json() == {"stored": 1}


def test_an_event_that_waited_in_the_browser_happened_when_it_happened(world: World) -> None:
    send(world, event(ago=90_000))

    assert world.port.events[0].at == soon(-90)


def test_a_page_view_is_a_visit_too_and_is_only_counted_when_nobody_needs_it(world: World) -> None:
    answer = send(world, event(name="page_viewed", page="/basket", properties={"title": "Your basket"}))

    assert answer.json() == {"stored": 0}
    assert world.port.visits == [(VISITOR, "/basket")]
    assert world.port.events[0].properties == {"title": "Your basket", "page": "/basket"}


def test_a_typed_address_links_the_event_in_its_normal_form(world: World) -> None:
    send(world, event(identify={"email": " Ada@Example.COM ", "phone": "030 123456", "first_name": " Ada "}))

    (stored,) = world.port.events
    assert stored.addresses == (
        Address("visitor", VISITOR),
        Address("email", "ada@example.com"),
        Address("phone", "+4930123456"),
    )
    assert stored.updates == {"first_name": "Ada"}
    assert stored.consents == ()


def test_an_address_that_cannot_be_one_is_left_out_and_the_event_stays(world: World) -> None:
    assert send(world, event(identify={"email": "ada@", "phone": "12"})).json() == {"stored": 1}
    assert world.port.events[0].addresses == (Address("visitor", VISITOR),)


def test_a_ticked_consent_text_is_kept_as_proof_for_each_typed_address(world: World) -> None:
    send(world, event(page="/basket", identify={"email": "ada@example.com", "consent": "Yes, write me."}))

    proof = {"visitor": VISITOR, "page": "/basket"}
    assert world.port.events[0].consents == (Consent("email", True, NOW, "form", "Yes, write me.", proof),)


@pytest.mark.parametrize("name", [*REACTION_NAMES, "visit_started"])
def test_a_page_cannot_claim_what_only_chainwright_knows(world: World, name: str) -> None:
    assert send(world, event(name=name)).status_code == 422
    assert world.port.events == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"properties": {"a": {"deep": 1}}},
        {"properties": {"a": [[1]]}},
        {"properties": {"a": list(range(51))}},
        {"properties": {"a": "x" * 2_001}},
        {"properties": {"a": "ü" * 1_001}},
        {"properties": {"a": "\x00"}},
        {"properties": {"a": 2**53}},
        {"properties": {f"k{n}": 1 for n in range(51)}},
        {"properties": {"": 1}},
        {"name": ""},
        {"name": "a b"},
        {"name": "x" * 65},
        {"id": ""},
        {"id": "a:b"},
        {"ago": -1},
        {"ago": "1"},
        {"page": "x" * 501},
        {"unknown": 1},
        {"identify": {"external_id": "7"}},
    ],
    ids=lambda wrong: next(iter(wrong)),
)
def test_what_does_not_fit_is_refused_whole_and_its_place_named(world: World, wrong: dict[str, Any]) -> None:
    answer = send(world, event(id="k0"), event(**wrong))

    assert answer.status_code == 422
    assert answer.json()["problems"][0]["where"].startswith("events.1.")
    assert world.port.events == []


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b"{",
        b"\xff\xfe",
        b"[" * 50_000,
        b'{"visitor":NaN}',
        b'{"a":' * 9_000,
        b"1" * 5_000,
    ],
)
def test_a_body_that_is_no_such_json_is_refused(world: World, body: bytes) -> None:
    assert world.ask("POST", "/e", data=body).status_code == 422


def test_not_a_number_and_endless_numbers_are_refused(world: World) -> None:
    for number in ("NaN", "Infinity", "1e999"):
        sent = json.dumps({"visitor": VISITOR, "events": [event(properties={"a": 0})]})
        body = sent.replace('"a": 0', f'"a": {number}')
        assert number in body
        assert world.ask("POST", "/e", data=body).status_code == 422


def test_the_answer_never_repeats_what_was_sent(world: World) -> None:
    answer = send(world, event(identify={"email": {"ada@example.com": 1}}))

    assert answer.status_code == 422
    assert "ada@" not in answer.text


def test_fifty_events_are_taken_and_no_more(world: World) -> None:
    assert send(world, *(event(id=str(n)) for n in range(50))).json() == {"stored": 50}
    assert send(world, *(event(id=str(n)) for n in range(51))).status_code == 422
    assert send(world).status_code == 422


def test_every_page_may_send_when_no_shop_is_named(world: World) -> None:
    answer = send(world, event(), headers={"Origin": "https://any.example"})

    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in answer.headers


def test_a_locked_database_is_answered_503_so_that_the_script_tries_again(world: World) -> None:
    world.port.trouble = WorldError("The database is locked. Close the other program.")

    answer = send(world, event())

    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert answer.json() == {"error": "The database is locked. Close the other program."}
