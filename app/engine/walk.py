"""One journey's moves inside one transaction, collected as changes. Nothing is read or written here."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from app.engine.flood import DECIDED
from app.model.flow import EMPTY
from app.model.journey import OPEN_STATES, CountKey, JournalLine, JourneyState, MessageState
from app.model.rows import replace
from app.model.rules import Rules

if TYPE_CHECKING:
    from datetime import datetime, tzinfo

    from app.engine.facts import Facts
    from app.engine.plan import Plan, PlanNode
    from app.model.journey import Changes, Journey, Message
    from app.model.people import Contact
    from app.model.ports import Ids

_log: Final = logging.getLogger("chainwright.engine")
_HOUR: Final = 3600
WISH: Final = "wish:"
"""Before the outlet by which a parked journey was to leave, where else its reaction is noted."""


_key: Final[Callable[[type[CountKey], tuple[int, int, str, str, int]], CountKey]] = tuple.__new__
"""Past the names of its parts: some thousand times in a transaction."""


@lru_cache(maxsize=64)
def hour_of(moment: datetime) -> int:
    """Whole UTC hours since 1970. Asked for one moment some thousand times in a transaction."""
    return int(moment.timestamp()) // _HOUR


def _never(_error: Exception) -> bool:
    """Nothing is read."""
    return False


@dataclass(slots=True)
class Walk:
    """A journey under decision. ``now`` is the machine's time; moves carry the moment their rule names."""

    plan: Plan
    journey: Journey
    facts: Facts
    now: datetime
    zone: tzinfo
    ids: Ids
    changes: Changes
    new: bool = False
    home: tzinfo = UTC
    """The workspace's zone."""
    rules: Rules = field(default_factory=Rules)
    plans: Callable[[int], Plan] | None = None
    """Finds other versions by id."""
    breaks_off: Callable[[Exception], bool] = _never
    """Whether an error is none of the journey's: the whole transaction fails by it."""
    _was: Journey = field(init=False)
    counted: list[tuple[CountKey, int]] = field(default_factory=list)
    """What it has added to the counters so far."""

    def __post_init__(self) -> None:
        self._was = self.journey

    @property
    def at_node(self) -> PlanNode:
        """Where it stands; KeyError when this release does not know the node."""
        return self.plan.nodes[self.journey.node]

    @property
    def message(self) -> Message | None:
        """The message of this step."""
        return self.facts.messages.get(self.journey.message_id or 0)

    def plan_of(self, message: Message) -> Plan:
        """The version that made a message: a journey may have been moved to another one since."""
        if self.plans is None or message.version_id == self.plan.version_id:
            return self.plan
        return self.plans(message.version_id)

    @property
    def is_over(self) -> bool:
        """Whether it has ended."""
        return self.journey.state in (JourneyState.DONE, JourneyState.ERASED)

    @property
    def is_parked(self) -> bool:
        """Whether it is broken and waits for a person."""
        return self.journey.state is JourneyState.PARKED

    def finish(self) -> None:
        """Hands the journey's new value over; call it once, at the end."""
        if self.new:
            self.changes.started.append(self.journey)
        elif self.journey != self._was:
            self.changes.moved.append((self.journey, self._was.step))
        if not self.is_parked:
            self.changes.outcomes.append((self.plan.flow_id, DECIDED, ""))

    def attempt(self, move: Callable[[], object], otherwise: Callable[[str], object] | None = None) -> None:
        """Does ``move``. When it breaks, all that it did is undone and the journey parked, or ``otherwise``
        done with the error's name. One broken journey stops nobody, and what led to the move stays."""
        mark = _Mark.of(self)
        try:
            move()
        except Exception as error:  # one broken journey is parked, logged, and stops nobody
            if self.breaks_off(error):
                raise
            _log.exception("journey %d cannot go on and waits for a person", self.journey.id)
            mark.restore(self)
            (otherwise or self.park)(type(error).__name__)

    # --- moving ---

    def settle(self, state: JourneyState, due_at: datetime | None) -> None:
        """Stays at its node."""
        self.journey = replace(self.journey, state=state, due_at=due_at)

    def note_reaction(self, name: str) -> None:
        """Remembers the strongest implied reaction of this step (rule 4)."""
        self.journey = replace(self.journey, noted=name)

    def leave(self, outlet: str, at: datetime, data: Mapping[str, Any] = EMPTY) -> PlanNode | None:
        """Leaves by ``outlet`` at the moment ``at``; answers the node it arrives at, None when it ended."""
        target = self.at_node.targets.get(outlet)
        self.withdraw()
        self.journal("left", outlet, data)
        self.count(f"out:{outlet}")
        self.count("here", -1)
        if target is None or target not in self.plan.nodes:
            self._close(outlet)
            return None
        self.journey = replace(
            self.journey,
            node=target,
            step=self.journey.step + 1,
            arrived_at=at,
            due_at=None,
            noted="",
            message_id=None,
            state=JourneyState.DUE,
        )
        self.count("here")
        return self.plan.nodes[target]

    def end(self, reason: str, data: Mapping[str, Any] = EMPTY) -> None:
        """Ends where it stands and withdraws what is not sent yet (rule 8)."""
        self.withdraw()
        self.count("here", -1)
        self._close(reason, data)

    def park(self, reason: str, wish: str = "") -> None:
        """Keeps it for a person to look at. ``wish``: the outlet by which it was to leave."""
        self.settle(JourneyState.PARKED, self.journey.due_at)
        if wish:
            self.note_reaction(f"{WISH}{wish}")
        self.journal("parked", data={"reason": reason})
        self.count("parked")
        self.changes.outcomes.append((self.plan.flow_id, DECIDED, reason))

    def _close(self, reason: str, data: Mapping[str, Any] = EMPTY) -> None:
        self.journal("ended", reason, data)
        self.count(f"end:{reason}")
        self.journey = replace(
            self.journey,
            state=JourneyState.DONE,
            due_at=None,
            end_reason=reason,
            step=self.journey.step + 1,
            ended_at=self.now,
        )

    # --- messages ---

    def put(self, message: Message) -> None:
        """Stores a message's new value and counts its change of state."""
        before = self.facts.messages.get(message.id)
        self.facts.messages[message.id] = message
        if before is None:
            self.changes.queued.append(message)
            self.count(f"message:{message.state}", of=message)
            return
        if (before.version_id, before.node) != (message.version_id, message.node):
            self._count_elsewhere(before, message)
        elif before.state is not message.state:
            self.count(f"message:{before.state}", -1, of=before)
            self.count(f"message:{message.state}", of=message)
        self.changes.messages.append(message)

    def _count_elsewhere(self, before: Message, message: Message) -> None:
        """It goes along to another version with all that it has counted."""
        for one, by in ((before, -1), (message, 1)):
            self.count(f"message:{one.state}", by, of=one)
            if one.state is MessageState.FAILED:
                self.count(f"failed:{one.reason}", by, of=one)
            for name in one.reactions:
                self.count(name if name.startswith("machine:") else f"reaction:{name}", by, of=one)

    def withdraw(self) -> None:
        """Cancels this step's message unless it is on the wire or done (rule 8)."""
        message = self.message
        if message is None:
            return
        if message.state in OPEN_STATES:
            self.put(replace(message, state=MessageState.CANCELLED, reason="withdrawn"))
        elif message.state is MessageState.SENDING:
            self.journal("finishing", data={"message": message.id})

    # --- records ---

    def journal(self, what: str, outlet: str = "", data: Mapping[str, Any] = EMPTY) -> None:
        """One line about the present step."""
        journey = self.journey
        line = JournalLine(
            journey.id,
            journey.contact_id,
            journey.flow_id,
            journey.step,
            self.now,
            journey.node,
            what,
            outlet,
            data,
            self.plan.version_id,
        )
        self.changes.journal.append(line)

    def count(self, name: str, by: int = 1, of: Message | None = None) -> None:
        """Adds to a counter of the node and version where the journey is, or of those that made a message:
        a journey may have been moved to another version since."""
        version_id, node = (of.version_id, of.node) if of else (self.plan.version_id, self.journey.node)
        key = _key(CountKey, (self.plan.flow_id, version_id, node, name, hour_of(self.now)))
        counts = self.changes.counts
        counts[key] = counts.get(key, 0) + by
        self.counted.append((key, by))


class _Mark(NamedTuple):
    """Where a walk and its changes stood before a move that may break."""

    plan: Plan
    journey: Journey
    contact: Contact
    messages: Mapping[int, Message]
    sizes: tuple[int, ...]
    counted: int

    @classmethod
    def of(cls, walk: Walk) -> _Mark:
        sizes = tuple(map(len, _rows(walk.changes)))
        facts = walk.facts
        return cls(walk.plan, walk.journey, facts.contact, facts.messages.copy(), sizes, len(walk.counted))

    def restore(self, walk: Walk) -> None:
        walk.plan, walk.journey, walk.facts.contact = self.plan, self.journey, self.contact
        walk.facts.messages = dict(self.messages)
        for rows, size in zip(_rows(walk.changes), self.sizes, strict=True):
            del rows[size:]
        for key, by in walk.counted[self.counted :]:
            walk.changes.counts[key] -= by
        del walk.counted[self.counted :]


def _rows(changes: Changes) -> tuple[list[Any], ...]:
    """The lists that a decider appends to: what it appended is taken off again when it breaks."""
    return (
        changes.queued,
        changes.messages,
        changes.journal,
        changes.contacts,
        changes.consents,
        changes.suppressed,
        changes.intents,
    )
