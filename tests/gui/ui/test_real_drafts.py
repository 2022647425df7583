"""Drafts and their histories in a real workspace: after kill -9, and with two who draw at once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.bootstrap.house import House
from app.bootstrap.window_desk import WorkspaceDesk
from app.bootstrap.workspace import Workspace, open_workspace
from app.canvas.commands import ChangeFlow, ChangeSettings, Rename
from app.canvas.history import Restored
from app.flows.codec import read_flow, write_flow
from app.flows.publish import content_hash, shape_hash
from app.model.errors import RefusedError
from app.model.flow import Flow
from app.support import paths
from app.support.secrets import FileSecrets
from app.ui.drafts import Conflict, read_draft
from app.ui.operations import Operations
from app.ui.session import Session
from tests.gui.ui.desk import basket_flow
from tests.gui.ui.drawing_child import fingerprint

NAME = basket_flow().name
ROOT = Path(__file__).parents[3]


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    folder = tmp_path / "workspace"
    with open_workspace(folder, make=True, secrets=FileSecrets(tmp_path / "secrets.enc", "p")) as opened:
        yield opened


@pytest.fixture
def desk(workspace: Workspace) -> WorkspaceDesk:
    made = WorkspaceDesk(House(workspace))
    made.save_draft(NAME, write_flow(basket_flow()))
    return made


class Writer:
    """A session with what it says."""

    def __init__(self, desk: WorkspaceDesk, qtbot: QtBot, stack: ExitStack) -> None:
        self.operations = Operations()
        self.session = Session(desk, self.operations, save_ms=10)
        self.conflicts: list[Conflict] = []
        self.said: list[str] = []
        self.session.conflicted.connect(self.conflicts.append)
        self.session.said.connect(self.said.append)
        self.operations.failed.connect(self.said.append)
        self._qtbot = qtbot
        stack.callback(self.leave)

    def open(self, name: str = NAME) -> Writer:
        self.session.load(name)
        self.settle()
        assert self.session.name == name
        return self

    def settle(self) -> None:
        self._qtbot.waitUntil(lambda: not self.operations.busy, timeout=10_000)

    def stored(self) -> None:
        self._qtbot.waitUntil(lambda: not (self.session.dirty or self.operations.busy), timeout=10_000)

    def meets_another(self) -> None:
        self._qtbot.waitUntil(lambda: bool(self.conflicts), timeout=10_000)

    def title(self, title: str, node_id: str = "letter1") -> None:
        document = self.session.document
        document.seal()
        document.do(Rename(document, node_id, title))

    @property
    def flow(self) -> Flow:
        return self.session.document.flow

    @property
    def steps(self) -> list[str]:
        return [step.name for step in self.session.keeper.recorder.steps]

    def leave(self) -> None:
        self.operations.close()
        self.session.close()


Writers = Callable[[], Writer]


@pytest.fixture
def writers(desk: WorkspaceDesk, qtbot: QtBot) -> Iterator[Writers]:
    with ExitStack() as stack:
        yield lambda: Writer(desk, qtbot, stack)


def publish(workspace: Workspace, flow: Flow) -> None:
    text, now = write_flow(flow), workspace.clock.now()
    workspace.store.flows.publish(NAME, text, hash_=content_hash(flow), shape_hash=shape_hash(flow), now=now)


def found_in(folder: Path) -> Restored:
    with open_workspace(folder, secrets=FileSecrets(folder / "other.enc", "12345678")) as workspace:
        opened = read_draft(WorkspaceDesk(House(workspace)), NAME)
    assert opened.found is not None
    return opened.found


def drawn_until_killed(folder: Path, save_ms: int, steps: int) -> list[str]:
    """What the drawing was after each step that was told, up to the kill."""
    environment = os.environ | {"CHAINWRIGHT_MASTER_PASSWORD": "12345678", "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "tests.gui.ui.drawing_child", str(folder), str(save_ms)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT, env=environment) as child:
        assert child.stdout is not None
        told = [child.stdout.readline() for _ in range(steps)]
        child.send_signal(signal.SIGKILL)
        told += child.stdout.readlines()
    return [line.split()[1] for line in told if line.endswith("\n")]


@pytest.mark.parametrize("save_ms", [10_000_000, 5], ids=["never saved", "saved all the time"])
def test_a_killed_window_has_lost_at_most_the_step_that_was_being_written(
    tmp_path: Path, save_ms: int
) -> None:
    folder, last = tmp_path / "workspace", fingerprint(basket_flow())
    for steps in (9, 14, 23):
        told = drawn_until_killed(folder, save_ms, steps)
        assert told[0] == last, "the window opens what was there before the kill"
        found = found_in(folder)
        last = fingerprint(found.flow)
        assert found.follows
        assert told[-1] in {last, *one_step_away(found)}
        first = found.flow
        for step in reversed(found.steps[: found.done]):
            first = step.change.turned().apply(first)
        assert write_flow(first) == write_flow(basket_flow())


def one_step_away(found: Restored) -> set[str]:
    """The drawings that one step leads to from here, or that led here."""
    away = set()
    if found.done:
        away.add(fingerprint(found.steps[found.done - 1].change.turned().apply(found.flow)))
    if found.done < len(found.steps):
        away.add(fingerprint(found.steps[found.done].change.apply(found.flow)))
    return away


def test_the_file_of_a_history_is_the_owners_alone_and_survives_a_new_name(
    workspace: Workspace, desk: WorkspaceDesk, writers: Writers
) -> None:
    writer = writers().open()
    writer.title("One")
    writer.stored()
    document = writer.session.document
    document.do(ChangeFlow(document, name="Korb"))
    writer.stored()
    writer.leave()
    path = paths.history_path(workspace.folder, workspace.store.flows.id_of("Korb"))
    assert path.stat().st_size > 0
    assert path.parent.stat().st_mode & 0o077 == 0
    again = writers().open("Korb")
    assert again.steps == ["Rename Letter 1", "Change the flow"]
    assert [info.name for info in desk.flows()] == ["Korb"]


def test_two_who_draw_at_once_overwrite_nothing(desk: WorkspaceDesk, writers: Writers) -> None:
    one, other = writers().open(), writers().open()
    one.title("Theirs")
    one.stored()
    other.title("Mine")
    other.meets_another()
    assert read_flow(desk.draft(NAME)) == one.flow
    (conflict,) = other.conflicts
    assert conflict.theirs == one.flow
    assert conflict.mine == other.flow
    other.session.replace_theirs(conflict)
    other.stored()
    assert read_flow(desk.draft(NAME)) == other.flow
    assert read_flow(desk.draft(f"{NAME}, theirs")) == replace(one.flow, name=f"{NAME}, theirs")


def test_a_publish_of_the_command_line_is_a_change_elsewhere_and_can_be_taken(
    workspace: Workspace, desk: WorkspaceDesk, writers: Writers
) -> None:
    writer = writers().open()
    theirs = basket_flow().with_node(replace(basket_flow().by_id["letter1"], title="Published"))
    publish(workspace, theirs)
    writer.title("Mine")
    writer.meets_another()
    writer.session.take_theirs(writer.conflicts[0])
    writer.stored()
    assert writer.flow == theirs
    writer.session.document.undo_stack.undo()
    writer.stored()
    assert read_flow(desk.draft(NAME)).by_id["letter1"].title == "Mine"


def test_a_history_put_aside_stays_readable_beside_the_new_one(
    workspace: Workspace, desk: WorkspaceDesk, writers: Writers
) -> None:
    for number in range(5):
        writer = writers().open()
        writer.title(f"Title {number}")
        writer.stored()
        writer.leave()
        desk.save_draft(NAME, write_flow(replace(basket_flow(), settings={"key": f"elsewhere{number}"})))
    last = writers().open()
    assert last.steps == []
    assert last.said == ["Changed elsewhere since you had it open. Undo begins anew, the old is kept aside"]
    path = paths.history_path(workspace.folder, workspace.store.flows.id_of(NAME))
    last.leave()
    assert sorted(one.name for one in path.parent.iterdir()) == [
        f"{path.stem}.aside-1",
        f"{path.stem}.aside-2",
        f"{path.stem}.aside-3",
        path.name,
    ]
    assert "Title 4" in path.with_suffix(".aside-1").read_text(encoding="utf-8")


def test_a_log_that_somebody_else_writes_is_not_written_into(desk: WorkspaceDesk) -> None:
    end = desk.replace_history(NAME, "one\n")
    assert desk.append_history(NAME, "two\n", after=end) == 8
    with pytest.raises(RefusedError, match="Another window"):
        desk.append_history(NAME, "three\n", after=end)
    assert desk.history(NAME) == "one\ntwo\n"


def test_a_version_is_opened_as_the_draft_in_one_step(
    workspace: Workspace, desk: WorkspaceDesk, writers: Writers
) -> None:
    publish(workspace, basket_flow())
    writer = writers().open()
    document = writer.session.document
    document.do(ChangeSettings(document, "hour", {"for": "PT5H"}))
    writer.stored()
    version = read_flow(desk.version_document(NAME, desk.versions(NAME)[0].number))
    writer.session.exchange(version, "Open version 1")
    writer.stored()
    assert read_flow(desk.draft(NAME)) == basket_flow()
    assert writer.steps == ["Change For a time", "Open version 1"]
    document.undo_stack.undo()
    assert writer.flow.by_id["hour"].settings["for"] == "PT5H"
