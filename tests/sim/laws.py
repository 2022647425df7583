"""What must be so when a message goes out, read from the design and not from the policy.

Each law is a function of its own: it gets the moment and one message, and says what is wrong with it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import Final

from app.model.durations import parse_duration
from app.model.journey import FlowState, Journey, Message, MessageState
from app.model.kinds import Kind
from app.model.rules import Rules, Window
from tests.sim.books import OVER, Books
from tests.sim.people import Whereabouts

RUNNING: Final = (FlowState.LIVE, FlowState.CLOSED)


@dataclass(frozen=True, slots=True)
class Going:
    """One message that goes out now, and how it stood before."""

    message: Message
    before: Message
    kind: Kind


@dataclass
class Moment:
    """All that a law may look at."""

    books: Books
    now: datetime
    passed: float
    """Seconds of the clock that nobody can set."""
    rules: Rules
    zone: tzinfo
    where: Whereabouts
    out: Traffic
    stood: Mapping[int, Journey | None]
    """The journeys that this transaction has moved, as they were before."""


@dataclass(frozen=True, slots=True)
class Gone:
    """One try that was not given back."""

    message_id: int
    passed: float
    day: int
    address: str


class Traffic:
    """What went out by each channel, as far as it counts."""

    def __init__(self) -> None:
        self._gone: dict[str, list[Gone]] = {}
        self._begun: dict[str, float] = {}
        """Since when there is a limit of this name: what went out before does not count for it."""

    def limit_by(self, rules: Rules, passed: float) -> None:
        """From now on there are these limits."""
        names = [f"day {channel}" for channel in rules.ceilings]
        names += [f"rate {channel} {one.seconds}" for channel, all_ in rules.rates.items() for one in all_]
        names += ["domain"] if rules.sending_domain else []
        names += ["warm-up"] if rules.sending_domain and rules.warm_up is not None else []
        self._begun = {name: self._begun.get(name, passed) for name in names}

    def add(self, channel: str, one: Gone) -> None:
        self._gone.setdefault(channel, []).append(one)

    def give_back(self, channel: str, message_id: int) -> None:
        """The last try of this message did not go out."""
        gone = self._gone.get(channel, [])
        for place in range(len(gone) - 1, -1, -1):
            if gone[place].message_id == message_id:
                del gone[place]
                return

    def within(self, channel: str, since: float, name: str) -> int:
        begun, found = self._begun.get(name, -1.0), 0
        for one in reversed(self._gone.get(channel, ())):
            if one.passed <= since or one.passed <= begun:
                break
            found += 1
        return found

    def on_day(self, channel: str, day: int, name: str) -> list[Gone]:
        begun = self._begun.get(name, -1.0)
        return [one for one in self._gone.get(channel, ()) if one.day == day and one.passed > begun]


Law = Callable[[Moment, Going], Iterator[str]]


def advertises(going: Going) -> bool:
    return going.kind.policy == "person" and going.message.purpose == "marketing"


# --- whoever gets it ---------------------------------------------------------------------------------------


def goes_only_where_its_journey_stands(moment: Moment, going: Going) -> Iterator[str]:
    """Rules 8 and 9: nothing after the end, nothing of a node that was left."""
    if not going.message.is_notice and not moment.books.stands_at(going.message):
        yield f"its journey stands elsewhere: {moment.books.journeys[going.message.journey_id]}"


def is_shown_only_where_its_journey_stood(moment: Moment, going: Going) -> Iterator[str]:
    """Rule 8: being shown may be all that the journey waited for, and it goes on in the same transaction."""
    id_ = going.message.journey_id
    stood = moment.stood.get(id_, moment.books.journeys[id_])
    if stood is None or stood.state in OVER or stood.message_id != going.message.id:
        yield f"its journey stood elsewhere: {stood}"


def goes_only_by_flows_that_run(moment: Moment, going: Going) -> Iterator[str]:
    """Rule 21, the brake and a clock in doubt."""
    state = moment.books.states[going.message.flow_id]
    if state not in RUNNING:
        yield f"its flow is {state}"
    yield from (
        f"the {name} is on" for name in ("brake", "clock") if moment.books.machine.get(name) is not None
    )


def goes_only_with_consent(moment: Moment, going: Going) -> Iterator[str]:
    """Channel and topic; transactional needs none."""
    if going.kind.needs_consent and advertises(going):
        channel, topic = going.message.channel, moment.books.topic(going.message)
        if moment.books.agrees(going.message.contact_id, channel, topic) is not True:
            yield f"no consent for {channel} {topic}"


def goes_to_an_address_that_may_be_used(moment: Moment, going: Going) -> Iterator[str]:
    """Never to one that is suppressed, and only to the contact's own."""
    if not going.kind.address:
        return
    own = moment.books.address(going.message.contact_id, going.kind.address)
    if own is None or own.value != going.message.address:
        yield f"{going.message.address} is not the contact's address: {own}"
    elif going.kind.policy == "person" and own in moment.books.suppressed:
        yield "a suppressed address"


def goes_to_nobody_who_is_gone(moment: Moment, going: Going) -> Iterator[str]:
    if going.message.contact_id in moment.books.gone:
        yield "the contact is erased"


# --- when it goes ------------------------------------------------------------------------------------------


def goes_in_the_hours_of_sending(moment: Moment, going: Going) -> Iterator[str]:
    """In every zone that the person may be in, and on no holiday; where there is no such hour, the shop's."""
    window = moment.rules.windows.get(going.message.channel)
    if window is None or not advertises(going):
        return
    zones = moment.where.zones(going.message.contact_id, moment.books)
    if not _has_common_hour(window, zones, moment.now):
        zones = (moment.zone,)
    for zone in zones:
        wall = moment.now.astimezone(zone)
        if not _is_open(wall, window, moment.rules):
            yield f"outside the hours of sending: {wall} in {zone}"


def _is_open(wall: datetime, window: Window, rules: Rules) -> bool:
    if wall.weekday() not in window.days or wall.date() in rules.holidays:
        return False
    return window.opens <= wall.time() < window.closes


def _has_common_hour(window: Window, zones: tuple[tzinfo, ...], now: datetime) -> bool:
    """By the quarters of an hour of a plain day, which is what all offsets are made of."""
    if len(zones) == 1:
        return True
    begin = now.replace(minute=0, second=0, microsecond=0)
    quarters = (begin + timedelta(minutes=15 * n) for n in range(4 * 24))
    return any(
        all(window.opens <= one.astimezone(zone).time() < window.closes for zone in zones) for one in quarters
    )


def goes_before_it_is_late(moment: Moment, going: Going) -> Iterator[str]:
    """Rule 12: what is late waits for a person, what is past its last moment fails."""
    late, before = going.message.late_at, going.message.before_at
    if late is not None and moment.now > late:
        yield f"it was late at {late}"
    if before is not None and moment.now > before:
        yield f"its last moment was {before}"


def goes_not_before_it_is_due(moment: Moment, going: Going) -> Iterator[str]:
    waits = [one for one in (going.before.due_at, going.before.next_try_at) if one is not None]
    if moment.now < max(waits):
        yield f"it is due at {max(waits)}"


def goes_inside_the_window_for_replies(moment: Moment, going: Going) -> Iterator[str]:
    """RCS: within 30 days of the person's last message; WhatsApp: within a day."""
    if not going.kind.window:
        return
    word = moment.books.words.get((going.message.contact_id, going.message.channel))
    if word is None or moment.now - word > _WINDOWS[going.kind.window]:
        yield f"the person last wrote at {word}"


_WINDOWS: Final = {"P30D": timedelta(days=30), "PT24H": timedelta(hours=24)}


# --- how much ----------------------------------------------------------------------------------------------


def goes_under_the_cap(moment: Moment, going: Going) -> Iterator[str]:
    cap, message = moment.rules.cap, going.message
    if not cap.most or not advertises(going) or going.kind.waits_on_page:
        return
    most = max(cap.most, cap.most_important) if message.priority == 1 else cap.most
    others = (moment.books.messages[id_] for id_ in moment.books.messages_of[message.contact_id])
    had = [
        one
        for one in others
        if one.id != message.id
        and one.purpose == "marketing"
        and one.channel not in ("popup", "chat", "task", "webhook", "notice")
        and (one.state is MessageState.SENDING or _was_sent(one, moment, cap.within))
    ]
    if len(had) >= most:
        yield f"the person has had {len(had)} of {most}"


def _was_sent(one: Message, moment: Moment, within: object) -> bool:
    length = within if hasattr(within, "after") else parse_duration(str(within))
    return one.sent_at is not None and length.after(one.sent_at, moment.zone) > moment.now


def goes_under_the_rates(moment: Moment, going: Going) -> Iterator[str]:
    """In any window, by a clock that nobody can set."""
    for rate in moment.rules.rates.get(going.message.channel, ()):
        channel = going.message.channel
        used = moment.out.within(channel, moment.passed - rate.seconds, f"rate {channel} {rate.seconds}")
        if used > rate.most:
            yield f"{used} of {rate.most} in {rate.seconds} s"


def goes_under_the_ceiling(moment: Moment, going: Going) -> Iterator[str]:
    """Rule 22."""
    channel = going.message.channel
    most = moment.rules.ceilings.get(channel)
    used = len(moment.out.on_day(channel, _day(moment), f"day {channel}"))
    if most and used > most:
        yield f"{used} of {most} today"


def goes_under_the_limits_of_receivers(moment: Moment, going: Going) -> Iterator[str]:
    """What our domain sends to a large receiver, and on its first days."""
    rules, message = moment.rules, going.message
    if message.channel != "email" or not rules.sending_domain or message.purpose != "marketing":
        return
    today = _as_far_as(message, moment.out.on_day("email", _day(moment), "domain"))
    most = rules.domains.get("gmail")
    to_gmail = [one for one in today if one.address.endswith("@gmail.com")]
    if most and message.address.endswith("@gmail.com") and len(to_gmail) > most:
        yield f"{len(to_gmail)} of {most} letters to Gmail today"
    if rules.warm_up is not None:
        days = (moment.now.astimezone(moment.zone).date() - rules.warm_up.since).days
        allowed = int(rules.warm_up.first * rules.warm_up.factor**days)
        gone = len(_as_far_as(message, moment.out.on_day("email", _day(moment), "warm-up")))
        if gone > allowed:
            yield f"{gone} of {allowed} letters of a new domain"


def _as_far_as(message: Message, gone: list[Gone]) -> list[Gone]:
    """Without what went out after it: what serves the person may go over a limit that was kept until then."""
    places = [place for place, one in enumerate(gone) if one.message_id == message.id]
    return gone[: places[-1] + 1] if places else gone


def _day(moment: Moment) -> int:
    return moment.now.astimezone(moment.zone).toordinal()


def day_of(now: datetime, zone: tzinfo) -> int:
    return now.astimezone(zone).toordinal()


LAWS: Final[tuple[Law, ...]] = (
    goes_only_where_its_journey_stands,
    goes_only_by_flows_that_run,
    goes_only_with_consent,
    goes_to_an_address_that_may_be_used,
    goes_to_nobody_who_is_gone,
    goes_in_the_hours_of_sending,
    goes_before_it_is_late,
    goes_not_before_it_is_due,
    goes_inside_the_window_for_replies,
    goes_under_the_cap,
    goes_under_the_rates,
    goes_under_the_ceiling,
    goes_under_the_limits_of_receivers,
)
PAGE_LAWS: Final[tuple[Law, ...]] = (
    is_shown_only_where_its_journey_stood,
    goes_only_by_flows_that_run,
    goes_to_nobody_who_is_gone,
)
"""What waits on the page needs no consent and has no hours."""
