"""R9: an upgrade is killed at twenty moments: what is found then is the old file or the new one, never one
between, and a copy of the old one stands beside it."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from app.model.errors import DamagedError
from app.store import sqlite
from app.store.database import open_store
from tests.crash.forge import ROOT
from tests.figures import Figures
from tests.migration.make_kept import FOLDER, go_on

RELEASES = sorted(path.name.removesuffix(".db.gz") for path in FOLDER.glob("*.db.gz"))
MOMENTS = 20

KILLED = """
import json, os, shutil, sys
from pathlib import Path
from app.store import sqlite
from app.store.database import open_store
from tests.engine.storage import Trap, _Driver

class Killing(Trap):
    calls = 0

    def passes(self, driver):
        self.calls += 1
        if self.calls == self.left:
            os._exit(86)

folder, old, moments = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
real = sqlite.driver()

def upgrade(name, at):
    path = folder / name / "workspace.db"
    path.parent.mkdir()
    shutil.copy(old, path)
    trap = Killing(left=at)
    sqlite.driver = lambda: _Driver(real, trap)
    open_store(path)
    return trap.calls

calls, ends = upgrade("whole", 0), []
for number in range(moments):
    at = 1 + number * calls // moments
    child = os.fork()
    if not child:
        upgrade(str(number), at)
        os._exit(0)
    ends.append(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
print(json.dumps({"calls": calls, "ends": ends}))
"""


def schema_of(path: Path) -> set[tuple[str, str | None]]:
    connection = sqlite.driver().connect(str(path))
    try:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        rows = connection.execute("SELECT name, sql FROM sqlite_master").fetchall()
        return set(rows)
    finally:
        connection.close()


@pytest.mark.skipif(os.name == "nt", reason="made with fork")
@pytest.mark.parametrize("release", RELEASES)
def test_an_upgrade_that_is_killed_leaves_the_old_file_or_the_new_one(
    release: str, tmp_path: Path, figures: Figures
) -> None:
    """R9: at twenty moments, and afterwards the next start makes it whole."""
    old = tmp_path / "old.db"
    old.write_bytes(gzip.decompress((FOLDER / f"{release}.db.gz").read_bytes()))
    command = [sys.executable, "-c", KILLED, str(tmp_path), str(old), str(MOMENTS)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=110, check=False)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    before, after = schema_of(old), schema_of(tmp_path / "whole" / "workspace.db")
    killed, left_old = sum(end == 86 for end in told["ends"]), 0
    for number in range(MOMENTS):
        path = tmp_path / str(number) / "workspace.db"
        found = schema_of(path)
        assert found in (before, after), "half an upgrade"
        left_old += found == before
        open_store(path).close()
        assert schema_of(path) == after
    copies = list((tmp_path / str(MOMENTS - 1)).glob("*before-upgrade*"))
    figures("R9", release=release, kills=killed, left_old=left_old, between=0, calls=told["calls"])
    assert killed == MOMENTS
    assert [schema_of(copy) for copy in copies] == [before]


def test_what_was_copied_before_an_upgrade_still_works(tmp_path: Path) -> None:
    """R9: whoever puts the copy in the place of the file has all that they had."""
    release = RELEASES[0]
    path = tmp_path / "workspace.db"
    path.write_bytes(gzip.decompress((FOLDER / f"{release}.db.gz").read_bytes()))
    open_store(path).close()
    (copy,) = tmp_path.glob("*before-upgrade*")
    store = open_store(copy.rename(tmp_path / "again.db"))
    kept = json.loads((FOLDER / f"{release}.json").read_text(encoding="utf-8"))
    assert go_on(store) == kept
    store.close()


def test_a_copy_is_made_once_and_kept_for_thirty_days(tmp_path: Path) -> None:
    """R9, R38: whom somebody erases does not live on in it."""
    path = tmp_path / "workspace.db"
    path.write_bytes(gzip.decompress((FOLDER / f"{RELEASES[0]}.db.gz").read_bytes()))
    open_store(path).close()
    (copy,) = tmp_path.glob("*before-upgrade*")
    open_store(path).close()
    assert copy.exists()
    long_ago = copy.stat().st_mtime - 31 * 86_400
    os.utime(copy, (long_ago, long_ago))
    open_store(path).close()
    assert not copy.exists()


def test_a_new_workspace_is_no_upgrade(tmp_path: Path) -> None:
    """R9."""
    open_store(tmp_path / "workspace.db").close()
    open_store(tmp_path / "workspace.db").close()
    assert [one.name for one in tmp_path.iterdir()] == ["workspace.db"]


def test_a_damaged_file_is_not_upgraded(tmp_path: Path) -> None:
    """R9, R6."""
    path = tmp_path / "workspace.db"
    damaged = bytearray(gzip.decompress((FOLDER / f"{RELEASES[0]}.db.gz").read_bytes()))
    for page in range(30, len(damaged) // 4096, 5):
        damaged[page * 4096] = 0xA5
    path.write_bytes(damaged)
    with pytest.raises(DamagedError, match="restore the newest backup"):
        open_store(path)
    assert path.read_bytes() == damaged
