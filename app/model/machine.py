"""What the store knows of the engine itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

NEVER: Final = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class LeaseRow:
    """Who has, or last had, the engine's lease. ``fence`` grows with every other owner."""

    owner: str = ""
    fence: int = 0
    until: datetime = NEVER

    @property
    def is_free(self) -> bool:
        """Whether nobody ever had it, or it was given back."""
        return self.until <= NEVER
