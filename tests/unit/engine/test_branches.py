"""Section 5: check, set, and what they know; rule 23: what the journal may hold."""

from __future__ import annotations

from typing import Any

import pytest

from app.engine import decide
from app.engine.facts import Facts
from app.engine.plan import make_plan
from app.engine.walk import Walk
from app.model.journey import ContactChange, MessageState, Version
from app.model.people import Actor
from tests.unit.engine.build import (
    MANUAL,
    NOW,
    again,
    begun,
    in_state,
    later,
    letter,
    lines,
    node,
    person,
    place,
    plan_of,
    plan_with_ends,
    react,
    sent,
    stored,
)


def way(name: str, when: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "when": when}


def check(*ways: dict[str, Any], **more: Any) -> Walk:
    return begun(plan_with_ends(node("c", "check", ways=list(ways))), **more)


def test_the_first_way_that_fits_is_taken() -> None:
    """Section 5: check."""
    ways = [way("gold", {"tag": "gold"}), way("known", {"property": "name", "known": True})]
    assert place(check(*ways, contact=person(tags=frozenset({"gold"})))) == "to-gold"
    assert place(check(*ways, contact=person(properties={"name": "Eva"}))) == "to-known"
    assert place(check(*ways)) == "to-else"


def test_the_values_a_branch_saw_are_written_down() -> None:
    """Rule 23: in one column."""
    ways = [
        way("a", {"all": [{"property": "city", "is": "Kyoto"}, {"entry": "total", "more_than": 5}]}),
        way("b", {"any": [{"tag": "gold"}, {"consent": "sms"}]}),
        way("c", {"event": "visit", "since": "ever"}),
        way("d", {"message": "letter", "reaction": "opened"}),
    ]
    walk = check(
        *ways,
        contact=person(properties={"city": "Bern"}, consents={}),
        entry={"total": 9},
        happened=[stored("visit", later(days=-1))] * 2,
    )
    assert lines(walk, "left")[-1].data == {
        "saw": {
            "property city": "Bern",
            "entry total": 9,
            "tag gold": False,
            "consent sms": None,
            "event visit ever": 2,
        }
    }


def test_an_address_can_be_asked_like_a_field() -> None:
    """Section 5: check on properties."""
    ways = [way("phone", {"property": "phone", "known": True})]
    assert place(check(*ways)) == "to-phone"
    assert place(check(*ways, contact=person(addresses={}))) == "to-else"


@pytest.mark.parametrize(
    ("since", "minutes", "actor", "way_out"),
    [
        ("entry", 0, Actor.UNKNOWN, "to-seen"),
        ("entry", -1, Actor.UNKNOWN, "to-else"),
        ("ever", -1, Actor.UNKNOWN, "to-seen"),
        ("ever", -1, Actor.MACHINE, "to-else"),
    ],
)
def test_check_asks_events_since_the_entry_or_ever(
    since: str, minutes: int, actor: Actor, way_out: str
) -> None:
    """Section 5 and promise 9."""
    ways = [way("seen", {"event": "visit", "since": since})]
    happened = [stored("visit", later(minutes=minutes), actor=actor)]
    assert place(check(*ways, happened=happened)) == way_out


@pytest.mark.parametrize(
    ("days", "times", "way_out"),
    [
        ([-1, -2, -29], 3, "to-seen"),
        ([-1, -2, -31], 3, "to-else"),
        ([-1, -2, -31], 2, "to-seen"),
        ([], 1, "to-else"),
    ],
)
def test_check_asks_how_often_something_was_in_so_long(days: list[int], times: int, way_out: str) -> None:
    """Section 5: events in a time range, counted back from now; what was counted is written down."""
    fits = {"field": "total", "more_than": 5}
    ways = [way("seen", {"event": "order", "since": "P30D", "times": times, "where": fits})]
    happened = [stored("order", later(days=day), {"total": 9}) for day in sorted(days)]
    walk = check(*ways, happened=[*happened, stored("order", NOW, {"total": 1})])
    assert place(walk) == way_out
    recent = sum(day > -30 for day in days)
    assert lines(walk, "left")[-1].data == {"saw": {"event order P30D": recent}}


REGULARS = {"all": [{"tag": "regular"}, {"event": "order", "since": "P1Y", "times": 2}]}


@pytest.mark.parametrize(("orders", "way_out"), [(2, "to-in"), (1, "to-else")])
def test_check_asks_whether_somebody_is_in_a_segment_now(orders: int, way_out: str) -> None:
    """Section 5: check on segments."""
    walk = check(
        way("in", {"segment": "Regulars"}),
        contact=person(tags=frozenset({"regular"})),
        happened=[stored("order", later(days=-9 - n)) for n in range(orders)],
        segments={"Regulars": REGULARS},
    )
    assert place(walk) == way_out
    assert lines(walk, "left")[-1].data == {"saw": {"segment Regulars": way_out == "to-in"}}


def test_a_segment_is_as_the_nodes_before_it_have_left_the_person() -> None:
    """Section 5: set, then check."""
    nodes = [
        MANUAL,
        node("s", "set", add_tags=["vip"]),
        node("c", "check", ways=[way("in", {"segment": "VIPs"})]),
    ]
    plan = plan_of(nodes, "start.entered > s", "s.next > c")
    assert place(begun(plan, segments={"VIPs": {"tag": "vip"}})) == "in!"


def test_a_segment_that_is_gone_parks_whoever_asks_for_it(expect_log: Any) -> None:
    """R21: it cannot be published; somebody has deleted it since."""
    expect_log("cannot go on")
    walk = check(way("in", {"segment": "Gone"}))
    assert (place(walk), walk.journey.state) == ("start", "parked")


@pytest.mark.parametrize(
    ("consents", "way_out"),
    [
        ({"email": True}, "to-offers"),
        ({"email": True, "email/offers": False}, "to-else"),
        ({"email": False, "email/offers": True}, "to-offers"),
        ({}, "to-else"),
    ],
)
def test_check_asks_for_a_consent_to_a_topic(consents: dict[str, bool], way_out: str) -> None:
    """Section 5: consent per channel and topic."""
    walk = check(way("offers", {"consent": "email", "topic": "offers"}), contact=person(consents=consents))
    assert place(walk) == way_out
    seen = consents.get("email/offers", consents.get("email"))
    assert lines(walk, "left")[-1].data == {"saw": {"consent email/offers": seen}}


def test_check_sees_imported_history() -> None:
    """Rule 2: it always counts for check."""
    ways = [way("bought", {"event": "order", "since": "ever", "where": {"field": "total", "more_than": 5}})]
    assert place(check(*ways, happened=[stored("order", later(days=-400), {"total": 9})])) == "to-bought"


def test_the_event_that_started_the_journey_did_not_happen_since() -> None:
    """Rule 6: the same meaning of “since the start” as a wait has."""
    nodes = [
        node("start", "entry.event", events=["visit"]),
        node("c", "check", ways=[way("seen", {"event": "visit"})]),
    ]
    plan = plan_of(nodes, "start.entered > c")
    assert place(begun(plan, happened=[stored("visit", NOW)])) == "else!"
    assert place(begun(plan, happened=[stored("visit", NOW), stored("visit", later(minutes=1))])) == "seen!"


def after_letter(when: dict[str, Any], *reactions: str, actor: Actor = Actor.UNKNOWN) -> str:
    """A letter, a day's pause in which these reactions come, then a check."""
    nodes = [MANUAL, letter(), node("d", "delay", for_="P1D"), node("c", "check", ways=[way("yes", when)])]
    walk = sent(begun(plan_of(nodes, "start.entered > letter", "letter.sent > d", "d.next > c")))
    for name in reactions:
        walk = react(walk, name, actor)
    walk = again(walk, later(days=1))
    decide.come_due(walk)
    return place(walk)


def test_check_sees_reactions_of_this_journeys_messages() -> None:
    """Rule 7: later it is seen by check."""
    opened = {"message": "letter", "reaction": "opened"}
    assert after_letter(opened, "opened") == "yes!"
    assert after_letter(opened) == "else!"
    assert after_letter(opened, "opened", actor=Actor.MACHINE) == "else!"
    assert (
        after_letter({"message": "letter", "reaction": "machine:opened"}, "opened", actor=Actor.MACHINE)
        == "yes!"
    )


@pytest.mark.parametrize("name", ["clicked", "replied", "submitted"])
def test_clicked_before_opened_implies_opened_and_delivered(name: str) -> None:
    """Rule 4 and R23."""
    assert after_letter({"message": "letter", "reaction": "opened"}, name) == "yes!"
    assert after_letter({"message": "letter", "reaction": "delivered"}, name) == "yes!"
    assert after_letter({"message": "letter", "reaction": "clicked"}, "opened") == "else!"


@pytest.mark.parametrize(
    ("failed", "way_out"),
    [(True, "yes!"), ("no-consent", "yes!"), (["hard", "no-consent"], "yes!"), ("late", "else!")],
)
def test_check_branches_on_why_a_message_was_not_sent(failed: object, way_out: str) -> None:
    """Section 5: failed has a stored reason."""
    nodes = [MANUAL, letter(), node("c", "check", ways=[way("yes", {"message": "letter", "failed": failed})])]
    walk = again(begun(plan_of(nodes, "start.entered > letter", "letter.failed > c")), NOW)
    decide.send_failed(walk, next(iter(walk.facts.messages.values())), "no-consent")
    assert place(walk) == way_out
    assert lines(walk, "left")[-1].data == {"saw": {"message letter": ["failed: no-consent"]}}


def test_set_writes_fields_and_tags_and_the_next_node_sees_them() -> None:
    """Section 5: set."""
    nodes = [
        MANUAL,
        node("s", "set", properties={"stage": "warm", "old": None}, add_tags=["hot"], remove_tags=["cold"]),
        node(
            "c",
            "check",
            ways=[
                way(
                    "yes",
                    {
                        "all": [
                            {"tag": "hot"},
                            {"not": {"tag": "cold"}},
                            {"property": "stage", "is": "warm"},
                            {"property": "old", "known": False},
                        ]
                    },
                )
            ],
        ),
    ]
    walk = begun(
        plan_of(nodes, "start.entered > s", "s.next > c"),
        contact=person(tags=frozenset({"cold"}), properties={"old": 1}),
    )
    assert place(walk) == "yes!"
    assert walk.changes.contacts == [
        ContactChange(
            11, {"stage": "warm", "old": None}, frozenset({"hot"}), frozenset({"cold"}), made_by=1000
        )
    ]


def test_facts_answer_what_conditions_ask() -> None:
    """app.model.conditions.Known."""
    facts = Facts(person(), {"total": 1}, NOW, looked_at={"page": "/"})
    assert (facts.entry_property("total"), facts.event_field("page")) == (1, "/")
    assert facts.has_consent("email")
    assert not facts.has_consent("rcs")
    assert facts.failure("letter") == ""
    assert facts.reactions("letter") == frozenset()


def test_the_plan_names_every_stored_event_that_may_be_asked() -> None:
    """Section 4: the facts are read for all journeys together."""
    nodes = [
        node("start", "entry.event", events=["basket"], where={"event": "in_entry"}),
        node("w", "wait", events=["in_wait"], where={"event": "in_where"}),
        node("c", "check", ways=[way("a", {"any": [{"event": "in_check"}, {"tag": "x"}]})]),
        letter(),
    ]
    goal = {"events": ["g"], "where": {"not": {"event": "in_goal"}}}
    plan = plan_of(nodes, goal=goal, exits=[{"event": "e", "where": {"event": "in_exit"}}])
    assert plan.asked_events == {"in_wait", "in_where", "in_check", "in_goal", "in_exit", "in_entry"}


def test_a_plan_is_made_of_the_stored_document_alone() -> None:
    """Rule 14: a version is frozen."""
    document = (
        '{"format": "chainwright.flow", "schema": 1, "name": "F", "settings": {"key": "k", "fresh": "P1D"},'
        ' "nodes": [{"id": "a", "kind": "future.kind"}, {"id": "b", "kind": "end"}], "edges": []}'
    )
    plan = make_plan(Version(7, 3, 1, "h", document))
    assert (plan.key, plan.fresh.days, plan.reentry, plan.reentry_after) == ("k", 1, "never", None)
    assert list(plan.nodes) == ["b"]
    assert (plan.hash, plan.flow_id, plan.version_id) == ("h", 3, 7)


def test_an_unknown_letter_is_no_failure() -> None:
    """Section 2: unknown is not failed."""
    walk = in_state(begun(plan_with_ends(letter())), MessageState.UNKNOWN)
    assert walk.facts.failure("letter") == ""
