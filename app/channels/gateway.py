"""What the answer of an HTTP gateway means, as its profile says: a pure decision."""

from __future__ import annotations

import json
import re
from typing import Any, Final

from app.channels.smtp_codes import Verdict
from app.model.journey import Result
from app.support.net import Answer, NetError
from app.support.settings import SmsSettings

_SEARCHED: Final = 20_000
_CODE: Final = re.compile(r"[^A-Za-z0-9._-]")
_PATH: Final = re.compile(r"[A-Za-z_][\w-]*(\.[\w-]+)*")
_COMPARED: Final = re.compile(r"\s*([\w.-]+)\s*==\s*(.*?)\s*")


def meaning_of_failure(error: NetError, *, idempotent: bool) -> Verdict:
    """Without an answer: tried again only where that cannot double."""
    if error.kind == "address":
        return Verdict(Result.RETRY, "address-not-allowed", stop_channel=True)
    if not error.sent or idempotent:
        return Verdict(Result.RETRY, error.kind)
    return Verdict(Result.UNKNOWN, error.kind)


def meaning_of(settings: SmsSettings, answer: Answer) -> tuple[Verdict, str]:
    """The verdict, and the gateway's id of an accepted message."""
    body = _read(answer.text)
    code = _coded(_found(settings.error_extract, answer.text, body))
    told = _by_class(settings.error_classes.get(code, ""), code)
    if told is not None:
        return told, ""
    if _is_well(settings, answer, body):
        return Verdict(Result.SENT, str(answer.status)), _found(settings.id_extract, answer.text, body)[:100]
    return _by_status(answer.status, code), ""


def _by_class(name: str, code: str) -> Verdict | None:
    if name == "retry":
        return Verdict(Result.RETRY, f"gateway {code}")
    if name == "config":
        return Verdict(Result.RETRY, f"gateway {code}", stop_channel=True)
    if name in ("permanent", "optout"):
        return Verdict(Result.HARD, f"{name} {code}", bad_address=True)
    return None


def _by_status(status: int, code: str) -> Verdict:
    said = f"http {status} {code}".strip()
    if status == 429 or status >= 500:
        return Verdict(Result.RETRY, said)
    if status in (401, 402, 403, 404, 405, 407) or 300 <= status < 400:
        return Verdict(Result.RETRY, said, stop_channel=True)
    return Verdict(Result.HARD, said)


def _is_well(settings: SmsSettings, answer: Answer, body: Any) -> bool:
    if not _is_status(settings.ok_http, answer.status):
        return False
    if not settings.ok_match:
        return True
    compared = _COMPARED.fullmatch(settings.ok_match)
    if compared is not None:
        return _text(_at(body, compared[1])) == compared[2].strip("\"'")
    return _search(settings.ok_match, answer.text) is not None


def _is_status(wanted: str, status: int) -> bool:
    """``2xx`` or ``200, 202``."""
    return any(part.strip().lower() in (str(status), f"{status // 100}xx") for part in wanted.split(","))


def _found(where: str, text: str, body: Any) -> str:
    """What stands at a path of the JSON answer, or the first group of a regular expression."""
    if not where:
        return ""
    if _PATH.fullmatch(where):
        return _text(_at(body, where))
    match = _search(where, text)
    if match is None:
        return ""
    return match[1] if match.re.groups and match[1] is not None else match[0]


def _search(pattern: str, text: str) -> re.Match[str] | None:
    try:
        return re.search(pattern, text[:_SEARCHED])
    except re.error:
        return None


def _at(body: Any, path: str) -> Any:
    for step in path.split("."):
        if isinstance(body, dict):
            body = body.get(step)
        elif isinstance(body, list) and step.isdecimal() and int(step) < len(body):
            body = body[int(step)]
        else:
            return None
    return body


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, (str, int, float)) else ""


def _read(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _coded(text: str) -> str:
    """A code that may be stored: never a text, so never a number or an address."""
    return _CODE.sub("", text)[:40]
