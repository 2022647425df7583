"""The engine's lease, and when it has work again."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import bindparam, case, literal_column, or_, select, update

from app.store.dialects import Query, Words
from app.store.journeys import NEXT_ARMING, NEXT_DUE
from app.store.limits import LimitPart
from app.store.messages import ON_PAGE
from app.store.tables import lease
from app.store.types import maybe_moment, micros
from app.store.waiting import NEXT_DATED, NEXT_RECHECK, NEXT_SCHEDULE

ENGINE: Final = "engine"


def _take(words: Words) -> Any:
    """A new owner gets the next fence: what the old one still writes can be told by its lower number."""
    new = words.insert(lease)
    kept = lease.c.owner == new.excluded.owner
    return new.on_conflict_do_update(
        index_elements=["name"],
        set_={
            "owner": new.excluded.owner,
            "until": new.excluded.until,
            "fence": lease.c.fence + case((kept, literal_column("0")), else_=literal_column("1")),
        },
        where=or_(kept, lease.c.until <= bindparam("now")),
    )


_TAKE = Query(_take, "name", "owner", "until", "fence", "now")
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


_LEASE = Query(
    lambda _: select(lease.c.owner, lease.c.fence).where(lease.c.name == bindparam("name")), "name"
)
_NEXT: Final = (NEXT_DUE, NEXT_ARMING, NEXT_RECHECK, NEXT_DATED, NEXT_SCHEDULE)


class MachinePart(LimitPart):
    """The part of a transaction that is about the machine itself."""

    holds_lease: bool | None = None
    """Whether this transaction took the lease (True), lost or gave it back (False), or did not ask."""

    def take_lease(self, owner: str, now: datetime, seconds: float) -> bool:
        until = micros(now + timedelta(seconds=seconds))
        self.holds_lease = self._session.run(_TAKE, ENGINE, owner, until, 1, micros(now)) == 1
        return self.holds_lease

    def drop_lease(self, owner: str) -> None:
        if self._session.run(_DROP, 0, ENGINE, owner):
            self.holds_lease = False

    def lease(self) -> tuple[str, int]:
        row = self._session.row(_LEASE, ENGINE)
        return ("", 0) if row is None else (row[0], row[1])

    def next_due(self, without: Collection[str] = ()) -> datetime | None:
        rows = [self._session.row(query) for query in _NEXT]
        moments = [row[0] for row in rows if row is not None] + self._next_ready(ON_PAGE | set(without))
        return maybe_moment(min(moments, default=None))
