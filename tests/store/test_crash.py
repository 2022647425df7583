from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from app.store import sqlite
from app.store.database import open_store

WRITER = """
import sys
from datetime import UTC, datetime
from app.model.journey import Changes, CountKey, Journey, JourneyState
from app.store import sqlite
from app.store.database import open_store

store = open_store(sys.argv[1])
now = datetime(2026, 11, 2, tzinfo=UTC)
start = int(sys.argv[2])
for n in range(start, start + 100_000):
    with store.transaction() as transaction:
        transaction.take_lease("writer", now, 30)
        transaction.add_contact(n, (), now)
        changes = Changes(started=[Journey(n, 1, 1, n, "", JourneyState.DUE, "start", 1, now, now, now)])
        changes.counts[CountKey(1, 1, "start", "here", n % 50)] += 1
        transaction.write(changes)
    sys.stdout.write(f"{n}\\n")
    sys.stdout.flush()
"""


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL")
def test_what_was_acknowledged_before_a_kill_is_there_and_nothing_is_torn(tmp_path: Path) -> None:
    path = tmp_path / "workspace.db"
    open_store(path).close()
    last = 0
    for round_ in range(4):
        acknowledged = _write_and_kill(path, last + 1, rows=40 + 61 * round_)
        connection = sqlite.driver().connect(str(path))
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        people, journeys, counted = connection.execute(
            "SELECT (SELECT count(*) FROM contact), (SELECT count(*) FROM journey),"
            " (SELECT sum(count) FROM counter)"
        ).fetchone()
        connection.close()
        assert people == journeys == counted, "half a transaction"
        assert acknowledged <= people <= acknowledged + 1, "an acknowledged row was lost"
        last = people
    assert last > 400


def _write_and_kill(path: Path, start: int, rows: int) -> int:
    process = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(path), str(start)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    for _ in range(rows):
        assert process.stdout.readline()
    process.send_signal(signal.SIGKILL)
    rest = process.stdout.read().splitlines()
    process.stdout.close()
    process.wait(30)
    whole = [line for line in rest if line.isdigit()]
    return max([start + rows - 1, *map(int, whole)])
