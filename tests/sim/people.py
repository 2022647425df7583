"""A hundred people: who they are, where they may be, what they agreed to."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

from app.model.people import Address, Consent, ContactRow
from app.model.ports import Places

if TYPE_CHECKING:
    from tests.sim.books import Books

ZONES: Final = (
    "Europe/Berlin",
    "America/New_York",
    "Asia/Kolkata",
    "Pacific/Auckland",
    "Australia/Lord_Howe",
)
MISSPELT: Final = "Europe/Berln"
COUNTRIES: Final = ("US", "Germany", "RU", "au", "Nowhere")
PREFIXES: Final = ("+4915112", "+120255", "+7912345", "+61412")
CHANNELS: Final = ("email", "sms", "rcs", "telegram", "whatsapp")
NAMES: Final = (
    "Ada",
    "Bob\r\nBcc: all@example.org",
    "{{ contact.email }}{% for x in (1..9) %}",
    "<script>alert(1)</script>",
    "=cmd|'/c calc'!A1",
    "\u202eعادة",
    "👩‍🚀🏳️‍🌈",
    "",
    "x" * 2_000,
    "bad text",
)
"""“bad text” cannot be made into a message."""


def crowd(dice: random.Random, begin: datetime, number: int) -> Iterator[ContactRow]:
    """They are imported before anything is published."""
    for n in range(number):
        yield ContactRow(
            n,
            tuple(_addresses(dice, n)),
            properties=_properties(dice, begin),
            tags=frozenset(dice.sample(["vip", "shy", "loud"], dice.choice([0, 0, 1, 2]))),
            consents=tuple(_consents(dice, begin)),
            suppress=frozenset(["email"] if dice.random() < 0.04 else []),
            zone=dice.choice([*ZONES, MISSPELT, "", "", ""]),
            language=dice.choice(["", "de", "en"]),
        )


def _addresses(dice: random.Random, n: int) -> Iterator[Address]:
    place = dice.choice(["example.org", "example.org", "gmail.com"])
    if dice.random() < 0.9:
        yield Address("email", f"p{n}@{place}")
    if dice.random() < 0.7:
        yield Address("phone", f"{dice.choice(PREFIXES)}{n:05d}")
    if dice.random() < 0.6:
        yield Address("visitor", f"v{n}")
    if dice.random() < 0.3:
        yield Address("telegram", f"t{n}")
    if dice.random() < 0.2:
        yield Address("external", f"c{n}")


def _properties(dice: random.Random, begin: datetime) -> dict[str, Any]:
    made: dict[str, Any] = {"first_name": dice.choice(NAMES) if dice.random() < 0.3 else "Ada"}
    if dice.random() < 0.5:
        made["birthday"] = (
            (begin + timedelta(days=dice.randint(-5, 40))).date().replace(year=1980).isoformat()
        )
    if dice.random() < 0.5:
        moment = begin + timedelta(hours=dice.randint(-100, 800))
        made["appointment"] = dice.choice([moment.isoformat(), moment.date().isoformat(), "soon"])
    if dice.random() < 0.3:
        made["country"] = dice.choice(COUNTRIES)
    if dice.random() < 0.4:
        made["total"] = dice.randint(0, 12)
    return made


def _consents(dice: random.Random, begin: datetime) -> Iterator[Consent]:
    before = begin - timedelta(days=dice.randint(1, 400))
    for channel in CHANNELS:
        if dice.random() < 0.85:
            yield Consent(channel, given=dice.random() < 0.9, at=before, source="import")
        if dice.random() < 0.2:
            topic = dice.choice(["offers", "care"])
            yield Consent(channel, given=dice.random() < 0.5, at=before, source="import", topic=topic)


@dataclass
class Whereabouts:
    """Where people may be, as far as their profiles tell: kept beside the store."""

    places: Places
    shop: tzinfo
    profiles: dict[int, str] = field(default_factory=dict)
    """Zones by contact."""
    countries: dict[int, str] = field(default_factory=dict)

    def note(self, contact_id: int, row: ContactRow) -> None:
        if row.zone:
            self.profiles[contact_id] = row.zone
        if row.properties.get("country"):
            self.countries[contact_id] = str(row.properties["country"])

    def merge(self, keep: int, gone: int) -> None:
        """What the one lacks, the other brings."""
        for kept in (self.profiles, self.countries):
            if gone in kept:
                kept.setdefault(keep, kept.pop(gone))

    def zones(self, contact_id: int, books: Books) -> tuple[tzinfo, ...]:
        """Every zone that the contact may be in."""
        own = self.profiles.get(contact_id, "")
        if own:
            return (self.shop if own == MISSPELT else ZoneInfo(own),)
        phone = books.address(contact_id, "phone")
        told = [self.countries.get(contact_id, ""), self.places.country_of(phone.value) if phone else ""]
        for country in told:
            names = self.places.zones(country) if country else ()
            if names:
                return tuple(ZoneInfo(one) for one in names)
        return (self.shop,)
