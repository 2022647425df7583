"""Addresses in their one normal form, so that equal ones compare equal."""

from __future__ import annotations

import re
from typing import Final

import phonenumbers
from email_validator import EmailNotValidError, validate_email

from app.model.errors import UserError
from app.model.people import Address

_LONGEST_EMAIL: Final = 320
_VISITOR: Final = re.compile(r"[A-Za-z0-9_-]{8,64}")
_EXTERNAL: Final = re.compile(r"[^\x00-\x1f\x7f]{1,200}")


def email_address(text: str) -> str:
    """Lower case, the domain in its ASCII form; no name server is asked. UserError says what is wrong."""
    text = text.strip()
    if len(text) > _LONGEST_EMAIL:
        raise UserError("The e-mail address is longer than 320 characters.")
    try:
        found = validate_email(text, check_deliverability=False, test_environment=True, allow_smtputf8=False)
    except EmailNotValidError as error:
        raise UserError(f"The e-mail address cannot be used: {error}") from error
    return (found.ascii_email or found.normalized).lower()


def phone_number(text: str, region: str = "") -> str:
    """E.164, such as ``+79161234567``; ``region`` (two letters) is meant where the number has no country.

    With a plus the length must be possible; without one the number must be valid in the region, or
    else valid with the plus put before it. A mobile number whose plus a spreadsheet has eaten is not taken
    for a landline of the region. UserError says what is wrong.
    """
    text = text.strip()
    if text.startswith("00"):
        text = "+" + text[2:]
    if text.startswith("+"):
        number = _parsed(text, None)
        if number is not None and phonenumbers.is_possible_number(number):
            return _e164(number)
        raise UserError("The phone number is too short, too long or of no country.")
    here, abroad = _valid(text, region.upper() or None), _valid("+" + text, None)
    number = abroad if abroad is not None and (here is None or _lost_its_plus(here, abroad)) else here
    if number is None:
        raise UserError("The phone number is not valid; write it with + and the country code.")
    return _e164(number)


def _lost_its_plus(here: phonenumbers.PhoneNumber, abroad: phonenumbers.PhoneNumber) -> bool:
    """``4915112345678`` in Germany is a mobile number, not one of the 0491 exchange."""
    mobile = phonenumbers.PhoneNumberType.MOBILE
    return here.country_code == abroad.country_code and phonenumbers.number_type(
        abroad
    ) == mobile != phonenumbers.number_type(here)


def _valid(text: str, region: str | None) -> phonenumbers.PhoneNumber | None:
    number = _parsed(text, region)
    return number if number is not None and phonenumbers.is_valid_number(number) else None


def _parsed(text: str, region: str | None) -> phonenumbers.PhoneNumber | None:
    try:
        return phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return None


def _e164(number: phonenumbers.PhoneNumber) -> str:
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def is_region(text: str) -> bool:
    """Whether it is a country code that phone numbers can be read by, such as ``DE``."""
    return text.upper() in phonenumbers.SUPPORTED_REGIONS


def visitor_id(text: str) -> str:
    """The id that the site script made: 8 to 64 letters, digits, ``_`` and ``-``; else UserError."""
    if not _VISITOR.fullmatch(text):
        raise UserError("The visitor id is not 8 to 64 letters, digits, _ or -.")
    return text


def address(kind: str, text: str, region: str = "") -> Address:
    """The address of this kind in its normal form; UserError when it cannot be one."""
    if kind == "email":
        return Address(kind, email_address(text))
    if kind == "phone":
        return Address(kind, phone_number(text, region))
    if kind == "visitor":
        return Address(kind, visitor_id(text))
    if not _EXTERNAL.fullmatch(text.strip()):
        raise UserError("The id is empty, longer than 200 characters or holds control characters.")
    return Address(kind, text.strip())
