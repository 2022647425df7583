"""What every server helper shares: free ports, clean folders, and how it says that its server is not here."""

from __future__ import annotations

import shutil
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class MissingServer(Exception):
    """The server cannot be started here; the sentence says why."""


def program(name: str, *folders: str) -> str:
    """The path of a program on PATH or in one of the folders, or MissingServer."""
    found = shutil.which(name) or next((str(Path(f, name)) for f in folders if Path(f, name).exists()), None)
    if found is None:
        raise MissingServer(f"{name} is not installed")
    return found


def free_port() -> int:
    """A loopback port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def open_folder(name: str) -> Iterator[Path]:
    """A temporary folder that servers under another user can walk through, removed afterwards."""
    folder = Path(tempfile.mkdtemp(prefix=f"chainwright-{name}-"))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
