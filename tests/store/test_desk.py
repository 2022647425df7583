from __future__ import annotations

from dataclasses import replace

import pytest

from app.model.errors import UserError
from app.model.flow import EMPTY
from app.model.journey import (
    ContactChange,
    CountKey,
    FlowState,
    JournalLine,
    JourneyState,
    MessageState,
    Suppression,
)
from app.model.people import Actor, Address, Consent
from app.model.ports import Counts, Notice
from app.store.database import SqlStore
from app.store.recounting import Difference
from tests.store.world import (
    NOON,
    a_journey,
    a_message,
    add_contact,
    an_event,
    later,
    publish,
    set_state,
    write,
)

MAIL = Address("email", "anna@example.com")
HOUR = int(NOON.timestamp()) // 3600


def test_settings_are_json_values_by_name(sql_store: SqlStore) -> None:
    settings = sql_store.settings
    assert settings.get("email.host") is None
    assert settings.get("email.port", 587) == 587
    settings.set(
        {"email.host": "mail.example.com", "email.port": 25, "off": False, "none": None, "names": ["ü"]}
    )
    settings.set({"email.port": 465})
    assert settings.get("email.port") == 465
    assert settings.get("none", "default") is None
    assert settings.all() == {
        "email.host": "mail.example.com",
        "email.port": 465,
        "names": ["ü"],
        "none": None,
        "off": False,
    }
    settings.replace({"site.url": "https://shop.example"})
    assert settings.all() == {"site.url": "https://shop.example"}


def test_the_numbers_of_a_flow_are_sums_over_versions_and_hours(sql_store: SqlStore) -> None:
    flow, other = publish(sql_store), publish(sql_store, "Other")

    def key(node: str, name: str, version: int = 1, hour: int = HOUR) -> CountKey:
        return CountKey(flow.id, version, node, name, hour)

    write(
        sql_store,
        counts={
            key("start", "entry"): 5,
            key("start", "entry", version=2): 2,
            key("letter", "here"): 4,
            key("letter", "here", hour=HOUR + 1): -3,
            key("letter", "out:opened"): 3,
            key("end", "end:goal"): 2,
            key("letter", "end:goal"): 1,
            key("gone", "here"): 1,
            key("gone", "here", version=3): -1,
            CountKey(other.id, 1, "letter", "here", HOUR): 99,
        },
    )
    counts = sql_store.numbers.counts("Basket")
    assert counts == Counts(
        here={"letter": 1},
        edges={("letter", "opened"): 3},
        names={
            ("start", "entry"): 7,
            ("letter", "here"): 1,
            ("letter", "out:opened"): 3,
            ("end", "end:goal"): 2,
            ("letter", "end:goal"): 1,
        },
        inside=1,
        entered=7,
        goals=3,
    )
    with pytest.raises(UserError, match="There is no flow named “Nothing”"):
        sql_store.numbers.counts("Nothing")


def test_the_queue_says_who_is_due_and_what_was_sent_since_midnight(sql_store: SqlStore) -> None:
    flow = publish(sql_store)
    journeys = [a_journey(flow, id_, id_, due_at=later(minutes=id_ - 2)) for id_ in range(1, 6)]
    sent = {CountKey(flow.id, 1, "letter", "message:sent", HOUR - ago): 10 + ago for ago in (0, 3, 30)}
    write(sql_store, started=journeys, counts=sent)
    queue = sql_store.numbers.queue(NOON, midnight=later(hours=-12))
    assert (queue.next_due, queue.due_people, queue.sent_today) == (later(minutes=-1), 2, 23)


def test_totals_are_counted_in_the_rows(sql_store: SqlStore) -> None:
    flow = publish(sql_store)
    add_contact(sql_store, 1)
    add_contact(sql_store, 2)
    add_contact(sql_store, 3)
    journey = a_journey(flow, 1)
    ended = [
        a_journey(flow, id_, id_, state=JourneyState.DONE, end_reason=reason)
        for id_, reason in ((2, "goal"), (3, "goal"), (4, "timeout"))
    ]
    failed = a_message(journey, 11, state=MessageState.FAILED, reason="no-consent")
    reacted = a_message(journey, 12, state=MessageState.SENT)
    write(
        sql_store, started=[journey, *ended], queued=[a_message(journey, 10, channel="sms"), failed, reacted]
    )
    with sql_store.transaction() as transaction:
        for n, (name, actor) in enumerate([("opened", Actor.MACHINE), ("clicked", Actor.HUMAN)]):
            transaction.add_event(n, an_event(name, name, message_id=12, actor=actor), 1, NOON)
        transaction.merge_contacts(1, 3, NOON)
    write(sql_store, messages=[replace(reacted, reactions=frozenset({"machine:opened", "clicked"}))])
    totals = sql_store.numbers.totals()
    assert (totals.contacts, totals.events, totals.entered, totals.inside) == (2, 2, 4, 1)
    assert totals.ends == {"goal": 2, "timeout": 1}
    assert totals.messages == {"sms": {"queued": 1}, "email": {"failed": 1, "sent": 1}}
    assert totals.reactions == {"clicked": 1}
    assert totals.failed == {"no-consent": 1}


def test_what_waits_for_a_person_is_listed_while_its_flow_runs(sql_store: SqlStore) -> None:
    flow, paused = publish(sql_store), publish(sql_store, "Paused")
    tasks = [
        a_message(a_journey(one, one.id), one.id, channel="task", due_at=later(minutes=-one.id))
        for one in (flow, paused)
    ]
    unknown = a_message(a_journey(flow, 1), 8, state=MessageState.UNKNOWN)
    write(sql_store, queued=[*tasks, a_message(a_journey(flow, 1), 9), unknown])
    assert sql_store.numbers.waiting("task") == [tasks[0], tasks[1]]
    set_state(sql_store, paused, FlowState.PAUSED)
    assert sql_store.numbers.waiting("task") == [tasks[0]]
    assert sql_store.numbers.messages_in("unknown") == [unknown]


def test_a_contact_is_shown_with_all_that_happened(sql_store: SqlStore) -> None:
    flow = publish(sql_store)
    add_contact(sql_store, 1, Address("phone", "+491"), MAIL, Address("email", "second@example.com"))
    add_contact(sql_store, 2)
    consent = Consent("email", given=True, at=NOON, source="form", text="Yes, letters", proof={"ip": "::1"})
    journey = a_journey(flow, 5)
    lines = [
        JournalLine(5, 1, flow.id, 1, NOON, "start", "started", data={"total": 3}),
        JournalLine(5, 1, flow.id, 1, later(hours=1), "start", "left", "entered"),
    ]
    write(
        sql_store,
        contacts=[ContactChange(1, {"first_name": "Anna", "size": 38}), ContactChange(2, {"city": "Bonn"})],
        consents=[(1, consent)],
        started=[journey, a_journey(flow, 7, 2)],
        queued=[a_message(journey, 6)],
        journal=[*lines, JournalLine(7, 2, flow.id, 1, NOON, "start", "started")],
    )
    people = sql_store.people
    assert people.find(MAIL) == 1
    assert people.find(Address("email", "nobody@example.com")) is None
    assert people.everybody() == [1, 2]
    shown = people.contact(1)
    assert shown is not None
    assert shown.addresses == {"phone": "+491", "email": MAIL.value}
    assert people.contact(9) is None
    assert [one.value for one in people.addresses(1)] == ["+491", MAIL.value, "second@example.com"]
    assert people.fields() == ["city", "first_name", "size"]
    assert people.consents(1) == [consent]
    assert people.journal(1) == lines
    assert people.journal(1, limit=1) == lines[1:]
    assert people.journal(2)[0].data is EMPTY
    assert people.journeys(1) == [journey]
    assert [one.id for one in people.messages(1)] == [6]


def test_an_address_can_be_silenced_by_hand_and_let_go_again(sql_store: SqlStore) -> None:
    add_contact(sql_store, 1, MAIL)
    sql_store.people.suppress([Suppression(MAIL.kind, MAIL.value, "hand", NOON)] * 2)
    shown = sql_store.people.contact(1)
    assert shown is not None
    assert shown.suppressed == {"email"}
    sql_store.people.unsuppress(MAIL)
    shown = sql_store.people.contact(1)
    assert shown is not None
    assert not shown.suppressed


def test_a_visit_ends_after_thirty_quiet_minutes(sql_store: SqlStore) -> None:
    people = sql_store.people
    assert people.visit_began("v1") is None
    views = [0, 10, 40, 70.1, 60, 100.1, 131]
    begun = [minutes for minutes in views if people.visit("v1", later(minutes=minutes))]
    assert begun == [0, 70.1, 131]
    assert people.visit_began("v1") == later(minutes=131)
    assert people.visit("v2", NOON)
    assert people.forget_visits(later(minutes=1)) == 1
    assert people.visit_began("v2") is None


def test_a_question_about_popups_is_answered_without_writing(sql_store: SqlStore) -> None:
    flow = publish(sql_store)
    rows = [
        a_message(a_journey(flow, id_, id_), id_, channel=channel, state=state)
        for id_, channel, state in (
            (1, "popup", MessageState.QUEUED),
            (2, "popup", MessageState.SENT),
            (3, "popup", MessageState.CANCELLED),
            (4, "email", MessageState.QUEUED),
        )
    ]
    write(sql_store, queued=rows)
    assert [id_ for id_ in range(1, 6) if sql_store.people.has_popups(id_)] == [1, 2]


def test_counters_are_made_again_from_the_rows(sql_store: SqlStore) -> None:
    flow = publish(sql_store)
    journey = a_journey(flow, 1, node="letter", step=2)
    done = a_journey(flow, 2, 2, state=JourneyState.DONE, node="letter", end_reason="timeout")
    message = a_message(journey, 10, state=MessageState.SENT, sent_at=NOON)
    failed = a_message(done, 11, state=MessageState.FAILED, reason="capped")
    lines = [
        JournalLine(id_, id_, flow.id, step, NOON, node, what, outlet, version_id=flow.version_id)
        for id_, step, node, what, outlet in (
            (1, 1, "start", "started", ""),
            (1, 1, "start", "left", "entered"),
            (2, 1, "start", "started", ""),
            (2, 1, "start", "left", "entered"),
            (2, 2, "letter", "left", "timeout"),
            (2, 2, "letter", "ended", "timeout"),
            (2, 2, "letter", "reaction", ""),
        )
    ]
    message = replace(message, reactions=frozenset({"opened", "machine:clicked"}))
    write(sql_store, started=[journey, done], queued=[message, failed], journal=lines)
    right = {
        ("start", "entry"): 2,
        ("start", "out:entered"): 2,
        ("letter", "out:timeout"): 1,
        ("letter", "end:timeout"): 1,
        ("letter", "here"): 1,
        ("letter", "reaction:opened"): 1,
        ("letter", "machine:clicked"): 1,
    }
    right |= {("letter", name): 1 for name in ("message:sent", "message:failed", "failed:capped")}
    letter_wrong = CountKey(flow.id, flow.version_id, "letter", "here", HOUR)
    counts = {CountKey(flow.id, flow.version_id, node, name, HOUR): n for (node, name), n in right.items()}
    refused = CountKey(flow.id, flow.version_id, "start", "refused:again", HOUR)
    write(sql_store, counts={**counts, letter_wrong: 4, refused: 3})
    numbers = sql_store.numbers
    assert numbers.recount(dry=True) == [Difference(flow.id, flow.version_id, "letter", "here", 4, 1)]
    assert numbers.counts("Basket").inside == 4
    assert len(numbers.recount()) == 1
    assert numbers.counts("Basket").names == {**right, ("start", "refused:again"): 3}
    assert numbers.recount(dry=True) == []


def test_what_flows_told_is_listed_until_it_is_put_away(sql_store: SqlStore) -> None:
    flow = publish(sql_store, "Baskets")
    add_contact(sql_store, 1, MAIL)
    journey = a_journey(flow, 5, 1)
    told = [
        a_message(
            journey,
            id_,
            channel="notice",
            state=MessageState.SENT,
            created_at=later(minutes=id_),
            sent_at=later(minutes=id_),
            content={"text": f"line {id_}"},
        )
        for id_ in (10, 11, 12)
    ]
    waits = replace(told[0], id=13, state=MessageState.QUEUED, sent_at=None)
    write(sql_store, queued=[*told, waits, replace(told[0], id=14, channel="email")])
    assert sql_store.numbers.notices() == [
        Notice(id_, f"line {id_}", later(minutes=id_), "Baskets", 1) for id_ in (12, 11, 10)
    ]
    assert [one.message_id for one in sql_store.numbers.notices(limit=1)] == [12]
    write(sql_store, messages=[replace(told[1], reason="dismissed")])
    assert [one.message_id for one in sql_store.numbers.notices()] == [12, 10]
