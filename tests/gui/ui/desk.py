"""A whole desk in memory: real reading, checking and publishing of flows, and numbers that a test sets."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from app.bootstrap.previews import Maker, fields_of, person_of
from app.channels.values import Shop
from app.engine.segment_life import check_segment
from app.engine.segments import facts_of
from app.flows.codec import read_flow, write_flow
from app.flows.impact import Inside, impact
from app.flows.validate import validate
from app.model.conditions import holds
from app.model.desk import Braked, FirstReach, Halt, HaltKind, HeldGroup, SettingText
from app.model.errors import RefusedError, UserError
from app.model.flow import Edge, Flow, Node, Problem, Surroundings
from app.model.journey import FlowState
from app.model.people import Contact
from app.model.ports import (
    CallTask,
    Caught,
    Counts,
    FlowInfo,
    Notice,
    Person,
    Preview,
    PublishResult,
    Status,
    VersionInfo,
)
from app.model.rungs import rung_named
from app.model.segments import SegmentInfo
from app.model.shifts import Impact, Move, TakenBack
from app.model.standing import Period, Standing, Way
from app.model.why import Story
from app.support.settings import Assignment, EmailSettings, SmsSettings, assign

SURROUNDINGS = Surroundings(
    channels=frozenset({"email", "sms", "popup", "task"}),
    site_url="http://127.0.0.1:8000",
    postal_address="Ackermann Flowers, Rosenweg 3, 50667 Köln",
    practice=True,
    fields=frozenset({"first_name", "last_name", "city", "last_order"}),
)
STATUS = Status(
    engine="running",
    next_due=datetime(2026, 11, 20, 14, 32, tzinfo=UTC),
    due_people=6,
    sent_today=212,
    site="http://127.0.0.1:8000",
    practice=True,
    workspace="Ackermann Flowers",
    clock=datetime(2026, 11, 20, 14, 26, tzinfo=UTC),
)


ANNA = Contact(
    11,
    properties={"first_name": "Anna", "last_name": "Weber", "city": "Köln"},
    addresses={"email": "anna@example.com", "phone": "+4915112345678"},
)
BEN = Contact(12, addresses={"email": "ben@example.com"})
BASKET = {
    "basket_id": "b7",
    "basket_url": "https://ackermann-flowers.example/basket",
    "items": [
        {
            "title": "Peony bouquet “Clara”",
            "price": "34,90 €",
            "url": "https://ackermann-flowers.example/clara",
        }
    ],
}
NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
SENDING = (
    SettingText("sending.window.email", "mon-sat 08:00-20:00", "08:00-21:00"),
    SettingText("sending.ceiling.email", "", "200"),
    SettingText("sending.rate.email"),
    SettingText("sending.window.sms", "", "09:00-20:00"),
    SettingText("sending.ceiling.sms", "50", "200"),
    SettingText("sending.rate.sms", "30/min"),
    SettingText("sending.cap", "", "4"),
    SettingText("sending.cap_important", "", "6"),
    SettingText("sending.cap_within", "", "P7D"),
    SettingText("sending.holidays", "DE-BY"),
    SettingText("sending.closed"),
    SettingText("sending.business", "", "mon-fri 09:00-18:00"),
    SettingText("sending.warm_up_since"),
    SettingText("sending.warm_up_first", "", "50"),
    SettingText("sending.warm_up_factor", "", "1.5"),
)
MONDAY = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)


@dataclass
class Stored:
    """One flow of the workspace."""

    draft: str
    state: FlowState = FlowState.DRAFT
    versions: list[str] = field(default_factory=list)
    counts: Counts = field(default_factory=Counts)
    by_period: dict[Period, Counts] = field(default_factory=dict)
    standing: dict[str, list[Standing]] = field(default_factory=dict)
    """People by what is counted, such as ``here``."""
    ways: dict[int, Way] = field(default_factory=dict)
    """By journey."""
    history: str = ""
    aside: list[str] = field(default_factory=list)
    paused_why: str = ""


class MemoryDesk:
    """The window's ``Desk``, kept in memory. ``slow`` blocks every call until it is set."""

    def __init__(self) -> None:
        self.stored: dict[str, Stored] = {}
        self.caught_messages: list[Caught] = []
        self.call_tasks: list[CallTask] = []
        self.told: list[Notice] = []
        self.finished: list[tuple[int, bool]] = []
        self.moves: list[Move] = []
        self.reach = FirstReach()
        self.braked = Braked(0)
        self.back: list[HeldGroup] = []
        self.sending_texts = SENDING
        self.sending_saved: list[dict[str, str]] = []
        self.brake_released: list[tuple[HeldGroup, ...]] = []
        self.tried: list[str] = []
        self.held_groups: list[HeldGroup] = []
        self.decided: list[tuple[HeldGroup, bool]] = []
        self.confirmed: list[tuple[int | None, int]] = []
        """The number that was typed and how many go out first, by publish."""
        self.released: list[str] = []
        self.periods: list[Period] = []
        self.asked: list[tuple[str, str, Period]] = []
        self.stories: dict[int, tuple[Story, ...]] = {}
        self.now_status = STATUS
        self.ready: list[tuple[str, str]] = []
        self.contacts: list[Contact] = [ANNA, BEN]
        self.entries: dict[int, dict[str, Any]] = {ANNA.id: dict(BASKET)}
        self.sent_to_me: list[tuple[str, int | None, str]] = []
        self.maker = Maker(
            Shop("Ackermann Flowers", "Rosenweg 3, 50667 Köln", "https://ackermann-flowers.example"),
            EmailSettings.model_validate(
                {"from": "mia@ackermann-flowers.example", "from_name": "Mia from Ackermann Flowers"}
            ),
            SmsSettings(),
            b"k" * 32,
        )
        self.rules: dict[str, Mapping[str, Any]] = {}
        """Segments."""
        self.in_it_today = 0
        self.threads: set[str] = set()
        self.gate = threading.Event()
        self.gate.set()
        self._listeners: list[Callable[[], None]] = []
        self._lock = threading.RLock()

    def put(self, flow: Flow, *, live: bool = False, counts: Counts | None = None) -> None:
        """A flow that is there already."""
        text = write_flow(flow)
        state = FlowState.LIVE if live else FlowState.DRAFT
        self.stored[flow.name] = Stored(text, state, [text] if live else [], counts or Counts())

    def change(self) -> None:
        """Something happened."""
        for listener in self._listeners:
            listener()

    def flows(self) -> Sequence[FlowInfo]:
        self._work()
        return [
            FlowInfo(
                id=number,
                name=name,
                state=one.state,
                version=len(one.versions),
                changed=bool(one.versions) and one.versions[-1] != one.draft,
                inside=one.counts.inside,
                paused_why=one.paused_why,
            )
            for number, (name, one) in enumerate(sorted(self.stored.items()), start=1)
        ]

    def draft(self, name: str) -> str:
        self._work()
        return self._one(name).draft

    def save_draft(self, name: str, document: str, *, base: str | None = None) -> None:
        self._work()
        one = self.stored.setdefault(name, Stored(document))
        if base is not None and one.draft != base:
            raise RefusedError(f"“{name}” was changed elsewhere meanwhile. Open it again")
        one.draft = document

    def rename(self, old: str, new: str) -> None:
        self._work()
        if new in self.stored:
            raise RefusedError(f"There is a flow called “{new}” already. Give this one another name")
        self.stored[new] = self.stored.pop(old)

    def versions(self, name: str) -> Sequence[VersionInfo]:
        self._work()
        numbers = range(len(self._one(name).versions), 0, -1)
        return [VersionInfo(number, MONDAY + timedelta(days=number), "", number == 2) for number in numbers]

    def version_document(self, name: str, number: int) -> str:
        self._work()
        return self._one(name).versions[number - 1]

    def history(self, name: str) -> str:
        self._work()
        return self._one(name).history

    def append_history(self, name: str, lines: str, *, after: int) -> int:
        self._work()
        one = self._one(name)
        if len(one.history.encode()) != after:
            raise RefusedError(f"Another window has “{name}” open and writes its history")
        one.history += lines
        return len(one.history.encode())

    def replace_history(self, name: str, log: str, *, aside: bool = False) -> int:
        self._work()
        one = self._one(name)
        if aside:
            one.aside.append(one.history)
        one.history = log
        return len(log.encode())

    def check(self, flow: Flow) -> Sequence[Problem]:
        self._work()
        return validate(flow, SURROUNDINGS)

    def impact(self, name: str, document: str, moves: Sequence[Move] = ()) -> Impact:
        self._work()
        one = self._one(name)
        past: dict[str, int] = {}
        for (node, _), count in one.counts.edges.items():
            past[node] = past.get(node, 0) + count
        number = len(one.versions)
        inside = [
            Inside(number, number, read_flow(text), one.counts.here, past) for text in one.versions[-1:]
        ]
        return impact(number + 1, inside, read_flow(document), {(number, m.node): m.choice for m in moves})

    def undo_publish(self, name: str, *, dry: bool = False) -> TakenBack:
        self._work()
        one = self._one(name)
        if len(one.versions) < 2:
            raise RefusedError(f"“{name}” has been published only once")
        number = len(one.versions)
        if not dry:
            one.versions.pop()
            self.change()
        return TakenBack(number - 1, number)

    def first_reach(self, name: str, document: str, *, also_today: bool = False) -> FirstReach:
        self._work()
        read_flow(document)
        return self.reach

    def release_first(self, name: str) -> int:
        self._work()
        self.released.append(name)
        return 160

    def publish(
        self,
        name: str,
        document: str,
        moves: Sequence[Move] = (),
        *,
        confirm: int | None = None,
        first: int = 0,
        also_today: bool = False,
    ) -> PublishResult:
        self.moves += moves
        self.confirmed.append((confirm, first))
        self.save_draft(name, document)
        problems = tuple(self.check(read_flow(document)))
        one = self._one(name)
        if any(problem.severity == "error" for problem in problems):
            return PublishResult(len(one.versions), problems)
        if self.reach.typed and confirm != self.reach.day:
            return PublishResult(
                0, problems, first_hour=self.reach.hour, first_day=self.reach.day, unconfirmed=True
            )
        one.versions.append(document)
        one.state = FlowState.LIVE
        self.change()
        return PublishResult(len(one.versions), problems, today=self.in_it_today, also_today=also_today)

    def count_today(self, name: str, flow: Flow) -> int:
        self._work()
        return self.in_it_today

    def segments(self) -> Sequence[SegmentInfo]:
        self._work()
        return [SegmentInfo(name, rule) for name, rule in sorted(self.rules.items())]

    def save_segment(self, name: str, rule: Mapping[str, Any]) -> None:
        self._work()
        check_segment(name, rule)
        self.rules[name] = rule
        self.change()

    def rename_segment(self, old: str, new: str) -> None:
        self._work()
        self.rules[new] = self.rules.pop(old)
        self.change()

    def delete_segment(self, name: str) -> None:
        self._work()
        del self.rules[name]
        self.change()

    def segment_size(self, rule: Mapping[str, Any]) -> int:
        self._work()
        check_segment("A segment", rule)
        return sum(holds(rule, facts_of(one, (), MONDAY)) for one in self.contacts)

    def pause(self, name: str, *, entries_only: bool = False) -> None:
        self._work()
        self._one(name).state = FlowState.CLOSED if entries_only else FlowState.PAUSED

    def resume(self, name: str) -> None:
        self._work()
        self._one(name).state = FlowState.LIVE
        self._one(name).paused_why = ""
        self.change()

    def stop(self, name: str) -> int:
        self._work()
        one = self._one(name)
        one.state = FlowState.STOPPED
        ended, one.counts = one.counts.inside, replace(one.counts, inside=0, here={})
        return ended

    def counts(self, name: str, period: Period = Period.ALL) -> Counts:
        self._work()
        self.periods.append(period)
        one = self._one(name)
        return one.by_period.get(period, one.counts)

    def standing(
        self, name: str, node: str, what: str = "here", period: Period = Period.ALL, limit: int = 200
    ) -> Sequence[Standing]:
        self._work()
        self.asked.append((node, what, period))
        return [one for one in self._one(name).standing.get(what, ()) if node in ("", one.node)][:limit]

    def way(self, name: str, contact_id: int, journey_id: int | None = None) -> Way:
        self._work()
        found = self._one(name).ways.get(journey_id or contact_id)
        if found is None:
            raise UserError(f"This person was never in “{name}”, or is erased.")
        return found

    def why(self, contact_id: int) -> Sequence[Story]:
        self._work()
        return self.stories.get(contact_id, ())

    def status(self) -> Status:
        self._work()
        return self.now_status

    def brake(self) -> Braked:
        self._work()
        self.now_status = replace(self.now_status, engine="paused", halt=Halt(HaltKind.BRAKE, NOON))
        self.change()
        return self.braked

    def taken_back(self) -> Sequence[HeldGroup]:
        self._work()
        return list(self.back)

    def release_brake(self, drop: Sequence[HeldGroup] = ()) -> int:
        self._work()
        self.brake_released.append(tuple(drop))
        self.now_status = replace(self.now_status, engine="running", halt=None)
        self.change()
        return self.braked.taken_back

    def trust_clock(self) -> bool:
        self._work()
        self.now_status = replace(self.now_status, engine="running", halt=None)
        self.change()
        return True

    def try_again(self, name: str) -> int:
        self._work()
        self.tried.append(name)
        return 3

    def sending(self) -> Sequence[SettingText]:
        self._work()
        return list(self.sending_texts)

    def save_sending(self, values: Mapping[str, str]) -> None:
        self._work()
        assign({}, [Assignment(name, value) for name, value in values.items()])
        self.sending_saved.append(dict(values))

    def caught(self, after: int) -> Sequence[Caught]:
        self._work()
        return self.caught_messages[after:]

    def tasks(self) -> Sequence[CallTask]:
        self._work()
        return list(self.call_tasks)

    def finish_task(self, message_id: int, *, reached: bool) -> None:
        self._work()
        self.finished.append((message_id, reached))
        self.call_tasks = [task for task in self.call_tasks if task.message_id != message_id]

    def notices(self) -> Sequence[Notice]:
        self._work()
        return list(self.told)

    def dismiss_notice(self, message_id: int) -> None:
        self._work()
        self.told = [notice for notice in self.told if notice.message_id != message_id]

    def held(self) -> Sequence[HeldGroup]:
        self._work()
        return list(self.held_groups)

    def decide_held(self, group: HeldGroup, *, send: bool) -> int:
        self._work()
        self.decided.append((group, send))
        self.held_groups.remove(group)
        self.change()
        return group.count

    def fields(self) -> Sequence[str]:
        self._work()
        return sorted(SURROUNDINGS.fields)

    def templates(self) -> Sequence[tuple[str, str]]:
        self._work()
        return self.ready

    def people(self, search: str = "", limit: int = 50) -> Sequence[Person]:
        self._work()
        found = [person_of(contact) for contact in self.contacts]
        return [one for one in found if search.lower() in f"{one.name} {one.address}".lower()][:limit]

    def event_fields(self, names: Sequence[str]) -> Sequence[str]:
        self._work()
        return fields_of(self.entries.values())

    def preview(self, flow: Flow, node_id: str, person_id: int | None, texts: Sequence[str] = ()) -> Preview:
        self._work()
        contact = next((one for one in self.contacts if one.id == person_id), Contact(0))
        entry = self.entries.get(contact.id, {})
        node = flow.by_id.get(node_id) or rung_named(flow, node_id)
        assert node is not None
        return self.maker.preview(node, contact, entry, texts)

    def send_to_me(self, flow: Flow, node_id: str, person_id: int | None, address: str) -> None:
        self._work()
        if "@" not in address and not address.startswith("+"):
            raise UserError("The e-mail address cannot be used.")
        self.sent_to_me.append((node_id, person_id, address))

    def listen(self, callback: Callable[[], None]) -> None:
        self._listeners.append(callback)

    def _one(self, name: str) -> Stored:
        with self._lock:
            if name not in self.stored:
                raise UserError(f"There is no flow called “{name}”")
            return self.stored[name]

    def _work(self) -> None:
        self.threads.add(threading.current_thread().name)
        self.gate.wait(20)


def basket_flow(name: str = "Abandoned basket") -> Flow:
    """The flow of the pictures."""
    return Flow(
        name,
        (
            Node(
                "start",
                "entry.event",
                "Basket left",
                24,
                360,
                {"events": ["basket_changed"], "quiet_for": "PT30M"},
            ),
            Node(
                "letter1",
                "email",
                "Letter 1",
                264,
                360,
                {
                    "subject": "Still thinking it over, {{ first_name }}?",
                    "body": "Your basket is waiting.\n\nCome back when you like.",
                    "reactions": ["opened", "clicked"],
                    "timeout": "P1D",
                },
            ),
            Node("hour", "delay", "", 560, 160, {"for": "PT1H"}),
            Node(
                "letter2",
                "email",
                "Letter 2",
                680,
                160,
                {
                    "subject": "Only two left",
                    "body": "They sell fast.",
                    "reactions": ["clicked"],
                    "timeout": "P2D",
                },
            ),
            Node(
                "popup",
                "popup",
                "Popup",
                560,
                560,
                {
                    "headline": "Your basket is still here",
                    "button": "Take me there",
                    "link": "https://example.org/basket",
                    "show": "next-visit",
                    "reactions": ["clicked"],
                    "timeout": "P3D",
                },
            ),
            Node("days", "delay", "", 960, 360, {"for": "P3D"}),
            Node(
                "letter3",
                "email",
                "Letter 3",
                1104,
                360,
                {"subject": "Last call", "body": "This is our last letter."},
            ),
            Node("end", "end", "", 1360, 372),
        ),
        (
            Edge("start", "entered", "letter1"),
            Edge("letter1", "opened", "hour"),
            Edge("letter1", "clicked", "hour"),
            Edge("letter1", "timeout", "popup"),
            Edge("letter1", "failed", "popup"),
            Edge("hour", "next", "letter2"),
            Edge("letter2", "clicked", "days"),
            Edge("letter2", "timeout", "days"),
            Edge("letter2", "failed", "days"),
            Edge("popup", "clicked", "days"),
            Edge("popup", "timeout", "days"),
            Edge("popup", "failed", "days"),
            Edge("days", "next", "letter3"),
            Edge("letter3", "sent", "end"),
            Edge("letter3", "failed", "end"),
        ),
        settings={"key": "basket_id", "reentry": {"after": "P7D"}, "goal": {"events": ["order_completed"]}},
    )


BASKET_COUNTS = Counts(
    here={"start": 6, "letter1": 38, "hour": 4, "letter2": 21, "popup": 44, "days": 54},
    edges={
        ("start", "entered"): 446,
        ("letter1", "opened"): 152,
        ("letter1", "clicked"): 67,
        ("letter1", "timeout"): 165,
        ("letter1", "failed"): 3,
        ("letter2", "clicked"): 49,
        ("letter2", "timeout"): 78,
        ("popup", "clicked"): 31,
        ("popup", "timeout"): 81,
        ("days", "next"): 118,
    },
    names={
        ("letter1", "message:sent"): 446,
        ("letter1", "reaction:opened"): 152,
        ("letter1", "reaction:clicked"): 67,
        ("letter1", "reaction:replied"): 4,
        ("letter1", "message:failed"): 3,
    },
    inside=176,
    entered=486,
    goals=181,
)
