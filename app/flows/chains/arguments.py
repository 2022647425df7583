"""What may stand behind a kind: its title, times, events, reactions, settings and label."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from app.flows.chains import acting
from app.flows.chains.cursor import Cursor
from app.flows.chains.steps import Step
from app.flows.chains.tokens import Settings, Sort
from app.flows.chains.words import DAY_WORDS, clock_of, close_to, is_bare
from app.model.kinds import KINDS

_JOINS: Final = ("or", "and")


def read_arguments(cursor: Cursor, step: Step, said: str) -> None:
    """Reads all that belongs to this step; ``said``: the words that named its kind."""
    take = _TAKERS.get(step.kind, _plain)
    if said in ("tag", "untag"):
        _names(cursor, step, "add_tags" if said == "tag" else "remove_tags")
    while (token := cursor.peek()) is not None:
        if token.sort is Sort.LABEL:
            step.label = cursor.take().value
        elif token.sort is Sort.BRACKET:
            _settings(step, cursor.take().value)
        elif token.sort is Sort.SIGN or cursor.is_way():
            return
        elif token.sort is Sort.TEXT and not step.has_title:
            step.title, step.has_title = cursor.take().value, True
        else:
            take(cursor, step)


def _settings(step: Step, told: Settings) -> None:
    step.settings.update(told.settings)
    step.extra.update(told.extra)


def _plain(cursor: Cursor, step: Step) -> None:
    """Reactions of a message; of other kinds nothing is known."""
    kind = KINDS.get(step.kind)
    if kind is None or kind.setting("reactions") is None:
        cursor.refuse(cursor.take(), "is not understood here")
        return
    _reaction(cursor, step, kind.reactions)


def _reaction(cursor: Cursor, step: Step, known: tuple[str, ...]) -> None:
    token = cursor.take()
    word = token.value
    if token.sort is Sort.WORD and word.lower() in known:
        word = word.lower()
    elif token.sort is Sort.WORD and word.lower() in _JOINS:
        return
    elif token.sort is Sort.WORD and not ("_" in word and is_bare(word)):
        cursor.refuse(token, "is no reaction", close_to(word, known))
        return
    reactions = step.settings.setdefault("reactions", [])
    if isinstance(reactions, list) and word not in reactions:
        reactions.append(word)
    cursor.skip(",")


def _delay(cursor: Cursor, step: Step) -> None:
    """``wait 30m``; ``wait for order_completed 1d`` is another kind."""
    token = cursor.take()
    if token.sort is Sort.WORD and token.value.lower() == "for":
        _wait_for(cursor, step)
        return
    if (length := cursor.duration(token)) is not None:
        step.settings["timeout" if step.kind == "wait" else "for"] = length
    else:
        cursor.refuse(token, "is no time to wait", _time_hint(token.value))


def _wait_for(cursor: Cursor, step: Step) -> None:
    """After “wait for”: a time, or events and how long at most."""
    token = cursor.peek()
    if token is not None and (length := cursor.duration_at()) is not None:
        step.settings["timeout" if step.kind == "wait" else "for"] = length
        return
    step.kind = "wait"
    _names(cursor, step, "events")


def _wait(cursor: Cursor, step: Step) -> None:
    if cursor.peek_word() == "for":
        cursor.take()
        _wait_for(cursor, step)
    else:
        _delay(cursor, step)


def _event(cursor: Cursor, step: Step) -> None:
    """``event basket_added, basket_changed quiet 30m``."""
    if cursor.peek_word() == "quiet":
        cursor.take()
        if cursor.peek_word() == "for":
            cursor.take()
        if (length := cursor.duration_at()) is not None:
            step.settings["quiet_for"] = length
        else:
            cursor.lacks("how long it has to be quiet, such as 30m")
        return
    _names(cursor, step, "events")


def _until(cursor: Cursor, step: Step) -> None:
    """``until mon, fri 9:00``, ``until 3d``: days, a time of day, or so long after the start."""
    token = cursor.take()
    word = token.value.lower() if token.sort is Sort.WORD else ""
    if (clock := clock_of(word)) is not None:
        step.settings["time"] = clock
    elif word in DAY_WORDS:
        days = step.settings.setdefault("weekdays", [])
        if isinstance(days, list):
            days.append(DAY_WORDS[word])
        cursor.skip(",")
    elif (length := cursor.duration(token)) is not None:
        step.settings["since_entry"] = length
        while not cursor.is_way() and cursor.peek_word() in ("after", "the", "start"):
            cursor.take()
    elif word == "open":
        step.settings["business"] = True
    elif word not in ("at", "on"):
        cursor.refuse(token, "is no time to wait for", close_to(word, tuple(DAY_WORDS)) or "9:00")


def _names(cursor: Cursor, step: Step, setting: str) -> None:
    """Names with commas between, without quotes where they are one word."""
    names = step.settings.setdefault(setting, [])
    is_more = True
    while is_more and (token := cursor.peek()) is not None and token.sort in (Sort.WORD, Sort.TEXT):
        if cursor.is_way() and not names:
            break
        taken = cursor.take()
        if isinstance(names, list) and taken.value not in names:
            names.append(taken.value)
        is_more = cursor.skip(",") or cursor.peek_word() in _JOINS
        if cursor.peek_word() in _JOINS:
            cursor.take()
    if not names:
        del step.settings[setting]
        cursor.lacks("a name, such as order_completed" if setting == "events" else "a tag")


def _time_hint(word: str) -> str:
    return f"{word}m" if word.isdigit() else "30m"


_TAKERS: Final[Mapping[str, Callable[[Cursor, Step], None]]] = {
    "delay": _delay,
    "wait": _wait,
    "until": _until,
    "entry.event": _event,
    "reach": acting.reach(_plain),
    **acting.TAKERS,
}
