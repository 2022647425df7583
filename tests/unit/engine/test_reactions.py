"""Rule 4: first come, first out; notes, implied reactions, machines."""

from __future__ import annotations

from typing import Any

import pytest

from app.engine import decide
from app.engine.walk import Walk
from app.model.people import Actor, Event, StoredEvent
from tests.unit.engine.build import (
    MANUAL,
    NOW,
    again,
    at_letter,
    begun,
    counted,
    due,
    event,
    hear,
    later,
    letter,
    lines,
    node,
    place,
    plan_of,
    plan_with_ends,
    react,
    reaction,
    sent,
    the_message,
)


def waiting(*ticked: str, **settings: Any) -> Walk:
    """A journey whose letter is sent and that waits for these reactions, each of which leads elsewhere."""
    return sent(at_letter(reactions=list(ticked), timeout="P1D", **settings))


def test_the_first_reaction_that_comes_is_the_way_out() -> None:
    """Rule 4."""
    walk = react(waiting("clicked", "replied"), "replied")
    assert place(walk) == "to-replied"
    assert counted(walk, "out:replied") == 1
    assert place(react(walk, "clicked")) == "to-replied"


@pytest.mark.parametrize(
    ("actor", "stands"),
    [(Actor.HUMAN, "to-opened"), (Actor.UNKNOWN, "to-opened"), (Actor.MACHINE, "letter")],
)
def test_opened_leaves_on_human_or_unknown_and_never_on_machine(actor: Actor, stands: str) -> None:
    """Rule 4."""
    assert place(react(waiting("opened"), "opened", actor)) == stands


def test_a_machine_reaction_is_counted_apart_and_stored_with_its_prefix() -> None:
    """Rule 4 and promise 9."""
    walk = react(waiting("opened"), "opened", Actor.MACHINE)
    assert the_message(walk).reactions == {"machine:opened"}
    assert counted(walk, "machine:opened") == 1
    assert counted(walk, "reaction:opened") == 0
    assert place(react(walk, "opened", Actor.HUMAN)) == "to-opened"


@pytest.mark.parametrize(("actor", "stands"), [(Actor.UNKNOWN, "letter"), (Actor.HUMAN, "to-opened")])
def test_a_node_may_ask_for_human_only(actor: Actor, stands: str) -> None:
    """Rule 4."""
    assert place(react(waiting("opened", human_only=True), "opened", actor)) == stands


@pytest.mark.parametrize("name", ["clicked", "replied"])
def test_a_click_or_reply_counts_as_a_human_open(name: str) -> None:
    """Rule 4."""
    assert place(react(waiting("opened", human_only=True), name)) == "to-opened"
    assert place(react(waiting("opened", human_only=True), name, Actor.MACHINE)) == "letter"


def test_human_only_does_not_ask_a_person_to_deliver() -> None:
    """Rule 4: no person makes ``delivered``."""
    assert place(react(waiting("delivered", human_only=True), "delivered")) == "to-delivered"


def test_opened_is_only_noted_where_a_click_leads_elsewhere() -> None:
    """Rule 4: read but did not click."""
    walk = react(waiting("opened", "clicked"), "opened")
    assert (place(walk), walk.journey.noted) == ("letter", "opened")
    assert place(react(walk, "clicked")) == "to-clicked"
    assert place(due(walk)) == "to-opened"


def test_without_a_note_the_time_out_is_taken() -> None:
    """Rule 4."""
    walk = due(waiting("opened", "clicked"))
    assert place(walk) == "to-timeout"
    assert walk.journey.arrived_at == later(days=1)


def test_the_strongest_note_wins_and_is_not_weakened() -> None:
    """Rule 4."""
    walk = waiting("delivered", "opened", "clicked")
    for name in ("delivered", "opened", "delivered"):
        walk = react(walk, name)
    assert walk.journey.noted == "opened"
    assert place(due(walk)) == "to-opened"


def test_opened_leaves_at_once_where_nothing_stronger_is_ticked() -> None:
    """Rule 4."""
    assert place(react(waiting("delivered", "opened"), "opened")) == "to-opened"


def test_opened_leaves_at_once_where_the_stronger_leads_to_the_same_place() -> None:
    """Rule 4: stronger *and leads elsewhere*."""
    nodes = [
        MANUAL,
        letter(reactions=["opened", "clicked"], timeout="P1D"),
        node("next", "delay", for_="P1D"),
    ]
    walk = sent(
        begun(plan_of(nodes, "start.entered > letter", "letter.opened > next", "letter.clicked > next"))
    )
    assert place(react(walk, "opened")) == "next"


@pytest.mark.parametrize(
    ("ticked", "heard", "way"),
    [
        (("opened",), "clicked", "to-opened"),
        (("delivered",), "opened", "to-delivered"),
        (("delivered", "opened"), "clicked", "to-opened"),
        (("clicked",), "opened", "letter"),
        (("clicked",), "replied", "letter"),
        (("bounced",), "clicked", "letter"),
    ],
)
def test_a_stronger_reaction_implies_the_weaker_ticked_one(
    ticked: tuple[str, ...], heard: str, way: str
) -> None:
    """Rule 4."""
    assert place(react(waiting(*ticked), heard)) == way


def test_a_reaction_is_counted_once_a_message_and_written_down_each_time() -> None:
    """Rule 7, R23: doubled events count once."""
    walk = react(waiting("replied"), "clicked")
    assert counted(walk, "reaction:clicked") == 1
    walk = react(walk, "clicked")
    assert counted(walk, "reaction:clicked") == 0
    assert lines(walk, "reaction")[0].data["name"] == "clicked"


def test_any_event_of_the_contact_can_be_ticked_and_counts_after_the_message_was_sent() -> None:
    """Section 5: or any event of that contact after the message was sent."""
    early = at_letter(reactions=["order_completed"], timeout="P1D")
    assert place(hear(early, event("order_completed"))) == "letter"
    walk = sent(early, later(minutes=5))
    assert place(hear(walk, event("order_completed", NOW), later(minutes=6))) == "letter"
    assert place(hear(walk, event("order_completed", later(minutes=5)))) == "to-order_completed"


def test_a_reaction_name_without_its_message_moves_nothing() -> None:
    """Rule 15: a match by sender alone is weak."""
    assert place(hear(waiting("replied"), event("replied"))) == "letter"


def test_a_reaction_to_another_journeys_message_moves_nothing() -> None:
    """Rule 7."""
    assert place(hear(waiting("clicked"), event("clicked", message_id=424242))) == "letter"


def test_an_event_nobody_waits_for_moves_nothing() -> None:
    """Rule 4."""
    assert place(hear(waiting("clicked"), event("page_view"))) == "letter"
    assert place(hear(begun(plan_with_ends(node("pause", "delay", for_="P1D"))), event("x"))) == "pause"


def test_a_reaction_never_moves_to_before_the_arrival_nor_into_the_future() -> None:
    """Rule 2: moves carry the moment their rule names, R23: the sender's clock may be wrong."""
    walk = waiting("clicked", "replied")
    assert hear(walk, reaction(walk, "clicked", later(days=-3)), NOW).journey.arrived_at == NOW
    assert hear(walk, reaction(walk, "clicked", later(days=900)), NOW).journey.arrived_at == NOW


def test_one_event_moves_a_journey_once() -> None:
    """Rule 4: the click that leads to a wait for a click is not that click."""
    nodes = [
        MANUAL,
        letter(reactions=["clicked"], timeout="P1D"),
        node("again", "wait", events=["clicked"], since="arrival", timeout="P1D"),
    ]
    plan = plan_of(nodes, "start.entered > letter", "letter.clicked > again", "again.happened > letter2")
    walk = sent(begun(plan))
    click = reaction(walk, "clicked", later(minutes=1))
    walk = react_stored(walk, click)
    assert place(walk) == "again"
    assert walk.journey.due_at == later(days=1, minutes=1)


def react_stored(walk: Walk, click: Event) -> Walk:
    """As ingest does it: the event stands among the stored ones already."""
    one = StoredEvent(9, click.name, click.at, click.properties, click.message_id, click.actor)
    walk = again(walk, click.at, one)
    decide.hear(walk, click)
    return walk


def test_a_task_is_answered_by_its_message() -> None:
    """Section 5: done and not-reached."""
    plan = plan_with_ends(node("call", "task", text="Say hello", timeout="P1D"))
    assert place(react(begun(plan), "done", Actor.HUMAN)) == "to-done"
    assert place(react(begun(plan), "not-reached", Actor.HUMAN)) == "to-not-reached"
    assert place(due(begun(plan))) == "to-timeout"
