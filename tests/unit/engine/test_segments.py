"""Segments: what their rules may ask, and when time alone changes the answer."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.engine.segments import events_in, facts_of, next_change
from app.engine.watched import Kept, Watched
from app.model.conditions import holds
from app.model.people import Actor, StoredEvent
from app.model.segments import name_fault, rule_faults, settled
from tests.unit.engine.build import NOW, later, person, stored

Rule = Mapping[str, Any]
BOUGHT = {"event": "bought", "since": "P30D"}


def changes(rule: Rule, *events: StoredEvent, now: datetime = NOW) -> datetime | None:
    return next_change(rule, facts_of(person(), events, now), now)


def bought(**ago: float) -> StoredEvent:
    return stored("bought", NOW - timedelta(**ago))


def test_an_event_leaves_when_it_is_too_long_ago() -> None:
    assert changes(BOUGHT, bought(days=10)) == later(days=20)
    assert changes({"not": BOUGHT}, bought(days=10)) == later(days=20)
    assert changes({"any": [BOUGHT, {"tag": "vip"}]}, bought(days=10)) == later(days=20)


def test_at_that_moment_it_counts_no_more() -> None:
    facts = facts_of(person(), [bought(days=30)], NOW)
    assert not holds(BOUGHT, facts)
    assert holds(BOUGHT, facts_of(person(), [bought(days=30, microseconds=-1)], NOW))


def test_the_newest_one_that_is_still_enough_says_when() -> None:
    twice = {**BOUGHT, "times": 2}
    assert changes(twice, bought(days=10), bought(days=5), bought(days=3)) == later(days=25)
    assert changes(twice, bought(days=10)) is None


def test_what_is_gone_already_or_for_ever_changes_nothing() -> None:
    assert changes(BOUGHT, bought(days=31)) is None
    assert changes({"event": "bought", "since": "ever"}, bought(days=10)) is None
    assert changes({"event": "bought"}, bought(days=10)) is None
    assert changes({"tag": "vip"}, bought(days=10)) is None
    assert changes(BOUGHT) is None


def test_only_events_that_fit_are_waited_for() -> None:
    rich = {**BOUGHT, "where": {"field": "total", "more_than": 50}}
    events = [
        stored("bought", later(days=-9), {"total": 80}),
        stored("bought", later(days=-2), {"total": 20}),
        stored("seen", later(days=-1), {"total": 90}),
        stored("bought", later(days=-1), {"total": 90}, actor=Actor.MACHINE),
    ]
    assert changes(rich, *events) == later(days=21)


def test_the_first_of_several_ranges_counts() -> None:
    both = {"all": [BOUGHT, {"event": "seen", "since": "P7D"}]}
    assert changes(both, bought(days=10), stored("seen", later(days=-1))) == later(days=6)


def test_months_are_counted_from_the_event_so_that_it_leaves_once() -> None:
    """The 28th of February is a month before the 28th, and not before the 29th, 30th and 31st as well."""
    event = StoredEvent(1, "bought", datetime.fromisoformat("2026-02-28T12:00:00+00:00"))
    rule = {"event": "bought", "since": "P1M"}
    leaves = datetime.fromisoformat("2026-03-28T12:00:00+00:00")
    assert changes(rule, event) == leaves
    for hours in (0, 13, 40, 80):
        assert not holds(rule, facts_of(person(), [event], leaves + timedelta(hours=hours)))


@given(
    days=st.lists(st.integers(-40, 400).map(lambda hours: hours / 10), max_size=5),
    times=st.integers(1, 3),
    since=st.sampled_from(["P30D", "P1M", "PT5H", "ever"]),
    negated=st.booleans(),
)
def test_between_now_and_the_next_change_the_answer_stays(
    days: list[float], times: int, since: str, *, negated: bool
) -> None:
    leaf: Rule = {"event": "bought", "since": since, "times": times}
    rule = {"not": leaf} if negated else leaf
    events = [bought(days=one) for one in days]
    moment = changes(rule, *events)
    now_in = holds(rule, facts_of(person(), events, NOW))
    last = moment - timedelta(microseconds=1) if moment else later(days=999)
    for at in (last, NOW + (last - NOW) / 2):
        assert holds(rule, facts_of(person(), events, at)) is now_in
    if moment:
        assert holds(rule, facts_of(person(), events, moment)) is not now_in


def test_the_events_of_rules_are_found_wherever_they_stand() -> None:
    rules = [{"all": [{"not": {"event": "a"}}, {"any": [{"event": "b", "where": {"field": "x", "is": 1}}]}]}]
    assert events_in([*rules, {"tag": "x"}]) == {"a", "b"}


# --- what may be asked -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "rule",
    [
        {"tag": "vip"},
        {"consent": "email", "topic": "news"},
        {"property": "city", "is": "Bonn"},
        {"event": "bought", "since": "P30D", "times": 3, "where": {"field": "total", "more_than": 5}},
        {"all": [{"not": {"event": "bought", "since": "ever"}}, {"any": [{"tag": "a"}, {"tag": "b"}]}]},
        {"event": "bought", "where": {"not": {"all": [{"field": "a", "known": True}, {"tag": "vip"}]}}},
    ],
)
def test_rules_about_people_are_sound(rule: Rule) -> None:
    assert rule_faults(rule) == []


@pytest.mark.parametrize(
    ("rule", "fault"),
    [
        ({"segment": "A"}, "cannot ask about another segment"),
        ({"not": {"segment": "A"}}, "cannot ask about another segment"),
        ({"message": "letter", "reaction": "opened"}, "knows nothing of a journey"),
        ({"entry": "total", "more_than": 3}, "knows nothing of a journey"),
        ({"all": [{"field": "total", "more_than": 3}]}, "only an event has fields"),
        ({"event": "bought", "since": "entry"}, "no entry to count from"),
        ({"event": "bought", "where": {"event": "seen", "since": "P1D"}}, "cannot ask for another"),
        ({"event": "bought", "where": {"entry": "total", "is": 3}}, "knows nothing of a journey"),
        ({"event": "bought", "since": "yesterday"}, "since"),
        ({}, "does not say what it asks about"),
        ("vip", "a condition is missing"),
    ],
)
def test_what_cannot_be_asked_of_people_is_said(rule: object, fault: str) -> None:
    (found,) = rule_faults(rule)
    assert fault in found


def test_a_fault_is_said_once() -> None:
    assert len(rule_faults({"any": [{"segment": "A"}, {"segment": "B"}, {"entry": "a", "is": 1}]})) == 2


def test_since_is_written_out() -> None:
    rule = {"all": [{"event": "a"}, {"not": {"event": "b", "since": "P1D"}}, {"any": [{"tag": "x"}]}]}
    assert settled(rule) == {
        "all": [
            {"event": "a", "since": "ever"},
            {"not": {"event": "b", "since": "P1D"}},
            {"any": [{"tag": "x"}]},
        ]
    }


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("VIP customers", ""),
        ("", "empty"),
        ("  ", "empty"),
        (" VIP", "one line"),
        ("a\nb", "one line"),
        ("x" * 101, "longer"),
    ],
)
def test_names_are_short_lines(name: str, fault: str) -> None:
    assert (fault in name_fault(name)) if fault else name_fault(name) == ""


# --- what is remembered ------------------------------------------------------------------------------------


def test_what_is_watched_is_read_as_it_was_written() -> None:
    watched = Watched(
        {1: Kept(), 2: Kept(after=0, rule={"tag": "x"}), 3: Kept(going=True), 4: Kept(after=77)}, dates=True
    )
    assert Watched.read(watched.written()) == watched
    assert Watched.read(None) == Watched()
    assert Watched().written() is None
    assert [kept.is_ready for kept in watched.segments.values()] == [True, False, False, False]


def test_nothing_is_watched_where_all_is_going() -> None:
    assert not Watched({1: Kept(going=True)})
    assert Watched({1: Kept(going=True)}).written() is not None
    assert Watched({1: Kept(after=0)})
    assert Watched(dates=True)
    assert Watched({1: Kept()}).with_segment(1, None) == Watched()
