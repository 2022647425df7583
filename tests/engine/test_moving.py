"""People are moved to another version, led out of it, or taken back (rule 14), over the twin and SQLite."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from app.engine import life, shifts
from app.model.flow import Flow
from app.model.journey import Journey, JourneyState, Message, MessageState, Result
from app.model.people import Actor
from app.model.shifts import LEFT, Choice, Phase
from tests.engine.flows import answered, basket
from tests.engine.world import NOON, World, later
from tests.unit.engine.build import MANUAL, flow_of, letter, node

FINISH, MOVE, LEAVE = Choice
MAIL = "a@example.org"


def waiting(length: str = "P3D", **settings: Any) -> Flow:
    """By hand: a wait, then a letter."""
    nodes = [MANUAL, node("wait", "delay", for_=length), letter(**settings), node("over", "end")]
    return flow_of(
        nodes, "start.entered > wait", "wait.next > letter", "letter.sent > over", "letter.failed > over"
    )


def then(middle: Any, *lines: str, **settings: Any) -> Flow:
    """By hand: this node, then a pause."""
    nodes = [MANUAL, middle, node("pause", "delay", for_="P30D")]
    return flow_of(nodes, f"start.entered > {middle.id}", *lines, **settings)


def one_inside(world: World, flow: Flow, **entry: Any) -> int:
    """Somebody who has come in just now."""
    world.publish(flow)
    contact_id = world.person(MAIL, "+4915112345678")
    assert world.enter(contact_id, **entry) == {contact_id: ""}
    world.work()
    return contact_id


def as_they_were(world: World) -> tuple[list[Journey], list[Message]]:
    return world.journeys(), world.messages()


# --- what has been waited stays waited -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("length", "due"),
    [("P5D", later(days=5)), ("P2D", later(days=2)), ("P1D", later(days=2)), ("PT1H", later(days=2))],
)
def test_a_wait_that_has_begun_goes_on_with_its_new_length(world: World, length: str, due: datetime) -> None:
    """Three days become five after two: three more. What has passed meanwhile is due now."""
    contact_id = one_inside(world, waiting("P3D"))
    world.wait(days=2)
    shift = world.change(waiting(length), ("wait", MOVE))
    world.carry_out(shift)
    moved = world.journey(contact_id)
    assert (moved.node, moved.version_id, moved.due_at) == ("wait", shift.version_id, due)
    world.work()
    world.clock.jump(due)
    world.work()
    assert world.email.nodes == ["letter"]
    sent = world.message(contact_id)
    assert sent.due_at == due, "late is not due: it is due when it was moved, not days ago"


def test_whoever_is_not_asked_about_finishes_on_the_old_version(world: World) -> None:
    first = one_inside(world, waiting("P3D"))
    shift = world.change(waiting("P5D"), ("letter", MOVE))
    second = world.person("b@example.org")
    world.enter(second)
    assert world.carry_out(shift) == {}
    assert world.journey(first).version_id == shift.before_id
    assert world.journey(second).version_id == shift.version_id
    world.wait(days=3)
    assert (world.place(first), world.place(second)) == ("end!", "wait")


def test_moments_and_awaited_events_are_counted_from_their_own_beginning(world: World) -> None:
    people = [
        one_inside(world, then(node("until", "until", since_entry="P3D"), "until.next > pause")),
    ]
    world.wait(days=1)
    changed = then(node("until", "until", since_entry="P2D"), "until.next > pause")
    world.carry_out(world.change(changed, ("until", MOVE)))
    assert world.journey(people[0]).due_at == later(days=2)
    passed = then(node("until", "until", since_entry="PT1H"), "until.next > pause")
    world.carry_out(world.change(passed, ("until", MOVE)))
    world.work()
    assert world.place(people[0]) == "pause"
    assert world.journey(people[0]).arrived_at == later(days=1)


def test_a_wait_for_an_event_asks_what_has_happened_already(world: World) -> None:
    lines = ("wait.happened > pause", "wait.timeout > pause")
    old = then(node("wait", "wait", events=["order_completed"], timeout="P2D", since="arrival"), *lines)
    contact_id = one_inside(world, old)
    world.wait(hours=5)
    world.happens("offer_requested", contact_id)
    longer = then(node("wait", "wait", events=["order_completed"], timeout="P4D", since="arrival"), *lines)
    world.carry_out(world.change(longer, ("wait", MOVE)))
    assert world.journey(contact_id).due_at == later(days=4)
    names = ["order_completed", "offer_requested"]
    more = then(node("wait", "wait", events=names, timeout="P4D", since="arrival"), *lines)
    shift = world.change(more, ("wait", MOVE))
    counts = world.carry_out(shift)
    assert counts == {(shift.before_id, "wait", MOVE, True, None): 1}
    assert world.place(contact_id) == "pause"
    left = [line for line in world.journal(contact_id) if line.what == "left"][-1]
    assert (left.outlet, left.data, left.version_id) == (
        "happened",
        {"event": "offer_requested"},
        shift.version_id,
    )


@pytest.mark.parametrize(("timeout", "due"), [("P3D", later(days=3)), ("PT6H", later(hours=12))])
def test_the_time_for_reactions_is_counted_from_the_sending(
    world: World, timeout: str, due: datetime
) -> None:
    contact_id = one_inside(world, answered("opened", "clicked"))
    world.wait(hours=12)
    shift = world.change(answered("opened", "clicked", timeout=timeout), ("letter", MOVE))
    world.carry_out(shift)
    assert world.journey(contact_id).due_at == due
    world.react(world.message(contact_id), "clicked", Actor.HUMAN)
    assert world.place(contact_id) == "to-clicked"
    assert world.count("reaction:clicked") == 1


def test_a_reaction_that_counts_now_moves_at_once(world: World) -> None:
    contact_id = one_inside(world, answered("clicked"))
    world.react(world.message(contact_id), "opened", Actor.HUMAN)
    world.react(world.message(contact_id), "opened", Actor.MACHINE)
    assert world.place(contact_id) == "letter"
    world.carry_out(world.change(answered("opened"), ("letter", MOVE)))
    assert world.place(contact_id) == "to-opened"


def test_one_that_waits_for_a_stronger_reaction_stays_noted_where_it_is_ticked_still(world: World) -> None:
    contact_id = one_inside(world, answered("opened", "clicked"))
    world.react(world.message(contact_id), "opened", Actor.HUMAN)
    assert world.journey(contact_id).noted == "opened"
    world.carry_out(world.change(answered("opened", "clicked", timeout="P2D"), ("letter", MOVE)))
    assert world.journey(contact_id).noted == "opened"
    world.carry_out(world.change(answered("replied", timeout="P2D"), ("letter", MOVE)))
    assert world.journey(contact_id).noted == ""
    human = answered("opened", "clicked", timeout="P2D", human_only=True)
    world.carry_out(world.change(human, ("letter", MOVE)))
    assert world.journey(contact_id).noted == "", "whether a person opened it is not known any more"


def test_a_letter_that_needs_no_reaction_any_more_is_left_at_once(world: World) -> None:
    contact_id = one_inside(world, answered("opened"))
    new = then(letter(), "letter.sent > pause", "letter.failed > pause")
    world.carry_out(world.change(new, ("letter", MOVE)))
    assert world.place(contact_id) == "pause"
    assert world.journey(contact_id).arrived_at == NOON


# --- messages ------------------------------------------------------------------------------------------


def queued_letter(world: World, **settings: Any) -> int:
    """Somebody whose letter could not go out yet."""
    world.publish(answered("opened", **settings))
    contact_id = world.person(MAIL)
    world.email.will(Result.RETRY, "busy")
    world.enter(contact_id)
    world.work()
    assert world.message(contact_id).state is MessageState.RETRY
    return contact_id


def test_a_message_that_has_not_gone_out_gets_the_settings_of_the_new_version(world: World) -> None:
    contact_id = queued_letter(world)
    old = world.message(contact_id)
    before = later(hours=3).isoformat()
    new = answered("opened", late_after="PT2H", before=before, priority="high")
    new = new.with_node(
        replace(new.by_id["letter"], settings={**new.by_id["letter"].settings, "subject": "Newer"})
    )
    shift = world.change(new, ("letter", MOVE))
    world.carry_out(shift)
    taken = world.message(contact_id)
    assert (taken.id, taken.version_id, taken.state) == (old.id, shift.version_id, MessageState.RETRY)
    assert (taken.late_at, taken.before_at) == (later(hours=2), later(hours=3))
    assert (taken.priority, taken.attempts, taken.next_try_at) == (1, 1, old.next_try_at)
    assert world.journey(contact_id).due_at == later(hours=3)
    world.wait(minutes=5)
    assert world.message(contact_id).content["subject"] == "Newer"
    assert world.count("message:sent") == 1


def test_a_message_that_a_person_let_go_is_not_late_by_the_new_version_either(world: World) -> None:
    contact_id = queued_letter(world)
    late = replace(world.message(contact_id), late_at=None)
    with world.context.session("enter") as session:
        session.changes.messages.append(late)
    world.carry_out(world.change(answered("opened", late_after="PT1H"), ("letter", MOVE)))
    assert world.message(contact_id).late_at is None
    transactional = answered("opened", purpose="transactional", reason="order")
    world.carry_out(world.change(transactional, ("letter", MOVE)))
    taken = world.message(contact_id)
    assert (taken.purpose, taken.priority, taken.late_at) == ("transactional", 0, None)
    world.carry_out(world.change(answered("opened", late_after="PT3H"), ("letter", MOVE)))
    assert world.message(contact_id).late_at == later(hours=3)


def test_what_was_put_off_stays_put_off_by_as_much(world: World) -> None:
    contact_id = queued_letter(world)
    row = world.message(contact_id)
    assert row.late_at == later(hours=24)
    put_off = replace(row, late_at=later(hours=30), next_try_at=later(hours=6), reason="quiet-hours")
    with world.context.session("enter") as session:
        session.changes.messages.append(put_off)
    world.carry_out(world.change(answered("opened", late_after="PT2H"), ("letter", MOVE)))
    taken = world.message(contact_id)
    assert (taken.late_at, taken.next_try_at) == (later(hours=8), later(hours=6))


@pytest.mark.parametrize("result", [Result.UNKNOWN, None])
def test_what_a_person_has_to_decide_about_stays_as_it_is(world: World, result: Result | None) -> None:
    world.publish(answered("opened", late_after="PT1H"))
    contact_id = world.person(MAIL)
    if result is not None:
        world.email.will(result, "reset")
    world.enter(contact_id)
    if result is None:
        world.sleep(hours=2)
    world.work()
    before = world.message(contact_id)
    shift = world.change(answered("opened", late_after="PT9H", priority="low"), ("letter", MOVE))
    world.carry_out(shift)
    assert world.message(contact_id) == replace(before, version_id=shift.version_id)
    assert world.journey(contact_id).state is JourneyState.HELD
    assert life.decide_held(world.context, before.id, send=True)
    world.work()
    assert world.journey(contact_id).due_at == world.now + (later(days=1) - NOON)


def test_a_message_on_the_wire_waits_for_its_receipt_by_the_new_version(world: World) -> None:
    world.publish(answered("opened"))
    contact_id = world.person(MAIL)
    world.enter(contact_id)
    moved = []

    def publish() -> None:
        moved.append(world.carry_out(world.change(answered("opened", timeout="P4D"), ("letter", MOVE))))

    world.email.during = publish
    world.work()
    assert len(moved) == 1
    assert world.journey(contact_id).due_at == later(days=4)
    assert world.message(contact_id).state is MessageState.SENT


def test_a_popup_is_taken_over_with_its_clock_since_it_was_queued(world: World) -> None:
    def popup(timeout: str) -> Flow:
        box = node("popup", "popup", headline="Hi", reactions=["clicked"], timeout=timeout)
        return then(box, "popup.clicked > pause", "popup.timeout > pause", "popup.failed > pause")

    contact_id = one_inside(world, popup("P2D"))
    world.wait(hours=20)
    world.carry_out(world.change(popup("P1D"), ("popup", MOVE)))
    assert world.journey(contact_id).due_at == later(days=1)
    assert world.show(world.message(contact_id))
    assert world.journey(contact_id).due_at == later(days=1)


# --- nodes that are gone -------------------------------------------------------------------------------


def gone_to(kind_of_new: Any) -> Flow:
    nodes = [MANUAL, kind_of_new, node("pause", "delay", for_="P30D"), letter(), node("over", "end")]
    first = kind_of_new.id
    outlets = {"delay": ["next"], "email": ["sent", "failed"]}[kind_of_new.kind]
    lines = [f"{first}.{outlet} > letter" for outlet in outlets]
    return flow_of(nodes, f"start.entered > {first}", *lines, "letter.sent > pause", "letter.failed > pause")


def test_people_of_a_node_that_is_gone_go_where_they_are_sent(world: World) -> None:
    """To a node of the same kind with the time that they have waited, to another one as of now."""
    contact_id = one_inside(world, waiting("P3D"))
    world.wait(days=1)
    shift = world.change(gone_to(node("rest", "delay", for_="P2D")), ("wait", MOVE, "rest"))
    world.carry_out(shift)
    moved = world.journey(contact_id)
    assert (moved.node, moved.step, moved.due_at) == ("rest", 1, later(days=2))
    line = world.journal(contact_id)[-1]
    assert (line.what, line.node) == ("moved", "rest")
    assert line.data == {"shift": shift.id, "from": shift.before_id, "node": "wait"}
    world.carry_out(world.change(gone_to(letter("hello")), ("rest", MOVE, "letter")))
    world.work()
    assert world.email.nodes == ["letter"]
    assert world.place(contact_id) == "pause"


def test_whoever_goes_elsewhere_gets_what_waited_there_no_more(world: World) -> None:
    contact_id = queued_letter(world)
    new = gone_to(node("rest", "delay", for_="P2D"))
    nodes = tuple(one for one in new.nodes if one.id != "letter")
    new = replace(
        new, nodes=nodes, edges=tuple(one for one in new.edges if "letter" not in (one.source, one.target))
    )
    world.carry_out(world.change(new, ("letter", MOVE, "rest")))
    assert world.message(contact_id).state is MessageState.CANCELLED
    moved = world.journey(contact_id)
    assert (moved.node, moved.due_at, moved.message_id) == ("rest", later(days=2), None)


def test_a_parked_person_stays_parked_at_the_node_and_goes_on_elsewhere(world: World) -> None:
    contact_id = one_inside(world, waiting("P3D"))
    journey = world.journey(contact_id)
    with world.context.session("enter") as session:
        walk = session.walk(journey, session.facts([journey])[journey.id])
        walk.park("broken")
        walk.finish()
    world.carry_out(world.change(waiting("P5D"), ("wait", MOVE)))
    assert world.journey(contact_id).state is JourneyState.PARKED
    world.carry_out(world.change(gone_to(letter("hello")), ("wait", MOVE, "hello")))
    world.work()
    assert world.place(contact_id) == "pause"


def test_what_cannot_be_moved_stays_where_it_is(world: World, expect_log: Any) -> None:
    contact_id = one_inside(world, waiting("P3D"))
    shift = world.change(gone_to(node("rest", "delay", for_="P2D")), ("wait", MOVE))
    expect_log("cannot go on")
    before = as_they_were(world)
    assert world.carry_out(shift) == {}
    assert as_they_were(world) == before
    assert world.place(contact_id) == "wait"


# --- leaving -------------------------------------------------------------------------------------------


def test_whoever_leaves_gets_no_more(world: World) -> None:
    """Rule 8: what is not sent yet is withdrawn."""
    contact_id = queued_letter(world)
    shift = world.change(answered("opened", timeout="P2D"), ("letter", LEAVE))
    assert world.carry_out(shift) == {(shift.before_id, "letter", LEAVE, False, None): 1}
    assert world.place(contact_id) == f"{LEFT}!"
    assert world.message(contact_id).state is MessageState.CANCELLED
    ended = world.journal(contact_id)[-1]
    assert (ended.what, ended.outlet, ended.data) == ("ended", LEFT, {"shift": shift.id})


# --- batches and crashes -------------------------------------------------------------------------------


def crowd(world: World, number: int = 7) -> list[int]:
    world.publish(waiting("P3D"))
    people = world.people_with_mail(number)
    world.enter(*people)
    return people


def test_what_is_interrupted_is_carried_on_and_nobody_is_moved_twice(world: World) -> None:
    people = crowd(world)
    world.context.batch = 2
    shift = world.change(waiting("P5D"), ("wait", MOVE))
    points: list[str] = []

    def die(name: str) -> None:
        points.append(name)
        if points.count("shift.before-commit") == 3:
            raise SystemExit

    world.context.faults.point, kept = die, world.context.faults.point  # type: ignore[method-assign]
    with pytest.raises(SystemExit):
        world.carry_out(shift)
    world.context.faults.point = kept  # type: ignore[method-assign]
    assert sum(one.version_id == shift.version_id for one in world.journeys()) == 4
    world.check()
    assert shifts.carry_on(world.context) == 1
    assert shifts.carry_on(world.context) == 0
    assert {one.version_id for one in world.journeys()} == {shift.version_id}
    for contact_id in people:
        assert [line.what for line in world.journal(contact_id)].count("moved") == 1
    counts = world.carry_out(shift)
    assert counts == {(shift.before_id, "wait", MOVE, False, None): 7}, "what is done is told again"


def test_looking_first_changes_nothing_and_says_what_will_be(world: World) -> None:
    crowd(world)
    world.wait(days=2)
    world.context.batch = 3
    shift = world.change(waiting("P1D"), ("wait", MOVE))
    before, journal = as_they_were(world), world.journal(world.people[0])
    told = world.carry_out(shift, dry=True)
    assert (as_they_were(world), world.journal(world.people[0])) == (before, journal)
    assert told == world.carry_out(shift) == {(shift.before_id, "wait", MOVE, True, None): 7}


# --- and back ------------------------------------------------------------------------------------------


def test_a_publish_that_is_taken_back_leaves_everything_as_it_was(world: World) -> None:
    contact_id = queued_letter(world)
    before = as_they_were(world)
    new = answered("opened", late_after="PT2H", priority="high", timeout="P9D", purpose="transactional")
    shift = world.change(new, ("letter", MOVE))
    world.carry_out(shift)
    assert as_they_were(world) != before
    looked = world.take_back(shift, dry=True)
    assert looked == world.take_back(shift) == {(shift.before_id, "letter", MOVE, False, True): 1}
    assert as_they_were(world) == before
    assert [line.what for line in world.journal(contact_id)][-2:] == ["moved", "moved-back"]
    with world.store.transaction() as tx:
        kept = tx.shift(shift.id)
    assert kept is not None
    assert kept.phase is Phase.UNDONE


def test_whoever_was_led_out_comes_back_and_the_letter_is_queued_again(world: World) -> None:
    contact_id = queued_letter(world)
    before = as_they_were(world)
    shift = world.change(answered("opened", timeout="P2D"), ("letter", LEAVE))
    world.carry_out(shift)
    world.wait(minutes=3)
    assert world.take_back(shift) == {(shift.before_id, "letter", LEAVE, False, True): 1}
    assert as_they_were(world) == before
    world.check()
    world.wait(minutes=5)
    assert world.email.nodes == ["letter", "letter"], "it was refused once, and goes out now"
    world.wait(days=2)
    assert world.place(contact_id) == "to-timeout"


def test_whoever_came_to_another_node_goes_back_as_long_as_nothing_was_sent(world: World) -> None:
    contact_id = queued_letter(world)
    before = as_they_were(world)
    new = then(node("rest", "delay", for_="P1D"), "rest.next > pause")
    shift = world.change(new, ("letter", MOVE, "rest"))
    world.carry_out(shift)
    assert world.place(contact_id) == "rest"
    assert world.take_back(shift) == {(shift.before_id, "letter", MOVE, True, True): 1}
    assert as_they_were(world) == before


def test_whoever_has_gone_on_stays_on_the_new_version(world: World) -> None:
    contact_id = one_inside(world, waiting("P3D"))
    world.wait(days=2)
    shift = world.change(waiting("P1D"), ("wait", MOVE))
    world.carry_out(shift)
    world.work()
    assert world.place(contact_id) == "end!"
    assert world.take_back(shift) == {(shift.before_id, "wait", MOVE, True, False): 1}
    assert world.place(contact_id) == "end!"


def test_a_letter_that_went_out_meanwhile_is_waited_for_by_the_old_version(world: World) -> None:
    contact_id = queued_letter(world)
    shift = world.change(answered("opened", timeout="P9D"), ("letter", MOVE))
    world.carry_out(shift)
    world.wait(minutes=6)
    assert world.message(contact_id).state is MessageState.SENT
    world.take_back(shift)
    back = world.journey(contact_id)
    assert (back.version_id, back.due_at) == (shift.before_id, later(days=1, minutes=5))


@pytest.mark.parametrize("why", ["came-again", "bought", "unsubscribed"])
def test_nobody_comes_back_to_what_they_are_through_with(world: World, why: str) -> None:
    """Rather stop than nag: what would have ended the journey meanwhile has ended it."""
    world.publish(basket(reentry="restart" if why == "came-again" else "never"))
    contact_id = world.person(MAIL)
    world.happens("basket_added", contact_id, properties={"basket_id": "B"})
    world.email.will(Result.RETRY, "busy")
    world.wait(minutes=31)
    assert world.place(contact_id) == "letter1"
    shift = world.change(basket(reentry="restart", fresh="PT3H"), ("letter1", LEAVE))
    world.carry_out(shift)
    world.wait(minutes=1)
    if why == "bought":
        world.happens("order_completed", contact_id, properties={"basket_id": "B"})
    elif why == "came-again":
        world.context.tidied = world.now  # whom it has moved is kept for as long as this test takes
        world.happens("basket_added", contact_id, properties={"basket_id": "B"})
        world.wait(minutes=31)
    else:
        world.react(world.message(contact_id), "unsubscribed", Actor.HUMAN)
    inside = world.journeys(contact_id)
    told = {(shift.before_id, "letter1", LEAVE, False, False): 1}
    assert world.take_back(shift, dry=True) == world.take_back(shift) == told
    assert world.journeys(contact_id) == inside


def test_only_the_goal_of_its_own_basket_keeps_somebody_out(world: World) -> None:
    world.publish(basket())
    contact_id = world.person(MAIL)
    world.happens("basket_added", contact_id, properties={"basket_id": "B"})
    world.wait(minutes=31)
    shift = world.change(basket(fresh="PT2H"), ("letter1", LEAVE))
    world.carry_out(shift)
    world.happens("order_completed", contact_id, properties={"basket_id": "another"})
    world.happens("order_completed", contact_id, properties={"basket_id": "B"}, actor=Actor.MACHINE)
    world.react(world.message(contact_id), "opened", Actor.HUMAN)
    world.take_back(shift)
    assert world.place(contact_id) == "hour", "what happened meanwhile counts now"


def test_taking_back_can_be_interrupted_too(world: World) -> None:
    crowd(world)
    before = as_they_were(world)
    world.context.batch = 2
    shift = world.change(waiting("P5D"), ("wait", MOVE))
    world.carry_out(shift)
    points: list[str] = []

    def die(name: str) -> None:
        points.append(name)
        if points.count("take-back.before-commit") == 2:
            raise SystemExit

    world.context.faults.point, kept = die, world.context.faults.point  # type: ignore[method-assign]
    with pytest.raises(SystemExit):
        world.take_back(shift)
    world.context.faults.point = kept  # type: ignore[method-assign]
    assert shifts.carry_on(world.context) == 1
    assert as_they_were(world) == before


def test_a_shift_that_is_taken_back_while_it_runs_moves_nobody_any_more(world: World) -> None:
    crowd(world)
    shift = world.change(waiting("P5D"), ("wait", MOVE))
    world.take_back(shift)
    assert world.carry_out(shift) == {}
    assert {one.version_id for one in world.journeys()} == {shift.before_id}
