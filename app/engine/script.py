"""What happens to people in a rehearsal: the recorded days once more, or what has to be assumed. Pure.

A replay plays the recorded events at their own moments. A look ahead plays them again in the days to come,
whole weeks later, so that a Monday stays a Monday.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from app.engine.chance import share
from app.engine.outside import ByHand, Happening, Written
from app.model.people import Consent, Event

if TYPE_CHECKING:
    from datetime import datetime, tzinfo

    from app.engine.plan import Plan
    from app.model.journey import Message
    from app.model.rehearsing import Lives, RehearsalOptions

_DAY: Final = timedelta(days=1)
_WEEK: Final = 7
_BY_HAND_AT: Final = 10
"""At this hour of its first day people are put in by hand."""
_IMPORT: Final = "import"
_AGAIN: Final = "~"
"""Behind the key of what happens once more: another basket, not the old one."""


@dataclass(frozen=True, slots=True)
class Span:
    """The time of a rehearsal, and the recorded time that it plays."""

    start: datetime
    until: datetime
    shift: timedelta = timedelta(0)
    """So much earlier all of it was recorded; nothing for a replay."""

    @property
    def recorded(self) -> tuple[datetime, datetime]:
        """From when until when what is played was recorded."""
        return self.start - self.shift, self.until - self.shift


def span_of(options: RehearsalOptions, now: datetime, zone: tzinfo) -> Span:
    """A replay ends now; a look ahead begins with the next day of the workspace."""
    length = timedelta(days=options.days)
    if options.replay:
        start = options.start or now - length
        return Span(start, start + length)
    start = options.start or _next_day(now, zone)
    weeks = -(-(options.days + max((start - now).days, 0) + 1) // _WEEK)
    return Span(start, start + length, timedelta(weeks=weeks))


def _next_day(now: datetime, zone: tzinfo) -> datetime:
    local = now.astimezone(zone) + _DAY
    return local.replace(hour=0, minute=0, second=0, microsecond=0, fold=0).astimezone(now.tzinfo)


def asked_names(plans: Iterable[Plan], rules: Iterable[str] = ()) -> frozenset[str]:
    """Names of all events that these versions may ask for; ``rules``: those that segments ask for."""
    found = set(rules)
    for plan in plans:
        found |= {*plan.entries, *(ending.event for ending in plan.endings), *plan.asked_events}
    return frozenset(found)


# --- what was before ------------------------------------------------------------------------------------


def known(lives: Lives, span: Span) -> list[Event]:
    """What had happened when the rehearsal begins."""
    return [event for event in lives.events if event.at < span.start]


def agreed(consents: Sequence[Consent], span: Span) -> list[Consent]:
    """What had been said to consents by then; what was imported was true before anybody knows when."""
    before = span.start - timedelta(microseconds=1)
    return [
        replace(one, at=min(one.at, before))
        for one in consents
        if one.at < span.start or one.source == _IMPORT
    ]


def said_before(lives: Lives, span: Span) -> list[Message]:
    """What other flows had said by then."""
    return [one for one in lives.messages if one.sent_at is not None and one.sent_at < span.start]


# --- what happens ---------------------------------------------------------------------------------------


def script_of(lives: Lives, span: Span, keys: Sequence[str]) -> list[Happening]:
    """What happens to these people, in its order. ``keys`` are the properties that part journeys."""
    found = [
        *_events(lives, span, keys),
        *_consents(lives, span),
        *_suppressed(lives, span),
        *_messages(lives, span),
    ]
    return sorted(found, key=_turn)


def _turn(happening: Happening) -> tuple[datetime, int, str]:
    """The order of one moment hangs on who and what, not on how it was read."""
    deed = happening.deed
    if isinstance(deed, Event):
        return happening.at, deed.contact_id or 0, deed.source_id
    return happening.at, 0, ""


def _events(lives: Lives, span: Span, keys: Sequence[str]) -> Iterator[Happening]:
    first, last = span.recorded
    for event in lives.events:
        if first <= event.at < last and not event.history:
            yield Happening(event.at + span.shift, _again(event, span.shift, keys))


def _again(event: Event, shift: timedelta, keys: Sequence[str]) -> Event:
    """The event as it is played."""
    if not shift:
        return event
    anew = {key: f"{event.properties[key]}{_AGAIN}" for key in keys if event.properties.get(key) is not None}
    properties = {**event.properties, **anew} if anew else event.properties
    return replace(event, at=event.at + shift, source_id=f"{event.source_id}{_AGAIN}", properties=properties)


def _consents(lives: Lives, span: Span) -> Iterator[Happening]:
    for one in lives.people:
        for consent in one.consents:
            if span.start <= consent.at < span.until and consent.source != _IMPORT:
                yield Happening(consent.at, Written(consents=((one.id, consent),)))


def _suppressed(lives: Lives, span: Span) -> Iterator[Happening]:
    for one in lives.suppressed:
        if span.start <= one.at < span.until:
            yield Happening(one.at, Written(suppressed=(one,)))


def _messages(lives: Lives, span: Span) -> Iterator[Happening]:
    first, last = span.recorded
    for one in lives.messages:
        if one.sent_at is not None and first <= one.sent_at < last:
            at = one.sent_at + span.shift
            # In time to come it is another message than the recorded one.
            yield Happening(
                at, Written(messages=(replace(one, id=-one.id if span.shift else one.id, sent_at=at),))
            )


# --- what has to be assumed -----------------------------------------------------------------------------


def assumed_comings(
    plan: Plan, people: Sequence[int], span: Span, seed: int, sample: Mapping[str, Any]
) -> list[Happening]:
    """Everybody comes in once, at some moment of the time: for a flow whose events never happened yet."""
    name = next(iter(plan.entries), "")
    if not name:
        return []
    seconds = (span.until - span.start).total_seconds()
    found = []
    for contact_id in people:
        at = span.start + timedelta(seconds=int(share(seed, contact_id, "comes") * seconds))
        key = {plan.key: f"rehearsal-{contact_id}"} if plan.key else {}
        source = f"rehearsal:comes:{contact_id}"
        event = Event(name, at, source, contact_id=contact_id, properties={**sample, **key})
        found.append(Happening(at, event))
    return sorted(found, key=_turn)


def by_hand(plan: Plan, name: str, people: Sequence[int], span: Span, zone: tzinfo) -> list[Happening]:
    """These people are put in on the first day, where the flow has a door for that."""
    if plan.manual_entry() is None or not people:
        return []
    morning = span.start.astimezone(zone).replace(hour=_BY_HAND_AT, minute=0, second=0, microsecond=0)
    at = max(morning.astimezone(span.start.tzinfo), span.start)
    return [Happening(at, ByHand(name, tuple(people)))]
