"""A database that a release left in mid-wait is opened by today's program and worked on to the end (R9)."""

from __future__ import annotations

import gzip
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import pytest

from app import __version__
from app.bootstrap.practice import catching
from app.bootstrap.workspace import Workspace, open_workspace
from app.engine import life
from app.model.journey import JourneyState, Message
from app.model.people import Actor, Address, Event
from app.model.ports import Caught
from app.store import sqlite
from app.store.database import open_store
from app.store.schema import HEAD
from app.support.clock import StandingClock
from app.support.secrets import MemorySecrets
from tests.migration.standing.make_standing import HERE, KEPT_AT

KEPT = sorted(path.name.removesuffix(".db.gz") for path in HERE.glob("*.db.gz"))

STANDING = {
    "letter": "letter1 sent",
    "letter-by-machine": "letter1 sent",
    "letter-late": "letter1 held",
    "letter-retry": "letter1 retry",
    "letter-unknown": "letter1 unknown",
    "hour": "hour",
    "sms-retry": "sms retry",
    "popup-waits": "popup queued",
    "popup-shown": "popup sent",
    "no-phone": "popup queued",
    "third-day": "third_day",
    "ordered": "goal!",
    "unsubscribed": "unsubscribed!",
    "quiet": "",
    "ordered-in-time": "",
    "first-popup": "popup1 queued",
    "first-popup-shown": "popup1 sent",
    "second-popup": "popup2 queued",
    "day": "day",
    "first-letter": "letter1 sent",
    "first-hour": "hour1",
    "two-days": "two_days",
    "asked": "exit!",
    "delay": "delay",
    "wait": "wait",
    "wait-and-paid": "wait",
    "task": "call queued",
    "task-and-done": "call queued",
    "until": "tuesday",
    "noted": "thanks sent",
    "paused": "delay",
}
"""Where everybody stood when the file was put away: a node and its message's state, or how it had ended."""

GOES_ON = {
    "letter": ("letter1 popup sms letter3", "end!"),
    "letter-by-machine": ("letter1 popup sms letter3", "end!"),
    "letter-late": ("letter1", "letter1 held"),
    "letter-retry": ("letter1 popup sms letter3", "end!"),
    "letter-unknown": ("letter1", "letter1 unknown"),
    "hour": ("letter1 letter2 letter3", "end!"),
    "sms-retry": ("letter1 popup sms letter3", "end!"),
    "popup-waits": ("letter1 popup sms letter3", "end!"),
    "popup-shown": ("letter1 popup letter3", "end!"),
    "no-phone": ("letter1 popup letter3", "end!"),
    "third-day": ("letter1 letter2 letter3", "end!"),
    "ordered": ("letter1 popup", "goal!"),
    "unsubscribed": ("letter1", "unsubscribed!"),
    "quiet": ("letter1 popup sms letter3", "end!"),
    "ordered-in-time": ("", ""),
    "first-popup": ("popup1", "end!"),
    "first-popup-shown": ("popup1", "end!"),
    "second-popup": ("popup1 popup2", "end!"),
    "day": ("popup1 letter1 letter2 letter3 offer", "end!"),
    "first-letter": ("popup1 letter1 letter2 letter3 offer", "end!"),
    "first-hour": ("popup1 letter1 letter2 letter3 offer", "end!"),
    "two-days": ("popup1 letter1 letter2 letter3 offer", "end!"),
    "asked": ("popup1", "exit!"),
    "delay": ("", "goal!"),
    "wait": ("", "goal!"),
    "wait-and-paid": ("call", "goal!"),
    "task": ("call", "goal!"),
    "task-and-done": ("call thanks", "end!"),
    "until": ("", "goal!"),
    "noted": ("call thanks", "end!"),
    "paused": ("letter", "letter queued"),
}
"""What everybody has got or would have got at the end, and where they are then."""

WITHDRAWN = {"popup": 11, "task": 2}


@contextmanager
def opened(release: str, folder: Path) -> Iterator[Workspace]:
    """The kept workspace at the moment it was put away, by today's program."""
    folder.mkdir()
    (folder / "workspace.db").write_bytes(gzip.decompress((HERE / f"{release}.db.gz").read_bytes()))
    with open_workspace(folder, secrets=MemorySecrets(), clock=StandingClock(KEPT_AT)) as workspace:
        yield workspace


def contact_of(workspace: Workspace, who: str) -> int:
    found = workspace.store.people.find(Address("email", f"{who}@example.com"))
    assert found is not None
    return found


def place(workspace: Workspace, who: str) -> str:
    contact = contact_of(workspace, who)
    journeys = workspace.store.people.journeys(contact)
    if not journeys:
        return ""
    (journey,) = journeys
    if journey.state is JourneyState.DONE:
        return f"{journey.end_reason}!"
    messages = {one.id: one for one in workspace.store.people.messages(contact)}
    here = messages.get(journey.message_id or 0)
    return f"{journey.node} {here.state}" if here is not None and here.node == journey.node else journey.node


def messages(workspace: Workspace, who: str) -> list[Message]:
    found = workspace.store.people.messages(contact_of(workspace, who))
    return sorted(found, key=lambda one: (one.created_at, one.id))


def told(workspace: Workspace, who: str, name: str, *, of_message: bool = False) -> None:
    """Something happens now."""
    message_id = messages(workspace, who)[-1].id if of_message else None
    contact = None if of_message else contact_of(workspace, who)
    event = Event(
        name,
        workspace.clock.now(),
        f"then-{who}",
        contact_id=contact,
        message_id=message_id,
        actor=Actor.HUMAN,
    )
    assert str(life.ingest(workspace.context, event)) == "stored"


def work_to_the_end(workspace: Workspace) -> list[Caught]:
    """The real engine over real sockets, the clock jumping from one due moment to the next."""
    clock = workspace.clock
    assert isinstance(clock, StandingClock)
    with catching(workspace) as practice:
        engine = workspace.engine()
        engine.start()
        told(workspace, "wait-and-paid", "paid")
        told(workspace, "task-and-done", "done", of_message=True)
        told(workspace, "popup-shown", "closed", of_message=True)
        due: datetime | None = clock.now()
        while due is not None:
            clock.jump(due)
            engine.until_idle()
            with workspace.store.transaction() as tx:
                due = tx.next_due()
        engine.close()
        return list(practice.caught(0))


def test_this_release_has_left_its_database() -> None:
    assert __version__ in KEPT
    assert all((HERE / f"{release}.db.gz").stat().st_size < 200_000 for release in KEPT)


@pytest.mark.parametrize("release", KEPT)
def test_everybody_stands_where_they_stood(release: str, tmp_path: Path) -> None:
    with opened(release, tmp_path / "shop") as workspace:
        assert {who: place(workspace, who) for who in STANDING} == STANDING
        assert len(workspace.store.people.everybody()) == len(STANDING)
        assert workspace.settings.workspace.name == "Ackermann Flowers"
        assert workspace.store.numbers.recount(dry=True) == []


@pytest.mark.parametrize("release", KEPT)
def test_everybody_goes_on_to_the_right_end(release: str, tmp_path: Path) -> None:
    with opened(release, tmp_path / "shop") as workspace:
        caught = work_to_the_end(workspace)
        ends = {
            who: (" ".join(one.node for one in messages(workspace, who)), place(workspace, who))
            for who in GOES_ON
        }
        assert ends == GOES_ON
        totals = workspace.store.numbers.totals()
        assert workspace.store.numbers.recount(dry=True) == []
        held = [workspace.store.numbers.messages_in(state) for state in ("held", "unknown")]
        sent_later = [
            one
            for who in GOES_ON
            for one in messages(workspace, who)
            if one.state == "sent"
            and one.channel in ("email", "sms")
            and one.sent_at
            and one.sent_at >= KEPT_AT
        ]

    assert [len(found) for found in held] == [1, 1]
    assert {
        channel: states["cancelled"] for channel, states in totals.messages.items() if "cancelled" in states
    } == (WITHDRAWN)
    assert totals.failed == {}
    arrived = Counter(one.message_id for one in caught)
    assert arrived == Counter(one.id for one in sent_later), "what is called sent is not what arrived"
    assert max(arrived.values()) == 1


@pytest.mark.parametrize("release", KEPT)
def test_the_upgraded_file_is_as_a_new_one(release: str, tmp_path: Path) -> None:
    with opened(release, tmp_path / "shop"):
        pass
    open_store(tmp_path / "fresh.db").close()
    upgraded, fresh = schema(tmp_path / "shop" / "workspace.db"), schema(tmp_path / "fresh.db")
    assert upgraded == fresh
    assert upgraded["alembic_version"][1] == [(HEAD,)]


def schema(path: Path) -> dict[str, tuple[frozenset[str], list[tuple[str, ...]]]]:
    """The words of each table and index, in no order, and which version the file says it is."""
    connection = sqlite.driver().connect(str(path))
    rows = connection.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL").fetchall()
    version = connection.execute("SELECT version_num FROM alembic_version").fetchall()
    connection.close()
    return {
        name: (
            frozenset(sql.replace("(", " ").replace(")", " ").replace(",", " ").split()),
            version if name == "alembic_version" else [],
        )
        for name, sql in rows
    }
