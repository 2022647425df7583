"""Flow files that a person names: read and written whole, with a sentence when that fails."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from app.model.errors import UserError, WorldError


def read_bytes(path: Path) -> bytes:
    """All of the file; UserError when it cannot be read."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise UserError(f"The file {path.name} cannot be read: {_why(error)}") from error


def write_bytes(path: Path, data: bytes) -> None:
    """Writes it beside the place and moves it there, so that a file is old or new, never half."""
    beside = path.with_name(f"{path.name}.part")
    try:
        with beside.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except OSError as error:
        with contextlib.suppress(OSError):
            beside.unlink()
        raise WorldError(f"The file {path.name} cannot be written: {_why(error)}") from error


def _why(error: OSError) -> str:
    return (error.strerror or type(error).__name__).rstrip(".")
