from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from app.model.journey import FlowState, JourneyState, MessageState, Said
from app.model.machine import LeaseRow
from app.model.people import Address
from tests.store.world import (
    NOON,
    AnyStore,
    a_journey,
    a_message,
    add_contact,
    an_event,
    later,
    publish,
    set_state,
    write,
)


def test_what_was_used_of_a_limit_is_summed_from_a_slot_on(store: AnyStore) -> None:
    write(store, used=Counter({("email", 5): 2, ("email", 7): 1, ("sms", 7): 9}))
    write(store, used=Counter({("email", 7): 3, ("email", 99): 1}))
    with store.transaction() as tx:
        assert tx.used("email", 6) == 5
        assert tx.used("email", 0) == 7
        assert tx.used("sms", 8) == 0
        assert tx.used("nothing", 0) == 0


def test_old_slots_of_a_limit_are_swept_away(store: AnyStore) -> None:
    write(store, used=Counter({("email", 5): 2, ("email", 7): 1, ("sms", 5): 9}))
    with store.transaction() as tx:
        tx.forget_used("email", 7)
    with store.transaction() as tx:
        assert (tx.used("email", 0), tx.used("sms", 0)) == (1, 9)


def test_a_slot_may_be_a_hundredth_of_a_second(store: AnyStore) -> None:
    far = 200_000_000_000
    write(store, used=Counter({("email", far): 2}))
    with store.transaction() as tx:
        assert (tx.used("email", far), tx.used("email", far + 1)) == (2, 0)


def test_advertising_that_was_sent_or_is_on_the_wire_counts_for_a_cap(store: AnyStore) -> None:
    journey = a_journey(publish(store), 1, contact_id=7)
    sent: dict[str, Any] = {"state": MessageState.SENT, "contact_id": 7}
    write(
        store,
        queued=[
            a_message(journey, 1, sent_at=later(days=-8), **sent),
            a_message(journey, 2, sent_at=later(days=-1), channel="sms", priority=1, **sent),
            a_message(journey, 3, sent_at=later(days=-2), **sent),
            a_message(journey, 4, sent_at=later(days=-1), purpose="transactional", priority=0, **sent),
            a_message(journey, 5, contact_id=7, state=MessageState.SENDING),
            a_message(journey, 6, contact_id=7),
        ],
    )
    with store.transaction() as tx:
        assert tx.said_to([7, 8], later(days=-7), NOON) == {
            7: [Said(later(days=-2), "email", 2), Said(later(days=-1), "sms", 1), Said(NOON, "email", 2)]
        }
        assert tx.said_to([], NOON, NOON) == {}


def test_the_newest_word_of_a_person_is_kept_by_channel(store: AnyStore) -> None:
    write(store, words=[(7, "rcs", NOON), (7, "rcs", later(days=-1)), (7, "whatsapp", later(hours=-1))])
    write(store, words=[(7, "whatsapp", later(hours=1))])
    with store.transaction() as tx:
        assert tx.last_words([7, 8]) == {7: {"rcs": NOON, "whatsapp": later(hours=1)}}


def test_only_starts_by_flows_of_that_time_are_counted(store: AnyStore) -> None:
    flow = publish(store)
    done: dict[str, Any] = {"state": JourneyState.DONE, "contact_id": 7, "cause": "flow"}
    write(
        store,
        started=[
            a_journey(flow, 1, started_at=later(hours=-30), **done),
            a_journey(flow, 2, started_at=later(hours=-20), **done),
            a_journey(flow, 3, started_at=later(hours=-2), **done),
            a_journey(flow, 4, started_at=later(hours=-1), **{**done, "cause": "event"}),
        ],
    )
    with store.transaction() as tx:
        assert tx.starts(flow.id, 7, later(hours=-24)) == 2
        assert tx.starts(flow.id, 8, later(hours=-24)) == 0


def test_who_is_inside_is_counted_up_to_the_number_asked_for(store: AnyStore) -> None:
    flow = publish(store)
    write(store, started=[a_journey(flow, n, contact_id=n) for n in range(1, 6)])
    with store.transaction() as tx:
        assert tx.inside(flow.id, 99) == 5
        assert tx.inside(flow.id, 3) == 3
        assert tx.inside(flow.id + 1, 3) == 0


def test_what_the_engine_remembers_about_itself_can_be_forgotten(store: AnyStore) -> None:
    write(store, machine={"brake": {"at": "now"}, "seen": 7})
    with store.transaction() as tx:
        assert (tx.machine("brake"), tx.machine("seen"), tx.machine("other")) == ({"at": "now"}, 7, None)
    write(store, machine={"brake": None, "seen": 8})
    with store.transaction() as tx:
        assert (tx.machine("brake"), tx.machine("seen")) == (None, 8)


def test_a_flow_that_pauses_itself_keeps_its_reason(store: AnyStore) -> None:
    flow = publish(store)
    write(store, paused=[(flow.id, "20 errors")])
    with store.transaction() as tx:
        assert [one.state for one in tx.live_flows()] == [FlowState.PAUSED]
        assert tx.machine(f"paused:{flow.id}") == "20 errors"


@pytest.mark.parametrize("why", ["errors: hard", "broken: ValueError"])
def test_a_person_who_decides_about_a_flow_takes_its_own_reason_away(store: AnyStore, why: str) -> None:
    """R20: and while its deciders break, nothing of it is due."""
    flow = publish(store)
    broken = why.startswith("broken")
    write(store, started=[a_journey(flow, 1)], paused=[(flow.id, why)])
    if broken:
        write(store, machine={f"broken:{flow.id}": True})
    with store.transaction() as tx:
        assert bool(tx.due_journeys(NOON, 9)) is not broken
        assert (tx.next_due() is None) is broken
    set_state(store, flow, FlowState.LIVE)
    with store.transaction() as tx:
        assert (tx.machine(f"paused:{flow.id}"), tx.machine(f"broken:{flow.id}")) == (None, None)
        assert len(tx.due_journeys(NOON, 9)) == 1


def test_who_is_parked_in_a_flow_is_found_in_turn(store: AnyStore) -> None:
    flow, other = publish(store), publish(store, "Other")
    parked: dict[str, Any] = {"state": JourneyState.PARKED}
    write(
        store,
        started=[
            a_journey(flow, 3, 1, **parked),
            a_journey(flow, 1, 2, **parked),
            a_journey(flow, 2, 3),
            a_journey(other, 4, 1, **parked),
        ],
    )
    with store.transaction() as tx:
        assert [one.id for one in tx.parked_journeys(flow.id, 0, 9)] == [1, 3]
        assert [one.id for one in tx.parked_journeys(flow.id, 1, 9)] == [3]
        assert [one.id for one in tx.parked_journeys(flow.id, 0, 1)] == [1]


def test_the_lease_says_who_has_it_and_how_often_it_changed_hands(store: AnyStore) -> None:
    with store.transaction() as tx:
        assert tx.lease() == LeaseRow()
        assert tx.take_lease("one", NOON, 30)
        assert tx.lease() == LeaseRow("one", 1, later(seconds=30))
        assert tx.take_lease("other", later(minutes=1), 30)
        assert tx.lease() == LeaseRow("other", 2, later(seconds=90))


@pytest.mark.parametrize("inside", [False, True])
def test_an_anonymous_contact_that_stays_away_is_forgotten_unless_it_is_inside(
    store: AnyStore, *, inside: bool
) -> None:
    visitor = Address("visitor", "v1")
    with store.transaction() as tx:
        tx.add_contact(7, [visitor], NOON)
        tx.add_event(1, an_event("page_viewed", "e1", contact_id=7, properties={"page": "/x"}), 7, NOON)
    write(store, seen={7: NOON, 8: later(days=-40), 9: later(days=2)}, rechecks={7: NOON})
    write(store, seen={8: None})
    if inside:
        write(store, started=[a_journey(publish(store), 1, contact_id=7)])
    with store.transaction() as tx:
        assert tx.quiet_anonymous(later(days=1), 9) == [7]
        tx.forget([7], later(days=1))
    with store.transaction() as tx:
        assert bool(tx.find_contacts([visitor])) is inside
        assert bool(tx.events_of([7], ["page_viewed"])) is inside
        assert tx.contacts([7])[7].erased is not inside
        assert tx.quiet_anonymous(later(days=1), 9) == ([7] if inside else [])


def test_contacts_with_nothing_to_say_are_left_alone(store: AnyStore) -> None:
    add_contact(store, 1)
    with store.transaction() as tx:
        tx.forget([], NOON)
        assert not tx.contacts([1])[1].erased
