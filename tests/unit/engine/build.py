"""Walks for the pure tests, made the way the engine makes them: a drawing, its document, its plan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from app.engine import decide
from app.engine.entry import new_journey
from app.engine.facts import Facts
from app.engine.plan import Plan, make_plan
from app.engine.walk import Walk
from app.flows.codec import write_flow
from app.model.flow import EMPTY, Edge, Flow, Node
from app.model.journey import Changes, FlowState, JournalLine, LiveFlow, Message, MessageState, Version
from app.model.people import Actor, Contact, Event, StoredEvent
from app.model.rules import Rules
from app.support.ids import SequenceIds

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
"""A Monday, 11:00 in Berlin, far from a clock change."""
MANUAL = Node("start", "entry.manual")
EMPTY_BOX: Mapping[str, Any] = {}


def later(**parts: float) -> datetime:
    return NOW + timedelta(**parts)


def node(name: str, kind: str, **settings: Any) -> Node:
    """A node; ``for_`` stands for the setting ``for``."""
    return Node(name, kind, settings={key.rstrip("_"): value for key, value in settings.items()})


def letter(name: str = "letter", **settings: Any) -> Node:
    return node(name, "email", subject="Hello", body="Text", **settings)


def edges(*lines: str) -> tuple[Edge, ...]:
    """From lines such as ``start.entered > letter``."""
    found = []
    for line in lines:
        source, _, target = line.partition(">")
        name, _, outlet = source.strip().partition(".")
        found.append(Edge(name, outlet, target.strip()))
    return tuple(found)


def flow_of(nodes: Sequence[Node], *lines: str, **settings: Any) -> Flow:
    return Flow("A flow", tuple(nodes), edges(*lines), settings=settings)


def version_of(flow: Flow, version_id: int = 7, flow_id: int = 3) -> Version:
    return Version(version_id, flow_id, 1, f"hash{version_id}", write_flow(flow))


def plan_of(nodes: Sequence[Node], *lines: str, **settings: Any) -> Plan:
    return make_plan(version_of(flow_of(nodes, *lines, **settings)))


def live(state: FlowState = FlowState.LIVE, published_at: datetime = NOW - timedelta(days=30)) -> LiveFlow:
    return LiveFlow(3, "A flow", state, 7, published_at)


def person(**more: Any) -> Contact:
    """A contact that may be written to."""
    about: dict[str, Any] = {
        "addresses": {"email": "eva@example.org", "phone": "+4915112345678"},
        "consents": {"email": True, "sms": True},
    }
    return Contact(11, **{**about, **more})


def event(name: str, at: datetime = NOW, properties: Mapping[str, Any] = EMPTY, **more: Any) -> Event:
    return Event(name, at, f"{name}@{at.isoformat()}", properties=properties, **more)


def stored(name: str, at: datetime = NOW, properties: Mapping[str, Any] = EMPTY, **more: Any) -> StoredEvent:
    return StoredEvent(500 + int(at.timestamp()) % 100_000, name, at, properties, **more)


def begun(
    plan: Plan,
    *,
    contact: Contact | None = None,
    entry: Mapping[str, Any] = EMPTY,
    key: str = "",
    at: datetime = NOW,
    now: datetime | None = None,
    happened: Sequence[StoredEvent] = (),
    zone: tzinfo = BERLIN,
    rules: Rules | None = None,
    segments: Mapping[str, Mapping[str, Any]] = EMPTY,
) -> Walk:
    """A journey that has just begun, at the first entry of the plan. The workspace is in Berlin."""
    start = next(one for one in plan.nodes.values() if one.kind.category == "entry")
    contact = contact or person()
    ids = SequenceIds(1000)
    journey = new_journey(ids.new(), plan, start, contact.id, key, at, entry)
    starters = plan.entries.keys()
    facts = Facts(contact, entry, at, {}, happened, starters=starters, now=now or at, segments=segments)
    walk = Walk(plan, journey, facts, now or at, zone, ids, Changes(), home=BERLIN, rules=rules or Rules())
    decide.begin(walk)
    return walk


def again(walk: Walk, now: datetime, *happened: StoredEvent) -> Walk:
    """The same journey in a later transaction."""
    facts = replace(
        walk.facts, messages=dict(walk.facts.messages), stored=(*walk.facts.stored, *happened), now=now
    )
    return Walk(
        walk.plan, walk.journey, facts, now, walk.zone, walk.ids, Changes(), home=walk.home, rules=walk.rules
    )


def at_letter(*, now: datetime = NOW, **settings: Any) -> Walk:
    """A journey whose letter is queued; every outlet but ``to``'s leads to an end named after it."""
    return begun(plan_with_ends(letter(**settings)), now=now)


def plan_with_ends(middle: Node, **settings: Any) -> Plan:
    """``start`` leads to ``middle``, and each outlet of it to an ``end`` of the same name."""
    from app.model.kinds import outlets_of

    names = [outlet.name for outlet in outlets_of(middle)]
    nodes = [MANUAL, middle, *(Node(f"to-{name}", "delay", settings={"for": "P9D"}) for name in names)]
    lines = [f"start.entered > {middle.id}", *(f"{middle.id}.{name} > to-{name}" for name in names)]
    return plan_of(nodes, *lines, **settings)


def sent(walk: Walk, at: datetime | None = None) -> Walk:
    """The channel has accepted the letter."""
    walk = again(walk, at or walk.now)
    decide.send_ok(walk, the_message(walk), walk.now, "provider-1")
    return walk


def in_state(walk: Walk, state: MessageState, **more: Any) -> Walk:
    """The letter of this step stands in this state."""
    walk = again(walk, walk.now)
    message = replace(the_message(walk), state=state, address="eva@example.org", **more)
    walk.facts.messages[message.id] = message
    return walk


def the_message(walk: Walk) -> Message:
    """The newest message of the journey."""
    return list(walk.facts.messages.values())[-1]


def reaction(
    walk: Walk, name: str, at: datetime | None = None, actor: Actor = Actor.UNKNOWN, **properties: Any
) -> Event:
    return event(name, at or walk.now, properties, message_id=the_message(walk).id, actor=actor)


def hear(walk: Walk, heard: Event, now: datetime | None = None) -> Walk:
    """The event arrives in a transaction of its own."""
    walk = again(walk, now or max(walk.now, heard.at))
    decide.hear(walk, heard)
    return walk


def react(walk: Walk, name: str, actor: Actor = Actor.UNKNOWN, **properties: Any) -> Walk:
    return hear(walk, reaction(walk, name, actor=actor, **properties))


def due(walk: Walk, now: datetime | None = None) -> Walk:
    """The moment has come that it waits for."""
    walk = again(walk, now or walk.journey.due_at or walk.now)
    decide.come_due(walk)
    return walk


def place(walk: Walk) -> str:
    """Where it stands, or ``REASON!`` when it has ended."""
    return f"{walk.journey.end_reason}!" if walk.is_over else walk.journey.node


def lines(walk: Walk, what: str) -> list[JournalLine]:
    return [line for line in walk.changes.journal if line.what == what]


def counted(walk: Walk, name: str) -> int:
    return sum(by for key, by in walk.changes.counts.items() if key.name == name)
