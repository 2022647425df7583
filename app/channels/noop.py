"""A channel that takes everything and sends nothing: the limit against which sending is measured."""

from __future__ import annotations

from collections.abc import Sequence

from app.model.batch import Batch, stale
from app.model.flow import EMPTY
from app.model.journey import Receipt, Result
from app.model.ports import Outgoing, Prepared


class NoopChannel:
    """Counts what it was given."""

    idempotent = True

    def __init__(self, name: str = "email", in_flight: int = 4) -> None:
        self.name, self.in_flight = name, in_flight
        self.sent = 0

    def prepare(self, outgoing: Outgoing) -> Prepared:
        return Prepared(outgoing.message_id, outgoing.address, EMPTY, outgoing.purpose)

    def send(self, batch: Batch) -> Sequence[Receipt]:
        return [self._sent(one.message_id) if batch.is_fresh() else stale(one.message_id) for one in batch]

    def _sent(self, message_id: int) -> Receipt:
        self.sent += 1
        return Receipt(message_id, Result.SENT)

    def close(self) -> None:
        """There is nothing to close."""
