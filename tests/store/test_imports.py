from __future__ import annotations

from typing import Any

from app.model.people import Address, Consent, ContactRow, ImportReport, Skipped
from app.store.database import SqlStore
from app.store.imports import BATCH
from app.support.ids import SequenceIds
from tests.store.world import NOON, add_contact, later, write

YES = Consent("email", given=True, at=NOON, source="import", text="Newsletter: yes", proof={"row": 2})


def _row(row: int, *, external: str = "", email: str = "", phone: str = "", **values: Any) -> ContactRow:
    given = {"external": external, "email": email, "phone": phone}
    addresses = tuple(Address(kind, value) for kind, value in given.items() if value)
    return ContactRow(row, addresses, **values)


def _put(store: SqlStore, *rows: ContactRow) -> ImportReport:
    report = ImportReport()
    store.contacts(SequenceIds(1000 + len(store.people.everybody())), NOON).put(rows, report)
    return report


def test_new_people_are_created_with_all_that_their_row_says(sql_store: SqlStore) -> None:
    row = _row(
        2,
        external="17",
        email="anna@example.com",
        phone="+491",
        properties={"first_name": "Änna", "total": 12.5, "empty": None},
        tags=frozenset({"vip"}),
        consents=(YES, Consent("sms", given=False, at=NOON, source="import")),
        suppress=frozenset({"phone"}),
        zone="Europe/Berlin",
        language="de",
    )
    report = _put(sql_store, row)
    assert (report.created, report.updated, report.skipped) == (1, 0, [])
    contact = sql_store.people.contact(1000)
    assert contact is not None
    assert contact.properties == {"first_name": "Änna", "total": 12.5}
    assert (contact.zone, contact.language, contact.tags) == ("Europe/Berlin", "de", frozenset({"vip"}))
    assert contact.addresses == {"external": "17", "email": "anna@example.com", "phone": "+491"}
    assert contact.consents == {"email": True, "sms": False}
    assert contact.suppressed == {"phone"}
    assert sql_store.people.fields() == ["first_name", "total"]
    assert sql_store.people.consents(1000)[0].proof == {"row": 2}


def test_known_people_are_met_by_number_mail_or_phone_and_keep_what_a_row_leaves_empty(
    sql_store: SqlStore,
) -> None:
    first = {"properties": {"name": "Anna", "city": "Bonn"}, "tags": frozenset({"old"}), "language": "de"}
    _put(sql_store, _row(1, external="17", email="anna@example.com", phone="+491", **first))
    report = _put(
        sql_store,
        _row(1, email="anna@example.com", properties={"city": "Köln", "name": None}),
        _row(2, phone="+491", tags=frozenset({"new"}), zone="Europe/Berlin"),
        _row(3, external="17", email="other@example.com", properties={"size": 38}),
        _row(4, email="other@example.com", properties={"last": 1}),
    )
    assert (report.created, report.updated, report.skipped) == (0, 4, [])
    contact = sql_store.people.contact(1000)
    assert contact is not None
    assert contact.properties == {"name": "Anna", "city": "Köln", "size": 38, "last": 1}
    assert (contact.tags, contact.zone, contact.language) == (
        frozenset({"old", "new"}),
        "Europe/Berlin",
        "de",
    )
    assert contact.addresses["email"] == "anna@example.com"
    assert len(sql_store.people.addresses(1000)) == 4


def test_a_row_that_is_about_two_people_or_nobody_is_skipped_with_the_reason(sql_store: SqlStore) -> None:
    _put(sql_store, _row(1, email="anna@example.com"), _row(2, phone="+492"), _row(3, external="17"))
    report = _put(
        sql_store,
        _row(7, email="anna@example.com", phone="+492", properties={"name": "Nobody"}),
        _row(8, properties={"name": "Nobody"}),
        _row(9, external="17", email="anna@example.com"),
        _row(10, email="good@example.com"),
    )
    assert report.skipped == [
        Skipped(7, "the e-mail address and the phone number belong to two different contacts"),
        Skipped(8, "there is no e-mail address, phone number or customer number"),
        Skipped(9, "the customer number and the e-mail address belong to two different contacts"),
    ]
    assert (report.created, report.updated) == (1, 0)
    assert sql_store.people.fields() == []


def test_a_consent_is_written_only_where_it_changes_what_is_known(sql_store: SqlStore) -> None:
    no = Consent("email", given=False, at=later(days=1), source="import")
    row = _row(1, email="anna@example.com", consents=(YES,))
    _put(sql_store, row)
    _put(sql_store, row)
    assert len(sql_store.people.consents(1000)) == 1
    _put(sql_store, _row(1, email="anna@example.com", consents=(no,)))
    again = Consent("email", given=True, at=later(days=2), source="import")
    _put(sql_store, _row(1, email="anna@example.com", consents=(again,)))
    assert [one.given for one in sql_store.people.consents(1000)] == [True, False, True]


def test_an_import_does_not_revive_who_unsubscribed(sql_store: SqlStore) -> None:
    add_contact(sql_store, 1, Address("email", "anna@example.com"))
    write(sql_store, consents=[(1, Consent("email", given=False, at=NOON, source="unsubscribed"))])
    late = Consent("email", given=True, at=later(days=9), source="import")
    report = _put(sql_store, _row(1, email="anna@example.com", consents=(late,)))
    assert report.updated == 1
    contact = sql_store.people.contact(1)
    assert contact is not None
    assert contact.consents == {"email": False}


def test_rows_of_one_file_find_each_other_within_and_beyond_a_batch(sql_store: SqlStore) -> None:
    rows = [
        _row(n, email=f"{n % (BATCH + 1)}@example.com", properties={f"p{n // (BATCH + 1)}": n})
        for n in range(2 * BATCH)
    ]
    rows.insert(5, _row(5000, email="1@example.com", tags=frozenset({"twice"})))
    report = _put(sql_store, *rows)
    assert (report.created, report.updated) == (BATCH + 1, BATCH)
    assert len(sql_store.people.everybody()) == BATCH + 1
    found = sql_store.people.find(Address("email", "1@example.com"))
    contact = sql_store.people.contact(found or 0)
    assert contact is not None
    assert contact.properties == {"p0": 1, "p1": BATCH + 2}
    assert contact.tags == {"twice"}


def test_a_file_that_breaks_halfway_leaves_nothing(sql_store: SqlStore) -> None:
    def rows() -> Any:
        yield from (_row(n, email=f"{n}@example.com") for n in range(BATCH + 10))
        raise OSError

    try:
        sql_store.contacts(SequenceIds(), NOON).put(rows(), ImportReport())
    except OSError:
        pass
    else:
        raise AssertionError
    assert sql_store.people.everybody() == []
