from __future__ import annotations

from dataclasses import replace
from typing import Any

from app.model.journey import FlowState, JourneyState, MessageState
from app.model.people import Actor
from tests.store.world import (
    NOON,
    AnyStore,
    a_journey,
    a_message,
    an_event,
    later,
    publish,
    set_state,
    write,
)


def test_a_message_comes_back_with_every_value_it_was_written_with(store: AnyStore) -> None:
    journey = a_journey(publish(store), 1)
    full = a_message(
        journey,
        5,
        state=MessageState.UNKNOWN,
        late_at=later(days=1),
        before_at=later(days=2),
        next_try_at=later(minutes=5),
        attempts=3,
        reason="no answer",
        address="anna@example.com",
        content={"subject": "Grüße", "html": "<p>☕</p>"},
        sent_at=later(minutes=1),
        provider_id="<5@shop>",
        owner="engine-1",
        reactions=frozenset({"delivered", "machine:opened"}),
    )
    write(store, started=[journey], queued=[full])
    with store.transaction() as transaction:
        assert transaction.message(5) == full
        assert transaction.message(6) is None
        assert transaction.messages_of([1, 2]) == {1: [full]}


def test_flows_that_run_take_turns_and_of_each_the_oldest_due_row_is_ready(
    store: AnyStore,
) -> None:
    flow, paused = publish(store), publish(store, "Paused")
    closed = publish(store, "Closed")
    journey, of_paused, of_closed = (a_journey(one, one.id) for one in (flow, paused, closed))
    rows = [
        a_message(journey, 1, due_at=later(minutes=-1)),
        a_message(journey, 2, channel="sms", due_at=later(minutes=-2)),
        a_message(journey, 3, due_at=later(minutes=1)),
        a_message(
            journey, 4, state=MessageState.RETRY, due_at=later(hours=-1), next_try_at=later(minutes=-3)
        ),
        a_message(journey, 5, state=MessageState.RETRY, due_at=later(hours=-1), next_try_at=later(minutes=3)),
        a_message(journey, 6, state=MessageState.HELD),
        a_message(of_paused, 7),
        a_message(of_closed, 8, due_at=NOON),
        a_message(journey, 9, channel="popup"),
    ]
    write(store, queued=rows)
    set_state(store, paused, FlowState.PAUSED)
    set_state(store, closed, FlowState.CLOSED)
    with store.transaction() as transaction:
        ready = transaction.ready_messages
        assert [one.id for one in ready(["email", "sms"], NOON, 99)] == [4, 8, 2, 1]
        assert [one.id for one in ready(["email"], NOON, 2)] == [4, 8]
        assert [one.id for one in ready(["popup"], NOON, 2)] == [9]
        assert ready([], NOON, 9) == []


def test_many_flows_and_channels_are_still_asked_in_turn(store: AnyStore) -> None:
    flows = [publish(store, f"flow {n:03}") for n in range(60)]
    journeys = [a_journey(flow, n) for n, flow in enumerate(flows)]
    channels = ["email", "sms", "webhook"]
    rows = [
        a_message(one, one.id * 10 + n, channel=channel, due_at=later(seconds=-one.id - n))
        for one in journeys
        for n, channel in enumerate(channels)
    ]
    write(store, queued=rows)
    oldest = sorted(rows, key=lambda one: (one.due_at, one.id))
    with store.transaction() as transaction:
        first = transaction.ready_messages(channels, NOON, 7)
        assert [one.flow_id for one in first] == [flow.id for flow in flows[:7]], "each flow has its turn"
        assert {one.channel for one in first} == {"webhook"}, "and begins with its oldest"
        behind = transaction.ready_messages(channels, NOON, 7, after=flows[57].id)
        assert [one.flow_id for one in behind] == [flow.id for flow in (flows + flows)[58:65]]
        every = transaction.ready_messages(channels, NOON, 999)
        assert sorted(every, key=lambda one: (one.due_at, one.id)) == oldest


def test_what_matters_most_goes_first_whatever_is_older(store: AnyStore) -> None:
    one, other = a_journey(publish(store), 1), a_journey(publish(store, "Other"), 2)
    rows = [
        a_message(one, 1, due_at=later(hours=-3)),
        a_message(one, 2, due_at=later(hours=-1), priority=0, purpose="transactional"),
        a_message(other, 3, due_at=later(hours=-2), priority=1),
        a_message(other, 4, due_at=later(hours=-9), priority=3),
        a_message(one, 5, due_at=later(hours=1), priority=0),
    ]
    write(store, queued=rows)
    with store.transaction() as transaction:
        assert [row.id for row in transaction.ready_messages(["email"], NOON, 9)] == [2, 3, 1, 4]
        assert [row.id for row in transaction.ready_messages(["email"], NOON, 2)] == [2, 3]
        assert transaction.next_due() == later(hours=-9)


def test_a_changed_message_keeps_what_it_is_and_loses_no_reaction(store: AnyStore) -> None:
    journey = a_journey(publish(store), 1)
    queued = a_message(journey, 5)
    write(store, queued=[queued])
    sent = replace(queued, state=MessageState.SENT, sent_at=NOON, reactions=frozenset({"delivered"}))
    write(store, messages=[sent])
    opened = replace(sent, reactions=frozenset({"opened"}), provider_id="x")
    write(store, messages=[opened])
    with store.transaction() as transaction:
        assert transaction.message(5) == replace(opened, reactions=frozenset({"opened", "delivered"}))
        assert transaction.ready_messages(["email"], later(days=1), 9) == []


def test_a_message_that_is_queued_and_changed_in_one_transaction_is_its_last_value(store: AnyStore) -> None:
    queued = a_message(a_journey(publish(store), 1), 5)
    held = replace(queued, state=MessageState.HELD, reason="quiet")
    write(store, queued=[queued], messages=[held])
    with store.transaction() as transaction:
        assert transaction.message(5) == held
        assert transaction.messages_in("held", 9) == [held]


def test_messages_are_listed_by_state_oldest_first(store: AnyStore) -> None:
    journey = a_journey(publish(store), 1)
    for state in MessageState:
        start = list(MessageState).index(state) * 10
        rows = [
            a_message(journey, start + n, state=state, created_at=later(seconds=-n), due_at=NOON)
            for n in range(3)
        ]
        write(store, queued=rows)
        with store.transaction() as transaction:
            assert [one.id for one in transaction.messages_in(state, 2)] == [start + 2, start + 1], state


def test_open_messages_of_a_contact_are_those_that_leaving_withdraws(store: AnyStore) -> None:
    flow = publish(store)
    journey, other = a_journey(flow, 1), a_journey(flow, 2, 2)
    rows = [a_message(journey, n, state=state) for n, state in enumerate(MessageState)]
    sms = a_message(journey, 90, channel="sms")
    write(store, queued=[*rows, sms, a_message(other, 91)])
    with store.transaction() as transaction:
        states = [one.state.value for one in transaction.open_messages(1, "email")]
        assert states == ["queued", "leased", "retry", "held", "unknown"]
        assert len(transaction.open_messages(1, "")) == 6
        assert transaction.open_messages(1, "sms") == [sms]
        assert transaction.open_messages(9, "") == []


def test_a_popup_waits_on_the_page_until_it_is_answered_or_its_journey_goes_on(store: AnyStore) -> None:
    flow = publish(store)
    journey = a_journey(flow, 1, state=JourneyState.WAITING)
    gone = a_journey(flow, 2, key="gone", step=4)
    done = a_journey(flow, 3, key="done", state=JourneyState.DONE)
    write(store, started=[journey, gone, done])
    sent = MessageState.SENT
    rows = [
        a_message(journey, 10, channel="popup"),
        a_message(journey, 11, channel="popup", state=sent),
        a_message(journey, 12, channel="popup", state=sent, reactions=frozenset({"delivered"})),
        a_message(journey, 13, channel="popup", state=sent, reactions=frozenset({"closed"})),
        a_message(journey, 14, channel="popup", state=sent, reactions=frozenset({"submitted"})),
        a_message(journey, 15, channel="popup", state=MessageState.CANCELLED),
        a_message(journey, 16, channel="email"),
        a_message(gone, 17, channel="popup", state=sent, step=3),
        a_message(done, 18, channel="popup", state=sent),
    ]
    write(store, queued=rows)
    with store.transaction() as transaction:
        assert [one.id for one in transaction.page_messages(1)] == [10, 11, 12]


def test_an_event_is_stored_once(store: AnyStore) -> None:
    event = an_event("basket_added", "shop:1", properties={"total": 10, "items": ["cup"]})
    with store.transaction() as transaction:
        transaction.add_contact(1, (), NOON)
        assert transaction.add_event(100, event, 1, NOON)
        assert not transaction.add_event(101, replace(event, name="other"), 1, NOON)
    with store.transaction() as transaction:
        assert not transaction.add_event(102, event, 1, later(days=1))
        stored = transaction.events_of([1], ["basket_added", "other"])
        assert [(one.id, one.name, dict(one.properties)) for one in stored[1]] == [
            (100, "basket_added", {"total": 10, "items": ["cup"]})
        ]


def test_events_of_contacts_come_by_name_oldest_first(store: AnyStore) -> None:
    with store.transaction() as transaction:
        for n, (contact, name, minutes) in enumerate(
            [(1, "a", 3), (1, "b", 2), (1, "c", 1), (2, "a", 0), (3, "a", 0), (None, "a", 0)]
        ):
            event = an_event(name, f"s{n}", later(minutes=minutes), message_id=n or None, actor=Actor.HUMAN)
            assert transaction.add_event(n, event, contact, NOON)
        found = transaction.events_of([1, 2, 9], ["a", "b"])
        assert {id_: [one.name for one in events] for id_, events in found.items()} == {
            1: ["b", "a"],
            2: ["a"],
        }
        assert found[1][0].message_id == 1
        assert found[1][0].actor is Actor.HUMAN
        assert transaction.events_of([], ["a"]) == {}
        assert transaction.events_of([1], []) == {}


def test_held_rows_are_found_by_their_reason_on_a_channel_or_of_a_flow(store: AnyStore) -> None:
    one, other = (a_journey(publish(store, name), number) for number, name in enumerate(("A", "B"), 1))
    held = {"state": MessageState.HELD, "reason": "ceiling"}
    rows = [
        a_message(one, 10, created_at=later(minutes=1), **held),
        a_message(one, 11, priority=1, created_at=later(minutes=2), **held),
        a_message(other, 12, **held),
        a_message(other, 13, channel="sms", **held),
        a_message(other, 14, **{**held, "reason": "late"}),
        a_message(other, 15),
    ]
    write(store, queued=rows)
    with store.transaction() as transaction:
        on_email = transaction.held_messages("ceiling", 9, channel="email")
        assert [row.id for row in on_email] == [11, 12, 10]
        assert transaction.held_messages("ceiling", 1, channel="email") == on_email[:1]
        assert [row.id for row in transaction.held_messages("late", 9, flow_id=other.flow_id)] == [14]
        assert [row.id for row in transaction.held_messages("ceiling", 9, flow_id=other.flow_id)] == [12, 13]


def test_what_a_channel_that_rests_has_ready_is_no_next_moment(store: AnyStore) -> None:
    journey = a_journey(publish(store), 1, state=JourneyState.WAITING, due_at=later(hours=3))
    write(
        store,
        started=[journey],
        queued=[a_message(journey, 10), a_message(journey, 11, channel="sms", due_at=later(hours=1))],
    )
    with store.transaction() as transaction:
        assert transaction.next_due() == NOON
        assert transaction.next_due({"email"}) == later(hours=1)
        assert transaction.next_due({"email", "sms"}) == later(hours=3)


def test_what_the_brake_asks_for(store: AnyStore) -> None:
    """Queued of every flow and channel but the owner's own; cancelled by reason; sent by its moment."""
    flow = publish(store)
    journey = a_journey(flow, 1)
    sent: dict[str, Any] = {"state": MessageState.SENT}
    write(
        store,
        queued=[
            a_message(journey, 1, due_at=later(days=9)),
            a_message(journey, 2, state=MessageState.RETRY, next_try_at=later(hours=1)),
            a_message(journey, 3, channel="notice"),
            a_message(journey, 4, state=MessageState.HELD),
            a_message(journey, 5, state=MessageState.CANCELLED, reason="brake"),
            a_message(journey, 6, state=MessageState.CANCELLED, reason="withdrawn"),
            a_message(journey, 7, state=MessageState.CANCELLED, reason="revoked"),
            a_message(journey, 8, sent_at=later(hours=-2), **sent),
            a_message(journey, 9, sent_at=later(minutes=-2), **sent),
            a_message(journey, 10, sent_at=later(minutes=-1), **sent),
            a_message(journey, 11, sent_at=later(minutes=-1), channel="notice", **sent),
        ],
    )
    set_state(store, flow, FlowState.PAUSED)
    with store.transaction() as tx:
        assert {one.id for one in tx.queued_messages(9)} == {1, 2}
        assert len(tx.queued_messages(1)) == 1
        assert [one.id for one in tx.cancelled_messages(["brake", "revoked"], 0, 9)] == [5, 7]
        assert [one.id for one in tx.cancelled_messages(["brake", "revoked"], 5, 9)] == [7]
        assert [one.id for one in tx.cancelled_messages(["brake", "revoked"], 0, 1)] == [5]
        assert [one.id for one in tx.sent_since(later(hours=-1), 9)] == [10, 9]
        assert [one.id for one in tx.sent_since(later(hours=-1), 1)] == [10]
