"""One transaction of the engine: what it has read so far, and the changes it will write."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from app.engine import entry as entries
from app.engine.calendar import zone_of
from app.engine.decide import begin
from app.engine.facts import Facts
from app.engine.flood import Tally
from app.engine.merge import is_personal
from app.engine.plan import Plan, PlanNode, make_plan
from app.engine.segments import events_in
from app.engine.walk import Walk, hour_of
from app.engine.watched import Watched
from app.engine.zones import Nowhere
from app.model.flow import EMPTY
from app.model.journey import Changes, CountKey, JournalLine, Journey, JourneyState, MessageState
from app.model.rules import Rules
from app.model.segments import WATCHED

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime, tzinfo
    from typing import Any

    from app.model.journey import ConsentWithdrawn, LiveFlow, Message, StartFlow
    from app.model.people import Address, Contact, Event, StoredEvent
    from app.model.ports import Ids, Places, Transaction
    from app.model.segments import Segment

_KEPT_PLANS: Final = 200
_UNSENT: Final = frozenset(
    {
        MessageState.QUEUED,
        MessageState.LEASED,
        MessageState.CANCELLED,
        MessageState.HELD,
        MessageState.FAILED,
    }
)
_OVER: Final = frozenset({JourneyState.DONE, JourneyState.ERASED})
_MOST_STARTS: Final = 3
"""Rule 16: so often flows may start a contact in one flow within a day."""


class Plans:
    """Compiled versions by id. A publish of other texts keeps the id and changes the hash (rule 14)."""

    def __init__(self) -> None:
        self._kept: dict[int, Plan] = {}

    def get(self, tx: Transaction, version_id: int) -> Plan:
        """The plan of a version as it is stored now; KeyError when there is no such version."""
        version = tx.version(version_id)
        plan = self._kept.get(version_id)
        if plan is None or plan.hash != version.hash:
            if len(self._kept) >= _KEPT_PLANS:
                self._kept.pop(next(iter(self._kept)))
            plan = self._kept[version_id] = make_plan(version)
        return plan


@dataclass(slots=True)
class Session:
    """Reads for and writes of one transaction. ``zone`` is the workspace's."""

    tx: Transaction
    plans: Plans
    ids: Ids
    now: datetime
    zone: tzinfo
    rules: Rules = field(default_factory=Rules)
    places: Places = field(default_factory=Nowhere)
    changes: Changes = field(default_factory=Changes)
    intents: list[StartFlow | ConsentWithdrawn | Event] = field(default_factory=list)
    """What nodes have asked for: carried out when all that led to it is written."""
    wrote: bool = False
    """Whether there is anything to commit."""
    tally: Tally = field(default_factory=lambda: Tally({}))
    """How it goes, flow by flow."""
    witness: Callable[[Changes], None] | None = None
    """Is told of everything that is written, before the commit."""
    _read: dict[int, Plan] = field(default_factory=dict)
    _segments: dict[str, Segment] | None = None
    _watched: Watched | None = None
    _came: set[tuple[int, int]] = field(default_factory=set)
    """(flow, contact) of journeys that are started and not written yet."""

    def plan(self, version_id: int) -> Plan:
        """The plan of a version, the same one for the whole transaction."""
        plan = self._read.get(version_id)
        if plan is None:
            plan = self._read[version_id] = self.plans.get(self.tx, version_id)
        return plan

    def write(self) -> None:
        """Writes what has come together so far, so that later reads of this transaction see it.

        Raises RuntimeError, which undoes the transaction, when a journey has moved since it was read.
        """
        self.intents += self.changes.intents
        self.changes.intents.clear()
        self.take_outcomes()
        if self.changes.is_empty:
            return
        self.wrote = True
        self._note_news()
        lost = self.tx.write(self.changes)
        if lost:
            raise RuntimeError(f"{len(lost)} journeys were moved by somebody else")
        if self.witness is not None:
            self.witness(self.changes)
        self.changes = Changes()
        self._came.clear()

    # --- people and what is watched about them ---

    def add_contact(self, contact_id: int, addresses: Sequence[Address]) -> None:
        """A new contact, who may be in segments from the first moment on."""
        self.tx.add_contact(contact_id, addresses, self.now)
        self.look_again(contact_id)

    def add_address(self, contact_id: int, address: Address) -> None:
        """Links an address; one that belongs to one person tells who it is (rule 19)."""
        self.tx.add_address(contact_id, address, self.now)
        if is_personal(address):
            self.changes.seen[contact_id] = None
        self.look_again(contact_id)

    def look_again(self, contact_id: int, at: datetime | None = None) -> None:
        """The contact's segments and dates are to be looked at, now unless said otherwise."""
        moment = at or self.now
        known = self.changes.rechecks.get(contact_id)
        if self.watched and (known is None or moment < known):
            self.changes.rechecks[contact_id] = moment

    def _note_news(self) -> None:
        """Whoever changes a contact writes in the same transaction that it is to be looked at again."""
        touched = {change.contact_id for change in self.changes.contacts}
        for contact_id in touched.union(contact_id for contact_id, _ in self.changes.consents):
            self.look_again(contact_id)

    @property
    def watched(self) -> Watched:
        """What is watched, read once in a transaction."""
        if self._watched is None:
            self._watched = Watched.read(self.tx.machine(WATCHED))
        return self._watched

    def watch(self, watched: Watched) -> None:
        """From now on this is watched."""
        self._watched = watched
        self.changes.machine[WATCHED] = watched.written()

    def watched_rules(self) -> dict[int, Mapping[str, Any]]:
        """The rules of the segments that are watched, by the segment's id."""
        stored = {one.id: one.rule for one in self.segments.values()}
        return {
            id_: rule
            for id_, kept in self.watched.segments.items()
            if not kept.going and (rule := kept.rule or stored.get(id_)) is not None
        }

    def take_outcomes(self) -> None:
        """Counts how it went since the last time."""
        self.tally.take(self.changes.outcomes)
        self.changes.outcomes.clear()

    # --- walks ---

    def walk(self, journey: Journey, facts: Facts) -> Walk:
        """A walk that writes into this session's changes."""
        return Walk(
            self.plan(journey.version_id),
            journey,
            facts,
            self.now,
            zone_of(facts.contact.zone, self.zone),
            self.ids,
            self.changes,
            home=self.zone,
            rules=self.rules,
            plans=self.plan,
            breaks_off=self.tx.failed,
        )

    def use(self, plan: Plan) -> None:
        """A version that is not stored yet, for this transaction."""
        self._read[plan.version_id] = plan

    def facts(self, journeys: Sequence[Journey]) -> dict[int, Facts]:
        """Facts by journey id, read for all of them together."""
        contacts = self.tx.contacts({journey.contact_id for journey in journeys})
        messages = self.tx.messages_of([journey.id for journey in journeys])
        events = self._events(journeys)
        found: dict[int, Facts] = {}
        for journey in journeys:
            contact = contacts.get(journey.contact_id)
            if contact is None:
                continue
            plan = self.plan(journey.version_id)
            found[journey.id] = Facts(
                contact,
                journey.entry,
                journey.started_at,
                {message.id: message for message in messages.get(journey.id, ())},
                events.get(journey.contact_id, ()),
                EMPTY,
                plan.entries.keys(),
                self.now,
                self.rules_of(plan),
            )
        return found

    def _events(self, journeys: Iterable[Journey]) -> Mapping[int, Sequence[StoredEvent]]:
        asked: set[str] = set()
        people: set[int] = set()
        for journey in journeys:
            names = self.asked_events(self.plan(journey.version_id))
            if names:
                asked |= names
                people.add(journey.contact_id)
        return self.tx.events_of(sorted(people), sorted(asked)) if asked else {}

    def asked_events(self, plan: Plan) -> frozenset[str]:
        """Names of stored events that a version's deciders may ask for, by segments too."""
        if not plan.asked_segments:
            return plan.asked_events
        return plan.asked_events | events_in(self.rules_of(plan).values())

    @property
    def segments(self) -> Mapping[str, Segment]:
        """All segments by name, read once in a transaction."""
        if self._segments is None:
            self._segments = {one.name: one for one in self.tx.segments()}
        return self._segments

    def rules_of(self, plan: Plan) -> Mapping[str, Mapping[str, Any]]:
        """The rules of the segments that a version asks for, those that there are."""
        if not plan.asked_segments:
            return EMPTY
        known = self.segments
        return {name: known[name].rule for name in plan.asked_segments if name in known}

    # --- entries ---

    def enter(
        self,
        flow: LiveFlow,
        node: PlanNode,
        contact: Contact,
        key: str,
        at: datetime,
        entry: Mapping[str, Any] = EMPTY,
        cause: str = "",
    ) -> str:
        """Starts a journey, or records why not; answers the reason of a refusal, empty when it started.

        ``cause``: what lets the contact in, as in ``Journey.cause``.
        """
        plan = self.plan(flow.version_id)
        if (plan.flow_id, contact.id) in self._came:
            # One who comes in by two doors at once: the second one must see the first.
            self.write()
        newest = self._newest(plan, contact, key)
        reason = self._refusal(plan, newest, contact, at, cause)
        if reason:
            self.refuse(plan, node, contact.id, reason, key)
            return reason
        if newest is not None and newest.state not in _OVER:
            self._restart(newest)
        self._came.add((plan.flow_id, contact.id))
        journey = entries.new_journey(self.ids.new(), plan, node, contact.id, key, at, entry, cause)
        events = self._events([journey]).get(contact.id, ())
        facts = Facts(
            contact,
            entry,
            at,
            {},
            events,
            starters=plan.entries.keys(),
            now=self.now,
            segments=self.rules_of(plan),
        )
        walk = self.walk(journey, facts)
        begin(walk)
        walk.finish()
        return ""

    def refuse(self, plan: Plan, node: PlanNode, contact_id: int, reason: str, key: str = "") -> None:
        """Records an entry that did not become a journey."""
        name = node.node.id
        data = {"reason": reason, "key": key} if key else {"reason": reason}
        self.changes.journal.append(
            JournalLine(0, contact_id, plan.flow_id, 0, self.now, name, "refused", "", data, plan.version_id)
        )
        counted = CountKey(plan.flow_id, plan.version_id, name, f"refused:{reason}", hour_of(self.now))
        self.changes.counts[counted] += 1

    def _newest(self, plan: Plan, contact: Contact, key: str) -> Journey | None:
        """The open journey of this place, else the last started one: two contacts that became one may leave
        an open journey that is older than one that has ended."""
        newest = self.tx.newest_journey(plan.flow_id, contact.id, key)
        if newest is None or newest.state not in _OVER:
            return newest
        same = (
            one for one in self.tx.open_journeys(contact.id) if (one.flow_id, one.key) == (plan.flow_id, key)
        )
        return next(same, newest)

    def _refusal(self, plan: Plan, newest: Journey | None, contact: Contact, at: datetime, cause: str) -> str:
        if contact.erased:
            return "erased"
        sent_any = newest is not None and self._has_sent(newest)
        zone = zone_of(contact.zone, self.zone)
        refused = entries.refusal(plan, newest, at, zone, sent_any=sent_any)
        if refused:
            return refused
        if cause in ("flow", "segment") and self._starts(plan.flow_id, contact.id) >= _MOST_STARTS:
            return "loop"
        return "full" if plan.inside and self._inside(plan) >= plan.inside else ""

    def _starts(self, flow_id: int, contact_id: int) -> int:
        """Rule 16: how often flows have started this contact there within a day."""
        return self.tx.starts(flow_id, contact_id, self.now - timedelta(days=1))

    def _inside(self, plan: Plan) -> int:
        """Who is inside, with those of this transaction that are not written yet."""
        coming = sum(one.flow_id == plan.flow_id and one.state not in _OVER for one in self.changes.started)
        return self.tx.inside(plan.flow_id, plan.inside) + coming

    def _has_sent(self, journey: Journey) -> bool:
        messages = self.tx.messages_of([journey.id]).get(journey.id, ())
        return any(message.state not in _UNSENT for message in messages if not message.is_notice)

    def _restart(self, journey: Journey) -> None:
        walk = self.walk(journey, self.facts([journey])[journey.id])
        walk.end("restarted")
        walk.finish()
        # The new journey may take the place only when the old one has left it.
        self.write()


def walks_of(session: Session, rows: Sequence[Message]) -> dict[int, Walk]:
    """A walk by message id for each row whose journey exists."""
    journeys = session.tx.journeys([row.journey_id for row in rows])
    facts = session.facts(list(journeys.values()))
    return {
        row.id: session.walk(journeys[row.journey_id], facts[row.journey_id])
        for row in rows
        if row.journey_id in facts
    }
