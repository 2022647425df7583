"""Rows of cells out of a CSV file, one after the other, whatever program wrote it."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final, TextIO

from app.model.errors import UserError
from app.sources.encoding import encoding_of
from app.sources.headers import addresses_named, columns_of

MOST_COLUMNS: Final = 500
LONGEST_CELL: Final = 64 * 1024
_LONGEST_LINE: Final = 4_000_000
_DELIMITERS: Final = ",;\t|"
_SAMPLE_LINES, _SAMPLE_SIZE = 30, 1_000_000
_SAYS_DELIMITER: Final = re.compile(r'"?sep=(.)"?\s*', re.IGNORECASE)
_END: Final = "\0"
"""Stands alone in a row after the last one, unless a quotation mark was never closed; NUL is in no other."""
_ALIEN: Final = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Line:
    """A row that is not empty. ``number`` counts as a spreadsheet does: the first row is 1."""

    number: int
    cells: list[str]
    fault: str = ""
    """Why it cannot be used."""


@dataclass(frozen=True, slots=True)
class Table:
    """A header, and the rows below it as they are read."""

    header: tuple[str, ...]
    lines: Iterator[Line]


@contextmanager
def open_table(path: Path) -> Iterator[Table]:
    """The file as a table; UserError when it cannot be read, also later while its rows are taken."""
    try:
        encoding = encoding_of(path)
        with path.open(encoding=encoding.name, errors=encoding.errors) as file:
            yield _table(path.name, file)
    except UnicodeError as error:
        raise UserError(
            f"{path.name} is damaged: a part of it is not text; save it again as UTF-8."
        ) from error
    except OSError as error:
        raise UserError(f"{path.name} cannot be read: {error.strerror or error}.") from error


def _table(name: str, file: TextIO) -> Table:
    sample = _sample(_lines(file, name))
    said = _SAYS_DELIMITER.fullmatch(sample[0]) if sample else None
    delimiter = said.group(1) if said and said.group(1) not in '"\r\n' else _delimiter(sample)
    file.seek(0)
    lines = _lines(file, name)
    if said:
        next(lines)
    rows = _rows(lines, delimiter, name)
    _, header = next(rows, (0, []))
    if not header:
        raise UserError(f"{name} is empty; choose a CSV file with a header row.")
    if len(header) > MOST_COLUMNS:
        raise UserError(f"{name} has {len(header):,} columns; more than {MOST_COLUMNS} cannot be imported.")
    header = [_ALIEN.sub("\ufffd", cell) for cell in header]
    while header and not header[-1].strip():
        header.pop()
    return Table(tuple(header), _checked(rows, len(header), is_clean=file.errors == "strict"))


def _sample(lines: Iterator[str]) -> list[str]:
    sample: list[str] = []
    for line in islice(lines, _SAMPLE_LINES):
        sample.append(line)
        if sum(map(len, sample)) > _SAMPLE_SIZE:
            break
    return sample


def _delimiter(sample: list[str]) -> str:
    """The sign that makes an address column of the header, and the most columns."""

    def merit(sign: str) -> tuple[bool, int]:
        cells = _first_row(sample, sign)
        return addresses_named(columns_of(cells[:MOST_COLUMNS])), len(cells)

    return max(_DELIMITERS, key=merit)


def _first_row(sample: list[str], sign: str) -> list[str]:
    try:
        return next((cells for cells in csv.reader(sample, delimiter=sign) if any(cells)), [])
    except csv.Error:
        return []


def _lines(file: TextIO, name: str) -> Iterator[str]:
    while line := file.readline(_LONGEST_LINE + 1):
        if len(line) > _LONGEST_LINE:
            raise UserError(
                f"{name} has a line of more than {_LONGEST_LINE:,} characters; it is not a table."
            )
        yield line.replace("\0", "") if "\0" in line else line


def _rows(lines: Iterator[str], delimiter: str, name: str) -> Iterator[tuple[int, list[str]]]:
    """Rows that hold something, with their numbers; UserError for what no row can hold."""
    number, ended = 0, False
    reader = csv.reader(_with_end(lines), delimiter=delimiter)
    try:
        for number, cells in enumerate(reader, start=1):
            if cells == [_END]:
                ended = True
            elif any(map(str.strip, cells)):
                if len(max(cells, key=len)) > LONGEST_CELL:
                    raise _too_long(number, name)
                yield number, cells
    except csv.Error as error:
        raise _too_long(number + 1, name) from error
    if not ended:
        raise UserError(
            f"Row {number} of {name} has a quotation mark that is never closed; correct it first."
        )


def _with_end(lines: Iterator[str]) -> Iterator[str]:
    line = "\n"
    for line in lines:
        yield line if line.endswith("\n") else line + "\n"
    yield _END


def _too_long(number: int, name: str) -> UserError:
    return UserError(
        f"Row {number} of {name} has a cell of more than 64 kB, or a quotation mark that is never closed; "
        "correct it first."
    )


def _checked(rows: Iterator[tuple[int, list[str]]], width: int, *, is_clean: bool) -> Iterator[Line]:
    for number, cells in rows:
        fault = ""
        if len(cells) > width and any(map(str.strip, cells[width:])):
            fault = "it has more cells than the header; put texts that hold the separator in quotation marks"
        elif not is_clean and any(not cell.isascii() and _ALIEN.search(cell) for cell in cells):
            fault = "it is in another encoding than the rest of the file; save the file as UTF-8"
        yield Line(number, cells, fault)
