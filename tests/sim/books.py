"""The auditor's own books: kept from what was committed and from what happened, never from the store.

They know the rows by heart, and of people what they said, who they are and what may not reach them.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final

from app.model.conditions import holds
from app.model.flow import Flow, Node
from app.model.journey import (
    OPEN_STATES,
    Changes,
    FlowState,
    JournalLine,
    Journey,
    JourneyState,
    Message,
    MessageState,
)
from app.model.kinds import ADDRESSES, KINDS, Kind
from app.model.people import Actor, Address, Consent, Event
from tests.sim.watching import Forgotten, Heard, Merged, Met

OVER: Final = frozenset({JourneyState.DONE, JourneyState.ERASED})
Place = tuple[int, int, str]
"""Flow, contact, key."""
Count = tuple[int, int, str, str]
"""Flow, version, node, name."""
_CLOSABLE: Final = tuple(sorted({one.channel for one in KINDS.values() if one.needs_consent}))


@dataclass(frozen=True, slots=True)
class Said:
    """One consent or refusal, with its place among all of them."""

    at: datetime
    number: int
    channel: str
    topic: str
    given: bool


@dataclass(frozen=True, slots=True)
class Drawn:
    """One version as it was drawn, read without the engine."""

    flow: Flow
    key: str
    endings: tuple[tuple[str, Any, str], ...]
    """Event, condition on its fields, reason."""

    @classmethod
    def of(cls, flow: Flow) -> Drawn:
        goal = flow.settings.get("goal") or {}
        endings = [(name, goal.get("where"), "goal") for name in goal.get("events", ())]
        endings += [(one["event"], one.get("where"), "exit") for one in flow.settings.get("exits") or ()]
        return cls(flow, str(flow.settings.get("key") or ""), tuple(endings))


class _Fields:
    """What a condition on an event may ask."""

    def __init__(self, properties: Mapping[str, Any]) -> None:
        self._properties = properties

    def event_field(self, name: str) -> object:
        return self._properties.get(name)

    def contact_property(self, _name: str) -> object:
        return None

    entry_property = contact_property


@dataclass
class Books:
    """Rows by their ids, and what is known of people."""

    drawn: Callable[[int], Drawn]
    """A version by its id."""
    journeys: dict[int, Journey] = field(default_factory=dict)
    messages: dict[int, Message] = field(default_factory=dict)
    of_contact: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    """Open journeys by contact."""
    messages_of: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    """Messages by contact."""
    states: dict[int, FlowState] = field(default_factory=dict)
    said: dict[int, list[Said]] = field(default_factory=lambda: defaultdict(list))
    addresses: dict[int, list[Address]] = field(default_factory=lambda: defaultdict(list))
    suppressed: set[Address] = field(default_factory=set)
    words: dict[tuple[int, str], datetime] = field(default_factory=dict)
    events: dict[int, list[Event]] = field(default_factory=lambda: defaultdict(list))
    gone: set[int] = field(default_factory=set)
    merged: set[int] = field(default_factory=set)
    """Contacts that somebody else was merged into."""
    machine: dict[str, Any] = field(default_factory=dict)
    numbers: int = 0

    # --- asking ---

    def kind(self, message: Message) -> Kind:
        return KINDS["notify" if message.channel == "notice" else message.channel]

    def node(self, message: Message) -> Node:
        return self.drawn(message.version_id).flow.by_id[message.node]

    def topic(self, message: Message) -> str:
        return str(self.node(message).settings.get("topic") or "")

    def agrees(self, contact_id: int, channel: str, topic: str) -> bool | None:
        """The newest word counts; who leaves a channel leaves its topics."""
        found: dict[str, bool] = {}
        for one in sorted(self.said[contact_id], key=lambda one: (one.at, one.number)):
            if one.channel == channel:
                found = {"": False} if not one.given and not one.topic else {**found, one.topic: one.given}
        return found.get(topic, found.get(""))

    def address(self, contact_id: int, kind: str) -> Address | None:
        return next((one for one in self.addresses[contact_id] if one.kind == kind), None)

    def is_open(self, journey_id: int) -> bool:
        return self.journeys[journey_id].state not in OVER

    def stands_at(self, message: Message) -> bool:
        journey = self.journeys[message.journey_id]
        return journey.state not in OVER and (journey.message_id, journey.step) == (message.id, message.step)

    def ends(self, version_id: int, event: Event, key: str) -> str:
        """The reason for which this event ends a journey of this key; empty when it does not."""
        drawn = self.drawn(version_id)
        told = event.properties.get(drawn.key) if drawn.key else None
        if event.actor is Actor.MACHINE or (told is not None and key not in ("", str(told))):
            return ""
        known: Any = _Fields(event.properties)
        return next(
            (
                reason
                for name, where, reason in drawn.endings
                if name == event.name and (where is None or holds(where, known))
            ),
            "",
        )

    # --- keeping ---

    def meet(self, met: Met) -> None:
        known = self.addresses[met.contact_id]
        known += [one for one in dict.fromkeys(met.addresses) if one not in known]

    def agree(self, contact_id: int, consent: Consent) -> None:
        self.numbers += 1
        self.said[contact_id].append(
            Said(consent.at, self.numbers, consent.channel, consent.topic, consent.given)
        )

    def hear(self, heard: Heard) -> None:
        event, contact_id = heard.event, heard.contact_id
        self.events[contact_id].append(event)
        message = self.messages.get(event.message_id or 0)
        channel = ""
        if event.actor is not Actor.MACHINE:
            channel = (
                str(event.properties.get("channel") or "") if event.name == "message_received" else channel
            )
            channel = message.channel if event.name == "replied" and message is not None else channel
        if channel:
            at, key = min(event.at, heard.now), (contact_id, channel)
            self.words[key] = max(at, self.words.get(key, at))
        if event.name == "bounced" and event.properties.get("hard") and message is not None:
            self.close_address(message)

    def close_address(self, message: Message) -> None:
        kind = ADDRESSES.get(message.channel)
        if kind and message.address:
            self.suppressed.add(Address(kind, message.address))

    def refusals(self, event: Event) -> list[tuple[str, str]]:
        """Channels and topics that an event closes (rule 10)."""
        message = self.messages.get(event.message_id or 0)
        if event.name == "complained":
            return [(channel, "") for channel in _CLOSABLE]
        if event.name == "unsubscribed" and message is not None:
            return [(message.channel, self.topic(message))]
        return []

    def merge(self, merged: Merged) -> None:
        keep, gone = merged.keep, merged.gone
        self.addresses[keep] += self.addresses.pop(gone, [])
        self.said[keep] += self.said.pop(gone, [])
        self.events[keep] += self.events.pop(gone, [])
        for who, channel in [key for key in self.words if key[0] == gone]:
            at = self.words.pop((who, channel))
            self.words[keep, channel] = max(at, self.words.get((keep, channel), at))
        for id_ in self.messages_of.pop(gone, []):
            self.messages[id_] = replace(self.messages[id_], contact_id=keep)
            self.messages_of[keep].append(id_)
        for id_, one in list(self.journeys.items()):
            if one.contact_id == gone:
                self.journeys[id_] = replace(one, contact_id=keep)
        self.of_contact[keep] |= self.of_contact.pop(gone, set())
        self.gone.add(gone)
        self.merged.add(keep)

    def forget(self, forgotten: Forgotten) -> Iterator[int]:
        """Answers who is gone: those with an open journey stay."""
        for one in forgotten.contact_ids:
            if not self.of_contact[one]:
                self.gone.add(one)
                self.addresses.pop(one, None)
                self.events.pop(one, None)
                yield one

    def put_journey(self, new: Journey) -> None:
        old = self.journeys.get(new.id)
        if old is not None:
            new = replace(
                new,
                flow_id=old.flow_id,
                contact_id=old.contact_id,
                key=old.key,
                started_at=old.started_at,
                entry=old.entry,
                cause=old.cause,
            )
        self.journeys[new.id] = new
        inside = self.of_contact[new.contact_id]
        (inside.discard if new.state in OVER else inside.add)(new.id)

    def put_message(self, new: Message) -> None:
        old = self.messages.get(new.id)
        if old is None:
            self.messages_of[new.contact_id].append(new.id)
        else:
            new = replace(
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
        self.messages[new.id] = new


# --- what rows and lines count ---------------------------------------------------------------------------


def of_journey(one: Journey) -> Iterator[Count]:
    if one.state not in OVER:
        yield one.flow_id, one.version_id, one.node, "here"


def of_message(one: Message) -> Iterator[Count]:
    place = (one.flow_id, one.version_id, one.node)
    yield *place, f"message:{one.state}"
    if one.state is MessageState.FAILED:
        yield *place, f"failed:{one.reason}"
    for name in one.reactions:
        yield *place, name if name.startswith("machine:") else f"reaction:{name}"


_WORDS: Final = {
    "left": "out:{outlet}",
    "ended": "end:{outlet}",
    "started": "entry",
    "parked": "parked",
    "postponed": "postponed:{outlet}",
}


def of_line(line: JournalLine) -> Iterator[tuple[Count, int]]:
    place = (line.flow_id, line.version_id, line.node)
    if line.what in _WORDS:
        yield (*place, _WORDS[line.what].format(outlet=line.outlet)), 1
    if line.what == "returned":
        yield (*place, f"end:{line.outlet}"), -1
    if line.what == "refused":
        yield (*place, f"refused:{line.data['reason']}"), 1
    if line.what == "left" and "rung" in line.data:
        yield (*place, f"rung:{line.data['rung']}"), 1


def counted(rows: Iterable[Count], by: int, into: Counter[Count]) -> None:
    for key in rows:
        into[key] += by


def told(changes: Changes) -> Counter[Count]:
    """What a transaction has added to the counters."""
    found: Counter[Count] = Counter()
    for key, by in changes.counts.items():
        found[key.flow_id, key.version_id, key.node, key.name] += by
    return found


def open_messages(books: Books, contact_id: int) -> Iterator[Message]:
    return (one for id_ in books.messages_of[contact_id] if (one := books.messages[id_]).state in OPEN_STATES)
