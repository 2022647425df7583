"""Where somebody probably is: on whose clocks the hours of sending are read (rule 13)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from app.engine.calendar import known_zone

if TYPE_CHECKING:
    from datetime import tzinfo

    from app.model.people import Contact
    from app.model.ports import Places

SHOP: Final = "shop"
_COUNTRY: Final = ("country", "country_code")
_ADDRESS: Final = ("address", "shipping_address", "billing_address", "default_address")
"""Properties under which shops keep an address of several parts."""


class Nowhere:
    """Tells nothing of any country or number: everybody is where the shop is."""

    def zones(self, country: str) -> Sequence[str]:  # noqa: ARG002
        return ()

    def country_of(self, phone: str) -> str:  # noqa: ARG002
        return ""


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """The zones that somebody may be in: one that is known, or every candidate."""

    zones: tuple[tzinfo, ...]
    unknown: str = ""
    """What was given as their zone and is the name of none, so that the shop's is meant (R18)."""
    by: str = SHOP
    """What told it: ``zone``, ``address`` or ``phone`` of the contact, or nothing, so that it is the
    ``shop``'s."""


def whereabouts(contact: Contact, places: Places, shop: tzinfo) -> Whereabouts:
    """The contact's own zone; else those of the country of their address, else of their phone number; else
    the shop's."""
    if contact.zone:
        zone = known_zone(contact.zone)
        return Whereabouts((shop,), contact.zone) if zone is None else Whereabouts((zone,), by="zone")
    for country, by in _countries(contact, places):
        known = (known_zone(name) for name in places.zones(country))
        found = tuple(zone for zone in known if zone is not None)
        if found:
            return Whereabouts(found, by=by)
    return Whereabouts((shop,))


def _countries(contact: Contact, places: Places) -> Iterator[tuple[str, str]]:
    """Each that may be theirs, with what names it."""
    parts = [contact.properties, *(contact.properties.get(name) for name in _ADDRESS)]
    for part in parts:
        for name in _COUNTRY if isinstance(part, Mapping) else ():
            value = part.get(name) if isinstance(part, Mapping) else None
            if isinstance(value, str) and value.strip():
                yield value.strip(), "address"
    phone = contact.addresses.get("phone", "")
    if phone:
        yield places.country_of(phone), "phone"
