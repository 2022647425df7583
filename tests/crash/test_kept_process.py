"""R43: the engine as a process of its own, kept by the command line: killed or frozen it is started again;
after the third time in ten minutes it stays down, with a notice."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.engine.keeper import DOWN, KEEPER
from app.store.database import SqlStore, open_store
from tests.crash.forge import ROOT
from tests.figures import Figures

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks for the process below in /proc")
MARK = 10.0


class Kept:
    """The program that keeps, and the one that it keeps."""

    def __init__(self, folder: Path) -> None:
        command = [sys.executable, "-m", "app", "run", "--keep", "--no-site", "--workspace", str(folder)]
        self.process = subprocess.Popen(
            command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )

    def end(self) -> None:
        if self.process.returncode is None:
            self.process.kill()
            self.process.communicate()

    def child(self) -> int:
        """The process at work; 0 while there is none."""
        path = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        found = path.read_text(encoding="ascii").split() if path.exists() else []
        return int(found[0]) if found else 0


def owner(store: SqlStore) -> str:
    with store.looking() as tx:
        return "" if tx.lease().is_free else tx.lease().owner


def wait_for(what: Callable[[], object], seconds: float = 60.0) -> float:
    begun, pause = time.monotonic(), threading.Event()
    while not what():
        assert time.monotonic() - begun < seconds, "it never came"
        pause.wait(0.02)
    return time.monotonic() - begun


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SqlStore]:
    monkeypatch.setenv("CHAINWRIGHT_MASTER_PASSWORD", "a master password of this test")
    done = subprocess.run(
        [sys.executable, "-m", "app", "set", "practice=yes", "--workspace", str(tmp_path / "shop")],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    opened = open_store(tmp_path / "shop" / "workspace.db")
    yield opened
    opened.close()


@pytest.mark.parametrize(
    "blows",
    [
        [signal.SIGKILL] * 3,
        pytest.param([signal.SIGSTOP, signal.SIGKILL, signal.SIGSTOP], marks=pytest.mark.nightly),
    ],
    ids=["killed", "frozen"],
)
def test_it_is_started_again_twice_and_then_stays_down(
    store: SqlStore, tmp_path: Path, figures: Figures, blows: list[signal.Signals]
) -> None:
    """R43."""
    kept, noticed = Kept(tmp_path / "shop"), list[float]()
    try:
        for blow in blows:
            wait_for(lambda: owner(store))
            child, before = kept.child(), owner(store)
            threading.Event().wait(1.0)  # it beats
            os.kill(child, blow)
            noticed.append(wait_for(lambda child=child: kept.child() != child))  # type: ignore[misc]
            if len(noticed) < len(blows):
                wait_for(lambda before=before: owner(store) not in ("", before))  # type: ignore[misc]
        _, error = kept.process.communicate(timeout=30)
    finally:
        kept.end()
    figures("R43", process=blows[0].name, slowest=round(max(noticed), 1), limit=MARK, restarts=2)
    assert max(noticed) <= MARK
    assert kept.process.returncode == 1
    assert DOWN in error
    assert store.numbers.remembered(KEEPER) is not None


def test_it_comes_to_rest_when_it_is_told_to_and_when_nobody_keeps_it_any_more(
    store: SqlStore, tmp_path: Path
) -> None:
    """R42, R43."""
    kept = Kept(tmp_path / "shop")
    wait_for(lambda: owner(store))
    kept.process.terminate()
    kept.process.communicate(timeout=30)
    assert kept.process.returncode == 0
    assert owner(store) == ""
    kept = Kept(tmp_path / "shop")
    wait_for(lambda: owner(store))
    child = kept.child()
    kept.process.kill()
    kept.process.wait(10)
    for stream in (kept.process.stdout, kept.process.stderr):
        assert stream is not None
        stream.close()
    took = wait_for(lambda: not Path(f"/proc/{child}").exists() or owner(store) == "", 30)
    assert took <= MARK
    assert owner(store) == ""
