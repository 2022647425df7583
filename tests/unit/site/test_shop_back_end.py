from __future__ import annotations

from typing import Any

import pytest

from app.model.people import Address
from tests.unit.site.world import NOW, VISITOR, World, site

TOKEN = {"Authorization": "Bearer s3cret-token"}


def send(world: World, *events: dict[str, Any], **headers: str) -> Any:
    return world.ask("POST", "/api/events", json={"events": list(events)}, headers=headers or TOKEN)


def order(**more: Any) -> dict[str, Any]:
    return {"name": "order_completed", "id": "order-812", "email": "ada@example.com"} | more


def test_a_shops_server_tells_of_an_order(world: World) -> None:
    answer = send(
        world,
        order(
            time="2026-11-22T11:30:00+01:00",
            phone="+49 30 123456",
            external_id="c-7",
            visitor=VISITOR,
            properties={"basket_id": "b7"},
        ),
    )

    assert answer.json() == {"stored": 1, "known": 0, "counted": 0, "skipped": []}
    (stored,) = world.port.events
    assert (stored.name, stored.source_id) == ("order_completed", "shop:order-812")
    assert stored.at.isoformat() == "2026-11-22T10:30:00+00:00"
    assert stored.addresses == (
        Address("email", "ada@example.com"),
        Address("phone", "+4930123456"),
        Address("external", "c-7"),
        Address("visitor", VISITOR),
    )
    assert stored.properties == {"basket_id": "b7"}


def test_the_same_order_told_twice_is_known(world: World) -> None:
    send(world, order())

    assert send(world, order()).json() == {"stored": 0, "known": 1, "counted": 0, "skipped": []}


def test_two_hundred_basket_events_go_in(world: World) -> None:
    for start in (0, 100):
        basket = [
            {"name": "basket_added", "id": f"b{n}", "email": f"c{n}@example.com"}
            for n in range(start, start + 100)
        ]
        assert send(world, *basket).json()["stored"] == 100
    assert len(world.port.events) == 200


def test_without_a_time_it_happened_now_and_never_later(world: World) -> None:
    send(world, order(), order(id="2", time="2027-01-01T00:00:00Z"))

    assert [event.at for event in world.port.events] == [NOW, NOW]


def test_one_event_without_a_usable_address_does_not_stop_the_others(world: World) -> None:
    answer = send(world, order(id="1"), order(id="2", email="ada@"), {"name": "x", "id": "3"}, order(id="4"))

    found = answer.json()
    assert found["stored"] == 2
    assert [one["where"] for one in found["skipped"]] == ["events.1", "events.2"]
    assert "names nobody" in found["skipped"][1]["error"]


@pytest.mark.parametrize(
    "header",
    [
        "",
        "Bearer",
        "Bearer ",
        "Bearer wrong",
        "Basic s3cret-token",
        "s3cret-token",
        "Bearer s3cret-token2",
        "Bearer \xfc",
    ],
)
def test_without_the_token_nothing_goes_in(world: World, header: str) -> None:
    answer = send(world, order(), Authorization=header)

    assert answer.status_code == 401
    assert world.port.events == []


def test_the_door_stays_closed_while_no_token_is_set() -> None:
    with site() as closed:
        assert send(closed, order(), Authorization="Bearer ").status_code == 401
        assert send(closed, order()).status_code == 401


@pytest.mark.parametrize(
    "wrong",
    [
        {"time": "yesterday"},
        {"time": "2026-11-22T10:00:00"},
        {"time": "0001-01-01T00:00:00+14:00"},
        {"id": ""},
    ],
)
def test_what_does_not_fit_is_refused(world: World, wrong: dict[str, Any]) -> None:
    assert send(world, order(**wrong)).status_code == 422
    assert world.port.events == []
