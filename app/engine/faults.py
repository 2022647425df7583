"""Named gaps around every commit. Inert in life; a test that crashes the program there finds out what
survives."""

from __future__ import annotations

import os
import time
from typing import Final

COMMITS: Final = (
    "lease",
    "clock",
    "clock-answered",
    "tick",
    "dispatch",
    "recover",
    "late-receipts",
    "ingest",
    "enter",
    "stop",
    "decide-held",
    "shown",
    "cannot-be-made",
    "dismiss",
    "first-send",
    "shift",
    "take-back",
    "shift-end",
    "segment",
    "prepare",
    "ask-everybody",
    "catch-up",
    "take-stock",
    "entries",
    "tidy",
    "try-parked",
    "brake",
    "keeper",
)
"""Every kind of transaction that the engine writes, by the name it gives to ``Context.session``."""
GAPS: Final = ("before-commit", "committed")
POINTS: Final = (
    *(f"{commit}.{gap}" for commit in COMMITS for gap in GAPS),
    "dispatch.sending",  # before the first byte goes out
    "dispatch.answered",  # the channel has said yes, and nothing of it is stored
)
_VARIABLE: Final = "CHAINWRIGHT_FAULT"
"""``POINT:exit``, ``POINT:throw`` or ``POINT:sleep``, only read when the program starts."""


class FaultError(Exception):
    """Thrown at a fault point by a test."""


class Faults:
    """Does what the environment asked for at one point, the ``after``-th time it is passed."""

    def __init__(self, order: str = "", after: int = 1) -> None:
        self._point, _, self._deed = order.partition(":")
        self._left = after
        if self._point and self._point not in POINTS:
            message = f"there is no fault point “{self._point}”"
            raise ValueError(message)

    @classmethod
    def from_environment(cls) -> Faults:
        """What a test asked of this process; nothing in life."""
        order, _, after = os.environ.get(_VARIABLE, "").partition("@")
        return cls(order, int(after or 1))

    def point(self, name: str) -> None:
        """Passes a gap."""
        if name != self._point:
            return
        self._left -= 1
        if self._left:
            return
        if self._deed == "exit":
            os._exit(86)
        if self._deed == "sleep":
            time.sleep(0.2)
        else:
            raise FaultError(name)
