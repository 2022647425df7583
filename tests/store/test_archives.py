"""What is over is pressed together, read as before, and dropped when it is old; the twin does the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

import pytest

from app.model.journey import CountKey, JournalLine, Journey, JourneyState, LiveFlow, MessageState
from app.model.people import Address
from app.store.archives import may_go
from app.store.database import SqlStore
from app.store.memory import MemoryStore
from app.store.standing import Counted, StandingPart
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

HOUR = int(NOON.timestamp()) // 3600


def lines_of(journey: Journey, *more: JournalLine) -> list[JournalLine]:
    told: tuple[tuple[int, str, str, str, dict[str, object]], ...] = (
        (0, "start", "started", "", {}),
        (0, "start", "left", "entered", {}),
        (1, "letter", "sent", "", {"message": 2**60, "channel": "email"}),
        (1, "letter", "postponed", "capped", {"reason": "capped"}),
        (1, "letter", "left", "opened", {"saw": {"property city": "Köln"}}),
        (2, "over", "ended", "end", {}),
    )
    return [
        JournalLine(
            journey.id,
            journey.contact_id,
            journey.flow_id,
            step,
            later(minutes=number),
            node,
            what,
            outlet,
            data,
            journey.version_id,
        )
        for number, (step, node, what, outlet, data) in enumerate(told)
    ] + list(more)


def ended(flow: LiveFlow, id_: int, contact_id: int = 1, **values: object) -> Journey:
    journey = a_journey(flow, id_, contact_id, key=str(id_), state=JourneyState.DONE, end_reason="end")
    return replace(journey, **{"ended_at": NOON, "due_at": None, **values})  # type: ignore[arg-type]


def journal(store: AnyStore, contact_id: int = 1) -> Sequence[JournalLine]:
    if isinstance(store, SqlStore):
        return store.people.journal(contact_id)
    return sorted((one for one in store.journal if one.contact_id == contact_id), key=lambda one: one.at)


def shelve(store: AnyStore, before: datetime | None = None, limit: int = 9) -> int:
    with store.transaction() as tx:
        return tx.shelve(before or later(days=1), limit)


def test_a_journal_is_pressed_and_read_as_before(store: AnyStore) -> None:
    flow = publish(store)
    add_contact(store, 1)
    done, under_way = ended(flow, 5), a_journey(flow, 6)
    write(store, started=[done, under_way], journal=[*lines_of(done), *lines_of(under_way)[:2]])
    before = journal(store)
    assert shelve(store, before=NOON) == 0, "it has just ended"
    assert shelve(store) == 1
    assert shelve(store) == 0
    assert list(journal(store)) == sorted(before, key=lambda one: one.at)
    assert [one for one in journal(store) if one.journey_id == 5] == lines_of(done)


def test_batches_take_those_first_that_ended_first(store: AnyStore) -> None:
    flow = publish(store)
    add_contact(store, 1)
    journeys = [ended(flow, 5 + n, ended_at=later(hours=-n)) for n in range(3)]
    write(store, started=journeys, journal=[line for one in journeys for line in lines_of(one)])
    assert [shelve(store, limit=2), shelve(store, limit=2)] == [2, 1]


def test_every_counter_can_still_be_made_again(sql_store: SqlStore) -> None:
    """``doctor --recount`` says the same before and after."""
    flow = publish(sql_store)
    add_contact(sql_store, 1)
    journeys = [ended(flow, 5), ended(flow, 6)]
    back = JournalLine(6, 1, flow.id, 2, NOON, "over", "returned", "end", {}, flow.version_id)
    write(sql_store, started=journeys, journal=[*lines_of(journeys[0]), *lines_of(journeys[1], back)])
    sql_store.numbers.recount()
    counts = sql_store.numbers.counts("Basket")
    assert counts.names["over", "end:end"] == 1
    assert shelve(sql_store) == 2
    assert sql_store.numbers.recount(dry=True) == []
    sql_store.numbers.recount()
    assert sql_store.numbers.counts("Basket") == counts
    with sql_store.transaction() as tx:
        assert tx.drop_archives(later(days=9), 9) == 2
    sql_store.numbers.recount()
    assert sql_store.numbers.counts("Basket") == counts, "numbers outlive what they counted"


def test_lists_behind_numbers_and_ways_read_what_is_pressed(sql_store: SqlStore) -> None:
    flow = publish(sql_store)
    add_contact(sql_store, 1)
    done, other = ended(flow, 5), ended(flow, 6)
    late = JournalLine(5, 1, flow.id, 1, later(days=2), "letter", "reaction", "", {"name": "opened"})
    write(sql_store, started=[done, other], journal=[*lines_of(done), *lines_of(other)])
    assert shelve(sql_store, limit=1) == 1
    write(sql_store, journal=[late])
    part = StandingPart(sql_store)
    found, told, _ = part.journey(5)
    assert found is not None
    assert list(told) == [*lines_of(done), late]
    opened = part.counted(flow.id, "letter", "out:opened", None, 9)
    assert {one.journey_id for one in opened} == {5, 6}
    assert Counted(1, 5, later(minutes=4)) in opened
    assert len(part.counted(flow.id, "letter", "out:opened", None, 1)) == 1
    assert part.counted(flow.id, "letter", "out:opened", later(minutes=5), 9) == []
    assert [one.journey_id for one in part.counted(flow.id, "", "entry", later(days=-1), 9)] == [6, 5]


def test_what_is_pressed_goes_along_when_two_contacts_become_one_and_is_emptied_with_them(
    store: AnyStore,
) -> None:
    """Rule 23: erasing blanks what the journal saw, also where it is pressed."""
    flow = publish(store)
    for contact_id in (1, 2):
        add_contact(store, contact_id)
    done = ended(flow, 5, 2)
    write(store, started=[done], journal=lines_of(done))
    shelve(store)
    with store.transaction() as tx:
        tx.merge_contacts(1, 2, NOON)
    assert [line.contact_id for line in journal(store)] == [1] * 6
    with store.transaction() as tx:
        tx.forget([1], NOON)
    assert [line.data for line in journal(store)] == [{}, {}, {"message": 2**60}, {}, {}, {}]


def test_old_archives_go_with_what_was_written_later(store: AnyStore) -> None:
    flow = publish(store)
    add_contact(store, 1)
    old, newer = ended(flow, 5), ended(flow, 6, ended_at=later(days=3))
    write(store, started=[old, newer], journal=[*lines_of(old), *lines_of(newer)])
    shelve(store, before=later(days=9))
    late = JournalLine(5, 1, flow.id, 1, later(days=2), "letter", "reaction")
    write(store, journal=[late])
    with store.transaction() as tx:
        assert tx.drop_archives(later(days=2), 9) == 1
        assert tx.drop_archives(later(days=2), 9) == 0
    assert {line.journey_id for line in journal(store)} == {6}
    assert shelve(store, before=later(days=9)) == 0, "what is gone is not pressed again"


def test_refused_entries_go_one_after_the_other(store: AnyStore) -> None:
    flow = publish(store)
    add_contact(store, 1)
    refused = [
        JournalLine(0, 1, flow.id, 0, later(days=day), "start", "refused", data={"reason": "inside"})
        for day in (0, 1, 5)
    ]
    write(store, journal=refused)
    with store.transaction() as tx:
        assert [tx.drop_refused(later(days=3), 1) for _ in range(3)] == [1, 1, 0]
    assert [line.at for line in journal(store)] == [later(days=5)]


def test_old_events_go_but_for_those_that_may_be_asked_for(store: AnyStore) -> None:
    add_contact(store, 1)
    names = ["page_viewed", "order_completed", "basket_added", "basket_added", "page_viewed"]
    with store.transaction() as tx:
        for number, name in enumerate(names):
            happened = an_event(name, f"s{number}", later(days=number))
            tx.add_event(10 + number, happened, 1, later(days=number if number < 4 else 90))
    kept = {"order_completed": None, "basket_added": later(days=3)}
    with store.transaction() as tx:
        assert tx.drop_events(later(days=30), kept, 0, 2) == (2, 11)
        assert tx.drop_events(later(days=30), kept, 11, 9) == (2, 13)
        assert tx.drop_events(later(days=30), kept, 13, 9) == (0, 13)
        left = tx.events_of([1], ["page_viewed", "order_completed", "basket_added"])[1]
    assert [one.id for one in left] == [11, 13, 14]
    assert may_go("order_completed", NOON, kept) is False


def test_old_texts_are_emptied_where_nobody_needs_them(store: AnyStore) -> None:
    flow = publish(store)
    journey = a_journey(flow, 5)
    states = [MessageState.SENT, MessageState.HELD, MessageState.FAILED, MessageState.SENT]
    rows = [
        a_message(journey, 10 + n, state=state, content={"text": "Dear Anna"}, address="a@b.example")
        for n, state in enumerate(states)
    ]
    rows[-1] = replace(rows[-1], created_at=later(days=90))
    write(store, started=[journey], queued=rows)
    with store.transaction() as tx:
        assert tx.drop_texts(later(days=30), 0, 9) == (3, 12)
        assert tx.drop_texts(later(days=30), 12, 9) == (0, 12)
        found = tx.messages_of([5])[5]
    assert [bool(one.content) for one in found] == [False, True, False, True]
    assert [one.address for one in found] == ["", "a@b.example", "", "a@b.example"]


def test_the_oldest_journey_of_each_version_is_known(store: AnyStore) -> None:
    flow = publish(store)
    add_contact(store, 1, Address("email", "a@example.com"))
    journeys = [
        a_journey(flow, 1, key="a", started_at=later(days=2)),
        a_journey(flow, 2, key="b", started_at=later(days=1)),
        replace(a_journey(flow, 3, key="c"), version_id=9),
        ended(flow, 4, started_at=later(days=-9)),
    ]
    write(store, started=journeys)
    with store.transaction() as tx:
        assert tx.oldest_open() == {flow.version_id: later(days=1), 9: NOON}


@pytest.mark.parametrize("count", [0, 3])
def test_the_twin_counts_what_it_presses(count: int) -> None:
    store = MemoryStore()
    flow = publish(store)
    add_contact(store, 1)
    done = ended(flow, 5)
    write(store, started=[done], journal=lines_of(done)[:count])
    shelve(store)
    key = CountKey(flow.id, flow.version_id, "start", "entry", HOUR)
    assert store._state.archived.get(key) == (1 if count else None)
