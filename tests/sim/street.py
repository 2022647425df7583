"""What people and machines outside do: visits, baskets, orders, forms, answers to messages.

Events come as the world sends them: late, twice, in the wrong order, by clocks that are wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from app.engine import life, page
from app.model.flow import EMPTY
from app.model.people import Actor, Address, Consent, Event

if TYPE_CHECKING:
    from tests.sim.shop import Shop

CHANNELS: Final = ("email", "sms", "rcs", "telegram", "whatsapp")
_DAYS: Final = 30


class Street:
    """Everybody outside the shop."""

    def __init__(self, shop: Shop, people: list[int], visits: int) -> None:
        self.shop, self.people = shop, people
        self.dice = shop.dice
        self.events = 0
        self.strangers = 0
        shop.arrives = self.message_arrives
        shop.meanwhile = self.meanwhile
        for contact_id in people:
            for _ in range(self.dice.randint(0, visits * 2)):
                moment = shop.begin + timedelta(minutes=self.dice.randint(5, _DAYS * 1440))
                shop.at(moment, self._visit(contact_id))
        for _ in range(len(people) // 8):
            moment = shop.begin + timedelta(minutes=self.dice.randint(5, _DAYS * 1440))
            shop.at(moment, self._stranger)

    # --- events ---

    def happens(
        self, name: str, contact_id: int | None = None, properties: Mapping[str, Any] = EMPTY, **more: Any
    ) -> None:
        """An event of now, as the world sends it."""
        self.events += 1
        event = Event(
            name,
            self._clock_of_sender(),
            f"s{self.events}",
            contact_id=contact_id,
            properties=dict(properties),
            **more,
        )
        self.send(event)

    def send(self, event: Event) -> None:
        """Mostly at once; or late, or more than once."""
        dice, shop = self.dice, self.shop
        draw = dice.random()
        if draw < 0.06:
            late = dice.choice([0.05, 0.5, 3, 30, 400, 720])
            shop.soon(self._take(event), hours=late)
        else:
            self._take(event)()
        if draw > 0.93:
            for _ in range(dice.choice([1, 1, 4])):
                shop.soon(self._take(event), minutes=dice.choice([0, 1, 90]))

    def _take(self, event: Event) -> Callable[[], object]:
        def take() -> None:
            if event.contact_id in self.shop.auditor.books.gone:
                return  # nobody knows them by their number any more
            self.shop.guarded(life.ingest, self.shop.context, event)

        return take

    def _clock_of_sender(self) -> datetime:
        """Mostly right; sometimes some minutes or years beside it."""
        if self.dice.random() < 0.97:
            return self.shop.true
        wrong = self.dice.choice([-2, 2, -50, 45, -60 * 24 * 40, 60 * 24 * 40, -60 * 24 * 3650])
        return self.shop.true + timedelta(minutes=wrong)

    # --- visits ---

    def _visit(self, contact_id: int) -> Callable[[], object]:
        def visit() -> None:
            if contact_id in self.shop.auditor.books.gone:
                return
            began = self.shop.now
            for _ in range(self.dice.choice([1, 1, 2])):
                self._looks(contact_id)
            self._sees_popups(contact_id, began)
            self._buys(contact_id)

        return visit

    def _looks(self, contact_id: int) -> None:
        price = self.dice.randint(5, 120)
        properties = {"page": "/bouquets/clara", "price": price, "total": price, "left": 3}
        self.happens("page_viewed", contact_id, properties)

    def _sees_popups(self, contact_id: int, began: datetime) -> None:
        """By the functions of the site."""
        context = self.shop.context
        with context.session() as session:
            rows = session.tx.page_messages(contact_id)
            ready = page.waiting(session, rows)
        for one in ready:
            if one.fits("https://shop.example/bouquets/clara", began) and self.dice.random() < 0.8:
                if self.dice.random() < 0.05:
                    self.shop.guarded(page.cannot_be_made, context, one.message.id, "field")
                elif self.shop.guarded(page.shown, self.shop.context, one.message.id, {"headline": "Hi"}):
                    self._answers_popup(one.message.id, contact_id)

    def _answers_popup(self, message_id: int, contact_id: int) -> None:
        draw = self.dice.random()
        if draw < 0.3:
            self.reacts(message_id, "closed", Actor.HUMAN)
        elif draw < 0.5:
            self.reacts(message_id, "clicked", Actor.HUMAN)
        elif draw < 0.7:
            channel = self.dice.choice(CHANNELS)
            said = Consent(channel, given=True, at=self.shop.now, source="form", text="Yes")
            self.reacts(message_id, "submitted", Actor.HUMAN, consents=(said,), updates={"total": 3})

    def _buys(self, contact_id: int) -> None:
        dice = self.dice
        if dice.random() < 0.45:
            numbers = dice.sample([1, 2, 3], dice.choice([1, 1, 2]))
            for number in numbers:
                self._fills_basket(contact_id, f"B{contact_id}-{number}")
        name = dice.choice(
            ["offer_requested", "survey_done", "basket_cleared", "form", "wrote", "", "", "", ""]
        )
        if name == "form":
            self._fills_form(contact_id)
        elif name == "wrote":
            properties = {"channel": dice.choice(["rcs", "whatsapp", "telegram", "sms"])}
            self.happens("message_received", contact_id, properties, actor=Actor.HUMAN)
        elif name:
            self.happens(name, contact_id, {"total": dice.randint(1, 99)})

    def _fills_basket(self, contact_id: int, basket: str) -> None:
        dice, shop, total = self.dice, self.shop, self.dice.randint(5, 120)
        properties = {"basket_id": basket, "total": total, "items": ["a rose"]}
        if dice.random() < 0.05:
            del properties["basket_id"]
        self.happens("basket_added", contact_id, properties)
        if dice.random() < 0.4:
            again = {**properties, "total": total + 5}
            minutes = dice.randint(1, 60)
            shop.soon(lambda: self.happens("basket_changed", contact_id, again), minutes=minutes)
        if dice.random() < 0.5:
            bought = properties if dice.random() < 0.8 else {"total": total}
            wait = dice.choice([0.2, 0.6, 3, 26, 60])
            shop.soon(lambda: self.happens("order_completed", contact_id, bought), hours=wait)

    def _fills_form(self, contact_id: int) -> None:
        """Signs up, says yes or no, and may tell another address: then two contacts may be one person."""
        dice = self.dice
        channel, topic = dice.choice(CHANNELS), dice.choice(["", "", "offers", "care"])
        said = Consent(
            channel,
            given=dice.random() < 0.7,
            at=self._clock_of_sender(),
            source="form",
            text="Yes",
            topic=topic,
        )
        known = self.shop.auditor.books.addresses[contact_id]
        visitor = next((one for one in known if one.kind == "visitor"), None)
        if visitor is None or dice.random() < 0.5:
            self.happens("signed_up", contact_id, {"total": 5}, consents=(said,))
            return
        other = dice.choice([*known, Address("email", f"new{self.events}@example.org")])
        self.happens("signed_up", None, {"total": 5}, addresses=(visitor, other), consents=(said,))

    def _stranger(self) -> None:
        """A browser that nobody knows yet; it may be told later whose it is."""
        self.strangers += 1
        visitor = Address("visitor", f"stranger{self.strangers}")
        for _ in range(self.dice.randint(1, 3)):
            properties = {"page": "/bouquets/clara", "price": 80, "total": 80, "left": 2}
            self.happens("page_viewed", None, properties, addresses=(visitor,))
        if self.dice.random() < 0.6:
            known = self.dice.choice(self.people)
            mail = self.shop.auditor.books.address(known, "email") or Address(
                "email", f"x{self.events}@example.org"
            )
            told = self.dice.choice([mail, Address("email", f"stranger{self.strangers}@example.org")])
            self.shop.soon(
                lambda: self.happens("signed_up", None, {"total": 1}, addresses=(visitor, told)),
                hours=self.dice.choice([0.1, 5, 100]),
            )

    # --- answers to messages ---

    def reacts(self, message_id: int, name: str, actor: Actor = Actor.UNKNOWN, **more: Any) -> None:
        self.happens(name, None, more.pop("properties", EMPTY), message_id=message_id, actor=actor, **more)

    def message_arrives(self, message_id: int) -> None:
        """What its receiver, or a machine on the way, does with it."""
        message = self.shop.auditor.books.messages[message_id]
        if message.is_notice or message.channel == "webhook":
            return
        dice = self.dice
        plan: list[tuple[float, float, str, Actor, dict[str, Any]]] = [
            (0.5, 0.02, "delivered", Actor.UNKNOWN, {}),
            (0.15, 0.0005, "opened", Actor.MACHINE, {}),
            (0.1, 0.0005, "clicked", Actor.MACHINE, {}),
            (0.4, 30, "opened", Actor.UNKNOWN, {}),
            (0.1, 20, "opened", Actor.HUMAN, {}),
            (0.18, 40, "clicked", Actor.HUMAN, {}),
            (0.06, 60, "replied", Actor.HUMAN, {}),
            (0.03, 10, "bounced", Actor.UNKNOWN, {"hard": dice.random() < 0.6}),
            (0.03, 50, "unsubscribed", Actor.HUMAN, {}),
            (0.01, 50, "complained", Actor.HUMAN, {}),
        ]
        for share, hours, name, actor, properties in plan:
            if dice.random() < share:
                self._later(message_id, hours * dice.random(), name, actor, properties)

    def _later(
        self, message_id: int, hours: float, name: str, actor: Actor, properties: dict[str, Any]
    ) -> None:
        def react() -> None:
            known = self.dice.random() > 0.01
            told = message_id if known else 7  # of a message that nobody knows
            self.happens(name, None, properties, message_id=told, actor=actor)

        self.shop.soon(react, hours=hours)

    def meanwhile(self, message_id: int) -> None:
        """Something happens to the very person while the channel sends."""
        if self.dice.random() >= 0.04:
            return
        message = self.shop.auditor.books.messages[message_id]
        name = self.dice.choice(["order_completed", "opened", "offer_requested", "unsubscribed", "delivered"])
        if name in ("opened", "unsubscribed", "delivered"):
            self.events += 1
            event = Event(name, self.shop.true, f"s{self.events}", message_id=message_id, actor=Actor.UNKNOWN)
        else:
            self.events += 1
            event = Event(name, self.shop.true, f"s{self.events}", contact_id=message.contact_id)
        life.ingest(self.shop.context, event)
