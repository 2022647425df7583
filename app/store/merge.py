"""Two contacts turn out to be one person."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, case, delete, func, select, text, update

from app.store.dialects import ONE, ZERO, Query, Words
from app.store.people import PeoplePart
from app.store.tables import (
    address,
    anonymous,
    arming,
    consent,
    contact,
    dated,
    event,
    journal,
    journey,
    last_word,
    member,
    message,
    recheck,
    tag,
)
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


def _words(words: Words) -> Any:
    new = words.insert(last_word).from_select(
        ["contact_id", "channel", "at"],
        select(
            bindparam("keep", type_=last_word.c.contact_id.type), last_word.c.channel, last_word.c.at
        ).where(last_word.c.contact_id == bindparam("gone")),
    )
    later = case((new.excluded.at > last_word.c.at, new.excluded.at), else_=last_word.c.at)
    return new.on_conflict_do_update(index_elements=["contact_id", "channel"], set_={"at": later})


_WORDS = Query(_words, "keep", "gone")
_MEMBERSHIPS = Query(
    lambda words: (
        words.insert(member)
        .from_select(
            ["segment_id", "contact_id", "since"],
            select(
                member.c.segment_id, bindparam("keep", type_=member.c.contact_id.type), member.c.since
            ).where(member.c.contact_id == bindparam("gone")),
        )
        .on_conflict_do_nothing(index_elements=["segment_id", "contact_id"])
    ),
    "keep",
    "gone",
)


def _drop(table: Table) -> Query:
    return Query(lambda _: delete(table).where(table.c.contact_id == bindparam("gone")), "gone")


_JOINED = [_TAGS, _MEMBERSHIPS, _WORDS]
"""What both may have had: one of each stays."""
_DROPPED = [_drop(table) for table in (tag, member, last_word, recheck, dated, anonymous)]
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
        for query in (*_JOINED, *_HANDED_OVER):
            self._session.run(query, keep, gone)
        for query in _DROPPED:
            self._session.run(query, gone)
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
