"""Every row is imported or named with its reason, and files that cannot be read say so."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.model.errors import UserError
from app.model.people import ContactRow, ImportReport
from app.sources import csv_file
from app.sources.csv_file import read_contacts
from app.sources.seen import Seen
from tests.unit.sources.files import Read, addresses, read

Import = Callable[..., Read]


@pytest.fixture
def bring(tmp_path: Path) -> Import:
    def bring(data: str | bytes, region: str = "") -> Read:
        path = tmp_path / "people.csv"
        path.write_bytes(data.encode() if isinstance(data, str) else data)
        return read(path, region)

    return bring


def test_rows_left_out_say_why(bring: Import) -> None:
    text = "Email,Phone,Name\n,,Nobody\nanna.at.home,,A\n,12,B\nbad,123,C\n,4.9151E+12,D\n"
    assert bring(text + "a@x.org,,E\nA@X.ORG,,F\nx@x.org,,G,H\n").skipped == [
        (2, "there is no e-mail address, phone number or customer number"),
        (3, "the e-mail address is not valid"),
        (4, "the phone number is not valid"),
        (5, "the e-mail address is not valid; the phone number is not valid"),
        (6, "the phone number lost digits in a spreadsheet"),
        (8, "same address as row 7"),
        (9, "it has more cells than the header; put texts that hold the separator in quotation marks"),
    ]


def test_reasons_repeat_no_addresses(bring: Import) -> None:
    found = bring("Email,Phone\nsecret.person(at)example.org,+4999\nok@example.org,secret\n")
    assert not [why for _, why in found.skipped + found.left_out if "secret" in why or "4999" in why]


def test_a_row_keeps_the_address_that_is_good(bring: Import) -> None:
    found = bring("Email,Phone\na@x.org,12\nbad,+4915123456789\n")
    assert [addresses(row) for row in found.rows] == [[("email", "a@x.org")], [("phone", "+4915123456789")]]
    assert found.left_out == [
        (2, "left out: the phone number is not valid"),
        (3, "left out: the e-mail address is not valid"),
    ]


def test_a_household_with_one_phone_stays_two_people(bring: Import) -> None:
    found = bring("Email,Phone\na@x.org,+4915123456789\nb@x.org,+4915123456789\n,+4915123456789\n")
    assert [addresses(row) for row in found.rows] == [
        [("email", "a@x.org"), ("phone", "+4915123456789")],
        [("email", "b@x.org")],
    ]
    assert found.left_out == [(3, "left out: the phone number is that of row 2")]
    assert found.skipped == [(4, "same address as row 2")]


def test_empty_rows_are_no_rows_but_keep_their_number(bring: Import) -> None:
    found = bring("\n\nEmail,Name\n,\n\n  ,\t\na@x.org,A\n,,\n")
    assert (found.report.read, found.one.row) == (1, 7)


def test_short_rows_and_empty_cells_beyond_the_header_are_fine(bring: Import) -> None:
    assert len(bring("Email,Name,City\na@x.org\nb@x.org,B,C,,\n").rows) == 2


def test_quotes_and_line_breaks_within_cells_arrive(bring: Import) -> None:
    found = bring('Email,Note\r\na@x.org,"one ""two""\r\nthree, four"\r\nb@x.org,plain "x" end\r\n')
    assert [row.properties["note"] for row in found.rows] == ['one "two"\nthree, four', 'plain "x" end']
    assert [row.row for row in found.rows] == [2, 3]


def test_line_ends_of_old_macs_are_understood(bring: Import) -> None:
    assert len(bring("Email,Name\ra@x.org,A\rb@x.org,B\r").rows) == 2


def test_nul_bytes_vanish(bring: Import) -> None:
    assert bring(b"Email,Name\n" + b"a@x.org,An\x00na\n" * 1 + b"b@x.org,B\n" * 1).rows[0].properties == {
        "full_name": "Anna",
        "first_name": "Anna",
    }


def test_rows_in_another_encoding_than_the_rest_are_named(bring: Import) -> None:
    data = "Email,Name\na@x.org,Jörg Größe Äußerst\n".encode() + "b@x.org,Jörg\n".encode("cp1252")
    found = bring(data + "c@x.org,Zoë\n".encode())
    assert [row.properties["first_name"] for row in found.rows] == ["Jörg", "Zoë"]
    assert found.skipped == [
        (3, "it is in another encoding than the rest of the file; save the file as UTF-8")
    ]


@pytest.mark.parametrize(
    ("encoding", "name"),
    [
        ("cp1252", "Jürgen Weiß"),
        ("cp1252", "Zoë Brontë-Ångström"),
        ("cp1252", "François Müller – “Chef”"),
        ("cp1251", "Пётр Ёлкин"),
        ("cp1251", "Ян"),
        ("koi8_r", "Мария Кузнецова из Нижнего Новгорода"),
        ("cp866", "Мария Кузнецова из Нижнего Новгорода"),
        ("utf-16-be", "Пётр Weiß"),
    ],
)
def test_names_survive_the_code_pages_of_former_times(bring: Import, encoding: str, name: str) -> None:
    lines = "".join(f"a{n}@x.org,{name}\n" for n in range(5))
    found = bring(f"Email,Full name\n{lines}".encode(encoding))
    assert {row.properties["full_name"] for row in found.rows} == {name}


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "is empty"),
        (b"\n \n,,\n", "is empty"),
        (b"\xef\xbb\xbf", "is empty"),
        (b"PK\x03\x04rest", "Excel workbook"),
        (b"\xd0\xcf\x11\xe0rest", "old Excel"),
        (b"%PDF-1.4", "PDF"),
        (bytes(range(256)) * 4, "not a text file"),
        (b"\x00" * 1000, "not a text file"),
        (b"Color,Size\nred,3\n", "No column"),
        (b"anna@example.org,Anna\n", "No column"),
        (b'Email,Name\na@x.org,"Anna\nb@x.org,B\n', "Row 2 .* never closed"),
        (b'Email,Name\na@x.org,"', "Row 2 .* never closed"),
        (b'"Email,Name\na@x.org,A\n', "never closed|No column"),
        (b"\xff\xfeE\x00", "No column"),
        (b"\xff\xfeE\x00m", "damaged"),
        (b"\xff\xfeE\x00\x00\xd8", "damaged"),
    ],
)
def test_files_that_cannot_be_read_say_so(bring: Import, data: bytes, sentence: str) -> None:
    with pytest.raises(UserError, match=sentence):
        bring(data)


def test_too_many_rows_are_refused(bring: Import, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_file, "MOST_ROWS", 2)
    with pytest.raises(UserError, match="several files"):
        bring("Email\na@x.org\nb@x.org\nc@x.org\n")


NOW = datetime(2026, 9, 1, tzinfo=UTC)
CELL = st.one_of(
    st.text(max_size=12),
    st.sampled_from(
        ["a@x.org", "b@x.org", "+4915123456789", "yes", "no", '"', "7,9E+10", "44927", "'1", "\n"]
    ),
)
HEADERS = [
    "Email",
    "Phone",
    "Consent",
    "Name",
    "Birthday",
    "Tags",
    "Timezone",
    "Language",
    "Customer ID",
    "UNSUB_TIME",
]


def sums_agree(path: Path) -> None:
    report = ImportReport()
    rows: list[ContactRow] = []
    with suppress(UserError):
        rows.extend(read_contacts(path, region="DE", now=NOW, report=report))
        assert report.read == len(rows) + len(report.skipped)
    assert all(row.addresses for row in rows)
    numbers = [row.row for row in rows] + [one.row for one in report.skipped]
    assert len(set(numbers)) == len(numbers)


@given(data=st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(data: bytes, tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.getbasetemp() / "any.csv"
    path.write_bytes(data)
    sums_agree(path)


@given(
    header=st.lists(st.sampled_from(HEADERS), min_size=1, max_size=8),
    rows=st.lists(st.lists(CELL, max_size=9), max_size=12),
    sign=st.sampled_from(",;\t|"),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)
def test_any_table_adds_up(
    header: list[str],
    rows: list[list[str]],
    sign: str,
    encoding: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    path = tmp_path_factory.getbasetemp() / "table.csv"
    text = "\n".join(sign.join(cells) for cells in [header, *rows])
    path.write_bytes(text.encode(encoding, "replace"))
    sums_agree(path)


@given(st.lists(st.tuples(st.text(max_size=3), st.integers(1, 1000))))
def test_the_first_row_of_a_text_is_remembered(kept: list[tuple[str, int]]) -> None:
    seen, wanted = Seen(), dict[str, int]()
    for text, row in kept:
        assert seen.row_of(text) == wanted.get(text, 0)
        seen.keep(text, row)
        wanted.setdefault(text, row)
    assert {text: seen.row_of(text) for text in wanted} == wanted


def test_many_texts_are_remembered() -> None:
    seen = Seen()
    for n in range(1, 5000):
        seen.keep(str(n), n)
    assert [seen.row_of(str(n)) for n in range(1, 5000)] == list(range(1, 5000))
    assert seen.row_of("5000") == 0
