"""The command ``run``: engine and site without a window."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from functools import partial
from typing import TYPE_CHECKING

from app.bootstrap.child import ProcessRun, beat, when_nobody_listens
from app.bootstrap.commands import workspace_of
from app.bootstrap.drawing import plural
from app.bootstrap.limits import waits_in_words
from app.bootstrap.listener import listening
from app.bootstrap.outcome import Outcome
from app.bootstrap.practice import practising
from app.bootstrap.results import results, results_text
from app.engine.keeper import Keeper, ThreadRun, note_down, note_up
from app.model.errors import UserError

if TYPE_CHECKING:
    from argparse import Namespace

    from app.bootstrap.workspace import Workspace
    from app.engine.keeper import Run


def do_run(chosen: Namespace) -> Outcome:
    """Until it is told to stop, or with ``--until-idle`` until nothing is due now."""
    if chosen.keep:
        return _keep(chosen)
    with workspace_of(chosen) as workspace, workspace.engine_lock(), practising(workspace):
        with nullcontext() if chosen.no_site else listening(workspace) as site:
            if chosen.until_idle:
                _until_idle(workspace)
            else:
                _until_told(workspace, site.url if site is not None else "", kept=chosen.kept)
        document = results(workspace)
        sentence = f"The engine has come to rest{_trouble(workspace)}{waits_in_words(workspace)}."
    return Outcome(sentence, document, results_text(document))


def _keep(chosen: Namespace) -> Outcome:
    """The same in a process of its own, which is started again when it dies or hangs."""
    if chosen.until_idle:
        raise UserError("Choose either --keep or --until-idle.")
    with workspace_of(chosen) as workspace:
        arguments = ["run", "--kept", "--workspace", str(workspace.folder)]
        stop = threading.Event()
        keeper = Keeper(partial(ProcessRun, [*arguments, *(["--no-site"] if chosen.no_site else [])]))
        note_up(workspace.context)
        with _stopping(stop, workspace):
            keeper.keep(stop)
        _tell_end(workspace, keeper)
        document = results(workspace)
    return Outcome("The engine has come to rest.", document, results_text(document))


def _trouble(workspace: Workspace) -> str:
    """What could not be sent yet, and why the channels say so."""
    rows = workspace.store.numbers.messages_in("retry")
    if not rows:
        return ""
    why = ", ".join(sorted({f"{row.channel}: {row.reason}" for row in rows}))
    verb = "is" if len(rows) == 1 else "are"
    return f"; {plural(len(rows), 'message')} could not be sent yet and {verb} tried again later ({why})"


def _until_idle(workspace: Workspace) -> None:
    engine = workspace.engine()
    engine.start()
    try:
        engine.until_idle()
    finally:
        engine.close()


def _until_told(workspace: Workspace, url: str, *, kept: bool) -> None:
    stop = threading.Event()
    if kept:
        when_nobody_listens(stop.set)
    with _stopping(stop, workspace):
        where = f" The site listens on {url}." if url else ""
        sys.stderr.write(f"The engine runs.{where} Ctrl C stops it.\n")
        sys.stderr.flush()
        keeper = Keeper(partial(_next_run, workspace), beat=beat if kept else lambda: None)
        note_up(workspace.context)
        keeper.keep(stop)
    _tell_end(workspace, keeper)


def _tell_end(workspace: Workspace, keeper: Keeper) -> None:
    """Raises why there is no engine any more, if it was not told to stop."""
    if keeper.is_worn_out:
        note_down(workspace.context)
    if keeper.down is not None:
        raise keeper.down


def _next_run(workspace: Workspace) -> Run:
    workspace.forget_channels()  # whatever hangs in them is not asked any more
    return ThreadRun(workspace.engine())


@contextmanager
def _stopping(stop: threading.Event, workspace: Workspace) -> Iterator[None]:
    """The first signal lets work in hand come to its end."""

    def told(_signal: int, _frame: object) -> None:
        stop.set()
        workspace.context.wake.set()

    known = {number: signal.signal(number, told) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, before in known.items():
            signal.signal(number, before)
