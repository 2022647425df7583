"""How much of the bare database's speed the engine keeps, on the reference chain.

The limit of each figure is the driver alone, running the very statements that the engine ran, with the same
tables, indexes, transactions and ``synchronous=FULL``, on a copy of the same file, in the same run.
"""

from __future__ import annotations

import shutil
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from app.channels.email import EmailChannel
from app.channels.links import Links
from app.channels.noop import NoopChannel
from app.channels.sms import SmsChannel
from app.channels.values import Shop
from app.engine.context import Context
from app.engine.decide import come_due
from app.engine.dispatch import Dispatcher, outgoing
from app.engine.policy import ask
from app.flows.codec import write_flow
from app.flows.publish import content_hash, shape_hash
from app.model.flow import Edge, Flow, Node
from app.model.journey import Changes
from app.model.people import Address, Consent
from app.store.bench import recording, replay
from app.store.database import SqlStore, open_store
from app.support.clock import StandingClock
from app.support.ids import SequenceIds
from app.support.settings import EmailSettings, SmsSettings

if TYPE_CHECKING:
    from app.engine.session import Session
    from app.engine.walk import Walk
    from app.model.journey import Message
    from app.model.ports import Channel

_START: Final = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)
_PEOPLE: Final = 10_000
_BATCH: Final = 500
_ROUNDS: Final = 3
_LETTER: Final = (
    "Dear {{ first_name | default: 'friend' }},\n\nyour basket {{ event.basket_id }} waits.\n\nBye"
)


def reference_chain() -> Flow:
    """A letter; opened: a second; not within a day: an SMS, or the second where none may be sent; the end."""
    texts = {"subject": "Still thinking, {{ first_name }}?", "body": _LETTER}
    sms = {"consent": "sms"}
    return Flow(
        "Reference",
        (
            Node("start", "entry.manual"),
            Node(
                "letter1", "email", "Letter 1", settings={**texts, "reactions": ["opened"], "timeout": "P1D"}
            ),
            Node("may", "check", "May we text?", settings={"ways": [{"name": "yes", "when": sms}]}),
            Node("letter2", "email", "Letter 2", settings=texts),
            Node("sms", "sms", "SMS", settings={"text": "Your basket {{ event.basket_id }} waits."}),
            Node("end", "end"),
        ),
        (
            Edge("start", "entered", "letter1"),
            Edge("letter1", "opened", "letter2"),
            Edge("letter1", "timeout", "may"),
            Edge("may", "yes", "sms"),
            Edge("may", "else", "letter2"),
            *(
                Edge("letter1", "failed", "end"),
                Edge("letter2", "sent", "end"),
                Edge("letter2", "failed", "end"),
            ),
            *(Edge("sms", "sent", "end"), Edge("sms", "failed", "end")),
        ),
    )


def measure_engine(people: int = _PEOPLE) -> list[dict[str, Any]]:
    """The three figures of the reference chain; seconds are medians of rounds that take turns."""
    with tempfile.TemporaryDirectory(prefix="chainwright-bench-") as scratch:
        bench = _Bench(Path(scratch), people)
        bench.prepare()
        return [
            bench.figure("decide", "waiting.db", _decide),
            bench.figure("decide and render", "waiting.db", _decide_and_render),
            bench.figure("dispatch", "queued.db", _dispatch),
        ]


class _Bench:
    def __init__(self, scratch: Path, people: int) -> None:
        self._scratch, self._people = scratch, people

    def prepare(self) -> None:
        """Two files: everybody waits at letter 1 with the time-out passed; everybody's letter 1 is ready."""
        with _opened(self._scratch / "queued.db") as store:
            context = _context(store, _START, first_id=1)
            _fill(context, store, self._people)
        shutil.copy(self._scratch / "queued.db", self._scratch / "waiting.db")
        with _opened(self._scratch / "waiting.db") as store:
            context = _context(store, _START, first_id=10**9)
            _dispatch(context)

    def figure(self, name: str, base: str, work: Callable[[Context], int]) -> dict[str, Any]:
        """Value and limit in messages or journeys a second."""
        tapes = self._record(base, work)
        ours, bare = [], []
        for number in range(_ROUNDS):
            ours.append(self._timed(base, number, work))
            bare.append(replay(self._copy(base, f"bare{number}"), tapes))
        value, limit = (self._people / statistics.median(seconds) for seconds in (ours, bare))
        return {
            "name": name,
            "value": round(value, 1),
            "unit": "per second",
            "limit": round(limit, 1),
            "ratio": round(value / limit, 3),
            "bar": None,
        }

    def _copy(self, base: str, name: str) -> Path:
        path = self._scratch / f"{name}-{base}"
        shutil.copy(self._scratch / base, path)
        return path

    def _record(self, base: str, work: Callable[[Context], int]) -> Sequence[Any]:
        store = recording(self._copy(base, "tape"))
        work(_context(store, _START + timedelta(days=2), first_id=2 * 10**9))
        store.close()
        return store.tapes

    def _timed(self, base: str, number: int, work: Callable[[Context], int]) -> float:
        with _opened(self._copy(base, f"ours{number}")) as store:
            context = _context(store, _START + timedelta(days=2), first_id=2 * 10**9)
            begun = time.perf_counter()
            done = work(context)
            seconds = time.perf_counter() - begun
        if done != self._people:
            raise RuntimeError(f"{done} of {self._people} were worked on")
        return seconds


class _opened:  # noqa: N801 - reads as a function
    def __init__(self, path: Path) -> None:
        self._path = path

    def __enter__(self) -> SqlStore:
        self._store = open_store(self._path)
        return self._store

    def __exit__(self, *_error: object) -> None:
        # Everything back into the one file, so that it can be copied.
        self._store.checkpoint(truncate=True)
        self._store.close()


def _context(store: SqlStore, now: datetime, *, first_id: int) -> Context:
    return Context(store, StandingClock(now), SequenceIds(first_id), UTC, owner="bench")


def _fill(context: Context, store: SqlStore, people: int) -> None:
    """Contacts with consent for mail, every second one for SMS too, all put in by hand."""
    flow = reference_chain()
    store.flows.publish(
        flow.name, write_flow(flow), hash_=content_hash(flow), shape_hash=shape_hash(flow), now=_START
    )
    for first in range(0, people, _BATCH):
        with context.session("enter") as session:
            _fill_batch(session, range(first, min(first + _BATCH, people)))


def _fill_batch(session: Session, numbers: range) -> None:
    live = session.tx.live_flows()[0]
    plan = session.plan(live.version_id)
    ids = {number: session.ids.new() for number in numbers}
    changes = Changes()
    for number, contact_id in ids.items():
        addresses = (Address("email", f"p{number}@example.com"), Address("phone", f"+4915{number:09d}"))
        session.tx.add_contact(contact_id, addresses, _START)
        for channel in ("email", "sms")[: 1 + number % 2]:
            changes.consents.append((contact_id, Consent(channel, given=True, at=_START, source="bench")))
    session.tx.write(changes)
    contacts = session.tx.contacts(list(ids.values()))
    node = plan.manual_entry()
    assert node is not None  # noqa: S101 - the chain above has one
    for number, contact_id in ids.items():
        session.enter(live, node, contacts[contact_id], "", _START, {"basket_id": f"B-{number}"})


# --- the three pieces of work ---------------------------------------------------------------------------


def _decide(context: Context) -> int:
    """Claim, decide, journal, counters and outbox rows, with the policy asked of every row."""
    return _decide_all(context, _ask)


def _decide_and_render(context: Context) -> int:
    """The same, with every letter and SMS text made."""
    shop = Shop("Bench", "1 Bench Street", "https://go.example.com")
    links = Links("https://go.example.com", [b"k" * 32])
    settings = EmailSettings.model_validate({"host": "127.0.0.1", "from": "shop@example.com"})
    email = EmailChannel(settings, shop, links, lambda: "")
    sms = SmsChannel(SmsSettings(url="https://sms.example.com/send"), shop, links, lambda: "")
    channels: dict[str, Channel] = {"email": email, "sms": sms}

    def render(walk: Walk, message: Message) -> None:
        _ask(walk, message)
        channels[message.channel].prepare(outgoing(walk, message, "somebody@example.com"))

    return _decide_all(context, render)


def _decide_all(context: Context, each: Callable[[Walk, Message], object]) -> int:
    decided = 0
    while done := _decide_batch(context, each):
        decided += done
    return decided


def _decide_batch(context: Context, each: Callable[[Walk, Message], object]) -> int:
    with context.session("tick") as session:
        journeys = session.tx.due_journeys(session.now, context.batch)
        facts = session.facts(journeys)
        for journey in journeys:
            walk = session.walk(journey, facts[journey.id])
            come_due(walk)
            walk.finish()
            if walk.message is not None:
                each(walk, walk.message)
    return len(journeys)


def _ask(walk: Walk, message: Message) -> object:
    return ask(message, walk.at_node.kind, walk.facts.contact, still_here=True, now=walk.now)


def _dispatch(context: Context) -> int:
    sender, sent = Dispatcher(context, NoopChannel("email")), 0
    while handled := sender.round():
        sent += handled
    return sent
