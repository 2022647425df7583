"""What headers mean, and what they do not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.sources.headers import Column, Role, addresses_named, columns_of


def only(header: str) -> Column:
    (column,) = columns_of([header])
    return column


@pytest.mark.parametrize(
    ("role", "headers"),
    [
        (Role.EMAIL, "Email|E-Mail|eMail|EMAIL|e_mail_address|E-mail 1 - Value|Почта|Эл. почта|Mail|Email*"),
        (Role.EMAIL, "E-Mail-Adresse|Адрес электронной почты|Customer Email|E-Mail (geschäftlich)|Courriel"),
        (
            Role.PHONE,
            "Phone|Phone Number|Mobile|Mobil|Handy|Telefon|Tel.|Телефон|Мобильный телефон|Phone 1 - Value",
        ),
        (Role.PHONE, "Default Address Phone|Handynummer|Téléphone|PhoneNumber|Номер телефона"),
        (Role.EXTERNAL, "Customer ID|Kundennummer|customer_number|External ID|ID клиента"),
        (Role.FIRST_NAME, "First Name|FNAME|Vorname|Имя|Prénom|Given Name"),
        (Role.LAST_NAME, "Last Name|Surname|Nachname|Familienname|Фамилия"),
        (Role.FULL_NAME, "Name|Full name|Nom"),
        (Role.LAST_NAME_FIRST, "ФИО"),
        (Role.TAGS, "Tags|TAGS|Labels|Group Membership|Теги"),
        (Role.ZONE, "Timezone|Time zone|Zeitzone|Часовой пояс"),
        (Role.LANGUAGE, "Language|Sprache|Locale|Язык"),
        (Role.DATE, "Birthday|Geburtsdatum|Дата рождения|Last order date|Create Date"),
        (Role.NOTHING, "E-mail 1 - Label|Phone 2 - Type"),
        (
            Role.PROPERTY,
            "Email domain|Phone model|Business Fax|Last Email Subject|Home|Number|State of health",
        ),
        (Role.PROPERTY, "Record ID|LEID|Time of day|Lead time|Anzahl Bestellungen"),
    ],
)
def test_headers_have_their_roles(role: Role, headers: str) -> None:
    assert {header: only(header).role for header in headers.split("|")} == dict.fromkeys(
        headers.split("|"), role
    )


@pytest.mark.parametrize(
    ("channels", "headers"),
    [
        (("email",), "Email Marketing Consent|Accepts Email Marketing|Email consent|Einwilligung E-Mail"),
        (
            ("email",),
            "Consent|Newsletter|Einwilligung|Согласие|Accepts Marketing|Subscribed|Opt-in|Marketing consent",
        ),
        (
            ("email",),
            "Согласие на рассылку|Newsletter abonniert|Einwilligung in E-Mail-Werbung|EmailOptIn|$consent",
        ),
        (("sms",), "SMS consent|SMS Marketing Consent|Accepts SMS Marketing|sms_opt_in|Согласие на SMS"),
        (("whatsapp",), "Accepts WhatsApp Marketing"),
    ],
)
def test_consent_columns_name_their_channel(channels: tuple[str, ...], headers: str) -> None:
    for header in headers.split("|"):
        column = only(header)
        assert (header, column.role, column.channels) == (header, Role.CONSENT, channels)


@pytest.mark.parametrize(
    "header",
    [
        "Newsletter count", "Subscription plan", "Subscription", "Accepted", "Consent source", "Consent IP",
        "Privacy consent", "Cookie consent", "Terms accepted", "Согласие на обработку персональных данных",
        "SMS Transactional Consent", "Phone consent", "Email confirmed", "Permission", "Email Marketing",
        "Подписка", "Parental consent", "Einwilligung Datenschutz", "Opt-in campaign",
    ],
)  # fmt: skip
def test_a_header_that_says_more_or_less_than_consent_gives_none(header: str) -> None:
    assert only(header).role not in (Role.CONSENT, Role.REFUSAL, Role.STATUS)


@pytest.mark.parametrize(
    ("role", "headers"),
    [
        (Role.REFUSAL, "Opted out|Email Opt Out|Unsubscribed from all email|Do not contact|Unsubscribed"),
        (Role.REFUSED_TIME, "UNSUB_TIME|Unsubscribed at|Opt-out date"),
        (Role.CONSENT_TIME, "OPTIN_TIME|CONFIRM_TIME|Consent date|Einwilligung am|Дата согласия"),
        (Role.ANSWER_TIME, "Email Marketing Consent Timestamp|SMS Marketing Consent Timestamp"),
        (Role.SUPPRESSED, "Email Suppressions|EMAIL_BLACKLISTED|Suppressed|Hard bounced|CLEAN_TIME"),
        (Role.STATUS, "Status|Email Status|State"),
    ],
)
def test_columns_beside_consent(role: Role, headers: str) -> None:
    assert {header: only(header).role for header in headers.split("|")} == dict.fromkeys(
        headers.split("|"), role
    )


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ("Shoe size (EU)", "shoe_size_eu"),
        ("totalSpent", "total_spent"),
        ("Größe", "groesse"),
        ("Любимый цвет", "lyubimyy_tsvet"),
        ("Город", "city"),
        ("PLZ", "postal_code"),
        ("2023 orders", "column_2023_orders"),
        ("Event", "file_event"),
        ("", "column_1"),
        ("数量", "column_1"),
        ("x" * 300, "x" * 60),
    ],
)
def test_properties_get_tidy_names(header: str, name: str) -> None:
    assert only(header).name == name


def test_two_columns_never_share_a_name() -> None:
    names = [column.name for column in columns_of(["Color", "color", "COLOR", "Color 2"])]
    assert len(set(names)) == 4


def test_the_mobile_number_comes_before_the_others() -> None:
    columns = columns_of(["Business Phone", "Phone", "Mobile Phone"])
    assert [column.rank for column in columns] == [2, 1, 0]


@given(st.lists(st.text(), max_size=30))
def test_any_header_has_a_meaning(header: list[str]) -> None:
    columns = columns_of(header)
    assert [column.place for column in columns] == list(range(len(header)))
    names = [column.name for column in columns if column.name]
    assert len(set(names)) == len(names)
    assert all(name.isascii() and name.replace("_", "").isalnum() and not name[0].isdigit() for name in names)


def test_a_row_of_data_is_no_header() -> None:
    assert not addresses_named(
        columns_of(["anna@phone.com", "info@mail.ru", "+49 151 2345", "Mobile Berlin"])
    )
