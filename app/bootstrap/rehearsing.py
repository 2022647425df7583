"""Rehearsals of a workspace: its people, its rules and its texts on a clock that jumps, in a store in memory.

The workspace is only read. What is kept meanwhile is gone with the rehearsal.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from app.bootstrap.channels import make_channels, shop_of
from app.bootstrap.publishing import problems_of
from app.bootstrap.rules import rules_of
from app.channels.email import EmailChannel
from app.channels.links import Links
from app.channels.sms import SmsChannel
from app.engine import script as scripts
from app.engine.admission import admit, asked_segments
from app.engine.audience import Audience
from app.engine.context import Context
from app.engine.doors import KINDS as DOORS
from app.engine.habits import BUYS, BUYS_AFTER, habits_of, rates_of
from app.engine.plan import Plan, make_plan
from app.engine.rehearsal import Stage, rehearse
from app.engine.segments import events_in
from app.flows.codec import read_flow
from app.flows.publish import content_hash
from app.flows.rehearsed import document_of
from app.model.errors import RefusedError, UserError
from app.model.flow import EMPTY
from app.model.journey import Changes, JourneyState, Version
from app.model.people import Contact
from app.model.rehearsing import MOST_EVENTS, MOST_PEOPLE, Guess, Lives, Rehearsal, RehearsalOptions, Wanted
from app.store.memory import MemoryStore
from app.store.rehearsing import Past
from app.support.clock import StandingClock
from app.support.countries import countries
from app.support.ids import SequenceIds
from app.support.settings import EmailSettings, SmsSettings

if TYPE_CHECKING:
    from collections.abc import Mapping

    from app.bootstrap.workspace import Workspace
    from app.engine.outside import Happening
    from app.engine.script import Span
    from app.model.flow import Flow, Problem
    from app.model.ports import Channel
    from app.model.rehearsing import Played, Rates
    from app.model.segments import Segment

_LOOK_BACK: Final = timedelta(days=90)
"""Reactions of so long tell how people react."""
_MOST_REACTED: Final = 20_000
_FIRST_ID: Final = 1 << 61
"""Rows of a rehearsal have numbers that no row of the workspace has."""
_NEW_FLOW: Final = 1 << 60
_MOMENT: Final = timedelta(microseconds=1)
_OURS: Final = frozenset({"channel-not-set-up", "no-public-address", "no-postal-address"})
"""What keeps a flow from being published and not from being rehearsed."""
_SWEPT_AFTER: Final = 200_000
"""Things that are made between two looks for garbage."""


class FaultyError(RefusedError):
    """With errors in the drawing nothing can be rehearsed."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("With errors it cannot be rehearsed. Mend them first.")
        self.problems = tuple(problems)


def _never() -> bool:
    return False


def _nobody(_share: float) -> None:
    """Nobody wants to know how far it is."""


@dataclass(frozen=True, slots=True)
class Watching:
    """Who looks on."""

    progress: Callable[[float], object] = _nobody
    """Is told the share that is done."""
    cancelled: Callable[[], bool] = _never


def rehearse_flow(
    workspace: Workspace,
    name: str,
    document: str,
    options: RehearsalOptions,
    watching: Watching | None = None,
) -> Rehearsal:
    """Plays a drawing, and what is published under its name, over the workspace's people.

    Raises FaultyError for a drawing with errors, UserError for what cannot be asked, and
    ``engine.rehearsal.CancelledError`` when nobody wants to know any more.
    """
    begun = time.perf_counter()
    flow = read_flow(document)
    problems = problems_of(workspace, name, flow)
    errors = [one for one in problems if one.severity == "error" and one.code not in _OURS]
    if errors:
        raise FaultyError(errors)
    house = _House.of(workspace, name, flow, document, options)
    with _seldom_swept():
        played = house.play_all(watching or Watching())
    found = house.told(*played)
    found.seconds = time.perf_counter() - begun
    return found


@contextmanager
def _seldom_swept() -> Iterator[None]:
    """Nearly all that a rehearsal makes stays until its end: to look for garbage in it every moment takes a
    fifth of the time."""
    usual = gc.get_threshold()
    gc.set_threshold(_SWEPT_AFTER, *usual[1:])
    try:
        yield
    finally:
        gc.set_threshold(*usual)


@dataclass(frozen=True, slots=True)
class _Piece:
    """One version that is played."""

    plan: Plan
    version: Version


@dataclass(slots=True)
class _House:
    """What is known before the first version is played."""

    workspace: Workspace
    name: str
    options: RehearsalOptions
    span: Span
    pieces: Sequence[_Piece]
    """The drawing, and what is live where that is something else."""
    number: int
    """Of the published version; 0 for none."""
    segments: Sequence[Segment] = ()
    lives: Lives = field(default_factory=Lives)
    people: int = 0
    step: int = 1
    rates: Rates = field(default_factory=dict)
    guesses: Sequence[Guess] = ()
    assumed: list[str] = field(default_factory=list)
    comes: bool = False
    """Whether somebody comes in by recorded events."""
    sample: Mapping[str, Any] = EMPTY
    flow_names: Mapping[int, str] = field(default_factory=dict)

    @classmethod
    def of(
        cls, workspace: Workspace, name: str, flow: Flow, document: str, options: RehearsalOptions
    ) -> _House:
        live = _published(workspace, name)
        flow_id = live.flow_id if live is not None else _NEW_FLOW
        drawn = Version(_FIRST_ID, flow_id, 0, content_hash(flow), document)
        pieces = [_Piece(make_plan(drawn), drawn)]
        if options.compare and live is not None and live.document != document:
            pieces.append(_Piece(make_plan(live), live))
        span = scripts.span_of(options, workspace.clock.now(), workspace.zone)
        house = cls(workspace, name, options, span, pieces, live.number if live is not None else 0)
        house._look()
        return house

    # --- looking into the workspace ---

    def _look(self) -> None:
        past = Past(self.workspace.store)
        with self.workspace.store.looking() as tx:
            self.segments = tx.segments()
        self._demand_segments()
        self.flow_names = {one.id: one.name for one in self.workspace.store.flows.infos()}
        self._choose(past)
        self.rates = rates_of(habits_of(past.reacted(self.workspace.clock.now() - _LOOK_BACK, _MOST_REACTED)))
        self.guesses = self._guessed(past)
        self._say_what_is_assumed()

    def _demand_segments(self) -> None:
        there = {one.name for one in self.segments}
        for name in sorted({one for piece in self.pieces for one in asked_segments(piece.plan)} - there):
            raise UserError(f"There is no segment “{name}”. Make it first, or choose another one.")

    def _choose(self, past: Past) -> None:
        """Who is looked at: whoever has a reason to come in, of very many every so-manieth."""
        ids = self.options.people or self._likely(past)
        self.step = -(-len(ids) // (self.options.most or MOST_PEOPLE)) or 1
        chosen = list(ids)[:: self.step]
        plan = self.pieces[0].plan
        wanted = Wanted(
            scripts.asked_names([one.plan for one in self.pieces], self._segment_events()),
            plan.flow_id if self.number else 0,
            self.span.recorded[0] - _LOOK_BACK,
        )
        self.lives = past.lives(chosen, wanted)
        if len(self.lives.events) > MOST_EVENTS:
            first = self.span.recorded[0]
            self.lives.events = [one for one in self.lives.events if one.at >= first]
        self.people = len(self.lives.people)

    def _likely(self, past: Past) -> Sequence[int]:
        plan = self.pieces[0].plan
        names = {name for piece in self.pieces for name in piece.plan.entries}
        comers = past.comers(names, *self.span.recorded) if names else ()
        self.comes = bool(comers)
        others = any(node.kind.name in DOORS for node in plan.nodes.values()) or plan.manual_entry()
        if comers and not others:
            return comers
        if names and not comers:
            self.sample = past.sample(names) or EMPTY
        return past.everybody()

    def _segment_events(self) -> frozenset[str]:
        asked = {name for piece in self.pieces for name in asked_segments(piece.plan)}
        return frozenset(events_in([one.rule for one in self.segments if one.name in asked]))

    def _guessed(self, past: Past) -> Sequence[Guess]:
        """Goals that were never recorded are taken to be reached by some of those who follow a link."""
        names = sorted({one.event for one in self.pieces[0].plan.endings if one.reason == "goal"})
        if not names or past.sample(names) is not None:
            return ()
        return (Guess(names[0], BUYS, BUYS_AFTER),)

    # --- what is assumed ---

    def _say_what_is_assumed(self) -> None:
        say, plan = self.assumed.append, self.pieces[0].plan
        used = {node.kind.channel for node in plan.nodes.values() if node.kind.is_message}
        used |= {rung.kind.channel for node in plan.nodes.values() for rung in node.rungs}
        guessed = sorted(
            channel
            for channel in used
            if channel and all(not rate.of for rate in self.rates.get((channel, "marketing"), ()))
        )
        if guessed:
            say(f"Nobody's reactions are known yet ({', '.join(guessed)}), so usual ones are taken.")
        for one in self.guesses:
            say(f"No “{one.event}” was ever recorded: {one.share:.0%} of those who follow a link make it.")
        if plan.entries and not self.comes:
            name = next(iter(plan.entries))
            say(f"No “{name}” was recorded in that time: everybody makes it once, at some moment of it.")
        if self.options.replay:
            say("Names, tags and imported consents of people are taken as they are today.")
        elif self.comes:
            say(f"What people did in the last weeks, they do again {self.span.shift.days} days later.")
        if self.step > 1:
            say(f"Of so many people one in {self.step} was looked at.")
        self._say_what_is_not_set_up(used)

    def _say_what_is_not_set_up(self, used: set[str]) -> None:
        settings = self.workspace.settings
        if self.workspace.practice:
            self.assumed.append("Hours and limits are those without practice mode.")
        ready = {
            "email": bool(settings.email.host and settings.email.sender),
            "sms": bool(settings.sms.url),
        }
        missing = sorted(name for name, there in ready.items() if not there and name in used)
        if missing and not self.workspace.practice:
            self.assumed.append(f"Not set up yet, and taken to work: {', '.join(missing)}.")

    # --- playing ---

    def play_all(self, watching: Watching) -> list[Played]:
        """The drawing, then what is live: the same people and the same dice."""
        found: list[Played] = []
        whole = len(self.pieces)
        for number, piece in enumerate(self.pieces):

            def progress(share: float, done: int = number) -> None:
                watching.progress((done + share) / whole)

            found.append(self._play(piece, replace(watching, progress=progress)))
        return found

    def _play(self, piece: _Piece, watching: Watching) -> Played:
        clock, plan = StandingClock(self.span.start), piece.plan
        store = MemoryStore(light=True)
        context = self._context(store, clock)
        self._fill(store, context)
        channels = channels_of(self.workspace)
        waits = [one for one in channels if one.name in ("popup", "task")]
        stage = Stage(
            context,
            clock,
            plan,
            plan.flow_id,
            [one for one in channels if one not in waits],
            waits,
            self._script(plan),
            Audience(self.options.seed, self.rates, self.guesses, plan.key),
            self.span.until,
            lambda: self._open(store, context, piece),
            watching.progress,
            watching.cancelled,
        )
        played = rehearse(stage)
        played.others = {
            place: {self.flow_names.get(int(flow_id), "?"): count for flow_id, count in flows.items()}
            for place, flows in played.others.items()
        }
        return played

    def _context(self, store: MemoryStore, clock: StandingClock) -> Context:
        today = self.span.start.astimezone(self.workspace.zone).date()
        return Context(
            store,
            clock,
            SequenceIds(_FIRST_ID + 1),
            self.workspace.zone,
            "rehearsal",
            rules=rules_of(self.workspace.settings, today, practice=False),
            places=countries(),
        )

    def _open(self, store: MemoryStore, context: Context, piece: _Piece) -> None:
        version = piece.version
        admit(
            context,
            piece.plan,
            lambda along: store.publish(self.name, version, self.span.start - _MOMENT, along),
            also_today=self.options.also_today,
        )

    def _script(self, plan: Plan) -> list[Happening]:
        found = scripts.script_of(self.lives, self.span, sorted({one.plan.key for one in self.pieces} - {""}))
        ids = [one.id for one in self.lives.people]
        if plan.entries and not self.comes:
            found += scripts.assumed_comings(plan, ids, self.span, self.options.seed, self.sample)
        found += scripts.by_hand(plan, self.name, ids, self.span, self.workspace.zone)
        return sorted(found, key=lambda one: one.at)

    def _fill(self, store: MemoryStore, context: Context) -> None:
        """Everybody as they were when the time begins."""
        start, lives = self.span.start, self.lives
        for one in lives.people:
            contact = Contact(one.id, one.zone, one.language, one.properties, one.tags)
            store.put_contact(contact, one.addresses, start)
        with store.transaction() as tx:
            for event in scripts.known(lives, self.span):
                tx.add_event(context.ids.new(), event, event.contact_id, start)
            tx.write(
                Changes(
                    started=[
                        replace(one, state=JourneyState.DONE)
                        for one in lives.journeys
                        if one.started_at < start
                    ],
                    queued=scripts.said_before(lives, self.span),
                    consents=[
                        (one.id, said)
                        for one in lives.people
                        for said in scripts.agreed(one.consents, self.span)
                    ],
                    suppressed=[one for one in lives.suppressed if one.at < start],
                    words=[one for one in lives.words if one[2] < start],
                    segments={one.id: one for one in self.segments},
                )
            )

    # --- telling ---

    def told(self, draft: Played, published: Played | None = None) -> Rehearsal:
        """All that is known now."""
        found = Rehearsal(
            self.name,
            self.options,
            str(self.workspace.zone),
            self.span.start,
            self.span.until,
            self.people,
            self.step,
            draft,
            published,
            self.number,
            self.rates,
            self.guesses,
            self.assumed,
        )
        found.flows = tuple(one.plan.flow for one in self.pieces)
        found.price = self.workspace.settings.sms.price
        found.document = document_of(found)
        return found


def _published(workspace: Workspace, name: str) -> Version | None:
    try:
        live = workspace.store.flows.find(name)
    except UserError:
        return None
    return workspace.store.flows.version(live.version_id)


def channels_of(workspace: Workspace) -> Sequence[Channel]:
    """All that make texts; those that are not set up yet with the address of nobody."""
    # As long as the real ones, and signed by nobody's key: a rehearsal needs no secret, and makes none.
    links = Links(workspace.site_url, [bytes(32)])
    made, shop = list(make_channels(workspace, links)), shop_of(workspace)
    names = {one.name for one in made}
    if "email" not in names:
        nobody = EmailSettings.model_validate({"host": "mail.invalid", "from": "shop@example.com"})
        made.append(EmailChannel(nobody, shop, links, lambda: None))
    if "sms" not in names:
        made.append(SmsChannel(SmsSettings(url="https://sms.invalid/"), shop, links, lambda: None))
    return made
