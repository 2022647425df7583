"""The weights of a split as people read them: so many of a hundred."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from app.model.flow import Node

WHOLE: Final = 100.0
_FINE: Final = 10
"""A share is kept to a tenth of a percent."""


def held_out(value: object) -> float:
    """How many percent get none of it; 0 for what is no number."""
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return min(WHOLE, max(0.0, float(value))) if is_number and isinstance(value, (int, float)) else 0.0


def weight_of(arm: object) -> float:
    """The weight of one arm; 0 for one that cannot be read."""
    weight = arm.get("weight") if isinstance(arm, Mapping) else None
    is_number = isinstance(weight, (int, float)) and not isinstance(weight, bool)
    return max(0.0, float(weight)) if is_number and isinstance(weight, (int, float)) else 0.0


def shares(weights: Sequence[float], hold_out: float = 0) -> list[float]:
    """How many percent of everybody go by each."""
    whole = sum(weights)
    left = WHOLE - hold_out
    return [left * weight / whole if whole else 0.0 for weight in weights]


def share_of(node: Node, outlet: str) -> float | None:
    """How many percent of everybody leave a split by this outlet; None where that is not said."""
    hold_out = held_out(node.settings.get("hold_out"))
    if outlet == "hold-out":
        return hold_out
    arms: Any = node.settings.get("arms")
    listed = arms if isinstance(arms, (list, tuple)) else ()
    named = [arm.get("name") if isinstance(arm, Mapping) else None for arm in listed]
    if outlet not in named:
        return None
    return shares([weight_of(arm) for arm in listed], hold_out)[named.index(outlet)]


def with_share(weights: Sequence[float], place: int, percent: float, hold_out: float = 0) -> list[float]:
    """Weights with which so many percent of everybody go by the arm at ``place``; the others share what is
    left as they did before. Together they are the percents that are shown."""
    most = WHOLE - hold_out
    own = min(most, max(0.0, percent))
    others = [weight for number, weight in enumerate(weights) if number != place]
    if not others:
        return [own or most]
    if not sum(others):
        others = [1.0] * len(others)
    parts = _rounded([(most - own) * weight / sum(others) for weight in others])
    return [*parts[:place], round(own, 3), *parts[place:]]


def _rounded(parts: Sequence[float]) -> list[float]:
    """To a tenth, without losing any of the sum: the largest rests are rounded up."""
    fine = [part * _FINE for part in parts]
    whole = [int(part) for part in fine]
    missing = round(sum(fine)) - sum(whole)
    by_rest = sorted(range(len(fine)), key=lambda place: whole[place] - fine[place])
    for place in by_rest[:missing]:
        whole[place] += 1
    return [part / _FINE for part in whole]
