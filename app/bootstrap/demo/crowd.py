"""A scripted crowd: everybody acts at their own moments of the standing clock, through real sockets."""

from __future__ import annotations

import heapq
import itertools
import json
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from app.bootstrap.demo.browser import Browser, BrowserError, links
from app.support.net import Call

if TYPE_CHECKING:
    from app.bootstrap.demo.people import Person
    from app.model.ports import Caught
    from app.support.net import Client

_BACK_AFTER_HOURS: Final = (26.0, 31.0, 50.0, 60.0, 75.0, 98.0)
"""Hours after the first visit at which those who come back do."""
_BASKET: Final = tuple(
    json.dumps({"title": title, "price": price}, ensure_ascii=False)
    for title, price in (("Clara", "1 piece, 34,90 €"), ("Eucalyptus", "2 stems, 6,00 €"))
)
"""What lies in a basket, as the shop's script sends it."""
_GLANCE: Final = timedelta(seconds=2)
"""From opening a page to seeing what pops up on it."""


@dataclass(order=True)
class _Act:
    at: datetime
    number: int
    do: Callable[[datetime], None] = field(compare=False)


@dataclass
class Visitor:
    """One person's part in the play, and what they remember for the audit."""

    person: Person
    browser: Browser
    chance: random.Random
    popups_seen: int = 0
    letters: int = 0
    ordered_at: datetime | None = None


class Crowd:
    """Everybody, and the moments at which they act."""

    def __init__(self, people: list[Person], client: Client, site: str, api_token: str, seed: int) -> None:
        self._client, self._site, self._token = client, site, api_token
        self._acts: list[_Act] = []
        self._numbers = itertools.count()
        self.visitors = [
            Visitor(person, Browser(client, site, person.visitor), random.Random(f"{seed}:{person.number}"))
            for person in people
        ]
        self.by_address = {
            address: one for one in self.visitors for address in (one.person.email, one.person.phone)
        }

    # --- the play ---

    def begin(self, start: datetime) -> None:
        """Everybody's first moments, spread over a working day."""
        for visitor in self.visitors:
            first = start + timedelta(minutes=visitor.chance.uniform(1, 480))
            self._script(visitor, first)

    def next_at(self) -> datetime | None:
        """The next moment at which anybody acts."""
        return self._acts[0].at if self._acts else None

    def act(self, now: datetime) -> int:
        """Everything that is up to ``now``; answers how many acts."""
        done = 0
        while self._acts and self._acts[0].at <= now:
            heapq.heappop(self._acts).do(now)
            done += 1
        return done

    def _plan(self, at: datetime, do: Callable[[datetime], None]) -> None:
        heapq.heappush(self._acts, _Act(at, next(self._numbers), do))

    def _script(self, visitor: Visitor, first: datetime) -> None:
        person, manner = visitor.person, visitor.person.manner
        begin = self._fill_basket if person.story == "basket" else self._look
        if manner.asks_offer_after_hours is not None:
            self._plan(
                first + timedelta(hours=manner.asks_offer_after_hours)
                if manner.asks_offer_after_hours > 0
                else first,
                lambda _now: self._shop_says(visitor, "offer_requested", {}),
            )
        self._plan(first + timedelta(seconds=1), lambda now: begin(visitor, now))
        if person.story == "basket" and visitor.chance.random() < 0.4:
            self._plan(first + timedelta(minutes=9), lambda _now: self._basket(visitor, "basket_changed"))
        for hours in _BACK_AFTER_HOURS if manner.comes_back else ():
            later = first + timedelta(hours=hours, minutes=visitor.chance.uniform(0, 50))
            self._plan(later, lambda now: self._come_back(visitor, now))
        if manner.orders_after_hours is not None:
            self._plan(
                first + timedelta(hours=manner.orders_after_hours), lambda now: self._order(visitor, now)
            )

    # --- on the shop's pages ---

    def _fill_basket(self, visitor: Visitor, _now: datetime) -> None:
        person = visitor.person
        typed = {"email": person.email, "phone": person.phone, "first_name": person.first_name}
        visitor.browser.track("page_viewed", "/", {"title": "Home"}, typed)
        self._basket(visitor, "basket_added")

    def _basket(self, visitor: Visitor, name: str) -> None:
        total: object = "on request" if visitor.person.manner.odd_total else 24 + visitor.person.number % 40
        items = {
            "items": list(_BASKET),
            "total": total,
            "basket_url": "https://shop.example.com/basket",
        }
        visitor.browser.track(name, "/basket", {"basket_id": visitor.person.basket, **items})

    def _look(self, visitor: Visitor, now: datetime) -> None:
        manner, number = visitor.person.manner, visitor.person.number
        price: object = "on request" if manner.odd_total else 39 + number % 50
        left: object = "a few" if manner.odd_stock else number % 9
        self._view(visitor, "/bouquets/clara", {"title": "Clara", "price": price, "left": left}, now)

    def _come_back(self, visitor: Visitor, now: datetime) -> None:
        self._view(visitor, "/bouquets", {"title": "Bouquets"}, now)

    def _view(self, visitor: Visitor, page: str, properties: dict[str, Any], now: datetime) -> None:
        visitor.browser.track("page_viewed", page, properties)
        self._plan(now + _GLANCE, lambda later: self._look_at_popups(visitor, page, later))

    def _look_at_popups(self, visitor: Visitor, page: str, now: datetime) -> None:
        """What a browser does while its page is open."""
        for popup in visitor.browser.popups(page):
            if visitor.browser.shown(popup):
                visitor.popups_seen += 1
                self._answer(visitor, popup, now)

    def _answer(self, visitor: Visitor, popup: dict[str, Any], now: datetime) -> None:
        person = visitor.person
        wish = person.manner.popups if visitor.popups_seen == 1 else person.manner.second_popup
        wish = person.manner.popups if person.story == "basket" else wish
        at = now + timedelta(seconds=visitor.chance.uniform(4, 40))
        if wish == "submits":
            fields = {"email": person.email, "first_name": person.first_name}
            asked = {name: fields[name] for name in popup["content"]["fields"] if name in fields}
            self._plan(at, lambda _now: visitor.browser.answer(popup, "submitted", asked))
        elif wish in ("clicks", "closes"):
            what = {"clicks": "clicked", "closes": "closed"}[wish]
            self._plan(at, lambda _now: visitor.browser.answer(popup, what))

    # --- in the shop's till ---

    def _order(self, visitor: Visitor, now: datetime) -> None:
        visitor.ordered_at = now
        self._shop_says(visitor, "order_completed", {"basket_id": visitor.person.basket, "total": 39})

    def _shop_says(self, visitor: Visitor, name: str, properties: dict[str, Any]) -> None:
        event = {"name": name, "id": f"{name}-{visitor.person.number}", "email": visitor.person.email}
        body = {"events": [{**event, "properties": properties}]}
        call = Call(
            "POST", f"{self._site}/api/events", json=body, headers={"Authorization": f"Bearer {self._token}"}
        )
        answer = self._client.call(call)
        if answer.status != 200 or json.loads(answer.text)["skipped"]:
            message = f"the till's event {name} was answered {answer.status}"
            raise BrowserError(message)

    # --- in the mailbox ---

    def receive(self, caught: Caught, now: datetime) -> None:
        """A message has arrived; its reader may come to it later."""
        visitor = self.by_address[caught.address]
        if caught.channel != "email":
            return
        visitor.letters += 1
        manner = visitor.person.manner
        at = now + timedelta(minutes=visitor.chance.uniform(5, 300))
        if manner.reads in ("opens", "both"):
            self._plan(at, lambda _now: self._follow(visitor, caught, "/o/"))
        if manner.reads in ("clicks", "both"):
            self._plan(at + timedelta(seconds=20), lambda _now: self._follow(visitor, caught, "/c/"))
        if manner.unsubscribes and visitor.letters > 1:
            self._plan(at + timedelta(seconds=40), lambda _now: self._leave(visitor, caught))

    def _follow(self, visitor: Visitor, caught: Caught, path: str) -> None:
        for url in links(caught.html, self._site + path)[:1]:
            visitor.browser.follow(url)

    def _leave(self, visitor: Visitor, caught: Caught) -> None:
        for url in links(caught.html, self._site + "/u/")[:1]:
            visitor.browser.unsubscribe(url)
