"""What may stand behind kinds that name one thing or list ways of their own: split, reach, consent, dates."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, Final

from app.flows.chains.cursor import Cursor
from app.flows.chains.steps import Step
from app.flows.chains.tokens import Sort, Token
from app.flows.chains.words import CHANNELS, clock_of, close_to
from app.model.kinds import HOLD_OUT
from app.model.rungs import RUNG_KINDS

Taker = Callable[[Cursor, Step], None]
_SIDES: Final = ("before", "after", "on")


def one_name(setting: str, *before: str) -> Taker:
    """Takes a name; words that may stand before it mean nothing."""

    def take(cursor: Cursor, step: Step) -> None:
        token = cursor.take()
        if token.sort is Sort.WORD and token.value.lower() in before and setting not in step.settings:
            return
        if setting in step.settings:
            cursor.refuse(token, "is one name too many")
        else:
            step.settings[setting] = token.value

    return take


def split(cursor: Cursor, step: Step) -> None:
    """``a 50, b 50 hold-out 10``."""
    token = cursor.take()
    weight = _number(cursor.peek())
    if weight is None:
        cursor.refuse(token, "has no weight", f"{token.raw} 50")
        return
    cursor.take()
    if token.sort is Sort.WORD and token.value == HOLD_OUT.name:
        step.settings["hold_out"] = weight
    else:
        arms = step.settings.setdefault("arms", [])
        if isinstance(arms, list):
            arms.append({"name": token.value, "weight": weight})
    cursor.skip(",")


def _number(token: Token | None) -> int | float | None:
    if token is None or token.sort is not Sort.WORD:
        return None
    try:
        found = json.loads(token.value)
    except ValueError:
        return None
    return found if isinstance(found, (int, float)) and not isinstance(found, bool) else None


def reach(reaction: Taker) -> Taker:
    """``popup 2d, email 1d, sms``, then reactions as behind any message."""

    def take(cursor: Cursor, step: Step) -> None:
        if cursor.peek_word() not in RUNG_KINDS:
            reaction(cursor, step)
            return
        rung: dict[str, Any] = {"kind": cursor.take().value.lower()}
        if (length := cursor.duration_at()) is not None:
            rung["try_for"] = length
        rungs = step.settings.setdefault("rungs", [])
        if isinstance(rungs, list):
            rungs.append(rung)
        cursor.skip(",")

    return take


def consent(cursor: Cursor, step: Step) -> None:
    """``sms/offers yes``."""
    token = cursor.take()
    word = token.value.lower() if token.sort is Sort.WORD else ""
    channel, slash, topic = word.partition("/")
    if word in ("yes", "no"):
        step.settings["given"] = word
    elif channel in CHANNELS and (topic or not slash):
        step.settings["channel"] = channel
        if topic:
            step.settings["topic"] = token.value.partition("/")[2]
    else:
        cursor.refuse(token, "is no channel", close_to(token.value, CHANNELS))


def date(cursor: Cursor, step: Step) -> None:
    """``3d before appointment 10:00``, ``birthday yearly``."""
    if (length := cursor.duration_at()) is not None:
        step.settings["offset"] = length
        return
    token = cursor.take()
    word = token.value.lower() if token.sort is Sort.WORD else ""
    if word in _SIDES:
        step.settings["side"] = word
    elif word == "yearly":
        step.settings["yearly"] = True
    elif (clock := clock_of(word)) is not None:
        step.settings["time"] = clock
    elif "property" in step.settings:
        cursor.refuse(token, "is one name too many")
    else:
        step.settings["property"] = token.value


TAKERS: Final[Mapping[str, Taker]] = {
    "split": split,
    "consent": consent,
    "record": one_name("event"),
    "start": one_name("flow"),
    "notify": one_name("text"),
    "entry.segment": one_name("segment"),
    "entry.schedule": one_name("segment", "for"),
    "entry.date": date,
}
"""By kind, but for ``reach``."""
