"""What a mail server's answer means for the message: a pure decision (enhanced code, basic code, words)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from app.model.journey import Receipt, Result


class Stage(StrEnum):
    """What was asked when the server answered."""

    CONNECT = "connect"
    LOGIN = "login"
    SENDER = "sender"
    RECIPIENT = "recipient"
    LETTER = "letter"


@dataclass(frozen=True, slots=True)
class Verdict:
    """``detail`` holds codes only."""

    result: Result
    detail: str = ""
    bad_address: bool = False
    about_one: bool = False
    stop_channel: bool = False

    def receipt(self, message_id: int, provider_id: str = "") -> Receipt:
        """The same as the receipt of a message."""
        return Receipt(
            message_id,
            self.result,
            self.detail,
            provider_id,
            bad_address=self.bad_address,
            about_one=self.about_one,
            stop_channel=self.stop_channel,
        )


_ENHANCED: Final = re.compile(r"\s*([245]\.\d{1,3}\.\d{1,3})\b")
_LOGIN_CODES: Final = frozenset({530, 534, 535, 538})
_LOGIN_ENHANCED: Final = frozenset({"5.7.8", "5.7.9", "5.7.14"})
_BAD_ENHANCED: Final = frozenset({"5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.2.1", "5.4.4"})
_PROTOCOL_CODES: Final = frozenset({500, 501, 502, 503, 504, 555})
_THROTTLED_ENHANCED: Final = frozenset({"4.5.3", "4.7.28"})
_POLICY_WORDS: Final = re.compile(
    r"spam|block(ed|list)|black ?list|policy|reputation|dmarc|\bspf\b|dkim|not authori[sz]ed|relay|denied by",
    re.IGNORECASE,
)
_FULL_WORDS: Final = re.compile(r"\bfull\b|quota|over ?limit|storage", re.IGNORECASE)
_LARGE_WORDS: Final = re.compile(r"too (large|big)|size|exceeds", re.IGNORECASE)
_RATE_WORDS: Final = re.compile(r"\brate\b|too many|throttl|slow down", re.IGNORECASE)
_GREY_WORDS: Final = re.compile(r"gr[ae]y ?list|try again", re.IGNORECASE)


def verdict(code: int, words: str, stage: Stage) -> Verdict:
    """The meaning of one answer; ``words`` is the server's text behind the code."""
    match = _ENHANCED.match(words)
    enhanced = match[1] if match else ""
    said = f"{code} {enhanced}".strip()
    if 200 <= code < 300:
        return Verdict(Result.SENT, said)
    if code in _LOGIN_CODES or enhanced in _LOGIN_ENHANCED or (stage is Stage.LOGIN and code >= 500):
        return Verdict(Result.RETRY, f"login {said}", stop_channel=True)
    if enhanced.startswith("4.") or (400 <= code < 500 and not enhanced.startswith("5.")):
        why = _passing(enhanced, words)
        return Verdict(
            Result.RETRY, f"{why} {said}", about_one=why == "greylisted" and stage is Stage.RECIPIENT
        )
    if stage in (Stage.CONNECT, Stage.SENDER) and code >= 500:
        return Verdict(Result.RETRY, f"sender-refused {said}", stop_channel=True)
    if code < 400:
        return Verdict(Result.RETRY, f"unexpected {said}")
    return _lasting(code, enhanced, words, stage, said)


def _passing(enhanced: str, words: str) -> str:
    if enhanced in _THROTTLED_ENHANCED or _RATE_WORDS.search(words):
        return "throttled"
    if _GREY_WORDS.search(words):
        return "greylisted"
    return "later"


def _lasting(code: int, enhanced: str, words: str, stage: Stage, said: str) -> Verdict:
    """A refusal for good, of this recipient or this letter."""
    if enhanced in _BAD_ENHANCED or (not enhanced and code in (551, 553)):
        return Verdict(Result.HARD, f"bad-address {said}", bad_address=True)
    if enhanced == "5.2.2" or (not enhanced and code == 552 and _FULL_WORDS.search(words)):
        return Verdict(Result.RETRY, f"mailbox-full {said}", about_one=True)
    if enhanced == "5.3.4" or (code == 552 and (_LARGE_WORDS.search(words) or stage is Stage.LETTER)):
        return Verdict(Result.HARD, f"too-large {said}")
    if enhanced.startswith("5.7.") or code == 554 or _POLICY_WORDS.search(words):
        return Verdict(Result.HARD, f"policy {said}")
    if code in _PROTOCOL_CODES:
        return Verdict(Result.HARD, f"protocol {said}")
    if code == 550 and not enhanced and stage is Stage.RECIPIENT:
        return Verdict(Result.HARD, f"bad-address {said}", bad_address=True)
    return Verdict(Result.HARD, f"refused {said}")
