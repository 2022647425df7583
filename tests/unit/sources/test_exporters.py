"""A small file as each program writes it comes in whole."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.model.people import Address, ContactRow
from tests.unit.sources.files import NOW, Read, addresses, answers, read

Import = Callable[..., Read]


@pytest.fixture
def bring(tmp_path: Path) -> Import:
    def bring(text: str, name: str = "export.csv", region: str = "", encoding: str = "utf-8") -> Read:
        path = tmp_path / name
        path.write_bytes(text.encode(encoding))
        return read(path, region)

    return bring


MAILCHIMP = """\
"Email Address","First Name","Last Name",Address,"Phone Number",MEMBER_RATING,OPTIN_TIME,OPTIN_IP,\
CONFIRM_TIME,\
CONFIRM_IP,LATITUDE,LONGITUDE,GMTOFF,DSTOFF,TIMEZONE,CC,REGION,LAST_CHANGED,LEID,EUID,NOTES,TAGS
Mira@Example.com,Mira,Sol,"1 Main St
Springfield",,4,"2023-01-02 03:04:05",198.51.100.1,"2023-01-02 03:09:00",198.51.100.1,40.7,-74.0,-5,\
-4,\
America/New_York,US,NY,"2024-02-01 00:00:00",90498395,810826c56e,,"""
MAILCHIMP += '"""VIP"",""Blog reader"""\n'


def test_mailchimp_subscribers(bring: Import) -> None:
    row = bring(MAILCHIMP, "subscribed_members_export_0a1b2c.csv").one
    assert addresses(row) == [("email", "mira@example.com")]
    assert row.zone == "America/New_York"
    assert row.tags == {"VIP", "Blog reader"}
    assert row.properties["address"] == "1 Main St\nSpringfield"
    assert row.properties["country_code"] == "US"
    (consent,) = row.consents
    assert (consent.channel, consent.given) == ("email", True)
    assert consent.at == datetime(2023, 1, 2, 3, 9, tzinfo=UTC)


def test_mailchimp_says_by_the_file_who_unsubscribed_and_who_bounced(bring: Import) -> None:
    gone = bring(MAILCHIMP, "unsubscribed_members_export_0a1b2c.csv").one
    assert (answers(gone), gone.consents[0].at) == ({"email": False}, NOW)
    cleaned = bring(MAILCHIMP, "cleaned_members_export_0a1b2c.csv").one
    assert answers(cleaned) == {}
    assert cleaned.suppress == {"email"}


@pytest.mark.parametrize("name", ["nonsubscribed_members_export_0a1b2c.csv", "members.csv"])
def test_mailchimp_files_that_say_nothing_give_no_consent(bring: Import, name: str) -> None:
    assert bring(MAILCHIMP, name).one.consents == ()


def test_a_file_of_another_program_gives_no_consent_by_its_name(bring: Import) -> None:
    assert bring("Email\na@example.com\n", "subscribed.csv").one.consents == ()


def test_mailchimp_unsubscribe_time(bring: Import) -> None:
    text = "Email Address,MEMBER_RATING,UNSUB_TIME,UNSUB_REASON\na@example.com,2,\
2024-03-04 05:06:07,N/A\n"
    (consent,) = bring(text).one.consents
    assert (consent.given, consent.at) == (False, datetime(2024, 3, 4, 5, 6, 7, tzinfo=UTC))


KLAVIYO = """\
Email,First Name,Last Name,Phone Number,Email Marketing Consent,Email Marketing Consent Timestamp,\
SMS Marketing Consent,SMS Transactional Consent,Email Suppressions,Birthday
a@example.com,Ada,Lo,+14155552671,Subscribed,2024-05-06T07:08:09+02:00,Unsubscribed,Subscribed,[],\
1992-06-21
b@example.com,Bo,,,Never subscribed,,,,,
c@example.com,Cy,,,Unsubscribed,2024-01-01T00:00:00Z,,,['USER_SUPPRESSED'],
d@example.com,Di,,,Suppressed,,,,,
"""


def test_klaviyo(bring: Import) -> None:
    ada, bo, cy, di = bring(KLAVIYO).rows
    assert answers(ada) == {"email": True, "sms": False}
    assert {one.channel: one.at for one in ada.consents} == {
        "email": datetime(2024, 5, 6, 5, 8, 9, tzinfo=UTC),
        "sms": NOW,
    }
    assert ada.properties["birthday"] == "1992-06-21"
    assert ada.suppress == frozenset()
    assert (answers(bo), bo.suppress) == ({}, frozenset())
    assert [answers(row) for row in (cy, di)] == [{"email": False}, {}]
    assert cy.suppress == di.suppress == {"email"}


GOOGLE_NEW = """\
First Name,Middle Name,Last Name,Organization Name,Organization Title,Birthday,Notes,Photo,Labels,\
E-mail 1 - Label,\
E-mail 1 - Value,E-mail 2 - Label,E-mail 2 - Value,Phone 1 - Label,Phone 1 - Value
Adrian,von,Gunten,Zürich AG,,1980-02-29,,,* coworkers ::: * myContacts,* Home,adrian@example.ch,,\
old@example.ch,Work,\
+41 31 928 09 60 ::: +41 79 264 88 66
"""


def test_google_contacts(bring: Import) -> None:
    row = bring(GOOGLE_NEW).one
    assert addresses(row) == [
        ("email", "adrian@example.ch"),
        ("email", "old@example.ch"),
        ("phone", "+41319280960"),
        ("phone", "+41792648866"),
    ]
    assert row.tags == {"coworkers", "myContacts"}
    assert row.properties == {
        "first_name": "Adrian",
        "middle_name": "von",
        "last_name": "Gunten",
        "company": "Zürich AG",
        "birthday": "1980-02-29",
    }


GOOGLE_OLD = """\
Name,Given Name,Additional Name,Family Name,Group Membership,E-mail 1 - Type,E-mail 1 - Value,\
Phone 1 - Type,\
Phone 1 - Value,Organization 1 - Name
Eva Maria Roth,Eva,Maria,Roth,* Friends,* Work,eva@example.org ::: e.roth@example.org,Mobile,\
0171 2345678,Roth KG
Only Name,,,,* myContacts,,only@example.org,,,
"""


def test_google_contacts_of_former_years(bring: Import) -> None:
    eva, only = bring(GOOGLE_OLD, region="DE").rows
    assert [one.value for one in eva.addresses] == ["eva@example.org", "e.roth@example.org", "+491712345678"]
    assert (eva.properties["first_name"], eva.properties["last_name"]) == ("Eva", "Roth")
    assert eva.properties["company"] == "Roth KG"
    assert only.properties == {"full_name": "Only Name", "first_name": "Only", "last_name": "Name"}


OUTLOOK = """\
"First Name","Middle Name","Last Name","Company","Business Fax","Business Phone","Mobile Phone",\
"Categories",\
"E-mail Address","E-mail Display Name","Birthday"
"Jörg","","Weiß","Weiß & Söhne","0891 11111","089 123456","0171 2345678","Kunde;Stammtisch",\
"j.weiss@example.de",\
"Jörg Weiß","0/0/00"
"""


def test_outlook_in_a_western_code_page(bring: Import) -> None:
    row = bring(OUTLOOK, region="DE", encoding="cp1252").one
    assert row.properties["first_name"] == "Jörg"
    assert row.properties["company"] == "Weiß & Söhne"
    assert [one.value for one in row.addresses] == ["j.weiss@example.de", "+491712345678", "+4989123456"]
    assert row.tags == {"Kunde", "Stammtisch"}


HUBSPOT = """\
Record ID,First Name,Last Name,Email,Phone Number,Contact owner,Lead Status,Create Date,\
Unsubscribed from all email
151,Ivo,Kern,ivo@example.com,+41791234567,Ann Owner,New,2024-01-31 14:05,
152,Lea,Lund,lea@example.com,,Ann Owner,,2024-02-01 09:00,true
"""


def test_hubspot(bring: Import) -> None:
    ivo, lea = bring(HUBSPOT).rows
    assert addresses(ivo) == [("email", "ivo@example.com"), ("phone", "+41791234567")]
    assert ivo.properties["create_date"] == "2024-01-31T14:05:00"
    assert (ivo.properties["record_id"], ivo.properties["lead_status"]) == ("151", "New")
    assert (answers(ivo), answers(lea)) == ({}, {"email": False})


SHOPIFY = """\
Customer ID,First Name,Last Name,Email,Accepts Email Marketing,Default Address Company,\
Default Address City,\
Default Address Country Code,Default Address Phone,Phone,Accepts SMS Marketing,Total Spent,\
Total Orders,Note,Tax Exempt,\
Tags
'6712345678901,Rosa,Lind,rosa@example.com,yes,,Malmö,SE,'+46701234568,'+46701234567,no,129.50,3,,no,\
"vip, newsletter"
'6712345678902,Nils,Ek,,no,,Lund,SE,,,no,0.00,0,,no,
"""


def test_shopify_customers(bring: Import) -> None:
    rosa, nils = bring(SHOPIFY).rows
    assert addresses(rosa) == [
        ("external", "6712345678901"),
        ("email", "rosa@example.com"),
        ("phone", "+46701234567"),
        ("phone", "+46701234568"),
    ]
    assert answers(rosa) == {"email": True, "sms": False}
    assert rosa.tags == {"vip", "newsletter"}
    assert (rosa.properties["total_spent"], rosa.properties["city"]) == ("129.50", "Malmö")
    assert nils.addresses == (Address("external", "6712345678902"),)


WOO = """\
Name,Username,Last Active,Sign Up,Email,Orders,Total Spend,AOV,Country,City,Region,Postal Code
"Nora Quist",nora,2024-03-01 08:00:00,2023-01-01,nora@example.com,3,120.00,40.00,DE,Köln,NW,50667
"""


def test_woocommerce(bring: Import) -> None:
    row = bring(WOO).one
    assert row.properties["first_name"] == "Nora"
    assert row.properties["last_name"] == "Quist"
    assert {name: row.properties[name] for name in ("orders", "total_spend", "city", "postal_code")} == {
        "orders": "3",
        "total_spend": "120.00",
        "city": "Köln",
        "postal_code": "50667",
    }
    assert row.consents == ()


BREVO = """\
EMAIL;LASTNAME;FIRSTNAME;SMS;EMAIL_BLACKLISTED;SMS_BLACKLISTED
a@example.fr;Roux;Léa;33612345678;false;true
"""


def test_a_newsletter_program_with_blacklists(bring: Import) -> None:
    row = bring(BREVO).one
    assert addresses(row) == [("email", "a@example.fr"), ("phone", "+33612345678")]
    assert row.suppress == {"phone"}
    assert row.consents == ()


RUSSIAN = """\
ФИО;Телефон;Электронная почта;Город;Дата рождения;Согласие на рассылку;Согласие на SMS
Иванова Анна Петровна;8 (916) 123-45-67;anna@example.ru;Казань;05.03.1990;да;нет
Ёлкин Пётр;9161234568;petr@example.ru;Тверь;;;
"""


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1251", "utf-16", "utf-16-le", "koi8-r"])
def test_russian_headers_in_every_encoding(bring: Import, encoding: str) -> None:
    anna, petr = bring(RUSSIAN, region="RU", encoding=encoding).rows
    assert addresses(anna) == [("email", "anna@example.ru"), ("phone", "+79161234567")]
    assert anna.properties == {
        "full_name": "Иванова Анна Петровна",
        "first_name": "Анна",
        "last_name": "Иванова",
        "city": "Казань",
        "birthday": "1990-03-05",
    }
    assert answers(anna) == {"email": True, "sms": False}
    assert (petr.properties["last_name"], answers(petr)) == ("Ёлкин", {})
    assert petr.addresses[1].value == "+79161234568"


GERMAN = """\
sep=;
Anrede;Vorname;Name;E-Mail;Telefon;Mobil;Geburtsdatum;Einwilligung E-Mail;Einwilligung am;\
Kundennummer;Sprache
Frau;Änne;Groß;aenne@example.de;030 1234567;171 2345678;29.02.1980;ja;01.02.2024;K-0815;de
Herr;Ösk;Çelik;oesk@example.de;;;;nein;;K-0816;Deutsch
"""


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "utf-16"])
def test_german_headers_and_a_line_that_names_the_separator(bring: Import, encoding: str) -> None:
    aenne, oesk = bring(GERMAN, region="DE", encoding=encoding).rows
    assert aenne.row == 2
    assert [one.value for one in aenne.addresses] == [
        "K-0815",
        "aenne@example.de",
        "+491712345678",
        "+49301234567",
    ]
    assert (aenne.properties["first_name"], aenne.properties["last_name"]) == ("Änne", "Groß")
    assert (aenne.properties["salutation"], aenne.properties["birthday"]) == ("Frau", "1980-02-29")
    assert (aenne.consents[0].given, aenne.consents[0].at) == (True, datetime(2024, 2, 1, tzinfo=UTC))
    assert (answers(oesk), oesk.consents[0].at) == ({"email": False}, NOW)
    assert (aenne.language, oesk.language) == ("de", "de")


@pytest.mark.parametrize("sign", [",", ";", "\t", "|"])
def test_every_separator_is_found(bring: Import, sign: str) -> None:
    text = f'Email{sign}Name{sign}Note\na@example.com{sign}"Ann{sign} A"{sign}one; two, three\n'
    if sign in ",;":
        text = text.replace("one; two, three", "one")
    row: ContactRow = bring(text).one
    assert row.properties["full_name"] == f"Ann{sign} A"
