"""What every part of the engine is given: its ports, the workspace's zone and who it is."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from app.engine.faults import Faults
from app.engine.intents import carry_out
from app.engine.session import Plans, Session
from app.engine.zones import Nowhere
from app.model.rules import Rules

if TYPE_CHECKING:
    from datetime import tzinfo

    from app.model.ports import Clock, Ids, Places, Store


@dataclass(slots=True)
class Context:
    """The engine's ports and its standing."""

    store: Store
    clock: Clock
    ids: Ids
    zone: tzinfo
    owner: str
    """Names this process on rows that it has in ``sending``."""
    rules: Rules = field(default_factory=Rules)
    """The workspace's rules of sending; exchanged whole when they change."""
    places: Places = field(default_factory=Nowhere)
    faults: Faults = field(default_factory=Faults)
    plans: Plans = field(default_factory=Plans)
    batch: int = 500
    """Rows decided in one transaction at most."""
    wake: threading.Event = field(default_factory=threading.Event)
    """Set when something was stored that may be due at once."""
    changed: Callable[[], None] = lambda: None
    """Told after every commit that changed numbers."""

    @contextmanager
    def session(self) -> Iterator[Session]:
        """One transaction: what is left in the session's changes is written, and what nodes have asked for is
        carried out, before the commit."""
        with self.store.transaction() as tx:
            session = Session(tx, self.plans, self.ids, self.clock.now(), self.zone, self.rules, self.places)
            yield session
            session.write()
            carry_out(session)
