"""Consent is noted where a row says so, never elsewhere, and a no is never lost."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.model.people import ImportReport
from app.sources.csv_file import read_contacts
from app.store.database import SqlStore, open_store
from app.support.ids import SequenceIds
from tests.unit.sources.files import NOW, Read, answers, read

Import = Callable[[str], Read]


@pytest.fixture
def bring(tmp_path: Path) -> Import:
    def bring(text: str) -> Read:
        path = tmp_path / "people.csv"
        path.write_text(text, encoding="utf-8")
        return read(path)

    return bring


def test_the_proof_names_file_row_and_column(bring: Import) -> None:
    (consent,) = bring("Email,Email consent\n\na@example.com,yes\n").one.consents
    assert consent.proof == {"file": "people.csv", "row": 3, "column": "Email consent"}
    assert (consent.text, consent.source, consent.at) == ("Email consent", "import", NOW)


def test_an_answer_that_is_not_understood_is_no_consent_and_is_listed(bring: Import) -> None:
    found = bring("Email,Consent\na@example.com,perhaps\n")
    assert found.one.consents == ()
    assert found.left_out == [
        (2, "no consent noted: the answer in “Consent” is neither yes nor no"),
    ]


def test_of_two_columns_about_one_channel_the_no_counts(bring: Import) -> None:
    assert answers(bring("Email,Consent,Newsletter\na@example.com,yes,no\n").one) == {"email": False}
    assert answers(bring("Email,Consent,Unsubscribed\na@example.com,yes,yes\n").one) == {"email": False}


def test_not_opted_out_is_not_opted_in(bring: Import) -> None:
    assert bring("Email,Opted out\na@example.com,no\n").one.consents == ()


def test_do_not_contact_closes_letters_and_sms(bring: Import) -> None:
    assert answers(bring("Email,Do not contact\na@example.com,x\n").one) == {"email": False, "sms": False}


def test_a_status_counts_only_by_a_word_that_means_consent(bring: Import) -> None:
    text = "Email,Status\na@example.com,subscribed\nb@example.com,active\nc@example.com,unsubscribed\n"
    text += "d@example.com,1\ne@example.com,cleaned\n"
    rows = bring(text).rows
    assert [answers(row) for row in rows] == [{"email": True}, {}, {"email": False}, {}, {}]
    assert [bool(row.suppress) for row in rows] == [False, False, False, False, True]
    assert rows[1].properties == {"status": "active"}


def test_a_list_of_channels_is_an_answer(bring: Import) -> None:
    text = (
        "Email,$consent\na@example.com,\"['email', 'sms']\"\nb@example.com,web\nc@example.com,email address\n"
    )
    assert [answers(row) for row in bring(text).rows] == [{"email": True, "sms": True}, {}, {}]


@pytest.mark.parametrize("future", ["2031-01-01", "9999-12-31"])
def test_no_consent_is_dated_in_the_future(bring: Import, future: str) -> None:
    (consent,) = bring(f"Email,Consent,Consent date\na@example.com,yes,{future}\n").one.consents
    assert consent.at == NOW


def test_a_date_of_consent_alone_is_no_consent(bring: Import) -> None:
    assert bring("Email,Consent date\na@example.com,2023-01-01\n").one.consents == ()


def test_the_date_of_a_consent_does_not_date_a_refusal(bring: Import) -> None:
    (consent,) = bring("Email,Consent,Consent date\na@example.com,no,2023-01-01\n").one.consents
    assert (consent.given, consent.at) == (False, NOW)


@pytest.mark.parametrize("value", ["0000-00-00", "0", "no", "-"])
def test_an_empty_unsubscribe_time_is_none(bring: Import, value: str) -> None:
    assert bring(f"Email,Unsubscribed at\na@example.com,{value}\n").one.consents == ()


def test_an_unsubscribe_time_that_cannot_be_read_still_says_no(bring: Import) -> None:
    (consent,) = bring("Email,Unsubscribed at\na@example.com,last May\n").one.consents
    assert (consent.given, consent.at) == (False, NOW)


def test_a_no_in_a_row_that_comes_again_is_taken_and_a_yes_is_not(bring: Import) -> None:
    text = "Email,Name,Consent,Unsubscribed at\na@example.com,A,yes,\nb@example.com,B,no,\n"
    text += "A@example.com,C,,2020-01-01\nb@example.com,D,yes,\n"
    found = bring(text)
    again = found.rows[2]
    assert (again.row, again.addresses, again.properties) == (4, found.rows[0].addresses, {})
    assert [(one.given, one.at) for one in again.consents] == [(False, NOW)]
    assert found.skipped == [(5, "same address as row 3")]
    assert found.left_out == [(4, "same address as row 2: only its refusal was noted")]


def test_a_suppression_in_a_row_that_comes_again_is_taken(bring: Import) -> None:
    text = "Email,Phone,SMS_BLACKLISTED\na@example.com,,\na@example.com,+4915123456789,yes\n"
    again = bring(text).rows[1]
    assert again.suppress == {"phone"}
    assert [one.kind for one in again.addresses] == ["email", "phone"]


def test_times_of_day_and_zones_of_consents_are_kept(bring: Import) -> None:
    text = "Email,Email consent,Email Consent Timestamp\na@example.com,yes,2024-05-06T07:08:09+02:00\n"
    assert bring(text).one.consents[0].at == datetime(2024, 5, 6, 5, 8, 9, tzinfo=UTC)


def test_a_no_in_a_later_row_is_what_the_workspace_knows(tmp_path: Path) -> None:
    path = tmp_path / "twice.csv"
    path.write_text(
        "Email,Consent,Consent date,Unsubscribed at\n"
        "a@example.com,yes,2024-01-01,\n"
        "a@example.com,,,2020-01-01\n"
        "b@example.com,yes,,\n"
        "b@example.com,no,,\n"
    )
    store = open_store(tmp_path / "workspace.db")
    try:
        report = ImportReport()
        rows = read_contacts(path, region="", now=NOW, report=report)
        store.contacts(SequenceIds(1), NOW).put(rows, report)
        assert (report.read, report.created, report.updated, report.skipped) == (4, 2, 2, [])
        assert [known(store, id_) for id_ in store.people.everybody()] == [{"email": False}] * 2
    finally:
        store.close()


def known(store: SqlStore, contact_id: int) -> Mapping[str, bool]:
    contact = store.people.contact(contact_id)
    assert contact is not None
    return contact.consents
