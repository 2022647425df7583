"""What somebody chose when they published."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from app.model.frozen import dataclass

if TYPE_CHECKING:
    from app.model.shifts import Move


@dataclass(frozen=True, slots=True)
class Answer:
    """What was chosen: for those inside, for the first messages, for those who are in it already."""

    moves: tuple[Move, ...] = ()
    confirm: int | None = None
    """The number of people that was typed."""
    first: int = 0
    """After so many first messages the others are held; 0: they are not."""
    also_today: bool = False
    """Whether those come in too who are in its segments and dates already."""


NOTHING_CHOSEN: Final = Answer()
"""Whoever is inside finishes, and nobody is held or let in besides."""
