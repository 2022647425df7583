"""The numbers of a flow that stand on its drawing."""

from __future__ import annotations

from collections.abc import Mapping

from app.model.flow import EMPTY
from app.model.frozen import dataclass


@dataclass(frozen=True, slots=True)
class Counts:
    """Numbers of one flow, summed over its versions."""

    here: Mapping[str, int] = EMPTY
    """People at each node now."""
    edges: Mapping[tuple[str, str], int] = EMPTY
    """Walks of (node, outlet)."""
    names: Mapping[tuple[str, str], int] = EMPTY
    """Every counter by (node, name)."""
    inside: int = 0
    entered: int = 0
    goals: int = 0
