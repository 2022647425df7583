"""A site over a port that is a real little implementation in memory, served on loopback."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import requests

from app.channels.links import Links
from app.model.errors import ChainwrightError
from app.model.people import Event
from app.model.site import Popup
from app.site.app import make_app
from app.site.options import SiteOptions
from app.site.server import SiteServer

NOW: Final = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
KEY: Final = b"k" * 32
VISITOR: Final = "visitor-0123456789"
BROWSER: Final = (
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36"
)


class Recorder:
    """A ``SitePort`` that keeps what comes in, and shows popups until they are answered or withdrawn."""

    def __init__(self) -> None:
        self._news = threading.Condition()
        self.clear()

    def clear(self) -> None:
        """As new."""
        self.events: list[Event] = []
        self.visits: list[tuple[str, str]] = []
        self.shown_ids: list[int] = []
        self.stopped: list[tuple[int, str]] = []
        self.trouble: ChainwrightError | None = None
        self.on_event: Callable[[Event], None] = lambda _event: None
        self._known: set[str] = set()
        self._waiting: set[str] = set()
        self._popups: dict[str, list[Popup]] = {}

    def intake(self, event: Event) -> str:
        if self.trouble is not None:
            raise self.trouble
        with self._news:
            if event.source_id in self._known:
                return "known"
            self._known.add(event.source_id)
            self.events.append(event)
            if event.message_id is not None:
                self.withdraw(event.message_id)
            self._news.notify_all()
        self.on_event(event)
        return "counted" if event.name == "page_viewed" and len(event.addresses) == 1 else "stored"

    def visit(self, visitor: str, page: str, at: datetime) -> bool:
        self.visits.append((visitor, page))
        return len(self.visits) == 1

    def popups(self, visitor: str, page: str) -> Sequence[Popup]:
        with self._news:
            return tuple(self._popups.get(visitor, ()))

    def wait_for_popups(self, visitor: str, page: str, seconds: float) -> Sequence[Popup]:
        with self._news:
            self._waiting.add(visitor)
            self._news.notify_all()
            self._news.wait_for(lambda: self._popups.get(visitor), seconds)
            return tuple(self._popups.get(visitor, ()))

    def shown(self, message_id: int, visitor: str) -> bool:
        with self._news:
            here = any(popup.message_id == message_id for popup in self._popups.get(visitor, ()))
            if here:
                self.shown_ids.append(message_id)
            self._news.notify_all()
            return here

    def unsubscribe(self, message_id: int, how: str) -> bool:
        if message_id >= 1_000:
            return False
        self.stopped.append((message_id, how))
        return True

    def workspace_name(self) -> str:
        return "Ackermann & <Flowers>"

    def offer(self, message_id: int, visitor: str = VISITOR, **content: Any) -> None:
        """Queues a popup for a visitor."""
        base: dict[str, Any] = {"headline": "10 % off", "text": "A code.", "button": "", "fields": ["email"]}
        with self._news:
            self._popups.setdefault(visitor, []).append(Popup(message_id, base | content))
            self._news.notify_all()

    def withdraw(self, message_id: int) -> None:
        """Takes a popup back, as leaving its node does."""
        for visitor, popups in self._popups.items():
            self._popups[visitor] = [popup for popup in popups if popup.message_id != message_id]

    def named(self, name: str) -> list[Event]:
        """The events of this name, oldest first."""
        return [event for event in self.events if event.name == name]

    def wait_named(self, name: str, count: int = 1, seconds: float = 20.0) -> list[Event]:
        """The same, when there are so many; whatever there is after ``seconds``."""
        with self._news:
            self._news.wait_for(lambda: len(self.named(name)) >= count, seconds)
            return self.named(name)

    def wait_waiting(self, visitor: str, seconds: float = 20.0) -> bool:
        """Whether this visitor has begun to wait for a popup by then."""
        with self._news:
            return self._news.wait_for(lambda: visitor in self._waiting, seconds)

    def wait_shown(self, count: int = 1, seconds: float = 20.0) -> list[int]:
        """The ids of shown popups, when there are so many."""
        with self._news:
            self._news.wait_for(lambda: len(self.shown_ids) >= count, seconds)
            return self.shown_ids


@dataclass
class World:
    """A running site, what its port has seen, and how to ask it."""

    port: Recorder
    server: SiteServer
    links: Links
    session: requests.Session = field(default_factory=requests.Session)

    def ask(self, method: str, path: str, **options: Any) -> requests.Response:
        """One request as a person's browser, redirects not followed."""
        headers: Mapping[str, str] = {"User-Agent": BROWSER} | options.pop("headers", {})
        url = path if path.startswith("http") else self.server.url + path
        return self.session.request(
            method, url, headers=headers, allow_redirects=False, timeout=30, **options
        )


def soon(seconds: float) -> datetime:
    """A moment counted from the site's standing clock."""
    return NOW + timedelta(seconds=seconds)


@contextmanager
def site(**options: Any) -> Iterator[World]:
    """A site on a free port of loopback, its clock standing at ``NOW``."""
    port = Recorder()
    links = Links("http://site.example", [KEY])
    settings = SiteOptions(**{"ticket_key": KEY} | options)
    with SiteServer(make_app(port, links, settings, lambda: NOW)) as server:
        world = World(port, server, links)
        yield world
        world.session.close()


def path_of(url: str) -> str:
    """The path of a link that ``Links`` made."""
    return url.removeprefix("http://site.example")
