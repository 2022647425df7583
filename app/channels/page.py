"""What waits on a page or for a person: popups and call-backs. They are made here and shown by others."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from app.channels.texts import Texts
from app.channels.values import Shop, one_line, values_of
from app.model.batch import Batch
from app.model.errors import TextError
from app.model.journey import Receipt, Result
from app.model.ports import Outgoing, Prepared

_LINK: Final = re.compile(r"(https?://[^\s/?#\\]|/(?![/\\]))\S*", re.IGNORECASE)
_FIELDS: Final = ("email", "phone", "first_name")


class _Waiting:
    """What popups and call-backs have in common: the dispatcher never sends them."""

    idempotent = True
    in_flight = 1

    def __init__(self, shop: Shop, texts: Texts | None = None) -> None:
        self._shop = shop
        self._texts = texts or Texts()

    def send(self, batch: Batch) -> Sequence[Receipt]:
        return [Receipt(prepared.message_id, Result.RETRY, "waits-on-page") for prepared in batch]

    def close(self) -> None:
        """There is nothing to close."""

    def _filled(self, outgoing: Outgoing, values: Mapping[str, Any], *names: str) -> dict[str, str]:
        texts = {name: str(outgoing.node.settings.get(name) or "") for name in names}
        return {
            name: self._texts.of(outgoing.version_hash, outgoing.node.id, name, source).render(values).strip()
            for name, source in texts.items()
        }


class PopupChannel(_Waiting):
    """A small window on the shop's page; the script in the browser shows it."""

    name = "popup"

    def prepare(self, outgoing: Outgoing) -> Prepared:
        values = values_of(outgoing, self._shop)
        content: dict[str, Any] = {**self._filled(outgoing, values, "headline", "text", "button", "link")}
        content["headline"] = one_line(content["headline"])
        content["button"] = one_line(content["button"])
        if not content["headline"] and not content["text"]:
            raise TextError("The popup is empty for this person. Write a headline that needs no field.")
        content["link"] = content["link"] if _LINK.fullmatch(content["link"]) else ""
        asked = outgoing.node.settings.get("fields") or ()
        content["fields"] = [name for name in _FIELDS if name in asked]
        content["consent_text"] = str(outgoing.node.settings.get("consent_text") or "").strip()
        return Prepared(outgoing.message_id, outgoing.address, content, outgoing.purpose)


class TaskChannel(_Waiting):
    """A call-back by a person of the shop."""

    name = "task"

    def prepare(self, outgoing: Outgoing) -> Prepared:
        contact = outgoing.contact
        content = self._filled(outgoing, values_of(outgoing, self._shop), "text")
        names = (contact.properties.get("first_name"), contact.properties.get("last_name"))
        known = " ".join(str(name) for name in names if name) or str(contact.properties.get("name") or "")
        content["name"] = one_line(known)
        content["phone"] = contact.addresses.get("phone", "")
        return Prepared(outgoing.message_id, outgoing.address, content, outgoing.purpose)
