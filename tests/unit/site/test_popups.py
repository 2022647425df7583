from __future__ import annotations

import threading
from typing import Any

import pytest
import requests

from app.model.people import Actor, Address, Consent
from app.site.tickets import Tickets
from tests.unit.site.world import KEY, NOW, VISITOR, World, site

CONSENT = "Yes, write me about flowers."


def waiting(world: World, visitor: str = VISITOR) -> Any:
    return world.ask("GET", "/p", params={"v": visitor, "u": "/basket"})


def ticket_of(world: World, message_id: int = 7, **content: Any) -> str:
    world.port.offer(message_id, **content)
    return str(waiting(world).json()["popups"][0]["id"])


def answer(world: World, ticket: str, what: str, **more: Any) -> Any:
    return world.ask("POST", "/p/answer", json={"visitor": VISITOR, "id": ticket, "what": what} | more)


def test_a_popup_reaches_the_browser_with_its_texts_and_nothing_else(world: World) -> None:
    world.port.offer(
        7, fields=["phone", "email", "shoe_size"], contact_name="Ada", button=None, consent_text=CONSENT
    )

    found = waiting(world)

    assert found.headers["Cache-Control"] == "no-store"
    (popup,) = found.json()["popups"]
    assert popup["content"] == {
        "headline": "10 % off",
        "text": "A code.",
        "button": "",
        "link": "",
        "consent_text": CONSENT,
        "fields": ["email", "phone"],
    }


def test_a_visitor_who_waits_gets_the_popup_when_it_comes(world: World) -> None:
    timer = threading.Timer(0.2, world.port.offer, (7,))
    timer.start()

    assert len(waiting(world).json()["popups"]) == 1
    timer.join()


def test_a_wait_without_a_popup_ends_empty_and_may_go_on_at_once(world: World) -> None:
    assert waiting(world).json() == {"popups": [], "again": 0}


def test_nobody_gets_the_popup_of_another_visitor(world: World) -> None:
    world.port.offer(7)

    assert waiting(world, "visitor-9999999999").json()["popups"] == []


@pytest.mark.parametrize("visitor", ["", "short", "x" * 65, "a b c d e f g", "visitor-012345\x00"])
def test_a_visitor_id_that_our_script_never_made_is_refused(world: World, visitor: str) -> None:
    assert waiting(world, visitor).status_code == 422


def test_shown_makes_the_message_sent_and_tells_when_it_was_withdrawn(world: World) -> None:
    ticket = ticket_of(world)
    body = {"visitor": VISITOR, "id": ticket}

    assert world.ask("POST", "/p/shown", json=body).json() == {"ok": True}
    assert world.port.shown_ids == [7]
    world.port.withdraw(7)
    assert world.ask("POST", "/p/shown", json=body).json() == {"ok": False}


@pytest.mark.parametrize("what", ["clicked", "closed"])
def test_a_click_or_a_closing_is_a_persons_reaction_to_that_message(world: World, what: str) -> None:
    ticket = ticket_of(world)

    assert answer(world, ticket, what, page="/clara").json() == {"ok": True}

    (event,) = world.port.events
    assert (event.name, event.message_id, event.actor, event.at) == (what, 7, Actor.HUMAN, NOW)
    assert event.source_id == f"popup:7:{what}"
    assert event.addresses == (Address("visitor", VISITOR),)
    assert (event.updates, event.consents) == ({}, ())
    assert event.properties == {"page": "/clara"}


def test_a_form_brings_addresses_name_and_the_consent_text_that_was_shown(world: World) -> None:
    ticket = ticket_of(world, consent_text=CONSENT)

    fields = {"email": "Ada@example.com", "phone": "030 123456", "first_name": " Ada "}
    done = answer(world, ticket, "submitted", page="/", fields=fields, consent=True, consent_text=CONSENT)

    assert done.json() == {"ok": True}
    (event,) = world.port.events
    assert event.addresses == (
        Address("visitor", VISITOR),
        Address("email", "ada@example.com"),
        Address("phone", "+4930123456"),
    )
    assert event.updates == {"first_name": "Ada"}
    proof = {"message_id": 7, "visitor": VISITOR, "page": "/"}
    assert event.consents == (
        Consent("email", True, NOW, "form", CONSENT, proof),
        Consent("sms", True, NOW, "form", CONSENT, proof),
    )


def test_without_the_tick_or_without_a_text_nobody_agreed_to_anything(world: World) -> None:
    fields = {"email": "ada@example.com"}
    with_text = ticket_of(world, 7, consent_text=CONSENT)
    answer(world, with_text, "submitted", fields=fields, consent=False, consent_text=CONSENT)
    without_text = ticket_of(world, 8)
    answer(world, without_text, "submitted", fields=fields, consent=True)

    assert [event.consents for event in world.port.events] == [(), ()]


def test_closing_takes_nothing_from_a_form_that_was_not_sent(world: World) -> None:
    ticket = ticket_of(world, consent_text=CONSENT)

    fields = {"email": "ada@example.com", "first_name": "Ada"}
    answer(world, ticket, "closed", fields=fields, consent=True, consent_text=CONSENT)

    (event,) = world.port.events
    assert (event.addresses, event.updates, event.consents) == ((Address("visitor", VISITOR),), {}, ())


@pytest.mark.parametrize(
    ("fields", "field"),
    [({"email": "ada@"}, "email"), ({"phone": "12"}, "phone"), ({}, "email"), ({"first_name": " "}, "email")],
)
def test_a_form_that_cannot_be_used_is_sent_back_and_stores_nothing(
    world: World, fields: dict[str, str], field: str
) -> None:
    done = answer(world, ticket_of(world), "submitted", fields=fields)

    assert (done.status_code, done.json()) == (422, {"ok": False, "field": field})
    assert world.port.events == []


def test_the_second_answer_of_the_same_kind_changes_nothing(world: World) -> None:
    ticket = ticket_of(world)

    answer(world, ticket, "submitted", fields={"email": "ada@example.com"})
    answer(world, ticket, "submitted", fields={"email": "eve@example.com"})

    assert [event.addresses[-1].value for event in world.port.events] == ["ada@example.com"]


def test_another_visitor_another_text_and_a_forged_ticket_are_turned_away(world: World) -> None:
    ticket = ticket_of(world, consent_text=CONSENT)
    right = {"visitor": VISITOR, "id": ticket, "what": "closed", "consent_text": CONSENT}
    flipped = ("B" if ticket[0] == "A" else "A") + ticket[1:]
    other_key = Tickets(b"x" * 32).make(7, VISITOR, CONSENT)

    for wrong in (
        {"visitor": "visitor-9999999999"},
        {"consent_text": "I agree to everything"},
        {"consent_text": ""},
        {"id": flipped},
        {"id": ticket[:-1]},
        {"id": ticket + "="},
        {"id": other_key},
        {"id": ""},
        {"id": "é"},
    ):
        assert world.ask("POST", "/p/answer", json=right | wrong).status_code == 404, wrong
    assert world.port.events == []
    assert world.ask("POST", "/p/answer", json=right).status_code == 200


def test_a_ticket_outlives_a_restart_with_the_same_key(world: World) -> None:
    ticket = Tickets(KEY).make(7, VISITOR, "")

    assert answer(world, ticket, "closed").status_code == 200


def test_what_is_not_an_answer_is_refused(world: World) -> None:
    ticket = ticket_of(world)

    assert answer(world, ticket, "opened").status_code == 422
    assert answer(world, ticket, "closed", message_id=9).status_code == 422


def test_when_too_many_wait_the_next_one_is_answered_at_once_and_told_to_pause() -> None:
    with site(max_waiting=1, wait_seconds=30.0) as busy, requests.Session() as first:
        url = f"{busy.server.url}/p?v={VISITOR}&u=/"
        held = threading.Thread(target=first.get, args=(url,), daemon=True)
        held.start()
        assert busy.port.wait_waiting(VISITOR)
        busy.port.offer(2, "visitor-8888888888")

        found = waiting(busy, "visitor-8888888888").json()

        assert (len(found["popups"]), found["again"]) == (1, 5_000)
        busy.port.offer(3)
        held.join(20)
        assert not held.is_alive()
