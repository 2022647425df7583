"""The outbox: messages and the reactions to them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Select, bindparam, insert, select, text, union_all, update

from app.model.journey import NOTICE, OPEN_STATES, Message, MessageState
from app.model.kinds import KINDS
from app.model.rows import replace
from app.model.rules import PRIORITIES
from app.store.dialects import ONE, ZERO, Query, Words, limit
from app.store.journeys import JourneyPart
from app.store.tables import (
    FLOW_RUNNING,
    JOURNEY_OPEN,
    MESSAGE_READY,
    MESSAGE_UNDER_WAY,
    flow,
    journey,
    message,
    reaction,
)
from app.store.turns import take_turns
from app.store.types import Known, from_json, maybe_micros, maybe_moment, micros, moment, to_json

if TYPE_CHECKING:
    from datetime import datetime

STATES: Final = Known({state.value: state for state in MessageState})
READY: Final = frozenset({MessageState.QUEUED, MessageState.RETRY})
UNDER_WAY: Final = frozenset(
    {MessageState.LEASED, MessageState.SENDING, MessageState.HELD, MessageState.UNKNOWN}
)
ON_PAGE: Final = frozenset(kind.channel for kind in KINDS.values() if kind.waits_on_page)
"""Channels whose rows wait for a visitor or a person, never for a moment."""
ANSWERS: Final = frozenset({"submitted", "closed", "clicked"})
"""After one of these a popup is not shown again."""
MACHINE: Final = "machine:"
_NONE: Final[frozenset[str]] = frozenset()
_READY_AT: Final = list(message.c.keys()).index("ready_at")
_AT_ONCE: Final = 100  # branches of one UNION; SQLite takes 500

_one_channel = (
    text(MESSAGE_READY),
    message.c.flow_id == bindparam("flow"),
    message.c.channel == bindparam("channel"),
)
_oldest_first = (message.c.created_at, message.c.id)

_RUNNING = Query(lambda _: select(flow.c.id).where(text(FLOW_RUNNING)).order_by(flow.c.id))
_BY_ID = Query(lambda words: words.locked(select(message).where(message.c.id == bindparam("id"))), "id")
_OF_JOURNEYS = Query(
    lambda words: (
        select(message).where(words.among(message.c.journey_id, "journeys")).order_by(*_oldest_first)
    ),
    "journeys",
)
_UNDER_WAY = Query(
    lambda _: (
        select(message)
        .where(text(MESSAGE_UNDER_WAY), message.c.state == bindparam("state"))
        .order_by(*_oldest_first)
        .limit(limit())
        .offset(ZERO)
    ),
    "state",
    "limit",
)
_IN_STATE = Query(
    lambda _: (
        select(message)
        .where(message.c.state == bindparam("state"))
        .order_by(*_oldest_first)
        .limit(limit())
        .offset(ZERO)
    ),
    "state",
    "limit",
)


def _held(whose: Any, name: str) -> Query:
    return Query(
        lambda words: words.locked(
            select(message)
            .where(
                text(MESSAGE_UNDER_WAY),
                text("state = 'held'"),
                whose == bindparam(name),
                message.c.reason == bindparam("reason"),
            )
            .order_by(message.c.priority, *_oldest_first)
            .limit(limit())
            .offset(ZERO)
        ),
        name,
        "reason",
        "limit",
    )


_HELD_ON = _held(message.c.channel, "channel")
_HELD_OF = _held(message.c.flow_id, "flow")
_QUEUED = Query(
    lambda _: (
        select(message)
        .where(text(MESSAGE_READY), message.c.channel != text(f"'{NOTICE}'"))
        .order_by(message.c.flow_id, message.c.channel, message.c.priority, message.c.ready_at)
        .limit(limit())
        .offset(ZERO)
    ),
    "limit",
)
_CANCELLED = Query(
    lambda words: (
        select(message)
        .where(
            message.c.id > bindparam("after"),
            text("state = 'cancelled'"),
            words.among(message.c.reason, "reasons"),
        )
        .order_by(message.c.id)
        .limit(limit())
        .offset(ZERO)
    ),
    "after",
    "reasons",
    "limit",
)
_SENT_SINCE = Query(
    lambda _: (
        select(message)
        .where(
            message.c.sent_at >= bindparam("since"),
            text("state = 'sent'"),
            message.c.channel != text(f"'{NOTICE}'"),
        )
        .order_by(message.c.sent_at.desc(), message.c.id.desc())
        .limit(limit())
        .offset(ZERO)
    ),
    "since",
    "limit",
)
_BY_IDS = Query(
    lambda words: select(message).where(words.among(message.c.id, "ids")).order_by(*_oldest_first), "ids"
)
_OF_CONTACT = Query(
    lambda words: words.locked(
        select(message).where(message.c.contact_id == bindparam("contact")).order_by(*_oldest_first)
    ),
    "contact",
)
_STANDING = Query(
    lambda words: select(journey.c.id, journey.c.step).where(
        words.among(journey.c.id, "ids"), text(JOURNEY_OPEN)
    ),
    "ids",
)
_NEXT_CHANNEL = Query(
    lambda _: (
        select(message.c.channel)
        .where(
            text(MESSAGE_READY),
            message.c.flow_id == bindparam("flow"),
            message.c.channel > bindparam("channel"),
        )
        .order_by(message.c.channel)
        .limit(ONE)
        .offset(ZERO)
    ),
    "flow",
    "channel",
)
_NEXT_READY = Query(
    lambda _: (
        select(message.c.ready_at)
        .where(*_one_channel, message.c.priority == bindparam("priority"))
        .order_by(message.c.ready_at)
        .limit(ONE)
        .offset(ZERO)
    ),
    "flow",
    "channel",
    "priority",
)
_QUEUE = Query(lambda _: insert(message), *message.c.keys())
_CHANGING: Final = (
    "version_id",
    "node",
    "purpose",
    "state",
    "due_at",
    "late_at",
    "before_at",
    "next_try_at",
    "attempts",
    "reason",
    "address",
    "content",
    "sent_at",
    "provider_id",
    "owner",
    "ready_at",
    "priority",
)
_CHANGE = Query(
    lambda _: (
        update(message)
        .where(message.c.id == bindparam("this"))
        .values({name: bindparam(name) for name in _CHANGING})
    ),
    *_CHANGING,
    "this",
)
_REACTIONS = Query(
    lambda words: select(reaction.c.message_id, reaction.c.name).where(
        words.among(reaction.c.message_id, "messages")
    ),
    "messages",
)
_REACT = Query(
    lambda words: words.insert(reaction).on_conflict_do_nothing(index_elements=["message_id", "name"]),
    *reaction.c.keys(),
)


@cache
def _ready(branches: int) -> Query:
    """The oldest rows of so many triples of flow, channel and priority: each costs one look into the index,
    and what paused flows have piled up costs nothing."""

    def build(_: Words) -> Select[Any]:
        parts = [
            select(message)
            .where(
                text(MESSAGE_READY),
                message.c.flow_id == bindparam(f"flow{n}"),
                message.c.channel == bindparam(f"channel{n}"),
                message.c.priority == bindparam(f"priority{n}"),
                message.c.ready_at <= bindparam(f"now{n}"),
            )
            .order_by(message.c.ready_at, message.c.id)
            .limit(limit(f"limit{n}"))
            .offset(ZERO)
            .subquery()
            for n in range(branches)
        ]
        every = union_all(*(select(part) for part in parts)).subquery()
        return select(every).order_by(every.c.ready_at, every.c.id)

    names = [
        f"{name}{n}" for n in range(branches) for name in ("flow", "channel", "priority", "now", "limit")
    ]
    return Query(build, *names)


class MessagePart(JourneyPart):
    """The part of a transaction that is about messages."""

    def messages_of(self, journey_ids: Sequence[int]) -> Mapping[int, Sequence[Message]]:
        rows = self._session.rows(_OF_JOURNEYS, self._session.listed(journey_ids)) if journey_ids else ()
        found: dict[int, list[Message]] = defaultdict(list)
        for one in self._messages(rows):
            found[one.journey_id].append(one)
        return dict(found)

    def message(self, message_id: int) -> Message | None:
        return next(iter(self._messages(self._session.rows(_BY_ID, message_id))), None)

    def messages_by_id(self, ids: Sequence[int]) -> Sequence[Message]:
        """These messages, oldest first."""
        return self._messages(self._session.rows(_BY_IDS, self._session.listed(ids)) if ids else ())

    def messages_to(self, contact_id: int) -> Sequence[Message]:
        """All of a contact, oldest first."""
        return self._messages(self._session.rows(_OF_CONTACT, contact_id))

    def ready_messages(
        self, channels: Sequence[str], now: datetime, limit: int, after: int = 0
    ) -> Sequence[Message]:
        queues = [
            (row[0], name, priority)
            for row in self._session.rows(_RUNNING)
            for name in sorted(set(channels))
            for priority in PRIORITIES.values()
        ]
        until = micros(now)
        rows: list[Any] = []
        for start in range(0, len(queues), _AT_ONCE):
            part = queues[start : start + _AT_ONCE]
            values = [value for queue in part for value in (*queue, until, limit)]
            rows += self._session.rows(_ready(len(part)), *values)
        rows.sort(key=lambda row: (row[_READY_AT], row[0]))
        chosen = take_turns([_message(row, _NONE) for row in rows], limit, after)
        reactions = self._reactions([one.id for one in chosen])
        return [replace(one, reactions=reactions[one.id]) if one.id in reactions else one for one in chosen]

    def messages_in(self, state: str, limit: int) -> Sequence[Message]:
        query = _UNDER_WAY if state in UNDER_WAY else _IN_STATE
        return self._messages(self._session.rows(query, state, limit))

    def held_messages(
        self, reason: str, limit: int, *, channel: str = "", flow_id: int = 0
    ) -> Sequence[Message]:
        query, whose = (_HELD_ON, channel) if channel else (_HELD_OF, flow_id)
        return self._messages(self._session.rows(query, whose, reason, limit))

    def queued_messages(self, limit: int) -> Sequence[Message]:
        return self._messages(self._session.rows(_QUEUED, limit))

    def cancelled_messages(self, reasons: Sequence[str], after: int, limit: int) -> Sequence[Message]:
        return self._messages(
            self._session.rows(_CANCELLED, after, self._session.listed(list(reasons)), limit)
        )

    def sent_since(self, since: datetime, limit: int) -> Sequence[Message]:
        return self._messages(self._session.rows(_SENT_SINCE, micros(since), limit))

    def open_messages(self, contact_id: int, channel: str) -> Sequence[Message]:
        return [
            one
            for one in self.messages_to(contact_id)
            if one.state in OPEN_STATES and channel in ("", one.channel)
        ]

    def page_messages(self, contact_id: int) -> Sequence[Message]:
        popups = [one for one in self.messages_to(contact_id) if one.channel == "popup"]
        standing = self._standing({one.journey_id for one in popups if one.state is MessageState.SENT})
        return [one for one in popups if waits_on_page(one, standing)]

    def _standing(self, journey_ids: Iterable[int]) -> Mapping[int, int]:
        wanted = sorted(journey_ids)
        rows = self._session.rows(_STANDING, self._session.listed(wanted)) if wanted else ()
        return {row[0]: row[1] for row in rows}

    def _next_ready(self, without: Collection[str]) -> list[int]:
        """The earliest moment of each flow and of each channel but these."""
        rows = (
            self._session.row(_NEXT_READY, flow_id, channel, priority)
            for (flow_id,) in self._session.rows(_RUNNING)
            for channel in self._waiting_channels(flow_id)
            if channel not in without
            for priority in PRIORITIES.values()
        )
        return [row[0] for row in rows if row is not None]

    def _waiting_channels(self, flow_id: int) -> list[str]:
        found: list[str] = []
        while row := self._session.row(_NEXT_CHANNEL, flow_id, found[-1] if found else ""):
            found.append(row[0])
        return found

    def _messages(self, rows: Sequence[Any]) -> list[Message]:
        reactions = self._reactions([row[0] for row in rows])
        return [_message(row, reactions.get(row[0], _NONE)) for row in rows]

    def _reactions(self, ids: Sequence[int]) -> Mapping[int, frozenset[str]]:
        found: dict[int, set[str]] = defaultdict(set)
        for message_id, name in self._session.rows(_REACTIONS, self._session.listed(ids)) if ids else ():
            found[message_id].add(name)
        return {message_id: frozenset(names) for message_id, names in found.items()}

    def _write_messages(self, queued: Iterable[Message], changed: Iterable[Message]) -> None:
        self._session.many(_QUEUE, [_row(one) for one in queued])
        self._session.many(_CHANGE, [(*_changing(one), one.id) for one in changed])

    def _write_reactions(self, messages: Iterable[Message], heard: Mapping[tuple[int, str], Heard]) -> None:
        rows = [
            (one.id, name, *heard.get((one.id, name), _unheard(name)))
            for one in messages
            for name in sorted(one.reactions)
        ]
        self._session.many(_REACT, rows)


Heard = tuple[str, int | None]
"""Who made a reaction, and when (in microseconds)."""


def _unheard(name: str) -> Heard:
    return ("machine" if name.startswith(MACHINE) else "unknown", None)


def waits_on_page(one: Message, standing: Mapping[int, int]) -> bool:
    """Whether a popup is still to be seen; ``standing`` is the step of each journey that is still open."""
    if one.state is MessageState.QUEUED:
        return True
    here = standing.get(one.journey_id) == one.step
    return one.state is MessageState.SENT and here and not (ANSWERS & one.reactions)


def ready_at(one: Message) -> datetime | None:
    """When it may be tried; None when it is not to be tried."""
    return (one.next_try_at or one.due_at) if one.state in READY else None


def _message(row: Any, reactions: frozenset[str]) -> Message:
    (
        id_,
        journey_id,
        step,
        flow_id,
        version_id,
        contact_id,
        node,
        channel,
        purpose,
        state,
        due_at,
        created_at,
        late_at,
        before_at,
        next_try_at,
        attempts,
        reason,
        address,
        content,
        sent_at,
        provider_id,
        owner,
        _,
        priority,
        rung,
    ) = row
    return Message(
        id_,
        journey_id,
        step,
        flow_id,
        version_id,
        contact_id,
        node,
        channel,
        purpose,
        STATES[state],
        moment(due_at),
        moment(created_at),
        maybe_moment(late_at),
        maybe_moment(before_at),
        maybe_moment(next_try_at),
        attempts,
        reason,
        address,
        from_json(content),
        maybe_moment(sent_at),
        provider_id,
        owner,
        priority,
        rung,
        reactions,
    )


def _row(new: Message) -> tuple[Any, ...]:
    return (
        new.id,
        new.journey_id,
        new.step,
        new.flow_id,
        new.version_id,
        new.contact_id,
        new.node,
        new.channel,
        new.purpose,
        new.state.value,
        micros(new.due_at),
        micros(new.created_at),
        maybe_micros(new.late_at),
        maybe_micros(new.before_at),
        maybe_micros(new.next_try_at),
        new.attempts,
        new.reason,
        new.address,
        to_json(new.content),
        maybe_micros(new.sent_at),
        new.provider_id,
        new.owner,
        maybe_micros(ready_at(new)),
        new.priority,
        new.rung,
    )


def _changing(new: Message) -> tuple[Any, ...]:
    """What may change in a row, in the order of ``_CHANGING``."""
    return (
        new.version_id,
        new.node,
        new.purpose,
        new.state.value,
        micros(new.due_at),
        maybe_micros(new.late_at),
        maybe_micros(new.before_at),
        maybe_micros(new.next_try_at),
        new.attempts,
        new.reason,
        new.address,
        to_json(new.content),
        maybe_micros(new.sent_at),
        new.provider_id,
        new.owner,
        maybe_micros(ready_at(new)),
        new.priority,
    )
