"""A line cut into tokens, each with its place; and what is said about those that are not understood."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final


class Sort(Enum):
    """What a token is."""

    WORD = "word"
    TEXT = "text"
    LABEL = "label"
    BRACKET = "bracket"
    SIGN = "sign"


@dataclass(frozen=True, slots=True)
class Token:
    """``value``: the word, the text without its quotes, the label without #, the settings, or the sign."""

    sort: Sort
    value: Any
    position: int
    length: int
    raw: str

    def is_sign(self, sign: str) -> bool:
        return self.sort is Sort.SIGN and self.value == sign


@dataclass(frozen=True, slots=True)
class Complaint:
    """What was not understood: ``word`` at ``position`` of the line, and one plain sentence.

    ``hint``: what could stand in its place, or nothing. ``is_open``: the line only is not finished there.
    """

    position: int
    length: int
    word: str
    sentence: str
    hint: str = ""
    is_open: bool = False


@dataclass(frozen=True, slots=True)
class Settings:
    """What stands in brackets: settings of a node, and behind the bar keys that nobody knows."""

    settings: dict[str, Any]
    extra: dict[str, Any]


_ARROWS: Final = ("->", "=>", "→", "»", ">")
_TIME: Final = re.compile(r"\d{1,2}:\d\d(?!\d)")
_WORD: Final = re.compile(r"(?:(?!->|=>)[^\s>?:,()\[\]#\";|“”„→»])+")
_LABEL: Final = re.compile(r"#([^\W]|-)+")
_KEY: Final = re.compile(r"[^\s=|,\[\]\"]+")
_SPACE: Final = re.compile(r"\s*")
_QUOTES: Final = {"“": "”", "„": "“"}
_DECODER: Final = json.JSONDecoder()


class Lexer:
    """Cuts one line. ``complaints`` tells what could not be cut."""

    def __init__(self, line: str) -> None:
        self._line = line
        self._at = 0
        self.complaints: list[Complaint] = []

    def tokens(self) -> list[Token]:
        """All tokens from left to right; never raises."""
        found: list[Token] = []
        while self._skip() < len(self._line):
            start = self._at
            token = self._next()
            if token is not None:
                found.append(token)
            self._at = max(self._at, start + 1)
        return found

    def _next(self) -> Token | None:
        rest, sign = self._line, self._line[self._at]
        arrow = next((one for one in _ARROWS if rest.startswith(one, self._at)), None)
        if arrow is not None:
            return self._take(Sort.SIGN, ">", self._at + len(arrow))
        if sign == '"' or sign in _QUOTES:
            return self._text(sign)
        if sign == "[":
            return self._bracket()
        for sort, pattern in ((Sort.LABEL, _LABEL), (Sort.WORD, _TIME), (Sort.WORD, _WORD)):
            match = pattern.match(rest, self._at)
            if match is not None:
                return self._take(
                    sort, match[0].removeprefix("#") if sort is Sort.LABEL else match[0], match.end()
                )
        if sign in "?:,();":
            return self._take(Sort.SIGN, sign, self._at + 1)
        self._complain(self._at, 1, f"“{sign}” has no meaning here.")
        return None

    def _take(self, sort: Sort, value: Any, end: int) -> Token:
        token = Token(sort, value, self._at, end - self._at, self._line[self._at : end])
        self._at = end
        return token

    def _text(self, quote: str) -> Token:
        """A text in quotes; one that is not closed goes to the end of the line."""
        if quote in _QUOTES:
            end = self._line.find(_QUOTES[quote], self._at + 1)
            inside = self._line[self._at + 1 : end if end >= 0 else len(self._line)]
            if end < 0:
                self._unclosed("This text has no closing quote yet.")
            return self._take(Sort.TEXT, inside, end + 1 if end >= 0 else len(self._line))
        try:
            value, end = json.JSONDecoder(strict=False).raw_decode(self._line, self._at)
        except ValueError:
            return self._plain_text()
        return self._take(Sort.TEXT, value, end)

    def _plain_text(self) -> Token:
        """Of a text that is no JSON text: up to the next quote, taken as it stands."""
        end = self._line.find('"', self._at + 1)
        if end < 0:
            self._unclosed("This text has no closing quote yet.")
        inside = self._line[self._at + 1 : end if end >= 0 else len(self._line)]
        return self._take(Sort.TEXT, inside, end + 1 if end >= 0 else len(self._line))

    def _bracket(self) -> Token | None:
        """``[name=value, name=value | name=value]``; values are JSON, or one word."""
        start = self._at
        self._at += 1
        sides: tuple[dict[str, Any], dict[str, Any]] = ({}, {})
        side = 0
        while self._skip() < len(self._line) and self._line[self._at] != "]":
            if self._line[self._at] == "|":
                side, self._at = 1, self._at + 1
            elif self._line[self._at] == ",":
                self._at += 1
            elif not self._setting(sides[side]):
                break
        is_closed = self._at < len(self._line) and self._line[self._at] == "]"
        if not is_closed and self._at >= len(self._line):
            self._complain(start, 1, "These settings have no closing bracket yet.", is_open=True)
        end = self._at + 1 if is_closed else self._at
        return Token(Sort.BRACKET, Settings(*sides), start, self._end(end) - start, self._line[start:end])

    def _end(self, end: int) -> int:
        self._at = end
        return end

    def _setting(self, into: dict[str, Any]) -> bool:
        """One ``name=value``; whether it could be read."""
        start = self._at
        name = self._name()
        self._skip()
        if name is None or self._at >= len(self._line) or self._line[self._at] != "=":
            is_open = self._at >= len(self._line)
            self._complain(
                start, max(1, self._at - start), "A setting is written as name=value.", is_open=is_open
            )
            return False
        self._at += 1
        self._skip()
        try:
            into[name], self._at = _DECODER.raw_decode(self._line, self._at)
        except (ValueError, RecursionError):
            match = _KEY.match(self._line, self._at)
            if match is None:
                is_open = self._at >= len(self._line) or self._line.find('"', self._at + 1) < 0
                self._complain(
                    start, max(1, self._at - start), f"“{name}” has no value yet.", is_open=is_open
                )
                self._at = len(self._line) if is_open else self._at
                return False
            into[name], self._at = match[0], match.end()
        return True

    def _name(self) -> str | None:
        if self._line.startswith('"', self._at):
            try:
                name, self._at = _DECODER.raw_decode(self._line, self._at)
            except ValueError:
                self._at = len(self._line)
                return None
            return str(name)
        match = _KEY.match(self._line, self._at)
        if match is None:
            return None
        self._at = match.end()
        return match[0]

    def _skip(self) -> int:
        """Goes over spaces; where it is now."""
        match = _SPACE.match(self._line, self._at)
        self._at = match.end() if match else self._at
        return self._at

    def _unclosed(self, sentence: str) -> None:
        self._complain(self._at, len(self._line) - self._at, sentence, is_open=True)

    def _complain(self, position: int, length: int, sentence: str, *, is_open: bool = False) -> None:
        word = self._line[position : position + length]
        self.complaints.append(Complaint(position, length, word, sentence, is_open=is_open))
