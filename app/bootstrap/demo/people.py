"""The people of the sample shop: who they are, and how each of them will behave."""

from __future__ import annotations

import csv
import random
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pathlib import Path

_FIRST: Final = [
    "Ada",
    "Anton",
    "Bela",
    "Carla",
    "Clara",
    "David",
    "Dora",
    "Elif",
    "Emil",
    "Eva",
    "Finn",
    "Frieda",
    "Greta",
    "Hanna",
    "Henry",
    "Ida",
    "Ivo",
    "Jana",
    "Jonas",
    "Kira",
    "Lars",
    "Lena",
    "Leo",
    "Lotte",
    "Mara",
    "Marek",
    "Mia",
    "Milo",
    "Nora",
    "Olaf",
    "Paula",
    "Petra",
    "Quirin",
    "Rosa",
    "Ruben",
    "Selma",
    "Sven",
    "Tilda",
    "Tom",
    "Vera",
]
_LAST: Final = [
    "Abel",
    "Brandt",
    "Conrad",
    "Dietz",
    "Ebert",
    "Falk",
    "Gruber",
    "Haas",
    "Jansen",
    "Kern",
    "Lang",
    "Maurer",
    "Nagel",
    "Ott",
    "Pohl",
    "Rauch",
    "Seidel",
    "Thoma",
    "Ulrich",
    "Vogt",
    "Weiss",
    "Ziegler",
]
_DOMAIN: Final = "mail.example.com"
_BASKET_SHARE: Final = 0.55


@dataclass(frozen=True, slots=True)
class Manner:
    """How one visitor behaves. Chances are drawn once, so that a seed is a crowd."""

    reads: str = "opens"
    """``never``, ``opens``, ``clicks`` (with pictures shut off, so no open is seen) or ``both``."""
    popups: str = "ignores"
    """``clicks``, ``closes``, ``submits`` or ``ignores``."""
    second_popup: str = "ignores"
    comes_back: bool = True
    """Visits again on later days."""
    mailbox_dies_after: int | None = None
    """Letters accepted before the mailbox refuses all others."""
    phone_is_dead: bool = False
    orders_after_hours: float | None = None
    asks_offer_after_hours: float | None = None
    """Negative: asked before ever seeing a popup."""
    odd_total: bool = False
    """The shop's page says the basket's value in words, so that a text that compares it cannot be made."""
    odd_stock: bool = False
    """The same with what is left of a bouquet."""
    unsubscribes: bool = False


@dataclass(frozen=True, slots=True)
class Person:
    """A visitor of the sample shop. ``known``: their address is among the shop's contacts."""

    number: int
    first_name: str
    last_name: str
    email: str
    phone: str
    story: str
    """``basket`` or ``popup``."""
    known: bool
    email_consent: str
    sms_consent: str
    """``yes``, ``no`` or empty, as in the shop's list."""
    manner: Manner

    @property
    def visitor(self) -> str:
        """The browser's own id."""
        return f"demo-visitor-{self.number:05d}"

    @property
    def basket(self) -> str:
        """The number of their basket."""
        return f"B-{1000 + self.number}"


def crowd(count: int, seed: int) -> list[Person]:
    """``count`` people, the same for a seed. What matters for a branch turns evenly, the rest by chance."""
    baskets = round(count * _BASKET_SHARE)
    return [
        _basket_person(number, seed) if number < baskets else _popup_person(number, number - baskets, seed)
        for number in range(count)
    ]


def write_contacts(people: list[Person], path: Path) -> None:
    """The shop's list of contacts, as a spreadsheet would export it."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow(["First Name", "Last Name", "Email", "Phone", "Email consent", "SMS consent", "Tags"])
        for person in people:
            if person.known:
                row = (person.first_name, person.last_name, person.email, person.phone)
                writer.writerow([*row, person.email_consent, person.sms_consent, "newsletter"])


def _names(number: int) -> tuple[str, str, str, str]:
    first, last = _FIRST[number % len(_FIRST)], _LAST[(number // 3) % len(_LAST)]
    email = f"{first}.{last}.{number}@{_DOMAIN}".lower()
    return first, last, email, f"+49151{23_000_000 + number}"


def _basket_person(number: int, seed: int) -> Person:
    first, last, email, phone = _names(number)
    chance = random.Random(f"{seed}/{number}")
    dies = {3: 0, 9: 1, 15: 2}.get(number % 18)
    manner = Manner(
        reads=("never", "opens", "never", "clicks", "both", "never")[number % 6] if dies != 1 else "opens",
        popups=("clicks", "closes", "ignores", "ignores", "ignores")[number % 5],
        comes_back=number % 7 != 6,
        mailbox_dies_after=dies,
        phone_is_dead=number % 12 == 8,
        orders_after_hours=chance.uniform(0.1, 90) if chance.random() < 0.25 else None,
        odd_total=number % 11 == 5,
        unsubscribes=number % 37 == 4,
    )
    email_consent = "no" if number % 16 == 7 else "yes"
    sms_consent = ("yes", "", "no", "yes")[number % 4]
    return Person(number, first, last, email, phone, "basket", True, email_consent, sms_consent, manner)


def _popup_person(number: int, place: int, seed: int) -> Person:
    first, last, email, phone = _names(number)
    chance = random.Random(f"{seed}/{number}")
    asked_before = place % 15 == 3
    manner = Manner(
        reads=("opens", "never", "both")[place % 3],
        popups=("submits", "submits", "closes", "ignores", "submits")[place % 5]
        if not asked_before
        else "submits",
        second_popup=("submits", "closes", "ignores")[(place // 5) % 3],
        comes_back=place % 9 != 8,
        mailbox_dies_after={0: 0, 5: 1, 10: 2, 15: 3}.get(place % 20),
        orders_after_hours=chance.uniform(20, 300) if chance.random() < 0.1 else None,
        asks_offer_after_hours=-5.0
        if asked_before
        else (chance.uniform(5, 200) if chance.random() < 0.12 else None),
        odd_total=place % 13 == 6,
        odd_stock=place % 20 == 2,
        unsubscribes=place % 29 == 11,
    )
    return Person(number, first, last, email, phone, "popup", asked_before, "", "", manner)
