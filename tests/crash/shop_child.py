"""A whole small shop in a process of its own, so that it can be ended at any named gap.

``live(folder, start, empty)`` opens the database in the folder, does everything that an engine and its people
do, and works for two days. What goes out is written to ``wire.txt`` before it is answered. It may be lived
again and again: what was done already is not done twice.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from app.engine import admission, braking, first, keeper, life, looking, page, segment_life, shifts
from app.engine.context import Context
from app.engine.dispatch import recover
from app.engine.engine import Engine
from app.engine.faults import Faults
from app.engine.lease import LeaseLostError
from app.engine.plan import Plan, make_plan
from app.flows.codec import write_flow
from app.model.batch import Batch
from app.model.flow import Edge, Flow, Node
from app.model.journey import Message, MessageState, Receipt, Result, Version
from app.model.people import Address, Consent, Event
from app.model.ports import Outgoing, Prepared
from app.model.shifts import Choice, Group, Shift
from app.store.database import SqlStore, open_store
from app.support.clock import StandingClock, SystemClock
from app.support.ids import TimedIds

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
PEOPLE = 10


class Wire:
    """The other side's book: one line a message, on the disk before it says yes."""

    in_flight = 4

    def __init__(self, name: str, book: Path, *, idempotent: bool) -> None:
        self.name, self.idempotent, self._book = name, idempotent, book
        self.during: Callable[[], object] = lambda: None
        """What happens elsewhere when a batch is on the wire."""

    def prepare(self, outgoing: Outgoing) -> Prepared:
        content = {"node": outgoing.node.id}
        return Prepared(outgoing.message_id, outgoing.address, content, outgoing.purpose)

    def send(self, batch: Batch) -> Sequence[Receipt]:
        with self._book.open("a", encoding="utf-8") as book:
            for one in batch:
                book.write(f"{self.name} {one.message_id} {one.content['node']}\n")
            book.flush()
            os.fsync(book.fileno())
        self.during()
        return [Receipt(one.message_id, Result.SENT) for one in batch]

    def close(self) -> None:
        """Nothing is open between two messages."""


def shop() -> Flow:
    """An advertisement by mail, an hour, an SMS, a service letter."""
    nodes = (
        Node("start", "entry.event", settings={"events": ["signed_up"]}),
        Node("letter", "email", settings={"subject": "Hello", "body": "Text"}),
        Node("hour", "delay", settings={"for": "PT1H"}),
        Node("sms", "sms", settings={"text": "Hi"}),
        Node(
            "bill",
            "email",
            settings={"subject": "Bill", "body": "T", "purpose": "transactional", "reason": "x"},
        ),
        Node("over", "end"),
    )
    ways = (
        Edge("start", "entered", "letter"),
        Edge("letter", "sent", "hour"),
        Edge("hour", "next", "sms"),
        Edge("sms", "sent", "bill"),
        Edge("bill", "sent", "over"),
    )
    return Flow("Shop", nodes, ways)


def by_hand(name: str, node: Node, outlet: str) -> Flow:
    """People are put in at one node; then the end."""
    nodes = (Node("start", "entry.manual"), node, Node("over", "end"))
    return Flow(name, nodes, (Edge("start", "entered", node.id), Edge(node.id, outlet, "over")))


POPUPS = by_hand("Popups", Node("popup", "popup", settings={"headline": "Hi", "timeout": "PT1H"}), "sent")
LATE = by_hand(
    "Late", Node("late", "email", settings={"subject": "Late", "body": "T", "late_after": "PT1M"}), "sent"
)
WAITING = by_hand("Waiting", Node("month", "delay", settings={"for": "P30D"}), "next")
BRAKED = by_hand("Braked", Node("braked", "email", settings={"subject": "B", "body": "T"}), "sent")
ASKING = Node("ask", "check", settings={"ways": [{"name": "x", "when": {"nothing": 1}}]})
BROKEN = by_hand("Broken", ASKING, "x")
MENDED = by_hand("Broken", Node("ask", "end"), "x")
TELLING = by_hand("Telling", Node("tell", "notify", settings={"text": "Somebody came by"}), "next")
FIRST = by_hand("First", Node("first", "email", settings={"subject": "F", "body": "T"}), "sent")
TAKEN = by_hand("Taken over", Node("taken", "email", settings={"subject": "T", "body": "T"}), "sent")


def moving(length: str) -> Flow:
    """People wait; how long is changed while they do."""
    return by_hand("Moving", Node("wait", "delay", settings={"for": length}), "next")


CLUB = Flow(
    "Club",
    (Node("joins", "entry.segment", settings={"segment": "Signed up"}), Node("over", "end")),
    (Edge("joins", "entered", "over"),),
)
GIVEN_UP = Flow("Given up", (Node("joins", "entry.segment", settings={"segment": "Others"}),))
SEGMENTS: Mapping[str, Mapping[str, Any]] = {
    "Signed up": {"event": "signed_up"},
    "Others": {"not": {"event": "signed_up"}},
}


def plan_of(flow: Flow) -> Plan:
    return make_plan(Version(0, 0, 1, "", write_flow(flow)))


def publish(
    context: Context, store: SqlStore, flow: Flow, choices: Sequence[Group] = (), shape: str = ""
) -> Shift | None:
    """Live; where it has the shape of the one before, its texts alone are exchanged."""
    document = write_flow(flow)
    digest = hashlib.sha256(document.encode()).hexdigest()
    admission.prepare(context, plan_of(flow))
    published = store.flows.publish(
        flow.name,
        document,
        hash_=digest,
        shape_hash=shape or digest,
        now=NOON - timedelta(days=9),
        choices=choices,
        along=partial(admission.settle, context),
    )
    return published.shift


def sign_ups() -> list[Event]:
    consents = tuple(Consent(channel, given=True, at=NOON, source="form") for channel in ("email", "sms"))
    return [
        Event(
            "signed_up",
            NOON + timedelta(seconds=number),
            f"shop:{number}",
            addresses=(Address("email", f"p{number}@example.org"), Address("phone", f"+49151{number:07}")),
            consents=consents,
        )
        for number in range(PEOPLE)
    ]


class Life:
    """One process of the shop, from its start to its end."""

    def __init__(self, folder: Path, start: datetime) -> None:
        self.store = open_store(folder / "workspace.db")
        self.clock = StandingClock(start)
        self.context = Context(
            self.store,
            self.clock,
            TimedIds(),
            UTC,
            f"process-{os.getpid()}",
            batch=3,
            faults=Faults.from_environment(),
            steady=SystemClock().passed,
        )
        self.letters = Wire("email", folder / "wire.txt", idempotent=False)
        self.channels = [
            self.letters,
            Wire("sms", folder / "wire.txt", idempotent=True),
            Wire("notice", folder / "wire.txt", idempotent=True),
        ]
        self.engine = self.new_engine()

    def new_engine(self) -> Engine:
        """The next one of this process; all before it are gone."""
        name = f"{self.context.owner}-{self.context.ids.new()}"
        return Engine(self.context, self.channels, name, gone=lambda _: True)

    def live(self) -> None:
        """Everything that an engine and its people do."""
        for name, rule in SEGMENTS.items():
            segment_life.save_segment(self.context, name, rule)
        flows = (shop(), POPUPS, LATE, WAITING, TAKEN, TELLING, moving("P1D"), CLUB, FIRST, BRAKED)
        for flow in flows:
            publish(self.context, self.store, flow)
        admission.prepare(self.context, plan_of(GIVEN_UP))
        self.engine.start()
        life.answer_clock(self.context)  # each life begins at noon again
        for number, event in enumerate(sign_ups()):
            life.ingest(self.context, event)
            if number == PEOPLE // 2:
                looking.catch_up(self.context)
        self.engine.until_idle()
        self.people_see_popups()
        self.somebody_is_late()
        self.another_takes_over()
        self.flow_is_stopped()
        self.somebody_sets_the_clock()
        self.owner_is_told()
        self.people_are_moved()
        self.somebody_is_parked()
        self.first_one_is_looked_at()
        self.brake_is_pulled()
        keeper.note_down(self.context)
        keeper.note_up(self.context)
        end = self.clock.now() + timedelta(days=2)
        while (due := self.next_due()) is not None and due <= end:
            self.clock.jump(due)
            self.engine.until_idle()
        self.engine.close()
        self.store.close()

    def messages(self, flow: str, state: MessageState) -> list[Message]:
        id_ = self.store.flows.id_of(flow)
        return [one for one in self.store.numbers.messages_in(state) if one.flow_id == id_]

    def people_see_popups(self) -> None:
        """Half of them; the text for the others cannot be made."""
        life.enter(self.context, "Popups", list(self.store.people.everybody()[:4]))
        for number, one in enumerate(self.messages("Popups", MessageState.QUEUED)):
            if number % 2:
                page.shown(self.context, one.id, {"headline": "Hi"})
            else:
                page.cannot_be_made(self.context, one.id, "no such field")

    def somebody_is_late(self) -> None:
        """Letters that are too late are held, and somebody decides about them."""
        life.enter(self.context, "Late", list(self.store.people.everybody()[:4]))
        self.clock.jump(self.clock.now() + timedelta(minutes=5))
        self.engine.until_idle()
        for number, one in enumerate(self.messages("Late", MessageState.HELD)):
            life.decide_held(self.context, one.id, send=bool(number % 2))

    def another_takes_over(self) -> None:
        """While letters are on the wire, this engine loses its lease to another one, which settles them."""
        life.enter(self.context, "Taken over", list(self.store.people.everybody()[:3]))
        other = self.new_engine()

        def frozen() -> None:
            if not other.lease.is_held:
                other.lease.take()
                recover(self.context, other.channels, other.lease)

        self.letters.during = frozen
        try:
            self.engine.until_idle()
        except LeaseLostError:
            for dispatcher in self.engine.dispatchers:
                dispatcher.hand_over()
        self.letters.during = lambda: None
        self.engine = other
        self.engine.start()
        self.engine.until_idle()

    def somebody_sets_the_clock(self) -> None:
        """And says that it is right now."""
        self.clock.set(self.clock.now() + timedelta(hours=1))
        self.engine.until_idle()
        life.answer_clock(self.context)
        self.engine.until_idle()

    def flow_is_stopped(self) -> None:
        life.enter(self.context, "Waiting", list(self.store.people.everybody()[:4]))
        life.stop_journeys(self.context, self.store.flows.id_of("Waiting"))

    def owner_is_told(self) -> None:
        life.enter(self.context, "Telling", list(self.store.people.everybody()[:2]))
        self.engine.until_idle()
        for one in self.store.numbers.notices():
            life.dismiss(self.context, one.message_id)

    def first_one_is_looked_at(self) -> None:
        """Before the other gets the letter too."""
        first.hold_after(self.context, self.store.flows.id_of("First"), 1)
        life.enter(self.context, "First", list(self.store.people.everybody()[:2]))
        self.engine.until_idle()
        first.release_first(self.context, "First")
        self.engine.until_idle()

    def people_are_moved(self) -> None:
        """Twice to another version, and once back."""
        life.enter(self.context, "Moving", list(self.store.people.everybody()[:4]))
        self.move_people("PT30H")
        shift = self.move_people("PT20H")
        self.store.flows.take_back(shift, hash_="", now=self.clock.now())
        shifts.take_back(self.context, shift)

    def move_people(self, length: str) -> Shift:
        version = self.store.flows.find("Moving").version_id
        shift = publish(self.context, self.store, moving(length), [Group(version, "wait", Choice.MOVE)])
        assert shift is not None
        shifts.carry_out(self.context, shift)
        return shift

    def somebody_is_parked(self) -> None:
        """And goes on when what was wrong is mended."""
        people = list(self.store.people.everybody()[:2])
        drawing = BROKEN if self.is_new("Broken", people[0]) else MENDED
        publish(self.context, self.store, drawing, shape="Broken")
        life.enter(self.context, "Broken", people)
        self.engine.until_idle()
        publish(self.context, self.store, MENDED, shape="Broken")
        life.try_parked(self.context, self.store.flows.id_of("Broken"))

    def brake_is_pulled(self) -> None:
        """And let go: half of what was taken back is dropped."""
        life.enter(self.context, "Braked", list(self.store.people.everybody()[:2]))
        braking.brake(self.context)
        self.engine.until_idle()
        taken = [one.id for one in self.messages("Braked", MessageState.CANCELLED)]
        braking.release_brake(self.context, send=True, but=taken[:1])
        self.engine.until_idle()

    def is_new(self, flow: str, contact_id: int) -> bool:
        """Whether this contact was never in that flow."""
        if flow not in {one.name for one in self.store.flows.infos()}:
            return True
        id_ = self.store.flows.id_of(flow)
        return all(one.flow_id != id_ for one in self.store.people.journeys(contact_id))

    def next_due(self) -> datetime | None:
        with self.store.transaction() as tx:
            return tx.next_due()


def live(folder: Path, start: datetime, empty: Path) -> None:
    """One whole life; ``empty`` is a database without anything in it, taken where there is none yet."""
    if not (folder / "workspace.db").exists():
        shutil.copy(empty, folder / "workspace.db")
    Life(folder, start).live()
