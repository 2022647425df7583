from __future__ import annotations

from dataclasses import replace

import pytest

from app.model.journey import Arming, Changes, CountKey, FlowState, JournalLine, JourneyState, MessageState
from app.store.database import SqlStore
from app.store.errors import NotUniqueError
from tests.store.world import (
    NOON,
    AnyStore,
    a_journey,
    a_message,
    add_contact,
    later,
    publish,
    set_state,
    write,
)


def test_a_journey_comes_back_with_every_value_it_was_written_with(store: AnyStore) -> None:
    flow = publish(store)
    add_contact(store, 1)
    full = a_journey(
        flow,
        7,
        key="basket-1",
        state=JourneyState.HELD,
        entry={"items": [{"name": "Kännchen ☕", "price": 12.5}], "total": None},
        noted="opened",
        message_id=2**62,
        end_reason="goal",
        due_at=None,
    )
    write(store, started=[full])
    with store.transaction() as transaction:
        assert transaction.journeys([7, 8]) == {7: full}


def test_due_journeys_come_oldest_first_and_only_when_their_moment_has_come(store: AnyStore) -> None:
    flow = publish(store)
    dues = {
        3: later(minutes=-3),
        1: later(minutes=-1),
        2: later(minutes=-2),
        4: later(microseconds=1),
        5: None,
    }
    write(store, started=[a_journey(flow, id_, id_, due_at=due) for id_, due in dues.items()])
    held = a_journey(flow, 6, 6, state=JourneyState.HELD, due_at=NOON)
    waiting = a_journey(flow, 7, 7, state=JourneyState.WAITING, due_at=NOON)
    write(store, started=[held, waiting])
    with store.transaction() as transaction:
        assert [one.id for one in transaction.due_journeys(NOON, 500)] == [3, 2, 1, 7]
        assert [one.id for one in transaction.due_journeys(NOON, 2)] == [3, 2]
        assert [one.id for one in transaction.due_journeys(later(seconds=1), 500)] == [3, 2, 1, 7, 4]


def test_waits_go_on_while_a_flow_is_paused_and_end_when_it_is_stopped(store: AnyStore) -> None:
    flow, other = publish(store), publish(store, "Other")
    write(store, started=[a_journey(flow, 1), a_journey(other, 2)])
    set_state(store, flow, FlowState.PAUSED)
    with store.transaction() as transaction:
        assert [one.id for one in transaction.due_journeys(NOON, 9)] == [1, 2]
    set_state(store, flow, FlowState.STOPPED)
    with store.transaction() as transaction:
        assert [one.id for one in transaction.due_journeys(NOON, 9)] == [2]


def test_live_flows_are_those_that_are_published_and_not_stopped(store: AnyStore) -> None:
    states = (FlowState.LIVE, FlowState.PAUSED, FlowState.CLOSED, FlowState.STOPPED)
    flows = [publish(store, state.value) for state in states]
    for flow, state in zip(flows, states, strict=True):
        set_state(store, flow, state)
    with store.transaction() as transaction:
        live = transaction.live_flows()
        assert [(one.name, one.state) for one in live] == [(s.value, s) for s in states[:3]]
        assert all(one.published_at == NOON for one in live)
        assert transaction.version(flows[0].version_id).document == '{"nodes":[]}'
        with pytest.raises(KeyError):
            transaction.version(99)


def test_a_move_needs_the_step_it_was_decided_on(store: AnyStore) -> None:
    flow = publish(store)
    first, second = a_journey(flow, 1, 1), a_journey(flow, 2, 2)
    write(store, started=[first, second])
    moved = replace(first, node="letter", step=2, state=JourneyState.WAITING, due_at=later(days=1))
    stale = replace(second, node="letter", step=2)
    lost = write(
        store,
        moved=[(moved, 1), (stale, 7)],
        queued=[a_message(moved, 10), a_message(stale, 20)],
        journal=[JournalLine(2, 2, flow.id, 2, NOON, "letter", "arrived")],
    )
    assert lost == [2]
    with store.transaction() as transaction:
        assert transaction.journeys([1, 2]) == {1: moved, 2: second}
        assert list(transaction.messages_of([1, 2])) == [1], "nothing of the lost move was written"


def test_several_moves_of_one_journey_in_one_transaction_are_its_last(store: AnyStore) -> None:
    flow = publish(store)
    old, new = a_journey(flow, 1, 1), a_journey(flow, 2, 2)
    write(store, started=[old])
    steps = [replace(one, step=step, node=f"n{step}") for one in (old, new) for step in (2, 3)]
    assert write(store, started=[new], moved=[(one, one.step - 1) for one in steps]) == []
    with store.transaction() as transaction:
        assert transaction.journeys([1, 2]) == {1: steps[1], 2: steps[3]}


def test_there_is_one_open_journey_of_a_flow_contact_and_key(store: AnyStore) -> None:
    flow = publish(store)
    write(
        store,
        started=[a_journey(flow, 1, key="a"), a_journey(flow, 2, key="b"), a_journey(flow, 3, 2, key="a")],
    )
    with pytest.raises(NotUniqueError):
        write(store, started=[a_journey(flow, 4, key="a")])
    with store.transaction() as transaction:
        assert sorted(one.id for one in transaction.open_journeys(1)) == [1, 2]


def test_a_journey_that_ends_makes_room_for_one_that_starts_beside_it(store: AnyStore) -> None:
    flow = publish(store)
    old = a_journey(flow, 1)
    write(store, started=[old])
    ended = replace(old, state=JourneyState.DONE, step=2, due_at=None, end_reason="restarted")
    new = a_journey(flow, 2, started_at=later(hours=1))
    write(store, started=[new], moved=[(ended, 1)])
    with store.transaction() as transaction:
        assert transaction.open_journeys(1) == [new]
        assert transaction.newest_journey(flow.id, 1, "") == new
        assert transaction.newest_journey(flow.id, 1, "other") is None
        assert transaction.journeys([1]) == {1: ended}


def test_open_journeys_of_a_flow_are_counted_out_in_portions(store: AnyStore) -> None:
    flow, other = publish(store), publish(store, "Other")
    write(store, started=[a_journey(flow, id_, 10 - id_) for id_ in range(1, 6)] + [a_journey(other, 9)])
    done = a_journey(flow, 8, 8, state=JourneyState.DONE)
    write(store, started=[done])
    with store.transaction() as transaction:
        assert [one.id for one in transaction.open_journeys_of_flow(flow.id, 3)] == [5, 4, 3]
        assert len(transaction.open_journeys_of_flow(flow.id, 99)) == 5


def test_an_entry_waits_for_quiet_until_its_last_moment(store: AnyStore) -> None:
    flow = publish(store)
    first = Arming(flow.id, 1, "basket", "start", later(minutes=30), {"total": 1})
    again = replace(first, due_at=later(minutes=40), entry={"total": 2})
    other = Arming(flow.id, 2, "basket", "start", later(minutes=35))
    write(store, armed=[first, other])
    write(store, armed=[again])
    with store.transaction() as transaction:
        assert transaction.due_armings(later(minutes=34), 9) == []
        assert transaction.due_armings(later(minutes=60), 9) == [other, again]
        assert transaction.due_armings(later(minutes=60), 1) == [other]
        assert transaction.arming(flow.id, 1, "basket") == again
        assert transaction.arming(flow.id, 1, "no") is None
        assert transaction.armings_of(1) == [again]
        assert transaction.next_due() == later(minutes=35)
    write(store, disarmed=[(flow.id, 2, "basket"), (flow.id, 3, "never")])
    with store.transaction() as transaction:
        assert transaction.due_armings(later(minutes=60), 9) == [again]


def test_the_next_due_moment_is_the_earliest_of_what_can_move(store: AnyStore) -> None:
    flow, stopped = publish(store), publish(store, "Stopped")
    with store.transaction() as transaction:
        assert transaction.next_due() is None
    write(
        store,
        started=[a_journey(stopped, 1, due_at=later(minutes=1)), a_journey(flow, 2, due_at=later(hours=2))],
    )
    set_state(store, stopped, FlowState.STOPPED)
    with store.transaction() as transaction:
        assert transaction.next_due() == later(hours=2)
    popup = a_message(a_journey(flow, 2), 20, channel="popup", due_at=later(hours=-1))
    retried = a_message(a_journey(flow, 2), 21, next_try_at=later(hours=1), state=MessageState.RETRY)
    write(store, queued=[popup, retried, a_message(a_journey(stopped, 1), 10)])
    with store.transaction() as transaction:
        assert transaction.next_due() == later(hours=1)


def test_what_fails_inside_a_transaction_leaves_nothing(store: AnyStore) -> None:
    flow = publish(store)
    kept = a_journey(flow, 1, due_at=later(hours=5))
    write(store, started=[kept])
    changes = Changes(
        started=[a_journey(flow, 2, 2)],
        moved=[(replace(kept, step=2, due_at=NOON), 1)],
        armed=[Arming(flow.id, 5, "", "start", NOON)],
        queued=[a_message(kept, 11)],
        journal=[JournalLine(1, 1, flow.id, 1, NOON, "start", "started")],
    )
    changes.counts[CountKey(flow.id, 1, "start", "here", 5)] += 3
    with pytest.raises(ZeroDivisionError):
        _write_and_fail(store, changes)
    with store.transaction() as transaction:
        assert transaction.journeys([1, 2]) == {1: kept}
        assert transaction.due_journeys(NOON, 9) == []
        assert transaction.contacts([5]) == {}
        assert transaction.messages_of([1]) == {}
        assert transaction.next_due() == later(hours=5)


def _write_and_fail(store: AnyStore, changes: Changes) -> None:
    with store.transaction() as transaction:
        transaction.add_contact(5, (), NOON)
        transaction.write(changes)
        assert transaction.journeys([2]), "a transaction sees its own writes"
        raise ZeroDivisionError


def test_a_thread_cannot_open_a_second_writing_transaction_inside_its_own(store: AnyStore) -> None:
    with store.transaction(), pytest.raises(RuntimeError, match="open already"), store.transaction():
        pass
    with store.transaction() as transaction:
        assert transaction.next_due() is None


def test_the_lease_is_one_engines_until_it_lapses(store: AnyStore) -> None:
    with store.transaction() as transaction:
        assert transaction.take_lease("a", NOON, 30)
        assert transaction.take_lease("a", later(seconds=10), 30)
        assert not transaction.take_lease("b", later(seconds=39), 30)
        assert transaction.take_lease("b", later(seconds=40), 30)
        assert not transaction.take_lease("a", later(seconds=50), 30)
        transaction.drop_lease("a")
        assert not transaction.take_lease("a", later(seconds=50), 30)
        transaction.drop_lease("b")
        assert transaction.take_lease("a", later(seconds=50), 30)


def test_a_line_is_told_with_all_it_knows_though_it_is_kept_small(sql_store: SqlStore) -> None:
    flow = publish(sql_store)
    for contact_id in (1, 2):
        add_contact(sql_store, contact_id)
    about_message = JournalLine(
        5, 1, flow.id, 1, NOON, "letter", "sent", data={"message": 2**60, "channel": "email"}, version_id=3
    )
    refused = JournalLine(0, 2, flow.id, 0, NOON, "start", "refused", data={"reason": "inside"}, version_id=3)
    write(sql_store, started=[a_journey(flow, 5, 1)], journal=[about_message, refused])
    assert sql_store.people.journal(1) == [about_message]
    assert sql_store.people.journal(2) == [refused]
    with sql_store.transaction() as transaction:
        transaction.merge_contacts(1, 2, NOON)
    assert [line.contact_id for line in sql_store.people.journal(1)] == [1, 1]
    assert sql_store.people.journal(2) == []


def test_a_lease_that_stands_still_can_be_taken_as_it_was_seen(store: AnyStore) -> None:
    """R8: and only so; the fence tells who is meant."""
    with store.transaction() as transaction:
        transaction.take_lease("a", NOON, 30)
    with store.transaction() as transaction:
        seen = transaction.lease()
        assert transaction.keeps_lease("a", seen.fence)
        assert not transaction.keeps_lease("a", seen.fence + 1)
        assert not transaction.keeps_lease("b", seen.fence)
        transaction.take_lease("a", later(seconds=1), 30)
        assert not transaction.take_lease("b", NOON, 30, seen), "it has beaten since"
        assert transaction.take_lease("b", NOON, 30, transaction.lease())
        assert not transaction.keeps_lease("a", seen.fence)
        assert transaction.keeps_lease("b", seen.fence + 1)


def test_nobody_has_an_empty_lease(store: AnyStore) -> None:
    with store.transaction() as transaction:
        assert transaction.lease().is_free
        assert not transaction.keeps_lease("a", 1)
        transaction.drop_lease("a")
        transaction.take_lease("a", NOON, 30)
        assert not transaction.lease().is_free
        transaction.drop_lease("a")
        assert transaction.lease().is_free
