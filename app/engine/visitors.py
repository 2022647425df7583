"""Visitors that nobody knows yet: noted while they come, and forgotten when they stay away (rule 19)."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from app.engine.merge import is_known

if TYPE_CHECKING:
    from app.engine.session import Session
    from app.model.people import Contact

QUIET: Final = timedelta(days=30)
_ASK_AGAIN: Final = timedelta(days=1)
_VISITOR: Final = "visitor"


def note(session: Session, contact: Contact) -> None:
    """Something came from this contact: one whom only a browser tells is noted."""
    if _VISITOR in contact.addresses and not is_known(contact):
        session.changes.seen[contact.id] = session.now


def forget_quiet(session: Session, limit: int) -> int:
    """Takes away visitors who have not been seen for 30 days, but for those inside a flow: they are asked
    again a day later. Answers how many were looked at."""
    ids = session.tx.quiet_anonymous(session.now - QUIET, limit)
    session.tx.forget(ids, session.now)
    for contact in session.tx.contacts(ids).values():
        if not contact.erased:
            session.changes.seen[contact.id] = session.now - QUIET + _ASK_AGAIN
    return len(ids)
