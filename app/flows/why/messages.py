"""Lines about a message: sent with whose consent, not sent and why, put off until when, held for whom."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Final

from app.flows.diff_values import long_duration
from app.flows.telling import reacted
from app.flows.ways import reason_words
from app.flows.why.scene import CHANNELS, Scene, moment
from app.model.kinds import value_of
from app.model.why import Saying, Told, Tone, say

if TYPE_CHECKING:
    from app.model.journey import JournalLine

_SOURCES: Final[Mapping[str, Saying]] = {
    "import": say("it came with the import"),
    "form": say("in a form"),
    "unsubscribe": say("by unsubscribing"),
    "complaint": say("by a complaint"),
    "hand": say("entered by hand"),
    "flow": say("recorded by a flow"),
}
_ADDRESSES: Final[Mapping[str, Saying]] = {
    "email": say("e-mail address"),
    "phone": say("phone number"),
    "visitor": say("browser"),
}
_CLOCKS: Final[Mapping[str, Saying]] = {
    "zone": say("their own clock"),
    "address": say("the clock of their address"),
    "phone": say("the clock of their phone number"),
    "shop": say("the shop's clock"),
}
_BROKEN: Final = "broken:"


def _told(line: JournalLine, saying: Saying, tone: Tone) -> Told:
    return Told(line.at, line.what, saying, tone, line.node)


def queued(scene: Scene, line: JournalLine) -> Iterator[Told]:
    """Only told where nothing else is, or where it waits to be seen."""
    said, name = scene.said(line), scene.message_name(line)
    kind = said.kind
    if kind is not None and kind.waits_on_page:
        words = "{name} was made ready: a call is asked for." if kind.name == "task" else _READY
        yield _told(line, say(words, name=name), Tone.PLAIN)
    elif kind is not None and kind.channel == "notice":
        if scene.is_last_word(line):
            yield _told(line, say("{name}: you were told so on the desk.", name=name), Tone.PLAIN)
        said.is_open = False
    elif scene.is_last_word(line):
        yield _told(line, say("{name} was due and stands in the queue.", name=name), Tone.WAITS)


_READY: Final = "{name} was made ready: it is shown when they come to the site."


def sent(scene: Scene, line: JournalLine) -> Iterator[Told]:
    """It went out: with whose consent, or why none was needed."""
    said, name = scene.said(line), scene.message_name(line)
    said.is_open, said.is_sent, said.waits_for = False, True, ""
    by_reaction = line.data.get("known_by") == "reaction"
    if by_reaction and said.kind is not None and said.kind.name == "task":
        return  # nothing was sent to them; what came of the call has its own line
    if by_reaction:
        saying = say("{name} must have been sent: they reacted to it.", name=name)
    elif said.kind is not None and said.kind.waits_on_page:
        saying = say("{name} was shown.", name=name)
    elif said.kind is not None and said.kind.channel == "notice":
        saying = say("{name}: you were told so on the desk.", name=name)
    else:
        saying = _sent_with(scene, line, name)
    yield _told(line, saying, Tone.SENT)


def _sent_with(scene: Scene, line: JournalLine, name: Saying) -> Saying:
    """What allowed it to go out, as it was kept when it did."""
    channel, node, said = scene.channel(line), scene.node(line, scene.said(line).node), scene.said(line)
    number = line.data.get("consent")
    if number is not None:
        agreed = _consent(scene, number, channel)
        return say(
            "{name} was sent by {channel}, because {agreed}.", name=name, channel=channel, agreed=agreed
        )
    serves = node is not None and value_of(node, "purpose") == "transactional"
    if serves and said.kind is not None and said.kind.policy == "person":
        reason = str(value_of(node, "reason") or "") if node is not None else ""
        words = (
            "{name} was sent by {channel}. It is no advertising but serves the person (“{reason}”), so no "
            "consent was needed."
            if reason
            else "{name} was sent by {channel}. It is no advertising, so no consent was needed."
        )
        return say(words, name=name, channel=channel, reason=reason)
    return say("{name} was sent by {channel}.", name=name, channel=channel)


def _consent(scene: Scene, number: object, channel: Saying) -> Saying:
    """“they agreed to e-mail on 2 March (in a form)”, with the text they saw where one is kept."""
    known = scene.past.consents.get(number) if isinstance(number, int) else None
    if known is None:
        return say("they had agreed to {channel} (the proof is not kept any more)", channel=channel)
    about = say("{channel} about “{topic}”", channel=CHANNELS.get(known.channel, channel), topic=known.topic)
    values = {
        "to": about if known.topic else CHANNELS.get(known.channel, channel),
        "at": known.at,
        "source": _SOURCES.get(known.source, say("{source}", source=known.source)),
        "text": " ".join(known.text.split()),
    }
    if not known.given:
        return say("they said no to {to} on {at} ({source})", **values)
    if known.text:
        return say("they agreed to {to} on {at} ({source}: “{text}”)", **values)
    return say("they agreed to {to} on {at} ({source})", **values)


# --- not sent ------------------------------------------------------------------------------------------


def failed(scene: Scene, line: JournalLine) -> Iterator[Told]:
    """It did not go out: why, with what was seen then."""
    said = scene.said(line)
    was_held = said.waits_for == "person"
    said.is_open, said.waits_for = False, ""
    reason = str(line.data.get("reason", ""))
    if said.is_sent:
        words = "{name} came back: {why}."
    elif reason == "late" and "before" not in line.data:
        words = "{name} was dropped by a person: {why}." if was_held else "{name} was not sent: {why}."
    else:
        words = "{name} was not sent: {why}."
    teller = _WHY_NOT.get(reason)
    why = teller(scene, line) if teller else say("{reason}", reason=reason_words(reason))
    yield _told(line, say(words, name=scene.message_name(line), why=why), Tone.SILENCE)


def _no_address(scene: Scene, line: JournalLine) -> Saying:
    kind = scene.said(line).kind
    return say("no {kind} was known", kind=_ADDRESSES.get(kind.address if kind else "", say("address")))


def _no_consent(scene: Scene, line: JournalLine) -> Saying:
    number = line.data.get("consent")
    if number is None:
        return say("they had never agreed to {channel}", channel=scene.channel(line))
    known = scene.past.consents.get(number) if isinstance(number, int) else None
    if known is None:
        return say("they had said no to {channel}", channel=scene.channel(line))
    return _consent(scene, number, scene.channel(line))


def _window(scene: Scene, line: JournalLine) -> Saying:
    kind, last = scene.said(line).kind, moment(line.data.get("last_word"))
    if line.data.get("detail") == "no-reason":
        return say("it names no reason to write again")
    if last is None:
        return say("they had never written to us by {channel}", channel=scene.channel(line))
    return say(
        "they last wrote to us by {channel} on {last}, and may be answered for {length}",
        channel=scene.channel(line),
        last=last,
        length=long_duration(kind.window if kind else "") or "some time",
    )


def _capped(_scene: Scene, line: JournalLine) -> Saying:
    if "had" not in line.data:
        return say("they had had enough advertising in that time")
    return say("{had}, and it had waited long enough", had=_had(line))


def _had(line: JournalLine) -> Saying:
    within = long_duration(line.data.get("within")) or "that time"
    had, most = line.data.get("had"), line.data.get("most")
    words = (
        "they had had 1 advertisement within {within}, and {most} is the most"
        if had == 1
        else "they had had {had} advertisements within {within}, and {most} is the most"
    )
    return say(words, had=had, most=most, within=within)


def _late(_scene: Scene, line: JournalLine) -> Saying:
    before = moment(line.data.get("before"))
    if before is None:
        return say("it had come too late")
    return say("it was to go out before {before} or not at all", before=before)


def _detailed(words: str) -> Callable[[Scene, JournalLine], Saying]:
    def told(_scene: Scene, line: JournalLine) -> Saying:
        detail = str(line.data.get("detail", ""))
        return say(f"{words} ({{detail}})", detail=detail) if detail else say(words)

    return told


_WHY_NOT: Final[Mapping[str, Callable[[Scene, JournalLine], Saying]]] = {
    "no-address": _no_address,
    "no-consent": _no_consent,
    "suppressed": lambda _scene, _line: say("their address stood on the do-not-contact list"),
    "window-closed": _window,
    "capped": _capped,
    "late": _late,
    "hard": _detailed("the address does not work"),
    "gave-up": _detailed("it was tried again and again, and given up"),
    "bad-text": _detailed("its text could not be made for this person"),
}


# --- not yet -------------------------------------------------------------------------------------------


def postponed(scene: Scene, line: JournalLine) -> Iterator[Told]:
    """It waits for a moment."""
    scene.said(line).waits_for = "time"
    reason, until = str(line.data.get("reason", line.outlet)), moment(line.data.get("until"))
    values = {"name": scene.message_name(line), "until": until or "", "why": _why_later(line, reason)}
    words = "{name} was put off until {until}: {why}." if until else "{name} was put off: {why}."
    yield _told(line, say(words, **values), Tone.WAITS)


def _why_later(line: JournalLine, reason: str) -> Saying:
    if reason == "capped" and "had" in line.data:
        return _had(line)
    if reason == "quiet-hours":
        clock = _CLOCKS.get(str(line.data.get("clock")))
        if clock is None:
            return say("advertising goes out in certain hours only")
        return say("advertising goes out in certain hours only, by {clock}", clock=clock)
    return _LIMITS.get(reason, say("{reason}", reason=reason_words(reason)))


_LIMITS: Final[Mapping[str, Saying]] = {
    "day-limit": say("enough letters of the day had gone to this receiver"),
    "warm-up": say("the sending domain is new, and its letters of the day were used up"),
    "rate": say("as many as may go out in that time had gone out"),
}


def held(scene: Scene, line: JournalLine) -> Iterator[Told]:
    """It waits for a person, or for room."""
    reason = str(line.data.get("reason", ""))
    name, channel = scene.message_name(line), scene.channel(line)
    scene.said(line).waits_for = "time" if reason == "ceiling" else "person"
    due = moment(line.data.get("due"))
    if reason == "late" and due is not None:
        words = "{name} was due on {due} and had come too late: it was held until a person decides."
        saying = say(words, name=name, due=due)
    elif reason.startswith(_BROKEN):
        broke = reason.removeprefix(_BROKEN).strip()
        words = "{name} broke on our side ({broke}): it was held until a person decides."
        saying = say(words, name=name, broke=broke)
    else:
        words = _HELD.get(reason, "{name} was held ({reason}) until a person decides.")
        saying = say(words, name=name, channel=channel, reason=reason_words(reason))
    yield _told(line, saying, Tone.WAITS)


_HELD: Final[Mapping[str, str]] = {
    "late": "{name} had come too late: it was held until a person decides.",
    "first-send": "{name} was held behind the first messages of the flow, until somebody has looked at them.",
    "ceiling": "{name} was held, because today's limit for {channel} was used up. It goes out by itself.",
}


def unknown(scene: Scene, line: JournalLine) -> Iterator[Told]:
    """It may or may not have gone out."""
    scene.said(line).waits_for = "person"
    reason = str(line.data.get("reason", ""))
    why = (
        say("the machine stopped in the very moment of sending")
        if reason == "interrupted"
        else say("no clear answer came ({reason})", reason=reason or "none")
    )
    words = "Nobody can say whether {name} went out: {why}. It is not sent again until a person decides."
    yield _told(line, say(words, name=scene.message_name(line), why=why), Tone.WAITS)


def retry(scene: Scene, line: JournalLine) -> Iterator[Told]:
    """It is tried again by itself; lines of older releases do not say when."""
    scene.said(line).waits_for = "time"
    until = moment(line.data.get("until"))
    words = (
        "{name} could not be sent just then ({reason}) and is tried again."
        if until is None
        else "{name} could not be sent just then ({reason}) and is tried again on {until}."
    )
    reason = str(line.data.get("reason", "")) or "no reason given"
    saying = say(words, name=scene.message_name(line), reason=reason, until=until or "")
    yield _told(line, saying, Tone.WAITS)


def released(scene: Scene, line: JournalLine) -> Iterator[Told]:
    """It may go out after all."""
    said = scene.said(line)
    said.is_open, said.is_sent, said.waits_for = True, False, ""
    words = _RELEASED.get(str(line.data.get("reason", "")), "{name} was let go by a person.")
    yield _told(line, say(words, name=scene.message_name(line)), Tone.PLAIN)


_RELEASED: Final[Mapping[str, str]] = {
    "ceiling": "{name} was let go: there was room again.",
    "first-send": "{name} was let go with the others that stood behind the first messages.",
}


def taken_back(scene: Scene, line: JournalLine) -> Iterator[Told]:
    """The brake has taken it back."""
    said = scene.said(line)
    said.is_open, said.waits_for = True, "person"
    words = (
        "{name} was taken back from its channel: somebody pulled the brake."
        if line.data.get("reason") == "revoked"
        else "{name} was taken back before it went out: somebody pulled the brake."
    )
    yield _told(line, say(words, name=scene.message_name(line)), Tone.SILENCE)


def finishing(scene: Scene, line: JournalLine) -> Iterator[Told]:
    """It was on the wire when its journey went on."""
    words = "{name} was on its way in that moment and could not be stopped."
    yield _told(line, say(words, name=scene.message_name(line)), Tone.PLAIN)


def rung_left(scene: Scene, line: JournalLine) -> Iterator[Told]:
    """Rule 18: the next way is tried."""
    said, name = scene.said(line), scene.message_name(line)
    if line.data.get("reason") == "timeout":
        words = (
            "They did not react to {name} in time, so the next way was tried."
            if said.is_sent
            else "{name} was not seen in time, so the next way was tried."
        )
    else:
        words = "So the next way was tried."
    said.is_open = False
    yield _told(line, say(words, name=name), Tone.PLAIN)


def zone_unknown(_scene: Scene, line: JournalLine) -> Iterator[Told]:
    """R18: a zone that is none."""
    words = "Their time zone “{zone}” is none that is known, so {instead} was taken."
    zone, instead = line.data.get("zone", ""), line.data.get("instead", "")
    yield _told(line, say(words, zone=zone, instead=instead), Tone.PLAIN)


# --- what they did -------------------------------------------------------------------------------------


def reaction(scene: Scene, line: JournalLine) -> Iterator[Told]:
    """What the person, or a machine, did with a message."""
    name, event = scene.message_name(line), str(line.data.get("name", ""))
    actor = str(line.data.get("actor", ""))
    if actor == "machine":
        saying = say(_BY_MACHINE.get(event, _MACHINE), name=name, event=event)
        yield _told(line, saying, Tone.PLAIN)
        return
    scene.said(line).reactions.add(event)
    if event == "opened" and actor == "unknown":
        saying = say("{name} was opened, as far as anybody can tell by the person.", name=name)
    else:
        saying = say("They {did}.", did=say(reacted(event, "{name}"), name=name))
    yield _told(line, saying, Tone.PLAIN)


_BY_MACHINE: Final[Mapping[str, str]] = {
    "opened": "A machine opened {name}, not the person: that moves nobody.",
    "clicked": "A machine followed a link in {name}, not the person: that moves nobody.",
}
_MACHINE: Final = "A machine reported “{event}” for {name}, not the person: that moves nobody."
