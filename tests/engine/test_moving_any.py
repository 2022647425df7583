"""Looking first tells exactly what then happens, whatever stands where and whatever is chosen (rule 14).

Over the twin, and over SQLite in every fourth round.
"""

from __future__ import annotations

import random
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Final

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.model.flow import Edge, Flow, Node
from app.model.journey import Result
from app.model.people import Actor
from app.model.shifts import Choice, Shift
from app.store.database import open_store
from app.store.memory import MemoryStore
from tests.engine.flows import BASKET_EVENTS, basket
from tests.engine.world import World
from tests.figures import Figures

NIGHTLY: Final = settings.default is not None and settings.default.max_examples > 100
REACTIONS: Final = ["delivered", "opened", "clicked", "closed", "bounced", "unsubscribed"]
LENGTHS: Final = ["PT1H", "PT5H", "P1D", "P2D", "P9D"]
Chosen = tuple[str, Choice] | tuple[str, Choice, str]


@contextmanager
def a_world(*, sql: bool) -> Iterator[World]:
    if not sql:
        made = World(MemoryStore(), batch=3)
        made.engine.start()
        yield made
        return
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(Path(folder) / "w.db")
        made = World(store, batch=3)
        made.engine.start()
        yield made
        store.close()


def happen(world: World, chance: random.Random, times: int) -> None:
    """Somebody does something, or time passes."""
    for _ in range(times):
        messages = world.messages()
        match chance.randrange(5):
            case 0 | 1:
                world.wait(minutes=chance.choice([5, 31, 90, 700, 1500]))
            case 2 if messages:
                actor = chance.choice(list(Actor))
                world.react(chance.choice(messages), chance.choice(REACTIONS), actor)
            case 3:
                chance.choice([world.email, world.sms]).will(chance.choice(list(Result)), "told")
            case _:
                name = chance.choice([*BASKET_EVENTS * 4, "order_completed", "basket_cleared"])
                key = {"basket_id": chance.choice("ab")}
                world.happens(name, chance.choice(world.people), properties=key)


def another(flow: Flow, chance: random.Random) -> tuple[Flow, list[Node]]:
    """The flow with other times and reactions, and without one of its nodes; and those that are gone."""
    nodes = [_other(one, chance) for one in flow.nodes]
    gone = [one for one in nodes if one.id in chance.choice([(), ("hour",), ("popup",), ("sms", "letter2")])]
    for one in gone:
        flow = replace(flow, edges=tuple(_around(one, flow.edges)))
    kept = tuple(one for one in nodes if one not in gone)
    return replace(flow, nodes=kept, settings={**flow.settings, "fresh": "PT2H"}), gone


def _other(node: Node, chance: random.Random) -> Node:
    new = dict(node.settings)
    for name in ("for", "since_entry", "timeout", "late_after"):
        if name in new and chance.random() < 0.7:
            new[name] = chance.choice(LENGTHS)
    if node.kind == "email" and chance.random() < 0.5:
        new |= {"late_after": chance.choice(LENGTHS), "priority": chance.choice(["high", "low"])}
    if "reactions" in new and chance.random() < 0.5:
        new["reactions"] = [*new["reactions"], "delivered"]
    return replace(node, settings=new)


def _around(gone: Node, edges: Sequence[Edge]) -> Iterator[Edge]:
    """What led to the node leads where it led."""
    then = next(edge.target for edge in edges if edge.source == gone.id)
    for edge in edges:
        if edge.source != gone.id:
            yield replace(edge, target=then) if edge.target == gone.id else edge


def choices(flow: Flow, gone: Sequence[Node], chance: random.Random) -> list[Chosen]:
    kept = [one.id for one in flow.nodes if one.kind not in ("entry.event", "end")]
    chosen: list[Chosen] = [(one, chance.choice(list(Choice))) for one in kept]
    chosen += [(one.id, chance.choice([Choice.MOVE, Choice.LEAVE]), chance.choice(kept)) for one in gone]
    return chosen


def play(world: World, chance: random.Random) -> tuple[Shift, int]:
    """Answers the shift and how many it has moved or led out."""
    world.publish(basket())
    for number in range(6):
        world.person(f"p{number}@example.org", f"+4915100000{number:02}", f"v{number}")
    happen(world, chance, 40)
    new, gone = another(basket(), chance)
    shift = world.change(new, *choices(new, gone, chance))
    looked = world.carry_out(shift, dry=True)
    before = world.journeys(), world.messages()
    done = world.carry_out(shift)
    assert looked == done
    world.check()
    if chance.random() < 0.5:
        happen(world, chance, 6)
        looked = world.take_back(shift, dry=True)
        assert looked == world.take_back(shift)
    elif not any(at_once for *_, at_once, _ in done):
        told = world.take_back(shift)
        assert all(back for *_, back in told)
        assert (world.journeys(), world.messages()) == before
    world.check()
    happen(world, chance, 20)
    world.check()
    return shift, sum(done.values())


@settings(max_examples=150 if NIGHTLY else 24, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(seed=st.integers(0, 10**6))
def test_what_was_told_before_is_what_happens(seed: int) -> None:
    with a_world(sql=seed % 4 == 0) as world:
        play(world, random.Random(seed))


def test_the_rounds_move_people(figures: Figures) -> None:
    """So that the test above cannot be empty."""
    moved = 0
    for seed in range(20):
        with a_world(sql=False) as world:
            moved += play(world, random.Random(seed))[1]
    figures("rule 14", rounds=20, seeds="0-19", moved=moved)
    assert moved > 20
