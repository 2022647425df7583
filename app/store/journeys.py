"""Journeys and the entries that wait for quiet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import (
    Integer,
    Text,
    and_,
    bindparam,
    cast,
    delete,
    func,
    insert,
    literal_column,
    or_,
    select,
    text,
    update,
)

from app.model.journey import Arming, Journey, JourneyState
from app.store.dialects import ONE, ZERO, Query, Words, limit
from app.store.flows import FlowPart
from app.store.tables import JOURNEY_OPEN, JOURNEY_WAITS, arming, flow, journey, machine
from app.store.types import Known, from_json, maybe_micros, maybe_moment, micros, moment, to_json

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Select

STATES: Final = Known({state.value: state for state in JourneyState})
CLOSED: Final = frozenset({JourneyState.DONE, JourneyState.ERASED})

WAITS: Final = frozenset({JourneyState.DUE, JourneyState.WAITING})

_open = text(JOURNEY_OPEN)
_oldest_first = (journey.c.started_at, journey.c.id)


def _stopped() -> Select[Any]:
    """Flows of which nothing is decided: stopped by a person, or paused because their deciders break."""
    broken = select(machine.c.name).where(
        machine.c.name == literal_column("'broken:'", Text) + cast(flow.c.id, Text)
    )
    return select(flow.c.id).where(
        or_(text("flow.state = 'stopped'"), and_(text("flow.state = 'paused'"), broken.exists()))
    )


_DUE = Query(
    lambda words: words.locked(
        select(journey)
        .where(
            text(JOURNEY_WAITS), journey.c.due_at <= bindparam("now"), journey.c.flow_id.not_in(_stopped())
        )
        .order_by(journey.c.due_at, journey.c.id)
        .limit(limit())
        .offset(ZERO),
        skip=True,
    ),
    "now",
    "limit",
)
NEXT_DUE = Query(
    lambda _: (
        select(journey.c.due_at)
        .where(text(JOURNEY_WAITS), journey.c.due_at.is_not(None), journey.c.flow_id.not_in(_stopped()))
        .order_by(journey.c.due_at)
        .limit(ONE)
        .offset(ZERO)
    )
)
_BY_ID = Query(
    lambda words: words.locked(select(journey).where(words.among(journey.c.id, "ids"))),
    "ids",
)
_OPEN_OF_CONTACT = Query(
    lambda words: words.locked(
        select(journey).where(journey.c.contact_id == bindparam("contact"), _open).order_by(*_oldest_first)
    ),
    "contact",
)
_OF_CONTACT = Query(
    lambda _: select(journey).where(journey.c.contact_id == bindparam("contact")).order_by(*_oldest_first),
    "contact",
)
_NEWEST = Query(
    lambda _: (
        select(journey)
        .where(
            journey.c.flow_id == bindparam("flow"),
            journey.c.contact_id == bindparam("contact"),
            journey.c.key == bindparam("key"),
        )
        .order_by(journey.c.started_at.desc(), journey.c.id.desc())
        .limit(ONE)
        .offset(ZERO)
    ),
    "flow",
    "contact",
    "key",
)
_OPEN_OF_FLOW = Query(
    lambda words: words.locked(
        select(journey)
        .where(journey.c.flow_id == bindparam("flow"), _open)
        .order_by(journey.c.contact_id, journey.c.key)
        .limit(limit())
        .offset(ZERO)
    ),
    "flow",
    "limit",
)
_PARKED_OF_FLOW = Query(
    lambda words: words.locked(
        select(journey)
        .where(
            journey.c.flow_id == bindparam("flow"),
            _open,
            text("state = 'parked'"),
            journey.c.id > bindparam("after"),
        )
        .order_by(journey.c.id)
        .limit(limit())
        .offset(ZERO)
    ),
    "flow",
    "after",
    "limit",
)
_START = Query(lambda _: insert(journey), *journey.c.keys())
_FIXED: Final = ("id", "flow_id", "contact_id", "key", "started_at", "entry", "cause", "shelved")
_MOVING: Final = tuple(name for name in journey.c.keys() if name not in _FIXED)  # noqa: SIM118
_MOVE = Query(
    lambda _: (
        update(journey)
        .where(journey.c.id == bindparam("this"), journey.c.step == bindparam("was", type_=Integer))
        .values({name: bindparam(name) for name in _MOVING})
    ),
    *_MOVING,
    "this",
    "was",
)

_DUE_ARMINGS = Query(
    lambda words: words.locked(
        select(arming)
        .where(arming.c.due_at <= bindparam("now"))
        .order_by(arming.c.due_at, arming.c.flow_id, arming.c.contact_id, arming.c.key)
        .limit(limit())
        .offset(ZERO),
        skip=True,
    ),
    "now",
    "limit",
)
NEXT_ARMING = Query(lambda _: select(func.min(arming.c.due_at)))
_one_arming = (
    arming.c.flow_id == bindparam("flow"),
    arming.c.contact_id == bindparam("contact"),
    arming.c.key == bindparam("armed_key"),
)
_ARMING = Query(
    lambda words: words.locked(select(arming).where(*_one_arming)), "flow", "contact", "armed_key"
)
_ARMINGS_OF = Query(
    lambda words: words.locked(
        select(arming)
        .where(arming.c.contact_id == bindparam("contact"))
        .order_by(arming.c.flow_id, arming.c.key)
    ),
    "contact",
)
_DISARM = Query(lambda _: delete(arming).where(*_one_arming), "flow", "contact", "armed_key")


def _arm(words: Words) -> Any:
    new = words.insert(arming)
    return new.on_conflict_do_update(
        index_elements=["flow_id", "contact_id", "key"],
        set_={name: new.excluded[name] for name in ("node", "due_at", "entry", "cause")},
    )


_ARM = Query(_arm, *arming.c.keys())


class JourneyPart(FlowPart):
    """The part of a transaction that is about journeys."""

    def due_journeys(self, now: datetime, limit: int) -> Sequence[Journey]:
        return [journey_of(row) for row in self._session.rows(_DUE, micros(now), limit)]

    def due_armings(self, now: datetime, limit: int) -> Sequence[Arming]:
        return [_arming(row) for row in self._session.rows(_DUE_ARMINGS, micros(now), limit)]

    def arming(self, flow_id: int, contact_id: int, key: str) -> Arming | None:
        row = self._session.row(_ARMING, flow_id, contact_id, key)
        return None if row is None else _arming(row)

    def armings_of(self, contact_id: int) -> Sequence[Arming]:
        return [_arming(row) for row in self._session.rows(_ARMINGS_OF, contact_id)]

    def journeys(self, ids: Sequence[int]) -> Mapping[int, Journey]:
        rows = self._session.rows(_BY_ID, self._session.listed(ids)) if ids else ()
        return {row[0]: journey_of(row) for row in rows}

    def open_journeys(self, contact_id: int) -> Sequence[Journey]:
        return [journey_of(row) for row in self._session.rows(_OPEN_OF_CONTACT, contact_id)]

    def journeys_of(self, contact_id: int) -> Sequence[Journey]:
        """All of a contact, finished ones too, oldest first."""
        return [journey_of(row) for row in self._session.rows(_OF_CONTACT, contact_id)]

    def newest_journey(self, flow_id: int, contact_id: int, key: str) -> Journey | None:
        row = self._session.row(_NEWEST, flow_id, contact_id, key)
        return None if row is None else journey_of(row)

    def open_journeys_of_flow(self, flow_id: int, limit: int) -> Sequence[Journey]:
        return [journey_of(row) for row in self._session.rows(_OPEN_OF_FLOW, flow_id, limit)]

    def parked_journeys(self, flow_id: int, after: int, limit: int) -> Sequence[Journey]:
        return [journey_of(row) for row in self._session.rows(_PARKED_OF_FLOW, flow_id, after, limit)]

    def _write_journeys(self, started: Iterable[Journey], moved: Sequence[tuple[Journey, int]]) -> list[int]:
        """Moves first: a journey that ends may make room for one that starts."""
        lost = self._move(moved)
        self._session.many(_START, [_row(one) for one in started])
        return lost

    def _move(self, moved: Sequence[tuple[Journey, int]]) -> list[int]:
        rows = [(*_moving(new), new.id, was) for new, was in moved]
        if self._session.many(_MOVE, rows) == len(rows):
            return []
        # Rare: who did not move is found by what stands there now.
        now = self.journeys([new.id for new, _ in moved])
        return [new.id for new, _ in moved if new.id not in now or _moving(now[new.id]) != _moving(new)]

    def _write_armings(self, armed: Iterable[Arming], disarmed: Sequence[tuple[int, int, str]]) -> None:
        self._session.many(_ARM, [_arming_row(one) for one in armed])
        self._session.many(_DISARM, disarmed)


def journey_of(row: Any) -> Journey:
    """From a row as the driver gives it."""
    (
        id_,
        flow_id,
        version_id,
        contact_id,
        key,
        state,
        node,
        step,
        started_at,
        arrived_at,
        due_at,
        entry,
        noted,
        message_id,
        end_reason,
        cause,
        ended_at,
        _,
    ) = row
    return Journey(
        id_,
        flow_id,
        version_id,
        contact_id,
        key,
        STATES[state],
        node,
        step,
        moment(started_at),
        moment(arrived_at),
        maybe_moment(due_at),
        from_json(entry),
        noted,
        message_id,
        end_reason,
        cause,
        maybe_moment(ended_at),
    )


def _row(new: Journey) -> tuple[Any, ...]:
    return (
        new.id,
        new.flow_id,
        new.version_id,
        new.contact_id,
        new.key,
        new.state.value,
        new.node,
        new.step,
        micros(new.started_at),
        micros(new.arrived_at),
        maybe_micros(new.due_at),
        to_json(new.entry),
        new.noted,
        new.message_id,
        new.end_reason,
        new.cause,
        maybe_micros(new.ended_at),
        False,
    )


def _moving(new: Journey) -> tuple[Any, ...]:
    """What a move may change, in the order of ``_MOVING``."""
    return (
        new.version_id,
        new.state.value,
        new.node,
        new.step,
        micros(new.arrived_at),
        maybe_micros(new.due_at),
        new.noted,
        new.message_id,
        new.end_reason,
        maybe_micros(new.ended_at),
    )


def _arming(row: Any) -> Arming:
    flow_id, contact_id, key, node, due_at, entry, cause = row
    return Arming(flow_id, contact_id, key, node, moment(due_at), from_json(entry), cause)


def _arming_row(new: Arming) -> tuple[Any, ...]:
    return (
        new.flow_id,
        new.contact_id,
        new.key,
        new.node,
        micros(new.due_at),
        to_json(new.entry),
        new.cause,
    )
