"""Values that the tests of the channels are made of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.channels.links import Links
from app.channels.values import Shop
from app.model.flow import EMPTY, Node
from app.model.people import Contact
from app.model.ports import Outgoing

BASE = "https://go.clara.example"
SHOP = Shop("Clara’s Tea House", "Lindenstr. 5\n10969 Berlin", BASE)
LINKS = Links(BASE, [b"k" * 32])
NO_SITE = Links("", [b"k" * 32])


def outgoing(
    kind: str = "email",
    settings: Mapping[str, Any] = EMPTY,
    *,
    message_id: int = 7,
    address: str = "ada@example.com",
    entry: Mapping[str, Any] = EMPTY,
    purpose: str = "marketing",
    language: str = "",
    version: str = "v1",
    **properties: Any,
) -> Outgoing:
    """A message to make, to a contact with these properties."""
    contact = Contact(1, language=language, properties=properties, addresses={"email": "ada@example.com"})
    return Outgoing(message_id, version, Node("n", kind, settings=settings), contact, address, purpose, entry)
