"""A person decides about all that waits for one reason."""

from __future__ import annotations

from collections import Counter

from app.engine.deciding import UNKNOWN, decide_all
from app.model.journey import MessageState, Result
from app.model.kinds import KINDS
from app.model.rules import Rules
from tests.engine.flows import one_letter
from tests.engine.world import World

EMAIL = KINDS["email"].channel


def states(world: World) -> Counter[str]:
    return Counter(f"{one.state} {one.reason}".strip() for one in world.messages())


def late_letters(world: World, count: int) -> list[int]:
    """Letters that were due while the machine was off."""
    people = world.people_with_mail(count)
    world.publish(one_letter(late_after="PT1H"))
    world.enter(*people)
    world.sleep(hours=3)
    world.work()
    assert states(world) == {"held late": count}
    return people


def test_all_that_is_late_is_sent_after_all(world: World) -> None:
    """Rule 12: in batches, each once."""
    world.context.batch = 2
    late_letters(world, 5)
    assert decide_all(world.context, "A flow", EMAIL, "late", send=True) == 5
    world.work()
    assert states(world) == {"sent": 5}
    assert len(world.email.sent) == 5
    assert decide_all(world.context, "A flow", EMAIL, "late", send=True) == 0


def test_all_that_is_late_is_dropped(world: World) -> None:
    late_letters(world, 3)
    assert decide_all(world.context, "A flow", EMAIL, "late", send=False) == 3
    world.work()
    assert states(world) == {"failed late": 3}
    assert world.email.sent == []


def test_only_what_waits_for_this_reason_on_this_channel_is_decided_about(world: World) -> None:
    late_letters(world, 2)
    assert decide_all(world.context, "A flow", "sms", "late", send=True) == 0
    assert decide_all(world.context, "A flow", EMAIL, "ceiling", send=True) == 0
    assert states(world) == {"held late": 2}


def test_what_may_or_may_not_have_gone_out_is_decided_about_together(world: World) -> None:
    people = world.people_with_mail(2)
    world.publish(one_letter())
    world.email.will(Result.UNKNOWN, times=2)
    world.enter(*people)
    world.work()
    assert Counter(one.state for one in world.messages()) == {MessageState.UNKNOWN: 2}
    assert decide_all(world.context, "A flow", EMAIL, UNKNOWN, send=True) == 2
    world.work()
    assert states(world) == {"sent": 2}


def test_the_ceiling_holds_again_what_it_held_and_nobody_waits_for_ever(world: World) -> None:
    """Rule 22."""
    world.context.rules = Rules(ceilings={EMAIL: 1})
    people = world.people_with_mail(3)
    world.publish(one_letter())
    world.enter(*people)
    world.work()
    assert states(world) == {"sent": 1, "held ceiling": 2}
    assert decide_all(world.context, "A flow", EMAIL, "ceiling", send=False) == 2
    assert states(world) == {"sent": 1, "failed late": 2}
