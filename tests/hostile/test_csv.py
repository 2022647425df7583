"""Contact files made to harm: they are refused or read in little memory, and nothing is half imported."""

from __future__ import annotations

import time
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.model.errors import UserError
from app.model.people import ImportReport
from app.sources.csv_file import read_contacts
from app.store.database import open_store
from app.support.ids import SequenceIds

NOW = datetime(2026, 9, 1, tzinfo=UTC)
MB = 1 << 20


def drained(path: Path) -> ImportReport:
    """Reads it all, keeps nothing."""
    report = ImportReport()
    for _ in read_contacts(path, region="DE", now=NOW, report=report):
        pass
    return report


@contextmanager
def at_most(size: int) -> Iterator[None]:
    """Fails when Python held more than so many bytes at once."""
    tracemalloc.start()
    try:
        yield
        assert tracemalloc.get_traced_memory()[1] <= size
    finally:
        tracemalloc.stop()


def write(path: Path, header: bytes, line: bytes, size: int) -> int:
    """A file of about this size; answers how many lines stand below its header."""
    count = size // len(line)
    with path.open("wb") as file:
        file.write(header)
        for start in range(0, count, 1000):
            file.write(line * min(1000, count - start))
    return count


def test_a_file_larger_than_the_memory_it_may_use_is_streamed(tmp_path: Path) -> None:
    path = tmp_path / "large.csv"
    note = "Grüße ".encode() * 9_000
    rows = write(path, b"Email,Note\n", b"a@example.org,%s\n" % note, 120 * MB)
    with at_most(30 * MB):
        report = drained(path)
    assert report.read == rows
    assert len(report.skipped) == rows - 1


def test_a_quote_without_end_is_refused_after_little(tmp_path: Path) -> None:
    path = tmp_path / "quote.csv"
    write(path, b'Email,Note\na@example.org,"', b"one more line, and one more\n", 60 * MB)
    with at_most(30 * MB), pytest.raises(UserError, match=r"Row 2 .* never closed"):
        drained(path)


def test_one_line_without_end_is_refused_after_little(tmp_path: Path) -> None:
    path = tmp_path / "line.csv"
    write(path, b"Email,Note\na@example.org,", b"x" * 1000, 60 * MB)
    with at_most(60 * MB), pytest.raises(UserError, match="it is not a table"):
        drained(path)


def test_a_cell_beyond_all_measure_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "cell.csv"
    path.write_text("Email,Note\na@example.org,A\nb@example.org," + "x" * 65_537 + "\n")
    with pytest.raises(UserError, match=r"Row 3 .* more than 64 kB"):
        drained(path)


@pytest.mark.parametrize("sign", [",", ";", "\t", "|"])
def test_ten_thousand_columns_are_refused(tmp_path: Path, sign: str) -> None:
    path = tmp_path / "wide.csv"
    path.write_text(sign.join(["Email", *map(str, range(9_999))]) + "\na@example.org\n")
    with pytest.raises(UserError, match="10,000 columns"):
        drained(path)


def test_rows_wider_than_the_header_cost_only_themselves(tmp_path: Path) -> None:
    path = tmp_path / "wide_row.csv"
    path.write_text("Email,Name\n" + "," * 1_000_000 + "x\na@example.org,A\n")
    report = drained(path)
    assert (report.read, [one.row for one in report.skipped]) == (2, [2])


def test_nul_bytes_and_mixed_encodings_cost_only_their_rows(tmp_path: Path) -> None:
    path = tmp_path / "mixed.csv"
    good = "äöü@example.org".encode()
    path.write_bytes(
        b"Email,Name\n"
        + b"".join(b"a%d@example.org,J\x00\xc3\xb6rg\n" % n for n in range(50))
        + b"bad1@example.org,J\xf6rg\n"
        + b"bad2@example.org,\xed\xa0\x80\n"
        + b"bad3@example.org,\xc3\n"
        + b"\x00\x00\x00\n"
        + good
        + b",\xd0\x9f\n"
    )
    report = drained(path)
    assert report.read == 54
    assert [one.row for one in report.skipped] == [52, 53, 54, 56]


def test_a_row_of_formulas_and_markup_is_only_text(tmp_path: Path) -> None:
    path = tmp_path / "formula.csv"
    path.write_text('Email,Name,"{{ shop }}"\na@example.org,"=cmd|\' /C calc\'!A0","{% for %}"\n')
    (row,) = read_contacts(path, region="", now=NOW, report=ImportReport())
    assert row.properties["full_name"] == "=cmd|' /C calc'!A0"
    assert row.properties["file_shop"] == "{% for %}"


@pytest.mark.parametrize(
    "end",
    [b'x@example.org,"never closed\n', b"x@example.org," + b"y" * 70_000 + b"\n"],
    ids=["open quote", "huge cell"],
)
def test_a_file_that_breaks_at_its_end_leaves_nothing_behind(tmp_path: Path, end: bytes) -> None:
    path = tmp_path / "late.csv"
    lines = b"".join(b"a%d@example.org,A\n" % n for n in range(2_000))
    path.write_bytes(b"Email,Name\n" + lines + end)
    store = open_store(tmp_path / "workspace.db")
    try:
        report = ImportReport()
        rows = read_contacts(path, region="", now=NOW, report=report)
        with pytest.raises(UserError):
            store.contacts(SequenceIds(1), NOW).put(rows, report)
        assert list(store.people.everybody()) == []
    finally:
        store.close()


@pytest.mark.nightly
def test_a_gigabyte_stays_within_200_mb(tmp_path: Path) -> None:
    path = tmp_path / "gigabyte.csv"
    rows = 100_000
    with path.open("wb") as file:
        file.write(b"Email,Note\n")
        for n in range(rows):
            file.write(b"a%07d@example.org,%s\n" % (n, b"x" * 10_700))
    assert path.stat().st_size > 1000 * MB
    with at_most(100 * MB):
        assert drained(path).read == rows


@pytest.mark.nightly
def test_a_hundred_thousand_rows_take_less_than_20_seconds(tmp_path: Path) -> None:
    path = tmp_path / "many.csv"
    with path.open("w", encoding="utf-8") as file:
        file.write("Email,First Name,Phone,Email consent,Birthday,Tags\n")
        for n in range(100_000):
            file.write(f"a{n}@example{n % 90}.org,Änne,+49151{n:08},yes,05.03.1990,vip\n")
    began = time.process_time()
    report = drained(path)
    took = time.process_time() - began
    print(f"{took:.1f} s for 100,000 rows")
    assert (report.read, report.skipped) == (100_000, [])
    assert took <= 20
