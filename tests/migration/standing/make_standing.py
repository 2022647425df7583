"""Makes the small database that this release leaves to later ones: people in mid-wait at every kind of node.

``python -m tests.migration.standing.make_standing`` writes ``VERSION.db.gz`` beside this file. It is never
made again for an old release: it is what that release really wrote.
"""

from __future__ import annotations

import gzip
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from app import __version__
from app.bootstrap.flow_files import templates
from app.engine.engine import Engine
from app.flows.codec import read_flow
from app.model.flow import Edge, Flow, Node
from app.model.journey import FlowState, Receipt, Result
from app.model.people import Actor, Address, Consent, Event
from app.model.ports import Prepared
from app.store import sqlite
from app.store.database import SqlStore, open_store
from app.support.clock import StandingClock
from tests.engine.world import NOON, Recorder, World

HERE: Final = Path(__file__).parent
KEPT_AT: Final = NOON
"""The Monday noon at which the database was put away."""
SLEPT_UNTIL: Final = timedelta(days=-4, hours=-12)
SETTINGS: Final = {
    "workspace.name": "Ackermann Flowers",
    "workspace.zone": "Europe/Berlin",
    "workspace.region": "DE",
    "postal_address": "Lindenallee 7, 10115 Berlin",
    "practice": True,
}
BASKET, POPUP, CHAIN, PAUSED = "Abandoned basket", "Popup first", "Chain", "Paused"


class Told(Recorder):
    """A channel that answers by the address."""

    def __init__(self, name: str, told: dict[str, Result]) -> None:
        super().__init__(name)
        self._told = told

    def _answer(self, one: Prepared) -> Receipt:
        return Receipt(one.message_id, self._told.get(one.address, Result.SENT), "as-told")


class Kept(World):
    """The world in which it is made."""

    def __post_init__(self) -> None:
        super().__post_init__()
        told = {
            "letter-retry@example.com": Result.RETRY,
            "letter-unknown@example.com": Result.UNKNOWN,
            SMS_RETRY: Result.RETRY,
        }
        self.email, self.sms = Told("email", told), Told("sms", told)
        self.engine = Engine(self.context, [self.email, self.sms], "this-machine")
        self.numbers: dict[str, int] = {}

    def contact_of(self, who: str) -> int:
        if who not in self.numbers:
            phone = f"+4915123{len(self.numbers):06d}"
            phone = {"no-phone": "", "sms-retry": SMS_RETRY}.get(who, phone)
            self.numbers[who] = self.person(f"{who}@example.com", phone, f"visitor-{who}", name=who)
        return self.numbers[who]

    def go_to(self, moment: datetime) -> None:
        if moment > self.now:
            self.wait(seconds=(moment - self.now).total_seconds())

    def play(self, acts: list[Act]) -> None:
        for act in sorted(acts, key=lambda act: act.at):
            self.go_to(KEPT_AT + act.at)
            act.do(self, self.contact_of(act.who))
        self.go_to(KEPT_AT)


SMS_RETRY: Final = "+4915199999999"
Deed = Callable[[Kept, int], object]


@dataclass(frozen=True)
class Act:
    """Somebody does something; ``at`` is negative, so long before the database is put away."""

    at: timedelta
    who: str
    do: Deed


def event(name: str, **properties: Any) -> Deed:
    return lambda world, contact: world.happens(name, contact, properties=properties)


def reaction(name: str, actor: Actor = Actor.HUMAN) -> Deed:
    return lambda world, contact: world.react(world.message(contact), name, actor)


def seen() -> Deed:
    return lambda world, contact: world.show(world.message(contact))


def form() -> Deed:
    def submitted(world: Kept, contact: int) -> None:
        message = world.message(contact)
        agreed = Consent("email", given=True, at=world.now, source="form", text="Yes, write me.")
        answer = Event(
            "submitted",
            world.now,
            f"form-{message.id}",
            addresses=(Address("visitor", f"typed-{message.id:010}"),),
            message_id=message.id,
            actor=Actor.HUMAN,
            consents=(agreed,),
        )
        world.take(answer)

    return submitted


def by_hand(flow: str) -> Deed:
    return lambda world, contact: world.enter(contact, flow=flow)


def ago(*acts: tuple[float, str, Deed]) -> list[Act]:
    """Acts by hours before the end."""
    return [Act(timedelta(hours=-hours), who, do) for hours, who, do in acts]


LEFT = event("basket_added", basket_id="b1", total=42, basket_url="https://shop.example.com/b1")
LOOKS = event("page_viewed", page="https://shop.example.com/bouquets/clara", price=35, left=7)
ORDER = event("order_completed", basket_id="b1")
PAID = event("paid", amount=12)
ACTS: Final = ago(
    # the abandoned basket
    (1 / 6, "quiet", LEFT),
    (5, "letter", LEFT),
    (5, "letter-by-machine", LEFT),
    (4, "letter-by-machine", reaction("opened", Actor.MACHINE)),
    (0.53, "letter-retry", LEFT),
    (0.7, "letter-unknown", LEFT),
    (5, "hour", LEFT),
    (0.4, "hour", reaction("opened")),
    (72.53, "sms-retry", LEFT),
    (26, "popup-waits", LEFT),
    (26, "popup-shown", LEFT),
    (1, "popup-shown", seen()),
    (26, "no-phone", LEFT),
    (48, "third-day", LEFT),
    (46, "third-day", reaction("clicked")),
    (30, "ordered", LEFT),
    (5, "ordered", ORDER),
    (30, "unsubscribed", LEFT),
    (20, "unsubscribed", reaction("unsubscribed")),
    (3, "ordered-in-time", LEFT),
    (2.8, "ordered-in-time", ORDER),
    # the popup first
    (2, "first-popup", LOOKS),
    (2, "first-popup-shown", LOOKS),
    (1.9, "first-popup-shown", seen()),
    (2, "second-popup", LOOKS),
    (1.9, "second-popup", seen()),
    (1.8, "second-popup", reaction("closed")),
    (3, "day", LOOKS),
    (2.9, "day", seen()),
    (2.8, "day", form()),
    (30, "first-letter", LOOKS),
    (29.9, "first-letter", seen()),
    (29.8, "first-letter", form()),
    (30, "first-hour", LOOKS),
    (29.9, "first-hour", seen()),
    (29.8, "first-hour", form()),
    (0.5, "first-hour", reaction("opened")),
    (72, "two-days", LOOKS),
    (71.9, "two-days", seen()),
    (71.8, "two-days", form()),
    (47, "two-days", reaction("opened")),
    (45, "two-days", reaction("clicked")),
    (60, "asked", LOOKS),
    (50, "asked", event("offer_requested")),
    # the chain by hand
    (0.5, "delay", by_hand(CHAIN)),
    (3, "wait", by_hand(CHAIN)),
    (3, "wait-and-paid", by_hand(CHAIN)),
    (3, "task", by_hand(CHAIN)),
    (1, "task", PAID),
    (3, "task-and-done", by_hand(CHAIN)),
    (1, "task-and-done", PAID),
    (30, "until", by_hand(CHAIN)),
    (5, "noted", by_hand(CHAIN)),
    (3.5, "noted", PAID),
    (3, "noted", reaction("done")),
    (2, "noted", reaction("opened")),
    (1, "paused", by_hand(PAUSED)),
)


def chain() -> Flow:
    """Every kind that the two stories have not got."""
    letter = {"subject": "Thank you", "body": "Dear {{ name }},\n\nthank you."}
    return Flow(
        CHAIN,
        (
            Node("start", "entry.manual"),
            Node("mark", "set", settings={"add_tags": ["chained"]}),
            Node("delay", "delay", settings={"for": "PT1H"}),
            Node("wait", "wait", settings={"events": ["paid"], "since": "entry", "timeout": "P1D"}),
            Node("call", "task", settings={"text": "Call {{ name }}.", "timeout": "P1D"}),
            Node(
                "thanks", "email", settings={**letter, "reactions": ["opened", "clicked"], "timeout": "P1D"}
            ),
            Node("tuesday", "until", settings={"weekdays": ["tue"], "time": "09:00"}),
            Node("marked", "check", settings={"ways": [{"name": "yes", "when": {"tag": "chained"}}]}),
            Node("won", "goal"),
            Node("read", "end"),
            Node("bye", "end"),
        ),
        (
            Edge("start", "entered", "mark"),
            Edge("mark", "next", "delay"),
            Edge("delay", "next", "wait"),
            Edge("wait", "happened", "call"),
            Edge("wait", "timeout", "tuesday"),
            Edge("call", "done", "thanks"),
            Edge("call", "not-reached", "tuesday"),
            Edge("call", "timeout", "tuesday"),
            Edge("thanks", "clicked", "won"),
            Edge("thanks", "opened", "read"),
            Edge("thanks", "timeout", "bye"),
            Edge("thanks", "failed", "bye"),
            Edge("tuesday", "next", "marked"),
            Edge("marked", "yes", "won"),
            Edge("marked", "else", "bye"),
        ),
    )


def paused() -> Flow:
    """A short one that is paused while somebody is inside."""
    return Flow(
        PAUSED,
        (
            Node("start", "entry.manual"),
            Node("delay", "delay", settings={"for": "PT2H"}),
            Node("letter", "email", settings={"subject": "Late", "body": "Hello."}),
            Node("end", "end"),
        ),
        (
            Edge("start", "entered", "delay"),
            Edge("delay", "next", "letter"),
            Edge("letter", "sent", "end"),
            Edge("letter", "failed", "end"),
        ),
    )


def fill(store: SqlStore) -> None:
    """Plays everything over an empty store."""
    world = Kept(store, clock=StandingClock(KEPT_AT - timedelta(days=6)))
    store.settings.replace(dict(SETTINGS))
    world.engine.start()
    for name, document in templates():
        if name in (BASKET, POPUP):
            world.publish(read_flow(document))
    world.publish(chain())
    stopped = world.publish(paused())
    # The machine sleeps for more than a day while her letter becomes due: it is held (rule 12).
    LEFT(world, world.contact_of("letter-late"))
    world.clock.jump(KEPT_AT + SLEPT_UNTIL)
    world.play(ACTS)
    world.set_state(stopped, FlowState.PAUSED)
    world.engine.close()
    world.check()


def main() -> None:
    """Writes the file."""
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(Path(folder) / "workspace.db")
        fill(store)
        store.close()
        connection = sqlite.driver().connect(str(Path(folder) / "workspace.db"))
        connection.execute(f"VACUUM INTO '{folder}/kept.db'")
        connection.close()
        content = (Path(folder) / "kept.db").read_bytes()
    path = HERE / f"{__version__}.db.gz"
    path.write_bytes(gzip.compress(content, 9, mtime=0))
    print(f"{path.name}: {path.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
