"""A contact out of one row of a file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from app.model.people import Address, Consent, ContactRow, ImportReport, Skipped
from app.sources import cells
from app.sources.consents import ConsentReader
from app.sources.fields import FieldReader
from app.sources.headers import Column
from app.sources.reach import AddressReader
from app.sources.seen import Seen

_NO_ADDRESS: Final = "there is no e-mail address, phone number or customer number"


class RowReader:
    """Makes contacts of the rows of one file; what single rows lose is listed in ``report.left_out``."""

    def __init__(
        self,
        columns: Sequence[Column],
        consents: ConsentReader,
        *,
        region: str,
        now: datetime,
        report: ImportReport,
    ) -> None:
        self._width, self._now, self._report = len(columns), now, report
        self._addresses = AddressReader(columns, region)
        self._fields = FieldReader(columns)
        self._consents = consents
        self._seen = Seen()

    def read(self, row: int, texts: Sequence[str]) -> ContactRow | str:
        """The contact, or the reason why there is none."""
        values = [cells.clean(text) if text else "" for text in texts[: self._width]]
        values.extend([""] * (self._width - len(values)))
        addresses, faults = self._addresses.read(values)
        if not addresses:
            return "; ".join(faults) or _NO_ADDRESS
        consents, suppress, not_understood = self._consents.read(row, values)
        known = self._known(addresses)
        if known:
            return self._again(row, known, addresses, consents, suppress)
        addresses = self._own(addresses, row, faults)
        for fault in faults:
            self._leave_out(row, f"left out: {fault}")
        for header in not_understood:
            self._leave_out(row, f"no consent noted: the answer in “{header}” is neither yes nor no")
        found = self._fields.read(values)
        return ContactRow(
            row,
            tuple(addresses),
            found.properties,
            found.tags,
            consents,
            suppress,
            found.zone,
            found.language,
        )

    def _leave_out(self, row: int, what: str) -> None:
        self._report.left_out.append(Skipped(row, what))

    def _known(self, addresses: Sequence[Address]) -> int:
        """The earlier row with this person, 0 when there is none."""
        return max(self._row_of(address) for address in _sure(addresses))

    def _row_of(self, address: Address) -> int:
        return self._seen.row_of(f"{address.kind}:{address.value}")

    def _again(
        self,
        row: int,
        known: int,
        addresses: Sequence[Address],
        consents: Sequence[Consent],
        suppress: frozenset[str],
    ) -> ContactRow | str:
        """Of a row that comes again only a no is taken: that must never be lost, so it counts from now."""
        reason = f"same address as row {known}"
        refused = tuple(replace(one, at=self._now) for one in consents if not one.given)
        if not refused and not suppress:
            return reason
        self._leave_out(row, f"{reason}: only its refusal was noted")
        same = tuple(one for one in addresses if self._row_of(one) == known or self._is_news(one, suppress))
        for address in same:
            self._seen.keep(f"{address.kind}:{address.value}", row)
        return ContactRow(row, same, consents=refused, suppress=suppress)

    def _is_news(self, address: Address, suppress: frozenset[str]) -> bool:
        """An address that no row had before and that gets nothing."""
        return address.kind in suppress and not self._row_of(address)

    def _own(self, addresses: Sequence[Address], row: int, faults: list[str]) -> list[Address]:
        """Without a phone number that an earlier row has: two people of one household stay two."""
        mine = []
        for address in addresses:
            other = self._row_of(address)
            if other:
                faults.append(f"the phone number is that of row {other}")
            else:
                mine.append(address)
                self._seen.keep(f"{address.kind}:{address.value}", row)
        return mine


def _sure(addresses: Sequence[Address]) -> Sequence[Address]:
    """Those that belong to one person: a phone number may be a household's, unless it is all there is."""
    return [one for one in addresses if one.kind != "phone"] or addresses
