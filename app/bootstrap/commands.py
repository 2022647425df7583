"""The commands of DESIGN.md section 6: each takes the parsed command line and answers an outcome."""

from __future__ import annotations

import importlib
import logging
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from app.bootstrap.outcome import Outcome, guarded
from app.support import paths
from app.support.log import close_log, log_bug, open_log

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Iterator, Mapping
    from contextlib import AbstractContextManager

    from app.bootstrap.workspace import Workspace


_NOWHERE: Final = logging.NullHandler()

_WHERE: Final[Mapping[str, str]] = {
    "check": "drawing",
    "diff": "differences",
    "schema": "drawing",
    "picture": "drawing",
    "set": "setting",
    "import": "people",
    "enter": "people",
    "publish": "lives",
    "pause": "lives",
    "resume": "lives",
    "stop": "lives",
    "brake": "braking",
    "rehearse": "rehearse",
    "why": "why",
    "run": "running",
    "doctor": "health",
    "bench": "benching",
    "demo": "demo.command",
    "desktop": "window",
}
"""Which module of ``app.bootstrap`` has the command; loaded only when it is asked for."""


def perform(name: str, chosen: Namespace) -> Outcome:
    """Runs one command of the command line; never raises."""
    log_file = _log_file(name, chosen)
    return guarded(lambda: _run(name, chosen, log_file), lambda error: _report(error, name, log_file))


def _report(error: Exception, name: str, log_file: Path | None) -> str:
    """Writes a bug to the log, in this user's own folder where no workspace is open."""
    place = log_file or paths.log_path(paths.default_workspace().parent)
    with _logging(place):
        log_bug(f"the command {name}", error)
    return f"The details are in {place}."


def _run(name: str, chosen: Namespace, log_file: Path | None) -> Outcome:
    module = importlib.import_module(f"app.bootstrap.{_WHERE[name]}")
    command: Any = getattr(module, f"do_{name}")
    with _logging(log_file):
        outcome: Outcome = command(chosen)
    return outcome


@contextmanager
def _logging(log_file: Path | None) -> Iterator[None]:
    if log_file is None:
        # What nobody handles would be printed on the person's screen.
        logging.getLogger().addHandler(_NOWHERE)
        yield
        return
    handler = open_log(log_file)
    try:
        yield
    finally:
        close_log(handler)


def folder_of(chosen: Namespace) -> Path | None:
    """The workspace's folder that was named, if one was."""
    return Path(chosen.workspace) if chosen.workspace else None


def workspace_exists(chosen: Namespace) -> bool:
    """Whether the workspace that the command line names is there."""
    return paths.database_path(folder_of(chosen) or paths.default_workspace()).exists()


def workspace_of(chosen: Namespace, *, make: bool = False) -> AbstractContextManager[Workspace]:
    """The workspace that the command line names, as a context."""
    from app.bootstrap.workspace import open_workspace  # heavy: database, mail and all

    return open_workspace(folder_of(chosen), make=make)


def _log_file(name: str, chosen: Namespace) -> Path | None:
    """Only what touches a workspace leaves a log in it; a folder is never made for the log alone."""
    if name in ("schema", "bench", "demo") or (name in ("check", "diff", "picture") and not chosen.workspace):
        return None
    folder = folder_of(chosen) or paths.default_workspace()
    if not folder.is_dir():
        return None
    return paths.log_path(folder)
