"""A list of a thousand people that went through a spreadsheet, counted by another hand."""

from __future__ import annotations

import csv
import random
from collections import Counter
from pathlib import Path

import pytest

from tests.unit.sources.files import answers, read

YES, NO, EMPTY = 900, 60, 40


@pytest.fixture(scope="module")
def damaged(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Semicolons, cp1252, numbers for texts; every tenth phone is rounded, every seventh a float."""
    path = tmp_path_factory.mktemp("csv") / "kunden.csv"
    says = (
        ["ja"] * 450 + ["x"] * 200 + ["WAHR"] * 150 + ["1"] * 100 + ["nein"] * 40 + ["0"] * 20 + [""] * EMPTY
    )
    random.Random(7).shuffle(says)
    with path.open("w", encoding="cp1252", newline="") as file:
        file.write("sep=;\r\n")
        writer = csv.writer(file, delimiter=";", lineterminator="\r\n")
        writer.writerow(
            ["Vorname", "Nachname", "E-Mail", "Mobil", "Geburtsdatum", "Einwilligung E-Mail", "Notiz"]
        )
        for n, said in enumerate(says):
            writer.writerow(
                [
                    f"Jürgen{n}",
                    "Müßig; jr." if n % 9 == 0 else "Weiß",
                    "" if n % 50 == 0 else f"kunde{n}@example.de",
                    phone(n),
                    10_000 + n,
                    said,
                    'sagt "hallo"\nund geht' if n % 11 == 0 else "'=1+1",
                ]
            )
    return path


def phone(n: int) -> str:
    number = 15_100_000_000 + n  # the zero in front is gone
    if n % 10 == 0:
        return f"{number:.4E}".replace(".", ",")
    if n % 7 == 0:
        return f"{number},0"
    return f"'0{number}" if n % 3 == 0 else str(number)


def test_consents_agree_with_a_count_by_another_hand(damaged: Path) -> None:
    found = read(damaged, "DE")
    assert found.report.read == YES + NO + EMPTY
    gone = {row for row, _ in found.skipped}
    with damaged.open(encoding="cp1252", newline="") as file:
        next(file)
        rows = list(enumerate(csv.reader(file, delimiter=";"), start=1))[1:]
    counted = Counter(cells[5] for number, cells in rows if number not in gone)
    said = Counter(answers(row).get("email") for row in found.rows)
    assert said[True] == counted["ja"] + counted["x"] + counted["WAHR"] + counted["1"]
    assert said[False] == counted["nein"] + counted["0"]
    assert said[None] == counted[""]
    assert sum(said.values()) + len(gone) == YES + NO + EMPTY


def test_rows_with_a_rounded_phone_number_alone_are_named(damaged: Path) -> None:
    found = read(damaged, "DE")
    reason = "the phone number lost digits in a spreadsheet"
    assert found.skipped == [(n + 2, reason) for n in range(0, 1000, 50)]
    assert found.left_out == [(n + 2, f"left out: {reason}") for n in range(0, 1000, 10) if n % 50]


def test_what_can_be_repaired_is(damaged: Path) -> None:
    by_row = {row.row: row for row in read(damaged, "DE").rows}
    for n in (3, 7, 9, 11, 14):
        row = by_row[n + 2]
        assert [one.value for one in row.addresses] == [f"kunde{n}@example.de", f"+49{15_100_000_000 + n}"]
    assert by_row[11].properties["last_name"] == "Müßig; jr."
    assert by_row[13].properties["note"] == 'sagt "hallo"\nund geht'
    assert by_row[3].properties["note"] == "=1+1"
    assert by_row[3].properties["birthday"] == "1927-05-19"
