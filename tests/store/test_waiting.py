from __future__ import annotations

from app.model.segments import Dated, Member, Schedule
from tests.store.world import NOON, AnyStore, add_contact, later, write


def test_members_are_listed_by_contact_and_by_segment_in_the_order_of_their_ids(store: AnyStore) -> None:
    write(
        store,
        members=[Member(1, 30, NOON), Member(1, 10, NOON), Member(2, 10, NOON), Member(1, 20, NOON)],
    )
    write(store, members=[Member(1, 20, None), Member(1, 10, later(days=1)), Member(3, 5, None)])
    with store.transaction() as tx:
        assert tx.members(1, 0, 9) == [10, 30]
        assert tx.members(1, 10, 9) == [30]
        assert tx.members(1, 0, 1) == [10]
        assert tx.memberships([10, 20, 30]) == {10: {1, 2}, 30: {1}}
        assert tx.memberships([]) == {}


def test_the_last_word_about_a_member_in_one_transaction_counts(store: AnyStore) -> None:
    write(store, members=[Member(1, 7, NOON), Member(1, 7, None), Member(1, 8, None), Member(1, 8, NOON)])
    with store.transaction() as tx:
        assert tx.members(1, 0, 9) == [8]


def test_everybody_who_is_not_erased_is_walked_through_in_order(store: AnyStore) -> None:
    for contact_id in (3, 1, 2, 5):
        add_contact(store, contact_id)
    with store.transaction() as tx:
        tx.merge_contacts(1, 2, NOON)
    with store.transaction() as tx:
        assert tx.everybody(0, 2) == [1, 3]
        assert tx.everybody(3, 9) == [5]
        assert tx.everybody(5, 9) == []


def test_a_recheck_is_due_at_its_earliest_moment_and_forgotten_when_done(store: AnyStore) -> None:
    write(store, rechecks={1: later(hours=2), 2: later(hours=1), 3: later(days=9)})
    write(store, rechecks={1: later(hours=3), 2: later(minutes=1)})
    with store.transaction() as tx:
        assert tx.next_due() == later(minutes=1)
        assert tx.due_rechecks(NOON, 9) == []
        assert tx.due_rechecks(later(hours=2), 9) == [2, 1]
        assert tx.due_rechecks(later(hours=2), 1) == [2]
    write(store, rechecks={1: None, 2: None})
    with store.transaction() as tx:
        assert tx.due_rechecks(later(days=30), 9) == [3]


def test_date_entries_are_due_oldest_first_and_exchanged_or_taken_back(store: AnyStore) -> None:
    one, other = Dated(1, "birthday", 7, later(days=2)), Dated(1, "birthday", 8, later(days=1))
    write(store, dated=[one, other, Dated(2, "x", 7, later(days=3))])
    with store.transaction() as tx:
        assert tx.next_due() == later(days=1)
        assert tx.due_dated(later(days=2), 9) == [other, one]
        assert tx.dated_of([7]) == [one, Dated(2, "x", 7, later(days=3))]
    write(store, dated=[Dated(1, "birthday", 7, later(days=9)), Dated(1, "birthday", 8, None)])
    with store.transaction() as tx:
        assert tx.due_dated(later(days=2), 9) == []
        assert tx.dated_of([7, 8])[0].due_at == later(days=9)


def test_a_schedule_remembers_how_far_its_round_is(store: AnyStore) -> None:
    write(store, schedules=[Schedule(2, "b", NOON), Schedule(1, "a", later(hours=-1), after=500)])
    with store.transaction() as tx:
        assert tx.schedules() == [Schedule(1, "a", later(hours=-1), 500), Schedule(2, "b", NOON)]
        assert tx.next_due() == later(hours=-1)
    write(store, schedules=[Schedule(1, "a", None), Schedule(2, "b", later(days=1))])
    with store.transaction() as tx:
        assert tx.schedules() == [Schedule(2, "b", later(days=1))]
