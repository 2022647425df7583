"""What stops everything: the brake, and a clock that nobody can trust.

Asked in every transaction that decides by the clock or sends.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from app.engine.watch import CLOCK

if TYPE_CHECKING:
    from app.model.ports import Transaction

BRAKE: Final = "brake"
HALTS: Final = (BRAKE, CLOCK)
"""Names under which the engine remembers them."""


def is_halted(tx: Transaction) -> bool:
    """Whether nothing may be sent, and nothing decided by the clock."""
    return any(tx.machine(name) is not None for name in HALTS)
