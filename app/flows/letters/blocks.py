"""What a letter is made of. Texts are Liquid; pictures and links are addresses and may be Liquid too."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final, Literal

from app.flows.letters.liquid import pieces, sound, source_of

Align = Literal["left", "center", "right"]
Kind = Literal["p", "bullet", "number"]

ACCENT: Final = "#1d4ed8"
INK: Final = "#1b2330"


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text that looks the same; a line break stands in it as such. ``link`` empty: none."""

    text: str
    bold: bool = False
    italic: bool = False
    link: str = ""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph, or one line of a list."""

    runs: tuple[Run, ...] = ()
    kind: Kind = "p"


@dataclass(frozen=True, slots=True)
class Heading:
    """One line in large letters."""

    text: str = ""
    align: Align = "left"
    color: str = INK


@dataclass(frozen=True, slots=True)
class Text:
    """Paragraphs and lists."""

    paragraphs: tuple[Paragraph, ...] = ()


@dataclass(frozen=True, slots=True)
class Picture:
    """``source`` is a web address, or a ``data:`` one for a file put in; ``width`` in px of 560 at most."""

    source: str = ""
    alt: str = ""
    width: int = 560
    link: str = ""


@dataclass(frozen=True, slots=True)
class Button:
    """Words that lead somewhere."""

    words: str = ""
    link: str = ""
    color: str = ACCENT
    align: Align = "left"


@dataclass(frozen=True, slots=True)
class Product:
    """What the event was about. ``items`` names its list; empty: the event itself is the product.

    The others name what of each product is picture, title, price and address.
    """

    items: str = "items"
    picture: str = "picture"
    title: str = "title"
    price: str = "price"
    link: str = "url"


@dataclass(frozen=True, slots=True)
class Divider:
    """A thin line."""


@dataclass(frozen=True, slots=True)
class Spacer:
    """Empty room of so many px."""

    height: int = 24


@dataclass(frozen=True, slots=True)
class Footer:
    """Who writes and why, and the way out, whose words are ``leave``."""

    text: str = "{{ shop.name }}, {{ postal_address }}"
    leave: str = "No more of these letters"


@dataclass(frozen=True, slots=True)
class Own:
    """MJML that we did not write, kept as it is."""

    mjml: str


Block = Heading | Text | Picture | Button | Product | Divider | Spacer | Footer | Own


@dataclass(frozen=True, slots=True)
class Letter:
    """The blocks from top to bottom. ``head`` and ``tail`` are what a foreign letter has around them."""

    blocks: tuple[Block, ...] = ()
    head: str = ""
    tail: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """All that one letter says. ``letter`` is None for a plain text body."""

    subject: str = ""
    preheader: str = ""
    letter: Letter | None = None
    plain: str = ""


def text_block(words: str) -> Text:
    """A text of one paragraph."""
    return Text((Paragraph((Run(words),) if words else ()),))


def tidied(block: Block) -> Block:
    """The block as it is kept: sound texts, runs that look the same joined, numbers within their limits."""
    match block:
        case Heading():
            return replace(block, text=_line(block.text), color=_color(block.color, INK))
        case Text():
            return Text(tuple(map(_paragraph, block.paragraphs)) or (Paragraph(),))
        case Picture():
            width = min(560, max(16, block.width))
            return Picture(_address(block.source), _line(block.alt), width, _address(block.link))
        case Button():
            color = _color(block.color, ACCENT)
            return replace(block, words=_line(block.words), link=_address(block.link), color=color)
        case Product():
            return Product(*(_name(getattr(block, name)) for name in Product.__slots__))
        case Spacer():
            return Spacer(min(200, max(4, block.height)))
        case Footer():
            return Footer(sound(block.text).replace("\t", " "), _line(block.leave))
        case _:
            return block


def _paragraph(paragraph: Paragraph) -> Paragraph:
    return Paragraph(_joined(paragraph.runs), paragraph.kind)


def _joined(runs: Iterable[Run]) -> tuple[Run, ...]:
    found: list[Run] = []
    for run in runs:
        one = replace(run, text=sound(run.text).replace("\t", " "), link=_address(run.link))
        if not one.text:
            continue
        if found and replace(found[-1], text="") == replace(one, text=""):
            found[-1] = replace(one, text=sound(source_of((*pieces(found[-1].text), *pieces(one.text)))))
        else:
            found.append(one)
    return tuple(found)


def _line(source: str) -> str:
    return sound(" ".join(source.split("\n"))).replace("\t", " ")


def _address(source: str) -> str:
    return "".join(sound(source.strip()).split("\n")).replace("\t", "")


def _color(value: str, other: str) -> str:
    digits = value[1:].lower()
    return "#" + digits if value[:1] == "#" and len(digits) == 6 and set(digits) <= set(_HEX) else other


_HEX: Final = "0123456789abcdef"


def _name(value: str) -> str:
    return "".join(sign for sign in value if sign.isalnum() or sign == "_").lstrip("0123456789")
