"""The addresses of a row."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import Final

from app.model.errors import UserError
from app.model.people import Address
from app.sources import cells
from app.sources.cells import DigitsLostError
from app.sources.headers import Column, Role
from app.support import addresses

_PLAIN_EMAIL: Final = re.compile(
    r"([A-Za-z0-9_+-]+(?:\.[A-Za-z0-9_+-]+)*)@([A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+)"
)
_LONGEST_PLAIN: Final = 64


class AddressReader:
    """Reads them; where they stand is found once for the whole file."""

    def __init__(self, columns: Iterable[Column], region: str) -> None:
        def phone(text: str) -> str:
            return cells.phone_number(text, region)

        ways: dict[Role, tuple[str, str, _Split, _Normal]] = {
            Role.EXTERNAL: ("external", "customer number", _whole, _external),
            Role.EMAIL: ("email", "e-mail address", cells.email_addresses, email_address),
            Role.PHONE: ("phone", "phone number", cells.phone_texts, phone),
        }
        mine = [one for one in columns if one.role in ways]
        mine.sort(key=lambda one: (list(ways).index(one.role), one.rank))
        self._columns = [(one.place, *ways[one.role]) for one in mine]

    def read(self, values: Sequence[str]) -> tuple[list[Address], list[str]]:
        """The addresses, the surest kind and of each kind the main one first, and why others are left out."""
        found: dict[Address, None] = {}
        faults: dict[str, None] = {}
        for place, kind, word, split, normal in self._columns:
            for text in split(values[place]) if values[place] else ():
                try:
                    found[Address(kind, normal(text))] = None
                except DigitsLostError:
                    faults[f"the {word} lost digits in a spreadsheet"] = None
                except UserError:
                    faults[f"the {word} is not valid"] = None
        return list(found), list(faults)


_Split = Callable[[str], Sequence[str]]
_Normal = Callable[[str], str]


def _whole(text: str) -> Sequence[str]:
    return (text,)


def _external(text: str) -> str:
    return addresses.address("external", cells.whole_number(text.lstrip("'"))).value


def email_address(text: str) -> str:
    """``app.support.addresses.email_address``, which is asked once per domain where the rest is plain."""
    found = _PLAIN_EMAIL.fullmatch(text)
    if found and len(found.group(1)) <= _LONGEST_PLAIN and len(text) <= 3 * _LONGEST_PLAIN:
        return f"{found.group(1).lower()}@{_domain(found.group(2))}"
    return addresses.email_address(text)


@lru_cache(maxsize=4096)
def _domain(text: str) -> str:
    return addresses.email_address(f"a@{text}").partition("@")[2]
