"""Chance that is the same for ever: which way of a ``split`` a contact goes, over versions and restarts."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping, Sequence
from typing import Any, Final

from app.model.kinds import HOLD_OUT

_STEPS: Final = 1 << 64


def share(*parts: object) -> float:
    """A number between 0 and 1, neither of them, evenly spread and always the same for the same parts."""
    text = "\x1f".join(str(part) for part in parts)
    drawn = int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest())
    return (drawn + 0.5) / (_STEPS + 1)


def arm_of(
    flow_id: int, node_id: str, contact_id: int, arms: Sequence[Mapping[str, Any]], hold_out: float = 0
) -> str:
    """The name of the way that this contact goes.

    Each arm draws for itself, and the best draw wins: whoever goes another way when an arm comes in goes by
    that one, and nobody else moves. Held out is drawn apart, so that a larger share of it mixes up no arms.
    """
    place = (flow_id, node_id, contact_id)
    if share(*place, "hold-out") * 100 < hold_out:
        return HOLD_OUT.name
    drawn = [
        (-math.log(share(*place, "arm", arm["name"])) / arm["weight"], str(arm["name"]))
        for arm in arms
        if arm["weight"] > 0
    ]
    # Without an arm that anybody takes it cannot be published.
    return min(drawn, default=(0.0, HOLD_OUT.name))[1]
