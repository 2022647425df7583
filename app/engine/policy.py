"""What is asked at the moment of sending (promise 5). Pure; every refusal has a stored reason."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from app.engine.caps import frees_at, had, most_for
from app.engine.windows import Hours, opening
from app.model.durations import Duration, parse_duration
from app.model.flow import EMPTY
from app.model.rules import Cap

if TYPE_CHECKING:
    from datetime import datetime, tzinfo

    from app.model.journey import Message, Said
    from app.model.kinds import Kind
    from app.model.people import Contact

CAPPED: Final = "capped"
QUIET: Final = "quiet-hours"


class Answer(StrEnum):
    """What may happen to a message now."""

    SEND = "send"
    LATER = "later"
    FAIL = "fail"
    HOLD = "hold"
    CANCEL = "cancel"


class Verdict(NamedTuple):
    """The policy's answer with its reason, and the address to send to."""

    answer: Answer
    reason: str = ""
    address: str = ""
    detail: str = ""
    until: datetime | None = None
    """When a message that waits is asked for again."""
    consent: int | None = None
    """The stored consent that lets it go out, where one is needed."""
    saw: Mapping[str, Any] = EMPTY
    """What was seen that decided it, for the journal: numbers, moments and codes."""


@dataclass(frozen=True, slots=True)
class Around:
    """What a message meets at the moment of sending. Nothing given: nothing limits it."""

    topic: str = ""
    """What it is about, where its node says so."""
    has_reason: bool = True
    """Whether it names the reason that its channel asks for."""
    last_word: datetime | None = None
    """When the person last wrote to us on its channel."""
    hours: Hours | None = None
    zones: tuple[tzinfo, ...] = ()
    """Where the person may be; see ``app.engine.zones``."""
    clock: str = ""
    """What told where that is, said when their hours put a message off."""
    shop: tzinfo = UTC
    cap: Cap = field(default_factory=Cap)
    said: Sequence[Said] = ()
    """The advertising that the person got lately, oldest first."""
    capped_wait: Duration = field(default_factory=lambda: parse_duration("PT24H"))


_NOTHING: Final = Around()


def ask(
    message: Message,
    kind: Kind,
    contact: Contact,
    *,
    still_here: bool,
    now: datetime,
    around: Around | None = None,
) -> Verdict:
    """Whether ``message`` may go to ``contact`` now.

    ``still_here``: its journey still stands at the step that made it, read in the same transaction.
    Lateness is judged after all refusals, so that a message nobody may get is not held for a person to
    decide; what only has to wait is judged last.
    """
    around = around or _NOTHING
    if contact.erased or not still_here:
        return Verdict(Answer.CANCEL, "withdrawn")
    address = contact.addresses.get(kind.address, "") if kind.address else ""
    if kind.address and not address:
        return Verdict(Answer.FAIL, "no-address")
    refused = _refused(message, kind, contact, now, around) if kind.policy == "person" else None
    if refused is not None:
        return refused
    if message.before_at is not None and now > message.before_at:
        return Verdict(Answer.FAIL, "late", saw={"before": message.before_at.isoformat()})
    if message.late_at is not None and now > message.late_at:
        return Verdict(Answer.HOLD, "late", saw={"due": message.due_at.isoformat()})
    if _is_advertising(message, kind) and not kind.waits_on_page:
        waits = _capped(message, now, around) or _quiet(now, around)
        if waits is not None:
            return waits
    asks_consent = kind.needs_consent and _is_advertising(message, kind)
    consent = contact.consent_id(kind.channel, around.topic) if asks_consent else None
    return Verdict(Answer.SEND, address=address, consent=consent)


def _is_advertising(message: Message, kind: Kind) -> bool:
    return kind.policy == "person" and message.purpose == "marketing"


def _refused(message: Message, kind: Kind, contact: Contact, now: datetime, around: Around) -> Verdict | None:
    """What no waiting changes."""
    if kind.address and kind.address in contact.suppressed:
        return Verdict(Answer.FAIL, "suppressed")
    advertises = kind.needs_consent and _is_advertising(message, kind)
    if advertises and not contact.agrees(kind.channel, around.topic):
        return Verdict(Answer.FAIL, "no-consent", saw=said_no(contact, kind.channel, around.topic))
    if kind.window and not _may_reply(kind, now, around):
        last = around.last_word
        return Verdict(Answer.FAIL, "window-closed", saw={"last_word": last.isoformat()} if last else EMPTY)
    if kind.window and not around.has_reason:
        return Verdict(Answer.FAIL, "window-closed", detail="no-reason")
    return None


def said_no(contact: Contact, channel: str, topic: str) -> Mapping[str, Any]:
    """For the journal: the stored consent that forbids a message; nothing where nobody was ever asked."""
    consent = contact.consent_id(channel, topic)
    return EMPTY if consent is None else {"consent": consent}


def _may_reply(kind: Kind, now: datetime, around: Around) -> bool:
    """Whether the person's last message is so new that it may be answered; who never wrote may not be
    written to."""
    if around.last_word is None:
        return False
    return now <= parse_duration(kind.window).after(around.last_word, UTC)


def _capped(message: Message, now: datetime, around: Around) -> Verdict | None:
    """It waits until the person has had less, at most so long after it was due; one that something else has
    held up for longer has that time from now on."""
    free = frees_at(around.cap, message.priority, around.said, now, around.shop)
    if free is None:
        return None
    end = around.capped_wait.after(message.due_at, around.shop)
    if now >= end and message.reason != CAPPED:
        end = around.capped_wait.after(now, around.shop)
    saw = {
        "had": had(around.cap, around.said, now, around.shop),
        "most": most_for(around.cap, message.priority),
        "within": around.cap.within.iso(),
    }
    if now >= end:
        return Verdict(Answer.FAIL, CAPPED, saw=saw)
    return Verdict(Answer.LATER, CAPPED, until=min(free, end), saw=saw)


def _quiet(now: datetime, around: Around) -> Verdict | None:
    """It waits for the hours in which advertising may go out."""
    if around.hours is None:
        return None
    opens = opening(now, around.hours, around.zones, around.shop)
    return Verdict(Answer.LATER, QUIET, detail=around.clock, until=opens) if opens > now else None
