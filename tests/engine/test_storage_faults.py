"""R4 and R5: a disk that is full or fails, a file that may not be written or is locked: nothing goes out
unrecorded, it is said in the owner's words, and all goes on by itself."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from app.engine.engine import Engine
from app.engine.lease import Pace
from app.engine.trouble import Troubles
from app.model.errors import WorldError
from app.model.journey import MessageState
from app.model.ports import Outgoing, Prepared
from app.store import sqlite
from app.store.database import SqlStore, open_store
from app.support.ids import SequenceIds
from tests.engine.flows import by_event
from tests.engine.storage import MESSAGES, Trap, trapped
from tests.engine.world import World
from tests.figures import Figures

ROOT = Path(__file__).parents[2]
PEOPLE = 24
SIZES = 20
RECORDED = (MessageState.SENDING, MessageState.SENT)


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with people and a flow, at rest."""
    path = tmp_path_factory.mktemp("base") / "base.db"
    store = open_store(path)
    world = World(store)
    world.engine.start()
    world.publish(by_event())
    world.people_with_mail(PEOPLE)
    world.work()
    world.engine.close()
    store.checkpoint(truncate=True)
    store.close()
    return path


@pytest.fixture
def place() -> Iterator[Path]:
    """Where a commit costs no turn of a disk, if there is such a place."""
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as folder:
        yield Path(folder) / "workspace.db"


@contextmanager
def opened(base: Path, path: Path, busy_seconds: float = 10.0) -> Iterator[World]:
    """A copy of it; at the end everybody has the letter once."""
    for old in path.parent.glob(f"{path.name}*"):
        old.unlink()
    shutil.copy(base, path)
    store = open_store(path, busy_seconds=busy_seconds)
    world = World(store, ids=SequenceIds(10**6))
    world.people += store.people.everybody()
    channels, troubles = [world.email, world.sms], Troubles(first=0.02, longest=0.1)
    world.engine = Engine(world.context, channels, "lease-2", pace=Pace(look=0.02), troubles=troubles)
    world.engine.start()
    yield world
    check_recorded(world)
    assert Counter(one.address for one in world.email.sent) == {f"p{n}@example.org": 1 for n in range(PEOPLE)}
    assert {one.state for one in world.messages()} == {MessageState.SENT}
    assert world.engine.failed == ""
    world.check()
    store.close()


def check_recorded(world: World) -> None:
    """Every letter that went out had its row in ``sending`` before."""
    states = {one.id: one.state for one in world.messages()}
    assert all(states[one.message_id] in RECORDED for one in world.email.sent), "one went out unrecorded"


def sign_up(world: World) -> int:
    """Everybody; answers of how many the shop was told that they could not be stored."""
    refused = 0
    for number, one in enumerate(world.people):
        try:
            world.happens("signed_up", one, source_id=f"shop:{number}", properties={"note": "n" * 1000})
        except WorldError:
            refused += 1
    return refused


# --- R4: a full disk ---


def room(world: World, pages: int | None) -> None:
    """So many pages may be added from now on."""
    assert isinstance(world.store, SqlStore)
    with world.store.writing() as session:
        has = session.connection.exec_driver_sql("PRAGMA page_count").scalar() or 0
        most = 2**31 if pages is None else has + pages
        session.connection.exec_driver_sql(f"PRAGMA max_page_count={most}")


def test_a_full_disk_stops_all_before_anything_goes_out_unrecorded(
    base: Path, place: Path, figures: Figures
) -> None:
    """R4: at 20 sizes, in the middle of events, of deciding and of sending; afterwards it goes on."""
    refused, while_working, said = 0, 0, set[str]()
    for size in range(SIZES):
        with opened(base, place) as world:
            room(world, size)
            refused += sign_up(world)
            for _ in range(3):
                try:
                    world.work()
                except WorldError as error:
                    said.add(error.sentence.replace(str(place), "X"))
                    while_working += 1
            check_recorded(world)
            room(world, None)
            sign_up(world)
            world.work()
    figures("R4", sizes=SIZES, refused=refused, while_working=while_working, lost=0, doubled=0, unrecorded=0)
    assert said == {"There is no room left for X. Make room on the disk; nothing was lost."}
    assert refused > SIZES
    assert while_working >= SIZES / 2, "the disk was hardly ever full when it mattered"


# --- R5: a disk that fails, a file that may not be written or is locked ---


@contextmanager
def at_work(world: World) -> Iterator[threading.Thread]:
    """The engine as the desktop runs it, until the block is left."""
    stop = threading.Event()
    thread = threading.Thread(target=world.engine.run, args=(stop,))
    thread.start()
    try:
        yield thread
    finally:
        stop.set()
        world.context.wake.set()
        thread.join(30)
    assert not thread.is_alive()


def wait_for(what: Callable[[], bool], seconds: float = 30.0) -> float:
    """How long it took."""
    begun, pause = time.monotonic(), threading.Event()
    while not what():
        assert time.monotonic() - begun < seconds, "it never came"
        pause.wait(0.005)
    return time.monotonic() - begun


def all_sent(world: World) -> bool:
    return len(world.email.sent) == PEOPLE


@pytest.fixture
def trap(monkeypatch: pytest.MonkeyPatch) -> Iterator[Trap]:
    with trapped(monkeypatch) as made:
        yield made


@pytest.mark.parametrize("calls", [range(3, 200, 21), pytest.param(range(1, 201), marks=pytest.mark.nightly)])
@pytest.mark.timeout(300)
def test_no_thread_dies_of_a_call_that_fails_whichever_it_is(
    base: Path, place: Path, trap: Trap, figures: Figures, calls: range, expect_log: Callable[[str], None]
) -> None:
    """R5: the n-th call to the driver, from the moment on when everybody has signed up."""
    expect_log("the engine waits")
    names, met = list(MESSAGES), 0
    for number in calls:
        with opened(base, place) as world:
            sign_up(world)
            trap.set(number, names[number % len(names)])
            with at_work(world) as thread:
                wait_for(lambda world=world: all_sent(world))  # type: ignore[misc]
                assert thread.is_alive()
                wait_for(lambda world=world: not world.engine.failed)  # type: ignore[misc]
            met += trap.failed
            trap.set(0, "SQLITE_FULL")
            world.engine.start()
            world.work()
    figures("R5", calls=len(calls), failed_calls=met, lost=0, doubled=0, dead_threads=0)
    assert met == len(calls)


def test_a_database_that_fails_while_somebody_is_decided_about_parks_nobody(base: Path, place: Path) -> None:
    """R5: it is the whole transaction that fails, and nothing of it stays."""
    with opened(base, place) as world:
        real, error = world.email.prepare, sqlite.driver().OperationalError("disk I/O error")
        error.sqlite_errorname = "SQLITE_IOERR_READ"

        def fails(outgoing: Outgoing) -> Prepared:
            world.email.prepare = real  # type: ignore[method-assign]
            raise error

        world.email.prepare = fails  # type: ignore[method-assign]
        sign_up(world)
        with pytest.raises(WorldError, match="Check the disk"):
            world.work()
        assert {one.state for one in world.messages()} == {MessageState.QUEUED}
        world.work()


DEEDS = {
    "SQLITE_IOERR_WRITE": "Check the disk",
    "SQLITE_READONLY": "Allow this user to write",
    "SQLITE_BUSY": "Close what uses it",
    "SQLITE_FULL": "Make room",
    "SQLITE_CANTOPEN": "Check that the folder exists",
}
"""What a person is told to do."""


@pytest.mark.parametrize("name", DEEDS)
def test_as_long_as_it_lasts_nothing_goes_out_and_the_owner_is_told_what_to_do(
    base: Path, place: Path, trap: Trap, name: str, expect_log: Callable[[str], None]
) -> None:
    """R4, R5: and afterwards all goes on by itself."""
    expect_log("the engine waits")
    with opened(base, place) as world:
        sign_up(world)
        shown = list[str]()
        world.context.changed = lambda: shown.append(world.engine.troubles.sentence)
        trap.set(1, name, times=10**9)
        with at_work(world):
            wait_for(lambda: trap.failed > 3)
            assert DEEDS[name] in world.engine.troubles.sentence
            assert str(place) in world.engine.troubles.sentence
            assert not world.email.sent
            assert DEEDS[name] in shown[-1], "the window is not told to look"
            trap.times = 0
            wait_for(lambda: all_sent(world))
            wait_for(lambda: not world.engine.failed)
        assert shown[-1] == ""
        trap.set(0, name)
        world.engine.start()


HOLDS = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("BEGIN IMMEDIATE")
print("held", flush=True)
sys.stdin.read()
connection.execute("ROLLBACK")
"""


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Another program holds the file."""
    other = subprocess.Popen(
        [sys.executable, "-c", HOLDS, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert other.stdout is not None
    assert other.stdout.readline() == "held\n"
    yield
    other.communicate("")


def test_a_file_that_another_program_has_locked(
    base: Path, place: Path, figures: Figures, expect_log: Callable[[str], None]
) -> None:
    """R5: a real lock of a real process, longer than the store waits for it."""
    expect_log("is locked by another program")
    with opened(base, place, busy_seconds=0.1) as world:
        sign_up(world)
        with at_work(world) as thread:
            with locked(place):
                told_after = wait_for(lambda: "locked" in world.engine.troubles.sentence)
                sent = len(world.email.sent)
                assert sign_up(world) == PEOPLE, "an event was taken that cannot be stored"
                assert len(world.email.sent) <= sent + world.email.in_flight
            went_on_after = wait_for(lambda: all_sent(world))
            wait_for(lambda: not world.engine.failed)
            assert thread.is_alive()
        world.engine.start()
    figures("R5", locked_told=round(told_after, 2), locked_went_on=round(went_on_after, 2))
    assert told_after <= 5
    assert went_on_after <= 30


OPENS = """
import os, sys
from pathlib import Path
from app.model.errors import WorldError
from app.store.database import open_store
open_store(Path(sys.argv[2])).close()  # all is loaded while it may be read
os.setgid(65534)
os.setuid(65534)
try:
    store = open_store(Path(sys.argv[1]))
    store.settings.set({"note": "written"})
    store.close()
except WorldError as error:
    print(error.sentence)
"""


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() != 0, reason="only root can become somebody else")
@pytest.mark.parametrize(("file", "folder"), [(0o444, 0o777), (0o666, 0o555)])
def test_a_file_or_folder_that_may_not_be_written_is_refused_with_what_to_do(
    base: Path, place: Path, tmp_path: Path, file: int, folder: int
) -> None:
    """R5: opened by a user without the right, and by the same one when it has it."""
    shutil.copy(base, place)

    def opens() -> str:
        for path in place.parent.iterdir():  # SQLite's own files take the mode of the first
            path.chmod(file)
        place.parent.chmod(folder)
        return subprocess.run(
            [sys.executable, "-c", OPENS, str(place), str(tmp_path / "warm.db")],
            capture_output=True,
            text=True,
            check=True,
            timeout=60,
        ).stdout

    sentence, before = opens(), base.read_bytes()
    assert "llow this user" in sentence or "may write there" in sentence
    assert place.read_bytes() == before
    file, folder = 0o666, 0o777
    assert opens() == ""


# --- the whole of it, on a real small disk ---


def in_small_disk(folder: Path) -> list[str]:
    """Runs what follows where ``folder`` is a disk of 8 MB of its own, that is gone afterwards."""
    mount = f'mount -t tmpfs -o size=8m none {folder} && exec "$@"'
    return ["unshare", "-rm" if os.geteuid() else "-m", "sh", "-c", mount, "sh"]


@pytest.mark.nightly
@pytest.mark.skipif(sys.platform != "linux", reason="a disk of 8 MB can only be made on Linux")
def test_a_disk_of_8_mb_is_filled_by_another_program_while_letters_go_out(
    tmp_path: Path, figures: Figures
) -> None:
    """R4: with the engine's true pauses and the wall clock."""
    command = [*in_small_disk(tmp_path), sys.executable, "-m", "tests.engine.small_disk", str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=110, check=False)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout.splitlines()[-1])
    said = found.pop("said")
    figures("R4", disk="8 MB", **found)
    assert "Make room on the disk" in said
    assert found["told_after"] <= 5
    assert found["went_on_after"] <= 30
    assert found["sent_before"] > 0
    assert found["sent_while_full"] <= 4, "more went out than what was recorded before"
    assert (found["lost"], found["doubled"], found["unrecorded"]) == (0, 0, 0)
