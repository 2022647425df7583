"""The undo histories of drafts: one file of lines for each flow, beside the database."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from app.model.errors import RefusedError, WorldError
from app.support import paths

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from app.bootstrap.workspace import Workspace

_ODD: Final = "surrogatepass"
_MOST_ASIDE: Final = 3
"""Logs that are kept aside; older ones make room."""


def read(workspace: Workspace, name: str) -> str:
    """The log of a flow's draft; empty when there is none."""
    path = _path(workspace, name)
    with _readable(path):
        try:
            return path.read_bytes().decode("utf-8", "replace")
        except FileNotFoundError:
            return ""


def append(workspace: Workspace, name: str, lines: str, after: int) -> int:
    """Adds lines at once; RefusedError when the log is not ``after`` bytes long."""
    path = _path(workspace, name)
    data = lines.encode("utf-8", _ODD)
    with _writable(path), path.open("ab") as file:
        if file.tell() != after:
            message = f"Another window has “{name}” open and writes its history."
            raise RefusedError(message)
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    return after + len(data)


def replace(workspace: Workspace, name: str, log: str, *, aside: bool) -> int:
    """Puts a log in the place of the old one, in one step; with ``aside`` the old one stays beside it."""
    path = _path(workspace, name)
    data = log.encode("utf-8", _ODD)
    with _writable(path):
        if aside and path.exists():
            _put_aside(path)
        new = path.with_suffix(".new")
        with new.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        new.replace(path)
    return len(data)


def _put_aside(path: Path) -> None:
    for number in range(_MOST_ASIDE, 1, -1):
        older = path.with_suffix(f".aside-{number - 1}")
        if older.exists():
            older.replace(path.with_suffix(f".aside-{number}"))
    path.replace(path.with_suffix(".aside-1"))


def _path(workspace: Workspace, name: str) -> Path:
    return paths.history_path(workspace.folder, workspace.store.flows.id_of(name))


@contextmanager
def _readable(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise WorldError(f"{path} cannot be read: {_reason(error)}. Steps of undo are not kept.") from error


@contextmanager
def _writable(path: Path) -> Iterator[None]:
    try:
        path.parent.mkdir(mode=0o700, exist_ok=True)
        yield
    except OSError as error:
        raise WorldError(
            f"{path} cannot be written: {_reason(error)}. Steps of undo are not kept."
        ) from error


def _reason(error: OSError) -> str:
    return error.strerror or type(error).__name__
