"""What the deciders know of one contact and journey at one moment."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from app.model.conditions import holds
from app.model.durations import parse_duration
from app.model.flow import EMPTY
from app.model.journey import MessageState
from app.model.kinds import IMPLIED
from app.model.people import Actor, consents_after
from app.model.rows import replace

if TYPE_CHECKING:
    from app.model.journey import ContactChange, Message
    from app.model.people import Consent, Contact, StoredEvent


def counts_until(at: datetime, since: str) -> datetime:
    """The moment from which on an event is too long ago for a condition that looks back so far. Counted from
    the event, so that it leaves once: months are of different lengths."""
    return parse_duration(since).after(at, UTC)


@dataclass(slots=True)
class Facts:
    """Answers conditions (``app.model.conditions.Known``) for one journey.

    It changes only by what the walk itself does: a ``set`` or ``consent`` node, a new message.
    """

    contact: Contact
    entry: Mapping[str, Any]
    started_at: datetime
    messages: dict[int, Message] = field(default_factory=dict)
    stored: Sequence[StoredEvent] = ()
    looked_at: Mapping[str, Any] = EMPTY
    """Properties of the event being looked at."""
    starters: Collection[str] = ()
    """Names of the events that start journeys of this flow."""
    now: datetime | None = None
    """When it is asked; None where nobody asks how long ago something was."""
    segments: Mapping[str, Mapping[str, Any]] = EMPTY
    """Rules of segments by name, those that may be asked."""

    def contact_property(self, name: str) -> object:
        """A property of the contact; its addresses answer by their kind."""
        if name in self.contact.properties:
            return self.contact.properties[name]
        return self.contact.addresses.get(name)

    def entry_property(self, name: str) -> object:
        """A property of the event that started the journey."""
        return self.entry.get(name)

    def event_field(self, name: str) -> object:
        """A property of the event being looked at."""
        return self.looked_at.get(name)

    def has_tag(self, name: str) -> bool:
        """Whether the contact has this tag."""
        return name in self.contact.tags

    def has_consent(self, channel: str, topic: str = "") -> bool:
        """Whether the contact agreed to this channel, and did not leave the topic."""
        return self.contact.agrees(channel, topic)

    def in_segment(self, name: str) -> bool:
        """Whether the segment's rule holds now; ValueError when there is no such segment."""
        rule = self.segments.get(name)
        if rule is None:
            message = f"there is no segment “{name}”"
            raise ValueError(message)
        return holds(rule, self)

    def events(self, name: str, since: str) -> Iterator[Mapping[str, Any]]:
        """Properties of the contact's events of this name; a scanner's do not count."""
        for event in self.stored:
            if event.name == name and event.actor is not Actor.MACHINE and self._counts(event, since):
                yield event.properties

    def _counts(self, event: StoredEvent, since: str) -> bool:
        if since == "ever":
            return True
        if since == "entry":
            return event.at >= self.started_at and not self._is_start(event)
        return counts_until(event.at, since) > (self.now or self.started_at)

    def counts_not(self, event: StoredEvent) -> bool:
        """Whether it moves nothing: made by a machine, or the event that started the journey."""
        return event.actor is Actor.MACHINE or self._is_start(event)

    def _is_start(self, event: StoredEvent) -> bool:
        return event.name in self.starters and event.at == self.started_at and event.properties == self.entry

    def messages_of(self, node: str) -> Sequence[Message]:
        """This journey's messages of that node, those of a ``reach`` in the order of its rungs; of one rung
        alone where ``REACH#N`` names it."""
        name, is_rung, number = node.rpartition("#")
        found = [one for one in self.messages.values() if one.node == node]
        if not found and is_rung and number.isdecimal():
            found = [one for one in self.messages.values() if (one.node, one.rung) == (name, int(number))]
        return sorted(found, key=lambda one: (one.step, one.rung))

    def reactions(self, node: str) -> frozenset[str]:
        """Reactions to this journey's messages of that node, with the weaker ones they imply (rule 4)."""
        found = frozenset[str]().union(*(message.reactions for message in self.messages_of(node)))
        strongest = max((IMPLIED.get(name, 0) for name in found), default=0)
        return found | {name for name in ("delivered", "opened") if IMPLIED[name] < strongest}

    def failure(self, node: str) -> str:
        """Why this journey's message of that node was not sent: of a ``reach``, why the last rung was not,
        where none was."""
        found = self.messages_of(node)
        if not found or any(one.state is MessageState.SENT for one in found):
            return ""
        return found[-1].reason if found[-1].state is MessageState.FAILED else ""

    def agree(self, said: Consent) -> None:
        """Sees the contact as it is after ``said``, which has no number yet."""
        consents, ids = consents_after(self.contact.consents, self.contact.consent_ids, said)
        self.contact = replace(self.contact, consents=consents, consent_ids=ids)

    def apply(self, change: ContactChange) -> None:
        """Sees the contact as it is after ``change``."""
        properties = {**self.contact.properties, **change.properties}
        self.contact = replace(
            self.contact,
            properties={name: value for name, value in properties.items() if value is not None},
            tags=(self.contact.tags - change.remove_tags) | change.add_tags,
        )
