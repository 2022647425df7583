"""When a message that could not be sent is tried again: a pure decision, stored with the row."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

_FIRST: Final = (timedelta(minutes=5), timedelta(minutes=15), timedelta(minutes=60))
_LONGEST: Final = timedelta(hours=4)
_GIVE_UP: Final = timedelta(days=3)


def next_try(attempts: int, due_at: datetime, now: datetime) -> datetime | None:
    """The next moment after ``attempts`` tries (at least 1) failed; None when it is time to give up.

    5, 15 and 60 minutes, then doubling to 4 hours; no try later than 3 days after it was due, but the first
    three whenever they come: what waited for a machine or a person is not given up at the first refusal.
    """
    if attempts <= len(_FIRST):
        return now + _FIRST[attempts - 1]
    # The exponent is bounded so that a huge count of tries cannot overflow.
    pause = min(_FIRST[-1] * 2 ** min(attempts - len(_FIRST), 8), _LONGEST)
    moment = now + pause
    return moment if moment <= due_at + _GIVE_UP else None
