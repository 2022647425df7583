"""What is over, in the twin."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from app.model.flow import EMPTY
from app.store.archives import THROUGH, counts_of, day_of, may_go
from app.store.journeys import CLOSED
from app.store.memory.shifts import MemoryShifts
from app.store.pressing import blanked, press, unpress

if TYPE_CHECKING:
    from datetime import datetime

    from app.model.journey import JournalLine, Journey
    from app.store.memory.state import State


def archived(state: State, journey_id: int) -> list[JournalLine]:
    """The pressed lines of a journey."""
    one = state.journeys[journey_id]
    return unpress(state.archive[journey_id], one.id, one.contact_id, one.flow_id)


class MemoryArchives(MemoryShifts):
    """The part of the twin's transaction that is about what is over."""

    def shelve(self, before: datetime, limit: int) -> int:
        state = self._state
        ended = sorted(
            (one.ended_at, one.id)
            for one in state.journeys.values()
            if one.ended_at is not None and one.ended_at < before and one.id not in state.shelved
        )[:limit]
        for _, id_ in ended:
            numbers = sorted(state.journal.keys("journey", id_))
            lines = [state.journal[number] for number in numbers]
            state.archive.put(id_, press(lines))
            state.shelved.put(id_, id_)
            for key, count in counts_of([lines]).items():
                state.archived.put(key, (state.archived.get(key) or 0) + count)
            for number in numbers:
                state.journal.drop(number)
        return len(ended)

    def drop_archives(self, before: datetime, limit: int) -> int:
        state, day = self._state, day_of(before)
        old = [(found, id_) for id_ in state.archive.all_keys() if (found := _day(state.journeys[id_])) < day]
        for _, id_ in sorted(old)[:limit]:
            state.archive.drop(id_)
            for number in state.journal.keys("journey", id_):
                state.journal.drop(number)
        return min(limit, len(old))

    def drop_refused(self, before: datetime, limit: int) -> int:
        alone = sorted(self._state.journal.keys("journey", 0))[:limit]
        old = [number for number in alone if self._state.journal[number].at < before]
        for number in old:
            self._state.journal.drop(number)
        return len(old)

    def drop_events(
        self, before: datetime, kept: Mapping[str, datetime | None], after: int, limit: int
    ) -> tuple[int, int]:
        behind = (one for one in self._state.events.values() if one.id > after)
        rows = sorted(behind, key=lambda one: one.id)[:limit]
        old = [one for one in rows if one.received_at < before]
        gone = [one for one in old if may_go(one.name, one.at, kept)]
        for one in gone:
            self._state.events.drop(one.source_id)
        return len(old), old[-1].id if old else after

    def drop_texts(self, before: datetime, after: int, limit: int) -> tuple[int, int]:
        rows = sorted(
            (one for one in self._state.messages.values() if one.id > after), key=lambda one: one.id
        )
        rows = rows[:limit]
        old = [one for one in rows if one.created_at < before]
        through = [one for one in old if one.state in THROUGH]
        for one in through:
            self._state.messages.put(one.id, replace(one, content=EMPTY, address=""))
        return len(old), old[-1].id if old else after

    def oldest_open(self) -> Mapping[int, datetime]:
        found: dict[int, datetime] = {}
        for one in self._state.journeys.values():
            if one.state not in CLOSED:
                found[one.version_id] = min(one.started_at, found.get(one.version_id, one.started_at))
        return found

    def forget(self, contact_ids: Sequence[int], now: datetime) -> None:
        super().forget(contact_ids, now)
        for contact_id in contact_ids:
            if self._state.people[contact_id].erased:
                for one in self._state.journeys.found("contact", contact_id):
                    if one.id in self._state.archive:
                        self._state.archive.put(one.id, blanked(self._state.archive[one.id]))


def _day(one: Journey) -> int:
    return day_of(one.ended_at) if one.ended_at is not None else 0
