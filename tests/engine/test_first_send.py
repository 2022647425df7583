"""Rule 22: the first send of a flow stops after so many, until a person has looked."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from app.engine import first, life
from app.model.errors import UserError
from app.model.journey import JourneyState, MessageState, Result
from app.model.rules import Rules
from tests.engine.flows import one_letter
from tests.engine.world import World, later
from tests.unit.engine.build import MANUAL, flow_of, letter, node


def hold_after(world: World, most: int, number: int = 1) -> None:
    first.hold_after(world.context, number, most)


def states(world: World) -> Counter[str]:
    return Counter(f"{one.state} {one.reason}".strip() for one in world.messages())


def test_after_the_first_so_many_the_others_are_held_until_a_person_lets_them_go(world: World) -> None:
    """Rule 22: in their order, never dropped, and late for no waiting."""
    people = world.people_with_mail(9)
    world.publish(one_letter(late_after="PT1H"))
    hold_after(world, 3)
    world.enter(*people)
    world.work()
    assert states(world) == {"sent": 3, "held first-send": 6}
    assert world.journey(people[8]).state is JourneyState.HELD
    assert first.held_after(world.context, "A flow") == {"most": 3, "sent": 3}
    world.wait(days=3)
    assert first.release_first(world.context, "A flow") == 6
    world.work()
    assert [one.address for one in world.email.sent] == [f"p{n}@example.org" for n in range(9)]
    assert first.held_after(world.context, "A flow") == {}
    assert first.release_first(world.context, "A flow") == 0


def test_whoever_had_the_first_gets_the_next(world: World) -> None:
    """It is about people who hear of the flow for the first time, not about messages."""
    people = world.people_with_mail(4)
    nodes = [MANUAL, letter("one"), node("hour", "delay", for_="PT1H"), letter("two"), node("over", "end")]
    lines = ["start.entered > one", "one.sent > hour", "hour.next > two", "two.sent > over"]
    world.publish(flow_of(nodes, *lines))
    hold_after(world, 2)
    world.enter(*people)
    world.wait(hours=2)
    assert world.email.nodes == ["one", "one", "two", "two"]
    assert states(world)["held first-send"] == 2


def test_what_was_refused_or_is_tried_again_is_still_the_first(world: World) -> None:
    people = world.people_with_mail(2)
    nodes = [MANUAL, letter("one"), letter("two"), node("over", "end")]
    lines = ["start.entered > one", "one.failed > two", "two.sent > over", "one.sent > over"]
    world.publish(flow_of(nodes, *lines))
    hold_after(world, 1)
    world.email.will(Result.HARD, "550")
    world.enter(*people)
    world.work()
    assert first.held_after(world.context, "A flow") == {"most": 1, "sent": 1}
    assert (world.email.nodes, states(world)) == (["one"], {"failed hard": 1, "held first-send": 2})


def test_other_flows_and_service_messages_know_nothing_of_it(world: World) -> None:
    people = world.people_with_mail(3)
    world.publish(one_letter())
    world.publish(replace(one_letter(), name="Other"))
    hold_after(world, 1)
    for name in ("A flow", "Other"):
        world.enter(*people, flow=name)
    world.work()
    assert states(world) == {"sent": 4, "held first-send": 2}


def test_what_was_held_and_may_no_longer_go_out_does_not(world: World) -> None:
    """Promise 5: the policy is asked again when a person lets it go."""
    people = world.people_with_mail(3)
    world.publish(one_letter())
    hold_after(world, 1)
    world.enter(*people)
    world.work()
    world.happens("complained", people[1])
    world.context.rules = Rules(ceilings={"email": 1})
    assert first.release_first(world.context, "A flow") == 1
    world.work()
    assert states(world) == {"sent": 2, "failed no-consent": 1}


def test_single_ones_may_be_sent_or_dropped_before(world: World) -> None:
    """What a person sends has room beside the first ones; nothing else has."""
    people = world.people_with_mail(4)
    world.publish(one_letter())
    hold_after(world, 1)
    world.enter(*people)
    world.work()
    assert life.decide_held(world.context, world.message(people[1]).id, send=False)
    assert life.decide_held(world.context, world.message(people[2]).id, send=True)
    world.work()
    assert world.message(people[1]).state is MessageState.FAILED
    assert world.message(people[2]).state is MessageState.SENT
    assert world.message(people[3]).state is MessageState.HELD


def test_many_are_let_go_batch_by_batch(world: World) -> None:
    world.context.batch = 3
    people = world.people_with_mail(8)
    world.publish(one_letter())
    hold_after(world, 1)
    world.enter(*people)
    world.wait(minutes=1)
    assert first.release_first(world.context, "A flow") == 7
    world.wait(minutes=1)
    assert states(world) == {"sent": 8}


def test_a_flow_that_is_not_there_has_nothing_to_let_go(world: World) -> None:
    with pytest.raises(UserError, match="Nowhere"):
        first.release_first(world.context, "Nowhere")
    assert later() == world.now
