"""A letter with one person's values in it: which texts to fill, and the blocks made of the filled ones."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from app.flows.letters.blocks import (
    Block,
    Button,
    Footer,
    Heading,
    Letter,
    Paragraph,
    Picture,
    Product,
    Run,
    Text,
)

_RUN: Final = re.compile("\x1e(\\d+)\x1f")
_CARD, _PART = "\x1e", "\x1f"


@dataclass(frozen=True, slots=True)
class Card:
    """One product as it is shown."""

    picture: str
    title: str
    price: str


@dataclass(frozen=True, slots=True)
class Cards:
    """The products of the event."""

    cards: tuple[Card, ...] = ()


Shown = Block | Cards
"""Blocks whose texts are words as they are read, no Liquid any more."""


def texts_of(letter: Letter) -> tuple[str, ...]:
    """The Liquid texts to fill, a few for each block, in their order."""
    return tuple(text for block in letter.blocks for text in _texts(block))


def _texts(block: Block) -> tuple[str, ...]:
    match block:
        case Heading(text):
            return (text,)
        case Text(paragraphs):
            return (_marked(paragraphs),)
        case Picture(source, alt, _, _):
            return source, alt
        case Button(words, link, _, _):
            return words, link
        case Product():
            return (_listed(block),)
        case Footer(text, leave):
            return text, leave
        case _:
            return ()


def _marked(paragraphs: Sequence[Paragraph]) -> str:
    """All runs in one text, each behind its number: commands may reach from one into another."""
    runs = [run for one in paragraphs for run in one.runs]
    return "".join(f"\x1e{number}\x1f{run.text}" for number, run in enumerate(runs))


def _listed(product: Product) -> str:
    other = " | default: item" if product.items else ""
    card = (
        f"{_CARD}{{{{ item.{product.picture} }}}}{_PART}{{{{ item.{product.title}{other} }}}}"
        f"{_PART}{{{{ item.{product.price} }}}}"
    )
    if not product.items:
        return "{% assign item = event %}" + card
    return f"{{% for item in event.{product.items} %}}{card}{{% endfor %}}"


def filled(letter: Letter, texts: Sequence[str]) -> tuple[Shown, ...]:
    """The blocks with ``texts`` (the filled ones of :func:`texts_of`) in place of theirs."""
    left = list(texts)
    found: list[Shown] = []
    for block in letter.blocks:
        count = len(_texts(block))
        found.append(_filled(block, left[:count]))
        left = left[count:]
    return tuple(found)


def _filled(block: Block, texts: Sequence[str]) -> Shown:
    match block:
        case Heading():
            return replace(block, text=texts[0])
        case Text(paragraphs):
            return Text(_unmarked(paragraphs, texts[0]))
        case Picture():
            return replace(block, source=texts[0], alt=texts[1])
        case Button():
            return replace(block, words=texts[0], link=texts[1])
        case Product():
            return Cards(tuple(map(_card, texts[0].split(_CARD)[1:])))
        case Footer():
            return Footer(texts[0], texts[1])
        case _:
            return block


def _card(text: str) -> Card:
    parts = [*text.split(_PART), "", ""]
    return Card(parts[0], parts[1], parts[2])


def _unmarked(paragraphs: Sequence[Paragraph], text: str) -> tuple[Paragraph, ...]:
    places = [(index, run) for index, one in enumerate(paragraphs) for run in one.runs]
    runs: list[list[Run]] = [[] for _ in paragraphs]
    parts = _RUN.split(text)
    for number, words in zip(parts[1::2], parts[2::2], strict=True):
        index, run = places[int(number)]
        runs[index].append(replace(run, text=words))
    return tuple(Paragraph(tuple(own), one.kind) for own, one in zip(runs, paragraphs, strict=True))
