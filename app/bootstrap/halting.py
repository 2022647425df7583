"""What stops everything, told in a sentence, and how it is let go again: the clock and the brake."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from app.bootstrap.drawing import plural
from app.engine.halts import BRAKE
from app.engine.keeper import DOWN, KEEPER
from app.engine.watch import CLOCK, Found
from app.model.desk import Halt, HaltKind

if TYPE_CHECKING:
    from datetime import tzinfo

    from app.bootstrap.workspace import Workspace

_UNITS: Final = ((timedelta(days=1), "day"), (timedelta(hours=1), "hour"), (timedelta(minutes=1), "minute"))


def halt_of(workspace: Workspace) -> str:
    """Why nothing is sent at all, and what to do; empty when nothing stops it."""
    kept = workspace.store.numbers.remembered(BRAKE)
    if kept is not None:
        return brake_sentence(kept, workspace.zone)
    doubt = workspace.store.numbers.remembered(CLOCK)
    if doubt is not None:
        return clock_sentence(doubt, workspace.clock.now(), workspace.zone)
    return DOWN if workspace.store.numbers.remembered(KEEPER) is not None else ""


def look(workspace: Workspace) -> Halt | None:
    """What stops everything, for the window."""
    numbers = workspace.store.numbers
    kept = numbers.remembered(BRAKE)
    if kept is not None:
        kind = HaltKind.RELEASING if "release" in kept else HaltKind.BRAKE
        return Halt(kind, datetime.fromisoformat(kept["since"]))
    doubt = numbers.remembered(CLOCK)
    if doubt is None:
        return None
    off = timedelta(seconds=doubt["off"]) if doubt["off"] is not None else None
    is_ahead = off > timedelta(0) if off is not None else doubt["found"] == Found.AHEAD
    return Halt(HaltKind.CLOCK, off=off, is_ahead=is_ahead)


def brake_sentence(kept: dict[str, Any], zone: tzinfo) -> str:
    """Since when the brake is on, and how it is let go."""
    since = datetime.fromisoformat(kept["since"])
    if "release" in kept:
        return "The brake is being released; sending goes on in a moment."
    return (
        f"The brake is on since {_date(since, zone)}: nothing is sent. “chainwright brake --release send” "
        "sends what was taken back after all, “--release drop” drops it."
    )


def clock_sentence(doubt: dict[str, Any], now: datetime, zone: tzinfo) -> str:
    """Why the clock of this machine is not trusted, and what to do."""
    if doubt["off"] is not None:
        way = "forward" if doubt["off"] > 0 else "back"
        why = f"This computer's clock was set {way} by {_length(abs(doubt['off']))}."
    elif doubt["found"] == Found.AHEAD:
        why = f"This computer's clock says {_date(now, zone)}, more than a year after it was last seen right."
    else:
        why = f"This computer's clock says {_date(now, zone)}, which is in the past."
    return (
        f"{why} Nothing is sent until it is right again; if it is right now, say so with "
        "“chainwright resume --clock”."
    )


def _date(now: datetime, zone: tzinfo) -> str:
    local = now.astimezone(zone)
    return f"{local.day} {local:%B %Y, %H:%M}"


def _length(seconds: float) -> str:
    for unit, name in _UNITS:
        count = round(timedelta(seconds=seconds) / unit)
        if count >= 1:
            return plural(count, name)
    return plural(round(seconds), "second")
