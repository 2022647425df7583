from __future__ import annotations

import pytest

from app.engine.calendar import known_zone
from app.support.countries import countries


@pytest.mark.parametrize(
    ("country", "zone"),
    [
        ("DE", "Europe/Berlin"),
        ("de", "Europe/Berlin"),
        ("Germany", "Europe/Berlin"),
        (" NORWAY ", "Europe/Berlin"),
        ("Britain", "Europe/London"),
        ("UK", "Europe/London"),
        ("United Kingdom", "Europe/London"),
        ("USA", "Pacific/Honolulu"),
        ("US", "America/New_York"),
        ("Virgin Islands (US)", "America/Puerto_Rico"),
        ("RU", "Asia/Kamchatka"),
        ("Swaziland", "Africa/Johannesburg"),
    ],
)
def test_a_country_has_every_zone_in_which_its_people_may_live(country: str, zone: str) -> None:
    assert zone in countries().zones(country)


def test_what_is_no_country_has_none() -> None:
    assert countries().zones("Atlantis") == ()
    assert countries().zones("") == ()


def test_every_zone_of_every_country_is_one() -> None:
    names = [name for zones in countries().by_code.values() for name in zones]
    assert len(countries().by_code) > 240
    assert [name for name in names if known_zone(name) is None] == []


@pytest.mark.parametrize(
    ("phone", "country"),
    [
        ("+4915112345678", "DE"),
        ("+14155552671", "US"),
        ("+16135550123", "CA"),
        ("+79161234567", "RU"),
        ("+77012345678", "KZ"),
        ("+4400000000", "GB"),
        ("+999123", ""),
        ("0151 12345678", ""),
        ("", ""),
    ],
)
def test_a_phone_number_tells_its_country(phone: str, country: str) -> None:
    told = countries().country_of(phone)
    assert (told if told != "ZZ" else "") == country
