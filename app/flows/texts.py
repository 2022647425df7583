"""What stands in a Liquid text: parsed once, remembered by the text's hash."""

from __future__ import annotations

import hashlib
import re
from collections import OrderedDict
from dataclasses import dataclass
from typing import Final

from liquid import Environment
from liquid.exceptions import LiquidError

_REMEMBERED: Final = 20_000
_FOREIGN_TAGS: Final = frozenset({"include", "render"})
_MOST_PIECES: Final = 10_000
_MOST_RAW: Final = 20
_OPENING: Final = re.compile(r"\{[{%]")
_BLANKS: Final = re.compile(r"\s{33}")
_RAW: Final = re.compile(r"-?\s*(raw|doc)\b")


@dataclass(frozen=True, slots=True)
class TextFacts:
    """``fault`` ends the sentence “this text …” and is empty for a sound one; ``fields``: what it asks."""

    fault: str = ""
    line: int = 0
    """The line of the fault, from 1; 0 when there is none to name."""
    fields: frozenset[tuple[str, ...]] = frozenset()
    """Such as ``("first_name",)`` and ``("event", "items")``: two parts at most, own variables left out."""


class TextReader:
    """Reads Liquid texts, each only once as long as it is remembered. Safe to share between threads."""

    def __init__(self, remembered: int = _REMEMBERED) -> None:
        self._environment = Environment()
        self._remembered = remembered
        self._facts: OrderedDict[bytes, TextFacts] = OrderedDict()

    def facts(self, text: str) -> TextFacts:
        """What stands in the text; never raises."""
        key = hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()
        facts = self._facts.get(key)
        if facts is None:
            facts = self.parse(text)
            self._facts[key] = facts
            if len(self._facts) > self._remembered:
                self._facts.popitem(last=False)
        return facts

    def parse(self, text: str) -> TextFacts:
        """The same without remembering."""
        unfit = _unfit(text)
        if unfit is not None:
            return unfit
        try:
            analysis = self._environment.from_string(text).analyze(include_partials=False)
        except (LiquidError, RecursionError) as error:
            return TextFacts("has a field or command that cannot be read", _line_of(error))
        foreign = sorted(_FOREIGN_TAGS.intersection(analysis.tags))
        if foreign:
            return TextFacts(f"brings in another text by “{foreign[0]}”, which a flow does not have")
        unknown = sorted(name for name in analysis.filters if name not in self._environment.filters)
        if unknown:
            return TextFacts(f"uses “| {unknown[0]}”, which there is not")
        paths = (tuple(variable.segments) for found in analysis.globals.values() for variable in found)
        return TextFacts(fields=frozenset(_named(path) for path in paths))


def _unfit(text: str) -> TextFacts | None:
    """What would keep the parser busy for minutes: it is asked first, in one pass."""
    place = pieces = raw = 0
    while opening := _OPENING.search(text, place):
        end = text.find("}}" if opening.group() == "{{" else "%}", opening.end())
        if end < 0:
            line = text.count("\n", 0, opening.start()) + 1
            return TextFacts(f"has a “{opening.group()}” that is never closed", line)
        pieces += 1
        raw += bool(_RAW.match(text, opening.end(), end))
        if pieces > _MOST_PIECES or raw > _MOST_RAW:
            return TextFacts("has far more fields and commands than a message can have")
        if _BLANKS.search(text, opening.end(), end):
            return TextFacts("has a field or command with a long gap in it")
        place = end + 2
    return None


def _named(path: tuple[object, ...]) -> tuple[str, ...]:
    """The first two parts as far as they are names: ``event.items[0]`` asks for ``items`` of ``event``."""
    names: list[str] = []
    for part in path[:2]:
        if not isinstance(part, str):
            break
        names.append(part)
    return tuple(names)


def _line_of(error: LiquidError | RecursionError) -> int:
    token = getattr(error, "token", None)
    if token is None or token.start_index < 0:
        return 0
    return int(token.source.count("\n", 0, token.start_index)) + 1


READER: Final = TextReader()
"""The one that ``validate`` asks."""
