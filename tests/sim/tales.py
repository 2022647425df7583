"""What the two stories promise, read from their sentences: nobody gets anything after their order, two
baskets never mix, not-opened fires exactly when its wait ends."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from app.model.durations import parse_duration
from app.model.journey import JourneyState, MessageState
from app.model.kinds import KINDS
from app.model.people import Actor
from tests.sim.drawings import STORY_NAMES

if TYPE_CHECKING:
    from app.model.journey import JournalLine, Message
    from tests.sim.auditor import Auditor, Commit
    from tests.sim.watching import Heard

_ORDER: Final = "order_completed"
_LEFT: Final = "left-by-publish"
"""Who was put out by a publish can be taken back."""


class Orders:
    """Who has ordered what, and what was on its way at that moment."""

    def __init__(self, auditor: Auditor) -> None:
        self._auditor = auditor
        self._over: dict[int, frozenset[int]] = {}
        """Journeys whose basket was ordered, with their messages that were at the channel then."""
        self.timeouts = 0
        """How often a wait was seen to end exactly when it should."""

    @property
    def number(self) -> int:
        return len(self._over)

    def hear(self, heard: Heard) -> None:
        event, books = heard.event, self._auditor.books
        if event.name != _ORDER or event.actor is Actor.MACHINE:
            return
        told = event.properties.get("basket_id")
        for one in books.journeys.values():
            is_mine = one.contact_id == heard.contact_id and self._flow(one.version_id) in STORY_NAMES
            may_go_on = books.is_open(one.id) or one.end_reason == _LEFT
            if is_mine and may_go_on and (told is None or one.key in ("", told)):
                messages = self._auditor.messages_of_journey(one.id)
                sending = (it.id for it in messages if it.state is MessageState.SENDING)
                self._over.setdefault(one.id, frozenset(sending))

    def _flow(self, version_id: int) -> str:
        return self._auditor.books.drawn(version_id).flow.name

    def goes_out(self, message: Message) -> Iterator[str]:
        """What was with the channel when the order came can be called back by nobody."""
        if message.id not in self._over.get(message.journey_id, {message.id}) and not message.is_notice:
            yield f"nobody_gets_anything_after_their_order: {message}"


def two_baskets_never_mix(commit: Commit) -> Iterator[str]:
    """A journey is about its own basket, ends by that one's order, goes on by what its own letters did."""
    for one in commit.started:
        key = commit.books.drawn(one.version_id).key
        if key and str(one.entry.get(key, "")) != one.key:
            yield f"began with another basket: {one}"
    for _, after in commit.arrows:
        journey, told = commit.books.journeys[after.journey_id], after.content.get("basket")
        if commit.books.drawn(journey.version_id).key and told is not None and told != journey.key:
            yield f"a text about {told} for {journey}"
    for line in commit.lines:
        if line.what == "ended":
            yield from _ended_by_its_own(commit, line)
        elif line.what == "left":
            yield from _moved_by_its_own(commit, line)


def _ended_by_its_own(commit: Commit, line: JournalLine) -> Iterator[str]:
    journey = commit.books.journeys[line.journey_id]
    drawn = commit.books.drawn(journey.version_id)
    if line.outlet != "goal" or not drawn.key or drawn.flow.by_id[line.node].kind == "goal":
        return
    told = [one.event.properties.get(drawn.key) for one in commit.heard]
    if told and journey.key and not any(one is None or str(one) == journey.key for one in told):
        yield f"ended by the order of {told}: {journey}"


def _moved_by_its_own(commit: Commit, line: JournalLine) -> Iterator[str]:
    for heard in commit.heard:
        message = commit.books.messages.get(heard.event.message_id or 0)
        kind = commit.books.drawn(line.version_id).flow.by_id[line.node].kind
        is_reaction = message is not None and heard.event.name == line.outlet and KINDS[kind].is_message
        if is_reaction and message is not None and message.journey_id != line.journey_id:
            yield f"left by what another letter did: {line}, {message}"


def not_opened_fires_exactly_when_its_wait_ends(commit: Commit) -> Iterator[str]:
    """So long after it was sent, on the contact's calendar: no moment before, and when it has passed, and is
    known to have, the engine finds no rest until it has left."""
    auditor = commit.shop.auditor
    for line in commit.lines:
        before = commit.journeys.get(line.journey_id)
        if (line.what, line.outlet) != ("left", "timeout") or before is None or before.step != line.step:
            continue
        message = commit.books.messages.get(before.message_id or 0)
        if before.state is not JourneyState.WAITING or message is None or message.sent_at is None:
            continue
        kind = commit.books.kind(message)
        if kind.waits_on_page or line.journey_id in auditor.moved:
            continue
        node = commit.books.drawn(line.version_id).flow.by_id[line.node]
        if node.kind in ("reach", "task"):
            continue
        length = parse_duration(str(node.settings["timeout"]))
        ends = length.after(message.sent_at, commit.shop.zone_of(line.contact_id))
        is_known = commit.stood_since[line.journey_id] < auditor.rested
        auditor.orders.timeouts += 1
        if commit.now < ends:
            yield f"left {ends - commit.now} before {ends}: {line}"
        elif ends <= auditor.rested and is_known and line.flow_id not in auditor.broken:
            yield f"left at {commit.now}, though the engine was at rest at {auditor.rested}: {line}"
