"""Rules 6 and 13: waits for events, for a time and until a time."""

from __future__ import annotations

from typing import Any

import pytest

from app.engine import decide
from app.engine.walk import Walk
from app.model.people import Actor
from tests.unit.engine.build import (
    BERLIN,
    MANUAL,
    NOW,
    again,
    begun,
    due,
    event,
    hear,
    later,
    letter,
    node,
    person,
    place,
    plan_of,
    plan_with_ends,
    sent,
    stored,
)


def wait_for(*events: str, **settings: Any) -> Any:
    return node("wait", "wait", events=list(events), **{"timeout": "P2D", **settings})


def waiting(**settings: Any) -> Walk:
    return begun(plan_with_ends(wait_for("order_completed", **settings)))


def test_a_wait_goes_on_when_its_event_happens() -> None:
    """Rule 6."""
    assert place(hear(waiting(), event("order_completed", later(hours=1)))) == "to-happened"
    assert place(hear(waiting(), event("page_view", later(hours=1)))) == "wait"


def test_a_wait_gives_up_after_its_time_counted_from_arrival() -> None:
    """Rule 6."""
    walk = waiting()
    assert walk.journey.due_at == later(days=2)
    assert place(due(walk)) == "to-timeout"


def test_on_arrival_a_wait_first_asks_the_stored_events() -> None:
    """Rule 6."""
    plan = plan_with_ends(wait_for("order_completed"))
    assert place(begun(plan, happened=[stored("order_completed", NOW)])) == "to-happened"
    assert place(begun(plan, happened=[stored("order_completed", later(minutes=-1))])) == "wait"
    assert place(begun(plan, happened=[stored("other", NOW)])) == "wait"


def after_letter(since: str) -> Walk:
    """entry, ten minutes later a letter, an hour after that a wait."""
    nodes = [
        MANUAL,
        node("d", "delay", for_="PT10M"),
        letter(),
        node("e", "delay", for_="PT1H"),
        wait_for("x", since=since),
    ]
    plan = plan_of(nodes, "start.entered > d", "d.next > letter", "letter.sent > e", "e.next > wait")
    return sent(due(begun(plan)))


@pytest.mark.parametrize(
    ("since", "minutes", "stands"),
    [
        ("last-message", 9, "wait"),
        ("last-message", 10, "happened!"),
        ("entry", -1, "wait"),
        ("entry", 0, "happened!"),
        ("arrival", 70, "wait"),
        ("arrival", 71, "happened!"),
    ],
)
def test_a_wait_counts_events_since_the_last_message_the_entry_or_its_arrival(
    since: str, minutes: int, stands: str
) -> None:
    """Rule 6, also when the machine wakes late: what happened meanwhile is stored."""
    walk = again(after_letter(since), later(hours=9), stored("x", later(minutes=minutes)))
    decide.come_due(walk)
    assert place(walk) == stands


@pytest.mark.parametrize(
    ("since", "minutes", "stands"),
    [
        ("last-message", 9, "wait"),
        ("last-message", 10, "happened!"),
        ("arrival", 69, "wait"),
        ("arrival", 70, "happened!"),
        ("entry", -1, "wait"),
    ],
)
def test_a_late_event_counts_only_when_it_happened_in_time(since: str, minutes: int, stands: str) -> None:
    """Rule 6, R23: events come late."""
    walk = due(after_letter(since))
    assert place(walk) == "wait"
    assert place(hear(walk, event("x", later(minutes=minutes)), later(hours=30))) == stands


def test_without_a_message_since_the_last_message_means_since_the_entry() -> None:
    """Rule 6."""
    assert place(hear(waiting(since="last-message"), event("order_completed", NOW))) == "to-happened"


def test_a_wait_after_a_popup_counts_from_its_queueing_until_it_was_shown() -> None:
    """Rules 5 and 6."""
    nodes = [MANUAL, node("popup", "popup", headline="Hi", timeout="P1D"), wait_for("x")]
    plan = plan_of(nodes, "start.entered > popup", "popup.timeout > wait")
    walk = again(begun(plan), later(days=1), stored("x", later(hours=1)))
    decide.come_due(walk)
    assert place(walk) == "happened!"


def test_the_event_that_started_the_journey_is_not_waited_for() -> None:
    """Rule 6: “since the start” means after it."""
    nodes = [node("start", "entry.event", events=["basket"]), wait_for("basket", since="entry")]
    plan = plan_of(nodes, "start.entered > wait")
    fields = {"n": 1}
    assert place(begun(plan, entry=fields, happened=[stored("basket", NOW, fields)])) == "wait"
    assert place(begun(plan, entry=fields, happened=[stored("basket", NOW, {"n": 2})])) == "happened!"


def test_a_machine_is_not_waited_for() -> None:
    """Promise 9."""
    plan = plan_with_ends(wait_for("opened"))
    assert place(begun(plan, happened=[stored("opened", NOW, actor=Actor.MACHINE)])) == "wait"
    assert place(hear(begun(plan), event("opened", actor=Actor.MACHINE))) == "wait"
    assert place(hear(begun(plan), event("opened"))) == "to-happened"


def test_a_wait_asks_the_fields_and_the_key_of_the_event() -> None:
    """Rules 3 and 6."""
    where = {"field": "total", "more_than": 50}
    plan = plan_with_ends(wait_for("order", where=where), key="basket_id")
    walk = begun(plan, key="b1")
    assert place(hear(walk, event("order", NOW, {"basket_id": "b1", "total": 10}))) == "wait"
    assert place(hear(walk, event("order", NOW, {"basket_id": "b2", "total": 90}))) == "wait"
    assert place(hear(walk, event("order", NOW, {"basket_id": "b1", "total": 90}))) == "to-happened"
    assert place(hear(walk, event("order", NOW, {"total": 90}))) == "to-happened"


@pytest.mark.parametrize(
    ("length", "hours"), [("PT24H", 24), ("P1D", 23), ("PT0S", 0), ("P1W", 24 * 7 - 1), ("P1M", 31 * 24 - 1)]
)
def test_days_keep_the_wall_time_and_hours_are_exact(length: str, hours: int) -> None:
    """Rule 13: the night to 29 March 2026 has one hour less in Berlin."""
    at = NOW.replace(month=3, day=28, hour=12)
    walk = begun(plan_with_ends(node("pause", "delay", for_=length)), at=at)
    assert walk.journey.due_at == at + (later(hours=hours) - NOW)


def test_what_follows_a_delay_carries_the_moment_its_rule_names() -> None:
    """Rule 2: however late the machine wakes."""
    plan = plan_of(
        [MANUAL, node("d", "delay", for_="PT1H"), letter()], "start.entered > d", "d.next > letter"
    )
    walk = due(begun(plan), later(days=4))
    (message,) = walk.facts.messages.values()
    assert (message.due_at, message.created_at) == (later(hours=1), later(days=4))
    assert walk.journey.arrived_at == later(hours=1)


def test_a_delay_without_a_length_is_no_wait() -> None:
    """Such a flow cannot be published; the decider is total all the same."""
    assert begun(plan_with_ends(node("pause", "delay"))).journey.due_at == NOW


def until(contact: Any = None, **settings: Any) -> Walk:
    return begun(plan_with_ends(node("u", "until", **settings)), contact=contact)


def test_until_counts_from_the_start_of_the_journey() -> None:
    """Rule 13: three days after, whatever way was taken."""
    nodes = [MANUAL, node("d", "delay", for_="P1D"), node("u", "until", since_entry="P3D")]
    walk = due(begun(plan_of(nodes, "start.entered > d", "d.next > u")))
    assert (place(walk), walk.journey.due_at) == ("u", later(days=3))
    assert place(due(walk)) == "next!"


def test_a_moment_that_has_passed_leaves_at_once() -> None:
    """Rule 13."""
    nodes = [MANUAL, node("d", "delay", for_="P5D"), node("u", "until", since_entry="P3D")]
    walk = due(begun(plan_of(nodes, "start.entered > d", "d.next > u")))
    assert place(walk) == "next!"


def test_until_a_time_of_day_means_the_contacts() -> None:
    """Rule 13."""
    assert until(time="11:30").journey.due_at == later(minutes=30)
    assert until(time="10:30").journey.due_at == later(hours=23, minutes=30)
    assert place(until(time="11:00")) == "to-next"


def test_until_a_weekday() -> None:
    """Rule 13: NOW is a Monday, 11:00."""
    assert place(until(weekdays=["mon"])) == "to-next"
    assert until(weekdays=["wed", "sun"]).journey.due_at == NOW.replace(day=3, hour=23)
    assert until(weekdays=["mon"], time="09:00").journey.due_at == NOW.replace(day=9, hour=8)


def test_until_a_date_of_the_person() -> None:
    """Rule 13."""
    contact = person(properties={"birthday": "2026-03-05", "odd": "soon"})
    assert until(contact, property="birthday").journey.due_at == NOW.replace(day=4, hour=23)
    assert until(contact, property="birthday", time="09:00").journey.due_at == NOW.replace(day=5, hour=8)
    assert place(until(contact, property="odd")) == "to-next"
    assert place(until(contact, property="missing")) == "to-next"


def test_until_for_ever_waits_very_long_and_breaks_nothing() -> None:
    """Rule 13: 9999-12-31 is how some shops write “no end”."""
    contact = person(properties={"end": "9999-12-31T23:59:59"})
    walk = until(contact, property="end", time="09:00", weekdays=["fri"])
    assert walk.journey.due_at is not None
    assert walk.journey.due_at.year >= 9000
    assert str(walk.zone) == str(BERLIN)
