"""R3: the power is cut at any moment of the real engine's life; nothing that was said aloud is forgotten."""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.store import sqlite
from app.store.database import open_store
from tests.crash.forge import ROOT, forge
from tests.crash.power import Call, Cut, cuts, record
from tests.crash.test_fault_points import check
from tests.figures import Figures

pytestmark = pytest.mark.skipif(shutil.which("strace") is None, reason="strace records the writes")

SEED = 3
DATABASE = "workspace.db"
LONG = pytest.mark.nightly


class Recording:
    """What one life wrote, and how its database began."""

    def __init__(self, folder: Path, mode: str) -> None:
        shop = folder / "shop"
        shop.mkdir()
        open_store(shop / DATABASE).close()
        self.before = {DATABASE: (shop / DATABASE).read_bytes()}
        command = [sys.executable, "-m", "tests.crash.power_child", str(shop), mode]
        self.calls: list[Call] = record(command, shop, folder / "trace", ROOT)
        (folder / "trace").unlink()

    def cuts(self, states: int) -> Iterator[Cut]:
        return cuts(self.calls, self.before, states, SEED)


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Recording:
    return Recording(tmp_path_factory.mktemp("full"), "FULL")


@pytest.fixture
def place() -> Iterator[Path]:
    """Where thousands of disks may be laid out."""
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as folder:
        yield Path(folder)


def lay_out(cut: Cut, place: Path) -> Path:
    for old in place.iterdir():
        old.unlink()
    for name, content in cut.files.items():
        if not name.endswith("-shm"):  # it is memory, and begun anew
            (place / name).write_bytes(content)
    return place / DATABASE


def judge(cut: Cut, place: Path) -> set[str]:
    """What is wrong with a state: it is corrupt, something is lost, or there in part."""
    database, wrong = lay_out(cut, place), set[str]()
    connection = sqlite.driver().connect(str(database))
    try:
        if connection.execute("PRAGMA integrity_check(1)").fetchone() != ("ok",):
            return {"corrupt"}
        (lines,) = connection.execute("SELECT count(*) FROM journal").fetchone()
        events = {row[0] for row in connection.execute("SELECT source_id FROM event")}
        states = dict(connection.execute("SELECT id, state FROM message"))
        torn = connection.execute(TORN).fetchall()
    except sqlite.driver().DatabaseError:
        return {"corrupt"}
    finally:
        connection.close()
    for line in cut.said.decode().splitlines():
        what, value = line.split(" ", 1)
        if (what == "event" and value not in events) or (what == "journal" and int(value) > lines):
            wrong.add("lost")
    for line in cut.wire.decode().splitlines():
        if states.get(int(line.split()[1]), "queued") in ("queued", "leased"):
            wrong.add("unrecorded")
    return wrong | ({"torn"} if torn else set())


def hours_of(cut: Cut) -> float:
    """By the shop's clock, when the power comes back: it runs on a battery."""
    told = [float(line.split()[1]) for line in cut.said.decode().splitlines() if line.startswith("clock")]
    return max(told, default=0.0) / 3600 + 0.01


TORN = """
SELECT flow_id, version_id, node, count(*) FROM journey WHERE state NOT IN ('done', 'erased')
GROUP BY flow_id, version_id, node
EXCEPT SELECT flow_id, version_id, node, sum(count) FROM counter WHERE name = 'here'
GROUP BY flow_id, version_id, node
"""
"""Counters are written with the rows that they count, in one transaction."""


def judge_all(recording: Recording, states: int, place: Path) -> Counter[str]:
    return Counter(wrong for cut in recording.cuts(states) for wrong in judge(cut, place))


@pytest.mark.timeout(1800)
@pytest.mark.parametrize("states", [500, pytest.param(20_000, marks=LONG)])
def test_a_power_cut_loses_nothing_that_was_said_aloud(
    full: Recording, place: Path, figures: Figures, states: int
) -> None:
    """R3, promises 1 to 3: with synchronous=FULL, as in life."""
    assert {DATABASE, f"{DATABASE}-wal"} <= {call.file for call in full.calls if call.what == "write"}
    found = judge_all(full, states, place)
    figures(
        "R3",
        synchronous="FULL",
        states=states,
        seed=SEED,
        writes=len(full.calls),
        **{name: found[name] for name in ("lost", "unrecorded", "torn", "corrupt")},
    )
    assert not found


@pytest.mark.timeout(1800)
@pytest.mark.parametrize("states", [200, pytest.param(20_000, marks=LONG)])
def test_the_harness_sees_what_is_lost_where_the_disk_is_not_asked(
    tmp_path: Path, place: Path, figures: Figures, states: int
) -> None:
    """R3, the control: with synchronous=NORMAL much must be lost, or the test above sees nothing."""
    found = judge_all(Recording(tmp_path, "NORMAL"), states, place)
    figures(
        "R3",
        synchronous="NORMAL",
        states=states,
        seed=SEED,
        control_lost=found["lost"],
        control_corrupt=found["corrupt"],
    )
    assert found["lost"] > states / 4
    assert found["unrecorded"]
    assert not found["corrupt"]


@pytest.mark.timeout(1800)
@pytest.mark.parametrize("states", [3, pytest.param(50, marks=LONG)])
def test_the_engine_goes_on_after_a_power_cut(
    full: Recording, tmp_path: Path, figures: Figures, states: int
) -> None:
    """R3: and in the end everybody has what they should have had."""
    with forge() as smithy:
        for number, cut in enumerate(full.cuts(states)):
            folder = tmp_path / str(number)
            folder.mkdir()
            lay_out(cut, folder)
            (folder / "wire.txt").write_bytes(cut.wire)
            assert smithy.run(folder, hours_of(cut)) == 0
            check(folder)
            shutil.rmtree(folder)
    figures("R3", went_on=states)
