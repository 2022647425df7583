"""Two contacts turn out to be one person."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, delete, func, select, text, update

from app.store.dialects import ONE, ZERO, Query
from app.store.people import PeoplePart
from app.store.tables import address, arming, consent, contact, event, journal, journey, message, tag
from app.store.types import from_json, micros, to_json

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Table


def _hand_over(table: Table) -> Query:
    return Query(
        lambda _: (
            update(table).where(table.c.contact_id == bindparam("gone")).values(contact_id=bindparam("keep"))
        ),
        "keep",
        "gone",
    )


_HANDED_OVER = [_hand_over(table) for table in (event, consent, journey, message, journal)]
_ADDRESSES = Query(
    lambda _: (
        update(address)
        .where(address.c.contact_id == bindparam("gone"))
        .values(contact_id=bindparam("keep"), place=address.c.place + bindparam("after"))
    ),
    "keep",
    "after",
    "gone",
)
_AFTER = Query(
    lambda _: select(func.coalesce(func.max(address.c.place) + ONE, ZERO)).where(
        address.c.contact_id == bindparam("keep")
    ),
    "keep",
)
_TAGS = Query(
    lambda words: (
        words.insert(tag)
        .from_select(
            ["contact_id", "name"],
            select(bindparam("keep", type_=tag.c.contact_id.type), tag.c.name).where(
                tag.c.contact_id == bindparam("gone")
            ),
        )
        .on_conflict_do_nothing(index_elements=["contact_id", "name"])
    ),
    "keep",
    "gone",
)
_DROP_TAGS = Query(lambda _: delete(tag).where(tag.c.contact_id == bindparam("gone")), "gone")
_ABOUT = Query(
    lambda _: select(contact.c.zone, contact.c.language, contact.c.properties).where(
        contact.c.id == bindparam("id")
    ),
    "id",
)
_SETTLE = Query(
    lambda _: (
        update(contact)
        .where(contact.c.id == bindparam("this"))
        .values({name: bindparam(name) for name in ("zone", "language", "properties")})
    ),
    "zone",
    "language",
    "properties",
    "this",
)
_EMPTY = Query(
    lambda _: (
        update(contact)
        .where(contact.c.id == bindparam("this"))
        .values(zone=text("''"), language=text("''"), properties=text("'{}'"), erased_at=bindparam("at"))
    ),
    "at",
    "this",
)
_DROP_ARMINGS = Query(lambda _: delete(arming).where(arming.c.contact_id == bindparam("gone")), "gone")


class MergePart(PeoplePart):
    """The part of a transaction that merges contacts."""

    def merge_contacts(self, keep: int, gone: int, now: datetime) -> None:
        self._merge_about(keep, gone, micros(now))
        after = self._session.row(_AFTER, keep)[0]
        self._session.run(_ADDRESSES, keep, after, gone)
        self._session.run(_TAGS, keep, gone)
        self._session.run(_DROP_TAGS, gone)
        for query in _HANDED_OVER:
            self._session.run(query, keep, gone)
        self._merge_armings(keep, gone)

    def _merge_about(self, keep: int, gone: int, at: int) -> None:
        zone, language, properties = self._about(keep)
        other_zone, other_language, other_properties = self._about(gone)
        both = {**from_json(other_properties), **from_json(properties)}
        self._session.run(_SETTLE, zone or other_zone, language or other_language, to_json(both), keep)
        self._session.run(_EMPTY, at, gone)

    def _about(self, contact_id: int) -> Any:
        row = self._session.row(_ABOUT, contact_id)
        if row is None:
            raise KeyError(contact_id)
        return row

    def _merge_armings(self, keep: int, gone: int) -> None:
        """Of two that wait for the same quiet the later stays: that is the last time something happened."""
        for one in self.armings_of(gone):
            other = self.arming(one.flow_id, keep, one.key)
            if other is None or other.due_at < one.due_at:
                moved = type(one)(one.flow_id, keep, one.key, one.node, one.due_at, one.entry)
                self._write_armings([moved], [])
        self._session.run(_DROP_ARMINGS, gone)
