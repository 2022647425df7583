"""The few marks that a note's text may carry, a small part of Markdown. Pure: text in, blocks out.

``# `` begins a heading, ``- `` an item of a list; ``**strong**``, ``*slanted*``, ``[words](address)`` and
bare web addresses stand within a line. Whatever else there is stays as it was typed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from enum import Enum
from typing import Final

from app.model.frozen import dataclass

_HEADING: Final = re.compile(r"#{1,3}\s+(.*)")
_ITEM: Final = re.compile(r"\s{0,6}[-*•]\s+(.*)")
_MARKS: Final = re.compile(
    r"\*\*(?P<bold>[^\s*](?:[^*]*[^\s*])?)\*\*"
    r"|(?<![\w*])\*(?P<slanted>[^\s*](?:[^*]*[^\s*])?)\*(?![\w*])"
    r"|\[(?P<words>[^\[\]]+)\]\((?P<to>[^\s()]+)\)"
    r"|(?P<bare>https?://[^\s<>\"]*[^\s<>\".,;:!?)\]])"
)
_SAFE: Final = ("http://", "https://", "mailto:", "tel:")
_LONGEST: Final = 20_000


class Look(Enum):
    """What a line is."""

    TEXT = "text"
    HEADING = "heading"
    ITEM = "item"


@dataclass(frozen=True, slots=True)
class Span:
    """Some words of one look. ``link``: where they lead, empty for nowhere."""

    text: str
    bold: bool = False
    slanted: bool = False
    link: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """One line as it was typed; it may break into several where it is drawn."""

    look: Look
    spans: tuple[Span, ...]


def blocks_of(text: str) -> tuple[Block, ...]:
    """The lines of a note. A first line without marks is its heading when more lines follow."""
    blocks = [_block(line) for line in text[:_LONGEST].strip("\n").split("\n")]
    first = blocks[0]
    if first.look is Look.TEXT and any(block.spans for block in blocks[1:]):
        blocks[0] = replace(first, look=Look.HEADING)
    return tuple(blocks)


def links_of(text: str) -> tuple[str, ...]:
    """Where the note's links lead, in order."""
    return tuple(span.link for block in blocks_of(text) for span in block.spans if span.link)


def plain_of(text: str) -> str:
    """The words of a note without its marks."""
    return "\n".join("".join(span.text for span in block.spans) for block in blocks_of(text))


def _block(line: str) -> Block:
    for pattern, look in ((_HEADING, Look.HEADING), (_ITEM, Look.ITEM)):
        found = pattern.fullmatch(line)
        if found:
            return Block(look, tuple(_spans(found[1], Span(""))))
    return Block(Look.TEXT, tuple(_spans(line, Span(""))))


def _spans(line: str, around: Span) -> Iterator[Span]:
    at = 0
    for found in _MARKS.finditer(line):
        if found.start() > at:
            yield replace(around, text=line[at : found.start()])
        at = found.end()
        if found["bold"] is not None:
            yield from _spans(found["bold"], replace(around, bold=True))
        elif found["slanted"] is not None:
            yield from _spans(found["slanted"], replace(around, slanted=True))
        else:
            yield _link(found, around)
    if at < len(line):
        yield replace(around, text=line[at:])


def _link(found: re.Match[str], around: Span) -> Span:
    to = found["to"] or found["bare"]
    if not to.lower().startswith(_SAFE):
        return replace(around, text=found[0])
    return replace(around, text=found["words"] or to, link=to)
