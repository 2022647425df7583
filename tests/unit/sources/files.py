"""Making small contact files and reading them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from app.model.people import ContactRow, ImportReport
from app.sources.csv_file import read_contacts

NOW: Final = datetime(2026, 9, 1, 12, tzinfo=UTC)


@dataclass(frozen=True)
class Read:
    rows: list[ContactRow]
    report: ImportReport

    @property
    def one(self) -> ContactRow:
        assert len(self.rows) == 1, self.report.skipped
        return self.rows[0]

    @property
    def skipped(self) -> list[tuple[int, str]]:
        return [(one.row, one.reason) for one in self.report.skipped]

    @property
    def left_out(self) -> list[tuple[int, str]]:
        return [(one.row, one.reason) for one in self.report.left_out]


def read(path: Path, region: str = "") -> Read:
    report = ImportReport()
    rows = list(read_contacts(path, region=region, now=NOW, report=report))
    assert report.read == len(rows) + len(report.skipped)
    return Read(rows, report)


def addresses(row: ContactRow) -> list[tuple[str, str]]:
    return [(one.kind, one.value) for one in row.addresses]


def answers(row: ContactRow) -> dict[str, bool]:
    assert len({one.channel for one in row.consents}) == len(row.consents)
    return {one.channel: one.given for one in row.consents}
