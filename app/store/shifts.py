"""People who are moved to another version, and what is needed to take them back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import bindparam, delete, func, select, text, tuple_

from app.model.journey import FlowState, Journey
from app.model.shifts import Choice, Group, Phase, Shift, Shifted
from app.store.dialects import ONE, ZERO, Query, Words, limit
from app.store.journeys import journey_of
from app.store.machine import MachinePart
from app.store.tables import JOURNEY_OPEN, SHIFT_UNFINISHED, journey, shift, shifted
from app.store.types import from_json, maybe_micros, maybe_moment, micros, moment, to_json

if TYPE_CHECKING:
    from app.model.shifts import ShiftCount

_STANDING = Query(
    lambda words: words.locked(
        select(journey)
        .where(
            journey.c.flow_id == bindparam("flow"),
            # One after the other by the index of open journeys, so that a batch begins where one has ended.
            tuple_(journey.c.contact_id, journey.c.key)
            > tuple_(
                bindparam("contact", type_=journey.c.contact_id.type),
                bindparam("key", type_=journey.c.key.type),
            ),
            text(JOURNEY_OPEN),
            journey.c.version_id == bindparam("version"),
            words.among(journey.c.node, "nodes"),
        )
        .order_by(journey.c.contact_id, journey.c.key)
        .limit(limit())
        .offset(ZERO)
    ),
    "flow",
    "contact",
    "key",
    "version",
    "nodes",
    "limit",
)
_SHIFT = Query(lambda _: select(shift).where(shift.c.id == bindparam("id")), "id")
_UNFINISHED = Query(lambda _: select(shift).where(text(SHIFT_UNFINISHED)).order_by(shift.c.id))
_NEWEST = Query(
    lambda _: (
        select(shift)
        .where(shift.c.flow_id == bindparam("flow"))
        .order_by(shift.c.id.desc())
        .limit(ONE)
        .offset(ZERO)
    ),
    "flow",
)
_TO_TAKE_BACK = Query(
    lambda _: (
        select(shift)
        .where(select(shifted.c.journey_id).where(shifted.c.shift_id == shift.c.id).exists())
        .order_by(shift.c.id)
    )
)
_SHIFTED = Query(
    lambda _: (
        select(shifted)
        .where(shifted.c.shift_id == bindparam("shift"), shifted.c.journey_id > bindparam("after"))
        .order_by(shifted.c.journey_id)
        .limit(limit())
        .offset(ZERO)
    ),
    "shift",
    "after",
    "limit",
)
_GROUPED: Final = ("version_id", "node", "choice", "at_once", "back")
_COUNTS = Query(
    lambda _: (
        select(*(shifted.c[name] for name in _GROUPED), func.count())
        .where(shifted.c.shift_id == bindparam("shift"))
        .group_by(*(shifted.c[name] for name in _GROUPED))
    ),
    "shift",
)
_DROP = Query(lambda _: delete(shifted).where(shifted.c.shift_id == bindparam("shift")), "shift")


def _put_shift(words: Words) -> Any:
    new = words.insert(shift)
    return new.on_conflict_do_update(
        index_elements=["id"], set_={name: new.excluded[name] for name in ("phase", "undone_at")}
    )


def _put_shifted(words: Words) -> Any:
    new = words.insert(shifted)
    return new.on_conflict_do_update(
        index_elements=["shift_id", "journey_id"], set_={"back": new.excluded.back}
    )


PUT_SHIFT = Query(_put_shift, *shift.c.keys())
_PUT_SHIFTED = Query(_put_shifted, *shifted.c.keys())


class ShiftPart(MachinePart):
    """The part of a transaction that is about moving people."""

    def standing(
        self, flow_id: int, version_id: int, nodes: Sequence[str], after: tuple[int, str], limit: int
    ) -> Sequence[Journey]:
        contact_id, key = after
        listed = self._session.listed(nodes)
        rows = self._session.rows(_STANDING, flow_id, contact_id, key, version_id, listed, limit)
        return [journey_of(row) for row in rows]

    def shift(self, shift_id: int) -> Shift | None:
        row = self._session.row(_SHIFT, shift_id)
        return None if row is None else shift_of(row)

    def newest_shift(self, flow_id: int) -> Shift | None:
        row = self._session.row(_NEWEST, flow_id)
        return None if row is None else shift_of(row)

    def unfinished_shifts(self) -> Sequence[Shift]:
        return [shift_of(row) for row in self._session.rows(_UNFINISHED)]

    def shifts_to_take_back(self) -> Sequence[Shift]:
        return [shift_of(row) for row in self._session.rows(_TO_TAKE_BACK)]

    def shifted(self, shift_id: int, after: int, limit: int) -> Sequence[Shifted]:
        return [_shifted_of(row) for row in self._session.rows(_SHIFTED, shift_id, after, limit)]

    def shift_counts(self, shift_id: int) -> Mapping[ShiftCount, int]:
        return Counter(
            {
                (version_id, node, Choice(choice), bool(at_once), None if back is None else bool(back)): count
                for version_id, node, choice, at_once, back, count in self._session.rows(_COUNTS, shift_id)
            }
        )

    def forget_shifted(self, shift_id: int) -> int:
        return self._session.run(_DROP, shift_id)

    def _write_shifts(self, shifts: Iterable[Shift], rows: Iterable[Shifted]) -> None:
        self._session.many(PUT_SHIFT, [shift_row(one) for one in shifts])
        self._session.many(_PUT_SHIFTED, [_shifted_row(one) for one in rows])


def shift_row(one: Shift) -> tuple[Any, ...]:
    """For ``PUT_SHIFT``."""
    return (
        one.id,
        one.flow_id,
        micros(one.at),
        one.author,
        one.before_id,
        one.version_id,
        one.before_number,
        one.number,
        one.state.value,
        to_json([asdict(group) for group in one.groups]),
        one.phase.value,
        maybe_micros(one.undone_at),
    )


def shift_of(row: Any) -> Shift:
    """From a row as the driver gives it."""
    (
        id_,
        flow_id,
        at,
        author,
        before_id,
        version_id,
        before_number,
        number,
        state,
        groups,
        phase,
        undone_at,
    ) = row
    return Shift(
        id_,
        flow_id,
        moment(at),
        author,
        before_id,
        version_id,
        before_number,
        number,
        FlowState(state),
        tuple(Group(**{**one, "choice": Choice(one["choice"])}) for one in from_json(groups)),
        Phase(phase),
        maybe_moment(undone_at),
    )


def _shifted_row(one: Shifted) -> tuple[Any, ...]:
    return (
        one.shift_id,
        one.journey_id,
        one.version_id,
        one.node,
        one.choice.value,
        one.at_once,
        one.step,
        one.after,
        to_json(one.before),
        one.back,
    )


def _shifted_of(row: Any) -> Shifted:
    shift_id, journey_id, version_id, node, choice, at_once, step, after, before, back = row
    return Shifted(
        shift_id,
        journey_id,
        version_id,
        node,
        Choice(choice),
        bool(at_once),
        step,
        after,
        from_json(before),
        None if back is None else bool(back),
    )
