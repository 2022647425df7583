"""What limits and policy ask of the past: what was used, said and heard, and who is still anonymous."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import bindparam, case, delete, func, select, text, update

from app.model.journey import Said
from app.store.dialects import ZERO, Query, Words, limit
from app.store.postgres import LIMIT_LOCK
from app.store.tables import (
    JOURNEY_OPEN,
    MESSAGE_UNDER_WAY,
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
    machine,
    member,
    message,
    recheck,
    tag,
    usage,
)
from app.store.types import from_json, micros, moment, to_json
from app.store.waiting import WaitingPart

if TYPE_CHECKING:
    from datetime import datetime

    from app.model.journey import Changes

_USED = Query(
    lambda _: select(func.coalesce(func.sum(usage.c.count), ZERO)).where(
        usage.c.name == bindparam("limit_name"), usage.c.slot >= bindparam("since")
    ),
    "limit_name",
    "since",
)
_SLOTS = Query(
    lambda _: (
        select(usage.c.slot, usage.c.count)
        .where(usage.c.name == bindparam("limit_name"), usage.c.slot >= bindparam("since"))
        .order_by(usage.c.slot)
    ),
    "limit_name",
    "since",
)
_FORGET_USED = Query(
    lambda _: delete(usage).where(usage.c.name == bindparam("this"), usage.c.slot < bindparam("before")),
    "this",
    "before",
)
_SAID = Query(
    lambda words: (
        select(message.c.contact_id, message.c.sent_at, message.c.channel, message.c.priority)
        .where(
            words.among(message.c.contact_id, "ids"),
            message.c.sent_at >= bindparam("since"),
            message.c.purpose == text("'marketing'"),
        )
        .order_by(message.c.sent_at, message.c.id)
    ),
    "ids",
    "since",
)
_ON_THE_WIRE = Query(
    lambda words: (
        select(message.c.contact_id, message.c.channel, message.c.priority)
        .where(
            text(MESSAGE_UNDER_WAY),
            text("state = 'sending'"),
            message.c.purpose == text("'marketing'"),
            words.among(message.c.contact_id, "ids"),
        )
        .order_by(message.c.id)
    ),
    "ids",
)
_LAST_WORDS = Query(lambda words: select(last_word).where(words.among(last_word.c.contact_id, "ids")), "ids")
_STARTS = Query(
    lambda _: select(func.count()).where(
        journey.c.flow_id == bindparam("flow"),
        journey.c.contact_id == bindparam("contact"),
        text("cause IN ('flow', 'segment')"),
        journey.c.started_at >= bindparam("since"),
    ),
    "flow",
    "contact",
    "since",
)
_INSIDE = Query(
    lambda _: select(func.count()).select_from(
        select(journey.c.contact_id)
        .where(journey.c.flow_id == bindparam("flow"), text(JOURNEY_OPEN))
        .limit(limit("most"))
        .offset(ZERO)
        .subquery()
    ),
    "flow",
    "most",
)
_QUIET = Query(
    lambda _: (
        select(anonymous.c.contact_id)
        .where(anonymous.c.seen_at < bindparam("before"))
        .order_by(anonymous.c.seen_at, anonymous.c.contact_id)
        .limit(limit())
        .offset(ZERO)
    ),
    "before",
    "limit",
)
_HAVE_JOURNEY = Query(
    lambda words: select(journey.c.contact_id).where(
        words.among(journey.c.contact_id, "ids"), text(JOURNEY_OPEN)
    ),
    "ids",
)
_KNOWN = Query(lambda _: delete(anonymous).where(anonymous.c.contact_id == bindparam("contact")), "contact")
_MACHINE = Query(lambda _: select(machine.c.value).where(machine.c.name == bindparam("name")), "name")
_FORGET = Query(lambda _: delete(machine).where(machine.c.name == bindparam("this")), "this")


def _blank(table: Any, **values: str) -> Query:
    blank = {name: text(value) for name, value in values.items()}
    return Query(
        lambda _: update(table).where(table.c.contact_id == bindparam("contact")).values(blank), "contact"
    )


_BLANKED: Final = [
    _blank(journey, entry="'{}'"),
    _blank(journal, data="'{}'"),
    Query(
        lambda _: (
            update(journal)
            .where(
                journal.c.journey_id.in_(
                    select(journey.c.id).where(journey.c.contact_id == bindparam("contact")).scalar_subquery()
                )
            )
            .values(data=text("'{}'"))
        ),
        "contact",
    ),
    _blank(message, content="'{}'", address="''"),
]
"""Rows that stay for the numbers, without what they say of a person (rule 23)."""
_ERASE = Query(
    lambda _: (
        update(contact)
        .where(contact.c.id == bindparam("this"))
        .values(properties=text("'{}'"), erased_at=bindparam("at"))
    ),
    "at",
    "this",
)


def _of_contact(table: Any) -> Query:
    return Query(lambda _: delete(table).where(table.c.contact_id == bindparam("contact")), "contact")


_GONE_WITH: Final = [
    _of_contact(table)
    for table in (tag, address, consent, event, arming, dated, member, recheck, last_word, anonymous)
]


def _use(words: Words) -> Any:
    new = words.insert(usage)
    return new.on_conflict_do_update(
        index_elements=["name", "slot"], set_={"count": usage.c.count + new.excluded.count}
    )


def _hear(words: Words) -> Any:
    new = words.insert(last_word)
    later = case((new.excluded.at > last_word.c.at, new.excluded.at), else_=last_word.c.at)
    return new.on_conflict_do_update(index_elements=["contact_id", "channel"], set_={"at": later})


def _see(words: Words) -> Any:
    new = words.insert(anonymous)
    return new.on_conflict_do_update(index_elements=["contact_id"], set_={"seen_at": new.excluded.seen_at})


def _remember(words: Words) -> Any:
    new = words.insert(machine)
    return new.on_conflict_do_update(index_elements=["name"], set_={"value": new.excluded.value})


_USE = Query(_use, *usage.c.keys())
_HEAR = Query(_hear, *last_word.c.keys())
_SEE = Query(_see, *anonymous.c.keys())
_REMEMBER = Query(_remember, *machine.c.keys())


class LimitPart(WaitingPart):
    """The part of a transaction that is about limits, and what is remembered for them."""

    def used(self, name: str, since: int) -> int:
        if not self._session.words.is_sqlite and self._session.words.writing:
            self._session.connection.exec_driver_sql(LIMIT_LOCK, (f"limit {name}",))
        return int(self._session.row(_USED, name, since)[0])

    def slots(self, name: str, since: int) -> Sequence[tuple[int, int]]:
        return [(row[0], int(row[1])) for row in self._session.rows(_SLOTS, name, since)]

    def forget_used(self, name: str, before: int) -> None:
        self._session.run(_FORGET_USED, name, before)

    def said_to(
        self, contact_ids: Sequence[int], since: datetime, now: datetime
    ) -> Mapping[int, Sequence[Said]]:
        if not contact_ids:
            return {}
        found: dict[int, list[Said]] = defaultdict(list)
        listed = self._session.listed(contact_ids)
        for contact_id, at, channel, priority in self._session.rows(_SAID, listed, micros(since)):
            found[contact_id].append(Said(moment(at), channel, priority))
        for contact_id, channel, priority in self._session.rows(_ON_THE_WIRE, listed):
            found[contact_id].append(Said(now, channel, priority))
        return dict(found)

    def last_words(self, contact_ids: Sequence[int]) -> Mapping[int, Mapping[str, datetime]]:
        found: dict[int, dict[str, datetime]] = defaultdict(dict)
        for contact_id, channel, at in self._listed(_LAST_WORDS, contact_ids):
            found[contact_id][channel] = moment(at)
        return dict(found)

    def starts(self, flow_id: int, contact_id: int, since: datetime) -> int:
        return int(self._session.row(_STARTS, flow_id, contact_id, micros(since))[0])

    def inside(self, flow_id: int, most: int) -> int:
        return int(self._session.row(_INSIDE, flow_id, most)[0])

    def quiet_anonymous(self, before: datetime, limit: int) -> Sequence[int]:
        return [row[0] for row in self._session.rows(_QUIET, micros(before), limit)]

    def forget(self, contact_ids: Sequence[int], now: datetime) -> None:
        stay = {row[0] for row in self._listed(_HAVE_JOURNEY, contact_ids)}
        gone = [(id_,) for id_ in contact_ids if id_ not in stay]
        for query in (*_GONE_WITH, *_BLANKED):
            self._session.many(query, gone)
        self._session.many(_ERASE, [(micros(now), id_) for (id_,) in gone])

    def machine(self, name: str) -> Any:
        row = self._session.row(_MACHINE, name)
        return None if row is None else from_json(row[0])

    def _write_limits(self, changes: Changes) -> None:
        self._write_used(changes.used)
        self._write_words(changes.words)
        self._write_seen(changes.seen)
        self._write_machine({**changes.machine, **{f"paused:{flow}": why for flow, why in changes.paused}})

    def _write_used(self, used: Mapping[tuple[str, int], int]) -> None:
        self._session.many(_USE, [(name, slot, count) for (name, slot), count in used.items() if count])

    def _write_words(self, words: Iterable[tuple[int, str, datetime]]) -> None:
        self._session.many(_HEAR, [(contact_id, channel, micros(at)) for contact_id, channel, at in words])

    def _write_seen(self, seen: Mapping[int, datetime | None]) -> None:
        self._session.many(_KNOWN, [(id_,) for id_, at in seen.items() if at is None])
        self._session.many(_SEE, [(id_, micros(at)) for id_, at in seen.items() if at is not None])

    def _write_machine(self, values: Mapping[str, Any]) -> None:
        self._session.many(_FORGET, [(name,) for name, value in values.items() if value is None])
        kept = [(name, to_json(value)) for name, value in values.items() if value is not None]
        self._session.many(_REMEMBER, kept)
