"""What every part of the engine is given: its ports, the workspace's zone and who it is."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from app.engine.faults import Faults
from app.engine.flood import Floods
from app.engine.halts import is_halted
from app.engine.intents import carry_out
from app.engine.pausing import pause_flooded
from app.engine.pulse import Pulse
from app.engine.session import Plans, Session
from app.engine.watch import Watch
from app.engine.zones import Nowhere
from app.model.rules import Rules

if TYPE_CHECKING:
    from datetime import datetime, tzinfo

    from app.engine.lease import Lease
    from app.model.journey import Changes
    from app.model.ports import Clock, Ids, Places, Store, Transaction

_RENEWED_AFTER: Final = 5.0

LOCKED_SECONDS: Final = 11.0
"""A little longer than a store waits for another program that has locked it."""


@dataclass(slots=True)
class Context:
    """The engine's ports and its standing."""

    store: Store
    clock: Clock
    ids: Ids
    zone: tzinfo
    owner: str
    """Names this process."""
    rules: Rules = field(default_factory=Rules)
    """The workspace's rules of sending; exchanged whole when they change."""
    renew: Callable[[], Rules] | None = None
    """Makes the rules as the settings are now; asked every few seconds."""
    places: Places = field(default_factory=Nowhere)
    faults: Faults = field(default_factory=Faults)
    plans: Plans = field(default_factory=Plans)
    tidied: datetime | None = None
    """When it was last looked for what can be taken away."""
    floods: Floods = field(default_factory=Floods)
    """Which flows break so often that they pause themselves."""
    batch: int = 500
    """Rows decided in one transaction at most."""
    wake: threading.Event = field(default_factory=threading.Event)
    """Set when something was stored that may be due at once."""
    braked: threading.Event = field(default_factory=threading.Event)
    """Set while this process has pulled the brake: what is in its hands goes no further."""
    changed: Callable[[], None] = lambda: None
    """Told after every commit that changed numbers."""
    witness: Callable[[Changes], None] | None = None
    """Told of all that sessions write, before it is committed: a rehearsal counts by it."""
    built: datetime | None = None
    """When this program was made: no clock that is right can be before that."""
    steady: Callable[[], float] = time.monotonic
    """Real seconds, awake or asleep, whatever clock the workspace lives by: the lease goes by them."""

    pulse: Pulse = field(default_factory=Pulse)
    """Beaten by the thread that decides."""
    watch: Watch = field(init=False)

    def __post_init__(self) -> None:
        self.watch = Watch(self)

    def is_halted(self, session: Session) -> bool:
        """Whether nothing may be sent, and nothing decided by the clock."""
        return not self.watch.is_sure() or is_halted(session.tx)

    _renewed: float = float("-inf")

    @contextmanager
    def session(self, commit: str = "", lease: Lease | None = None) -> Iterator[Session]:
        """One transaction: what is left in the session's changes is written, and what nodes have asked for is
        carried out, before the commit.

        ``commit`` names what it writes, one of ``faults.COMMITS``; empty for one that only reads. With a
        ``lease`` it is the engine's own work: LeaseLostError, and nothing written, when another engine has
        taken its place.
        """
        self._keep_rules()
        self.pulse.beat(LOCKED_SECONDS)
        with self.store.transaction() as tx:
            self.pulse.beat()
            if lease is not None:
                lease.check(tx)
            session = self.over(tx)
            session.tally = self.floods.tally()
            yield session
            session.write()
            carry_out(session)
            pause_flooded(session)
            if session.wrote:
                if not commit:
                    raise RuntimeError("a transaction of the engine that writes has no name")
                self.faults.point(f"{commit}.before-commit")
        self.floods.keep(session.tally)
        if session.wrote:
            self.faults.point(f"{commit}.committed")

    @contextmanager
    def looking(self) -> Iterator[Session]:
        """One transaction of which nothing is written: it tells what would come of something."""
        with self.store.transaction() as tx:
            yield self.over(tx)

    def over(self, tx: Transaction) -> Session:
        """A session over a transaction that somebody else has opened, and commits. What is left in it has to
        be written by hand."""
        return Session(
            tx,
            self.plans,
            self.ids,
            self.clock.now(),
            self.zone,
            self.rules,
            self.places,
            witness=self.witness,
        )

    def _keep_rules(self) -> None:
        """Another process, or the window, may have changed the settings meanwhile."""
        awake = self.clock.awake()
        if self.renew is not None and awake - self._renewed >= _RENEWED_AFTER:
            self._renewed, self.rules = awake, self.renew()
