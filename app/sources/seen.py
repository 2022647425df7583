"""Which addresses a file has had already, in little memory."""

from __future__ import annotations

from array import array
from typing import Final

_FIRST_SIZE: Final = 1 << 10
_WIDE: Final = (1 << 64) - 1


class Seen:
    """Remembers the row of every address: 12 bytes for each place of a table that is at most half full.

    It keeps 64-bit hashes, not texts; among a million addresses two share one in a hundred million files.
    """

    def __init__(self) -> None:
        self._count = 0
        self._hashes, self._rows = _empty(_FIRST_SIZE)

    def row_of(self, text: str) -> int:
        """The row that was kept with this text, 0 when it is new."""
        return self._rows[self._place(hash(text) & _WIDE)]

    def keep(self, text: str, row: int) -> None:
        """Keeps the row (1 or more) of a new text; a known one keeps its first."""
        hashed = hash(text) & _WIDE
        place = self._place(hashed)
        if self._rows[place]:
            return
        self._hashes[place], self._rows[place] = hashed, row
        self._count += 1
        if self._count * 2 > len(self._rows):
            self._grow()

    def _place(self, hashed: int) -> int:
        mask = len(self._rows) - 1
        place = hashed & mask
        while self._rows[place] and self._hashes[place] != hashed:
            place = (place + 1) & mask
        return place

    def _grow(self) -> None:
        hashes, rows = self._hashes, self._rows
        self._hashes, self._rows = _empty(len(rows) * 2)
        for hashed, row in zip(hashes, rows, strict=True):
            if row:
                place = self._place(hashed)
                self._hashes[place], self._rows[place] = hashed, row


def _empty(size: int) -> tuple[array[int], array[int]]:
    return array("Q", bytes(8 * size)), array("I", bytes(4 * size))
