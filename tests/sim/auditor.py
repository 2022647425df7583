"""Looks at every commit and at every byte that goes out, and at all rows now and then.

Each invariant is a function of its own with a sentence for a name. What is wrong is kept in ``wrong``:
whoever lets the time go on asks for it after each step.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from app.model.durations import parse_duration
from app.model.journey import (
    OPEN_STATES,
    Changes,
    FlowState,
    JournalLine,
    Journey,
    JourneyState,
    Message,
    MessageState,
)
from app.model.people import Address
from tests.sim import books as book
from tests.sim.books import OVER, Books, Count
from tests.sim.laws import LAWS, PAGE_LAWS, RUNNING, Going, Gone, Moment, Traffic, day_of
from tests.sim.tales import Orders, not_opened_fires_exactly_when_its_wait_ends, two_baskets_never_mix
from tests.sim.watching import Deed, Forgotten, Heard, Merged, Met

if TYPE_CHECKING:
    from tests.sim.shop import Shop

Arrow = tuple[Message | None, Message]
_TO_COME: Final = (MessageState.QUEUED, MessageState.RETRY, MessageState.SENDING, MessageState.LEASED)
_MOVED: Final = ("moved", "moved-back", "returned")
_GIVEN_BACK: Final = (MessageState.RETRY, MessageState.FAILED, MessageState.QUEUED)


@dataclass
class Commit:
    """What one transaction has done."""

    shop: Shop
    books: Books
    now: datetime
    journeys: dict[int, Journey | None] = field(default_factory=dict)
    """Those that were touched, as they were before."""
    stood_since: dict[int, datetime] = field(default_factory=dict)
    """When they had been moved the last time before."""
    arrows: list[Arrow] = field(default_factory=list)
    """What became of messages, one after the other."""
    lines: list[JournalLine] = field(default_factory=list)
    heard: list[Heard] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)
    """Journeys that an event of this transaction ends."""
    started: list[Journey] = field(default_factory=list)
    expected: Counter[Count] = field(default_factory=Counter)
    told: Counter[Count] = field(default_factory=Counter)
    touched: set[int] = field(default_factory=set)
    """Contacts of whom something has changed."""
    withdrawn: set[int] = field(default_factory=set)
    """Contacts who have taken back an agreement: by an event, or by a node."""


Invariant = Callable[[Commit], Iterator[str]]


# --- places ------------------------------------------------------------------------------------------------


def nobody_is_in_two_places_of_one_run(commit: Commit) -> Iterator[str]:
    """Rule 1: one open journey per flow, contact and key, over all versions."""
    for contact_id in {commit.books.journeys[one].contact_id for one in commit.journeys}:
        inside = [commit.books.journeys[one] for one in commit.books.of_contact[contact_id]]
        places = Counter((one.flow_id, one.contact_id, one.key) for one in inside)
        yield from (f"{times} journeys at {place}" for place, times in places.items() if times > 1)


def every_journey_waits_for_something_that_can_come(commit: Commit) -> Iterator[str]:
    """Or is done, held for a person, or parked."""
    for id_ in commit.journeys:
        one = commit.books.journeys[id_]
        message = commit.books.messages.get(one.message_id or 0)
        state = message.state if message is not None else None
        if one.state is JourneyState.WAITING and one.due_at is None and state not in _TO_COME:
            yield f"waits for nothing: {one}, {message}"
        elif one.state is JourneyState.HELD and state not in (MessageState.HELD, MessageState.UNKNOWN):
            if not _is_taken_back(message):
                yield f"held without a message that is: {one}, {message}"
        elif one.state is JourneyState.DUE:
            yield f"left standing on its way: {one}"
        elif one.state is JourneyState.DONE and not one.end_reason:
            yield f"ended without a reason: {one}"


def _is_taken_back(message: Message | None) -> bool:
    """The brake has cancelled it, and its release decides about it."""
    return message is not None and (message.state, message.reason) in (
        (MessageState.CANCELLED, "brake"),
        (MessageState.CANCELLED, "revoked"),
    )


def nothing_is_left_behind(commit: Commit) -> Iterator[str]:
    """Rule 8: what is not sent yet goes with its journey, but for what the owner is told."""
    for id_ in commit.journeys:
        journey = commit.books.journeys[id_]
        for message in commit.shop.auditor.messages_of_journey(id_):
            if message.is_notice or message.state not in (OPEN_STATES - {MessageState.UNKNOWN}):
                continue
            if journey.state in OVER or journey.message_id != message.id:
                yield f"{message.state} though its journey has gone on: {message}, {journey}"


def flows_start_a_contact_three_times_a_day(commit: Commit) -> Iterator[str]:
    """Rule 16."""
    for one in commit.started:
        if one.cause != "flow" or one.contact_id in commit.books.merged:
            continue
        day = timedelta(days=1)
        same = [
            other
            for other in commit.books.journeys.values()
            if (other.flow_id, other.contact_id, other.cause) == (one.flow_id, one.contact_id, "flow")
            and other.started_at > one.started_at - day
            and other.started_at <= one.started_at
        ]
        if len(same) > 3:
            yield f"started {len(same)} times within a day: {one}"


def nobody_comes_in_too_often_or_too_many(commit: Commit) -> Iterator[str]:
    """Rule 1 and the flow's own limit on how many are inside."""
    for one in commit.started:
        flow = commit.books.drawn(one.version_id).flow
        inside = int(flow.settings.get("inside") or 0)
        here = (
            sum(
                other.flow_id == one.flow_id and other.state not in OVER
                for other in commit.books.journeys.values()
            )
            if inside
            else 0
        )
        if inside and here > inside and one.state not in OVER:
            yield f"{here} of {inside} are inside {flow.name}"
        earlier = [
            other
            for other in commit.books.journeys.values()
            if (other.flow_id, other.contact_id, other.key) == (one.flow_id, one.contact_id, one.key)
            and other.id < one.id
        ]
        if not earlier or one.contact_id in commit.books.merged:
            continue
        reentry = flow.settings.get("reentry", "never")
        last = max(other.started_at for other in earlier)
        if reentry == "never":
            yield f"came in a second time: {one}"
        elif isinstance(reentry, dict):
            length, zone = parse_duration(reentry["after"]), commit.shop.zone_of(one.contact_id)
            if length.after(last, zone) > one.started_at:
                yield f"came in again after {one.started_at - last}: {one}"


# --- decisions ---------------------------------------------------------------------------------------------

_ARROWS: Final[dict[MessageState | None, frozenset[MessageState]]] = {
    None: frozenset({MessageState.QUEUED, MessageState.CANCELLED, MessageState.FAILED}),
    MessageState.QUEUED: frozenset(MessageState)
    - {MessageState.UNKNOWN, MessageState.RETRY, MessageState.LEASED},
    MessageState.RETRY: frozenset(MessageState) - {MessageState.UNKNOWN, MessageState.LEASED},
    MessageState.SENDING: frozenset(MessageState) - {MessageState.CANCELLED, MessageState.LEASED},
    MessageState.HELD: frozenset(MessageState)
    - {MessageState.SENDING, MessageState.RETRY, MessageState.LEASED},
    MessageState.UNKNOWN: frozenset(MessageState)
    - {MessageState.SENDING, MessageState.RETRY, MessageState.LEASED, MessageState.HELD},
    MessageState.SENT: frozenset({MessageState.SENT, MessageState.FAILED, MessageState.CANCELLED}),
    MessageState.FAILED: frozenset({MessageState.FAILED}),
    MessageState.CANCELLED: frozenset(MessageState) - {MessageState.SENDING, MessageState.SENT},
}


def a_message_goes_only_ways_that_there_are(commit: Commit) -> Iterator[str]:
    """Whatever was sent, failed or was withdrawn is not sent again."""
    for before, after in commit.arrows:
        if after.state not in _ARROWS[before.state if before is not None else None]:
            yield f"from {before.state if before else None} to {after.state}: {after}"


def every_sent_message_has_one_decision(commit: Commit) -> Iterator[str]:
    """One step queues one message, of a ladder one after the other; and each is queued by one line."""
    queued = Counter(
        int(line.data["message"]) for line in commit.lines if line.what == "queued" and "message" in line.data
    )
    fresh = [after for before, after in commit.arrows if before is None]
    if queued != Counter(one.id for one in fresh):
        yield f"lines of queueing {dict(queued)} for messages {[one.id for one in fresh]}"
    for one in fresh:
        if one.is_notice:
            continue
        same = [
            other
            for other in commit.shop.auditor.messages_of_journey(one.journey_id)
            if other.step == one.step and not other.is_notice
        ]
        alive = [other for other in same if other.state in OPEN_STATES]  # as they stand at its end
        if len(alive) > 1:
            yield f"two messages of one step at a time: {one}, {alive}"


def no_step_is_decided_twice(commit: Commit) -> Iterator[str]:
    """Promise 2: a step is left once, and who was taken back leaves it anew."""
    seen = commit.shop.auditor.left
    for line in commit.lines:
        if line.what in ("moved-back", "returned"):
            seen[line.journey_id] = {step for step in seen[line.journey_id] if step < line.step}
        if line.what != "left":
            continue
        if line.step in seen[line.journey_id]:
            yield f"left twice: {line}"
        seen[line.journey_id].add(line.step)


def the_journal_tells_every_move(commit: Commit) -> Iterator[str]:
    """A journey begins with a start, its steps grow by what the journal tells, and its end is told once."""
    by_journey: dict[int, list[JournalLine]] = defaultdict(list)
    for line in commit.lines:
        if line.journey_id:
            by_journey[line.journey_id].append(line)
    for id_, before in commit.journeys.items():
        lines, after = by_journey.get(id_, []), commit.books.journeys[id_]
        told = Counter(line.what for line in lines)
        if any(told[what] for what in _MOVED):
            continue
        steps = {line.step for line in lines if line.what in ("left", "ended")}
        if before is None and told["started"] != 1:
            yield f"began without a start: {after}"
        if len(steps) != after.step - (before.step if before is not None else 0):
            yield f"steps {sorted(steps)} are told of {before} to {after}"
        is_over, was_over = after.state in OVER, before is not None and before.state in OVER
        if told["ended"] != int(is_over and not was_over):
            yield f"{told['ended']} ends are told of {before} to {after}"


def sums_are_those_of_the_rows(commit: Commit) -> Iterator[str]:
    """Every counter moves by what rows and lines of the same transaction say."""
    expected = {key: by for key, by in commit.expected.items() if by}
    told = {key: by for key, by in commit.told.items() if by}
    if expected != told:
        wrong = {key: (expected.get(key, 0), told.get(key, 0)) for key in expected.keys() | told.keys()}
        yield f"(rows, counters): { {key: pair for key, pair in wrong.items() if pair[0] != pair[1]} }"


# --- what people have said ---------------------------------------------------------------------------------


def goals_and_exits_end_what_they_mean(commit: Commit) -> Iterator[str]:
    """Rule 9, in the transaction of the event itself."""
    for id_ in commit.ends:
        if commit.books.is_open(id_):
            yield f"goes on after {[one.event.name for one in commit.heard]}: {commit.books.journeys[id_]}"


def nobody_starts_after_the_goal(commit: Commit) -> Iterator[str]:
    """Rules 3 and 9: what a stored event says to be over does not begin by an older one."""
    for one in commit.started:
        if one.cause != "event":
            continue
        begins, begun = _begins(commit, one)
        for event in commit.books.events[one.contact_id]:
            if event.at <= one.started_at or event.at > commit.now:
                continue  # a clock that was set back makes the start older than it is
            if event.name in begins or event.at <= begun:
                continue  # what begins it does not end it, be it drawn as both; and it may begin anew
            if commit.books.ends(one.version_id, event, one.key):
                yield f"began though {event.name} at {event.at} was stored: {one}"


def _begins(commit: Commit, journey: Journey) -> tuple[set[str], datetime]:
    """The events by which people come in, and when the last one for this journey's key was."""
    drawn = commit.books.drawn(journey.version_id)
    names = {name for one in drawn.flow.nodes if one.kind == "entry.event" for name in one.settings["events"]}
    moments = [
        event.at
        for event in commit.books.events[journey.contact_id]
        if event.name in names and str(event.properties.get(drawn.key, "")) == journey.key
    ]
    return names, max(moments, default=journey.started_at)


def a_refusal_closes_its_channel_at_once(commit: Commit) -> Iterator[str]:
    """Rule 10: unsubscribe and complaint, in the transaction of the event itself."""
    for heard in commit.heard:
        refused = commit.books.refusals(heard.event)
        for channel, topic in refused:
            if commit.books.agrees(heard.contact_id, channel, topic) is not False:
                yield f"{channel} {topic} is open after {heard.event.name}"
        message = commit.books.messages.get(heard.event.message_id or 0)
        if refused and message is not None and commit.books.is_open(message.journey_id):
            yield f"the journey goes on after {heard.event.name}"


def nothing_waits_without_consent(commit: Commit) -> Iterator[str]:
    """Rule 10: what is queued leaves with the agreement; of what is queued next the policy is asked."""
    fresh = {after.id for before, after in commit.arrows if before is None}
    for contact_id in commit.withdrawn:
        for one in book.open_messages(commit.books, contact_id):
            is_asked = commit.books.kind(one).needs_consent and one.purpose == "marketing"
            if not is_asked or one.id in fresh:
                continue
            journey = commit.books.journeys[one.journey_id]
            if journey.state is JourneyState.PARKED or not commit.books.stands_at(one):
                continue
            if commit.books.agrees(contact_id, one.channel, commit.books.topic(one)) is False:
                yield f"{one.state} without consent: {one}"


# --- sending -----------------------------------------------------------------------------------------------


def what_goes_out_may_go_out(commit: Commit) -> Iterator[str]:
    """All laws of ``tests.sim.laws``, in the transaction that makes a message ``sending`` or shown."""
    shop = commit.shop
    moment = Moment(
        commit.books,
        commit.now,
        shop.clock.passed(),
        shop.rules,
        shop.zone,
        shop.where,
        shop.auditor.traffic,
        commit.journeys,
    )
    for before, after in commit.arrows:
        if before is None:
            continue
        kind = commit.books.kind(after)
        going = Going(after, before, kind)
        if after.state is MessageState.SENDING and before.state is not MessageState.SENDING:
            laws: Iterable[Any] = LAWS
        elif kind.waits_on_page and after.state is MessageState.SENT and before.state is MessageState.QUEUED:
            laws = PAGE_LAWS if _is_shown(commit, after) else ()
        else:
            continue
        for law in laws:
            yield from (f"{law.__name__}: {wrong}: {after}" for wrong in law(moment, going))


def _is_shown(commit: Commit, message: Message) -> bool:
    """And not known to be by a reaction, which finds a journey that may have gone on."""
    return not any(heard.event.message_id == message.id for heard in commit.heard)


def late_moves_only_with_what_was_put_off(commit: Commit) -> Iterator[str]:
    """What our own limits keep waiting becomes no later; nothing else moves ``late_at``."""
    for before, after in commit.arrows:
        if before is None or before.late_at is None or before.version_id != after.version_id:
            continue
        if after.late_at is None:
            if before.state in (MessageState.QUEUED, MessageState.RETRY) and after.state is before.state:
                yield f"is never late any more: {after}"
            continue
        by, put_off = after.late_at - before.late_at, timedelta()
        if by <= timedelta():
            continue
        if after.state in (MessageState.QUEUED, MessageState.RETRY) and after.next_try_at is not None:
            put_off = after.next_try_at - commit.now
        # What a rate has kept waiting is excused when its turn comes.
        put_off += max(commit.now - max(before.next_try_at or before.due_at, before.due_at), timedelta())
        if before.state is MessageState.HELD or by <= put_off:
            continue
        yield f"late_at moved by {by}, put off by {put_off}: {after}"


INVARIANTS: Final[tuple[Invariant, ...]] = (
    nobody_is_in_two_places_of_one_run,
    every_journey_waits_for_something_that_can_come,
    nothing_is_left_behind,
    flows_start_a_contact_three_times_a_day,
    nobody_comes_in_too_often_or_too_many,
    a_message_goes_only_ways_that_there_are,
    every_sent_message_has_one_decision,
    no_step_is_decided_twice,
    the_journal_tells_every_move,
    sums_are_those_of_the_rows,
    goals_and_exits_end_what_they_mean,
    nobody_starts_after_the_goal,
    a_refusal_closes_its_channel_at_once,
    nothing_waits_without_consent,
    what_goes_out_may_go_out,
    late_moves_only_with_what_was_put_off,
    two_baskets_never_mix,
    not_opened_fires_exactly_when_its_wait_ends,
)


class Auditor:
    """Keeps the books of one shop and asks every invariant after each commit."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        self.books = Books(shop.drawn)
        self.traffic = Traffic()
        self.wrong: list[str] = []
        self.left: dict[int, set[int]] = defaultdict(set)
        """Steps that were left, by journey."""
        self.arrived: Counter[int] = Counter()
        """How often the other side has got each message."""
        self._tried: dict[int, int] = {}
        """How often it had been got before the try that is under way, or was the last."""
        self.bad: set[int] = set()
        """Messages whose channel has said that the address is none."""
        self.commits = self.checked = 0
        self.released: set[int] = set()
        """Messages that a person has let go though nobody knew their fate."""
        self._by_journey: dict[int, list[int]] = defaultdict(list)
        self.orders = Orders(self)
        self.rested = shop.begin
        """When the engine had nothing to do the last time, by the machine's clock."""
        self._moved_at: dict[int, datetime] = {}
        self.moved: set[int] = set()
        """Journeys that a publish has moved: their waits are others now."""
        self.broken: set[int] = set()
        """Flows that have paused themselves at some time."""

    def rests(self) -> None:
        """The engine has nothing to do, and nothing stops it."""
        if not any(self.books.machine.get(name) is not None for name in ("brake", "clock")):
            self.rested = self.shop.clock.now()

    def messages_of_journey(self, journey_id: int) -> list[Message]:
        return [self.books.messages[one] for one in self._by_journey[journey_id]]

    # --- commits ---

    def committed(self, deeds: Sequence[Deed]) -> None:
        self.commits += 1
        commit = Commit(self.shop, self.books, self.shop.clock.now())
        for deed in deeds:
            self._keep(commit, deed)
        for invariant in INVARIANTS:
            self.checked += 1
            self.wrong += [f"{invariant.__name__}: {wrong}" for wrong in invariant(commit)]

    def _keep(self, commit: Commit, deed: Deed) -> None:
        books = self.books
        if isinstance(deed, Changes):
            self._write(commit, deed)
        elif isinstance(deed, Met):
            books.meet(deed)
        elif isinstance(deed, Heard):
            self._hear(commit, deed)
        elif isinstance(deed, Merged):
            books.merge(deed)
            self.shop.where.merge(deed.keep, deed.gone)
        elif isinstance(deed, Forgotten):
            list(books.forget(deed))

    def _hear(self, commit: Commit, heard: Heard) -> None:
        books = self.books
        commit.heard.append(heard)
        if heard.event.name in ("unsubscribed", "complained"):
            commit.withdrawn.add(heard.contact_id)
        books.hear(heard)
        self.orders.hear(heard)
        for id_ in books.of_contact[heard.contact_id]:
            journey = books.journeys[id_]
            if books.ends(journey.version_id, heard.event, journey.key):
                commit.ends.append(id_)

    def _write(self, commit: Commit, changes: Changes) -> None:
        books = self.books
        for contact_id, consent in changes.consents:
            books.agree(contact_id, consent)
            if consent.source == "flow" and not consent.given:
                commit.withdrawn.add(contact_id)
        for one in changes.suppressed:
            books.suppressed.add(Address(one.kind, one.value))
        books.machine.update(changes.machine)
        for flow_id, _ in changes.paused:
            books.states[flow_id] = FlowState.PAUSED
            self.broken.add(flow_id)
        for new in (*changes.started, *(moved for moved, _ in changes.moved)):
            self._put_journey(commit, new, is_new=new.id not in books.journeys)
        for message in (*changes.queued, *changes.messages):
            self._put_message(commit, message)
        commit.lines += changes.journal
        self.moved |= {one.journey_id for one in changes.journal if one.what in _MOVED}
        for line in changes.journal:
            for key, by in book.of_line(line):
                commit.expected[key] += by
        commit.told.update(book.told(changes))

    def _put_journey(self, commit: Commit, new: Journey, *, is_new: bool) -> None:
        old = self.books.journeys.get(new.id)
        if new.id not in commit.journeys:
            commit.journeys[new.id] = old
            commit.stood_since[new.id] = self._moved_at.get(new.id, commit.now)
            self._moved_at[new.id] = commit.now
        if old is not None:
            book.counted(book.of_journey(old), -1, commit.expected)
        self.books.put_journey(new)
        kept = self.books.journeys[new.id]
        book.counted(book.of_journey(kept), 1, commit.expected)
        if is_new:
            commit.started.append(kept)

    def _put_message(self, commit: Commit, new: Message) -> None:
        old = self.books.messages.get(new.id)
        if old is None:
            self._by_journey[new.journey_id].append(new.id)
        else:
            book.counted(book.of_message(old), -1, commit.expected)
        self.books.put_message(new)
        kept = self.books.messages[new.id]
        book.counted(book.of_message(kept), 1, commit.expected)
        commit.arrows.append((old, kept))
        self._note_traffic(commit, old, kept)

    def _note_traffic(self, commit: Commit, old: Message | None, new: Message) -> None:
        was = old.state if old is not None else None
        if new.state is MessageState.SENDING and was is not MessageState.SENDING:
            gone = Gone(new.id, self.shop.clock.passed(), day_of(commit.now, self.shop.zone), new.address)
            self.traffic.add(new.channel, gone)
            self._tried[new.id] = self.arrived[new.id]
        elif was is MessageState.SENDING and new.state in _GIVEN_BACK and not self._has_arrived(new.id):
            self.traffic.give_back(new.channel, new.id)
        if new.state is MessageState.FAILED and new.reason == "hard" and new.id in self.bad:
            self.books.close_address(new)

    def _has_arrived(self, message_id: int) -> bool:
        """By its last try."""
        return self.arrived[message_id] > self._tried[message_id]

    # --- bytes ---

    def goes_out(self, message_id: int, channel: str, *, idempotent: bool) -> None:
        """The other side has got a message: it stands in the store as sending, and was not got before."""
        message = self.books.messages.get(message_id)
        if message is None or message.state not in (MessageState.SENDING, MessageState.SENT):
            self.wrong.append(f"bytes_go_out_only_when_stored: {channel}: {message}")
            return
        self.wrong += self.orders.goes_out(message)
        self.arrived[message_id] += 1
        may_double = idempotent or message.purpose == "transactional" or message_id in self.released
        if self.arrived[message_id] > 1 and not may_double:
            self.wrong.append(f"nothing_arrives_twice: {channel}: {message}")

    # --- now and then ---

    def check_all(self) -> None:
        """The books say what the store says, and nobody is forgotten."""
        for check in ALL_ROWS:
            self.checked += 1
            self.wrong += [f"{check.__name__}: {wrong}" for wrong in check(self)]


# --- all rows ----------------------------------------------------------------------------------------------


def the_store_has_what_was_written(auditor: Auditor) -> Iterator[str]:
    """So that what the invariants looked at is what there is."""
    kept = auditor.books
    for name, mine, rows in (
        ("journey", kept.journeys, auditor.shop.journeys()),
        ("message", kept.messages, auditor.shop.messages()),
    ):
        found = {one.id: one for one in rows}
        if mine.keys() != found.keys():
            yield f"{name}s {mine.keys() ^ found.keys()} are in one of the two only"
        for id_ in mine.keys() & found.keys():
            if not _is_same(mine[id_], found[id_]):
                yield f"{name} {mine[id_]} is stored as {found[id_]}"


def _is_same(mine: Any, stored: Any) -> bool:
    """But for what is taken away with a person who is gone."""
    names = (
        "state",
        "node",
        "version_id",
        "step",
        "contact_id",
        "reason",
        "end_reason",
        "due_at",
        "message_id",
        "late_at",
    )
    return all(getattr(mine, name, None) == getattr(stored, name, None) for name in names)


def counters_are_the_sums_of_all_rows(auditor: Auditor) -> Iterator[str]:
    """As ``doctor --recount`` would find it."""
    yield from auditor.shop.recount()


def nobody_is_forgotten(auditor: Auditor) -> Iterator[str]:
    """When the engine has nothing to do, nothing is due: unless something stops it that is known."""
    shop, kept = auditor.shop, auditor.books
    if any(kept.machine.get(name) is not None for name in ("brake", "clock")):
        return
    now = shop.clock.now()
    for one in kept.journeys.values():
        is_broken = kept.machine.get(f"broken:{one.flow_id}") is not None
        stands = one.state in OVER or kept.states[one.flow_id] is FlowState.STOPPED or is_broken
        if not stands and one.state is JourneyState.WAITING and one.due_at is not None and one.due_at <= now:
            yield f"due and not moved: {one}"
    for message in kept.messages.values():
        if message.state not in (MessageState.QUEUED, MessageState.RETRY) or kept.kind(message).waits_on_page:
            continue
        is_ready = max(message.due_at, message.next_try_at or message.due_at) <= now
        may_go = kept.states[message.flow_id] in RUNNING and not shop.rests(message.channel)
        if is_ready and may_go:
            yield f"ready and not sent: {message}"


ALL_ROWS: Final = (the_store_has_what_was_written, counters_are_the_sums_of_all_rows, nobody_is_forgotten)
