"""Public holidays, from the tables of the package ``holidays``."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import lru_cache


@lru_cache(maxsize=32)
def public_holidays(region: str, years: tuple[int, ...]) -> frozenset[date] | None:
    """The days of a region such as ``DE`` or ``DE-BY``; None when there is no table for it."""
    country, _, part = region.upper().partition("-")
    try:
        # Loaded only where days are asked for: it takes a tenth of a second.
        import holidays

        found: Iterable[date] = holidays.country_holidays(country, subdiv=part or None, years=years)
    except (ImportError, NotImplementedError):
        return None
    return frozenset(found)
