"""Python's search for circles of dead values, put off while very many are made that all stay."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

_MOST: Final = 1_000_000


class _Kept:
    """About how many values no search has looked at since all were looked at."""

    count = 0


@contextmanager
def later() -> Iterator[None]:
    """Nothing is searched inside; a fifth of opening a large drawing went into it, and nothing was found.

    What was made stays as long as the drawing does, and later searches do not look at it either. Once so much
    has been kept that drawings closed long ago may be among it, one search looks at everything.
    """
    was_on = gc.isenabled()
    if was_on and _Kept.count > _MOST:
        look_at_all()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            _Kept.count += gc.get_count()[0]
            gc.freeze()
            gc.enable()


def look_at_all() -> None:
    """Searches everything, also what was kept."""
    gc.unfreeze()
    gc.collect()
    _Kept.count = 0
