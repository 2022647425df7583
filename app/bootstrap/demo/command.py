"""The command ``demo``: played in the window, or without a display in the terminal."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING

from app.bootstrap.demo import headless, played
from app.bootstrap.display import has_display
from app.model.errors import UserError

if TYPE_CHECKING:
    from argparse import Namespace

    from app.bootstrap.outcome import Outcome

_FEWEST, _MOST = 20, 5_000


def do_demo(chosen: Namespace) -> Outcome:
    """Without a display, or when asked, a crowd plays it; else a person does."""
    if chosen.visitors < _FEWEST:
        raise UserError(f"The crowd needs at least {_FEWEST} visitors.")
    if chosen.visitors > _MOST:
        raise UserError(f"The crowd has room for at most {_MOST:,} visitors.")
    if not 1 <= chosen.speed < math.inf:
        raise UserError("The clock of the demo cannot run slower than the wall's: --speed is at least 1.")
    if chosen.headless or not has_display():
        return headless.play(chosen)
    return played.play(chosen, Path(chosen.workspace) if chosen.workspace else None)
