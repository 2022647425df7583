"""The engine's lease, and when it has work again."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import and_, bindparam, case, literal_column, or_, select, update

from app.model.machine import LeaseRow
from app.store.dialects import Query, Words
from app.store.journeys import NEXT_ARMING, NEXT_DUE
from app.store.limits import LimitPart
from app.store.messages import ON_PAGE
from app.store.tables import lease
from app.store.types import maybe_moment, micros, moment
from app.store.waiting import NEXT_DATED, NEXT_RECHECK, NEXT_SCHEDULE

ENGINE: Final = "engine"


def _take(words: Words) -> Any:
    """A new owner gets the next fence: what the old one still writes is refused by its lower number."""
    new = words.insert(lease)
    kept = lease.c.owner == new.excluded.owner
    return new.on_conflict_do_update(
        index_elements=["name"],
        set_={
            "owner": new.excluded.owner,
            "until": new.excluded.until,
            "fence": lease.c.fence + case((kept, literal_column("0")), else_=literal_column("1")),
        },
        where=or_(
            kept,
            lease.c.until <= bindparam("now"),
            and_(lease.c.fence == bindparam("seen_fence"), lease.c.until == bindparam("seen_until")),
        ),
    )


_TAKE = Query(_take, "name", "owner", "until", "fence", "now", "seen_fence", "seen_until")
_DROP = Query(
    lambda _: (
        update(lease)
        .where(lease.c.name == bindparam("this"), lease.c.owner == bindparam("mine"))
        .values(until=bindparam("until"))
    ),
    "until",
    "this",
    "mine",
)


_ONE: Final = lease.c.name == bindparam("name")
_LEASE = Query(lambda _: select(lease.c.owner, lease.c.fence, lease.c.until).where(_ONE), "name")
_KEEP = Query(lambda words: words.shared(select(lease.c.owner, lease.c.fence).where(_ONE)), "name")
_NEXT: Final = (NEXT_DUE, NEXT_ARMING, NEXT_RECHECK, NEXT_DATED, NEXT_SCHEDULE)


class MachinePart(LimitPart):
    """The part of a transaction that is about the machine itself."""

    holds_lease: bool | None = None
    """Whether this transaction took the lease (True), lost or gave it back (False), or did not ask."""

    def take_lease(self, owner: str, now: datetime, seconds: float, seen: LeaseRow | None = None) -> bool:
        until = micros(now + timedelta(seconds=seconds))
        known = (-1, 0) if seen is None else (seen.fence, micros(seen.until))
        self.holds_lease = self._session.run(_TAKE, ENGINE, owner, until, 1, micros(now), *known) == 1
        return self.holds_lease

    def keeps_lease(self, owner: str, fence: int) -> bool:
        row = self._session.row(_KEEP, ENGINE)
        return row is not None and (row[0], row[1]) == (owner, fence)

    def drop_lease(self, owner: str) -> None:
        self._session.run(_DROP, 0, ENGINE, owner)
        self.holds_lease = False

    def lease(self) -> LeaseRow:
        row = self._session.row(_LEASE, ENGINE)
        return LeaseRow() if row is None else LeaseRow(row[0], row[1], moment(row[2]))

    def next_due(self, without: Collection[str] = ()) -> datetime | None:
        rows = [self._session.row(query) for query in _NEXT]
        moments = [row[0] for row in rows if row is not None and row[0] is not None]
        moments += self._next_ready(ON_PAGE | set(without))
        return maybe_moment(min(moments, default=None))
