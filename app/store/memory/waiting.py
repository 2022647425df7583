"""Segments, dates, schedules and limits of the twin."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import islice, takewhile
from typing import TYPE_CHECKING, Any

from app.model.flow import EMPTY
from app.model.journey import MessageState, Said
from app.model.segments import Dated, Member, Schedule, Segment
from app.store.errors import NotUniqueError
from app.store.journeys import CLOSED
from app.store.memory.people import MemoryPeople
from app.store.memory.state import as_kept

if TYPE_CHECKING:
    from datetime import datetime

    from app.model.journey import Changes
    from app.store.memory.rows import Rows


class MemoryWaiting(MemoryPeople):
    """The part of the twin's transaction that is about entries which wait, and about limits."""

    # segments, dates and schedules

    def segments(self) -> Sequence[Segment]:
        return sorted(self._state.segments.values(), key=lambda one: one.name)

    def members(
        self, segment_id: int, after: int, limit: int, until: datetime | None = None
    ) -> Sequence[int]:
        inside = self._state.members.found("segment", segment_id)
        found = (one for one in inside if one.contact_id > after)
        return sorted(one.contact_id for one in found if until is None or _moment(one.since) <= until)[:limit]

    def memberships(self, contact_ids: Sequence[int]) -> Mapping[int, frozenset[int]]:
        found = {
            contact_id: frozenset(one.segment_id for one in self._state.members.found("contact", contact_id))
            for contact_id in contact_ids
        }
        return {contact_id: segments for contact_id, segments in found.items() if segments}

    def everybody(self, after: int, limit: int) -> Sequence[int]:
        people = self._state.people.values()
        return sorted(one.id for one in people if one.id > after and not one.erased)[:limit]

    def due_rechecks(self, now: datetime, limit: int) -> Mapping[int, datetime]:
        waiting = self._state.rechecks.waiting("")
        due = dict(islice(takewhile(lambda row: row[1] <= now, waiting), limit))
        waiting.close()
        return due

    def rechecks_of(self, contact_ids: Sequence[int]) -> Mapping[int, datetime]:
        rows = (self._state.rechecks.get(contact_id) for contact_id in contact_ids)
        return dict(row for row in rows if row is not None)

    def due_dated(self, now: datetime, limit: int) -> Sequence[Dated]:
        waiting = self._state.dated.waiting("")
        due = list(islice(takewhile(lambda one: _moment(one.due_at) <= now, waiting), limit))
        waiting.close()
        return due

    def dated_of(self, contact_ids: Sequence[int]) -> Sequence[Dated]:
        found = [one for id_ in contact_ids for one in self._state.dated.found("contact", id_)]
        return sorted(found, key=lambda one: (one.contact_id, one.flow_id, one.node))

    def schedules(self) -> Sequence[Schedule]:
        return sorted(
            self._state.schedules.values(), key=lambda one: (_moment(one.due_at), one.flow_id, one.node)
        )

    # limits

    def used(self, name: str, since: int) -> int:
        return sum(
            count for (kept, slot), count in self._state.usage.items() if kept == name and slot >= since
        )

    def slots(self, name: str, since: int) -> Sequence[tuple[int, int]]:
        usage = self._state.usage.items()
        return sorted((slot, count) for (kept, slot), count in usage if kept == name and slot >= since)

    def forget_used(self, name: str, before: int) -> None:
        for key in [key for key, _ in self._state.usage.items() if key[0] == name and key[1] < before]:
            self._state.usage.drop(key)

    def said_to(
        self, contact_ids: Sequence[int], since: datetime, now: datetime
    ) -> Mapping[int, Sequence[Said]]:
        found: dict[int, list[Said]] = {}
        for contact_id in contact_ids:
            own = [
                one for one in self._state.messages.found("contact", contact_id) if one.purpose == "marketing"
            ]
            sent = sorted((one.sent_at, one.id, one) for one in own if one.sent_at and one.sent_at >= since)
            under_way = sorted((one.id, one) for one in own if one.state is MessageState.SENDING)
            said = [Said(at, one.channel, one.priority) for at, _, one in sent]
            said += [Said(now, one.channel, one.priority) for _, one in under_way]
            if said:
                found[contact_id] = said
        return found

    def last_words(self, contact_ids: Sequence[int]) -> Mapping[int, Mapping[str, datetime]]:
        found: dict[int, dict[str, datetime]] = defaultdict(dict)
        for contact_id in contact_ids:
            for _, channel, at in self._state.words.found("contact", contact_id):
                found[contact_id][channel] = at
        return dict(found)

    def starts(self, flow_id: int, contact_id: int, since: datetime) -> int:
        own = self._state.journeys.found("contact", contact_id)
        mine = (one for one in own if one.flow_id == flow_id and one.cause in ("flow", "segment"))
        return sum(one.started_at >= since for one in mine)

    def inside(self, flow_id: int, most: int) -> int:
        return min(most, len(self._state.journeys.keys("open_flow", flow_id)))

    def quiet_anonymous(self, before: datetime, limit: int) -> Sequence[int]:
        waiting = self._state.anonymous.waiting("")
        quiet = [id_ for id_, _ in islice(takewhile(lambda row: row[1] < before, waiting), limit)]
        waiting.close()
        return quiet

    def forget(self, contact_ids: Sequence[int], now: datetime) -> None:  # noqa: ARG002
        for contact_id in contact_ids:
            if all(one.state in CLOSED for one in self._state.journeys.found("contact", contact_id)):
                self._forget(contact_id)

    def _forget(self, contact_id: int) -> None:
        state = self._state
        one = state.people[contact_id]
        for address in one.addresses:
            state.owners.drop(address)
        state.people.put(contact_id, type(one)(contact_id, one.zone, one.language, erased=True))
        for event in state.events.found("contact", contact_id):
            state.events.drop(event.source_id)
        own: tuple[Rows[Any, Any], ...] = (state.armings, state.dated, state.members, state.words)
        for rows in own:
            for key in rows.keys("contact", contact_id):
                rows.drop(key)
        state.rechecks.drop(contact_id)
        state.anonymous.drop(contact_id)
        for journey in state.journeys.found("contact", contact_id):
            state.put_journey(replace(journey, entry=EMPTY))
        for message in state.messages.found("contact", contact_id):
            state.messages.put(message.id, replace(message, content=EMPTY, address=""))
        for number in state.journal.keys("contact", contact_id):
            state.journal.put(number, state.journal[number]._replace(data=EMPTY))

    def machine(self, name: str) -> Any:
        return self._state.machine.get(name)

    # writing

    def _write_waiting(self, changes: Changes) -> None:
        for gone in [id_ for id_, one in changes.segments.items() if one is None]:
            self._state.segments.drop(gone)
        for segment in [one for one in changes.segments.values() if one is not None]:
            self._write_segment(segment)
        for member in changes.members:
            self._write_member(member)
        for id_, due_at in changes.rechecks.items():
            self._write_recheck(id_, due_at)
        for one in changes.dated:
            _put(self._state.dated, (one.flow_id, one.node, one.contact_id), one, one.due_at)
        for round_ in changes.schedules:
            _put(self._state.schedules, (round_.flow_id, round_.node), round_, round_.due_at)

    def _write_segment(self, segment: Segment) -> None:
        if any(one.name == segment.name and one.id != segment.id for one in self._state.segments.values()):
            raise NotUniqueError("a second segment of one name")
        self._state.segments.put(segment.id, replace(segment, rule=as_kept(segment.rule)))

    def _write_member(self, member: Member) -> None:
        members, key = self._state.members, (member.segment_id, member.contact_id)
        if member.since is None:
            members.drop(key)
        elif key not in members:
            members.put(key, member)

    def _write_recheck(self, contact_id: int, due_at: datetime | None) -> None:
        rechecks = self._state.rechecks
        old = rechecks.get(contact_id)
        if due_at is None:
            rechecks.drop(contact_id)
        elif old is None or due_at < old[1]:
            rechecks.put(contact_id, (contact_id, due_at))

    def _write_limits(self, changes: Changes) -> None:
        state = self._state
        for use, count in changes.used.items():
            state.usage.put(use, (state.usage.get(use) or 0) + count)
        for contact_id, channel, at in changes.words:
            old = state.words.get((contact_id, channel))
            last = at if old is None else max(old[2], at)
            state.words.put((contact_id, channel), (contact_id, channel, last))
        for id_, seen in changes.seen.items():
            _put(state.anonymous, id_, (id_, seen), seen)
        reasons = {f"paused:{flow_id}": why for flow_id, why in changes.paused}
        for name, value in {**changes.machine, **reasons}.items():
            _put(state.machine, name, as_kept({"value": value})["value"], value)


def _put(rows: Rows[Any, Any], key: object, row: object, given: object) -> None:
    """Keeps the row, or takes it away when what was given is None."""
    if given is None:
        rows.drop(key)
    else:
        rows.put(key, row)


def _moment(due_at: datetime | None) -> datetime:
    """Of rows that are only kept with a moment."""
    if due_at is None:
        raise AssertionError("a row without a moment was kept")
    return due_at
