"""The journal, and the counters that are kept beside the rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from app.model.journey import CountKey, JournalLine
from app.store.dialects import Query, Words
from app.store.events import EventPart
from app.store.journals import WRITE, row_of
from app.store.tables import counter


def _count(words: Words) -> Any:
    new = words.insert(counter)
    return new.on_conflict_do_update(
        index_elements=["flow_id", "version_id", "node", "name", "hour"],
        set_={"count": counter.c.count + new.excluded.count},
    )


COUNT = Query(_count, *counter.c.keys())


class CounterPart(EventPart):
    """The part of a transaction that keeps books."""

    def _write_journal(self, lines: Iterable[JournalLine]) -> None:
        self._session.many(WRITE, [row_of(line) for line in lines])

    def _write_counts(self, counts: Mapping[CountKey, int]) -> None:
        rows = [
            (key.flow_id, key.version_id, key.node, key.name, key.hour, count)
            for key, count in counts.items()
            if count
        ]
        self._session.many(COUNT, rows)
