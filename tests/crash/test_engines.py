"""R8: several engines, each a process, on one database; the one that works is frozen for longer than its
lease and then goes on: nothing goes out twice, and what it still had to write is refused."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from app.engine.lease import USUAL, Pace
from app.model.journey import MessageState
from app.model.people import Address, Consent
from app.store import sqlite
from app.store.database import SqlStore, open_store
from app.support.clock import SystemClock
from tests.crash.engine_child import SlowWire
from tests.crash.forge import ROOT
from tests.engine.flows import one_letter
from tests.engine.world import World
from tests.figures import Figures

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows freezes no process")

QUICK = Pace(lease=3.0, beat=1.0, look=0.2)
MARK = 5.0
"""Seconds beside the lease within which another engine has to work."""


class Child:
    """One engine."""

    def __init__(self, folder: Path, name: str, pace: Pace) -> None:
        self.name = name
        numbers = (str(one) for one in (pace.lease, pace.beat, pace.look))
        command = [sys.executable, "-m", "tests.crash.engine_child", str(folder), name, *numbers]
        self.process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        self.lost = 0

    def signal(self, number: int) -> None:
        self.process.send_signal(number)

    def stand_still(self) -> None:
        """Returns when not one of its threads runs any more."""
        self.signal(signal.SIGSTOP)
        os.waitid(os.P_PID, self.process.pid, os.WSTOPPED)

    def ready(self) -> None:
        assert self.process.stdout is not None
        assert self.process.stdout.readline() == "ready\n"

    def stop(self) -> None:
        self.signal(signal.SIGCONT)
        self.signal(signal.SIGTERM)
        out, _ = self.process.communicate(timeout=60)
        assert self.process.returncode == 0
        self.lost = int(out.split()[-1])


@contextmanager
def engines(folder: Path, count: int, pace: Pace) -> Iterator[dict[str, Child]]:
    """So many, at work; afterwards all have come to rest."""
    children = {f"e{n}": Child(folder, f"e{n}", pace) for n in range(count)}
    with ExitStack() as stack:
        for one in children.values():
            stack.callback(one.process.kill)
        for one in children.values():
            one.ready()
        yield children
        for one in children.values():
            one.stop()


def holder(store: SqlStore) -> str:
    with store.looking() as tx:
        return tx.lease().owner


def wait_for(what: Callable[[], object], seconds: float) -> float:
    begun, pause = time.monotonic(), threading.Event()
    while not what():
        assert time.monotonic() - begun < seconds, "it never came"
        pause.wait(0.02)
    return time.monotonic() - begun


def is_between_two_transactions(path: Path) -> bool:
    """A process that is frozen inside one holds the whole of SQLite's file, until it goes on or is ended."""
    connection = sqlite.driver().connect(str(path), timeout=0.05, isolation_level=None)
    try:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("ROLLBACK")
    except sqlite.driver().OperationalError:
        return False
    finally:
        connection.close()
    return True


def freeze(children: dict[str, Child], store: SqlStore, path: Path) -> Child:
    """Freezes the one that works, with messages in its hands."""
    while True:
        with store.looking() as tx:
            is_sending = bool(tx.messages_in(MessageState.SENDING, 1))
        if is_sending and (name := holder(store)) in children:
            children[name].stand_still()
            if is_between_two_transactions(path) and holder(store) == name:
                return children[name]
            children[name].signal(signal.SIGCONT)
        threading.Event().wait(0.013)


def fill(world: World, people: int) -> None:
    """So many people, each with a letter to come."""
    ids = [world.ids.new() for _ in range(people)]
    with world.context.session("ingest") as session:
        for number, one in enumerate(ids):
            session.add_contact(one, [Address("email", f"p{number}@example.org")])
            consent = Consent("email", given=True, at=world.now, source="import")
            session.changes.consents.append((one, consent))
    world.enter(*ids)


def book(folder: Path, name: str) -> list[str]:
    """What the world has got from one engine."""
    path = folder / f"wire-{name}.txt"
    return path.read_text(encoding="utf-8").splitlines() if path.exists() else []


def to_come(store: SqlStore) -> int:
    counts = store.numbers.totals().messages["email"]
    return sum(counts.get(state, 0) for state in ("queued", "leased", "sending", "retry"))


@pytest.mark.timeout(400)
@pytest.mark.parametrize(
    ("count", "pace", "freezes", "people"),
    [
        (2, QUICK, 2, 450),
        pytest.param(2, USUAL, 2, 4000, marks=pytest.mark.nightly),
        pytest.param(4, USUAL, 2, 4000, marks=pytest.mark.nightly),
        pytest.param(4, QUICK, 10, 4000, marks=pytest.mark.nightly),
    ],
    ids=["2-quick", "2-usual", "4-usual", "4-quick"],
)
def test_the_one_that_was_frozen_doubles_nothing_and_writes_nothing(
    tmp_path: Path, figures: Figures, count: int, pace: Pace, freezes: int, people: int
) -> None:
    """R8, on SQLite."""
    path = tmp_path / "workspace.db"
    store = open_store(path)
    world = World(store)
    world.context.clock = SystemClock()
    world.publish(one_letter())
    fill(world, people)
    begun, takeovers, late = time.monotonic(), list[float](), 0
    with engines(tmp_path, count, pace) as children:
        for _ in range(freezes):
            frozen = freeze(children, store, path)
            stopped = time.monotonic()
            wait_for(lambda frozen=frozen: holder(store) != frozen.name, pace.lease + 60)  # type: ignore[misc]
            takeovers.append(time.monotonic() - stopped)
            wait_for(lambda: time.monotonic() - stopped > pace.lease + 1, 60)  # noqa: B023 - at once
            had = len(book(tmp_path, frozen.name))
            frozen.signal(signal.SIGCONT)
            threading.Event().wait(1.5)
            late += len(book(tmp_path, frozen.name)) - had
        wait_for(lambda: not to_come(store), 200)
    lost = sum(one.lost for one in children.values())
    seconds = time.monotonic() - begun
    lines = [line for name in children for line in book(tmp_path, name)]
    doubled = sum(times - 1 for times in Counter(lines).values())
    states = Counter(one.state for one in world.messages())
    unknown = states[MessageState.UNKNOWN]
    figures(
        "R8",
        engines=count,
        freezes=freezes,
        messages=len(lines),
        doubled=doubled,
        refused=lost,
        sent_after_waking=late,
        unknown=unknown,
        lost=people - states[MessageState.SENT] - unknown,
        slowest_takeover=round(max(takeovers), 1),
        limit=pace.lease + MARK,
        seconds=round(seconds, 1),
    )
    assert doubled == 0
    assert late <= freezes, "more went out after waking than the one in the very act"
    assert lost == freezes, "a frozen one did not see that another one works"
    assert max(takeovers) <= pace.lease + MARK
    assert states[MessageState.SENT] + unknown == people
    assert unknown <= freezes * SlowWire.in_flight
    assert store.numbers.recount(dry=True) == []
    store.close()
