"""Liquid inside a text: which parts are words, which are fields, and what a field stands for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

LIQUID: Final = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
"""As the letter renderer sets Liquid aside."""
_BRACE: Final = '{{ "{" }}'
_OPENING: Final = re.compile(r"\{(?=[{%])")
_NAME: Final = r"[^\W\d][\w-]*"
_PATH: Final = rf"{_NAME}(?:\.{_NAME}|\[\"[^\"\[\]{{}}%]+\"\])*"
_FIELD: Final = re.compile(
    rf"\{{\{{-?\s*(?P<path>{_PATH})\s*(?:\|\s*default:\s*(?P<other>\"[^\"]*\"|'[^']*'|{_PATH}))?\s*-?\}}\}}"
)
_PARTS: Final = re.compile(rf"\.?({_NAME})|\[\"([^\"]+)\"\]")
_PLAIN_NAME: Final = re.compile(_NAME)
_LIKE: Final = str.maketrans("<>{}%", "‹›()％")
_UNFIT: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffc\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Piece:
    """Words as they are read, or (``is_liquid``) a field or command as it is written."""

    text: str
    is_liquid: bool = False


@dataclass(frozen=True, slots=True)
class Field:
    """``{{ path | default: "fallback" }}``. ``or_field``: the fallback is itself the path of a field."""

    path: str
    fallback: str = ""
    or_field: bool = False

    @property
    def source(self) -> str:
        """As it stands in a text."""
        if not self.fallback:
            return "{{ " + self.path + " }}"
        other = self.fallback if self.or_field else _quoted(sound_fallback(self.fallback))
        return "{{ " + self.path + " | default: " + other + " }}"

    @property
    def parts(self) -> tuple[str, ...]:
        """The path's names: ``event.basket["big one"]`` is ``event``, ``basket``, ``big one``."""
        return tuple(plain or quoted for plain, quoted in _PARTS.findall(self.path))


def pieces(source: str) -> tuple[Piece, ...]:
    """The text's parts in their order; an opening brace that stands for itself is words."""
    found: list[Piece] = []
    words, at = "", 0
    for match in LIQUID.finditer(source):
        words += source[at : match.start()]
        at = match.end()
        if match[0] == _BRACE:
            words += "{"
            continue
        found += [Piece(words)] if words else []
        found.append(Piece(match[0], is_liquid=True))
        words = ""
    words += source[at:]
    return (*found, Piece(words)) if words else tuple(found)


def source_of(parts: Iterable[Piece]) -> str:
    """The text of these parts; words never become a field, whatever braces stand in them."""
    listed = [piece for piece in parts if piece.text]
    made = [
        piece.text if piece.is_liquid else _braced(piece.text, last=index + 1 == len(listed))
        for index, piece in enumerate(listed)
    ]
    return "".join(made)


def literal(text: str) -> str:
    """A text that says exactly these words, braces and all."""
    return source_of([Piece(clean(text))])


def sound(source: str) -> str:
    """The text as it is kept: whole fields stay, a brace that opens nothing stands for itself."""
    return source_of(pieces(clean(source)))


def clean(text: str) -> str:
    """Without what no letter can hold: control signs, halves of signs, place holders."""
    return _UNFIT.sub("", text)


def field_of(source: str) -> Field | None:
    """The field that this piece of Liquid stands for; None for commands and longer expressions."""
    match = _FIELD.fullmatch(source)
    if match is None:
        return None
    other = match["other"] or ""
    if other[:1] in ("'", '"'):
        return Field(match["path"], other[1:-1])
    return Field(match["path"], other, or_field=bool(other))


def path_of(names: Sequence[str]) -> str:
    """The path of these names, also of ones with spaces in them: ``contact["shoe size"]``."""
    listed = list(names)
    if len(listed) == 1 and not _PLAIN_NAME.fullmatch(listed[0]):
        listed.insert(0, "contact")
    made = listed[0]
    for name in listed[1:]:
        quoted = re.sub(r"[\"\[\]{}%]", "", name)
        made += f".{name}" if _PLAIN_NAME.fullmatch(name) else f'["{quoted}"]'
    return made


def sound_fallback(words: str) -> str:
    """Words that may stand in quotes: what would end them or become markup has a sign like it instead."""
    plain = " ".join(clean(words).split())
    if '"' in plain and "'" in plain:
        plain = plain.replace('"', "”")
    return plain.translate(_LIKE)


def _quoted(words: str) -> str:
    return f"'{words}'" if '"' in words else f'"{words}"'


def _braced(words: str, *, last: bool) -> str:
    made = _OPENING.sub(_BRACE, words)
    if not last and made.endswith("{"):
        made = made[:-1] + _BRACE
    return made
