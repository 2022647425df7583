"""What the workspace knows and forms offer; every answer is the newest that was read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from app.model.frozen import dataclass

Names = Callable[[], Sequence[str]]


def nothing() -> Sequence[str]:
    """Where nothing is known."""
    return ()


@dataclass(frozen=True, slots=True)
class Known:
    """The window fills it; a test may know less."""

    fields: Names = nothing
    """Properties of contacts."""
    flows: Names = nothing
    segments: Names = nothing
    edit_segment: Callable[[str, Callable[[str], None]], None] | None = None
    """Opens the form of this segment, of a new one for an empty name, and tells what it is called then; None
    where there is no such form."""


NOTHING: Final = Known()
"""For forms outside of a workspace."""
