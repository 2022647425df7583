from __future__ import annotations

import random
from pathlib import Path

import pytest

from app.model.journey import Result
from app.model.people import Actor
from app.store.database import open_store
from tests.engine.flows import BASKET_EVENTS, basket
from tests.engine.world import World

HAPPENINGS = [*BASKET_EVENTS, "order_completed", "basket_cleared"]
REACTIONS = ["delivered", "opened", "clicked", "closed", "bounced", "unsubscribed"]


@pytest.mark.parametrize("seed", range(4))
def test_after_a_random_life_the_counters_are_what_the_rows_say(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    store = open_store(tmp_path / "w.db")
    world = World(store)
    world.engine.start()
    world.publish(basket())
    people = world.people_with_mail(12)
    for _ in range(150):
        _something(world, people, chance)
    numbers = store.numbers
    before = numbers.counts("A flow")
    assert before.entered > 5
    assert numbers.recount(dry=True) == []
    assert numbers.recount() == []
    assert numbers.counts("A flow") == before
    totals = numbers.totals()
    assert totals.inside == before.inside
    assert totals.entered == before.entered == totals.inside + sum(totals.ends.values())
    world.check()
    store.close()


def _something(world: World, people: list[int], chance: random.Random) -> None:
    messages = world.messages()
    match chance.randrange(4):
        case 0:
            world.wait(minutes=chance.choice([5, 31, 90, 1500]))
        case 1 if messages:
            actor = chance.choice(list(Actor))
            world.react(chance.choice(messages), chance.choice(REACTIONS), actor, hard=chance.random() < 0.5)
        case 2:
            result = chance.choice(list(Result))
            chance.choice([world.email, world.sms]).will(result, "told")
        case _:
            name = chance.choice([*BASKET_EVENTS * 4, *HAPPENINGS])
            key = {"basket_id": chance.choice("ab")}
            world.happens(name, chance.choice(people), properties=key)
