"""What is laid out: boxes and the ties between them, without a word about nodes or the screen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from app.model.frozen import dataclass

GRID: Final = 8
Place = tuple[int, int]
"""Along the ranks, across them: both in scene units."""


@dataclass(frozen=True, slots=True)
class Box:
    """One thing to be placed. ``length`` lies along the ranks, ``breadth`` across them.

    ``before``: where it stands now, along and across. ``is_held``: it shall stay there if it can.
    ``is_first``: journeys begin here; ``is_last``: they end here.
    """

    length: int
    breadth: int
    before: tuple[float, float] = (0, 0)
    is_held: bool = False
    is_first: bool = False
    is_last: bool = False


@dataclass(frozen=True, slots=True)
class Tie:
    """An edge: it leaves ``leaves`` below the source's top and enters ``enters`` below the target's.

    ``line``: how far below the source's top the line runs that the source itself stands on.
    """

    source: str
    leaves: int
    target: str
    enters: int
    line: int


@dataclass(frozen=True, slots=True)
class Gaps:
    """Free room: between ranks with few bends, for each few bends more, between neighbours, between parts."""

    rank: int = 48
    bends: int = 24
    across: int = 40
    lane: int = 24
    parts: int = 64


@dataclass(frozen=True, slots=True)
class Sheet:
    """A set of boxes with their ties, in the order in which they are read."""

    boxes: Mapping[str, Box]
    ties: Sequence[Tie]
    gaps: Gaps = Gaps()


def snapped(value: float) -> int:
    """The nearest line of the grid."""
    return GRID * round(value / GRID)
