"""A published version made ready for the deciders: durations parsed, outlets resolved. Made once, kept by
id."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from app.flows.codec import read_flow
from app.model.conditions import parts
from app.model.durations import Duration, parse_duration
from app.model.flow import EMPTY
from app.model.kinds import KINDS, Kind, OutletRole, outlets_of, value_of
from app.model.rules import PRIORITIES
from app.model.rungs import rungs_of

if TYPE_CHECKING:
    from app.model.flow import Flow, Node
    from app.model.journey import Message, Version

_FRESH: Final = "PT1H"
_MARKETING_LATE: Final = Duration(seconds=24 * 3600)


@dataclass(frozen=True, slots=True)
class Way:
    """One way of a ``check``."""

    name: str
    when: Mapping[str, Any]
    asks: tuple[Mapping[str, Any], ...] = field(init=False, repr=False, compare=False)
    """Every leaf of its condition."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "asks", tuple(parts(self.when)))


@dataclass(frozen=True, slots=True)
class PlanNode:
    """One node with what its decider needs. ``targets`` is node id by outlet; open outlets are missing."""

    node: Node
    kind: Kind
    targets: Mapping[str, str]
    outlets: frozenset[str] = frozenset()
    """Names of all its ways out, open ones too."""
    reactions: tuple[str, ...] = ()
    """Outlets that an event can take: ticked reactions, or a task's answers."""
    timeout: Duration | None = None
    length: Duration | None = None
    """``delay.for``, ``entry.event.quiet_for`` or ``until.since_entry``."""
    late_after: Duration | None = None
    human_only: bool = False
    rungs: tuple[PlanNode, ...] = ()
    """Of a ``reach``: what is tried one after the other, each with its own time in ``timeout``."""
    ways: tuple[Way, ...] = field(init=False, repr=False, compare=False)
    """Of a ``check``."""
    purpose: str = field(init=False, repr=False, compare=False)
    """Of what it says: what is told to the owner is no advertising."""
    priority: int = field(init=False, repr=False, compare=False)
    """What goes out first, see ``app.model.rules.PRIORITIES``."""
    _settings: Mapping[str, Any] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        defaults = {setting.name: setting.default for setting in self.kind.settings}
        object.__setattr__(self, "_settings", {**defaults, **self.node.settings})
        purpose = str(self.setting("purpose") or "marketing") if self.kind.is_message else "transactional"
        importance = purpose if purpose == "transactional" else str(self.setting("priority") or "normal")
        object.__setattr__(self, "ways", tuple(_ways(self)))
        object.__setattr__(self, "purpose", purpose)
        object.__setattr__(self, "priority", PRIORITIES.get(importance, PRIORITIES["normal"]))

    def setting(self, name: str) -> Any:
        """The node's setting or the table's default."""
        return self._settings.get(name)


@dataclass(frozen=True, slots=True)
class Ending:
    """An event that ends journeys from outside: the goal or an exit."""

    event: str
    where: Mapping[str, Any] | None
    reason: str


@dataclass(frozen=True, slots=True)
class Plan:
    """A version as the deciders see it."""

    flow_id: int
    version_id: int
    hash: str
    flow: Flow
    nodes: Mapping[str, PlanNode]
    key: str = ""
    """Event property that parts the journeys of one contact; empty for none."""
    reentry: str = "never"
    """``never``, ``restart`` or ``after``."""
    reentry_after: Duration | None = None
    fresh: Duration = field(default_factory=lambda: parse_duration(_FRESH))
    endings: tuple[Ending, ...] = ()
    entries: Mapping[str, tuple[PlanNode, ...]] = EMPTY
    """``entry.event`` nodes by event name."""
    asked_events: frozenset[str] = frozenset()
    """Names of stored events that some decider of this version may ask for."""
    asked_segments: frozenset[str] = frozenset()
    """Names of segments that some decider of this version may ask for."""
    inside: int = 0
    """At most so many journeys at a time; 0: any number."""

    def sender(self, message: Message) -> PlanNode:
        """What a message says and by which channel: its node, or the rung of a ``reach``; KeyError when this
        release does not know the node."""
        node = self.nodes[message.node]
        return node.rungs[min(message.rung, len(node.rungs) - 1)] if node.rungs else node

    def topic(self, message: Message) -> str:
        """What a message is about, where its node says so; empty too when this release does not know it."""
        return str(self.sender(message).setting("topic") or "") if message.node in self.nodes else ""

    def of_kind(self, name: str) -> Sequence[PlanNode]:
        """Its nodes of one kind, in the order of the drawing."""
        return [node for node in self.nodes.values() if node.kind.name == name]

    def manual_entry(self) -> PlanNode | None:
        """The node where people are put in by hand."""
        return next(iter(self.of_kind("entry.manual")), None)


def make_plan(version: Version) -> Plan:
    """Compiles a version that was valid when it was published; raises FlowFileError when its text is
    damaged."""
    flow = read_flow(version.document)
    leading = flow.leading
    nodes = {node.id: _plan_node(node, leading) for node in flow.nodes if node.kind in KINDS}
    reentry, after = _reentry(flow.settings.get("reentry", "never"))
    return Plan(
        flow_id=version.flow_id,
        version_id=version.id,
        hash=version.hash,
        flow=flow,
        nodes=nodes,
        key=str(flow.settings.get("key") or ""),
        reentry=reentry,
        reentry_after=after,
        fresh=parse_duration(str(flow.settings.get("fresh") or _FRESH)),
        endings=tuple(_endings(flow)),
        entries=_entries(nodes),
        asked_events=frozenset(_asked(flow, nodes, "event")) | _awaited(nodes),
        asked_segments=frozenset(_asked(flow, nodes, "segment")),
        inside=int(flow.settings.get("inside") or 0),
    )


def _plan_node(node: Node, leading: Mapping[tuple[str, str], str]) -> PlanNode:
    kind = KINDS[node.kind]
    outlets = outlets_of(node)
    reactions = tuple(outlet.name for outlet in outlets if outlet.role is OutletRole.REACTION)
    waits = any(outlet.role is OutletRole.TIMEOUT for outlet in outlets)
    return PlanNode(
        node=node,
        kind=kind,
        targets={
            outlet.name: leading[node.id, outlet.name]
            for outlet in outlets
            if (node.id, outlet.name) in leading
        },
        outlets=frozenset(outlet.name for outlet in outlets),
        reactions=reactions,
        timeout=_duration(value_of(node, "timeout")) if waits else None,
        length=_duration(
            next((node.settings.get(name) for name in _LENGTHS if node.settings.get(name)), None)
        ),
        late_after=_late_after(node, kind),
        human_only=bool(value_of(node, "human_only")),
        rungs=tuple(_rungs(node)),
    )


def _ways(node: PlanNode) -> Iterator[Way]:
    """What is damaged breaks when it is asked: then one journey is parked, and not the version."""
    for one in node.setting("ways") or () if node.kind.name == "check" else ():
        yield Way(str(one.get("name")), one.get("when"))


def _rungs(node: Node) -> Iterator[PlanNode]:
    """Each rung as a node of its own, with the time for which it is tried."""
    for _, told, own in rungs_of(node):
        yield PlanNode(own, KINDS[own.kind], EMPTY, timeout=_duration(told.get("try_for")))


_LENGTHS: Final = ("for", "quiet_for", "since_entry")


def _duration(text: object) -> Duration | None:
    return parse_duration(text) if isinstance(text, str) and text else None


def _late_after(node: Node, kind: Kind) -> Duration | None:
    if not kind.is_message or kind.waits_on_page or kind.policy == "system":
        return None
    own = _duration(value_of(node, "late_after"))
    if own is None and value_of(node, "purpose") != "transactional":
        return _MARKETING_LATE
    return own


def _reentry(setting: object) -> tuple[str, Duration | None]:
    if isinstance(setting, Mapping):
        return "after", parse_duration(str(setting.get("after")))
    return str(setting), None


def _endings(flow: Flow) -> list[Ending]:
    goal = flow.settings.get("goal") or {}
    exits = flow.settings.get("exits") or []
    return [
        *(Ending(name, goal.get("where"), "goal") for name in goal.get("events", [])),
        *(Ending(exit_["event"], exit_.get("where"), "exit") for exit_ in exits),
    ]


def _entries(nodes: Mapping[str, PlanNode]) -> dict[str, tuple[PlanNode, ...]]:
    found: dict[str, tuple[PlanNode, ...]] = {}
    for node in nodes.values():
        if node.kind.name == "entry.event":
            for name in node.setting("events") or ():
                found[name] = (*found.get(name, ()), node)
    return found


def _asked(flow: Flow, nodes: Mapping[str, PlanNode], head: str) -> Iterator[str]:
    """The names that conditions of the flow ask about under this head."""
    return (part[head] for part in questions(_endings(flow), nodes) if head in part)


def questions(endings: Iterable[Ending], nodes: Mapping[str, PlanNode]) -> Iterator[Mapping[str, Any]]:
    """Every leaf of every condition of a version."""
    asked: list[Any] = [ending.where for ending in endings]
    for node in nodes.values():
        asked.append(node.setting("where"))
        if node.kind.name == "check":
            asked.extend(way.get("when") for way in node.setting("ways") or ())
    return (part for condition in asked for part in parts(condition))


def _awaited(nodes: Mapping[str, PlanNode]) -> frozenset[str]:
    """The events that ``wait`` nodes ask for on arrival."""
    waits = (node for node in nodes.values() if node.kind.name == "wait")
    return frozenset(name for node in waits for name in node.setting("events") or ())
