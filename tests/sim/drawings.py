"""Flows that chance draws: valid ones over every kind of node, and the two stories as they are shipped.

A drawing is grown from its entries: each new node hangs on a way out that nobody has taken yet, so every node
can be reached and nothing leads back. What ``check`` finds wrong with it is drawn again.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from app.flows.codec import read_flow
from app.flows.validate import validate
from app.model.flow import Edge, Flow, Node, Surroundings
from app.model.kinds import KINDS, OutletRole, outlets_of

TEMPLATES: Final = Path(__file__).parents[2] / "resources" / "templates"
STORIES: Final = ("abandoned-basket", "popup-first")
STORY_NAMES: Final = frozenset({"Abandoned basket", "Popup first"})
EVENTS: Final = (
    "page_viewed",
    "basket_added",
    "basket_changed",
    "order_completed",
    "offer_requested",
    "signed_up",
    "survey_done",
)
TAGS: Final = ("vip", "shy", "loud")
TOPICS: Final = ("", "", "offers", "care")
CHANNELS: Final = ("email", "sms", "rcs", "telegram", "whatsapp", "carrot", "webhook", "notice")
"""Those that are sent by; the others wait on the page."""
BODY: Final = (
    "email",
    "sms",
    "rcs",
    "telegram",
    "whatsapp",
    "carrot",
    "webhook",
    "popup",
    "chat",
    "task",
    "reach",
    "email",
)
STEPS: Final = ("delay", "until", "wait", "check", "split", "set", "record", "consent", "notify", "start")
ENTRIES: Final = ("entry.event", "entry.segment", "entry.date", "entry.schedule", "entry.manual")
_LATER: Final = frozenset({"channel-not-set-up"})
"""What ``check`` says of kinds that this release has no channel for: here they have one of the port."""
_TRIES: Final = 60


def story(name: str) -> Flow:
    """One of the stories, with small letters: who renders them is tested elsewhere."""
    flow = read_flow((TEMPLATES / f"{name}.flow.json").read_text(encoding="utf-8"))
    return replace(flow, nodes=tuple(_with_small_body(one) for one in flow.nodes))


def _with_small_body(node: Node) -> Node:
    if node.kind != "email":
        return node
    return replace(node, settings={**node.settings, "body": "Hello {{ first_name }}"})


@dataclass
class Deck:
    """The kinds in an order that chance gives, each once before any comes again."""

    dice: random.Random
    kinds: Sequence[str]
    _left: list[str] = field(default_factory=list)

    def draw(self) -> str:
        if not self._left:
            self._left = self.dice.sample(self.kinds, len(self.kinds))
        return self._left.pop()


@dataclass
class Drawer:
    """Draws the flows of one workspace."""

    dice: random.Random
    begin: datetime
    segments: Mapping[str, Mapping[str, Any]]
    flows: dict[str, Flow] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._messages = Deck(self.dice, BODY)
        self._steps = Deck(self.dice, STEPS)
        self._entries = Deck(self.dice, ENTRIES)

    def draw(self, name: str) -> Flow:
        """A new flow that may go live beside those there are."""
        for _ in range(_TRIES):
            made = self._grown(name)
            if self.is_valid(made):
                self.flows[name] = made
                return made
        raise AssertionError(f"no valid flow in {_TRIES} drawings")

    def is_valid(self, flow: Flow) -> bool:
        return not [one for one in self.problems(flow) if one[1] == "error"]

    def problems(self, flow: Flow) -> list[tuple[str, str, str]]:
        around = Surroundings(
            channels=frozenset(CHANNELS),
            site_url="https://shop.example",
            postal_address="Street 1, 12345 Town",
            flows={**self.flows, flow.name: flow},
            segments=self.segments,
        )
        found = validate(flow, around, now=self.begin)
        return [(one.code, one.severity, one.message) for one in found if one.code not in _LATER]

    # --- growing ---

    def _grown(self, name: str) -> Flow:
        dice = self.dice
        entries = [self._node(f"in{n}", self._entries.draw()) for n in range(dice.choice([1, 1, 2]))]
        body = [self._node(f"n{n}", self._kind_of(n)) for n in range(dice.randint(4, 8))]
        ends = [Node("won", "goal"), Node("over", "end")]
        edges = list(self._edges(entries, body, ends))
        reached = {edge.target for edge in edges}
        nodes = (*entries, *body, *(one for one in ends if one.id in reached))
        return Flow(name, nodes, tuple(edges), settings=self._settings())

    def _kind_of(self, place: int) -> str:
        """Messages and steps in turn, so that no flow is without either."""
        return self._messages.draw() if place % 2 == 0 else self._steps.draw()

    def _edges(self, entries: Sequence[Node], body: Sequence[Node], ends: Sequence[Node]) -> Iterator[Edge]:
        free = [(one, outlet) for one in entries for outlet in outlets_of(one)]
        for node in body:
            source, outlet = free.pop(self.dice.randrange(len(free)))
            yield Edge(source.id, outlet.name, node.id)
            free += [(node, one) for one in outlets_of(node)]
        places = {one.id: number for number, one in enumerate(body)}
        for source, outlet in free:
            later = [*body[places.get(source.id, -1) + 1 :], *ends]
            may_stay_open = outlet.role not in (OutletRole.NORMAL, OutletRole.WAY, OutletRole.ELSE)
            if not (may_stay_open and self.dice.random() < 0.2):
                yield Edge(source.id, outlet.name, self.dice.choice(later).id)

    def _settings(self) -> dict[str, Any]:
        dice = self.dice
        made: dict[str, Any] = {
            "reentry": dice.choice(
                ["never", "restart", {"after": "PT12H"}, {"after": "P3D"}, {"after": "P7D"}]
            ),
            "fresh": dice.choice(["PT1H", "PT6H", "P1D"]),
        }
        if dice.random() < 0.6:
            made["goal"] = {"events": [dice.choice(["order_completed", "survey_done"])]}
        if dice.random() < 0.4:
            made["exits"] = [{"event": "offer_requested", "where": self._of_event()}]
        if dice.random() < 0.3:
            made["key"] = "basket_id"
        if dice.random() < 0.3:
            made["inside"] = dice.choice([5, 20, 60])
        return made

    # --- nodes ---

    def _node(self, name: str, kind: str) -> Node:
        make = getattr(self, f"_{kind.replace('.', '_')}", None)
        settings = make() if make else {}
        if KINDS[kind].is_message and kind not in ("webhook", "task"):
            settings |= self._manners(kind)
        return Node(name, kind, settings=settings)

    def _entry_event(self) -> dict[str, Any]:
        made: dict[str, Any] = {"events": self.dice.sample(EVENTS[:6], self.dice.choice([1, 1, 2]))}
        if self.dice.random() < 0.4:
            made["quiet_for"] = self.dice.choice(["PT10M", "PT30M", "PT3H"])
        if self.dice.random() < 0.3:
            made["where"] = self._of_event()
        return made

    def _entry_segment(self) -> dict[str, Any]:
        return {"segment": self.dice.choice(sorted(self.segments))}

    def _entry_date(self) -> dict[str, Any]:
        dice = self.dice
        side = dice.choice(["on", "before", "after"])
        made: dict[str, Any] = {"property": dice.choice(["birthday", "appointment"]), "side": side}
        if side != "on":
            made["offset"] = dice.choice(["P1D", "P3D", "PT6H"])
        if dice.random() < 0.5:
            made["time"] = dice.choice(["09:00", "02:30", "18:15"])
        if made["property"] == "birthday":
            made["yearly"] = True
        return made

    def _entry_schedule(self) -> dict[str, Any]:
        dice = self.dice
        first = self.begin + timedelta(days=dice.randint(1, 9), hours=dice.randint(0, 23))
        made: dict[str, Any] = {"start": first.isoformat()}
        if dice.random() < 0.6:
            made["repeat"] = dice.choice(["FREQ=WEEKLY", "FREQ=DAILY;INTERVAL=3", "FREQ=WEEKLY;BYDAY=MO,TH"])
        if dice.random() < 0.7:
            made["segment"] = dice.choice(sorted(self.segments))
        return made

    def _email(self) -> dict[str, Any]:
        made: dict[str, Any] = {"subject": "Hello {{ first_name }}", "body": "Text"}
        if self.dice.random() < 0.2:
            made["human_only"] = True
        return made

    def _sms(self) -> dict[str, Any]:
        return {"text": "Hello"}

    def _rcs(self) -> dict[str, Any]:
        return {"text": "Hello", "reason": self.dice.choice(["review", "basket", "check-in"])}

    _telegram = _whatsapp = _carrot = _chat = _sms

    def _popup(self) -> dict[str, Any]:
        made: dict[str, Any] = {"headline": "Hi", "show": self.dice.choice(["now", "next-visit"])}
        if self.dice.random() < 0.7:
            made |= {"fields": ["email"], "consent_text": "Yes, write to me"}
        return made

    def _task(self) -> dict[str, Any]:
        return {"text": "Call", "timeout": self._length()}

    def _reach(self) -> dict[str, Any]:
        kinds = self.dice.sample(
            ["popup", "email", "sms", "rcs", "telegram", "whatsapp"], self.dice.randint(2, 3)
        )
        rungs = [
            {
                "kind": one,
                "settings": getattr(self, f"_{one}")(),
                "try_for": self.dice.choice(["PT2H", "PT12H", "P1D"]),
            }
            for one in kinds
        ]
        for rung in rungs:
            rung["settings"].pop("human_only", None)
        return {"rungs": rungs}

    def _manners(self, kind: str) -> dict[str, Any]:
        """What any message to a person may say of itself."""
        dice, known = self.dice, KINDS[kind]
        made: dict[str, Any] = {}
        names = [*known.reactions, dice.choice(EVENTS)]
        ticked = dice.sample(names, dice.randint(0, min(3, len(names))))
        if ticked or kind == "reach":
            made["reactions"] = ticked or [known.reactions[0]]
        if (ticked or known.waits_on_page) and known.setting("timeout"):
            made["timeout"] = self._length()
        if known.waits_on_page:
            return made
        made |= {"topic": dice.choice(TOPICS), "priority": dice.choice(["high", "normal", "normal", "low"])}
        if dice.random() < 0.4:
            made["capped_wait"] = dice.choice(["PT2H", "P1D", "P2D"])
        if dice.random() < 0.3:
            made["late_after"] = dice.choice(["PT2H", "PT12H", "P2D"])
        if dice.random() < 0.2:
            made["before"] = dice.choice(
                ["property:appointment", (self.begin + timedelta(days=20)).isoformat()]
            )
        if dice.random() < 0.15 and kind != "rcs":
            made |= {"purpose": "transactional", "reason": "your order"}
        return made

    def _delay(self) -> dict[str, Any]:
        return {"for": self._length()}

    def _until(self) -> dict[str, Any]:
        dice = self.dice
        return dice.choice(
            [
                {"time": dice.choice(["09:00", "02:30", "20:45"])},
                {"time": "10:00", "weekdays": dice.sample(["mon", "tue", "wed", "sat"], 2)},
                {"since_entry": dice.choice(["P1D", "P3D", "PT5H"])},
                {"property": "appointment"},
                {"business": True},
                {"business": True, "time": "11:30", "weekdays": ["mon", "thu"]},
            ]
        )

    def _wait(self) -> dict[str, Any]:
        made: dict[str, Any] = {
            "events": self.dice.sample([*EVENTS, "clicked", "replied"], 2),
            "since": self.dice.choice(["last-message", "entry", "arrival"]),
            "timeout": self._length(),
        }
        return made

    def _check(self) -> dict[str, Any]:
        ways = [
            {"name": name, "when": self._of_person()} for name in ("one", "two")[: self.dice.randint(1, 2)]
        ]
        return {"ways": ways}

    def _split(self) -> dict[str, Any]:
        arms = [
            {"name": name, "weight": self.dice.randint(1, 3)}
            for name in ("a", "b", "c")[: self.dice.randint(1, 3)]
        ]
        return {"arms": arms, "hold_out": self.dice.choice([0, 10, 30])}

    def _set(self) -> dict[str, Any]:
        return self.dice.choice(
            [
                {"add_tags": [self.dice.choice(TAGS)]},
                {"remove_tags": [self.dice.choice(TAGS)], "properties": {"total": 7}},
                {"properties": {"appointment": None}},
            ]
        )

    def _record(self) -> dict[str, Any]:
        return {"event": self.dice.choice(["survey_done", "told", "signed_up"]), "properties": {"total": 9}}

    def _consent(self) -> dict[str, Any]:
        given = self.dice.choice(["yes", "no"])
        made: dict[str, Any] = {
            "channel": self.dice.choice(["email", "sms", "rcs", "telegram", "whatsapp"]),
            "topic": self.dice.choice(TOPICS),
            "given": given,
        }
        return made | ({"text": "Yes, write to me"} if given == "yes" else {})

    def _notify(self) -> dict[str, Any]:
        return {"text": "Look"}

    def _start(self) -> dict[str, Any]:
        by_hand = [
            name for name, flow in self.flows.items() if any(one.kind == "entry.manual" for one in flow.nodes)
        ]
        return {"flow": self.dice.choice([*by_hand, "By hand"])}

    # --- parts ---

    def _length(self) -> str:
        return self.dice.choice(["PT20M", "PT1H", "PT6H", "P1D", "PT36H", "P2D", "P5D", "P1W", "P1M"])

    def _of_event(self) -> dict[str, Any]:
        return {
            "field": "total",
            self.dice.choice(["more_than", "less_than"]): self.dice.choice([20, 50, 80]),
        }

    def _of_person(self) -> dict[str, Any]:
        dice = self.dice
        part: dict[str, Any] = dice.choice(
            [
                {"tag": dice.choice(TAGS)},
                {"property": "total", "more_than": 5},
                {"property": "phone", "known": True},
                {"event": "order_completed", "since": dice.choice(["entry", "ever", "P3D", "P30D"])},
                {"event": "page_viewed", "since": "P7D", "times": 2},
                {"consent": dice.choice(["email", "sms"]), "topic": "offers"},
                {"segment": dice.choice(sorted(self.segments))},
            ]
        )
        return dice.choice([part, part, {"not": part}, {"any": [part, {"tag": "vip"}]}])


BY_HAND: Final = Flow(
    "By hand",
    (
        Node("start", "entry.manual"),
        Node("hello", "email", settings={"subject": "Hello", "body": "Text"}),
        Node("over", "end"),
    ),
    (
        Edge("start", "entered", "hello"),
        Edge("hello", "sent", "over"),
        Edge("hello", "failed", "over"),
    ),
    settings={"reentry": {"after": "PT1H"}},
)
"""What ``start`` nodes can always name."""


def segments(dice: random.Random) -> dict[str, dict[str, Any]]:
    """Three segments, of each sort of rule one."""
    return {
        "Buyers": {"event": "order_completed", "since": dice.choice(["P5D", "P14D", "ever"])},
        "Friends": {"any": [{"tag": "vip"}, {"property": "total", "more_than": 6}]},
        "Lookers": {
            "all": [
                {"event": "page_viewed", "since": dice.choice(["P2D", "P7D"]), "times": dice.choice([1, 2])},
                {"not": {"tag": "shy"}},
            ]
        },
    }
