"""Twelve people in twelve positions of the first story, brought there by the real engine."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import time
from pathlib import Path
from typing import Any, Final

from app.bootstrap.workspace import Workspace
from app.engine import admission
from app.engine.chance import arm_of
from app.flows.codec import read_flow, write_flow
from app.flows.publish import content_hash, shape_hash
from app.model.journey import Result, Suppression
from app.model.people import Actor, Consent
from app.model.rules import Cap, Rules, Window
from app.store.database import SqlStore, open_store
from app.support.secrets import FileSecrets
from tests.engine.world import World
from tests.stories.basket_flow import NAME, story

ARMS: Final = ({"name": "letters", "weight": 1},)
HOLD_OUT: Final = 20
BREAKS: Final = {"nothing": 1}
"""No release knows this condition."""
CAPPED: Final = Rules(cap=Cap(1))
DAYTIME: Final = replace(CAPPED, windows={"email": Window(time(8), time(20))})


def compared() -> dict[str, Any]:
    """The first story with a share that gets nothing, and an exit that breaks."""
    document = story()
    document["nodes"].append(
        {
            "id": "compare",
            "kind": "split",
            "title": "Compare",
            "x": 104,
            "y": 192,
            "settings": {"arms": list(ARMS), "hold_out": HOLD_OUT},
        }
    )
    (first,) = [edge for edge in document["edges"] if edge["from"] == "start"]
    first["to"] = "compare"
    document["edges"].append({"from": "compare", "outlet": "letters", "to": "letter1"})
    document["settings"]["exits"] = [{"event": "account_closed", "where": BREAKS}]
    return document


def changed() -> dict[str, Any]:
    """The same as it is to be next: a longer wait for the first letter, and no popup."""
    document = compared()
    nodes = {node["id"]: node for node in document["nodes"]}
    nodes["letter1"]["settings"]["timeout"] = "P2D"
    document["nodes"].remove(nodes["popup"])
    document["edges"] = [edge for edge in document["edges"] if edge["from"] != "popup"]
    for edge in document["edges"]:
        edge["to"] = "reachable" if edge["to"] == "popup" else edge["to"]
    return document


@dataclass
class Shop:
    """A world with its workspace, and the people by their position."""

    world: World
    workspace: Workspace
    people: dict[str, int] = field(default_factory=dict)

    def publish(self, document: Mapping[str, Any], author: str) -> None:
        flow = read_flow(json.dumps(document))
        text = write_flow(flow)
        admission.prepare(self.world.context, self.world.plan_of(flow))
        assert isinstance(self.world.store, SqlStore)
        self.world.store.flows.publish(
            NAME,
            text,
            hash_=content_hash(flow),
            shape_hash=shape_hash(flow),
            now=self.world.now,
            author=author,
            along=self.world.along(),
        )

    def person(self, position: str, *, held_out: bool = False, agrees: bool = True, name: str = "") -> int:
        """Somebody new, of whom chance says what is wanted."""
        for number in range(1, 200):
            address = f"{position.replace(' ', '-')}-{number}@example.org"
            contact_id = self.world.person(address, agrees=(), name=name)
            if self._is_held_out(contact_id) is held_out:
                break
        self.people[position] = contact_id
        if agrees:
            said = Consent("email", given=True, at=self.world.now, source="form", text="Yes, write to me.")
            with self.world.context.session("ingest") as session:
                session.changes.consents.append((contact_id, said))
        return contact_id

    def leaves_basket(self, contact_id: int) -> None:
        basket = {"basket_id": f"b{len(self.people)}"}
        self.world.happens("basket_added", contact_id, properties=basket)

    def comes(self, position: str, **more: Any) -> int:
        """Somebody new leaves a basket, and half an hour passes."""
        contact_id = self.person(position, **more)
        self.leaves_basket(contact_id)
        self.world.wait(minutes=30)
        return contact_id

    def orders(self, contact_id: int) -> None:
        basket = {"basket_id": self.world.journey(contact_id).key}
        self.world.happens("order_completed", contact_id, properties=basket)
        self.world.work()

    def _is_held_out(self, contact_id: int) -> bool:
        (flow,) = self.world.live_flows()
        return arm_of(flow.id, "compare", contact_id, ARMS, HOLD_OUT) == "hold-out"


@contextmanager
def shop(folder: Path) -> Iterator[Shop]:
    """Nothing has happened yet."""
    store = open_store(folder / "workspace.db")
    world = World(store)
    store.settings.set({"workspace.zone": "Europe/Berlin"})
    secrets = FileSecrets(folder / "secrets", "master")
    workspace = Workspace(folder, store, secrets, world.clock, world.ids)
    workspace._context = world.context
    world.engine.start()
    try:
        yield Shop(world, workspace)
        world.check()
    finally:
        store.close()


def play(here: Shop) -> None:
    """Everybody comes to their position, from Monday noon to Tuesday evening."""
    world = here.world
    world.context.rules = CAPPED
    here.publish(story(), "Ada")
    world.wait(minutes=5)
    here.comes("on an old version")
    world.wait(hours=1)
    here.publish(compared(), "Ben")
    world.wait(minutes=5)
    here.leaves_basket(here.person("late"))
    world.sleep(hours=26)
    world.work()
    _stand_still(here)
    _not_reached(here)
    _react(here)
    world.context.rules = DAYTIME
    here.orders(here.comes("goal reached on a queued message"))


def _stand_still(here: Shop) -> None:
    here.comes("held", name="bad bug")
    here.world.email.will(Result.UNKNOWN, "timeout")
    here.comes("unknown")
    here.world.happens("account_closed", here.comes("parked"))


def _not_reached(here: Shop) -> None:
    here.comes("no consent", agrees=False)
    here.comes("left out by hold-out", held_out=True)
    contact_id = here.person("suppressed")
    address = here.world.contact(contact_id).addresses["email"]
    here.workspace.store.people.suppress([Suppression("email", address, "hand", here.world.now)])
    here.leaves_basket(contact_id)
    here.world.wait(minutes=30)


def _react(here: Shop) -> None:
    world = here.world
    world.react(world.message(here.comes("machine open")), "opened", Actor.MACHINE)
    world.react(world.message(here.comes("capped")), "opened", Actor.HUMAN)
    world.wait(hours=1)
    here.comes("waiting")
