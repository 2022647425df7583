from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

import pytest

from app.bootstrap.bench_start import _prepare
from app.bootstrap.late_desk import LateDesk
from app.model.errors import UserError, WorldError
from app.model.ports import Desk

ROOT = Path(__file__).resolve().parents[3]
HEAVY = {
    "sqlalchemy",
    "networkx",
    "pydantic",
    "liquid",
    "mrml",
    "requests",
    "structlog",
    "starlette",
    "keyring",
}
_FIRST = """
import os, sys
from app.cli import run
from app.ui.answering import Answering

def answered():
    print(*sys.modules, flush=True)
    os._exit(0)

watch = Answering(answered)
sys.exit(run(["--workspace", sys.argv[1]]))
"""


class Shelf:
    """A desk that can do two things, and a door that opens when it is told to."""

    def __init__(self, error: Exception | None = None) -> None:
        self.door = threading.Event()
        self.listeners: list[Any] = []
        self.threads: list[str] = []
        self._error = error

    def draft(self, name: str) -> str:
        return f"draft of {name}"

    def listen(self, callback: Any) -> None:
        self.listeners.append(callback)

    @contextmanager
    def opened(self) -> Iterator[Desk]:
        self.door.wait(20)
        if self._error is not None:
            raise self._error
        self.threads.append(threading.current_thread().name)
        yield cast("Desk", self)
        self.threads.append(threading.current_thread().name)


def test_a_call_waits_until_the_desk_is_there() -> None:
    shelf, answers = Shelf(), list[str]()
    late = LateDesk(shelf.opened)
    caller = threading.Thread(target=lambda: answers.append(late.desk.draft("A")))
    late.open()
    caller.start()
    assert answers == []
    shelf.door.set()
    caller.join(20)
    assert answers == ["draft of A"]
    late.close()
    assert shelf.threads == ["workspace", "workspace"]


def test_who_listens_before_is_heard_and_told_after() -> None:
    shelf, told = Shelf(), threading.Event()
    late = LateDesk(shelf.opened)
    late.desk.listen(told.set)
    late.open()
    assert not told.is_set()
    shelf.door.set()
    assert told.wait(20)
    late.close()
    assert shelf.listeners == [told.set]


def test_a_workspace_that_cannot_be_opened_says_so_at_the_end_and_to_every_call() -> None:
    shelf, failed = Shelf(UserError("There is no room.")), threading.Event()
    shelf.door.set()
    late = LateDesk(shelf.opened)
    late.open(failed.set)
    assert failed.wait(20)
    with pytest.raises(WorldError):
        late.desk.draft("A")
    with pytest.raises(UserError, match="no room"):
        late.close()


def test_closing_what_was_never_opened_is_nothing() -> None:
    LateDesk(Shelf().opened).close()


def test_the_last_flow_is_drawn_and_a_drag_answered_before_anything_heavy_is_imported(tmp_path: Path) -> None:
    _prepare(tmp_path / "workspace")
    done = subprocess.run(
        [sys.executable, "-c", _FIRST, str(tmp_path / "workspace")],
        cwd=ROOT,
        env=os.environ | {"QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        timeout=100,
        check=True,
    )
    imported = set(done.stdout.split())
    assert "app.canvas.widget" in imported
    assert not imported & HEAVY
    assert not {
        one for one in imported if one.startswith(("app.store", "app.engine", "app.channels", "app.site"))
    }


def test_a_workspace_in_the_way_ends_the_window_with_its_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    done = subprocess.run(
        [sys.executable, "-m", "app", "--workspace", str(tmp_path / "file")],
        cwd=ROOT,
        env=os.environ | {"QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert done.returncode in (1, 2)
    assert done.stderr.startswith("The workspace folder")
    assert len(done.stderr.splitlines()) == 1
