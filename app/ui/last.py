"""The flow that was open last, kept in a file of its own, so that it is drawn before anything else is ready.

The file is one line of JSON (which draft, and the part of it that was in view) and after it the draft's text
as it was stored. Whoever removes the file loses nothing: it is a copy.
"""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from app.flows.codec import read_flow
from app.model.errors import ChainwrightError
from app.model.frozen import dataclass
from app.support.paths import make_workspace

if TYPE_CHECKING:
    from app.model.flow import Flow

_SPARE: Final = ".new"


@dataclass(frozen=True, slots=True)
class Look:
    """What of the drawing was in view: the middle in scene units, and the zoom in px a unit."""

    x: float
    y: float
    zoom: float


@dataclass(frozen=True, slots=True)
class Last:
    """A draft by name, its stored text, and how it was looked at; None: it is shown whole."""

    name: str
    text: str
    look: Look | None = None

    def flow(self) -> Flow:
        """The drawing. Raises FlowFileError."""
        return read_flow(self.text)


def read_last(file: Path) -> tuple[Last, Flow] | None:
    """What was open last, and its drawing; None where nothing was, or the copy cannot be used."""
    try:
        with file.open(encoding="utf-8", newline="") as lines:
            head, text = json.loads(lines.readline()), lines.read()
        last = Last(str(head["name"]), text, _look(head.get("look")))
        return last, last.flow()
    except (OSError, ValueError, LookupError, TypeError, AttributeError, ChainwrightError):
        return None


def write_last(file: Path, last: Last) -> None:
    """Keeps it. A disk that takes nothing is no reason to complain: it is a copy."""
    look = last.look
    head = {"name": last.name, "look": [look.x, look.y, look.zoom] if look else None}
    spare = file.with_name(file.name + _SPARE)
    try:
        make_workspace(file.parent)
        with spare.open("w", encoding="utf-8", newline="") as out:
            out.write(json.dumps(head) + "\n" + last.text)
        spare.replace(file)
    except (OSError, UnicodeError, ChainwrightError):
        with suppress(OSError):
            spare.unlink(missing_ok=True)


def _look(kept: Any) -> Look | None:
    if not kept:
        return None
    x, y, zoom = (float(one) for one in kept)
    return Look(x, y, zoom) if zoom > 0 else None
