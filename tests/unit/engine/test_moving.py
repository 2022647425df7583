"""What becomes of one journey that is moved to another version or taken back (rule 14)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from app.engine import moving
from app.engine.facts import Facts
from app.engine.plan import Plan, make_plan
from app.engine.walk import Walk
from app.model.flow import Node
from app.model.journey import Changes, FlowState, JourneyState, Message, MessageState
from app.model.people import Actor
from app.model.shifts import LEFT, Choice, Group, Phase, Shift, Shifted
from tests.unit.engine.build import (
    MANUAL,
    NOW,
    again,
    begun,
    flow_of,
    later,
    letter,
    lines,
    node,
    place,
    plan_with_ends,
    react,
    sent,
    the_message,
    version_of,
)

MADE = Shift(4, 3, NOW, "Ada", 7, 8, 1, 2, FlowState.LIVE, (), Phase.MOVING)


def newer(middle: Node, version_id: int = 8) -> Plan:
    """The same flow with another node in its middle, as version 8."""
    return make_plan(replace(version_of(plan_with_ends(middle).flow), id=version_id))


def shifted(walk: Walk, plan: Plan, choice: Choice = Choice.MOVE, to: str = "") -> Shifted:
    row = moving.shift(walk, MADE, Group(7, walk.journey.node, choice, to), plan)
    assert row is not None
    return row


def with_plans(walk: Walk, *plans: Plan) -> Walk:
    """Knows other versions, as the session does."""
    by_id = {plan.version_id: plan for plan in plans}
    facts: Facts = replace(walk.facts, messages=dict(walk.facts.messages))
    return Walk(
        by_id[walk.journey.version_id],
        walk.journey,
        facts,
        walk.now,
        walk.zone,
        walk.ids,
        Changes(),
        plans=by_id.__getitem__,
    )


def waiting(**settings: Any) -> Walk:
    return begun(plan_with_ends(node("wait", "delay", **(settings or {"for_": "P3D"}))))


def test_what_comes_to_a_node_that_holds_nobody_walks_on() -> None:
    walk = again(waiting(), later(days=1))
    nodes = [MANUAL, node("passed", "until", since_entry="PT1H"), node("rest", "delay", for_="P2D")]
    new = make_plan(replace(version_of(flow_of(nodes, "start.entered > passed", "passed.next > rest")), id=8))
    row = shifted(walk, new, to="passed")
    assert place(walk) == "rest"
    assert (row.step, row.after, row.at_once) == (1, 3, True)
    assert moving.stays(again(walk, walk.now), row, 8), "it has walked through a node that it had not before"


def test_one_that_waits_for_nothing_it_could_be_timed_by_stays_as_it_is() -> None:
    walk = sent(begun(plan_with_ends(letter(reactions=["opened"], timeout="P1D"))))
    walk = again(walk, walk.now)
    walk.journey = replace(walk.journey, message_id=None)
    due_at = walk.journey.due_at
    row = shifted(walk, newer(letter(reactions=["opened"], timeout="P9D")))
    assert (walk.journey.due_at, row.before.get("message")) == (due_at, None)


def test_of_two_reactions_that_wait_for_a_stronger_one_the_stronger_is_noted() -> None:
    walk = sent(begun(plan_with_ends(letter(reactions=["replied"], timeout="P1D"))))
    for name in ("opened", "delivered", "bounced"):
        walk = react(walk, name)
    walk = again(walk, walk.now)
    shifted(walk, newer(letter(reactions=["delivered", "opened", "clicked"], timeout="P1D")))
    assert (place(walk), walk.journey.noted) == ("letter", "opened")


def test_a_node_that_asks_for_a_person_takes_no_opening_that_may_be_a_machines() -> None:
    walk = sent(begun(plan_with_ends(letter(reactions=["clicked"], timeout="P1D"))))
    walk = again(react(walk, "opened"), walk.now)
    shifted(walk, newer(letter(reactions=["opened"], timeout="P1D", human_only=True)))
    assert place(walk) == "letter"


def test_whoever_is_led_out_parked_comes_back_parked() -> None:
    walk = waiting()
    walk.park("broken")
    new = newer(node("wait", "delay", for_="P5D"))
    walk = again(walk, NOW)
    row = shifted(walk, new, Choice.LEAVE)
    assert place(walk) == f"{LEFT}!"
    walk = again(walk, later(minutes=5))
    moving.take_back(walk, row, walk.plan)
    assert (walk.journey.state, walk.journey.step, walk.journey.ended_at) == (JourneyState.PARKED, 1, None)
    assert [(line.outlet, line.data) for line in lines(walk, "returned")] == [(LEFT, {"shift": 4})]


def test_a_reaction_that_came_meanwhile_counts_when_it_is_taken_back() -> None:
    old = plan_with_ends(letter(reactions=["opened"], timeout="P1D"))
    new = newer(letter(reactions=["clicked"], timeout="P1D"))
    walk = again(sent(begun(old)), NOW)
    row = shifted(walk, new)
    walk = with_plans(react(with_plans(walk, old, new), "opened", Actor.HUMAN), old, new)
    assert place(walk) == "letter"
    assert not moving.stays(walk, row, 8)
    moving.take_back(walk, row, old)
    assert place(walk) == "to-opened"
    assert walk.journey.version_id == 7


def test_one_that_has_ended_or_was_moved_again_is_not_taken_back() -> None:
    walk = waiting()
    row = shifted(walk, newer(node("wait", "delay", for_="P5D")))
    assert not moving.stays(walk, row, 8)
    assert moving.stays(walk, row, 9)
    walk.facts.contact = replace(walk.facts.contact, erased=True)
    assert moving.stays(walk, row, 8)
    walk.facts.contact = replace(walk.facts.contact, erased=False)
    walk.end("goal")
    assert moving.stays(walk, replace(row, after=walk.journey.step), 8)
    led_out = replace(row, choice=Choice.LEAVE, after=walk.journey.step)
    assert moving.stays(walk, led_out, 8), "it has ended for another reason"


def test_one_whose_message_was_refused_meanwhile_is_not_taken_back() -> None:
    walk = begun(plan_with_ends(letter(reactions=["opened"], timeout="P1D")))
    row = shifted(walk, newer(letter()), Choice.LEAVE)
    message = replace(the_message(walk), state=MessageState.FAILED)
    walk.facts.messages[message.id] = message
    assert moving.stays(walk, row, 8)


def test_what_was_put_off_again_meanwhile_stays_put_off() -> None:
    old = plan_with_ends(letter(reactions=["opened"], timeout="P1D"))
    new = newer(letter(reactions=["opened"], timeout="P1D", late_after="PT2H", priority="low"))
    walk = begun(old)
    first = the_message(walk)
    row = shifted(walk, new)
    walk = with_plans(walk, old, new)
    later_on = replace(the_message(walk), next_try_at=later(hours=8), late_at=later(hours=10))
    walk.facts.messages[first.id] = later_on
    moving.take_back(walk, row, old)
    back: Message = the_message(walk)
    assert (back.priority, back.version_id) == (first.priority, 7)
    assert (back.next_try_at, back.late_at) == (later(hours=8), later(hours=32)), "24 and the 8 of the night"
