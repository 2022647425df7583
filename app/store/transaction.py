"""The engine's transaction over SQL: every noun's part, and the one place where all is written."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from app.store.archives import ArchivePart
from app.store.errors import is_of_store
from app.store.folding import fold

if TYPE_CHECKING:
    from app.model.journey import Changes


class SqlTransaction(ArchivePart):
    """``app.model.ports.Transaction`` over one open connection."""

    def failed(self, error: Exception) -> bool:
        return is_of_store(error, self._session.words.dialect.dbapi)

    def write(self, changes: Changes) -> Sequence[int]:
        folded = fold(changes)
        lost = [*folded.lost, *self._write_journeys(folded.started, folded.moved)]
        kept = folded.without(lost) if lost else folded
        self._write_messages(kept.queued, kept.messages)
        self._write_reactions((*kept.queued, *kept.messages), self._heard)
        self._write_journal(kept.journal)
        self._write_counts(changes.counts)
        self._write_contacts(changes.contacts)
        self._write_consents(changes.consents)
        self.write_suppressed(changes.suppressed)
        self._write_armings(changes.armed, changes.disarmed)
        self._write_paused(flow_id for flow_id, _ in changes.paused)
        self._write_waiting(changes)
        self._write_limits(changes)
        self._write_shifts(changes.shifts, changes.shifted)
        return sorted(set(lost))
