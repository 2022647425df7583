"""Which of many things a few typed letters mean, best first. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, Generic, TypeVar

from app.ui.search import Text, excerpt, folded

What = TypeVar("What")

_WORDS: Final = re.compile(r"\w+")
_WHOLE, _PREFIX, _START, _WITHIN, _SCATTERED, _ELSEWHERE = 60, 50, 40, 30, 15, 10
_FEWEST: Final = 3
"""Letters that may be scattered over a name: fewer mean nothing."""


@dataclass(frozen=True, slots=True)
class Entry(Generic[What]):
    """A thing that can be found. ``name`` is what it is remembered by among those used lately."""

    name: str
    words: str
    about: str
    what: What
    texts: tuple[Text, ...] = ()
    """What it says beside its words; searched last, and then the matching part is shown."""


@dataclass(frozen=True, slots=True)
class Ranked(Generic[What]):
    """An entry that was meant, and the text that says why where its words do not."""

    entry: Entry[What]
    why: str = ""
    score: int = field(default=0, compare=False)


def ranked(
    entries: Sequence[Entry[What]], typed: str, lately: Sequence[str] = (), most: int = 60
) -> list[Ranked[What]]:
    """The entries that ``typed`` can mean, best first; with nothing typed those used lately, then all."""
    order = {name: number for number, name in enumerate(lately)}
    tokens = folded(typed).split()
    found = [hit for entry in entries if (hit := _rank(entry, tokens)) is not None]
    found.sort(
        key=lambda hit: (
            -hit.score,
            order.get(hit.entry.name, len(order)),
            len(hit.entry.words) * bool(tokens),
        )
    )
    return found[:most]


def _rank(entry: Entry[What], tokens: Sequence[str]) -> Ranked[What] | None:
    score, why = 0, ""
    words, about = folded(entry.words), folded(entry.about)
    for token in tokens:
        worth = _worth(words, token)
        if not worth and token in about:
            worth = _ELSEWHERE
        if not worth:
            text = next((one for one in entry.texts if token in folded(one.text)), None)
            if text is None:
                return None
            worth = _ELSEWHERE
            why = _why(text, token)
        score += worth
    return Ranked(entry, why, score)


def _worth(words: str, token: str) -> int:
    if words == token:
        return _WHOLE
    if words.startswith(token):
        return _PREFIX
    if any(word.startswith(token) for word in _WORDS.findall(words)):
        return _START
    if token in words:
        return _WITHIN
    return _SCATTERED if len(token) >= _FEWEST and _is_scattered(words, token) else 0


def _is_scattered(words: str, token: str) -> bool:
    """Whether the letters come in this order, the first of them at the beginning of a word."""
    starts = [match.start() for match in _WORDS.finditer(words) if match[0].startswith(token[0])]
    for start in starts:
        at = start
        for letter in token:
            at = words.find(letter, at) + 1
            if not at:
                break
        else:
            return True
    return False


def _why(text: Text, token: str) -> str:
    part = excerpt(text.text, token)
    return f"{text.where}: {part}" if text.where else part
