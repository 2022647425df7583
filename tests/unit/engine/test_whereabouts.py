"""R18 and rule 13: whose clock is meant; an unknown or misspelt zone is the shop's, and that is said."""

from __future__ import annotations

from collections.abc import Sequence
from zoneinfo import ZoneInfo

import pytest

from app.engine.calendar import known_zone, zone_of
from app.engine.zones import Nowhere, Whereabouts, whereabouts
from app.model.people import Contact
from tests.unit.engine.build import BERLIN, person

PARIS, MADRID, CANARY = (ZoneInfo(name) for name in ("Europe/Paris", "Europe/Madrid", "Atlantic/Canary"))


class Atlas:
    """Two countries, and a number of one of them."""

    def zones(self, country: str) -> Sequence[str]:
        return {"FR": ["Europe/Paris"], "ES": ["Europe/Madrid", "Atlantic/Canary", "Atlantis/Old"]}.get(
            country, ()
        )

    def country_of(self, phone: str) -> str:
        return "FR" if phone.startswith("+33") else ""


def found(contact: Contact) -> Whereabouts:
    return whereabouts(contact, Atlas(), BERLIN)


def test_the_contacts_own_zone_comes_first() -> None:
    assert found(person(zone="Europe/Madrid", properties={"country": "FR"})) == Whereabouts(
        (MADRID,), by="zone"
    )


@pytest.mark.parametrize("name", ["Europe/Berlinn", "CET+1", "../etc/passwd", "Europe/", "\x00", "x" * 300])
def test_a_misspelt_zone_is_the_shops_and_is_said(name: str) -> None:
    """R18: by the name that was given, not by what else is known."""
    assert found(person(zone=name, properties={"country": "FR"})) == Whereabouts((BERLIN,), name)
    assert zone_of(name, BERLIN) is BERLIN
    assert known_zone(name) is None


@pytest.mark.parametrize(
    "properties",
    [
        {"country": "ES"},
        {"country": " ES "},
        {"country_code": "ES"},
        {"country": "", "country_code": "ES"},
        {"country": 7, "shipping_address": {"country": "ES"}},
        {"country": "Atlantis", "billing_address": {"city": "Vigo", "country_code": "ES"}},
    ],
)
def test_then_every_zone_of_the_country_of_their_address(properties: dict[str, object]) -> None:
    contact = person(properties=properties, addresses={"phone": "+3312345678"})
    assert found(contact) == Whereabouts((MADRID, CANARY), by="address")


def test_then_that_of_the_phone_number() -> None:
    assert found(person(addresses={"phone": "+3312345678"})) == Whereabouts((PARIS,), by="phone")


def test_and_else_the_shops() -> None:
    """R18: what is unknown is the shop's, and it is said that it is."""
    nothing = {"country": "Atlantis", "address": "12 Main Street"}
    assert found(person(properties=nothing)) == Whereabouts((BERLIN,))
    assert found(person(addresses={})) == Whereabouts((BERLIN,))
    assert whereabouts(person(properties={"country": "FR"}), Nowhere(), BERLIN) == Whereabouts((BERLIN,))
