"""What every part of the engine is given: its ports, the workspace's zone and who it is."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from app.engine.faults import Faults
from app.engine.session import Plans, Session

if TYPE_CHECKING:
    from datetime import tzinfo

    from app.model.ports import Clock, Ids, Store


@dataclass(slots=True)
class Context:
    """The engine's ports and its standing."""

    store: Store
    clock: Clock
    ids: Ids
    zone: tzinfo
    owner: str
    """Names this process on rows that it has in ``sending``."""
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
        """One transaction: whatever is left in the session's changes is written before the commit."""
        with self.store.transaction() as tx:
            session = Session(tx, self.plans, self.ids, self.clock.now(), self.zone)
            yield session
            session.write()
