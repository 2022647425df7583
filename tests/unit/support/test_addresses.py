from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.model.errors import UserError
from app.support import addresses


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        (" Anna.Berg@Example.COM ", "anna.berg@example.com"),
        ("x@münchen.de", "x@xn--mnchen-3ya.de"),
        ("shop+tag@acme.test", "shop+tag@acme.test"),
    ],
)
def test_equal_mail_addresses_become_equal(text: str, normal: str) -> None:
    assert addresses.email_address(text) == normal
    assert addresses.email_address(normal) == normal


@pytest.mark.parametrize(
    "text",
    [
        "",
        "nobody",
        "a@b",
        "ö@x.de",
        '"a b"@x.de',
        "x@[127.0.0.1]",
        "a@x.de\nBcc: b@x.de",
        "a@x.de,b@x.de",
        "Anna <a@x.de>",
        "a" * 310 + "@example.com",
        "a@x.de>",
    ],
)
def test_what_cannot_be_sent_to_is_refused(text: str) -> None:
    with pytest.raises(UserError):
        addresses.email_address(text)


@given(st.text(max_size=60))
def test_whatever_is_accepted_is_one_plain_address(text: str) -> None:
    try:
        normal = addresses.email_address(text)
    except UserError:
        return
    assert normal.isascii()
    assert normal.count("@") == 1
    assert not set(normal) & set(' \r\n\t<>,;"')


@pytest.mark.parametrize(
    ("text", "region", "normal"),
    [
        ("+7 916 123-45-67", "", "+79161234567"),
        ("8 (916) 123-45-67", "RU", "+79161234567"),
        ("79161234567", "", "+79161234567"),
        ("0151/12345678", "de", "+4915112345678"),
        ("0049 151 12345678", "", "+4915112345678"),
        ("+44 7700 900123", "", "+447700900123"),
    ],
)
def test_equal_phone_numbers_become_equal(text: str, region: str, normal: str) -> None:
    assert addresses.phone_number(text, region) == normal
    assert addresses.phone_number(normal, region) == normal


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("4915123000076", "+4915123000076"),
        ("4917612345678", "+4917612345678"),
        ("4921 123456", "+494921123456"),  # Emden, whose leading 0 is gone
        ("15123000076", "+4915123000076"),
    ],
)
def test_a_mobile_number_without_its_plus_is_no_landline_of_the_region(text: str, normal: str) -> None:
    assert addresses.phone_number(text, "DE") == normal


@pytest.mark.parametrize("text", ["", "+", "12", "+1", "call me", "+999123456789012345", "151 12345678"])
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(UserError):
        addresses.phone_number(text)


def test_each_kind_has_its_own_form() -> None:
    assert addresses.address("email", "A@X.de").value == "a@x.de"
    assert addresses.address("phone", "030 1234567", "DE").value == "+49301234567"
    assert addresses.address("visitor", "v_1234567").value == "v_1234567"
    assert addresses.address("external", " 4711 ").value == "4711"
    for kind, text in (
        ("visitor", "short"),
        ("visitor", "a/b" * 9),
        ("external", "  "),
        ("external", "x\ny"),
    ):
        with pytest.raises(UserError):
            addresses.address(kind, text)


def test_a_region_is_a_country() -> None:
    assert addresses.is_region("de")
    assert not addresses.is_region("XX")
