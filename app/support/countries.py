"""Countries with their time zones, from the tables that zoneinfo's own data comes with, and the countries of
phone numbers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from importlib import resources
from typing import Final

import phonenumbers

_OTHER_NAMES: Final = {
    "USA": "US",
    "UK": "GB",
    "UNITED KINGDOM": "GB",
    "GREAT BRITAIN": "GB",
    "ENGLAND": "GB",
}


@dataclass(frozen=True, slots=True)
class Countries:
    """``app.model.ports.Places``. ``codes``: two letters by name in capitals; ``by_code``: zones."""

    codes: Mapping[str, str] = field(default_factory=dict)
    by_code: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def zones(self, country: str) -> Sequence[str]:
        name = country.strip().upper()
        # Two letters are a code first: “Virgin Islands (US)” are not the United States.
        code = name if name in self.by_code else self.codes.get(name, "")
        return self.by_code.get(code, ())

    def country_of(self, phone: str) -> str:
        return _country_of(phone)


@lru_cache(maxsize=16_384)
def _country_of(phone: str) -> str:
    """Read anew for every message, so it is remembered."""
    try:
        number = phonenumbers.parse(phone)
    except phonenumbers.NumberParseException:
        return ""
    found = phonenumbers.region_code_for_number(number)
    # A number that belongs to nobody still says by its first figures which country is meant.
    return found or phonenumbers.region_code_for_country_code(number.country_code or 0)


@lru_cache(maxsize=1)
def countries() -> Countries:
    """Every country; read once."""
    by_code: dict[str, list[str]] = {}
    for row in _rows("zone1970.tab"):
        for code in row[0].split(","):
            by_code.setdefault(code, []).append(row[2])
    codes = {name: code for code, told in _rows("iso3166.tab") for name in _names(told)}
    return Countries({**codes, **_OTHER_NAMES}, by_code)


def _names(told: str) -> Iterator[str]:
    """“Britain (UK)” is known by three names."""
    name, _, other = told.upper().partition(" (")
    yield told.upper()
    yield name
    if other:
        yield other.removesuffix(")")


def _rows(file: str) -> Iterator[list[str]]:
    text = resources.files("tzdata").joinpath("zoneinfo", file).read_text(encoding="utf-8")
    return (line.split("\t") for line in text.splitlines() if line and not line.startswith("#"))
