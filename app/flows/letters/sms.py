"""Signs that make a text message dear, and those that say nearly the same and do not."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Final

_LIKE: Final = {
    "“": '"',
    "”": '"',
    "„": '"',
    "«": '"',
    "»": '"',
    "’": "'",
    "‘": "'",
    "‚": "'",
    "`": "'",
    "´": "'",
    "–": "-",
    "—": "-",
    "−": "-",
    "…": "...",
    "•": "-",
    "\u00a0": " ",
    "\u202f": " ",
    "\u2009": " ",
    "×": "x",
    "ç": "Ç",
    "á": "a",
    "í": "i",
    "ó": "o",
    "ú": "u",
    "â": "a",
    "ê": "e",
    "î": "i",
    "ô": "o",
    "û": "u",
    "ë": "e",
    "ï": "i",
    "ÿ": "y",
    "ł": "l",
    "Ł": "L",
    "đ": "d",
    "ő": "ö",
    "ű": "ü",
    "œ": "oe",
    "Œ": "OE",
    "™": "(TM)",
    "©": "(c)",
    "®": "(R)",
}
_PRICE: Final = re.compile(r"\s*(?P<amount>\d+(?:[.,]\d+)?)\s*(?P<currency>[^\d\s].*)?")


@dataclass(frozen=True, slots=True)
class Dear:
    """A sign outside the cheap alphabet; ``like`` is one inside it, empty when there is none."""

    sign: str
    like: str


def dear_signs(text: str, cheap: Collection[str]) -> list[Dear]:
    """The signs outside ``cheap``, each once, in their order."""
    return [Dear(sign, like_of(sign, cheap)) for sign in dict.fromkeys(text) if sign not in cheap]


def like_of(sign: str, cheap: Collection[str]) -> str:
    """What may stand in its place: a sign like it, or its letter without the accent."""
    known = _LIKE.get(sign, "")
    if known and all(one in cheap for one in known):
        return known
    bare = unicodedata.normalize("NFKD", sign)[:1]
    return bare if bare != sign and bare in cheap else ""


def replaced(source: str, dear: Dear) -> str:
    """The text with the sign's like in its place, fields untouched."""
    parts = re.split(r"(\{\{.*?\}\}|\{%.*?%\})", source, flags=re.DOTALL)
    return "".join(
        part if index % 2 else part.replace(dear.sign, dear.like) for index, part in enumerate(parts)
    )


def cost_of(parts: int, price: str) -> str:
    """What so many parts cost, such as “0.15 EUR”; empty when the price says no amount."""
    match = _PRICE.fullmatch(price)
    if match is None:
        return ""
    try:
        amount = Decimal(match["amount"].replace(",", ".")) * parts
    except InvalidOperation:
        return ""
    return f"{amount.normalize():f} {(match['currency'] or '').strip()}".strip()
