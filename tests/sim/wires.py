"""Channels of the port that behave as the world does: they refuse, stall, answer twice or not at all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from app.model.batch import Batch, stale
from app.model.errors import TextError
from app.model.journey import Receipt, Result
from app.model.ports import Outgoing, Prepared

if TYPE_CHECKING:
    from tests.sim.shop import Shop

IDEMPOTENT: Final = frozenset({"sms", "rcs", "webhook", "notice"})


@dataclass(frozen=True, slots=True)
class Mood:
    """How a channel is today: shares of its answers."""

    soft: float = 0.03
    hard: float = 0.03
    lost: float = 0.03
    """No answer: it may have arrived."""
    twice: float = 0.02
    login: float = 0.002
    breaks: float = 0.002
    missing: float = 0.04
    """The answer about one of a batch is left out."""
    slow: float = 0.1


WELL: Final = Mood()
DOWN: Final = Mood(soft=0.9, hard=0.0, lost=0.08, login=0.0)
"""An outage."""
QUIET: Final = Mood(0, 0, 0, 0, 0, 0, 0, 0)
"""Nothing goes wrong any more."""


class WireBroke(Exception):
    """A plug-in that raises though it may not."""


class Wire:
    """One channel."""

    def __init__(self, name: str, shop: Shop, in_flight: int) -> None:
        self.name, self.in_flight = name, in_flight
        self.idempotent = name in IDEMPOTENT
        self.mood = WELL
        self._shop = shop

    def prepare(self, outgoing: Outgoing) -> Prepared:
        name = outgoing.contact.properties.get("first_name")
        if name == "bad text" and outgoing.node.kind == "email":
            raise TextError("the field is not known")
        basket = str(outgoing.entry.get("basket_id", ""))
        content = {"node": outgoing.node.id, "to": str(name)[:40], "basket": basket}
        return Prepared(outgoing.message_id, outgoing.address, content, outgoing.purpose)

    def send(self, batch: Batch) -> Sequence[Receipt]:
        receipts: list[Receipt] = []
        dice, mood = self._shop.dice, self.mood
        for one in batch:
            if not batch.is_fresh():
                receipts.append(stale(one.message_id))
                continue
            self._take_time()
            if dice.random() < mood.breaks:
                raise WireBroke(self.name)
            receipt = self._one(one)
            if dice.random() >= mood.missing:
                receipts.append(receipt)
            if dice.random() < mood.twice:
                receipts.append(receipt)
            self._shop.meanwhile(one.message_id)
        return receipts

    def _take_time(self) -> None:
        dice = self._shop.dice
        if dice.random() < self.mood.slow:
            seconds = dice.choice([1, 20, 90])
            self._shop.steady += seconds
            self._shop.clock.jump(self._shop.clock.now() + timedelta(seconds=seconds))

    def _one(self, one: Prepared) -> Receipt:
        dice, mood, id_ = self._shop.dice, self.mood, one.message_id
        draw = dice.random()
        self._shop.auditor.bad.discard(id_)
        if draw < mood.soft:
            return Receipt(id_, Result.RETRY, "450", about_one=dice.random() < 0.5)
        draw -= mood.soft
        if draw < mood.hard:
            bad = dice.random() < 0.7
            if bad:
                self._shop.auditor.bad.add(id_)
            return Receipt(id_, Result.HARD, "550", bad_address=bad)
        draw -= mood.hard
        if draw < mood.lost:
            if dice.random() < 0.5:
                self._arrives(id_)
            return Receipt(id_, Result.UNKNOWN, "timed-out")
        draw -= mood.lost
        if draw < mood.login:
            return Receipt(id_, Result.RETRY, "535", stop_channel=True)
        self._arrives(id_)
        return Receipt(id_, Result.SENT, provider_id=f"{self.name}-{id_}")

    def _arrives(self, message_id: int) -> None:
        self._shop.auditor.goes_out(message_id, self.name, idempotent=self.idempotent)
        self._shop.arrives(message_id)

    def close(self) -> None:
        """There is nothing to close."""
