"""A small file goes in, contacts come out, and every row is accounted for."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.model.errors import UserError
from app.model.people import Address
from tests.unit.sources.files import addresses, answers, read

PLAIN = """\
Email,First Name,Last Name,Phone,Email consent,Shoe size
anna@example.com,Anna,Berg,+49 151 23456789,yes,38
ben@example.com,Ben,"Carl, jr.",,no,
,Cleo,Dorn,+4915123456780,,41
"""


@pytest.fixture
def plain(tmp_path: Path) -> Path:
    path = tmp_path / "people.csv"
    path.write_text(PLAIN, encoding="utf-8")
    return path


def test_addresses_names_and_other_columns_arrive(plain: Path) -> None:
    anna, ben, cleo = read(plain).rows
    assert anna.addresses == (Address("email", "anna@example.com"), Address("phone", "+4915123456789"))
    assert anna.properties == {"first_name": "Anna", "last_name": "Berg", "shoe_size": "38"}
    assert ben.properties == {"first_name": "Ben", "last_name": "Carl, jr."}
    assert addresses(cleo) == [("phone", "+4915123456780")]


def test_rows_are_numbered_as_a_spreadsheet_shows_them(plain: Path) -> None:
    assert [row.row for row in read(plain).rows] == [2, 3, 4]


def test_consent_is_what_the_cell_says_and_nothing_where_it_is_empty(plain: Path) -> None:
    assert [answers(row) for row in read(plain).rows] == [{"email": True}, {"email": False}, {}]


def test_a_file_that_is_not_there_is_told_in_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="cannot be read"):
        read(tmp_path / "nothing.csv")
