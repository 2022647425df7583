"""People who are moved to another version, in the twin."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from app.model.shifts import UNFINISHED
from app.store.memory.state import as_kept
from app.store.memory.waiting import MemoryWaiting

if TYPE_CHECKING:
    from app.model.journey import Journey
    from app.model.shifts import Shift, ShiftCount, Shifted


class MemoryShifts(MemoryWaiting):
    """The part of the twin's transaction that is about moving people."""

    def standing(
        self, flow_id: int, version_id: int, nodes: Sequence[str], after: tuple[int, str], limit: int
    ) -> Sequence[Journey]:
        found = [
            one
            for one in self._state.journeys.found("open_flow", flow_id)
            if one.version_id == version_id and one.node in nodes and (one.contact_id, one.key) > after
        ]
        return sorted(found, key=lambda one: (one.contact_id, one.key))[:limit]

    def shift(self, shift_id: int) -> Shift | None:
        return self._state.shifts.get(shift_id)

    def newest_shift(self, flow_id: int) -> Shift | None:
        return max(self._state.shifts.found("flow", flow_id), key=lambda one: one.id, default=None)

    def unfinished_shifts(self) -> Sequence[Shift]:
        open_ones = (one for one in self._state.shifts.values() if one.phase in UNFINISHED)
        return sorted(open_ones, key=lambda one: one.id)

    def shifts_to_take_back(self) -> Sequence[Shift]:
        shifts = sorted(self._state.shifts.values(), key=lambda one: one.id)
        return [one for one in shifts if self._state.shifted.keys("shift", one.id)]

    def shifted(self, shift_id: int, after: int, limit: int) -> Sequence[Shifted]:
        found = (one for one in self._state.shifted.found("shift", shift_id) if one.journey_id > after)
        return sorted(found, key=lambda one: one.journey_id)[:limit]

    def shift_counts(self, shift_id: int) -> Mapping[ShiftCount, int]:
        return Counter(
            (one.version_id, one.node, one.choice, one.at_once, one.back)
            for one in self._state.shifted.found("shift", shift_id)
        )

    def forget_shifted(self, shift_id: int) -> int:
        keys = self._state.shifted.keys("shift", shift_id)
        for key in keys:
            self._state.shifted.drop(key)
        return len(keys)

    def _write_shifts(self, shifts: Iterable[Shift], rows: Iterable[Shifted]) -> None:
        for one in shifts:
            old = self._state.shifts.get(one.id)
            new = one if old is None else replace(old, phase=one.phase, undone_at=one.undone_at)
            self._state.shifts.put(one.id, new)
        for row in rows:
            key = (row.shift_id, row.journey_id)
            known = self._state.shifted.get(key)
            kept = (
                replace(row, before=as_kept(row.before)) if known is None else replace(known, back=row.back)
            )
            self._state.shifted.put(key, kept)
