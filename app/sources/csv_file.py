"""Contacts out of CSV files, whatever program wrote them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Final

from app.model.errors import UserError
from app.model.people import ContactRow, ImportReport, Skipped
from app.sources.cells import Answer
from app.sources.consents import ConsentReader
from app.sources.headers import addresses_named, columns_of, folded
from app.sources.people import RowReader
from app.sources.table import open_table

MOST_ROWS: Final = 1_000_000
_MAILCHIMP: Final = frozenset({"memberrating", "leid", "euid"})
_LISTS: Final = (
    ("unsubscribed", Answer.NO),
    ("cleaned", Answer.SUPPRESSED),
    ("subscribed", Answer.YES),
)
"""Mailchimp exports three files; which one a person is in says whether they agreed."""


def read_contacts(path: Path, *, region: str, now: datetime, report: ImportReport) -> Iterator[ContactRow]:
    """Yields a contact for each row that has an address, one at a time as the file is read.

    Every row that is not empty is counted in ``report.read`` and is either yielded or named in
    ``report.skipped``; ``region`` (two letters or empty) is meant by phone numbers without a country,
    ``now`` dates consents that bring no date. UserError, also in the middle, when the file cannot be read
    to its end: nothing of it should be kept then.
    """
    with open_table(path) as table:
        columns = columns_of(table.header)
        if not addresses_named(columns):
            raise UserError(
                f"No column of {path.name} is named like an e-mail address or a phone number; "
                "name it “Email” or “Phone” in the first row."
            )
        consents = ConsentReader(columns, path.name, now, _said_by_file(path, table.header))
        reader = RowReader(columns, consents, region=region, now=now, report=report)
        for line in table.lines:
            report.read += 1
            if report.read > MOST_ROWS:
                raise UserError(f"{path.name} has more than {MOST_ROWS:,} rows; import it in several files.")
            found = line.fault or reader.read(line.number, line.cells)
            if isinstance(found, str):
                report.skipped.append(Skipped(line.number, found))
            else:
                yield found


def _said_by_file(path: Path, header: Sequence[str]) -> Answer:
    if not {folded(cell) for cell in header} & _MAILCHIMP:
        return Answer.UNKNOWN
    name = path.name.casefold()
    return next((answer for start, answer in _LISTS if name.startswith(start)), Answer.UNKNOWN)
