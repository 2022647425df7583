from __future__ import annotations

from app.model.journey import CountKey, FlowState, JournalLine
from app.model.people import Address, Contact
from app.store.memory import MemoryStore
from tests.store.world import NOON, a_journey, a_message, publish, write


def test_a_rehearsal_can_put_whole_people_in() -> None:
    store = MemoryStore()
    anna = Contact(
        7,
        zone="Europe/Berlin",
        language="de",
        properties={"first_name": "Anna"},
        tags=frozenset({"vip"}),
        addresses={"email": "anna@example.com"},
    )
    store.put_contact(
        anna, [Address("email", "anna@example.com"), Address("email", "second@example.com")], NOON
    )
    with store.transaction() as transaction:
        assert transaction.contacts([7]) == {7: anna}
        assert transaction.find_contacts([Address("email", "second@example.com")]) == [7]


def test_everything_that_was_written_can_be_looked_at() -> None:
    store = MemoryStore()
    flow = publish(store)
    journeys = [a_journey(flow, id_, id_) for id_ in (2, 1)]
    messages = [a_message(one, one.id * 10) for one in journeys]
    line = JournalLine(1, 1, flow.id, 1, NOON, "start", "started")
    key = CountKey(flow.id, flow.version_id, "start", "here", 5)
    write(store, started=journeys, queued=messages, journal=[line], counts={key: 2})
    assert store.all_journeys == journeys[::-1]
    assert store.all_messages == messages[::-1]
    assert store.journal == [line]
    assert store.counters == {key: 2}


def test_a_stopped_flow_is_no_longer_live() -> None:
    store = MemoryStore()
    flow = publish(store)
    store.set_state(flow.id, FlowState.STOPPED)
    with store.transaction() as transaction:
        assert transaction.live_flows() == []
