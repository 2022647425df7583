"""How people are taken to react: as this workspace's own people did, else as is usual. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Final

from app.engine.audience import SHOWN
from app.model.rehearsing import Habit, Rate

if TYPE_CHECKING:
    from datetime import datetime

    from app.model.rehearsing import Rates, Reacted

ENOUGH: Final = 50
"""Messages of a channel that have to be known before they say more than what is usual."""
_RANKS: Final = 11
"""Delays are kept as so many quantiles."""
FOLLOWS: Final[Mapping[str, Mapping[str, str]]] = {
    "email": {"clicked": "opened", "replied": "opened", "unsubscribed": "opened"},
    "rcs": {"opened": "delivered", "clicked": "opened", "replied": "opened"},
    "whatsapp": {"opened": "delivered", "clicked": "opened", "replied": "opened"},
    "telegram": {"opened": "delivered", "clicked": "opened", "replied": "opened"},
}
"""By channel: which reaction usually comes first."""
PURPOSES: Final = ("marketing", "transactional")

_MINUTE, _HOUR, _DAY = 60.0, 3600.0, 86_400.0
_READS: Final = (2 * _MINUTE, 20 * _MINUTE, _HOUR, 3 * _HOUR, 7 * _HOUR, 14 * _HOUR, 40 * _HOUR)
_THEN: Final = (5.0, 20.0, _MINUTE, 5 * _MINUTE)
_SOON: Final = (20.0, _MINUTE, 5 * _MINUTE, 30 * _MINUTE, 4 * _HOUR)
_VISITS: Final = (_HOUR, 6 * _HOUR, 20 * _HOUR, 30 * _HOUR, 50 * _HOUR, 96 * _HOUR)
_AT_ONCE: Final = (1.0, 5.0, 30.0)
_CHAT: Final = (
    Rate("delivered", 0.95, _AT_ONCE),
    Rate("opened", 0.0, _SOON, "delivered", 0.75),
    Rate("clicked", 0.0, _THEN, "opened", 0.12),
    Rate("replied", 0.0, _SOON, "opened", 0.05),
    Rate("unsubscribed", 0.005, _SOON),
)
USUAL: Final[Mapping[str, Sequence[Rate]]] = {
    "email": (
        Rate("bounced", 0.005, _AT_ONCE),
        Rate("machine:opened", 0.25, _AT_ONCE),
        Rate("opened", 0.3, _READS),
        Rate("clicked", 0.002, _READS, "opened", 0.09),
        Rate("replied", 0.0, _SOON, "opened", 0.01),
        Rate("unsubscribed", 0.0, _THEN, "opened", 0.006),
        Rate("complained", 0.0002, _READS),
    ),
    "sms": (
        Rate("bounced", 0.01, _AT_ONCE),
        Rate("delivered", 0.98, _AT_ONCE),
        Rate("clicked", 0.08, _SOON),
        Rate("replied", 0.01, _SOON),
        Rate("unsubscribed", 0.008, _SOON),
    ),
    "rcs": _CHAT,
    "whatsapp": _CHAT,
    "telegram": _CHAT,
    "popup": (
        Rate(SHOWN, 0.35, _VISITS),
        Rate("submitted", 0.05, (5.0, 15.0, 40.0)),
        Rate("clicked", 0.08, (3.0, 8.0, 20.0)),
        Rate("closed", 0.6, (2.0, 4.0, 10.0)),
    ),
    "chat": (Rate(SHOWN, 0.35, _VISITS), Rate("replied", 0.05, _SOON)),
    "task": (
        Rate("done", 0.6, (_HOUR, 4 * _HOUR, 24 * _HOUR)),
        Rate("not-reached", 0.3, (_HOUR, 4 * _HOUR, 24 * _HOUR)),
    ),
}
"""What is usual, by channel: said with every rehearsal that has to go by it."""
BUYS: Final = 0.1
"""Of those who follow a link, this share reaches the goal where no goal was ever recorded."""
BUYS_AFTER: Final = (5 * _MINUTE, 20 * _MINUTE, _HOUR, 6 * _HOUR, 30 * _HOUR)


def habits_of(messages: Iterable[Reacted]) -> list[Habit]:
    """How often, and how soon, people have reacted to these messages, by channel, purpose and reaction."""
    groups: dict[tuple[str, str], list[Reacted]] = defaultdict(list)
    for one in messages:
        groups[one.channel, one.purpose].append(one)
    found = []
    for (channel, purpose), waited in sorted(groups.items()):
        sent = [one for one in waited if one.sent_at is not None]
        if any(rate.reaction == SHOWN for rate in USUAL.get(channel, ())):
            delays = tuple(_seconds(one.queued_at, one.sent_at) for one in sent)
            found.append(Habit(channel, purpose, SHOWN, len(waited), len(sent), delays=delays))
        names = sorted({name for one in sent for name in one.reactions})
        found += [_habit(channel, purpose, name, sent) for name in names]
        if sent and not names:
            # Nobody ever did anything: that is known too.
            found.append(Habit(channel, purpose, "opened", len(sent), 0))
    return found


def _habit(channel: str, purpose: str, name: str, sent: Sequence[Reacted]) -> Habit:
    follows = FOLLOWS.get(channel, {}).get(name, "")
    times = [one for one in sent if name in one.reactions]
    both = [one for one in times if follows in one.reactions]
    base = sum(follows in one.reactions for one in sent)
    delays = tuple(
        _seconds(one.reactions.get(follows, one.sent_at or one.queued_at), one.reactions[name])
        for one in (both or times)
    )
    return Habit(channel, purpose, name, len(sent), len(times), base, len(both), delays)


def _seconds(since: datetime, until: datetime | None) -> float:
    return max((until - since).total_seconds(), 0.0) if until is not None else 0.0


def rates_of(habits: Iterable[Habit]) -> Rates:
    """For every channel and purpose what this workspace knows, or what is usual."""
    known: dict[tuple[str, str], list[Habit]] = defaultdict(list)
    for habit in habits:
        known[habit.channel, habit.purpose].append(habit)
    found: dict[tuple[str, str], Sequence[Rate]] = {}
    for channel, usual in USUAL.items():
        for purpose in PURPOSES:
            own = known.get((channel, purpose), ())
            enough = any(one.of >= ENOUGH for one in own)
            found[channel, purpose] = _from_history(usual, own) if enough else usual
    return found


def _from_history(usual: Sequence[Rate], habits: Sequence[Habit]) -> Sequence[Rate]:
    """Reactions that nobody ever had do not come: the history is long enough to have had them."""
    delays = {rate.reaction: rate.delays for rate in usual}
    return tuple(
        _rate(one, delays.get(one.reaction, _SOON)) for one in sorted(habits, key=_name) if one.times
    )


def _name(habit: Habit) -> str:
    return habit.reaction


def _rate(habit: Habit, usual: tuple[float, ...]) -> Rate:
    delays = quantiles(habit.delays) or usual
    follows = FOLLOWS.get(habit.channel, {}).get(habit.reaction, "")
    if not follows or not habit.base:
        return Rate(habit.reaction, habit.times / habit.of, delays, of=habit.of)
    others = habit.of - habit.base
    alone = (habit.times - habit.both) / others if others > 0 else 0.0
    return Rate(habit.reaction, alone, delays, follows, habit.both / habit.base, habit.of)


def quantiles(delays: Sequence[float]) -> tuple[float, ...]:
    """Evenly spaced ranks of these delays, the shortest first."""
    if not delays:
        return ()
    ranked = sorted(max(one, 0.0) for one in delays)
    last = len(ranked) - 1
    return tuple(ranked[round(last * rank / (_RANKS - 1))] for rank in range(_RANKS))
