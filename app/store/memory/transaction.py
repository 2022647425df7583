"""The twin's transaction: journeys, messages and the machine."""

from __future__ import annotations

from collections.abc import Collection, Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import chain, islice, takewhile
from operator import attrgetter
from typing import TYPE_CHECKING, TypeVar

from app.model.journey import OPEN_STATES, FlowState, Journey, JourneyState, Message, MessageState
from app.model.machine import NEVER, LeaseRow
from app.model.rules import PRIORITIES
from app.store.errors import NotUniqueError
from app.store.folding import Folded, fold
from app.store.journeys import CLOSED
from app.store.machine import ENGINE
from app.store.memory.archives import MemoryArchives
from app.store.memory.rows import first_of
from app.store.memory.state import key_of
from app.store.messages import ON_PAGE, ready_at, waits_on_page
from app.store.turns import take_turns

if TYPE_CHECKING:
    from datetime import datetime

    from app.model.journey import Arming, Changes, LiveFlow, Version

Row = TypeVar("Row")

_PUBLISHED = frozenset({FlowState.LIVE, FlowState.PAUSED, FlowState.CLOSED})
_RUNNING = frozenset({FlowState.LIVE, FlowState.CLOSED})


class MemoryTransaction(MemoryArchives):
    """``app.model.ports.Transaction`` over dictionaries; what fails is undone by its store."""

    # flows

    def failed(self, error: Exception) -> bool:  # noqa: ARG002 - the port's words
        return False

    def live_flows(self) -> Sequence[LiveFlow]:
        flows = (flow for flow in self._state.flows.values() if flow.state in _PUBLISHED)
        return sorted(flows, key=lambda flow: flow.id)

    def version(self, version_id: int) -> Version:
        return self._state.versions[version_id]

    # journeys

    def due_journeys(self, now: datetime, limit: int) -> Sequence[Journey]:
        queues = [self._state.journeys.waiting(flow_id) for flow_id in self._moving_flows()]
        return first_of(
            queues, lambda one: (one.due_at, one.id), limit, lambda one: _is_past(one.due_at, now)
        )

    def _moving_flows(self) -> list[int]:
        flows = self._state.flows
        stopped = {flow.id for flow in flows.values() if self._stands_still(flow)}
        return [queue for queue in self._state.journeys.queues() if queue not in stopped]

    def _stands_still(self, flow: LiveFlow) -> bool:
        """Stopped by a person, or paused because its deciders break."""
        if flow.state is FlowState.PAUSED:
            return f"broken:{flow.id}" in self._state.machine
        return flow.state is FlowState.STOPPED

    def due_armings(self, now: datetime, limit: int) -> Sequence[Arming]:
        queue = self._state.armings.waiting("")
        return first_of(
            [queue], lambda one: (one.due_at, *key_of(one)), limit, lambda one: _is_past(one.due_at, now)
        )

    def arming(self, flow_id: int, contact_id: int, key: str) -> Arming | None:
        return self._state.armings.get((flow_id, contact_id, key))

    def armings_of(self, contact_id: int) -> Sequence[Arming]:
        return sorted(self._state.armings.found("contact", contact_id), key=key_of)

    def journeys(self, ids: Sequence[int]) -> Mapping[int, Journey]:
        journeys = self._state.journeys
        return {id_: journeys[id_] for id_ in ids if id_ in journeys}

    def open_journeys(self, contact_id: int) -> Sequence[Journey]:
        of_contact = self._state.journeys.found("contact", contact_id)
        return sorted((one for one in of_contact if one.state not in CLOSED), key=_started)

    def newest_journey(self, flow_id: int, contact_id: int, key: str) -> Journey | None:
        return max(self._state.journeys.found("key", (flow_id, contact_id, key)), key=_started, default=None)

    def open_journeys_of_flow(self, flow_id: int, limit: int) -> Sequence[Journey]:
        found = self._state.journeys.found("open_flow", flow_id)
        return sorted(found, key=lambda one: (one.contact_id, one.key))[:limit]

    def parked_journeys(self, flow_id: int, after: int, limit: int) -> Sequence[Journey]:
        found = self._state.journeys.found("open_flow", flow_id)
        parked = (one for one in found if one.state is JourneyState.PARKED and one.id > after)
        return sorted(parked, key=lambda one: one.id)[:limit]

    # messages

    def messages_of(self, journey_ids: Sequence[int]) -> Mapping[int, Sequence[Message]]:
        found = {id_: self._state.messages.found("journey", id_) for id_ in journey_ids}
        return {id_: sorted(messages, key=_created) for id_, messages in found.items() if messages}

    def message(self, message_id: int) -> Message | None:
        return self._state.messages.get(message_id)

    def ready_messages(
        self, channels: Sequence[str], now: datetime, limit: int, after: int = 0
    ) -> Sequence[Message]:
        flows = self._sending_flows()
        names = [
            (flow, channel, priority)
            for flow in flows
            for channel in set(channels)
            for priority in PRIORITIES.values()
        ]
        found: list[Message] = []
        for name in names:
            queue = self._state.messages.waiting(name)
            found += islice(takewhile(lambda one: _is_past(ready_at(one), now), queue), limit)
            queue.close()
        found.sort(key=lambda one: (ready_at(one), one.id))
        return take_turns(found, limit, after)

    def _sending_flows(self) -> list[int]:
        return [flow.id for flow in self._state.flows.values() if flow.state in _RUNNING]

    def messages_in(self, state: str, limit: int) -> Sequence[Message]:
        return sorted(self._state.messages.found("state", state), key=_created)[:limit]

    def held_messages(
        self, reason: str, limit: int, *, channel: str = "", flow_id: int = 0
    ) -> Sequence[Message]:
        held = (one for one in self._state.messages.found("state", MessageState.HELD) if one.reason == reason)
        wanted = [one for one in held if (one.channel == channel if channel else one.flow_id == flow_id)]
        return sorted(wanted, key=lambda one: (one.priority, *_created(one)))[:limit]

    def queued_messages(self, limit: int) -> Sequence[Message]:
        ready = (one for one in self._state.messages.values() if ready_at(one) and not one.is_notice)
        return sorted(ready, key=lambda one: (one.flow_id, one.channel, one.priority, ready_at(one)))[:limit]

    def cancelled_messages(self, reasons: Sequence[str], after: int, limit: int) -> Sequence[Message]:
        cancelled = self._state.messages.found("state", MessageState.CANCELLED)
        found = (one for one in cancelled if one.reason in reasons and one.id > after)
        return sorted(found, key=lambda one: one.id)[:limit]

    def sent_since(self, since: datetime, limit: int) -> Sequence[Message]:
        sent = self._state.messages.found("state", MessageState.SENT)
        found = [(one.sent_at, one.id, one) for one in sent if one.sent_at and not one.is_notice]
        found = [row for row in found if row[0] >= since]
        return [one for *_, one in sorted(found, key=lambda row: row[:2], reverse=True)[:limit]]

    def open_messages(self, contact_id: int, channel: str) -> Sequence[Message]:
        of_contact = self._state.messages.found("contact", contact_id)
        wanted = (one for one in of_contact if one.state in OPEN_STATES and channel in ("", one.channel))
        return sorted(wanted, key=_created)

    def page_messages(self, contact_id: int) -> Sequence[Message]:
        of_contact = self._state.messages.found("contact", contact_id)
        standing = {one.id: one.step for one in self.open_journeys(contact_id)}
        popups = (one for one in of_contact if one.channel == "popup" and waits_on_page(one, standing))
        return sorted(popups, key=_created)

    # writing

    def write(self, changes: Changes) -> Sequence[int]:
        folded = fold(changes)
        lost = [*folded.lost, *self._move(folded)]
        kept = folded.without(lost) if lost else folded
        for one in folded.started:
            if one.id in self._state.journeys:
                raise NotUniqueError("a second journey of one id")
            self._state.put_journey(self._state.plain_row(one, "entry"))
        self._write_messages(kept)
        self._write_books(kept, changes)
        self._write_people(changes.contacts, changes.consents, changes.suppressed)
        for arming in changes.armed:
            self._state.armings.put(key_of(arming), self._state.plain_row(arming, "entry"))
        for key in changes.disarmed:
            self._state.armings.drop(key)
        self._write_paused(flow_id for flow_id, _ in changes.paused)
        self._write_waiting(changes)
        self._write_limits(changes)
        self._write_shifts(changes.shifts, changes.shifted)
        return sorted(set(lost))

    def _write_paused(self, flow_ids: Iterable[int]) -> None:
        for flow_id in flow_ids:
            flow = self._state.flows.get(flow_id)
            if flow is not None and flow.state in _RUNNING:
                self._state.flows.put(flow_id, replace(flow, state=FlowState.PAUSED))

    def _move(self, folded: Folded) -> list[int]:
        lost = []
        for new, was in folded.moved:
            old = self._state.journeys.get(new.id)
            if old is None or old.step != was:
                lost.append(new.id)
            else:
                self._state.put_journey(_moved(old, new))
        return lost

    def _write_messages(self, kept: Folded) -> None:
        messages = self._state.messages
        for new in kept.queued:
            if new.id in messages:
                raise NotUniqueError("a second message of one id")
            messages.put(new.id, self._state.plain_row(new, "content"))
        for new in kept.messages:
            old = messages.get(new.id)
            if old is not None:
                messages.put(new.id, _changed(old, self._state.plain_row(new, "content")))

    def _write_books(self, kept: Folded, changes: Changes) -> None:
        state = self._state
        for line in kept.journal:
            state.add_line(line)
        for key, count in changes.counts.items():
            if count:
                state.counters.put(key, (state.counters.get(key) or 0) + count)

    # the machine

    def take_lease(self, owner: str, now: datetime, seconds: float, seen: LeaseRow | None = None) -> bool:
        old = self._state.leases.get(ENGINE)
        if old is not None and old.owner != owner and old.until > now and old != seen:
            return False
        fence = 1 if old is None else old.fence + (old.owner != owner)
        self._state.leases.put(ENGINE, LeaseRow(owner, fence, now + timedelta(seconds=seconds)))
        return True

    def keeps_lease(self, owner: str, fence: int) -> bool:
        old = self._state.leases.get(ENGINE)
        return old is not None and (old.owner, old.fence) == (owner, fence)

    def drop_lease(self, owner: str) -> None:
        old = self._state.leases.get(ENGINE)
        if old is not None and old.owner == owner:
            self._state.leases.put(ENGINE, replace(old, until=NEVER))

    def lease(self) -> LeaseRow:
        return self._state.leases.get(ENGINE) or LeaseRow()

    def next_due(self, without: Collection[str] = ()) -> datetime | None:
        state = self._state
        pairs = [pair for pair in state.messages.queues() if pair[1] not in ON_PAGE | set(without)]
        sending = set(self._sending_flows())
        moments = chain(
            (one.due_at for one in _heads(map(state.journeys.waiting, self._moving_flows()))),
            (one.due_at for one in _heads([state.armings.waiting("")])),
            (due_at for _, due_at in _heads([state.rechecks.waiting("")])),
            (one.due_at for one in _heads([state.dated.waiting("")])),
            (one.due_at for one in state.schedules.values()),
            (ready_at(one) for one in _heads(state.messages.waiting(p) for p in pairs if p[0] in sending)),
        )
        return min((moment for moment in moments if moment is not None), default=None)


_settled_journey = attrgetter("flow_id", "contact_id", "key", "started_at", "entry", "cause")
_settled_message = attrgetter("journey_id", "step", "flow_id", "contact_id", "channel", "created_at", "rung")


def _started(one: Journey) -> tuple[datetime, int]:
    return (one.started_at, one.id)


def _created(one: Message) -> tuple[datetime, int]:
    return (one.created_at, one.id)


def _is_past(moment: datetime | None, now: datetime) -> bool:
    return moment is not None and moment <= now


def _heads(queues: Iterable[Generator[Row]]) -> Iterator[Row]:
    """The first row of each queue that has one."""
    for queue in queues:
        yield from islice(queue, 1)
        queue.close()


def _moved(old: Journey, new: Journey) -> Journey:
    """What a move may not change stays."""
    if _settled_journey(old) == _settled_journey(new):
        return new
    return replace(
        new,
        flow_id=old.flow_id,
        contact_id=old.contact_id,
        key=old.key,
        started_at=old.started_at,
        entry=old.entry,
        cause=old.cause,
    )


def _changed(old: Message, new: Message) -> Message:
    """What a change may not touch stays, and no reaction is ever taken back."""
    if _settled_message(old) == _settled_message(new) and old.reactions <= new.reactions:
        return new
    return replace(
        new,
        journey_id=old.journey_id,
        step=old.step,
        flow_id=old.flow_id,
        contact_id=old.contact_id,
        channel=old.channel,
        created_at=old.created_at,
        rung=old.rung,
        reactions=old.reactions | new.reactions,
    )
