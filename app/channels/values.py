"""What a text may ask for: fields of the person, of the event that began the journey, and of the shop."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.model.ports import Outgoing


@dataclass(frozen=True, slots=True)
class Shop:
    """Who sends. ``url`` is where their pages are, else the site's public address, empty without either."""

    name: str
    postal_address: str = ""
    url: str = ""


def values_of(outgoing: Outgoing, shop: Shop, unsubscribe_url: str = "") -> Mapping[str, Any]:
    """Properties of the contact at the top, then ``event``, ``shop``, ``unsubscribe_url`` and the like."""
    contact, event = outgoing.contact, opened(outgoing.entry)
    person: dict[str, Any] = {
        "email": contact.addresses.get("email", ""),
        "phone": contact.addresses.get("phone", ""),
        "external_id": contact.addresses.get("external", ""),
        "language": contact.language,
        "zone": contact.zone,
        "time_zone": contact.zone,
        "tags": sorted(contact.tags),
        **contact.properties,
    }
    return {
        **person,
        "contact": person,
        "event": event,
        "entry": event,
        "shop": {"name": shop.name, "address": shop.postal_address, "url": shop.url},
        "workspace": {"name": shop.name},
        "site": {"url": shop.url},
        "message": {"id": str(outgoing.message_id)},
        "postal_address": shop.postal_address,
        "unsubscribe_url": unsubscribe_url,
    }


def opened(event: Mapping[str, Any]) -> Mapping[str, Any]:
    """The event's properties with products in lists as tables: a page sends each as the text of its JSON."""
    return {
        name: [_table(item) for item in value] if isinstance(value, list) else value
        for name, value in event.items()
    }


def _table(item: Any) -> Any:
    if not isinstance(item, str) or not item.startswith("{"):
        return item
    try:
        found = json.loads(item)
    except (ValueError, RecursionError):
        return item
    return found if isinstance(found, dict) else item


def one_line(text: str) -> str:
    """The text without line breaks and control characters, with single spaces."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
