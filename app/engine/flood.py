"""When a flow breaks so often that it pauses itself (promise 6): pure counting, flow by flow.

Two things are counted apart: how its deciders do, and how its messages do that were sent. A channel that is
down is no fault of a flow and is not counted here.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

ERRORS: Final = 20
"""So many errors pause a flow while it has done less than a whole window."""
WINDOW: Final = 500
SHARE: Final = 0.05
"""And afterwards this share of its last window."""
DECIDED: Final = "broken"
SENT: Final = "errors"

Outcome = tuple[int, str, str]
"""Flow, ``DECIDED`` or ``SENT``, and the error's name; empty when all was well."""
_Key = tuple[int, str]


@dataclass(frozen=True, slots=True)
class Window:
    """The last outcomes of one flow, the oldest first: True for an error."""

    errors: tuple[bool, ...] = ()

    def after(self, more: Iterable[bool]) -> Window:
        """The window when these have come too."""
        more = tuple(more)
        if len(self.errors) == WINDOW and not any(more) and not any(self.errors):
            return self  # where all was well nothing moves
        return Window((*self.errors, *more)[-WINDOW:])

    @property
    def floods(self) -> bool:
        """Whether the flow has to pause."""
        most = WINDOW * SHARE if len(self.errors) >= WINDOW else ERRORS
        return sum(self.errors) >= most


class Tally:
    """What one transaction adds."""

    def __init__(self, before: Mapping[_Key, Window]) -> None:
        self._before = before
        self.added: dict[_Key, list[bool]] = defaultdict(list)
        self.over: dict[int, str] = {}
        """Flows that have to pause, with the reason."""

    def take(self, outcomes: Sequence[Outcome]) -> None:
        """Counts further outcomes."""
        for flow_id, what, error in outcomes:
            added = self.added[flow_id, what]
            added.append(bool(error))
            if error and self._before.get((flow_id, what), Window()).after(added).floods:
                self.over.setdefault(flow_id, f"{what}: {error}")


class Floods:
    """What all transactions of this process have counted. May be shared by threads."""

    def __init__(self) -> None:
        self._windows: dict[_Key, Window] = {}
        self._lock = threading.Lock()

    def tally(self) -> Tally:
        """For one transaction."""
        with self._lock:
            return Tally(dict(self._windows))

    def keep(self, tally: Tally) -> None:
        """The transaction is committed. A flow that has paused begins anew."""
        with self._lock:
            for (flow_id, what), added in tally.added.items():
                if flow_id in tally.over:
                    self._windows.pop((flow_id, what), None)
                else:
                    self._windows[flow_id, what] = self._windows.get((flow_id, what), Window()).after(added)
