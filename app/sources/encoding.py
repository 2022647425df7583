"""Which encoding a text file is in."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from charset_normalizer import from_bytes

from app.model.errors import UserError

_CHUNK: Final = 1 << 20
_SAMPLE: Final = 64 * 1024
_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # begins like the BOM of UTF-16
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_OTHER_FILES: Final = (
    (b"PK\x03\x04", "is an Excel workbook or an archive"),
    (b"\xd0\xcf\x11\xe0", "is an old Excel workbook"),
    (b"%PDF", "is a PDF"),
)
_CONTROLS: Final = bytes(set(range(32)) - set(b"\t\n\r\x0b\x0c\x1a")) + b"\x7f"
_ALIEN: Final = re.compile("[\udc80-\udcff]")
_CYRILLIC: Final = ("cp1251", "koi8_r", "cp866", "mac_cyrillic", "iso8859_5")


@dataclass(frozen=True, slots=True)
class Encoding:
    """A codec, and how it meets bytes that it cannot read."""

    name: str
    errors: str = "strict"
    """``surrogateescape`` where single rows may hold such bytes."""


def encoding_of(path: Path) -> Encoding:
    """The encoding of the whole file; bytes that it cannot read are few and stand in single rows.

    UserError when the file is empty or is no text.
    """
    with path.open("rb") as file:
        start = file.read(_SAMPLE)
        for bom, name in _BOMS:
            if start.startswith(bom):
                return Encoding(name, "surrogateescape" if name == "utf-8-sig" else "strict")
        _must_be_text(path, start)
        wide = _wide_encoding(start)
        if wide:
            return Encoding(wide)
        if len(start.translate(None, _CONTROLS)) < 0.9 * len(start):
            raise UserError(f"{path.name} is not a text file; choose a CSV file.")
        file.seek(0)
        good, alien, high = _counted(file)
    if not alien:
        return Encoding("utf-8")
    return Encoding("utf-8" if good > alien else _legacy(high), "surrogateescape")


def _must_be_text(path: Path, start: bytes) -> None:
    if not start:
        raise UserError(f"{path.name} is empty; choose a CSV file with a header row.")
    for sign, what in _OTHER_FILES:
        if start.startswith(sign):
            raise UserError(f"{path.name} {what}; save it as CSV and import that.")


def _wide_encoding(start: bytes) -> str:
    """UTF-16 that does not say so: every other byte of its Latin letters is zero."""
    half = max(len(start) // 2, 1)
    even, odd = start[0::2].count(0) / half, start[1::2].count(0) / half
    if odd > 0.2 and even < 0.02:
        return "utf-16-le"
    return "utf-16-be" if even > 0.2 and odd < 0.02 else ""


def _counted(file: BinaryIO) -> tuple[int, int, bytes]:
    """Letters beyond ASCII read as UTF-8, bytes that are none, and the words that hold such bytes."""
    decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
    good = alien = 0
    high = bytearray()
    while chunk := file.read(_CHUNK):
        text = decoder.decode(chunk)
        if text.isascii():
            continue
        wrong = _aliens(text)
        alien += wrong
        good += len(text) - len(text.encode("ascii", "ignore")) - wrong
        if wrong and len(high) < _SAMPLE:
            high += b" ".join(re.findall(rb"[A-Za-z\x80-\xff]*[\x80-\xff][A-Za-z\x80-\xff]*", chunk))
    alien += len(decoder.decode(b"", final=True))
    return good, alien, bytes(high[:_SAMPLE])


def _aliens(text: str) -> int:
    try:
        text.encode()
    except UnicodeEncodeError:
        return len(_ALIEN.findall(text))
    return 0


def _legacy(high: bytes) -> str:
    """Cyrillic words are high bytes throughout; in western ones they stand alone among plain letters."""
    plain = len(re.findall(rb"[A-Za-z]", high))
    if plain > len(re.findall(rb"[\x80-\xff]", high)):
        return "cp1252"
    best = from_bytes(high, cp_isolation=[*_CYRILLIC, "cp1252"], enable_fallback=False).best()
    found = best.encoding if best else "cp1251"
    return found if found in _CYRILLIC else "cp1252"
