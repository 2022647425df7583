"""The journal, and the counters that are kept beside the rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import bindparam, insert

from app.model.journey import CountKey, JournalLine
from app.store.dialects import Query, Words
from app.store.events import EventPart
from app.store.tables import counter, journal
from app.store.types import micros, to_json

_LINE = tuple(name for name in journal.c.keys() if name != "id")  # noqa: SIM118
_WRITE = Query(lambda _: insert(journal).values({name: bindparam(name) for name in _LINE}), *_LINE)


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
        rows = [
            (
                line.journey_id,
                line.contact_id,
                line.flow_id,
                line.step,
                micros(line.at),
                line.node,
                line.what,
                line.outlet,
                to_json(line.data),
            )
            for line in lines
        ]
        self._session.many(_WRITE, rows)

    def _write_counts(self, counts: Mapping[CountKey, int]) -> None:
        rows = [
            (key.flow_id, key.version_id, key.node, key.name, key.hour, count)
            for key, count in counts.items()
            if count
        ]
        self._session.many(COUNT, rows)
