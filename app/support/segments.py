"""Into how many parts a text message is cut, and in which alphabet (3GPP TS 23.038)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

_BASIC: Final = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED: Final = frozenset("\f^{}\\[~]|€")
GSM7: Final = _BASIC | _EXTENDED
"""What a part of 160 may hold."""
_ROOM_GSM7, _ROOM_UCS2 = (160, 153), (70, 67)


@dataclass(frozen=True, slots=True)
class Segments:
    """``encoding`` is ``gsm7`` or ``ucs2``, ``units`` are septets or UTF-16 units, ``parts`` cost money."""

    encoding: str
    units: int
    parts: int


def segment(text: str) -> Segments:
    """How the text travels. An escaped or surrogate pair is never cut, so parts may stay short of full."""
    is_gsm7 = all(sign in _BASIC or sign in _EXTENDED for sign in text)
    costs = [_gsm7_cost(sign) if is_gsm7 else _ucs2_cost(sign) for sign in text]
    alone, joined = _ROOM_GSM7 if is_gsm7 else _ROOM_UCS2
    units = sum(costs)
    parts = 1 if units <= alone else _parts(costs, joined)
    return Segments("gsm7" if is_gsm7 else "ucs2", units, parts)


def _gsm7_cost(sign: str) -> int:
    return 2 if sign in _EXTENDED else 1


def _ucs2_cost(sign: str) -> int:
    return 2 if ord(sign) > 0xFFFF else 1


def _parts(costs: list[int], room: int) -> int:
    parts, used = 1, 0
    for cost in costs:
        if used + cost > room:
            parts, used = parts + 1, 0
        used += cost
    return parts
