from __future__ import annotations

from dataclasses import replace

import pytest

from app.model.journey import Arming, ContactChange, Suppression
from app.model.people import Address, Consent, Contact
from app.store.errors import NotUniqueError
from tests.store.world import (
    NOON,
    AnyStore,
    a_journey,
    a_message,
    add_contact,
    an_event,
    later,
    publish,
    write,
)

MAIL = Address("email", "anna@example.com")
SECOND = Address("email", "anna@work.example")
PHONE = Address("phone", "+4930123456")


def test_a_contact_is_seen_with_its_first_address_of_each_kind_and_all_it_agreed_to(store: AnyStore) -> None:
    add_contact(store, 1, PHONE, MAIL, SECOND)
    write(
        store,
        contacts=[ContactChange(1, {"first_name": "Anna", "visits": 3}, add_tags=frozenset({"vip", "new"}))],
        consents=[
            (1, Consent("email", given=True, at=NOON, source="import")),
            (1, Consent("sms", given=True, at=later(days=2), source="form", text="Yes", proof={"ip": "::1"})),
            (1, Consent("sms", given=False, at=later(days=1), source="import")),
            (1, Consent("email", given=False, at=NOON, source="unsubscribe")),
        ],
        suppressed=[
            Suppression("email", SECOND.value, "hard", NOON),
            Suppression("phone", PHONE.value, "hard", NOON),
        ],
    )
    with store.transaction() as transaction:
        assert transaction.contacts([1, 2])[1] == Contact(
            1,
            properties={"first_name": "Anna", "visits": 3},
            tags=frozenset({"vip", "new"}),
            addresses={"phone": PHONE.value, "email": MAIL.value},
            consents={"email": False, "sms": True},
            consent_ids={"email": 4, "sms": 2},
            suppressed=frozenset({"phone"}),
        )


def test_changes_of_a_contact_add_up_in_their_order(store: AnyStore) -> None:
    add_contact(store, 1)
    write(store, contacts=[ContactChange(1, {"a": 1, "b": 2}, add_tags=frozenset({"old"}))])
    write(
        store,
        contacts=[
            ContactChange(1, {"a": None, "c": [1, {"d": "ü"}]}, remove_tags=frozenset({"old"})),
            ContactChange(
                1, {"c": 3}, add_tags=frozenset({"both"}), remove_tags=frozenset({"both", "never"})
            ),
        ],
    )
    with store.transaction() as transaction:
        contact = transaction.contacts([1])[1]
        assert dict(contact.properties) == {"b": 2, "c": 3}
        assert contact.tags == {"both"}


def test_a_change_of_a_contact_that_is_not_there_is_a_bug(store: AnyStore) -> None:
    with pytest.raises(KeyError):
        write(store, contacts=[ContactChange(404, {"a": 1})])


def test_contacts_are_found_by_their_addresses_in_the_order_asked(store: AnyStore) -> None:
    add_contact(store, 1, MAIL)
    add_contact(store, 2, PHONE, SECOND)
    with store.transaction() as transaction:
        assert transaction.find_contacts([PHONE, MAIL, SECOND]) == [2, 1]
        assert transaction.find_contacts([Address("phone", MAIL.value)]) == []
        assert transaction.find_contacts([]) == []


def test_an_address_belongs_to_one_contact(store: AnyStore) -> None:
    add_contact(store, 1, MAIL)
    add_contact(store, 2)
    with store.transaction() as transaction:
        transaction.add_address(1, MAIL, NOON)
        transaction.add_address(1, SECOND, NOON)
        assert transaction.contacts([1])[1].addresses == {"email": MAIL.value}
    with pytest.raises(NotUniqueError), store.transaction() as transaction:
        transaction.add_address(2, MAIL, NOON)
    with pytest.raises(NotUniqueError):
        add_contact(store, 1)


def test_half_a_surrogate_pair_in_a_property_is_kept(store: AnyStore) -> None:
    add_contact(store, 1)
    write(store, contacts=[ContactChange(1, {"name": "ü \ud83d", "nul": "a\x00b"})])
    with store.transaction() as transaction:
        assert transaction.contacts([1])[1].properties == {"name": "ü \ud83d", "nul": "a\x00b"}


def test_merging_hands_everything_to_the_contact_that_stays(store: AnyStore) -> None:
    flow = publish(store)
    add_contact(store, 1, MAIL)
    add_contact(store, 2, SECOND, PHONE)
    journey = a_journey(flow, 50, 2, key="b")
    mine = Arming(flow.id, 1, "k", "start", later(minutes=1))
    theirs = [Arming(flow.id, 2, key, "start", later(minutes=2)) for key in ("k", "l")]
    write(
        store,
        contacts=[
            ContactChange(1, {"name": "Anna", "city": "Bonn"}, add_tags=frozenset({"a", "c"})),
            ContactChange(2, {"name": "A.", "size": 38}, add_tags=frozenset({"b", "c"})),
        ],
        consents=[(2, Consent("email", given=False, at=NOON, source="unsubscribe"))],
        started=[journey],
        queued=[a_message(journey, 60)],
        armed=[mine, *theirs],
    )
    with store.transaction() as transaction:
        transaction.add_event(70, an_event("seen", "s1"), 2, NOON)
        transaction.merge_contacts(1, 2, later(days=1))
    with store.transaction() as transaction:
        both = transaction.contacts([1, 2])
        assert both[2] == Contact(2, erased=True)
        assert both[1] == Contact(
            1,
            properties={"name": "Anna", "city": "Bonn", "size": 38},
            tags=frozenset({"a", "b", "c"}),
            addresses={"email": MAIL.value, "phone": PHONE.value},
            consents={"email": False},
            consent_ids={"email": 1},
        )
        assert transaction.find_contacts([SECOND]) == [1]
        assert transaction.open_journeys(1) == [replace(journey, contact_id=1)]
        assert [one.contact_id for one in transaction.open_messages(1, "")] == [1]
        assert len(transaction.events_of([1], ["seen"])[1]) == 1
        assert transaction.armings_of(1) == [replace(one, contact_id=1) for one in theirs]
        assert transaction.armings_of(2) == []


def test_merging_with_a_contact_that_is_not_there_is_a_bug(store: AnyStore) -> None:
    add_contact(store, 1)
    with pytest.raises(KeyError), store.transaction() as transaction:
        transaction.merge_contacts(1, 404, NOON)
