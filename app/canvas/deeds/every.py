"""All deeds, in the order of a menu. A new command is a row in one of these modules."""

from __future__ import annotations

from typing import Final

from app.canvas.deeds import (
    adding,
    aligning,
    arranging,
    chaining,
    clip,
    collapsing,
    connecting,
    counting,
    history,
    papering,
    picturing,
    selecting,
    viewing,
    walking,
)
from app.canvas.deeds.base import Deed

ALL: Final[tuple[Deed, ...]] = (
    *history.DEEDS,
    *clip.DEEDS,
    *adding.DEEDS,
    *chaining.DEEDS,
    *selecting.DEEDS,
    *arranging.DEEDS,
    *aligning.DEEDS,
    *papering.DEEDS,
    *collapsing.DEEDS,
    *viewing.DEEDS,
    *picturing.DEEDS,
    *counting.DEEDS,
    *connecting.DEEDS,
    *walking.DEEDS,
)
