"""A contact out of one row of a file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final

from app.model.errors import UserError
from app.model.people import Address, ContactRow, ImportReport, Skipped
from app.sources import cells
from app.sources.cells import DigitsLostError
from app.sources.consents import ConsentReader
from app.sources.headers import Column, Role
from app.sources.seen import Seen
from app.support import addresses

_NO_ADDRESS: Final = "there is no e-mail address, phone number or customer number"
_DIGITS_LOST: Final = {
    Role.PHONE: "the phone number lost digits in a spreadsheet",
    Role.EXTERNAL: "the customer number lost digits in a spreadsheet",
}
_WORD: Final = {
    Role.EMAIL: "e-mail address",
    Role.PHONE: "phone number",
    Role.EXTERNAL: "customer number",
}
_KIND: Final = {Role.EMAIL: "email", Role.PHONE: "phone", Role.EXTERNAL: "external"}
_KEPT_AS_WRITTEN: Final = frozenset({Role.PROPERTY, Role.STATUS, Role.TAGS, Role.ZONE, Role.LANGUAGE})
_LONGEST_TAG: Final = 200


@dataclass(slots=True)
class _Found:
    """The addresses of one row, and why others are left out."""

    addresses: list[Address] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


class RowReader:
    """Makes contacts of the rows of one file; what a row loses is listed in the report."""

    def __init__(
        self,
        columns: Sequence[Column],
        consents: ConsentReader,
        *,
        region: str,
        now: datetime,
        report: ImportReport,
    ) -> None:
        self._columns, self._consents = columns, consents
        self._region, self._now, self._report = region, now, report
        self._width = len(columns)
        self._places = sorted(
            (column for column in columns if column.role in _KIND), key=lambda column: column.rank
        )
        self._fields = tuple(column for column in columns if column.role not in _KIND)
        self._has_last_name = any(column.role is Role.LAST_NAME for column in columns)
        self._seen = Seen()

    def read(self, row: int, texts: Sequence[str]) -> ContactRow | str:
        """The contact, or the reason why there is none."""
        values = [cells.clean(text) if text else "" for text in texts[: self._width]]
        values.extend([""] * (self._width - len(values)))
        found = self._addresses(values)
        if not found.addresses:
            return "; ".join(dict.fromkeys(found.faults)) or _NO_ADDRESS
        consents, suppress, not_understood = self._consents.read(row, values)
        contact = ContactRow(row, tuple(found.addresses), consents=consents, suppress=suppress)
        known = self._known(contact)
        if known:
            return self._again(contact, known)
        contact = self._without_others_phones(contact, found.faults)
        for address in contact.addresses:
            self._seen.keep(f"{address.kind}:{address.value}", row)
        for fault in dict.fromkeys(found.faults):
            self._leave_out(row, f"left out: {fault}")
        for header in not_understood:
            self._leave_out(row, f"no consent noted: the answer in “{header}” is neither yes nor no")
        return self._with_fields(contact, values)

    def _leave_out(self, row: int, what: str) -> None:
        self._report.left_out.append(Skipped(row, what))

    # --- addresses ---

    def _addresses(self, values: Sequence[str]) -> _Found:
        found = _Found()
        for column in self._places:
            text = values[column.place]
            if text:
                self._take(found, column.role, text)
        return found

    def _take(self, found: _Found, role: Role, text: str) -> None:
        for part in _parts(role, text):
            try:
                address = Address(_KIND[role], self._normal(role, part))
            except DigitsLostError:
                found.faults.append(_DIGITS_LOST[role])
            except UserError:
                found.faults.append(f"the {_WORD[role]} is not valid")
            else:
                if address not in found.addresses:
                    found.addresses.append(address)

    def _normal(self, role: Role, text: str) -> str:
        if role is Role.EMAIL:
            return addresses.email_address(text)
        if role is Role.PHONE:
            return cells.phone_number(text, self._region)
        return addresses.address("external", cells.whole_number(text)).value

    # --- rows that come twice ---

    def _known(self, contact: ContactRow) -> int:
        """The earlier row with this person; a phone number alone may be a household's."""
        sure = [address for address in contact.addresses if address.kind != "phone"] or contact.addresses
        return max((self._seen.row_of(f"{address.kind}:{address.value}") for address in sure), default=0)

    def _again(self, contact: ContactRow, known: int) -> ContactRow | str:
        """Of a row that comes again only a no is taken: that must never be lost."""
        reason = f"same address as row {known}"
        refused = tuple(replace(one, at=self._now) for one in contact.consents if not one.given)
        if not refused and not contact.suppress:
            return reason
        self._leave_out(contact.row, f"{reason}: only its refusal was noted")
        sure = tuple(one for one in contact.addresses if one.kind != "phone") or contact.addresses
        same = tuple(one for one in sure if self._seen.row_of(f"{one.kind}:{one.value}") == known)
        return replace(contact, addresses=same, consents=refused)

    def _without_others_phones(self, contact: ContactRow, faults: list[str]) -> ContactRow:
        mine = []
        for address in contact.addresses:
            other = self._seen.row_of(f"{address.kind}:{address.value}")
            if other:
                faults.append(f"the phone number is that of row {other}")
            else:
                mine.append(address)
        return replace(contact, addresses=tuple(mine))

    # --- everything else ---

    def _with_fields(self, contact: ContactRow, values: Sequence[str]) -> ContactRow:
        properties: dict[str, Any] = {}
        tags: set[str] = set()
        zone = language = ""
        for column in self._fields:
            text = values[column.place]
            if not text:
                continue
            if column.role is Role.TAGS:
                tags.update(tag for tag in cells.tags(text) if len(tag) <= _LONGEST_TAG)
            elif column.role is Role.ZONE and cells.zone(text):
                zone = cells.zone(text)
            elif column.role is Role.LANGUAGE and cells.language(text):
                language = cells.language(text)
            elif column.role is Role.DATE:
                properties[column.name] = cells.iso_date(text)
            elif column.role in _KEPT_AS_WRITTEN:
                properties[column.name] = text
        properties |= _names(self._fields, values, self._has_last_name)
        return replace(contact, properties=properties, tags=frozenset(tags), zone=zone, language=language)


def _parts(role: Role, text: str) -> Sequence[str]:
    if role is Role.EMAIL:
        return cells.email_addresses(text)
    return cells.phone_texts(text) if role is Role.PHONE else [text]


def _names(columns: Sequence[Column], values: Sequence[str], has_last_name: bool) -> Mapping[str, str]:
    """``first_name`` and ``last_name``, out of the full name where the file has no parts of it."""
    said: dict[Role, str] = {}
    for column in columns:
        if column.role in _NAMES and values[column.place]:
            said.setdefault(column.role, values[column.place])
    first, last = said.get(Role.FIRST_NAME, ""), said.get(Role.LAST_NAME, "")
    full = said.get(Role.FULL_NAME) or said.get(Role.LAST_NAME_FIRST, "")
    names = {}
    if full and first and not last and not has_last_name:
        last = full.removeprefix(first).strip()  # “Vorname” beside “Name”: the name is the family's
    elif full and not first and not last:
        first, last = cells.split_name(full, last_first=Role.FULL_NAME not in said)
        names["full_name"] = full
    names |= {"first_name": first, "last_name": last}
    return {name: text for name, text in names.items() if text}


_NAMES: Final = frozenset({Role.FIRST_NAME, Role.LAST_NAME, Role.FULL_NAME, Role.LAST_NAME_FIRST})
