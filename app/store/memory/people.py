"""Contacts and events of the twin."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from app.model.journey import ContactChange
from app.model.people import Address, Consent, Contact, said_so_far
from app.store.errors import NotUniqueError
from app.store.memory.state import Happened, Person, State
from app.store.people import changed_properties, changed_tags

if TYPE_CHECKING:
    from datetime import datetime

    from app.model.journey import Suppression
    from app.model.people import Event, StoredEvent


class MemoryPeople:
    """The part of the twin's transaction that is about contacts and events."""

    def __init__(self, state: State) -> None:
        self._state = state

    def contacts(self, ids: Iterable[int]) -> Mapping[int, Contact]:
        people = self._state.people
        return {id_: self._contact(people[id_]) for id_ in ids if id_ in people}

    def _contact(self, one: Person) -> Contact:
        addresses: dict[str, str] = {}
        suppressed = set()
        for address in one.addresses:
            if address.kind not in addresses:
                addresses[address.kind] = address.value
                if address in self._state.suppressed:
                    suppressed.add(address.kind)
        said = sorted(one.consents, key=lambda row: (row[0].at, row[1]))
        consents = said_so_far((old.channel, old.topic, old.given, id_) for old, id_ in said)
        return Contact(
            one.id,
            one.zone,
            one.language,
            one.properties,
            one.tags,
            addresses,
            *consents,
            frozenset(suppressed),
            one.erased,
        )

    def last_said(self, contact_id: int) -> datetime | None:
        return max((said.at for said, _ in self._state.people[contact_id].consents), default=None)

    def find_contacts(self, addresses: Sequence[Address]) -> Sequence[int]:
        owners = (self._state.owners.get(address) for address in addresses)
        return list(dict.fromkeys(owner for owner in owners if owner is not None))

    def add_contact(self, contact_id: int, addresses: Sequence[Address], now: datetime) -> None:
        if contact_id in self._state.people:
            raise NotUniqueError("a second contact of one id")
        self._state.people.put(contact_id, Person(contact_id))
        for address in dict.fromkeys(addresses):
            self.add_address(contact_id, address, now)

    def add_address(self, contact_id: int, address: Address, now: datetime) -> None:  # noqa: ARG002
        owner = self._state.owners.get(address)
        if owner == contact_id:
            return
        if owner is not None:
            raise NotUniqueError("an address of another contact")
        one = self._state.people[contact_id]
        self._state.owners.put(address, contact_id)
        self._state.people.put(contact_id, replace(one, addresses=(*one.addresses, address)))

    def add_event(self, event_id: int, event: Event, contact_id: int | None, now: datetime) -> bool:
        if event.source_id in self._state.events:
            return False
        self._state.events.put(
            event.source_id,
            Happened(
                event_id,
                event.source_id,
                event.name,
                contact_id,
                event.at,
                self._state.plain(event.properties),
                event.message_id,
                event.actor,
                now,
            ),
        )
        return True

    def events_of(
        self, contact_ids: Sequence[int], names: Sequence[str]
    ) -> Mapping[int, Sequence[StoredEvent]]:
        found = {}
        for contact_id in contact_ids:
            events = [one for one in self._state.events.found("contact", contact_id) if one.name in names]
            if events:
                events.sort(key=lambda one: (one.at, one.id))
                found[contact_id] = [one.stored for one in events]
        return found

    def _write_people(
        self,
        changes: Sequence[ContactChange],
        consents: Iterable[tuple[int, Consent]],
        suppressed: Iterable[Suppression],
    ) -> None:
        people = self._state.people
        old = {change.contact_id: people[change.contact_id].properties for change in changes}
        for id_, properties in changed_properties(old, changes).items():
            people.put(id_, replace(people[id_], properties=self._state.plain(properties)))
        for (id_, tag), stays in changed_tags(changes).items():
            tags = people[id_].tags
            people.put(id_, replace(people[id_], tags=tags | {tag} if stays else tags - {tag}))
        for id_, consent in consents:
            said = (*people[id_].consents, (consent, self._state.next_consent()))
            people.put(id_, replace(people[id_], consents=said))
        for one in suppressed:
            address = Address(one.kind, one.value)
            if address not in self._state.suppressed:
                self._state.suppressed.put(address, one)

    def merge_contacts(self, keep: int, gone: int, now: datetime) -> None:  # noqa: ARG002
        state = self._state
        one, other = state.people[keep], state.people[gone]
        both = replace(
            one,
            zone=one.zone or other.zone,
            language=one.language or other.language,
            properties={**other.properties, **one.properties},
            tags=one.tags | other.tags,
            addresses=one.addresses + other.addresses,
            consents=one.consents + other.consents,
        )
        state.people.put(keep, both)
        state.people.put(gone, Person(gone, erased=True))
        for address in other.addresses:
            state.owners.put(address, keep)
        self._hand_over(keep, gone)
        self._join(keep, gone)
        for waiting in (state.rechecks, state.anonymous):
            waiting.drop(gone)

    def _join(self, keep: int, gone: int) -> None:
        """What both may have had: one of each stays."""
        state = self._state
        for member in state.members.found("contact", gone):
            state.members.drop((member.segment_id, gone))
            if (member.segment_id, keep) not in state.members:
                state.members.put((member.segment_id, keep), replace(member, contact_id=keep))
        for _, channel, at in state.words.found("contact", gone):
            state.words.drop((gone, channel))
            old = state.words.get((keep, channel))
            last = at if old is None else max(old[2], at)
            state.words.put((keep, channel), (keep, channel, last))
        for key in state.dated.keys("contact", gone):
            state.dated.drop(key)

    def _hand_over(self, keep: int, gone: int) -> None:
        state = self._state
        for event in state.events.found("contact", gone):
            state.events.put(event.source_id, replace(event, contact_id=keep))
        for journey in state.journeys.found("contact", gone):
            state.put_journey(replace(journey, contact_id=keep))
        for message in state.messages.found("contact", gone):
            state.messages.put(message.id, replace(message, contact_id=keep))
        for number in state.journal.keys("contact", gone):
            state.journal.put(number, state.journal[number]._replace(contact_id=keep))
        for arming in state.armings.found("contact", gone):
            state.armings.drop((arming.flow_id, gone, arming.key))
            other = state.armings.get((arming.flow_id, keep, arming.key))
            if other is None or other.due_at < arming.due_at:
                kept = replace(arming, contact_id=keep)
                state.armings.put((arming.flow_id, keep, arming.key), kept)
