from __future__ import annotations

import pytest

from app.model.segments import Dated, Member, Schedule, Segment
from app.store.errors import NotUniqueError
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
        assert tx.members(1, 0, 9, until=NOON) == [10, 30]
        assert tx.members(1, 0, 9, until=later(microseconds=-1)) == []
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
        assert tx.due_rechecks(NOON, 9) == {}
        assert list(tx.due_rechecks(later(hours=2), 9).items()) == [
            (2, later(minutes=1)),
            (1, later(hours=2)),
        ]
        assert list(tx.due_rechecks(later(hours=2), 1)) == [2]
        assert tx.rechecks_of([1, 3, 4]) == {1: later(hours=2), 3: later(days=9)}
        assert tx.rechecks_of([]) == {}
    write(store, rechecks={1: None, 2: None})
    with store.transaction() as tx:
        assert list(tx.due_rechecks(later(days=30), 9)) == [3]


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


def test_segments_are_listed_by_name_exchanged_and_taken_away(store: AnyStore) -> None:
    rule = {"all": [{"tag": "vip"}, {"event": "bought", "since": "P30D", "times": 2}]}
    write(store, segments={2: Segment(2, "B", rule), 1: Segment(1, "C", {"tag": "new"})})
    with store.transaction() as tx:
        assert tx.segments() == [Segment(2, "B", rule), Segment(1, "C", {"tag": "new"})]
    write(store, segments={1: Segment(1, "A", {"tag": "old"})})
    with store.transaction() as tx:
        assert tx.segments() == [Segment(1, "A", {"tag": "old"}), Segment(2, "B", rule)]
    write(store, segments={1: None, 3: Segment(3, "A", {"tag": "newest"})})
    with store.transaction() as tx:
        assert [one.id for one in tx.segments()] == [3, 2]


def test_two_segments_never_have_one_name(store: AnyStore) -> None:
    write(store, segments={1: Segment(1, "A", {"tag": "x"})})
    with pytest.raises(NotUniqueError):
        write(store, segments={2: Segment(2, "A", {"tag": "y"})})


def test_of_two_that_become_one_each_membership_and_last_word_stays_once(store: AnyStore) -> None:
    """Rule 19: who was in a segment under either name has not joined it now."""
    for contact_id in (1, 2):
        add_contact(store, contact_id)
    write(
        store,
        members=[Member(7, 1, NOON), Member(7, 2, later(hours=-1)), Member(8, 2, NOON)],
        words=[(1, "sms", NOON), (2, "sms", later(hours=1)), (2, "email", NOON)],
        rechecks={1: NOON, 2: later(hours=-2)},
        dated=[Dated(1, "d", 1, NOON), Dated(1, "d", 2, later(hours=-2))],
        seen={1: later(days=1), 2: NOON},
    )
    with store.transaction() as tx:
        tx.merge_contacts(1, 2, NOON)
    with store.transaction() as tx:
        assert tx.memberships([1, 2]) == {1: {7, 8}}
        assert tx.members(7, 0, 9, until=later(minutes=-1)) == []
        assert tx.last_words([1, 2]) == {1: {"sms": later(hours=1), "email": NOON}}
        assert tx.rechecks_of([1, 2]) == {1: NOON}
        assert tx.dated_of([1, 2]) == [Dated(1, "d", 1, NOON)]
        assert tx.quiet_anonymous(later(days=9), 9) == [1]
