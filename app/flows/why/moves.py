"""Lines about the way: in, through a node and by which outlet, to the end, and over to another version."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

from app.flows.diff_values import long_duration
from app.flows.telling import came_in, did_event, left_by
from app.flows.why.scene import CHANNELS, Scene, seen
from app.model.kinds import HOLD_OUT, Category, kind_of, value_of
from app.model.shifts import LEFT
from app.model.why import Saying, Told, Tone, say

if TYPE_CHECKING:
    from app.model.flow import Node
    from app.model.journey import JournalLine

_MOST_SEEN: Final = 6


def _told(line: JournalLine, saying: Saying, tone: Tone = Tone.PLAIN) -> Told:
    return Told(line.at, line.what, saying, tone, line.node)


# --- in ------------------------------------------------------------------------------------------------


def started(scene: Scene, line: JournalLine) -> Iterator[Told]:
    """By which door they came in."""
    node = scene.node(line)
    if node is None:
        yield _told(line, say("They came in at {name}.", name=scene.name(line)))
    else:
        yield _told(line, say("They came in: they {did}.", did=came_in(node)))


def refused(scene: Scene, line: JournalLine) -> Iterator[Told]:
    """Why they did not come in."""
    reason, key = str(line.data.get("reason", "")), str(line.data.get("key", ""))
    why = _REFUSED.get(reason, say("{reason}", reason=reason.replace("-", " ") or "no reason is kept"))
    words = (
        "They did not come in at {name} for “{key}”: {why}."
        if key
        else "They did not come in at {name}: {why}."
    )
    yield _told(line, say(words, name=scene.name(line), key=key, why=why), Tone.SILENCE)


_REFUSED: Final[Mapping[str, Saying]] = {
    "inside": say("they were in the flow already"),
    "before": say("they had been in the flow before, and it takes everybody once"),
    "too-soon": say("they had started it too short a time ago"),
    "loop": say("other flows had put them in three times within a day"),
    "full": say("as many people as may be inside were inside"),
    "no-key": say("what happened does not say what it is about, and the flow asks for that"),
    "not-fresh": say("what happened was heard of too late to start anything"),
    "paused": say("the flow took nobody in just then"),
    "erased": say("the person was erased"),
    "goal": say("they had reached the goal meanwhile"),
    "exit": say("something had happened meanwhile after which nobody comes in"),
}


def not_started(_scene: Scene, line: JournalLine) -> Iterator[Told]:
    """Another flow that could not be started."""
    words = (
        "They were to start in “{flow}”, but there is no such flow."
        if line.data.get("reason") == "no-such-flow"
        else "They were to start in “{flow}”, but nobody is put in there by hand or by a flow."
    )
    yield _told(line, say(words, flow=line.data.get("flow", "")), Tone.SILENCE)


# --- through -------------------------------------------------------------------------------------------


def left(scene: Scene, line: JournalLine) -> Iterator[Told]:
    """What moved them on, with what a branch saw then."""
    node, outlet = scene.node(line), line.outlet
    kind = kind_of(node) if node is not None else None
    if node is None or kind is None:
        words = "They left {name} by “{outlet}”."
        yield _told(line, say(words, name=scene.name(line), outlet=outlet))
        return
    teller = _LEAVERS.get(node.kind)
    if teller is not None:
        saying = teller(scene, line, node)
    elif kind.is_message:
        saying = _message_left(scene, line, node)
    else:
        saying = _WAITED if kind.category is Category.WAIT else None
    if saying is not None:
        values = {**saying.values, "name": scene.name(line)}
        yield _told(line, Saying(saying.words, values))


_WAITED: Final = say("{name} was over.")


def _message_left(scene: Scene, line: JournalLine, node: Node) -> Saying | None:
    """What moved them on; nothing where the line before it has said so."""
    outlet, target = line.outlet, scene.target(line, line.outlet)
    if outlet in ("sent", "ok"):
        return None
    values: dict[str, Any] = {"target": scene.name(line, target) if target else ""}
    if outlet == "failed":
        return say("So they went on to {target}.", **values) if target else None
    told = (one.reactions for one in scene.messages.values() if one.step == line.step)
    if target and any(outlet in reactions for reactions in told):
        return say("So they went on to {target}.", **values)
    did = say("they {did}", did=left_by(node, (outlet,)))
    if not target:
        return say("{did}.", did=did)
    return say("{did}, so they went on to {target}.", did=did, **values)


def _wait(_scene: Scene, line: JournalLine, node: Node) -> Saying:
    event = line.data.get("event")
    if line.outlet == "happened" and event:
        return say("They {did}, which {name} had waited for.", did=did_event([str(event)]))
    return say("They {did}.", did=left_by(node, (line.outlet,)))


def _check(_scene: Scene, line: JournalLine, _node: Node) -> Saying:
    saw = _saw(line.data.get("saw"))
    if line.outlet == "else":
        words = "At {name} no way was true ({saw})." if saw else "At {name} no way was true."
    else:
        words = "At {name} “{way}” was true ({saw})." if saw else "At {name} “{way}” was true."
    return say(words, way=line.outlet, saw=saw)


def _saw(saw: object) -> str:
    """“property phone: yes, consent sms: no”, as it was then."""
    if not isinstance(saw, Mapping):
        return ""
    told = [f"{str(name).replace('_', ' ')}: {seen(value)}" for name, value in list(saw.items())[:_MOST_SEEN]]
    return ", ".join(told)


def _split(_scene: Scene, line: JournalLine, node: Node) -> Saying:
    if line.outlet != HOLD_OUT.name:
        return say("At {name} chance has chosen “{way}” for them, once for all.", way=line.outlet)
    share = value_of(node, "hold_out") or 0
    words = "At {name} they were left out on purpose: {share} % get nothing here, to compare with."
    return say(words, share=share)


def _start(_scene: Scene, line: JournalLine, _node: Node) -> Saying:
    return say("At {name} they were put into “{flow}”.", flow=line.data.get("flow", ""))


def _record(_scene: Scene, line: JournalLine, _node: Node) -> Saying:
    return say("At {name} “{event}” was recorded.", event=line.data.get("event", ""))


def _consent(_scene: Scene, line: JournalLine, _node: Node) -> Saying:
    channel, _, topic = str(line.data.get("consent", "")).partition("/")
    values = {"channel": CHANNELS.get(channel, say("{channel}", channel=channel)), "topic": topic}
    if topic:
        words = (
            "At {name} their consent to {channel} about “{topic}” was recorded."
            if line.data.get("given")
            else "At {name} their consent to {channel} about “{topic}” was taken back."
        )
    else:
        words = (
            "At {name} their consent to {channel} was recorded."
            if line.data.get("given")
            else "At {name} their consent to {channel} was taken back."
        )
    return say(words, **values)


def _nothing(_scene: Scene, _line: JournalLine, _node: Node) -> None:
    """What is told by another line."""


def _set(_scene: Scene, _line: JournalLine, _node: Node) -> Saying:
    return say("At {name} their fields or tags were changed.")


_Leaver = Callable[[Scene, "JournalLine", "Node"], "Saying | None"]
_LEAVERS: Final[Mapping[str, _Leaver]] = {
    **dict.fromkeys(
        ("entry.event", "entry.manual", "entry.segment", "entry.date", "entry.schedule", "entry.reply"),
        _nothing,
    ),
    "wait": _wait,
    "check": _check,
    "split": _split,
    "start": _start,
    "record": _record,
    "consent": _consent,
    "notify": _nothing,
    "set": _set,
}


# --- out -----------------------------------------------------------------------------------------------


def ended(scene: Scene, line: JournalLine) -> Iterator[Told]:
    """Why it is over."""
    reason, node = line.outlet, scene.node(line)
    event = line.data.get("event")
    values: dict[str, Any] = {"name": scene.name(line), "flow": scene.flow, "reason": reason}
    if event:
        values["did"] = did_event([str(event)])
    words = _OVER.get(reason)
    if reason == "goal" and event:
        words = "They {did}: that is the goal, and “{flow}” is over for them."
    elif reason == "exit" and event:
        words = "They {did}, and so “{flow}” is over for them."
    elif words is None:
        is_hold_out = reason == HOLD_OUT.name and node is not None and node.kind == "split"
        words = "They get nothing from “{flow}”." if is_hold_out else _NOWHERE
    yield _told(line, say(words, **values), Tone.OVER)


_NOWHERE: Final = "“{reason}” of {name} leads nowhere: there “{flow}” was over for them."
_OVER: Final[Mapping[str, str]] = {
    "goal": "They reached the goal at {name}: “{flow}” is over for them.",
    "exit": "“{flow}” is over for them: something happened after which nobody stays.",
    "end": "They came to the end: {name}.",
    "stopped": "“{flow}” was stopped by a person.",
    "merged": "Two contacts became one: their way in “{flow}” went on in another journey.",
    "restarted": "They started “{flow}” again, so this journey ended.",
    "unsubscribed": "They asked for no more messages, and so “{flow}” is over for them.",
    "complained": "They complained, and so “{flow}” is over for them.",
    "erased": "The person was erased.",
    LEFT: "A new version was published, and whoever stood at {name} was led out of “{flow}”.",
}


def parked(scene: Scene, line: JournalLine) -> Iterator[Told]:
    """Where they stand still."""
    reason = str(line.data.get("reason", ""))
    words = (
        "{name} is of a kind that this release does not have: they stand still until there is one."
        if reason == "kind-not-available"
        else "{name} broke on our side ({reason}): they stand still until a person lets them try again."
    )
    yield _told(line, say(words, name=scene.name(line), reason=reason or "no reason is kept"), Tone.WAITS)


def tried_again(scene: Scene, line: JournalLine) -> Iterator[Told]:
    """A person lets them go on."""
    yield _told(line, say("A person let them try {name} again.", name=scene.name(line)))


# --- to another version --------------------------------------------------------------------------------


def moved(scene: Scene, line: JournalLine) -> Iterator[Told]:
    """From here on the other version decides."""
    known = scene.edition(line)
    values: dict[str, Any] = {
        "name": scene.name(line),
        "number": known.number if known else "?",
        "author": known.author if known else "",
    }
    if line.what == "moved-back":
        words = "The publish was taken back: they went back to version {number}, at {name}."
    elif known is not None and known.author:
        words = "{author} published version {number} and moved them to it, at {name}."
    else:
        words = "Version {number} was published, and they were moved to it, at {name}."
    yield _told(line, say(words, **values))


def returned(scene: Scene, line: JournalLine) -> Iterator[Told]:
    """They were led out, and are in again."""
    words = "The publish was taken back: they are in “{flow}” again, at {name}."
    yield _told(line, say(words, flow=scene.flow, name=scene.name(line)))


def length_of(node: Node) -> str:
    """How long a ``delay`` waits."""
    return long_duration(value_of(node, "for"))
