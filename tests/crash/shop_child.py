"""A whole small shop in a process of its own, so that it can be ended at any named gap.

``shop_child.py FOLDER HOURS``: opens the database in FOLDER, takes in every event once more, and works for
two days from HOURS after noon. What goes out is written to ``wire.txt`` before it is answered.
"""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from app.engine import life
from app.engine.context import Context
from app.engine.engine import Engine
from app.engine.faults import FaultError, Faults
from app.flows.codec import write_flow
from app.model.flow import Edge, Flow, Node
from app.model.journey import Receipt, Result
from app.model.people import Address, Consent, Event
from app.model.ports import Outgoing, Prepared
from app.store.database import SqlStore, open_store
from app.support.clock import StandingClock
from app.support.ids import TimedIds

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
PEOPLE = 10
THROWN = 3


class Wire:
    """The other side's book: one line a message, on the disk before it says yes."""

    in_flight = 4

    def __init__(self, name: str, book: Path, *, idempotent: bool) -> None:
        self.name, self.idempotent, self._book = name, idempotent, book

    def prepare(self, outgoing: Outgoing) -> Prepared:
        content = {"node": outgoing.node.id}
        return Prepared(outgoing.message_id, outgoing.address, content, outgoing.purpose)

    def send(self, batch: Sequence[Prepared]) -> Sequence[Receipt]:
        with self._book.open("a", encoding="utf-8") as book:
            for one in batch:
                book.write(f"{self.name} {one.message_id} {one.content['node']}\n")
            book.flush()
            os.fsync(book.fileno())
        return [Receipt(one.message_id, Result.SENT) for one in batch]

    def close(self) -> None:
        """Nothing is open between two messages."""


def flow() -> Flow:
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


def publish(store: SqlStore) -> None:
    document = write_flow(flow())
    digest = hashlib.sha256(document.encode()).hexdigest()
    store.flows.publish("Shop", document, hash_=digest, shape_hash=digest, now=NOON - timedelta(days=9))


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


def live(folder: Path, start: datetime) -> None:
    store = open_store(folder / "workspace.db")
    clock = StandingClock(start)
    context = Context(
        store, clock, TimedIds(), UTC, f"process-{os.getpid()}", batch=3, faults=Faults.from_environment()
    )
    book = folder / "wire.txt"
    channels = [Wire("email", book, idempotent=False), Wire("sms", book, idempotent=True)]
    engine = Engine(context, channels, "this-machine")
    publish(store)
    engine.start()
    for event in sign_ups():
        life.ingest(context, event)
    engine.until_idle()
    while (due := next_due(store)) is not None and due <= start + timedelta(days=2):
        clock.jump(due)
        engine.until_idle()
    engine.close()
    store.close()


def next_due(store: SqlStore) -> datetime | None:
    with store.transaction() as tx:
        return tx.next_due()


if __name__ == "__main__":
    try:
        live(Path(sys.argv[1]), NOON + timedelta(hours=float(sys.argv[2])))
    except FaultError as error:
        sys.stderr.write(f"thrown at {error}\n")
        sys.exit(THROWN)
