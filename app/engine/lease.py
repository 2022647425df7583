"""The lease: of all engines that know one workspace, one works. It beats; who stands still is replaced.

Nothing here reads a clock that somebody can set. An engine that waits takes the lease of another only when it
has seen it stand still for the whole length of a lease, on its own clock; one that holds it sends only while
its last beat is younger than that. So however long a process is frozen, what it still had to send is not
sent, and what it still had to write is refused: the fence in the row is no longer its own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.model.errors import RefusedError

if TYPE_CHECKING:
    from app.engine.context import Context
    from app.engine.session import Session
    from app.model.machine import LeaseRow
    from app.model.ports import Transaction


class LeaseLostError(RefusedError):
    """Another engine has the workspace now; nothing of this transaction was written."""

    def __init__(self) -> None:
        super().__init__("Another engine has taken this workspace over, so this one has stopped.")


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds of the lease, all of them real ones."""

    lease: float = 30.0
    beat: float = 10.0
    look: float = 1.0
    """How often one that waits looks at the lease of the other."""

    @property
    def fresh(self) -> float:
        """So long after a beat its holder may begin to send: well before anyone may replace it."""
        return self.lease * 5 / 6


USUAL = Pace()


def _nothing(_session: Session) -> None:
    """Nothing is to be noted."""


def nobody(_owner: str) -> bool:
    """Of no owner is known that it is gone."""
    return False


class Lease:
    """One engine's hold on the workspace. ``owner`` is its name and no other engine's, not even the name of
    the next one in the same process.

    ``gone``: of which owners it is known without waiting that they are gone, because the lock of the place
    where they ran is ours.
    """

    def __init__(
        self, context: Context, owner: str, *, pace: Pace = USUAL, gone: Callable[[str], bool] = nobody
    ) -> None:
        self.owner, self.pace = owner, pace
        self.fence = 0
        """The number under which it works; 0 while it does not."""
        self._context, self._gone = context, gone
        self._beaten = 0.0
        self._beats = 0
        self._seen: tuple[LeaseRow, float] | None = None
        """The lease of another as it was seen first, and when."""

    @property
    def is_held(self) -> bool:
        """Whether it was held when it was last asked for."""
        return self.fence > 0

    def take(self) -> bool:
        """Takes the lease when it is free, ours, or left by somebody who is gone or has stood still."""
        with self._context.session("lease") as session:
            row = session.tx.lease()
            if not self._may_take(row):
                self.fence = 0
                session.tx.drop_lease(self.owner)
                return False
            begun = self._context.steady()
            if not session.tx.take_lease(self.owner, session.now, self.pace.lease, row):
                return False
            session.wrote = True
            fence = session.tx.lease().fence
        self.fence, self._beaten, self._seen = fence, begun, None
        return True

    def _may_take(self, row: LeaseRow) -> bool:
        if row.is_free or row.owner == self.owner or self._gone(row.owner):
            return True
        now = self._context.steady()
        if self._seen is None or self._seen[0] != row:
            self._seen = (row, now)
        return now - self._seen[1] >= self.pace.lease

    def take_or_refuse(self, pause: Callable[[float], object]) -> None:
        """For an engine that is to work at once: waits (by ``pause``) only for a lease that has run out.

        Raises RefusedError when another engine has the workspace.
        """
        while not self.take():
            with self._context.store.transaction() as tx:
                runs = tx.lease().until > self._context.clock.now()
            if runs:
                raise RefusedError(
                    "Another engine is already running this workspace. Stop it first, or wait half a minute."
                )
            pause(self.pace.look)

    def beat(self, note: Callable[[Session], None] = _nothing) -> None:
        """Says that it lives, with what is to be noted beside it; LeaseLostError when another engine has
        taken its place."""
        begun = self._context.steady()
        with self._context.session("lease", self) as session:
            # A microsecond more or less: each beat shows, on a clock that stands too.
            self._beats = (self._beats + 1) % 1000
            session.tx.take_lease(self.owner, session.now, self.pace.lease + self._beats / 1_000_000)
            session.wrote = True
            note(session)
        self._beaten = begun

    def beat_in_time(self, note: Callable[[Session], None] = _nothing) -> None:
        """Every beat is a commit, so there is one only when it is time."""
        if self._context.steady() - self._beaten >= self.pace.beat:
            self.beat(note)

    def check(self, tx: Transaction) -> None:
        """Raises LeaseLostError when another engine has taken its place; else nobody can before this
        transaction has ended."""
        if not self.fence or not tx.keeps_lease(self.owner, self.fence):
            self.fence = 0
            raise LeaseLostError

    def claim(self) -> Callable[[], bool]:
        """For what is claimed now: whether it may still be sent, because no other engine can have taken our
        place. A later beat makes no claim younger: who was frozen or asleep asks the policy anew."""
        until = self._beaten + self.pace.fresh
        return lambda: self.fence > 0 and self._context.steady() < until

    def give_back(self) -> None:
        """Lets the next one work at once."""
        with self._context.session("lease") as session:
            session.tx.drop_lease(self.owner)
            session.wrote = self.fence > 0
        self.fence = 0
