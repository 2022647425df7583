"""The ports through which the rooms see each other. ``app.bootstrap`` hands the real ones in."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any, Protocol

from app.model.counts import Counts
from app.model.desk import (
    CallTask,
    Caught,
    FirstReach,
    FlowInfo,
    HeldGroup,
    Notice,
    Person,
    Preview,
    PublishResult,
    Status,
    VersionInfo,
)
from app.model.flow import EMPTY
from app.model.frozen import dataclass
from app.model.standing import Period

if TYPE_CHECKING:
    from datetime import datetime

    from app.model.batch import Batch
    from app.model.desk import Braked, SettingText
    from app.model.flow import Flow, Node, Problem
    from app.model.journey import (
        Arming,
        Changes,
        Journey,
        LiveFlow,
        Message,
        Receipt,
        Said,
        Version,
    )
    from app.model.machine import LeaseRow
    from app.model.people import Address, Contact, ContactRow, Event, ImportReport, StoredEvent
    from app.model.segments import Dated, Schedule, Segment, SegmentInfo
    from app.model.shifts import Impact, Move, Shift, ShiftCount, Shifted, TakenBack
    from app.model.standing import Standing, Way
    from app.model.why import Story


__all__ = [
    "CallTask",
    "Caught",
    "Counts",
    "FirstReach",
    "FlowInfo",
    "HeldGroup",
    "Notice",
    "Person",
    "Preview",
    "PublishResult",
    "Status",
    "VersionInfo",
]
"""What stands elsewhere and is found here too: the values of the desk."""


class Clock(Protocol):
    """The one source of time. Tests, demo and rehearsal bring their own."""

    counts_sleep: bool
    """Whether ``passed`` can be told from ``awake`` when the machine has slept."""

    def now(self) -> datetime:
        """The moment, aware, in UTC."""

    def awake(self) -> float:
        """Seconds of a clock that nobody can set and that stands while the machine sleeps."""

    def passed(self) -> float:
        """Seconds of a clock that nobody can set and that goes on while the machine sleeps."""

    def sleep(self, seconds: float, wake: Callable[[float], bool]) -> None:
        """Waits at most so long on this clock; ``wake`` is ``threading.Event.wait`` of the wake-up."""


class Places(Protocol):
    """What a country or a phone number tells of where somebody is."""

    def zones(self, country: str) -> Sequence[str]:
        """Names of the time zones of a country, given by its two letters or its English name; none when it is
        not known."""

    def country_of(self, phone: str) -> str:
        """Two letters for a number such as ``+4915112345678``; empty when it tells nothing."""


class Ids(Protocol):
    """Makes row ids: positive, below 2**63, never the same twice."""

    def new(self) -> int:
        """The next id."""


# --- store: the engine's port -------------------------------------------------------------------------


class Transaction(Protocol):
    """One transaction of the engine. Reads see its own writes; leaving with an exception undoes all of it."""

    def failed(self, error: Exception) -> bool:
        """Whether an error is the store's own, so that nothing of this transaction may be kept."""

    # flows
    def live_flows(self) -> Sequence[LiveFlow]:
        """Flows with a published version that are live, paused or closed."""

    def version(self, version_id: int) -> Version:
        """The version; KeyError when there is none."""

    # journeys
    def due_journeys(self, now: datetime, limit: int) -> Sequence[Journey]:
        """Journeys in ``due`` or ``waiting`` whose ``due_at`` has come, oldest first, locked for this
        transaction.

        Journeys of flows in state ``stopped`` are left out, and those of flows that paused themselves because
        their deciders break; else waits go on while a flow is paused.
        """

    def due_armings(self, now: datetime, limit: int) -> Sequence[Arming]:
        """Entries whose quiet time has passed, oldest first."""

    def arming(self, flow_id: int, contact_id: int, key: str) -> Arming | None:
        """The entry that is waiting for quiet, if any."""

    def armings_of(self, contact_id: int) -> Sequence[Arming]:
        """All of a contact."""

    def journeys(self, ids: Sequence[int]) -> Mapping[int, Journey]:
        """By id; missing ones are left out."""

    def open_journeys(self, contact_id: int) -> Sequence[Journey]:
        """The contact's journeys that are not done or erased, oldest first."""

    def newest_journey(self, flow_id: int, contact_id: int, key: str) -> Journey | None:
        """The last started one of this flow, contact and key, in whatever state."""

    def open_journeys_of_flow(self, flow_id: int, limit: int) -> Sequence[Journey]:
        """For ``stop`` and publishing."""

    def parked_journeys(self, flow_id: int, after: int, limit: int) -> Sequence[Journey]:
        """Journeys of a flow that broke and wait for a person, whose id is above ``after``, by id."""

    # people
    def contacts(self, ids: Iterable[int]) -> Mapping[int, Contact]:
        """By id."""

    def last_said(self, contact_id: int) -> datetime | None:
        """The date of the contact's newest consent or refusal."""

    def find_contacts(self, addresses: Sequence[Address]) -> Sequence[int]:
        """Ids of contacts that own any of these addresses, in the order of ``addresses``, each once."""

    def add_contact(self, contact_id: int, addresses: Sequence[Address], now: datetime) -> None:
        """A new contact with these addresses."""

    def add_address(self, contact_id: int, address: Address, now: datetime) -> None:
        """Links an address; nothing happens when the contact has it already."""

    def merge_contacts(self, keep: int, gone: int, now: datetime) -> None:
        """Moves addresses, events, consents, tags and missing properties of ``gone`` to ``keep``, with
        journeys and messages (doubled ones have been ended before); ``gone`` is left empty and erased."""

    # events
    def add_event(self, event_id: int, event: Event, contact_id: int | None, now: datetime) -> bool:
        """Stores it; False, and nothing stored, when its source id is known already."""

    def events_of(
        self, contact_ids: Sequence[int], names: Sequence[str]
    ) -> Mapping[int, Sequence[StoredEvent]]:
        """Stored events of these names per contact, oldest first."""

    # messages
    def messages_of(self, journey_ids: Sequence[int]) -> Mapping[int, Sequence[Message]]:
        """All messages of these journeys with their reactions, oldest first."""

    def message(self, message_id: int) -> Message | None:
        """One message."""

    def ready_messages(
        self, channels: Sequence[str], now: datetime, limit: int, after: int = 0
    ) -> Sequence[Message]:
        """Rows in ``queued`` or ``retry`` of these channels that are due (``due_at``/``next_try_at``), of
        flows that are live or closed (not paused or stopped): what matters most first, flows taking turns
        from the one behind id ``after`` on, and of each flow the oldest first."""

    def messages_in(self, state: str, limit: int) -> Sequence[Message]:
        """Rows in this state, oldest first."""

    def held_messages(
        self, reason: str, limit: int, *, channel: str = "", flow_id: int = 0
    ) -> Sequence[Message]:
        """Rows that are held for this reason, on one channel or of one flow: what matters most first, the
        oldest first."""

    def queued_messages(self, limit: int) -> Sequence[Message]:
        """Rows in ``queued`` or ``retry`` of all flows and channels, whenever they are due; not what is told
        to the owner."""

    def cancelled_messages(self, reasons: Sequence[str], after: int, limit: int) -> Sequence[Message]:
        """Rows that were cancelled for one of these reasons, whose id is above ``after``, by id."""

    def sent_since(self, since: datetime, limit: int) -> Sequence[Message]:
        """What channels have accepted since then, the newest first; not what was told to the owner."""

    def open_messages(self, contact_id: int, channel: str) -> Sequence[Message]:
        """A contact's rows in ``OPEN_STATES``; of every channel when ``channel`` is empty."""

    def page_messages(self, contact_id: int) -> Sequence[Message]:
        """A contact's ``popup`` rows that still wait on the page (queued, or sent and not yet answered)."""

    # segments, dates and schedules
    def segments(self) -> Sequence[Segment]:
        """All of them, by name."""

    def members(
        self, segment_id: int, after: int, limit: int, until: datetime | None = None
    ) -> Sequence[int]:
        """Contacts in a watched segment whose id is above ``after``, in the order of their ids; with
        ``until`` those that were in it already then."""

    def memberships(self, contact_ids: Sequence[int]) -> Mapping[int, frozenset[int]]:
        """The watched segments that these contacts are in; who is in none may be missing."""

    def everybody(self, after: int, limit: int) -> Sequence[int]:
        """Contacts that are not erased whose id is above ``after``, in the order of their ids."""

    def due_rechecks(self, now: datetime, limit: int) -> Mapping[int, datetime]:
        """Contacts whose segments and dates are to be looked at, and since when; those due longest first."""

    def rechecks_of(self, contact_ids: Sequence[int]) -> Mapping[int, datetime]:
        """When these contacts are to be looked at; who is not may be missing."""

    def due_dated(self, now: datetime, limit: int) -> Sequence[Dated]:
        """Date entries whose moment has come, oldest first."""

    def dated_of(self, contact_ids: Sequence[int]) -> Sequence[Dated]:
        """All date entries that wait for these contacts."""

    def schedules(self) -> Sequence[Schedule]:
        """Every schedule that comes again, by its moment."""

    # limits
    def used(self, name: str, since: int) -> int:
        """What was used of a limit in the slots from number ``since`` on, those of the future too.

        Nobody else uses it until the end of this transaction.
        """

    def slots(self, name: str, since: int) -> Sequence[tuple[int, int]]:
        """The same by slot: its number and what was used in it, the oldest first."""

    def forget_used(self, name: str, before: int) -> None:
        """Takes away what was used of a limit in the slots below this number."""

    def said_to(
        self, contact_ids: Sequence[int], since: datetime, now: datetime
    ) -> Mapping[int, Sequence[Said]]:
        """Advertising that was sent since then, oldest first, and what is on the wire, as if sent now."""

    def last_words(self, contact_ids: Sequence[int]) -> Mapping[int, Mapping[str, datetime]]:
        """When these contacts last wrote to us, by channel."""

    def starts(self, flow_id: int, contact_id: int, since: datetime) -> int:
        """Journeys of this contact that flows have started in this flow since then, and those that began by
        joining a segment: a flow may have led there."""

    def inside(self, flow_id: int, most: int) -> int:
        """Open journeys of a flow, counted up to ``most``."""

    def quiet_anonymous(self, before: datetime, limit: int) -> Sequence[int]:
        """Contacts still anonymous that were last there before then, longest first."""

    def forget(self, contact_ids: Sequence[int], now: datetime) -> None:
        """Takes anonymous contacts away with their events and all that only concerns them; those that have
        an open journey stay."""

    # people who are moved to another version
    def standing(
        self, flow_id: int, version_id: int, nodes: Sequence[str], after: tuple[int, str], limit: int
    ) -> Sequence[Journey]:
        """Open journeys of a version at any of these nodes, by contact and key, those behind ``after``."""

    def shift(self, shift_id: int) -> Shift | None:
        """One shift."""

    def newest_shift(self, flow_id: int) -> Shift | None:
        """The last one of a flow."""

    def unfinished_shifts(self) -> Sequence[Shift]:
        """Those that somebody is at, or that were interrupted; oldest first."""

    def shifts_to_take_back(self) -> Sequence[Shift]:
        """Those of which it is kept whom they have moved."""

    def shifted(self, shift_id: int, after: int, limit: int) -> Sequence[Shifted]:
        """What a shift has moved, by journey id, those behind ``after``."""

    def shift_counts(self, shift_id: int) -> Mapping[ShiftCount, int]:
        """How many a shift has moved, by what became of them."""

    def forget_shifted(self, shift_id: int) -> int:
        """Nobody can be taken back any more; answers how many could be until then."""

    # what is over
    def shelve(self, before: datetime, limit: int) -> int:
        """Presses the journals of at most so many journeys that ended before then into the archive; answers
        how many. What they have counted stays counted."""

    def drop_archives(self, before: datetime, limit: int) -> int:
        """Takes pressed journals away of journeys that ended before then; answers how many."""

    def drop_refused(self, before: datetime, limit: int) -> int:
        """Takes lines away about entries that were refused before then; answers how many."""

    def drop_events(
        self, before: datetime, kept: Mapping[str, datetime | None], after: int, limit: int
    ) -> tuple[int, int]:
        """Looks at the next events behind id ``after`` that were received before then, at most so many, and
        takes them away, but for names in ``kept``: those stay as far as they happened since that moment
        (None: all). Answers how many it looked at, and the last id."""

    def drop_texts(self, before: datetime, after: int, limit: int) -> tuple[int, int]:
        """Looks at messages in the same way, and empties text and address of those that are through."""

    def oldest_open(self) -> Mapping[int, datetime]:
        """When the oldest open journey of each version started that has any."""

    # writing
    def write(self, changes: Changes) -> Sequence[int]:
        """Writes all of it by executemany; answers the ids of journeys whose compare-and-set failed (nothing
        of those journeys' moves was written; with one writer this list is empty)."""

    # the machine
    def take_lease(self, owner: str, now: datetime, seconds: float, seen: LeaseRow | None = None) -> bool:
        """Whether ``owner`` now has, or still has, the engine lease until ``now`` + ``seconds``. The lease of
        another is taken when it has run out, or when it still is as ``seen``."""

    def keeps_lease(self, owner: str, fence: int) -> bool:
        """Whether ``owner`` still has the lease under this fence. If so, nobody takes it before this
        transaction has ended."""

    def drop_lease(self, owner: str) -> None:
        """Gives it back, if ``owner`` has it."""

    def lease(self) -> LeaseRow:
        """Who has, or last had, the lease."""

    def machine(self, name: str) -> Any:
        """What the engine remembers about itself under this name; None when nothing."""

    def next_due(self, without: Collection[str] = ()) -> datetime | None:
        """The earliest moment at which a journey, an arming or a message becomes due; messages of the
        channels in ``without`` are left out."""


Along = Callable[["Transaction", "LiveFlow | None", "LiveFlow"], None]
"""What is to happen in the very transaction that changes a flow: it gets how the flow stood (None: never
published) and how it stands. An exception undoes all of it."""


class Store(Protocol):
    """Where everything is kept, as the engine sees it."""

    def transaction(self) -> AbstractContextManager[Transaction]:
        """A writing transaction (``BEGIN IMMEDIATE``); one at a time in a process. Commits when left well."""

    def looking(self) -> AbstractContextManager[Transaction]:
        """A picture of one moment, from which is only read; it holds up nobody."""

    def examine(self) -> None:
        """Looks whether everything is whole, and writes nothing; DamagedError when it is not."""


# --- channels ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Outgoing:
    """What a channel needs to make and send one message."""

    message_id: int
    version_hash: str
    """With ``node.id`` the key of the parsed texts."""
    node: Node
    contact: Contact
    address: str
    purpose: str
    entry: Mapping[str, Any] = EMPTY
    """Properties of the event that started the journey: ``event`` in Liquid."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A message with its text fixed, ready for the wire. ``content`` is stored as JSON."""

    message_id: int
    address: str
    content: Mapping[str, Any]
    purpose: str = "marketing"


class Channel(Protocol):
    """A way out. It knows nothing of journeys."""

    name: str
    idempotent: bool
    """Whether the other side takes our message id as a key, so that trying again can never double."""
    in_flight: int
    """How many messages may be in ``sending`` at a time."""

    def prepare(self, outgoing: Outgoing) -> Prepared:
        """Renders it; raises TextError when the text cannot be made. No network."""

    def send(self, batch: Batch) -> Sequence[Receipt]:
        """Sends them in turn, at most ``in_flight``; one receipt each, in order. Raises nothing: what goes
        wrong is a receipt. Asks ``batch.is_fresh`` last before the first byte of each. Called with no
        transaction open, always from the same thread."""

    def close(self) -> None:
        """Closes connections."""


class Revoking(Protocol):
    """What a channel may also be able to do: it is asked when the brake is pulled."""

    def revoke(self, sent: Sequence[Message]) -> Collection[int]:
        """Takes back what it has accepted, as far as it can; answers the ids of those that nobody gets any
        more. Raises nothing. Called with no transaction open, from any thread."""


# --- sources -------------------------------------------------------------------------------------------


class ContactSink(Protocol):
    """Where a source puts contacts."""

    def put(self, rows: Iterable[ContactRow], report: ImportReport) -> None:
        """Creates or updates each row's contact and counts it in ``report``; one transaction for all."""


# --- desk: what the window sees ------------------------------------------------------------------------


class Desk(Protocol):
    """The one object through which the window works. Every call may block and belongs off the GUI thread,
    except ``listen``. Errors are ``ChainwrightError`` with a sentence for the person."""

    def flows(self) -> Sequence[FlowInfo]:
        """All flows of the workspace, by name."""

    def draft(self, name: str) -> str:
        """The draft's document text."""

    def save_draft(self, name: str, document: str, *, base: str | None = None) -> None:
        """Stores a draft, also an unfinished one. With ``base`` (the text it was loaded from) a draft that
        someone else changed meanwhile is not overwritten: RefusedError."""

    def check(self, flow: Flow) -> Sequence[Problem]:
        """All problems, with the workspace's surroundings."""

    def impact(self, name: str, document: str, moves: Sequence[Move] = ()) -> Impact:
        """What publishing this draft would mean for the people inside, with these choices; stores nothing.
        UserError for a choice that cannot be made."""

    def publish(
        self,
        name: str,
        document: str,
        moves: Sequence[Move] = (),
        *,
        confirm: int | None = None,
        first: int = 0,
        also_today: bool = False,
    ) -> PublishResult:
        """Saves the draft and publishes it when it has no errors. Whoever is inside and not named by a choice
        finishes on the version they have. UserError for a choice that cannot be made. ``confirm``: the number
        of people that somebody typed; ``first``: after so many the others are held until
        :meth:`release_first`. ``also_today``: those who are in its segments and dates today come in too, not
        only those who enter from now on."""

    def first_reach(self, name: str, document: str, *, also_today: bool = False) -> FirstReach:
        """How many this draft would send its first message to when it is published under this name now."""

    def release_first(self, name: str) -> int:
        """Lets what is held behind the first messages of a flow go out; answers how many."""

    def undo_publish(self, name: str, *, dry: bool = False) -> TakenBack:
        """Takes the last publish back, for ten minutes; with ``dry`` only tells what that would do.
        RefusedError when it cannot be taken back."""

    def count_today(self, name: str, flow: Flow) -> int:
        """How many people that would be, if this drawing was published under this name now."""

    def segments(self) -> Sequence[SegmentInfo]:
        """All segments of the workspace, by name."""

    def save_segment(self, name: str, rule: Mapping[str, Any]) -> None:
        """Makes a segment, or gives it another rule: who comes in by that alone starts nothing. UserError
        when nobody can be asked by the rule."""

    def rename_segment(self, old: str, new: str) -> None:
        """Gives a segment another name; RefusedError while a flow under way uses it."""

    def delete_segment(self, name: str) -> None:
        """Takes a segment away; RefusedError while a flow under way uses it."""

    def segment_size(self, rule: Mapping[str, Any]) -> int:
        """How many people fit a rule now: asks all of them, some hundred at a time."""

    def pause(self, name: str, *, entries_only: bool = False) -> None:
        """Stops sends and entries; waits go on."""

    def resume(self, name: str) -> None:
        """Goes on."""

    def stop(self, name: str) -> int:
        """Ends all journeys with reason ``stopped``; answers how many."""

    def counts(self, name: str, period: Period = Period.ALL) -> Counts:
        """Numbers for nodes and edges in a period of the workspace's days; who is inside now is in each."""

    def standing(
        self, name: str, node: str, what: str = "here", period: Period = Period.ALL, limit: int = 200
    ) -> Sequence[Standing]:
        """The people behind a number of a node (of the whole flow for an empty one). ``what`` is a counter's
        name as in ``CountKey``, ``failed`` for every reason, or ``here``: those who are there now."""

    def way(self, name: str, contact_id: int, journey_id: int | None = None) -> Way:
        """How a journey went: this one, or the contact's newest in this flow; UserError without one."""

    def why(self, contact_id: int) -> Sequence[Story]:
        """All that was decided about a person, from the journal alone; the newest journey at the end."""

    def status(self) -> Status:
        """For the status bar."""

    def brake(self) -> Braked:
        """Stops everything at once, over restarts: cancels what is queued, revokes what providers can."""

    def taken_back(self) -> Sequence[HeldGroup]:
        """What waits for the brake to be let go; reason ``revoked``: it had gone out already."""

    def release_brake(self, drop: Sequence[HeldGroup] = ()) -> int:
        """Lets everything go on; what was taken back is sent after all, but for what is dropped. Answers how
        many messages that were."""

    def trust_clock(self) -> bool:
        """A person says that the clock of this machine is right; False when nobody had asked."""

    def try_again(self, name: str) -> int:
        """Whoever broke in this flow tries to go on; answers how many."""

    def sending(self) -> Sequence[SettingText]:
        """The settings of sending."""

    def save_sending(self, values: Mapping[str, str]) -> None:
        """Stores these by name, all or none; the sentence of an error begins with the name of a wrong one."""

    def caught(self, after: int) -> Sequence[Caught]:
        """What the practice catcher holds, from this index on."""

    def tasks(self) -> Sequence[CallTask]:
        """Call-backs that wait."""

    def finish_task(self, message_id: int, *, reached: bool) -> None:
        """Takes the way ``done`` or ``not-reached``."""

    def notices(self) -> Sequence[Notice]:
        """What flows have told and nobody has put away yet, the newest first."""

    def dismiss_notice(self, message_id: int) -> None:
        """Puts it away; nothing happens when it is away already."""

    def held(self) -> Sequence[HeldGroup]:
        """What waits for a person to decide, by flow, channel and reason."""

    def decide_held(self, group: HeldGroup, *, send: bool) -> int:
        """Sends all of them after all, or drops them (``failed``, ``late``); answers how many."""

    def fields(self) -> Sequence[str]:
        """Names of contact properties, for texts and conditions."""

    def rename(self, old: str, new: str) -> None:
        """Gives a flow another name, with its versions, its people and its history; RefusedError when that
        name is taken."""

    def versions(self, name: str) -> Sequence[VersionInfo]:
        """All versions of a flow, the newest first."""

    def version_document(self, name: str, number: int) -> str:
        """The document text of one version."""

    def history(self, name: str) -> str:
        """The log of a draft's undo history; empty when there is none."""

    def append_history(self, name: str, lines: str, *, after: int) -> int:
        """Adds lines to the log, which is ``after`` bytes long as far as the writer knows, and answers how
        long it is now. RefusedError, with nothing written, when somebody else has written to it."""

    def replace_history(self, name: str, log: str, *, aside: bool = False) -> int:
        """Puts another log in the place of the old one, which is kept beside it with ``aside``; answers its
        length in bytes."""

    def templates(self) -> Sequence[tuple[str, str]]:
        """(name, document) of the flows that come along."""

    def people(self, search: str = "", limit: int = 50) -> Sequence[Person]:
        """People in whose name or address this stands, those known longest first."""

    def event_fields(self, names: Sequence[str]) -> Sequence[str]:
        """What the newest events of these names carry, such as ``basket_id`` or ``items.title``."""

    def preview(self, flow: Flow, node_id: str, person_id: int | None, texts: Sequence[str] = ()) -> Preview:
        """A message of a drawing as this person would get it (None: nobody in particular); stores nothing."""

    def send_to_me(self, flow: Flow, node_id: str, person_id: int | None, address: str) -> None:
        """Sends a message by its real channel to this address, as that person would get it. It belongs to no
        journey, is not tracked and counts nowhere."""

    def listen(self, callback: Callable[[], None]) -> None:
        """Calls back, from any thread, when numbers may have changed."""
