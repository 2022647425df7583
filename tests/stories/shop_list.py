"""A shop's list of contacts as a spreadsheet has left it: semicolons, cp1252, broken phone numbers."""

from __future__ import annotations

import csv
import random
from dataclasses import dataclass
from pathlib import Path
from typing import Final

YES: Final = ("ja", "Ja", "yes", "1", "WAHR", "x")
NO: Final = ("nein", "Nein", "no", "0", "FALSCH")
FIRST_NAMES: Final = ("Jürgen", 'Anna "die Rote"', "O'Neill; Pat", "Zoë", "François", "Björn\nUwe", "Lena")
NOTES: Final = ("", 'sagt "später"; ruft an', "zwei\nZeilen", "=SUMME(A1:A9)", "nur € und „bar“")


@dataclass(frozen=True)
class Row:
    """One person of the list. A consent is ``yes``, ``no`` or empty."""

    number: int
    email: str
    phone: str
    """E.164; empty where the spreadsheet has rounded the digits away."""
    typed_phone: str
    consent: str
    sms_consent: str


def shop_list(yes: int, no: int, empty: int) -> list[Row]:
    """People whose consents come in any order, the same every time."""
    consents = ["yes"] * yes + ["no"] * no + [""] * empty
    random.Random(2).shuffle(consents)
    return [_row(number, consent) for number, consent in enumerate(consents)]


def _row(number: int, consent: str) -> Row:
    digits = f"4915123{number + 1:06d}"
    whole = f"{digits[0]},{digits[1:]}E+12"
    typed = (f"'+{digits}", f"{digits[0]},{digits[1:6]}E+12", f"0{digits[2:5]} / {digits[5:]}", whole)[
        number % 4
    ]
    lost = number % 4 == 1 or (number % 4 == 3 and digits.endswith("0000"))
    sms_consent = ("yes", "no", "")[number % 3]
    email = f"kunde.{number}@example.com"
    return Row(number, email, "" if lost else f"+{digits}", typed, consent, sms_consent)


def write_list(rows: list[Row], path: Path) -> Path:
    """The file, line ends and all, as a German Excel writes it."""
    with path.open("w", encoding="cp1252", newline="") as file:
        file.write("sep=;\r\n")
        writer = csv.writer(file, delimiter=";", lineterminator="\r\n")
        writer.writerow(
            ["Vorname", " Nachname ", "E-Mail", "Telefon", "E-Mail Einwilligung", "SMS Einwilligung", "Notiz"]
        )
        for row in rows:
            name = FIRST_NAMES[row.number % len(FIRST_NAMES)]
            email = row.email.upper() if row.number % 5 == 0 else f" {row.email}"
            note = NOTES[row.number % len(NOTES)]
            said = [_said(row.consent, row.number), _said(row.sms_consent, row.number)]
            writer.writerow([name, f"Müller-{row.number}", email, row.typed_phone, *said, note])
    return path


def _said(consent: str, number: int) -> str:
    words = {"yes": YES, "no": NO, "": ("", " ")}[consent]
    return words[number % len(words)]
