"""Who is in a segment: its rule asked about a contact, and when time alone may change the answer. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from app.engine.facts import Facts, counts_until
from app.model.conditions import holds, parts
from app.model.flow import EMPTY
from app.model.people import Actor

if TYPE_CHECKING:
    from datetime import datetime

    from app.model.people import Contact, StoredEvent

Rule = Mapping[str, Any]


def facts_of(contact: Contact, stored: Sequence[StoredEvent], now: datetime) -> Facts:
    """What can be asked about a contact who is in no journey."""
    return Facts(contact, EMPTY, now, stored=stored, now=now)


def events_in(rules: Iterable[Rule]) -> frozenset[str]:
    """Names of the events that these rules ask for."""
    return frozenset(part["event"] for rule in rules for part in parts(rule) if "event" in part)


def next_change(rule: Rule, facts: Facts, now: datetime) -> datetime | None:
    """The first moment after ``now`` at which the rule may answer otherwise though nothing happens: too few
    of the events that it wants are recent enough then. None when it stays as it is.

    An event that is dated ahead counts from when it is known on, so nothing ever comes within reach by time.
    """
    moments = [moment for part in parts(rule) if "event" in part if (moment := _too_few_at(part, facts))]
    return min((moment for moment in moments if moment > now), default=None)


def _too_few_at(part: Rule, facts: Facts) -> datetime | None:
    """When fewer events than wanted are left in the range; None when there is no such moment."""
    since, wanted = part.get("since", "ever"), int(part.get("times", 1))
    if since == "ever":
        return None
    left = sorted(counts_until(event.at, since) for event in facts.stored if _fits(part, event, facts))
    return left[-wanted] if len(left) >= wanted else None


def _fits(part: Rule, event: StoredEvent, facts: Facts) -> bool:
    if event.name != part["event"] or event.actor is Actor.MACHINE:
        return False
    facts.looked_at = event.properties
    where = part.get("where")
    return where is None or holds(where, facts)
