"""The stories of one person: journey after journey, line after line, and where each of them stands."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from app.flows.telling import not_event
from app.flows.why import messages, moves
from app.flows.why.scene import Said, Scene
from app.flows.words import duration_name, time_out
from app.model.kinds import Category, kind_of, ticked, value_of
from app.model.why import Past, Saying, Story, Told, Tone, say

if TYPE_CHECKING:
    from app.model.flow import Node
    from app.model.journey import Arming, JournalLine

_TELLERS: Final[Mapping[str, Callable[[Scene, JournalLine], Iterator[Told]]]] = {
    "started": moves.started,
    "refused": moves.refused,
    "not-started": moves.not_started,
    "left": moves.left,
    "ended": moves.ended,
    "parked": moves.parked,
    "tried-again": moves.tried_again,
    "moved": moves.moved,
    "moved-back": moves.moved,
    "returned": moves.returned,
    "queued": messages.queued,
    "sent": messages.sent,
    "failed": messages.failed,
    "postponed": messages.postponed,
    "held": messages.held,
    "unknown": messages.unknown,
    "retry": messages.retry,
    "released": messages.released,
    "taken-back": messages.taken_back,
    "finishing": messages.finishing,
    "rung-left": messages.rung_left,
    "reaction": messages.reaction,
    "zone-unknown": messages.zone_unknown,
}
_WITHDRAWS: Final = ("left", "ended")


def explain(lines: Iterable[JournalLine], past: Past) -> tuple[Story, ...]:
    """Everything that the journal knows of one person, the journey that began first at the top.

    ``lines``: in the order in which they were written. What never became a journey stands in a story of its
    own for each flow.
    """
    journeys: dict[int, list[JournalLine]] = {}
    refused: dict[int, list[JournalLine]] = {}
    for line in lines:
        place = (
            journeys.setdefault(line.journey_id, [])
            if line.journey_id
            else refused.setdefault(line.flow_id, [])
        )
        place.append(line)
    told = [_journey(own, past) for own in journeys.values()]
    told += [_refused(flow_id, own, past) for flow_id, own in refused.items()]
    told.sort(key=lambda story: story.lines[0].at)
    return (*told, *(_armed(one, past) for one in past.armed))


def _journey(lines: Sequence[JournalLine], past: Past) -> Story:
    flow_id = next((line.flow_id for line in lines if line.flow_id), 0)
    flow = past.flows.get(flow_id, "?")
    scene = Scene(past, flow, Counter(_message(line) for line in lines))
    told: list[Told] = []
    for line in lines:
        told += _tell(scene, line)
    return Story(flow, lines[0].journey_id, _head(lines[0], flow, past), (*told, *_now(scene, lines)))


def _refused(flow_id: int, lines: Sequence[JournalLine], past: Past) -> Story:
    flow = past.flows.get(flow_id, "?")
    scene = Scene(past, flow, Counter())
    told = tuple(one for line in lines for one in _tell(scene, line))
    return Story(flow, 0, say("“{flow}”: did not come in", flow=flow), told)


def _armed(arming: Arming, past: Past) -> Story:
    """Rule 3: what has begun waits for its quiet time before they come in."""
    flow, newest = past.flows.get(arming.flow_id, "?"), past.newest(arming.flow_id)
    node = newest.drawing.by_id.get(arming.node) if newest is not None else None
    values = {"flow": flow, "key": arming.key, "due": arming.due_at}
    words = "They come in on {due}, if nothing more happens before."
    if node is not None:
        values["length"] = duration_name(value_of(node, "quiet_for"))
        words = "They come in on {due}, if nothing more happens before: it has to be quiet for {length}."
    head = say("“{flow}”, for “{key}”: not in it yet" if arming.key else "“{flow}”: not in it yet", **values)
    told = Told(arming.due_at, "now", say(words, **values), Tone.WAITS, arming.node)
    return Story(flow, 0, head, (told,))


def _tell(scene: Scene, line: JournalLine) -> Iterator[Told]:
    scene.later[_message(line)] -= 1
    if line.version_id:
        scene.version_id = line.version_id
    if line.what in _WITHDRAWS:
        yield from _withdrawn(scene, line)
    teller = _TELLERS.get(line.what)
    if teller is not None:
        yield from teller(scene, line)
    else:
        name = scene.name(line)
        words = "“{what}” at {name}." if line.node else "“{what}”."
        yield Told(line.at, line.what, say(words, what=line.what, name=name), node=line.node)


def _withdrawn(scene: Scene, line: JournalLine) -> Iterator[Told]:
    """Rule 8: leaving withdraws what is not out yet. No line of its own says so."""
    for said in scene.messages.values():
        if said.is_open and said.step == line.step:
            said.is_open = False
            name = scene.name(line, said.node)
            yield Told(line.at, "withdrawn", say(_taken_back(said), name=name), Tone.SILENCE, said.node)


def _taken_back(said: Said) -> str:
    if said.kind is None or not said.kind.waits_on_page:
        return "{name} was taken back before it went out."
    if said.kind.name == "task":
        return "{name} was not asked for any more."
    return "{name} was not shown any more."


def _message(line: JournalLine) -> int:
    value = line.data.get("message")
    return value if isinstance(value, int) else 0


def _head(first: JournalLine, flow: str, past: Past) -> Saying:
    """“Abandoned basket”, version 1, published by Ada on 2 March, for B7."""
    known, key = past.edition(first.version_id, first.at), past.keys.get(first.journey_id, "")
    values: dict[str, Any] = {"flow": flow, "key": key}
    if known is None:
        return say("“{flow}”, for “{key}”" if key else "“{flow}”", **values)
    values |= {"number": known.number, "at": known.published_at, "author": known.author}
    if known.author:
        words = "“{flow}”, version {number}, published by {author} on {at}"
    else:
        words = "“{flow}”, version {number}, published on {at}"
    return say(f"{words}, for “{{key}}”" if key else words, **values)


# --- where they stand ----------------------------------------------------------------------------------


def _now(scene: Scene, lines: Sequence[JournalLine]) -> Iterator[Told]:
    """The last line of a journey that is not over."""
    last, over = lines[-1], None
    for line in lines:
        over = line.what == "ended" if line.what in ("ended", "returned") else over
    if over:
        return
    place, since = _place(scene, lines)
    node = scene.node(last, place)
    if node is None:
        return
    own = [one for one in scene.messages.values() if one.node == place]
    saying = _stands(node, own[-1] if own else None)
    if any(line.what == "parked" for line in lines[-1:]):
        saying = say("They stand still at {name}.")
    values = {**saying.values, "name": scene.name(last, place), "since": since.at}
    saying = Saying(saying.words, values)
    due = scene.past.due.get(last.journey_id)
    if due is not None:
        saying = say(
            _GOES_ON.get(node.kind, "{stands} They go on by {due} at the latest."), stands=saying, due=due
        )
    yield Told(since.at, "now", saying, Tone.WAITS, place)
    yield from _elsewhere(scene, last, place)


_GOES_ON: Final = dict.fromkeys(("delay", "until"), "{stands} They go on at {due}.")


def _place(scene: Scene, lines: Sequence[JournalLine]) -> tuple[str, JournalLine]:
    """The node where the journey stands, and the line that brought it there."""
    for line in reversed(lines):
        if line.what == "left" and (target := scene.target(line, line.outlet)):
            return target, line
        if line.what in ("started", "moved", "moved-back", "returned"):
            return line.node, line
    return lines[-1].node, lines[0]


def _stands(node: Node, message: Said | None) -> Saying:
    kind = kind_of(node)
    if kind is not None and kind.is_message and message is not None:
        return _message_stands(node, message)
    if node.kind == "wait":
        events = [one for one in value_of(node, "events") or () if isinstance(one, str)]
        longest = value_of(node, "timeout")
        words = "Now at {name} since {since}: waits for them to {event}, for at most {length}."
        return say(words, event=not_event(events) or "do it", length=duration_name(longest))
    if node.kind == "delay":
        return say("Now at {name} since {since}: waits {length}.", length=moves.length_of(node))
    if kind is not None and kind.category is Category.WAIT:
        return say("Now at {name} since {since}: waits for the moment that it names.")
    return say("Now at {name} since {since}.")


def _message_stands(node: Node, message: Said) -> Saying:
    if message.waits_for == "person":
        return say("Now at {name} since {since}: a person has to decide.")
    if node.kind == "task":
        words = "Now at {name} since {since}: one of you has to call them; after {length} they go on without."
        return say(words, length=duration_name(time_out(node)))
    if not message.is_sent and message.kind is not None and message.kind.waits_on_page:
        return say(
            "Now at {name} since {since}: waits to be seen, for at most {length}.",
            length=duration_name(time_out(node)),
        )
    if not message.is_sent:
        return say("Now at {name} since {since}: it has not gone out yet.")
    awaited = " or ".join(_AWAITED.get(one, one) for one in ticked(node)) or "react"
    words = "Now at {name} since {since}: they may {do} it; after {length} they go on without."
    return say(words, do=awaited, length=duration_name(time_out(node)))


_AWAITED: Final[Mapping[str, str]] = {
    "opened": "open",
    "clicked": "click in",
    "replied": "answer",
    "submitted": "send the form of",
    "closed": "close",
    "delivered": "receive",
}


def _elsewhere(scene: Scene, line: JournalLine, place: str) -> Iterator[Told]:
    """Rule 14: who came in by an older version finishes on it."""
    own, newest = scene.edition(line), scene.past.newest(line.flow_id)
    if own is None or newest is None or newest.number <= own.number:
        return
    words = "There is a version {number} since {at}: they finish on version {own}."
    if newest.author:
        words = "{author} published version {number} on {at}: they finish on version {own}."
    values = {"number": newest.number, "at": newest.published_at, "own": own.number, "author": newest.author}
    yield Told(line.at, "old-version", say(words, **values), Tone.PLAIN, place)
