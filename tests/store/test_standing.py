"""Who is behind a number, over both engines."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from app.model.journey import CountKey, JournalLine, JourneyState, MessageState
from app.model.people import Address
from app.model.standing import Period
from app.store.database import SqlStore
from app.store.standing import Counted, StandingPart
from tests.store.world import NOON, a_journey, a_message, add_contact, later, publish, write

HOUR = int(NOON.timestamp()) // 3600


def left(journey_id: int, outlet: str, at: datetime, node: str = "letter") -> JournalLine:
    return JournalLine(journey_id, journey_id, 1, 1, at, node, "left", outlet, {"reason": "capped"})


def test_numbers_of_a_period_leave_out_what_was_before_and_keep_who_is_here(sql_store: SqlStore) -> None:
    flow = publish(sql_store)
    counts = {
        CountKey(flow.id, 1, "letter", name, HOUR - 24 * days): by
        for days, name, by in (
            (0, "out:opened", 1),
            (3, "out:opened", 10),
            (20, "out:opened", 100),
            (90, "out:opened", 1000),
            (90, "here", 7),
            (3, "entry", 2),
            (20, "end:goal", 4),
        )
    }
    write(sql_store, counts=counts)
    now = NOON + timedelta(hours=1)
    walked = {
        period: sql_store.numbers.counts("Basket", period, now).edges.get(("letter", "opened"))
        for period in Period
    }
    # This version was published at noon: what was counted in that hour is in it.
    assert walked == {"all": 1111, "today": 1, "week": 11, "month": 111, "version": 1}
    week = sql_store.numbers.counts("Basket", Period.WEEK, now)
    assert (week.here, week.inside, week.entered, week.goals) == ({"letter": 7}, 7, 2, 0)


def test_who_is_here_is_listed_with_the_message_of_the_step_the_longest_waiting_first(
    sql_store: SqlStore,
) -> None:
    flow, other = publish(sql_store), publish(sql_store, "Other")
    journeys = [
        a_journey(
            flow, 1, 1, node="letter", state=JourneyState.HELD, arrived_at=later(hours=2), message_id=9
        ),
        a_journey(flow, 2, 2, node="letter", state=JourneyState.WAITING, arrived_at=later(hours=1)),
        a_journey(flow, 3, 3, node="letter", state=JourneyState.DONE),
        a_journey(flow, 4, 4, node="popup"),
        a_journey(other, 5, 5, node="letter"),
    ]
    held = a_message(journeys[0], 9, state=MessageState.HELD, reason="capped")
    write(sql_store, started=journeys, queued=[held])
    part = StandingPart(sql_store)
    assert [(one.id, sent) for one, sent in part.here(flow.id, "letter", 10)] == [(2, None), (1, held)]
    assert [one.id for one, _ in part.here(flow.id, "", 10)] == [4, 2, 1]
    assert [one.id for one, _ in part.here(flow.id, "letter", 1)] == [2]


def test_messages_that_failed_are_listed_with_their_reason_the_newest_first(sql_store: SqlStore) -> None:
    flow = publish(sql_store)
    journey = a_journey(flow, 1, node="letter")
    messages = [
        a_message(journey, 1, state=MessageState.FAILED, reason="capped", created_at=later(days=-9)),
        a_message(journey, 2, state=MessageState.FAILED, reason="no-consent"),
        a_message(journey, 3, state=MessageState.SENT, sent_at=later(hours=1)),
        a_message(journey, 4, state=MessageState.FAILED, reason="hard", node="other"),
    ]
    write(sql_store, started=[journey], queued=messages)
    part = StandingPart(sql_store)
    assert [one.reason for one in part.counted(flow.id, "letter", "failed", None, 10)] == [
        "no-consent",
        "capped",
    ]
    assert [one.reason for one in part.counted(flow.id, "letter", "failed:capped", None, 10)] == ["capped"]
    since = later(days=-1)
    assert part.counted(flow.id, "letter", "failed", since, 10) == [Counted(1, 1, NOON, "no-consent")]
    assert part.counted(flow.id, "letter", "message:sent", None, 10) == [Counted(1, 1, later(hours=1))]
    assert len(part.counted(flow.id, "", "failed", None, 10)) == 3


def test_walks_ends_and_starts_are_listed_from_the_journal(sql_store: SqlStore) -> None:
    flow = publish(sql_store)
    write(
        sql_store,
        started=[a_journey(flow, id_, id_) for id_ in (1, 2, 3)],
        journal=[
            JournalLine(1, 1, flow.id, 1, NOON, "start", "started"),
            left(1, "opened", NOON),
            left(2, "timeout", later(hours=1)),
            left(3, "opened", later(hours=2)),
            JournalLine(3, 3, flow.id, 2, later(hours=3), "letter", "ended", "goal"),
        ],
    )
    part = StandingPart(sql_store)
    opened = part.counted(flow.id, "letter", "out:opened", None, 10)
    assert opened == [Counted(3, 3, later(hours=2)), Counted(1, 1, NOON)]
    assert part.counted(flow.id, "letter", "out:opened", later(minutes=1), 10) == opened[:1]
    assert part.counted(flow.id, "letter", "out:opened", None, 1) == opened[:1]
    assert [one.contact_id for one in part.counted(flow.id, "", "end:goal", None, 10)] == [3]
    assert [one.contact_id for one in part.counted(flow.id, "start", "entry", None, 10)] == [1]
    assert part.counted(flow.id, "letter", "nonsense", None, 10) == ()


@pytest.mark.parametrize("name", ["clicked", "machine:opened"])
def test_reactions_are_listed_by_their_name(sql_store: SqlStore, name: str) -> None:
    flow = publish(sql_store)
    journey = a_journey(flow, 1, node="letter")
    sent = a_message(journey, 1, state=MessageState.SENT, sent_at=NOON)
    write(sql_store, started=[journey], queued=[sent])
    with sql_store.transaction() as transaction:
        (row,) = [transaction.message(1)]
        assert row is not None
    write(
        sql_store,
        messages=[a_message(journey, 1, state=MessageState.SENT, sent_at=NOON, reactions=frozenset({name}))],
    )
    part = StandingPart(sql_store)
    assert part.counted(flow.id, "letter", f"reaction:{name}", None, 10) == [Counted(1, 1, NOON)]
    assert part.counted(flow.id, "letter", "reaction:replied", None, 10) == []


def test_a_journey_comes_with_its_journal_and_the_message_of_its_step(sql_store: SqlStore) -> None:
    flow = publish(sql_store)
    add_contact(sql_store, 1, Address("email", "anna@example.com"))
    old = a_journey(flow, 1, 1, key="a", state=JourneyState.DONE)
    new = a_journey(flow, 2, 1, key="b", node="letter", message_id=7, started_at=later(hours=1))
    own = a_message(new, 7)
    lines = [left(2, "entered", NOON, "start"), left(1, "entered", NOON, "start")]
    write(sql_store, started=[old, new], queued=[own], journal=lines)
    part = StandingPart(sql_store)
    assert part.newest_journey(flow.id, 1) == 2
    assert part.newest_journey(flow.id, 9) is None
    journey, found, message = part.journey(2)
    assert (journey, list(found), message) == (new, [lines[0]._replace(contact_id=1)], own)
    assert part.journey(99) == (None, [], None)
    assert part.flow_id("Nothing") is None
    assert part.begin(flow.id, Period.VERSION, datetime(2026, 12, 1, tzinfo=UTC)) == NOON
