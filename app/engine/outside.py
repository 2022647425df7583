"""What happens outside of the engine in a rehearsal: events of a script, and the reactions of an audience.

It works over the engine's own ways in, so that it can play before a rehearsal and before a real run alike.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import count
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Protocol

from app.engine import life, page
from app.engine.audience import Coming, Reached
from app.model.batch import Batch, stale
from app.model.errors import TextError
from app.model.journey import Changes, Message, Receipt, Result, Suppression
from app.model.people import Consent, Event
from app.model.ports import Prepared

if TYPE_CHECKING:
    from datetime import datetime

    from app.engine.audience import Audience
    from app.engine.context import Context
    from app.engine.session import Session
    from app.model.ports import Channel, Outgoing

_TASK: Final = "task"


@dataclass(frozen=True, slots=True)
class ByHand:
    """Somebody puts these people in."""

    flow: str
    people: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Written:
    """What somebody else writes meanwhile: people's consents, addresses that get nothing, and what other
    flows have sent."""

    consents: tuple[tuple[int, Consent], ...] = ()
    suppressed: tuple[Suppression, ...] = ()
    messages: tuple[Message, ...] = ()


Deed = Event | Written | ByHand


class Happening(NamedTuple):
    """Something of the script."""

    at: datetime
    deed: Deed


class Listener(Protocol):
    """Who is told what goes out."""

    def said(self, outgoing: Outgoing, channel: str, parts: int, at: datetime) -> None:
        """A message went out, or was shown."""


class Mute:
    """A channel that makes every text by a real one and sends nothing: all that is made is taken."""

    idempotent = True
    in_flight = 50

    def __init__(self, channel: Channel, outside: Outside) -> None:
        self.name = channel.name
        self._channel, self._outside = channel, outside
        self._made: dict[int, Outgoing] = {}

    def prepare(self, outgoing: Outgoing) -> Prepared:
        made = self._channel.prepare(outgoing)
        self._made[outgoing.message_id] = outgoing
        return Prepared(made.message_id, made.address, slim(made.content), made.purpose)

    def send(self, batch: Batch) -> Sequence[Receipt]:
        return [self._sent(one) if batch.is_fresh() else stale(one.message_id) for one in batch]

    def _sent(self, one: Prepared) -> Receipt:
        self._outside.went_out(self._made.pop(one.message_id), self.name, one.content)
        return Receipt(one.message_id, Result.SENT)

    def close(self) -> None:
        """Nothing was opened."""


def slim(content: Mapping[str, Any]) -> dict[str, Any]:
    """What is kept of a text that nobody gets: how long an SMS is."""
    return {name: content[name] for name in ("parts",) if name in content}


class Outside:
    """The world around the engine, on the engine's own clock. ``script`` comes in its order.

    ``key`` is the property that parts the journeys of a person; ``page_channels`` make what waits on a page
    or for somebody who calls.
    """

    def __init__(
        self,
        context: Context,
        script: Iterable[Happening],
        audience: Audience,
        page_channels: Iterable[Channel] = (),
        *,
        key: str = "",
        listener: Listener | None = None,
    ) -> None:
        self._context, self._audience, self._listener = context, audience, listener
        self._script: Iterator[Happening] = iter(script)
        self._upcoming = next(self._script, None)
        self._channels = {channel.name: channel for channel in page_channels}
        self._key = key
        self._later: list[tuple[datetime, int, int, str, int, Callable[[], object]]] = []
        self._numbers = count()
        self.events = 0
        """How many came in."""

    # --- what the engine's side tells ---

    def hear(self, changes: Changes) -> None:
        """Sees what waits on a page from now on."""
        for one in changes.queued:
            if one.channel in self._channels:
                self._plan(one.due_at, one, "see", partial(self._see, one))

    def went_out(self, outgoing: Outgoing, channel: str, content: Mapping[str, Any]) -> None:
        """The channel has taken a message: its reader reacts in their own time."""
        now = self._context.clock.now()
        if self._listener is not None:
            self._listener.said(outgoing, channel, int(content.get("parts") or 0), now)
        self._await_reactions(self._reached(outgoing, channel), now)

    # --- what happens ---

    @property
    def next_at(self) -> datetime | None:
        """The next moment at which anything happens."""
        moments = [self._later[0][0]] if self._later else []
        if self._upcoming is not None:
            moments.append(self._upcoming.at)
        return min(moments, default=None)

    def act(self, now: datetime) -> int:
        """All that has come by now: the script first, then reactions in a fixed order; answers how much."""
        done = 0
        while self._upcoming is not None and self._upcoming.at <= now:
            happening, self._upcoming = self._upcoming, next(self._script, None)
            self._do(happening.deed)
            done += 1
        while self._later and self._later[0][0] <= now:
            heapq.heappop(self._later)[-1]()
            done += 1
        return done

    def _plan(self, at: datetime, one: Message | Reached, what: str, deed: Callable[[], object]) -> None:
        """The order of one moment hangs on people and messages, not on what was planned first."""
        contact_id, message_id = (
            (one.contact_id, one.id) if isinstance(one, Message) else (one.contact.id, one.message_id)
        )
        heapq.heappush(self._later, (at, contact_id, message_id, what, next(self._numbers), deed))

    def _do(self, deed: Deed) -> None:
        if isinstance(deed, Event):
            self._take(deed)
        elif isinstance(deed, ByHand):
            life.enter(self._context, deed.flow, list(deed.people))
        else:
            with self._context.session("ingest") as session:
                session.changes.consents += deed.consents
                session.changes.suppressed += deed.suppressed
                session.changes.queued += deed.messages

    def _take(self, event: Event) -> None:
        self.events += 1
        life.ingest(self._context, event)

    # --- on a page, and at the phone ---

    def _see(self, message: Message) -> None:
        """It waits from now on: whether, and when, somebody comes to it."""
        outgoing = self._waiting(message)
        if outgoing is None:
            return
        reached, now = self._reached(outgoing, message.channel), self._context.clock.now()
        if message.channel == _TASK:
            # It is listed, and so made, at once.
            if self._made(message, outgoing) is not None:
                self._await_reactions(reached, now)
            return
        at = self._audience.shown_at(reached, now)
        if at is not None:
            self._plan(at, message, "shown", partial(self._show, message))

    def _show(self, message: Message) -> None:
        outgoing = self._waiting(message)
        content = self._made(message, outgoing) if outgoing is not None else None
        if outgoing is None or content is None:
            return
        if page.shown(self._context, message.id, slim(content)):
            self.went_out(outgoing, message.channel, content)

    def _waiting(self, message: Message) -> Outgoing | None:
        """What is needed to make it; None when it was withdrawn."""
        with self._context.session() as session:
            return _ready(session, message.id)

    def _made(self, message: Message, outgoing: Outgoing) -> Mapping[str, Any] | None:
        try:
            return self._channels[message.channel].prepare(outgoing).content
        except TextError as error:
            page.cannot_be_made(self._context, message.id, error.sentence)
            return None

    # --- reactions ---

    def _reached(self, outgoing: Outgoing, channel: str) -> Reached:
        key = str(outgoing.entry.get(self._key) or "") if self._key else ""
        return Reached(outgoing.message_id, outgoing.contact, key, outgoing.node, channel, outgoing.purpose)

    def _await_reactions(self, reached: Reached, now: datetime) -> None:
        for coming in self._audience.reactions(reached, now):
            self._plan(coming.at, reached, coming.reaction, partial(self._react, reached, coming))

    def _react(self, reached: Reached, coming: Coming) -> None:
        self._take(self._audience.event(reached, coming))
        for event in self._audience.consequences(reached, coming):
            self._plan(event.at, reached, event.name, partial(self._take, event))


def _ready(session: Session, message_id: int) -> Outgoing | None:
    row = session.tx.message(message_id)
    waiting = page.waiting(session, [row]) if row is not None else []
    return waiting[0].outgoing if waiting else None
