"""A plain text letter turned into blocks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from app.flows.letters.blocks import Block, Button, Footer, Kind, Letter, Paragraph, Run, Text, tidied
from app.flows.letters.liquid import LIQUID, field_of

_MARKED: Final = re.compile(
    r"\[(?P<label>[^\]\n]{1,200})\]\((?P<to>(?:\{\{.*?\}\}|(?:https?://|mailto:|tel:)[^\s)]+))\)"
    r"|(?P<bare>https?://(?:\{\{.*?\}\}|[^\s<>\"{])+)"
    r"|(?P<field>\{\{.*?\}\})",
)
_TRAILING: Final = ".,;:!?)'”"
_BLANK_LINES: Final = re.compile(r"\n[ \t]*\n\s*")
_ITEM: Final = re.compile(r"(?P<sign>[-*•–]|\d{1,2}[.)])[ \t]+(?P<text>.+)")
_ADDRESS_NAMES: Final = ("url", "link", "href")


def blocks_of(text: str) -> Letter:
    """The letter that says the same: paragraphs, lists, links, a button where a link stands alone."""
    blocks: list[Block] = []
    for part in _BLANK_LINES.split(text.replace("\r\n", "\n").replace("\r", "\n").strip()):
        alone = _MARKED.fullmatch(part.strip())
        if alone is not None and alone["label"]:
            blocks.append(Button(alone["label"], alone["to"]))
            continue
        paragraphs = tuple(_paragraphs(part))
        last = blocks[-1] if blocks else None
        if isinstance(last, Text):
            blocks[-1] = Text((*last.paragraphs, *paragraphs))
        else:
            blocks.append(Text(paragraphs))
    if "unsubscribe_url" not in text:
        blocks.append(Footer())
    return Letter(tuple(map(tidied, blocks)))


def _paragraphs(part: str) -> Iterator[Paragraph]:
    lines = [line for line in part.strip().split("\n") if line.strip()]
    items = [_ITEM.fullmatch(line.strip()) for line in lines]
    if len(lines) > 1 and all(items) and not any("{%" in line for line in lines):
        for item in items:
            if item is not None:
                kind: Kind = "number" if item["sign"][0].isdigit() else "bullet"
                yield Paragraph(tuple(_runs(item["text"])), kind)
        return
    yield Paragraph(tuple(_runs(part.strip())))


def _runs(text: str) -> Iterator[Run]:
    at = 0
    for match in _MARKED.finditer(text):
        yield Run(text[at : match.start()])
        at = match.end()
        if match["label"]:
            yield Run(match["label"], link=match["to"])
        elif match["bare"]:
            target = match["bare"].rstrip(_TRAILING)
            yield Run(target, link=target)
            yield Run(match["bare"][len(target) :])
        else:
            yield Run(match["field"], link=match["field"] if _is_address(match["field"]) else "")
    yield Run(text[at:])


def _is_address(liquid: str) -> bool:
    field = field_of(liquid)
    return field is not None and any(field.parts[-1].lower().endswith(name) for name in _ADDRESS_NAMES)


def is_markup(body: str) -> bool:
    """Whether a body is MJML."""
    return body.lstrip().startswith("<mjml")


def has_commands(text: str) -> bool:
    """Whether Liquid decides what stands in it."""
    return any(match[0].startswith("{%") for match in LIQUID.finditer(text))
