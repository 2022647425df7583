"""What a flow tells its owner: a line on the desk. It is made here and listed there; nothing goes out."""

from __future__ import annotations

from collections.abc import Sequence

from app.channels.texts import Texts
from app.channels.values import Shop, one_line, values_of
from app.model.errors import TextError
from app.model.journey import NOTICE, Receipt, Result
from app.model.ports import Outgoing, Prepared


class NoticeChannel:
    """Accepts every line: the row itself is what the desk shows."""

    name = NOTICE
    idempotent = True
    in_flight = 50

    def __init__(self, shop: Shop, texts: Texts | None = None) -> None:
        self._shop = shop
        self._texts = texts or Texts()

    def prepare(self, outgoing: Outgoing) -> Prepared:
        source = str(outgoing.node.settings.get("text") or "")
        template = self._texts.of(outgoing.version_hash, outgoing.node.id, "text", source)
        told = one_line(template.render(values_of(outgoing, self._shop)))
        if not told:
            raise TextError("The line is empty for this person. Write one that needs no field.")
        return Prepared(outgoing.message_id, outgoing.address, {"text": told}, outgoing.purpose)

    def send(self, batch: Sequence[Prepared]) -> Sequence[Receipt]:
        return [Receipt(prepared.message_id, Result.SENT) for prepared in batch]

    def close(self) -> None:
        """There is nothing to close."""
