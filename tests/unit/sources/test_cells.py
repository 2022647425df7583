"""What spreadsheets and people write into single cells."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.model.errors import UserError
from app.sources import cells
from app.sources.cells import Answer, DigitsLostError
from app.sources.reach import email_address
from app.support import addresses


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("79161234567.0", "79161234567"),
        ("79161234567,00", "79161234567"),
        ("7.9161234567E+10", "79161234567"),
        ("7,9161234567e10", "79161234567"),
        ("+49 151 2345", "+49 151 2345"),
    ],
)
def test_numbers_that_a_spreadsheet_has_only_dressed_are_undressed(written: str, meant: str) -> None:
    assert cells.whole_number(written) == meant


@pytest.mark.parametrize("written", ["7,9161E+10", "4.9151E+12", "8E+10", "7.9161000000E+10", "4,9151Е+12"])
def test_numbers_that_lost_digits_are_never_guessed(written: str) -> None:
    with pytest.raises(DigitsLostError):
        cells.whole_number(written)


@pytest.mark.parametrize(
    ("written", "region", "meant"),
    [
        ("'+49 151 23456789", "", "+4915123456789"),
        ("15123456789", "DE", "+4915123456789"),
        ("9161234567", "RU", "+79161234567"),
        ("89161234567", "RU", "+79161234567"),
        ("0049 151 23456789", "", "+4915123456789"),
        ("79161234567.0", "", "+79161234567"),
    ],
)
def test_phone_numbers_are_repaired(written: str, region: str, meant: str) -> None:
    assert cells.phone_number(written, region) == meant


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("  a ", "a"),
        ("\ufeffa\u200b", "a"),
        ("\u00a0a\u00a0", "a"),
        ("'+49151", "+49151"),
        ("'00151", "00151"),
        ("'=1+1", "=1+1"),
        ("'s-Hertogenbosch", "'s-Hertogenbosch"),
        ("'5 Äpfel", "5 Äpfel"),
        ('="0151234"', "0151234"),
        ("=A1", "=A1"),
        ("'", "'"),
    ],
)
def test_a_cell_loses_what_only_the_spreadsheet_needs(written: str, meant: str) -> None:
    assert cells.clean(written) == meant


@pytest.mark.parametrize(
    ("written", "iso"),
    [
        ("44927", "2023-01-01"),
        ("44927.5", "2023-01-01T12:00:00"),
        ("59", "1900-02-28"),
        ("60", "60"),
        ("61", "1900-03-01"),
        ("1", "1900-01-01"),
        ("1985", "1985"),
        ("99999", "99999"),
        ("2024-3-5", "2024-03-05"),
        ("2024/03/05 7:08", "2024-03-05T07:08:00"),
        ("2024-03-05T07:08:09Z", "2024-03-05T07:08:09+00:00"),
        ("2024-03-05 07:08:09 UTC", "2024-03-05T07:08:09+00:00"),
        ("05.03.1990", "1990-03-05"),
        ("31/12/2020", "2020-12-31"),
        ("12/31/2020", "2020-12-31"),
        ("07/07/2020", "2020-07-07"),
        ("05/03/1990", "05/03/1990"),
        ("31.02.2020", "31.02.2020"),
        ("5.3.90", "5.3.90"),
        ("May 1990", "May 1990"),
        ("0000-00-00", "0000-00-00"),
    ],
)
def test_dates_become_iso_where_they_can_mean_only_one_day(written: str, iso: str) -> None:
    assert cells.iso_date(written) == iso


@given(st.dates(date(1900, 3, 1), date(2099, 12, 31)))
def test_a_day_number_counts_from_the_turn_of_1900_with_one_day_too_many(day: date) -> None:
    assert cells.serial_date((day - date(1899, 12, 30)).days) == day


def test_moments_without_a_zone_are_utc() -> None:
    assert cells.moment("2023-01-02 03:04:05") == datetime(2023, 1, 2, 3, 4, 5, tzinfo=UTC)
    assert cells.moment("2023-01-02T03:04:05+03:00") == datetime(2023, 1, 2, 0, 4, 5, tzinfo=UTC)
    assert cells.moment("05.03.2023") == datetime(2023, 3, 5, tzinfo=UTC)
    assert cells.moment("0001-01-01T00:00:00+10:00") is None
    assert cells.moment("yesterday") is None


YES = "yes Yes Y true TRUE 1 1.0 x X ✓ ja да Да oui si sí Subscribed subscribe ИСТИНА WAHR opted-in"
NO = "no NO n false 0 0.0 нет nein non Unsubscribed ЛОЖЬ FALSCH opted-out"
UNKNOWN = ["", " ", "-", "n/a", "Never subscribed", "not_subscribed", "pending", "?"]


@pytest.mark.parametrize(
    ("text", "answer"),
    [(word, Answer.YES) for word in YES.split()]
    + [(word, Answer.NO) for word in NO.split()]
    + [(word, Answer.UNKNOWN) for word in UNKNOWN]
    + [(word, Answer.SUPPRESSED) for word in ("Suppressed", "cleaned", "Hard bounced")]
    + [(word, Answer.NOT_UNDERSTOOD) for word in ("maybe", "yes and no", "2024-01-01", "10", "1.5")],
)
def test_answers_in_many_languages(text: str, answer: Answer) -> None:
    assert cells.answer(text) is answer


@pytest.mark.parametrize(
    ("text", "tags"),
    [
        ('"VIP","Blog reader"', {"VIP", "Blog reader"}),
        ("* myContacts ::: * Work", {"myContacts", "Work"}),
        ("a; b,c\nd", {"a", "b", "c", "d"}),
        (" , ", set()),
    ],
)
def test_tags_are_parted(text: str, tags: set[str]) -> None:
    assert cells.tags(text) == tags


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a@x.org", ["a@x.org"]),
        ("a@x.org; b@x.org", ["a@x.org", "b@x.org"]),
        ("a@x.org ::: b@x.org", ["a@x.org", "b@x.org"]),
        ("Anna <a@x.org>", ["a@x.org"]),
        ("mailto:a@x.org", ["a@x.org"]),
        ("a@x.org;", ["a@x.org"]),
    ],
)
def test_a_cell_may_hold_several_e_mail_addresses(text: str, found: list[str]) -> None:
    assert cells.email_addresses(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("+491 ::: +492", ["+491", "+492"]),
        ("+491, +492; +493", ["+491", "+492", "+493"]),
        ("7,9161E+10", ["7,9161E+10"]),
        ("79161234567,0", ["79161234567,0"]),
    ],
)
def test_a_cell_may_hold_several_phone_numbers(text: str, found: list[str]) -> None:
    assert cells.phone_texts(text) == found


@pytest.mark.parametrize(
    ("text", "language"),
    [("de", "de"), ("DE", "de"), ("pt_br", "pt-BR"), ("en-US", "en-US"), ("Deutsch", "de"), ("???", "")],
)
def test_languages_become_tags(text: str, language: str) -> None:
    assert cells.language(text) == language


@pytest.mark.parametrize(
    ("text", "zone"),
    [("Europe/Berlin", "Europe/Berlin"), ("UTC", "UTC"), ("CET+1", ""), ("../etc/passwd", ""), ("a/b", "")],
)
def test_only_zones_that_exist_are_taken(text: str, zone: str) -> None:
    assert cells.zone(text) == zone


PLAIN_LOCAL = st.text("abcXYZ019._+-", min_size=1, max_size=70)
PLAIN_DOMAIN = st.text("abZ09-.", min_size=1, max_size=70).map(lambda text: f"{text}.de")


@given(PLAIN_LOCAL, PLAIN_DOMAIN)
def test_the_short_way_to_an_e_mail_address_ends_where_the_long_one_does(local: str, domain: str) -> None:
    text = f"{local}@{domain}"

    def ask(way: object) -> str:
        try:
            return way(text)  # type: ignore[operator, no-any-return]
        except UserError:
            return "refused"

    assert ask(email_address) == ask(addresses.email_address)


@given(st.floats(0, 0.999), st.integers(61, 73_000))
def test_a_day_number_with_a_part_is_a_time_of_that_day(part: float, days: int) -> None:
    found = cells.moment(f"{days}.{int(part * 100_000):05}")
    assert found is not None
    midnight = datetime(1899, 12, 30, tzinfo=UTC) + timedelta(days=days)
    assert timedelta(0) <= found - midnight <= timedelta(days=1)
