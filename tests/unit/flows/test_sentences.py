from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings

from app.flows.sentences import about, describe, failures
from app.flows.telling import between, left_by, length
from app.flows.words import node_name, outlet_name
from app.model.flow import Edge, Flow, Node
from app.model.ports import Counts
from tests.unit.flows.making import chain, letter, node, template
from tests.unit.flows.test_fixes import broken_flows

BASKET = template("abandoned-basket")
POPUP = template("popup-first")
GIVEN = "sent the form of Popup 1 or closed it"


def test_a_start_of_which_nothing_is_said_yet_does_not_name_itself() -> None:
    assert (
        describe(Flow("New", nodes=(Node("start", "entry.event", "Start"),)), "start")
        == "Start: people start here."
    )


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("start", "People who left a basket for 30 min start here."),
        (
            "popup",
            (
                "People who left a basket for 30 min, did not open Letter 1 within 1 day "
                "and have not completed an order get here 1 day after the start."
            ),
        ),
        (
            "letter2",
            (
                "People who left a basket for 30 min, opened Letter 1 "
                "and have not completed an order get here 1 hour to 1 day 1 hour after the start."
            ),
        ),
        (
            "sms",
            (
                "People who left a basket for 30 min, went “phone and consent” at “May we text?” "
                "and have not completed an order get here 3 days after the start."
            ),
        ),
        (
            "third_day",
            (
                "People who left a basket for 30 min and have not completed an order "
                "get here 1 hour to 3 days after the start, by one of 6 ways."
            ),
        ),
        ("done", "People who left a basket for 30 min end here 3 days after the start."),
    ],
)
def test_the_first_story_says_of_each_node_who_gets_there_and_when(name: str, told: str) -> None:
    assert about(BASKET, name) == told


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("popup1", "People who looked at a page and have not completed an order get here at once."),
        (
            "letter1",
            (
                f"People who looked at a page, {GIVEN} and have not completed an order "
                "get here 1 to 16 days after the start."
            ),
        ),
        (
            "hour2",
            (
                f"People who looked at a page, {GIVEN}, opened Letter 2 and have not completed an order "
                "get here 1 day 1 hour to 22 days 1 hour after the start."
            ),
        ),
        (
            "knows",
            (
                f"People who looked at a page, {GIVEN} and went “asked for an offer” at “Asked before?” "
                "end here 3 days 2 hours to 24 days 2 hours after the start."
            ),
        ),
    ],
)
def test_the_second_story_too(name: str, told: str) -> None:
    assert about(POPUP, name) == told


def test_numbers_of_now_stand_behind() -> None:
    counts = Counts(
        here={"popup": 12, "letter2": 1}, names={("sms", "failed:capped"): 2, ("sms", "failed:hard"): 1}
    )
    assert about(BASKET, "popup", counts).endswith("after the start. 12 are here now.")
    assert about(BASKET, "letter2", counts).endswith(" 1 is here now.")
    assert about(BASKET, "sms", counts).endswith(" 3 could not get it.")
    assert failures(counts, BASKET) == {"sms": 3}


def test_the_title_stands_in_front() -> None:
    assert describe(BASKET, "popup").startswith("Popup: people who left a basket")
    assert describe(BASKET, "gone") == ""


def test_what_nobody_comes_to_is_said() -> None:
    lost = Flow("F", (*chain(letter()).nodes, letter("lost")), chain(letter()).edges)
    assert about(lost, "lost") == "Nobody gets here: no way leads here from a start."


def test_two_starts_are_both_named_and_many_are_counted() -> None:
    nodes = [
        Node("a", "entry.event", "A", settings={"events": ["signed_up"]}),
        Node("b", "entry.manual", "B"),
    ]
    flow = Flow("F", (*nodes, letter()), (Edge("a", "entered", "letter"), Edge("b", "entered", "letter")))
    assert (
        about(flow, "letter")
        == "People who signed up or were added by hand get here at once, by one of 2 ways."
    )
    many = [Node(f"m{number}", "entry.manual") for number in range(5)]
    flow = Flow("F", (*many, letter()), tuple(Edge(one.id, "entered", "letter") for one in many))
    assert about(flow, "letter").startswith("People who came in at one of 5 starts get here")


def test_behind_a_date_of_the_person_no_last_moment_is_promised() -> None:
    flow = chain(
        node("pause", "delay", **{"for": "P2D"}), node("day", "until", property="birthday"), letter()
    )
    assert "get here 2 days after the start or later" in about(flow, "letter")


def test_a_wait_that_came_true_and_one_that_did_not_are_told_apart() -> None:
    wait = node("wait", "wait", events=["order_completed"], timeout="P3D")
    assert left_by(wait, ["happened"]) == "completed an order"
    assert left_by(wait, ["timeout"]) == "did not complete an order within 3 days"


def test_whoever_clicked_has_opened_and_need_not_be_named_twice() -> None:
    sent = letter(reactions=["opened", "clicked", "basket_added"], timeout="P1D")
    assert left_by(sent, ["opened", "clicked"]) == "opened Letter"
    assert left_by(sent, ["timeout"]) == "did not open Letter or have “basket added” after it within 1 day"
    assert left_by(sent, ["failed"]) == "could not get Letter"


def test_of_many_conditions_the_last_are_told_and_the_others_counted() -> None:
    letters = [letter(f"l{number}", reactions=["clicked"], timeout="P1D") for number in range(6)]
    told = about(chain(*letters, node("last", "sms", text="Hi")), "last")
    assert "met 3 conditions before" in told
    assert "clicked in L5" in told


@pytest.mark.parametrize(
    ("first", "last", "told"),
    [(24, 72, "1 to 3 days"), (1, 25, "1 hour to 1 day 1 hour"), (0.5, 24, "30 minutes to 1 day")],
)
def test_two_times_are_said_as_people_say_them(first: float, last: float, told: str) -> None:
    assert between(timedelta(hours=first), timedelta(hours=last)) == told


def test_a_length_has_at_most_two_units() -> None:
    assert length(timedelta(days=1, minutes=30, seconds=5)) == "1 day 30 minutes"
    assert length(timedelta(0)) == "no time"


@given(broken_flows())
@settings(max_examples=150, deadline=None)
def test_any_drawing_has_a_sentence_for_each_node_that_begins_with_its_title(flow: Flow) -> None:
    for one in flow.nodes:
        told = describe(flow, one.id, Counts(here={one.id: 3}))
        assert told.startswith(" ".join(node_name(flow.by_id[one.id]).split()) + ": ")
        assert told.endswith("3 are here now.")
        assert "{}" not in told
        assert "  " not in told


def test_more_ways_than_anybody_could_walk_are_told_of_at_once() -> None:
    nodes, edges = [Node("start", "entry.manual")], [Edge("start", "entered", "d0")]
    for number in range(800):
        nodes.append(Node(f"d{number}", "wait", settings={"events": ["x"], "timeout": "PT1H"}))
        edges += [Edge(f"d{number}", outlet, f"d{number + 1}") for outlet in ("happened", "timeout")]
    nodes.append(letter("d800"))
    flow = Flow("F", tuple(nodes), tuple(edges))
    assert (
        about(flow, "d800") == "People who were added by hand get here within 33 days 8 hours of the start."
    )


@pytest.mark.parametrize(
    ("kind", "given", "told"),
    [
        ("entry.segment", {"segment": "Regulars"}, "People who joined the segment “Regulars” start here."),
        ("entry.segment", {}, "People who joined a segment start here."),
        (
            "entry.date",
            {"property": "next_visit", "side": "before", "offset": "P3D"},
            "People who are 3 days before their “next visit” start here.",
        ),
        ("entry.date", {"property": "birthday"}, "People who have their “birthday” today start here."),
        ("entry.date", {}, "People who have a date that comes start here."),
        (
            "entry.schedule",
            {"segment": "Regulars"},
            "People who were in the segment “Regulars” at a set time start here.",
        ),
        ("entry.schedule", {"segment": 5}, "People who were there at a set time start here."),
    ],
)
def test_every_kind_of_start_says_who_comes_in(kind: str, given: dict[str, Any], told: str) -> None:
    flow = chain(Node("start", kind, "Start", settings=given), letter())
    assert about(flow, "start") == told


def test_the_ways_of_a_split_are_told_and_who_was_held_out() -> None:
    box = node("part", "split", arms=[{"name": "a_b", "weight": 1}, {"name": "c", "weight": 1}], hold_out=10)
    assert left_by(box, ["a_b"]) == "went “a b” at Part"
    assert left_by(box, ["hold-out"]) == "were held out at Part"
    assert left_by(box, ["c", "hold-out"]) == "went “c” or were held out at Part"
    assert left_by(node("ask", "check"), ["hold-out", "else"]) == "went “hold-out” or the other way at Ask"


def test_a_reach_that_nobody_answered_says_for_how_long_it_was_tried() -> None:
    rungs = [{"kind": "popup", "try_for": "P2D"}, {"kind": "sms", "try_for": "PT6H"}]
    box = node("ring", "reach", rungs=rungs, reactions=["clicked"])
    assert left_by(box, ["timeout"]) == "did not click in Ring within 2 days 6 h"
    assert outlet_name(box, "timeout") == "after 2 days 6 h"
    assert outlet_name(node("ring", "reach", rungs=[{"kind": "sms"}]), "timeout") == "after a time"


def test_whom_one_way_could_not_reach_may_have_been_reached_by_the_next() -> None:
    """Of a reach only those are counted for whom none worked."""
    flow = chain(node("ring", "reach", rungs=[{"kind": "email"}, {"kind": "sms"}]))
    names = {("ring", "failed:no-address"): 7, ("ring", "failed:no-consent"): 5, ("ring", "rung:1"): 2}
    counts = Counts(names=names, edges={("ring", "failed"): 5, ("ring", "sent"): 2})
    assert failures(counts, flow) == {"ring": 5}
    assert about(flow, "ring", counts).endswith("5 could not get it.")
