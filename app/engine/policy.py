"""What is asked at the moment of sending (promise 5). Pure; every refusal has a stored reason."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from app.model.journey import Message
    from app.model.kinds import Kind
    from app.model.people import Contact


class Answer(StrEnum):
    """What may happen to a message now."""

    SEND = "send"
    FAIL = "fail"
    HOLD = "hold"
    CANCEL = "cancel"


@dataclass(frozen=True, slots=True)
class Verdict:
    """The policy's answer with its reason, and the address to send to."""

    answer: Answer
    reason: str = ""
    address: str = ""


def ask(message: Message, kind: Kind, contact: Contact, *, still_here: bool, now: datetime) -> Verdict:
    """Whether ``message`` may go to ``contact`` now.

    ``still_here``: its journey still stands at the step that made it, read in the same transaction.
    Lateness is judged last, so that a message nobody may get is not held for a person to decide.
    """
    if contact.erased or not still_here:
        return Verdict(Answer.CANCEL, "withdrawn")
    address = contact.addresses.get(kind.address, "") if kind.address else ""
    if kind.address and not address:
        return Verdict(Answer.FAIL, "no-address")
    if kind.policy == "person":
        refusal = _refusal(message, kind, contact)
        if refusal:
            return Verdict(Answer.FAIL, refusal)
    if message.before_at is not None and now > message.before_at:
        return Verdict(Answer.FAIL, "late")
    if message.late_at is not None and now > message.late_at:
        return Verdict(Answer.HOLD, "late")
    return Verdict(Answer.SEND, address=address)


def _refusal(message: Message, kind: Kind, contact: Contact) -> str:
    if kind.address and kind.address in contact.suppressed:
        return "suppressed"
    if (
        kind.needs_consent
        and message.purpose == "marketing"
        and not contact.consents.get(kind.channel, False)
    ):
        return "no-consent"
    return ""
